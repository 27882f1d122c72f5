-- Statements of the room `record`.

-- record_insert ($1 text, $2 text, $3 text, $4 text, $5 text, $6 text, $7 text, $8 text, $9 text, $10 i64, $11 i64, $12 i64, $13 i64, $14 i64, $15 i64, $16 text, $17 text, $18 text): a record that was just submitted; one whose first state is an end has ended.
INSERT INTO record (number, version, app, tree, overlay, state, office,
                    function, duty, region, submitted, entered, due, promise,
                    paused, lapse, waited, ended, result, charge, paid,
                    into_number, code, subject)
VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12, $13, $14,
        0, CASE WHEN $18 = '' THEN 0 ELSE $10 END, $18, $15, 0, '', $16, $17);

-- record_by_number ($1 text): one record, to show it or to act on it.
SELECT id, version, number, app, tree, overlay, state, office, function, duty,
       region, submitted, entered, due, promise, paused, lapse, ended, result,
       charge, paid, into_number, code, subject, waited, granted,
       silence, silent, escalate, above, above_duty, erased, held,
       restricted
  FROM record
 WHERE number = $1;

-- record_move ($1 text, $2 text, $3 text, $4 text, $5 text, $6 text, $7 i64, $8 i64, $9 i64, $10 i64, $11 i64, $12 i64, $13 i64, $14 text, $15 i64, $16 i64, $17 text): the record after an act.
UPDATE record
   SET version = version + 1, state = $2, office = $3, function = $4,
       duty = $5, region = $6, due = $8, promise = $9,
       entered = CASE WHEN state = $2 THEN entered ELSE $7 END,
       paused = $10, lapse = $11, waited = $12,
       ended = CASE WHEN $13 = 0 OR ended = 0 THEN $13 ELSE ended END,
       result = $14,
       charge = $15, paid = paid + $16,
       into_number = CASE WHEN $17 = '' THEN into_number ELSE $17 END
 WHERE number = $1;

-- record_time_set ($1 text, $2 i64, $3 i64, $4 i64, $5 text, $6 text): what the clock will decide, and who is shown it besides.
UPDATE record
   SET silence = $2, silent = $3, escalate = $4, above = $5, above_duty = $6
 WHERE number = $1;

-- record_due_set ($1 text, $2 i64, $3 i64, $4 i64, $5 i64, $6 i64): its dates by another calendar.
UPDATE record
   SET due = $2, promise = $3, lapse = $4, silence = $5, escalate = $6
 WHERE number = $1;

-- record_set_subject ($1 text, $2 text): what lists show of it.
UPDATE record SET subject = $2 WHERE number = $1;

-- record_id_of ($1 text): the integer key of a number.
SELECT id FROM record WHERE number = $1;

-- record_index_clear ($1 i64): forget what lists filter by, before it is set anew.
DELETE FROM record_index WHERE record = $1;

-- record_index_add ($1 text, $2 text, $3 text, $4 i64, $5 i64): one filter value.
INSERT OR REPLACE INTO record_index (app, field, text, number, record)
VALUES ($1, $2, $3, $4, $5);

-- record_older_waits ($1 text, $2 text, $3 text, $4 text, $5 i64, $6 i64, $7 i64, $8 i64): does an older record wait in the same queue, due no later and for this officer too?
SELECT 1
  FROM record INDEXED BY record_queue
 WHERE ended = 0 AND office = $1 AND duty = $2 AND app = $3 AND state = $4
   AND due <= $8 AND (entered, id) < ($5, $6) AND restricted = 0
   AND NOT EXISTS (SELECT 1 FROM record_disposal x
                    WHERE x.record = record.id AND x.officer <> $7)
 LIMIT 1;

-- record_disposal_of ($1 i64): to whom a record was handed.
SELECT officer FROM record_disposal WHERE record = $1;

-- record_disposal_put ($1 text, $2 i64): the applier of record.assigned.
INSERT INTO record_disposal (record, officer)
SELECT id, $2 FROM record WHERE number = $1
    ON CONFLICT (record) DO UPDATE SET officer = excluded.officer;

-- record_disposal_drop ($1 text): it moved on, or was taken back.
DELETE FROM record_disposal
 WHERE record = (SELECT id FROM record WHERE number = $1);

-- record_waiting_page ($1 text, $2 text, $3 i64, $4 i64, $5 i64, $6 text): what waits for a duty in an office, oldest due first.
SELECT id, version, number, app, tree, overlay, state, office, function, duty,
       region, submitted, entered, due, promise, paused, lapse, ended, result,
       charge, paid, into_number, code, subject, waited, granted,
       silence, silent, escalate, above, above_duty, erased, held,
       restricted,
       (SELECT x.officer FROM record_disposal x WHERE x.record = record.id)
  FROM record INDEXED BY record_waiting
 WHERE ended = 0 AND office = $1 AND duty = $2 AND (due, id) > ($3, $4)
   AND ($6 = '' OR app = $6)
 ORDER BY due, id
 LIMIT $5;

-- record_waiting_count ($1 text, $2 text, $3 i64, $4 i64, $5 i64, $6 text): late, due today, due this week, all.
SELECT sum(due < $3), sum(due >= $3 AND due < $4), sum(due >= $3 AND due < $5),
       count(*)
  FROM record INDEXED BY record_waiting
 WHERE ended = 0 AND office = $1 AND duty = $2 AND ($6 = '' OR app = $6);

-- record_above_page ($1 text, $2 text, $3 i64, $4 i64, $5 i64, $6 text): what is late and shown to a superior, oldest due first.
SELECT id, version, number, app, tree, overlay, state, office, function, duty,
       region, submitted, entered, due, promise, paused, lapse, ended, result,
       charge, paid, into_number, code, subject, waited, granted,
       silence, silent, escalate, above, above_duty, erased, held,
       restricted,
       (SELECT x.officer FROM record_disposal x WHERE x.record = record.id)
  FROM record INDEXED BY record_above
 WHERE ended = 0 AND above = $1 AND above <> '' AND above_duty = $2
   AND (due, id) > ($3, $4)
   AND ($6 = '' OR app = $6)
 ORDER BY due, id
 LIMIT $5;

-- record_above_brief ($1 text, $2 text, $3 text, $4 i64): the same, to count them.
SELECT due, office, duty
  FROM record INDEXED BY record_above
 WHERE ended = 0 AND above = $1 AND above <> '' AND above_duty = $2
   AND ($3 = '' OR app = $3)
 LIMIT $4;

-- record_public_page ($1 text, $2 i64, $3 i64): the newest records of an app, but those that are restricted.
SELECT id, version, number, app, tree, overlay, state, office, function, duty,
       region, submitted, entered, due, promise, paused, lapse, ended, result,
       charge, paid, into_number, code, subject, waited, granted,
       silence, silent, escalate, above, above_duty, erased, held,
       restricted
  FROM record INDEXED BY record_of_app
 WHERE app = $1 AND id < $2 AND restricted = 0
 ORDER BY id DESC
 LIMIT $3;

-- record_lapsed ($1 i64, $2 i64): what has lapsed by now.
SELECT number
  FROM record INDEXED BY record_lapsing
 WHERE lapse > 0 AND lapse <= $1
   AND restricted = 0
 ORDER BY lapse, id
 LIMIT $2;

-- record_silent ($1 i64, $2 i64): of what the promise has passed.
SELECT number
  FROM record INDEXED BY record_silence
 WHERE silence > 0 AND silence <= $1
   AND restricted = 0
 ORDER BY silence, id
 LIMIT $2;

-- record_escalated ($1 i64, $2 i64): what goes to a superior by now.
SELECT number
  FROM record INDEXED BY record_escalating
 WHERE escalate > 0 AND escalate <= $1
   AND restricted = 0
 ORDER BY escalate, id
 LIMIT $2;

-- record_unended_after ($1 i64, $2 i64): open records, to count their dates anew.
SELECT id, number
  FROM record INDEXED BY record_unended
 WHERE ended = 0 AND id > $1
 ORDER BY id
 LIMIT $2;

-- record_clock_get: when the last timer ran, and since when all waits.
SELECT seen, parked FROM record_clock WHERE id = 1;

-- record_clock_set ($1 i64, $2 i64): a timer ran, or all waits.
UPDATE record_clock SET seen = $1, parked = $2 WHERE id = 1;

-- record_calendar_get: by which calendar open deadlines are counted.
SELECT digest, after FROM record_calendar WHERE id = 1;

-- record_calendar_set ($1 text, $2 i64): how far a new calendar has come.
UPDATE record_calendar SET digest = $1, after = $2 WHERE id = 1;

-- record_near_point ($1 text, $2 text, $3 i64, $4 i64, $5 i64): open records whose latitude lies in a band.
SELECT r.number, r.state, r.tree, r.overlay, r.submitted, x.text, r.subject
  FROM record_index x JOIN record r ON r.id = x.record
 WHERE x.app = $1 AND x.field = $2 AND x.number <> 0
   AND x.number BETWEEN $3 AND $4
   AND r.ended = 0 AND r.restricted = 0
 ORDER BY r.id DESC
 LIMIT $5;

-- record_near_region ($1 text, $2 text, $3 text, $4 i64): open records of a village.
SELECT r.number, r.state, r.tree, r.overlay, r.submitted, x.text, r.subject
  FROM record_index x JOIN record r ON r.id = x.record
 WHERE x.app = $1 AND x.field = $2 AND x.text = $3 AND r.ended = 0
   AND r.restricted = 0
 ORDER BY r.id DESC
 LIMIT $4;

-- record_letter_add ($1 i64, $2 text, $3 text, $4 text, $5 text, $6 i64, $7 i64, $8 text, $9 text, $10 text, $11 i64): a letter as its event tells it.
INSERT INTO record_letter (id, record, key, number, register, year, seq, token,
                           valid_from, valid_to, issued, revoked, replaced)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0);

-- record_letters_revoke ($1 text, $2 i64): a record's letters hold no more.
UPDATE record_letter SET revoked = $2 WHERE record = $1 AND revoked = 0;

-- record_letters_of ($1 text): a record's letters, newest first; drawn as one paper, or as one for each ("slip.7.officer-3": a slash comes after a point).
SELECT l.id, l.record, l.key, l.number, l.valid_from, l.valid_to, l.issued,
       l.revoked, l.replaced,
       EXISTS (SELECT 1 FROM record_file f
                WHERE f.record = l.record
                  AND f.path >= 'letters.' || l.key || '.' || l.id
                  AND f.path < 'letters.' || l.key || '.' || l.id || '/')
  FROM record_letter l
 WHERE l.record = $1
 ORDER BY l.id DESC;

-- record_letter_by_token ($1 text): the letter that a QR code names.
SELECT id, record, key, number, valid_from, valid_to, issued, revoked,
       replaced
  FROM record_letter
 WHERE token = $1;

-- record_letter_by_number ($1 text): the letters with this number; a register
-- that begins anew each year may have given it twice.
SELECT id, record, key, number, valid_from, valid_to, issued, revoked,
       replaced
  FROM record_letter
 WHERE number = $1;

-- record_last_seq ($1 text, $2 i64): the last number given in a register and year.
SELECT max(seq) FROM record_letter WHERE register = $1 AND year = $2;

-- record_undrawn_add ($1 i64): draw this one after the next checkpoint.
INSERT OR IGNORE INTO record_undrawn (event) VALUES ($1);

-- record_undrawn_after ($1 i64, $2 i64): letters to be drawn.
SELECT event FROM record_undrawn WHERE event > $1 ORDER BY event LIMIT $2;

-- record_undrawn_drop ($1 i64): drawn.
DELETE FROM record_undrawn WHERE event = $1;

-- record_file_add ($1 text, $2 text, $3 text, $4 text, $5 i64, $6 blob, $7 blob): an attachment or a drawn letter.
INSERT OR IGNORE INTO record_file (record, path, digest, mime, size, boxed,
                                   signature)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- record_file_by_path ($1 text, $2 text): one file of a record.
SELECT digest, mime, size, boxed, signature
  FROM record_file
 WHERE record = $1 AND path = $2;

-- record_day_add ($1 text, $2 i64): a date that an officer confirmed.
INSERT OR IGNORE INTO record_day (day, event) VALUES ($1, $2);

-- record_day_is ($1 text): was this date confirmed, and has no clock jumped since?
SELECT 1
  FROM record_day
 WHERE day = $1
   AND NOT EXISTS (SELECT 1 FROM record_clock WHERE id = 1 AND parked <> 0);

-- record_token_add ($1 blob, $2 text, $3 i64, $4 i64): a form token is used up.
INSERT INTO record_token (token, number, event, used) VALUES ($1, $2, $3, $4);

-- record_token_by ($1 blob): the receipt that a form token got.
SELECT number, event FROM record_token WHERE token = $1;

-- record_draft_put ($1 blob, $2 i64, $3 blob): a draft; its former text was dropped.
INSERT INTO record_draft (token, saved, boxed) VALUES ($1, $2, $3);

-- record_draft_bytes: how much all drafts take.
SELECT bytes FROM record_draft_sum WHERE id = 1;

-- record_draft_by ($1 blob, $2 i64): a draft that is not too old.
SELECT saved, boxed FROM record_draft WHERE token = $1 AND saved >= $2;

-- record_draft_drop_one ($1 blob): the draft was sent or thrown away.
DELETE FROM record_draft WHERE token = $1;

-- record_draft_drop_old ($1 i64): drafts whose time is over.
DELETE FROM record_draft WHERE saved < $1;

-- record_grant ($1 text, $2 i64): what is to be paid out.
UPDATE record SET granted = $2 WHERE number = $1;

-- record_branch_add ($1 text, $2 text, $3 text, $4 text, $5 text, $6 text, $7 text, $8 i64, $9 i64): a branch that waits.
INSERT INTO record_branch (record, branch, app, state, office, function, duty,
                           entered, due, done)
SELECT id, $2, $3, $4, $5, $6, $7, $8, $9, 0 FROM record WHERE number = $1;

-- record_branch_done ($1 text, $2 text, $3 i64): it has acted.
UPDATE record_branch SET done = $3
 WHERE record = (SELECT id FROM record WHERE number = $1) AND branch = $2;

-- record_branch_due ($1 text, $2 text, $3 i64): its deadline by another calendar.
UPDATE record_branch SET due = $3
 WHERE record = (SELECT id FROM record WHERE number = $1) AND branch = $2;

-- record_branch_clear ($1 text): the record left the state, or entered it anew.
DELETE FROM record_branch
 WHERE record = (SELECT id FROM record WHERE number = $1);

-- record_branches_of ($1 i64): a record's branches.
SELECT branch, office, function, duty, entered, due, done
  FROM record_branch
 WHERE record = $1
 ORDER BY branch;

-- record_branch_older ($1 text, $2 text, $3 text, $4 text, $5 text, $6 i64, $7 i64, $8 i64): does an older record wait for the same branch, due no later?
SELECT 1
  FROM record_branch INDEXED BY record_branch_queue
 WHERE done = 0 AND office = $1 AND duty = $2 AND app = $3 AND state = $4
   AND branch = $5 AND due <= $8 AND (entered, record) < ($6, $7)
   AND NOT EXISTS (SELECT 1 FROM record r
                    WHERE r.id = record AND r.restricted <> 0)
 LIMIT 1;

-- record_branch_page ($1 text, $2 text, $3 i64, $4 i64, $5 i64, $6 text): branches that wait for a duty in an office, oldest due first.
SELECT r.id, r.version, r.number, r.app, r.tree, r.overlay, r.state, b.office,
       b.function, b.duty, r.region, r.submitted, b.entered, b.due, r.promise,
       r.paused, r.lapse, r.ended, r.result, r.charge, r.paid, r.into_number,
       r.code, r.subject, r.waited, r.granted,
       r.silence, r.silent, r.escalate, r.above, r.above_duty, r.erased, r.held,
       r.restricted,
       b.branch
  FROM record_branch b INDEXED BY record_branch_waiting
  JOIN record r ON r.id = b.record
 WHERE b.done = 0 AND b.office = $1 AND b.duty = $2
   AND (b.due, b.record) > ($3, $4) AND ($6 = '' OR b.app = $6)
 ORDER BY b.due, b.record
 LIMIT $5;

-- record_branch_count ($1 text, $2 text, $3 i64, $4 i64, $5 i64, $6 text): late, due today, due this week, all.
SELECT sum(due < $3), sum(due >= $3 AND due < $4), sum(due >= $3 AND due < $5),
       count(*)
  FROM record_branch INDEXED BY record_branch_waiting
 WHERE done = 0 AND office = $1 AND duty = $2 AND ($6 = '' OR app = $6);

-- record_link_add ($1 text, $2 text, $3 text): one record opened another.
INSERT OR IGNORE INTO record_link (parent, child, link) VALUES ($1, $2, $3);

-- record_link_children ($1 text): what a record opened.
SELECT child FROM record_link WHERE parent = $1 ORDER BY child;

-- record_link_parent ($1 text): what a record was opened by.
SELECT parent FROM record_link WHERE child = $1;

-- record_linked ($1 text, $2 text, $3 text, $4 text, $5 text, $6 text, $7 i64, $8 i64, $9 text): records of an app whose one or two indexed fields say this, by state: how many, and the sum of a third field.
SELECT r.state, count(*), sum(coalesce(z.number, 0))
  FROM record_index x
  JOIN record r ON r.id = x.record
  LEFT JOIN record_index z
    ON z.record = x.record AND z.app = x.app AND z.field = $6
 WHERE x.app = $1 AND x.field = $2 AND x.text = $3
   AND ($4 = '' OR EXISTS (SELECT 1 FROM record_index y
                            WHERE y.app = $1 AND y.field = $4 AND y.text = $5
                              AND y.record = x.record))
   AND r.submitted >= $7 AND r.submitted < $8 AND r.number <> $9
 GROUP BY r.state;

-- record_letters_replace ($1 text, $2 text, $3 i64): a letter was issued anew; the former ones of its kind gave way.
UPDATE record_letter SET replaced = $3
 WHERE record = $1 AND key = $2 AND id <> $3 AND replaced = 0 AND revoked = 0;

-- record_letters_give_way ($1 text, $2 i64): all of a record's letters gave way to another record's.
UPDATE record_letter SET replaced = $2
 WHERE record = $1 AND replaced = 0 AND revoked = 0;

-- record_letter_number ($1 i64): the number of a letter.
SELECT number FROM record_letter WHERE id = $1;

-- record_entry_put ($1 i64, $2 text, $3 text, $4 text, $5 text, $6 i64, $7 i64): a live entry, new or changed; its number stays.
INSERT INTO record_entry (record, app, live, key, listed, book, year, seq)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7)
    ON CONFLICT (record) DO UPDATE
   SET live = 1, key = excluded.key, listed = excluded.listed;

-- record_entry_out ($1 i64): an entry that lives no more; its number is not given again.
UPDATE record_entry SET live = 0, key = '', listed = '' WHERE record = $1;

-- record_entry_live ($1 i64): does this entry live?
SELECT 1 FROM record_entry WHERE record = $1 AND live = 1;

-- record_entry_last ($1 text, $2 i64): the last number that a book gave an entry in this year.
SELECT max(seq) FROM record_entry WHERE book = $1 AND book <> '' AND year = $2;

-- record_entry_page ($1 text, $2 text, $3 i64, $4 text, $5 i64): live entries by their key, behind one, but those that are restricted.
SELECT r.id, r.version, r.number, r.app, r.tree, r.overlay, r.state, r.office,
       r.function, r.duty, r.region, r.submitted, r.entered, r.due, r.promise,
       r.paused, r.lapse, r.ended, r.result, r.charge, r.paid, r.into_number,
       r.code, r.subject, r.waited, r.granted, r.silence, r.silent, r.escalate,
       r.above, r.above_duty, r.erased, r.held,
       r.restricted,
       x.key, x.listed
  FROM record_entry x INDEXED BY record_entry_list
  JOIN record r ON r.id = x.record
 WHERE x.live = 1 AND x.app = $1 AND (x.key, x.record) > ($2, $3)
   AND x.key >= $4 AND r.restricted = 0
 ORDER BY x.key, x.record
 LIMIT $5;

-- record_unique_clear ($1 i64): what an entry held alone, before it is said anew.
DELETE FROM record_unique WHERE record = $1;

-- record_unique_add ($1 text, $2 text, $3 text, $4 i64): what an entry holds alone.
INSERT INTO record_unique (app, field, mark, record) VALUES ($1, $2, $3, $4);

-- record_unique_of ($1 text, $2 text, $3 text): who holds it already.
SELECT u.record, r.number, x.key
  FROM record_unique u
  JOIN record r ON r.id = u.record
  JOIN record_entry x ON x.record = u.record
 WHERE u.app = $1 AND u.field = $2 AND u.mark = $3;

-- record_reminders_clear ($1 i64): the record moved on.
DELETE FROM record_reminder WHERE record = $1;

-- record_reminder_add ($1 i64, $2 i64): remind then.
INSERT OR IGNORE INTO record_reminder (at, record) VALUES ($1, $2);

-- record_reminder_done ($1 i64, $2 i64): reminded, and of what came before.
DELETE FROM record_reminder WHERE record = $2 AND at <= $1;

-- record_reminders_due ($1 i64, $2 i64): whom to remind by now.
SELECT r.number, x.at
  FROM record_reminder x JOIN record r ON r.id = x.record
 WHERE x.at <= $1 AND r.restricted = 0
 ORDER BY x.at, x.record
 LIMIT $2;

-- record_near_entry ($1 text, $2 text, $3 text, $4 i64): live entries with this value.
SELECT r.number, r.state, r.tree, r.overlay, r.submitted, x.text, r.subject
  FROM record_index x
  JOIN record r ON r.id = x.record
  JOIN record_entry y ON y.record = x.record
 WHERE x.app = $1 AND x.field = $2 AND x.text = $3 AND y.live = 1
   AND r.restricted = 0
 ORDER BY r.id DESC
 LIMIT $4;

-- record_periods ($1 text, $2 text): for which offices a period's records are open already.
SELECT office FROM record_period WHERE app = $1 AND period = $2;

-- record_period_last ($1 text, $2 text): the newest that was opened for an office.
SELECT number FROM record_period
 WHERE app = $1 AND office = $2
 ORDER BY period DESC
 LIMIT 1;

-- record_period_add ($1 text, $2 text, $3 text, $4 text): the calendar opened one.
INSERT INTO record_period (app, period, office, number) VALUES ($1, $2, $3, $4);

-- record_population ($1 text, $2 text, $3 text, $4 i64): the records of an app whose indexed field says this, as they came.
SELECT r.number, r.state
  FROM record_index x
  JOIN record r ON r.id = x.record
 WHERE x.app = $1 AND x.field = $2 AND x.text = $3
 ORDER BY x.record
 LIMIT $4;

-- record_listed_clear ($1 i64): whom a record named before it was computed anew.
DELETE FROM record_listed WHERE record = $1;

-- record_listed_add ($1 text, $2 i64): whom it names.
INSERT OR IGNORE INTO record_listed (officer, record) VALUES ($1, $2);

-- record_filed_by ($1 text, $2 text, $3 text, $4 i64): what an officer filed for himself, the newest first.
SELECT r.number, r.app, r.state, r.submitted
  FROM record_index x
  JOIN record r ON r.id = x.record
 WHERE x.app = $1 AND x.field = $2 AND x.text = $3
 ORDER BY x.record DESC
 LIMIT $4;

-- record_slips_of ($1 text, $2 i64): the records that name an officer, the newest first.
SELECT r.number, r.app, r.state, r.submitted
  FROM record_listed x
  JOIN record r ON r.id = x.record
 WHERE x.officer = $1
 ORDER BY x.record DESC
 LIMIT $2;

-- record_erased_set ($1 text): its openings are gone, and nothing holds it.
UPDATE record SET erased = 1, held = '', held_by = 0, restricted = 0
 WHERE number = $1;

-- record_held_set ($1 text, $2 text, $3 i64): an event holds it back from being erased, or does so no more.
UPDATE record SET held = $2, held_by = $3 WHERE number = $1;

-- record_freed_set ($1 text): nothing holds it back any more; where nothing did, the event is of a time when a restriction was a hold.
UPDATE record
   SET restricted = CASE WHEN held = '' THEN 0 ELSE restricted END,
       held = '', held_by = 0
 WHERE number = $1;

-- record_restricted_set ($1 text, $2 i64): the event by which its processing is restricted, or 0.
UPDATE record SET restricted = $2 WHERE number = $1;

-- record_held_by ($1 text): the event that holds it.
SELECT held_by FROM record WHERE number = $1;

-- record_files_drop ($1 text): its attachments, and the letters that were drawn.
DELETE FROM record_file WHERE record = $1;

-- record_undrawn_drop_of ($1 text): nothing is left to draw its letters from.
DELETE FROM record_undrawn
 WHERE event IN (SELECT id FROM record_letter WHERE record = $1);

-- record_in_force ($1 text, $2 text): has it a letter that holds today and ends one day?
SELECT 1 FROM record_letter
 WHERE record = $1 AND revoked = 0 AND replaced = 0 AND valid_to >= $2
 LIMIT 1;

-- record_is_live ($1 i64): is it a live entry of a register?
SELECT 1 FROM record_entry WHERE record = $1 AND live = 1;

-- record_kin_open ($1 text): a record that is open and opened this one, or was opened by it.
SELECT r.number
  FROM record_link l JOIN record r ON r.number = l.child
 WHERE l.parent = $1 AND r.ended = 0
 UNION ALL
SELECT r.number
  FROM record_link l JOIN record r ON r.number = l.parent
 WHERE l.child = $1 AND r.ended = 0
 LIMIT 1;

-- record_keep_group ($1 text, $2 text, $3 text): the next app, as records froze it, of which some have ended and are kept.
SELECT app, tree, overlay
  FROM record INDEXED BY record_keeping
 WHERE ended > 0 AND erased = 0 AND (app, tree, overlay) > ($1, $2, $3)
 ORDER BY app, tree, overlay
 LIMIT 1;

-- record_keep_page ($1 text, $2 text, $3 text, $4 i64, $5 i64, $6 i64, $7 i64): of that app those that ended before a moment, the oldest first.
SELECT number, ended, id
  FROM record INDEXED BY record_keeping
 WHERE ended > 0 AND erased = 0 AND app = $1 AND tree = $2 AND overlay = $3
   AND (ended, id) > ($4, $5) AND ended < $6
 ORDER BY ended, id
 LIMIT $7;

-- record_keeper_get: which day's keeping is done, and how far today's has come.
SELECT day, app, tree, overlay, ended, record FROM record_keeper WHERE id = 1;

-- record_keeper_set ($1 text, $2 text, $3 text, $4 text, $5 i64, $6 i64): likewise.
UPDATE record_keeper
   SET day = $1, app = $2, tree = $3, overlay = $4, ended = $5, record = $6
 WHERE id = 1;

-- record_request_add ($1 i64, $2 text, $3 text, $4 text, $5 i64, $6 i64, $7 text): a person asked.
INSERT INTO record_request (id, record, kind, asker, asked, due, first, decided,
                            result, answer, offices)
VALUES ($1, $2, $3, $4, $5, $6, '', 0, '', 0, $7);

-- record_request_warned ($1 i64, $2 i64): who decides was told so much.
UPDATE record_request SET warned = $2 WHERE id = $1;

-- record_requests_to_warn ($1 i64, $2 i64, $3 i64): those that are open, told less than so much, and due by then.
SELECT id
  FROM record_request INDEXED BY record_request_warn
 WHERE decided = 0 AND warned < 2 AND warned < $1 AND due <= $2
 ORDER BY warned, due, id
 LIMIT $3;

-- record_requests_late_count ($1 i64): how many are open and late.
SELECT count(*) FROM record_request INDEXED BY record_request_open
 WHERE decided = 0 AND due <= $1;

-- record_request_agreed ($1 i64, $2 text): one of two said yes.
UPDATE record_request SET first = $2 WHERE id = $1;

-- record_request_decided ($1 i64, $2 i64, $3 text, $4 i64): it is decided.
UPDATE record_request SET decided = $2, result = $3, answer = $4 WHERE id = $1;

-- record_request_by ($1 i64): one.
SELECT q.id, q.record, q.kind, q.asker, q.asked, q.due, q.first, q.decided,
       q.result, q.answer, q.offices, r.office
  FROM record_request q JOIN record r ON r.number = q.record
 WHERE q.id = $1;

-- record_requests_by ($1 text): of a record, newest first.
SELECT q.id, q.record, q.kind, q.asker, q.asked, q.due, q.first, q.decided,
       q.result, q.answer, q.offices, r.office
  FROM record_request q JOIN record r ON r.number = q.record
 WHERE q.record = $1
 ORDER BY q.id DESC;

-- record_requests_waiting: those that are open, the first due first.
SELECT q.id, q.record, q.kind, q.asker, q.asked, q.due, q.first, q.decided,
       q.result, q.answer, q.offices, r.office
  FROM record_request q JOIN record r ON r.number = q.record
 WHERE q.decided = 0
 ORDER BY q.due, q.id;

-- record_papers_of ($1 text, $2 text, $3 text): the papers of a letter that is drawn one for each.
SELECT path FROM record_file
 WHERE record = $1 AND path > $2 AND path < $3
 ORDER BY path;

-- record_handover_put ($1 text, $2 text, $3 i64): it stands in this package.
INSERT OR REPLACE INTO record_handover (record, package, handed, received)
VALUES ($1, $2, $3, 0);

-- record_handover_received ($1 text, $2 i64): the archive has it.
UPDATE record_handover SET received = $2 WHERE record = $1;

-- record_handover_of ($1 text): whether it was handed over, and received.
SELECT package, received FROM record_handover WHERE record = $1;

-- record_handover_in ($1 text, $2 text): records of a package, by number, behind one.
SELECT record, received
  FROM record_handover INDEXED BY record_handover_package
 WHERE package = $1 AND record > $2
 ORDER BY record
 LIMIT 500;

-- record_touch ($1 text): it is not what somebody else has before him.
UPDATE record SET version = version + 1 WHERE number = $1;

-- record_desk_set ($1 i64, $2 text): an officer filed it at the counter.
UPDATE record SET desk = $2 WHERE id = $1;

-- record_desk_of ($1 text, $2 i64, $3 i64): what an officer filed at the counter since a moment, the newest first.
SELECT number, app, state, submitted
  FROM record
 WHERE desk = $1 AND desk <> '' AND submitted >= $2
 ORDER BY id DESC
 LIMIT $3;
