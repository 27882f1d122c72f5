-- Statements of the room `insight`.

-- insight_stay_add ($1 i64, $2 text, $3 text, $4 text, $5 text, $6 text, $7 i64, $8 i64, $9 i64, $10 i64, $11 i64, $12 i64): a record enters a state.
INSERT INTO insight_stay (id, record, app, office, held, state, came, entered,
                          promised, present, open, counted, left, officer,
                          reason, due)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10, $11, 0, '', '', $12);

-- insight_stay_present ($1 text): where a record is.
SELECT id, app, office, held, state, came, entered, promised, open, counted,
       due
  FROM insight_stay
 WHERE record = $1 AND present = 1;

-- insight_stay_leave ($1 i64, $2 i64, $3 text): it leaves the state.
UPDATE insight_stay SET present = 0, left = $2, officer = $3 WHERE id = $1;

-- insight_stay_change ($1 i64, $2 text, $3 text, $4 i64, $5 i64): it stays, and office, promise or deadline changed.
UPDATE insight_stay SET office = $2, held = $3, promised = $4, due = $5
 WHERE id = $1;

-- insight_stay_reason ($1 text, $2 text): the next act takes it out of turn.
UPDATE insight_stay SET reason = $2 WHERE record = $1 AND present = 1;

-- insight_open_add ($1 text, $2 text, $3 i64, $4 i64): one more is open.
INSERT INTO insight_open (app, office, came, promised, n)
VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (app, office, came, promised) DO UPDATE SET n = n + 1;

-- insight_open_take ($1 text, $2 text, $3 i64, $4 i64): one less is.
UPDATE insight_open SET n = n - 1
 WHERE app = $1 AND office = $2 AND came = $3 AND promised = $4;

-- insight_open_drop ($1 text, $2 text, $3 i64, $4 i64): nobody counts nothing.
DELETE FROM insight_open
 WHERE app = $1 AND office = $2 AND came = $3 AND promised = $4 AND n = 0;

-- insight_open_all: what is open, of all services.
SELECT app, office, came, promised, n FROM insight_open;

-- insight_open_of ($1 text): what is open of one service.
SELECT app, office, came, promised, n FROM insight_open WHERE app = $1;

-- insight_open_sum: how many are open in all.
SELECT sum(n) FROM insight_open;

-- insight_ended_add ($1 i64, $2 text, $3 text, $4 text, $5 i64): one ended.
INSERT INTO insight_ended (month, app, office, result, n, late)
VALUES ($1, $2, $3, $4, 1, $5)
    ON CONFLICT (month, app, office, result)
    DO UPDATE SET n = n + 1, late = late + $5;

-- insight_ended_since ($1 i64): how they ended, of all services.
SELECT app, office, result, sum(n), sum(late)
  FROM insight_ended
 WHERE month >= $1
 GROUP BY app, office, result;

-- insight_ended_of ($1 text, $2 i64): how they ended, of one service.
SELECT app, office, result, sum(n), sum(late)
  FROM insight_ended INDEXED BY insight_ended_app
 WHERE app = $1 AND month >= $2
 GROUP BY app, office, result;

-- insight_took_add ($1 i64, $2 text, $3 text, $4 i64): one took so long.
INSERT INTO insight_took (month, app, office, step, n)
VALUES ($1, $2, $3, $4, 1)
    ON CONFLICT (month, app, office, step) DO UPDATE SET n = n + 1;

-- insight_took_since ($1 i64): how long they took, of all services.
SELECT app, office, step, sum(n)
  FROM insight_took
 WHERE month >= $1
 GROUP BY app, office, step;

-- insight_took_of ($1 text, $2 i64): how long they took, of one service.
SELECT app, office, step, sum(n)
  FROM insight_took INDEXED BY insight_took_app
 WHERE app = $1 AND month >= $2
 GROUP BY app, office, step;

-- insight_stays ($1 i64, $2 i64): the stays at an office from $1 on that began before $2.
SELECT record, app, office, state, officer, reason, entered, left, came, due
  FROM insight_stay INDEXED BY insight_stay_queue
 WHERE open = 1 AND office <> '' AND left >= $1 AND entered < $2
UNION ALL
SELECT record, app, office, state, officer, reason, entered, left, came, due
  FROM insight_stay INDEXED BY insight_stay_queue
 WHERE open = 1 AND office <> '' AND left = 0 AND entered < $2;

-- insight_flag_add ($1 i64, $2 text, $3 text, $4 i64, $5 i64, $6 i64, $7 i64, $8 i64, $9 i64): a flag is raised.
INSERT INTO insight_flag (id, kind, officer, month, acts, found, peers, q,
                          raised, asked, asker, closed, closer, outcome,
                          answer)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, '', 0, '', '', 0);

-- insight_flag_is ($1 text, $2 text, $3 i64): was it raised?
SELECT 1 FROM insight_flag WHERE kind = $1 AND officer = $2 AND month = $3;

-- insight_flag_asked ($1 i64, $2 i64, $3 text): taken up.
UPDATE insight_flag SET asked = $2, asker = $3 WHERE id = $1;

-- insight_flag_closed ($1 i64, $2 i64, $3 text, $4 text, $5 i64): closed.
UPDATE insight_flag
   SET closed = $2, closer = $3, outcome = $4, answer = $5
 WHERE id = $1;

-- insight_flag_page ($1 i64, $2 i64): flags, newest first.
SELECT id, kind, officer, month, acts, found, peers, q, raised, asked, asker,
       closed, closer, outcome, answer
  FROM insight_flag
 WHERE id < $1
 ORDER BY id DESC
 LIMIT $2;

-- insight_flag_by ($1 i64): one flag.
SELECT id, kind, officer, month, acts, found, peers, q, raised, asked, asker,
       closed, closer, outcome, answer
  FROM insight_flag
 WHERE id = $1;

-- insight_reply_add ($1 text, $2 text, $3 text, $4 text, $5 i64, $6 text): an answer about a finished record.
INSERT INTO insight_reply (record, about, app, office, month, scores)
VALUES ($1, $2, $3, $4, $5, $6);

-- insight_reply_by ($1 text): what an answer counted for.
SELECT app, office, month, scores FROM insight_reply WHERE record = $1;

-- insight_reply_drop ($1 text): it counts no more.
DELETE FROM insight_reply WHERE record = $1;

-- insight_reply_about ($1 text): whether a finished record was rated.
SELECT 1 FROM insight_reply WHERE about = $1;

-- insight_score_add ($1 i64, $2 text, $3 text, $4 text, $5 i64, $6 i64): more or less of an element.
INSERT INTO insight_score (month, app, office, element, n, sum)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (month, app, office, element)
    DO UPDATE SET n = n + $5, sum = sum + $6;

-- insight_score_drop ($1 i64, $2 text, $3 text, $4 text): nobody counts nothing.
DELETE FROM insight_score
 WHERE month = $1 AND app = $2 AND office = $3 AND element = $4 AND n = 0;

-- insight_score_since ($1 i64): what surveys say, by office.
SELECT app, office, element, sum(n), sum(sum)
  FROM insight_score
 WHERE month >= $1
 GROUP BY app, office, element;
