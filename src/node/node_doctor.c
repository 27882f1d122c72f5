/* SPDX-License-Identifier: EUPL-1.2 */
/* How the city is. */
#include "node/node_priv.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define SYNCS     9
#define SLOW_SYNC (100 * TIME_SECOND / 1000)

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

static void warn(struct ctx *c, struct findings *f, enum severity how,
                 const char *key, str what, const char *mend)
{
    finding_add(c, f, how, (struct place){0}, str_of(key), "%.*s",
                STR_ARG(what))
        ->mend = str_of(mend);
}

/* ---- the machine -------------------------------------------------- */

static void look_at_room(struct ctx *c, struct node *n, struct findings *f)
{
    struct statvfs v;
    uint64_t free_mib;

    if (statvfs(n->dir, &v) != 0)
        return;
    free_mib = (uint64_t)v.f_bavail * v.f_frsize >> 20;
    if (free_mib < 1024)
        warn(c, f, free_mib < 64 ? FIND_ERROR : FIND_WARNING, "disk",
             arena_fmt(c->mem,
                       say(c, "Sisa tempat %" PRIu64 " MiB.",
                           "%" PRIu64 " MiB are left."),
                       free_mib),
             say(c, "Kosongkan atau tambah tempat penyimpanan.",
                 "Free some space, or add more."));
    else
        note(c, f, "disk",
             say(c, "Sisa tempat %" PRIu64 " MiB.", "%" PRIu64 " MiB left."),
             free_mib);
}

/* Writing is in trouble now. */
static struct node_ill urgent(struct ctx *c, enum store_state state)
{
    const struct node_ill all[] = {
        [STORE_WELL] = {NULL, NULL, false},
        [STORE_FAILING] =
            {say(c, "Yang terakhir ditulis tidak dapat disimpan.",
                 "What was written last could not be saved."),
             say(c,
                 "Kosongkan ruang atau periksa cakramnya; yang berikutnya "
                 "dicoba lagi tanpa menjalankan ulang.",
                 "Make room or look at the disk; the next is tried again "
                 "without a restart."),
             true},
        [STORE_MENDING] =
            {say(c,
                 "Cakram gagal menyimpan; basis data sedang ditulis ulang dan "
                 "kota hanya dapat dibaca.",
                 "The disk failed to save; the database is being written anew "
                 "and the city can only be read."),
             say(c, "Tunggu, lalu periksa cakramnya.",
                 "Wait, then look at the disk."),
             true},
        [STORE_HALTED] =
            {say(c,
                 "Cakram gagal menyimpan dan basis data tidak dapat ditulis "
                 "ulang; kota hanya dapat dibaca.",
                 "The disk failed to save and the database could not be "
                 "written anew; the city can only be read."),
             say(c,
                 "Sediakan ruang kosong sebesar basis data, atau ganti "
                 "cakramnya; setiap menit dicoba lagi.",
                 "Make as much room as the database takes, or change the "
                 "disk; it is tried again each minute."),
             true},
    };

    return all[state];
}

struct node_ill node_disk(struct ctx *c, struct node *n)
{
    int64_t moves;
    struct node_ill ill = urgent(c, store_state(n->store, &moves));

    if (ill.urgent || moves == 0)
        return ill;
    ill.what = arena_fmt(c->mem,
                         say(c,
                             "Cakram gagal menyimpan %" PRId64
                             " kali; basis data ditulis ulang dan tidak ada "
                             "yang hilang.",
                             "The disk failed to save %" PRId64
                             " times; the database was written anew and "
                             "nothing was lost."),
                         moves)
                   .p;
    ill.mend = say(c,
                   "Ganti cakramnya: cadangkan kota ini dan pulihkan ke cakram "
                   "yang baru.",
                   "Change the disk: back this city up and restore it onto a "
                   "new one.");
    return ill;
}

static void look_at_disk(struct ctx *c, struct node *n, struct findings *f)
{
    struct node_ill ill = node_disk(c, n);

    if (ill.what != NULL)
        warn(c, f, ill.urgent ? FIND_ERROR : FIND_WARNING, "disk",
             str_of(ill.what), ill.mend);
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* The median of SYNCS page writes made durable, each as a commit does it. */
static bool measure_sync(int fd, int64_t *median)
{
    static const char page[4096];
    int64_t took[SYNCS];

    for (int i = 0; i < SYNCS; i++) {
        int64_t began = time_monotonic();

        if (pwrite(fd, page, sizeof page, i * (off_t)sizeof page) !=
                sizeof page ||
            fdatasync(fd) != 0)
            return false;
        took[i] = time_monotonic() - began;
    }
    qsort(took, SYNCS, sizeof *took, by_size);
    *median = took[SYNCS / 2];
    return true;
}

static void look_at_sync(struct ctx *c, struct node *n, struct findings *f)
{
    const char *path = file_join(c, n->dir, ".doctor");
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int64_t median = 0;
    bool well = fd >= 0 && measure_sync(fd, &median);

    if (fd >= 0)
        close(fd);
    unlink(path);
    if (!well)
        warn(c, f, FIND_ERROR, "disk", STR("fdatasync"),
             say(c, "Tempat penyimpanan tidak dapat ditulis.",
                 "The disk cannot be written."));
    else if (median > SLOW_SYNC)
        warn(c, f, FIND_WARNING, "disk",
             arena_fmt(c->mem,
                       say(c,
                           "Satu penulisan tahan mati listrik memakan "
                           "%" PRId64 " ms.",
                           "One durable write takes %" PRId64 " ms."),
                       median / 1000),
             say(c,
                 "Periksa media itu, atau pindahkan kota ke yang lebih "
                 "cepat.",
                 "See to that medium, or move the city to a quicker one."));
    else
        note(c, f, "disk",
             say(c,
                 "Satu penulisan tahan mati listrik memakan %" PRId64
                 " mikrodetik.",
                 "One durable write takes %" PRId64 " microseconds."),
             median);
}

static err look_at_certificate(struct ctx *c, struct node *n,
                               struct findings *f)
{
    int64_t until, days;
    str pem;
    err e;

    if (n->certificate == NULL)
        return E_OK;
    e = file_read(c, n->certificate, 1 << 18, &pem);
    if (e == E_OK)
        e = seal_certificate_until(c, pem, &until);
    if (e != E_OK) {
        warn(c, f, FIND_ERROR, "certificate", c->why,
             say(c, "Letakkan sertifikat yang benar di sana.",
                 "Put the right certificate there."));
        return E_OK;
    }
    days = (until - time_system()) / TIME_DAY;
    if (days < 14)
        warn(c, f, days < 3 ? FIND_ERROR : FIND_WARNING, "certificate",
             arena_fmt(c->mem,
                       say(c, "%s berlaku %" PRId64 " hari lagi.",
                           "%s is valid for %" PRId64 " more days."),
                       n->certificate, days),
             say(c, "Perbarui, lalu: systemctl reload balai.",
                 "Renew it, then: systemctl reload balai."));
    else
        note(c, f, "certificate",
             say(c, "%s berlaku %" PRId64 " hari lagi.",
                 "%s is valid for %" PRId64 " more days."),
             n->certificate, days);
    return E_OK;
}

/* ---- backup and time ---------------------------------------------- */

static err look_at_backup(struct ctx *c, struct node *n, struct findings *f)
{
    const char *mend =
        say(c,
            "Periksa layanan balai-backup dan tempat cadangan, lalu jalankan "
            "balai backup nightly.",
            "See to the service balai-backup and to where backups go, then run "
            "balai backup nightly.");
    struct node_last last;

    TRY(node_last_kept(c, n->dir, &last));
    if (last.made == 0)
        warn(c, f, last.late ? FIND_ERROR : FIND_WARNING, "backup",
             str_of(say(c, "Belum ada cadangan.", "There is no backup yet.")),
             mend);
    else if (last.late)
        warn(c, f, FIND_ERROR, "backup",
             arena_fmt(c->mem,
                       say(c, "Cadangan terakhir %" PRId64 " jam yang lalu.",
                           "The last backup is %" PRId64 " hours old."),
                       (time_system() - last.made) / TIME_HOUR),
             mend);
    else
        note(c, f, "backup",
             say(c, "Cadangan terakhir %" PRId64 " jam yang lalu.",
                 "The last backup is %" PRId64 " hours old."),
             (time_system() - last.made) / TIME_HOUR);
    if (last.also.n > 0)
        warn(c, f, FIND_WARNING, "backup", last.also,
             say(c, "Tempat cadangan yang kedua tidak dapat ditulis.",
                 "The second place of backups could not be written."));
    return E_OK;
}

static err look_at_time(struct ctx *c, const struct record_world *w,
                        struct findings *f)
{
    struct conn *on;
    bool trusted;
    err e;

    note(c, f, "clock", "%.*s", STR_ARG(city_show_time(c, w->city, c->now)));
    TRY(store_read(c, w->store, &on));
    e = record_time_trusted(c, w, on, &trusted);
    store_done(on);
    TRY(e);
    if (!trusted)
        warn(c, f, FIND_WARNING, "clock",
             str_of(say(c,
                        "Tanggal hari ini belum dipastikan; tenggat yang "
                        "memutuskan menunggu.",
                        "Today's date is not confirmed; deadlines that decide "
                        "wait.")),
             say(c, "Seorang pegawai memastikannya di halaman Daftar tugas.",
                 "An officer confirms it on the page Worklist."));
    return E_OK;
}

/* ---- the city ----------------------------------------------------- */

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
         say(c,
             "Ambil yang hilang dengan balai restore missing; sampai itu kota "
             "hanya dibaca.",
             "Fetch what is missing with balai restore missing; until then the "
             "city can only be read.")},
        {state == LEDGER_CHANGED, FIND_ERROR,
         say(c, "Isi log berubah di belakang yang sudah ditandatangani.",
             "The past of the log was changed behind what was signed."),
         say(c, "Lihat balai log verify, lalu pulihkan cadangan ke map lain.",
             "See balai log verify, then restore a backup into another "
             "folder.")},
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

/* Duties that nobody holds, and, as a hint, those that hang on one person, at
 * offices that open apps need. */
static err look_at_apps(struct ctx *c, struct node *n, struct findings *f)
{
    const struct app_brief *all;
    struct record_world w;
    struct conn *on;
    size_t count, open = 0;

    TRY(node_world(c, n, &w));
    TRY(store_read(c, n->store, &on));
    count = app_catalogue_all(w.apps, &all);
    for (size_t i = 0; i < count; i++) {
        const struct app *a;

        open += all[i].open;
        if (!all[i].builds || !all[i].open)
            continue;
        a = app_catalogue_find(w.apps, all[i].id)->app;
        TRY(app_obstacles(c, on, a, w.city, f));
        TRY(app_hang_on_one(c, on, a, w.city, f));
    }
    store_done(on);
    note(c, f, "apps",
         say(c, "%zu terpasang, %zu terbuka.", "%zu installed, %zu open."),
         count, open);
    return E_OK;
}

/* What residents are told must leave within the day. */
/* A running city says what its helpers have; else, what this kernel would
 * give them. */
static void look_at_jail(struct ctx *c, struct node *n, struct findings *f)
{
    struct jail_got got =
        n->keeper != NULL ? jail_keeper_got(n->keeper) : jail_offered();

    if (got.seccomp && got.landlock > 0)
        note(c, f, "signer",
             say(c,
                 "Penanda tangan bekerja dalam proses tersendiri yang "
                 "terkurung (Landlock %d dan seccomp).",
                 "The signer works in a process of its own, which is jailed "
                 "(Landlock %d and seccomp)."),
             got.landlock);
    else
        warn(c, f, FIND_WARNING, "signer",
             str_of(say(c,
                        "Kernel ini tidak dapat mengurung penanda tangan dan "
                        "pembaca berkas.",
                        "This kernel cannot jail the signer and the readers "
                        "of files.")),
             say(c, "Gunakan kernel dengan Landlock dan seccomp.",
                 "Use a kernel that has Landlock and seccomp."));
}

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

/* How many, never whose: this is read over shoulders and by monitors. */
static err look_at_requests(struct ctx *c, struct node *n, struct findings *f)
{
    struct conn *on;
    int64_t late;
    err e;

    TRY(store_read(c, n->store, &on));
    e = record_requests_late(c, on, &late);
    store_done(on);
    TRY(e);
    if (late > 0)
        warn(c, f, FIND_ERROR, "requests",
             arena_fmt(c->mem,
                       say(c,
                           "%" PRId64 " permintaan tentang data pribadi tidak "
                           "diputuskan dalam 3 x 24 jam.",
                           "%" PRId64 " requests about personal data were not "
                           "decided within three times 24 hours."),
                       late),
             say(c,
                 "Yang memutuskan melihatnya pada laman Permintaan tentang "
                 "data pribadi.",
                 "Who decides sees them on the page Requests about personal "
                 "data."));
    return E_OK;
}

err node_doctor(struct ctx *c, struct node *n, struct findings *f)
{
    struct record_world w;

    TRY(node_world(c, n, &w));
    note(c, f, "city", "%.*s (%.*s), %.*s", STR_ARG(city_name(c, w.city)),
         STR_ARG(city_code(w.city)), STR_ARG(city_domain(w.city)));
    TRY(look_at_time(c, &w, f));
    look_at_room(c, n, f);
    look_at_disk(c, n, f);
    look_at_sync(c, n, f);
    TRY(look_at_certificate(c, n, f));
    TRY(look_at_backup(c, n, f));
    TRY(look_at_log(c, n, f));
    look_at_jail(c, n, f);
    TRY(look_at_notices(c, n, f));
    TRY(look_at_requests(c, n, f));
    return look_at_apps(c, n, f);
}
