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
