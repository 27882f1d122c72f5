/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking the signer, wherever it is. */
#include "seal/seal_priv.h"

#define WATCH_MOST 256

void seal_signer_close(struct signer *s)
{
    if (s != NULL)
        s->does->close(s);
}

void seal_signer_key(struct signer *s, enum seal_role role,
                     struct seal_key *out)
{
    pthread_mutex_lock(&s->known);
    *out = s->keys[role];
    pthread_mutex_unlock(&s->known);
}

void seal_signer_begin(struct signer *s, const struct seal_does *does)
{
    s->does = does;
    MUST(pthread_mutex_init(&s->known, NULL) == 0);
}

void seal_signer_know(struct signer *s, const struct seal_key *keys)
{
    pthread_mutex_lock(&s->known);
    for (size_t i = SEAL_SNAPSHOT; i <= SEAL_TIMESTAMP; i++) {
        str name = s->keys[i].name;

        s->keys[i] = keys[i];
        s->keys[i].name = name;
    }
    pthread_mutex_unlock(&s->known);
}

err seal_signer_renew(struct ctx *c, struct signer *s)
{
    return s->does->renew(c, s);
}

err seal_signer_checkpoint(struct ctx *c, struct signer *s,
                           const struct seal_checkpoint *next,
                           const struct hash *path, size_t n, str *note)
{
    return s->does->checkpoint(c, s, next, path, n, note);
}

err seal_signer_last(struct ctx *c, struct signer *s, str *note)
{
    return s->does->last(c, s, note);
}

err seal_signer_watch(struct ctx *c, struct signer *s,
                      const struct seal_key *logs, size_t n)
{
    if (n > WATCH_MOST)
        return fail(c, E_BAD_INPUT,
                    say(c, "Paling banyak %d log dapat disaksikan.",
                        "At most %d logs can be witnessed."),
                    WATCH_MOST);
    for (size_t i = 0; i < n; i++)
        if (logs[i].type != SEAL_ED25519 ||
            logs[i].name.n > SEAL_KEY_NAME_MOST ||
            str_eq(logs[i].name, s->keys[SEAL_LOG].name))
            return fail(c, E_BAD_INPUT,
                        say(c,
                            "%.*s tidak dapat disaksikan: bukan kunci log, "
                            "atau log kota ini sendiri.",
                            "%.*s cannot be witnessed: it is no log's key, or "
                            "this city's own log."),
                        STR_ARG(str_slice(logs[i].name, 0, 200)));
    return s->does->watch(c, s, logs, n);
}

err seal_signer_cosign(struct ctx *c, struct signer *s, str request,
                       struct seal_cosigned *out)
{
    return s->does->cosign(c, s, request, out);
}

err seal_signer_watched(struct ctx *c, struct signer *s,
                        struct seal_watched **out, size_t *n)
{
    return s->does->watched(c, s, out, n);
}

err seal_signer_letter(struct ctx *c, struct signer *s, str entry,
                       uint64_t index, const struct hash *path, size_t n,
                       struct hash digest, str *signature)
{
    return s->does->letter(c, s, entry, index, path, n, digest, signature);
}

err seal_signer_snapshot(struct ctx *c, struct signer *s,
                         const struct seal_edition *next, str *json)
{
    return s->does->edition(c, s, SEAL_SAYS_SNAPSHOT, next, json);
}

err seal_signer_timestamp(struct ctx *c, struct signer *s,
                          const struct seal_edition *next, str *json)
{
    return s->does->edition(c, s, SEAL_SAYS_TIMESTAMP, next, json);
}

err seal_signer_said(struct ctx *c, struct signer *s, int64_t *snapshot,
                     int64_t *timestamp)
{
    int64_t versions[SEAL_SAYS];

    TRY(s->does->said(c, s, versions));
    *snapshot = versions[SEAL_SAYS_SNAPSHOT];
    *timestamp = versions[SEAL_SAYS_TIMESTAMP];
    return E_OK;
}
