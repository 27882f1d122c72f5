/* SPDX-License-Identifier: EUPL-1.2 */
/* Fields of forms: an app's field, or one of these pages' own, as the data
 * that field.mustache shows. */
#include "web/web_priv.h"

#define RADIOS_MOST   7
#define PROBLEMS_MOST 10

/* ---- how each type looks ------------------------------------------ */

struct look {
    const char *w, *type, *mode, *complete, *width;
};

static const struct look looks[APP_TYPE_COUNT] = {
    [APP_TEXT] = {"text", "text", "text", "off", ""},
    [APP_LONGTEXT] = {"longtext", "", "", "off", ""},
    [APP_INTEGER] = {"number", "", "numeric", "off", "w10"},
    [APP_DECIMAL] = {"number", "", "decimal", "off", "w10"},
    [APP_MONEY] = {"money", "", "numeric", "off", "w10"},
    [APP_BOOLEAN] = {"boolean", "", "", "", ""},
    [APP_CHOICE] = {"choice", "", "", "", ""},
    [APP_CHOICES] = {"choices", "", "", "", ""},
    [APP_DATE] = {"date", "", "", "off", ""},
    [APP_TIME] = {"text", "text", "text", "off", "w4"},
    [APP_NIK] = {"text", "text", "numeric", "off", "w20"},
    [APP_NIB] = {"text", "text", "numeric", "off", "w20"},
    [APP_NPWP] = {"text", "text", "numeric", "off", "w20"},
    [APP_PHONE] = {"text", "tel", "tel", "tel", "w20"},
    [APP_EMAIL] = {"text", "email", "email", "email", ""},
    [APP_REGION] = {"region", "", "", "", ""},
    [APP_PLACE] = {"place", "", "", "", ""},
    [APP_FILE] = {"file", "", "", "", ""},
    [APP_PHOTO] = {"file", "", "", "", ""},
    [APP_PERSON] = {"person", "", "", "", ""},
    [APP_RATING] = {"choice", "", "", "", ""},
    [APP_KK] = {"text", "text", "numeric", "off", "w20"},
    [APP_URL] = {"text", "url", "url", "off", ""},
    [APP_BUSINESS] = {"person", "", "", "", ""},
    [APP_RECORD] = {"text", "text", "text", "off", "w20"},
    [APP_OFFICER] = {"select", "", "", "", ""},
    [APP_UNIT] = {"select", "", "", "", ""},
    [APP_ROWS] = {"rows", "", "", "", ""},
};

/* The parts that a person and a place are asked by. */
static const struct part {
    enum app_type of, as;
    const char *name, *id, *en, *complete;
    bool need;
} parts[] = {
    {APP_PERSON, APP_TEXT, "nama", "Nama lengkap sesuai KTP",
     "Full name as on the identity card", "name", true},
    {APP_PERSON, APP_NIK, "nik", "NIK", "NIK (national identity number)", "off",
     true},
    {APP_PERSON, APP_TEXT, "alamat", "Alamat", "Address", "address-line1",
     false},
    {APP_PERSON, APP_PHONE, "telepon", "Nomor telepon", "Telephone", "tel",
     false},
    {APP_PERSON, APP_EMAIL, "surel", "Surel", "E-mail", "email", false},
    {APP_BUSINESS, APP_TEXT, "nama", "Nama usaha", "Name of the business",
     "organization", true},
    {APP_BUSINESS, APP_NIB, "nib", "NIB (nomor induk berusaha)",
     "NIB (business identification number)", "off", true},
    {APP_BUSINESS, APP_TEXT, "alamat", "Alamat usaha",
     "Address of the business", "off", false},
    {APP_BUSINESS, APP_PHONE, "telepon", "Nomor telepon", "Telephone", "tel",
     false},
    {APP_BUSINESS, APP_EMAIL, "surel", "Surel", "E-mail", "email", false},
    {APP_BUSINESS, APP_TEXT, "penanggung_jawab", "Penanggung jawab",
     "Person in charge", "off", false},
    {APP_PLACE, APP_REGION, "region", "Kelurahan atau desa", "Village", "off",
     true},
    {APP_PLACE, APP_TEXT, "patokan", "Patokan", "Landmark", "off", false},
};

/* ---- small pieces ------------------------------------------------- */

str web_field_id(struct visit *v, const char *in, str name)
{
    str id =
        arena_fmt(v->c->mem, "f-%s%.*s", in == NULL ? "" : in, STR_ARG(name));
    char *p = NEWS(v->c->mem, char, id.n + 1);

    for (size_t i = 0; i < id.n; i++)
        p[i] = (id.p[i] >= 'a' && id.p[i] <= 'z') ||
                       (id.p[i] >= 'A' && id.p[i] <= 'Z') ||
                       (id.p[i] >= '0' && id.p[i] <= '9') || id.p[i] == '_'
                   ? id.p[i]
                   : '-';
    return (str){p, id.n};
}

static str typed(const struct filling *x, str name)
{
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->pairs[i].name, name))
            return x->pairs[i].value;
    return STR("");
}

static bool ticked(const struct filling *x, str name, str option)
{
    for (size_t i = 0; i < x->n; i++)
        if (str_eq(x->pairs[i].name, name) && str_eq(x->pairs[i].value, option))
            return true;
    return false;
}

/* A finding's key is the name, or "fields." or "needs." and the name. */
static str bare(str key)
{
    static const char *const heads[] = {"fields.", "needs."};

    for (size_t i = 0; i < COUNT(heads); i++)
        if (str_starts(key, str_of(heads[i])))
            return str_slice(key, strlen(heads[i]), key.n);
    return key;
}

static str error_of(const struct filling *x, str name)
{
    for (size_t i = 0; x->f != NULL && i < x->f->n; i++)
        if (x->f->all[i].severity == FIND_ERROR &&
            str_eq(bare(x->f->all[i].key), name))
            return x->f->all[i].what;
    return STR("");
}

/* Everything that a name in a field's template may be, so that nothing is
 * looked for further out. */
static struct data *blank(struct visit *v, const char *w, str id, str name)
{
    static const char *const empty[] = {
        "hint", "error", "value",        "unit",      "limit",   "type",
        "mode", "width", "autocomplete", "inputmode", "correct", "accept"};
    struct data *d = data_new(v->c, DATA_MAP);
    struct data *widget = web_map(v, d, "w");

    web_flag(v, widget, w, true);
    web_put(v, d, "id", id);
    web_put(v, d, "name", name);
    for (size_t i = 0; i < COUNT(empty); i++)
        web_put(v, d, empty[i], STR(""));
    web_put(v, d, "rows", STR("5"));
    web_flag(v, d, "optional", false);
    web_flag(v, d, "birth", false);
    web_flag(v, d, "kept", false);
    web_flag(v, d, "shrink", false);
    web_flag(v, d, "point", false);
    return d;
}

static void describe(struct visit *v, struct data *d)
{
    bool any = data_text(data_get(d, STR("hint"))).n > 0 ||
               data_text(data_get(d, STR("error"))).n > 0 ||
               data_text(data_get(d, STR("unit"))).n > 0;

    web_flag(v, d, "described", any);
}

static void dress(struct visit *v, struct data *d, const struct look *l,
                  bool own, const char *complete)
{
    web_put(v, d, "type", str_of(l->type));
    web_put(v, d, "inputmode", str_of(l->mode));
    web_put(v, d, "width", str_of(l->width));
    web_put(v, d, "autocomplete", own ? str_of(complete) : STR("off"));
}

/* ---- options ------------------------------------------------------ */

static void add_option(struct visit *v, struct data *list, str id, str option,
                       str text, bool checked)
{
    struct data *o = web_item(v, list);

    web_put(v, o, "oid",
            list->n == 1
                ? id
                : arena_fmt(v->c->mem, "%.*s-%zu", STR_ARG(id), list->n));
    web_put(v, o, "option", option);
    web_put(v, o, "text", text);
    web_put(v, o, "note", STR(""));
    web_flag(v, o, "checked", checked);
}

static void put_yes_no(struct visit *v, struct data *d, str id, str name,
                       const struct filling *x)
{
    struct data *list = web_list(v, d, "options");

    add_option(v, list, id, STR("ya"), str_of(say(v->c, "Ya", "Yes")),
               ticked(x, name, STR("ya")));
    add_option(v, list, id, STR("tidak"), str_of(say(v->c, "Tidak", "No")),
               ticked(x, name, STR("tidak")));
}

static void put_rating(struct visit *v, struct data *d, str id, str name,
                       const struct filling *x)
{
    const char *const words[] = {say(v->c, "1, sangat buruk", "1, very bad"),
                                 say(v->c, "2, buruk", "2, bad"),
                                 say(v->c, "3, cukup", "3, fair"),
                                 say(v->c, "4, baik", "4, good"),
                                 say(v->c, "5, sangat baik", "5, very good")};
    struct data *list = web_list(v, d, "options");

    for (size_t i = 0; i < COUNT(words); i++) {
        str key = str_slice(str_of(words[i]), 0, 1);

        add_option(v, list, id, key, str_of(words[i]), ticked(x, name, key));
    }
}

static void put_options(struct visit *v, struct data *d,
                        const struct app_field *f, str id, str name,
                        const struct filling *x)
{
    struct data *list = web_list(v, d, "options");

    for (size_t i = 0; i < f->n_options; i++)
        add_option(v, list, id, f->options[i].key,
                   app_say(v->c, f->options[i].label),
                   ticked(x, name, f->options[i].key));
    if (f->type == APP_CHOICE && f->n_options > RADIOS_MOST)
        web_flag(v, web_map(v, d, "w"), "select", true);
}

/* The villages of the city, by district. */
static void put_villages(struct visit *v, struct data *d, str name,
                         const struct filling *x)
{
    struct data *groups = web_list(v, d, "groups");
    struct city_region *districts, *villages;
    size_t n, m;
    str chosen = typed(x, name);

    if (city_region_below(v->c, city_code(v->world.city), &districts, &n) !=
        E_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        struct data *g = web_item(v, groups), *list;

        web_put(v, g, "text", districts[i].name);
        list = web_list(v, g, "options");
        if (city_region_below(v->c, districts[i].code, &villages, &m) != E_OK)
            continue;
        for (size_t k = 0; k < m; k++)
            add_option(v, list, name, villages[k].code, villages[k].name,
                       str_eq(chosen, villages[k].code));
    }
}

/* ---- widgets with more to them ------------------------------------ */

static void put_date(struct visit *v, struct data *d, str name,
                     const struct filling *x)
{
    static const struct {
        const char *box, *key;
    } boxes[] = {{".d", "day"}, {".m", "month"}, {".y", "year"}};

    for (size_t i = 0; i < COUNT(boxes); i++)
        web_put(v, d, boxes[i].key,
                typed(x, arena_fmt(v->c->mem, "%.*s%s", STR_ARG(name),
                                   boxes[i].box)));
}

static void put_accept(struct visit *v, struct data *d,
                       const struct app_field *f)
{
    const struct data *accept = data_get(f->def, STR("accept"));
    struct buf b = buf_new(v->c, 256);

    for (size_t i = 0; accept != NULL && i < accept->n; i++) {
        str kind = data_text(accept->items[i]);

        buf_fmt(&b, "%s.%.*s%s", b.n > 0 ? "," : "", STR_ARG(kind),
                str_eq(kind, STR("jpg")) ? ",.jpeg" : "");
    }
    if (b.n == 0)
        buf_lit(&b, f->type == APP_PHOTO ? "image/jpeg,image/png,image/webp"
                                         : ".pdf,.jpg,.jpeg,.png");
    web_put(v, d, "accept", buf_str(&b));
    web_flag(v, d, "shrink", f->type == APP_PHOTO);
}

static void put_kept(struct visit *v, struct data *d, const struct app_field *f,
                     const struct filling *x)
{
    struct app_shown *shown;
    struct data *kept;
    size_t n;

    put_accept(v, d, f);
    if (x->form == NULL ||
        app_show(v->c, NULL, f, x->form, &shown, &n) != E_OK || n == 0)
        return;
    kept = data_new(v->c, DATA_LIST);
    web_put_file(v, kept, STR(""), shown[0].text);
    data_put(v->c, d, STR("kept"), kept->items[0]);
}

static bool listed(const struct app_field *f, const char *key, const char *name,
                   bool otherwise)
{
    const struct data *list = data_get(f->def, str_of(key));

    for (size_t i = 0; list != NULL && i < list->n; i++)
        if (str_eq(data_text(list->items[i]), str_of(name)))
            return true;
    return list == NULL ? otherwise : false;
}

static struct data *one_part(struct visit *v, const struct app_field *f,
                             const struct part *p, const struct filling *x)
{
    const struct look *l = &looks[p->as];
    str name = arena_fmt(v->c->mem, "%.*s.%s", STR_ARG(f->key), p->name);
    struct data *d = blank(v, l->w, web_field_id(v, x->in, name), name);

    dress(v, d, l, x->own, p->complete);
    web_put(v, d, "label", str_of(say(v->c, p->id, p->en)));
    web_put(v, d, "value", typed(x, name));
    web_put(v, d, "error", error_of(x, name));
    web_flag(v, d, "optional", !listed(f, "need", p->name, p->need));
    if (p->as == APP_REGION)
        put_villages(v, d, name, x);
    describe(v, d);
    return d;
}

/* Latitude and longitude come apart, and go on together as one point. */
static void put_point(struct visit *v, struct data *d,
                      const struct app_field *f, const struct filling *x)
{
    struct data *point = web_map(v, d, "point");
    str lat = typed(x, arena_fmt(v->c->mem, "%.*s.lat", STR_ARG(f->key)));
    str lon = typed(x, arena_fmt(v->c->mem, "%.*s.lon", STR_ARG(f->key)));
    str both = typed(x, arena_fmt(v->c->mem, "%.*s.titik", STR_ARG(f->key)));

    if (lat.n == 0 && lon.n == 0)
        str_cut(both, ',', &lat, &lon);
    web_put(v, d, "error",
            error_of(x, arena_fmt(v->c->mem, "%.*s.titik", STR_ARG(f->key))));
    web_put(v, point, "lat", lat);
    web_put(v, point, "lon", lon);
    web_put(v, point, "accuracy", STR(""));
    web_put(v, point, "lat_name",
            arena_fmt(v->c->mem, "%.*s.lat", STR_ARG(f->key)));
    web_put(v, point, "lon_name",
            arena_fmt(v->c->mem, "%.*s.lon", STR_ARG(f->key)));
    web_put(v, point, "accuracy_name",
            arena_fmt(v->c->mem, "%.*s.accuracy", STR_ARG(f->key)));
}

static void put_parts(struct visit *v, struct data *d,
                      const struct app_field *f, const struct filling *x)
{
    struct data *list = web_list(v, d, "parts");

    for (size_t i = 0; i < COUNT(parts); i++)
        if (parts[i].of == f->type && listed(f, "ask", parts[i].name, true))
            data_append(v->c, list, one_part(v, f, &parts[i], x));
    if (f->type == APP_PLACE && listed(f, "ask", "titik", true))
        put_point(v, d, f, x);
}

/* Where nobody can be listed the list is empty, and the page says why when it
 * is sent. */
static void put_officers(struct visit *v, struct data *d,
                         const struct app_field *f, const struct filling *x)
{
    str why = v->c->why;

    web_list(v, d, "options");
    if (web_put_officers(v, d, f, typed(x, f->key)) != E_OK)
        v->c->why = why;
}

/* ---- an app's field ----------------------------------------------- */

static void put_by_type(struct visit *v, struct data *d,
                        const struct app_field *f, str id,
                        const struct filling *x)
{
    /* clang-format off */
    switch (f->type) {
    case APP_BOOLEAN: put_yes_no(v, d, id, f->key, x); break;
    case APP_RATING: put_rating(v, d, id, f->key, x); break;
    case APP_CHOICE:
    case APP_CHOICES: put_options(v, d, f, id, f->key, x); break;
    case APP_DATE: put_date(v, d, f->key, x); break;
    case APP_REGION: put_villages(v, d, f->key, x); break;
    case APP_FILE:
    case APP_PHOTO: put_kept(v, d, f, x); break;
    case APP_PERSON:
    case APP_BUSINESS:
    case APP_PLACE: put_parts(v, d, f, x); break;
    case APP_MONEY: web_put(v, d, "unit", STR("Rp")); break;
    case APP_INTEGER:
    case APP_DECIMAL:
        web_put(v, d, "unit", data_text(data_get(f->def, STR("unit")))); break;
    case APP_LONGTEXT:
        web_put(v, d, "limit",
                data_text(data_get(f->def, STR("max_length")))); break;
    case APP_TEXT: case APP_TIME: case APP_NIK: case APP_NIB: case APP_NPWP:
    case APP_PHONE: case APP_EMAIL: case APP_KK: case APP_URL:
    case APP_RECORD: case APP_TYPE_COUNT: break;
    case APP_ROWS: web_put_rows(v, d, f, x); break;
    case APP_UNIT:
        web_list(v, d, "options");
        web_put_offices(v, d, typed(x, f->key)); break;
    case APP_OFFICER: put_officers(v, d, f, x); break;
    }
    /* clang-format on */
}

struct data *web_field(struct visit *v, const struct app_field *f,
                       const struct filling *x)
{
    const struct look *l = &looks[f->type];
    str id = web_field_id(v, x->in, f->key);
    struct data *d = blank(v, l->w, id, f->key);

    dress(v, d, l, x->own, l->complete);
    web_put(v, d, "label", app_say(v->c, data_get(f->def, STR("label"))));
    web_put(v, d, "hint", app_say(v->c, data_get(f->def, STR("hint"))));
    web_put(v, d, "value", typed(x, f->key));
    web_put(v, d, "error", error_of(x, f->key));
    web_flag(v, d, "optional", f->optional);
    put_by_type(v, d, f, id, x);
    describe(v, d);
    return d;
}

/* ---- a field of these pages' own ---------------------------------- */

struct data *web_input(struct visit *v, const struct input *in)
{
    str name = str_of(in->name);
    struct data *d = blank(v, in->widget == NULL ? "text" : in->widget,
                           web_field_id(v, in->in, name), name);

    web_put(v, d, "label", in->label);
    web_put(v, d, "hint", in->hint);
    web_put(v, d, "value", in->value);
    web_put(v, d, "error", in->error);
    web_put(v, d, "type", in->type == NULL ? STR("text") : str_of(in->type));
    web_put(v, d, "inputmode",
            in->mode == NULL ? STR("text") : str_of(in->mode));
    web_put(v, d, "autocomplete",
            in->complete == NULL ? STR("off") : str_of(in->complete));
    web_put(v, d, "width", in->width == NULL ? STR("") : str_of(in->width));
    web_put(v, d, "accept", in->accept == NULL ? STR("") : str_of(in->accept));
    web_flag(v, d, "optional", in->optional);
    web_list(v, d, "options");
    describe(v, d);
    return d;
}

void web_put_input(struct visit *v, struct data *to, const char *key,
                   const struct input *in)
{
    data_put(v->c, to, str_of(key), web_input(v, in));
}

void web_put_select(struct visit *v, struct data *field, str option, str text,
                    bool checked)
{
    add_option(v, data_get(field, STR("options")),
               data_text(data_get(field, STR("id"))), option, text, checked);
}

void web_put_words(struct visit *v, struct data *field, const struct words *w)
{
    str name = data_text(data_get(field, STR("name")));
    str sent = web_sent(v, arena_fmt(v->c->mem, "%.*s", STR_ARG(name)).p);

    for (size_t i = 0; i < w->n; i++)
        web_put_select(v, field, w->all[i].key,
                       words_name(v->c, w, w->all[i].key),
                       str_eq(w->all[i].key, sent));
}

void web_put_file(struct visit *v, struct data *files, str href, str text)
{
    struct data *one = web_item(v, files);
    size_t at = text.n;

    for (size_t i = 0; i + 1 < text.n; i++)
        if (text.p[i] == ' ' && text.p[i + 1] == '(' &&
            str_ends(text, STR(")")))
            at = i;
    web_put(v, one, "href", href);
    web_put(v, one, "file", str_slice(text, 0, at));
    web_put(v, one, "size",
            at == text.n ? STR("") : str_slice(text, at + 2, text.n - 1));
}

/* ---- what is wrong ------------------------------------------------ */

void web_no_wrong(struct visit *v)
{
    web_flag(v, v->page, "wrong", false);
    web_list(v, v->page, "problems");
    web_put(v, v->page, "problems_more", STR(""));
}

str web_on_page(struct visit *v, void *arg, str key)
{
    if (str_starts(key, STR("rules.")))
        return STR("");
    if (str_ends(key, STR(".titik"))) /* its first box */
        key = arena_fmt(v->c->mem, "%.*s.lat",
                        STR_ARG(str_slice(key, 0, key.n - 6)));
    return arena_fmt(v->c->mem, "#%.*s",
                     STR_ARG(web_field_id(v, arg, bare(key))));
}

/* One problem a field: the first that was found. */
static bool said_before(const struct findings *f, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(f->all[k].key, f->all[i].key))
            return true;
    return false;
}

void web_wrong(struct visit *v, const struct findings *f, web_where *near,
               void *arg)
{
    struct data *list;
    size_t more = 0;

    web_no_wrong(v);
    list = data_get(v->page, STR("problems"));
    for (size_t i = 0; i < f->n; i++) {
        struct data *p;

        if (f->all[i].severity != FIND_ERROR || said_before(f, i))
            continue;
        if (list->n == PROBLEMS_MOST) {
            more++;
            continue;
        }
        p = web_item(v, list);
        web_put(v, p, "href", near(v, arg, f->all[i].key));
        web_put(v, p, "say", f->all[i].what);
    }
    web_flag(v, v->page, "wrong", list->n > 0);
    if (more > 0)
        web_put(v, v->page, "problems_more",
                SAY(v, "say_more_problems", STR("n"),
                    web_number(v, (int64_t)more)));
}
