/* SPDX-License-Identifier: EUPL-1.2 */
/* The signer as a witness of other logs (C2SP tlog-witness). */
#include "seal/seal.h"
#include "tests/test.h"

#include <signal.h>
#include <sys/resource.h>

/* A city of one name; another life of it has the same keys. */
struct city {
    const char *path;
    struct signer *signer;
    char mark; /* begins each entry: two lives have two pasts */
    int from;  /* from here on */
};

static err subtree(struct ctx *c, void *arg, unsigned level, uint64_t n,
                   struct hash *out)
{
    const struct city *t = arg;
    struct hash left, right;

    if (level == 0) {
        *out = seal_leaf(arena_fmt(c->mem, "%c %d",
                                   (int)n < t->from ? '-' : t->mark, (int)n));
        return E_OK;
    }
    TRY(subtree(c, arg, level - 1, 2 * n, &left));
    TRY(subtree(c, arg, level - 1, 2 * n + 1, &right));
    *out = seal_node(left, right);
    return E_OK;
}

static void close_city(void *it)
{
    seal_signer_close(((struct city *)it)->signer);
}

static struct city *city(struct ctx *c, const char *domain)
{
    struct city *t = NEW(c->mem, struct city);

    t->path = file_join(c, test_folder(c), "signer");
    t->mark = 'a';
    CHECK_OK(seal_signer_create(c, t->path, str_of(domain)));
    CHECK_OK(seal_signer_open(c, t->path, &t->signer));
    arena_owns(c->mem, close_city, t);
    return t;
}

/* The same city in a second place: what a thief of its keys has. */
static struct city *twin(struct ctx *c, struct city *of, int from)
{
    struct city *t = NEW(c->mem, struct city);

    *t = (struct city){file_join(c, test_folder(c), "signer"), NULL, 'b', from};
    CHECK_OK(file_copy(c, of->path, t->path, 0600));
    CHECK_OK(seal_signer_open(c, t->path, &t->signer));
    arena_owns(c->mem, close_city, t);
    return t;
}

static void reopen(struct ctx *c, struct city *t)
{
    seal_signer_close(t->signer);
    t->signer = NULL;
    CHECK_OK(seal_signer_open(c, t->path, &t->signer));
}

static struct seal_key key_of(struct city *t, enum seal_role role)
{
    struct seal_key k;

    seal_signer_key(t->signer, role, &k);
    return k;
}

static void trust(struct ctx *c, struct city *witness, struct city *log)
{
    struct seal_key k = key_of(log, SEAL_LOG);

    CHECK_OK(seal_signer_watch(c, witness->signer, &k, 1));
}

/* The city's signed note at a size, which its signer must not have passed. */
static str note_at(struct ctx *c, struct city *t, uint64_t size)
{
    struct seal_checkpoint p = {key_of(t, SEAL_LOG).name, size, {{0}}}, last;
    struct hash *path = NULL;
    struct seal_note note;
    size_t n = 0;
    str text;

    last.size = 0;
    CHECK_OK(seal_signer_last(c, t->signer, &text));
    if (text.n > 0 && CHECK_OK(seal_note_read(c, text, &note)))
        CHECK_OK(seal_checkpoint_read(c, note.text, &last));
    CHECK_OK(seal_tree_root(c, size, subtree, t, &p.root));
    if (last.size > 0)
        CHECK_OK(
            seal_prove_extension(c, last.size, size, subtree, t, &path, &n));
    CHECK_OK(seal_signer_checkpoint(c, t->signer, &p, path, n, &text));
    return text;
}

static str body(struct ctx *c, uint64_t old, const struct hash *path, size_t n,
                str note)
{
    struct buf b = buf_new(c, 1 << 16);

    buf_fmt(&b, "old %" PRIu64 "\n", old);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s\n", seal_base64(c, path[i].b, SEAL_HASH).p);
    buf_char(&b, '\n');
    buf_raw(&b, note);
    return buf_str(&b);
}

static str request(struct ctx *c, struct city *t, uint64_t old, uint64_t size)
{
    str note = note_at(c, t, size);
    struct hash *path = NULL;
    size_t n = 0;

    if (old > 0)
        CHECK_OK(seal_prove_extension(c, old, size, subtree, t, &path, &n));
    return body(c, old, path, n, note);
}

static err ask(struct ctx *c, struct city *witness, str request,
               struct seal_cosigned *out)
{
    return seal_signer_cosign(c, witness->signer, request, out);
}

/* The note with the lines that were answered. */
static bool holds(struct ctx *c, struct city *witness, str note, str lines)
{
    str whole = arena_fmt(c->mem, "%.*s%.*s", STR_ARG(note), STR_ARG(lines));
    struct seal_key k = key_of(witness, SEAL_WITNESS);
    struct seal_note n;

    return CHECK_OK(seal_note_read(c, whole, &n)) &&
           seal_note_cosigned(&n, &k) == (uint64_t)(c->now / TIME_SECOND);
}

/* ---- the worked example ------------------------------------------- */

TEST(the_worked_request_is_cosigned)
{
    const char *dir = test_conformance(c, "log/worked");
    struct city *w = city(c, "bangka-selatan.example");
    struct seal_cosigned got;
    struct seal_policy *policy;
    str three, request, text;
    size_t n;

    if (dir == NULL)
        return;
    CHECK_OK(file_read(c, file_join(c, dir, "policy"), 1 << 16, &text));
    CHECK_OK(seal_policy_read(c, STR("policy"), text, &policy));
    CHECK_OK(file_read(c, file_join(c, dir, "checkpoint.3"), 1 << 16, &three));
    CHECK_OK(file_read(c, file_join(c, dir, "add-checkpoint-3-to-5.request"),
                       1 << 16, &request));
    CHECK(ask(c, w, request, &got) == E_NOT_FOUND);
    CHECK_OK(seal_signer_watch(c, w->signer,
                               &seal_policy_logs(policy, &n)[0].key, 1));
    CHECK(ask(c, w, request, &got) == E_CONFLICT);
    CHECK_I64((int64_t)got.size, 0);
    three = arena_fmt(c->mem, "old 0\n\n%.*s", STR_ARG(three));
    CHECK_OK(ask(c, w, three, &got));
    CHECK_OK(ask(c, w, request, &got));
    text = str_slice(request, str_find(request, STR("\n\n")) + 2, request.n);
    CHECK(holds(c, w, text, got.lines));
}

/* ---- the statuses ------------------------------------------------- */

TEST(a_log_that_grows_is_cosigned_step_by_step)
{
    static const uint64_t sizes[] = {0, 1, 2, 3, 8, 8, 9, 21, 64};
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;
    uint64_t old = 0;

    trust(c, w, log);
    for (size_t i = 0; i < COUNT(sizes); i++) {
        str r = request(c, log, old, sizes[i]);

        CHECK_OK(ask(c, w, r, &got));
        CHECK(holds(c, w, note_at(c, log, sizes[i]), got.lines));
        old = sizes[i];
        c->now += TIME_MINUTE;
        if (i == 4)
            reopen(c, w), trust(c, w, log);
    }
}

TEST(an_old_size_that_is_another_is_told_the_right_one)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;

    trust(c, w, log);
    CHECK_OK(ask(c, w, request(c, log, 0, 5), &got));
    CHECK(ask(c, w, request(c, log, 0, 7), &got) == E_CONFLICT);
    CHECK_I64((int64_t)got.size, 5);
    CHECK(got.lines.n == 0);
    reopen(c, w);
    trust(c, w, log);
    CHECK(ask(c, w, request(c, log, 3, 7), &got) == E_CONFLICT);
    CHECK_I64((int64_t)got.size, 5);
    CHECK_I64(err_http(E_CONFLICT), 409);
    CHECK_OK(ask(c, w, request(c, log, 5, 7), &got));
}

TEST(a_malformed_request_is_bad)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct hash path[64] = {{{0}}};
    str note = note_at(c, log, 5);
    struct seal_cosigned got;

    trust(c, w, log);
    const str bad[] = {
        STR(""),
        note,
        arena_fmt(c->mem, "old\n\n%s", note.p),
        arena_fmt(c->mem, "old x\n\n%s", note.p),
        arena_fmt(c->mem, "old -1\n\n%s", note.p),
        arena_fmt(c->mem, "old 00\n\n%s", note.p),
        arena_fmt(c->mem, "old 0\r\n\r\n%s", note.p),
        arena_fmt(c->mem, "old 0\nAAAA\n\n%s", note.p),
        arena_fmt(c->mem, "old 0\n%s", note.p),
        arena_fmt(c->mem, "old 0\n\n"),
        arena_fmt(c->mem, "old 0\n\nx\n1\ny\n"),
        arena_fmt(c->mem, "old 6\n\n%s", note.p),
        body(c, 0, path, 64, note),
        arena_fmt(c->mem, "old 99999999999999999999\n\n%s", note.p),
    };

    for (size_t i = 0; i < COUNT(bad); i++)
        if (!CHECK(ask(c, w, bad[i], &got) == E_BAD_INPUT))
            CHECK_STR(bad[i], "");
    CHECK(ask(c, w, body(c, 0, path, 63, note), &got) == E_REFUSED);
    CHECK_OK(ask(c, w, body(c, 0, path, 0, note), &got));
}

TEST(only_the_key_that_a_log_is_known_by_counts)
{
    struct city *log = city(c, "kota.example");
    struct city *thief = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;
    str r = request(c, thief, 0, 5), flipped;
    char *p;

    trust(c, w, log);
    CHECK(ask(c, w, r, &got) == E_FORBIDDEN);
    /* The known key's line with a wrong signature. */
    flipped = request(c, log, 0, 5);
    p = NEWS(c->mem, char, flipped.n + 1);
    memcpy(p, flipped.p, flipped.n);
    p[flipped.n - 20] = p[flipped.n - 20] == 'A' ? 'B' : 'A';
    CHECK(ask(c, w, (str){p, flipped.n}, &got) == E_FORBIDDEN);
    CHECK_OK(ask(c, w, flipped, &got));
    CHECK(err_http(E_FORBIDDEN) == 403 && err_http(E_NOT_FOUND) == 404);
}

TEST(a_proof_that_does_not_hold_is_refused)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;
    struct hash *path;
    str note;
    size_t n;

    trust(c, w, log);
    CHECK_OK(ask(c, w, request(c, log, 0, 3), &got));
    note = note_at(c, log, 7);
    CHECK_OK(seal_prove_extension(c, 3, 7, subtree, log, &path, &n));
    CHECK(ask(c, w, body(c, 3, path, n - 1, note), &got) == E_REFUSED);
    path[0].b[0] ^= 1;
    CHECK(ask(c, w, body(c, 3, path, n, note), &got) == E_REFUSED);
    CHECK(got.lines.n == 0 && got.size == 3);
    path[0].b[0] ^= 1;
    CHECK_OK(ask(c, w, body(c, 3, path, n, note), &got));
    CHECK_I64(err_http(E_REFUSED), 422);
}

static void change_size(struct ctx *c, str r, const char *from, const char *to,
                        str *out)
{
    size_t at = str_find(r, str_of(from));

    MUST(at < r.n);
    *out = arena_fmt(c->mem, "%.*s%s%.*s", (int)at, r.p, to,
                     (int)(r.n - at - strlen(from)), r.p + at + strlen(from));
}

TEST(an_empty_log_has_the_root_of_nothing)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;
    str r = request(c, log, 0, 0), wrong;

    trust(c, w, log);
    change_size(c, r, "47DEQpj8", "57DEQpj8", &wrong);
    CHECK(ask(c, w, wrong, &got) == E_FORBIDDEN); /* not signed so */
    CHECK_OK(ask(c, w, r, &got));
    CHECK_OK(ask(c, w, r, &got));
}

/* ---- forks -------------------------------------------------------- */

static struct seal_watched seen(struct ctx *c, struct city *w)
{
    struct seal_watched *all;
    size_t n;

    CHECK_OK(seal_signer_watched(c, w->signer, &all, &n));
    CHECK_I64((int64_t)n, 1);
    return n == 1 ? all[0] : (struct seal_watched){0};
}

TEST(a_fork_gets_no_cosignature_and_is_kept_as_evidence)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct city *other = twin(c, log, 3);
    struct seal_key k = key_of(log, SEAL_LOG);
    struct seal_cosigned got;
    struct seal_note a, b;

    trust(c, w, log);
    CHECK_OK(ask(c, w, request(c, log, 0, 5), &got));
    CHECK(ask(c, w, body(c, 5, NULL, 0, note_at(c, other, 5)), &got) ==
          E_REFUSED);
    CHECK(ask(c, w, request(c, other, 5, 9), &got) == E_REFUSED);
    CHECK(ask(c, w, request(c, other, 0, 9), &got) == E_CONFLICT);
    for (int restart = 0; restart < 2; restart++) {
        struct seal_watched s = seen(c, w);

        CHECK_I64((int64_t)s.size, 5);
        CHECK_OK(seal_note_read(c, s.note, &a));
        CHECK_OK(seal_note_read(c, s.fork, &b));
        CHECK(seal_note_word(&a, &k) == SEAL_SIGNED);
        CHECK(seal_note_word(&b, &k) == SEAL_SIGNED);
        CHECK(!str_eq(a.text, b.text));
        reopen(c, w);
    }
    /* The honest one goes on. */
    trust(c, w, log);
    CHECK_OK(ask(c, w, request(c, log, 5, 6), &got));
}

/* ---- what is told and kept ---------------------------------------- */

TEST(what_was_cosigned_is_shown_with_both_signatures)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;
    struct seal_watched s;

    trust(c, w, log);
    CHECK(seen(c, w).note.n == 0 && seen(c, w).time == 0);
    CHECK_OK(ask(c, w, request(c, log, 0, 5), &got));
    s = seen(c, w);
    CHECK_STR(s.origin, "kota.example/log");
    CHECK_STR(s.note, arena_fmt(c->mem, "%.*s%.*s", STR_ARG(note_at(c, log, 5)),
                                STR_ARG(got.lines))
                          .p);
    reopen(c, w);
    CHECK(str_eq(seen(c, w).note, s.note));
    CHECK(!seen(c, w).told);
}

TEST(a_log_that_is_dropped_and_trusted_again_is_not_forgotten)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;

    trust(c, w, log);
    CHECK_OK(ask(c, w, request(c, log, 0, 5), &got));
    CHECK_OK(seal_signer_watch(c, w->signer, NULL, 0));
    CHECK(ask(c, w, request(c, log, 5, 6), &got) == E_NOT_FOUND);
    trust(c, w, log);
    CHECK(ask(c, w, body(c, 0, NULL, 0, note_at(c, log, 7)), &got) ==
          E_CONFLICT);
    CHECK_OK(ask(c, w, request(c, log, 5, 7), &got));
}

TEST(a_new_key_under_an_old_name_goes_on_where_the_old_one_ended)
{
    struct city *log = city(c, "kota.example");
    struct city *next = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct seal_cosigned got;

    trust(c, w, log);
    CHECK_OK(ask(c, w, request(c, log, 0, 5), &got));
    trust(c, w, next);
    CHECK(ask(c, w, request(c, next, 0, 6), &got) == E_CONFLICT);
    CHECK(ask(c, w, request(c, log, 5, 6), &got) == E_FORBIDDEN);
    CHECK_OK(ask(c, w, request(c, next, 5, 7), &got));
}

TEST(nobody_witnesses_itself)
{
    struct city *t = city(c, "kota.example");
    struct seal_key log = key_of(t, SEAL_LOG), witness;

    CHECK(seal_signer_watch(c, t->signer, &log, 1) == E_BAD_INPUT);
    t = city(c, "saksi.example");
    witness = key_of(t, SEAL_WITNESS);
    t = city(c, "lain.example");
    CHECK(seal_signer_watch(c, t->signer, &witness, 1) == E_BAD_INPUT);
    CHECK_OK(seal_signer_watch(c, t->signer, &log, 1));
}

TEST(what_cannot_be_kept_is_not_cosigned)
{
    struct city *log = city(c, "kota.example");
    struct city *w = city(c, "saksi.example");
    struct rlimit old, none;
    struct seal_cosigned got;
    str r = request(c, log, 0, 5);

    trust(c, w, log);
    signal(SIGXFSZ, SIG_IGN);
    MUST(getrlimit(RLIMIT_FSIZE, &old) == 0);
    none = old, none.rlim_cur = 16;
    MUST(setrlimit(RLIMIT_FSIZE, &none) == 0);
    CHECK(ask(c, w, r, &got) == E_STORAGE);
    CHECK(got.lines.n == 0);
    MUST(setrlimit(RLIMIT_FSIZE, &old) == 0);
    CHECK(ask(c, w, r, &got) == E_STORAGE); /* until it is opened again */
    reopen(c, w);
    trust(c, w, log);
    CHECK_OK(ask(c, w, r, &got));
}

/* Lines of letters, so many that the journal is cut; each with its check. */
static void lengthen(struct ctx *c, const char *path, int times)
{
    str bytes, rest, line, words, last = {0};
    struct buf b = buf_new(c, 16 << 20);
    struct hash chain = seal_sha256(STR("balai-signer 1"));

    CHECK_OK(file_read(c, path, 1 << 20, &bytes));
    buf_raw(&b, bytes);
    rest = bytes;
    while (str_next(&rest, '\n', &line))
        last = line;
    rest = bytes;
    str_next(&rest, '\n', &line);
    while (str_next(&rest, '\n', &line)) {
        words = str_slice(line, 0, line.n - 17);
        chain = seal_sha256_of(
            (str[]){{(const char *)chain.b, SEAL_HASH}, words}, 2);
    }
    CHECK(str_ends(last, seal_hex(c, chain.b, 8)));
    words = STR("letter 3 00 2026-01-05T02:02:11Z");
    for (int i = 0; i < times; i++) {
        chain = seal_sha256_of(
            (str[]){{(const char *)chain.b, SEAL_HASH}, words}, 2);
        buf_fmt(&b, "%s %s\n", words.p, seal_hex(c, chain.b, 8).p);
    }
    CHECK_OK(file_write(c, path, buf_str(&b), 0600));
}

TEST(a_long_journal_forgets_no_log)
{
    struct city *w = city(c, "saksi.example");
    struct seal_key keys[3];
    struct city *logs[3], *other;
    struct seal_watched *all;
    struct seal_cosigned got;
    size_t n;

    for (int i = 0; i < 3; i++) {
        logs[i] = city(c, arena_fmt(c->mem, "kota%d.example", i).p);
        keys[i] = key_of(logs[i], SEAL_LOG);
    }
    other = twin(c, logs[0], 1);
    CHECK_OK(seal_signer_watch(c, w->signer, keys, 3));
    for (uint64_t i = 0; i < 3; i++)
        CHECK_OK(ask(c, w, request(c, logs[i], 0, 5 + i), &got));
    CHECK(ask(c, w, body(c, 5, NULL, 0, note_at(c, other, 5)), &got) ==
          E_REFUSED);
    seal_signer_close(w->signer);
    w->signer = NULL;
    lengthen(c, w->path, 90000);
    CHECK_OK(seal_signer_open(c, w->path, &w->signer));
    reopen(c, w);
    CHECK_OK(seal_signer_watched(c, w->signer, &all, &n));
    CHECK_I64((int64_t)n, 3);
    for (size_t i = 0; i < n; i++)
        CHECK((int64_t)all[i].size == 5 + (int64_t)i &&
              (all[i].fork.n > 0) == (i == 0));
}
