-- Whoever follows the list takes what is due first: a turn needs the deadline.

ALTER TABLE insight_stay ADD COLUMN due INTEGER NOT NULL DEFAULT 0; -- 0: none
