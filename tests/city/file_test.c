/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/city/city_help.h"

/* ---- the demo city ------------------------------------------------ */

TEST(bandung_opens_with_every_office_of_its_regions)
{
    struct city *k = help_bandung(c);
    const struct city_office *all, *o;

    if (!CHECK(k != NULL))
        return;
    c->lang = STR("id");
    CHECK_STR(city_name(c, k), "Kota Bandung");
    CHECK_STR(city_government(c, k), "Pemerintah Kota Bandung");
    CHECK_STR(city_zone(k), "WIB");
    CHECK(city_offset(k) == 420);
    CHECK(city_offices(k, &all) > 30 + 151 + 30 + 25);
    o = city_office(k, STR("kel-3273191004"));
    CHECK(o != NULL);
    CHECK_STR(city_office_name(c, o), "Kelurahan Babakan Ciamis");
    CHECK_STR(o->parent, "kec-327319");
    CHECK_STR(o->region, "32.73.19.1004");
    CHECK(o->number >= 201 && o->number < 400);
    c->lang = STR("en");
    CHECK_STR(city_office_name(c, o), "Babakan Ciamis Ward");
    CHECK(city_office(k, STR("city"))->number == 1);
    CHECK(city_office(k, STR("nobody")) == NULL);
}

TEST(no_two_offices_share_a_public_number)
{
    struct city *k = help_bandung(c);
    const struct city_office *all;
    size_t n = city_offices(k, &all);

    for (size_t i = 0; i < n; i++) {
        for (size_t j = i + 1; j < n; j++)
            CHECK(all[i].number == 0 || all[i].number != all[j].number);
        CHECK(i == 0 || str_cmp(all[i - 1].key, all[i].key) < 0);
    }
}

TEST(a_function_finds_the_office_of_the_place)
{
    static const struct {
        const char *function, *region, *office;
    } all[] = {
        {"licensing", "", "dpmptsp"},
        {"licensing", "32.73.19.1004", "dpmptsp"},
        {"ward", "32.73.19.1004", "kel-3273191004"},
        {"district", "32.73.19.1004", "kec-327319"},
        {"district", "32.73.19", "kec-327319"},
        {"health-centre", "32.73.01.1001", "pkm-327301"},
        {"ward", "32.73.19", NULL}, /* which of its wards? */
        {"ward", "", NULL},
        {"ward", "19.03.01.1001", NULL},
        {"harbour", "32.73.19.1004", NULL},
        {"own-office", "", NULL},
        {"no-such", "", NULL},
    };
    struct city *k = help_bandung(c);

    for (size_t i = 0; i < COUNT(all); i++) {
        const struct city_office *o =
            city_office_for(k, str_of(all[i].function), str_of(all[i].region));

        if (all[i].office == NULL)
            CHECK(o == NULL);
        else if (CHECK(o != NULL))
            CHECK_STR(o->key, all[i].office);
    }
    CHECK(city_function_mapped(k, STR("licensing")));
    CHECK(city_function_mapped(k, STR("own-office")));
    CHECK(!city_function_mapped(k, STR("harbour")));
    CHECK(!city_function_mapped(k, STR("no-such")));
}

TEST(registers_count_from_their_start_and_past_paper)
{
    struct city *k = help_bandung(c);
    struct city_register r;

    CHECK(city_register(k, STR("izin"), &r));
    CHECK_STR(r.class, "500.16.7.2");
    CHECK_STR(r.unit, "DPMPTSP");
    CHECK(r.yearly);
    CHECK_I64(city_register_next(&r, 2026, 0), 153);
    CHECK_I64(city_register_next(&r, 2026, 153), 154);
    CHECK_I64(city_register_next(&r, 2026, 200), 251);
    CHECK_I64(city_register_next(&r, 2027, 0), 1);
    CHECK(!city_register(k, STR("none"), &r));
}

TEST(the_lists_are_sorted_and_titled_in_two_languages)
{
    size_t n;
    const str *names = city_functions(&n);

    CHECK_I64((int64_t)n, 66);
    for (size_t i = 0; i < n; i++) {
        CHECK(i == 0 || str_cmp(names[i - 1], names[i]) < 0);
        CHECK(city_function_known(names[i]));
        CHECK(city_function_name(c, names[i]).n > 0);
    }
    c->lang = STR("id");
    CHECK_STR(city_function_name(c, STR("licensing")), "Perizinan");
    CHECK_STR(city_duty_name(c, STR("treasurer")), "bendahara");
    CHECK(city_duty_known(STR("admin")) && !city_duty_known(STR("king")));
}

TEST(a_regency_of_wards_and_villages_serves_both)
{
    static const char offices[] =
        "balai: 1\noffices:\n"
        "  kelurahan: {per: village, kind: kelurahan, prefix: kel, "
        "number_from: 100, name: 'Kelurahan {{region}}'}\n"
        "  desa: {per: village, kind: desa, prefix: desa, number_from: 200, "
        "name: 'Desa {{region}}'}\n"
        "  uptd: {number: 10, region: 19.03.01, name: UPTD}\n"
        "  pupr: {number: 11, name: PUPR}\n";
    static const char functions[] = "balai: 1\nfunctions:\n"
                                    "  ward: [kelurahan, desa]\n"
                                    "  village: desa\n"
                                    "  public-works: [uptd, pupr]\n";
    const char *dir = test_folder(c);
    struct city_region *all;
    struct city *k;
    size_t n, wards = 0;

    CHECK_OK(file_write(c, file_join(c, dir, "offices.yaml"), str_of(offices),
                        0600));
    CHECK_OK(file_write(c, file_join(c, dir, "functions.yaml"),
                        str_of(functions), 0600));
    k = help_folder(c, "19.03", dir);
    CHECK_OK(city_region_inside(c, STR("19.03"), CITY_VILLAGE, &all, &n));
    for (size_t i = 0; k != NULL && i < n; i++) {
        const struct city_office *o =
            city_office_for(k, STR("ward"), all[i].code);
        bool ward = all[i].code.p[9] == '1';

        wards += ward;
        CHECK(str_starts(o->key, ward ? STR("kel-") : STR("desa-")));
        CHECK((city_office_for(k, STR("village"), all[i].code) == NULL) ==
              ward);
        CHECK_STR(city_office_for(k, STR("public-works"), all[i].code)->key,
                  str_starts(all[i].code, STR("19.03.01")) ? "uptd" : "pupr");
    }
    CHECK_I64((int64_t)wards, 3);
}

/* The text of each fenced block of a page, and what is written behind its
 * fence. */
static bool next_block(str *page, str *kind, str *text)
{
    size_t at = str_find(*page, STR("\n```"));
    str rest = str_slice(*page, at + 4, page->n);

    if (at == page->n || !str_cut(rest, '\n', kind, &rest))
        return false;
    at = str_find(rest, STR("\n```"));
    *text = str_slice(rest, 0, at + 1);
    *page = str_slice(rest, at + 4, rest.n);
    return true;
}

TEST(the_examples_of_the_documentation_load)
{
    const char *dir = test_folder(c);
    str page, kind, text, head, rest, people;
    struct hall *h = help_hall(c);
    struct city_people_change *changes;
    struct findings f = {0};
    struct conn *on;
    struct city *k;
    int files = 0;
    size_t n;

    CHECK_OK(file_read(c, "docs/city-files.md", 1 << 20, &page));
    while (next_block(&page, &kind, &text)) {
        str name = STR("people.csv");

        str_cut(text, '\n', &head, &rest);
        if (str_eq(kind, STR("svg")))
            name = STR("lambang.svg");
        else if (str_eq(kind, STR("yaml")))
            name = arena_str(c->mem, str_slice(head, 2, head.n));
        CHECK_OK(file_write(c, file_join(c, dir, name.p), text, 0600));
        files++;
    }
    CHECK_I64(files, 8);
    k = help_folder(c, "32.73", dir);
    CHECK_OK(file_read(c, file_join(c, dir, "people.csv"), 4096, &people));
    CHECK_OK(store_read(c, h->store, &on));
    CHECK_OK(city_people_import(c, k, on, NULL, NULL, STR("system"),
                                STR("people.csv"), people, &f, &changes, &n));
    CHECK_I64((int64_t)n, 5);
}

TEST(loading_a_folder_twice_changes_nothing)
{
    struct city *k = help_bandung(c);
    struct city_change *changes;
    struct findings f = {0};
    size_t n;

    CHECK_OK(city_compare(c, k, "cities/bandung", &f, &changes, &n));
    CHECK_I64((int64_t)n, 0);
    for (size_t i = 0; i < n; i++)
        printf("  %.*s\n", STR_ARG(changes[i].key));
}

/* ---- bad files ---------------------------------------------------- */

static size_t compare_yaml(struct ctx *c, const char *file, const char *yaml,
                           struct findings *f)
{
    struct city *k = help_folder(c, "32.73", NULL);
    const char *dir = test_folder(c);
    struct city_change *changes;
    size_t n = 0;
    err e;

    CHECK_OK(file_write(c, file_join(c, dir, file), str_of(yaml), 0600));
    e = city_compare(c, k, dir, f, &changes, &n);
    CHECK(e == (f->errors > 0 ? E_BAD_INPUT : E_OK));
    return e == E_OK ? n : 0;
}

/* Exactly these lines, in any language the context has. */
static void check_findings(struct ctx *c, const char *file, const char *yaml,
                           const char *const *want, size_t n)
{
    struct findings f = {0};

    compare_yaml(c, file, yaml, &f);
    CHECK_I64((int64_t)f.n, (int64_t)n);
    for (size_t i = 0; i < f.n || i < n; i++) {
        str got = i < f.n ? finding_show(c, &f.all[i]) : STR("(none)");

        CHECK_STR(got, i < n ? want[i] : "(none)");
    }
}

TEST(every_fault_of_an_office_file_comes_in_one_run)
{
    static const char yaml[] = "balai: 1\n"
                               "offices:\n"
                               "  dinas-a:\n"
                               "    nomber: 10\n"
                               "    name: Dinas A\n"
                               "  dinas-b:\n"
                               "    number: 11\n"
                               "    parent: dinas-c\n"
                               "  dinas-d:\n"
                               "    number: 11\n"
                               "    name: {en: Office D}\n"
                               "  City:\n"
                               "    number: 1\n"
                               "    name: Kota\n"
                               "  kel:\n"
                               "    per: vilage\n"
                               "    prefix: kel\n"
                               "    number_from: 20\n"
                               "    name: 'Kelurahan {{region}}'\n";
    static const char *const want[] = {
        "offices.yaml:4:5: error: offices.dinas-a.nomber: This key is not "
        "known. Perhaps \"number\" is meant.",
        "offices.yaml:4:5: error: offices.dinas-a.number: An office without a "
        "parent needs a public number. Add number: or parent:.",
        "offices.yaml:7:5: error: offices.dinas-b.name: This key is needed. "
        "Add it; see docs/city-files.md.",
        "offices.yaml:11:11: error: offices.dinas-d.name: The Indonesian text "
        "is missing. Write {id: ..., en: ...}.",
        "offices.yaml:10:13: error: offices.dinas-d.number: This number is or "
        "was that of \"dinas-b\" and is never used again. Choose a number "
        "that was never used.",
        "offices.yaml:12:3: error: offices.City: An office's key is 2 to 40 "
        "small letters, digits or dashes, and not city.",
        "offices.yaml:13:13: error: offices.City.number: Must be a whole "
        "number from 2 to 999999.",
        "offices.yaml:8:13: error: offices.dinas-b.parent: There is no such "
        "parent office. Perhaps \"dinas-a\" is meant.",
        "offices.yaml:16:10: error: offices.kel.per: Must be one of "
        "district|village.",
    };

    check_findings(c, "offices.yaml", yaml, want, COUNT(want));
}

TEST(faults_are_told_in_indonesian_too)
{
    static const char *const want[] = {
        "brand.yaml:2:1: salah: color: Kunci ini tidak dikenal. Mungkin "
        "maksudnya \"colour\".",
        "brand.yaml:1:1: salah: colour: Kunci ini harus ada. Tambahkan; lihat "
        "docs/city-files.md."};

    c->lang = STR("id");
    check_findings(c, "brand.yaml", "balai: 1\ncolor: '#0b6b4f'\n", want,
                   COUNT(want));
}

TEST(functions_are_checked_against_the_offices)
{
    static const char *const want[] = {
        "functions.yaml:3:3: error: functions.licensin: This function is not "
        "known. Perhaps \"licensing\" is meant.",
        "functions.yaml:4:10: error: functions.waste: There is no office "
        "\"dlh\".",
        "functions.yaml:5:3: error: functions.own-office: This function is "
        "never mapped. Remove this line."};

    check_findings(c, "functions.yaml",
                   "balai: 1\nfunctions:\n  licensin: city\n  waste: dlh\n"
                   "  own-office: city\n  legal: city\n",
                   want, COUNT(want));
}

TEST(an_office_with_a_fault_is_not_called_missing_as_well)
{
    struct city *k = help_folder(c, "32.73", NULL);
    const char *dir = test_folder(c);
    struct city_change *changes;
    struct findings f = {0};
    size_t n;

    CHECK_OK(file_write(c, file_join(c, dir, "offices.yaml"),
                        STR("balai: 1\noffices:\n  kelurahan: {per: vilage, "
                            "prefix: kel, number_from: 2, name: K}\n"),
                        0600));
    CHECK_OK(file_write(c, file_join(c, dir, "functions.yaml"),
                        STR("balai: 1\nfunctions: {ward: kelurahan}\n"), 0600));
    CHECK(city_compare(c, k, dir, &f, &changes, &n) == E_BAD_INPUT);
    CHECK_I64((int64_t)f.n, 1);
    CHECK_STR(f.all[0].key, "offices.kelurahan.per");
}

TEST(a_calendar_is_read_strictly)
{
    static const char yaml[] = "balai: 1\n"
                               "hours:\n"
                               "  munday: 08:00-12:00\n"
                               "  tuesday: 8-12\n"
                               "  friday: 08:00-12:00, 11:00-13:00\n"
                               "  thursday: 08:00-16:00\n"
                               "holidays:\n"
                               "  2026-02-30: Hari\n"
                               "  2026-08-17: {en: Independence Day}\n"
                               "  2027-03-10: {id: Idulfitri, confirm: true}\n"
                               "joint_leave:\n"
                               "  2026-08-17: Cuti\n";
    static const char *const want[] = {
        "calendar.yaml:3:3: error: hours.munday: This is not a weekday. "
        "Perhaps \"sunday\" is meant.",
        "calendar.yaml:4:12: error: hours.tuesday: The hours cannot be read. "
        "Example: 07:30-12:00, 13:00-16:00.",
        "calendar.yaml:5:11: error: hours.friday: The hours cannot be read. "
        "Example: 07:30-12:00, 13:00-16:00.",
        "calendar.yaml:8:3: error: holidays.2026-02-30: This is not a date. "
        "Example: 2026-08-17.",
        "calendar.yaml:9:15: error: holidays.2026-08-17: The Indonesian text "
        "is missing. Write {id: ..., en: ...}.",
        "calendar.yaml:10:3: note: holidays.2027-03-10: Not yet confirmed, "
        "from this date on: 1. Make them agree with the ministers' joint "
        "decree, then remove confirm.",
        "calendar.yaml:12:3: error: joint_leave.2026-08-17: This date is a "
        "holiday too. Remove one of both."};

    check_findings(c, "calendar.yaml", yaml, want, COUNT(want));
}

TEST(registers_say_which_year_a_start_belongs_to)
{
    static const char yaml[] =
        "balai: 1\n"
        "registers:\n"
        "  a-a: {title: A, class: '1', unit: U, reset: yearly, start: 5}\n"
        "  b-b: {title: B, class: '1', unit: U, reset: never, start: 0}\n"
        "  c-c: {title: C, class: '1', unit: U, reset: never, "
        "reserved: [5-9, 8-12]}\n"
        "  d-d: {title: D, class: '1', unit: U, start: {86: 3}}\n";
    static const char *const want[] = {
        "registers.yaml:3:62: error: registers.a-a.start: A start value "
        "belongs to one year. Example: start: {2026: 153}.",
        "registers.yaml:4:61: error: registers.b-b.start: Must be a whole "
        "number from 1 to 999999999.",
        "registers.yaml:5:70: error: registers.c-c.reserved: Blocks of numbers "
        "must be in order, such as 201-250.",
        "registers.yaml:6:8: error: registers.d-d.reset: This key is needed. "
        "Add it; see docs/city-files.md.",
    };

    check_findings(c, "registers.yaml", yaml, want, COUNT(want));
}

TEST(a_file_of_another_city_or_version_is_refused)
{
    static const char *const other[] = {
        "city.yaml:2:8: error: city: This file belongs to another region. This "
        "city is 32.73."};
    static const char *const newer[] = {
        "city.yaml:1:8: error: balai: This file is for a newer balai. Update "
        "balai, or use balai: 1."};
    check_findings(c, "city.yaml",
                   "balai: 1\ncity: '19.03'\nname: X\ngovernment: X\n"
                   "seat: X\n",
                   other, 1);
    check_findings(c, "city.yaml", "balai: 2\ncity: '32.73'\n", newer, 1);
}

TEST(the_portals_address_is_one_that_letters_can_carry)
{
    static const char *const bad[] = {
        "layanan.example", "https://",         "https://x.example/",
        "ftp://x.example", "http://x.example", "https://a@x.example"};
    static const char *const want[] = {
        "city.yaml:6:7: error: url: No address of a city's portal: https:// "
        "and the host, without a slash at the end. url: "
        "https://layanan.bandung.go.id"};
    const char *file = "balai: 1\ncity: '32.73'\nname: X\ngovernment: X\n"
                       "seat: X\nurl: '%s'\n";

    for (size_t i = 0; i < COUNT(bad); i++) {
        str cut, tail;

        str_cut(str_of(file), '%', &cut, &tail);
        check_findings(c, "city.yaml",
                       arena_fmt(c->mem, "%.*s%s'\n", STR_ARG(cut), bad[i]).p,
                       want, 1);
    }
}

TEST(a_misnamed_file_is_noticed)
{
    struct city *k = help_folder(c, "32.73", NULL);
    const char *dir = test_folder(c);
    struct city_change *changes;
    struct findings f = {0};
    size_t n;

    CHECK(city_compare(c, k, dir, &f, &changes, &n) == E_NOT_FOUND);
    CHECK_OK(file_write(c, file_join(c, dir, "calender.yaml"),
                        STR("balai: 1\n"), 0600));
    CHECK_OK(file_write(c, file_join(c, dir, "brand.yaml"),
                        STR("balai: 1\ncolour: '#123'\n"), 0600));
    CHECK(city_compare(c, k, dir, &f, &changes, &n) == E_BAD_INPUT);
    CHECK_I64((int64_t)f.n, 1);
    CHECK_STR(f.all[0].at.file, "calender.yaml");
    CHECK_STR(f.all[0].mend, "Perhaps \"calendar.yaml\" is meant.");
}

/* ---- numbers over time -------------------------------------------- */

static struct city *after(struct ctx *c, const struct city *k, const char *yaml,
                          struct findings *f, err *e)
{
    const char *dir = test_folder(c);
    struct city_change *changes, *all;
    struct city *next;
    size_t n;

    CHECK_OK(
        file_write(c, file_join(c, dir, "offices.yaml"), str_of(yaml), 0600));
    *e = city_compare(c, k, dir, f, &changes, &n);
    if (*e != E_OK)
        return NULL;
    all = NEWS(c->mem, struct city_change, n + 2);
    for (size_t i = 0; i < 2; i++) {
        static const str keep[] = {STR_INIT("founding"),
                                   STR_INIT("offices.kecamatan")};

        all[i] = (struct city_change){.key = keep[i],
                                      .value = city_item(k, keep[i])};
    }
    memcpy(all + 2, changes, n * sizeof *all);
    CHECK_OK(city_snapshot_of(c, all, n + 2, &next));
    arena_owns(c->mem, help_drop, next);
    return next;
}

TEST(a_rule_fills_the_numbers_that_offices_leave)
{
    static const char yaml[] =
        "balai: 1\n"
        "offices:\n"
        "  kecamatan: {per: district, prefix: kec, number_from: 10, "
        "name: 'Kecamatan {{region}}', "
        "each: {32.73.02: {phone: 022 0000 0002, name: Kecamatan Istimewa}}}\n"
        "  dinas: {number: 11, name: Dinas}\n";
    struct city *k = help_folder(c, "32.73", NULL);
    struct findings f = {0};
    err e;

    k = after(c, k, yaml, &f, &e);
    if (!CHECK_OK(e))
        return;
    CHECK_I64(city_office(k, STR("kec-327301"))->number, 10);
    CHECK_I64(city_office(k, STR("dinas"))->number, 11);
    CHECK_I64(city_office(k, STR("kec-327302"))->number, 12);
    CHECK_STR(city_office_name(c, city_office(k, STR("kec-327302"))),
              "Kecamatan Istimewa");
    CHECK_STR(data_text(data_get(city_office(k, STR("kec-327302"))->item,
                                 STR("phone"))),
              "022 0000 0002");
}

TEST(a_new_office_moves_no_number_and_takes_nobodys)
{
    static const char first[] = "balai: 1\n"
                                "offices:\n"
                                "  kecamatan: {per: district, prefix: kec, "
                                "number_from: 10, name: 'Kec {{region}}'}\n";
    str second = arena_fmt(c->mem, "%s  dinas: {number: 10, name: D}\n", first);
    str third = arena_fmt(c->mem, "%s  dinas: {number: 9, name: D}\n", first);
    struct city *k = help_folder(c, "32.73", NULL);
    struct findings f = {0};
    err e;

    k = after(c, k, first, &f, &e);
    CHECK_OK(e);
    CHECK(after(c, k, second.p, &f, &e) == NULL && e == E_BAD_INPUT);
    CHECK_STR(f.all[0].what, "This number is or was that of \"kec-327301\" and "
                             "is never used again.");
    f = (struct findings){0};
    k = after(c, k, third.p, &f, &e);
    CHECK_OK(e);
    CHECK_I64(city_office(k, STR("kec-327301"))->number, 10);
}

TEST(a_list_or_a_text_where_a_map_belongs_is_a_finding)
{
    static const char *const keys[][2] = {
        {"city.yaml", "emergency"},       {"city.yaml", "head"},
        {"city.yaml", "data_protection"}, {"offices.yaml", "offices"},
        {"functions.yaml", "functions"},  {"calendar.yaml", "hours"},
        {"calendar.yaml", "holidays"},    {"calendar.yaml", "joint_leave"},
        {"registers.yaml", "registers"}};
    static const char *const values[] = {"[a, {b: c}]", "text", "[]"};

    for (size_t i = 0; i < COUNT(keys); i++) {
        for (size_t j = 0; j < COUNT(values); j++) {
            struct findings f = {0};
            str yaml =
                arena_fmt(c->mem, "balai: 1\n%s: %s\n", keys[i][1], values[j]);

            compare_yaml(c, keys[i][0], yaml.p, &f);
            CHECK(f.errors > 0);
        }
    }
}

TEST(an_entry_of_the_wrong_kind_is_a_finding)
{
    static const char *const bad[][2] = {
        {"offices.yaml", "offices: {aa: [1]}"},
        {"offices.yaml", "offices: {aa: text}"},
        {"offices.yaml", "offices: {aa: {number: [1], name: [x], head: [y]}}"},
        {"offices.yaml", "offices: {aa: {per: district, prefix: kec, "
                         "number_from: 10, name: N, each: [x]}}"},
        {"offices.yaml", "offices: {aa: {per: [district], prefix: {a: b}}}"},
        {"offices.yaml", "offices: {aa: {name: A, parent: [aa]}}"},
        {"functions.yaml", "functions: {legal: {a: b}}"},
        {"functions.yaml", "functions: {legal: [[city]]}"},
        {"functions.yaml", "functions: {legal: []}"},
        {"calendar.yaml", "hours: {monday: [x]}\nholidays: {}"},
        {"calendar.yaml", "hours: {}\nholidays: {}"},
        {"calendar.yaml", "hours: {monday: 08:00-09:00}\n"
                          "holidays: {2026-01-01: [x]}"},
        {"registers.yaml", "registers: {aa: [x]}"},
        {"registers.yaml", "registers: {aa: {title: T, class: C, unit: U, "
                           "reset: yearly, start: [1]}}"},
        {"registers.yaml", "registers: {aa: {title: T, class: C, unit: U, "
                           "reset: never, start: {2026: 1}}}"},
        {"registers.yaml", "registers: {aa: {title: T, class: C, unit: U, "
                           "reset: yearly, start: {2026: [1]}}}"},
        {"registers.yaml", "registers: {aa: {title: T, class: C, unit: U, "
                           "reset: never, reserved: [[1-2]]}}"},
        {"brand.yaml", "colour: [x]"},
        {"brand.yaml", "colour: '#123'\ncrest: [x]"},
        {"brand.yaml", "colour: '#123'\ncrest: ../x.svg"},
        {"brand.yaml", "colour: '#123'\ncrest: none.svg"}};

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct findings f = {0};
        str yaml = arena_fmt(c->mem, "balai: 1\n%s\n", bad[i][1]);

        compare_yaml(c, bad[i][0], yaml.p, &f);
        if (!CHECK(f.errors > 0))
            CHECK_STR(yaml, "refused");
    }
}

TEST(a_file_without_end_is_bounded)
{
    struct buf b = buf_new(c, 4 << 20);
    struct findings f = {0};

    buf_lit(&b, "balai: 1\noffices:\n");
    for (int i = 0; i < 20000; i++)
        buf_fmt(&b, "  o%d: {number: %d, nam: x}\n", i, i + 2);
    compare_yaml(c, "offices.yaml", buf_str(&b).p, &f);
    CHECK(f.errors > 0 && f.n < 10);
}

TEST(parents_in_a_ring_are_refused)
{
    static const char *const want[] = {
        "offices.yaml:3:30: error: offices.dinas-a.parent: The parents go in a "
        "ring, or too deep.",
        "offices.yaml:4:30: error: offices.dinas-b.parent: The parents go in a "
        "ring, or too deep."};

    check_findings(c, "offices.yaml",
                   "balai: 1\noffices:\n"
                   "  dinas-a: {name: A, parent: dinas-b}\n"
                   "  dinas-b: {name: B, parent: dinas-a}\n",
                   want, COUNT(want));
}

/* ---- crests ------------------------------------------------------- */

static size_t crest_faults(struct ctx *c, const char *svg)
{
    struct city *k = help_folder(c, "32.73", NULL);
    const char *dir = test_folder(c);
    struct city_change *changes;
    struct findings f = {0};
    size_t n;

    CHECK_OK(file_write(c, file_join(c, dir, "brand.yaml"),
                        STR("balai: 1\ncolour: '#0b6b4f'\ncrest: a.svg\n"),
                        0600));
    CHECK_OK(file_write(c, file_join(c, dir, "a.svg"), str_of(svg), 0600));
    CHECK(city_compare(c, k, dir, &f, &changes, &n) ==
          (f.errors > 0 ? E_BAD_INPUT : E_OK));
    return f.errors;
}

#define SVG "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">"

TEST(a_crest_is_drawing_only)
{
    static const char *const good[] = {
        SVG "<path d=\"M0 0L9 9z\" fill='#fff'/></svg>\n",
        SVG "<g fill=\"none\"><rect width=\"9\" "
            "height=\"9\"/></g></svg>"};
    static const char *const bad[] = {
        "",
        "plain",
        "<svg>",
        SVG "<script>alert(1)</script></svg>",
        SVG "<path onload=\"x\"/></svg>",
        SVG "<path style=\"fill:red\"/></svg>",
        SVG "<path fill=\"url(#a)\"/></svg>",
        SVG "<image href=\"http://x\"/></svg>",
        SVG "<a href=\"javascript:x\"><path/></a></svg>",
        SVG "<text>Halo</text></svg>",
        SVG "Halo</svg>",
        SVG "<title>&lt;</title></svg>",
        SVG "<title>Kota</title></svg>",
        SVG "<path fill=\"navy\"/></svg>",
        SVG "<path d=\"M0 0 &#76;\"/></svg>",
        SVG "<circle d=\"M0 0\"/></svg>",
        SVG "<path transform=\"scale(2)\"/></svg>",
        SVG "<!-- x --></svg>",
        SVG "<g><path/></svg>",
        SVG "</svg><svg></svg>",
        SVG "<path d=\"M0 0\"",
        SVG "<path d=M0/></svg>",
        SVG "<svg onload=\"x\"></svg></svg>",
        "<!DOCTYPE svg><svg></svg>",
        "<?xml version=\"1.0\"?><svg></svg>",
        "<svg></svg>",
        "<svg xmlns=\"http://evil.example\"></svg>"};

    for (size_t i = 0; i < COUNT(good); i++)
        CHECK_I64((int64_t)crest_faults(c, good[i]), 0);
    for (size_t i = 0; i < COUNT(bad); i++) {
        if (!CHECK(crest_faults(c, bad[i]) > 0))
            CHECK_STR(str_of(bad[i]), "refused");
    }
}

static const char *const files[] = {
    "city.yaml",      "offices.yaml", "functions.yaml", "calendar.yaml",
    "registers.yaml", "brand.yaml",   "lambang.svg"};

/* Whatever stands in a file: read, or refused with a finding. */
static void check_bytes(struct ctx *c, const struct city *k, const char *dir,
                        const char *file, str bytes)
{
    struct city_change *changes;
    struct findings f = {0};
    struct ctx own = *c;
    size_t n;
    err e;

    own.mem = arena_new((size_t)64 << 20);
    CHECK_OK(file_write(&own, file_join(&own, dir, file), bytes, 0600));
    e = city_compare(&own, k, dir, &f, &changes, &n);
    CHECK(e == E_OK || (e == E_BAD_INPUT && f.errors > 0));
    arena_free(own.mem);
}

static void copy_folder(struct ctx *c, const char *dir, str *all)
{
    for (size_t i = 0; i < COUNT(files); i++) {
        CHECK_OK(file_read(c, file_join(c, "cities/bandung", files[i]), 1 << 20,
                           &all[i]));
        CHECK_OK(file_write(c, file_join(c, dir, files[i]), all[i], 0600));
    }
}

TEST(a_half_written_file_never_hurts)
{
    struct city *k = help_folder(c, "32.73", NULL);
    const char *dir = test_folder(c);
    str all[COUNT(files)];

    copy_folder(c, dir, all);
    for (size_t i = 0; i < COUNT(files); i++) {
        for (size_t cut = 0; cut < all[i].n; cut += 1 + all[i].n / 12)
            check_bytes(c, k, dir, files[i], str_slice(all[i], 0, cut));
        check_bytes(c, k, dir, files[i], all[i]);
    }
}

TEST(a_mangled_file_never_hurts)
{
    static const char odd[] = ":{}[]-#'\"\n\t&*!|>%@,?09.az\xc3\xff\0";
    struct city *k = help_folder(c, "32.73", NULL);
    const char *dir = test_folder(c);
    str all[COUNT(files)];

    copy_folder(c, dir, all);
    for (int i = 0; i < 350; i++) {
        size_t at = (size_t)i % COUNT(files);
        char *bytes = NEWS(c->mem, char, all[at].n + 1);
        uint32_t r[6];

        ctx_random(c, r, sizeof r);
        memcpy(bytes, all[at].p, all[at].n);
        for (size_t j = 0; j < 6; j += 2)
            bytes[r[j] % all[at].n] = odd[r[j + 1] % sizeof odd];
        check_bytes(c, k, dir, files[at], (str){bytes, all[at].n});
        check_bytes(c, k, dir, files[at], all[at]);
    }
}
