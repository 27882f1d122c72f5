-- Who is away, and who stands in for whom.
-- table city_absence projection small: from absence.* events; what is over stays.
CREATE TABLE city_absence (
    id       INTEGER PRIMARY KEY, -- the event that began it
    absent   INTEGER NOT NULL,    -- 0: the post is vacant
    standing INTEGER NOT NULL,    -- 0: nobody stands in
    office   TEXT    NOT NULL,    -- with duty; both empty for all duties
    duty     TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    begins   INTEGER NOT NULL,
    ends     INTEGER NOT NULL     -- the first moment it no longer holds
) STRICT;
CREATE INDEX city_absence_by_absent ON city_absence (absent, ends);
CREATE INDEX city_absence_by_standing ON city_absence (standing, ends);
CREATE INDEX city_absence_by_end ON city_absence (ends, begins);
