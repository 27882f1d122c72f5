/* SPDX-License-Identifier: EUPL-1.2 */
/* The types of fields: their parts, and what they are to expressions. */
#include "app/app_priv.h"

static const struct {
    const char *name, *widget;
} types[] = {
#define TYPE(id, name, widget, never_public) [APP_##id] = {name, widget},
#include "app/type.def"
#undef TYPE
};

const char *app_type_name(enum app_type t)
{
    return types[t].name;
}

const char *app_type_widget(enum app_type t)
{
    return types[t].widget;
}

bool app_type_private(enum app_type t)
{
    static const bool never[] = {
#define TYPE(id, name, widget, never_public) [APP_##id] = (never_public),
#include "app/type.def"
#undef TYPE
    };

    return never[t];
}

bool app_field_private(const struct app_field *d)
{
    bool is = app_type_private(d->type);

    for (size_t i = 0; i < d->n_columns && !is; i++)
        is = app_type_private(d->columns[i].type);
    return is;
}

bool app_type_read(str s, enum app_type *out)
{
    for (int t = 0; t < APP_TYPE_COUNT; t++)
        if (str_eq(str_of(types[t].name), s)) {
            *out = (enum app_type)t;
            return true;
        }
    return false;
}

/* ---- parts -------------------------------------------------------- */

static const struct app_part person[] = {
    {"nama", LEAF_TEXT, "nama lengkap", "full name", true},
    {"nik", LEAF_NIK, "NIK", "NIK", true},
    {"alamat", LEAF_TEXT, "alamat", "address", false},
    {"telepon", LEAF_PHONE, "telepon", "telephone", false},
    {"surel", LEAF_EMAIL, "surel", "e-mail", false},
};

static const struct app_part business[] = {
    {"nama", LEAF_TEXT, "nama usaha", "name of the business", true},
    {"nib", LEAF_NIB, "NIB", "NIB", true},
    {"alamat", LEAF_TEXT, "alamat", "address", false},
    {"telepon", LEAF_PHONE, "telepon", "telephone", false},
    {"surel", LEAF_EMAIL, "surel", "e-mail", false},
    {"penanggung_jawab", LEAF_TEXT, "penanggung jawab", "person in charge",
     false},
};

static const struct app_part place[] = {
    {"region", LEAF_REGION, "kelurahan atau desa", "village", true},
    {"patokan", LEAF_TEXT, "patokan", "landmark", false},
    {"titik", LEAF_POINT, "titik di peta", "point on the map", false},
};

static const struct app_part file[] = {
    {"", LEAF_FILE, "", "", true},
    {"name", LEAF_FILENAME, "nama berkas", "file name", false},
    {"size", LEAF_FILESIZE, "ukuran", "size", false},
};

#define ALONE(leaf)                                                            \
    {                                                                          \
        "", leaf, "", "", true                                                 \
    }
static const struct app_part alone[APP_TYPE_COUNT] = {
    [APP_TEXT] = ALONE(LEAF_TEXT),       [APP_LONGTEXT] = ALONE(LEAF_LONGTEXT),
    [APP_INTEGER] = ALONE(LEAF_INTEGER), [APP_DECIMAL] = ALONE(LEAF_DECIMAL),
    [APP_MONEY] = ALONE(LEAF_MONEY),     [APP_BOOLEAN] = ALONE(LEAF_BOOLEAN),
    [APP_CHOICE] = ALONE(LEAF_CHOICE),   [APP_CHOICES] = ALONE(LEAF_CHOICES),
    [APP_DATE] = ALONE(LEAF_DATE),       [APP_TIME] = ALONE(LEAF_TIME),
    [APP_NIK] = ALONE(LEAF_NIK),         [APP_NIB] = ALONE(LEAF_NIB),
    [APP_NPWP] = ALONE(LEAF_NPWP),       [APP_PHONE] = ALONE(LEAF_PHONE),
    [APP_EMAIL] = ALONE(LEAF_EMAIL),     [APP_REGION] = ALONE(LEAF_REGION),
    [APP_RATING] = ALONE(LEAF_RATING),   [APP_KK] = ALONE(LEAF_KK),
    [APP_URL] = ALONE(LEAF_URL),         [APP_RECORD] = ALONE(LEAF_RECORD),
    [APP_OFFICER] = ALONE(LEAF_OFFICER), [APP_UNIT] = ALONE(LEAF_OFFICE),
    [APP_ROWS] = ALONE(LEAF_ROWS),
};

static const struct {
    const struct app_part *parts;
    size_t n;
} composite[APP_TYPE_COUNT] = {
    [APP_PERSON] = {person, COUNT(person)},
    [APP_BUSINESS] = {business, COUNT(business)},
    [APP_PLACE] = {place, COUNT(place)},
    [APP_FILE] = {file, COUNT(file)},
    [APP_PHOTO] = {file, COUNT(file)},
};

size_t app_parts(enum app_type t, const struct app_part **out)
{
    if (composite[t].parts != NULL) {
        *out = composite[t].parts;
        return composite[t].n;
    }
    *out = &alone[t];
    return 1;
}

static bool listed(const struct data *list, const char *name)
{
    for (size_t i = 0; list->kind == DATA_LIST && i < list->n; i++)
        if (str_eq(data_text(list->items[i]), str_of(name)))
            return true;
    return false;
}

bool app_part_asked(const struct app_field *d, const struct app_part *p)
{
    const struct data *ask = data_get(d->def, STR("ask"));

    return ask == NULL || p->name[0] == '\0' || listed(ask, p->name);
}

bool app_part_needed(const struct app_field *d, const struct app_part *p)
{
    const struct data *need = data_get(d->def, STR("need"));

    if (!app_part_asked(d, p))
        return false;
    return need == NULL || p->name[0] == '\0' ? p->need : listed(need, p->name);
}

str app_part_path(struct ctx *c, const struct app_field *d,
                  const struct app_part *p)
{
    return p->name[0] == '\0' ? d->key : app_path(c, d->key, str_of(p->name));
}

str app_field_label(struct ctx *c, const struct app_field *d)
{
    str label = app_say(c, data_get(d->def, STR("label")));

    if (d->table != NULL)
        label = arena_fmt(
            c->mem, say(c, "%.*s, baris %zu: %.*s", "%.*s, row %zu: %.*s"),
            STR_ARG(app_say(c, data_get(d->table->def, STR("label")))), d->row,
            STR_ARG(label));
    return label;
}

str app_part_label(struct ctx *c, const struct app_field *d,
                   const struct app_part *p)
{
    str label = app_field_label(c, d);

    return p->id[0] == '\0' ? label
                            : arena_fmt(c->mem, "%.*s: %s", STR_ARG(label),
                                        say(c, p->id, p->en));
}

/* ---- expressions -------------------------------------------------- */

static enum cel_kind kind_of(enum app_leaf leaf)
{
    static const uint8_t kinds[LEAF_COUNT] = {
        [LEAF_TEXT] = CEL_STRING,     [LEAF_LONGTEXT] = CEL_STRING,
        [LEAF_INTEGER] = CEL_INT,     [LEAF_DECIMAL] = CEL_DECIMAL,
        [LEAF_MONEY] = CEL_MONEY,     [LEAF_BOOLEAN] = CEL_BOOL,
        [LEAF_CHOICE] = CEL_STRING,   [LEAF_CHOICES] = CEL_LIST,
        [LEAF_DATE] = CEL_DATE,       [LEAF_TIME] = CEL_STRING,
        [LEAF_NIK] = CEL_STRING,      [LEAF_NIB] = CEL_STRING,
        [LEAF_NPWP] = CEL_STRING,     [LEAF_PHONE] = CEL_STRING,
        [LEAF_EMAIL] = CEL_STRING,    [LEAF_REGION] = CEL_STRING,
        [LEAF_POINT] = CEL_STRING,    [LEAF_FILE] = CEL_STRING,
        [LEAF_FILENAME] = CEL_STRING, [LEAF_FILESIZE] = CEL_INT,
        [LEAF_RATING] = CEL_INT,      [LEAF_KK] = CEL_STRING,
        [LEAF_URL] = CEL_STRING,      [LEAF_RECORD] = CEL_STRING,
        [LEAF_OFFICER] = CEL_STRING,  [LEAF_OFFICE] = CEL_STRING,
        [LEAF_ROWS] = CEL_INT,
    };

    return (enum cel_kind)kinds[leaf];
}

static const str *option_keys(struct ctx *c, const struct app_field *d)
{
    str *keys = NEWS(c->mem, str, d->n_options + 1);

    for (size_t i = 0; i < d->n_options; i++)
        keys[i] = d->options[i].key;
    return keys;
}

/* May the value be null: left empty where that is allowed, or hidden. */
static bool nullable(const struct app_field *d)
{
    return d->optional || data_get(d->def, STR("when")) != NULL;
}

/* A file is a record of its name and size; its digest is `digest`. */
static str part_name(const struct app_part *p)
{
    return p->name[0] == '\0' ? STR("digest") : str_of(p->name);
}

static const struct cel_type *record_type(struct ctx *c,
                                          const struct app_field *d,
                                          const struct app_part *parts,
                                          size_t n)
{
    struct cel_type *t = NEW(c->mem, struct cel_type);
    struct cel_field *fields = NEWS(c->mem, struct cel_field, n);

    *t = (struct cel_type){
        .kind = CEL_MAP, .nullable = nullable(d), .fields = fields};
    for (size_t i = 0; i < n; i++) {
        struct cel_type *part = NEW(c->mem, struct cel_type);

        if (!app_part_asked(d, &parts[i]))
            continue;
        part->kind = kind_of(parts[i].leaf);
        part->nullable = !app_part_needed(d, &parts[i]) &&
                         d->type != APP_FILE && d->type != APP_PHOTO;
        fields[t->n++] = (struct cel_field){part_name(&parts[i]), part};
    }
    return t;
}

const struct cel_type *app_type_cel(struct ctx *c, const struct app_field *d)
{
    const struct app_part *parts;
    size_t n = app_parts(d->type, &parts);
    struct cel_type *t = NEW(c->mem, struct cel_type), *item;

    if (d->type == APP_ROWS)
        return app_rows_type(c, d, nullable(d));
    if (n > 1)
        return record_type(c, d, parts, n);
    t->kind = kind_of(parts->leaf);
    t->nullable = nullable(d);
    if (d->type == APP_CHOICE) {
        t->options = option_keys(c, d);
        t->n_options = d->n_options;
    }
    if (d->type == APP_CHOICES) {
        item = NEW(c->mem, struct cel_type);
        item->kind = CEL_STRING;
        item->options = option_keys(c, d);
        item->n_options = d->n_options;
        t->of = item;
    }
    return t;
}

/* ---- values ------------------------------------------------------- */

struct cel_value app_leaf_cel(struct ctx *c, enum app_leaf leaf, str text)
{
    struct cel_decimal x;
    struct date day;
    int64_t n = 0;

    switch ((int)kind_of(leaf)) {
    case CEL_INT:
        return str_is_i64(text, &n) ? cel_int(n) : cel_null();
    case CEL_MONEY:
        return str_is_i64(text, &n) ? cel_money(n) : cel_null();
    case CEL_DECIMAL:
        return cel_decimal_read(text, &x) ? cel_decimal_of(c, x) : cel_null();
    case CEL_BOOL:
        return cel_bool(str_eq(text, STR("true")));
    case CEL_DATE:
        return time_parse_date(text, &day) ? cel_date(day) : cel_null();
    case CEL_LIST: {
        struct cel_value *items = NEWS(c->mem, struct cel_value, text.n + 1);
        size_t many = 0;
        str item;

        while (str_next(&text, ',', &item))
            items[many++] = cel_string(item);
        return cel_list_of(c, items, many);
    }
    default:
        return cel_string(text);
    }
}

/* A value that an expression computed, as canonical text. */
str app_leaf_of_cel(struct ctx *c, enum app_leaf leaf, struct cel_value v)
{
    enum cel_kind is = (enum cel_kind)v.kind;
    str none = {NULL, 0};

    switch ((int)kind_of(leaf)) {
    case CEL_STRING:
        return is == CEL_STRING ? cel_text(v) : none;
    case CEL_INT:
        return is == CEL_INT ? arena_fmt(c->mem, "%" PRId64, v.v.i) : none;
    case CEL_MONEY:
        return is == CEL_MONEY ? arena_fmt(c->mem, "%" PRId64, v.v.i) : none;
    case CEL_DECIMAL:
        return is == CEL_DECIMAL || is == CEL_INT
                   ? cel_decimal_show(c, cel_as_decimal(v))
                   : none;
    case CEL_BOOL:
        return is == CEL_BOOL ? (v.v.b ? STR("true") : STR("false")) : none;
    case CEL_DATE:
        return is == CEL_DATE ? time_show_date(c, cel_as_date(v)) : none;
    default:
        return none;
    }
}
