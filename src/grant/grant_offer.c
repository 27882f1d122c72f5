/* SPDX-License-Identifier: EUPL-1.2 */
/* Offers and their answers: the notes, what comes beside them, and the list of
 * those that this city knows. */
#include "grant/grant_priv.h"

#include "pack/pack.h"

#define NOTE_MOST ((size_t)1 << 14)
#define LICENCE   "EUPL-1.2"

/* ---- drafts ------------------------------------------------------- */

static err party_lines(struct ctx *c, struct buf *b,
                       const struct grant_note *accord, const char *line,
                       str code)
{
    str name;

    if (!grant_note_party(accord, code, &name))
        return fail(c, E_REFUSED,
                    say(c, "%.*s bukan pihak dalam kesepakatan ini.",
                        "%.*s is no party of this accord."),
                    STR_ARG(code));
    buf_fmt(b, "%s %.*s %.*s\n", line, STR_ARG(code), STR_ARG(name));
    return E_OK;
}

/* The last version that it was made from and whose tree was written down. */
static str made_from(const struct grant_ancestor *all, size_t n)
{
    for (size_t i = n - 1; i-- > 0;)
        if (all[i].tree.n > 0)
            return all[i].tree;
    return STR("");
}

err grant_offer_draft(struct ctx *c, const struct grant_offer_of *o, str *note)
{
    struct buf b = buf_new(c, NOTE_MOST);
    struct grant_ancestor *all;
    str base;
    size_t n;

    TRY(grant_lineage(c, o->package, &all, &n));
    if (n == 0 || all[n - 1].credit.n == 0 ||
        !str_eq(all[n - 1].city, o->giver))
        return fail(c, E_REFUSED,
                    say(c,
                        "%.*s belum menyebut siapa yang memperbaikinya. "
                        "Pasanglah dengan: balai app install DIR --credit NAMA",
                        "%.*s does not say who improved it. Install it with: "
                        "balai app install DIR --credit NAME"),
                    STR_ARG(app_package_id(o->package)));
    buf_fmt(&b, "balai/offer/v1\nnumber %.*s\naccord %.*s\n",
            STR_ARG(o->number), STR_ARG(grant_note_digest(c, o->accord)));
    TRY(party_lines(c, &b, o->accord, "giver", o->giver));
    TRY(party_lines(c, &b, o->accord, "receiver", o->receiver));
    buf_fmt(&b, "date %.*s\napp %.*s %.*s %.*s\n", STR_ARG(o->date),
            STR_ARG(app_package_id(o->package)),
            STR_ARG(app_package_version(o->package)),
            STR_ARG(app_package_tree(o->package)));
    base = made_from(all, n);
    if (base.n > 0)
        buf_fmt(&b, "base %.*s\n", STR_ARG(base));
    buf_fmt(&b, "credit %.*s\nlicence " LICENCE "\n",
            STR_ARG(all[n - 1].credit));
    return grant_note_drafted(c, &b, note);
}

err grant_answer_draft(struct ctx *c, const struct grant_answer *a, str *note)
{
    struct buf b = buf_new(c, NOTE_MOST);
    unsigned char salt[16];

    ctx_random(c, salt, sizeof salt);
    buf_fmt(&b, "balai/answer/v1\nnumber %.*s\naccord %.*s\noffer %.*s\n",
            STR_ARG(grant_note_value(a->offer, "number")),
            STR_ARG(grant_note_value(a->offer, "accord")),
            STR_ARG(grant_note_digest(c, a->offer)));
    buf_fmt(&b, "giver %.*s\nparty %.*s\ndate %.*s\n",
            STR_ARG(grant_note_value(a->offer, "giver")),
            STR_ARG(grant_note_value(a->offer, "receiver")), STR_ARG(a->date));
    if (a->tree.n > 0)
        buf_fmt(&b, "taken %.*s %.*s\n", STR_ARG(a->version), STR_ARG(a->tree));
    if (a->reason.n > 0)
        buf_fmt(&b, "declined %.*s\n", STR_ARG(a->reason));
    buf_fmt(&b, "salt %.*s\n", STR_ARG(seal_hex(c, salt, sizeof salt)));
    return grant_note_drafted(c, &b, note);
}

/* ---- the package beside it ---------------------------------------- */

static void app_line(const struct grant_note *offer, str *app, str *version,
                     str *tree)
{
    str rest;

    *app = grant_note_code(grant_note_value(offer, "app"), &rest);
    *version = grant_note_code(rest, tree);
}

err grant_offer_open(struct ctx *c, const struct grant_note *offer, str frame,
                     struct findings *f, struct app_package **out)
{
    str app, version, tree, archive;

    *out = NULL;
    app_line(offer, &app, &version, &tree);
    if (pack_unsqueeze(c, frame, GRANT_ARCHIVE_MOST, &archive) != E_OK ||
        !str_eq(seal_show_hash(c, seal_sha256(archive)), tree))
        return fail(c, E_TAMPERED,
                    say(c,
                        "Paket di samping tawaran %.*s bukan yang "
                        "ditandatangani. Tidak ada yang diubah.",
                        "The package beside the offer %.*s is not what was "
                        "signed for. Nothing was changed."),
                    STR_ARG(grant_note_value(offer, "number")));
    TRY(app_package_open(c, archive, f, out));
    if (str_eq(app_package_id(*out), app) &&
        str_eq(app_package_version(*out), version))
        return E_OK;
    *out = NULL;
    return fail(c, E_TAMPERED,
                say(c,
                    "Paket di samping tawaran %.*s bernama atau berversi "
                    "lain. Tidak ada yang diubah.",
                    "The package beside the offer %.*s has another name or "
                    "version. Nothing was changed."),
                STR_ARG(grant_note_value(offer, "number")));
}

/* ---- those that are known ----------------------------------------- */

/* Its answer: one that was signed goes before a draft, a later draft before an
 * earlier one. */
static err answer_of(struct ctx *c, struct conn *on,
                     const struct grant_known *all, size_t n,
                     struct grant_offered *o)
{
    for (size_t i = 0; i < n; i++) {
        struct grant_note a;
        str version, tree;

        if (!str_eq(all[i].kind, STR("answer")) ||
            !str_eq(all[i].number, o->number) ||
            (o->answer_signed && all[i].force < GRANT_IN_FORCE))
            continue;
        TRY(grant_note_load(c, on, all[i].digest, &a));
        if (!str_eq(grant_note_value(&a, "offer"), o->digest))
            continue;
        o->answer_signed = all[i].force >= GRANT_IN_FORCE;
        o->reason = grant_note_value(&a, "declined");
        version = grant_note_code(grant_note_value(&a, "taken"), &tree);
        o->became = o->reason.p == NULL ? version : STR("");
        o->state = o->reason.p == NULL ? GRANT_TAKEN : GRANT_DECLINED;
    }
    return E_OK;
}

static struct grant_offered offered_of(const struct grant_known *k,
                                       const struct grant_note *n)
{
    struct grant_offered o = {.number = k->number,
                              .digest = k->digest,
                              .force = k->force,
                              .since = k->since,
                              .credit = grant_note_value(n, "credit")};
    str rest;

    o.giver = grant_note_code(grant_note_value(n, "giver"), &rest);
    o.receiver = grant_note_code(grant_note_value(n, "receiver"), &rest);
    app_line(n, &o.app, &o.version, &o.tree);
    return o;
}

err grant_offers(struct ctx *c, struct conn *on, struct grant_offered **out,
                 size_t *n)
{
    struct grant_known *all;
    size_t many;

    *n = 0;
    TRY(grant_notes(c, on, &all, &many));
    *out = NEWS(c->mem, struct grant_offered, many + 1);
    for (size_t i = 0; i < many; i++) {
        struct grant_note note;

        if (!str_eq(all[i].kind, STR("offer")))
            continue;
        TRY(grant_note_load(c, on, all[i].digest, &note));
        (*out)[*n] = offered_of(&all[i], &note);
        TRY(answer_of(c, on, all, many, &(*out)[*n]));
        ++*n;
    }
    return E_OK;
}

err grant_accord_with(struct ctx *c, struct conn *on, str other,
                      struct grant_note *out)
{
    struct grant_known *all;
    size_t n;

    TRY(grant_notes(c, on, &all, &n));
    for (size_t i = n; i-- > 0;) {
        bool holds;
        str name;

        if (!str_eq(all[i].kind, STR("accord")))
            continue;
        TRY(grant_note_load(c, on, all[i].digest, out));
        TRY(grant_note_holds(c, on, out, &holds));
        if (holds && grant_note_party(out, other, &name))
            return E_OK;
    }
    return fail(c, E_REFUSED,
                say(c,
                    "Tidak ada kesepakatan yang berlaku dengan %.*s. Catatlah "
                    "dengan: balai accord keep FILE",
                    "No accord is in force with %.*s. Log one with: balai "
                    "accord keep FILE"),
                STR_ARG(other));
}

err grant_offer_find(struct ctx *c, struct conn *on, const struct city *k,
                     str number, struct grant_note *out)
{
    struct grant_offered *all;
    size_t n;

    TRY(grant_offers(c, on, &all, &n));
    for (size_t i = n; i-- > 0;) {
        if (!str_eq(all[i].number, number) ||
            !str_eq(all[i].receiver, city_code(k)) ||
            all[i].force != GRANT_IN_FORCE)
            continue;
        /* What was declined in a draft alone may be thought over. */
        if (all[i].state == GRANT_TAKEN || all[i].answer_signed)
            return fail(c, E_CONFLICT,
                        say(c, "Tawaran %.*s sudah dijawab.",
                            "The offer %.*s was answered already."),
                        STR_ARG(number));
        return grant_note_load(c, on, all[i].digest, out);
    }
    return fail(c, E_NOT_FOUND,
                say(c,
                    "Tidak ada tawaran %.*s kepada kota ini. Daftarnya: balai "
                    "offers",
                    "There is no offer %.*s to this city. The list: balai "
                    "offers"),
                STR_ARG(number));
}
