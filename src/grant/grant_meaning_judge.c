/* SPDX-License-Identifier: EUPL-1.2 */
/* Changes whose weight lies in their values: is it more, is it wider, is it
 * shorter than before? */
#include "grant/grant_meaning.h"

bool grant_personal(enum app_type t)
{
    static const enum app_type personal[] = {
        APP_PERSON, APP_NIK,  APP_NPWP,  APP_PHONE,
        APP_EMAIL,  APP_FILE, APP_PHOTO,
    };

    for (size_t i = 0; i < COUNT(personal); i++)
        if (personal[i] == t)
            return true;
    return false;
}

static bool personal_name(str type)
{
    for (int t = 0; t < APP_TYPE_COUNT; t++)
        if (str_eq(str_of(app_type_name((enum app_type)t)), type))
            return grant_personal((enum app_type)t);
    return true; /* a type that is not known is not trusted */
}

static bool is_true(const struct data *d)
{
    return str_eq(data_text(d), STR("true"));
}

/* More than before is asked of residents, or computed. */
void grant_judge_field(struct grant_change_at *d, const char *id,
                       const char *en)
{
    (void)id, (void)en;
    if (data_get(d->now, STR("value")) != NULL)
        grant_tell(d, FIND_NOTE, "Isian baru yang dihitung sendiri: {what}.",
                   "A new computed field: {what}.");
    else if (personal_name(data_text(data_get(d->now, STR("type")))))
        grant_tell(d, FIND_WARNING, "Meminta satu data pribadi lagi: {what}.",
                   "Asks for one more personal datum: {what}.");
    else if (is_true(data_get(d->now, STR("optional"))))
        grant_tell(d, FIND_NOTE, "Isian baru yang boleh dikosongkan: {what}.",
                   "A new field that may be left empty: {what}.");
    else
        grant_tell(d, FIND_WARNING, "Isian baru yang wajib diisi: {what}.",
                   "A new field that must be filled: {what}.");
    if (str_eq(data_text(data_get(d->now, STR("show"))), STR("public")))
        grant_tell(d, FIND_WARNING, "Isian ini terbuka untuk umum: {what}.",
                   "This field is public: {what}.");
}

void grant_judge_optional(struct grant_change_at *d, const char *id,
                          const char *en)
{
    (void)id, (void)en;
    if (is_true(d->now))
        grant_tell(d, FIND_NOTE, "Isian \"{what}\" kini boleh dikosongkan.",
                   "The field \"{what}\" may now be left empty.");
    else if (is_true(d->was))
        grant_tell(d, FIND_WARNING, "Isian \"{what}\" kini wajib diisi.",
                   "The field \"{what}\" must now be filled.");
}

/* How many may see it. */
static int width(const struct data *show)
{
    str s = data_text(show);

    return str_eq(s, STR("public")) ? 2 : str_eq(s, STR("office")) ? 0 : 1;
}

void grant_judge_show(struct grant_change_at *d, const char *id, const char *en)
{
    (void)id, (void)en;
    if (width(d->now) == 2)
        grant_tell(d, FIND_WARNING,
                   "Isian \"{what}\" menjadi terbuka untuk umum.",
                   "The field \"{what}\" becomes public.");
    else if (width(d->now) > width(d->was))
        grant_tell(d, FIND_WARNING,
                   "Isian \"{what}\" kini juga terlihat oleh warga dan semua "
                   "perangkat daerah dalam alur.",
                   "The field \"{what}\" is now seen by the resident and all "
                   "offices of the flow too.");
    else if (width(d->now) < width(d->was))
        grant_tell(d, FIND_NOTE, "Isian \"{what}\" kini lebih tertutup.",
                   "Fewer people see the field \"{what}\".");
}

/* ---- sets --------------------------------------------------------- */

static bool in_list(const struct data *list, str item)
{
    for (size_t i = 0; list != NULL && i < list->n; i++)
        if (list->kind == DATA_LIST && str_eq(data_text(list->items[i]), item))
            return true;
    return false;
}

/* Does `a` hold an item that `b` lacks? No list means `all` of them. */
static bool more_than(const struct data *a, const struct data *b, bool all)
{
    if (a == NULL)
        return all && b != NULL;
    if (b == NULL)
        return !all && a->n > 0;
    for (size_t i = 0; a->kind == DATA_LIST && i < a->n; i++)
        if (!in_list(b, data_text(a->items[i])))
            return true;
    return false;
}

void grant_judge_ask(struct grant_change_at *d, const char *id, const char *en)
{
    (void)id, (void)en;
    if (more_than(d->now, d->was, true))
        grant_tell(d, FIND_WARNING,
                   "Isian \"{what}\" kini menanyakan lebih banyak data: {now}.",
                   "The field \"{what}\" now asks for more: {now}.");
    else
        grant_tell(
            d, FIND_NOTE,
            "Isian \"{what}\" kini menanyakan lebih sedikit data: {now}.",
            "The field \"{what}\" now asks for less: {now}.");
}

void grant_judge_need(struct grant_change_at *d, const char *id, const char *en)
{
    (void)id, (void)en;
    grant_tell(d,
               more_than(d->now, d->was, false) || d->now == NULL ? FIND_WARNING
                                                                  : FIND_NOTE,
               "Yang wajib diisi pada \"{what}\" berubah dari {was} menjadi "
               "{now}.",
               "What must be filled in \"{what}\" changes from {was} to "
               "{now}.");
}

void grant_judge_eyes(struct grant_change_at *d, const char *id, const char *en)
{
    (void)id, (void)en;
    if (more_than(d->was, d->now, false))
        grant_tell(d, FIND_WARNING,
                   "Pemeriksaan oleh dua orang berkurang pada tahap "
                   "\"{what}\": pelaku tahap {was} kini boleh bertindak di "
                   "sini.",
                   "Four eyes are fewer in \"{what}\": who acted in {was} may "
                   "now act here.");
    if (more_than(d->now, d->was, false))
        grant_tell(d, FIND_NOTE,
                   "Pemeriksaan oleh dua orang bertambah pada tahap "
                   "\"{what}\": {now}.",
                   "More four eyes in \"{what}\": {now}.");
}

void grant_judge_appeal(struct grant_change_at *d, const char *id,
                        const char *en)
{
    (void)id, (void)en;
    if (is_true(d->now))
        grant_tell(d, FIND_NOTE,
                   "Warga kini dapat mengajukan keberatan atas \"{what}\".",
                   "Residents may now object to \"{what}\".");
    else if (is_true(d->was))
        grant_tell(d, FIND_WARNING,
                   "Warga tidak lagi dapat mengajukan keberatan atas "
                   "\"{what}\".",
                   "Residents may no longer object to \"{what}\".");
}

/* ---- time --------------------------------------------------------- */

/* Rough minutes, to tell shorter from longer; a working day has eight hours
 * and every fifth is followed by two free ones. */
static int64_t minutes(struct city_span s)
{
    switch (s.unit) {
    case CITY_NONE:
        return INT64_MAX; /* no deadline: the longest of all */
    case CITY_MINUTES:
        return s.n * INT64_C(3);
    case CITY_HOURS:
        return s.n * INT64_C(60);
    case CITY_WORKDAYS:
        return s.n * INT64_C(2016);
    case CITY_DAYS:
        return s.n * INT64_C(1440);
    case CITY_MONTHS:
        return s.n * INT64_C(43830);
    case CITY_BY_DATE:
        return (s.month * 31 + s.day) * INT64_C(1440);
    }
    return 0;
}

static int64_t length_of(const struct data *d)
{
    struct city_span s = {0};
    str text = data_text(d);

    if (text.p == NULL || !city_span_read(text, &s))
        s.unit = CITY_NONE;
    return minutes(s);
}

void grant_judge_span(struct grant_change_at *d, const char *id, const char *en)
{
    struct ctx *c = d->c;
    int64_t was = length_of(d->was), now = length_of(d->now);
    bool shorter = now < was;

    if (now == was) {
        grant_tell(d, FIND_NOTE,
                   arena_fmt(c->mem, "%s: dari {was} menjadi {now}.", id).p,
                   arena_fmt(c->mem, "%s: from {was} to {now}.", en).p);
        return;
    }
    grant_tell(d, FIND_WARNING,
               arena_fmt(c->mem,
                         "%s menjadi lebih %s: dari {was} menjadi {now}.", id,
                         shorter ? "pendek" : "panjang")
                   .p,
               arena_fmt(c->mem, "%s becomes %s: from {was} to {now}.", en,
                         shorter ? "shorter" : "longer")
                   .p);
}

/* ---- who ---------------------------------------------------------- */

/* A new step brings somebody who sees and decides. */
static void who_acts(struct grant_change_at *d, const char *id, const char *en)
{
    const struct data *node = d->now, *who = data_get(node, STR("who"));

    if (who == NULL) {
        grant_tell(d, FIND_WARNING, id, en);
        return;
    }
    d->now = who;
    grant_tell(d, FIND_WARNING,
               arena_fmt(d->c->mem, "%s Yang bertindak: {now}.", id).p,
               arena_fmt(d->c->mem, "%s Who acts: {now}.", en).p);
    d->now = node;
}

/* What a new state or action asks counts as new fields. */
static void asked(const struct grant_change_at *d)
{
    const struct data *needs = data_get(d->now, STR("needs"));

    for (size_t i = 0; needs != NULL && i < needs->n; i++) {
        struct grant_change_at below = *d;

        below.path = arena_fmt(d->c->mem, "%.*s.needs.%.*s", STR_ARG(d->path),
                               STR_ARG(needs->pairs[i].key));
        below.was = NULL;
        below.now = needs->pairs[i].value;
        if (personal_name(data_text(data_get(below.now, STR("type")))) ||
            str_eq(data_text(data_get(below.now, STR("show"))), STR("public")))
            grant_judge_field(&below, "", "");
    }
}

void grant_judge_state(struct grant_change_at *d, const char *id,
                       const char *en)
{
    const struct data *actions = data_get(d->now, STR("actions"));

    (void)id, (void)en;
    who_acts(d, "Tahap baru: \"{what}\".", "A new step: \"{what}\".");
    asked(d);
    for (size_t i = 0; actions != NULL && i < actions->n; i++) {
        struct grant_change_at below = *d;

        below.path = arena_fmt(d->c->mem, "%.*s.actions.%.*s", STR_ARG(d->path),
                               STR_ARG(actions->pairs[i].key));
        below.now = actions->pairs[i].value;
        asked(&below);
    }
}

void grant_judge_action(struct grant_change_at *d, const char *id,
                        const char *en)
{
    (void)id, (void)en;
    who_acts(d, "Tindakan baru: \"{what}\".", "A new action: \"{what}\".");
    asked(d);
}
