/* SPDX-License-Identifier: EUPL-1.2 */
/* Bangka Selatan takes what Bandung gives: plan, adoption, update, and all
 * that must leave the city as it was. */
#include "tests/grant/plan_help.h"

struct scene {
    struct shop *shop;
    struct stall *stall;
    struct grant_note accord, deed;
    struct app_package *izin;
    struct grant_adopting a;
};

static struct scene *scene_new(struct ctx *c)
{
    struct scene *s = NEW(c->mem, struct scene);

    s->shop = shop_new(c, BANGKA, "bangka-selatan");
    s->stall = stall_new(c);
    s->izin = shop_package(c, IZIN);
    s->accord = help_accord_note(c);
    s->deed = help_deed_note(c, &s->accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                             "1.1.0", app_package_tree(s->izin));
    stall_put(c, s->stall, s->izin);
    s->a = (struct grant_adopting){.city = s->shop->city,
                                   .edition = &s->stall->edition,
                                   .from = &s->stall->source,
                                   .accord = &s->accord,
                                   .deed = &s->deed,
                                   .licence_reason = STR("")};
    return s;
}

static err plan(struct ctx *c, struct scene *s, struct findings *f,
                struct grant_plan *out)
{
    struct conn *on = shop_read(c, s->shop);
    err e;

    *f = (struct findings){0};
    e = grant_plan(c, on, &s->a, f, out);
    store_done(on);
    return e;
}

/* Refused by the plan with this in its sentence, and nothing is changed. */
static void refused(struct ctx *c, struct scene *s, const char *why)
{
    str before = shop_digest(c, s->shop);
    struct grant_plan p;
    struct findings f;

    CHECK(plan(c, s, &f, &p) != E_OK);
    if (!CHECK(str_find(c->why, str_of(why)) < c->why.n))
        CHECK_STR(c->why, why);
    CHECK_STR(shop_digest(c, s->shop), before.p);
}

/* Under an accord in force. */
static void adopt_deed(struct ctx *c, struct scene *s)
{
    struct grant_plan p = {0};
    struct findings f;

    if (!CHECK_OK(plan(c, s, &f, &p)))
        help_print(c, &f);
    CHECK_I64((int64_t)p.n, 1);
    CHECK_OK(shop_adopt(c, s->shop, &s->a, &p));
}

static void adopt(struct ctx *c, struct scene *s)
{
    shop_accord(c, s->shop, &s->accord);
    adopt_deed(c, s);
}

/* ---- taking ------------------------------------------------------- */

TEST(a_city_takes_what_the_deed_names)
{
    struct scene *s = scene_new(c);
    struct grant_plan p;
    struct grant_taken *taken;
    struct findings f;
    size_t n;

    shop_accord(c, s->shop, &s->accord);
    CHECK_OK(plan(c, s, &f, &p));
    CHECK_I64((int64_t)p.n, 1);
    CHECK(p.apps[0].change == GRANT_NEW);
    CHECK(help_says(&p.apps[0].effects, FIND_WARNING,
                    "data pribadi dari warga: Pemohon"));
    CHECK(help_says(&p.apps[0].effects, FIND_WARNING, "Pajak reklame"));
    /* What must be done before it opens; nothing that stops the adoption. */
    CHECK(help_says(&p.apps[0].trouble, FIND_NOTE, "law.izin"));
    CHECK_OK(shop_adopt(c, s->shop, &s->a, &p));

    CHECK_OK(grant_taken(c, shop_read(c, s->shop), &taken, &n));
    CHECK_I64((int64_t)n, 1);
    CHECK_STR(taken[0].app, IZIN);
    CHECK_STR(taken[0].city, BANDUNG);
    CHECK_STR(taken[0].tree, app_package_tree(s->izin).p);
    CHECK_STR(taken[0].deed, grant_note_digest(c, &s->deed).p);

    CHECK_OK(plan(c, s, &f, &p));
    CHECK(p.apps[0].change == GRANT_SAME);
}

TEST(an_adoption_replays_to_the_same_tables)
{
    struct scene *s = scene_new(c);
    int64_t replayed;
    str before;

    adopt(c, s);
    before = shop_digest(c, s->shop);
    CHECK_OK(ledger_rebuild(c, s->shop->ledger, &replayed));
    CHECK_STR(shop_digest(c, s->shop), before.p);
}

TEST(an_update_keeps_every_local_line_and_names_what_no_longer_fits)
{
    struct scene *s = scene_new(c);
    struct findings f = {0};
    struct app_overlay *o;
    struct grant_plan p;
    struct app_package *next, *now;
    str bytes;

    adopt(c, s);
    CHECK_OK(file_read(
        c, "cities/bangka-selatan/overlay/penanaman-modal/izin-reklame.yaml",
        1 << 20, &bytes));
    CHECK_OK(app_overlay_read(c, STR("overlay.yaml"), bytes, &f, &o));
    CHECK_OK(shop_localise(c, s->shop, o));

    /* Bandung raises the very tariff that Bangka Selatan has its own for. */
    next = shop_changed(c, s->izin, "1.2.0", "papan: 120000", "papan: 150000");
    s->stall = stall_new(c);
    stall_put(c, s->stall, next);
    s->a.edition = &s->stall->edition;
    s->a.from = &s->stall->source;
    s->deed = help_deed_note(c, &s->accord, BANDUNG, BANGKA, "2/HIBAH/II/2026",
                             "1.2.0", app_package_tree(next));
    if (!CHECK_OK(plan(c, s, &f, &p)))
        help_print(c, &f);
    CHECK(p.apps[0].change == GRANT_UPDATE);
    CHECK(help_says(&p.apps[0].trouble, FIND_WARNING, "both-changed"));
    CHECK_I64((int64_t)p.apps[0].trouble.errors, 0);
    CHECK_OK(shop_adopt(c, s->shop, &s->a, &p));

    CHECK_OK(
        app_installed_package(c, shop_read(c, s->shop), STR(IZIN), &now, &o));
    CHECK_STR(app_package_version(now), "1.2.0");
    CHECK(str_find(app_overlay_write(c, o), STR("to: 80000")) <
          app_overlay_write(c, o).n);
}

/* ---- what is refused ---------------------------------------------- */

TEST(no_accord_in_this_citys_log_no_adoption)
{
    struct scene *s = scene_new(c);

    refused(c, s, "belum tercatat berlaku");
}

TEST(a_deed_for_another_city_is_not_for_this_one)
{
    struct scene *s = scene_new(c);

    shop_accord(c, s->shop, &s->accord);
    s->deed = help_deed_note(c, &s->accord, BANGKA, BANDUNG, "1/HIBAH/II/2026",
                             "1.1.0", app_package_tree(s->izin));
    refused(c, s, "untuk Kota Bandung (32.73)");
}

TEST(a_deed_that_one_city_did_not_sign_is_not_in_force)
{
    struct scene *s = scene_new(c);

    shop_accord(c, s->shop, &s->accord);
    s->deed.note.n = 2;
    refused(c, s, "belum atau tidak lagi berlaku");
}

TEST(an_accord_that_was_ended_covers_nothing_new)
{
    struct scene *s = scene_new(c);
    struct grant_note end;
    str note;

    shop_accord(c, s->shop, &s->accord);
    CHECK_OK(
        grant_end_draft(c, &s->accord, STR(BANDUNG), STR("2026-02-16"), &note));
    note = help_sign(c, note, help_hibah[0], 1);
    end = help_read_note(c, note);
    CHECK(shop_log(c, s->shop, "grant.end_in_force", &end) == E_REFUSED);
    end = help_read_note(c, help_sign(c, note, help_hibah[1], 2));
    CHECK_OK(shop_log(c, s->shop, "grant.end_in_force", &end));
    refused(c, s, "diakhiri");
}

TEST(neither_deed_nor_reason_is_refused_and_a_reason_is_recorded)
{
    struct scene *s = scene_new(c);
    struct grant_plan p;
    struct findings f;
    struct grant_taken *taken;
    size_t n;

    s->a.deed = s->a.accord = NULL;
    refused(c, s, "memerlukan kesepakatan");
    s->a.licence_reason = STR("Uji coba sebelum kesepakatan");
    CHECK_OK(plan(c, s, &f, &p));
    CHECK_OK(shop_adopt(c, s->shop, &s->a, &p));
    CHECK_OK(grant_taken(c, shop_read(c, s->shop), &taken, &n));
    CHECK_STR(taken[0].deed, "");
}

TEST(an_app_that_is_not_there_is_named)
{
    static const str only[] = {STR_INIT("penanaman-modal/izin-lain")};
    struct scene *s = scene_new(c);
    struct findings f;
    struct grant_plan p;

    shop_accord(c, s->shop, &s->accord);
    s->a.only = only;
    s->a.n_only = 1;
    CHECK(plan(c, s, &f, &p) == E_REFUSED);
    CHECK(help_says(&f, FIND_ERROR, "tidak memuat penanaman-modal/izin-lain"));
}

/* Two apps, one of which does not fit: neither goes in. */
TEST(one_bad_app_and_nothing_is_taken)
{
    static const str only[] = {STR_INIT("penanaman-modal"),
                               STR_INIT("kominfo")};
    struct scene *s = scene_new(c);
    struct grant_plan p;
    struct findings f;
    str before;

    shop_accord(c, s->shop, &s->accord);
    stall_put(c, s->stall, shop_package(c, LAPOR));
    s->a.only = only;
    s->a.n_only = 2;
    CHECK_OK(plan(c, s, &f, &p));
    CHECK_I64((int64_t)p.n, 2);
    CHECK(p.apps[1].change == GRANT_NOT_COVERED);
    before = shop_digest(c, s->shop);
    CHECK(shop_adopt(c, s->shop, &s->a, &p) == E_REFUSED);
    CHECK(str_find(c->why, STR("kominfo/lapor-warga")) < c->why.n);
    CHECK_STR(shop_digest(c, s->shop), before.p);
}

TEST(a_flipped_byte_of_a_package_is_refused)
{
    struct scene *s = scene_new(c);
    char *p = NEWS(c->mem, char, s->stall->bytes[0].n + 1);

    shop_accord(c, s->shop, &s->accord);
    memcpy(p, s->stall->bytes[0].p, s->stall->bytes[0].n);
    p[s->stall->bytes[0].n / 2] ^= 1;
    s->stall->bytes[0].p = p;
    refused(c, s, "bukan seperti yang ditandatangani");
}

/* A deed of one more app, of the accord's giver. */
static struct grant_note one_more_deed(struct ctx *c, struct scene *s,
                                       const char *number,
                                       const struct app_package *p)
{
    struct grant_target app = {.app = app_package_id(p),
                               .version = app_package_version(p),
                               .tree = app_package_tree(p)};
    struct grant_deed d = {.number = str_of(number),
                           .date = STR("2026-02-11"),
                           .licence = STR("EUPL-1.2"),
                           .accord = &s->accord,
                           .giver = STR(BANDUNG),
                           .receiver = STR(BANGKA),
                           .root = STR("{\"bandung\":1}"),
                           .root_version = 1,
                           .apps = &app,
                           .n_apps = 1};
    str note = STR("");

    CHECK_OK(grant_deed_draft(c, &d, &note));
    return help_read_note(c, help_sign_all(c, note));
}

TEST(several_deeds_count_together_and_each_app_names_its_own)
{
    struct scene *s = scene_new(c);
    struct app_package *more = shop_changed(c, s->izin, "1.1.0", "app: " IZIN,
                                            "app: penanaman-modal/izin-lain");
    struct grant_note second = one_more_deed(c, s, "2/HIBAH/II/2026", more);
    struct grant_title also = {&s->accord, &second};
    struct grant_taken *taken;
    struct grant_plan p;
    struct findings f;
    size_t n;

    shop_accord(c, s->shop, &s->accord);
    stall_put(c, s->stall, more);
    CHECK_OK(plan(c, s, &f, &p));
    CHECK_I64((int64_t)p.n, 1);
    s->a.also = &also;
    s->a.n_also = 1;
    CHECK_OK(plan(c, s, &f, &p));
    CHECK_I64((int64_t)p.n, 2);
    CHECK_OK(shop_adopt(c, s->shop, &s->a, &p));
    CHECK_OK(grant_taken(c, shop_read(c, s->shop), &taken, &n));
    CHECK_I64((int64_t)n, 2);
    for (size_t i = 0; i < n; i++)
        CHECK_STR(taken[i].deed,
                  grant_note_digest(
                      c, str_eq(taken[i].app, STR(IZIN)) ? &s->deed : &second)
                      .p);

    /* One that is not in force spoils the plan, whichever it is. */
    second.note.n = 2;
    refused(c, s, "belum atau tidak lagi berlaku");
}

TEST(what_is_older_there_stays_as_it_is_unless_it_was_named)
{
    static const str named[] = {STR_INIT(IZIN)};
    struct scene *s = scene_new(c);
    struct app_package *own =
        shop_changed(c, s->izin, "1.2.0", "papan: 120000", "papan: 130000");
    struct app_package *more = shop_changed(c, s->izin, "1.1.0", "app: " IZIN,
                                            "app: penanaman-modal/izin-lain");
    struct grant_note second = one_more_deed(c, s, "2/HIBAH/II/2026", more);
    struct grant_title also = {&s->accord, &second};
    struct app_package *now;
    struct app_overlay *o;
    struct grant_plan p;
    struct findings f;

    CHECK_OK(shop_install(c, s->shop, own));
    shop_accord(c, s->shop, &s->accord);
    stall_put(c, s->stall, more);
    s->a.also = &also;
    s->a.n_also = 1;
    CHECK_OK(plan(c, s, &f, &p));
    CHECK(p.n == 2 && p.apps[0].change == GRANT_OLDER &&
          p.apps[1].change == GRANT_NEW);
    CHECK(help_says(&p.apps[0].trouble, FIND_NOTE, "lebih lama"));
    CHECK_OK(shop_adopt(c, s->shop, &s->a, &p));
    CHECK_OK(
        app_installed_package(c, shop_read(c, s->shop), STR(IZIN), &now, &o));
    CHECK_STR(app_package_version(now), "1.2.0");

    s->a.only = named;
    s->a.n_only = 1;
    CHECK_OK(plan(c, s, &f, &p));
    CHECK(help_says(&p.apps[0].trouble, FIND_ERROR, "lebih lama"));
    CHECK(shop_adopt(c, s->shop, &s->a, &p) == E_REFUSED);
}

TEST(one_version_with_two_contents_is_refused)
{
    struct scene *s = scene_new(c);
    struct app_package *own =
        shop_changed(c, s->izin, "1.1.0", "papan: 120000", "papan: 130000");
    struct grant_plan p;
    struct findings f;

    CHECK_OK(shop_install(c, s->shop, own));
    shop_accord(c, s->shop, &s->accord);
    CHECK_OK(plan(c, s, &f, &p));
    CHECK(p.apps[0].change == GRANT_DIFFERS);
    CHECK(help_says(&p.apps[0].trouble, FIND_ERROR, "berisi lain"));
    CHECK(shop_adopt(c, s->shop, &s->a, &p) == E_REFUSED);
}

TEST(a_city_that_changed_meanwhile_is_planned_anew)
{
    struct scene *s = scene_new(c);
    struct grant_plan p;
    struct findings f;
    str before;

    shop_accord(c, s->shop, &s->accord);
    CHECK_OK(plan(c, s, &f, &p));
    CHECK_OK(shop_install(c, s->shop, s->izin));
    before = shop_digest(c, s->shop);
    CHECK(shop_adopt(c, s->shop, &s->a, &p) == E_CONFLICT);
    CHECK_STR(shop_digest(c, s->shop), before.p);
}

TEST(a_second_text_under_one_number_is_a_fork)
{
    struct scene *s = scene_new(c);
    struct grant_note other =
        help_deed_note(c, &s->accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                       "1.0.1", app_package_tree(s->izin));

    adopt(c, s);
    CHECK(shop_log(c, s->shop, "grant.deed_signed", &other) == E_CONFLICT);
    CHECK(str_find(c->why, STR("isi lain")) < c->why.n);
}

TEST(a_draft_does_not_hide_a_fork)
{
    struct scene *s = scene_new(c);
    struct grant_note draft =
        help_deed_note(c, &s->accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                       "1.0.2", app_package_tree(s->izin));
    struct grant_note other =
        help_deed_note(c, &s->accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                       "1.0.1", app_package_tree(s->izin));

    shop_accord(c, s->shop, &s->accord);
    CHECK_OK(shop_log(c, s->shop, "grant.deed_drafted", &draft));
    adopt_deed(c, s);
    CHECK(shop_log(c, s->shop, "grant.deed_signed", &other) == E_CONFLICT);
}

/* One wrong signature would spoil a note for good: it is never kept. */
TEST(a_forged_signature_is_not_kept)
{
    struct scene *s = scene_new(c);
    struct grant_accord a = help_accord(c);
    struct grant_note forged;
    struct grant_known *known;
    str note;
    size_t n;

    CHECK_OK(grant_accord_draft(c, &a, &note));
    forged = help_read_note(c, help_sign(c, note, help_hibah[0], 1));
    forged.note.lines[0].blob = STR("0123456789012345678901234567890123456789"
                                    "012345678901234567890123");
    CHECK(shop_log(c, s->shop, "grant.accord_drafted", &forged) == E_REFUSED);
    CHECK(shop_log(c, s->shop, "grant.accord_signed", &forged) == E_REFUSED);
    CHECK_OK(grant_notes(c, shop_read(c, s->shop), &known, &n));
    CHECK_I64((int64_t)n, 0);
}

TEST(a_step_is_logged_once_and_only_when_borne_out)
{
    struct scene *s = scene_new(c);
    struct grant_accord a = help_accord(c);
    struct grant_note half;
    struct grant_known *known;
    uint64_t before, after;
    str note;
    size_t n;

    CHECK_OK(grant_accord_draft(c, &a, &note));
    half = help_read_note(c, help_sign(c, note, help_hibah[0], 1));
    CHECK(shop_log(c, s->shop, "grant.accord_in_force", &half) == E_REFUSED);
    CHECK_OK(shop_log(c, s->shop, "grant.accord_signed", &half));
    CHECK_OK(ledger_size(c, shop_read(c, s->shop), &before));
    CHECK_OK(shop_log(c, s->shop, "grant.accord_signed", &half));
    CHECK_OK(ledger_size(c, shop_read(c, s->shop), &after));
    CHECK_I64((int64_t)after, (int64_t)before);
    CHECK(shop_log(c, s->shop, "grant.deed_signed", &half) == E_BAD_INPUT);
    /* Signatures that came in apart are kept together. */
    note = help_sign(c, note, help_hibah[1], 2);
    note = help_sign(c, note, help_hibah[2], 3);
    half = help_read_note(c, help_sign(c, note, help_hibah[3], 4));
    CHECK_OK(shop_log(c, s->shop, "grant.accord_in_force", &half));
    CHECK_OK(grant_notes(c, shop_read(c, s->shop), &known, &n));
    CHECK_I64((int64_t)n, 1);
    CHECK(known[0].force == GRANT_IN_FORCE);
    CHECK_OK(grant_note_load(c, shop_read(c, s->shop), known[0].digest, &half));
    CHECK_I64((int64_t)half.note.n, 4);
}
