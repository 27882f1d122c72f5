/* SPDX-License-Identifier: EUPL-1.2 */
/* What the checker refuses, one fault at a time. */
#include "tests/app/help.h"

#include <stdio.h>

static const char base[] =
    "balai: 1\narchetype: permit\nnoun: {id: permohonan, en: application}\n"
    "flow:\n"
    "  start: submitted\n"
    "  promise: 1 workday\n"
    "  states:\n"
    "    submitted: {who: desk, within: 1 workday, actions: {accept: {to: "
    "issued, joint: sini}, refuse: {to: refused}}}\n"
    "    issued: {end: granted}\n"
    "    refused: {end: refused}\n";

static const char head[] =
    "balai: 1\napp: kominfo/uji\nversion: 1.0.0\nextends: permit\n"
    "title: {id: Uji, en: Test}\nsummary: {id: Uji., en: Test.}\n"
    "function: communication\n"
    "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "
    "after end, then: delete}\n";

#define FIELDS                                                                 \
    "fields:\n"                                                                \
    "  nama: {type: text, label: {id: Nama, en: Name}}\n"                      \
    "  warna: {type: choice, label: {id: Warna, en: Colour}, options: "        \
    "{merah: "                                                                 \
    "{id: Merah, en: Red}, biru: {id: Biru, en: Blue}}}\n"

/* The findings of head + rest, without file, mend and page. */
static str faults(struct ctx *c, const char *rest)
{
    struct findings f = {0};
    struct app_package *p;
    struct buf b = buf_new(c, 1 << 16);
    err e = help_written(c, arena_fmt(c->mem, "%s%s", head, rest).p, base, NULL,
                         NULL, &f, &p);

    CHECK((e == E_OK) == (f.errors == 0));
    for (size_t i = 0; i < f.n; i++)
        buf_fmt(&b, "%d:%d %.*s: %.*s\n", f.all[i].at.line, f.all[i].at.col,
                STR_ARG(f.all[i].key), STR_ARG(f.all[i].what));
    return buf_str(&b);
}

TEST(each_fault_is_named_where_it_stands)
{
    static const struct {
        const char *rest, *want;
    } rows[] = {
        {FIELDS, ""},
        {FIELDS
         "flow: {insert: {a: {at: sini, who: {by: nama, rows: {x: desk}}, "
         "within: 1 workday, label: {id: A, en: A}, actions: {b: {label: "
         "{id: B, en: B}, to: next}}}}}\n",
         "12:41 flow.states.a.who.by: by: must be a field of type choice.\n"},
        {FIELDS "flow: {states: {submitted: {who: {by: warna, rows: {merah: "
                "desk, ungu: desk}}}}}\n",
         "12:34 flow.states.submitted.who: The option \"biru\" has nobody.\n"
         "12:66 flow.states.submitted.who.rows.ungu: The field warna has no "
         "option \"ungu\".\n"},
        {FIELDS "flow: {states: {submitted: {who: {as: isued}}}}\n",
         "12:39 flow.states.submitted.who.as: The flow has no state "
         "\"isued\".\n"
         "8:5 flow.states.submitted: It is not said who acts in this state.\n"},
        {FIELDS "flow: {insert: {issued: {at: sini, who: desk}}}\n",
         "12:17 flow.insert.issued: There is a state \"issued\" already.\n"},
        {FIELDS
         "flow: {states: {submitted: {actions: {refuse: {joint: "
         "sini}}}}, insert: {a: {at: sini, who: desk, within: 1 workday, "
         "label: {id: A, en: A}, actions: {b: {label: {id: B, en: B}, "
         "to: next}}}}}\n",
         "12:82 flow.insert.a: The arrows of the joint \"sini\" lead to "
         "different states, so next is unclear.\n"
         "10:5 flow.states.refused: This state can never be reached.\n"},
        {FIELDS
         "flow: {insert: {a: {at: sini, who: resident, within: 1 workday,"
         " label: {id: A, en: A}, actions: {b: {label: {id: B, en: B}, "
         "to: next}}}}}\n",
         "12:17 flow.states.a: A state that waits for a resident needs "
         "lapses:.\n"},
        {FIELDS "national: {system: sp4n, mode: front, number: nomor}\n"
                "letters: {}\n",
         "12:47 national.number: No action asks for \"nomor\".\n"},
        {"fields:\n  titik: {type: text, label: {id: Lihat -6.9174, 107.6191, "
         "en: See}}\n",
         "10:50 fields.titik.label.107.6191: Nothing stands behind it.\n"
         "10:50 fields.titik.label.107.6191: \"107.6191\" is no language: only "
         "texts per language stand here.\n"},
        {"fields:\n  titik: {type: text, label: {id: 'Lihat -6.9174, "
         "107.6191', en: See}}\n",
         "10:36 fields.titik.label.id: An app must not contain coordinates.\n"},
        {"fields:\n  rek: {type: text, label: {id: Bank 1234567890, en: "
         "Bank}}\n",
         "10:33 fields.rek.label.id: An app must not contain a telephone or "
         "account number.\n"},
        {FIELDS "renamed: {fields.lama: Nama}\n",
         "12:24 renamed.fields.lama: Expected here: a path of names, such as "
         "fields.luas.\n"},
        {"fields:\n  a: {type: person, label: {id: A, en: A}, ask: [nama, "
         "umur]}\n",
         "10:56 fields.a.ask: \"umur\" is not one of: nama nik alamat telepon "
         "surel region patokan titik nib penanggung_jawab.\n"},
        {"fields:\n  a: {type: text, label: {id: A, en: A}, from: "
         "profil-warga}\n",
         "10:42 fields.a.from: \"from\" does not fit a field of type "
         "\"text\".\n"},
        {"fields:\n  a: {type: date, label: {id: A, en: A}, max: tomorrow}\n",
         "10:47 fields.a.max: \"tomorrow\" is no value of type date.\n"},
        {"fields:\n  a: {type: text, label: {id: A, en: A}, optional: true}\n"
         "rules:\n  r: {check: \"size(a) > 3\", say: {id: R., en: R.}}\n",
         "12:20 rules.r.check: a may be empty, but is used as if filled in."},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        str got = faults(c, rows[i].rest);

        if (rows[i].want[0] == '\0' ||
            rows[i].want[strlen(rows[i].want) - 1] == '\n')
            CHECK_STR(got, rows[i].want);
        else if (!CHECK(str_find(got, str_of(rows[i].want)) < got.n))
            fprintf(stderr, "%s", got.p);
    }
}

TEST(a_newer_format_says_which_program_it_needs)
{
    struct findings f = {0};
    struct app_package *p;
    const char *text = arena_fmt(c->mem, "balai: 3\n%s" FIELDS, head + 9).p;

    CHECK(help_written(c, text, base, NULL, NULL, &f, &p) == E_BAD_INPUT);
    CHECK_STR(help_what(&f, "balai"),
              "The app is written in the format balai: 3; this program reads "
              "up to balai: 1.");
}

/* ---- the city of origin ------------------------------------------- */

static str at_home(struct ctx *c, const char *rest, const struct app_overlay *o)
{
    struct findings f = {0};
    struct app_package *p;
    struct app *a;

    if (!CHECK_OK(help_written(c, arena_fmt(c->mem, "%s%s", head, rest).p, base,
                               NULL, NULL, &f, &p)))
        return STR("");
    (void)!app_build(c, p, o, help_city(c), &f, &a);
    for (size_t i = 0; i < f.n; i++)
        if (f.all[i].severity == FIND_ERROR)
            return f.all[i].what;
    return STR("");
}

TEST(an_app_does_not_contain_its_city)
{
    static const char *const homely[] = {
        "fields: {a: {type: text, label: {id: Warga Bandung, en: A}}}\n",
        "fields: {a: {type: text, label: {id: 'KOTA BANDUNG?', en: A}}}\n",
        "fields: {a: {type: text, label: {id: Kode 32.73, en: A}}}\n",
        FIELDS "law: {l: {title: {id: Perda Kota Bandung, en: L}}}\n",
    };
    static const char *const fine[] = {
        "fields: {a: {type: text, label: {id: Bandungan, en: A}}}\n",
        FIELDS "law: {l: {title: {id: Perda Kota Bandung, en: L}, local: "
               "true}}\n",
    };

    for (size_t i = 0; i < COUNT(homely); i++)
        CHECK_STR(at_home(c, homely[i], NULL),
                  "An app must not contain the name or code of its city.");
    for (size_t i = 0; i < COUNT(fine); i++)
        CHECK_STR(at_home(c, fine[i], NULL), "");
}

TEST(an_overlay_may_name_the_city)
{
    struct findings f = {0};
    struct app_overlay *o;

    CHECK_OK(app_overlay_read(
        c, STR("o.yaml"),
        STR("balai: 1\noverlay: kominfo/uji\nset:\n  fields.nama.label.id: "
            "{to: Nama warga Bandung, was: Nama}\n"),
        &f, &o));
    CHECK_STR(at_home(c, FIELDS, o), "");
}

TEST(unmapped_functions_are_told_where_the_city_is_known)
{
    struct findings f = {0};
    struct app_package *p;
    struct app *a;

    CHECK_OK(help_written(c, arena_fmt(c->mem, "%s" FIELDS, head).p, base, NULL,
                          NULL, &f, &p));
    CHECK_OK(app_build(c, p, NULL, help_city(c), &f, &a));
    CHECK_STR(help_what(&f, "functions.communication"),
              "The function communication is not mapped to an office; the app "
              "stays closed.");
}

/* ---- files -------------------------------------------------------- */

TEST(translations_stand_in_a_file_of_their_own)
{
    struct findings f = {0};
    struct app_package *p;
    struct app *a;
    const char *text =
        arena_fmt(c->mem, "%sfields: {a: {type: text, label: {id: Nama}}}\n",
                  head)
            .p;

    CHECK_OK(help_written(c, text, base, "i18n/en.yaml",
                          "fields.a.label: Name\n", &f, &p));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_OK(app_build(c, p, NULL, NULL, &f, &a));
    c->lang = STR("en");
    CHECK_STR(app_say(c, data_get(a->fields[0].def, STR("label"))), "Name");
    CHECK(help_written(c, text, base, "i18n/en.yaml", "fields.b.label: Name\n",
                       &f, &p) == E_BAD_INPUT);
    CHECK_STR(help_what(&f, "fields.b.label"),
              "The app has no text at the path \"fields.b.label\".");
}

TEST(strange_files_and_strange_bytes_are_refused)
{
    static const char *const rows[][3] = {
        {"catatan.txt", "x\n", "This file does not belong in an app."},
        {"s.mustache", "tanpa akhir",
         "This file does not end with a line feed."},
        {"s.mustache",
         "a\xe2\x80\xae"
         "b\n",
         "This file holds control characters."},
        {"s.mustache", "a\x01\n", "This file holds control characters."},
        {"s.mustache", "\xff\n", "This file is not UTF-8 in NFC."},
        {"s.mustache", "e\xcc\x81\n", "This file is not UTF-8 in NFC."},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct findings f = {0};
        struct app_package *p;

        CHECK(help_written(c, arena_fmt(c->mem, "%s" FIELDS, head).p, base,
                           rows[i][0], rows[i][1], &f, &p) == E_BAD_INPUT);
        CHECK_STR(help_what(&f, rows[i][0]), rows[i][2]);
    }
}

TEST(an_archetype_alone_is_sound_but_cannot_be_installed)
{
    struct findings f = {0};
    struct app_package *p;

    CHECK(app_package_read(c, "apps/base/permit", "apps/base", &f, &p) ==
          E_REFUSED);
    CHECK_I64((int64_t)f.n, 0);
    CHECK(app_package_read(c, "apps/tidak/ada", "apps/base", &f, &p) ==
          E_NOT_FOUND);
}

TEST(an_app_without_its_parts_says_which)
{
    const char *dir = test_folder(c);
    struct findings f = {0};
    struct app_package *p;

    CHECK_OK(file_write(c, file_join(c, dir, "app.yaml"),
                        arena_fmt(c->mem, "%s" FIELDS, head), 0600));
    CHECK(app_package_read(c, dir, "apps/base", &f, &p) == E_BAD_INPUT);
    CHECK_STR(help_what(&f, "scenario.yaml"),
              "The file scenario.yaml is missing.");
    f = (struct findings){0};
    CHECK(app_package_read(c, dir, NULL, &f, &p) == E_BAD_INPUT);
    CHECK_STR(help_what(&f, "archetype.yaml"),
              "The file archetype.yaml is missing.");
    f = (struct findings){0};
    CHECK_OK(file_write(c, file_join(c, dir, "app.yaml"),
                        STR("balai: 1\napp: a/b\nextends: permitt\n"), 0600));
    CHECK(app_package_read(c, dir, "apps/base", &f, &p) == E_BAD_INPUT);
    CHECK_STR(help_what(&f, "extends"),
              "There is no archetype \"permitt\" in apps/base.");
    CHECK_STR(help_what(&f, "archetype.yaml"), "");
}

TEST(a_renamed_field_takes_its_overlay_lines_along)
{
    struct findings f = {0};
    struct app_package *p;
    struct app_overlay *o;
    struct app *a;

    CHECK_OK(help_written(
        c,
        arena_fmt(c->mem, "%s" FIELDS "renamed: {fields.judul: fields.nama}\n",
                  head)
            .p,
        base, NULL, NULL, &f, &p));
    CHECK_OK(app_overlay_read(
        c, STR("o.yaml"),
        STR("balai: 1\noverlay: kominfo/uji\nset:\n  fields.judul.label.id: "
            "{to: Nama lengkap, was: Nama}\n"),
        &f, &o));
    CHECK_OK(app_build(c, p, o, NULL, &f, &a));
    CHECK_STR(help_findings(c, &f), "");
    CHECK_STR(data_text(data_at(a->effective, STR("fields.nama.label.id"))),
              "Nama lengkap");
}

TEST(a_line_of_a_renamed_field_is_found_by_either_name)
{
    struct findings f = {0};
    struct app_overlay *o;
    struct app_package *p;

    CHECK_OK(help_written(
        c,
        arena_fmt(c->mem, "%s" FIELDS "renamed: {fields.judul: fields.nama}\n",
                  head)
            .p,
        base, NULL, NULL, &f, &p));
    CHECK_OK(app_overlay_read(
        c, STR("o.yaml"),
        STR("balai: 1\noverlay: kominfo/uji\nof: sha256:"
            "0000000000000000000000000000000000000000000000000000000000000000\n"
            "set: {fields.judul.label.id: {to: Nama kami, was: Nama lama}}\n"),
        &f, &o));
    CHECK_OK(app_overlay_keep(c, o, p, STR("fields.nama.label.id")));
    CHECK_OK(app_overlay_set(c, o, p, STR("fields.nama.label.id"),
                             STR("Nama warga"), NULL, &f));
    CHECK(str_ends(app_overlay_write(c, o),
                   STR("set:\n  fields.judul.label.id: {to: Nama warga, was: "
                       "Nama}\n")));
    CHECK(app_overlay_back(c, o, p, STR("fields.nama.label.id")));
    CHECK(!app_overlay_grave(o));
    CHECK(!app_overlay_back(c, o, p, STR("fields.judul.label.id")));
}

TEST(inserts_on_one_joint_form_a_chain)
{
    struct findings f = {0};
    struct app_package *p;
    struct app *a;

    CHECK_OK(help_written(
        c,
        arena_fmt(c->mem,
                  "%s" FIELDS "flow:\n  insert:\n"
                  "    survey: {at: sini, who: field, within: 1 workday, "
                  "actions: {suitable: {to: next}}}\n"
                  "    payment: {at: sini, who: treasurer, within: 1 workday, "
                  "actions: {settle: {to: next}}}\n",
                  head)
            .p,
        base, NULL, NULL, &f, &p));
    CHECK_OK(app_build(c, p, NULL, NULL, &f, &a));
    CHECK_STR(app_action(app_state(a, STR("submitted")), STR("accept"))->to,
              "survey");
    CHECK_STR(app_action(app_state(a, STR("survey")), STR("suitable"))->to,
              "payment");
    CHECK_STR(app_action(app_state(a, STR("payment")), STR("settle"))->to,
              "issued");
}

TEST(a_map_of_too_many_names_is_refused_before_anything_is_compiled)
{
    struct buf b = buf_new(c, 1 << 20);
    str got;

    buf_lit(&b, "fields:\n");
    for (int i = 0; i < 2000; i++)
        buf_fmt(&b,
                "  f%d: {type: decimal, label: {id: A, en: A}, value: \"f%d + "
                "1.0\"}\n",
                i, i + 1);
    got = faults(c, buf_str(&b).p);
    CHECK(str_starts(got, STR("10:3 fields: At most 250 names here.\n")));
}

TEST(a_key_that_stands_twice_is_named_and_the_rest_is_checked_too)
{
    str got = faults(c, FIELDS
                     "tariff:\n  a: {type: money, value: 1}\n"
                     "  a: {type: money, value: x}\n"
                     "rules: {r: {check: \"tariff.b > 1\", say: {id: R., en: "
                     "R.}}}\n");

    CHECK(str_find(got, STR("14:3 ")) < got.n);
    CHECK(str_find(got, STR("rules.r.check: ")) < got.n);
}
