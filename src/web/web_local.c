/* SPDX-License-Identifier: EUPL-1.2 */
/* What a city fills in for one app: gathered from the app itself, so that the
 * list is never longer or shorter than what the app asks. */
#include "web/web_local.h"

/* ---- words -------------------------------------------------------- */

static const struct {
    const char *word, *mood;
    str mark;
} states[LOCAL_STATES] = {
    [LOCAL_ORIGIN] = {"say_local_origin", "", STR_INIT("ikut-asal")},
    [LOCAL_OURS] = {"say_local_ours", "ok", STR_INIT("disesuaikan")},
    [LOCAL_EMPTY] = {"say_local_empty", "warn", STR_INIT("belum-diisi")},
    [LOCAL_CONFLICT] = {"say_local_conflict", "error",
                        STR_INIT("bertentangan")},
};

str web_local_state(struct visit *v, enum local_state s)
{
    return web_word(v, states[s].word);
}

const char *web_local_mood(enum local_state s)
{
    return states[s].mood;
}

str web_local_mark(enum local_state s)
{
    return states[s].mark;
}

str web_duty_words(struct visit *v, str function, str duty)
{
    return arena_fmt(v->c->mem, "%.*s, %.*s",
                     STR_ARG(city_duty_name(v->c, duty)),
                     STR_ARG(city_function_name(v->c, function)));
}

str web_officer(struct visit *v, str pseudonym)
{
    struct city_officer o;
    str why = v->c->why;

    if (str_eq(pseudonym, STR("system")))
        return str_of(say(v->c, "pengelola server", "who runs the server"));
    if (city_officer_by_pseudonym(v->c, v->on, pseudonym, &o) == E_OK)
        return o.name;
    v->c->why = why;
    return pseudonym;
}

/* "both-changed: penyesuaian ini ..." */
str web_plain(str what)
{
    str head, tail;

    return str_cut(what, ':', &head, &tail) && !str_has(head, ' ')
               ? str_trim(tail)
               : what;
}

str web_words_of(struct visit *v, str key)
{
    char *p = NEWS(v->c->mem, char, key.n + 1);

    for (size_t i = 0; i < key.n; i++)
        p[i] = key.p[i] == '_' || key.p[i] == '-' ? ' ' : key.p[i];
    return web_capital(v, (str){p, key.n});
}

size_t web_local_lines(struct visit *v, const struct local *l,
                       const struct app_overlay *o, struct app_change **out)
{
    size_t n = app_overlay_lines(v->c, o, out);

    for (size_t i = 0; i < n; i++)
        (*out)[i].path = app_overlay_path(v->c, l->package, (*out)[i].path);
    return n;
}

bool web_local_gone(const struct finding *f)
{
    return str_starts(f->what, STR("dangling:"));
}

str web_local_quarrel(struct visit *v, const struct local *l,
                      const struct finding *f)
{
    const struct data *now = data_at(l->origin->effective, f->key);
    struct app_change *lines;
    size_t n = web_local_lines(v, l, l->overlay, &lines);

    if (web_local_gone(f))
        return web_word(v, "say_dangling");
    if (str_starts(f->what, STR("parked:")))
        return web_capital(v, web_plain(f->what));
    for (size_t i = 0; i < n; i++)
        if (str_eq(lines[i].path, f->key) && lines[i].was != NULL &&
            lines[i].to != NULL && now != NULL)
            return SAY(v, "say_both_changed", STR("was"),
                       web_local_value(v, l, f->key, lines[i].was), STR("now"),
                       web_local_value(v, l, f->key, now), STR("ours"),
                       web_local_value(v, l, f->key, lines[i].to));
    return web_capital(v, web_plain(f->what));
}

/* ---- slots -------------------------------------------------------- */

static struct local_item *add(struct visit *v, struct local *l,
                              enum local_kind kind, str key, str about,
                              str name)
{
    ARENA_GROW(v->c->mem, l->items, l->n, l->room);
    l->items[l->n] = (struct local_item){
        .kind = kind, .key = key, .about = about, .name = name};
    return &l->items[l->n++];
}

static struct local_slot *slot(struct visit *v, const struct local *l,
                               struct local_item *i, str path, str label,
                               enum local_ask ask)
{
    struct local_slot *s;

    ARENA_GROW(v->c->mem, i->slots, i->n, i->room);
    s = &i->slots[i->n++];
    *s = (struct local_slot){
        .path = path,
        .label = label,
        .ask = ask,
        .origin = data_text(data_at(l->origin->effective, path)),
        .ours = l->app == NULL ? STR("")
                               : data_text(data_at(l->app->effective, path))};
    if (s->origin.p == NULL)
        s->origin = STR("");
    if (s->ours.p == NULL)
        s->ours = STR("");
    return s;
}

/* One is the other, or lies below it. */
static bool touches(str a, str b)
{
    str shorter = a.n < b.n ? a : b, longer = a.n < b.n ? b : a;

    return str_starts(longer, shorter) &&
           (longer.n == shorter.n || longer.p[shorter.n] == '.');
}

bool web_local_touched(const struct local_item *i, str path)
{
    for (size_t k = 0; k < i->n; k++)
        if (touches(i->slots[k].path, path))
            return true;
    return false;
}

static void settle(struct visit *v, struct local *l, struct local_item *i,
                   enum local_state untouched)
{
    struct app_change *lines;
    size_t n = web_local_lines(v, l, l->overlay, &lines);

    i->state = untouched;
    for (size_t k = 0; k < n; k++)
        if (web_local_touched(i, lines[k].path))
            i->state = LOCAL_OURS;
    for (size_t k = 0; k < l->trouble.n; k++)
        if (l->trouble.all[k].severity != FIND_NOTE &&
            web_local_touched(i, l->trouble.all[k].key))
            i->state = LOCAL_CONFLICT;
    for (size_t k = 0; k < l->n_pending; k++)
        i->waits |= web_local_touched(i, l->pending[k].path);
}

/* ---- values in words ---------------------------------------------- */

static str show_keep(struct visit *v, str value)
{
    str n, unit;

    str_cut(value, ' ', &n, &unit);
    return arena_fmt(v->c->mem,
                     str_starts(unit, STR("year"))
                         ? say(v->c, "%.*s tahun sesudah selesai",
                               "%.*s years after its end")
                         : say(v->c, "%.*s bulan sesudah selesai",
                               "%.*s months after its end"),
                     STR_ARG(n));
}

str web_local_show(struct visit *v, const struct local_slot *s, str value)
{
    struct city_span span;
    int64_t n;

    if (value.n == 0)
        return str_of(say(v->c, "belum ada", "none yet"));
    switch (s->ask) {
    case ASK_MONEY:
        return str_is_i64(value, &n) ? city_show_money(v->c, n) : value;
    case ASK_NUMBER:
        return city_show_decimal(v->c, value);
    case ASK_SPAN:
        return city_span_read(value, &span) ? city_span_show(v->c, span)
                                            : value;
    case ASK_KEEP:
        return show_keep(v, value);
    case ASK_TEXT:
        break;
    }
    return value;
}

static const struct local_slot *slot_at(const struct local *l, str path,
                                        const struct local_item **item)
{
    for (size_t i = 0; i < l->n; i++)
        for (size_t k = 0; k < l->items[i].n; k++)
            if (str_eq(l->items[i].slots[k].path, path)) {
                *item = &l->items[i];
                return &l->items[i].slots[k];
            }
    return NULL;
}

/* What the last keys of a path are called. */
static const struct {
    const char *key, *id, *en;
} property[] = {
    {"title", "nama", "name"},
    {"label", "label", "label"},
    {"hint", "petunjuk", "hint"},
    {"number", "nomor", "number"},
    {"max_mb", "ukuran berkas paling besar (MB)", "largest file (MB)"},
    {"min", "paling kecil", "smallest"},
    {"max", "paling besar", "largest"},
    {"min_length", "paling pendek", "shortest"},
    {"max_length", "paling panjang", "longest"},
    {"optional", "boleh kosong", "may be empty"},
    {"show", "siapa yang boleh melihat", "who may see it"},
    {"options", "pilihan", "options"},
    {"accept", "jenis berkas", "kinds of file"},
    {"within", "tenggat", "deadline"},
    {"who", "yang berwenang", "who may act"},
    {"four_eyes", "empat mata", "four eyes"},
    {"lapses", "gugur bila lewat waktu", "lapses when late"},
    {"promise", "janji layanan", "promise"},
    {"on_silence", "bila pemerintah diam", "when the office is silent"},
    {"keep", "masa simpan data", "how long data are kept"},
    {"check", "syarat", "condition"},
    {"say", "kalimat penolakan", "sentence of refusal"},
    {"amount", "cara menghitung", "how it is computed"},
    {"function", "fungsi yang melayani", "function that serves"},
    {"summary", "ringkasan", "summary"},
    {"noun", "sebutan berkas", "word for a record"},
};

static str property_of(struct visit *v, str path)
{
    str best = STR(""), key;

    while (str_next(&path, '.', &key))
        for (size_t i = 0; i < COUNT(property); i++)
            if (str_eq(key, str_of(property[i].key)))
                best = str_of(say(v->c, property[i].id, property[i].en));
    return best;
}

/* The nearest thing above a path that has a name of its own. */
static str named_above(struct visit *v, const struct local *l, str path)
{
    static const str names[] = {STR_INIT("label"), STR_INIT("title"),
                                STR_INIT("say")};
    const struct app *a = l->app == NULL ? l->origin : l->app;

    for (size_t at = path.n; at > 0; at--) {
        const struct data *d;

        if (at < path.n && path.p[at] != '.')
            continue;
        d = data_at(a->effective, str_slice(path, 0, at));
        if (d == NULL) /* of a part that we removed */
            d = data_at(l->origin->effective, str_slice(path, 0, at));
        for (size_t i = 0; d != NULL && i < COUNT(names); i++)
            if (app_say(v->c, data_get(d, names[i])).n > 0)
                return app_say(v->c, data_get(d, names[i]));
    }
    return app_say(v->c, l->origin->title);
}

str web_local_path(struct visit *v, const struct local *l, str path)
{
    const struct local_item *item;
    const struct local_slot *s = slot_at(l, path, &item);
    str what;

    if (s != NULL)
        return item->n == 1 || str_eq(item->name, s->label)
                   ? item->name
                   : arena_fmt(v->c->mem, "%.*s: %.*s", STR_ARG(item->name),
                               STR_ARG(s->label));
    what = property_of(v, path);
    return what.n == 0 ? named_above(v, l, path)
           : str_eq(what, named_above(v, l, path))
               ? what
               : arena_fmt(v->c->mem, "%.*s: %.*s",
                           STR_ARG(named_above(v, l, path)), STR_ARG(what));
}

str web_local_value(struct visit *v, const struct local *l, str path,
                    const struct data *value)
{
    const struct local_item *item;
    const struct local_slot *s = slot_at(l, path, &item);
    str text = data_text(value);

    if (value == NULL)
        return s == NULL || s->origin.n == 0
                   ? str_of(say(v->c, "ikut asal", "as the origin"))
                   : arena_fmt(v->c->mem,
                               say(v->c, "%.*s (asal)", "%.*s (origin)"),
                               STR_ARG(web_local_show(v, s, s->origin)));
    if (str_starts(text, STR("sha256:")))
        return str_of(say(v->c, "(isi yang panjang)", "(a long value)"));
    if (s != NULL && text.n > 0)
        return web_local_show(v, s, text);
    if (text.p != NULL)
        return text;
    text = app_say(v->c, data_get(value, STR("label")));
    return text.n > 0 ? text : app_say(v->c, value);
}

/* ---- what the app needs of the city ------------------------------- */

static bool blocked(const struct local *l, const char *head, str about,
                    str *what)
{
    for (size_t i = 0; i < l->obstacles.n; i++) {
        str key = l->obstacles.all[i].key;

        if (!str_starts(key, str_of(head)) ||
            !str_eq(str_slice(key, strlen(head), key.n), about))
            continue;
        *what = l->obstacles.all[i].what;
        return true;
    }
    return false;
}

/* "Dinas A, Dinas B", or the first of a family of offices. */
static str mapped_to(struct visit *v, str function)
{
    const struct city *k = v->world.city;
    const struct data *item =
        city_item(k, arena_fmt(v->c->mem, "functions.%.*s", STR_ARG(function)));
    const struct city_office *o;
    struct buf b = buf_new(v->c, 8192);
    size_t n = item == NULL ? 0 : item->kind == DATA_LIST ? item->n : 1;

    for (size_t i = 0; i < n; i++) {
        str key = data_text(item->kind == DATA_LIST ? item->items[i] : item);

        o = city_office(k, key);
        buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "",
                STR_ARG(o != NULL ? city_office_name(v->c, o) : key));
        if (o == NULL)
            buf_lit(&b, say(v->c, " (satu di setiap wilayah)",
                            " (one in each region)"));
    }
    return buf_str(&b);
}

static err put_functions(struct visit *v, struct local *l)
{
    for (size_t i = 0; i < l->origin->n_functions; i++) {
        str name = l->origin->functions[i], why;
        struct local_item *it;
        struct app_map m;

        if (str_eq(name, STR("own-office")))
            continue;
        it = add(v, l, LOCAL_FUNCTION,
                 arena_fmt(v->c->mem, "fungsi.%.*s", STR_ARG(name)), name,
                 arena_fmt(v->c->mem,
                           say(v->c, "Perangkat daerah untuk %.*s",
                               "Office for %.*s"),
                           STR_ARG(city_function_name(v->c, name))));
        it->grave = true;
        it->blocks = blocked(l, "functions.", name, &why);
        it->state = it->blocks ? LOCAL_EMPTY : LOCAL_OURS;
        it->now = it->blocks ? STR("") : mapped_to(v, name);
        TRY(app_map_proposed(v->c, v->on, name, &m, &it->waits));
    }
    return E_OK;
}

static err put_duty(struct visit *v, struct local *l, str function, str duty)
{
    const struct city_office *o =
        city_office_for(v->world.city, function, STR(""));
    str about =
            arena_fmt(v->c->mem, "%.*s.%.*s", STR_ARG(function), STR_ARG(duty)),
        why;
    struct city_officer *all;
    struct local_item *it;
    size_t n = 0;

    if (function.n == 0 || duty.n == 0 || str_eq(function, STR("own-office")))
        return E_OK;
    for (size_t i = 0; i < l->n; i++)
        if (l->items[i].kind == LOCAL_DUTY && str_eq(l->items[i].about, about))
            return E_OK;
    it = add(v, l, LOCAL_DUTY,
             arena_fmt(v->c->mem, "tugas.%.*s", STR_ARG(about)), about,
             arena_fmt(v->c->mem, say(v->c, "Pegawai: %.*s", "Officers: %.*s"),
                       STR_ARG(web_duty_words(v, function, duty))));
    it->blocks = blocked(l, "duties.", about, &why);
    it->state = it->blocks || !city_function_mapped(v->world.city, function)
                    ? LOCAL_EMPTY
                    : LOCAL_OURS;
    if (o != NULL)
        TRY(city_holders(v->c, v->on, o->key, duty, &all, &n));
    if (n > 0)
        it->now = n == 1 ? str_of(say(v->c, "satu orang saja", "one person"))
                         : arena_fmt(v->c->mem,
                                     say(v->c, "%zu orang", "%zu persons"), n);
    return E_OK;
}

static err put_duties(struct visit *v, struct local *l)
{
    const struct app *a = l->app == NULL ? l->origin : l->app;

    for (size_t i = 0; i < a->n_states; i++)
        for (size_t k = 0; k < a->states[i].n_actions; k++) {
            const struct app_who *w = &a->states[i].actions[k].who;

            if (w->resident || w->system)
                continue;
            if (w->n == 0)
                TRY(put_duty(v, l, w->function, w->duty));
            for (size_t m = 0; m < w->n; m++)
                TRY(put_duty(v, l, w->rows[m].function, w->rows[m].duty));
        }
    return E_OK;
}

/* ---- what the app says, and a city says otherwise ----------------- */

static void put_laws(struct visit *v, struct local *l)
{
    const struct data *law = data_get(l->origin->effective, STR("law"));

    for (size_t i = 0; law != NULL && i < law->n; i++) {
        const struct data *one = law->pairs[i].value;
        str key = law->pairs[i].key, why;
        str at = arena_fmt(v->c->mem, "law.%.*s", STR_ARG(key));
        struct local_item *it;

        if (!str_eq(data_text(data_get(one, STR("local"))), STR("true")))
            continue;
        it = add(v, l, LOCAL_LAW,
                 arena_fmt(v->c->mem, "hukum.%.*s", STR_ARG(key)), key,
                 app_say(v->c, data_get(one, STR("title"))));
        slot(v, l, it, arena_fmt(v->c->mem, "%.*s.title.id", STR_ARG(at)),
             str_of(say(v->c, "Nama peraturan", "Name of the law")), ASK_TEXT);
        slot(v, l, it, arena_fmt(v->c->mem, "%.*s.title.en", STR_ARG(at)),
             str_of(say(v->c, "Nama dalam bahasa Inggris", "Name in English")),
             ASK_TEXT)
            ->optional = true;
        slot(v, l, it, arena_fmt(v->c->mem, "%.*s.number", STR_ARG(at)),
             str_of(say(v->c, "Nomor dan tahun", "Number and year")), ASK_TEXT)
            ->optional = true;
        it->blocks = blocked(l, "law.", key, &why);
        settle(v, l, it, it->blocks ? LOCAL_EMPTY : LOCAL_ORIGIN);
        it->now = it->state == LOCAL_EMPTY
                      ? STR("")
                      : it->slots[str_eq(v->c->lang, STR("en")) &&
                                          it->slots[1].ours.n > 0
                                      ? 1
                                      : 0]
                            .ours;
    }
}

static str row_name(struct visit *v, const struct app *a, const struct data *t,
                    str row)
{
    const struct app_field *by =
        app_field(a, data_text(data_get(t, STR("by"))));

    for (size_t i = 0; by != NULL && i < by->n_options; i++)
        if (str_eq(by->options[i].key, row))
            return app_say(v->c, by->options[i].label);
    return web_capital(v, row);
}

static void put_tariff(struct visit *v, struct local *l, str key,
                       const struct data *t)
{
    const struct data *rows = data_get(t, STR("rows"));
    enum local_ask ask =
        str_eq(data_text(data_get(t, STR("type"))), STR("money")) ? ASK_MONEY
                                                                  : ASK_NUMBER;
    str label = app_say(v->c, data_get(t, STR("label")));
    struct local_item *it = add(
        v, l, LOCAL_TARIFF, arena_fmt(v->c->mem, "tarif.%.*s", STR_ARG(key)),
        key, label.n > 0 ? label : web_capital(v, key));
    struct buf now = buf_new(v->c, 8192);

    for (size_t i = 0; rows != NULL && i < rows->n; i++)
        slot(v, l, it,
             arena_fmt(v->c->mem, "tariff.%.*s.rows.%.*s", STR_ARG(key),
                       STR_ARG(rows->pairs[i].key)),
             row_name(v, l->origin, t, rows->pairs[i].key), ask);
    if (data_get(t, STR("value")) != NULL)
        slot(v, l, it, arena_fmt(v->c->mem, "tariff.%.*s.value", STR_ARG(key)),
             it->name, ask);
    it->grave = true;
    settle(v, l, it, LOCAL_ORIGIN);
    for (size_t i = 0; i < it->n; i++)
        buf_fmt(&now, "%s%.*s%s%.*s", i > 0 ? ", " : "",
                STR_ARG(it->n == 1 ? STR("") : it->slots[i].label),
                it->n == 1 ? "" : " ",
                STR_ARG(web_local_show(v, &it->slots[i], it->slots[i].ours)));
    it->now = buf_str(&now);
}

static void put_tariffs(struct visit *v, struct local *l)
{
    const struct data *tariff = data_get(l->origin->effective, STR("tariff"));

    for (size_t i = 0; tariff != NULL && i < tariff->n; i++)
        put_tariff(v, l, tariff->pairs[i].key, tariff->pairs[i].value);
}

/* Spans of a number and a unit can be asked; "by 31 March" is the law's. */
static bool askable(str text)
{
    struct city_span s;

    return city_span_read(text, &s) && s.unit != CITY_BY_DATE;
}

static void put_times(struct visit *v, struct local *l)
{
    const struct app *a = l->origin;
    const struct data *insert = data_at(a->effective, STR("flow.insert"));
    struct local_item *it = add(v, l, LOCAL_TIME, STR("tenggat"), STR(""),
                                str_of(say(v->c, "Janji layanan dan tenggat",
                                           "Promise and "
                                           "deadlines")));

    it->grave = true;
    if (askable(data_text(data_at(a->effective, STR("flow.promise")))))
        slot(v, l, it, STR("flow.promise"),
             str_of(say(v->c, "Janji layanan", "Promise")), ASK_SPAN);
    for (size_t i = 0; i < a->n_states; i++) {
        const struct app_state *s = &a->states[i];

        if (!askable(data_text(data_get(s->def, STR("within")))))
            continue;
        slot(v, l, it,
             arena_fmt(v->c->mem, "flow.%s.%.*s.within",
                       data_get(insert, s->key) != NULL ? "insert" : "states",
                       STR_ARG(s->key)),
             app_say(v->c, s->label), ASK_SPAN);
    }
    settle(v, l, it, LOCAL_ORIGIN);
    if (it->n > 0)
        it->now = web_local_show(v, &it->slots[0], it->slots[0].ours);
}

static void put_keep(struct visit *v, struct local *l)
{
    struct local_item *it;

    if (data_at(l->origin->effective, STR("privacy.keep")) == NULL)
        return;
    it = add(v, l, LOCAL_KEEP, STR("simpan"), STR(""),
             str_of(say(v->c, "Masa simpan data warga",
                        "How long residents' data are kept")));
    it->grave = true;
    slot(v, l, it, STR("privacy.keep"), it->name, ASK_KEEP);
    settle(v, l, it, LOCAL_ORIGIN);
    it->now = web_local_show(v, &it->slots[0], it->slots[0].ours);
}

/* ---- what the city has once for all its apps ---------------------- */

static void put_registers(struct visit *v, struct local *l)
{
    for (size_t i = 0; i < l->origin->n_books; i++) {
        str key = l->origin->books[i];
        struct city_register r;
        struct local_item *it;
        str title;

        it = add(v, l, LOCAL_REGISTER,
                 arena_fmt(v->c->mem, "buku.%.*s", STR_ARG(key)), key,
                 arena_fmt(v->c->mem,
                           say(v->c, "Buku nomor surat: %.*s",
                               "Number register: %.*s"),
                           STR_ARG(key)));
        it->blocks = !city_register(v->world.city, key, &r);
        it->state = it->blocks ? LOCAL_EMPTY : LOCAL_OURS;
        if (it->blocks)
            continue;
        title = app_say(v->c, data_get(r.item, STR("title")));
        it->name = title.n > 0 ? title : it->name;
        it->now = arena_fmt(v->c->mem, "%.*s, %.*s", STR_ARG(r.class),
                            STR_ARG(r.unit));
    }
}

static void put_letterhead(struct visit *v, struct local *l)
{
    const struct data *city = city_item(v->world.city, STR("city"));
    str address = data_text(data_get(city, STR("address")));
    struct local_item *it;

    if (l->origin->n_letters == 0)
        return;
    it = add(v, l, LOCAL_LETTERHEAD, STR("kop"), STR(""),
             str_of(say(v->c, "Kop surat", "Letterhead")));
    it->state = city_item(v->world.city, STR("brand")) == NULL || address.n == 0
                    ? LOCAL_EMPTY
                    : LOCAL_OURS;
    it->now = city_government(v->c, v->world.city);
}

static void put_calendar(struct visit *v, struct local *l)
{
    const struct data *calendar = city_item(v->world.city, STR("calendar"));
    const struct data *holidays = data_get(calendar, STR("holidays"));
    struct date today = time_local(v->c->now, city_offset(v->world.city), NULL);
    str year = arena_fmt(v->c->mem, "%04d-", today.year);
    struct local_item *it = add(v, l, LOCAL_CALENDAR, STR("kalender"), STR(""),
                                str_of(say(v->c, "Kalender dan jam kerja",
                                           "Calendar and office hours")));
    size_t n = 0;

    for (size_t i = 0; holidays != NULL && i < holidays->n; i++)
        n += str_starts(holidays->pairs[i].key, year);
    it->state = n == 0 ? LOCAL_EMPTY : LOCAL_OURS;
    it->now = n == 0 ? STR("")
                     : arena_fmt(v->c->mem,
                                 say(v->c, "%zu hari libur pada %d",
                                     "%zu holidays in %d"),
                                 n, today.year);
}

/* Lines that no item above asks for: they stand, and can go. */
static void put_lines(struct visit *v, struct local *l)
{
    struct app_change *lines;
    size_t n = web_local_lines(v, l, l->overlay, &lines), named = l->n;

    for (size_t i = 0; i < n; i++) {
        struct local_item *it;
        bool seen = false;

        for (size_t k = 0; k < named; k++)
            seen |= web_local_touched(&l->items[k], lines[i].path);
        if (seen)
            continue;
        it = add(v, l, LOCAL_LINE,
                 arena_fmt(v->c->mem, "baris.%.*s", STR_ARG(lines[i].path)),
                 lines[i].path, web_local_path(v, l, lines[i].path));
        slot(v, l, it, lines[i].path, it->name, ASK_TEXT);
        it->grave = lines[i].grave;
        settle(v, l, it, LOCAL_OURS);
        it->now = lines[i].deed == APP_REMOVES
                      ? str_of(say(v->c, "dihapus", "removed"))
                      : web_local_value(v, l, lines[i].path, lines[i].to);
    }
}

/* ---- all together ------------------------------------------------- */

static err find_pending(struct visit *v, struct local *l)
{
    TRY(app_proposed(v->c, v->on, l->id, &l->proposal, &l->waits));
    if (!l->waits)
        return E_OK;
    TRY(app_kept_overlay(v->c, v->on, l->id, l->proposal.overlay,
                         &l->proposed));
    l->n_pending =
        app_overlay_differ(v->c, l->overlay, l->proposed, &l->pending);
    for (size_t i = 0; i < l->n_pending; i++)
        l->pending[i].path =
            app_overlay_path(v->c, l->package, l->pending[i].path);
    return E_OK;
}

/* An app that no longer builds here keeps its page: that is where it is
 * mended. */
static err build_both(struct visit *v, struct local *l)
{
    struct findings quiet = {0};
    struct app *ours = NULL;
    str why = v->c->why;

    TRY(app_build(v->c, l->package, NULL, NULL, &quiet, &l->origin));
    if (app_build(v->c, l->package, l->overlay, v->world.city, &l->trouble,
                  &ours) == E_OK)
        l->app = ours;
    v->c->why = why;
    return E_OK;
}

static err gather(struct visit *v, struct local *l)
{
    TRY(put_functions(v, l));
    TRY(put_duties(v, l));
    put_laws(v, l);
    put_tariffs(v, l);
    put_times(v, l);
    put_keep(v, l);
    put_registers(v, l);
    put_letterhead(v, l);
    put_calendar(v, l);
    put_lines(v, l);
    return E_OK;
}

err web_local(struct visit *v, struct local **out)
{
    struct local *l = NEW(v->c->mem, struct local);

    *out = l;
    l->id = web_app_id(v);
    l->entry = app_catalogue_find(v->world.apps, l->id);
    if (l->entry == NULL)
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c, "Aplikasi ini belum terpasang di kota ini.",
                        "This app is not installed in this city."));
    TRY(web_look(v));
    TRY(app_installed_package(v->c, v->on, l->id, &l->package, &l->overlay));
    TRY(build_both(v, l));
    TRY(app_obstacles(v->c, v->on, l->app == NULL ? l->origin : l->app,
                      v->world.city, &l->obstacles));
    TRY(find_pending(v, l));
    return gather(v, l);
}

err web_local_of(struct visit *v, struct app_package *p,
                 struct app_overlay *overlay, struct local **out)
{
    struct local *l = NEW(v->c->mem, struct local);

    *out = l;
    l->id = app_package_id(p);
    l->package = p;
    l->overlay = overlay;
    TRY(web_look(v));
    TRY(build_both(v, l));
    TRY(app_obstacles(v->c, v->on, l->app == NULL ? l->origin : l->app,
                      v->world.city, &l->obstacles));
    return gather(v, l);
}

const struct local_item *web_local_item(const struct local *l, str key)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eq(l->items[i].key, key))
            return &l->items[i];
    return NULL;
}

size_t web_local_count(const struct local *l, enum local_state s)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++)
        n += l->items[i].state == s;
    return n;
}

size_t web_local_done(const struct local *l)
{
    return l->n - web_local_count(l, LOCAL_EMPTY) -
           web_local_count(l, LOCAL_CONFLICT);
}

/* ---- saving ------------------------------------------------------- */

struct app_overlay *web_local_base(struct visit *v, const struct local *l)
{
    bool mine = l->waits && !l->proposal.stale &&
                str_eq(l->proposal.by, v->s.who.pseudonym);

    return app_overlay_copy(v->c, l->package, mine ? l->proposed : l->overlay);
}

struct saving {
    struct visit *v;
    struct app_saving *s;
    struct app_overlay *light, *whole;
    bool taken_back; /* nothing grave is left of what waited */
};

/* What one officer may do goes in at once; the rest waits, with what the same
 * officer had waiting before. */
static err save(struct ctx *c, struct conn *tx, void *arg)
{
    struct saving *u = arg;
    struct ledger *ledger = u->v->world.ledger;
    str me = u->v->s.who.pseudonym;
    bool done;

    if (u->light != NULL) {
        TRY(app_localise(c, tx, ledger, me, STR(""), u->light, &done));
        u->s->done |= done;
    }
    if (u->taken_back) {
        TRY(app_withdraw(c, tx, ledger, me, u->s->l->id, &done));
        u->s->done |= done;
    }
    if (u->whole == NULL)
        return E_OK;
    TRY(app_propose(c, tx, ledger, me, u->whole, &done));
    u->s->done |= done;
    u->s->asked = true;
    return E_OK;
}

err web_local_save(struct visit *v, struct app_saving *s)
{
    const struct local *l = s->l;
    struct saving u = {.v = v, .s = s};
    struct app_differs *all;
    size_t n = app_overlay_differ(v->c, l->overlay, s->next, &all);
    size_t light = 0, grave = 0;

    u.light = app_overlay_copy(v->c, l->package, l->overlay);
    for (size_t i = 0; i < n; i++) {
        grave += all[i].grave;
        light += !all[i].grave;
        if (!all[i].grave)
            app_overlay_carry(v->c, u.light, l->overlay, s->next, all[i].path);
    }
    if (light == 0)
        u.light = NULL;
    u.taken_back = grave == 0 && l->waits && !l->proposal.stale &&
                   str_eq(l->proposal.by, v->s.who.pseudonym);
    if (grave > 0) {
        u.whole = app_overlay_copy(v->c, l->package, l->overlay);
        app_overlay_carry(v->c, u.whole, l->overlay, s->next, STR(""));
    }
    web_look_away(v);
    TRY(store_write(v->c, v->world.store, save, &u));
    return web_refresh(v);
}
