/* SPDX-License-Identifier: EUPL-1.2 */
/* Branches, states that decide by themselves or are passed by, payment in
 * stages and the four kinds of links, played by two small apps. */
#include "rehearse/rehearse.h"
#include "tests/test.h"

#include <stdio.h>

static const char pattern[] =
    "balai: 1\n"
    "archetype: tata\n"
    "noun: {id: usulan, en: proposal}\n"
    "flow:\n"
    "  start: submitted\n"
    "  promise: 20 workdays\n"
    "  states:\n"
    "    submitted: {who: desk, within: 1 workday, actions: {accept: {to: "
    "consents}}}\n"
    "    consents:\n"
    "      label: {id: Kajian, en: Reviews}\n"
    "      parallel:\n"
    "        hukum: {label: {id: Hukum, en: Legal}, who: legal.verifier, "
    "within: 3 workdays}\n"
    "        teknis: {label: {id: Teknis, en: Technical}, who: "
    "public-works.field, within: 2 workdays, needs: {kajian: {type: text, "
    "label: {id: Kajian, en: Review}}}}\n"
    "      actions:\n"
    "        suitable: {to: weighed}\n"
    "        unsuitable: {to: refused, alone: true}\n"
    "    weighed:\n"
    "      label: {id: Ditimbang, en: Weighed}\n"
    "      who: system\n"
    "      actions:\n"
    "        large: {label: {id: Besar, en: Large}, when: \"diminta > 1000\", "
    "to: council}\n"
    "        small: {label: {id: Kecil, en: Small}, to: approval}\n"
    "    council: {label: {id: Dewan, en: Council}, who: committee, within: 5 "
    "workdays, when: \"figure.lalu == 0\", otherwise: approval, actions: "
    "{suitable: {to: approval}}}\n"
    "    approval:\n"
    "      who: head\n"
    "      within: 1 workday\n"
    "      four_eyes: [consents]\n"
    "      actions:\n"
    "        approve:\n"
    "          to: issued\n"
    "          needs: {jumlah: {type: money, label: {id: Jumlah, en: Sum}}}\n"
    "          grants: \"jumlah\"\n"
    "          rules: {batas: {check: \"jumlah <= diminta && "
    "size(said.kajian) > 3\", say: {id: Paling banyak yang diminta., en: Not "
    "more than asked.}}}\n"
    "    issued:\n"
    "      who: revenue.treasurer\n"
    "      within: 5 workdays\n"
    "      actions:\n"
    "        pay:\n"
    "          label: {id: Bayar, en: Pay}\n"
    "          to: issued\n"
    "          when: \"paid < granted\"\n"
    "          needs: {tahap: {type: money, label: {id: Tahap, en: Stage}}, "
    "bukti: {type: text, label: {id: Bukti, en: Reference}}}\n"
    "          pays: tahap\n"
    "        close: {to: closed, when: \"paid == granted\"}\n"
    "    closed: {end: granted}\n"
    "    refused: {end: refused}\n";

static const char one[] =
    "balai: 1\napp: sosial/satu\nversion: 1.0.0\nextends: tata\n"
    "title: {id: Satu, en: One}\nsummary: {id: Satu., en: One.}\n"
    "function: social\n"
    "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "
    "after end, then: delete}\n"
    "fields:\n"
    "  badan: {type: text, label: {id: Badan, en: Body}, index: true}\n"
    "  diminta: {type: money, label: {id: Diminta, en: Asked}, index: true}\n"
    "links:\n"
    "  lapor: {kind: opens, app: keuangan/dua, on: closed, due: 3 workdays, "
    "values: {badan: badan, diterima: granted, kajian: said.kajian}}\n"
    "  terbuka: {kind: gate, app: keuangan/dua, match: {badan: badan}, "
    "states: [draft], forbid: true, blocks: [submit, accept], say: {id: "
    "Laporan belum disampaikan., en: The report is open.}}\n"
    "  lalu: {kind: figure, app: sosial/satu, match: {badan: badan}, states: "
    "[closed], sum: diminta, to: \"today\"}\n";

static const char one_scenario[] =
    "kecil:\n"
    "  - at: 2026-02-16T09:00\n"
    "  - resident: {submit: {badan: Y-1, diminta: 900}, as: a}\n"
    "  - social.desk: {do: accept}\n"
    "    expect: {state: consents, waits: [hukum, teknis], due: 3 workdays}\n"
    "  - legal.verifier: {do: suitable, branch: teknis, with: {kajian: Baik}}\n"
    "    expect: {denied: true}\n"
    "  - public-works.field: {do: suitable}\n"
    "    expect: {refused: {needs.kajian: Kajian belum diisi.}}\n"
    "  - public-works.field: {do: suitable, with: {kajian: Baik}}\n"
    "    expect: {state: consents, waits: [hukum]}\n"
    "  - public-works.field: {do: suitable, with: {kajian: Baik}}\n"
    "    expect: {denied: true}\n"
    "  - legal.verifier as public-works.field: {do: suitable}\n"
    "    expect: {denied: true, waits: [hukum]}\n"
    "  - legal.verifier: {do: suitable}\n"
    "    expect: {state: approval}\n"
    "  - social.head as legal.verifier: {do: approve, with: {jumlah: 800}}\n"
    "    expect: {denied: true}\n"
    "  - social.head: {do: approve, with: {jumlah: 901}}\n"
    "    expect: {refused: {rules.batas: Paling banyak yang diminta.}}\n"
    "  - social.head: {do: approve, with: {jumlah: 800}}\n"
    "    expect: {state: issued, granted: 800, paid: 0}\n"
    "  - revenue.treasurer: {do: close}\n"
    "    expect: {denied: true}\n"
    "  - revenue.treasurer: {do: pay, with: {tahap: 801, bukti: B}}\n"
    "    expect: {refused: {needs.tahap: Jumlahnya lebih dari Rp0 dan paling "
    "banyak Rp800.}}\n"
    "  - revenue.treasurer: {do: pay, with: {tahap: 500, bukti: B}}\n"
    "    expect: {state: issued, paid: 500}\n"
    "  - revenue.treasurer: {do: pay, with: {tahap: 300, bukti: B}}\n"
    "    expect: {state: issued, paid: 800}\n"
    "  - revenue.treasurer: {do: pay, with: {tahap: 1, bukti: B}}\n"
    "    expect: {denied: true}\n"
    "  - revenue.treasurer: {do: close}\n"
    "    expect: {state: closed, opens: {keuangan/dua: laporan}}\n"
    "  - resident: {submit: {badan: Y-1, diminta: 5}}\n"
    "    expect: {refused: {links.terbuka: Laporan belum disampaikan.}}\n"
    "  - resident: {submit: {badan: Y-2, diminta: 5}, as: lain}\n"
    "    expect: {state: submitted}\n"
    "  - resident: {do: send, app: keuangan/dua, on: laporan, submit: "
    "{dipakai: 700}}\n"
    "    expect: {state: sent}\n"
    "  - resident: {submit: {badan: Y-1, diminta: 2000}, as: b}\n"
    "    expect: {state: submitted}\n"
    "  - social.desk: {do: accept, on: b}\n"
    "  - public-works.field: {do: suitable, branch: teknis, with: {kajian: "
    "Baik}}\n"
    "  - legal.verifier: {do: suitable}\n"
    "    expect: {state: approval}\n"
    "besar:\n"
    "  - at: 2026-02-16T09:00\n"
    "  - resident: {submit: {badan: Y-1, diminta: 2000}}\n"
    "  - social.desk: {do: accept}\n"
    "  - public-works.field: {do: suitable, with: {kajian: Baik}}\n"
    "  - legal.verifier: {do: suitable}\n"
    "    expect: {state: council, due: 5 workdays}\n"
    "sendiri:\n"
    "  - at: 2026-02-16T09:00\n"
    "  - resident: {submit: {badan: Y-1, diminta: 900}}\n"
    "  - social.desk: {do: accept}\n"
    "  - legal.verifier: {do: unsuitable}\n"
    "    expect: {state: refused}\n"
    "lewat:\n"
    "  - at: 2026-02-16T09:00\n"
    "  - resident: {submit: {badan: Y-3, diminta: 900}}\n"
    "  - social.desk: {do: accept}\n"
    "  - legal.verifier: {do: suitable}\n"
    "  - public-works.field: {do: suitable, with: {kajian: Baik}}\n"
    "  - social.head: {do: approve, with: {jumlah: 900}}\n"
    "  - revenue.treasurer: {do: pay, with: {tahap: 900, bukti: B}}\n"
    "  - revenue.treasurer: {do: close}\n"
    "    expect: {opens: {keuangan/dua: laporan}}\n"
    "  - wait: 6 days\n"
    "  - resident: {do: send, app: keuangan/dua, on: laporan, submit: "
    "{dipakai: 700}}\n"
    "    expect: {denied: true, state: late}\n";

static const char second[] =
    "balai: 1\narchetype: lapor\nnoun: {id: laporan, en: report}\n"
    "flow:\n"
    "  start: draft\n"
    "  promise: 20 workdays\n"
    "  states:\n"
    "    draft: {label: {id: Ditunggu, en: Due}, who: resident, lapses: "
    "{after: 60 days, to: late}, actions: {send: {label: {id: Kirim, en: "
    "Send}, to: sent}}}\n"
    "    sent: {label: {id: Diterima, en: Received}, end: answered}\n"
    "    late: {label: {id: Lewat, en: Late}, end: lapsed}\n";

static const char two[] =
    "balai: 1\napp: keuangan/dua\nversion: 1.0.0\nextends: lapor\n"
    "title: {id: Dua, en: Two}\nsummary: {id: Dua., en: Two.}\n"
    "function: finance\n"
    "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "
    "after end, then: delete}\n"
    "fields:\n"
    "  badan: {type: text, label: {id: Badan, en: Body}, index: true}\n"
    "  diterima: {type: money, label: {id: Diterima, en: Received}}\n"
    "  kajian: {type: text, label: {id: Kajian, en: Review}}\n"
    "  dipakai: {type: money, label: {id: Dipakai, en: Used}}\n"
    "rules: {cukup: {check: \"dipakai <= diterima && kajian == 'Baik'\", say: "
    "{id: Lebih dari yang diterima., en: More than received.}}}\n";

static const char two_scenario[] =
    "kirim:\n"
    "  - at: 2026-02-16T09:00\n"
    "  - resident: {submit: {badan: A, diterima: 5, kajian: Baik, dipakai: "
    "6}}\n"
    "    expect: {refused: {rules.cukup: Lebih dari yang diterima.}}\n";

static const char *put(struct ctx *c, const char *dir, const char *name,
                       const char *app, const char *scenario)
{
    const char *to = file_join(c, dir, name);

    CHECK_OK(file_make_dir(c, to, 0700));
    CHECK_OK(file_write(c, file_join(c, to, "app.yaml"), str_of(app), 0600));
    if (scenario != NULL)
        CHECK_OK(file_write(c, file_join(c, to, "scenario.yaml"),
                            str_of(scenario), 0600));
    return to;
}

static void play(struct ctx *c, const char *app, bool with_other,
                 struct rehearse_report *r, struct findings *f)
{
    const char *dir = test_folder(c), *base = file_join(c, dir, "base"), *here;
    struct app_package *p;

    c->now = time_system();
    CHECK_OK(file_make_dir(c, base, 0700));
    CHECK_OK(file_make_dir(c, file_join(c, dir, "sosial"), 0700));
    CHECK_OK(file_make_dir(c, file_join(c, dir, "keuangan"), 0700));
    put(c, base, "tata", pattern, NULL);
    put(c, base, "lapor", second, NULL);
    if (with_other)
        put(c, dir, "keuangan/dua", two, two_scenario);
    here = put(c, dir, "sosial/satu", app, one_scenario);
    if (CHECK_OK(app_package_read(c, here, base, f, &p)))
        CHECK_OK(rehearse_app(c, NULL, p, NULL, f, r));
}

TEST(a_flow_parts_joins_decides_pays_in_stages_and_opens_the_report)
{
    struct rehearse_report r = {0};
    struct findings f = {0};

    play(c, one, true, &r, &f);
    CHECK(r.scenarios == 4 && r.failed == 0);
    for (size_t i = 0; i < f.n; i++)
        printf("  %s\n", finding_show(c, &f.all[i]).p);
}

/* The four walks through both apps are told and left out; the others hold. */
TEST(without_the_other_app_nothing_is_opened_and_nothing_is_shut)
{
    struct rehearse_report r = {0};
    struct findings f = {0};

    play(c, one, false, &r, &f);
    CHECK(r.scenarios == 2 && r.failed == 0);
    CHECK_I64((int64_t)f.n, 2);
    CHECK(f.n > 0 && f.all[0].severity == FIND_NOTE &&
          str_starts(f.all[0].what, STR("Not played: ")));
}

/* What makes the chain a chain: without the gate the first walk fails. */
TEST(a_scenario_fails_where_the_gate_is_taken_away)
{
    struct rehearse_report r = {0};
    struct findings f = {0};
    str text = str_of(one);
    size_t at = str_find(text, STR("  terbuka:"));
    size_t end = str_find(text, STR("  lalu:"));

    play(c,
         arena_fmt(c->mem, "%.*s%.*s", STR_ARG(str_slice(text, 0, at)),
                   STR_ARG(str_slice(text, end, text.n)))
             .p,
         true, &r, &f);
    CHECK(r.scenarios == 4 && r.failed == 1);
}
