-- table insight_stay projection: each stay of a record in a state, the present one too; nothing personal
CREATE TABLE insight_stay (
    id       INTEGER PRIMARY KEY, -- the event by which it came here
    record   TEXT    NOT NULL,
    app      TEXT    NOT NULL,
    office   TEXT    NOT NULL, -- that holds it; empty: it waits for its resident
    held     TEXT    NOT NULL, -- the last office that held it, or empty
    state    TEXT    NOT NULL,
    came     INTEGER NOT NULL, -- when the record was submitted
    entered  INTEGER NOT NULL,
    promised INTEGER NOT NULL, -- 0: nothing is, or its clock stands
    present  INTEGER NOT NULL, -- 1: it is here now
    open     INTEGER NOT NULL, -- 0: an end state
    counted  INTEGER NOT NULL, -- 1: its end was counted
    left     INTEGER NOT NULL, -- 0: not yet
    officer  TEXT    NOT NULL, -- who moved it on; empty: its resident, or time
    reason   TEXT    NOT NULL  -- why it was taken out of turn
) STRICT;
CREATE UNIQUE INDEX insight_stay_present ON insight_stay (record)
    WHERE present = 1;
CREATE INDEX insight_stay_queue ON insight_stay (left, entered)
    WHERE open = 1 AND office <> '';

-- table insight_open projection small: how many are open, by the day they came and the day they are promised for
CREATE TABLE insight_open (
    app      TEXT    NOT NULL,
    office   TEXT    NOT NULL,
    came     INTEGER NOT NULL, -- days since 1970, UTC
    promised INTEGER NOT NULL, -- likewise; 0: nothing is, or the clock stands
    n        INTEGER NOT NULL,
    PRIMARY KEY (app, office, came, promised)
) STRICT, WITHOUT ROWID;

-- table insight_ended projection: how many ended in a month, as what, and how many of them late
CREATE TABLE insight_ended (
    month  INTEGER NOT NULL, -- year * 12 + month - 1
    app    TEXT    NOT NULL,
    office TEXT    NOT NULL, -- the last that held it
    result TEXT    NOT NULL,
    n      INTEGER NOT NULL,
    late   INTEGER NOT NULL,
    PRIMARY KEY (month, app, office, result)
) STRICT, WITHOUT ROWID;
CREATE INDEX insight_ended_app ON insight_ended (app, month);

-- table insight_took projection: how much working time they took, in steps that widen
CREATE TABLE insight_took (
    month  INTEGER NOT NULL,
    app    TEXT    NOT NULL,
    office TEXT    NOT NULL,
    step   INTEGER NOT NULL,
    n      INTEGER NOT NULL,
    PRIMARY KEY (month, app, office, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX insight_took_app ON insight_took (app, month);

-- Their queries are answered by the counts above.
DROP INDEX record_open;
DROP INDEX record_measure;
