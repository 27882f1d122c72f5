/* SPDX-License-Identifier: EUPL-1.2 */
/* What acts happen in, where no node keeps it. */
#include "record/record_priv.h"

static void close_store(void *it)
{
    store_close(it);
}

static void close_signer(void *it)
{
    seal_signer_close(it);
}

static void close_ledger(void *it)
{
    ledger_close(it);
}

static void free_city(void *it)
{
    city_free(it);
}

static void free_apps(void *it)
{
    app_catalogue_free(it);
}

const struct ledger_applier *record_rooms(struct ctx *c, size_t *n)
{
    const struct ledger_room rooms[] = {{city_appliers, city_appliers_n},
                                        {app_appliers, app_appliers_n},
                                        {record_appliers, record_appliers_n}};

    return ledger_join(c, rooms, COUNT(rooms), n);
}

err record_world_open(struct ctx *c, const struct record_folder *f,
                      struct record_world *out)
{
    struct store_options so = {.path = file_join(c, f->dir, "balai.db"),
                               .synchronous = f->synchronous,
                               .vfs = f->vfs,
                               .create = true,
                               .keeps_deleted = f->keeps_deleted};
    struct ledger_options lo = {.keys = file_join(c, f->dir, "keys")};
    const char *signer = file_join(c, f->dir, "signer");

    *out = (struct record_world){.store = NULL};
    lo.appliers = f->appliers, lo.n = f->n;
    if (lo.appliers == NULL)
        lo.appliers = record_rooms(c, &lo.n);
    TRY(store_open(c, &so, &out->store));
    arena_owns(c->mem, close_store, out->store);
    if (!file_exists(signer))
        TRY(seal_signer_create(c, signer, f->domain));
    TRY(seal_signer_open(c, signer, &out->signer));
    arena_owns(c->mem, close_signer, out->signer);
    lo.store = out->store, lo.signer = out->signer;
    TRY(ledger_open(c, &lo, &out->ledger));
    arena_owns(c->mem, close_ledger, out->ledger);
    ctx_random(c, out->secret, sizeof out->secret);
    return E_OK;
}

err record_world_look(struct ctx *c, struct record_world *w)
{
    struct app_catalogue *apps;
    struct city *k;
    struct conn *on;

    TRY(store_read(c, w->store, &on));
    TRY(city_snapshot(c, on, &k));
    arena_owns(c->mem, free_city, k);
    TRY(app_catalogue_new(c, on, k, &apps));
    arena_owns(c->mem, free_apps, apps);
    store_done(on);
    w->city = k, w->apps = apps;
    w->edition++;
    return E_OK;
}
