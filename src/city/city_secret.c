/* SPDX-License-Identifier: EUPL-1.2 */
/* How an officer proves who he or she is: one-time links, passwords, codes,
 * and the delays that make guessing slow. Argon2id takes a tenth of a second
 * and never runs while others wait for the writer, but in city_link_use. */
#include "city/city_priv.h"

#include "gen/city_sql.h"

/* ---- one-time links ----------------------------------------------- */

#define TOKEN_BYTES 32
#define LIFE_MOST   (30 * TIME_DAY)

/* Only the hash is kept: who reads the database cannot use a link. */
static struct hash token_hash(str token)
{
    return seal_sha256_of((const str[]){STR("balai/link\n"), token}, 2);
}

static struct arg hash_arg(const unsigned char *bytes)
{
    return BLOB(((str){(const char *)bytes, SEAL_HASH}));
}

err city_link_make(struct ctx *c, struct conn *tx, int64_t officer,
                   int64_t life, str *token)
{
    unsigned char bytes[TOKEN_BYTES];
    struct city_officer o;
    struct hash h;

    TRY(city_officer_by_id(c, tx, officer, &o));
    if (!o.active)
        return fail(c, E_REFUSED, "%s",
                    say(c, "Pegawai ini sudah tidak aktif.",
                        "This officer is no longer active."));
    ctx_random(c, bytes, sizeof bytes);
    *token = seal_base64url(c, bytes, sizeof bytes);
    h = token_hash(*token);
    if (life < 0 || life > LIFE_MOST)
        life = LIFE_MOST;
    TRY(RUN(c, tx, &city_link_expire, I64(c->now)));
    TRY(RUN(c, tx, &city_link_burn, I64(officer)));
    return RUN(c, tx, &city_link_new, hash_arg(h.b), I64(officer),
               I64(c->now + life));
}

err city_link_look(struct ctx *c, struct conn *on, str token, int64_t *officer)
{
    struct hash h = token_hash(token);
    struct rows *rows;
    bool more;

    TRY(ROWS(c, on, &city_link_get, &rows, hash_arg(h.b)));
    TRY(store_next(rows, &more));
    if (!more || store_i64(rows, 1) <= c->now)
        return fail(c, E_GONE, "%s",
                    say(c,
                        "Tautan ini sudah dipakai atau sudah lewat waktunya. "
                        "Mintalah tautan baru kepada administrator.",
                        "This link was used or is too old. Ask an "
                        "administrator for a new one."));
    *officer = store_i64(rows, 0);
    return E_OK;
}

/* What a link is exchanged for. */
struct secrets {
    int64_t officer, counter;
    str hash, seed;
};

/* All but the hash: what needs the database. */
static err check_secrets(struct ctx *c, struct conn *on, const struct city *k,
                         str token, str password, const unsigned char seed[20],
                         str code, struct secrets *out)
{
    struct city_officer o;

    *out = (struct secrets){.seed = {(const char *)seed, SEAL_TOTP_SEED}};
    TRY(city_link_look(c, on, token, &out->officer));
    TRY(city_officer_by_id(c, on, out->officer, &o));
    TRY(city_password_check(c, k, &o, password));
    if (seal_totp_holds(seed, code, c->now / TIME_SECOND, &out->counter))
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Kode tidak cocok. Periksa jam ponsel Anda, lalu masukkan "
                    "kode yang tampil sekarang.",
                    "The code does not fit. Look at your phone's clock and "
                    "enter the code that shows now."));
}

/* The link is looked up again: it may have been used in between. */
static err keep_secrets(struct ctx *c, struct conn *tx, str token,
                        const struct secrets *s)
{
    int64_t officer;

    TRY(city_link_look(c, tx, token, &officer));
    TRY(RUN(c, tx, &city_link_burn, I64(officer)));
    return RUN(c, tx, &city_credential_set, I64(officer), TXT(s->hash),
               BLOB(s->seed), I64(s->counter), I64(c->now));
}

err city_link_use(struct ctx *c, struct conn *tx, const struct city *k,
                  str token, str password, const unsigned char seed[20],
                  str code)
{
    struct secrets s;

    TRY(check_secrets(c, tx, k, token, password, seed, code, &s));
    TRY(seal_password_hash(c, password, true, &s.hash));
    return keep_secrets(c, tx, token, &s);
}

struct enrolment {
    str token;
    const struct secrets *secrets;
};

static err enrol(struct ctx *c, struct conn *tx, void *arg)
{
    const struct enrolment *e = arg;

    return keep_secrets(c, tx, e->token, e->secrets);
}

/* Neither a reader nor the writer is held while the hash is made. */
err city_enrol(struct ctx *c, struct store *s, const struct city *k, str token,
               str password, const unsigned char seed[20], str code,
               int64_t *officer)
{
    struct secrets secrets;
    struct enrolment e = {token, &secrets};
    struct conn *on;
    err read;

    TRY(store_read(c, s, &on));
    read = check_secrets(c, on, k, token, password, seed, code, &secrets);
    store_done(on);
    TRY(read);
    TRY(seal_password_hash(c, password, true, &secrets.hash));
    TRY(store_write(c, s, enrol, &e));
    *officer = secrets.officer;
    return E_OK;
}

/* ---- delays ------------------------------------------------------- */

#define FREE_TRIES  3
#define DELAY_FIRST TIME_SECOND
#define DELAY_MOST  (15 * TIME_MINUTE)
#define FORGOTTEN   TIME_DAY

/* After the third failure one second, then doubling. */
static int64_t delay_after(int64_t failures)
{
    int64_t doublings = failures - FREE_TRIES, delay = DELAY_FIRST;

    if (doublings < 0)
        return 0;
    for (; doublings > 0 && delay < DELAY_MOST; doublings--)
        delay *= 2;
    return delay < DELAY_MOST ? delay : DELAY_MOST;
}

static err tries_of(struct ctx *c, struct conn *on,
                    const unsigned char login[SEAL_HASH], int64_t *failures,
                    int64_t *until)
{
    struct rows *rows;
    bool more;

    *failures = *until = 0;
    TRY(ROWS(c, on, &city_try_get, &rows, hash_arg(login)));
    TRY(store_next(rows, &more));
    if (!more)
        return E_OK;
    *failures = store_i64(rows, 0);
    *until = store_i64(rows, 1);
    return E_OK;
}

static err must_wait(struct ctx *c, struct conn *on, const struct city_try *t)
{
    int64_t failures, until, left;

    TRY(tries_of(c, on, t->login, &failures, &until));
    left = until - c->now;
    if (left <= 0 || left > DELAY_MOST) /* by a clock that was put back since */
        return E_OK;
    left = (left + TIME_SECOND - 1) / TIME_SECOND;
    if (left < 60)
        return fail(c, E_TOO_MANY,
                    say(c,
                        "Terlalu banyak percobaan. Silakan coba lagi dalam %d "
                        "detik.",
                        "Too many attempts. Try again in %d seconds."),
                    (int)left);
    return fail(c, E_TOO_MANY,
                say(c,
                    "Terlalu banyak percobaan. Silakan coba lagi dalam %d "
                    "menit.",
                    "Too many attempts. Try again in %d minutes."),
                (int)((left + 59) / 60));
}

err city_sign_in_failed(struct ctx *c, struct conn *tx,
                        const struct city_try *t)
{
    int64_t failures, until;

    TRY(RUN(c, tx, &city_try_forget, I64(c->now - FORGOTTEN)));
    TRY(tries_of(c, tx, t->login, &failures, &until));
    failures++;
    return RUN(c, tx, &city_try_set, hash_arg(t->login), I64(failures),
               I64(c->now + delay_after(failures)));
}

/* ---- signing in --------------------------------------------------- */

/* Nothing that a person would type. Longer ones are wrong without work, the
 * same for every name. */
#define TYPED_MOST 512

static err refused(struct ctx *c)
{
    return fail(c, E_UNAUTHORIZED, "%s",
                say(c, "Nama masuk, kata sandi, atau kode tidak cocok.",
                    "Login, password or code do not fit."));
}

/* A browser that this officer signed in from has a count of its own: what
 * strangers guess elsewhere does not make it wait, what is guessed there
 * does. */
static struct hash login_hash(struct ctx *c, str login, str device)
{
    str small = city_small_letters(c, login);

    return seal_sha256_of(
        (const str[]){STR("balai/login\n"), small, STR("\n"), device},
        device.n > 0 ? 4 : 2);
}

/* The stored hash of a login's password; empty where there is none. */
static err stored_hash(struct ctx *c, struct conn *on, str login,
                       int64_t *officer, str *hash)
{
    struct city_officer o;
    struct rows *rows;
    bool more;
    err e = city_officer_by_login(c, on, login, &o);

    *officer = 0;
    *hash = STR("");
    if (e == E_NOT_FOUND)
        return E_OK;
    TRY(e);
    TRY(ROWS(c, on, &city_credential_get, &rows, I64(o.id)));
    TRY(store_next(rows, &more));
    if (!more)
        return E_OK;
    *officer = o.id;
    *hash = store_str(rows, 0);
    return E_OK;
}

/* What signing in needs of the database: must the name wait, and what is the
 * hash of its password? */
static err look_up(struct ctx *c, struct conn *on, str login, str device,
                   struct city_try *out, str *hash)
{
    struct hash h = login_hash(c, login, device);

    *out = (struct city_try){0};
    memcpy(out->login, h.b, sizeof out->login);
    TRY(must_wait(c, on, out));
    return stored_hash(c, on, login, &out->officer, hash);
}

/* A name without a password costs an Argon2id too: its answer takes as long
 * as that of a name with one. */
static err judge(struct ctx *c, str password, str hash, struct city_try *t)
{
    str spent;

    if (password.n > TYPED_MOST)
        return E_OK;
    if (hash.n == 0)
        return seal_password_hash(c, password, true, &spent);
    t->password = seal_password_holds(hash, password);
    return E_OK;
}

err city_sign_in_check(struct ctx *c, struct conn *on, str login, str password,
                       struct city_try *out)
{
    str hash;

    TRY(look_up(c, on, login, STR(""), out, &hash));
    return judge(c, password, hash, out);
}

static err spend_code(struct ctx *c, struct conn *tx, int64_t officer, str code)
{
    struct rows *rows;
    bool more;
    int64_t counter;
    str seed;

    TRY(ROWS(c, tx, &city_credential_get, &rows, I64(officer)));
    TRY(store_next(rows, &more));
    if (!more || store_i64(rows, 3) == 0)
        return refused(c);
    seed = store_str(rows, 1);
    counter = store_i64(rows, 2);
    if (seed.n != SEAL_TOTP_SEED ||
        !seal_totp_holds((const unsigned char *)seed.p, code,
                         c->now / TIME_SECOND, &counter))
        return refused(c);
    return RUN(c, tx, &city_credential_used, I64(officer), I64(counter));
}

err city_sign_in(struct ctx *c, struct conn *tx, const struct city_try *t,
                 str code, int64_t *officer)
{
    TRY(must_wait(c, tx, t));
    if (t->officer == 0 || !t->password)
        return refused(c);
    TRY(spend_code(c, tx, t->officer, code));
    TRY(RUN(c, tx, &city_try_clear, hash_arg(t->login)));
    *officer = t->officer;
    return E_OK;
}

/* ---- the whole in one write --------------------------------------- */

struct entry {
    const struct city_try *tried;
    str code;
    int64_t officer;
    err verdict;
};

/* A wrong code is no failure of the write: the failed try must stay. */
static err enter(struct ctx *c, struct conn *tx, void *arg)
{
    struct entry *e = arg;

    e->verdict = city_sign_in(c, tx, e->tried, e->code, &e->officer);
    if (e->verdict == E_UNAUTHORIZED)
        return city_sign_in_failed(c, tx, e->tried);
    return e->verdict;
}

err city_enter(struct ctx *c, struct store *s, str login, str password,
               str code, str device, int64_t *officer)
{
    struct city_try tried;
    struct entry e = {.tried = &tried, .code = code};
    struct conn *on;
    str hash;
    err read;

    TRY(store_read(c, s, &on));
    read = look_up(c, on, login, device, &tried, &hash);
    store_done(on);
    TRY(read);
    TRY(judge(c, password, hash, &tried));
    TRY(store_write(c, s, enter, &e));
    if (e.verdict == E_UNAUTHORIZED)
        return refused(c);
    *officer = e.officer;
    return E_OK;
}
