-- The log of official acts: docs/formats.md, "The log".

-- table ledger_event truth: one official act each, with its openings
CREATE TABLE ledger_event (
    id        INTEGER PRIMARY KEY, -- from 1 without gaps, in order of time
    leaf      INTEGER,             -- place in the log; NULL until its batch
    time      INTEGER NOT NULL,    -- microseconds, whole seconds
    class     INTEGER NOT NULL,
    office    INTEGER NOT NULL,    -- the public number
    sensitive INTEGER NOT NULL,    -- public time is cut to the hour
    entry     BLOB    NOT NULL,    -- 46 bytes, what the log holds
    act       TEXT    NOT NULL,
    record    TEXT,
    slot      INTEGER,             -- whose key seals `sealed`
    facts     BLOB    NOT NULL,    -- names, plain openings, sealed digests
    sealed    BLOB                 -- sealed openings; NULL: none, or erased
) STRICT;
CREATE UNIQUE INDEX ledger_event_leaf ON ledger_event (leaf);
CREATE INDEX ledger_event_waiting ON ledger_event (id) WHERE leaf IS NULL;
CREATE INDEX ledger_event_record ON ledger_event (record)
    WHERE record IS NOT NULL;
CREATE INDEX ledger_event_slot ON ledger_event (slot) WHERE slot IS NOT NULL;

-- table ledger_subject truth: whose openings are sealed, and by which key
CREATE TABLE ledger_subject (
    slot    INTEGER PRIMARY KEY, -- the place of the key in the keys file
    subject TEXT    NOT NULL UNIQUE,
    erased  INTEGER              -- the event that erased it
) STRICT;
CREATE INDEX ledger_subject_erased ON ledger_subject (erased)
    WHERE erased IS NOT NULL;

-- table ledger_tile truth: complete tiles, as they are served for ever
CREATE TABLE ledger_tile (
    id     INTEGER PRIMARY KEY,
    level  INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    root   BLOB    NOT NULL, -- of the tile: a hash of the level above
    hashes BLOB    NOT NULL, -- 256 of 32 bytes
    UNIQUE (level, n)
) STRICT;

-- table ledger_checkpoint truth: the last signed note of each day
CREATE TABLE ledger_checkpoint (
    day  INTEGER PRIMARY KEY, -- of the last event, since 1970 UTC
    size INTEGER NOT NULL,
    note TEXT    NOT NULL
) STRICT;

-- table ledger_batch truth: days whose tips, flags and erasures are in the log
CREATE TABLE ledger_batch (
    day   INTEGER PRIMARY KEY, -- since 1970 UTC
    event INTEGER NOT NULL     -- its last filler
) STRICT;
