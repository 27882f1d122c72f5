-- Whom a head told to do a record that waits for a duty.
-- table record_disposal projection: until the record moves on, or it is taken back
CREATE TABLE record_disposal (
    record  INTEGER PRIMARY KEY,
    officer INTEGER NOT NULL
) STRICT;
