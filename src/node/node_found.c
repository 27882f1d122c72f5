/* SPDX-License-Identifier: EUPL-1.2 */
/* A new city: its folder, its keys, its first two administrators. */
#include "node/node_priv.h"

#include <unistd.h>

#define LINK_LIFE (72 * TIME_HOUR)

/* A host name without port: labels of a-z, 0-9 and '-', parted by dots. */
static bool is_host(str s)
{
    str label;

    if (s.n == 0 || s.n > 200 || !str_has(s, '.') || str_ends(s, STR(".")))
        return false;
    while (str_next(&s, '.', &label)) {
        if (label.n == 0 || label.n > 63 || label.p[0] == '-' ||
            label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (strchr("abcdefghijklmnopqrstuvwxyz0123456789-", label.p[i]) ==
                NULL)
                return false;
    }
    return true;
}

static err check_founding(struct ctx *c, const char *dir,
                          const struct node_founding *f)
{
    struct city_region r;

    if (!city_region_find(f->code, &r) || r.level != CITY_REGENCY)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "--city %.*s: bukan kode kabupaten atau kota. "
                        "Contoh: 32.73.",
                        "--city %.*s: not the code of a regency or city. "
                        "Example: 32.73."),
                    STR_ARG(f->code));
    if (!is_host(f->domain))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "--domain %.*s: bukan nama domain. Gunakan huruf "
                        "kecil, tanpa porta, misalnya bandung.go.id.",
                        "--domain %.*s: not a domain name. Use small letters "
                        "and no port, such as bandung.go.id."),
                    STR_ARG(f->domain));
    if (file_exists(file_join(c, dir, NODE_DATABASE)) ||
        file_exists(file_join(c, dir, NODE_SIGNER)))
        return fail(c, E_CONFLICT,
                    say(c, "Map %s sudah berisi kota. Pilih map lain.",
                        "The folder %s holds a city already. Choose another."),
                    dir);
    return E_OK;
}

static err make_files(struct ctx *c, const char *dir, str domain)
{
    unsigned char secret[32];
    str line;

    ctx_random(c, secret, sizeof secret);
    line = arena_fmt(c->mem, "%s\n", seal_hex(c, secret, sizeof secret).p);
    TRY(file_write(c, file_join(c, dir, NODE_SECRET), line, 0600));
    return seal_signer_create(c, file_join(c, dir, NODE_SIGNER), domain);
}

struct founding {
    struct ledger *ledger;
    const struct node_founding *f;
    str domain;
    str *links;
};

static err found(struct ctx *c, struct conn *tx, void *arg)
{
    struct founding *u = arg;

    TRY(city_found(c, tx, u->ledger, u->f->code, u->domain, u->f->training));
    for (int i = 0; i < 2; i++) {
        struct city_officer o = {
            .login = arena_fmt(c->mem, "admin%d", i + 1),
            .name = arena_fmt(c->mem, "Administrator %d", i + 1),
            .post = STR("Administrator"),
            .active = true};

        TRY(city_officer_add(c, tx, u->ledger, &o, &o.id));
        TRY(city_duty_give(c, tx, u->ledger, STR("system"), o.id, STR("city"),
                           STR("admin")));
        TRY(city_link_make(c, tx, o.id, LINK_LIFE, &u->links[i]));
    }
    return E_OK;
}

err node_found(struct ctx *c, const struct node_options *o,
               const struct node_founding *f, str links[2])
{
    struct store_options s = {.path = file_join(c, o->dir, NODE_DATABASE),
                              .create = true};
    struct founding u = {.f = f,
                         .domain = arena_fmt(c->mem, "%s%.*s",
                                             f->training ? "latihan." : "",
                                             STR_ARG(f->domain)),
                         .links = links};
    struct ledger_options l = {.keys = file_join(c, o->dir, NODE_KEYS),
                               .appliers = o->appliers,
                               .n = o->n};
    int lock;
    err e;

    TRY(check_founding(c, o->dir, f));
    TRY(file_make_dir(c, o->dir, 0700));
    TRY(node_lock(c, o->dir, &lock));
    e = make_files(c, o->dir, u.domain);
    if (e == E_OK && f->training && f->ahead != 0)
        e = node_keep_clock(c, o->dir, f->ahead);
    if (e == E_OK)
        e = store_open(c, &s, &l.store);
    if (e == E_OK)
        e = seal_signer_open(c, file_join(c, o->dir, NODE_SIGNER), &l.signer);
    if (e == E_OK)
        e = ledger_open(c, &l, &u.ledger);
    if (e == E_OK)
        e = store_write(c, l.store, found, &u);
    ledger_close(u.ledger);
    seal_signer_close(l.signer);
    store_close(l.store);
    close(lock);
    return e;
}
