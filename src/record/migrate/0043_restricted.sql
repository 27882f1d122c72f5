-- That a person asked to have the processing of his data restricted stands by
-- itself: what holds a record back from erasure comes and goes beside it.

ALTER TABLE record ADD COLUMN restricted INTEGER NOT NULL DEFAULT 0; -- the event by which; 0 for not
UPDATE record SET restricted = held_by, held = '', held_by = 0
 WHERE held = 'restriction';
