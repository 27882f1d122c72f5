/* SPDX-License-Identifier: EUPL-1.2 */
/* The bounds of a field: min and max, lengths, options, region, size. */
#include "app/app_priv.h"

#include "reader/reader.h"

#define TEXT_MOST     200
#define LONGTEXT_MOST 4000

static struct date today(struct ctx *c, const struct app_setting *with)
{
    bool known = with != NULL && with->city != NULL;

    return time_local(c->now, known ? city_offset(with->city) : 7 * 60, NULL);
}

/* "today", "today + 7 days", "today - 1 day" */
static bool relative(struct ctx *c, const struct app_setting *with, str s,
                     str *out)
{
    int64_t days = 0, sign = 1;
    str n, unit;

    if (!str_starts(s, STR("today")))
        return false;
    s = str_trim(str_slice(s, 5, s.n));
    if (s.n > 0) {
        sign = s.p[0] == '+' ? 1 : s.p[0] == '-' ? -1 : 0;
        if (!str_cut(str_trim(str_slice(s, 1, s.n)), ' ', &n, &unit) ||
            sign == 0 || !app_all_digits(n) || n.n > 5 ||
            !str_is_i64(n, &days) ||
            (!str_eq(unit, STR("days")) && !str_eq(unit, STR("day"))))
            return false;
    }
    *out =
        time_show_date(c, time_date(time_days(today(c, with)) + sign * days));
    return true;
}

bool app_bound(struct ctx *c, const struct app_setting *with,
               enum app_type type, str literal, str *canonical)
{
    struct cel_decimal x;
    struct date day;
    int64_t n;

    literal = str_trim(literal);
    *canonical = literal;
    if (type == APP_DATE)
        return relative(c, with, literal, canonical) ||
               time_parse_date(literal, &day);
    if (type == APP_DECIMAL)
        return cel_decimal_read(literal, &x);
    if (type == APP_MONEY || type == APP_INTEGER)
        return str_is_i64(literal, &n);
    return false;
}

static int compare(enum app_type type, str a, str b)
{
    struct cel_decimal x, y;

    if (type == APP_DATE) /* ISO dates sort as texts */
        return str_cmp(a, b);
    if (!cel_decimal_read(a, &x) || !cel_decimal_read(b, &y))
        return 0;
    return cel_decimal_cmp(x, y);
}

static enum app_fault check_range(struct ctx *c, const struct app_setting *with,
                                  const struct app_field *d, enum app_leaf leaf,
                                  str text, str *limit)
{
    static const struct {
        const char *key;
        int wrong;
        enum app_fault fault;
    } ends[] = {{"min", -1, FAULT_SMALL}, {"max", 1, FAULT_LARGE}};

    for (size_t i = 0; i < COUNT(ends); i++) {
        str literal = app_text(d->def, ends[i].key), bound;
        int how;

        if (literal.n == 0 || !app_bound(c, with, d->type, literal, &bound))
            continue;
        how = compare(d->type, text, bound);
        if (how != 0 && (how > 0) == (ends[i].wrong > 0)) {
            *limit = app_leaf_show(c, d, leaf, bound);
            return ends[i].fault;
        }
    }
    return FAULT_NONE;
}

static enum app_fault check_length(struct ctx *c, const struct app_field *d,
                                   enum app_leaf leaf, bool own, str text,
                                   str *limit)
{
    int64_t least = 0, most = leaf == LEAF_TEXT ? TEXT_MOST : LONGTEXT_MOST;
    size_t points = 0;

    if (own) {
        str_is_i64(app_text(d->def, "min_length"), &least);
        str_is_i64(app_text(d->def, "max_length"), &most);
    }
    str_utf8(text, &points);
    if ((int64_t)points >= least && (int64_t)points <= most)
        return FAULT_NONE;
    *limit =
        arena_fmt(c->mem, "%" PRId64, (int64_t)points < least ? least : most);
    return (int64_t)points < least ? FAULT_SMALL : FAULT_LARGE;
}

static bool option_known(const struct app_field *d, str key)
{
    for (size_t i = 0; i < d->n_options; i++)
        if (str_eq(d->options[i].key, key))
            return true;
    return false;
}

static enum app_fault check_options(const struct app_field *d, str text)
{
    str key;

    if (d->type == APP_CHOICE)
        return option_known(d, text) ? FAULT_NONE : FAULT_DENIED;
    while (str_next(&text, ',', &key))
        if (!option_known(d, key))
            return FAULT_DENIED;
    return FAULT_NONE;
}

static enum app_fault check_region(struct ctx *c,
                                   const struct app_setting *with,
                                   const struct app_field *d, str code,
                                   str *limit)
{
    struct city_region r;

    if (!city_region_find(code, &r))
        return FAULT_MALFORMED;
    if (r.level != CITY_VILLAGE)
        return FAULT_SMALL;
    if (with == NULL || with->city == NULL ||
        !str_eq(app_text(d->def, "within"), STR("city")) ||
        city_region_within(code, city_code(with->city)))
        return FAULT_NONE;
    *limit = city_name(c, with->city);
    return FAULT_DENIED;
}

static str megabytes(struct ctx *c, int64_t bytes)
{
    struct cel_decimal mb = {bytes, 6};

    return city_show_decimal(c, cel_decimal_show(c, mb));
}

static enum app_fault check_size(struct ctx *c, const struct app_field *d,
                                 str text, str *limit)
{
    int64_t n = 0;

    if (!str_is_i64(text, &n) || n <= d->max_bytes)
        return FAULT_NONE;
    *limit = megabytes(c, d->max_bytes);
    return FAULT_LARGE;
}

static enum app_fault check_rows(struct ctx *c, const struct app_field *d,
                                 str text, str *limit)
{
    int64_t n = 0;

    if (!str_is_i64(text, &n))
        return FAULT_MALFORMED;
    if (n >= d->min_rows && n <= d->max_rows)
        return FAULT_NONE;
    *limit = arena_fmt(c->mem, "%" PRId64,
                       n < d->min_rows ? d->min_rows : d->max_rows);
    return n < d->min_rows ? FAULT_SMALL : FAULT_LARGE;
}

enum app_fault app_leaf_check(struct ctx *c, const struct app_setting *with,
                              const struct app_field *d,
                              const struct app_part *p, str text, str *limit)
{
    bool own = p->name[0] == '\0';
    str again;
    enum app_fault fault = FAULT_NONE;

    *limit = STR("");
    if (p->leaf == LEAF_TEXT || p->leaf == LEAF_LONGTEXT)
        return check_length(c, d, p->leaf, own, text, limit);
    if (p->leaf == LEAF_INTEGER || p->leaf == LEAF_DECIMAL ||
        p->leaf == LEAF_MONEY || p->leaf == LEAF_DATE)
        return check_range(c, with, d, p->leaf, text, limit);
    if (p->leaf == LEAF_CHOICE || p->leaf == LEAF_CHOICES)
        return check_options(d, text);
    if (p->leaf == LEAF_REGION)
        return check_region(c, with, d, text, limit);
    if (p->leaf == LEAF_FILESIZE)
        return check_size(c, d, text, limit);
    if (p->leaf == LEAF_ROWS)
        return check_rows(c, d, text, limit);
    if (p->leaf == LEAF_OFFICE && with != NULL && with->city != NULL &&
        city_office(with->city, text) == NULL)
        return FAULT_DENIED;
    fault = app_leaf_read(c, p->leaf, text, &again);
    return fault;
}

/* ---- files -------------------------------------------------------- */

static bool accepted(const struct app_field *d, str word)
{
    const struct data *accept = data_get(d->def, STR("accept"));

    if (accept == NULL)
        return d->type == APP_FILE || !str_eq(word, reader_word(READER_PDF));
    for (size_t i = 0; accept->kind == DATA_LIST && i < accept->n; i++)
        if (str_eq(data_text(accept->items[i]), word))
            return true;
    return false;
}

/* HEIC is another JPEG to whoever is asked. */
static str accepted_words(struct ctx *c, const struct app_field *d)
{
    struct buf b = buf_new(c, 128);

    for (int k = READER_OTHER + 1; k < READER_HEIC; k++) {
        str word = reader_word((enum reader_kind)k);

        if (accepted(d, word))
            buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "", STR_ARG(word));
    }
    return buf_str(&b);
}

static enum app_fault judge(const struct app_field *d, str bytes, str *mime)
{
    enum reader_kind k = reader_kind_of(bytes);

    if (bytes.n == 0)
        return FAULT_SMALL;
    if (k == READER_OTHER)
        return FAULT_DENIED;
    *mime = reader_mime(k);
    if (!accepted(d, reader_word(k)))
        return FAULT_DENIED;
    return (int64_t)bytes.n > d->max_bytes ? FAULT_LARGE : FAULT_NONE;
}

bool app_file_accepts(struct ctx *c, const struct app_field *d, str bytes,
                      str *mime, struct findings *f)
{
    enum app_fault fault;
    str limit;

    *mime = STR("");
    fault = judge(d, bytes, mime);
    if (fault == FAULT_NONE)
        return true;
    limit = fault == FAULT_LARGE ? megabytes(c, d->max_bytes)
                                 : accepted_words(c, d);
    finding_add(c, f, FIND_ERROR, (struct place){0}, d->key, "%s",
                app_leaf_message(c, LEAF_FILE, fault,
                                 app_say(c, data_get(d->def, STR("label"))),
                                 limit)
                    .p);
    return false;
}
