/* SPDX-License-Identifier: EUPL-1.2 */
/* What somebody sends as a file, and how it is handed out again. */
#include "web/web_priv.h"

/* ---- taking ------------------------------------------------------- */

static void refuse(struct visit *v, const struct app_field *d,
                   enum reader_verdict why, struct findings *f)
{
    str label = app_say(v->c, data_get(d->def, STR("label")));

    finding_add(v->c, f, FIND_ERROR, (struct place){0}, d->key, "%.*s",
                STR_ARG(reader_says(v->c, why, label)));
}

/* What came as "atap.heic" is kept as "atap.jpg". */
static str name_for(struct visit *v, str name, enum reader_kind sent,
                    enum reader_kind kept)
{
    size_t dot = name.n;

    if (sent == kept)
        return name;
    for (size_t i = name.n; i-- > 1 && dot == name.n;)
        if (name.p[i] == '.')
            dot = i;
    return arena_fmt(v->c->mem, "%.*s%.*s", STR_ARG(str_slice(name, 0, dot)),
                     STR_ARG(reader_ending(kept)));
}

static void have_read(struct visit *v, const struct reader_job *job,
                      struct reader_got *got)
{
    const struct web_host *h = &web_options_of(v->web)->host;

    *got = (struct reader_got){.verdict = READER_LATER};
    if (web_heavy_begin(v) != E_OK)
        return;
    h->read(v->c, h->node, job, got);
    web_heavy_end(v);
}

err web_read_upload(struct visit *v, const struct app_field *d,
                    struct record_upload *u, struct findings *f, bool *taken)
{
    const struct reader_job job = {.bytes = u->bytes,
                                   .photo = d->type == APP_PHOTO,
                                   .most = (size_t)d->max_bytes};
    enum reader_kind sent = reader_kind_of(u->bytes);
    struct reader_got got;

    *taken = false;
    TRY(web_limit_take(v, LIMIT_UPLOAD, STR("")));
    if (!app_file_accepts(v->c, d, u->bytes, &u->mime, f))
        return E_OK;
    have_read(v, &job, &got);
    *taken = got.verdict == READER_FINE;
    if (*taken) {
        u->bytes = got.bytes;
        u->mime = reader_mime(got.kind);
        u->name = name_for(v, u->name, sent, got.kind);
    } else
        refuse(v, d, got.verdict, f);
    return E_OK;
}

/* ---- handing out --------------------------------------------------- */

/* A file is for who follows its link, and no part of any page: neither of ours
 * nor of another's. Browsers that say nothing are believed. */
static err wanted_alone(struct visit *v)
{
    static const str alone[] = {STR_INIT(""), STR_INIT("document"),
                                STR_INIT("empty")};

    if (str_among(v->dest, alone, COUNT(alone)) >= 0)
        return E_OK;
    return fail(v->c, E_FORBIDDEN, "%s",
                say(v->c,
                    "Berkas ini tidak ditampilkan di dalam laman lain. Silakan "
                    "buka tautannya.",
                    "This file is not shown inside another page. Please open "
                    "its link."));
}

/* Only what a reader makes or passes has a type of its own. */
static str type_of(str mime)
{
    static const enum reader_kind shown[] = {READER_PDF, READER_JPEG,
                                             READER_PNG, READER_WEBP};

    for (size_t i = 0; i < COUNT(shown); i++)
        if (str_eq(mime, reader_mime(shown[i])))
            return reader_mime(shown[i]);
    return reader_mime(READER_OTHER);
}

err web_send_upload(struct visit *v, const struct record_upload *u)
{
    TRY(wanted_alone(v));
    v->reply.keep_out = true;
    v->reply.foreign = true;
    return web_send(v, type_of(u->mime), u->bytes,
                    u->name.n > 0 ? u->name : STR("berkas"));
}
