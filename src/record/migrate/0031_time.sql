-- What the clock decides: silence, escalation, and where a late record is shown
-- besides.

ALTER TABLE record ADD COLUMN silence INTEGER NOT NULL DEFAULT 0; -- when it speaks; 0 never
ALTER TABLE record ADD COLUMN silent INTEGER NOT NULL DEFAULT 0; -- since when it has spoken
ALTER TABLE record ADD COLUMN escalate INTEGER NOT NULL DEFAULT 0; -- when the state does; 0 never
ALTER TABLE record ADD COLUMN above TEXT NOT NULL DEFAULT ''; -- the superior's office
ALTER TABLE record ADD COLUMN above_duty TEXT NOT NULL DEFAULT '';
CREATE INDEX record_silence ON record (silence, id) WHERE silence > 0;
CREATE INDEX record_escalating ON record (escalate, id) WHERE escalate > 0;
CREATE INDEX record_above ON record (above, above_duty, due, id)
    WHERE ended = 0 AND above <> '';
CREATE INDEX record_unended ON record (id) WHERE ended = 0;

-- table record_clock volatile small: when the last timer ran, and since when all wait for somebody to look at the clock
CREATE TABLE record_clock (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    seen   INTEGER NOT NULL,
    parked INTEGER NOT NULL
) STRICT;
INSERT INTO record_clock (id, seen, parked) VALUES (1, 0, 0);

-- table record_calendar volatile small: the calendar by which open deadlines were last counted, and how far it has come with a new one
CREATE TABLE record_calendar (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    digest TEXT    NOT NULL,
    after  INTEGER NOT NULL -- -1: it is through
) STRICT;
INSERT INTO record_calendar (id, digest, after) VALUES (1, '', -1);
