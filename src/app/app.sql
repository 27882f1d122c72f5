-- Statements of the room app.

-- app_file_add ($1 text, $2 blob): the same bytes again are the same row.
INSERT INTO app_file (digest, bytes) VALUES ($1, $2)
    ON CONFLICT (digest) DO NOTHING;

-- app_file_get ($1 text): a package's archive or an overlay.
SELECT bytes FROM app_file WHERE digest = $1;

-- app_now_all: for the catalogue; the key is never empty.
SELECT id, version, tree, overlay, open FROM app_now WHERE id > '' ORDER BY id;

-- app_now_get ($1 text): what is in force.
SELECT version, tree, overlay, open FROM app_now WHERE id = $1;

-- app_now_install ($1 text, $2 text, $3 text, $4 i64): the applier of
-- app.installed; what the city had laid over it and opened stays.
INSERT INTO app_now (id, version, tree, overlay, open, since)
VALUES ($1, $2, $3, '', 0, $4)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version,
       tree = excluded.tree, since = excluded.since;

-- app_now_localise ($1 text, $2 text, $3 i64): the applier of app.localised.
UPDATE app_now SET overlay = $2, since = $3 WHERE id = $1;

-- app_now_open ($1 text, $2 i64, $3 i64): the applier of app.opened, closed.
UPDATE app_now SET open = $2, since = $3 WHERE id = $1;

-- app_proposal_set ($1 text, $2 text, $3 text, $4 text, $5 text, $6 i64): the
-- applier of app.localise_proposed; a later one takes the place of the first.
INSERT INTO app_proposal (app, overlay, was, tree, officer, since)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (app) DO UPDATE SET overlay = excluded.overlay,
       was = excluded.was, tree = excluded.tree, officer = excluded.officer,
       since = excluded.since;

-- app_proposal_drop ($1 text): withdrawn, or in force now.
DELETE FROM app_proposal WHERE app = $1;

-- app_proposal_get ($1 text): what waits for a second officer.
SELECT overlay, was, tree, officer, since FROM app_proposal WHERE app = $1;

-- app_past_add ($1 i64, $2 text, $3 text, $4 text, $5 text, $6 text, $7 text, $8 text, $9 i64): a line of an app's history.
INSERT INTO app_past (id, app, act, officer, second, version, tree, overlay,
                      time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- app_past_of ($1 text, $2 i64, $3 i64): newest first, before an event.
SELECT id, act, officer, second, version, tree, overlay, time FROM app_past
 WHERE app = $1 AND id < $2 ORDER BY id DESC LIMIT $3;

-- app_past_ever ($1 text): the first opening of an app.
SELECT id FROM app_past WHERE app = $1 AND act = 'app.opened' LIMIT 1;

-- app_map_set ($1 text, $2 text, $3 text, $4 i64): the applier of
-- city.map_proposed.
INSERT INTO app_map (function, office, officer, since)
VALUES ($1, $2, $3, $4)
    ON CONFLICT (function) DO UPDATE SET office = excluded.office,
       officer = excluded.officer, since = excluded.since;

-- app_map_drop ($1 text): agreed to, withdrawn or refused.
DELETE FROM app_map WHERE function = $1;

-- app_map_get ($1 text): what waits for a second officer.
SELECT office, officer, since FROM app_map WHERE function = $1;

-- app_past_ways ($1 text): what changed version or overlay, oldest first.
SELECT id, act, version, tree, overlay, time FROM app_past
 WHERE app = $1 AND act IN ('app.installed', 'app.localised', 'app.undone')
 ORDER BY id;

-- app_now_undo ($1 text, $2 text, $3 text, $4 text, $5 i64): the applier of
-- app.undone.
UPDATE app_now SET version = $2, tree = $3, overlay = $4, since = $5
 WHERE id = $1;

-- app_undo_set ($1 text, $2 text, $3 text, $4 text, $5 text, $6 i64): the
-- applier of app.undo_proposed; a later one takes the place of the first.
INSERT INTO app_undo (app, tree, was, overlay, officer, since)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (app) DO UPDATE SET tree = excluded.tree, was = excluded.was,
       overlay = excluded.overlay, officer = excluded.officer,
       since = excluded.since;

-- app_undo_drop ($1 text): withdrawn, refused, or done.
DELETE FROM app_undo WHERE app = $1;

-- app_undo_get ($1 text): the undoing that waits for a second officer.
SELECT tree, was, overlay, officer, since FROM app_undo WHERE app = $1;
