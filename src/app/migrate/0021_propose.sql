-- What waits for a second officer, and what was done to each app so far.

-- table app_proposal projection: the change that waits, at most one an app
CREATE TABLE app_proposal (
    app     TEXT PRIMARY KEY,
    overlay TEXT NOT NULL, -- as it would be; empty: back to the origin
    was     TEXT NOT NULL, -- the overlay it was proposed against
    tree    TEXT NOT NULL, -- and the version
    officer TEXT NOT NULL,
    since   INTEGER NOT NULL
) WITHOUT ROWID;

-- table app_past projection: each act on an app, for its history and undo
CREATE TABLE app_past (
    id      INTEGER PRIMARY KEY, -- the event
    app     TEXT NOT NULL,
    act     TEXT NOT NULL,
    officer TEXT NOT NULL,
    second  TEXT NOT NULL, -- who agreed; empty: nobody had to
    version TEXT NOT NULL, -- of app.installed
    tree    TEXT NOT NULL,
    overlay TEXT NOT NULL, -- in force after the act, or what was proposed
    time    INTEGER NOT NULL
);
CREATE INDEX app_past_by_app ON app_past (app, id);
