/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands of giving back: what a city offers, what the other makes of it. */
#include "cli/cli_priv.h"
#include "grant/grant.h"
#include "pack/pack.h"
#include "rehearse/rehearse.h"

#define NOTE         "offer.note"
#define PACKAGE      "app.tar.zst"
#define NOTE_MOST    ((size_t)1 << 14)
#define PACKAGE_MOST ((size_t)4 << 20)

static str today(struct cli *k, const struct city *of)
{
    return time_show_date(k->c, time_local(k->c->now, city_offset(of), NULL));
}

/* ---- offering ----------------------------------------------------- */

/* --to, else the city that the app came from. */
static err offered_to(struct cli *k, struct conn *on, str app, str *code)
{
    struct grant_taken *all;
    size_t n;

    *code = str_of(cli_option(k, "--to"));
    if (code->n > 0)
        return E_OK;
    TRY(grant_taken(k->c, on, &all, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].app, app)) {
            *code = all[i].city;
            return E_OK;
        }
    return fail(k->c, E_BAD_INPUT,
                say(k->c,
                    "%.*s tidak berasal dari kota lain. Sebutkan --to KODE.",
                    "%.*s came from no other city. Name --to CODE."),
                STR_ARG(app));
}

static err draft_offer(struct cli *k, struct conn *on, struct grant_offer_of *o,
                       str *note)
{
    struct app_overlay *overlay;
    struct grant_note *accord = NEW(k->c->mem, struct grant_note);
    struct app_package *p;

    TRY(app_installed_package(k->c, on, str_of(k->words[0]), &p, &overlay));
    TRY(offered_to(k, on, app_package_id(p), &o->receiver));
    TRY(grant_accord_with(k->c, on, o->receiver, accord));
    o->accord = accord;
    o->package = p;
    return grant_offer_draft(k->c, o, note);
}

err cli_do_offer(struct cli *k)
{
    struct grant_offer_of o = {.number = str_of(cli_option(k, "--number"))};
    const char *to = k->words[1];
    struct record_world w;
    struct conn *on;
    str note, frame;
    err e;

    if (o.number.n == 0)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "Sebutkan --number.", "Name --number."));
    TRY(node_world(k->c, k->node, &w));
    if (file_exists(to))
        return fail(k->c, E_CONFLICT,
                    say(k->c, "%s sudah ada. Pilih nama map yang baru.",
                        "%s is there already. Choose a new folder's name."),
                    to);
    o.giver = city_code(w.city);
    o.date = today(k, w.city);
    TRY(store_read(k->c, w.store, &on));
    e = draft_offer(k, on, &o, &note);
    store_done(on);
    TRY(e);
    TRY(pack_squeeze(k->c, app_package_archive(o.package), &frame));
    TRY(file_make_dir(k->c, to, 0755));
    TRY(file_write(k->c, file_join(k->c, to, PACKAGE), frame, 0644));
    TRY(file_write(k->c, file_join(k->c, to, NOTE), note, 0644));
    buf_fmt(&k->out,
            say(k->c,
                "Tawaran %.*s kepada %.*s ada di %s. Tandatangani " NOTE
                " dengan kedua kunci hibah.\n",
                "The offer %.*s to %.*s is in %s. Sign " NOTE " with both "
                "hibah keys.\n"),
            STR_ARG(o.number), STR_ARG(o.receiver), to);
    return E_OK;
}

/* ---- keeping ------------------------------------------------------ */

/* A file of a stick, no links followed. */
static err beside(struct cli *k, const char *name, size_t most, str *bytes)
{
    str path = str_of(k->words[0]);
    size_t cut = path.n;
    struct grant_source from;

    while (cut > 0 && path.p[cut - 1] != '/')
        cut--;
    from = grant_from_folder(
        k->c, cut == 0 ? "." : arena_str(k->c->mem, str_slice(path, 0, cut)).p);
    return from.fetch(k->c, from.arg, name == NULL ? path.p + cut : name, most,
                      bytes);
}

struct keeping {
    const struct app_package *package;
};

static err keep_package(struct ctx *c, struct conn *tx, void *arg)
{
    struct keeping *u = arg;

    return app_keep_package(c, tx, u->package);
}

/* What is offered to this city is kept with its offer, so that it can be
 * looked at, taken, and be the common ancestor of what comes later. */
static err take_in(struct cli *k, const struct record_world *w,
                   const struct grant_note *offer)
{
    struct findings f = {0};
    struct app_package *p;
    struct keeping u;
    str frame;
    err e;

    TRY(beside(k, PACKAGE, PACKAGE_MOST, &frame));
    e = grant_offer_open(k->c, offer, frame, &f, &p);
    cli_findings(k, &f);
    TRY(e);
    u.package = p;
    return store_write(k->c, w->store, keep_package, &u);
}

err cli_do_offer_keep(struct cli *k)
{
    struct grant_note note;
    struct record_world w;
    bool holds;
    str bytes, code, name;

    TRY(node_world(k->c, k->node, &w));
    TRY(beside(k, NULL, NOTE_MOST, &bytes));
    TRY(grant_note_read(k->c, bytes, &note));
    TRY(cli_keep_note(k, &note, &holds));
    str_cut(grant_note_value(&note, "receiver"), ' ', &code, &name);
    if (!holds || !str_eq(note.kind, STR("offer")) ||
        !str_eq(code, city_code(w.city)))
        return E_OK;
    return take_in(k, &w, &note);
}

/* ---- the list ----------------------------------------------------- */

static void show_offer(struct cli *k, const struct city *own,
                       const struct grant_offered *o)
{
    bool ours = str_eq(o->giver, city_code(own));

    buf_fmt(&k->out,
            ours ? say(k->c, "%.*s kepada %.*s: %.*s %.*s, %.*s\n",
                       "%.*s to %.*s: %.*s %.*s, %.*s\n")
                 : say(k->c, "%.*s dari %.*s: %.*s %.*s, %.*s\n",
                       "%.*s from %.*s: %.*s %.*s, %.*s\n"),
            STR_ARG(o->number), STR_ARG(ours ? o->receiver : o->giver),
            STR_ARG(o->app), STR_ARG(o->version), STR_ARG(o->credit));
    if (o->force < GRANT_IN_FORCE)
        buf_fmt(&k->out, "  %s\n",
                say(k->c, "belum ditandatangani", "not signed yet"));
    else if (o->state == GRANT_WAITS)
        buf_fmt(&k->out, "  %s\n", say(k->c, "menunggu jawaban", "waits"));
    else if (o->state == GRANT_TAKEN)
        buf_fmt(&k->out,
                say(k->c, "  diterima, dalam versi %.*s",
                    "  taken, in version %.*s"),
                STR_ARG(o->became));
    else
        buf_fmt(&k->out, say(k->c, "  ditolak: %.*s", "  declined: %.*s"),
                STR_ARG(o->reason));
    if (o->state != GRANT_WAITS)
        buf_fmt(&k->out, "%s\n",
                o->answer_signed
                    ? ""
                    : say(k->c, " (jawabannya belum ditandatangani)",
                          " (the answer is not signed yet)"));
}

err cli_do_offers(struct cli *k)
{
    struct grant_offered *all;
    struct record_world w;
    struct conn *on;
    size_t n;
    err e;

    TRY(node_world(k->c, k->node, &w));
    TRY(store_read(k->c, w.store, &on));
    e = grant_offers(k->c, on, &all, &n);
    store_done(on);
    TRY(e);
    for (size_t i = 0; i < n; i++)
        show_offer(k, w.city, &all[i]);
    if (n == 0)
        buf_fmt(&k->out, "%s\n",
                say(k->c, "Belum ada tawaran.", "There are no offers."));
    return E_OK;
}

/* ---- taking and declining ----------------------------------------- */

struct taking {
    struct record_world w;
    struct grant_review r;
    str answer;
};

static void show_review(struct cli *k, const struct grant_review *r)
{
    buf_fmt(&k->out,
            r->merged ? say(k->c, "%.*s %.*s: disatukan dari %.*s dan %.*s\n",
                            "%.*s %.*s: merged of %.*s and %.*s\n")
                      : say(k->c, "%.*s %.*s: seperti ditawarkan\n",
                            "%.*s %.*s: as it is offered\n"),
            STR_ARG(app_package_id(r->result)),
            STR_ARG(app_package_version(r->result)),
            STR_ARG(app_package_version(r->ours)),
            STR_ARG(app_package_version(r->theirs)));
    if (r->merged && r->base == NULL)
        buf_fmt(&k->out, "%s\n",
                say(k->c,
                    "Tidak ada versi asal yang dikenal keduanya: setiap "
                    "perbedaan harus diputuskan.",
                    "Both know no version that they come from: each difference "
                    "must be decided."));
    cli_findings(k, &r->conflicts);
    cli_findings(k, &r->effects);
    cli_findings(k, &r->trouble);
}

static err review(struct cli *k, struct taking *u)
{
    struct grant_choices ch = {.version = str_of(cli_option(k, "--version")),
                               .credit = str_of(cli_option(k, "--credit"))};
    struct conn *on;
    str *ours, *theirs;
    err e;

    TRY(cli_grant_list(k, "--ours", &ours, &ch.n_ours));
    TRY(cli_grant_list(k, "--theirs", &theirs, &ch.n_theirs));
    ch.ours = ours;
    ch.theirs = theirs;
    TRY(store_read(k->c, u->w.store, &on));
    e = grant_review(k->c, on, u->w.city, str_of(k->words[0]), &ch, &u->r);
    store_done(on);
    if (e != E_OK)
        cli_findings(k, &u->r.trouble);
    return e;
}

/* The scenarios of both cities stand in what they were merged to. */
static err rehearse(struct cli *k, const struct app_package *p)
{
    struct rehearse_report report;
    struct findings f = {0};
    err e = rehearse_app(k->c, NULL, p, NULL, &f, &report);

    cli_findings(k, &f);
    TRY(e);
    buf_fmt(&k->out,
            say(k->c, "%zu skenario, %zu langkah, %zu tidak sesuai\n",
                "%zu scenarios, %zu steps, %zu not as expected\n"),
            report.scenarios, report.steps, report.failed);
    if (report.failed > 0)
        return fail(k->c, E_REFUSED, "%s",
                    say(k->c,
                        "Aplikasi tidak berjalan seperti skenarionya. Tidak "
                        "ada yang diubah.",
                        "The app does not do what its scenarios say. Nothing "
                        "was changed."));
    return E_OK;
}

static err take(struct ctx *c, struct conn *tx, void *arg)
{
    struct taking *u = arg;

    return grant_take(c, tx, u->w.ledger, STR("system"), &u->r, u->answer);
}

err cli_do_take(struct cli *k)
{
    struct taking u = {0};
    struct grant_answer a = {.offer = &u.r.offer};

    TRY(node_world(k->c, k->node, &u.w));
    TRY(review(k, &u));
    show_review(k, &u.r);
    if (u.r.conflicts.n == 0 && u.r.trouble.errors == 0)
        TRY(rehearse(k, u.r.result));
    if (cli_option(k, "--dry-run") != NULL)
        return E_OK;
    a.date = today(k, u.w.city);
    a.version = app_package_version(u.r.result);
    a.tree = app_package_tree(u.r.result);
    TRY(grant_answer_draft(k->c, &a, &u.answer));
    TRY(store_write(k->c, u.w.store, take, &u));
    TRY(node_refresh(k->c, k->node));
    TRY(file_write(k->c, k->words[1], u.answer, 0644));
    buf_fmt(&k->out,
            say(k->c,
                "%.*s %.*s terpasang. Tandatangani jawabannya, %s, dengan "
                "kedua kunci hibah.\n",
                "%.*s %.*s is installed. Sign the answer, %s, with both hibah "
                "keys.\n"),
            STR_ARG(app_package_id(u.r.result)), STR_ARG(a.version),
            k->words[1]);
    return E_OK;
}

struct declining {
    struct record_world w;
    struct grant_note answer;
};

static err decline(struct ctx *c, struct conn *tx, void *arg)
{
    struct declining *u = arg;

    return grant_log(c, tx, u->w.ledger, STR("grant.answer_drafted"),
                     STR("system"), &u->answer);
}

err cli_do_decline(struct cli *k)
{
    struct declining u;
    struct grant_note offer;
    struct grant_answer a = {.offer = &offer,
                             .reason = str_of(cli_option(k, "--reason"))};
    struct conn *on;
    str note;
    err e;

    if (a.reason.n == 0)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Sebutkan alasannya dengan --reason, agar kota mitra "
                        "tahu apa yang perlu diperbaiki.",
                        "Give a --reason, so that the other city knows what to "
                        "mend."));
    TRY(node_world(k->c, k->node, &u.w));
    TRY(store_read(k->c, u.w.store, &on));
    e = grant_offer_find(k->c, on, u.w.city, str_of(k->words[0]), &offer);
    store_done(on);
    TRY(e);
    a.date = today(k, u.w.city);
    TRY(grant_answer_draft(k->c, &a, &note));
    TRY(grant_note_read(k->c, note, &u.answer));
    TRY(store_write(k->c, u.w.store, decline, &u));
    TRY(file_write(k->c, k->words[1], note, 0644));
    buf_fmt(&k->out,
            say(k->c,
                "Tawaran %s ditolak. Tandatangani jawabannya, %s, dengan kedua "
                "kunci hibah; alasannya tidak masuk log.\n",
                "The offer %s is declined. Sign the answer, %s, with both "
                "hibah keys; the reason goes into no log.\n"),
            k->words[0], k->words[1]);
    return E_OK;
}
