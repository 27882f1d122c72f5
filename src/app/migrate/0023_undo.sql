-- The way back to a version before waits for a second officer where it changes
-- lines that need one.

-- table app_undo projection small: an undoing that waits, at most one an app
CREATE TABLE app_undo (
    app     TEXT PRIMARY KEY,
    tree    TEXT NOT NULL, -- to go back to
    was     TEXT NOT NULL, -- the version in force when it was proposed
    overlay TEXT NOT NULL, -- and the overlay in force then
    officer TEXT NOT NULL,
    since   INTEGER NOT NULL
) WITHOUT ROWID;
