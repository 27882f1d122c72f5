-- table record projection: the present state of each record; nothing personal
CREATE TABLE record (
    id        INTEGER PRIMARY KEY,
    number    TEXT    NOT NULL UNIQUE,
    version   INTEGER NOT NULL,
    app       TEXT    NOT NULL,
    tree      TEXT    NOT NULL,
    overlay   TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    office    TEXT    NOT NULL,
    function  TEXT    NOT NULL,
    duty      TEXT    NOT NULL,
    region    TEXT    NOT NULL,
    submitted INTEGER NOT NULL,
    entered   INTEGER NOT NULL,
    due       INTEGER NOT NULL, -- the largest number where there is none
    promise   INTEGER NOT NULL,
    paused    INTEGER NOT NULL,
    lapse     INTEGER NOT NULL,
    waited    INTEGER NOT NULL,
    ended     INTEGER NOT NULL,
    result    TEXT    NOT NULL,
    charge    INTEGER NOT NULL,
    paid      INTEGER NOT NULL,
    into_number TEXT  NOT NULL,
    code      TEXT    NOT NULL,
    subject   TEXT    NOT NULL  -- "kategori=jalan,lokasi.region=32.73.01.1001"
) STRICT;
CREATE INDEX record_waiting ON record (office, duty, due, id) WHERE ended = 0;
CREATE INDEX record_queue ON record (office, duty, app, state, entered, id)
    WHERE ended = 0;
CREATE INDEX record_of_app ON record (app, id);
CREATE INDEX record_open ON record (app, paused, promise) WHERE ended = 0;
CREATE INDEX record_measure ON record (app, waited, ended, promise)
    WHERE ended > 0;
CREATE INDEX record_lapsing ON record (lapse, id) WHERE lapse > 0;

-- table record_index projection: what lists filter by, of all apps
CREATE TABLE record_index (
    app    TEXT    NOT NULL,
    field  TEXT    NOT NULL,
    text   TEXT    NOT NULL,
    record INTEGER NOT NULL,
    -- A whole number, or a latitude in microdegrees. Behind the key's columns:
    -- SQLite 3.40's integrity check finds a NULL that is none otherwise.
    number INTEGER NOT NULL,
    PRIMARY KEY (app, field, text, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_index_number ON record_index (app, field, number)
    WHERE number <> 0;
CREATE INDEX record_index_record ON record_index (record);

-- table record_letter projection: letters issued; the holder stands in the event
CREATE TABLE record_letter (
    id         INTEGER PRIMARY KEY, -- the event that issued it
    record     TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    number     TEXT    NOT NULL,
    register   TEXT    NOT NULL,
    year       INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    token      TEXT    NOT NULL UNIQUE,
    valid_from TEXT    NOT NULL,
    valid_to   TEXT    NOT NULL,
    issued     INTEGER NOT NULL,
    revoked    INTEGER NOT NULL,
    UNIQUE (register, year, seq)
) STRICT;
CREATE INDEX record_letter_record ON record_letter (record);
CREATE INDEX record_letter_number ON record_letter (number);

-- table record_file truth: attachments and drawn letters, sealed by the record's key
CREATE TABLE record_file (
    id        INTEGER PRIMARY KEY,
    record    TEXT    NOT NULL,
    path      TEXT    NOT NULL, -- "sha256:HEX", or "letters.izin.12" (event 12)
    digest    TEXT    NOT NULL,
    mime      TEXT    NOT NULL,
    size      INTEGER NOT NULL,
    boxed     BLOB    NOT NULL, -- name, LF, bytes
    signature BLOB    NOT NULL, -- of a letter: the node's seal
    UNIQUE (record, path)
) STRICT;

-- table record_day projection: working days whose date an officer confirmed
CREATE TABLE record_day (
    day   TEXT    NOT NULL PRIMARY KEY,
    event INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- table record_undrawn volatile: letters whose PDF is still to be drawn
CREATE TABLE record_undrawn (
    event INTEGER PRIMARY KEY
) STRICT;

-- table record_token volatile: form tokens used, so that the same again is answered the same
CREATE TABLE record_token (
    token  BLOB    NOT NULL PRIMARY KEY,
    number TEXT    NOT NULL,
    event  INTEGER NOT NULL,
    used   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- table record_draft volatile: forms half filled, sealed by their owner's token
CREATE TABLE record_draft (
    token BLOB    NOT NULL PRIMARY KEY,
    saved INTEGER NOT NULL,
    boxed BLOB    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX record_draft_saved ON record_draft (saved);

-- table record_draft_sum volatile small: bytes of all drafts, kept by the triggers below; strangers must not fill the disk
CREATE TABLE record_draft_sum (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO record_draft_sum (id, bytes) VALUES (1, 0);
CREATE TRIGGER record_draft_more AFTER INSERT ON record_draft BEGIN
    UPDATE record_draft_sum SET bytes = bytes + length(new.boxed) WHERE id = 1;
END;
CREATE TRIGGER record_draft_less AFTER DELETE ON record_draft BEGIN
    UPDATE record_draft_sum SET bytes = bytes - length(old.boxed) WHERE id = 1;
END;
