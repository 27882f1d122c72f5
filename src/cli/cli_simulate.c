/* SPDX-License-Identifier: EUPL-1.2 */
/* balai simulate: a training city's days. */
#include "cli/cli_priv.h"
#include "rehearse/rehearse.h"

#include <stdio.h>
#include <unistd.h>

#define BAR 40

/* ---- what is asked ------------------------------------------------ */

static const struct {
    const char *option;
    int64_t least, most, otherwise;
} numbers[] = {
    {"--days", 1, 1000, 90},
    {"--records", 1, 1000000, 2000},
    {"--seed", 0, INT64_MAX, 1},
};
enum { DAYS, RECORDS, SEED };

static err number_of(struct cli *k, int which, int64_t *out)
{
    const char *set = cli_option(k, numbers[which].option);

    *out = numbers[which].otherwise;
    if (set == NULL ||
        (str_is_i64(str_of(set), out) && *out >= numbers[which].least &&
         *out <= numbers[which].most))
        return E_OK;
    return fail(
        k->c, E_BAD_INPUT,
        say(k->c,
            "%s %s: berikan bilangan dari %" PRId64 " sampai %" PRId64 ".",
            "%s %s: give a number from %" PRId64 " to %" PRId64 "."),
        numbers[which].option, set, numbers[which].least, numbers[which].most);
}

/* ---- how far it is ------------------------------------------------ */

struct bar {
    struct cli *k;
    int64_t days;
    bool lively; /* somebody looks: the line is drawn over */
    int last;    /* the tenth that was said last */
};

static void draw(struct bar *b, int day, size_t sent)
{
    int full = (int)(day * BAR / b->days), tenth = (int)(day * 10 / b->days);

    if (!b->lively && tenth == b->last)
        return;
    b->last = tenth;
    fprintf(stderr,
            say(b->k->c, "%s[%.*s%*s] hari %d dari %" PRId64 ", %zu berkas%s",
                "%s[%.*s%*s] day %d of %" PRId64 ", %zu records%s"),
            b->lively ? "\r" : "", full,
            "########################################", BAR - full, "", day,
            b->days, sent, b->lively ? "" : "\n");
    fflush(stderr);
}

static void show_day(void *arg, int day, size_t sent)
{
    draw(arg, day, sent);
}

/* ---- what came of it ---------------------------------------------- */

static void tell(struct cli *k, const struct rehearse_days *r, int64_t flags,
                 int64_t took)
{
    buf_fmt(
        &k->out,
        say(k->c,
            "%zu berkas dikirim, %zu tindakan, %zu surat terbit, %zu gugur "
            "karena lewat waktu, %zu penilaian, %zu ditolak mesin, dalam "
            "%" PRId64 ".%" PRId64 " detik.\n",
            "%zu records were sent in, %zu acts, %zu letters issued, %zu "
            "lapsed, %zu ratings, %zu turned down by the engine, in %" PRId64
            ".%" PRId64 " seconds.\n"),
        r->sent, r->acts, r->letters, r->lapsed, r->rated, r->turned_down,
        took / TIME_SECOND, took % TIME_SECOND * 10 / TIME_SECOND);
    buf_fmt(&k->out,
            say(k->c, "%" PRId64 " tanda periksa untuk inspektorat.\n",
                "%" PRId64 " flags for the inspectorate.\n"),
            flags);
    if (r->officer.n > 0)
        buf_fmt(&k->out,
                say(k->c,
                    "Yang disisipkan: %.*s mendahulukan %zu berkas atas nama "
                    "%.*s.\n",
                    "Planted: %.*s took %zu records of %.*s first.\n"),
                STR_ARG(r->officer), r->favours, STR_ARG(r->agent));
}

/* ---- the command -------------------------------------------------- */

/* The looks that the nights in between would have taken, a month each. */
static err look_back(struct ctx *c, const struct record_world *w,
                     const struct rehearse_plan *p, int64_t end, int64_t *flags)
{
    int64_t now = c->now, raised;
    err e = E_OK;

    *flags = 0;
    for (int64_t at = p->begin; e == E_OK; at += 28 * TIME_DAY) {
        c->now = at < end ? at : end;
        e = insight_tick(c, w, &raised);
        *flags += raised;
        if (at >= end)
            break;
    }
    c->now = now;
    return e;
}

static err play(struct cli *k, const struct rehearse_plan *p,
                struct rehearse_days *out, int64_t *flags)
{
    struct record_world w;
    err e;

    TRY(node_world(k->c, k->node, &w));
    e = rehearse_days(k->c, &w, p, out);
    if (e == E_OK)
        e = look_back(k->c, &w, p, out->end, flags);
    if (e == E_OK)
        e = cli_move_clock(k, &w, out->end);
    return e == E_OK ? node_tick(k->c, k->node) : e;
}

err cli_do_simulate(struct cli *k)
{
    struct node_options o = cli_node_options(k);
    struct bar bar = {.k = k, .lively = isatty(2) != 0, .last = -1};
    struct rehearse_plan p = {.plant = cli_option(k, "--plant") != NULL,
                              .progress = show_day,
                              .arg = &bar};
    struct rehearse_days r;
    int64_t seed, records, flags = 0, began = time_monotonic();
    err e;

    TRY(number_of(k, DAYS, &bar.days));
    TRY(number_of(k, RECORDS, &records));
    TRY(number_of(k, SEED, &seed));
    p.days = (int)bar.days, p.records = (size_t)records;
    p.seed = (uint64_t)seed;
    o.synchronous = "NORMAL"; /* what a power cut takes is played again */
    TRY(node_open(k->c, &o, &k->node));
    p.begin = node_now(k->node);
    e = play(k, &p, &r, &flags);
    node_close(k->node);
    k->node = NULL;
    TRY(e);
    draw(&bar, p.days, r.sent);
    if (bar.lively)
        fputc('\n', stderr);
    tell(k, &r, flags, time_monotonic() - began);
    return E_OK;
}
