/* SPDX-License-Identifier: EUPL-1.2 */
/* The worked example: what a second implementation made of the same facts. */
#include "data/data.h"
#include "ledger/ledger.h"
#include "tests/test.h"

#define WORKED "log/worked"

static struct data *vector(struct ctx *c)
{
    const char *dir = test_conformance(c, WORKED);
    struct findings f = {.n = 0};
    struct data *d;
    str text;

    if (dir == NULL)
        return NULL;
    if (!CHECK_OK(
            file_read(c, file_join(c, dir, "vector.json"), 1 << 20, &text)) ||
        !CHECK_OK(data_read_json(c, STR("vector.json"), text, &f, &d)))
        return NULL;
    return d;
}

static str file_of(struct ctx *c, const char *name)
{
    const char *dir = test_conformance(c, WORKED);
    str text = {0};

    if (dir != NULL)
        CHECK_OK(file_read(c, file_join(c, dir, name), 1 << 20, &text));
    return text;
}

static str of(const struct data *d, const char *key)
{
    return data_text(data_get(d, str_of(key)));
}

static str bytes_of(struct ctx *c, const struct data *d, const char *key)
{
    str out = {0};

    CHECK(seal_unbase64(c, of(d, key), &out));
    return out;
}

/* Its digests from salts, names and values; returns their commitment. */
static struct hash commit(struct ctx *c, const struct data *event)
{
    const struct data *fields = data_get(event, STR("fields"));
    struct hash *all = NEWS(c->mem, struct hash, fields->n);

    for (size_t i = 0; i < fields->n; i++) {
        const struct data *f = fields->items[i];
        str salt = bytes_of(c, f, "s"), want = bytes_of(c, f, "digest");

        CHECK_I64((int64_t)salt.n, 32);
        all[i] = ledger_digest_of(c, (const unsigned char *)salt.p, of(f, "n"),
                                  of(f, "v"));
        CHECK(str_eq((str){(const char *)all[i].b, SEAL_HASH}, want));
    }
    return ledger_commitment(c, all, fields->n);
}

TEST(the_worked_example_is_reproduced_from_its_openings)
{
    const struct data *d = vector(c), *events;

    if (d == NULL)
        return;
    events = data_get(d, STR("events"));
    CHECK_I64((int64_t)events->n, 5);
    for (size_t i = 0; i < events->n; i++) {
        const struct data *e = events->items[i];
        struct hash h = commit(c, e), leaf;
        char entry[LEDGER_ENTRY];

        CHECK_STR(seal_hex(c, h.b, SEAL_HASH), of(e, "commitment").p);
        CHECK(str_unhex(of(e, "entry"), entry, sizeof entry));
        CHECK(memcmp(entry + 14, h.b, SEAL_HASH) == 0);
        leaf = seal_leaf((str){entry, sizeof entry});
        CHECK_STR(seal_hex(c, leaf.b, SEAL_HASH), of(e, "leaf").p);
    }
}

TEST(the_class_numbers_are_those_of_the_worked_example)
{
    const struct data *d = vector(c), *classes;

    if (d == NULL)
        return;
    classes = data_get(d, STR("classes"));
    CHECK_I64((int64_t)classes->n, 12);
    for (size_t i = 0; i < classes->n; i++) {
        int64_t number;

        CHECK_OK(str_i64(c, data_text(classes->pairs[i].value), &number));
        CHECK_STR(classes->pairs[i].key,
                  ledger_class_name((enum ledger_class)number));
    }
}

static struct seal_policy *worked_policy(struct ctx *c)
{
    struct seal_policy *p = NULL;

    CHECK_OK(seal_policy_read(c, STR("policy"), file_of(c, "policy"), &p));
    return p;
}

static str opened(const struct ledger_told *t, const char *name)
{
    struct ledger_event e = {.facts = t->open, .n = t->n};

    return ledger_fact(&e, name);
}

TEST(the_worked_receipts_verify)
{
    str plain = file_of(c, "receipt-index3.tlog-proof");
    struct seal_policy *p;
    struct ledger_told told;

    if (plain.p == NULL)
        return;
    p = worked_policy(c);
    CHECK_OK(ledger_verify(c, plain, p, &told));
    CHECK(told.verdict.witnessed);
    CHECK_I64((int64_t)told.verdict.n, 2);
    CHECK_I64((int64_t)told.index, 3);
    CHECK(told.class == LEDGER_CASE);
    CHECK_I64(told.office, 1001);
    CHECK_STR(time_show_utc(c, told.time), "2026-01-06T07:00:00Z");
    CHECK_I64((int64_t)told.n, 4);
    CHECK_I64((int64_t)told.shut, 3);
    CHECK_STR(opened(&told, "act"), "approve");
    CHECK_STR(opened(&told, "record"), "7K4M-2QX9-5");
    CHECK(opened(&told, "fields.pemohon.nama").p == NULL);
    CHECK_OK(
        ledger_verify(c, file_of(c, "opening-index3.tlog-proof"), p, &told));
    CHECK_I64((int64_t)told.shut, 0);
    CHECK_STR(opened(&told, "fields.pemohon.nama"), "Contoh Warga");
}

/* A signature line whose name or id is changed is by nobody that the policy
 * knows, and such lines are ignored (C2SP signed-note): then there must be a
 * witness less. Everything else refuses. */
TEST(one_flipped_byte_anywhere_in_a_receipt_is_noticed)
{
    str good = file_of(c, "opening-index3.tlog-proof");
    struct seal_policy *p;
    char *bytes;
    size_t passed = 0;

    if (good.p == NULL)
        return;
    p = worked_policy(c);
    bytes = NEWS(c->mem, char, good.n + 1);
    memcpy(bytes, good.p, good.n);
    for (size_t i = 0; i < good.n; i++)
        for (int bit = 0; bit < 8; bit++) {
            struct ctx in = *c;
            struct ledger_told told;
            err e;

            in.mem = arena_new((size_t)1 << 28);
            bytes[i] = (char)(bytes[i] ^ (1 << bit));
            e = ledger_verify(&in, (str){bytes, good.n}, p, &told);
            CHECK(e == E_OK ? told.verdict.n < 2 : in.why.n > 0);
            passed += e == E_OK;
            bytes[i] = (char)(bytes[i] ^ (1 << bit));
            arena_free(in.mem);
        }
    CHECK(passed > 0 && passed < 600); /* two names and two ids */
}
