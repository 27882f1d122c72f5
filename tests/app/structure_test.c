/* SPDX-License-Identifier: EUPL-1.2 */
/* Branches, states that may be passed by or decide by themselves, links and
 * stages of payment: what the checker takes and what it refuses. */
#include "tests/app/help.h"

static const char base[] =
    "balai: 1\narchetype: aid\nnoun: {id: usulan, en: proposal}\n"
    "flow:\n"
    "  start: submitted\n"
    "  promise: 5 workdays\n"
    "  states:\n"
    "    submitted: {who: desk, within: 1 workday, actions: {accept: {to: "
    "issued, joint: sini}, refuse: {to: refused}}}\n"
    "    issued: {end: granted}\n"
    "    refused: {end: refused}\n";

static const char head[] =
    "balai: 1\napp: sosial/uji\nversion: 1.0.0\nextends: aid\n"
    "title: {id: Uji, en: Test}\nsummary: {id: Uji., en: Test.}\n"
    "function: social\n"
    "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "
    "after end, then: delete}\n"
    "fields:\n"
    "  badan: {type: text, label: {id: Badan, en: Body}, index: true}\n"
    "  diminta: {type: money, label: {id: Diminta, en: Asked}}\n";

#define L "{id: A, en: A}"

static str faults(struct ctx *c, const char *rest, const struct app **out)
{
    return help_faults(c, arena_fmt(c->mem, "%s%s", head, rest).p, base, out);
}

static const char inserted[] =
    "flow:\n"
    "  insert:\n"
    "    kajian: {at: sini, label: " L ", when: \"diminta > 100\", who: field, "
    "within: 1 workday, actions: {suitable: {to: next}}}\n"
    "    rapat: {at: sini, label: " L ", when: \"diminta > 500\", who: head, "
    "within: 1 workday, actions: {suitable: {to: next}}}\n";

TEST(an_inserted_state_that_is_not_entered_is_passed_by)
{
    const struct app *a;
    const struct app_state *first, *second;

    CHECK_STR(faults(c, inserted, &a), "");
    if (a == NULL)
        return;
    first = app_state(a, STR("kajian")), second = app_state(a, STR("rapat"));
    CHECK_STR(first->otherwise, "rapat");
    CHECK_STR(app_action(first, STR("suitable"))->to, "rapat");
    CHECK_STR(second->otherwise, "issued");
    CHECK(first->when != NULL && second->when != NULL);
}

static const char branching[] =
    "flow: {states: {submitted: {who: desk, parallel: {teknis: {label: " L
    ", who: public-works.field, within: 2 workdays, needs: {kajian: {type: "
    "longtext, label: " L "}}}, hukum: {label: " L ", who: legal.verifier, "
    "within: 3 workdays}}, actions: {refuse: {alone: true}}}}}\n";

TEST(branches_ask_their_own_and_an_app_names_their_functions)
{
    const struct app *a;
    const struct app_state *s;
    const struct app_action *plain, *in;

    CHECK_STR(faults(c, branching, &a), "");
    if (a == NULL)
        return;
    s = app_state(a, STR("submitted"));
    plain = app_action(s, STR("accept"));
    in = app_action_in(c, plain, app_branch(s, STR("teknis")));
    CHECK_I64((int64_t)s->n_branches, 2);
    CHECK_I64((int64_t)plain->n_needs, 0);
    CHECK_I64((int64_t)in->n_needs, 1);
    CHECK(app_action_in(c, plain, app_branch(s, STR("hukum"))) == plain);
    CHECK(app_action(s, STR("refuse"))->alone && !plain->alone);
    CHECK(str_among(STR("legal"), a->functions, a->n_functions) >= 0);
}

TEST(what_a_flow_of_this_structure_must_not_say_is_refused)
{
    static const struct help_fault rows[] = {
        {"flow: {states: {issued: {when: \"diminta > 100\"}}}\n",
         "flow.states.issued: when: dan otherwise: berpasangan.\n"},
        {"flow: {states: {issued: {when: \"diminta > 1\", otherwise: refused}, "
         "refused: {when: \"diminta > 1\", otherwise: issued}}}\n",
         "flow.states.issued: otherwise: berputar tanpa tiba di mana pun.\n"
         "flow.states.refused: otherwise: berputar tanpa tiba di mana pun.\n"},
        {"flow: {states: {submitted: {who: system, actions: {accept: {when: "
         "\"diminta > 100\"}, refuse: {when: \"diminta > 200\"}}}}}\n",
         "flow.states.submitted: Keadaan yang memutuskan sendiri memerlukan "
         "tindakan terakhir tanpa when:.\n"},
        {"flow: {states: {submitted: {parallel: {satu: {label: " L
         ", who: head, within: 1 workday}}}}}\n",
         "flow.states.submitted.parallel: Di sini diharapkan 2 sampai 8 "
         "cabang.\n"},
        {"flow: {states: {submitted: {actions: {accept: {alone: true}}}}}\n",
         "flow.states.submitted: alone: hanya berlaku dengan parallel:.\n"},
        {"flow: {states: {submitted: {actions: {accept: {pays: jumlah}}}}}\n",
         "flow.states.submitted.actions.accept.pays: Tindakan ini tidak "
         "menanyakan uang \"jumlah\" yang wajib diisi.\n"},
        {"flow: {states: {submitted: {actions: {accept: {grants: \"badan\"}}}}}"
         "\n",
         "flow.states.submitted.actions.accept.grants: Rumus ini haruslah "
         "menghasilkan uang; pakailah round, round_up, atau round_down.\n"},
        {"rules: {lebih: {check: \"paid < granted\", say: " L "}}\n",
         "rules.lebih.check: Nama paid tidak dikenal.\n"
         "rules.lebih.check: Nama granted tidak dikenal.\n"},
        {"flow: {states: {submitted: {who: system, actions: {accept: {when: "
         "\"diminta > 1\", rules: {satu: {check: \"diminta > 2\", say: " L
         "}}}}}}}\n",
         "flow.states.submitted: Keadaan yang memutuskan sendiri tidak "
         "menanyakan, tidak beraturan dan tidak berbatas waktu, dan tidak "
         "menuju dirinya.\n"},
        {"flow: {states: {submitted: {actions: {accept: {needs: {kata: {type: "
         "text, label: " L "}}}, refuse: {needs: {kata: {type: money, label: " L
         "}}}}}}}\n",
         "said.kata: Yang ditanyakan di sini berjenis money, tetapi di tempat "
         "lain dengan nama yang sama text.\n"},
        {"flow: {states: {submitted: {parallel: {satu: {label: " L
         ", who: head, within: 1 workday, needs: {kata: {type: text, label: " L
         "}}}, dua: {label: " L ", who: desk, within: 1 workday}}, actions: "
         "{accept: {needs: {kata: {type: text, label: " L "}}}}}}}\n",
         "flow.states.submitted: Cabang dan tindakannya menanyakan isian yang "
         "bernama sama.\n"},
        {"flow: {states: {submitted: {actions: {accept: {needs: {said: {type: "
         "text, label: " L "}}}}}}}\n",
         "flow.states.submitted.actions.accept.needs.said: Nama \"said\" sudah "
         "berarti lain.\n"},
        {"flow: {states: {submitted: {actions: {accept: {needs: {reason: "
         "{type: text, label: " L "}}}}}}}\n",
         "flow.states.submitted.actions.accept.needs.reason: Nama \"reason\" "
         "sudah berarti lain.\n"},
        {"flow: {states: {submitted: {actions: {accept: {needs: {isi: {type: "
         "rows, label: " L ", columns: {a: {type: integer, label: " L
         "}, b: {type: integer, label: " L ", value: \"a * 2\"}}}}}}}}}\n",
         "flow.states.submitted.actions.accept.needs.isi: Yang ditanyakan "
         "sebuah tindakan tidak dapat dihitung.\n"},
    };

    help_refusals(c, head, base, rows, COUNT(rows));
}

TEST(an_act_sees_money_what_was_asked_and_its_own_needs)
{
    const struct app *a;

    CHECK_STR(
        faults(c,
               "flow: {states: {submitted: {actions: {accept: {needs: {jumlah: "
               "{type: money, label: " L "}}, grants: \"jumlah\", rules: "
               "{batas: {check: \"jumlah <= diminta\", say: " L "}}}}}, "
               "issued: {who: treasurer, needs: {bayar: {type: money, label: " L
               "}}, actions: {pay: {label: " L ", to: issued, when: \"paid < "
               "granted && said.jumlah > 0\", pays: bayar}}}}}\n",
               &a),
        "");
    if (a == NULL)
        return;
    CHECK_STR(app_action(app_state(a, STR("issued")), STR("pay"))->pays,
              "bayar");
    CHECK(app_action(app_state(a, STR("submitted")), STR("accept"))->grants !=
          NULL);
}

/* ---- links -------------------------------------------------------- */

static const char linked[] =
    "rules: {dua: {check: \"figure.lalu == 0\", say: " L "}}\n"
    "links:\n"
    "  lapor: {kind: opens, app: keuangan/lain, on: issued, due: by 10 "
    "January, values: {badan: badan, besar: \"diminta * 2\"}}\n"
    "  tunggu: {kind: gate, app: keuangan/lain, match: {badan: badan}, states: "
    "[running], forbid: true, blocks: [submit, accept], say: " L "}\n"
    "  lalu: {kind: figure, app: sosial/uji, match: {badan: badan}, count: "
    "true, from: \"today - years(1)\"}\n"
    "  isi: {kind: prefill, app: keuangan/lain, by: badan, values: {diminta: "
    "sisa}}\n";

TEST(links_of_four_kinds_are_read)
{
    const struct app *a;

    CHECK_STR(faults(c, linked, &a), "");
    if (a == NULL)
        return;
    CHECK_I64((int64_t)a->n_links, 4);
    CHECK(a->links[0].kind == APP_OPENS && a->links[1].kind == APP_GATE &&
          a->links[2].kind == APP_FIGURE && a->links[3].kind == APP_PREFILL);
    CHECK_STR(a->links[0].values[0].from, "badan");
    CHECK(a->links[0].values[1].expr != NULL);
    CHECK_STR(a->links[3].values[0].from, "sisa");
}

TEST(a_link_gives_values_in_canonical_text)
{
    const struct app *a;
    struct app_setting with = help_setting(c);
    struct app_form form = {0}, out = {0};

    CHECK_STR(faults(c, linked, &a), "");
    if (a == NULL)
        return;
    app_form_set(c, &form, STR("badan"), STR("Y-1"));
    app_form_set(c, &form, STR("diminta"), STR("150"));
    app_link_values(c, a, &with, &form, &a->links[0], &out);
    CHECK_STR(app_form_text(&out, STR("badan")), "Y-1");
    CHECK_STR(app_form_text(&out, STR("besar")), "300");
}

TEST(what_a_link_must_not_say_is_refused)
{
    static const struct help_fault rows[] = {
        {"links: {a: {kind: gate, app: x/y, on: issued, match: {badan: badan}, "
         "blocks: [accept], say: " L "}}\n",
         "links.a.on: \"on\" tidak berlaku untuk gate.\n"},
        {"links: {a: {kind: opens, app: x/y, on: issud, values: {}}}\n",
         "links.a.on: Alur ini tidak punya keadaan itu.\n"},
        {"links: {a: {kind: gate, app: x/y, match: {badan: badan}, blocks: "
         "[acept], say: " L "}}\n",
         "links.a.blocks: Alur ini tidak punya tindakan \"acept\".\n"},
        {"links: {a: {kind: gate, app: sosial/uji, match: {diminta: diminta}, "
         "blocks: [submit], forbid: true, say: " L "}}\n",
         "links.a: sosial/uji tidak mengindeks isian diminta; tambahkan index: "
         "true.\n"},
        {"links: {a: {kind: prefill, app: x/y, by: badn, values: {dimint: a}}}"
         "\n",
         "links.a.by: Aplikasi ini tidak punya isian \"badn\".\n"
         "links.a.values.dimint: Aplikasi ini tidak punya isian \"dimint\".\n"},
        {"links: {a: {kind: opens, app: sosial/uji, on: issued, values: "
         "{badan: "
         "badan}}}\n",
         "links.a: Aplikasi tidak mengisi atau membuka dirinya sendiri.\n"},
        {"links: {a: {kind: figure, app: x/y, match: {badan: badan}, sum: "
         "besar, count: true}}\n",
         "links.a: sum: atau count:, bukan keduanya.\n"},
        {"links: {a: {kind: gate, app: x/y, match: {badan: badan}, forbid: "
         "true, blocks: [accept], say: " L "}}\n"
         "flow: {states: {submitted: {who: system, actions: {accept: {when: "
         "\"diminta > 1\"}}}}}\n",
         "links.a.blocks: Tindakan yang berjalan sendiri tidak dapat ditahan; "
         "gunakan when:.\n"},
        {"rules: {dua: {check: \"figure.a == 0\", say: " L "}}\n"
         "links: {a: {kind: figure, app: x/y, match: {badan: badan}, count: "
         "true, from: \"figure.a == 0 ? today : today\"}}\n",
         "links.a.from: Nama figure tidak dikenal.\n"},
    };

    help_refusals(c, head, base, rows, COUNT(rows));
}

/* ---- registers ---------------------------------------------------- */

#define NUMBERED                                                               \
    "  nomor: {type: text, label: " L ", index: true}\n"                       \
    "  alat: {type: rows, label: " L ", columns: {seri: {type: text, "         \
    "label: " L "}}}\n"                                                        \
    "  dekat: {type: text, max_length: 20, label: " L ", when: \"diminta > "   \
    "1\"}\n"                                                                   \
    "  panjang: {type: text, label: " L "}\n"                                  \
    "  orang: {type: person, label: " L "}\n"                                  \
    "  panggilan: {type: text, max_length: 20, label: " L ", show: public}\n"  \
    "  tempat: {type: choice, label: " L ", show: public, options: {a: " L     \
    "}}\n"                                                                     \
    "  rahasia: {type: choice, label: " L ", options: {a: " L "}}\n"           \
    "  kode: {type: text, max_length: 9, label: " L ", show: public, value: "  \
    "\"tempat + '-' + string(year(today))\"}\n"                                \
    "  sandi: {type: text, max_length: 9, label: " L ", show: public, value: " \
    "\"panggilan + tempat\"}\n"                                                \
    "  lapis: {type: text, max_length: 9, label: " L ", show: public, value: " \
    "\"sandi + kode\"}\n"                                                      \
    "  hitung: {type: integer, label: " L ", show: public, value: "            \
    "\"diminta > 1 ? 1 : 2\"}\n"

#define NO_NUMBER(key)                                                         \
    "register.number: Nomor tidak memuat isian \"" key "\": yang diketik "     \
    "orang, boleh kosong, atau tidak dibaca umum bukan bagian nomor.\n"
#define BY_FIELD(key)                                                          \
    NUMBERED "register: {key: nomor, number: \"{{" key                         \
             "}}-{{seq4}}\", book: kapal, entry: issued}\n"

/* What a person typed would stand in a number long after it was erased. */
TEST(a_number_holds_nothing_that_a_person_typed)
{
    static const struct help_fault rows[] = {
        {BY_FIELD("tempat"), ""},
        {BY_FIELD("kode"), ""},
        {BY_FIELD("panggilan"), NO_NUMBER("panggilan")},
        {BY_FIELD("sandi"), NO_NUMBER("sandi")},
        {BY_FIELD("lapis"), NO_NUMBER("lapis")},
        {BY_FIELD("hitung"), NO_NUMBER("hitung")},
        {BY_FIELD("rahasia"), NO_NUMBER("rahasia")},
        {BY_FIELD("nomor"), NO_NUMBER("nomor")},
        {BY_FIELD("orang"), NO_NUMBER("orang")},
        {BY_FIELD("tiada"), "register.number: Nomor tidak mengenal "
                            "\"{{tiada}}\".\n"},
    };

    help_refusals(c, head, base, rows, COUNT(rows));
}

#define GIVES_AWAY                                                             \
    ": Rumus ini membaca isian pribadi, padahal hasilnya dibaca umum.\n"

/* A type that is never public is not public by way of a formula either. */
TEST(a_formula_that_everybody_reads_gives_no_personal_field_away)
{
    static const struct help_fault rows[] = {
        {NUMBERED "  x: {type: text, label: " L ", show: public, value: "
                  "\"orang.nama\"}\n",
         "fields.x.value" GIVES_AWAY},
        {NUMBERED "  y: {type: text, label: " L ", value: \"orang.nama\"}\n"
                  "  x: {type: text, label: " L ", show: public, value: "
                  "\"y + '!'\"}\n",
         "fields.x.value" GIVES_AWAY},
        {NUMBERED "  x: {type: integer, label: " L ", show: public, value: "
                  "\"int(orang.nik)\"}\n",
         "fields.x.value" GIVES_AWAY},
        {NUMBERED "  x: {type: rows, label: " L ", show: public, columns: {y: "
                  "{type: text, label: " L ", value: \"orang.nama\"}}}\n",
         "fields.x.columns.y.value" GIVES_AWAY},
        {NUMBERED "  y: {type: rows, label: " L ", columns: {nik: {type: nik, "
                  "label: " L "}}}\n"
                  "  x: {type: integer, label: " L ", show: public, value: "
                  "\"size(y)\"}\n",
         ""},
        {NUMBERED "  x: {type: text, label: " L ", value: \"orang.nama\"}\n",
         ""},
    };

    help_refusals(c, head, base, rows, COUNT(rows));
}

TEST(what_a_register_must_not_say_is_refused)
{
    static const struct help_fault rows[] = {
        {NUMBERED "register: {key: nomor, number: \"{{unit}}-{{seq4}}\", book: "
                  "kapal, entry: issued, unique: [alat.seri]}\n",
         ""},
        {NUMBERED "register: {key: nomor, number: \"{{seq4}}\", book: kapal, "
                  "entry: submitted}\n",
         "register.number: Nomor diberikan oleh sebuah tindakan, bukan saat "
         "diajukan.\n"},
        {NUMBERED
         "register: {key: nomor, number: \"{{seq4}}\", book: kapal, entry: "
         "issued}\n"
         "flow: {states: {submitted: {when: \"diminta > 100\", otherwise: "
         "issued}}}\n",
         "register.number: Nomor diberikan oleh sebuah tindakan, bukan saat "
         "diajukan.\n"},
        {NUMBERED "register: {key: nomor, number: \"{{panjang}}-{{seq4}}\", "
                  "book: kapal, entry: issued}\n",
         NO_NUMBER("panjang")},
        {NUMBERED "register: {key: nomor, number: \"{{dekat}}-{{seq4}}\", "
                  "book: kapal, entry: issued}\n",
         NO_NUMBER("dekat")},
        {NUMBERED "register: {key: nomor, entry: issued, unique: [alat]}\n",
         "register.unique: Isian ini terdiri atas beberapa bagian; sebutlah "
         "salah satunya, seperti pemilik.nik.\n"},
        {NUMBERED "register: {key: alat, entry: issued}\n",
         "register.key: Kunci register selalu diisi, satu baris; yang bernomor "
         "adalah teks tanpa rumus.\n"},
        {NUMBERED "register: {key: orang, entry: issued}\n",
         "register.key: Kunci register selalu diisi, satu baris; yang bernomor "
         "adalah teks tanpa rumus.\n"},
        {NUMBERED "register: {key: diminta, number: \"{{seq4}}\", book: kapal, "
                  "entry: issued}\n",
         "register.key: Kunci register selalu diisi, satu baris; yang bernomor "
         "adalah teks tanpa rumus.\n"},
        {NUMBERED "register: {key: nomor, entry: refused}\n",
         "register.entry: Yang berakhir begitu tidak tercatat dalam "
         "register.\n"},
        {NUMBERED "register: {key: nomor, entry: isued}\n",
         "register.entry: Alur ini tidak punya keadaan \"isued\".\n"},
    };

    help_refusals(c, head, base, rows, COUNT(rows));
}
