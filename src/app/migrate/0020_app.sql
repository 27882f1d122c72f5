-- What a city has installed. Packages and overlays are kept as they came, by
-- their digest; which of them is in force follows from the events.

-- table app_file truth: the bytes of each package's archive and each overlay
CREATE TABLE app_file (
    id     INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    bytes  BLOB NOT NULL -- one zstd frame
);

-- table app_now projection: the version and overlay in force, open or not
CREATE TABLE app_now (
    id      TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    tree    TEXT NOT NULL,
    overlay TEXT NOT NULL,
    open    INTEGER NOT NULL,
    since   INTEGER NOT NULL
) WITHOUT ROWID;
