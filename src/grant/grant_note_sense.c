/* SPDX-License-Identifier: EUPL-1.2 */
/* What the lines of one note must say together: each key belongs to a party,
 * no two are alike, dates rise. */
#include "grant/grant_priv.h"

static str code_of(str value)
{
    str rest;

    return grant_note_code(value, &rest);
}

static err bad(struct ctx *c, const char *id, const char *en)
{
    return fail(c, E_BAD_INPUT, "%s", say(c, id, en));
}

/* How many lines of this key begin with the code. */
static size_t lines_of(const struct grant_note *n, const char *key, str code)
{
    size_t k = 0;

    for (size_t i = 0; i < n->n; i++)
        k += str_eq(n->lines[i].key, str_of(key)) &&
             str_eq(code_of(n->lines[i].value), code);
    return k;
}

static err check_shares(struct ctx *c, const struct grant_note *n, str code)
{
    static const struct {
        const char *key;
        size_t each;
    } shares[] = {
        {"party", 1}, {"root", 1}, {"hibah", 2}, {"log", 1}, {"witness", 1}};

    for (size_t i = 0; i < COUNT(shares); i++)
        if (lines_of(n, shares[i].key, code) != shares[i].each)
            return fail(c, E_BAD_INPUT,
                        say(c,
                            "Naskah kesepakatan ini memuat %zu baris \"%s\" "
                            "untuk %.*s; seharusnya %zu.",
                            "This accord has %zu lines \"%s\" for %.*s; it "
                            "needs %zu."),
                        lines_of(n, shares[i].key, code), shares[i].key,
                        STR_ARG(code), shares[i].each);
    return E_OK;
}

/* "DOMAIN/hibah/1" and "DOMAIN/hibah/2" of one domain. */
static err check_pair(struct ctx *c, const struct grant_note *n, str code)
{
    struct seal_key *k;
    size_t many;
    str a, b;

    TRY(grant_note_keys(c, n, "hibah", code, &k, &many));
    if (many == 2 && grant_hibah_domain(k[0].name, 1, &a) &&
        grant_hibah_domain(k[1].name, 2, &b) && str_eq(a, b))
        return E_OK;
    return fail(c, E_BAD_INPUT,
                say(c,
                    "Kedua kunci hibah %.*s harus bernama DOMAIN/hibah/1 dan "
                    "DOMAIN/hibah/2.",
                    "The two hibah keys of %.*s must be named DOMAIN/hibah/1 "
                    "and DOMAIN/hibah/2."),
                STR_ARG(code));
}

/* No key may stand for two purposes, or for two cities. */
static err check_distinct(struct ctx *c, const struct grant_note *n)
{
    static const char *const lines[] = {"hibah", "log", "witness"};
    struct seal_key *all[COUNT(lines)];
    size_t many[COUNT(lines)], seen_n = 0;
    struct seal_key *seen[8];

    for (size_t i = 0; i < COUNT(lines); i++) {
        TRY(grant_note_keys(c, n, lines[i], STR(""), &all[i], &many[i]));
        for (size_t k = 0; k < many[i] && seen_n < COUNT(seen); k++) {
            for (size_t s = 0; s < seen_n; s++)
                if (seal_same(seen[s]->public, all[i][k].public, 32))
                    return fail(c, E_BAD_INPUT,
                                say(c,
                                    "%.*s dan %.*s adalah kunci yang sama; "
                                    "setiap kunci hanya untuk satu guna.",
                                    "%.*s and %.*s are the same key; each key "
                                    "serves one purpose."),
                                STR_ARG(seen[s]->name),
                                STR_ARG(all[i][k].name));
            seen[seen_n++] = &all[i][k];
        }
    }
    return E_OK;
}

static err check_accord(struct ctx *c, const struct grant_note *n)
{
    str codes[2];
    size_t k = 0;

    for (size_t i = 0; i < n->n && k < 2; i++)
        if (str_eq(n->lines[i].key, STR("party")))
            codes[k++] = code_of(n->lines[i].value);
    if (str_eq(codes[0], codes[1]))
        return bad(c, "Kesepakatan dibuat oleh dua kota yang berbeda.",
                   "An accord is made by two different cities.");
    for (k = 0; k < 2; k++) {
        TRY(check_shares(c, n, codes[k]));
        TRY(check_pair(c, n, codes[k]));
    }
    if (lines_of(n, "contact", codes[0]) > 1 ||
        lines_of(n, "contact", codes[1]) > 1 ||
        lines_of(n, "contact", codes[0]) + lines_of(n, "contact", codes[1]) !=
            grant_note_count(n, STR("contact")))
        return bad(c, "Kontak dalam kesepakatan adalah satu setiap pihak.",
                   "The contacts of an accord are one a party.");
    /* ISO dates sort as they stand. */
    if (str_cmp(grant_note_value(n, "from"), grant_note_value(n, "until")) >= 0)
        return bad(c, "Kesepakatan harus berakhir setelah ia mulai berlaku.",
                   "An accord must end after it begins.");
    return check_distinct(c, n);
}

static err check_deed(struct ctx *c, const struct grant_note *n)
{
    str before = {NULL, 0};

    if (str_eq(code_of(grant_note_value(n, "giver")),
               code_of(grant_note_value(n, "receiver"))))
        return bad(c, "Pemberi dan penerima hibah haruslah dua kota.",
                   "Giver and receiver must be two cities.");
    for (size_t i = 0; i < n->n; i++) {
        str id = code_of(n->lines[i].value);

        if (!str_eq(n->lines[i].key, STR("app")))
            continue;
        if (str_eq(id, before))
            return fail(c, E_BAD_INPUT,
                        say(c, "Naskah hibah ini menyebut %.*s dua kali.",
                            "This deed names %.*s twice."),
                        STR_ARG(id));
        before = id;
    }
    return E_OK;
}

static err check_answer(struct ctx *c, const struct grant_note *n)
{
    if ((grant_note_value(n, "taken").p == NULL) !=
        (grant_note_value(n, "declined").p == NULL))
        return E_OK;
    return bad(c, "Sebuah jawaban menerima tawaran atau menolaknya.",
               "An answer takes an offer or declines it.");
}

err grant_note_sense(struct ctx *c, const struct grant_note *n)
{
    static const struct {
        str kind;
        err (*check)(struct ctx *c, const struct grant_note *n);
    } checks[] = {{STR_INIT("accord"), check_accord},
                  {STR_INIT("deed"), check_deed},
                  {STR_INIT("offer"), check_deed},
                  {STR_INIT("answer"), check_answer}};

    for (size_t i = 0; i < COUNT(checks); i++)
        if (str_eq(n->kind, checks[i].kind))
            return checks[i].check(c, n);
    return E_OK;
}

str grant_note_signer(const struct grant_note *n)
{
    static const struct {
        str kind;
        const char *line;
    } alone[] = {{STR_INIT("end"), "party"},
                 {STR_INIT("offer"), "giver"},
                 {STR_INIT("answer"), "party"}};

    for (size_t i = 0; i < COUNT(alone); i++)
        if (str_eq(n->kind, alone[i].kind))
            return code_of(grant_note_value(n, alone[i].line));
    return STR("");
}

bool grant_hibah_domain(str name, int which, str *domain)
{
    str tail = which == 1 ? STR("/hibah/1") : STR("/hibah/2");

    if (!str_ends(name, tail) || name.n == tail.n)
        return false;
    *domain = str_slice(name, 0, name.n - tail.n);
    return true;
}
