/* SPDX-License-Identifier: EUPL-1.2 */
/* Meeting another city before anything is taken: where its repository is, by
 * which notes, which root to begin with. One way for commands and pages. */
#include "grant/grant_priv.h"

#define MEET_NOTE_MOST ((size_t)1 << 20)

/* ---- where -------------------------------------------------------- */

bool grant_by_line(str where)
{
    return str_find(where, STR("://")) < where.n;
}

/* A URL is the repository; a folder is it, or carries it in "repo" with the
 * notes beside it, as `balai grant` writes it. */
static void find_source(struct ctx *c, struct grant_meeting *m)
{
    const char *dir = arena_str(c->mem, m->where).p;
    const char *inside = file_join(c, dir, "repo");

    m->from = grant_by_line(m->where)
                  ? grant_from_url(c, m->where, city_training(m->city))
                  : grant_from_folder(c, file_is_dir(inside) ? inside : dir);
}

/* A note that came along, opened part by part like all that a stranger
 * carries: no link is followed. */
static err brought(struct ctx *c, const struct grant_meeting *m,
                   const char *name, struct grant_note *out, bool *there)
{
    struct grant_source stick;
    str bytes, why = c->why;
    err e;

    *there = false;
    if (grant_by_line(m->where))
        return E_OK;
    stick = grant_from_folder(c, arena_str(c->mem, m->where).p);
    e = stick.fetch(c, stick.arg, name, MEET_NOTE_MOST, &bytes);
    if (e == E_NOT_FOUND) {
        c->why = why;
        return E_OK;
    }
    TRY(e);
    *there = true;
    return grant_note_read(c, bytes, out);
}

/* ---- which notes -------------------------------------------------- */

err grant_accord_other(struct ctx *c, const struct city *own,
                       const struct grant_note *accord, str *other)
{
    bool ours = false;
    str code, name;

    *other = STR("");
    for (size_t i = 0; i < accord->n; i++) {
        if (!str_eq(accord->lines[i].key, STR("party")))
            continue;
        code = grant_note_code(accord->lines[i].value, &name);
        if (str_eq(code, city_code(own)))
            ours = true;
        else
            *other = code;
    }
    if (ours && other->n > 0)
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c, "Kesepakatan ini bukan milik kota ini.",
                    "This accord is not this city's."));
}

/* Whose repository it says it is, unverified: only to choose among accords. */
static str claimed_city(struct ctx *c, const struct grant_meeting *m)
{
    struct findings ignored = {0};
    struct data *d = NULL;
    str bytes, why = c->why;

    if (m->giver.n > 0)
        return m->giver;
    if (m->from.fetch(c, m->from.arg, "metadata/1.root.json", GRANT_ROOT_MOST,
                      &bytes) != E_OK ||
        data_read_json(c, STR("root.json"), bytes, &ignored, &d) != E_OK)
        d = NULL;
    c->why = why;
    return data_text(data_at(d, STR("signed.balai.city")));
}

/* Of the kept accords in force the latest with that city. Where it says no
 * name, or another's, the latest of all: the root that it names decides. */
static err kept_accord(struct ctx *c, struct conn *on, struct grant_meeting *m)
{
    struct grant_known *all;
    bool asked = false;
    str city = STR("");
    size_t n;

    TRY(grant_notes(c, on, &all, &n));
    for (size_t i = n; i-- > 0;) {
        struct grant_note one;
        bool with, holds;
        str name;

        if (!str_eq(all[i].kind, STR("accord")) ||
            all[i].force != GRANT_IN_FORCE)
            continue;
        TRY(grant_note_load(c, on, all[i].digest, &one));
        TRY(grant_note_holds(c, on, &one, &holds));
        if (!asked)
            city = claimed_city(c, m);
        asked = true;
        with = city.n > 0 && grant_note_party(&one, city, &name);
        if (!with && (m->has_accord || m->giver.n > 0 || m->licence.n > 0))
            continue;
        if (!m->has_accord || (with && holds))
            m->accord = one;
        m->has_accord = true;
        if (with && holds)
            break;
    }
    return E_OK;
}

static err no_deed(struct ctx *c)
{
    return fail(
        c, E_BAD_INPUT, "%s",
        say(c, "Berkas ini bukan naskah hibah.", "This file is no deed."));
}

/* The deed that was named or chosen; else the one that came along, because it
 * belongs to what came. */
static err first_deed(struct ctx *c, struct conn *on, struct grant_meeting *m,
                      struct grant_note *deed, bool *there)
{
    *there = true;
    if (m->deed.n > 0)
        TRY(grant_note_read(c, m->deed, deed));
    else if (m->deed_kept.n > 0)
        TRY(grant_note_load(c, on, m->deed_kept, deed));
    else
        TRY(brought(c, m, "deed.note", deed, there));
    return !*there || str_eq(deed->kind, STR("deed")) ? E_OK : no_deed(c);
}

/* The accord that a deed rests on: as it is kept here. */
static err accord_of(struct ctx *c, struct conn *on,
                     const struct grant_note *deed, struct grant_note *out,
                     bool *there)
{
    str why = c->why;
    err e = grant_note_load(c, on, grant_note_value(deed, "accord"), out);

    *there = e == E_OK;
    if (e != E_NOT_FOUND)
        return e;
    c->why = why;
    return E_OK;
}

/* Named; else the deed's own; else kept here; else brought along. */
static err find_accord(struct ctx *c, struct conn *on, struct grant_meeting *m,
                       const struct grant_note *deed)
{
    m->has_accord = m->accord_named.n > 0;
    if (m->has_accord)
        return grant_note_read(c, m->accord_named, &m->accord);
    if (deed != NULL)
        TRY(accord_of(c, on, deed, &m->accord, &m->has_accord));
    if (!m->has_accord && deed == NULL)
        TRY(kept_accord(c, on, m));
    if (!m->has_accord)
        TRY(brought(c, m, "accord.note", &m->accord, &m->has_accord));
    return E_OK;
}

static err without_accord(struct ctx *c, const struct grant_meeting *m)
{
    if (m->licence.n > 0 && m->root.n > 0)
        return E_OK;
    return fail(
        c, E_REFUSED, "%s",
        m->licence.n > 0
            ? say(c,
                  "Tidak ada kesepakatan yang berlaku dengan kota itu, "
                  "sehingga akar repositorinya perlu Anda sebut sendiri: "
                  "sha256:..., atau delapan katanya, sebagaimana dibacakan "
                  "kota itu dari: balai repo check",
                  "No accord is in force with that city, so you must name "
                  "the root of its repository yourself: sha256:..., or its "
                  "eight words, as that city reads them from: balai repo "
                  "check")
            : say(c,
                  "Kota ini belum mempunyai kesepakatan yang berlaku dengan "
                  "kota itu. Catatlah dengan: balai accord keep FILE",
                  "This city has no accord in force with that city. Log one "
                  "with: balai accord keep FILE"));
}

/* Its root is trusted for good, so an accord must hold before that. */
static err must_hold(struct ctx *c, struct conn *on,
                     const struct grant_note *accord)
{
    bool holds;

    TRY(grant_note_holds(c, on, accord, &holds));
    if (holds)
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Kesepakatan ini belum tercatat berlaku di log kota ini, "
                    "atau sudah diakhiri. Catatlah dengan: balai accord keep "
                    "FILE",
                    "This accord is not logged as in force in this city, or "
                    "was ended. Log it with: balai accord keep FILE"));
}

/* Does this kept deed give to us, from the city we meet, and still hold? */
static err gives(struct ctx *c, struct conn *on, const struct grant_meeting *m,
                 const struct grant_note *deed, struct grant_note *accord,
                 bool *yes)
{
    struct findings f = {0};
    str rest;

    *yes = false;
    if (!str_eq(grant_note_code(grant_note_value(deed, "giver"), &rest),
                m->code) ||
        !str_eq(grant_note_code(grant_note_value(deed, "receiver"), &rest),
                city_code(m->city)))
        return E_OK;
    TRY(accord_of(c, on, deed, accord, yes));
    if (*yes)
        TRY(grant_note_holds(c, on, accord, yes));
    if (*yes)
        TRY(grant_note_holds(c, on, deed, yes));
    if (*yes)
        TRY(grant_deed_check(c, deed, accord, &f));
    *yes = *yes && f.errors == 0;
    return E_OK;
}

static void add_title(struct grant_meeting *m, const struct grant_note *accord,
                      const struct grant_note *deed)
{
    m->titles[m->n_titles++] = (struct grant_title){accord, deed};
}

/* All deeds of that city that are kept and hold count together, the newest
 * first. */
static err kept_deeds(struct ctx *c, struct conn *on, struct grant_meeting *m,
                      const struct grant_known *all, size_t n)
{
    str first =
        m->n_titles > 0 ? grant_note_digest(c, m->titles[0].deed) : STR("");

    for (size_t i = n; i-- > 0;) {
        struct grant_note *deed, *accord;
        bool yes;

        if (!str_eq(all[i].kind, STR("deed")) ||
            all[i].force != GRANT_IN_FORCE || str_eq(all[i].digest, first))
            continue;
        deed = NEW(c->mem, struct grant_note);
        accord = NEW(c->mem, struct grant_note);
        TRY(grant_note_load(c, on, all[i].digest, deed));
        TRY(gives(c, on, m, deed, accord, &yes));
        if (yes)
            add_title(m, accord, deed);
    }
    return E_OK;
}

static err find_deeds(struct ctx *c, struct conn *on, struct grant_meeting *m,
                      const struct grant_note *first)
{
    struct grant_known *all;
    size_t n;

    TRY(grant_notes(c, on, &all, &n));
    m->titles = NEWS(c->mem, struct grant_title, n + 1);
    if (first != NULL)
        add_title(m, &m->accord, first);
    /* Who names a deed means that one. */
    return m->deed.n > 0 || m->deed_kept.n > 0 ? E_OK
                                               : kept_deeds(c, on, m, all, n);
}

err grant_meet_notes(struct ctx *c, struct conn *on, struct grant_meeting *m)
{
    struct grant_note *deed = NEW(c->mem, struct grant_note);
    bool first = false;

    find_source(c, m);
    m->code = STR("");
    m->has_accord = false;
    m->n_titles = 0;
    if (m->licence.n == 0)
        TRY(first_deed(c, on, m, deed, &first));
    TRY(find_accord(c, on, m, first ? deed : NULL));
    if (!m->has_accord)
        return without_accord(c, m);
    TRY(grant_accord_other(c, m->city, &m->accord, &m->code));
    TRY(must_hold(c, on, &m->accord));
    return m->licence.n > 0 ? E_OK : find_deeds(c, on, m, first ? deed : NULL);
}

/* ---- whom to trust ------------------------------------------------ */

/* A person said which: the root of that digest, or of those words. */
static err root_as_said(struct ctx *c, const struct grant_meeting *m,
                        str *bytes, struct hash *expected)
{
    str why = c->why;

    for (int i = 1; i <= GRANT_STEPS_MOST; i++) {
        err e = m->from.fetch(c, m->from.arg,
                              arena_fmt(c->mem, "metadata/%d.root.json", i).p,
                              GRANT_ROOT_MOST, bytes);

        if (e == E_NOT_FOUND && i > 1)
            break;
        TRY(e);
        *expected = seal_sha256(*bytes);
        c->why = why;
        if (str_eq(m->root, seal_show_hash(c, *expected)) ||
            str_eq(m->root, grant_words(c, *bytes)))
            return E_OK;
    }
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Repositori ini tidak berakar pada yang Anda sebut. "
                    "Tidak ada yang dipercaya dan tidak ada yang diubah.",
                    "This repository has no root such as you named. Nothing "
                    "is trusted, and nothing was changed."));
}

/* Whose the root says it is: its digest was said by a person. */
static err owner_of(struct ctx *c, str root, str *code, str *name)
{
    struct findings ignored = {0};
    struct city_region r;
    struct data *d;

    TRY(data_read_json(c, STR("root.json"), root, &ignored, &d));
    *code = data_text(data_at(d, STR("signed.balai.city")));
    if (!city_region_find(*code, &r))
        return fail(c, E_BAD_INPUT, "%s",
                    say(c, "Repositori ini tidak menyebut kota pemiliknya.",
                        "This repository does not say which city's it is."));
    *name = r.name;
    return E_OK;
}

/* Without an accord. A root that is kept already stays: its own chain must lead
 * to what is there now. */
static err trust_as_said(struct ctx *c, struct grant_meeting *m,
                         const char *all)
{
    str root, name;
    struct hash expected;
    const char *trust;

    TRY(root_as_said(c, m, &root, &expected));
    TRY(owner_of(c, root, &m->code, &name));
    trust = file_join(c, all, arena_str(c->mem, m->code).p);
    TRY(file_make_dir(c, all, 0700));
    if (file_exists(file_join(c, trust, "root.json")))
        return E_OK;
    TRY(grant_trust(c, trust, root, expected));
    return grant_trust_name(c, trust, name);
}

err grant_meet(struct ctx *c, struct grant_meeting *m)
{
    struct grant_trusting t = {.store = m->store,
                               .ledger = m->ledger,
                               .by = m->by,
                               .all = file_join(c, m->dir, "trust"),
                               .code = m->code,
                               .from = &m->from,
                               .words = m->words};

    TRY(m->has_accord ? grant_trust_by_accord(c, &t)
                      : trust_as_said(c, m, t.all));
    return grant_refresh(c, file_join(c, t.all, arena_str(c->mem, m->code).p),
                         &m->from, &m->edition);
}

void grant_meeting_adopts(const struct grant_meeting *m,
                          struct grant_adopting *a)
{
    a->city = m->city;
    a->edition = &m->edition;
    a->from = &m->from;
    a->licence_reason = m->licence;
    a->accord = m->n_titles > 0 ? m->titles[0].accord : NULL;
    a->deed = m->n_titles > 0 ? m->titles[0].deed : NULL;
    a->also = m->n_titles > 0 ? m->titles + 1 : NULL;
    a->n_also = m->n_titles > 0 ? m->n_titles - 1 : 0;
}
