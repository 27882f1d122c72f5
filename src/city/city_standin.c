/* SPDX-License-Identifier: EUPL-1.2 */
/* Officers who are away, and who acts in their stead. */
#include "city/city_priv.h"

#include "gen/city_sql.h"

/* ---- kinds -------------------------------------------------------- */

static const struct word kinds[] = {
#define ABSENCE(name, id, en) WORD_ROW(#name, id, en)
#include "city/absence.def"
#undef ABSENCE
};
const struct words city_absence_kinds = WORDS_IN(kinds);

str city_absence_name(struct ctx *c, str kind)
{
    return words_have(&city_absence_kinds, kind)
               ? words_name(c, &city_absence_kinds, kind)
               : str_of(say(c, "jabatan lowong", "the post is vacant"));
}

/* ---- rows --------------------------------------------------------- */

static str text_or_none(struct rows *r, int col)
{
    str s = store_str(r, col);

    return s.p == NULL ? STR("") : s;
}

static err read_absences(struct ctx *c, struct rows *r,
                         struct city_absence **out, size_t *n)
{
    size_t room = 0;
    bool more;

    *out = NULL, *n = 0;
    for (;;) {
        TRY(store_next(r, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] =
            (struct city_absence){.id = store_i64(r, 0),
                                  .absent = store_i64(r, 1),
                                  .standing = store_i64(r, 2),
                                  .name = text_or_none(r, 3),
                                  .stand = text_or_none(r, 4),
                                  .of = {store_str(r, 5), store_str(r, 6)},
                                  .kind = store_str(r, 7),
                                  .begins = store_i64(r, 8),
                                  .ends = store_i64(r, 9)};
    }
}

err city_absences(struct ctx *c, struct conn *on, int64_t officer,
                  struct city_absence **out, size_t *n)
{
    struct rows *rows;

    if (officer == 0)
        TRY(ROWS(c, on, &city_absences_all, &rows, I64(c->now)));
    else
        TRY(ROWS(c, on, &city_absences_of, &rows, I64(officer), I64(c->now)));
    return read_absences(c, rows, out, n);
}

/* ---- in whose right ----------------------------------------------- */

err city_rights(struct ctx *c, struct conn *on, int64_t officer,
                struct city_right **out, size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL, *n = 0;
    TRY(ROWS(c, on, &city_rights_of, &rows, I64(officer), I64(c->now)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = (struct city_right){
            .duty = {store_str(rows, 0), store_str(rows, 1)},
            .own = store_i64(rows, 2) != 0,
            .absent = store_i64(rows, 3),
            .name = text_or_none(rows, 4)};
    }
}

static bool same_duty(const struct city_duty *a, const struct city_duty *b)
{
    return str_eq(a->office, b->office) && str_eq(a->duty, b->duty);
}

err city_rights_at(struct ctx *c, struct conn *on, int64_t officer,
                   const struct city_duty *d, struct city_right **out,
                   size_t *n)
{
    size_t all, kept = 0;

    TRY(city_rights(c, on, officer, out, &all));
    for (size_t i = 0; i < all; i++)
        if (same_duty(&(*out)[i].duty, d))
            (*out)[kept++] = (*out)[i];
    *n = kept;
    return E_OK;
}

str city_right_show(struct ctx *c, const struct city_right *r)
{
    if (r->own)
        return STR("");
    if (r->absent == 0)
        return str_of(say(c, "Plt. (jabatan lowong)", "acting, vacant post"));
    return arena_fmt(c->mem,
                     say(c, "Plh., menggantikan %.*s", "standing in for %.*s"),
                     STR_ARG(r->name));
}

static bool holds_at(const struct city_absence *a, int64_t at)
{
    return a->begins <= at && a->ends > at;
}

const struct city_absence *city_standing_in(const struct city_absence *all,
                                            size_t n, int64_t officer,
                                            const struct city_duty *d,
                                            int64_t at)
{
    for (size_t i = 0; i < n; i++)
        if (all[i].absent == officer && all[i].standing != 0 &&
            holds_at(&all[i], at) &&
            (all[i].of.duty.n == 0 || same_duty(&all[i].of, d)))
            return &all[i];
    return NULL;
}

const struct city_absence *city_away(const struct city_absence *all, size_t n,
                                     int64_t officer, int64_t at)
{
    const struct city_absence *last = NULL;

    for (size_t i = 0; i < n; i++)
        if (officer != 0 && all[i].absent == officer && holds_at(&all[i], at) &&
            (last == NULL || all[i].ends > last->ends))
            last = &all[i];
    return last;
}

/* ---- who may say so ----------------------------------------------- */

/* What is bound to the person: nobody else can be let in, or judge. */
bool city_duty_passes(str duty)
{
    static const str all[] = {STR_INIT("admin"), STR_INIT("auditor")};

    return str_among(duty, all, COUNT(all)) < 0;
}

static const struct city_right *head_of(const struct city_office *o,
                                        const struct city_right *mine, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(mine[i].duty.duty, STR("head")) &&
            str_eq(mine[i].duty.office, o->key))
            return &mine[i];
    return NULL;
}

/* From the office upwards, and at the end the head of the region. */
const struct city_right *city_superior(const struct city *k,
                                       const struct city_right *mine, size_t n,
                                       const struct city_duty *d)
{
    const struct city_office *o = city_office(k, d->office);
    const struct city_office *top =
        city_office_for(k, STR("head-of-region"), STR(""));
    const struct city_right *by = NULL;

    if (o == NULL)
        return NULL;
    if (top == o && str_eq(d->duty, STR("head")))
        return NULL;
    if (str_eq(d->duty, STR("head")))
        o = city_office(k, o->parent);
    for (; o != NULL && by == NULL; o = city_office(k, o->parent))
        by = head_of(o, mine, n);
    return by != NULL || top == NULL ? by : head_of(top, mine, n);
}

bool city_is_personnel(const struct city *k, const struct city_right *mine,
                       size_t n)
{
    const struct city_office *o = city_office_for(k, STR("personnel"), STR(""));

    for (size_t i = 0; i < n; i++)
        if (mine[i].own && (str_eq(mine[i].duty.duty, STR("admin")) ||
                            (o != NULL && str_eq(mine[i].duty.office, o->key))))
            return true;
    return false;
}

/* Who stands in names nobody: what counts is held in one's own right. */
static err own_rights(struct ctx *c, struct conn *on, int64_t officer,
                      struct city_right **out, size_t *n)
{
    size_t all, kept = 0;

    TRY(city_rights(c, on, officer, out, &all));
    for (size_t i = 0; i < all; i++)
        if ((*out)[i].own)
            (*out)[kept++] = (*out)[i];
    *n = kept;
    return E_OK;
}

err city_may_name(struct ctx *c, const struct city *k, struct conn *on,
                  int64_t by, int64_t absent, const struct city_duty *d,
                  bool *may)
{
    struct city_right *mine;
    struct city_duty *theirs;
    size_t n, m, handed = 0;

    TRY(own_rights(c, on, by, &mine, &n));
    *may = city_is_personnel(k, mine, n) || (by == absent && by != 0);
    if (*may)
        return E_OK;
    if (absent == 0) {
        *may = city_superior(k, mine, n, d) != NULL;
        return E_OK;
    }
    TRY(city_duties(c, on, absent, &theirs, &m));
    *may = true;
    for (size_t i = 0; i < m; i++)
        if (city_duty_passes(theirs[i].duty)) {
            handed++;
            *may &= city_superior(k, mine, n, &theirs[i]) != NULL;
        }
    *may &= handed > 0;
    return E_OK;
}

/* ---- what fits ---------------------------------------------------- */

struct naming {
    const struct city *k;
    const struct city_officer *by;
    struct city_absence *a;
    struct city_officer absent, standing;
    struct city_absence *all; /* of the absent one, and of the stand-in */
    size_t n;
};

enum fault {
    FITS,
    NOT_THEIRS,
    NO_KIND,
    NOBODY,
    SELF,
    GONE,
    NO_DATE,
    ORDER,
    OVER,
    LONG,
    BOUND,
    NOT_HELD,
    NOT_VACANT
};

static const struct {
    err e;
    const char *id, *en;
} faults[] = {
    [NOT_THEIRS] = {E_FORBIDDEN,
                    "Yang dapat mencatatnya adalah pegawai itu sendiri, "
                    "atasannya, atau bagian kepegawaian.",
                    "That is for the officer himself, a superior, or the "
                    "personnel office to say."},
    [NO_KIND] = {E_BAD_INPUT, "Pilihlah alasan ketidakhadiran.",
                 "Choose why the officer is away."},
    [NOBODY] = {E_BAD_INPUT,
                "Untuk jabatan lowong, pilihlah siapa pelaksana tugasnya.",
                "For a vacant post, choose who acts."},
    [SELF] = {E_BAD_INPUT, "Pengganti haruslah orang lain.",
              "The stand-in must be another person."},
    [GONE] = {E_BAD_INPUT,
              "Pegawai ini tidak lagi aktif. Silakan pilih pegawai lain.",
              "This officer is not active any more. Choose another."},
    [NO_DATE] = {E_BAD_INPUT, "Tanggalnya belum lengkap. Contoh: 2 Maret 2026.",
                 "The date is not complete. Example: 2 March 2026."},
    [ORDER] = {E_BAD_INPUT, "Hari terakhir jatuh sebelum hari pertama.",
               "The last day is before the first."},
    [OVER] = {E_BAD_INPUT, "Hari terakhir sudah lewat.",
              "The last day is over."},
    [LONG] = {E_BAD_INPUT,
              "Paling lama 92 hari. Untuk waktu yang lebih panjang, catat "
              "lagi sesudahnya atau berikan tugasnya kepada pegawai lain.",
              "At most 92 days. For longer, say so again then, or give the "
              "duty to another officer."},
    [BOUND] = {E_BAD_INPUT,
               "Tugas administrator dan pemeriksa intern melekat pada orangnya "
               "dan tidak dapat digantikan.",
               "The duties of administrators and auditors are bound to the "
               "person, and nobody stands in for them."},
    [NOT_HELD] = {E_BAD_INPUT,
                  "Tugas ini tidak dipegang pegawai yang digantikan. Pengganti "
                  "tidak dapat meneruskan tugas yang ia gantikan.",
                  "The officer who is away does not hold this duty. Who "
                  "stands in cannot hand on what he stands in for."},
    [NOT_VACANT] = {E_BAD_INPUT,
                    "Tugas ini dipegang seseorang, jadi tidak lowong. Catat "
                    "ketidakhadirannya dan tunjuk pelaksana harian.",
                    "Somebody holds this duty, so it is not vacant. Say that "
                    "he is away, and name who stands in."},
};

/* Has the absent one what is handed on; is what is called vacant vacant? */
static err judge_duty(struct ctx *c, struct conn *tx, const struct naming *u,
                      enum fault *f)
{
    const struct city_absence *a = u->a;
    struct city_officer *holders;
    struct city_duty *held;
    size_t n, handed = 0;

    *f = FITS;
    if (a->of.duty.n > 0 && !city_duty_passes(a->of.duty))
        *f = BOUND;
    if (*f != FITS || (a->absent != 0 && a->standing == 0))
        return E_OK;
    if (a->absent == 0) {
        if (city_office(u->k, a->of.office) == NULL ||
            !city_duty_known(a->of.duty))
            *f = NOT_HELD;
        TRY(city_holders(c, tx, a->of.office, a->of.duty, &holders, &n));
        for (size_t i = 0; i < n && *f == FITS; i++) {
            bool own;

            TRY(city_holds(c, tx, holders[i].id, a->of.office, a->of.duty,
                           &own));
            *f = own ? NOT_VACANT : FITS;
        }
        return E_OK;
    }
    TRY(city_duties(c, tx, a->absent, &held, &n));
    for (size_t i = 0; i < n; i++)
        handed += city_duty_passes(held[i].duty) &&
                  (a->of.duty.n == 0 || same_duty(&held[i], &a->of));
    *f = handed > 0 ? FITS : NOT_HELD;
    return E_OK;
}

static enum fault judge_person(const struct naming *u)
{
    const struct city_absence *a = u->a;

    if (a->absent != 0 && !words_have(&city_absence_kinds, a->kind))
        return NO_KIND;
    if (a->absent == 0 && a->standing == 0)
        return NOBODY;
    if (a->absent == a->standing)
        return SELF;
    return (a->absent != 0 && !u->absent.active) ||
                   (a->standing != 0 && !u->standing.active)
               ? GONE
               : FITS;
}

static enum fault judge_days(const struct ctx *c, struct naming *u,
                             struct date first, struct date last)
{
    int offset = city_offset(u->k);

    if (!time_valid(first) || !time_valid(last) || last.year > 9998)
        return NO_DATE;
    u->a->begins = time_instant(first, 0, offset);
    u->a->ends = time_instant(time_date(time_days(last) + 1), 0, offset);
    if (u->a->ends <= u->a->begins)
        return ORDER;
    if (u->a->ends <= c->now)
        return OVER;
    return u->a->ends - u->a->begins > CITY_AWAY_DAYS * TIME_DAY ? LONG : FITS;
}

/* ---- what stands in the way --------------------------------------- */

static bool touches(const struct city_absence *a, const struct city_absence *b)
{
    return a->begins < b->ends && b->begins < a->ends;
}

/* Would both say the same of the same one: that he is away, or who acts? */
static bool clashes(const struct city_absence *a, const struct city_absence *b)
{
    if (a->absent != b->absent || !touches(a, b))
        return false;
    if (a->standing == 0)
        return true;
    return b->standing != 0 && (a->of.duty.n == 0 || b->of.duty.n == 0 ||
                                same_duty(&a->of, &b->of));
}

static str last_day(struct ctx *c, const struct naming *u,
                    const struct city_absence *b)
{
    return city_show_date(
        c, time_local(b->ends - TIME_SECOND, city_offset(u->k), NULL));
}

static str first_day(struct ctx *c, const struct naming *u,
                     const struct city_absence *b)
{
    return city_show_date(c, time_local(b->begins, city_offset(u->k), NULL));
}

static err say_clash(struct ctx *c, const struct naming *u,
                     const struct city_absence *b)
{
    str from = first_day(c, u, b), to = last_day(c, u, b);

    if (b->standing == 0 || u->a->standing == 0)
        return fail(c, E_CONFLICT,
                    say(c,
                        "%.*s sudah dicatat tidak di tempat dari %.*s sampai "
                        "%.*s. Akhiri catatan itu lebih dahulu.",
                        "%.*s is said to be away from %.*s to %.*s already. "
                        "End that first."),
                    STR_ARG(b->name), STR_ARG(from), STR_ARG(to));
    return fail(c, E_CONFLICT,
                say(c,
                    "%.*s sudah ditunjuk untuk tugas ini dari %.*s sampai "
                    "%.*s. Akhiri penunjukan itu lebih dahulu.",
                    "%.*s has been named for this duty from %.*s to %.*s "
                    "already. End that first."),
                STR_ARG(b->stand), STR_ARG(from), STR_ARG(to));
}

static err say_away(struct ctx *c, const struct naming *u,
                    const struct city_absence *b)
{
    str from = first_day(c, u, b), to = last_day(c, u, b);

    return fail(c, E_CONFLICT,
                say(c,
                    "%.*s sendiri tidak di tempat dari %.*s sampai %.*s. "
                    "Silakan pilih pegawai lain.",
                    "%.*s is away himself from %.*s to %.*s. Choose another "
                    "officer."),
                STR_ARG(b->name), STR_ARG(from), STR_ARG(to));
}

/* Whoever is away himself stands in for nobody: that ends every circle. */
static err stands_in_the_way(struct ctx *c, const struct naming *u)
{
    for (size_t i = 0; i < u->n; i++) {
        const struct city_absence *b = &u->all[i];

        if (clashes(u->a, b))
            return say_clash(c, u, b);
        if (u->a->standing != 0 && b->absent == u->a->standing &&
            touches(u->a, b))
            return say_away(c, u, b);
    }
    return E_OK;
}

static err judge(struct ctx *c, struct conn *tx, struct naming *u,
                 struct date first, struct date last)
{
    struct city_absence *a = u->a;
    enum fault f;
    bool may;

    if (a->absent != 0)
        TRY(city_officer_by_id(c, tx, a->absent, &u->absent));
    if (a->standing != 0)
        TRY(city_officer_by_id(c, tx, a->standing, &u->standing));
    TRY(city_may_name(c, u->k, tx, u->by->id, a->absent, &a->of, &may));
    f = !may ? NOT_THEIRS : judge_person(u);
    if (f == FITS)
        f = judge_days(c, u, first, last);
    if (f == FITS)
        TRY(judge_duty(c, tx, u, &f));
    if (f != FITS)
        return fail(c, faults[f].e, "%s", say(c, faults[f].id, faults[f].en));
    TRY(city_absences(c, tx, 0, &u->all, &u->n));
    return stands_in_the_way(c, u);
}

/* ---- events ------------------------------------------------------- */

/* In public the city stands for the office: who is away in a small office
 * would tell who it is. */
static struct ledger_event roster(struct ctx *c, const char *act, str by,
                                  const struct city_absence *a)
{
    struct ledger_event e = {
        .class = LEDGER_ROSTER,
        .office = 1,
        .subject = city_pseudonym(c, a->absent != 0 ? a->absent : a->standing)};

    ledger_say(c, &e, "act", str_of(act));
    ledger_say(c, &e, "by", by);
    if (a->absent != 0)
        ledger_say(c, &e, "officer", city_pseudonym(c, a->absent));
    if (a->standing != 0)
        ledger_say(c, &e, "standin", city_pseudonym(c, a->standing));
    ledger_say(c, &e, "office", a->of.office);
    ledger_say(c, &e, "duty", a->of.duty);
    ledger_say_time(c, &e, "begins", a->begins);
    return e;
}

err city_absence_begin(struct ctx *c, struct conn *tx, struct ledger *l,
                       const struct city *k, const struct city_officer *by,
                       struct city_absence *a, struct date first,
                       struct date last)
{
    struct naming u = {.k = k, .by = by, .a = a};
    struct ledger_event e;

    if (a->of.office.n == 0 || a->of.duty.n == 0)
        a->of = (struct city_duty){STR(""), STR("")};
    TRY(judge(c, tx, &u, first, last));
    e = roster(c, "absence.begin", by->pseudonym, a);
    ledger_say(c, &e, "reason", a->absent == 0 ? STR("vacant") : a->kind);
    ledger_say_time(c, &e, "ends", a->ends);
    TRY(ledger_append(c, tx, l, &e));
    a->id = e.id;
    return E_OK;
}

err city_absence_end(struct ctx *c, struct conn *tx, struct ledger *l,
                     const struct city *k, const struct city_officer *by,
                     int64_t id)
{
    struct city_absence *a;
    struct ledger_event e;
    struct rows *rows;
    size_t n;
    bool may;

    TRY(ROWS(c, tx, &city_absence_get, &rows, I64(id)));
    TRY(read_absences(c, rows, &a, &n));
    if (n == 0 || a->ends <= c->now)
        return fail(
            c, E_NOT_FOUND, "%s",
            say(c, "Catatan ini sudah berakhir.", "This is over already."));
    TRY(city_may_name(c, k, tx, by->id, a->absent, &a->of, &may));
    if (!may)
        return fail(c, faults[NOT_THEIRS].e, "%s",
                    say(c, faults[NOT_THEIRS].id, faults[NOT_THEIRS].en));
    e = roster(c, "absence.end", by->pseudonym, a);
    ledger_say_time(c, &e, "ends", c->now - c->now % TIME_SECOND);
    return ledger_append(c, tx, l, &e);
}
