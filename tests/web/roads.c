/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/web/roads.h"

#include <stdio.h>

static const struct road roads[] = {
    {"GET /", NOTHING},
    {"GET /cari", NOTHING},
    {"GET /tentang", NOTHING},
    {"GET /bantuan", NOTHING},
    {"GET /privasi", NOTHING},
    {"GET /privasi/pemrosesan", NOTHING},
    {"GET /privasi/pemrosesan.csv", NOTHING},
    {"GET /aksesibilitas", NOTHING},
    {"GET /luring", NOTHING},
    {"GET /gaya/{file}", NOTHING},
    {"GET /kinerja", NOTHING},
    {"GET /kinerja/data.csv", NOTHING},
    {"GET /layanan/{sector}/{app}", NOTHING},
    {"GET /layanan/{sector}/{app}/daftar", LIST},
    {"GET /layanan/{sector}/{app}/isi", NOTHING},
    {"POST /layanan/{sector}/{app}/isi", NOTHING},
    {"GET /layanan/{sector}/{app}/isi/{step}", NOTHING},
    {"POST /layanan/{sector}/{app}/isi/{step}", NOTHING},
    {"GET /layanan/{sector}/{app}/lampiran/{path}", NOTHING},
    {"GET /layanan/{sector}/{app}/serupa", LIST},
    {"GET /layanan/{sector}/{app}/periksa", NOTHING},
    {"POST /layanan/{sector}/{app}/periksa", NOTHING},
    {"GET /tanda-terima/{nonce}", NOTHING},
    {"GET /tanda-terima/{nonce}/bukti", NOTHING},
    {"GET /tanda-terima/{nonce}/cetak", NOTHING},
    {"GET /lacak", NOTHING},
    {"POST /lacak", NOTHING},
    {"GET /lacak/{number}", GATE},
    {"GET /lacak/{number}/bukti.tlog-proof", GATE},
    {"GET /lacak/{number}/bukti-lengkap.tlog-proof", GATE},
    {"GET /lacak/{number}/data", GATE},
    {"POST /lacak/{number}/data", GATE},
    {"GET /lacak/{number}/data/salinan.json", GATE},
    {"GET /lacak/{number}/lampiran/{path}", GATE},
    {"GET /lacak/{number}/surat/{key}", GATE},
    {"GET /lacak/{number}/tindak/{action}", GATE},
    {"POST /lacak/{number}/tindak/{action}", GATE},
    {"POST /lacak/{number}/kabar", GATE},
    {"GET /lacak/{number}/isi/{step}", GATE},
    {"POST /lacak/{number}/isi/{step}", GATE},
    {"GET /s/{token}", NOTHING},
    {"POST /s/{token}", NOTHING},
    {"GET /periksa", NOTHING},
    {"GET /log", NOTHING},
    {"GET /log/periksa", NOTHING},
    {"POST /log/periksa", NOTHING},
    {"GET /log/kunci", NOTHING},
    {"GET /log/kebijakan", NOTHING},
    {"GET /log/checkpoint", NOTHING},
    {"GET /log/tile/{*}", NOTHING},
    {"GET /kesepakatan", NOTHING},
    {"GET /kesepakatan/{digest}/{file}", NOTHING},
    {"GET /kerja-sama", NOTHING},
    {"GET /kerja-sama/{digest}", NOTHING},
    {"GET /kerja-sama/{digest}/{file}", NOTHING},
    {"GET /repo/metadata/{file}", NOTHING},
    {"GET /repo/targets/{sector}/{file}", NOTHING},
    {"POST /saksi/add-checkpoint", NOTHING},
    {"GET /saksi/kunci", NOTHING},
    {"GET /saksi/{origin}/checkpoint", NOTHING},
    {"GET /masuk", NOTHING},
    {"POST /masuk", NOTHING},
    {"GET /masuk/tautan/{token}", NOTHING},
    {"POST /masuk/tautan/{token}", NOTHING},
    {"POST /keluar", NOTHING},
    {"GET /kerja", LIST},
    {"GET /kerja/tanggal", NOTHING},
    {"POST /kerja/tanggal", NOTHING},
    {"GET /kerja/berkas/{number}", GATE},
    {"POST /kerja/berkas/{number}", GATE},
    {"POST /kerja/berkas/{number}/disposisi", GATE},
    {"GET /kerja/berkas/{number}/lampiran/{path}", GATE},
    {"GET /kerja/berkas/{number}/surat/{key}", GATE},
    {"GET /kerja/berkas/{number}/rancangan/{key}", GATE},
    {"POST /kerja/sekaligus", LIST},
    {"GET /ketidakhadiran", NOTHING},
    {"POST /ketidakhadiran", NOTHING},
    {"POST /ketidakhadiran/akhiri", NOTHING},
    {"GET /kerja/berkas/{number}/simpan", NOTHING},
    {"POST /kerja/berkas/{number}/simpan", NOTHING},
    {"GET /kerja/permintaan", NOTHING},
    {"GET /kerja/permintaan/{id}", NOTHING},
    {"POST /kerja/permintaan/{id}", NOTHING},
    {"GET /pengawasan", NOTHING},
    {"GET /pengawasan/{id}", NOTHING},
    {"POST /pengawasan/{id}", NOTHING},
    {"GET /kerja/isi/{sector}/{app}/isi", NOTHING},
    {"POST /kerja/isi/{sector}/{app}/isi", NOTHING},
    {"GET /kerja/isi/{sector}/{app}/isi/{step}", NOTHING},
    {"POST /kerja/isi/{sector}/{app}/isi/{step}", NOTHING},
    {"GET /kerja/isi/{sector}/{app}/lampiran/{path}", NOTHING},
    {"GET /kerja/isi/{sector}/{app}/periksa", NOTHING},
    {"POST /kerja/isi/{sector}/{app}/periksa", NOTHING},
    {"GET /loket", NOTHING},
    {"GET /loket/{sector}/{app}/isi", NOTHING},
    {"POST /loket/{sector}/{app}/isi", NOTHING},
    {"GET /loket/{sector}/{app}/isi/{step}", NOTHING},
    {"POST /loket/{sector}/{app}/isi/{step}", NOTHING},
    {"GET /loket/{sector}/{app}/lampiran/{path}", NOTHING},
    {"GET /loket/{sector}/{app}/serupa", LIST},
    {"GET /loket/{sector}/{app}/periksa", NOTHING},
    {"POST /loket/{sector}/{app}/periksa", NOTHING},
    {"GET /orang", NOTHING},
    {"POST /orang", NOTHING},
    {"POST /orang/impor", NOTHING},
    {"POST /orang/terapkan", NOTHING},
    {"GET /orang/{id}", NOTHING},
    {"POST /orang/{id}/beri", NOTHING},
    {"POST /orang/{id}/akhiri", NOTHING},
    {"POST /orang/{id}/tautan", NOTHING},
    {"POST /orang/{id}/status", NOTHING},
    {"POST /orang/{id}/ubah", NOTHING},
    {"GET /retensi", NOTHING},
    {"GET /aplikasi", NOTHING},
    {"GET /aplikasi/{sector}/{app}", NOTHING},
    {"GET /aplikasi/{sector}/{app}/butir/{key}", NOTHING},
    {"POST /aplikasi/{sector}/{app}/butir/{key}", NOTHING},
    {"POST /aplikasi/{sector}/{app}/usulan", NOTHING},
    {"POST /aplikasi/{sector}/{app}/batalkan", NOTHING},
    {"GET /aplikasi/{sector}/{app}/versi", NOTHING},
    {"POST /aplikasi/{sector}/{app}/versi", NOTHING},
    {"POST /aplikasi/{sector}/{app}/pintu", NOTHING},
    {"POST /aplikasi/{sector}/{app}/skenario", NOTHING},
    {"GET /aplikasi/{sector}/{app}/skenario/{token}", NOTHING},
    {"GET /aplikasi/{sector}/{app}/pratinjau", NOTHING},
    {"GET /aplikasi/{sector}/{app}/berkas", NOTHING},
    {"GET /adopsi", NOTHING},
    {"POST /adopsi", NOTHING},
    {"GET /adopsi/{token}", NOTHING},
    {"POST /adopsi/{token}/ambil", NOTHING},
    {"GET /pembaruan", NOTHING},
    {"POST /pembaruan", NOTHING},
};

const struct road *roads_all(size_t *n)
{
    *n = COUNT(roads);
    return roads;
}

/* ---- roles -------------------------------------------------------- */

static const struct role roles[] = {
    {"stranger", NULL, 0, "P"},
    {"resident of the record", NULL, 1, "PR"},
    {"resident of another record", NULL, 2, "P"},
    {"officer elsewhere", PLANTED_STRANGER, 0, "P"},
    {"desk elsewhere", "loket.lapor", 0, "P"},
    {"administrator", "admin.satu", 0, "P"},
    {"desk of the office", "loket.izin", 0, "PRO"},
    {"officer of the flow", PLANTED_OFFICER, 0, "PROW"},
    {"head", PLANTED_HEAD, 0, "PRO"},
    {"auditor", "pemeriksa", 0, "PROW"},
};

const struct role *roads_roles(size_t *n)
{
    *n = COUNT(roles);
    return roles;
}

const struct role *roads_role(const char *name)
{
    for (size_t i = 0; i < COUNT(roles); i++)
        if (strcmp(roles[i].name, name) == 0)
            return &roles[i];
    MUST(!"no such role");
}

/* ---- addresses ---------------------------------------------------- */

#define WAYS 64

/* All words that a part in braces may stand for with this app. */
static size_t words_of(struct walk *w, str part, str out[WAYS])
{
    const struct planted_app *p = &w->city->all[w->app];
    const struct app *a = p->app;
    size_t n = 0;

    if (str_eq(part, STR("number")))
        out[n++] = p->number;
    else if (str_eq(part, STR("action")))
        for (size_t i = 0; i < a->n_states; i++)
            for (size_t k = 0; k < a->states[i].n_actions && n < WAYS; k++)
                if (str_among(a->states[i].actions[k].key, out, n) < 0)
                    out[n++] = a->states[i].actions[k].key;
    if (str_eq(part, STR("step")))
        for (size_t i = 0; i < a->n_steps && n < WAYS; i++)
            out[n++] = a->steps[i].key;
    if (str_eq(part, STR("path")))
        for (size_t i = 0; i < a->n_fields && n < WAYS; i++)
            out[n++] = a->fields[i].key;
    if (str_eq(part, STR("key")))
        for (size_t i = 0; i < a->n_letters && n < WAYS; i++)
            out[n++] = arena_fmt(w->city->site->c->mem, "%.*s.1",
                                 STR_ARG(a->letters[i].key));
    if (str_eq(part, STR("id")) || str_eq(part, STR("file")))
        out[n++] = STR("1");
    if (n == 0)
        out[n++] = STR("0000000000000000000000");
    return n;
}

static void visit(struct walk *w, const struct road *r, const char *method,
                  str path)
{
    const char *z = arena_str(w->city->site->c->mem, path).p;
    struct seen s;

    if (strcmp(method, "GET") == 0)
        s = browser_get(&w->browser, z);
    else
        s = browser_post(&w->browser, z, "act=accept&reason=danger&x=1");
    w->meet(w, r, z, &s);
}

/* Every address that the pattern makes, part by part. */
static void walk_road(struct walk *w, const struct road *r, const char *method,
                      str head, str rest)
{
    struct ctx *c = w->city->site->c;
    str before, tail, part, words[WAYS], sector, app;
    size_t n;

    if (!str_cut(rest, '{', &before, &tail)) {
        visit(w, r, method,
              arena_fmt(c->mem, "%.*s%.*s", STR_ARG(head), STR_ARG(rest)));
        return;
    }
    str_cut(tail, '}', &part, &rest);
    str_cut(w->city->all[w->app].app->id, '/', &sector, &app);
    n = words_of(w, part, words);
    if (str_eq(part, STR("sector")))
        words[0] = sector;
    if (str_eq(part, STR("app")))
        words[0] = app;
    for (size_t i = 0; i < n; i++)
        walk_road(w, r, method,
                  arena_fmt(c->mem, "%.*s%.*s%.*s", STR_ARG(head),
                            STR_ARG(before), STR_ARG(words[i])),
                  rest);
}

static bool about_an_app(const char *route)
{
    return strstr(route, "{number}") != NULL || strstr(route, "{app}") != NULL;
}

static bool is_walked(const struct walk *w, const struct road *r)
{
    if (strncmp(r->route, "POST ", 5) == 0)
        return strstr(r->route, "{number}") != NULL &&
               strlen(w->role->sees) == 1;
    return w->app == 0 || about_an_app(r->route);
}

/* ---- walking ------------------------------------------------------ */

static void prove(struct walk *w)
{
    const struct planted *city = w->city;
    size_t which = (w->app + (w->role->proves == 2)) % city->n;
    const struct planted_app *a = &city->all[which];
    struct seen s;

    w->browser = site_browser(city->site);
    browser_get(&w->browser, "/lacak");
    if (w->role->proves == 0)
        return;
    s = browser_post(&w->browser, "/lacak",
                     arena_fmt(city->site->c->mem, "number=%.*s&code=%.*s",
                               STR_ARG(a->number), STR_ARG(a->code))
                         .p);
    CHECK_I64(s.status, 303);
}

struct walk walk_as(struct planted *city, const struct role *role)
{
    struct walk w = {.city = city, .role = role};

    if (role->login != NULL) {
        w.browser = site_browser(city->site);
        browser_enter(&w.browser, role->login);
    }
    return w;
}

void walk_app(struct walk *w)
{
    if (w->role->login == NULL)
        prove(w);
    for (size_t i = 0; i < COUNT(roads); i++) {
        str method, path;

        if (!is_walked(w, &roads[i]))
            continue;
        str_cut(str_of(roads[i].route), ' ', &method, &path);
        walk_road(w, &roads[i], method.p[0] == 'G' ? "GET" : "POST", STR(""),
                  path);
    }
}
