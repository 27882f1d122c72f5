/* SPDX-License-Identifier: EUPL-1.2 */
/* The deed: what one city gives another under their accord. */
#include "grant/grant_priv.h"

#define NOTE_MOST ((size_t)1 << 20)
#define APPS_MOST 10000

static err no_party(struct ctx *c, str code)
{
    return fail(c, E_REFUSED,
                say(c, "%.*s bukan pihak dalam kesepakatan ini.",
                    "%.*s is no party of this accord."),
                STR_ARG(code));
}

static err app_lines(struct ctx *c, struct buf *b, const struct grant_deed *d)
{
    str *values;

    if (d->n_apps == 0 || d->n_apps > APPS_MOST)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Naskah hibah menyebut 1 sampai %d aplikasi; yang ini "
                        "%zu.",
                        "A deed names 1 to %d apps; this one %zu."),
                    APPS_MOST, d->n_apps);
    values = NEWS(c->mem, str, d->n_apps);
    for (size_t i = 0; i < d->n_apps; i++)
        values[i] =
            arena_fmt(c->mem, "%.*s %.*s %.*s", STR_ARG(d->apps[i].app),
                      STR_ARG(d->apps[i].version), STR_ARG(d->apps[i].tree));
    grant_note_lines(b, "app", values, d->n_apps);
    return E_OK;
}

err grant_deed_draft(struct ctx *c, const struct grant_deed *d, str *note)
{
    struct buf b = buf_new(c, NOTE_MOST);
    str giver, receiver;

    if (!grant_note_party(d->accord, d->giver, &giver))
        return no_party(c, d->giver);
    if (!grant_note_party(d->accord, d->receiver, &receiver))
        return no_party(c, d->receiver);
    buf_fmt(&b, "balai/deed/v1\nnumber %.*s\naccord %.*s\n", STR_ARG(d->number),
            STR_ARG(grant_note_digest(c, d->accord)));
    if (d->pks_number.n > 0)
        buf_fmt(&b, "pks %.*s %.*s %.*s\n", STR_ARG(d->pks_number),
                STR_ARG(d->pks_date),
                STR_ARG(seal_show_hash(c, seal_sha256(d->pks))));
    buf_fmt(&b, "giver %.*s %.*s\nreceiver %.*s %.*s\ndate %.*s\n",
            STR_ARG(d->giver), STR_ARG(giver), STR_ARG(d->receiver),
            STR_ARG(receiver), STR_ARG(d->date));
    buf_fmt(&b, "root %.*s %" PRId64 "\n",
            STR_ARG(seal_show_hash(c, seal_sha256(d->root))), d->root_version);
    TRY(app_lines(c, &b, d));
    buf_fmt(&b, "licence %.*s\n", STR_ARG(d->licence));
    grant_copy_line(c, &b, d->copy, "hibah.pdf");
    return grant_note_drafted(c, &b, note);
}

/* ---- against its accord ------------------------------------------- */

static bool in_scope(const struct grant_note *accord, str app)
{
    str sector, rest, what;

    str_cut(app, '/', &sector, &rest);
    for (size_t i = 0; i < accord->n; i++) {
        str word;

        if (!str_eq(accord->lines[i].key, STR("scope")))
            continue;
        word = grant_note_code(accord->lines[i].value, &what);
        if (str_eq(word, STR("all")) ||
            (str_eq(word, STR("sector")) && str_eq(what, sector)) ||
            (str_eq(word, STR("app")) && str_eq(what, app)))
            return true;
    }
    return false;
}

static void check_scope(struct ctx *c, const struct grant_note *deed,
                        const struct grant_note *accord, struct findings *f)
{
    for (size_t i = 0; i < deed->n; i++) {
        str rest, app = grant_note_code(deed->lines[i].value, &rest);

        if (str_eq(deed->lines[i].key, STR("app")) && !in_scope(accord, app))
            finding_add(c, f, FIND_ERROR, (struct place){0}, app,
                        say(c,
                            "%.*s berada di luar ruang lingkup kesepakatan "
                            "%.*s.",
                            "%.*s is outside the scope of the accord %.*s."),
                        STR_ARG(app),
                        STR_ARG(grant_note_value(accord, "number")));
    }
}

static void check_parties(struct ctx *c, const struct grant_note *deed,
                          const struct grant_note *accord, struct findings *f)
{
    static const char *const keys[] = {"giver", "receiver"};

    for (size_t i = 0; i < COUNT(keys); i++) {
        str name, said,
            code = grant_note_code(grant_note_value(deed, keys[i]), &said);

        if (!grant_note_party(accord, code, &name))
            finding_add(c, f, FIND_ERROR, (struct place){0}, str_of(keys[i]),
                        say(c, "%.*s bukan pihak dalam kesepakatan %.*s.",
                            "%.*s is no party of the accord %.*s."),
                        STR_ARG(code),
                        STR_ARG(grant_note_value(accord, "number")));
        else if (!str_eq(name, said))
            finding_add(c, f, FIND_ERROR, (struct place){0}, str_of(keys[i]),
                        say(c,
                            "Kesepakatan menamai %.*s \"%.*s\", naskah hibah "
                            "\"%.*s\".",
                            "The accord calls %.*s \"%.*s\", the deed "
                            "\"%.*s\"."),
                        STR_ARG(code), STR_ARG(name), STR_ARG(said));
    }
}

static void check_term(struct ctx *c, const struct grant_note *deed,
                       const struct grant_note *accord, struct findings *f)
{
    str date = grant_note_value(deed, "date"),
        from = grant_note_value(accord, "from"),
        until = grant_note_value(accord, "until");

    if (str_cmp(date, from) >= 0 && str_cmp(date, until) <= 0)
        return;
    finding_add(c, f, FIND_ERROR, (struct place){0}, STR("date"),
                say(c,
                    "Naskah hibah bertanggal %.*s, di luar masa kesepakatan "
                    "(%.*s sampai %.*s).",
                    "The deed is dated %.*s, outside the term of the accord "
                    "(%.*s to %.*s)."),
                STR_ARG(date), STR_ARG(from), STR_ARG(until));
}

err grant_deed_check(struct ctx *c, const struct grant_note *deed,
                     const struct grant_note *accord, struct findings *f)
{
    if ((!str_eq(deed->kind, STR("deed")) &&
         !str_eq(deed->kind, STR("offer"))) ||
        !str_eq(accord->kind, STR("accord")))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Diperlukan satu naskah hibah dan satu kesepakatan.",
                        "One deed and one accord are needed."));
    if (!str_eq(grant_note_value(deed, "accord"),
                grant_note_digest(c, accord))) {
        finding_add(c, f, FIND_ERROR, (struct place){0}, STR("accord"),
                    say(c,
                        "Naskah hibah %.*s dibuat atas kesepakatan yang lain; "
                        "mungkin kesepakatannya telah diubah.",
                        "The deed %.*s rests on another accord; perhaps the "
                        "accord was changed."),
                    STR_ARG(grant_note_value(deed, "number")));
        return E_OK;
    }
    check_parties(c, deed, accord, f);
    check_term(c, deed, accord, f);
    check_scope(c, deed, accord, f);
    return E_OK;
}
