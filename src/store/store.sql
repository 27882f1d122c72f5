-- store_begin: one transaction for what waits.
BEGIN IMMEDIATE;

-- store_commit: durable when it returns.
COMMIT;

-- store_rollback: nothing of the batch stays.
ROLLBACK;

-- store_mark: where one request begins.
SAVEPOINT request;

-- store_keep: the request goes with the batch.
RELEASE request;

-- store_undo: nothing of the request stays.
ROLLBACK TO request;

-- store_look: begin a snapshot, at its first read.
BEGIN;

-- store_anchor: the first read, which fixes the snapshot.
SELECT 1 FROM store_migration WHERE number = 1;

-- store_applied: what has been applied, to compare with the program's list.
SELECT number, name, hash
  FROM store_migration
 ORDER BY number;

-- store_record ($1 i64, $2 text, $3 i64, $4 i64): a migration was applied.
INSERT INTO store_migration (number, name, hash, applied)
VALUES ($1, $2, $3, $4);
