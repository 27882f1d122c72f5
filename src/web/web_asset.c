/* SPDX-License-Identifier: EUPL-1.2 */
/* What is compiled in from web/: templates, words, style, script. Read once at
 * start; nothing is read from disk afterwards. */
#include "web/web_priv.h"

#include "gen/web_assets.h"

#define FILES_MOST 16
#define LANGS_MOST 8

struct named {
    str name;
    const struct markup *is;
};

struct language {
    str name;
    struct data *words;
};

struct assets {
    struct named *templates;
    size_t n_templates, room;
    struct language languages[LANGS_MOST];
    size_t n_languages;
    struct asset files[FILES_MOST];
    str plain[FILES_MOST]; /* the name without hash */
    size_t n_files;
};

static const struct embedded {
    const char *path;
    const unsigned char *bytes;
    size_t n;
} embedded[] = {
#define EMBEDDED(path, bytes, n) {path, bytes, n},
    EMBEDDED_ALL
#undef EMBEDDED
};

static const struct {
    const char *ending, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
};

/* "web/style/balai.css" is "balai" and ".css". */
static void split(str path, str *stem, str *ending)
{
    size_t slash = 0, dot = path.n;

    for (size_t i = 0; i < path.n; i++) {
        slash = path.p[i] == '/' ? i + 1 : slash;
        dot = path.p[i] == '.' ? i : dot;
    }
    *stem = str_slice(path, slash, dot);
    *ending = str_slice(path, dot, path.n);
}

static err wrong(struct ctx *c, const struct findings *f)
{
    return f->n == 0 ? E_BAD_INPUT
                     : fail(c, E_BAD_INPUT, "%.*s",
                            STR_ARG(finding_show(c, &f->all[0])));
}

static err add_template(struct ctx *c, struct assets *a, str path, str stem,
                        str text)
{
    struct findings f = {0};
    struct named *t;

    ARENA_GROW(c->mem, a->templates, a->n_templates, a->room);
    t = &a->templates[a->n_templates++];
    t->name = stem;
    return markup_parse(c, path, text, MARKUP_HTML, &f, &t->is) == E_OK
               ? E_OK
               : wrong(c, &f);
}

static err add_words(struct ctx *c, struct assets *a, str path, str stem,
                     str text)
{
    struct findings f = {0};
    struct language *l = &a->languages[a->n_languages];

    MUST(a->n_languages < LANGS_MOST);
    l->name = stem;
    if (data_read_yaml(c, path, text, &f, &l->words) != E_OK)
        return wrong(c, &f);
    data_sort(l->words); /* each page asks for a hundred of seven hundred */
    a->n_languages++;
    return E_OK;
}

static void add_file(struct ctx *c, struct assets *a, str stem, str ending,
                     str text)
{
    struct asset *f = &a->files[a->n_files];
    struct hash h = seal_sha256(text);
    str hash = seal_hex(c, h.b, 4);

    MUST(a->n_files < FILES_MOST);
    a->plain[a->n_files++] =
        arena_fmt(c->mem, "%.*s%.*s", STR_ARG(stem), STR_ARG(ending));
    *f =
        (struct asset){.name = arena_fmt(c->mem, "%.*s-%.*s%.*s", STR_ARG(stem),
                                         STR_ARG(hash), STR_ARG(ending)),
                       .type = STR("application/octet-stream"),
                       .bytes = text,
                       .zipped = web_zip(c, text),
                       .etag = arena_fmt(c->mem, "W/\"%.*s\"", STR_ARG(hash))};
    for (size_t i = 0; i < COUNT(types); i++)
        if (str_eq(ending, str_of(types[i].ending)))
            f->type = str_of(types[i].type);
}

/* A language that lacks a key of another would show nothing there. */
static err same_keys(struct ctx *c, const struct assets *a)
{
    for (size_t i = 0; i < a->n_languages; i++)
        for (size_t k = 0; k < a->languages[0].words->n; k++) {
            str key = a->languages[0].words->pairs[k].key;

            if (data_get(a->languages[i].words, key) == NULL)
                return fail(c, E_BAD_INPUT,
                            "web/i18n/%.*s.yaml lacks the key %.*s.",
                            STR_ARG(a->languages[i].name), STR_ARG(key));
        }
    return E_OK;
}

err web_assets_new(struct ctx *c, struct assets **out)
{
    struct assets *a = NEW(c->mem, struct assets);

    for (size_t i = 0; i < COUNT(embedded); i++) {
        str path = str_of(embedded[i].path), stem, ending;
        str text = {(const char *)embedded[i].bytes, embedded[i].n};

        split(path, &stem, &ending);
        if (str_eq(ending, STR(".mustache")))
            TRY(add_template(c, a, path, stem, text));
        else if (str_eq(ending, STR(".yaml")))
            TRY(add_words(c, a, path, stem, text));
        else
            add_file(c, a, stem, ending, text);
    }
    *out = a;
    return same_keys(c, a);
}

const struct markup *web_template(const struct assets *a, str name)
{
    for (size_t i = 0; i < a->n_templates; i++)
        if (str_eq(a->templates[i].name, name))
            return a->templates[i].is;
    return NULL;
}

struct data *web_words(const struct assets *a, str lang)
{
    struct data *first = NULL;

    for (size_t i = 0; i < a->n_languages; i++) {
        if (str_eq(a->languages[i].name, lang))
            return a->languages[i].words;
        if (str_eq(a->languages[i].name, STR("id")))
            first = a->languages[i].words;
    }
    return first;
}

const struct asset *web_asset_find(const struct assets *a, str name)
{
    for (size_t i = 0; i < a->n_files; i++)
        if (str_eq(a->files[i].name, name))
            return &a->files[i];
    return NULL;
}

str web_asset_name(const struct assets *a, const char *file)
{
    for (size_t i = 0; i < a->n_files; i++)
        if (str_eq(a->plain[i], str_of(file)))
            return a->files[i].name;
    return STR("");
}

/* ---- serving them ------------------------------------------------- */

/* The city's own colours, over those of balai.css. */
static err brand_sheet(struct ctx *c, const struct city_brand *b, str *out)
{
    struct buf s = buf_new(c, 4096);

    buf_fmt(&s, ":root{--brand:%.*s;--brand-ink:%.*s;--brand-text:%.*s",
            STR_ARG(b->colour), STR_ARG(b->ink), STR_ARG(b->text_light));
    if (b->header_only)
        buf_lit(&s, ";--btn:var(--ink);--btn-ink:var(--bg)");
    buf_fmt(&s,
            "}\n@media(prefers-color-scheme:dark){:root{--brand-text:%.*s}}\n",
            STR_ARG(b->text_dark));
    return buf_done(c, &s, out);
}

static str hashed(struct ctx *c, const char *stem, str text, const char *ending)
{
    struct hash h = seal_sha256(text);

    return arena_fmt(c->mem, "%s-%.*s%s", stem, STR_ARG(seal_hex(c, h.b, 4)),
                     ending);
}

err web_face(struct visit *v, const struct face **out)
{
    struct face *f;

    if (v->face == NULL) {
        f = NEW(v->c->mem, struct face);
        TRY(city_brand(v->c, v->world.city, &f->brand));
        TRY(brand_sheet(v->c, &f->brand, &f->sheet));
        f->sheet_name = hashed(v->c, "merek", f->sheet, ".css");
        f->icon_name = f->brand.crest.n == 0
                           ? STR("")
                           : hashed(v->c, "lambang", f->brand.crest, ".svg");
        v->face = f;
    }
    *out = v->face;
    return E_OK;
}

static void serve(struct visit *v, const struct asset *f)
{
    bool zip =
        f->zipped.n > 0 && str_find(v->encodings, STR("gzip")) < v->encodings.n;

    v->reply = (struct reply){.status = 200,
                              .type = f->type,
                              .body = zip ? f->zipped : f->bytes,
                              .zipped = zip,
                              .etag = f->etag,
                              .forever = true};
}

err web_asset(struct visit *v)
{
    const struct asset *found = web_asset_find(v->assets, v->part[0]);
    struct asset own = {.name = v->part[0]};
    const struct face *face;

    if (found != NULL) {
        serve(v, found);
        return E_OK;
    }
    TRY(web_face(v, &face));
    own.etag = arena_fmt(v->c->mem, "W/\"%.*s\"", STR_ARG(own.name));
    own.type = STR("text/css; charset=utf-8");
    if (str_eq(own.name, face->sheet_name))
        own.bytes = face->sheet;
    else if (face->icon_name.n > 0 && str_eq(own.name, face->icon_name))
        own.type = STR("image/svg+xml"), own.bytes = face->brand.crest;
    else
        return fail(
            v->c, E_NOT_FOUND, "%s",
            say(v->c, "Berkas ini tidak ada.", "There is no such file."));
    serve(v, &own);
    return E_OK;
}
