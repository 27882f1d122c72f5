/* SPDX-License-Identifier: EUPL-1.2 */
/* The one form of a note, and what each departure from it is told. */
#include "tests/grant/note_help.h"

static str accord_text(struct ctx *c)
{
    struct grant_accord a = help_accord(c);
    str note = STR("");

    CHECK_OK(grant_accord_draft(c, &a, &note));
    return note;
}

/* The text with its first `from` replaced. */
static str with(struct ctx *c, str text, const char *from, const char *to)
{
    size_t at = str_find(text, str_of(from));

    CHECK(at < text.n);
    return arena_fmt(c->mem, "%.*s%s%.*s", (int)at, text.p, to,
                     STR_ARG(str_slice(text, at + strlen(from), text.n)));
}

static str why(struct ctx *c, str bytes)
{
    struct grant_note n;

    CHECK(grant_note_read(c, bytes, &n) != E_OK);
    return c->why;
}

static bool tells(str why, const char *what)
{
    return str_find(why, str_of(what)) < why.n;
}

TEST(an_accord_has_the_lines_of_the_format_in_their_order)
{
    static const char *const keys[] = {
        "number",  "party", "party", "from",    "until",   "scope",
        "support", "root",  "root",  "hibah",   "hibah",   "hibah",
        "hibah",   "log",   "log",   "witness", "witness", "text"};
    struct grant_note n = help_read_note(c, accord_text(c));

    CHECK_STR(n.kind, "accord");
    CHECK_I64((int64_t)n.n, COUNT(keys));
    for (size_t i = 0; i < n.n && i < COUNT(keys); i++)
        CHECK_STR(n.lines[i].key, keys[i]);
    CHECK_STR(n.lines[1].value, "19.03 Kabupaten Bangka Selatan");
    CHECK_STR(grant_note_value(&n, "support"), "12 months");
    CHECK(grant_note_value(&n, "pks").p == NULL);
}

/* The test pair that the format's description prints. */
TEST(a_key_is_named_by_domain_purpose_and_number)
{
    struct seal_key a = help_key(c, "bandung.example/hibah/1", 1);

    CHECK_STR(seal_vkey_show(c, &a),
              "bandung.example/hibah/1+1263a11f+"
              "AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c");
}

TEST(what_is_drafted_is_read_and_shown_the_same)
{
    str draft = accord_text(c), all = help_sign_all(c, draft);
    struct grant_note n = help_read_note(c, all);

    CHECK_STR(grant_note_bytes(c, &n), all.p);
    CHECK_STR(n.text, draft.p);
    CHECK_STR(grant_note_digest(c, &n),
              seal_show_hash(c, seal_sha256(draft)).p);
}

TEST(each_departure_from_the_form_has_its_own_sentence)
{
    static const struct {
        const char *from, *to, *says_id, *says_en;
    } cases[] = {
        {"balai/accord/v1", "balai/accord/v2", "mengenal v1", "knows v1"},
        {"balai/accord/v1", "go.sum database tree", "bukan naskah hibah",
         "no note of a grant"},
        {"support 12 months", "support 0 months", "misalnya 12 months",
         "such as 12 months"},
        {"support 12 months\n", "", "0 baris \"support\"",
         "0 lines \"support\""},
        {"from 2026-01-01", "from 2026-02-30", "tanggal, misalnya",
         "a date, such as"},
        {"until 2031-01-01", "until 2026-01-01", "berakhir setelah",
         "end after it begins"},
        {"number 1/KB/II/2026", "number 1 KB", "nomor tanpa spasi",
         "number without blanks"},
        {"number 1/KB/II/2026\n", "number 1/KB/II/2026 \n", "diakhiri spasi",
         "ends with a blank"},
        {"from 2026", "pks 7/PKS\nfrom 2026", "tidak dikenal", "does not know"},
        {"scope sector penanaman-modal", "scope sektor penanaman-modal",
         "all, sector SEKTOR", "all, sector SECTOR"},
        {"party 32.73", "party 99.99", "kode dan nama kota",
         "a city's code and name"},
        {"root 19.03 ", "root 19.04 ", "baris \"root\"", "lines \"root\""},
        {" kesepakatan.md", " ../kesepakatan.md", "nama berkas",
         "the name of a file"},
        {"+1263a11f+", "+1263a11e+", "kunci NAMA+ID+KUNCI",
         "a key NAME+ID+KEY"},
        {"from 2026-01-01\nuntil 2031-01-01",
         "until 2031-01-01\nfrom 2026-01-01", "urutan", "out of order"},
        {"balai/accord/v1\n", "balai/accord/v1\r\n", "karakter kendali",
         "control characters"},
    };
    str text = accord_text(c);

    for (size_t i = 0; i < COUNT(cases); i++) {
        str bad = with(c, text, cases[i].from, cases[i].to);

        c->lang = STR("id");
        if (!CHECK(tells(why(c, bad), cases[i].says_id)))
            CHECK_STR(c->why, cases[i].says_id);
        c->lang = STR("en");
        if (!CHECK(tells(why(c, bad), cases[i].says_en)))
            CHECK_STR(c->why, cases[i].says_en);
    }
}

TEST(repeated_lines_rise_and_are_distinct)
{
    str text = accord_text(c), party = STR("party 32.73 Kota Bandung\n");

    CHECK(tells(why(c, with(c, text, party.p,
                            "party 19.03 Kabupaten Bangka Selatan\n")),
                "berurut"));
}

TEST(a_note_is_not_cut_and_holds_no_second_empty_line)
{
    str text = accord_text(c);

    CHECK(tells(why(c, str_slice(text, 0, text.n - 1)), "terpotong"));
    CHECK(tells(why(c, STR("")), "terpotong"));
    CHECK(tells(why(c, with(c, help_sign(c, text, help_hibah[0], 1), "from 2",
                            "\nfrom 2")),
                "kosong"));
}

TEST(no_key_stands_for_two_purposes)
{
    struct grant_accord a = help_accord(c);
    struct seal_key same = help_key(c, "bandung.example/log", 1);
    str note;

    a.parties[0].log = seal_vkey_show(c, &same);
    CHECK(grant_accord_draft(c, &a, &note) == E_BAD_INPUT);
    CHECK(tells(c->why, "kunci yang sama"));
    a = help_accord(c);
    a.parties[1].hibah[1] = a.parties[0].hibah[1];
    CHECK(grant_accord_draft(c, &a, &note) == E_BAD_INPUT);
}

TEST(a_deed_names_each_app_once_and_fits_its_accord)
{
    struct grant_note accord = help_accord_note(c),
                      deed = help_deed_note(
                          c, &accord, BANDUNG, BANGKA, "1/HIBAH/II/2026",
                          "1.0.0", seal_show_hash(c, seal_sha256(STR("x")))),
                      other;
    struct findings f = {0};
    str text = deed.text, line = STR("app penanaman-modal/izin-reklame 1.0.0 ");

    CHECK_OK(grant_deed_check(c, &deed, &accord, &f));
    CHECK_I64((int64_t)f.n, 0);

    other = help_read_note(
        c, with(c, text, "penanaman-modal/izin-reklame", "sosial/bantuan"));
    CHECK_OK(grant_deed_check(c, &other, &accord, &f));
    CHECK(help_says(&f, FIND_ERROR, "ruang lingkup"));

    other = help_read_note(c, with(c, text, "date 2026", "date 2036"));
    CHECK_OK(grant_deed_check(c, &other, &accord, &f));
    CHECK(help_says(&f, FIND_ERROR, "masa kesepakatan"));

    other =
        help_read_note(c, with(c, text, "32.73 Kota Bandung", "32.73 Bandung"));
    CHECK_OK(grant_deed_check(c, &other, &accord, &f));
    CHECK(help_says(&f, FIND_ERROR, "menamai"));

    CHECK(tells(why(c, with(c, text, line.p,
                            "app penanaman-modal/izin-reklame 0.9.0 "
                            "sha256:00000000000000000000000000000000"
                            "00000000000000000000000000000000\n"
                            "app penanaman-modal/izin-reklame 1.0.0 ")),
                "dua kali"));
    CHECK(tells(why(c, with(c, text, "receiver 19.03 Kabupaten Bangka Selatan",
                            "receiver 32.73 Kota Bandung")),
                "dua kota"));
}

/* Lines that came later may be left out; what was signed without them holds. */
TEST(a_note_may_name_contacts_a_working_agreement_and_a_copy)
{
    struct grant_accord a = help_accord(c);
    struct grant_note accord;
    struct grant_target app = {.app = STR(IZIN),
                               .version = STR("1.0.0"),
                               .tree =
                                   seal_show_hash(c, seal_sha256(STR("tree")))};
    struct grant_deed d = {.number = STR("1/HIBAH/II/2026"),
                           .date = STR("2026-02-10"),
                           .licence = STR("EUPL-1.2"),
                           .pks_number = STR("7/PKS/II/2026"),
                           .pks_date = STR("2026-02-05"),
                           .pks = STR("a scan"),
                           .copy = STR("a PDF"),
                           .accord = &accord,
                           .giver = STR(BANDUNG),
                           .receiver = STR(BANGKA),
                           .root = STR("{}"),
                           .root_version = 1,
                           .apps = &app,
                           .n_apps = 1};
    struct grant_note deed;
    str note = STR("");

    a.parties[0].contact = STR("dukungan@bandung.example");
    a.parties[1].contact = STR("+62-718-000000");
    a.copy = STR("a PDF");
    CHECK_OK(grant_accord_draft(c, &a, &note));
    accord = help_read_note(c, note);
    CHECK_STR(grant_note_value(&accord, "contact"), "19.03 +62-718-000000");
    CHECK_STR(grant_note_value(&accord, "copy"),
              arena_fmt(c->mem, "%.*s kesepakatan.pdf",
                        STR_ARG(seal_show_hash(c, seal_sha256(a.copy))))
                  .p);
    CHECK_OK(grant_deed_draft(c, &d, &note));
    deed = help_read_note(c, note);
    CHECK_STR(grant_note_value(&deed, "pks"),
              arena_fmt(c->mem, "7/PKS/II/2026 2026-02-05 %.*s",
                        STR_ARG(seal_show_hash(c, seal_sha256(d.pks))))
                  .p);
    CHECK(tells(grant_note_value(&deed, "copy"), " hibah.pdf"));
}

TEST(a_contact_is_one_of_a_party_and_no_person)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"contact 32.73 Budi Santoso\n", "kontak perangkat daerahnya"},
        {"contact 32.73 https://bandung.example/a\n", "kontak"},
        {"contact 32.74 dukungan@bogor.example\n", "satu setiap pihak"},
        {"contact 32.73 a@bandung.example\ncontact 32.73 b@bandung.example\n",
         "satu setiap pihak"},
    };
    str text = accord_text(c);

    for (size_t i = 0; i < COUNT(cases); i++) {
        str bad = with(c, text, "root 19.03",
                       arena_fmt(c->mem, "%sroot 19.03", cases[i].line).p);

        if (!CHECK(tells(why(c, bad), cases[i].says)))
            CHECK_STR(c->why, cases[i].says);
    }
}
