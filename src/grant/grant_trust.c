/* SPDX-License-Identifier: EUPL-1.2 */
/* By which accord another city's root is trusted. A root's own chain proves
 * that its keys wished the next; where those keys were stolen, only an accord
 * can say which root is the city's, and only a person who rang it up can say
 * that the accord is. */
#include "grant/grant_priv.h"

#define FILE_MOST ((size_t)1 << 10)

struct root_line {
    int64_t version;
    struct hash digest;
};

/* An accord in force, and what orders it among others. */
struct accord {
    struct grant_note note;
    str digest, from;
    int64_t since;
    bool there;
};

struct trusting {
    const struct grant_trusting *t;
    const char *dir;             /* all/CODE */
    struct accord newest, rests; /* in force; what trust rests on now */
    str name;                    /* of the city, in words */
    struct root_line named;
    str root; /* the bytes of the named one */
};

/* ---- which accord -------------------------------------------------- */

static bool newer(const struct accord *a, const struct accord *b)
{
    int by_date = b->there ? str_cmp(a->from, b->from) : 1;

    return by_date > 0 || (by_date == 0 && a->since > b->since);
}

static err consider(struct ctx *c, struct conn *on, struct trusting *x,
                    const struct grant_known *k)
{
    struct accord a = {.digest = k->digest, .there = true};
    bool holds;
    str name;

    if (!str_eq(k->kind, STR("accord")) || k->force != GRANT_IN_FORCE)
        return E_OK;
    TRY(grant_note_load(c, on, k->digest, &a.note));
    if (!grant_note_party(&a.note, x->t->code, &name))
        return E_OK;
    TRY(grant_note_holds(c, on, &a.note, &holds));
    TRY(grant_since(c, on, k->digest, &a.since));
    a.from = grant_note_value(&a.note, "from");
    if (holds && newer(&a, &x->newest)) {
        x->newest = a;
        x->name = name;
    }
    return E_OK;
}

static err find_newest(struct ctx *c, struct trusting *x)
{
    struct grant_known *all;
    struct conn *on;
    size_t n;
    err e;

    TRY(store_read(c, x->t->store, &on));
    e = grant_notes(c, on, &all, &n);
    for (size_t i = 0; e == E_OK && i < n; i++)
        e = consider(c, on, x, &all[i]);
    store_done(on);
    return e;
}

/* "DIGEST FROM SINCE"; a folder of before this was written has none. */
static void read_rests(struct ctx *c, struct trusting *x)
{
    const char *path = file_join(c, x->dir, "accord");
    str text, rest, since, why = c->why;

    if (file_exists(path) && file_read(c, path, FILE_MOST, &text) == E_OK) {
        str_cut(str_trim(text), ' ', &x->rests.digest, &rest);
        str_cut(rest, ' ', &x->rests.from, &since);
        x->rests.there = str_is_i64(since, &x->rests.since);
    }
    c->why = why;
}

static err write_rests(struct ctx *c, const struct trusting *x, const char *dir)
{
    const struct accord *a = &x->newest;

    return file_write(c, file_join(c, dir, "accord"),
                      arena_fmt(c->mem, "%.*s %.*s %" PRId64 "\n",
                                STR_ARG(a->digest), STR_ARG(a->from), a->since),
                      0600);
}

/* ---- which root ---------------------------------------------------- */

/* "CODE sha256:HEX VERSION": a note that was read has one for each party. */
static void find_line(struct trusting *x)
{
    const struct grant_note *n = &x->newest.note;
    bool found = false;

    for (size_t i = 0; i < n->n && !found; i++) {
        str code, rest, digest, version;

        if (!str_eq(n->lines[i].key, STR("root")))
            continue;
        str_cut(n->lines[i].value, ' ', &code, &rest);
        str_cut(rest, ' ', &digest, &version);
        found = str_eq(code, x->t->code) &&
                seal_read_hash(digest, &x->named.digest) &&
                str_is_i64(version, &x->named.version);
    }
    MUST(found);
}

static err lacks(struct ctx *c, const struct trusting *x)
{
    return fail(c, E_REFUSED,
                say(c,
                    "Yang dibaca ini tidak memuat root %" PRId64
                    " dari %.*s, yang disebut kesepakatan %.*s: lebih lama "
                    "daripada kesepakatan itu, atau bukan milik kota itu. "
                    "Tidak ada yang diubah.",
                    "What was read lacks root %" PRId64
                    " of %.*s, which the accord %.*s names: it is older than "
                    "that accord, or not that city's. Nothing was changed."),
                x->named.version, STR_ARG(x->name),
                STR_ARG(grant_note_value(&x->newest.note, "number")));
}

static err fetch_named(struct ctx *c, struct trusting *x)
{
    const struct grant_source *from = x->t->from;
    const char *path =
        arena_fmt(c->mem, "metadata/%" PRId64 ".root.json", x->named.version).p;
    err e = from->fetch(c, from->arg, path, GRANT_ROOT_MOST, &x->root);

    if (e == E_NOT_FOUND)
        return lacks(c, x);
    TRY(e);
    if (seal_same(seal_sha256(x->root).b, x->named.digest.b, SEAL_HASH))
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Root %" PRId64 " ini bukan yang disebut dalam "
                    "kesepakatan dengan %.*s. Tidak ada yang diubah.",
                    "This root %" PRId64 " is not the one that the accord "
                    "with %.*s names. Nothing was changed."),
                x->named.version, STR_ARG(x->name));
}

static err begin(struct ctx *c, const struct trusting *x, str root,
                 struct grant_tuf *t)
{
    *t = (struct grant_tuf){
        .from = *x->t->from, .who = x->name, .any_time = true};
    return grant_tuf_begin(c, t, root);
}

/* Does one lead to the other, root by root? Then the root's own keys wished
 * it, and nobody needs to be asked. */
static err joined(struct ctx *c, const struct trusting *x, str kept, bool *yes)
{
    struct grant_tuf ours, theirs;
    str why = c->why;
    err e;

    *yes = str_eq(kept, x->root);
    if (*yes)
        return E_OK;
    TRY(begin(c, x, kept, &ours));
    TRY(begin(c, x, x->root, &theirs));
    if (ours.root.version < theirs.root.version) {
        e = grant_tuf_walk(c, &ours, theirs.root.version);
        *yes = e == E_OK && str_eq(ours.root.bytes, x->root);
    } else {
        e = grant_tuf_walk(c, &theirs, ours.root.version);
        *yes = e == E_OK && str_eq(theirs.root.bytes, kept);
    }
    if (e != E_TAMPERED)
        return e;
    c->why = why;
    return E_OK;
}

/* ---- a person's word ----------------------------------------------- */

/* As typed: whatever the blanks. */
static str plain_words(struct ctx *c, str typed)
{
    struct buf b = buf_new(c, FILE_MOST);
    str word;

    while (str_next(&typed, ' ', &word))
        if (word.n > 0)
            buf_fmt(&b, "%s%.*s", b.n == 0 ? "" : " ", STR_ARG(word));
    return buf_str(&b);
}

static err check_words(struct ctx *c, const struct trusting *x)
{
    str number = grant_note_value(&x->newest.note, "number");

    if (x->t->words.n == 0)
        return fail(
            c, E_REFUSED,
            say(c,
                "%.*s mengganti root-nya: kesepakatan %.*s menyebut root lain "
                "daripada yang dipercaya di sini. Teleponlah kota itu pada "
                "nomor yang sudah Anda kenal, mintalah dibacakan delapan kata "
                "kesepakatan itu (balai accord show), lalu ulangi dengan "
                "--words \"DELAPAN KATA\". Tidak ada yang diubah.",
                "%.*s replaced its root: the accord %.*s names another than "
                "the one trusted here. Ring that city at a number you know, "
                "have the accord's eight words read to you (balai accord "
                "show), then repeat this with --words \"EIGHT WORDS\". Nothing "
                "was changed."),
            STR_ARG(x->name), STR_ARG(number));
    if (x->t->words.n < FILE_MOST &&
        str_eq(plain_words(c, x->t->words),
               grant_words(c, x->newest.note.text)))
        return E_OK;
    return fail(c, E_TAMPERED,
                say(c,
                    "Itu bukan delapan kata kesepakatan %.*s yang tercatat di "
                    "sini. Teleponlah %.*s sekali lagi: mungkin naskahnya "
                    "lain. Tidak ada yang diubah.",
                    "These are not the eight words of the accord %.*s as it is "
                    "logged here. Ring %.*s once more: its text may be "
                    "another. Nothing was changed."),
                STR_ARG(number), STR_ARG(x->name));
}

/* ---- the folder ---------------------------------------------------- */

static const char *beside(struct ctx *c, const struct trusting *x,
                          const char *tail)
{
    return arena_fmt(c->mem, "%s.%s", x->dir, tail).p;
}

/* A name for what is set aside, which is kept for good. */
static const char *aside(struct ctx *c, const struct trusting *x)
{
    for (int n = 1;; n++) {
        const char *path = beside(c, x, arena_fmt(c->mem, "was-%d", n).p);

        if (!file_exists(path))
            return path;
    }
}

static err write_folder(struct ctx *c, const struct trusting *x,
                        const char *dir)
{
    TRY(grant_trust(c, dir, x->root, x->named.digest));
    TRY(grant_trust_name(c, dir, x->name));
    return write_rests(c, x, dir);
}

static err say_so(struct ctx *c, struct conn *tx, void *arg)
{
    const struct trusting *x = arg;

    return grant_log_root(c, tx, x->t->ledger, x->t->by, x->t->code,
                          &x->newest.note);
}

/* Written whole beside the old one, then put in its place: after a power cut
 * between the two moves finish_move() does the second. */
static err replace(struct ctx *c, struct trusting *x)
{
    const char *next = beside(c, x, "next");

    file_remove_tree(next);
    TRY(write_folder(c, x, next));
    TRY(store_write(c, x->t->store, say_so, x));
    TRY(file_move(c, x->dir, aside(c, x)));
    return file_move(c, next, x->dir);
}

static err finish_move(struct ctx *c, const struct trusting *x)
{
    const char *next = beside(c, x, "next");

    if (file_exists(x->dir) || !file_exists(file_join(c, next, "accord")))
        return E_OK;
    return file_move(c, next, x->dir);
}

/* ---- the front door ------------------------------------------------ */

static err no_accord(struct ctx *c, const struct trusting *x)
{
    return fail(c, E_REFUSED,
                say(c,
                    "Belum ada kesepakatan yang berlaku dengan %.*s, jadi root "
                    "kota itu belum dapat dipercaya.",
                    "No accord with %.*s is in force, so that city's root "
                    "cannot be trusted yet."),
                STR_ARG(x->t->code));
}

/* A newer accord than the one that trust rests on. */
static err look_anew(struct ctx *c, struct trusting *x)
{
    str kept;
    bool yes;

    TRY(file_read(c, file_join(c, x->dir, "root.json"), GRANT_ROOT_MOST,
                  &kept));
    find_line(x);
    TRY(fetch_named(c, x));
    TRY(joined(c, x, kept, &yes));
    if (yes)
        return write_rests(c, x, x->dir);
    TRY(check_words(c, x));
    return replace(c, x);
}

err grant_trust_by_accord(struct ctx *c, const struct grant_trusting *t)
{
    struct trusting x = {
        .t = t, .dir = file_join(c, t->all, arena_str(c->mem, t->code).p)};
    bool kept;

    TRY(file_make_dir(c, t->all, 0700));
    TRY(finish_move(c, &x));
    kept = file_exists(file_join(c, x.dir, "root.json"));
    read_rests(c, &x);
    TRY(find_newest(c, &x));
    if (!x.newest.there)
        return kept ? E_OK : no_accord(c, &x);
    if (kept)
        return newer(&x.newest, &x.rests) ? look_anew(c, &x) : E_OK;
    find_line(&x);
    TRY(fetch_named(c, &x));
    return write_folder(c, &x, x.dir);
}
