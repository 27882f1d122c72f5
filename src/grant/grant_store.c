/* SPDX-License-Identifier: EUPL-1.2 */
/* Notes and what was taken: their events, appliers and rows. */
#include "grant/grant_priv.h"

#include "gen/grant_migrate.h"
#include "gen/grant_sql.h"

static const str states[] = {
    [GRANT_DRAFT] = STR_INIT("draft"),
    [GRANT_OFFERED] = STR_INIT("offered"),
    [GRANT_IN_FORCE] = STR_INIT("in_force"),
    [GRANT_ENDED] = STR_INIT("ended"),
};

static const struct {
    str name;
    enum grant_force state;
} steps[] = {
    {STR_INIT("drafted"), GRANT_DRAFT},
    {STR_INIT("signed"), GRANT_OFFERED},
    {STR_INIT("in_force"), GRANT_IN_FORCE},
    {STR_INIT("ended"), GRANT_ENDED},
};

/* ---- reading ------------------------------------------------------ */

err grant_note_load(struct ctx *c, struct conn *on, str digest,
                    struct grant_note *out)
{
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &grant_note_get, &rows, TXT(digest)));
    TRY(store_next(rows, &more));
    if (!more)
        return fail(c, E_NOT_FOUND,
                    say(c,
                        "Naskah %.*s belum dikenal kota ini. Silakan catat "
                        "naskahnya lebih dahulu.",
                        "This city does not know the note %.*s yet. Take it in "
                        "first."),
                    STR_ARG(digest));
    return grant_note_read(c, store_str(rows, 0), out);
}

static err state_of(struct ctx *c, struct conn *on, str digest, int64_t *state)
{
    struct rows *rows;
    bool more;

    *state = -1;
    TRY(ROWS(c, on, &grant_state_get, &rows, TXT(digest)));
    TRY(store_next(rows, &more));
    if (more)
        *state = store_i64(rows, 0);
    return E_OK;
}

err grant_since(struct ctx *c, struct conn *on, str digest, int64_t *since)
{
    struct rows *rows;
    bool more;

    *since = 0;
    TRY(ROWS(c, on, &grant_state_get, &rows, TXT(digest)));
    TRY(store_next(rows, &more));
    if (more)
        *since = store_i64(rows, 1);
    return E_OK;
}

err grant_notes(struct ctx *c, struct conn *on, struct grant_known **out,
                size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS0(c, on, &grant_state_all, &rows));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] =
            (struct grant_known){.kind = store_str(rows, 0),
                                 .number = store_str(rows, 1),
                                 .digest = store_str(rows, 2),
                                 .force = (enum grant_force)store_i64(rows, 3),
                                 .since = store_i64(rows, 4)};
    }
}

err grant_steps(struct ctx *c, struct conn *on, str digest,
                struct grant_step **out, size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS(c, on, &grant_step_of, &rows, TXT(digest)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] =
            (struct grant_step){.event = store_i64(rows, 0),
                                .force = (enum grant_force)store_i64(rows, 1),
                                .time = store_i64(rows, 2)};
    }
}

/* Is there a note in force that ends this accord? */
static err was_ended(struct ctx *c, struct conn *on, const struct grant_note *n,
                     bool *ended)
{
    struct rows *rows;
    bool more;

    *ended = false;
    TRY(ROWS(c, on, &grant_note_end, &rows,
             TXT(grant_note_value(n, "number"))));
    for (;;) {
        struct grant_note end;
        int64_t state;
        str digest;

        TRY(store_next(rows, &more));
        if (!more || *ended)
            return E_OK;
        digest = store_str(rows, 0);
        TRY(state_of(c, on, digest, &state));
        TRY(grant_note_load(c, on, digest, &end));
        *ended =
            state == GRANT_ENDED &&
            str_eq(grant_note_value(&end, "accord"), grant_note_digest(c, n));
    }
}

/* The keys that a note waits for: an accord's own, else those of the accord
 * that it rests on. */
static err keys_for(struct ctx *c, struct conn *on, const struct grant_note *n,
                    struct seal_key **keys, size_t *many)
{
    struct grant_note accord;

    if (str_eq(n->kind, STR("accord")))
        return grant_note_keys(c, n, "hibah", STR(""), keys, many);
    TRY(grant_note_load(c, on, grant_note_value(n, "accord"), &accord));
    return grant_note_keys(c, &accord, "hibah", grant_note_signer(n), keys,
                           many);
}

err grant_note_holds(struct ctx *c, struct conn *on, const struct grant_note *n,
                     bool *holds)
{
    struct findings ignored = {0};
    struct seal_key *keys;
    enum grant_force force;
    int64_t state;
    bool ended;
    size_t many;

    *holds = false;
    TRY(state_of(c, on, grant_note_digest(c, n), &state));
    if (state != GRANT_IN_FORCE)
        return E_OK;
    TRY(keys_for(c, on, n, &keys, &many));
    TRY(grant_force(c, n, keys, many, c->now, &ignored, &force));
    TRY(was_ended(c, on, n, &ended));
    *holds = force == GRANT_IN_FORCE && !ended;
    return E_OK;
}

err grant_note_clash(struct ctx *c, struct conn *on, const struct grant_note *n,
                     bool *clash)
{
    struct rows *rows;

    *clash = false;
    if (str_eq(n->kind, STR("end")))
        return E_OK; /* each party may write one */
    TRY(ROWS(c, on, &grant_note_fork, &rows, TXT(n->kind),
             TXT(grant_note_value(n, "number")), TXT(grant_note_digest(c, n))));
    return store_next(rows, clash); /* a draft may be written anew */
}

/* ---- logging a step ----------------------------------------------- */

/* "grant.accord_signed" of an accord: GRANT_OFFERED. */
static err step_of(struct ctx *c, str act, const struct grant_note *n,
                   enum grant_force *out)
{
    str head = arena_fmt(c->mem, "grant.%.*s_", STR_ARG(n->kind));

    for (size_t i = 0; str_starts(act, head) && i < COUNT(steps); i++)
        if (str_eq(str_slice(act, head.n, act.n), steps[i].name)) {
            *out = steps[i].state;
            return E_OK;
        }
    return fail(c, E_BAD_INPUT,
                say(c, "Tahap \"%.*s\" tidak dikenal untuk naskah ini.",
                    "The step \"%.*s\" is none of this note."),
                STR_ARG(act));
}

static err not_borne_out(struct ctx *c, const struct findings *f, str act)
{
    return fail(c, E_REFUSED,
                say(c, "%.*s belum dapat dicatat. %.*s: %.*s",
                    "%.*s cannot be logged yet. %.*s: %.*s"),
                STR_ARG(act), STR_ARG(f->n == 0 ? STR("") : f->all[0].key),
                STR_ARG(f->n == 0 ? STR("") : f->all[0].what));
}

/* How many of the keys have signed. A wrong signature is a finding: it is
 * never kept, for it would spoil the note for good. */
static size_t signed_by(struct ctx *c, const struct grant_note *n,
                        const struct seal_key *keys, size_t many,
                        struct findings *f)
{
    size_t right = 0;

    for (size_t i = 0; i < many; i++)
        switch (seal_note_word(&n->note, &keys[i])) {
        case SEAL_SIGNED:
            right++;
            break;
        case SEAL_SILENT:
            break;
        case SEAL_FORGED:
            finding_add(c, f, FIND_ERROR, (struct place){0}, keys[i].name, "%s",
                        say(c, "Tanda tangan ini tidak cocok dengan naskahnya.",
                            "This signature does not fit the note."));
            break;
        }
    return right;
}

static void nobody_signed(struct ctx *c, struct findings *f)
{
    finding_add(c, f, FIND_ERROR, (struct place){0}, STR("hibah"), "%s",
                say(c, "Belum ada kunci hibah yang menandatangani.",
                    "No hibah key has signed yet."));
}

static err check_step(struct ctx *c, struct conn *tx, str act,
                      const struct grant_note *n, enum grant_force step)
{
    struct findings f = {0};
    enum grant_force force;
    struct seal_key *keys;
    size_t many, right;
    bool ok;

    if (step == GRANT_DRAFT && n->note.n == 0)
        return E_OK;
    TRY(keys_for(c, tx, n, &keys, &many));
    right = signed_by(c, n, keys, many, &f);
    ok = f.errors == 0;
    if (step == GRANT_OFFERED && right == 0) {
        nobody_signed(c, &f);
        ok = false;
    } else if (step == GRANT_ENDED && str_eq(n->kind, STR("accord"))) {
        TRY(was_ended(c, tx, n, &ok));
    } else if (step >= GRANT_IN_FORCE && ok) {
        TRY(grant_force(c, n, keys, many, c->now, &f, &force));
        ok = force == step;
    }
    return ok ? E_OK : not_borne_out(c, &f, act);
}

/* An ending note in force ends; its own step is called in_force too. */
static enum grant_force settled(const struct grant_note *n,
                                enum grant_force step)
{
    return step == GRANT_IN_FORCE && str_eq(n->kind, STR("end")) ? GRANT_ENDED
                                                                 : step;
}

/* All signatures that this city has seen; *grew: there are new ones. */
static err gather(struct ctx *c, struct conn *tx, struct grant_note *n,
                  bool *grew)
{
    struct grant_note known;
    struct rows *rows;
    bool more;
    size_t had;

    *grew = true;
    TRY(ROWS(c, tx, &grant_note_get, &rows, TXT(grant_note_digest(c, n))));
    TRY(store_next(rows, &more));
    if (!more)
        return E_OK;
    TRY(grant_note_read(c, store_str(rows, 0), &known));
    had = known.note.n;
    TRY(grant_note_join(c, &known, n));
    *grew = known.note.n > had;
    *n = known;
    return E_OK;
}

static err say_step(struct ctx *c, struct conn *tx, struct ledger *l, str act,
                    str by, const struct grant_note *n, enum grant_force state)
{
    /* The city itself is the party. */
    struct ledger_event e = {.class = LEDGER_GRANT, .office = 1};

    ledger_say(c, &e, "act", act);
    ledger_say(c, &e, "by", by);
    ledger_say(c, &e, "reference", grant_note_value(n, "number"));
    ledger_say(c, &e, "digest", grant_note_digest(c, n));
    ledger_say(c, &e, "state", states[state]);
    return ledger_append(c, tx, l, &e);
}

err grant_log(struct ctx *c, struct conn *tx, struct ledger *l, str act, str by,
              const struct grant_note *given)
{
    struct grant_note n = *given;
    enum grant_force step = GRANT_DRAFT;
    int64_t before;
    bool clash, grew;

    TRY(step_of(c, act, &n, &step));
    TRY(grant_note_clash(c, tx, &n, &clash));
    if (clash)
        return fail(c, E_CONFLICT,
                    say(c,
                        "Nomor %.*s sudah dipakai naskah dengan isi lain. "
                        "Simpanlah keduanya dan tanyakan kepada kota mitra.",
                        "The number %.*s is another text's already. Keep both "
                        "and ask the other city."),
                    STR_ARG(grant_note_value(&n, "number")));
    TRY(gather(c, tx, &n, &grew));
    step = settled(&n, step);
    TRY(check_step(c, tx, act, &n, step));
    TRY(state_of(c, tx, grant_note_digest(c, &n), &before));
    if (before > (int64_t)step || (before == (int64_t)step && !grew))
        return E_OK;
    TRY(RUN(c, tx, &grant_note_put, TXT(grant_note_digest(c, &n)), TXT(n.kind),
            TXT(grant_note_value(&n, "number")), TXT(grant_note_bytes(c, &n))));
    return say_step(c, tx, l, act, by, &n, step);
}

/* ---- what was taken ----------------------------------------------- */

static struct grant_taken taken_row(struct rows *rows)
{
    return (struct grant_taken){.app = store_str(rows, 0),
                                .version = store_str(rows, 1),
                                .tree = store_str(rows, 2),
                                .city = store_str(rows, 3),
                                .deed = store_str(rows, 4),
                                .since = store_i64(rows, 5)};
}

err grant_taken_of(struct ctx *c, struct conn *on, str app,
                   struct grant_taken *out, bool *there)
{
    struct rows *rows;

    TRY(ROWS(c, on, &grant_taken_get, &rows, TXT(app)));
    TRY(store_next(rows, there));
    if (*there)
        *out = taken_row(rows);
    return E_OK;
}

err grant_taken(struct ctx *c, struct conn *on, struct grant_taken **out,
                size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS0(c, on, &grant_taken_all, &rows));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = taken_row(rows);
    }
}

err grant_log_taken(struct ctx *c, struct conn *tx, struct ledger *l,
                    const char *act, str by, const struct app_package *p,
                    str city, const struct grant_note *deed, str reason)
{
    struct ledger_event e = {.class = LEDGER_GRANT, .office = 1};

    ledger_say(c, &e, "act", str_of(act));
    ledger_say(c, &e, "by", by);
    ledger_say(c, &e, "app", app_package_id(p));
    ledger_say(c, &e, "version", app_package_version(p));
    ledger_say(c, &e, "tree", app_package_tree(p));
    ledger_say(c, &e, "city", city);
    if (deed != NULL) {
        ledger_say(c, &e, "reference", grant_note_value(deed, "number"));
        ledger_say(c, &e, "digest", grant_note_digest(c, deed));
    } else {
        ledger_say(c, &e, "reason", STR("under-licence"));
        ledger_say(c, &e, "value",
                   data_write_canonical(c, data_new_text(c, reason)));
    }
    return ledger_append(c, tx, l, &e);
}

/* ---- keys and roots ----------------------------------------------- */

err grant_log_online(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                     str with)
{
    struct ledger_event e = {.class = LEDGER_GRANT, .office = 1};

    ledger_say(c, &e, "act", STR("grant.keys_renewed"));
    ledger_say(c, &e, "by", by);
    ledger_say(c, &e, "with", with);
    return ledger_append(c, tx, l, &e);
}

err grant_log_root(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                   str city, const struct grant_note *accord)
{
    struct ledger_event e = {.class = LEDGER_GRANT, .office = 1};

    ledger_say(c, &e, "act", STR("grant.root_replaced"));
    ledger_say(c, &e, "by", by);
    ledger_say(c, &e, "city", city);
    ledger_say(c, &e, "reference", grant_note_value(accord, "number"));
    ledger_say(c, &e, "digest", grant_note_digest(c, accord));
    return ledger_append(c, tx, l, &e);
}

/* ---- appliers ----------------------------------------------------- */

static str said(const struct ledger_event *e, const char *name)
{
    str s = ledger_fact(e, name);

    return s.p == NULL ? STR("") : s;
}

/* "grant.accord_signed": the kind stands between '.' and '_'. */
static err apply_step(struct ctx *c, struct conn *tx,
                      const struct ledger_event *e)
{
    str head, kind, step;
    int state = str_among(said(e, "state"), states, COUNT(states));

    str_cut(said(e, "act"), '.', &head, &step);
    str_cut(step, '_', &kind, &step);
    if (state < 0)
        return fail(c, E_TAMPERED, "%s",
                    say(c, "Tahap naskah di log tidak dikenal.",
                        "The log names an unknown step of a note."));
    TRY(RUN(c, tx, &grant_step_put, I64(e->id), TXT(said(e, "digest")),
            I64(state), I64(e->time)));
    return RUN(c, tx, &grant_state_put, TXT(said(e, "digest")), TXT(kind),
               TXT(said(e, "reference")), I64(state), I64(e->time));
}

static err apply_taken(struct ctx *c, struct conn *tx,
                       const struct ledger_event *e)
{
    return RUN(c, tx, &grant_taken_put, TXT(said(e, "app")),
               TXT(said(e, "version")), TXT(said(e, "tree")),
               TXT(said(e, "city")), TXT(said(e, "digest")), I64(e->time));
}

/* Trust and keys stand in their folders, outside the tables: these events are
 * for whoever reads the log. */
static err apply_nothing(struct ctx *c, struct conn *tx,
                         const struct ledger_event *e)
{
    (void)c, (void)tx, (void)e;
    return E_OK;
}

const struct ledger_applier grant_appliers[] = {
    {"grant.accord_*", apply_step},
    {"grant.deed_*", apply_step},
    {"grant.end_*", apply_step},
    {"grant.offer_*", apply_step},
    {"grant.answer_*", apply_step},
    {"grant.adopted", apply_taken},
    {"grant.updated", apply_taken},
    {"grant.merged", apply_nothing},
    {"grant.root_replaced", apply_nothing},
    {"grant.keys_renewed", apply_nothing},
};
const size_t grant_appliers_n = COUNT(grant_appliers);
