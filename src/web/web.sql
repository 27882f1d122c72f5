-- Statements of the room `web`.

-- web_session_by ($1 blob): whose session this is.
SELECT officer, record, made, seen FROM web_session WHERE id = $1;

-- web_session_put ($1 blob, $2 i64, $3 text, $4 i64): a session that begins.
INSERT OR REPLACE INTO web_session (id, officer, record, made, seen)
VALUES ($1, $2, $3, $4, $4);

-- web_session_touch ($1 blob, $2 i64): it was in use.
UPDATE web_session SET seen = max(seen, $2) WHERE id = $1;

-- web_session_drop ($1 blob): sign out.
DELETE FROM web_session WHERE id = $1;

-- web_session_drop_old ($1 i64): what nobody used for long.
DELETE FROM web_session WHERE seen < $1;

-- web_session_drop_officer ($1 i64): one officer, everywhere.
DELETE FROM web_session WHERE officer = $1;

-- web_device_put ($1 blob, $2 i64, $3 i64): this officer signed in here.
INSERT OR REPLACE INTO web_device (device, officer, seen)
VALUES ($1, $2, $3);

-- web_device_by ($1 blob, $2 i64): did this officer sign in here before?
SELECT seen FROM web_device WHERE device = $1 AND officer = $2;

-- web_device_drop_old ($1 i64): browsers that did not come back.
DELETE FROM web_device WHERE seen < $1;
