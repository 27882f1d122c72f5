-- table web_session volatile: officers signed in, and browsers that showed a record's code
CREATE TABLE web_session (
    id      BLOB    NOT NULL PRIMARY KEY, -- SHA-256 of the cookie's key
    officer INTEGER NOT NULL,             -- 0: a resident
    record  TEXT    NOT NULL,             -- the number that was proved, or ''
    made    INTEGER NOT NULL,
    seen    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX web_session_seen ON web_session (seen);
CREATE INDEX web_session_officer ON web_session (officer);

-- table web_device volatile: browsers from which an officer signed in before
CREATE TABLE web_device (
    device  BLOB    NOT NULL, -- SHA-256 of the cookie's device
    officer INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    PRIMARY KEY (device, officer)
) STRICT, WITHOUT ROWID;
CREATE INDEX web_device_seen ON web_device (seen);
