/* SPDX-License-Identifier: EUPL-1.2 */
/* The witness's addresses, as a program of another city sees them: each status
 * of C2SP tlog-witness. */
#include "tests/web/site.h"

/* Another city's log, one entry after the other. */
struct other {
    struct signer *signer;
    uint64_t size;
};

static void close_other(void *it)
{
    seal_signer_close(((struct other *)it)->signer);
}

static err leaf(struct ctx *c, void *arg, unsigned level, uint64_t n,
                struct hash *out)
{
    struct hash left, right;

    if (level == 0) {
        *out = seal_leaf(arena_fmt(c->mem, "entry %" PRIu64, n));
        return E_OK;
    }
    TRY(leaf(c, arg, level - 1, 2 * n, &left));
    TRY(leaf(c, arg, level - 1, 2 * n + 1, &right));
    *out = seal_node(left, right);
    return E_OK;
}

static struct other *other_new(struct ctx *c)
{
    struct other *o = NEW(c->mem, struct other);
    const char *path = file_join(c, test_folder(c), "signer");

    CHECK_OK(seal_signer_create(c, path, STR("lain.example")));
    CHECK_OK(seal_signer_open(c, path, &o->signer));
    arena_owns(c->mem, close_other, o);
    return o;
}

/* The request from `old` to `size`, to which the log grows. */
static str request(struct ctx *c, struct other *o, uint64_t old, uint64_t size)
{
    struct seal_checkpoint p = {STR("lain.example/log"), size, {{0}}};
    struct buf b = buf_new(c, 1 << 16);
    struct hash *path = NULL;
    size_t n = 0;
    str note;

    CHECK_OK(seal_tree_root(c, size, leaf, NULL, &p.root));
    if (o->size > 0)
        CHECK_OK(seal_prove_extension(c, o->size, size, leaf, NULL, &path, &n));
    CHECK_OK(seal_signer_checkpoint(c, o->signer, &p, path, n, &note));
    o->size = size;
    n = 0;
    if (old > 0)
        CHECK_OK(seal_prove_extension(c, old, size, leaf, NULL, &path, &n));
    buf_fmt(&b, "old %" PRIu64 "\n", old);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s\n", seal_base64(c, path[i].b, SEAL_HASH).p);
    buf_char(&b, '\n');
    buf_raw(&b, note);
    return buf_str(&b);
}

/* A program: no cookie, no token, no origin. */
static struct seen post(struct site *s, str body)
{
    struct ctx *c = s->c;
    str raw = site_raw(
        s, arena_fmt(c->mem,
                     "POST /saksi/add-checkpoint HTTP/1.1\r\nHost: x\r\n"
                     "Content-Length: %zu\r\nConnection: close\r\n\r\n%.*s",
                     body.n, STR_ARG(body)));
    struct seen got = {.head = raw};
    int64_t status = 0;
    size_t at = str_find(raw, STR("\r\n\r\n"));

    str_is_i64(str_slice(raw, 9, 12), &status);
    got.status = (int)status;
    got.head = str_slice(raw, 0, at);
    got.body = str_slice(raw, at + 4, raw.n);
    return got;
}

static void trust(struct site *s, struct other *o)
{
    struct ctx *c = s->c;
    struct seal_key log;

    seal_signer_key(o->signer, SEAL_LOG, &log);
    CHECK_OK(seal_signer_watch(c, s->town->w.signer, &log, 1));
}

TEST(a_witness_answers_with_the_status_of_the_standard)
{
    struct site *s = site_new(c);
    struct other *o = other_new(c);
    str first = request(c, o, 0, 3), next = request(c, o, 3, 5), wrong;
    struct seen got;
    size_t at;

    CHECK_I64(post(s, STR("old x\n\n")).status, 400);
    CHECK_I64(post(s, STR("")).status, 400);
    CHECK_I64(post(s, first).status, 404);
    trust(s, o);
    got = post(s, first);
    CHECK_I64(got.status, 200);
    CHECK(str_starts(got.body, STR("\xE2\x80\x94 ")));
    CHECK(str_ends(got.body, STR("\n")));
    got = post(s, first);
    CHECK_I64(got.status, 409);
    CHECK_STR(got.body, "3\n");
    CHECK(str_find(got.head, STR("Content-Type: text/x.tlog.size\r\n")) <
          got.head.n);
    /* A hash less is no proof; a letter more, no signature. */
    at = str_find(next, STR("\n\n"));
    wrong = arena_fmt(c->mem, "old 3\n%.*s", (int)(next.n - at - 1),
                      next.p + at + 1);
    CHECK_I64(post(s, wrong).status, 422);
    wrong = arena_fmt(c->mem, "%.*s\nx%.*s", (int)str_find(next, STR("\n5\n")),
                      next.p, (int)(next.n - at), next.p + at);
    CHECK_I64(post(s, wrong).status, 400);
    CHECK_I64(post(s, next).status, 200);
    CHECK_I64(post(s, request(c, other_new(c), 0, 9)).status, 403);
}

TEST(what_a_witness_cosigned_is_there_for_everybody)
{
    struct site *s = site_new(c);
    struct browser b = site_browser(s);
    struct other *o = other_new(c);
    struct hash h = seal_sha256(STR("lain.example/log"));
    const char *path =
        arena_fmt(c->mem, "/saksi/%s/checkpoint", seal_hex(c, h.b, SEAL_HASH).p)
            .p;
    struct seal_key log, witness;
    struct seal_note note;
    struct seen got;

    trust(s, o);
    CHECK_I64(browser_get(&b, path).status, 404);
    CHECK_I64(post(s, request(c, o, 0, 3)).status, 200);
    got = browser_get(&b, path);
    CHECK_I64(got.status, 200);
    seal_signer_key(o->signer, SEAL_LOG, &log);
    seal_signer_key(s->town->w.signer, SEAL_WITNESS, &witness);
    CHECK_OK(seal_note_read(c, got.body, &note));
    CHECK(seal_note_word(&note, &log) == SEAL_SIGNED);
    CHECK(seal_note_word(&note, &witness) == SEAL_SIGNED);
    got = browser_get(&b, "/saksi/kunci");
    CHECK_STR(str_trim(got.body), seal_vkey_show(c, &witness).p);
    CHECK_I64(browser_get(&b, "/saksi/xyz/checkpoint").status, 404);
    CHECK_I64(browser_get(&b, "/saksi/add-checkpoint").status, 405);
}

TEST(a_request_to_a_witness_has_a_ceiling)
{
    struct site *s = site_new(c);
    char *much = NEWS(c->mem, char, 70000);

    memset(much, 'a', 69999);
    CHECK_I64(post(s, (str){much, 69999}).status, 413);
}

TEST(a_city_that_is_read_only_still_witnesses_others)
{
    struct site *s = site_new(c);
    struct other *o = other_new(c);

    s->read_only = "Kota ini hanya dapat dibaca.";
    trust(s, o);
    CHECK_I64(post(s, request(c, o, 0, 3)).status, 200);
}
