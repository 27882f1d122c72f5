/* SPDX-License-Identifier: EUPL-1.2 */
/* Failures (one, stops the work) and findings (many, collected). */
#include "base/base.h"

static const struct {
    const char *name;
    int http;
    const char *id, *en;
} table[ERR_COUNT] = {
#define ERR(name, http, id, en) {#name, http, id, en},
#include "base/err.def"
#undef ERR
};

const char *say(const struct ctx *c, const char *id, const char *en)
{
    return str_eq(c->lang, STR("en")) ? en : id;
}

static const struct word *word_of(const struct words *w, str key)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_eq(w->all[i].key, key))
            return &w->all[i];
    return NULL;
}

bool words_have(const struct words *w, str key)
{
    return word_of(w, key) != NULL;
}

str words_name(const struct ctx *c, const struct words *w, str key)
{
    const struct word *one = word_of(w, key);

    return one == NULL ? STR("") : str_of(say(c, one->id, one->en));
}

int err_http(err e)
{
    return table[e].http;
}

const char *err_name(err e)
{
    return table[e].name;
}

const char *err_says(const struct ctx *c, err e)
{
    return str_eq(c->lang, STR("en")) ? table[e].en : table[e].id;
}

void ctx_random(struct ctx *c, void *out, size_t n)
{
    c->dice->fill(c->dice, out, n);
}

err fail(struct ctx *c, err e, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    c->why = arena_vfmt(c->mem, fmt, ap);
    va_end(ap);
    return e;
}

struct finding *finding_add(struct ctx *c, struct findings *f,
                            enum severity severity, struct place at, str key,
                            const char *fmt, ...)
{
    struct finding *added;
    va_list ap;

    ARENA_GROW(c->mem, f->all, f->n, f->room);
    added = &f->all[f->n++];
    *added = (struct finding){.severity = severity, .at = at, .key = key};
    va_start(ap, fmt);
    added->what = arena_vfmt(c->mem, fmt, ap);
    va_end(ap);
    f->errors += severity == FIND_ERROR;
    return added;
}

static const char *severity_name(const struct ctx *c, enum severity s)
{
    switch (s) {
    case FIND_ERROR:
        return say(c, "salah", "error");
    case FIND_WARNING:
        return say(c, "periksa", "warning");
    case FIND_NOTE:
        break;
    }
    return say(c, "catatan", "note");
}

str finding_show(struct ctx *c, const struct finding *f)
{
    struct buf b = buf_new(c, 1 << 20);

    if (f->at.file.n > 0)
        buf_fmt(&b, "%.*s:", STR_ARG(f->at.file));
    if (f->at.line > 0)
        buf_fmt(&b, "%d:%d:", f->at.line, f->at.col);
    if (b.n > 0)
        buf_char(&b, ' ');
    buf_fmt(&b, "%s: ", severity_name(c, f->severity));
    if (f->key.n > 0)
        buf_fmt(&b, "%.*s: ", STR_ARG(f->key));
    buf_raw(&b, f->what);
    if (f->mend.n > 0)
        buf_fmt(&b, " %.*s", STR_ARG(f->mend));
    return buf_str(&b);
}
