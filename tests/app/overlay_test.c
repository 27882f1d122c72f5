/* SPDX-License-Identifier: EUPL-1.2 */
/* Overlays: what a city changes, and what it hears when the app moves on. */
#include "tests/app/help.h"

#include <stdio.h>

#define IZIN "penanaman-modal/izin-reklame"

static const struct app_overlay *read(struct ctx *c, const char *text)
{
    struct findings f = {0};
    struct app_overlay *o = NULL;

    if (!CHECK_OK(app_overlay_read(c, STR("o.yaml"), str_of(text), &f, &o)))
        fprintf(stderr, "%s\n", help_findings(c, &f).p);
    return o;
}

/* Lay an overlay text on an app; its findings as lines. */
static str laid_on(struct ctx *c, const char *app, const char *text,
                   struct app **a)
{
    struct app_package *p = help_package(c, app);
    const struct app_overlay *o = read(c, text);
    struct findings f = {0};
    err e;

    *a = NULL;
    if (o == NULL)
        return STR("");
    e = app_build(c, p, o, NULL, &f, a);
    CHECK((e == E_OK) == (f.errors == 0));
    return help_findings(c, &f);
}

static str laid(struct ctx *c, const char *text, struct app **a)
{
    return laid_on(c, IZIN, text, a);
}

static const char sample[] =
    "balai: 1\n"
    "overlay: penanaman-modal/izin-reklame\n"
    "set:\n"
    "  tariff.nilai_sewa.rows.papan:\n"
    "    to: 80000\n"
    "    was: 120000\n"
    "    why: {id: Perda Pajak Daerah Kabupaten}\n"
    "  fields.pbg.max_mb:\n"
    "    to: 10\n"
    "    was: 5.0\n"
    "    why: {id: Pindaian dari pulau besar}\n"
    "add:\n"
    "  fields.desa_saksi:\n"
    "    to: {type: person, label: {id: Saksi dari desa, en: Witness}}\n"
    "    after: lokasi\n";

TEST(an_overlay_changes_a_tariff_adds_a_field_and_keeps_the_rest)
{
    struct app *a;
    str said = laid(c, sample, &a);

    CHECK_STR(said, "");
    if (a == NULL)
        return;
    CHECK_STR(
        data_text(data_at(a->effective, STR("tariff.nilai_sewa.rows.papan"))),
        "80000");
    CHECK_I64(app_field(a, STR("pbg"))->max_bytes, 10000000);
    CHECK_STR(a->fields[3].key, "desa_saksi");
    CHECK_STR(a->steps[3].key, "desa_saksi");
    CHECK_STR(app_origin(a, STR("fields.desa_saksi.type")), "overlay");
    CHECK(a->overlay.n == 71);
}

/* What an app may not, a city's overlay may not either. */
TEST(an_overlay_puts_no_name_into_a_number_or_before_everybodys_eyes)
{
    struct app *a;
    str said = laid_on(
        c, "kelautan-perikanan/register-kapal-nelayan",
        "balai: 1\noverlay: kelautan-perikanan/register-kapal-nelayan\n"
        "set:\n"
        "  register.number:\n"
        "    to: \"{{unit}}-{{nama_kapal}}-{{seq4}}{{check}}\"\n"
        "    was: \"{{unit}}-{{pangkalan}}-{{seq4}}{{check}}\"\n"
        "    why: {id: Agar mudah dikenal}\n"
        "add:\n"
        "  fields.nakhoda:\n"
        "    to: {type: text, label: {id: Nakhoda, en: Skipper}, show: public, "
        "value: pemilik.nama}\n"
        "    after: pemilik\n",
        &a);

    CHECK(str_find(said, STR("does not hold the field \"nama_kapal\"")) <
          said.n);
    CHECK(str_find(said, STR("This formula reads a personal field")) < said.n);
    CHECK(a == NULL);
}

TEST(the_file_form_is_stable_byte_for_byte)
{
    const struct app_overlay *o = read(c, sample);
    str once = app_overlay_write(c, o);
    const struct app_overlay *again = read(c, once.p);

    CHECK_STR(app_overlay_write(c, again), once.p);
    CHECK_STR(app_overlay_app(o), IZIN);
}

TEST(a_wrong_memory_of_the_old_value_is_named_with_the_right_one)
{
    struct app *a;
    str said = laid(c,
                    "balai: 1\noverlay: penanaman-modal/izin-reklame\n"
                    "set:\n  fields.bulan.max: {to: 24, was: 6}\n",
                    &a);

    CHECK(a == NULL);
    CHECK_STR(
        said,
        "o.yaml:4:35: error: fields.bulan.max: The line remembers 6, but "
        "the app says 12. Write was: 12. See docs/app-language.md#overlay.\n");
}

#define OTHER                                                                  \
    "balai: 1\noverlay: penanaman-modal/izin-reklame\n"                        \
    "of: sha256:"                                                              \
    "0000000000000000000000000000000000000000000000000000000000000000\n"

TEST(lines_of_an_older_version_are_compared_and_do_not_stop_the_app)
{
    struct app *a;
    str said = laid(c,
                    OTHER "set:\n"
                          "  fields.bulan.max: {to: 24, was: 6}\n"
                          "  fields.lebar.max: {to: 50, was: 40}\n"
                          "  fields.lebr.max: {to: 5, was: 4}\n"
                          "  fields.panjang.max: {to: 60, was: 50.0}\n",
                    &a);

    CHECK(a != NULL);
    CHECK_STR(said,
              "o.yaml:5:35: warning: fields.bulan.max: both-changed: the line "
              "replaced 6, but this version says 12; yours stands. Write was: "
              "12. See docs/app-language.md#overlay.\n"
              "o.yaml:6:3: note: fields.lebar.max: redundant: this version "
              "already says what yours says. The line may go. See "
              "docs/app-language.md#overlay.\n"
              "o.yaml:7:3: warning: fields.lebr.max: dangling: this version "
              "has no \"fields.lebr.max\"; the line does nothing. Did you "
              "mean \"lebar\"? See docs/app-language.md#overlay.\n");
}

TEST(a_rule_is_removed_by_its_digest)
{
    struct app_package *p = help_package(c, IZIN);
    struct app *a;
    str said = laid(c,
                    "balai: 1\noverlay: penanaman-modal/izin-reklame\n"
                    "remove:\n  rules.videotron_max: {was: sha256:"
                    "0000000000000000000000000000000000000000000000000000000"
                    "000000000, why: {id: Tidak ada videotron}}\n",
                    &a);
    size_t at = str_find(said, STR("Write was: "));
    str digest = str_slice(said, at + 11, at + 11 + 71);

    (void)p;
    CHECK(a == NULL);
    said = laid(c,
                arena_fmt(c->mem,
                          "balai: 1\noverlay: penanaman-modal/izin-reklame\n"
                          "remove:\n  rules.videotron_max: {was: %.*s}\n",
                          STR_ARG(digest))
                    .p,
                &a);
    CHECK_STR(said, "");
    CHECK(a != NULL && a->n_rules == 0);
}

TEST(a_broken_overlay_file_names_every_fault)
{
    struct findings f = {0};
    struct app_overlay *o;

    CHECK(app_overlay_read(c, STR("o.yaml"),
                           STR("overlay: Izin\nof: sha256:1\n"
                               "sett: {}\n"
                               "set: {fields.a: 5, fields.b: {was: 1}, "
                               "Fields: {to: 1, wass: 2}}\n"),
                           &f, &o) == E_BAD_INPUT);
    CHECK_STR(
        help_findings(c, &f),
        "o.yaml:3:1: error: sett: The key \"sett\" is unknown. Did you mean "
        "\"set\"? See docs/app-language.md#overlay.\n"
        "o.yaml:1:1: error: balai: The first line must be balai: 1. See "
        "docs/app-language.md#overlay.\n"
        "o.yaml:1:1: error: overlay: overlay: names the SECTOR/APP that is "
        "changed. See docs/app-language.md#overlay.\n"
        "o.yaml:2:5: error: of: of: has the form sha256: and 64 hexadecimal "
        "digits. See docs/app-language.md#overlay.\n"
        "o.yaml:4:7: error: fields.a: A line has the form PATH: {to: value, "
        "was: old value}. See docs/app-language.md#overlay.\n"
        "o.yaml:4:20: error: fields.b: The new value (to:) is missing. See "
        "docs/app-language.md#overlay.\n"
        "o.yaml:4:40: error: Fields: A line has the form PATH: {to: value, "
        "was: old value}. See docs/app-language.md#overlay.\n");
}

/* ---- one line by hand --------------------------------------------- */

static err set(struct ctx *c, struct app_overlay *o, struct app_package *p,
               const char *path, const char *value)
{
    struct findings f = {0};

    return app_overlay_set(c, o, p, str_of(path), str_of(value), NULL, &f);
}

TEST(a_line_set_by_hand_remembers_and_forgets)
{
    struct app_package *p = help_package(c, IZIN);
    struct app_overlay *o = app_overlay_new(c, p);

    CHECK_OK(set(c, o, p, "fields.pbg.max_mb", "10"));
    CHECK_OK(set(c, o, p, "fields.pbg.max_mb", "8"));
    CHECK_OK(set(c, o, p, "law.izin.title", "Perda Nomor 4 Tahun 2012"));
    CHECK_OK(set(c, o, p, "law.izin.number", "4/2012"));
    CHECK_OK(set(c, o, p, "fields.jenis.options.neon", "{id: Neon, en: Neon}"));
    CHECK_STR(app_overlay_write(c, o),
              arena_fmt(c->mem,
                        "balai: 1\n"
                        "overlay: penanaman-modal/izin-reklame\n"
                        "of: %.*s\n"
                        "set:\n"
                        "  fields.pbg.max_mb: {to: 8, was: 5}\n"
                        "  law.izin.title.id: {to: Perda Nomor 4 Tahun 2012, "
                        "was: Perda tentang Penyelenggaraan Reklame}\n"
                        "add:\n"
                        "  law.izin.number: {to: 4/2012}\n"
                        "  fields.jenis.options.neon: {to: {id: Neon, en: "
                        "Neon}}\n",
                        STR_ARG(app_package_tree(p)))
                  .p);
    CHECK_OK(set(c, o, p, "fields.pbg.max_mb", "5.0"));
    CHECK(str_find(app_overlay_write(c, o), STR("pbg")) ==
          app_overlay_write(c, o).n);
}

TEST(a_path_that_the_app_lacks_is_refused_with_the_nearest)
{
    struct app_package *p = help_package(c, IZIN);
    struct app_overlay *o = app_overlay_new(c, p);

    CHECK(set(c, o, p, "fields.pgb.max_mb", "10") == E_BAD_INPUT);
    CHECK_STR(c->why, "penanaman-modal/izin-reklame has no "
                      "\"fields.pgb.max_mb\". Did you mean \"pbg\"?");
    CHECK(set(c, o, p, "fields.pbg.max_bm", "10") == E_BAD_INPUT);
    CHECK_STR(c->why, "penanaman-modal/izin-reklame has no "
                      "\"fields.pbg.max_bm\". Did you mean \"max_mb\"?");
    CHECK(set(c, o, p, "fields.pbg", "10") == E_BAD_INPUT);
    CHECK(set(c, o, p, "", "10") == E_BAD_INPUT);
}

TEST(grave_lines_are_told_from_harmless_ones)
{
    struct app_package *p = help_package(c, IZIN);
    struct app_overlay *o = app_overlay_new(c, p);

    CHECK_OK(set(c, o, p, "fields.pbg.max_mb", "10"));
    CHECK(!app_overlay_grave(o));
    CHECK_OK(set(c, o, p, "fields.luas.show", "parties"));
    CHECK(app_overlay_grave(o));
    o = app_overlay_new(c, p);
    CHECK_OK(set(c, o, p, "flow.states.approval.within", "2 workdays"));
    CHECK(app_overlay_grave(o));
    o = app_overlay_new(c, p);
    CHECK_OK(set(c, o, p, "fields.luas.index", "true"));
    CHECK(app_overlay_grave(o));
}

/* ---- ours stays against a later version --------------------------- */

static bool holds(str s, const char *text)
{
    return str_find(s, str_of(text)) < s.n;
}

/* What is said of these lines once a city kept all that was torn. */
static str kept(struct ctx *c, const char *lines, const char *const *paths,
                size_t n, str *file)
{
    struct app_package *p = help_package(c, IZIN);
    const struct app_overlay *o =
        read(c, arena_fmt(c->mem, OTHER "%s", lines).p);
    struct app_overlay *next = app_overlay_copy(c, p, o);
    struct findings f = {0};
    struct app *a;

    for (size_t i = 0; i < n; i++)
        CHECK_OK(app_overlay_keep(c, next, p, str_of(paths[i])));
    *file = app_overlay_write(c, next);
    CHECK_OK(app_build(c, p, next, NULL, &f, &a));
    return help_findings(c, &f);
}

TEST(a_line_that_is_kept_remembers_the_new_value_and_does_what_it_did)
{
    static const char *const paths[] = {"fields.bulan.max", "fields.pbg",
                                        "rules.videotron_max"};
    str file,
        said = kept(c,
                    "set:\n"
                    "  fields.bulan.max: {to: 24, was: 6, why: {id: Perda}}\n"
                    "add:\n"
                    "  fields.pbg: {to: {type: file, label: {id: Gambar, en: "
                    "Drawing}, accept: [pdf], max_mb: 3}, after: lokasi, why: "
                    "{id: Kami}}\n"
                    "remove:\n"
                    "  rules.videotron_max: {was: lama, why: {id: Tanpa}}\n",
                    paths, COUNT(paths), &file);

    CHECK_STR(said, "");
    CHECK(holds(file, "fields.bulan.max: {to: 24, was: 12, why: "));
    CHECK(holds(file, "max_mb: 3}\n    was: sha256:"));
    CHECK(holds(file, "after: lokasi\n    why: {id: Kami}"));
    CHECK(holds(file, "remove:\n  rules.videotron_max:\n    was: sha256:"));
    CHECK(holds(file, "why: {id: Tanpa}\n"));
}

TEST(nothing_is_kept_where_the_version_has_no_such_part)
{
    struct app_package *p = help_package(c, IZIN);
    const struct app_overlay *o = read(
        c, OTHER "set: {fields.lebr.max: {to: 5, was: 4}}\n"
                 "add: {fields.baru: {to: {type: text, label: {id: Baru, en: "
                 "New}}}}\n");
    struct app_overlay *next = app_overlay_copy(c, p, o);
    str before = app_overlay_write(c, next);

    CHECK(app_overlay_keep(c, next, p, STR("fields.lebr.max")) == E_BAD_INPUT);
    CHECK(app_overlay_keep(c, next, p, STR("fields.lebar.max")) == E_BAD_INPUT);
    CHECK_OK(app_overlay_keep(c, next, p, STR("fields.baru")));
    CHECK_STR(app_overlay_write(c, next), before.p);
}

TEST(what_a_city_added_keeps_its_place_when_its_value_is_changed)
{
    struct app_package *p = help_package(c, IZIN);
    struct app_overlay *o = app_overlay_copy(c, p, read(c, sample));

    CHECK_OK(set(c, o, p, "fields.desa_saksi",
                 "{type: person, label: {id: Saksi, en: Witness}}"));
    CHECK(holds(app_overlay_write(c, o), "after: lokasi"));
}

TEST(to_settle_is_no_change_of_what_holds_and_needs_no_second_person)
{
    struct app_package *p = help_package(c, IZIN);
    const struct app_overlay *o = read(
        c, OTHER "set: {tariff.nilai_sewa.rows.papan: {to: 80000, was: 1}}\n");
    struct app_overlay *next = app_overlay_copy(c, p, o), *carried;
    struct app_differs *all;

    CHECK_OK(app_overlay_keep(c, next, p, STR("tariff.nilai_sewa.rows.papan")));
    CHECK_I64((int64_t)app_overlay_differ(c, o, next, &all), 1);
    CHECK(all[0].settled && !all[0].grave);
    carried = app_overlay_copy(c, p, o);
    app_overlay_carry(c, carried, o, next, STR(""));
    CHECK_STR(app_overlay_write(c, carried), app_overlay_write(c, next).p);
}
