/* SPDX-License-Identifier: EUPL-1.2 */
/* People by CSV: one row a duty. For every login that stands in the file, what
 * is written of the officer and which duties he or she holds become what the
 * file says; who is not in it stays as he is. Twice is nothing. */
#include "city/city_priv.h"

#include "gen/city_sql.h"

struct person {
    struct city_officer o;
    struct place at;
    struct city_duty *duties;
    size_t n, room;
    bool fresh; /* not in the database before this file */
};

struct import {
    const struct city *k;
    struct conn *on, *tx;
    struct ledger *l;
    str by;
    struct findings *f;
    struct person *people;
    size_t n_people, room_people;
    size_t *slots; /* by hash of the login: index + 1, 0 free */
    struct city_people_change *changes;
    size_t n, room;
};

#define PEOPLE_MOST 50000
#define SLOTS       131072 /* a power of two, well over PEOPLE_MOST */

static const str columns[] = {
    STR_INIT("login"), STR_INIT("name"),   STR_INIT("post"), STR_INIT("phone"),
    STR_INIT("email"), STR_INIT("office"), STR_INIT("duty")};

static str cell(const struct data *row, const char *column)
{
    str s = str_trim(data_text(data_get(row, str_of(column))));

    return s.p == NULL ? STR("") : s;
}

static struct place place_of(const struct data *row, const char *column)
{
    const struct data *d = data_get(row, str_of(column));

    return d == NULL ? row->at : d->at;
}

static void wrong_cell(struct ctx *c, struct import *m, const struct data *row,
                       const char *column, const char *what)
{
    finding_add(c, m->f, FIND_ERROR, place_of(row, column), str_of(column),
                "%s", what);
}

static size_t hash_of(str s)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(1099511628211);
    return (size_t)(h ^ h >> 32);
}

static struct person *person_of(struct ctx *c, struct import *m,
                                const struct city_officer *o, struct place at)
{
    size_t slot = hash_of(o->login) % SLOTS;

    for (; m->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        struct person *p = &m->people[m->slots[slot] - 1];

        if (str_eq(p->o.login, o->login))
            return p;
    }
    ARENA_GROW(c->mem, m->people, m->n_people, m->room_people);
    m->people[m->n_people] = (struct person){.o = *o, .at = at};
    m->slots[slot] = ++m->n_people;
    return &m->people[m->n_people - 1];
}

static void same_person(struct ctx *c, struct import *m, const struct data *row,
                        const struct city_officer *a,
                        const struct city_officer *b)
{
    const char *column = !str_eq(a->name, b->name)     ? "name"
                         : !str_eq(a->post, b->post)   ? "post"
                         : !str_eq(a->phone, b->phone) ? "phone"
                         : !str_eq(a->email, b->email) ? "email"
                                                       : NULL;

    if (column != NULL)
        wrong_cell(c, m, row, column,
                   say(c,
                       "Berbeda dari baris sebelumnya dengan nama masuk yang "
                       "sama. Samakan keduanya.",
                       "Differs from an earlier row with the same login. Make "
                       "both the same."));
}

static void add_duty(struct ctx *c, struct import *m, const struct data *row,
                     struct person *p)
{
    struct city_duty d = {cell(row, "office"), cell(row, "duty")};

    if (d.office.n == 0 && d.duty.n == 0)
        return;
    if (city_office(m->k, d.office) == NULL)
        wrong_cell(c, m, row, "office",
                   say(c,
                       "Perangkat daerah ini tidak ada. Kuncinya ada pada "
                       "daftar balai city offices.",
                       "There is no such office. balai city offices lists "
                       "their keys."));
    if (!city_duty_known(d.duty))
        wrong_cell(c, m, row, "duty",
                   say(c,
                       "Tugas ini tidak dikenal. Pilih desk, verifier, field, "
                       "head, secretary, treasurer, committee, staff, auditor, "
                       "atau admin.",
                       "This duty is not known. Choose desk, verifier, field, "
                       "head, secretary, treasurer, committee, staff, auditor "
                       "or admin."));
    ARENA_GROW(c->mem, p->duties, p->n, p->room);
    p->duties[p->n++] = d;
}

static err read_row(struct ctx *c, struct import *m, const struct data *row)
{
    struct city_officer o = {.login = cell(row, "login"),
                             .name = cell(row, "name"),
                             .post = cell(row, "post"),
                             .phone = cell(row, "phone"),
                             .email = cell(row, "email")};
    const struct city_wrong *w;
    struct person *p;

    TRY(city_officer_tidy(c, &o));
    w = city_officer_wrong(&o);
    if (w != NULL)
        wrong_cell(c, m, row, w->column, say(c, w->id, w->en));
    if (m->n_people == PEOPLE_MOST)
        return fail(c, E_TOO_BIG, "%s",
                    say(c, "Terlalu banyak pegawai dalam satu berkas.",
                        "There are too many officers in one file."));
    p = person_of(c, m, &o, row->at);
    same_person(c, m, row, &p->o, &o);
    add_duty(c, m, row, p);
    return E_OK;
}

static void check_columns(struct ctx *c, struct import *m,
                          const struct data *table)
{
    const struct data *first = table->n > 0 ? table->items[0] : NULL;

    for (size_t i = 0; first != NULL && i < COUNT(columns); i++) {
        if (data_get(first, columns[i]) == NULL)
            finding_add(
                c, m->f, FIND_ERROR, first->at, columns[i], "%s",
                say(c, "Kolom ini tidak ada.", "This column is missing."))
                ->mend = str_of(
                say(c,
                    "Baris pertama harus login,name,post,phone,email,office,"
                    "duty.",
                    "The first line must be login,name,post,phone,email,"
                    "office,duty."));
    }
    for (size_t i = 0; first != NULL && i < first->n; i++) {
        const struct data_pair *p = &first->pairs[i];

        if (str_among(p->key, columns, COUNT(columns)) < 0)
            finding_add(c, m->f, FIND_ERROR, p->at, p->key, "%s",
                        say(c, "Kolom ini tidak dikenal.",
                            "This column is not known."));
    }
}

static void note_change(struct ctx *c, struct import *m, str sentence)
{
    ARENA_GROW(c->mem, m->changes, m->n, m->room);
    m->changes[m->n++].what = sentence;
}

static err import_officer(struct ctx *c, struct import *m, struct person *p)
{
    struct city_officer now;

    if (p->fresh) {
        note_change(
            c, m,
            arena_fmt(c->mem,
                      say(c, "Pegawai baru: %.*s.", "New officer: %.*s."),
                      STR_ARG(p->o.name)));
        return m->tx == NULL
                   ? E_OK
                   : city_officer_add_by(c, m->tx, m->l, m->by, p->o, &p->o.id);
    }
    TRY(city_officer_by_id(c, m->on, p->o.id, &now));
    if (str_eq(now.name, p->o.name) && str_eq(now.post, p->o.post) &&
        str_eq(now.phone, p->o.phone) && str_eq(now.email, p->o.email))
        return E_OK;
    note_change(c, m,
                arena_fmt(c->mem,
                          say(c, "Data diubah: %.*s.", "Changed: %.*s."),
                          STR_ARG(p->o.name)));
    return m->tx == NULL ? E_OK
                         : city_officer_edit(c, m->tx, m->l, m->by, &p->o);
}

static bool among(const struct city_duty *d, const struct city_duty *all,
                  size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(all[i].office, d->office) && str_eq(all[i].duty, d->duty))
            return true;
    }
    return false;
}

static void note_duty(struct ctx *c, struct import *m, const struct person *p,
                      const struct city_duty *d, bool given)
{
    const struct city_office *o = city_office(m->k, d->office);
    str name = p->o.name, duty = city_duty_name(c, d->duty);
    str where = o == NULL ? d->office : city_office_name(c, o);
    str what = given ? arena_fmt(c->mem,
                                 say(c, "%.*s menjadi %.*s pada %.*s.",
                                     "%.*s becomes %.*s at %.*s."),
                                 STR_ARG(name), STR_ARG(duty), STR_ARG(where))
                     : arena_fmt(c->mem,
                                 say(c, "%.*s tidak lagi %.*s pada %.*s.",
                                     "%.*s is no longer %.*s at %.*s."),
                                 STR_ARG(name), STR_ARG(duty), STR_ARG(where));

    note_change(c, m, what);
}

/* What the database has of somebody; nothing of somebody new. */
static err held(struct ctx *c, struct import *m, const struct person *p,
                struct city_duty **all, size_t *n)
{
    *all = NULL;
    *n = 0;
    return p->fresh ? E_OK : city_duties(c, m->on, p->o.id, all, n);
}

static err give_duties(struct ctx *c, struct import *m, const struct person *p)
{
    struct city_duty *has;
    size_t n;

    TRY(held(c, m, p, &has, &n));
    for (size_t i = 0; i < p->n; i++) {
        const struct city_duty *d = &p->duties[i];

        if (among(d, has, n) || among(d, p->duties, i))
            continue;
        note_duty(c, m, p, d, true);
        if (m->tx != NULL)
            TRY(city_duty_give(c, m->tx, m->l, m->by, p->o.id, d->office,
                               d->duty));
    }
    return E_OK;
}

static err end_duties(struct ctx *c, struct import *m, const struct person *p)
{
    struct city_duty *has;
    size_t n;

    TRY(held(c, m, p, &has, &n));
    for (size_t i = 0; i < n; i++) {
        if (among(&has[i], p->duties, p->n))
            continue;
        note_duty(c, m, p, &has[i], false);
        if (m->tx != NULL)
            TRY(city_duty_end(c, m->tx, m->l, m->by, p->o.id, has[i].office,
                              has[i].duty));
    }
    return E_OK;
}

/* ---- the last administrator --------------------------------------- */

static bool is_admin(const struct person *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (str_eq(p->duties[i].duty, STR("admin")))
            return true;
    }
    return false;
}

static bool in_file(const struct import *m, int64_t id)
{
    for (size_t i = 0; i < m->n_people; i++) {
        if (!m->people[i].fresh && m->people[i].o.id == id)
            return true;
    }
    return false;
}

/* Would anybody be left? Said in the dry run too. */
static err check_admins(struct ctx *c, struct import *m, str file)
{
    struct rows *rows;
    size_t before = 0, after = 0;
    bool more;

    for (size_t i = 0; i < m->n_people; i++)
        after += is_admin(&m->people[i]);
    TRY(ROWS0(c, m->on, &city_admins, &rows));
    for (;;) {
        TRY(store_next(rows, &more));
        if (!more)
            break;
        before++;
        after += !in_file(m, store_i64(rows, 0));
    }
    if (before > 0 && after == 0)
        finding_add(c, m->f, FIND_ERROR, (struct place){.file = file},
                    STR("duty"), "%s",
                    say(c, "Tidak ada administrator yang tersisa.",
                        "No administrator would be left."))
            ->mend = str_of(say(c,
                                "Tambahkan baris dengan tugas admin bagi "
                                "sedikitnya satu pegawai.",
                                "Add a row with the duty admin for at least "
                                "one officer."));
    return E_OK;
}

/* ---- the whole ---------------------------------------------------- */

static err find_people(struct ctx *c, struct import *m)
{
    for (size_t i = 0; i < m->n_people; i++) {
        struct person *p = &m->people[i];
        struct city_officer now;
        err e = city_officer_by_login(c, m->on, p->o.login, &now);

        if (e != E_OK && e != E_NOT_FOUND)
            return e;
        p->fresh = e == E_NOT_FOUND;
        p->o.id = p->fresh ? 0 : now.id;
    }
    return E_OK;
}

static err read_people(struct ctx *c, struct import *m, str file, str bytes)
{
    struct data *table;

    TRY(data_read_csv(c, file, bytes, m->f, &table));
    check_columns(c, m, table);
    for (size_t i = 0; i < table->n; i++)
        TRY(read_row(c, m, table->items[i]));
    TRY(find_people(c, m));
    TRY(check_admins(c, m, file));
    if (m->f->errors > 0)
        return fail(c, E_BAD_INPUT,
                    say(c, "Berkas pegawai %.*s perlu diperbaiki.",
                        "The people file %.*s needs to be mended."),
                    STR_ARG(file));
    return E_OK;
}

/* All are given what they gain before anybody loses anything, so that an
 * administrator can hand over in one file. */
static err bring(struct ctx *c, struct import *m)
{
    for (size_t i = 0; i < m->n_people; i++) {
        TRY(import_officer(c, m, &m->people[i]));
        TRY(give_duties(c, m, &m->people[i]));
    }
    for (size_t i = 0; i < m->n_people; i++)
        TRY(end_duties(c, m, &m->people[i]));
    return E_OK;
}

err city_people_import(struct ctx *c, const struct city *k, struct conn *on,
                       struct conn *tx, struct ledger *l, str by, str file,
                       str bytes, struct findings *f,
                       struct city_people_change **out, size_t *n)
{
    struct import m = {.k = k,
                       .on = tx != NULL ? tx : on,
                       .tx = tx,
                       .l = l,
                       .by = by,
                       .f = f,
                       .slots = NEWS(c->mem, size_t, SLOTS)};

    TRY(read_people(c, &m, file, bytes));
    TRY(bring(c, &m));
    *out = m.changes;
    *n = m.n;
    return E_OK;
}
