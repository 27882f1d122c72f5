-- Accords and deeds with their signatures, and what came of them.

-- table grant_note truth: each note that this city drafted, signed or received
CREATE TABLE grant_note (
    id     INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE, -- sha256:HEX of the text
    kind   TEXT NOT NULL,
    number TEXT NOT NULL,
    bytes  TEXT NOT NULL         -- with all signatures that came in
) STRICT;
CREATE INDEX grant_note_by_number ON grant_note (kind, number);

-- table grant_state projection: how far each note has come, from grant.* events
CREATE TABLE grant_state (
    digest TEXT    NOT NULL PRIMARY KEY,
    kind   TEXT    NOT NULL,
    number TEXT    NOT NULL,
    state  INTEGER NOT NULL, -- of enum grant_force
    since  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX grant_state_by_number ON grant_state (kind, number, digest);

-- table grant_taken projection: which app came from whom, under which deed
CREATE TABLE grant_taken (
    app     TEXT    NOT NULL PRIMARY KEY,
    version TEXT    NOT NULL,
    tree    TEXT    NOT NULL,
    city    TEXT    NOT NULL, -- the giver's code
    deed    TEXT    NOT NULL, -- digest, or empty: under the public licence
    since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
