/* SPDX-License-Identifier: EUPL-1.2 */
/* Backup, restore, and how the city is. */
#include "node/node_priv.h"

#include <sys/statvfs.h>
#include <unistd.h>

/* What a backup holds; keys/ stands apart, since it is kept 35 days only. */
static const struct {
    const char *from, *to;
} parts[] = {
    {NODE_SIGNER, "keys/signer"},
    {NODE_SECRET, NODE_SECRET},
    {NODE_KEYS, "keys/subjects"},
};

/* ---- backup ------------------------------------------------------- */

static void digest_piece(void *arg, str piece)
{
    seal_digest_add(arg, piece);
}

static err file_digest(struct ctx *c, const char *path, str *out)
{
    struct seal_digest *d = seal_digest_new(c);

    TRY(file_feed(c, path, digest_piece, d));
    *out = seal_show_hash(c, seal_digest_end(d));
    return E_OK;
}

static err add_digest(struct ctx *c, struct data *files, const char *dir,
                      const char *name)
{
    str digest;

    TRY(file_digest(c, file_join(c, dir, name), &digest));
    data_put_text(c, files, str_of(name), digest);
    return E_OK;
}

static err write_manifest(struct ctx *c, struct node *n, const char *to)
{
    struct data *all = data_new(c, DATA_MAP), *files = data_new(c, DATA_MAP);
    str note;

    TRY(add_digest(c, files, to, NODE_DATABASE));
    for (size_t i = 0; i < COUNT(parts); i++)
        TRY(add_digest(c, files, to, parts[i].to));
    TRY(seal_signer_last(c, n->signer, &note));
    data_put_text(c, all, STR("balai"), STR("1"));
    data_put_text(c, all, STR("made"), time_show_utc(c, c->now));
    data_put_text(c, all, STR("checkpoint"), note);
    data_put(c, all, STR("files"), files);
    return file_write(c, file_join(c, to, "manifest.json"),
                      data_write_json(c, all), 0600);
}

static err copy_part(struct ctx *c, struct node *n, const char *to, size_t i)
{
    return file_copy(c, file_join(c, n->dir, parts[i].from),
                     file_join(c, to, parts[i].to), 0600);
}

err node_backup(struct ctx *c, struct node *n, const char *to)
{
    if (file_exists(to))
        return fail(c, E_CONFLICT,
                    say(c, "%s sudah ada. Pilih nama map yang baru.",
                        "%s is there already. Choose a new folder's name."),
                    to);
    TRY(file_make_dir(c, to, 0700));
    TRY(file_make_dir(c, file_join(c, to, "keys"), 0700));
    /* The signer first: what it has signed is committed, so the database
     * copied afterwards never holds less. Then the database: a key is durable
     * before the event that uses it, so the keys hold all that it needs. */
    TRY(copy_part(c, n, to, 0));
    TRY(store_backup(c, n->store, file_join(c, to, NODE_DATABASE)));
    for (size_t i = 1; i < COUNT(parts); i++)
        TRY(copy_part(c, n, to, i));
    return write_manifest(c, n, to);
}

/* ---- restore ------------------------------------------------------ */

static err check_file(struct ctx *c, const struct data *files, const char *from,
                      const char *name)
{
    str want = data_text(data_get(files, str_of(name))), got;

    TRY(file_digest(c, file_join(c, from, name), &got));
    if (!str_eq(want, got))
        return fail(c, E_TAMPERED,
                    say(c,
                        "%s/%s tidak sama dengan yang dicatat saat dicadangkan."
                        " Gunakan cadangan yang lain.",
                        "%s/%s is not what was noted when it was backed up. "
                        "Use another backup."),
                    from, name);
    return E_OK;
}

static err read_manifest(struct ctx *c, const char *from,
                         const struct data **files)
{
    const char *path = file_join(c, from, "manifest.json");
    struct findings f = {0};
    struct data *all;
    str bytes;

    TRY(file_read(c, path, 1 << 20, &bytes));
    TRY(data_read_json(c, str_of(path), bytes, &f, &all));
    if (!str_eq(data_text(data_get(all, STR("balai"))), STR("1")))
        return fail(c, E_NEWER,
                    say(c,
                        "%s dibuat oleh balai yang lebih baru. Pasang versi "
                        "itu untuk memulihkannya.",
                        "%s was made by a newer balai. Install that version "
                        "to restore it."),
                    path);
    *files = data_get(all, STR("files"));
    return E_OK;
}

/* The database comes last: until then the folder is no city, and what is left
 * of a restore that was cut off is neither opened nor in the way. */
static err copy_back(struct ctx *c, const char *from, const char *dir,
                     bool unwitnessed)
{
    const struct data *files = NULL;

    TRY(read_manifest(c, from, &files));
    TRY(check_file(c, files, from, NODE_DATABASE));
    for (size_t i = 0; i < COUNT(parts); i++)
        TRY(check_file(c, files, from, parts[i].to));
    TRY(file_make_dir(c, dir, 0700));
    if (!unwitnessed)
        TRY(file_write(c, file_join(c, dir, NODE_AWAITING),
                       time_show_utc(c, c->now), 0600));
    for (size_t i = 0; i < COUNT(parts); i++)
        TRY(file_copy(c, file_join(c, from, parts[i].to),
                      file_join(c, dir, parts[i].from), 0600));
    return file_copy(c, file_join(c, from, NODE_DATABASE),
                     file_join(c, dir, NODE_DATABASE), 0600);
}

static err check_restored(struct ctx *c, struct node *n,
                          struct node_restored *out)
{
    struct hash before, after;
    struct conn *on;
    bool grown;
    err e;

    TRY(store_read(c, n->store, &on));
    TRY(ledger_digest(c, on, &before));
    store_done(on);
    TRY(ledger_rebuild(c, n->ledger, &out->events));
    TRY(store_read(c, n->store, &on));
    TRY(ledger_digest(c, on, &after));
    store_done(on);
    if (memcmp(before.b, after.b, sizeof before.b) != 0)
        return fail(c, E_TAMPERED, "%s",
                    say(c,
                        "Isi cadangan tidak sama dengan tindakan yang "
                        "tercatat di dalamnya.",
                        "The backup does not hold what its own events say."));
    e = ledger_checkpoint(c, n->ledger, &grown);
    out->awaiting = atomic_load(&n->awaiting);
    out->behind = e == E_CONFLICT;
    return e == E_CONFLICT ? E_OK : e;
}

err node_restore(struct ctx *c, const struct node_options *o, const char *from,
                 bool unwitnessed, struct node_restored *out)
{
    struct node *n;
    err e;

    *out = (struct node_restored){0};
    if (file_exists(file_join(c, o->dir, NODE_DATABASE)))
        return fail(c, E_CONFLICT,
                    say(c, "Map %s sudah berisi kota. Pilih map lain.",
                        "The folder %s holds a city already. Choose another."),
                    o->dir);
    TRY(copy_back(c, from, o->dir, unwitnessed));
    TRY(node_open(c, o, &n));
    e = check_restored(c, n, out);
    node_close(n);
    return e;
}

/* ---- doctor ------------------------------------------------------- */

static void note(struct ctx *c, struct findings *f, const char *key,
                 const char *fmt, ...) PRINTF(4, 5);
static void note(struct ctx *c, struct findings *f, const char *key,
                 const char *fmt, ...)
{
    va_list ap;
    str text;

    va_start(ap, fmt);
    text = arena_vfmt(c->mem, fmt, ap);
    va_end(ap);
    finding_add(c, f, FIND_NOTE, (struct place){0}, str_of(key), "%.*s",
                STR_ARG(text));
}

static void look_at_disk(struct ctx *c, struct node *n, struct findings *f)
{
    struct statvfs v;
    uint64_t free_mib;

    if (statvfs(n->dir, &v) != 0)
        return;
    free_mib = (uint64_t)v.f_bavail * v.f_frsize >> 20;
    if (free_mib < 1024)
        finding_add(
            c, f, FIND_WARNING, (struct place){0}, STR("disk"),
            say(c, "Sisa tempat %" PRIu64 " MiB.", "%" PRIu64 " MiB are left."),
            free_mib)
            ->mend = str_of(say(c, "Kosongkan atau tambah tempat penyimpanan.",
                                "Free some space, or add more."));
    else
        note(c, f, "disk",
             say(c, "Sisa tempat %" PRIu64 " MiB.", "%" PRIu64 " MiB left."),
             free_mib);
}

/* What stands between this log and the next act, and what was mended. */
static void look_at_state(struct ctx *c, struct node *n, struct findings *f)
{
    enum ledger_state state = ledger_state(n->ledger);
    const struct {
        bool so;
        enum severity severity;
        const char *what, *mend;
    } all[] = {
        {state == LEDGER_SHORTER || atomic_load(&n->rolled_back), FIND_ERROR,
         say(c, "Basis data lebih tua daripada log yang sudah ditandatangani.",
             "The database is older than the log that was signed."),
         say(c, "Jalankan balai restore; sampai itu kota hanya dibaca.",
             "Run balai restore; until then the city can only be read.")},
        {state == LEDGER_CHANGED, FIND_ERROR,
         say(c, "Isi log berubah di belakang yang sudah ditandatangani.",
             "The past of the log was changed behind what was signed."),
         say(c, "Lihat balai log verify, lalu jalankan balai restore.",
             "See balai log verify, then run balai restore.")},
        {ledger_signer_was_behind(n->ledger), FIND_WARNING,
         say(c,
             "Berkas signer diganti dengan salinan lama; log disambung lagi "
             "dari basis data.",
             "The signer's file was replaced by an old copy; the log was "
             "carried on from the database."),
         say(c,
             "Cari siapa yang mengganti berkas itu. Bila kota ini saksi bagi "
             "kota lain, beri tahu mereka.",
             "Find out who replaced it. Where this city is a witness of "
             "others, tell them.")},
        {atomic_load(&n->awaiting), FIND_ERROR,
         say(c, "Kota ini dipulihkan, dan belum ada saksi yang menjawab.",
             "This city was restored, and no witness has answered yet."),
         say(c, "Lihat balai witness list.", "See balai witness list.")},
        {atomic_load(&n->forked), FIND_ERROR,
         say(c,
             "Log ini bercabang: saksi memegang checkpoint lain yang bertanda "
             "tangan kota ini (evidence.note).",
             "This log was forked: a witness holds another checkpoint, signed "
             "by this city (evidence.note)."),
         ""},
    };

    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].so)
            finding_add(c, f, all[i].severity, (struct place){0}, STR("log"),
                        "%s", all[i].what)
                ->mend = str_of(all[i].mend);
}

static err look_at_log(struct ctx *c, struct node *n, struct findings *f)
{
    struct conn *on;
    uint64_t size;
    str trouble;

    TRY(store_read(c, n->store, &on));
    TRY(ledger_size(c, on, &size));
    store_done(on);
    note(c, f, "log", say(c, "%" PRIu64 " tindakan.", "%" PRIu64 " events."),
         size);
    TRY(store_check(c, n->store, &trouble));
    if (trouble.n > 0)
        finding_add(c, f, FIND_ERROR, (struct place){0}, STR("database"),
                    "%.*s", STR_ARG(trouble));
    look_at_state(c, n, f);
    return E_OK;
}

/* Duties that nobody holds, or one person alone, at offices that apps need. */
static err look_at_apps(struct ctx *c, struct node *n, struct findings *f)
{
    const struct app_entry *all;
    struct record_world w;
    struct conn *on;
    size_t count, open = 0;

    TRY(node_world(c, n, &w));
    TRY(store_read(c, n->store, &on));
    count = app_catalogue_all(w.apps, &all);
    for (size_t i = 0; i < count; i++) {
        open += all[i].open;
        if (all[i].app != NULL && all[i].open)
            TRY(app_obstacles(c, on, all[i].app, w.city, f));
    }
    store_done(on);
    note(c, f, "apps",
         say(c, "%zu terpasang, %zu terbuka.", "%zu installed, %zu open."),
         count, open);
    return E_OK;
}

/* What residents are told must leave within the day. */
static err look_at_notices(struct ctx *c, struct node *n, struct findings *f)
{
    struct notice_state s;
    struct conn *on;
    err e;

    TRY(store_read(c, n->store, &on));
    e = notice_state(c, on, &s);
    store_done(on);
    TRY(e);
    if (s.waiting > 0 && c->now - s.since > TIME_DAY)
        finding_add(c, f, FIND_ERROR, (struct place){0}, STR("notices"),
                    say(c,
                        "%" PRId64 " kabar kepada pemohon menunggu lebih dari "
                        "sehari. Periksa server surel dalam delivery.yaml.",
                        "%" PRId64 " notices to applicants have waited for "
                        "over a day. Look at the mail server in "
                        "delivery.yaml."),
                    s.waiting);
    else
        note(c, f, "notices",
             say(c, "%" PRId64 " menunggu, %" PRId64 " ditolak.",
                 "%" PRId64 " wait, %" PRId64 " were refused."),
             s.waiting, s.failed);
    return E_OK;
}

err node_doctor(struct ctx *c, struct node *n, struct findings *f)
{
    struct record_world w;

    TRY(node_world(c, n, &w));
    note(c, f, "city", "%.*s (%.*s), %.*s", STR_ARG(city_name(c, w.city)),
         STR_ARG(city_code(w.city)), STR_ARG(city_domain(w.city)));
    note(c, f, "clock", "%.*s", STR_ARG(city_show_time(c, w.city, c->now)));
    look_at_disk(c, n, f);
    TRY(look_at_log(c, n, f));
    TRY(look_at_notices(c, n, f));
    return look_at_apps(c, n, f);
}
