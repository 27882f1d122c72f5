/* SPDX-License-Identifier: EUPL-1.2 */
/* Apps, overlays and forms out of any bytes. The first byte picks what the
 * rest is: an app.yaml over a small archetype, an overlay over a small app, a
 * form's pairs, three trees to merge, or an archive. Whatever comes, every
 * fault is a sentence with a mend, and what is built can be filled in. */
#include "app/app.h"
#include "pack/pack.h"
#include "seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char archetype[] =
    "balai: 1\narchetype: permit\nnoun: {id: permohonan, en: application}\n"
    "flow:\n  start: submitted\n  promise: 1 workday\n  states:\n"
    "    submitted: {who: desk, within: 1 workday, actions: {accept: {to: "
    "issued, joint: check}}}\n"
    "    issued: {end: granted}\n";

static const char small[] =
    "balai: 1\napp: kominfo/uji\nversion: 1.0.0\nextends: permit\n"
    "title: {id: Uji, en: Test}\nsummary: {id: Uji., en: Test.}\n"
    "function: communication\n"
    "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, keep: 1 year "
    "after end, then: delete}\n"
    "fields:\n"
    "  a: {type: decimal, label: {id: A, en: A}, min: 0.1, max: 50}\n"
    "  b: {type: integer, label: {id: B, en: B}}\n"
    "  c: {type: decimal, label: {id: C, en: C}, value: \"a * 2.0\"}\n"
    "  d: {type: date, label: {id: D, en: D}, min: today}\n"
    "  e: {type: person, label: {id: E, en: E}, optional: true}\n"
    "  f: {type: file, label: {id: F, en: F}, when: \"c > 3.0\"}\n"
    "  g: {type: choices, label: {id: G, en: G}, options: {x: {id: X, en: X}, "
    "y: {id: Y, en: Y}}}\n"
    "  h: {type: place, label: {id: H, en: H}}\n"
    "  i: {type: money, label: {id: I, en: I}, optional: true}\n"
    "rules:\n  r: {check: \"a < 9.0 || b > 3\", say: {id: R., en: R.}}\n"
    "letters:\n  s: {at: issued, template: s.mustache, register: s, number: "
    "\"{{seq}}\"}\n";

static const char scenario[] =
    "satu:\n  - at: 2026-02-16T09:00\n  - resident: {submit: {b: 1}}\n";

static err open_package(struct ctx *c, str app, struct findings *f,
                        struct app_package **p)
{
    struct pack_file files[] = {
        {STR("app.yaml"), app},
        {STR("archetype.yaml"), str_of(archetype)},
        {STR("s.mustache"), STR("Nilai : {{a}}\n")},
        {STR("scenario.yaml"), str_of(scenario)},
    };
    str archive;

    TRY(pack_write(c, files, COUNT(files), &archive));
    return app_package_open(c, archive, f, p);
}

static void check_findings(struct ctx *c, err e, const struct findings *f)
{
    MUST(e == E_OK || c->why.n > 0);
    for (size_t i = 0; i < f->n; i++)
        MUST(f->all[i].what.n > 0);
}

static void fill(struct ctx *c, const struct app *a)
{
    struct app_setting with = {0};
    struct app_form form = {0};
    struct findings f = {0};
    int64_t rupiah;
    str formula;

    for (size_t i = 0; i < a->n_fields; i++)
        app_fake(c, &a->fields[i], NULL, &form);
    MUST(app_form_finish(c, a, &with, &form, &f) == E_OK);
    (void)!app_charge(c, a, &with, &form, &rupiah, &formula);
    for (size_t i = 0; i < a->n_fields; i++) {
        struct app_shown *shown;
        struct app_pair *pairs;
        size_t n;

        MUST(app_show(c, a, &a->fields[i], &form, &shown, &n) == E_OK);
        MUST(app_form_raw(c, &a->fields[i], &form, &pairs, &n) == E_OK);
    }
}

static void fuzz_app(struct ctx *c, str text)
{
    struct findings f = {0};
    struct app_package *p;
    struct app *a;
    err e = open_package(c, text, &f, &p);

    check_findings(c, e, &f);
    if (e != E_OK)
        return;
    MUST(app_build(c, p, NULL, NULL, &f, &a) == E_OK);
    fill(c, a);
}

static void fuzz_overlay(struct ctx *c, str text)
{
    struct findings f = {0};
    struct app_package *p;
    struct app_overlay *o, *again;
    struct app *a;
    str written;
    err e;

    MUST(open_package(c, str_of(small), &f, &p) == E_OK);
    e = app_overlay_read(c, STR("o.yaml"), text, &f, &o);
    check_findings(c, e, &f);
    if (e != E_OK)
        return;
    written = app_overlay_write(c, o);
    MUST(app_overlay_read(c, STR("o.yaml"), written, &f, &again) == E_OK);
    MUST(str_eq(app_overlay_write(c, again), written));
    e = app_build(c, p, o, NULL, &f, &a);
    check_findings(c, e, &f);
    if (e == E_OK)
        fill(c, a);
}

/* Lines "name=value". */
static void fuzz_form(struct ctx *c, str text)
{
    struct app_setting with = {0};
    struct app_pair pairs[64];
    struct app_form form = {0};
    struct findings f = {0};
    struct app_package *p;
    struct app *a;
    size_t n = 0;
    str line;

    MUST(open_package(c, str_of(small), &f, &p) == E_OK);
    MUST(app_build(c, p, NULL, NULL, &f, &a) == E_OK);
    while (n < COUNT(pairs) && str_next(&text, '\n', &line)) {
        str_cut(line, '=', &pairs[n].name, &pairs[n].value);
        n++;
    }
    MUST(app_form_read(c, a, &with, a->fields, a->n_fields, pairs, n, &form,
                       &f) == E_OK);
    MUST(app_form_finish(c, a, &with, &form, &f) == E_OK);
    check_findings(c, E_OK, &f);
}

/* Three documents parted by "---". */
static void fuzz_merge(struct ctx *c, str text)
{
    struct data *tree[3] = {NULL, NULL, NULL};
    struct findings f = {0}, one = {0}, two = {0};
    struct data *m;

    for (size_t i = 0; i < 3; i++) {
        size_t at = str_find(text, STR("---\n"));

        if (data_read_yaml(c, STR("t"), str_slice(text, 0, at), &f, &tree[i]) !=
            E_OK)
            return;
        text = str_slice(text, at + 4, text.n);
    }
    m = app_merge(c, tree[0], tree[1], tree[2], &one);
    (void)app_merge(c, tree[0], tree[2], tree[1], &two);
    MUST(one.n == two.n);
    if (m != NULL && tree[1] != NULL)
        MUST(data_equal(app_merge(c, tree[1], tree[1], m, &f), m));
}

static void fuzz_archive(struct ctx *c, str text)
{
    struct findings f = {0};
    struct app_package *p;

    check_findings(c, app_package_open(c, text, &f, &p), &f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static void (*const targets[])(struct ctx * c, str text) = {
        fuzz_app, fuzz_overlay, fuzz_form, fuzz_merge, fuzz_archive};
    struct ctx c = {.mem = arena_new((size_t)1 << 30),
                    .lang = STR("en"),
                    .dice = seal_dice(),
                    .now = INT64_C(1771207200) * TIME_SECOND};

    if (n > 0)
        targets[bytes[0] % COUNT(targets)](
            &c, (str){(const char *)bytes + 1, n - 1});
    arena_free(c.mem);
    return 0;
}
