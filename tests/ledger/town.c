/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/ledger/town.h"

MIGRATION(m_9100_test_ledger, 9100, "test_ledger_note projection small\n",
          "CREATE TABLE test_ledger_note (\n"
          "    id   INTEGER PRIMARY KEY,\n"
          "    act  TEXT NOT NULL,\n"
          "    text TEXT NOT NULL\n"
          ") STRICT;\n");

QUERY(note_add, "itt", __LINE__,
      "INSERT INTO test_ledger_note (id, act, text) VALUES ($1, $2, $3)");
QUERY(note_clear, "t", __LINE__,
      "UPDATE test_ledger_note SET text = '' WHERE act || ' ' || text = $1");
QUERY(note_count, "it", __LINE__,
      "SELECT count(*) FROM test_ledger_note"
      " WHERE ($1 = 0 OR id = $1) AND ($2 = '' OR text = $2)");

/* ---- crimes ------------------------------------------------------- */

#define EVENT_2 " WHERE id = 2"
QUERY(crime_facts, "b", __LINE__, "UPDATE ledger_event SET facts = $1" EVENT_2);
QUERY(crime_sealed, "", __LINE__,
      "UPDATE ledger_event SET sealed = NULL" EVENT_2);
QUERY(crime_entry, "", __LINE__,
      "UPDATE ledger_event SET entry ="
      " (SELECT entry FROM ledger_event WHERE id = 1)" EVENT_2);
QUERY(crime_office, "", __LINE__, "UPDATE ledger_event SET office = 7" EVENT_2);
QUERY(crime_time, "", __LINE__,
      "UPDATE ledger_event SET time = time + 1000000" EVENT_2);
QUERY(crime_remove, "", __LINE__, "DELETE FROM ledger_event" EVENT_2);
QUERY(crime_last, "", __LINE__,
      "DELETE FROM ledger_event"
      " WHERE id = (SELECT max(id) FROM ledger_event)");
QUERY(crime_tile, "", __LINE__,
      "UPDATE ledger_tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) "
      "AS BLOB)"
      " WHERE level = 0 AND n = 0");
QUERY(crime_no_tile, "", __LINE__,
      "DELETE FROM ledger_tile WHERE level = 0 AND n = 0");
QUERY(crime_lost, "", __LINE__,
      "UPDATE ledger_event"
      "   SET act = 'ledger.lost', facts = x'01', sealed = NULL" EVENT_2);
QUERY(crime_row, "", __LINE__,
      "UPDATE test_ledger_note SET text = 'Orang Lain'" EVENT_2);
QUERY(crime_no_row, "", __LINE__, "DELETE FROM test_ledger_note" EVENT_2);
QUERY(crime_new_row, "", __LINE__,
      "INSERT INTO test_ledger_note (id, act, text) VALUES (7777, 'x', 'y')");
QUERY(facts_of_2, "", __LINE__, "SELECT facts FROM ledger_event" EVENT_2);

static err change_fact(struct ctx *c, struct conn *tx)
{
    struct rows *r;
    bool more;
    str facts;
    char *p;

    TRY(ROWS0(c, tx, &facts_of_2, &r));
    TRY(store_next(r, &more));
    facts = store_str(r, 0);
    p = NEWS(c->mem, char, facts.n + 1);
    memcpy(p, facts.p, facts.n);
    MUST(str_find(facts, STR("1440000")) < facts.n);
    p[str_find(facts, STR("1440000"))] = '9';
    TRY(store_next(r, &more));
    return RUN(c, tx, &crime_facts, BLOB(((str){p, facts.n})));
}

static err crime(struct ctx *c, struct conn *tx, void *arg)
{
    static const struct query *const all[] = {
        [TOWN_SEALED] = &crime_sealed, [TOWN_ENTRY] = &crime_entry,
        [TOWN_OFFICE] = &crime_office, [TOWN_TIME] = &crime_time,
        [TOWN_REMOVE] = &crime_remove, [TOWN_LAST] = &crime_last,
        [TOWN_TILE] = &crime_tile,     [TOWN_NO_TILE] = &crime_no_tile,
        [TOWN_LOST] = &crime_lost,     [TOWN_ROW] = &crime_row,
        [TOWN_NO_ROW] = &crime_no_row, [TOWN_NEW_ROW] = &crime_new_row};
    enum town_crime which = *(enum town_crime *)arg;

    if (which == TOWN_FACT)
        return change_fact(c, tx);
    return RUN0(c, tx, all[which]);
}

void town_commit_crime(struct ctx *c, struct town *t, enum town_crime which)
{
    CHECK_OK(store_write(c, t->store, crime, &which));
}

/* ---- appliers ----------------------------------------------------- */

static err apply_note(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    str text = ledger_fact(e, "fields.nama");

    return RUN(c, tx, &note_add, I64(e->id), TXT(ledger_fact(e, "act")),
               TXT(text.p == NULL ? STR("") : text));
}

static err apply_balk(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    TRY(apply_note(c, tx, e));
    return fail(c, E_REFUSED, "Not today.");
}

/* In this town a record's number is in its texts: "Warga 7K4M-2QX9-5". */
static err apply_erased(struct ctx *c, struct conn *tx,
                        const struct ledger_event *e)
{
    return RUN(
        c, tx, &note_clear,
        TXT(arena_fmt(c->mem, "submit Warga %s", ledger_fact(e, "subject").p)));
}

/* A head takes its acts before "*" does, an exact name before the head. */
static err apply_head(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    return RUN(c, tx, &note_add, I64(e->id), TXT(STR("head")),
               TXT(ledger_fact(e, "act")));
}

static err apply_exact(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e)
{
    return RUN(c, tx, &note_add, I64(e->id), TXT(STR("exact")),
               TXT(ledger_fact(e, "act")));
}

static const struct ledger_applier appliers[] = {
    {"*", apply_note},
    {"town.*", apply_head},
    {"town.exact", apply_exact},
    {"balk", apply_balk},
    {"ledger.erased", apply_erased},
};

/* ---- the town ----------------------------------------------------- */

static void open_all(struct ctx *c, struct town *t)
{
    const struct store_options s = {
        .path = t->base, .synchronous = "OFF", .create = true};
    struct ledger_options o = {
        .keys = t->keys, .appliers = appliers, .n = COUNT(appliers)};

    CHECK_OK(store_open(c, &s, &t->store));
    CHECK_OK(seal_signer_open(c, t->signing, &t->signer));
    o.store = t->store;
    o.signer = t->signer;
    CHECK_OK(ledger_open(c, &o, &t->ledger));
}

void town_close(struct town *t)
{
    ledger_close(t->ledger);
    seal_signer_close(t->signer);
    store_close(t->store);
    t->ledger = NULL;
    t->signer = NULL;
    t->store = NULL;
}

static void drop(void *t)
{
    town_close(t);
}

struct town *town_open(struct ctx *c)
{
    return town_named(c, "kota.example");
}

struct town *town_named(struct ctx *c, const char *domain)
{
    struct town *t = NEW(c->mem, struct town);
    struct seal_key key;

    t->dir = test_folder(c);
    t->keys = file_join(c, t->dir, "keys");
    t->base = file_join(c, t->dir, "city.db");
    t->signing = file_join(c, t->dir, "SIGNER");
    CHECK_OK(seal_signer_create(c, t->signing, str_of(domain)));
    open_all(c, t);
    arena_owns(c->mem, drop, t);
    seal_signer_key(t->signer, SEAL_LOG, &key);
    key.name = arena_str(c->mem, key.name);
    t->policy = seal_policy_of(c, &key);
    return t;
}

void town_reopen(struct ctx *c, struct town *t)
{
    town_close(t);
    open_all(c, t);
}

struct town *town_twin(struct ctx *c, struct town *of)
{
    struct town *t = NEW(c->mem, struct town);

    *t = *of;
    t->dir = test_folder(c);
    t->keys = file_join(c, t->dir, "keys");
    t->base = file_join(c, t->dir, "city.db");
    t->signing = file_join(c, t->dir, "SIGNER");
    town_close(of);
    CHECK_OK(file_copy(c, of->keys, t->keys, 0600));
    CHECK_OK(file_copy(c, of->base, t->base, 0600));
    CHECK_OK(file_copy(c, of->signing, t->signing, 0600));
    open_all(c, t);
    arena_owns(c->mem, drop, t);
    open_all(c, of);
    return t;
}

/* ---- acts --------------------------------------------------------- */

struct ledger_event town_event(struct ctx *c, const char *act,
                               const char *record)
{
    struct ledger_event e = {
        .class = LEDGER_CASE, .office = 1001, .subject = str_of(record)};

    ledger_say(c, &e, "act", str_of(act));
    ledger_say(c, &e, "record", str_of(record));
    ledger_say(c, &e, "app", STR("penanaman-modal/izin-reklame"));
    ledger_say_i64(c, &e, "charge", 1440000);
    ledger_say_path(c, &e, "fields", STR("nama"),
                    arena_fmt(c->mem, "Warga %s", record));
    return e;
}

struct job {
    struct town *t;
    struct ledger_event *e;
    size_t n;
    str subject;
};

static err append(struct ctx *c, struct conn *tx, void *arg)
{
    struct job *j = arg;

    return ledger_append(c, tx, j->t->ledger, j->e);
}

err town_append(struct ctx *c, struct town *t, struct ledger_event *e)
{
    struct job j = {.t = t, .e = e};

    return store_write(c, t->store, append, &j);
}

static err fill(struct ctx *c, struct conn *tx, void *arg)
{
    struct job *j = arg;

    for (size_t i = 0; i < j->n; i++) {
        struct ledger_event e = town_event(c, "submit", "7K4M-2QX9-5");

        TRY(ledger_append(c, tx, j->t->ledger, &e));
    }
    return E_OK;
}

void town_fill(struct ctx *c, struct town *t, size_t n)
{
    while (n > 0) {
        struct ctx in = *c;
        struct job j = {.t = t, .n = n < 1024 ? n : 1024};

        in.mem = arena_new((size_t)1 << 30);
        MUST(store_write(&in, t->store, fill, &j) == E_OK);
        arena_free(in.mem);
        n -= j.n;
    }
}

static err do_erase(struct ctx *c, struct conn *tx, void *arg)
{
    struct job *j = arg;

    return ledger_erase(c, tx, j->t->ledger,
                        &(struct ledger_erasing){.subject = j->subject});
}

err town_erase(struct ctx *c, struct town *t, const char *subject)
{
    struct job j = {.t = t, .subject = str_of(subject)};

    return store_write(c, t->store, do_erase, &j);
}

static err do_batch(struct ctx *c, struct conn *tx, void *arg)
{
    struct job *j = arg;

    return ledger_batch(c, tx, j->t->ledger);
}

err town_batch(struct ctx *c, struct town *t)
{
    struct job j = {.t = t};

    return store_write(c, t->store, do_batch, &j);
}

/* ---- looking ------------------------------------------------------ */

int64_t town_notes(struct ctx *c, struct town *t, int64_t id, const char *text)
{
    struct conn *on;
    struct rows *r;
    int64_t n;
    bool more;

    MUST(store_read(c, t->store, &on) == E_OK);
    MUST(ROWS(c, on, &note_count, &r, I64(id), TXT(str_of(text))) == E_OK);
    MUST(store_next(r, &more) == E_OK);
    n = store_i64(r, 0);
    store_done(on);
    return n;
}

str town_digest(struct ctx *c, struct town *t)
{
    struct conn *on;
    struct hash h;

    MUST(store_read(c, t->store, &on) == E_OK);
    MUST(ledger_digest(c, on, &h) == E_OK);
    store_done(on);
    return seal_show_hash(c, h);
}

uint64_t town_size(struct ctx *c, struct town *t)
{
    struct conn *on;
    uint64_t size;

    MUST(store_read(c, t->store, &on) == E_OK);
    MUST(ledger_size(c, on, &size) == E_OK);
    store_done(on);
    return size;
}
