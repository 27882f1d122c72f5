-- Statements of the room `notice`.

-- notice_wish_by ($1 text): how a record's resident wants to be told.
SELECT mail, message, lang FROM notice_wish WHERE record = $1;

-- notice_wish_put ($1 text, $2 i64, $3 i64, $4 text): as the event says.
INSERT OR REPLACE INTO notice_wish (record, mail, message, lang)
VALUES ($1, $2, $3, $4);

-- notice_seen_is: up to which event the follower has read.
SELECT event FROM notice_seen WHERE id = 1;

-- notice_seen_put ($1 i64): it has read up to this one.
INSERT OR REPLACE INTO notice_seen (id, event) VALUES (1, $1);

-- notice_out_add ($1 i64, $2 text, $3 text, $4 i64, $5 i64): to be told.
INSERT OR IGNORE INTO notice_out (event, way, record, kind, made, tries, next,
                                  why)
VALUES ($1, $2, $3, $4, $5, 0, $5, '');

-- notice_out_due ($1 i64, $2 i64): what is to be told by now, the oldest first.
SELECT event, way, record, kind, made, tries
  FROM notice_out INDEXED BY notice_out_next
 WHERE next > 0 AND next <= $1
 ORDER BY next, event
 LIMIT $2;

-- notice_out_later ($1 i64, $2 text, $3 i64, $4 text): try again then; 0: no more.
UPDATE notice_out SET tries = tries + 1, next = $3, why = $4
 WHERE event = $1 AND way = $2;

-- notice_out_drop ($1 i64, $2 text, $3 text): it was told, and what failed before is history.
DELETE FROM notice_out
 WHERE record = $3 AND way = $2
   AND (event = $1 OR (event < $1 AND next = 0));

-- notice_out_forget: nothing of another time is told.
DELETE FROM notice_out WHERE event > 0;

-- notice_seen_forget: following begins anew at the last event.
DELETE FROM notice_seen WHERE id = 1;

-- notice_out_drop_old ($1 i64): failures that nobody can mend any more.
DELETE FROM notice_out WHERE next = 0 AND made < $1;

-- notice_out_last ($1 text): the last that was not told to a record's resident.
SELECT next, why FROM notice_out INDEXED BY notice_out_record
 WHERE record = $1 AND way IN ('mail', 'message')
 ORDER BY event DESC
 LIMIT 1;

-- notice_out_waiting: how many wait, and since when.
SELECT count(*), min(made) FROM notice_out INDEXED BY notice_out_next
 WHERE next > 0;

-- notice_out_failures: how many failed for good.
SELECT count(*) FROM notice_out INDEXED BY notice_out_failed WHERE next = 0;
