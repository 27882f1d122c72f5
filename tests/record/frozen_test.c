/* SPDX-License-Identifier: EUPL-1.2 */
/* Records that finish on the version that they froze: it is compiled once, and
 * no more than so many of them stay in memory. */
#include "record/record.h"
#include "tests/town.h"

#define APP "sosial/lama"

static const char archetype[] =
    "balai: 1\narchetype: aid\nnoun: {id: usulan, en: proposal}\n"
    "flow:\n"
    "  start: submitted\n"
    "  promise: 3 workdays\n"
    "  states:\n"
    "    submitted: {who: verifier, within: 1 workday, actions: {accept: {to: "
    "issued}}}\n"
    "    issued: {end: granted}\n";

static const char scenario[] =
    "satu:\n  - at: 2026-02-16T09:00\n  - resident: {submit: {isi: Ya}}\n"
    "    expect: {state: submitted}\n";

/* What records froze of version 1.0.N. */
static str install(struct ctx *c, struct town *t, int n)
{
    const char *dir = test_folder(c);
    str app = arena_fmt(
        c->mem,
        "balai: 1\napp: " APP "\nversion: 1.0.%d\nextends: aid\n"
        "title: {id: Uji %d, en: Test}\nsummary: {id: Uji., en: Test.}\n"
        "function: licensing\n"
        "fields: {isi: {type: text, label: {id: Isi, en: Text}}}\n",
        n, n);

    CHECK_OK(file_write(c, file_join(c, dir, "archetype.yaml"),
                        str_of(archetype), 0644));
    CHECK_OK(file_write(c, file_join(c, dir, "app.yaml"), app, 0644));
    CHECK_OK(file_write(c, file_join(c, dir, "scenario.yaml"), str_of(scenario),
                        0644));
    town_install(c, t, dir, NULL);
    return app_catalogue_brief(t->w.apps, STR(APP))->tree;
}

/* As a request does: in memory of its own. */
static const struct app *ask(struct ctx *c, struct town *t, str tree, str *says)
{
    struct ctx in = *c;
    const struct app *a = NULL;
    struct conn *on;

    in.mem = arena_new((size_t)1 << 28);
    CHECK_OK(store_read(&in, t->w.store, &on));
    CHECK_OK(
        app_frozen(&in, on, t->w.apps, t->w.city, STR(APP), tree, STR(""), &a));
    store_done(on);
    *says = arena_str(c->mem, data_text(data_get(a->title, STR("id"))));
    arena_free(in.mem);
    return a;
}

TEST(an_older_version_is_compiled_once_for_all_who_ask)
{
    struct town *t = town_new(c);
    str first = install(c, t, 1), second = install(c, t, 2), says;
    const struct app *a;

    install(c, t, 3);
    a = ask(c, t, first, &says);
    CHECK_STR(says, "Uji 1");
    CHECK(ask(c, t, first, &says) == a);
    CHECK(ask(c, t, second, &says) != a);
    CHECK_STR(says, "Uji 2");
    CHECK(ask(c, t, first, &says) == a);
    CHECK_STR(says, "Uji 1");
}

#define MANY 70 /* more than are kept */

TEST(no_more_than_so_many_older_versions_stay_in_memory)
{
    struct town *t = town_new(c);
    str trees[MANY], says;
    const struct app *kept[MANY];
    int again = 0;

    for (int i = 0; i < MANY; i++)
        trees[i] = arena_str(c->mem, install(c, t, i + 1));
    install(c, t, MANY + 1);
    for (int i = 0; i < MANY; i++) {
        kept[i] = ask(c, t, trees[i], &says);
        CHECK_STR(says, arena_fmt(c->mem, "Uji %d", i + 1).p);
    }
    for (int i = 0; i < 64; i++)
        again += ask(c, t, trees[i], &says) == kept[i];
    CHECK_I64(again, 64);
    ask(c, t, trees[MANY - 1], &says);
    CHECK_STR(says, "Uji 70");
}
