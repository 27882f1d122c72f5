/* SPDX-License-Identifier: EUPL-1.2 */
/* A training city's days, one event after another: forms come in, officers
 * take the oldest due of their lists, residents complete what came back.
 *
 * The story hangs on the plan's seed alone; numbers, keys and salts come from
 * the context's dice, as in any city. */
#include "rehearse/rehearse_days.h"

/* Each event has an arena of its own, so that a year does not fill one. */
#define EVENT_ARENA ((size_t)256 << 20)
#define LOOK        8 /* rows of a list that an officer looks at */
#define IDLE        (30 * TIME_MINUTE)

/* ---- dice --------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere. */
uint64_t rehearse_days_roll(struct days *s)
{
    uint64_t z = s->dice += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t rehearse_days_pick(struct days *s, size_t n)
{
    MUST(n > 0);
    return (size_t)(rehearse_days_roll(s) % n);
}

/* Times that people take: at least a third of the mean, seldom four times. */
static int64_t about(struct days *s, int64_t mean)
{
    uint64_t a = rehearse_days_roll(s) % 1000, b = rehearse_days_roll(s) % 1000;

    return mean / 3 + mean * (int64_t)(a * b) / 400000;
}

/* ---- what is to come ---------------------------------------------- */

static bool before(const struct coming *a, const struct coming *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

void rehearse_days_expect(struct days *s, int64_t at, enum coming_kind kind,
                          size_t who)
{
    size_t i = s->n_coming;

    if (at >= s->end)
        return;
    ARENA_GROW(s->c->mem, s->coming, s->n_coming, s->room_coming);
    s->n_coming++;
    s->coming[i] = (struct coming){at, s->order++, kind, who};
    for (; i > 0 && before(&s->coming[i], &s->coming[(i - 1) / 2]);
         i = (i - 1) / 2) {
        struct coming swap = s->coming[i];

        s->coming[i] = s->coming[(i - 1) / 2];
        s->coming[(i - 1) / 2] = swap;
    }
}

static struct coming next_of(struct days *s)
{
    struct coming first = s->coming[0];
    size_t i = 0;

    s->coming[0] = s->coming[--s->n_coming];
    for (;;) {
        size_t k = 2 * i + 1;
        struct coming swap;

        if (k + 1 < s->n_coming && before(&s->coming[k + 1], &s->coming[k]))
            k++;
        if (k >= s->n_coming || !before(&s->coming[k], &s->coming[i]))
            return first;
        swap = s->coming[i], s->coming[i] = s->coming[k];
        s->coming[k] = swap;
        i = k;
    }
}

/* ---- officers ----------------------------------------------------- */

/* The longer the list, the shorter each look, but never under three minutes:
 * nobody honest decides before having read. */
static int64_t thinking(struct days *s, const struct record_counts *waiting)
{
    int64_t mean = 20 * TIME_MINUTE / (1 + waiting->all / 10);
    int64_t time = about(s, mean);

    return time < 3 * TIME_MINUTE ? 3 * TIME_MINUTE : time;
}

static bool stuck(const struct days *s, int64_t id)
{
    for (size_t i = 0; i < s->n_stuck; i++)
        if (s->stuck[i] == id)
            return true;
    return false;
}

/* What the engine would not take from anybody is left to wait. */
static void leave(struct days *s, int64_t id)
{
    ARENA_GROW(s->c->mem, s->stuck, s->n_stuck, s->room_stuck);
    s->stuck[s->n_stuck++] = id;
}

static err list_of(struct ctx *c, struct days *s, const struct record_actor *k,
                   struct record_row **rows, size_t *n,
                   struct record_counts *counts)
{
    struct conn *on;
    err e;

    TRY(store_read(c, s->w->store, &on));
    e = record_worklist(c, s->w, on, k, STR(""), RECORD_FIRST, LOOK, rows, n,
                        counts);
    store_done(on);
    return e;
}

/* The officer decides on the oldest due, then thinks about the next. */
static err work(struct ctx *c, struct days *s, size_t who)
{
    const struct record_actor *k = &s->workers[who];
    struct record_row *rows;
    struct record_counts counts = {0};
    size_t n, i = 0;
    int64_t rest = IDLE;

    TRY(list_of(c, s, k, &rows, &n, &counts));
    while (i < n && (rows[i].app == NULL || stuck(s, rows[i].record.id) ||
                     c->now - rows[i].record.entered < 3 * TIME_MINUTE))
        i++;
    if (i < n) {
        bool done;

        TRY(rehearse_days_act(c, s, k, rows[i].record.number, &done));
        if (!done)
            leave(s, rows[i].record.id);
        rest = done ? thinking(s, &counts) : TIME_MINUTE;
    }
    rehearse_days_expect(s, city_after_work(s->w->city, c->now, rest), WORK,
                         who);
    return E_OK;
}

/* ---- the planted one ---------------------------------------------- */

/* The agent telephones: out of turn, and decided before it can be read. */
static err favour(struct ctx *c, struct days *s, size_t which)
{
    bool done;

    TRY(rehearse_days_act(c, s, &s->workers[s->briber], s->known[which],
                          &done));
    s->out->favours += done;
    return E_OK;
}

/* ---- mornings ----------------------------------------------------- */

static err morning(struct ctx *c, struct days *s, size_t day)
{
    struct date d = time_date((int64_t)day);
    struct record_ticked ticked = {0};

    if (s->p->progress != NULL)
        s->p->progress(s->p->arg, (int)((int64_t)day - s->first), s->out->sent);
    if (city_workday(s->w->city, d, NULL)) {
        TRY(record_time_confirm(c, s->w, &s->workers[0]));
        TRY(record_tick(c, s->w, &ticked));
    }
    s->out->lapsed += (size_t)ticked.done;
    rehearse_days_expect(s, c->now + TIME_DAY, MORNING, day + 1);
    return E_OK;
}

/* ---- one after another -------------------------------------------- */

static err happen(struct ctx *c, struct days *s, const struct coming *it)
{
    static err (*const table[])(struct ctx *, struct days *, size_t) = {
        [SEND] = rehearse_days_send,
        [WORK] = work,
        [ANSWER] = rehearse_days_answer,
        [FAVOUR] = favour,
        [MORNING] = morning,
    };

    return table[it->kind](c, s, it->who);
}

static err run(struct days *s)
{
    err e = E_OK;

    while (e == E_OK && s->n_coming > 0) {
        struct coming it = next_of(s);
        struct ctx c = {.mem = arena_new(EVENT_ARENA),
                        .now = it.at,
                        .lang = s->c->lang,
                        .dice = s->c->dice};

        e = happen(&c, s, &it);
        if (e != E_OK)
            e = fail(s->c, e, "%.*s", STR_ARG(c.why));
        arena_free(c.mem);
    }
    return e;
}

/* ---- setting out -------------------------------------------------- */

/* People write in the evening too, and on Sundays; fewer by night. */
static int64_t moment(struct days *s)
{
    int64_t day = s->first + (int64_t)rehearse_days_pick(s, (size_t)s->p->days);
    int64_t hour = 6 + (int64_t)rehearse_days_pick(s, 8) +
                   (int64_t)rehearse_days_pick(s, 9);

    return time_instant(time_date(day),
                        hour * TIME_HOUR +
                            (int64_t)rehearse_days_pick(s, 3600) * TIME_SECOND,
                        city_offset(s->w->city));
}

static void set_out(struct days *s)
{
    int offset = city_offset(s->w->city);
    int64_t dawn = time_instant(time_date(s->first), 6 * TIME_HOUR, offset);

    s->end = dawn + s->p->days * TIME_DAY;
    rehearse_days_expect(s, dawn, MORNING, (size_t)s->first);
    for (size_t i = 0; i < s->p->records; i++)
        rehearse_days_expect(s, moment(s), SEND,
                             rehearse_days_pick(s, s->weight));
    for (size_t i = 0; i < s->n_workers; i++)
        rehearse_days_expect(
            s, city_after_work(s->w->city, dawn, about(s, 30 * TIME_MINUTE)),
            WORK, i);
}

static err ready(struct ctx *c, const struct days *s)
{
    static const struct {
        const char *id, *en;
    } lacks[] = {
        {"Hanya kota latihan yang dapat dimainkan. Buatlah satu dengan balai "
         "init --training.",
         "Only a training city can be played. Make one with balai init "
         "--training."},
        {"Belum ada layanan terbuka yang skenarionya dapat dimainkan warga.",
         "No service is open whose scenarios a resident can play."},
        {"Belum ada pegawai yang bertugas. Impor dahulu pegawainya.",
         "No officer has a duty. Import the people first."},
    };
    const bool bad[] = {!city_training(s->w->city), s->weight == 0,
                        s->n_workers == 0};

    for (size_t i = 0; i < COUNT(bad); i++)
        if (bad[i])
            return fail(c, E_REFUSED, "%s", say(c, lacks[i].id, lacks[i].en));
    return E_OK;
}

err rehearse_days(struct ctx *c, const struct record_world *w,
                  const struct rehearse_plan *p, struct rehearse_days *out)
{
    struct days s = {.c = c, .w = w, .p = p, .out = out, .dice = p->seed};
    int64_t of_day;
    struct date d = time_local(p->begin, city_offset(w->city), &of_day);

    *out = (struct rehearse_days){.officer = STR(""), .agent = STR("")};
    s.first = time_days(d) + (of_day > 6 * TIME_HOUR);
    TRY(rehearse_days_cast(c, &s));
    TRY(ready(c, &s));
    set_out(&s);
    TRY(run(&s));
    out->end = s.end;
    return E_OK;
}
