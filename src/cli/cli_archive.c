/* SPDX-License-Identifier: EUPL-1.2 */
/* Handing over to the archive: a folder that standard tools can check, and the
 * archive's receipt. The folder is written beside its name and gets it last,
 * so that under it there is all or nothing; what was cut off is written again.
 * What persons told stands in it: nobody but its owner may read it. */
#include "cli/cli_priv.h"

#define AT_ONCE    1000 /* records in one package */
#define SUMS       "SHA256SUMS"
#define SUMS_MOST  ((size_t)64 << 20)
#define ARENA_MOST ((size_t)256 << 20) /* one record, with its files */

struct package {
    struct cli *k;
    struct record_world w;
    const char *to, *part; /* its name, and the folder until it has it */
    str app;
    struct cli_person two[2];
    struct record_ripe *all;
    size_t n;
    struct buf sums, list;
};

/* ---- files -------------------------------------------------------- */

static err put_file(struct ctx *c, struct package *p, str name, str bytes)
{
    TRY(file_write(c, file_join(c, p->part, arena_str(c->mem, name).p), bytes,
                   0600));
    /* As sha256sum writes it. */
    buf_fmt(&p->sums, "%.*s  %.*s\n",
            STR_ARG(str_slice(seal_show_hash(c, seal_sha256(bytes)),
                              strlen("sha256:"), SIZE_MAX)),
            STR_ARG(name));
    return E_OK;
}

/* A path of ours as a file's name. */
static str file_name(struct ctx *c, str path, str mime)
{
    static const struct {
        str mime, end;
    } ends[] = {
        {STR_INIT("application/pdf"), STR_INIT(".pdf")},
        {STR_INIT("image/jpeg"), STR_INIT(".jpg")},
        {STR_INIT("image/png"), STR_INIT(".png")},
        {STR_INIT("image/webp"), STR_INIT(".webp")},
    };
    struct buf b = buf_new(c, 512);

    for (size_t i = 0; i < path.n && i < 200; i++) {
        char ch = path.p[i];
        bool safe = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
                    (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' ||
                    (ch == '.' && i > 0);

        buf_char(&b, safe ? ch : '_');
    }
    for (size_t i = 0; i < COUNT(ends); i++)
        if (str_eq(mime, ends[i].mime))
            buf_raw(&b, ends[i].end);
    return buf_str(&b);
}

struct copying {
    struct package *p;
    struct conn *on;
    const struct record_actor *as;
    str number;
    struct data *files;
};

static err copy_file(struct ctx *c, struct copying *u, str path)
{
    struct data *one = data_new(c, DATA_MAP);
    struct record_upload up;
    str name;
    err e = record_file(c, &u->p->w, u->on, u->as, u->number, path, &up);

    if (e == E_NOT_FOUND)
        return E_OK; /* a letter that was never drawn */
    TRY(e);
    name = file_name(c, path, up.mime);
    data_put_text(c, one, STR("path"), path);
    data_put_text(c, one, STR("file"), name);
    data_put_text(c, one, STR("name"), up.name);
    data_put_text(c, one, STR("type"), up.mime);
    data_put_text(c, one, STR("digest"),
                  seal_show_hash(c, seal_sha256(up.bytes)));
    data_append(c, u->files, one);
    return put_file(
        c, u->p,
        arena_fmt(c->mem, "%.*s/%.*s", STR_ARG(u->number), STR_ARG(name)),
        up.bytes);
}

static err copy_files(struct ctx *c, struct copying *u,
                      const struct record_view *v)
{
    for (size_t i = 0; i < v->n_fields; i++)
        if (v->fields[i].file)
            TRY(copy_file(c, u, v->fields[i].path));
    for (size_t i = 0; i < v->n_history; i++)
        for (size_t k = 0; k < v->history[i].n_said; k++)
            if (v->history[i].said[k].file)
                TRY(copy_file(c, u, v->history[i].said[k].path));
    for (size_t i = 0; i < v->n_papers; i++)
        TRY(copy_file(
            c, u,
            arena_fmt(c->mem, "letters.%.*s", STR_ARG(v->papers[i].key))));
    return E_OK;
}

/* ---- one record --------------------------------------------------- */

static void list_one(struct ctx *c, struct package *p,
                     const struct record_ripe *r, str title, size_t files,
                     str json)
{
    int offset = city_offset(p->w.city);
    const str cells[] = {
        r->number,
        r->app->id,
        title,
        time_show_date(c, time_local(r->ended, offset, NULL)),
        time_show_date(c, time_local(r->until, offset, NULL)),
        arena_fmt(c->mem, "%zu", files),
        seal_show_hash(c, seal_sha256(json)),
    };

    for (size_t i = 0; i < COUNT(cells); i++) {
        if (i > 0)
            buf_char(&p->list, ',');
        buf_csv(&p->list, cells[i]);
    }
    buf_lit(&p->list, "\r\n");
}

static err copy_record(struct ctx *c, struct package *p, struct conn *on,
                       const struct record_ripe *r)
{
    const struct record_actor as = {.role = RECORD_ARCHIVIST,
                                    .channel = STR("command")};
    struct copying u = {p, on, &as, r->number, data_new(c, DATA_LIST)};
    struct record_view v;
    struct data *all;
    str json;

    TRY(record_view(c, &p->w, on, &as, r->number, &v));
    TRY(file_make_dir(c, file_join(c, p->part, r->number.p), 0700));
    TRY(copy_files(c, &u, &v));
    all = record_copy(c, &v);
    data_put(c, all, STR("files"), u.files);
    json = data_write_json(c, all);
    list_one(c, p, r, app_say(c, v.app->title), u.files->n, json);
    return put_file(
        c, p, arena_fmt(c->mem, "%.*s/record.json", STR_ARG(r->number)), json);
}

/* In memory of its own: a package is larger than any of its records. */
static err copy_apart(struct package *p, struct conn *on,
                      const struct record_ripe *r)
{
    struct ctx in = *p->k->c;
    err e;

    in.mem = arena_new(ARENA_MOST);
    in.lang = STR("id"); /* as it was told */
    e = copy_record(&in, p, on, r);
    if (e != E_OK)
        p->k->c->why = arena_str(p->k->c->mem, in.why);
    arena_free(in.mem);
    return e;
}

/* ---- the whole ---------------------------------------------------- */

static err officer_name(struct ctx *c, struct conn *on,
                        const struct cli_person *p, str *name)
{
    struct city_officer o;

    TRY(city_officer_by_pseudonym(c, on, p->pseudonym, &o));
    *name = o.name;
    return E_OK;
}

/* The minutes that both sides sign on paper; in Indonesian, as they are. */
static err put_minutes(struct package *p, struct conn *on)
{
    struct ctx *c = p->k->c;
    str list = seal_show_hash(c, seal_sha256(buf_str(&p->list)));
    str city = city_name(c, p->w.city), names[2];

    TRY(officer_name(c, on, &p->two[0], &names[0]));
    TRY(officer_name(c, on, &p->two[1], &names[1]));
    return put_file(
        c, p, STR("berita-acara.txt"),
        arena_fmt(
            c->mem,
            "BERITA ACARA PENYERAHAN ARSIP\n\n"
            "Nomor   : ........................................\n"
            "Tanggal : %.*s\n\n"
            "%.*s menyerahkan kepada lembaga kearsipan\n"
            "........................................ arsip elektronik berikut:"
            "\n\nAplikasi     : %.*s\nJumlah berkas: %zu\n"
            "Daftar arsip : daftar-arsip.csv\n  %.*s\n\n"
            "Keutuhan semua berkas diperiksa dengan: sha256sum -c " SUMS "\n\n"
            "Yang menyerahkan:\n1. %.*s\n2. %.*s\n\n"
            "Yang menerima:\nNama         : "
            "........................................\nTanda tangan : "
            "........................................\n",
            STR_ARG(city_show_date(
                c, time_local(c->now, city_offset(p->w.city), NULL))),
            STR_ARG(city), STR_ARG(p->app), p->n, STR_ARG(list),
            STR_ARG(names[0]), STR_ARG(names[1])));
}

static err write_all(struct package *p, struct conn *on)
{
    struct ctx *c = p->k->c;

    p->sums = buf_new(c, SUMS_MOST), p->list = buf_new(c, SUMS_MOST);
    buf_lit(&p->list, "nomor,aplikasi,layanan,selesai,disimpan_sampai,lampiran,"
                      "sidik_record_json\r\n");
    for (size_t i = 0; i < p->n; i++)
        TRY(copy_apart(p, on, &p->all[i]));
    TRY(put_file(c, p, STR("daftar-arsip.csv"), buf_str(&p->list)));
    TRY(put_minutes(p, on));
    return file_write(c, file_join(c, p->part, SUMS), buf_str(&p->sums), 0600);
}

static err gather(struct package *p)
{
    struct conn *on;
    err e;

    TRY(store_read(p->k->c, p->w.store, &on));
    store_patient(on);
    e = record_handover_due(p->k->c, &p->w, on, p->app, AT_ONCE, &p->all,
                            &p->n);
    if (e == E_OK && p->n > 0) {
        file_remove_tree(p->part); /* of one that was cut off */
        e = file_make_dir(p->k->c, p->part, 0700);
    }
    if (e == E_OK && p->n > 0) {
        e = write_all(p, on);
        if (e != E_OK)
            file_remove_tree(p->part); /* it holds what persons told */
    }
    store_done(on);
    return e;
}

static err package_of(struct ctx *c, const char *dir, str *out)
{
    str bytes;

    TRY(file_read(c, file_join(c, dir, SUMS), SUMS_MOST, &bytes));
    *out = seal_show_hash(c, seal_sha256(bytes));
    return E_OK;
}

static err state_of(struct package *p, str package, int64_t *handed,
                    int64_t *received)
{
    struct conn *on;
    err e;

    TRY(store_read(p->k->c, p->w.store, &on));
    e = record_handover_state(p->k->c, on, package, handed, received);
    store_done(on);
    return e;
}

/* What was handed over in the log but did not get its name yet gets it now. */
static err carry_on(struct package *p, int64_t *handed)
{
    int64_t received;
    str package;

    *handed = 0;
    if (package_of(p->k->c, p->part, &package) != E_OK)
        return E_OK;
    return state_of(p, package, handed, &received);
}

static err hand_over(struct package *p)
{
    struct record_handing h = {
        .by = p->two[0].pseudonym, .with = p->two[1].pseudonym, .n = p->n};
    str *numbers = NEWS(p->k->c->mem, str, p->n);

    for (size_t i = 0; i < p->n; i++)
        numbers[i] = p->all[i].number;
    h.numbers = numbers;
    TRY(package_of(p->k->c, p->part, &h.package));
    return record_handover(p->k->c, &p->w, &h);
}

static err two_are(struct ctx *c, struct conn *tx, void *arg)
{
    return cli_two_are(c, tx, arg);
}

static err begin(struct cli *k, struct package *p)
{
    TRY(cli_two_named(k, p->two));
    TRY(node_world(k->c, k->node, &p->w));
    return store_write(k->c, p->w.store, two_are, p->two);
}

/* The log says it first: a folder that has its name was handed over. */
static err make(struct package *p, int64_t *handed)
{
    err e;

    TRY(cli_trust_time(p->k, &p->w));
    TRY(gather(p));
    if (p->n == 0)
        return fail(p->k->c, E_NOT_FOUND,
                    say(p->k->c,
                        "Tidak ada berkas %.*s yang harus diserahkan ke arsip "
                        "sekarang.",
                        "No record of %.*s is to be handed over to the archive "
                        "now."),
                    STR_ARG(p->app));
    *handed = (int64_t)p->n;
    e = hand_over(p);
    if (e == E_CONFLICT)
        file_remove_tree(p->part);
    return e;
}

err cli_do_archive(struct cli *k)
{
    struct package p = {.k = k, .app = str_of(k->words[0]), .to = k->words[1]};
    int64_t handed;

    if (file_exists(p.to))
        return fail(k->c, E_CONFLICT,
                    say(k->c, "%s sudah ada. Pilih nama map yang baru.",
                        "%s is there already. Choose a new folder's name."),
                    p.to);
    p.part = arena_fmt(k->c->mem, "%s.balai-part", p.to).p;
    TRY(begin(k, &p));
    TRY(carry_on(&p, &handed));
    if (handed == 0)
        TRY(make(&p, &handed));
    TRY(file_move(k->c, p.part, p.to));
    buf_fmt(&k->out,
            say(k->c,
                "%" PRId64 " berkas ditulis ke %s. Periksa dengan sha256sum -c "
                "SHA256SUMS, serahkan, lalu catat tanda terimanya: balai "
                "archive received %s --receipt NOMOR ...\n",
                "%" PRId64 " records were written to %s. Check them by "
                "sha256sum -c SHA256SUMS, hand them over, then note the "
                "receipt: balai archive received %s --receipt NUMBER ...\n"),
            handed, p.to, p.to);
    return E_OK;
}

err cli_do_archive_received(struct cli *k)
{
    struct package p = {.k = k};
    const char *receipt = cli_option(k, "--receipt");
    str package;
    int64_t n;

    TRY(package_of(k->c, k->words[0], &package));
    TRY(begin(k, &p));
    TRY(record_handover_receive(k->c, &p.w, package,
                                receipt == NULL ? STR("") : str_of(receipt),
                                p.two[0].pseudonym, p.two[1].pseudonym, &n));
    buf_fmt(&k->out,
            say(k->c,
                "Tanda terima dicatat untuk %" PRId64
                " berkas. Datanya dihapus "
                "pada pembersihan harian berikutnya (balai retention); hapus "
                "juga map %s.\n",
                "The receipt is noted for %" PRId64 " records. Their data are "
                "erased by the next daily turn (balai retention); remove the "
                "folder %s too.\n"),
            n, k->words[0]);
    return E_OK;
}
