-- Statements of the room grant.

-- grant_note_put ($1 text, $2 text, $3 text, $4 text): a note, or the same
-- text with more signatures.
INSERT INTO grant_note (digest, kind, number, bytes) VALUES ($1, $2, $3, $4)
    ON CONFLICT (digest) DO UPDATE SET bytes = excluded.bytes;

-- grant_note_get ($1 text): a note's bytes.
SELECT bytes FROM grant_note WHERE digest = $1;

-- grant_note_fork ($1 text, $2 text, $3 text): another text under the number
-- that is more than a draft.
SELECT digest FROM grant_state
 WHERE kind = $1 AND number = $2 AND digest <> $3 AND state > 0 LIMIT 1;

-- grant_note_end ($1 text): the notes that end an accord of this number.
SELECT digest FROM grant_note WHERE kind = 'end' AND number = $1 ORDER BY id;

-- grant_state_get ($1 text): how far it has come.
SELECT state, since FROM grant_state WHERE digest = $1;

-- grant_state_all: every note, the kinds apart, each by its last step; the key
-- is never empty.
SELECT kind, number, digest, state, since FROM grant_state
 WHERE kind > '' ORDER BY kind, since, number, digest;

-- grant_state_put ($1 text, $2 text, $3 text, $4 i64, $5 i64): the applier of
-- a step; it never goes back.
INSERT INTO grant_state (digest, kind, number, state, since)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (digest) DO UPDATE SET state = excluded.state,
       since = excluded.since WHERE excluded.state > grant_state.state;

-- grant_taken_get ($1 text): where an app came from.
SELECT app, version, tree, city, deed, since FROM grant_taken WHERE app = $1;

-- grant_taken_all: all of them; the key is never empty.
SELECT app, version, tree, city, deed, since FROM grant_taken
 WHERE app > '' ORDER BY app;

-- grant_taken_put ($1 text, $2 text, $3 text, $4 text, $5 text, $6 i64): the
-- applier of grant.adopted and grant.updated.
INSERT INTO grant_taken (app, version, tree, city, deed, since)
VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (app) DO UPDATE SET version = excluded.version,
       tree = excluded.tree, city = excluded.city, deed = excluded.deed,
       since = excluded.since;

-- grant_step_put ($1 i64, $2 text, $3 i64, $4 i64): the applier of a step.
INSERT INTO grant_step (event, digest, state, time) VALUES ($1, $2, $3, $4);

-- grant_step_of ($1 text): the steps of a note, oldest first.
SELECT event, state, time FROM grant_step WHERE digest = $1 ORDER BY event;
