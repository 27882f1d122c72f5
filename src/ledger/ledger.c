/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening and closing, and what is sealed by a subject's key. */
#include "ledger/ledger_priv.h"

/* ---- work in an arena of its own ---------------------------------- */

struct ctx ledger_inner(const struct ctx *c)
{
    struct ctx in = *c;

    in.mem = arena_new((size_t)1 << 34);
    in.why = (str){0};
    return in;
}

err ledger_outer(struct ctx *c, struct ctx *in, err e)
{
    if (e != E_OK && in->why.n > 0)
        c->why = arena_str(c->mem, in->why);
    arena_free(in->mem);
    return e;
}

/* ---- opening ------------------------------------------------------ */

static err open_in(struct ctx *c, struct ledger *l)
{
    struct conn *on;
    int64_t used;
    err e;

    TRY(store_read(c, l->o.store, &on));
    TRY(ledger_highest_slot(c, on, &used));
    TRY(ledger_keys_open(c, l->o.keys, used, &l->keys));
    e = ledger_check_signed(c, l, on);
    if (e != E_CONFLICT)
        TRY(e);
    return ledger_sweep(c, l);
}

const struct ledger_applier *ledger_join(struct ctx *c,
                                         const struct ledger_room *rooms,
                                         size_t n_rooms, size_t *n)
{
    struct ledger_applier *out;
    size_t at = 0;

    *n = 0;
    for (size_t i = 0; i < n_rooms; i++)
        *n += rooms[i].n;
    out = NEWS(c->mem, struct ledger_applier, *n);
    for (size_t i = 0; i < n_rooms; at += rooms[i++].n)
        if (rooms[i].n > 0) /* else there may be no table at all */
            memcpy(out + at, rooms[i].all, rooms[i].n * sizeof *out);
    return out;
}

err ledger_open(struct ctx *c, const struct ledger_options *o,
                struct ledger **out)
{
    struct arena *mem = arena_new((size_t)1 << 20);
    struct ledger *l = NEW(mem, struct ledger);
    struct ctx in = ledger_inner(c);
    err e;

    *out = NULL;
    l->mem = mem;
    l->o = *o;
    atomic_init(&l->stopped, 0);
    atomic_init(&l->behind, false);
    atomic_init(&l->contradicted, false);
    atomic_init(&l->held, false);
    atomic_init(&l->swept, -1);
    MUST(pthread_mutex_init(&l->signing, NULL) == 0);
    e = ledger_outer(c, &in, open_in(&in, l));
    if (e != E_OK)
        ledger_close(l);
    else
        *out = l;
    return e;
}

void ledger_close(struct ledger *l)
{
    if (l == NULL)
        return;
    ledger_keys_close(l->keys);
    pthread_mutex_destroy(&l->signing);
    arena_free(l->mem);
}

err ledger_stopped(struct ctx *c, enum ledger_state why)
{
    if (why == LEDGER_CHANGED)
        return fail(c, E_CONFLICT,
                    say(c,
                        "Isi log berubah di belakang yang sudah "
                        "ditandatangani. Tidak ada tindakan baru sampai balai "
                        "restore dijalankan; balai log verify menunjukkan "
                        "tindakan yang berubah.",
                        "The past of the log was changed behind what was "
                        "signed. No new act until balai restore was run; "
                        "balai log verify names the events that changed."));
    return fail(c, E_CONFLICT,
                say(c,
                    "Basis data mundur ke keadaan lama: log yang "
                    "ditandatangani lebih panjang. Tidak ada tindakan baru "
                    "sampai balai restore missing dijalankan.",
                    "The database went back to an older state: the log that "
                    "was signed is longer. No new act until balai restore "
                    "missing was run."));
}

enum ledger_state ledger_state(const struct ledger *l)
{
    return (enum ledger_state)atomic_load(&l->stopped);
}

bool ledger_signer_was_behind(const struct ledger *l)
{
    return atomic_load(&l->behind);
}

err ledger_going(struct ctx *c, struct ledger *l)
{
    enum ledger_state state = ledger_state(l);

    if (atomic_load(&l->contradicted))
        return fail(c, E_CONFLICT, "%s",
                    say(c,
                        "Saksi memegang checkpoint log ini yang tidak sesuai "
                        "dengan isi basis data. Tidak ada tindakan baru sampai "
                        "balai restore dijalankan.",
                        "A witness holds a checkpoint of this log that the "
                        "database does not agree with. No new act until balai "
                        "restore was run."));
    if (atomic_load(&l->held))
        return fail(c, E_BUSY, "%s",
                    say(c,
                        "Kota ini baru dipulihkan dan menunggu jawaban "
                        "saksinya. Belum ada tindakan baru sampai satu saksi "
                        "menjawab.",
                        "This city was restored and awaits its witnesses. No "
                        "new act until one of them has answered."));
    return state == LEDGER_GOES_ON ? E_OK : ledger_stopped(c, state);
}

void ledger_hold(struct ledger *l, bool held)
{
    atomic_store(&l->held, held);
}

/* ---- erased subjects ---------------------------------------------- */

static err sweep_in(struct ctx *c, struct ledger *l)
{
    struct ledger_gone *gone;
    struct conn *on;
    size_t n;

    TRY(store_read(c, l->o.store, &on));
    TRY(ledger_gone_after(c, on, atomic_load(&l->swept), &gone, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(ledger_keys_forget(c, l->keys, gone[i].slot, gone[i].subject));
        atomic_store(&l->swept, gone[i].event);
    }
    return E_OK;
}

/* A key is overwritten only when the erasure is committed: a request that
 * rolls back must not have forgotten anybody. */
err ledger_sweep(struct ctx *c, struct ledger *l)
{
    struct ctx in = ledger_inner(c);

    return ledger_outer(c, &in, sweep_in(&in, l));
}

/* ---- boxes -------------------------------------------------------- */

static err gone(struct ctx *c, str subject)
{
    return fail(
        c, E_GONE,
        say(c, "Data %.*s sudah dihapus.", "The data of %.*s were erased."),
        subject.n > 80 ? 80 : (int)subject.n, subject.p);
}

/* A box names its slot, so that it opens whichever way that was found. */
static err box(struct ctx *c, int64_t slot, unsigned char key[32], str about,
               str plain, str *boxed)
{
    str inner = seal_box(c, key, about, plain);
    struct buf b = buf_new(c, inner.n + 8);

    explicit_bzero(key, 32);
    buf_u64be(&b, (uint64_t)slot);
    buf_raw(&b, inner);
    return buf_done(c, &b, boxed);
}

err ledger_box(struct ctx *c, struct ledger *l, str subject, str about,
               str plain, str *boxed)
{
    unsigned char key[32];
    int64_t slot;
    bool lost;

    TRY(ledger_sweep(c, l));
    TRY(ledger_keys_of(c, l->keys, subject, true, &slot));
    TRY(ledger_keys_get(c, l->keys, slot, key, &lost));
    return lost ? gone(c, subject) : box(c, slot, key, about, plain, boxed);
}

err ledger_box_within(struct ctx *c, struct conn *tx, struct ledger *l,
                      str subject, str about, str plain, str *boxed)
{
    unsigned char key[32];
    int64_t slot;

    TRY(ledger_key_of(c, tx, l, subject, &slot, key));
    return box(c, slot, key, about, plain, boxed);
}

err ledger_unbox(struct ctx *c, struct ledger *l, str subject, str about,
                 str boxed, str *plain)
{
    unsigned char key[32];
    bool lost;
    err e;

    TRY(ledger_sweep(c, l));
    if (boxed.n < 8)
        return fail(c, E_TAMPERED,
                    say(c, "Berkas bersegel milik %.*s rusak.",
                        "A sealed file of %.*s is damaged."),
                    subject.n > 80 ? 80 : (int)subject.n, subject.p);
    TRY(ledger_keys_get(c, l->keys, (int64_t)(get_u64be(boxed.p) & INT64_MAX),
                        key, &lost));
    if (lost)
        return gone(c, subject);
    e = seal_unbox(c, key, about, str_slice(boxed, 8, boxed.n), plain);
    explicit_bzero(key, sizeof key);
    return e;
}
