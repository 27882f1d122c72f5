/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/web/spiked.h"

#include "data/data.h"

#include <stdio.h>

#define FILE_MOST ((size_t)1 << 20)

/* ---- words -------------------------------------------------------- */

/* {id: ..., en: ...} holds words for people; nothing else is touched. */
static void spike(struct ctx *c, struct data *d, str head)
{
    if (d->kind == DATA_LIST)
        for (size_t i = 0; i < d->n; i++)
            spike(c, d->items[i], head);
    if (d->kind != DATA_MAP)
        return;
    for (size_t i = 0; i < d->n; i++) {
        struct data_pair *p = &d->pairs[i];
        bool word = str_eq(p->key, STR("id")) || str_eq(p->key, STR("en"));

        if (p->value->kind != DATA_TEXT)
            spike(c, p->value, head);
        else if (word)
            p->value->text = arena_fmt(c->mem, "%.*s%.*s", STR_ARG(head),
                                       STR_ARG(p->value->text));
        else if (str_eq(p->key, STR("version")))
            p->value->text = STR("99.0.0");
    }
}

static str spiked_yaml(struct ctx *c, const char *path, str text, str head)
{
    struct findings f = {0};
    struct data *d;

    if (!CHECK_OK(data_read_yaml(c, str_of(path), text, &f, &d)))
        return text;
    spike(c, d, head);
    return data_write_yaml(c, d);
}

static bool has_words(str file)
{
    static const str all[] = {STR_INIT("app.yaml"), STR_INIT("city.yaml"),
                              STR_INIT("offices.yaml"), STR_INIT("brand.yaml")};

    return str_among(file, all, COUNT(all)) >= 0;
}

/* ---- folders ------------------------------------------------------ */

static void copy_files(struct ctx *c, const char *from, const char *to,
                       str head)
{
    str *names, text;
    size_t n;

    CHECK_OK(file_list(c, from, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        const char *path = file_join(c, from, names[i].p);

        CHECK_OK(file_read(c, path, FILE_MOST, &text));
        if (has_words(names[i]))
            text = spiked_yaml(c, path, text, head);
        CHECK_OK(file_write(c, file_join(c, to, names[i].p), text, 0600));
    }
}

static void copy_tree(struct ctx *c, const char *from, const char *to, str head,
                      int deep)
{
    str *names;
    size_t n;

    copy_files(c, from, to, head);
    if (deep == 0)
        return;
    CHECK_OK(file_list(c, from, 'd', &names, &n));
    for (size_t i = 0; i < n; i++) {
        const char *below = file_join(c, to, names[i].p);

        CHECK_OK(file_make_dir(c, below, 0700));
        copy_tree(c, file_join(c, from, names[i].p), below, head, deep - 1);
    }
}

const char *spiked_apps(struct ctx *c, str head)
{
    const char *to = test_folder(c);

    copy_tree(c, "apps", to, head, 2);
    return to;
}

/* ---- the city ----------------------------------------------------- */

struct naming {
    const struct record_world *w;
    const char *dir;
    str csv;
    struct findings f;
};

static err rename_all(struct ctx *c, struct conn *tx, void *arg)
{
    struct naming *u = arg;
    struct city_people_change *people;
    struct city_change *changes;
    size_t n;

    TRY(city_compare(c, u->w->city, u->dir, &u->f, &changes, &n));
    TRY(city_apply(c, tx, u->w->ledger, STR("system"), changes, n));
    return city_people_import(c, u->w->city, tx, tx, u->w->ledger,
                              STR("system"), STR("people.csv"), u->csv, &u->f,
                              &people, &n);
}

/* The second column of people.csv is the name; quotes are doubled in CSV. */
static str spiked_people(struct ctx *c, str csv, str head)
{
    struct buf b = buf_new(c, FILE_MOST);
    str line, login, name, rest;

    for (bool first = true; str_next(&csv, '\n', &line); first = false) {
        str_cut(line, ',', &login, &rest);
        str_cut(rest, ',', &name, &rest);
        if (first || login.n == 0) {
            buf_fmt(&b, "%.*s\n", STR_ARG(line));
            continue;
        }
        buf_fmt(&b, "%.*s,\"", STR_ARG(login));
        for (size_t i = 0; i < head.n; i++)
            buf_fmt(&b, head.p[i] == '"' ? "\"\"" : "%c", head.p[i]);
        buf_fmt(&b, "%.*s\",%.*s\n", STR_ARG(name), STR_ARG(rest));
    }
    return buf_str(&b);
}

void spiked_city(struct ctx *c, struct site *s, str head)
{
    struct naming u = {.w = &s->town->w, .dir = test_folder(c)};
    str csv;

    copy_files(c, "cities/bandung", u.dir, head);
    CHECK_OK(file_read(c, "cities/bandung/people.csv", FILE_MOST, &csv));
    /* A name has 120 letters at most. */
    u.csv = spiked_people(c, csv, str_slice(head, 0, 80));
    if (!CHECK_OK(store_write(c, s->town->w.store, rename_all, &u)))
        for (size_t i = 0; i < u.f.n; i++)
            printf("  %s\n", finding_show(c, &u.f.all[i]).p);
    town_look(c, s->town);
}
