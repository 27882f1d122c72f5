-- table notice_wish projection: how a record's resident wants to be told
CREATE TABLE notice_wish (
    record  TEXT    NOT NULL PRIMARY KEY,
    mail    INTEGER NOT NULL,
    message INTEGER NOT NULL,
    lang    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- table notice_seen volatile: up to which event the follower has read
CREATE TABLE notice_seen (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    event INTEGER NOT NULL
) STRICT;

-- table notice_out volatile: what is to be told, and what could not be; neither address nor text
CREATE TABLE notice_out (
    event  INTEGER NOT NULL,
    way    TEXT    NOT NULL, -- mail, message
    record TEXT    NOT NULL,
    kind   INTEGER NOT NULL,
    made   INTEGER NOT NULL,
    tries  INTEGER NOT NULL,
    next   INTEGER NOT NULL, -- when to try; 0 once it has failed for good
    why    TEXT    NOT NULL, -- the name of the last error
    PRIMARY KEY (event, way)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_out_next ON notice_out (next, event) WHERE next > 0;
CREATE INDEX notice_out_failed ON notice_out (made) WHERE next = 0;
CREATE INDEX notice_out_record ON notice_out (record, event);
