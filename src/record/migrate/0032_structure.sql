-- Branches that wait side by side, records that one app opened in another, and
-- what was granted to be paid out.

ALTER TABLE record ADD COLUMN granted INTEGER NOT NULL DEFAULT 0;

-- table record_branch projection: the branches of records in a parallel state
CREATE TABLE record_branch (
    record   INTEGER NOT NULL,
    branch   TEXT    NOT NULL,
    app      TEXT    NOT NULL,
    state    TEXT    NOT NULL,
    office   TEXT    NOT NULL,
    function TEXT    NOT NULL,
    duty     TEXT    NOT NULL,
    entered  INTEGER NOT NULL,
    due      INTEGER NOT NULL, -- the largest number where there is none
    done     INTEGER NOT NULL, -- the event by which it acted; 0 waits
    PRIMARY KEY (record, branch)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_branch_waiting ON record_branch (office, duty, due, record)
    WHERE done = 0;
CREATE INDEX record_branch_queue
    ON record_branch (office, duty, app, state, branch, entered, record)
    WHERE done = 0;

-- table record_link projection: which record was opened by which
CREATE TABLE record_link (
    parent TEXT NOT NULL,
    child  TEXT NOT NULL,
    link   TEXT NOT NULL, -- its name in the parent's app
    PRIMARY KEY (parent, child)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX record_link_child ON record_link (child);
