/* SPDX-License-Identifier: EUPL-1.2 */
/* Officers and their duties. Names and addresses stay in one table of truth;
 * events know an officer as "officer-17". */
#include "city/city_priv.h"

#include "gen/city_sql.h"

/* ---- rows --------------------------------------------------------- */

str city_pseudonym(struct ctx *c, int64_t id)
{
    return arena_fmt(c->mem, "officer-%" PRId64, id);
}

static struct city_officer read_officer(struct ctx *c, struct rows *r)
{
    int64_t id = store_i64(r, 0);

    return (struct city_officer){.id = id,
                                 .pseudonym = city_pseudonym(c, id),
                                 .login = store_str(r, 1),
                                 .name = store_str(r, 2),
                                 .post = store_str(r, 3),
                                 .phone = store_str(r, 4),
                                 .email = store_str(r, 5),
                                 .active = store_i64(r, 6) != 0,
                                 .ready = store_i64(r, 7) != 0};
}

static err read_one(struct ctx *c, struct rows *rows, struct city_officer *out)
{
    bool more;

    TRY(store_next(rows, &more));
    if (!more)
        return fail(c, E_NOT_FOUND, "%s",
                    say(c, "Pegawai ini tidak terdaftar.",
                        "There is no such officer."));
    *out = read_officer(c, rows);
    return E_OK;
}

static err read_all(struct ctx *c, struct rows *rows, struct city_officer **out,
                    size_t *n)
{
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = read_officer(c, rows);
    }
}

err city_officer_by_id(struct ctx *c, struct conn *on, int64_t id,
                       struct city_officer *out)
{
    struct rows *rows;

    TRY(ROWS(c, on, &city_officer_get, &rows, I64(id)));
    return read_one(c, rows, out);
}

err city_officer_by_pseudonym(struct ctx *c, struct conn *on, str name,
                              struct city_officer *out)
{
    int64_t id = 0;

    if (str_starts(name, STR("officer-")))
        str_is_i64(str_slice(name, strlen("officer-"), name.n), &id);
    return city_officer_by_id(c, on, id, out);
}

/* Logins are compared in small letters. */
str city_small_letters(struct ctx *c, str s)
{
    struct buf b = buf_new(c, 512);

    s = str_slice(str_trim(s), 0, 256);
    for (size_t i = 0; i < s.n; i++) {
        bool capital = s.p[i] >= 'A' && s.p[i] <= 'Z';

        buf_char(&b, capital ? (char)(s.p[i] + 32) : s.p[i]);
    }
    return buf_str(&b);
}

err city_officer_by_login(struct ctx *c, struct conn *on, str login,
                          struct city_officer *out)
{
    struct rows *rows;

    TRY(ROWS(c, on, &city_officer_find, &rows,
             TXT(city_small_letters(c, login))));
    return read_one(c, rows, out);
}

err city_officers(struct ctx *c, struct conn *on, struct city_officer **out,
                  size_t *n)
{
    struct rows *rows;

    TRY(ROWS0(c, on, &city_officer_all, &rows));
    return read_all(c, rows, out, n);
}

err city_holders(struct ctx *c, struct conn *on, str office, str duty,
                 struct city_officer **out, size_t *n)
{
    struct rows *rows;

    TRY(ROWS(c, on, &city_holders_of, &rows, TXT(office), TXT(duty),
             I64(c->now)));
    return read_all(c, rows, out, n);
}

err city_holdings(struct ctx *c, struct conn *on, struct city_holding **out,
                  size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS0(c, on, &city_holdings_all, &rows));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = (struct city_holding){
            .duty = {store_str(rows, 0), store_str(rows, 1)},
            .officer = store_i64(rows, 2),
            .name = store_str(rows, 3),
            .active = store_i64(rows, 4) != 0};
    }
}

err city_offices_with(struct ctx *c, struct conn *on, str duty, str **out,
                      size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS(c, on, &city_offices_with_duty, &rows, TXT(duty)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = store_str(rows, 0);
    }
}

err city_duties(struct ctx *c, struct conn *on, int64_t officer,
                struct city_duty **out, size_t *n)
{
    struct rows *rows;
    size_t room = 0;
    bool more;

    *out = NULL;
    *n = 0;
    TRY(ROWS(c, on, &city_duties_of, &rows, I64(officer)));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            return E_OK;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] =
            (struct city_duty){store_str(rows, 0), store_str(rows, 1)};
    }
}

err city_holds(struct ctx *c, struct conn *on, int64_t officer, str office,
               str duty, bool *holds)
{
    struct rows *rows;

    TRY(ROWS(c, on, &city_duty_has, &rows, I64(officer), TXT(office),
             TXT(duty)));
    return store_next(rows, holds);
}

/* ---- what an officer may be called -------------------------------- */

static bool login_fits(str s)
{
    if (s.n < 3 || s.n > 40)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];

        if (!(ch >= 'a' && ch <= 'z') && !(ch >= '0' && ch <= '9') &&
            ch != '.' && ch != '-' && ch != '_')
            return false;
    }
    return true;
}

/* Whether a text of a person fits: UTF-8 without control characters, at most
 * `most` code points. */
static bool line_fits(str s, size_t most)
{
    size_t points;

    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 127)
            return false;
    }
    return str_utf8(s, &points) && points <= most;
}

/* "+62 22 0000 0000", "(022) 000-0000"; empty is allowed. */
static bool phone_fits(str s)
{
    size_t digits = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9')
            digits++;
        else if (!str_has(STR("+-() ."), s.p[i]))
            return false;
    }
    return s.n == 0 || (digits >= 6 && digits <= 16 && s.n <= 30);
}

static bool email_fits(str s)
{
    str head, tail;

    if (s.n == 0)
        return true;
    return s.n <= 120 && line_fits(s, 120) && !str_has(s, ' ') &&
           str_cut(s, '@', &head, &tail) && head.n > 0 && tail.n > 2 &&
           str_has(tail, '.') && !str_has(tail, '@');
}

/* What is wrong with an officer's columns: the first, or NULL. */
const struct city_wrong *city_officer_wrong(const struct city_officer *o)
{
    static const struct city_wrong all[] = {
        {"login",
         "Nama masuk harus 3 sampai 40 huruf kecil, angka, titik, atau garis, "
         "misalnya NIP.",
         "A login is 3 to 40 small letters, digits, dots or dashes, such as "
         "the NIP."},
        {"name", "Nama harus diisi, paling banyak 120 huruf.",
         "A name is needed, of at most 120 letters."},
        {"post", "Jabatan paling banyak 160 huruf.",
         "A post has at most 160 letters."},
        {"phone", "Nomor telepon tidak lengkap, misalnya 022 0000 0000.",
         "The phone number is not complete, such as 022 0000 0000."},
        {"email", "Alamat surel tidak lengkap, misalnya nama@kota.example.",
         "The e-mail address is not complete, such as name@city.example."},
    };
    bool right[] = {
        login_fits(o->login), o->name.n > 0 && line_fits(o->name, 120),
        line_fits(o->post, 160), phone_fits(o->phone), email_fits(o->email)};

    for (size_t i = 0; i < COUNT(all); i++) {
        if (!right[i])
            return &all[i];
    }
    return NULL;
}

/* Trimmed and composed; the login in small letters. */
err city_officer_tidy(struct ctx *c, struct city_officer *o)
{
    TRY(data_nfc(c, str_trim(o->name), &o->name));
    TRY(data_nfc(c, str_trim(o->post), &o->post));
    o->phone = str_trim(o->phone);
    o->email = str_trim(o->email);
    o->login = city_small_letters(c, o->login);
    return E_OK;
}

static err must_fit(struct ctx *c, const struct city_officer *o)
{
    const struct city_wrong *w = city_officer_wrong(o);

    return w == NULL ? E_OK : fail(c, E_BAD_INPUT, "%s", say(c, w->id, w->en));
}

/* ---- events ------------------------------------------------------- */

/* In the log stands the office's public number, or the city's where the
 * office is small, has none, or is not concerned. */
static err public_number(struct ctx *c, struct conn *tx, str office,
                         uint32_t *out)
{
    struct rows *rows;
    bool more;

    *out = 1;
    if (office.n == 0)
        return E_OK;
    TRY(ROWS(c, tx, &city_number_of, &rows, TXT(office)));
    TRY(store_next(rows, &more));
    if (more && store_i64(rows, 1) >= CITY_SMALL)
        *out = (uint32_t)store_i64(rows, 0);
    return E_OK;
}

static err tell(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                const char *act, int64_t officer, str office, str duty)
{
    struct ledger_event e = {.class = LEDGER_ROSTER,
                             .subject = city_pseudonym(c, officer)};

    TRY(public_number(c, tx, office, &e.office));
    ledger_say(c, &e, "act", str_of(act));
    ledger_say(c, &e, "by", by);
    ledger_say(c, &e, "officer", e.subject);
    ledger_say(c, &e, "office", office);
    ledger_say(c, &e, "duty", duty);
    return ledger_append(c, tx, l, &e);
}

/* ---- officers ----------------------------------------------------- */

err city_officer_add_by(struct ctx *c, struct conn *tx, struct ledger *l,
                        str by, struct city_officer o, int64_t *id)
{
    struct city_officer same;

    TRY(city_officer_tidy(c, &o));
    TRY(must_fit(c, &o));
    if (city_officer_by_login(c, tx, o.login, &same) == E_OK)
        return fail(c, E_CONFLICT,
                    say(c, "Nama masuk \"%.*s\" sudah dipakai.",
                        "The login \"%.*s\" is taken."),
                    STR_ARG(o.login));
    TRY(RUN(c, tx, &city_officer_new, TXT(o.login), TXT(o.name), TXT(o.post),
            TXT(o.phone), TXT(o.email), I64(c->now)));
    *id = store_last_id(tx);
    return tell(c, tx, l, by, "officer.add", *id, (str){0}, (str){0});
}

err city_officer_add(struct ctx *c, struct conn *tx, struct ledger *l,
                     const struct city_officer *o, int64_t *id)
{
    return city_officer_add_by(c, tx, l, STR("system"), *o, id);
}

err city_officer_edit(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                      const struct city_officer *o)
{
    struct city_officer now, next = *o;

    TRY(city_officer_by_id(c, tx, o->id, &now));
    next.login = now.login;
    TRY(city_officer_tidy(c, &next));
    TRY(must_fit(c, &next));
    TRY(RUN(c, tx, &city_officer_set, I64(o->id), TXT(next.name),
            TXT(next.post), TXT(next.phone), TXT(next.email)));
    return tell(c, tx, l, by, "officer.edit", o->id, (str){0}, (str){0});
}

/* ---- the last administrator --------------------------------------- */

/* May this officer lose `ending` duties of an administrator? */
static err keeps_admin(struct ctx *c, struct conn *on, int64_t officer,
                       int64_t ending)
{
    struct rows *rows;
    int64_t others = 0, own = 0;
    bool more;

    TRY(ROWS0(c, on, &city_admins, &rows));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            break;
        if (store_i64(rows, 0) == officer)
            own++;
        else
            others++;
    }
    if (others > 0 || own == 0 || own > ending)
        return E_OK;
    return fail(c, E_REFUSED, "%s",
                say(c,
                    "Ini administrator terakhir. Beri tugas administrator "
                    "kepada pegawai lain lebih dahulu.",
                    "This is the last administrator. Make another officer "
                    "administrator first."));
}

err city_officer_turn(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                      int64_t officer, bool active)
{
    struct city_officer o;

    TRY(city_officer_by_id(c, tx, officer, &o));
    if (o.active == active)
        return E_OK;
    if (!active)
        TRY(keeps_admin(c, tx, officer, INT64_MAX));
    TRY(RUN(c, tx, &city_officer_active, I64(officer), I64(active)));
    TRY(RUN(c, tx, &city_link_burn, I64(officer)));
    return tell(c, tx, l, by, active ? "officer.opened" : "officer.closed",
                officer, (str){0}, (str){0});
}

/* ---- duties ------------------------------------------------------- */

static err has_row(struct ctx *c, struct conn *on, int64_t officer, str office,
                   str duty, bool *has)
{
    struct city_duty *all;
    size_t n;

    *has = false;
    TRY(city_duties(c, on, officer, &all, &n));
    for (size_t i = 0; i < n; i++)
        *has |= str_eq(all[i].office, office) && str_eq(all[i].duty, duty);
    return E_OK;
}

err city_duty_give(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                   int64_t officer, str office, str duty)
{
    struct city_officer o;
    bool has;

    TRY(city_officer_by_id(c, tx, officer, &o));
    if (!city_duty_known(duty))
        return fail(c, E_BAD_INPUT,
                    say(c, "Tugas \"%.*s\" tidak dikenal.",
                        "The duty \"%.*s\" is not known."),
                    STR_ARG(duty));
    TRY(has_row(c, tx, officer, office, duty, &has));
    return has ? E_OK : tell(c, tx, l, by, "duty.give", officer, office, duty);
}

err city_duty_end(struct ctx *c, struct conn *tx, struct ledger *l, str by,
                  int64_t officer, str office, str duty)
{
    bool has;

    TRY(has_row(c, tx, officer, office, duty, &has));
    if (!has)
        return E_OK;
    if (str_eq(duty, STR("admin")))
        TRY(keeps_admin(c, tx, officer, 1));
    return tell(c, tx, l, by, "duty.end", officer, office, duty);
}
