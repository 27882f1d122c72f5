/* SPDX-License-Identifier: EUPL-1.2 */
/* Drafting an accord, and the note that ends it. */
#include "grant/grant_priv.h"

#define NOTE_MOST  ((size_t)1 << 20)
#define SCOPE_MOST 1000

/* ---- what all drafts share ---------------------------------------- */

str grant_note_code(str value, str *rest)
{
    str code;

    str_cut(value, ' ', &code, rest);
    return code;
}

void grant_sort(str *values, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && str_cmp(values[k - 1], values[k]) > 0;
             k--) {
            str swap = values[k];

            values[k] = values[k - 1];
            values[k - 1] = swap;
        }
}

void grant_note_lines(struct buf *b, const char *key, str *values, size_t n)
{
    grant_sort(values, n);
    for (size_t i = 0; i < n; i++)
        buf_fmt(b, "%s %.*s\n", key, STR_ARG(values[i]));
}

err grant_note_drafted(struct ctx *c, struct buf *b, str *note)
{
    struct grant_note n;

    TRY(buf_done(c, b, note));
    TRY(data_nfc(c, *note, note));
    return grant_note_read(c, *note, &n);
}

static str root_value(struct ctx *c, const struct grant_party *p)
{
    return arena_fmt(c->mem, "%.*s %.*s %" PRId64, STR_ARG(p->code),
                     STR_ARG(seal_show_hash(c, seal_sha256(p->root))),
                     p->root_version);
}

static str pair(struct ctx *c, str code, str value)
{
    return arena_fmt(c->mem, "%.*s %.*s", STR_ARG(code), STR_ARG(value));
}

/* ---- the accord --------------------------------------------------- */

static void keys_of(struct ctx *c, struct buf *b, const struct grant_accord *a)
{
    const struct grant_party *p = a->parties;
    str hibah[4], log[2], witness[2];

    for (size_t i = 0; i < 2; i++) {
        hibah[2 * i] = pair(c, p[i].code, p[i].hibah[0]);
        hibah[2 * i + 1] = pair(c, p[i].code, p[i].hibah[1]);
        log[i] = pair(c, p[i].code, p[i].log);
        witness[i] = pair(c, p[i].code, p[i].witness);
    }
    grant_note_lines(b, "hibah", hibah, 4);
    grant_note_lines(b, "log", log, 2);
    grant_note_lines(b, "witness", witness, 2);
}

void grant_copy_line(struct ctx *c, struct buf *b, str copy, const char *name)
{
    if (copy.n > 0)
        buf_fmt(b, "copy %.*s %s\n",
                STR_ARG(seal_show_hash(c, seal_sha256(copy))), name);
}

static void contacts(struct ctx *c, struct buf *b, const struct grant_party *p)
{
    str values[2];
    size_t n = 0;

    for (size_t i = 0; i < 2; i++)
        if (p[i].contact.n > 0)
            values[n++] = pair(c, p[i].code, p[i].contact);
    grant_note_lines(b, "contact", values, n);
}

err grant_accord_draft(struct ctx *c, const struct grant_accord *a, str *note)
{
    const struct grant_party *p = a->parties;
    str parties[2] = {pair(c, p[0].code, p[0].name),
                      pair(c, p[1].code, p[1].name)};
    str roots[2] = {root_value(c, &p[0]), root_value(c, &p[1])};
    struct buf b = buf_new(c, NOTE_MOST);
    str *scope;

    if (a->prose.n == 0)
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Kesepakatan perlu teksnya, kesepakatan.md.",
                        "An accord needs its text, kesepakatan.md."));
    if (a->n_scope == 0 || a->n_scope > SCOPE_MOST)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Ruang lingkup kesepakatan memuat 1 sampai %d hal: "
                        "all, sector SEKTOR, atau app SEKTOR/APLIKASI.",
                        "The scope of an accord names 1 to %d things: all, "
                        "sector SECTOR, or app SECTOR/APP."),
                    SCOPE_MOST);
    scope = NEWS(c->mem, str, a->n_scope);
    memcpy(scope, a->scope, a->n_scope * sizeof *scope);
    buf_fmt(&b, "balai/accord/v1\nnumber %.*s\n", STR_ARG(a->number));
    grant_note_lines(&b, "party", parties, 2);
    buf_fmt(&b, "from %.*s\nuntil %.*s\n", STR_ARG(a->from), STR_ARG(a->until));
    grant_note_lines(&b, "scope", scope, a->n_scope);
    buf_fmt(&b, "support %" PRId64 " months\n", a->support_months);
    contacts(c, &b, p);
    grant_note_lines(&b, "root", roots, 2);
    keys_of(c, &b, a);
    buf_fmt(&b, "text %.*s kesepakatan.md\n",
            STR_ARG(seal_show_hash(c, seal_sha256(a->prose))));
    grant_copy_line(c, &b, a->copy, "kesepakatan.pdf");
    return grant_note_drafted(c, &b, note);
}

/* ---- its end ------------------------------------------------------ */

err grant_end_draft(struct ctx *c, const struct grant_note *accord, str code,
                    str date, str *note)
{
    struct buf b = buf_new(c, NOTE_MOST);
    str name;

    if (!str_eq(accord->kind, STR("accord")) ||
        !grant_note_party(accord, code, &name))
        return fail(c, E_REFUSED,
                    say(c,
                        "Hanya pihak dalam kesepakatan yang dapat "
                        "mengakhirinya; %.*s bukan pihak.",
                        "Only a party of an accord can end it; %.*s is none."),
                    STR_ARG(code));
    buf_fmt(&b, "balai/end/v1\nnumber %.*s\naccord %.*s\nparty %.*s %.*s\n",
            STR_ARG(grant_note_value(accord, "number")),
            STR_ARG(grant_note_digest(c, accord)), STR_ARG(code),
            STR_ARG(name));
    buf_fmt(&b, "date %.*s\n", STR_ARG(date));
    return grant_note_drafted(c, &b, note);
}
