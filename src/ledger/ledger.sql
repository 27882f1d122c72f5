-- event_edge: where the next event goes
SELECT id, time, (SELECT max(leaf) FROM ledger_event)
  FROM ledger_event
 WHERE id = (SELECT max(id) FROM ledger_event);

-- event_add ($1 i64, $2 i64, $3 i64, $4 i64, $5 i64, $6 i64, $7 blob, $8 text, $9 text, $10 i64, $11 blob, $12 blob): one event
INSERT INTO ledger_event (id, leaf, time, class, office, sensitive, entry, act,
                          record, slot, facts, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- event_by_id ($1 i64): one event
SELECT id, leaf, time, class, office, sensitive, entry, act, record, slot,
       facts, sealed,
       (SELECT subject FROM ledger_subject s WHERE s.slot = e.slot)
  FROM ledger_event e
 WHERE id = $1;

-- event_of_record ($1 text): what happened to a record
SELECT id, leaf, time, class, office, sensitive, entry, act, record, slot,
       facts, sealed,
       (SELECT subject FROM ledger_subject s WHERE s.slot = e.slot)
  FROM ledger_event e
 WHERE record = $1
 ORDER BY id;

-- event_after ($1 i64, $2 i64): a stretch of all events, for replay
SELECT id, leaf, time, class, office, sensitive, entry, act, record, slot,
       facts, sealed,
       (SELECT subject FROM ledger_subject s WHERE s.slot = e.slot)
  FROM ledger_event e
 WHERE id > $1
 ORDER BY id
 LIMIT $2;

-- event_newest ($1 i64, $2 i64): what the public sees, in the log's order
SELECT id, leaf, entry
  FROM ledger_event
 WHERE leaf < $1
 ORDER BY leaf DESC
 LIMIT $2;

-- event_entries ($1 i64, $2 i64): a stretch of the log
SELECT leaf, entry, id
  FROM ledger_event
 WHERE leaf >= $1 AND leaf < $2
 ORDER BY leaf;

-- event_waiting ($1 i64): events before this time that wait for a batch
SELECT id, time, class, entry
  FROM ledger_event
 WHERE leaf IS NULL AND time < $1
 ORDER BY id;

-- event_place ($1 i64, $2 i64): give an event of a batch its place in the log
UPDATE ledger_event SET leaf = $2 WHERE id = $1 AND leaf IS NULL;

-- subject_highest: the last key that was given out
SELECT max(slot) FROM ledger_subject;

-- subject_find ($1 text): the key that seals a subject's openings
SELECT slot, erased FROM ledger_subject WHERE subject = $1;

-- subject_add ($1 i64, $2 text): a subject gets a key
INSERT INTO ledger_subject (slot, subject) VALUES ($1, $2);

-- subject_move ($1 i64, $2 i64): a subject goes on with another key
UPDATE ledger_subject SET slot = $2 WHERE slot = $1;

-- subject_unseal ($1 i64): drop a subject's sealed openings
UPDATE ledger_event SET sealed = NULL WHERE slot = $1;

-- subject_erase ($1 i64, $2 i64): a subject is erased by an event
UPDATE ledger_subject SET erased = $2 WHERE slot = $1;

-- subject_erased_after ($1 i64): erasures whose keys may still be there
SELECT slot, subject, erased
  FROM ledger_subject
 WHERE erased > $1
 ORDER BY erased;

-- subject_unerased_after ($1 i64, $2 i64): whose openings are still sealed
SELECT slot, subject, 0
  FROM ledger_subject
 WHERE slot > $1 AND erased IS NULL
 ORDER BY slot
 LIMIT $2;

-- subject_unsaid ($1 i64): erasures that have no event yet
SELECT slot, subject, erased FROM ledger_subject WHERE erased = $1;

-- tile_find ($1 i64, $2 i64): a complete tile
SELECT hashes, root FROM ledger_tile WHERE level = $1 AND n = $2;

-- tile_roots ($1 i64, $2 i64, $3 i64): roots of a stretch of complete tiles
SELECT root
  FROM ledger_tile
 WHERE level = $1 AND n >= $2 AND n < $3
 ORDER BY n;

-- tile_add ($1 i64, $2 i64, $3 blob, $4 blob): a tile became complete
INSERT INTO ledger_tile (level, n, root, hashes) VALUES ($1, $2, $3, $4);

-- tile_stray ($1 i64, $2 i64): tiles that the log is too short for
SELECT count(*) FROM ledger_tile WHERE level = $1 AND n >= $2;

-- checkpoint_newest: the newest signed note
SELECT size, note
  FROM ledger_checkpoint
 WHERE day = (SELECT max(day) FROM ledger_checkpoint);

-- checkpoint_add ($1 i64, $2 i64, $3 text): the newest of its day replaces the others
INSERT INTO ledger_checkpoint (day, size, note)
VALUES ($1, $2, $3)
    ON CONFLICT (day) DO UPDATE SET size = excluded.size, note = excluded.note;

-- cosigned_newest: the newest note that witnesses cosigned
SELECT size, note
  FROM ledger_cosigned
 WHERE day = (SELECT max(day) FROM ledger_cosigned);

-- cosigned_add ($1 i64, $2 i64, $3 text): the newest of its day replaces the others
INSERT INTO ledger_cosigned (day, size, note)
VALUES ($1, $2, $3)
    ON CONFLICT (day) DO UPDATE SET size = excluded.size, note = excluded.note;

-- batch_last: the last day whose batch is in the log
SELECT max(day) FROM ledger_batch;

-- batch_add ($1 i64, $2 i64): it is
INSERT INTO ledger_batch (day, event) VALUES ($1, $2);
