/* SPDX-License-Identifier: EUPL-1.2 */
/* The schema of the language, and the check of a tree against it. */
#include "app/app_priv.h"

#define NAMES_MOST 250
#define PART_WORDS                                                             \
    "nama nik alamat telepon surel region patokan titik nib penanggung_jawab"

const struct app_key app_schema[] = {
#define KEY(node, key, kind, arg, need, where)                                 \
    {node, key, KIND_##kind, arg, NEED_##need, where},
#include "app/schema.def"
#undef KEY
};
const size_t app_schema_n = COUNT(app_schema);

const struct app_shape app_shape_root = {KIND_MAP, "app", NULL};

static const struct {
    const char *id, *en;
} kinds[KIND_COUNT] = {
#define KIND(name, id, en) [KIND_##name] = {id, en},
#include "app/kind.def"
#undef KIND
};

/* ---- finding one's way -------------------------------------------- */

static const struct app_key *find_key(const char *node, str key)
{
    for (size_t i = 0; i < app_schema_n; i++)
        if (strcmp(app_schema[i].node, node) == 0 &&
            str_eq(str_of(app_schema[i].key), key))
            return &app_schema[i];
    /* An inserted state is a state that also says where. */
    return strcmp(node, "insert") == 0 ? find_key("state", key) : NULL;
}

static bool keyed(struct app_shape s)
{
    return s.kind == KIND_KEYED || s.kind == KIND_LANGS ||
           s.kind == KIND_LITERALS || s.kind == KIND_DUTIES ||
           s.kind == KIND_PATHS || s.kind == KIND_EXPRS;
}

bool app_kind_numeric(enum app_kind k)
{
    return k == KIND_LITERAL || k == KIND_WHOLE || k == KIND_SIZE;
}

/* What a keyed map holds below each of its names. */
static enum app_kind entry_kind(enum app_kind k)
{
    static const enum app_kind below[KIND_COUNT] = {
        [KIND_KEYED] = KIND_MAP,        [KIND_LANGS] = KIND_LANG,
        [KIND_LITERALS] = KIND_LITERAL, [KIND_DUTIES] = KIND_DUTY,
        [KIND_PATHS] = KIND_PATH,       [KIND_EXPRS] = KIND_EXPR,
    };

    return below[k];
}

bool app_shape_below(struct app_shape s, str key, struct app_shape *out)
{
    const struct app_key *row;

    if (keyed(s)) {
        *out = (struct app_shape){entry_kind(s.kind), s.arg, s.row};
        return true;
    }
    if (s.kind == KIND_LANG || s.kind == KIND_SAYS) {
        *out = (struct app_shape){KIND_TEXT, "", NULL};
        return true;
    }
    if (s.kind != KIND_MAP && s.kind != KIND_WHO)
        return false;
    row = find_key(s.arg, key);
    if (row == NULL)
        return false;
    *out = (struct app_shape){row->kind, row->arg, row};
    return true;
}

struct app_shape app_shape_or_text(struct app_shape s, str key)
{
    struct app_shape below;

    return app_shape_below(s, key, &below)
               ? below
               : (struct app_shape){KIND_TEXT, "", NULL};
}

bool app_shape_at(str path, struct app_shape *out)
{
    str key;

    *out = app_shape_root;
    while (str_next(&path, '.', &key))
        if (!app_shape_below(*out, key, out))
            return false;
    return true;
}

/* ---- kinds -------------------------------------------------------- */

static bool name_of(str s, const char *more)
{
    if (s.n == 0 || s.n > 40 || s.p[0] < 'a' || s.p[0] > 'z')
        return false;
    for (size_t i = 1; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
            !(s.p[i] >= '0' && s.p[i] <= '9') && strchr(more, s.p[i]) == NULL)
            return false;
    return true;
}

bool app_name_ok(str s)
{
    return name_of(s, "_-");
}

bool app_field_name_ok(str s)
{
    return name_of(s, "_");
}

bool app_id_ok(str s)
{
    str sector, app;

    return str_cut(s, '/', &sector, &app) && name_of(sector, "-") &&
           name_of(app, "-");
}

static bool is_count(str s)
{
    int64_t n;

    return str_is_i64(s, &n) && n >= 0 && n <= 1000000;
}

static bool is_size(str s)
{
    struct cel_decimal d, most = {10, 0}, least = {1, 2};

    return cel_decimal_read(s, &d) && cel_decimal_cmp(d, least) >= 0 &&
           cel_decimal_cmp(d, most) <= 0;
}

static bool is_version(str s)
{
    str part;
    int parts = 0;
    int64_t n;

    while (str_next(&s, '.', &part)) {
        if (!str_is_i64(part, &n) || n < 0 || n > 99999 ||
            (part.n > 1 && part.p[0] == '0'))
            return false;
        parts++;
    }
    return parts == 3;
}

static bool is_keep(str s)
{
    str n, rest;
    int64_t many;

    return str_cut(s, ' ', &n, &rest) && str_is_i64(n, &many) && many > 0 &&
           many <= 100 &&
           (str_eq(rest, STR("years after end")) ||
            str_eq(rest, STR("year after end")) ||
            str_eq(rest, STR("months after end")) ||
            str_eq(rest, STR("month after end")));
}

static bool is_metres(str s)
{
    str n, unit;
    int64_t many;

    return str_cut(s, ' ', &n, &unit) && str_eq(unit, STR("m")) &&
           str_is_i64(n, &many) && many > 0 && many <= 5000;
}

static bool is_span(str s)
{
    struct city_span span;

    return city_span_read(s, &span);
}

static bool is_format(str s)
{
    return str_eq(s, STR("1"));
}

static bool is_bool(str s)
{
    return str_eq(s, STR("true")) || str_eq(s, STR("false"));
}

static bool is_duty(str s)
{
    str function, duty;

    if (!str_cut(s, '.', &function, &duty))
        return app_name_ok(s);
    return app_name_ok(function) && app_name_ok(duty);
}

static bool is_path(str s)
{
    str key;

    if (s.n == 0)
        return false;
    while (str_next(&s, '.', &key))
        if (!app_name_ok(key))
            return false;
    return true;
}

static bool is_file(str s)
{
    return s.n > 9 && s.n <= 60 && str_ends(s, STR(".mustache")) &&
           name_of(str_slice(s, 0, s.n - 9), "_-");
}

static bool is_text(str s)
{
    return s.n > 0 && s.n <= 4000;
}

/* Scalars by kind; NULL where the tree has another shape. */
static bool (*const scalars[KIND_COUNT])(str) = {
    [KIND_TEXT] = is_text,     [KIND_BOOL] = is_bool,
    [KIND_WHOLE] = is_count,   [KIND_SIZE] = is_size,
    [KIND_NAME] = app_name_ok, [KIND_FORMAT] = is_format,
    [KIND_ID] = app_id_ok,     [KIND_VERSION] = is_version,
    [KIND_WORD] = is_text,     [KIND_FUNCTION] = is_text,
    [KIND_SPAN] = is_span,     [KIND_KEEP] = is_keep,
    [KIND_METRES] = is_metres, [KIND_LITERAL] = is_text,
    [KIND_EXPR] = is_text,     [KIND_DUTY] = is_duty,
    [KIND_PATH] = is_path,     [KIND_FILE] = is_file,
};

static bool is_scalar(const struct data *d)
{
    return d->kind != DATA_MAP && d->kind != DATA_LIST;
}

/* ---- walking ------------------------------------------------------ */

struct walk {
    struct ctx *c;
    struct findings *f;
    bool whole, too_many;
};

static void check(struct walk *w, struct app_shape s, const struct data *d,
                  str path);

static const char *doc_of(struct ctx *c, const struct app_key *row)
{
    return row == NULL ? "app"
                       : arena_fmt(c->mem, "%s-%s", row->node, row->key).p;
}

const char *app_language_key(struct ctx *c, size_t i)
{
    return i < app_schema_n ? doc_of(c, &app_schema[i]) : NULL;
}

static void wrong_kind(struct walk *w, struct app_shape s, const struct data *d,
                       str path)
{
    struct ctx *c = w->c;
    const char *what = say(c, kinds[s.kind].id, kinds[s.kind].en);
    struct finding *at = finding_add(
        c, w->f, FIND_ERROR, d->at, path,
        say(c, "Di sini diharapkan %s.", "Expected here: %s."), what);

    app_mend(c, at, doc_of(c, s.row), "%s", "");
}

/* A newer format is not wrong, only beyond this program. */
static bool newer_format(struct walk *w, struct app_shape s,
                         const struct data *d, str path)
{
    struct ctx *c = w->c;
    int64_t n;

    if (s.kind != KIND_FORMAT || !str_is_i64(data_text(d), &n) || n <= 1)
        return false;
    app_mend(
        c,
        finding_add(c, w->f, FIND_ERROR, d->at, path,
                    say(c,
                        "Aplikasi ini ditulis dalam format balai: %" PRId64
                        "; program ini membaca sampai balai: 1.",
                        "The app is written in the format balai: %" PRId64
                        "; this program reads up to balai: 1."),
                    n),
        "app-balai",
        say(c, "Pasanglah balai yang lebih baru.", "Install a newer balai."));
    return true;
}

/* What stands alone, and is not uploaded, may be a column. */
static bool column_type(enum app_type t)
{
    const struct app_part *parts;

    return t != APP_ROWS && app_parts(t, &parts) == 1;
}

static bool word_ok(const char *list, str word)
{
    enum app_type t;

    if (strcmp(list, "@types") == 0)
        return app_type_read(word, &t);
    if (strcmp(list, "@columns") == 0)
        return app_type_read(word, &t) && column_type(t);
    return app_word_in(list, word);
}

static void near_words(struct app_near *n, const char *list)
{
    str rest = str_of(list), word;

    if (list[0] == '@')
        for (int t = 0; t < APP_TYPE_COUNT; t++)
            app_near_try(n, str_of(app_type_name((enum app_type)t)));
    else
        while (str_next(&rest, ' ', &word))
            app_near_try(n, word);
}

static void unknown_word(struct walk *w, struct app_shape s,
                         const struct data *d, str path, str word)
{
    struct ctx *c = w->c;
    struct app_near near = app_near(word);
    struct finding *at;

    if (s.arg[0] == '@')
        at = finding_add(c, w->f, FIND_ERROR, d->at, path,
                         strcmp(s.arg, "@types") == 0
                             ? say(c, "Jenis isian \"%.*s\" tidak ada.",
                                   "There is no field type \"%.*s\".")
                             : say(c, "Kolom tidak dapat berjenis \"%.*s\".",
                                   "A column cannot be of type \"%.*s\"."),
                         STR_ARG(word));
    else
        at = finding_add(c, w->f, FIND_ERROR, d->at, path,
                         say(c, "\"%.*s\" bukan salah satu dari: %s.",
                             "\"%.*s\" is not one of: %s."),
                         STR_ARG(word), s.arg);
    near_words(&near, s.arg);
    app_mend_near(c, at, doc_of(c, s.row), &near);
}

static void unknown_function(struct walk *w, const struct data *d, str path,
                             str name)
{
    struct app_near near = app_near(name);
    size_t n;
    const str *known = city_functions(&n);

    for (size_t i = 0; i < n; i++)
        app_near_try(&near, known[i]);
    app_mend_near(w->c,
                  finding_add(w->c, w->f, FIND_ERROR, d->at, path,
                              say(w->c, "Fungsi \"%.*s\" tidak dikenal.",
                                  "The function \"%.*s\" is unknown."),
                              STR_ARG(name)),
                  "functions", &near);
}

static void check_scalar(struct walk *w, struct app_shape s,
                         const struct data *d, str path)
{
    str text = str_trim(data_text(d));

    if (!is_scalar(d) || !scalars[s.kind](text)) {
        if (!newer_format(w, s, d, path))
            wrong_kind(w, s, d, path);
        return;
    }
    if (s.kind == KIND_WORD && !word_ok(s.arg, text))
        unknown_word(w, s, d, path, text);
    if (s.kind == KIND_FUNCTION && !city_function_known(text))
        unknown_function(w, d, path, text);
}

/* ---- texts per language ------------------------------------------- */

static bool language_ok(str s)
{
    return s.n == 2 && s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[1] >= 'a' &&
           s.p[1] <= 'z';
}

static void lacks_language(struct walk *w, struct app_shape s,
                           const struct data *d, str path, const char *lang,
                           enum severity how)
{
    struct ctx *c = w->c;
    struct finding *at =
        finding_add(c, w->f, how, d->at, path,
                    say(c, "Teks dalam bahasa \"%s\" belum ada.",
                        "The text in the language \"%s\" is missing."),
                    lang);

    if (strcmp(lang, "id") == 0)
        app_mend(c, at, doc_of(c, s.row), "%s",
                 say(c, "Tambahkan id: di sini.", "Add id: here."));
    else
        app_mend(c, at, doc_of(c, s.row),
                 say(c, "Tambahkan %s: di sini atau di i18n/%s.yaml.",
                     "Add %s: here or in i18n/%s.yaml."),
                 lang, lang);
}

static void check_lang(struct walk *w, struct app_shape s, const struct data *d,
                       str path)
{
    struct ctx *c = w->c;

    if (d->kind != DATA_MAP) {
        wrong_kind(w, s, d, path);
        return;
    }
    for (size_t i = 0; i < d->n; i++) {
        str below = app_path(c, path, d->pairs[i].key);

        if (!language_ok(d->pairs[i].key)) {
            struct finding *at = finding_add(
                c, w->f, FIND_ERROR, d->pairs[i].at, below,
                say(c,
                    "\"%.*s\" bukan bahasa: di sini hanya ada teks per bahasa.",
                    "\"%.*s\" is no language: only texts per language stand "
                    "here."),
                STR_ARG(d->pairs[i].key));

            app_mend(c, at, "languages", "%s", "");
        } else if (!is_scalar(d->pairs[i].value) ||
                   !is_text(data_text(d->pairs[i].value))) {
            wrong_kind(w, (struct app_shape){KIND_TEXT, "", s.row},
                       d->pairs[i].value, below);
        }
    }
    if (data_get(d, STR("id")) == NULL)
        lacks_language(w, s, d, path, "id", FIND_ERROR);
    if (data_get(d, STR("en")) == NULL)
        lacks_language(w, s, d, path, "en",
                       s.kind == KIND_SAYS ? FIND_ERROR : FIND_WARNING);
}

/* ---- lists -------------------------------------------------------- */

static bool part_word(str s)
{
    return app_word_in(PART_WORDS, s);
}

/* What an item must look like, before it is looked up. */
static bool item_ok(struct app_shape s, str word)
{
    return strcmp(s.arg, "@spans") == 0   ? is_span(word)
           : strcmp(s.arg, "@paths") == 0 ? is_path(word)
                                          : app_name_ok(word);
}

static bool listed_words(struct app_shape s)
{
    return s.arg[0] != '\0' && strcmp(s.arg, "@spans") != 0 &&
           strcmp(s.arg, "@paths") != 0;
}

static void check_list(struct walk *w, struct app_shape s, const struct data *d,
                       str path)
{
    if (d->kind != DATA_LIST) {
        wrong_kind(w, s, d, path);
        return;
    }
    for (size_t i = 0; i < d->n; i++) {
        str word = data_text(d->items[i]);
        bool parts = strcmp(s.arg, "@parts") == 0;

        if (!is_scalar(d->items[i]) || !item_ok(s, word))
            wrong_kind(w, s, d->items[i], path);
        else if (parts ? !part_word(word)
                       : listed_words(s) && !app_word_in(s.arg, word))
            unknown_word(
                w,
                (struct app_shape){s.kind, parts ? PART_WORDS : s.arg, s.row},
                d->items[i], path, word);
    }
}

/* ---- maps --------------------------------------------------------- */

static void near_rows(struct app_near *near, const char *node)
{
    for (size_t i = 0; i < app_schema_n; i++)
        if (strcmp(app_schema[i].node, node) == 0)
            app_near_try(near, str_of(app_schema[i].key));
    if (strcmp(node, "insert") == 0)
        near_rows(near, "state");
}

static void unknown_key(struct walk *w, const char *node,
                        const struct data_pair *pair, str path)
{
    struct ctx *c = w->c;
    struct app_near near = app_near(pair->key);
    struct finding *at = finding_add(
        c, w->f, FIND_ERROR, pair->at, app_path(c, path, pair->key),
        say(c, "Kunci \"%.*s\" tidak dikenal.", "The key \"%.*s\" is unknown."),
        STR_ARG(pair->key));

    near_rows(&near, node);
    app_mend_near(c, at, node, &near);
}

static void check_where(struct walk *w, const struct app_key *row,
                        const struct data *map, const struct data_pair *pair,
                        str path)
{
    struct ctx *c = w->c;
    str type = data_text(data_get(map, STR("type")));
    struct finding *at;

    if (row->where[0] == '\0' || type.n == 0 || !word_ok("@types", type) ||
        app_word_in(row->where, type))
        return;
    at =
        finding_add(c, w->f, FIND_ERROR, pair->at, app_path(c, path, pair->key),
                    say(c, "\"%s\" tidak berlaku untuk isian \"%.*s\".",
                        "\"%s\" does not fit a field of type \"%.*s\"."),
                    row->key, STR_ARG(type));
    app_mend(c, at, doc_of(c, row),
             say(c, "Hanya untuk: %s.", "It fits only: %s."), row->where);
}

static void required(struct walk *w, const char *node, const struct data *d,
                     str path)
{
    struct ctx *c = w->c;

    for (size_t i = 0; i < app_schema_n; i++) {
        const struct app_key *row = &app_schema[i];
        struct finding *at;

        if (strcmp(row->node, node) != 0 || row->need == NEED_NO ||
            (row->need == NEED_APP && !w->whole) ||
            data_get(d, str_of(row->key)) != NULL)
            continue;
        at = finding_add(
            c, w->f, FIND_ERROR, d->at, app_path(c, path, str_of(row->key)),
            say(c, "\"%s\" belum ada.", "\"%s\" is missing."), row->key);
        app_mend(c, at, doc_of(c, row),
                 say(c, "Tambahkan %s: %s.", "Add %s: %s."), row->key,
                 say(c, kinds[row->kind].id, kinds[row->kind].en));
    }
}

static void check_map(struct walk *w, struct app_shape s, const struct data *d,
                      str path)
{
    if (d->kind != DATA_MAP) {
        wrong_kind(w, s, d, path);
        return;
    }
    for (size_t i = 0; i < d->n; i++) {
        struct app_shape below;

        if (!app_shape_below(s, d->pairs[i].key, &below)) {
            unknown_key(w, s.arg, &d->pairs[i], path);
            continue;
        }
        check_where(w, below.row, d, &d->pairs[i], path);
        check(w, below, d->pairs[i].value,
              app_path(w->c, path, d->pairs[i].key));
    }
    required(w, s.arg, d, path);
}

static void check_keyed(struct walk *w, struct app_shape s,
                        const struct data *d, str path)
{
    struct ctx *c = w->c;

    if (d->kind != DATA_MAP) {
        wrong_kind(w, s, d, path);
        return;
    }
    if (d->n > NAMES_MOST) {
        w->too_many = true;
        app_mend(c,
                 finding_add(c, w->f, FIND_ERROR, d->at, path,
                             say(c, "Paling banyak %d nama di sini.",
                                 "At most %d names here."),
                             NAMES_MOST),
                 "names", "%s", "");
        return;
    }
    for (size_t i = 0; i < d->n; i++) {
        struct app_shape below;
        str key = d->pairs[i].key, here = app_path(c, path, key);
        bool known = app_shape_below(s, key, &below);

        if (s.kind != KIND_PATHS && !app_field_name_ok(key)) {
            struct finding *at =
                finding_add(c, w->f, FIND_ERROR, d->pairs[i].at, here,
                            say(c, "Nama \"%.*s\" tidak dapat dipakai.",
                                "The name \"%.*s\" cannot be used."),
                            STR_ARG(key));

            app_mend(
                c, at, "names",
                say(c,
                    "Pakailah huruf kecil, angka, dan garis bawah, diawali "
                    "huruf, paling banyak 40.",
                    "Use small letters, digits and underscores, beginning "
                    "with a letter, at most 40."));
        }
        if (known)
            check(w, below, d->pairs[i].value, here);
    }
}

static void check(struct walk *w, struct app_shape s, const struct data *d,
                  str path)
{
    if (keyed(s))
        check_keyed(w, s, d, path);
    else if (s.kind == KIND_MAP)
        check_map(w, s, d, path);
    else if (s.kind == KIND_LANG || s.kind == KIND_SAYS)
        check_lang(w, s, d, path);
    else if (s.kind == KIND_SET || s.kind == KIND_LIST || s.kind == KIND_SPANS)
        check_list(w, s, d, path);
    else if (s.kind == KIND_WHO && d->kind == DATA_MAP)
        check_map(w, (struct app_shape){KIND_MAP, s.arg, s.row}, d, path);
    else if (s.kind == KIND_WHO)
        check_scalar(w, (struct app_shape){KIND_DUTY, "", s.row}, d, path);
    else
        check_scalar(w, s, d, path);
}

bool app_schema_check(struct ctx *c, const struct data *tree, bool whole,
                      struct findings *f)
{
    struct walk w = {.c = c, .f = f, .whole = whole};

    check(&w, app_shape_root, tree, STR(""));
    return !w.too_many;
}
