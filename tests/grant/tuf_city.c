/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/grant/tuf_city.h"

#include <stdio.h>

static void close_signer(void *it)
{
    seal_signer_close(((struct tuf_city *)it)->signer);
}

void tuf_ceremony(struct ctx *c, struct tuf_city *t)
{
    const char *dir = test_folder(c);
    str words[7];

    for (size_t i = 0; i < 7; i++) {
        t->dirs[i] = file_join(c, dir, arena_fmt(c->mem, "%zu", i).p);
        words[i] = STR(TUF_PASSPHRASE);
    }
    CHECK_OK(grant_keys_make(
        c, &(struct grant_ceremony){t->code, t->domain, t->dirs, 7, words}));
    for (size_t i = 0; i < 3; i++)
        CHECK_OK(
            grant_key_open(c, t->dirs[i], GRANT_ROOT, words[i], &t->roots[i]));
    for (size_t i = 0; i < 2; i++)
        CHECK_OK(grant_key_open(c, t->dirs[5 + i], GRANT_TARGETS, words[i],
                                &t->targets[i]));
}

struct tuf_city *tuf_city(struct ctx *c)
{
    return tuf_city_of(c, "32.73", "bandung.example");
}

struct tuf_city *tuf_city_of(struct ctx *c, const char *code,
                             const char *domain)
{
    struct tuf_city *t = NEW(c->mem, struct tuf_city);

    t->code = str_of(code);
    t->domain = str_of(domain);
    t->dir = test_folder(c);
    t->repo = file_join(c, t->dir, "repo");
    t->signer_path = file_join(c, t->dir, "SIGNER");
    CHECK_OK(seal_signer_create(c, t->signer_path, t->domain));
    CHECK_OK(seal_signer_open(c, t->signer_path, &t->signer));
    arena_owns(c->mem, close_signer, t);
    tuf_ceremony(c, t);
    return t;
}

struct app_package *tuf_app(struct ctx *c, const char *dir)
{
    struct findings f = {0};
    struct app_package *p = NULL;

    if (!CHECK_OK(app_package_read(c, file_join(c, "apps", dir), "apps/base",
                                   &f, &p)))
        fprintf(stderr, "%s\n", tuf_findings(c, &f).p);
    return p;
}

static void put(struct ctx *c, const char *dir, const char *name, str bytes)
{
    CHECK_OK(file_write(c, file_join(c, dir, name), bytes, 0644));
}

struct app_package *tuf_small_app(struct ctx *c, const char *name,
                                  const char *version)
{
    const char *dir = test_folder(c);
    struct findings f = {0};
    struct app_package *p = NULL;

    put(c, dir, "archetype.yaml",
        STR("balai: 1\narchetype: coba\n"
            "noun: {id: berkas, en: file}\n"
            "flow:\n  start: submitted\n  promise: 1 workday\n  states:\n"
            "    submitted: {who: desk, within: 1 workday, actions: {accept: "
            "{to: issued}}}\n"
            "    issued: {end: granted}\n"));
    put(c, dir, "app.yaml",
        arena_fmt(c->mem,
                  "balai: 1\napp: uji/%s\nversion: %s\nextends: coba\n"
                  "title: {id: Coba, en: Trial}\n"
                  "summary: {id: Sebuah uji., en: A trial.}\n"
                  "function: communication\n"
                  "privacy: {basis: consent, purpose: {id: Uji., en: Test.}, "
                  "keep: 1 year after end, then: delete}\n"
                  "fields:\n  teks: {type: text, label: {id: Teks, en: Text}}\n"
                  "steps:\n  isi: {title: {id: Isi, en: Fill}, fields: "
                  "[teks]}\n",
                  name, version));
    put(c, dir, "scenario.yaml",
        STR("satu:\n  - at: 2026-02-16T09:00\n"
            "  - resident: {submit: {}}\n    expect: {state: submitted}\n"));
    if (!CHECK_OK(app_package_read(c, dir, NULL, &f, &p)))
        fprintf(stderr, "%s\n", tuf_findings(c, &f).p);
    return p;
}

err tuf_publish(struct ctx *c, struct tuf_city *t, size_t n_roots,
                struct app_package *const *apps, size_t n_apps,
                int64_t *edition)
{
    const struct app_package *all[8];
    const struct grant_key *roots[3] = {t->roots[0], t->roots[1], t->roots[2]};
    const struct grant_key *targets[2] = {t->targets[0], t->targets[1]};

    for (size_t i = 0; i < n_apps; i++)
        all[i] = apps[i];
    return grant_publish(c,
                         &(struct grant_publish){.repo = t->repo,
                                                 .signer = t->signer,
                                                 .roots = roots,
                                                 .n_roots = n_roots,
                                                 .targets = targets,
                                                 .n_targets = 2,
                                                 .apps = all,
                                                 .n_apps = n_apps},
                         edition);
}

str tuf_findings(struct ctx *c, const struct findings *f)
{
    struct buf b = buf_new(c, 1 << 20);

    for (size_t i = 0; i < f->n; i++)
        buf_fmt(&b, "%.*s\n", STR_ARG(finding_show(c, &f->all[i])));
    return buf_str(&b);
}
