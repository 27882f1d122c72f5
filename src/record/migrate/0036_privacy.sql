-- What persons told is forgotten in its time, and held back where it must stay.

ALTER TABLE record ADD COLUMN erased INTEGER NOT NULL DEFAULT 0; -- 1: its openings are gone
ALTER TABLE record ADD COLUMN held TEXT NOT NULL DEFAULT ''; -- a row of hold.def
ALTER TABLE record ADD COLUMN held_by INTEGER NOT NULL DEFAULT 0; -- the event that holds it
CREATE INDEX record_keeping ON record (app, tree, overlay, ended, id)
    WHERE ended > 0 AND erased = 0;
CREATE INDEX record_held ON record (held, id) WHERE held <> '';

-- table record_keeper volatile small: the day whose keeping is done, and how far that of today has come
CREATE TABLE record_keeper (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    day     TEXT    NOT NULL,
    app     TEXT    NOT NULL,
    tree    TEXT    NOT NULL,
    overlay TEXT    NOT NULL,
    ended   INTEGER NOT NULL,
    record  INTEGER NOT NULL
) STRICT;
INSERT INTO record_keeper (id, day, app, tree, overlay, ended, record)
VALUES (1, '', '', '', '', 0, 0);

-- table record_request projection: what persons asked about their data
CREATE TABLE record_request (
    id      INTEGER PRIMARY KEY, -- the event that asked
    record  TEXT    NOT NULL,
    kind    TEXT    NOT NULL,    -- a row of right.def
    asker   TEXT    NOT NULL,    -- resident, or the officer at the counter
    asked   INTEGER NOT NULL,
    due     INTEGER NOT NULL,    -- three times 24 hours later
    first   TEXT    NOT NULL,    -- the officer who said yes and waits for a second
    decided INTEGER NOT NULL,    -- when; 0 open
    result  TEXT    NOT NULL,    -- granted, refused; empty while open
    answer  INTEGER NOT NULL     -- the event that decided
) STRICT;
CREATE INDEX record_request_open ON record_request (due, id) WHERE decided = 0;
CREATE INDEX record_request_record ON record_request (record, id);
