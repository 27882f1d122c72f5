/* SPDX-License-Identifier: EUPL-1.2 */
/* Whose word counts (C2SP tlog-policy). */
#include "seal/seal_priv.h"

#define MOST 64 /* logs, witnesses, groups */

/* A witness or a group; members are named before they are used. */
struct member {
    str name;
    bool taken; /* it is a member of a group already */
    bool group;
    size_t witness; /* of a witness: which */
    size_t least;   /* of a group: so many of its members */
    bool holds[2 * MOST];
};

struct seal_policy {
    struct seal_party logs[MOST], witnesses[MOST];
    struct member members[2 * MOST];
    size_t n_logs, n_witnesses, n_groups, n_members;
    bool has_quorum, none;
    size_t quorum; /* a member, unless `none` */
};

struct reader {
    struct ctx *c;
    struct seal_policy *p;
    str file;
    int line;
};

/* The next run of bytes without blanks, or empty at the end of the line. */
static str next_word(str *rest)
{
    size_t from = 0, to;
    str word;

    while (from < rest->n && (rest->p[from] == ' ' || rest->p[from] == '\t'))
        from++;
    for (to = from; to < rest->n; to++)
        if (rest->p[to] == ' ' || rest->p[to] == '\t')
            break;
    word = str_slice(*rest, from, to);
    *rest = str_slice(*rest, to, rest->n);
    return word;
}

static err bad_line(const struct reader *r, const char *fmt, ...) PRINTF(2, 3);
static err bad_line(const struct reader *r, const char *fmt, ...)
{
    va_list ap;
    str what;

    va_start(ap, fmt);
    what = arena_vfmt(r->c->mem, fmt, ap);
    va_end(ap);
    return fail(r->c, E_BAD_INPUT, "%.*s:%d: %.*s", STR_ARG(r->file), r->line,
                STR_ARG(what));
}

static err too_many(const struct reader *r)
{
    return bad_line(r,
                    say(r->c, "Paling banyak %d untuk setiap jenis baris.",
                        "At most %d of each kind of line."),
                    MOST);
}

static err left_over(const struct reader *r, str rest)
{
    str word = next_word(&rest);

    if (word.n == 0)
        return E_OK;
    return bad_line(r,
                    say(r->c, "\"%.*s\" tidak diharapkan di sini.",
                        "\"%.*s\" is not expected here."),
                    word.n > 80 ? 80 : (int)word.n, word.p);
}

/* A vkey of the given type, and a URL that may follow, into parties[n]; no
 * key may stand there already. */
static err read_party(const struct reader *r, str rest, uint8_t type, str name,
                      struct seal_party *parties, size_t n)
{
    struct seal_party *p = &parties[n];
    err e = seal_vkey_read(r->c, next_word(&rest), &p->key);

    if (e != E_OK)
        return bad_line(r, "%s", r->c->why.p);
    if (p->key.type != type)
        return bad_line(r,
                        say(r->c,
                            "Kunci log harus berjenis 01, kunci saksi 04; "
                            "yang ini %02x.",
                            "A log's key must be of type 01, a witness's of "
                            "type 04; this one is %02x."),
                        p->key.type);
    for (size_t i = 0; i < n; i++)
        if (memcmp(parties[i].key.public, p->key.public, 32) == 0)
            return bad_line(r,
                            say(r->c, "Kunci %.*s sudah disebut di atas.",
                                "The key of %.*s stands above already."),
                            STR_ARG(p->key.name));
    p->name = name.n > 0 ? name : p->key.name;
    p->url = next_word(&rest);
    return left_over(r, rest);
}

static err read_log(struct reader *r, str rest)
{
    struct seal_policy *p = r->p;

    if (p->n_logs == MOST)
        return too_many(r);
    TRY(read_party(r, rest, SEAL_ED25519, STR(""), p->logs, p->n_logs));
    p->n_logs++;
    return E_OK;
}

/* The member of this name, or n_members. */
static size_t find(const struct seal_policy *p, str name)
{
    size_t i = 0;

    while (i < p->n_members && !str_eq(p->members[i].name, name))
        i++;
    return i;
}

/* A name for a new member, not used before. */
static err read_new_name(struct reader *r, str *rest, struct member **out)
{
    struct seal_policy *p = r->p;
    str name = next_word(rest);

    if (name.n == 0)
        return bad_line(
            r, "%s",
            say(r->c, "Di sini harus ada nama.", "A name is missing here."));
    if (str_eq(name, STR("none")) || find(p, name) < p->n_members)
        return bad_line(r,
                        say(r->c, "Nama \"%.*s\" sudah dipakai.",
                            "The name \"%.*s\" is taken."),
                        name.n > 80 ? 80 : (int)name.n, name.p);
    *out = &p->members[p->n_members];
    **out = (struct member){.name = name};
    return E_OK;
}

static err read_known_name(struct reader *r, str name, size_t *out)
{
    *out = find(r->p, name);
    if (*out < r->p->n_members)
        return E_OK;
    return bad_line(r,
                    say(r->c,
                        "Nama \"%.*s\" belum disebut di baris sebelumnya.",
                        "No line above defines the name \"%.*s\"."),
                    name.n > 80 ? 80 : (int)name.n, name.p);
}

static err read_witness(struct reader *r, str rest)
{
    struct seal_policy *p = r->p;
    struct member *m;

    if (p->n_witnesses == MOST)
        return too_many(r);
    TRY(read_new_name(r, &rest, &m));
    TRY(read_party(r, rest, SEAL_COSIGNATURE, m->name, p->witnesses,
                   p->n_witnesses));
    m->witness = p->n_witnesses++;
    p->n_members++;
    return E_OK;
}

/* "all", "any" or a number from 1 to n. */
static err read_least(struct reader *r, str word, size_t n, size_t *out)
{
    uint64_t k = 0;

    if (str_eq(word, STR("all")))
        k = n;
    else if (str_eq(word, STR("any")))
        k = 1;
    else if (!seal_decimal(word, &k))
        k = 0;
    if (k < 1 || k > n)
        return bad_line(r,
                        say(r->c,
                            "Setelah nama kelompok harus ada all, any, atau "
                            "bilangan 1 sampai jumlah anggotanya (%zu).",
                            "After the group's name stands all, any, or a "
                            "number from 1 to its members (%zu)."),
                        n);
    *out = (size_t)k;
    return E_OK;
}

static err read_group(struct reader *r, str rest)
{
    struct seal_policy *p = r->p;
    struct member *m;
    size_t n = 0, i;
    str least, name;

    if (p->n_groups == MOST)
        return too_many(r);
    TRY(read_new_name(r, &rest, &m));
    m->group = true;
    least = next_word(&rest);
    while ((name = next_word(&rest)).n > 0) {
        TRY(read_known_name(r, name, &i));
        if (p->members[i].taken)
            return bad_line(r,
                            say(r->c,
                                "\"%.*s\" sudah menjadi anggota kelompok.",
                                "\"%.*s\" is a member of a group already."),
                            STR_ARG(p->members[i].name));
        p->members[i].taken = m->holds[i] = true;
        n++;
    }
    TRY(read_least(r, least, n, &m->least));
    p->n_members++;
    p->n_groups++;
    return E_OK;
}

static err read_quorum(struct reader *r, str rest)
{
    struct seal_policy *p = r->p;
    str name = next_word(&rest);

    if (p->has_quorum)
        return bad_line(r, "%s",
                        say(r->c, "Baris quorum hanya boleh satu.",
                            "There can be one quorum line only."));
    p->has_quorum = true;
    p->none = str_eq(name, STR("none"));
    if (!p->none)
        TRY(read_known_name(r, name, &p->quorum));
    return left_over(r, rest);
}

static const struct {
    str word;
    err (*read)(struct reader *r, str rest);
} kinds[] = {
    {STR_INIT("log"), read_log},
    {STR_INIT("witness"), read_witness},
    {STR_INIT("group"), read_group},
    {STR_INIT("quorum"), read_quorum},
};

static err read_line(struct reader *r, str line)
{
    str word;

    for (size_t i = 0; i < line.n; i++) {
        unsigned char ch = (unsigned char)line.p[i];

        if ((ch < 0x20 && ch != '\t') || ch == 0x7F)
            return bad_line(r, "%s",
                            say(r->c,
                                "Ada karakter kendali. Simpanlah berkas "
                                "dengan akhir baris LF.",
                                "There is a control character. Save the file "
                                "with line ends of LF."));
    }
    word = next_word(&line);
    if (word.n == 0 || word.p[0] == '#')
        return E_OK;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (str_eq(word, kinds[i].word))
            return kinds[i].read(r, line);
    return bad_line(r,
                    say(r->c,
                        "Baris berawal \"%.*s\"; yang dikenal log, witness, "
                        "group, quorum, dan #.",
                        "The line begins with \"%.*s\"; known are log, "
                        "witness, group, quorum and #."),
                    word.n > 80 ? 80 : (int)word.n, word.p);
}

err seal_policy_read(struct ctx *c, str file, str text,
                     struct seal_policy **out)
{
    struct reader r = {c, NEW(c->mem, struct seal_policy), file, 0};
    str line;

    if (text.n > SEAL_NOTE_MOST)
        return fail(
            c, E_TOO_BIG,
            say(c, "%.*s melebihi %zu bita.", "%.*s is over %zu bytes."),
            STR_ARG(file), SEAL_NOTE_MOST);
    text = arena_str(c->mem, text);
    while (str_next(&text, '\n', &line)) {
        r.line++;
        TRY(read_line(&r, line));
    }
    if (!r.p->has_quorum)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "%.*s: baris quorum tidak ada. Tulislah \"quorum "
                        "none\" bila belum ada saksi.",
                        "%.*s: there is no quorum line. Write \"quorum none\" "
                        "where there is no witness yet."),
                    STR_ARG(file));
    *out = r.p;
    return E_OK;
}

struct seal_policy *seal_policy_of(struct ctx *c, const struct seal_key *log)
{
    struct seal_policy *p = NEW(c->mem, struct seal_policy);

    p->logs[p->n_logs++] = (struct seal_party){log->name, *log, STR("")};
    p->has_quorum = p->none = true;
    return p;
}

const struct seal_party *seal_policy_logs(const struct seal_policy *p,
                                          size_t *n)
{
    *n = p->n_logs;
    return p->logs;
}

const struct seal_party *seal_policy_witnesses(const struct seal_policy *p,
                                               size_t *n)
{
    *n = p->n_witnesses;
    return p->witnesses;
}

/* ---- checking ----------------------------------------------------- */

static err forged(struct ctx *c, const struct seal_key *k)
{
    return fail(c, E_TAMPERED,
                say(c,
                    "Tanda %.*s pada checkpoint ini tidak cocok: isinya telah "
                    "berubah.",
                    "The signature of %.*s on this checkpoint does not hold: "
                    "the checkpoint was changed."),
                STR_ARG(k->name));
}

/* The origin must be a log of the policy, and that log must have signed. */
static err check_log(struct ctx *c, const struct seal_policy *p,
                     const struct seal_note *note, str origin)
{
    bool known = false, is_signed = false;

    for (size_t i = 0; i < p->n_logs; i++) {
        const struct seal_key *k = &p->logs[i].key;
        enum seal_word word = seal_note_word(note, k);
        bool its = str_eq(k->name, origin);

        if (word == SEAL_FORGED)
            return forged(c, k);
        known = known || its;
        is_signed = is_signed || (its && word == SEAL_SIGNED);
    }
    if (!known)
        return fail(c, E_TAMPERED,
                    say(c,
                        "Checkpoint ini dari log %.*s, yang tidak disebut "
                        "dalam kebijakan.",
                        "This checkpoint is of the log %.*s, which the policy "
                        "does not name."),
                    STR_ARG(origin));
    if (!is_signed)
        return fail(c, E_TAMPERED,
                    say(c,
                        "Checkpoint ini tidak ditandatangani dengan kunci "
                        "log %.*s.",
                        "This checkpoint is not signed with the key of the "
                        "log %.*s."),
                    STR_ARG(origin));
    return E_OK;
}

static void heard(struct seal_verdict *v, uint64_t time)
{
    v->oldest = v->n == 1 || time < v->oldest ? time : v->oldest;
    v->newest = time > v->newest ? time : v->newest;
}

static bool enough(const struct member *m, const bool *yes, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += m->holds[i] && yes[i];
    return count >= m->least;
}

/* Members stand after those they are made of: one pass tells all. */
static err check_witnesses(struct ctx *c, const struct seal_policy *p,
                           const struct seal_note *note,
                           struct seal_verdict *out)
{
    str *names = NEWS(c->mem, str, p->n_witnesses);
    bool yes[2 * MOST] = {false};

    out->witnesses = names;
    for (size_t i = 0; i < p->n_members; i++) {
        const struct member *m = &p->members[i];
        const struct seal_key *k = &p->witnesses[m->witness].key;
        enum seal_word word;
        uint64_t time;

        if (m->group) {
            yes[i] = enough(m, yes, i);
            continue;
        }
        word = seal_note_ask(note, k, &time);
        if (word == SEAL_FORGED)
            return forged(c, k);
        yes[i] = word == SEAL_SIGNED;
        if (!yes[i])
            continue;
        names[out->n++] = k->name;
        heard(out, time);
    }
    out->quorum_none = p->none;
    out->witnessed = !p->none && yes[p->quorum];
    return E_OK;
}

err seal_policy_check(struct ctx *c, const struct seal_policy *p,
                      const struct seal_note *note, struct seal_verdict *out)
{
    *out = (struct seal_verdict){.n = 0};
    TRY(seal_checkpoint_read(c, note->text, &out->checkpoint));
    TRY(check_log(c, p, note, out->checkpoint.origin));
    return check_witnesses(c, p, note, out);
}
