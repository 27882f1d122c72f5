/* SPDX-License-Identifier: EUPL-1.2 */
/* Accords and deeds: for administrators each note with its steps, for
 * everybody what is in force; as paper and as note. */
#include "grant/grant.h"
#include "web/web_priv.h"

/* A note as this city knows it, and where it stands today. */
struct known {
    struct grant_known k;
    struct grant_note n;
    enum grant_force force;
};

static err read_known(struct visit *v, const struct grant_known *k,
                      struct known *out)
{
    bool holds;

    *out = (struct known){.k = *k, .force = k->force};
    TRY(grant_note_load(v->c, v->on, k->digest, &out->n));
    if (k->force != GRANT_IN_FORCE)
        return E_OK;
    TRY(grant_note_holds(v->c, v->on, &out->n, &holds));
    out->force = holds ? GRANT_IN_FORCE : GRANT_ENDED;
    return E_OK;
}

static bool is_public(const struct known *k)
{
    return k->force >= GRANT_IN_FORCE && !str_eq(k->k.kind, STR("end"));
}

/* "HEX" of an address: its note; E_NOT_FOUND also where it is not public. */
static err find_known(struct visit *v, bool public, struct known *out)
{
    str digest = arena_fmt(v->c->mem, "sha256:%.*s", STR_ARG(v->part[0]));
    struct grant_known *all;
    size_t n;

    TRY(web_look(v));
    TRY(grant_notes(v->c, v->on, &all, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(all[i].digest, digest))
            continue;
        TRY(read_known(v, &all[i], out));
        if (!public || is_public(out))
            return E_OK;
    }
    return fail(v->c, E_NOT_FOUND, "%s",
                say(v->c, "Naskah ini belum berlaku di kota ini.",
                    "This note is not in force in this city."));
}

/* ---- in words ----------------------------------------------------- */

static const char *kind_words(const struct visit *v, str kind)
{
    if (str_eq(kind, STR("accord")))
        return say(v->c, "Kesepakatan bersama", "Accord");
    if (str_eq(kind, STR("deed")))
        return say(v->c, "Naskah hibah", "Deed");
    return say(v->c, "Pengakhiran kesepakatan", "End of an accord");
}

static const char *force_words(const struct visit *v, enum grant_force f)
{
    switch (f) {
    case GRANT_DRAFT:
        return say(v->c, "Konsep", "Draft");
    case GRANT_OFFERED:
        return say(v->c, "Ditawarkan, belum berlaku", "Offered, not in force");
    case GRANT_IN_FORCE:
        return say(v->c, "Berlaku", "In force");
    case GRANT_ENDED:
        break;
    }
    return say(v->c, "Berakhir", "Ended");
}

static str between(struct visit *v, const struct grant_note *n)
{
    struct buf b = buf_new(v->c, 4096);
    const char *and = "";

    for (size_t i = 0; i < n->n; i++) {
        str code, name;

        if (!str_eq(n->lines[i].key, STR("party")) &&
            !str_eq(n->lines[i].key, STR("giver")) &&
            !str_eq(n->lines[i].key, STR("receiver")))
            continue;
        str_cut(n->lines[i].value, ' ', &code, &name);
        buf_fmt(&b, "%s%.*s", and, STR_ARG(name));
        and = str_eq(n->kind, STR("deed")) ? say(v->c, " kepada ", " to ")
                                           : say(v->c, " dan ", " and ");
    }
    return buf_str(&b);
}

static void fact(struct visit *v, struct data *rows, const char *key, str value)
{
    struct data *one;

    if (value.n == 0)
        return;
    one = web_item(v, rows);
    web_put(v, one, "key", str_of(key));
    web_put(v, one, "value", value);
}

static str day(struct visit *v, str date)
{
    struct date d;

    return time_parse_date(date, &d) ? city_show_date(v->c, d) : date;
}

/* Lines of one key, each on its own. */
static str lines_of(struct visit *v, const struct grant_note *n,
                    const char *key)
{
    struct buf b = buf_new(v->c, 1 << 20);

    for (size_t i = 0; i < n->n; i++)
        if (str_eq(n->lines[i].key, str_of(key)))
            buf_fmt(&b, "%s%.*s", b.n > 0 ? "\n" : "",
                    STR_ARG(n->lines[i].value));
    return buf_str(&b);
}

/* "sector kominfo" in words, each scope on its own line. */
static str scope_of(struct visit *v, const struct grant_note *n)
{
    struct buf b = buf_new(v->c, 1 << 20);

    for (size_t i = 0; i < n->n; i++) {
        str word, rest;

        if (!str_eq(n->lines[i].key, STR("scope")))
            continue;
        str_cut(n->lines[i].value, ' ', &word, &rest);
        buf_lit(&b, b.n > 0 ? "\n" : "");
        if (str_eq(word, STR("all")))
            buf_fmt(&b, "%s", say(v->c, "Semua aplikasi", "All apps"));
        else if (str_eq(word, STR("sector")))
            buf_fmt(&b, say(v->c, "Bidang %.*s", "Field: %.*s"),
                    STR_ARG(web_sector_name(v, rest)));
        else
            buf_fmt(&b, say(v->c, "Aplikasi %.*s", "App %.*s"), STR_ARG(rest));
    }
    return buf_str(&b);
}

/* "7/PKS/X/2016, 20 Oktober 2016" */
static str agreement_of(struct visit *v, const struct grant_note *n)
{
    str number, rest, date, pks = grant_note_value(n, "pks");

    if (pks.n == 0)
        return STR("");
    str_cut(pks, ' ', &number, &rest);
    str_cut(rest, ' ', &date, &rest);
    return arena_fmt(v->c->mem, "%.*s, %.*s", STR_ARG(number),
                     STR_ARG(day(v, date)));
}

/* "penanaman-modal/izin-reklame 1.1.0", one a line; trees are in the note. */
static str apps_of(struct visit *v, const struct grant_note *n)
{
    struct buf b = buf_new(v->c, 1 << 20);

    for (size_t i = 0; i < n->n; i++) {
        str id, rest, version;

        if (!str_eq(n->lines[i].key, STR("app")))
            continue;
        str_cut(n->lines[i].value, ' ', &id, &rest);
        str_cut(rest, ' ', &version, &rest);
        buf_fmt(&b, "%s%.*s %.*s", b.n > 0 ? "\n" : "", STR_ARG(id),
                STR_ARG(version));
    }
    return buf_str(&b);
}

static void put_facts(struct visit *v, struct data *to,
                      const struct grant_note *n)
{
    struct data *rows = web_list(v, to, "facts_of");
    struct ctx *c = v->c;
    str until = grant_note_value(n, "until"),
        date = grant_note_value(n, "date");

    if (until.n > 0)
        fact(v, rows, say(c, "Masa berlaku", "Term"),
             arena_fmt(c->mem, say(c, "%.*s sampai %.*s", "%.*s to %.*s"),
                       STR_ARG(day(v, grant_note_value(n, "from"))),
                       STR_ARG(day(v, until))));
    if (date.n > 0)
        fact(v, rows, say(c, "Tanggal", "Date"), day(v, date));
    fact(v, rows, say(c, "Ruang lingkup", "Scope"), scope_of(v, n));
    fact(v, rows, say(c, "Perjanjian kerja sama", "Working agreement"),
         agreement_of(v, n));
    fact(v, rows, say(c, "Kontak", "Contact"), lines_of(v, n, "contact"));
    fact(v, rows, say(c, "Aplikasi", "Apps"), apps_of(v, n));
    fact(v, rows, say(c, "Delapan kata", "Eight words"),
         grant_words(c, n->text));
    fact(v, rows, say(c, "Sidik jari", "Digest"), grant_note_digest(c, n));
}

/* ---- steps, each with its event ----------------------------------- */

static err put_steps(struct visit *v, struct data *to, const struct known *k)
{
    struct data *list = web_list(v, to, "moments"), *one;
    struct grant_step *steps;
    size_t n;

    TRY(grant_steps(v->c, v->on, k->k.digest, &steps, &n));
    for (size_t i = 0; i < n; i++) {
        struct ledger_event e;

        TRY(ledger_event_by_id(v->c, v->on, v->world.ledger, steps[i].event,
                               &e));
        one = web_item(v, list);
        web_put(v, one, "what", str_of(force_words(v, steps[i].force)));
        web_put(v, one, "when", web_when(v, steps[i].time));
        web_put(v, one, "by", STR(""));
        web_put(v, one, "note",
                arena_fmt(v->c->mem,
                          say(v->c, "Entri %" PRId64 " pada log publik",
                              "Entry %" PRId64 " of the public log"),
                          e.leaf));
        web_list(v, one, "said");
        web_put(v, one, "mood", STR("done"));
    }
    return E_OK;
}

/* ---- pages -------------------------------------------------------- */

static void put_link(struct visit *v, struct data *links, const char *base,
                     const struct known *k, const char *file, const char *text)
{
    struct data *one = web_item(v, links);

    web_put(v, one, "href",
            web_to(v, "%s/%.*s/%s", base,
                   STR_ARG(str_slice(k->k.digest, 7, k->k.digest.n)), file));
    web_put(v, one, "text", str_of(text));
}

static err put_known(struct visit *v, struct data *list, const struct known *k,
                     const char *base)
{
    static const char *const tags[] = {"", "warn", "ok", ""};
    struct data *one = web_item(v, list), *links;

    web_put(v, one, "title",
            arena_fmt(v->c->mem, "%s %.*s", kind_words(v, k->k.kind),
                      STR_ARG(k->k.number)));
    web_put(v, one, "between", between(v, &k->n));
    web_tag(v, one, tags[k->force], str_of(force_words(v, k->force)));
    put_facts(v, one, &k->n);
    TRY(put_steps(v, one, k));
    links = web_list(v, one, "links");
    if (!str_eq(k->k.kind, STR("end")))
        put_link(v, links, base, k, "naskah.pdf",
                 say(v->c, "Naskah untuk dicetak (PDF)", "To print (PDF)"));
    if (str_eq(k->k.kind, STR("deed")) && k->k.force == GRANT_IN_FORCE)
        put_link(v, links, base, k, "berita-acara.pdf",
                 say(v->c, "Berita acara serah terima (PDF)",
                     "Hand-over minutes (PDF)"));
    put_link(v, links, base, k, "naskah.note",
             say(v->c, "Naskah elektronik bertanda tangan", "The signed note"));
    return E_OK;
}

static err show_list(struct visit *v, bool public, const char *base)
{
    struct grant_known *all;
    struct data *list;
    size_t n, shown = 0;

    TRY(web_look(v));
    TRY(grant_notes(v->c, v->on, &all, &n));
    TRY(web_frame(v));
    list = web_list(v, v->page, "notes");
    for (size_t i = n; i-- > 0;) {
        struct known k;

        TRY(read_known(v, &all[i], &k));
        if (public && (k.force != GRANT_IN_FORCE || !is_public(&k)))
            continue;
        TRY(put_known(v, list, &k, base));
        shown++;
    }
    web_flag(v, v->page, "public", public);
    web_flag(v, v->page, "has_notes", shown > 0);
    return web_show(v, "accords");
}

err web_accords(struct visit *v)
{
    return show_list(v, false, "/kesepakatan");
}

err web_cooperation(struct visit *v)
{
    return show_list(v, true, "/kerja-sama");
}

/* Where the QR code of a paper leads. */
err web_cooperation_one(struct visit *v)
{
    struct known k;

    TRY(find_known(v, true, &k));
    TRY(web_frame(v));
    TRY(put_known(v, web_list(v, v->page, "notes"), &k, "/kerja-sama"));
    web_flag(v, v->page, "public", true);
    web_flag(v, v->page, "has_notes", true);
    web_trail(v, web_to(v, "/kerja-sama"), web_word(v, "cooperation"));
    return web_show(v, "accords");
}

/* ---- paper and note ----------------------------------------------- */

/* The day on which the last key of the receiver said that it has verified. */
static err verified_on(struct visit *v, const struct known *k, str *date)
{
    struct grant_step *steps;
    size_t n;

    TRY(grant_steps(v->c, v->on, k->k.digest, &steps, &n));
    for (size_t i = 0; i < n; i++)
        if (steps[i].force == GRANT_IN_FORCE)
            *date = time_show_date(
                v->c,
                time_local(steps[i].time, city_offset(v->world.city), NULL));
    return E_OK;
}

static err send_paper(struct visit *v, const struct known *k, bool minutes)
{
    struct grant_paper p = {.note = &k->n, .minutes = minutes};
    struct grant_note accord;
    str pdf;
    err e;

    if (str_eq(k->k.kind, STR("deed"))) {
        TRY(grant_note_load(v->c, v->on, grant_note_value(&k->n, "accord"),
                            &accord));
        p.accord = &accord;
    }
    if (minutes)
        TRY(verified_on(v, k, &p.date));
    TRY(web_heavy_begin(v));
    e = grant_paper(v->c, &p, &pdf);
    web_heavy_end(v);
    TRY(e);
    return web_send(v, STR("application/pdf"), pdf, v->part[1]);
}

static err send_file(struct visit *v, bool public)
{
    static const str files[] = {STR_INIT("naskah.pdf"),
                                STR_INIT("berita-acara.pdf"),
                                STR_INIT("naskah.note")};
    int which = str_among(v->part[1], files, COUNT(files));
    struct known k;

    TRY(find_known(v, public, &k));
    if (which < 0)
        return fail(
            v->c, E_NOT_FOUND, "%s",
            say(v->c, "Berkas ini tidak ada.", "There is no such file."));
    if (which == 2)
        return web_send(v, STR("text/plain; charset=utf-8"),
                        grant_note_bytes(v->c, &k.n), v->part[1]);
    return send_paper(v, &k, which == 1);
}

err web_accord_file(struct visit *v)
{
    return send_file(v, false);
}

err web_cooperation_file(struct visit *v)
{
    return send_file(v, true);
}
