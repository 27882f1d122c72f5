-- Which office carries a function is decided by two officers as well.

-- table app_map projection small: a change of the function map that waits
CREATE TABLE app_map (
    function TEXT PRIMARY KEY,
    office   TEXT NOT NULL,
    officer  TEXT NOT NULL,
    since    INTEGER NOT NULL
) WITHOUT ROWID;
