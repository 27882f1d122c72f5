/* SPDX-License-Identifier: EUPL-1.2 */
/* Offline keys: a file a key, in a folder that a person carries.
 *
 *     balai-key 1
 *     city 32.73
 *     domain latihan.bandung.example
 *     role root 1
 *     root VKEY                the public keys of the whole ceremony,
 *     ...                      in the order of `rows`
 *     secret argon2id m=65536 t=3 SALT BOX
 *
 * The box is bound to all that stands above it, so that a changed letter
 * there does not pass for the key's own. */
#include "grant/grant_priv.h"

#include <unistd.h>

#define HEAD          "balai-key "
#define FORMAT        1
#define FILE_MOST     ((size_t)16 << 10)
#define PASSPHRASE_OF 12 /* characters at least */

static const struct {
    const char *word;
    size_t n;
} rows[GRANT_ROLES] = {
    [GRANT_ROOT] = {"root", GRANT_ROOT_KEYS},
    [GRANT_TARGETS] = {"targets", GRANT_TARGETS_KEYS},
    [GRANT_HIBAH] = {"hibah", 2},
};

/* As the folders of a ceremony are given. */
static const enum grant_role order[] = {GRANT_ROOT, GRANT_HIBAH, GRANT_TARGETS};

#define KEYS (GRANT_ROOT_KEYS + 2 + GRANT_TARGETS_KEYS)

void grant_key_public(const struct grant_key *k, struct seal_key *out)
{
    *out = k->all[k->role][k->nth - 1];
}

err grant_key_sign(struct ctx *c, const struct grant_key *k, str message,
                   unsigned char sig[64])
{
    memcpy(sig, seal_secret_sign(c, k->secret, message).p, 64);
    return E_OK;
}

/* ---- making ------------------------------------------------------- */

static struct seal_key public_key(struct ctx *c, str domain,
                                  enum grant_role role, size_t nth,
                                  const struct seal_secret *secret)
{
    struct seal_key k = {.type = SEAL_ED25519};
    const char type = SEAL_ED25519;
    struct hash h;

    k.name =
        arena_fmt(c->mem, "%.*s/%s/%zu", STR_ARG(domain), rows[role].word, nth);
    seal_secret_public(secret, k.public);
    h = seal_sha256_of((str[]){k.name,
                               STR("\n"),
                               {&type, 1},
                               {(const char *)k.public, sizeof k.public}},
                       4);
    k.id = get_u32be(h.b);
    return k;
}

/* All above the secret. */
static str head_text(struct ctx *c, const struct grant_key *k)
{
    struct buf b = buf_new(c, FILE_MOST);

    buf_fmt(&b, HEAD "%d\ncity %.*s\ndomain %.*s\nrole %s %zu\n", FORMAT,
            STR_ARG(k->city), STR_ARG(k->domain), rows[k->role].word, k->nth);
    for (size_t i = 0; i < COUNT(order); i++)
        for (size_t j = 0; j < rows[order[i]].n; j++)
            buf_fmt(&b, "%s %.*s\n", rows[order[i]].word,
                    STR_ARG(seal_vkey_show(c, &k->all[order[i]][j])));
    return buf_str(&b);
}

static bool one_word(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '+' || s.p[i] == '/')
            return false;
    return s.n > 0 && s.n <= 240;
}

static err check_passphrases(struct ctx *c, const char *const *dirs,
                             const str *passphrases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t points = 0;

        if (!str_utf8(passphrases[i], &points) || points < PASSPHRASE_OF)
            return fail(c, E_BAD_INPUT,
                        say(c,
                            "Frasa sandi untuk %s terlalu pendek: paling "
                            "sedikit %d karakter.",
                            "The passphrase for %s is too short: at least %d "
                            "characters."),
                        dirs[i], PASSPHRASE_OF);
    }
    return E_OK;
}

static err check_ceremony(struct ctx *c, const struct grant_ceremony *k)
{
    if (k->n != KEYS)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Upacara kunci memerlukan %d folder: 3 untuk root, 2 "
                        "untuk hibah, 2 untuk targets; ada %zu.",
                        "A key ceremony takes %d folders: 3 for root, 2 for "
                        "hibah, 2 for targets; there are %zu."),
                    KEYS, k->n);
    if (!one_word(k->city) || !one_word(k->domain))
        return fail(c, E_BAD_INPUT,
                    say(c, "Kode kota atau nama host tidak dapat dipakai.",
                        "The city's code or its domain cannot be used."));
    return E_OK;
}

static err check_folder(struct ctx *c, const char *dir)
{
    str *names;
    size_t n;

    TRY(file_make_dir(c, dir, 0700));
    TRY(file_list(c, dir, 0, &names, &n));
    for (size_t i = 0; i < n; i++)
        if (str_ends(names[i], STR(GRANT_KEY_SUFFIX)))
            return fail(c, E_CONFLICT,
                        say(c,
                            "Folder %s sudah berisi kunci (%s). Kunci tidak "
                            "pernah ditimpa; silakan gunakan folder kosong.",
                            "The folder %s holds a key already (%s). Keys are "
                            "never overwritten; use an empty folder."),
                        dir, names[i].p);
    return E_OK;
}

static err write_key(struct ctx *c, const char *dir, str passphrase,
                     const struct grant_key *k, const char **path)
{
    str head = head_text(c, k), shut, text;

    TRY(seal_secret_shut(c, k->secret, passphrase, head, &shut));
    text = arena_fmt(c->mem, "%.*ssecret %.*s\n", STR_ARG(head), STR_ARG(shut));
    *path = file_join(
        c, dir,
        arena_fmt(c->mem, "%s-%zu" GRANT_KEY_SUFFIX, rows[k->role].word, k->nth)
            .p);
    return file_write(c, *path, text, 0600);
}

/* New keys of one role, beside the public halves of the others. */
static size_t new_role(struct ctx *c, const struct grant_key *like,
                       enum grant_role role, struct grant_key *keys,
                       struct seal_key all[][GRANT_KEYS_MOST])
{
    for (size_t j = 0; j < rows[role].n; j++) {
        keys[j] = (struct grant_key){.city = like->city,
                                     .domain = like->domain,
                                     .role = role,
                                     .nth = j + 1,
                                     .secret = seal_secret_new(c)};
        all[role][j] = public_key(c, like->domain, role, j + 1, keys[j].secret);
    }
    return rows[role].n;
}

/* All of them, or none. */
static err write_keys(struct ctx *c, struct grant_key *keys, size_t n,
                      struct seal_key all[][GRANT_KEYS_MOST],
                      const char *const *dirs, const str *passphrases)
{
    const char *written[KEYS];
    size_t done = 0;
    err e = E_OK;

    TRY(check_passphrases(c, dirs, passphrases, n));
    for (size_t i = 0; i < n; i++)
        TRY(check_folder(c, dirs[i]));
    for (; done < n && e == E_OK; done += e == E_OK) {
        memcpy(keys[done].all, all, sizeof keys[done].all);
        e = write_key(c, dirs[done], passphrases[done], &keys[done],
                      &written[done]);
    }
    while (e != E_OK && done > 0)
        unlink(written[--done]);
    return e;
}

err grant_keys_make(struct ctx *c, const struct grant_ceremony *k)
{
    const struct grant_key like = {.city = k->city, .domain = k->domain};
    struct grant_key keys[KEYS];
    struct seal_key all[GRANT_ROLES][GRANT_KEYS_MOST] = {0};
    size_t n = 0;

    TRY(check_ceremony(c, k));
    for (size_t i = 0; i < COUNT(order); i++)
        n += new_role(c, &like, order[i], keys + n, all);
    return write_keys(c, keys, n, all, k->dirs, k->passphrases);
}

err grant_keys_replace(struct ctx *c, const struct grant_replacing *r)
{
    struct grant_key keys[GRANT_KEYS_MOST];
    struct seal_key all[GRANT_ROLES][GRANT_KEYS_MOST];

    if (r->n != rows[r->role].n)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Kunci %s selalu diganti semuanya: diperlukan %zu "
                        "folder, ada %zu.",
                        "The %s keys are replaced together: that takes %zu "
                        "folders, there are %zu."),
                    rows[r->role].word, rows[r->role].n, r->n);
    memcpy(all, r->of->all, sizeof all);
    return write_keys(c, keys, new_role(c, r->of, r->role, keys, all), all,
                      r->dirs, r->passphrases);
}

bool grant_role_read(str word, enum grant_role *out)
{
    for (size_t i = 0; i < GRANT_ROLES; i++)
        if (str_eq(word, str_of(rows[i].word))) {
            *out = (enum grant_role)i;
            return true;
        }
    return false;
}

/* ---- opening ------------------------------------------------------ */

static err bad_key(struct ctx *c, const char *path)
{
    return fail(c, E_BAD_INPUT,
                say(c, "%s bukan berkas kunci balai yang utuh.",
                    "%s is not a whole key file of balai."),
                path);
}

/* "word value" */
static bool take_line(str *text, const char *word, str *value)
{
    str line, head;

    return str_next(text, '\n', &line) && str_cut(line, ' ', &head, value) &&
           str_eq(head, str_of(word)) && value->n > 0;
}

static err check_format(struct ctx *c, const char *path, str *text)
{
    str line, head = STR(HEAD);
    int64_t format;

    if (!str_next(text, '\n', &line) || !str_starts(line, head) ||
        !str_is_i64(str_slice(line, head.n, line.n), &format) || format < 1)
        return bad_key(c, path);
    if (format > FORMAT)
        return fail(c, E_NEWER,
                    say(c,
                        "Kunci %s berformat %" PRId64
                        "; balai ini hanya mengenal format %d. Silakan "
                        "gunakan balai yang lebih baru.",
                        "The key %s has format %" PRId64
                        "; this balai knows format %d only. Use a newer "
                        "balai."),
                    path, format, FORMAT);
    return E_OK;
}

static bool read_role(str value, enum grant_role *role, size_t *nth)
{
    str word, number;
    int64_t n;

    str_cut(value, ' ', &word, &number);
    for (size_t i = 0; i < GRANT_ROLES; i++)
        if (str_eq(word, str_of(rows[i].word)) && str_is_i64(number, &n) &&
            n >= 1 && n <= (int64_t)rows[i].n) {
            *role = (enum grant_role)i;
            *nth = (size_t)n;
            return true;
        }
    return false;
}

/* The public part of a key's file; *shut is its secret part. */
static err read_key(struct ctx *c, const char *path, struct grant_key *k,
                    str *head, str *shut)
{
    str text, all, value;

    TRY(file_read(c, path, FILE_MOST, &text));
    all = text;
    TRY(check_format(c, path, &text));
    if (!take_line(&text, "city", &k->city) ||
        !take_line(&text, "domain", &k->domain) ||
        !take_line(&text, "role", &value) ||
        !read_role(value, &k->role, &k->nth))
        return bad_key(c, path);
    for (size_t i = 0; i < COUNT(order); i++)
        for (size_t j = 0; j < rows[order[i]].n; j++) {
            if (!take_line(&text, rows[order[i]].word, &value))
                return bad_key(c, path);
            TRY(seal_vkey_read(c, value, &k->all[order[i]][j]));
        }
    *head = str_slice(all, 0, all.n - text.n);
    if (!take_line(&text, "secret", shut) || text.n > 0)
        return bad_key(c, path);
    return E_OK;
}

static err open_file(struct ctx *c, const char *path, enum grant_role role,
                     str passphrase, struct grant_key **out)
{
    struct grant_key *k = NEW(c->mem, struct grant_key);
    unsigned char public[32];
    str head, shut;

    TRY(read_key(c, path, k, &head, &shut));
    if (k->role != role)
        return fail(c, E_BAD_INPUT,
                    say(c, "%s adalah kunci %s, bukan kunci %s.",
                        "%s is a %s key, not a %s key."),
                    path, rows[k->role].word, rows[role].word);
    if (seal_secret_open(c, shut, passphrase, head, &k->secret) != E_OK)
        return fail(c, E_TAMPERED,
                    say(c,
                        "Kunci %s tidak terbuka: frasa sandinya lain, atau "
                        "berkasnya telah berubah.",
                        "The key %s does not open: the passphrase is another, "
                        "or the file was changed."),
                    path);
    seal_secret_public(k->secret, public);
    if (!seal_same(public, k->all[role][k->nth - 1].public, sizeof public))
        return bad_key(c, path);
    *out = k;
    return E_OK;
}

err grant_key_open(struct ctx *c, const char *dir, enum grant_role role,
                   str passphrase, struct grant_key **out)
{
    err e = fail(c, E_NOT_FOUND,
                 say(c, "Folder %s tidak berisi kunci %s.",
                     "The folder %s holds no %s key."),
                 dir, rows[role].word);
    str *names, head = arena_fmt(c->mem, "%s-", rows[role].word);
    size_t n;

    if (!file_is_dir(dir))
        return open_file(c, dir, role, passphrase, out);
    TRY(file_list(c, dir, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        if (!str_starts(names[i], head) ||
            !str_ends(names[i], STR(GRANT_KEY_SUFFIX)))
            continue;
        e = open_file(c, file_join(c, dir, names[i].p), role, passphrase, out);
        if (e != E_TAMPERED)
            return e;
    }
    return e;
}
