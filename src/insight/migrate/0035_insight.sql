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

-- table insight_flag projection: signs that something deserves a look, and what came of the look; nothing personal
CREATE TABLE insight_flag (
    id      INTEGER PRIMARY KEY, -- the event that raised it
    kind    TEXT    NOT NULL,    -- a row of flag.def
    officer TEXT    NOT NULL,    -- a pseudonym
    month   INTEGER NOT NULL,
    acts    INTEGER NOT NULL,    -- how many were looked at
    found   INTEGER NOT NULL,    -- of them, that are as the flag says
    peers   INTEGER NOT NULL,    -- of a million acts of peers, likewise
    q       INTEGER NOT NULL,    -- of a million
    raised  INTEGER NOT NULL,
    asked   INTEGER NOT NULL,    -- when the inspectorate took it up; 0: not yet
    asker   TEXT    NOT NULL,
    closed  INTEGER NOT NULL,
    closer  TEXT    NOT NULL,
    outcome TEXT    NOT NULL,    -- a row of outcome.def
    answer  INTEGER NOT NULL,    -- the event that closed it
    UNIQUE (kind, officer, month)
) STRICT;

-- table insight_reply projection: what a survey was answered about one finished record; goes when it is erased
CREATE TABLE insight_reply (
    record TEXT    NOT NULL PRIMARY KEY, -- the answer's own number
    about  TEXT    NOT NULL UNIQUE,      -- one answer a finished record
    app    TEXT    NOT NULL,             -- the survey
    office TEXT    NOT NULL,             -- that finished the record
    month  INTEGER NOT NULL,
    scores TEXT    NOT NULL              -- "u1=3,u2=4"
) STRICT, WITHOUT ROWID;

-- table insight_score projection: the sums of those answers
CREATE TABLE insight_score (
    month   INTEGER NOT NULL,
    app     TEXT    NOT NULL,
    office  TEXT    NOT NULL,
    element TEXT    NOT NULL, -- empty: the answers themselves are counted
    n       INTEGER NOT NULL,
    sum     INTEGER NOT NULL,
    PRIMARY KEY (month, app, office, element)
) STRICT, WITHOUT ROWID;

-- Their queries are answered by the counts above.
DROP INDEX record_open;
DROP INDEX record_measure;
