-- Each step of a note with the event that says it.

-- table grant_step projection: the steps of each note, from grant.* events
CREATE TABLE grant_step (
    event  INTEGER NOT NULL PRIMARY KEY, -- its id
    digest TEXT    NOT NULL,
    state  INTEGER NOT NULL, -- of enum grant_force
    time   INTEGER NOT NULL
) STRICT;
CREATE INDEX grant_step_by_note ON grant_step (digest, event);
