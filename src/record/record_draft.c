/* SPDX-License-Identifier: EUPL-1.2 */
/* Forms half filled, and files: sealed before they touch the disk. */
#include "record/record_priv.h"

#include "gen/record_sql.h"

#define DRAFT_LIFE (72 * TIME_HOUR)
#define DRAFT_MOST ((size_t)48 << 20)
/* All drafts together: what strangers may take of the disk. */
#define DRAFTS_MOST (INT64_C(4) << 30)

/* ---- drafts ------------------------------------------------------- */

/* The row is found by one hash of the token and opened by another, so that
 * the database alone opens nothing. */
static str draft_row(struct ctx *c, const struct record_world *w, str token)
{
    struct hash h = record_mac(w, "draft-row", token);

    return arena_str(c->mem, (str){(const char *)h.b, sizeof h.b});
}

static struct hash draft_key(const struct record_world *w, str token)
{
    return record_mac(w, "draft-key", token);
}

/* A run of length-prefixed texts: enough for what only this file reads. */
static void put_text(struct buf *b, str s)
{
    buf_u32be(b, s.p == NULL ? UINT32_MAX : (uint32_t)s.n);
    if (s.p != NULL)
        buf_raw(b, s);
}

static bool take_text(str *rest, str *out)
{
    uint32_t n;

    if (rest->n < 4)
        return false;
    n = get_u32be(rest->p);
    *rest = str_slice(*rest, 4, rest->n);
    *out = (str){NULL, 0};
    if (n == UINT32_MAX)
        return true;
    if (n > rest->n)
        return false;
    *out = str_slice(*rest, 0, n);
    if (out->p == NULL)
        *out = STR("");
    *rest = str_slice(*rest, n, rest->n);
    return true;
}

static err draft_bytes(struct ctx *c, const struct record_draft *d, str *out)
{
    struct buf b = buf_new(c, DRAFT_MOST);

    put_text(&b, d->app);
    put_text(&b, d->tree);
    put_text(&b, d->overlay);
    buf_u32be(&b, (uint32_t)d->form.n);
    for (size_t i = 0; i < d->form.n; i++) {
        put_text(&b, d->form.all[i].path);
        put_text(&b, d->form.all[i].text);
    }
    buf_u32be(&b, (uint32_t)d->n_uploads);
    for (size_t i = 0; i < d->n_uploads; i++) {
        put_text(&b, d->uploads[i].path);
        put_text(&b, d->uploads[i].name);
        put_text(&b, d->uploads[i].mime);
        put_text(&b, d->uploads[i].bytes);
    }
    return buf_done(c, &b, out);
}

static bool take_count(str *rest, uint32_t *n)
{
    if (rest->n < 4)
        return false;
    *n = get_u32be(rest->p);
    *rest = str_slice(*rest, 4, rest->n);
    return *n <= rest->n;
}

static bool read_draft(struct ctx *c, str s, struct record_draft *d)
{
    uint32_t n;
    str path, text;

    if (!take_text(&s, &d->app) || !take_text(&s, &d->tree) ||
        !take_text(&s, &d->overlay) || !take_count(&s, &n))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (!take_text(&s, &path) || !take_text(&s, &text))
            return false;
        app_form_set(c, &d->form, path, text);
    }
    if (!take_count(&s, &n))
        return false;
    d->n_uploads = n;
    d->uploads = NEWS(c->mem, struct record_upload, n);
    for (uint32_t i = 0; i < n; i++)
        if (!take_text(&s, &d->uploads[i].path) ||
            !take_text(&s, &d->uploads[i].name) ||
            !take_text(&s, &d->uploads[i].mime) ||
            !take_text(&s, &d->uploads[i].bytes))
            return false;
    return s.n == 0;
}

struct drafting {
    str row, boxed;
};

err record_draft_expire(struct ctx *c, struct conn *tx)
{
    return RUN(c, tx, &record_draft_drop_old, I64(c->now - DRAFT_LIFE));
}

static err put_draft(struct ctx *c, struct conn *tx, void *arg)
{
    const struct drafting *u = arg;
    struct rows *rows;
    bool more;

    TRY(record_draft_expire(c, tx));
    TRY(RUN(c, tx, &record_draft_drop_one, BLOB(u->row)));
    TRY(ROWS0(c, tx, &record_draft_bytes, &rows));
    TRY(store_next(rows, &more));
    if (more && store_i64(rows, 0) + (int64_t)u->boxed.n > DRAFTS_MOST)
        return fail(c, E_BUSY, "%s",
                    say(c,
                        "Penyimpanan draf sedang penuh. Silakan kirim tanpa "
                        "lampiran, atau coba lagi nanti.",
                        "The store of drafts is full just now. Send it "
                        "without attachments, or try again later."));
    return RUN(c, tx, &record_draft_put, BLOB(u->row), I64(c->now),
               BLOB(u->boxed));
}

static err drop_draft(struct ctx *c, struct conn *tx, void *arg)
{
    const struct drafting *u = arg;

    return RUN(c, tx, &record_draft_drop_one, BLOB(u->row));
}

err record_draft_save(struct ctx *c, const struct record_world *w, str token,
                      const struct record_draft *d)
{
    struct drafting u = {.row = draft_row(c, w, token)};
    str plain;

    TRY(draft_bytes(c, d, &plain));
    u.boxed = seal_box(c, draft_key(w, token).b, STR("draft"), plain);
    return store_write(c, w->store, put_draft, &u);
}

err record_draft_load(struct ctx *c, const struct record_world *w,
                      struct conn *on, str token, struct record_draft *out)
{
    struct rows *rows;
    bool more;
    str plain;

    *out = (struct record_draft){0};
    TRY(ROWS(c, on, &record_draft_by, &rows, BLOB(draft_row(c, w, token)),
             I64(c->now - DRAFT_LIFE)));
    TRY(store_next(rows, &more));
    if (!more)
        return fail(c, E_NOT_FOUND, "%s",
                    say(c, "Draf ini sudah dikirim, dihapus, atau kedaluwarsa.",
                        "This draft was sent, deleted, or has expired."));
    out->saved = store_i64(rows, 0);
    TRY(seal_unbox(c, draft_key(w, token).b, STR("draft"), store_str(rows, 1),
                   &plain));
    if (!read_draft(c, plain, out))
        return fail(c, E_TAMPERED, "%s",
                    say(c, "Draf ini rusak.", "This draft is damaged."));
    return E_OK;
}

err record_draft_drop(struct ctx *c, const struct record_world *w, str token)
{
    struct drafting u = {.row = draft_row(c, w, token)};

    return store_write(c, w->store, drop_draft, &u);
}

/* ---- files -------------------------------------------------------- */

/* Name, LF, bytes: sealed by the record's key. */
err record_file_keep(struct ctx *c, const struct record_world *w,
                     struct conn *tx, str number, str path,
                     const struct record_upload *u, str signature)
{
    str digest = seal_show_hash(c, seal_sha256(u->bytes)), boxed, plain;
    struct buf b = buf_new(c, RECORD_FILE_MOST + 1024);

    buf_fmt(&b, "%.*s\n", STR_ARG(u->name));
    buf_raw(&b, u->bytes);
    TRY(buf_done(c, &b, &plain));
    TRY(ledger_box_within(c, tx, w->ledger, number, digest, plain, &boxed));
    return RUN(c, tx, &record_file_add, TXT(number),
               TXT(path.n > 0 ? path : digest), TXT(digest), TXT(u->mime),
               I64((int64_t)u->bytes.n), BLOB(boxed), BLOB(signature));
}

err record_upload_add(struct ctx *c, const struct record_world *w,
                      struct conn *tx, str number,
                      const struct record_upload *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        TRY(record_file_keep(c, w, tx, number, STR(""), &all[i], STR("")));
    return E_OK;
}

err record_upload_get(struct ctx *c, const struct record_world *w,
                      struct conn *on, str number, str path,
                      struct record_upload *out)
{
    struct rows *rows;
    bool more;
    str plain, digest;

    TRY(ROWS(c, on, &record_file_by_path, &rows, TXT(number), TXT(path)));
    TRY(store_next(rows, &more));
    if (!more)
        return fail(
            c, E_NOT_FOUND, "%s",
            say(c, "Lampiran ini tidak ada.", "There is no such attachment."));
    digest = store_str(rows, 0);
    *out = (struct record_upload){.path = path, .mime = store_str(rows, 1)};
    TRY(ledger_unbox(c, w->ledger, number, digest, store_str(rows, 3), &plain));
    str_cut(plain, '\n', &out->name, &out->bytes);
    return E_OK;
}
