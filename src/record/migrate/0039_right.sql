-- Who is to decide what persons ask about their data, and who was told of it.

ALTER TABLE record_request ADD COLUMN offices TEXT NOT NULL DEFAULT ''; -- keys of those that handled the record, joined by a comma
ALTER TABLE record_request ADD COLUMN warned INTEGER NOT NULL DEFAULT 0; -- 1: before its time was over, 2: it is late
CREATE INDEX record_request_warn ON record_request (warned, due, id)
    WHERE decided = 0 AND warned < 2;
