/* SPDX-License-Identifier: EUPL-1.2 */
/* Registers: records that last, what an action changes in them, when a state
 * of them is over, and who is reminded of it. */
#include "app/app_priv.h"

static struct finding *fault(struct app_work *w, const struct data *at,
                             str path, const char *id, const char *en)
{
    return finding_add(w->c, w->f, FIND_ERROR, at->at, path, "%s",
                       say(w->c, id, en));
}

/* ---- changes ------------------------------------------------------ */

/* Names of what an action asks stand side by side in one form. */
static void check_change(struct app_work *w, const struct data *at, str path,
                         const struct app_field *d, const struct app_action *x)
{
    if (d->computed)
        app_mend(w->c,
                 fault(w, at, path, "Isian ini dihitung, tidak diisi.",
                       "This field is computed, not filled in."),
                 "action-changes", "%s", "");
    if (x->who.resident && d->show == APP_OFFICE)
        app_mend(w->c,
                 fault(w, at, path,
                       "Warga tidak melihat isian ini, jadi tidak dapat "
                       "mengubahnya.",
                       "A resident does not see this field, and so cannot "
                       "change it."),
                 "action-changes", "%s", "");
    for (size_t i = 0; i < x->n_needs; i++)
        if (str_eq(x->needs[i].key, d->key))
            app_mend(w->c,
                     fault(w, at, path,
                           "Tindakan ini sudah menanyakan isian dengan nama "
                           "yang sama.",
                           "The action already asks for a field of this "
                           "name."),
                     "action-changes", "%s", "");
}

void app_take_changes(struct app_work *w, const struct data *action, str path,
                      struct app_action *x)
{
    const struct data *list = data_get(action, STR("changes"));
    str here = app_path(w->c, path, STR("changes"));
    struct app_field *all;

    if (list == NULL || list->kind != DATA_LIST)
        return;
    all = NEWS(w->c->mem, struct app_field, x->n_needs + list->n + 1);
    for (size_t i = 0; i < x->n_needs; i++)
        all[i] = x->needs[i];
    for (size_t i = 0; i < list->n; i++) {
        str key = data_text(list->items[i]);
        const struct app_field *d = app_field(w->a, key);

        if (d == NULL) {
            app_unknown_field(w, list->items[i], here, key, "action-changes");
            continue;
        }
        check_change(w, list->items[i], here, d, x);
        all[x->n_needs + x->n_changes++] = *d;
    }
    x->needs = all;
}

/* ---- lapses and reminders ----------------------------------------- */

static void take_reminds(struct app_work *w, const struct data *state, str path,
                         struct app_state *s)
{
    const struct data *list = data_get(state, STR("reminds"));
    struct city_span *all;

    if (list == NULL || list->kind != DATA_LIST)
        return;
    all = NEWS(w->c->mem, struct city_span, list->n + 1);
    for (size_t i = 0; i < list->n; i++)
        if (city_span_read(data_text(list->items[i]), &all[s->n_reminds]) &&
            all[s->n_reminds].unit == CITY_DAYS)
            s->n_reminds++;
        else
            app_mend(w->c,
                     fault(w, list->items[i],
                           app_path(w->c, path, STR("reminds")),
                           "Pengingat dihitung mundur dalam hari.",
                           "Reminders are counted back in days."),
                     "state-reminds",
                     say(w->c, "Tulislah misalnya [60 days, 7 days].",
                         "Write for example [60 days, 7 days]."));
    s->reminds = all;
    if (data_get(state, STR("lapses")) == NULL)
        app_mend(w->c,
                 fault(w, list, app_path(w->c, path, STR("reminds")),
                       "Tidak ada yang diingatkan: keadaan ini tidak gugur.",
                       "There is nothing to remind of: the state does not "
                       "lapse."),
                 "state-reminds",
                 say(w->c, "Tambahkan lapses:.", "Add lapses:."));
}

void app_take_lapse(struct app_work *w, const struct data *state, str path,
                    struct app_state *s)
{
    const struct data *lapses = data_get(state, STR("lapses"));
    const struct data *after = data_get(lapses, STR("after"));
    const struct data *at = data_get(lapses, STR("at"));
    str here = app_path(w->c, path, STR("lapses"));

    take_reminds(w, state, path, s);
    if (lapses == NULL || lapses->kind != DATA_MAP)
        return;
    city_span_read(app_text(lapses, "after"), &s->lapse_after);
    if (at != NULL)
        s->lapse_at =
            app_program(w, w->act_env, at, app_path(w->c, here, STR("at")),
                        RESULT_DATE, APP_DATE);
    if ((after == NULL) == (at == NULL))
        app_mend(w->c,
                 fault(w, lapses, here,
                       "Kapan keadaan ini gugur disebut sekali.",
                       "When the state lapses is said once."),
                 "lapses",
                 say(w->c, "Pakailah after: atau at:.", "Use after: or at:."));
}

/* ---- registers ---------------------------------------------------- */

/* "mesin.seri" fits "mesin.2.seri": the row's count is passed over. */
bool app_path_fits(str path, str named)
{
    str head, tail, key, part, count, rest;

    if (str_eq(path, named))
        return true;
    return str_cut(named, '.', &key, &part) &&
           str_cut(path, '.', &head, &tail) && str_eq(head, key) &&
           str_cut(tail, '.', &count, &rest) && app_all_digits(count) &&
           str_eq(rest, part);
}

/* Does the app have this path: a field, a part, a column? */
static bool path_known(const struct app_work *w, str path)
{
    const struct app_part *parts;
    const struct app_field *d;
    str key, part;
    size_t n;

    str_cut(path, '.', &key, &part);
    d = app_field(w->a, key);
    if (d == NULL)
        return false;
    if (d->type == APP_ROWS)
        return data_get(data_get(d->def, STR("columns")), part) != NULL;
    n = app_parts(d->type, &parts);
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(parts[i].name), part))
            return app_part_asked(d, &parts[i]);
    return false;
}

#define UNIQUE_MOST 8

static void take_unique(struct app_work *w, const struct data *def,
                        struct app_registry *r)
{
    const struct data *list = data_get(def, STR("unique"));
    size_t n = list != NULL && list->kind == DATA_LIST ? list->n : 0;
    str *all = NEWS(w->c->mem, str, n + 1);

    all[r->n_unique++] = r->key;
    if (n > UNIQUE_MOST)
        app_mend(w->c,
                 finding_add(
                     w->c, w->f, FIND_ERROR, list->at, STR("register.unique"),
                     say(w->c, "Paling banyak %d jalur.", "At most %d paths."),
                     UNIQUE_MOST),
                 "register-unique", "%s", "");
    for (size_t i = 0; i < n && i < UNIQUE_MOST; i++) {
        str path = data_text(list->items[i]), key, part;

        str_cut(path, '.', &key, &part);
        if (path_known(w, path)) {
            if (!str_eq(path, r->key))
                all[r->n_unique++] = path;
        } else if (app_field(w->a, path) != NULL) {
            app_mend(w->c,
                     fault(w, list->items[i], STR("register.unique"),
                           "Isian ini terdiri atas beberapa bagian; sebutlah "
                           "salah satunya, seperti pemilik.nik.",
                           "This field has several parts; name one of them, "
                           "as in pemilik.nik."),
                     "register-unique", "%s", "");
        } else {
            app_unknown_field(w, list->items[i], STR("register.unique"), path,
                              "register-unique");
        }
    }
    r->unique = all;
}

static void check_listed(struct app_work *w, const struct data *at,
                         const struct app_field *d)
{
    if (d->show != APP_PUBLIC)
        app_mend(w->c,
                 fault(w, at, STR("register.public"),
                       "Daftar umum hanya memuat isian dengan show: public.",
                       "The public list holds fields with show: public only."),
                 "register-public", "%s", "");
    if (d->type == APP_LONGTEXT)
        app_mend(w->c,
                 fault(w, at, STR("register.public"),
                       "Teks panjang tidak muat dalam daftar.",
                       "A long text does not fit in a list."),
                 "register-public", "%s", "");
}

static void take_listed(struct app_work *w, const struct data *def,
                        struct app_registry *r)
{
    const struct data *list = data_get(def, STR("public"));
    str *all;

    if (list == NULL || list->kind != DATA_LIST)
        return;
    all = NEWS(w->c->mem, str, list->n + 1);
    for (size_t i = 0; i < list->n; i++) {
        str key = data_text(list->items[i]);
        const struct app_field *d = app_field(w->a, key);

        if (d == NULL)
            app_unknown_field(w, list->items[i], STR("register.public"), key,
                              "register-public");
        else
            check_listed(w, list->items[i], d);
        all[r->n_listed++] = key;
    }
    r->listed = all;
    if (str_among(r->key, r->listed, r->n_listed) != 0)
        app_mend(w->c,
                 fault(w, list, STR("register.public"),
                       "Daftar umum diurutkan menurut kuncinya.",
                       "The public list is in the order of its key."),
                 "register-public",
                 say(w->c, "Sebutlah %.*s lebih dahulu.", "Name %.*s first."),
                 STR_ARG(r->key));
}

/* The number stands on plates, in letters and in lists long after the record is
 * erased: what a person typed is no part of it. */
static bool number_fact(struct app_work *w, const struct data *number, str name)
{
    const struct app_field *d = app_field(w->a, name);

    if (d == NULL)
        return false;
    if (str_eq(name, app_text(data_get(w->tree, STR("register")), "key")) ||
        !app_number_takes(w, d))
        app_mend(w->c,
                 finding_add(
                     w->c, w->f, FIND_ERROR, number->at, STR("register.number"),
                     say(w->c,
                         "Nomor tidak memuat isian \"%.*s\": yang diketik "
                         "orang, boleh kosong, atau tidak dibaca umum bukan "
                         "bagian nomor.",
                         "A number does not hold the field \"%.*s\": what "
                         "people type, may leave empty, or is not shown to "
                         "everybody is no part of it."),
                     STR_ARG(name)),
                 "register-number", "%s",
                 say(w->c,
                     "Pakailah pilihan, tanggal, wilayah atau perangkat daerah "
                     "yang wajib dan show: public, atau hapuslah.",
                     "Use a choice, date, region or office that is required "
                     "and show: public, or drop it."));
    return true;
}

/* A number is given by an act, inside the writer. */
static void check_start(struct app_work *w, const struct app_registry *r,
                        const struct data *number)
{
    const struct app_state *at = app_state(w->a, w->a->start);
    bool entered = false;

    /* Also where `otherwise` leads from there. */
    for (size_t i = 0; at != NULL && i <= w->a->n_states; i++) {
        entered |= str_eq(at->key, r->entry);
        at = at->otherwise.n > 0 ? app_state(w->a, at->otherwise) : NULL;
    }
    if (r->number != NULL && entered)
        app_mend(w->c,
                 fault(w, number, STR("register.number"),
                       "Nomor diberikan oleh sebuah tindakan, bukan saat "
                       "diajukan.",
                       "The number is given by an act, not on submission."),
                 "register-number", "%s", "");
}

static void take_number(struct app_work *w, const struct data *def,
                        struct app_registry *r)
{
    const struct data *number = data_get(def, STR("number"));
    const struct data *book = data_get(def, STR("book"));

    if ((number == NULL) != (book == NULL))
        app_mend(w->c,
                 fault(w, def, STR("register"),
                       "number: dan book: disebut bersama.",
                       "number: and book: are said together."),
                 "register-number", "%s", "");
    if (number == NULL || book == NULL)
        return;
    r->book = data_text(book);
    r->number = app_number_template(w, number, STR("register.number"),
                                    "register-number", number_fact);
    check_start(w, r, number);
    if (w->a->national != NULL)
        app_mend(w->c,
                 fault(w, number, STR("register.number"),
                       "Aplikasi yang berdiri di depan sistem nasional tidak "
                       "memberi nomor register sendiri.",
                       "An app in front of a national system gives no "
                       "register number of its own."),
                 "app-national", "%s", "");
}

static void check_entry(struct app_work *w, const struct data *def, str entry)
{
    const struct app_state *s;

    if (entry.n == 0)
        return;
    s = app_state(w->a,
                  app_state_name(w, data_get(def, STR("entry")),
                                 STR("register.entry"), "register-entry"));
    if (s != NULL && s->end.n > 0 && !str_eq(s->end, STR("granted")))
        app_mend(w->c,
                 fault(w, data_get(def, STR("entry")), STR("register.entry"),
                       "Yang berakhir begitu tidak tercatat dalam register.",
                       "What ends like that is not entered in a register."),
                 "register-entry", "%s", "");
}

/* The key is what people type and read: a text of one line. */
static void check_key(struct app_work *w, const struct data *def, str key)
{
    const struct data *at = data_get(def, STR("key"));
    const struct app_field *d = app_field(w->a, key);
    const struct app_part *parts;

    if (at == NULL)
        return;
    if (d == NULL) {
        app_unknown_field(w, at, STR("register.key"), key, "register-key");
        return;
    }
    if (d->optional || d->when != NULL || d->type == APP_LONGTEXT ||
        d->type == APP_ROWS || app_parts(d->type, &parts) != 1 ||
        (data_get(def, STR("number")) != NULL &&
         (d->type != APP_TEXT || data_get(d->def, STR("value")) != NULL)))
        app_mend(w->c,
                 fault(w, at, STR("register.key"),
                       "Kunci register selalu diisi, satu baris; yang bernomor "
                       "adalah teks tanpa rumus.",
                       "The key of a register is always there, in one line; "
                       "a numbered one is a text without a formula."),
                 "register-key", "%s", "");
}

/* ---- entries that may be the same --------------------------------- */

static bool take_close(struct app_work *w, const struct data_pair *pair,
                       struct app_close *out)
{
    static const str numbers[] = {STR_INIT("integer"), STR_INIT("decimal"),
                                  STR_INIT("money")};
    str path = app_path(w->c, STR("merge.close"), pair->key);

    for (size_t i = 0; i < w->a->n_fields; i++) {
        struct app_field *d = &w->a->fields[i];

        if (!str_eq(d->key, pair->key) ||
            str_among(str_of(app_type_name(d->type)), numbers, COUNT(numbers)) <
                0)
            continue;
        d->indexed = true;
        out->field = pair->key;
        if (cel_decimal_read(data_text(pair->value), &out->most))
            return true;
        break;
    }
    app_mend(w->c,
             fault(w, pair->value, path,
                   "Yang didekatkan adalah isian angka dan selisih "
                   "terbesarnya.",
                   "What is close is a field of numbers and its largest "
                   "difference."),
             "merge-close", "%s", "");
    return false;
}

void app_build_close(struct app_work *w)
{
    const struct data *merge = data_get(w->tree, STR("merge"));
    const struct data *close = data_get(merge, STR("close"));
    size_t n = close != NULL && close->kind == DATA_MAP ? close->n : 0;
    struct app_close *all = NEWS(w->c->mem, struct app_close, n + 1);

    for (size_t i = 0; i < n; i++)
        w->a->n_merge_close +=
            take_close(w, &close->pairs[i], &all[w->a->n_merge_close]);
    w->a->merge_close = all;
    if (merge == NULL || data_get(merge, STR("near")) != NULL)
        return;
    if (data_get(w->tree, STR("register")) == NULL ||
        data_get(merge, STR("same")) == NULL)
        app_mend(w->c,
                 fault(w, merge, STR("merge"),
                       "Tanpa near:, hanya entri register yang dibandingkan, "
                       "menurut same:.",
                       "Without near:, entries of a register are compared, "
                       "by same:."),
                 "merge-near", "%s", "");
}

static void note_book(struct app *a, str *all, str key)
{
    if (key.n > 0 && str_among(key, all, a->n_books) < 0)
        all[a->n_books++] = key;
}

static void note_books(struct app_work *w)
{
    struct app *a = w->a;
    str *all = NEWS(w->c->mem, str, a->n_letters + 2);

    for (size_t i = 0; i < a->n_letters; i++)
        note_book(a, all, a->letters[i].register_key);
    if (a->registry != NULL)
        note_book(a, all, a->registry->book);
    a->books = all;
}

static void build_registry(struct app_work *w)
{
    const struct data *def = data_get(w->tree, STR("register"));
    struct app_registry *r;

    if (def == NULL || def->kind != DATA_MAP)
        return;
    r = NEW(w->c->mem, struct app_registry);
    r->key = app_text(def, "key");
    r->entry = app_text(def, "entry");
    r->book = STR("");
    check_key(w, def, r->key);
    check_entry(w, def, r->entry);
    take_unique(w, def, r);
    take_listed(w, def, r);
    take_number(w, def, r);
    w->a->registry = r;
}

void app_build_registry(struct app_work *w)
{
    build_registry(w);
    note_books(w);
}
