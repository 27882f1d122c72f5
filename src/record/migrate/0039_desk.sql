-- Who filed at the counter for a resident who was present.

ALTER TABLE record ADD COLUMN desk TEXT NOT NULL DEFAULT ''; -- a pseudonym; empty: the resident
CREATE INDEX record_at_desk ON record (desk, id) WHERE desk <> '';
