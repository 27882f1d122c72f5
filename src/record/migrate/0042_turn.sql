-- Who filed at the counter for a resident who was present; and turns go by the
-- deadline, as the list of what waits does.

ALTER TABLE record ADD COLUMN desk TEXT NOT NULL DEFAULT ''; -- a pseudonym; empty: the resident
CREATE INDEX record_at_desk ON record (desk, id) WHERE desk <> '';

DROP INDEX record_queue;
CREATE INDEX record_queue ON record (office, duty, app, state, due, entered, id)
    WHERE ended = 0;
DROP INDEX record_branch_queue;
CREATE INDEX record_branch_queue
    ON record_branch (office, duty, app, state, branch, due, entered, record)
    WHERE done = 0;
