/* SPDX-License-Identifier: EUPL-1.2 */
/* Paths and values of an app in the words of people. */
#include "grant/grant_meaning.h"

#define SAID_MOST 200

static str quoted_key(str path)
{
    size_t at = path.n;

    while (at > 0 && path.p[at - 1] != '.')
        at--;
    return str_slice(path, at, path.n);
}

/* A text of the node itself: label, title or what a rule says. */
static str own_words(struct ctx *c, const struct data *node)
{
    static const char *const keys[] = {"label", "title", "say"};

    for (size_t i = 0; i < COUNT(keys); i++) {
        const struct data *d = data_get(node, str_of(keys[i]));

        if (d != NULL && d->kind == DATA_MAP)
            return app_say(c, d);
    }
    return STR("");
}

/* The text that stands nearest above the end of the path. */
static str words_on(struct ctx *c, const struct data *tree, str path)
{
    str rest = path, key, best = STR("");
    const struct data *node = tree;

    while (node != NULL && str_next(&rest, '.', &key)) {
        str words;

        node = data_get(node, key);
        words = own_words(c, node);
        if (words.n > 0)
            best = words;
    }
    return best;
}

/* States and actions may leave their label to the language. */
static str flow_words(struct ctx *c, const struct app *a, str path)
{
    const struct app_state *s = NULL;
    const struct app_action *x = NULL;
    str rest = path, flow, states, state, actions, action;

    if (a == NULL || !str_next(&rest, '.', &flow) ||
        !str_eq(flow, STR("flow")) || !str_next(&rest, '.', &states) ||
        !str_eq(states, STR("states")) || !str_next(&rest, '.', &state))
        return STR("");
    s = app_state(a, state);
    if (s == NULL || str_find(path, STR(".needs.")) < path.n)
        return STR("");
    if (str_next(&rest, '.', &actions) && str_eq(actions, STR("actions")) &&
        str_next(&rest, '.', &action))
        x = app_action(s, action);
    return app_say(c, x == NULL ? s->label : x->label);
}

/* "tariff.nilai_sewa.rows.papan": the tariff's label and the option's. */
static str tariff_words(struct ctx *c, const struct app *a, str path)
{
    str rest = path, part[4] = {{"", 0}, {"", 0}, {"", 0}, {"", 0}}, head;
    const struct app_field *by;
    const struct data *t;

    for (size_t i = 0; i < 4; i++)
        str_next(&rest, '.', &part[i]);
    if (a == NULL || !str_eq(part[0], STR("tariff")) ||
        !str_eq(part[2], STR("rows")) || part[3].n == 0)
        return STR("");
    t = data_at(a->effective,
                arena_fmt(c->mem, "tariff.%.*s", STR_ARG(part[1])));
    head = own_words(c, t);
    by = app_field(a, data_text(data_get(t, STR("by"))));
    for (size_t i = 0; by != NULL && i < by->n_options; i++)
        if (str_eq(by->options[i].key, part[3]))
            return arena_fmt(c->mem, "%.*s (%.*s)",
                             STR_ARG(head.n == 0 ? part[1] : head),
                             STR_ARG(app_say(c, by->options[i].label)));
    return STR("");
}

str grant_label(const struct grant_change_at *d)
{
    const struct app *sides[] = {d->to, d->from};

    for (size_t i = 0; i < COUNT(sides); i++) {
        str words;

        if (sides[i] == NULL)
            continue;
        words = tariff_words(d->c, sides[i], d->path);
        if (words.n == 0)
            words = flow_words(d->c, sides[i], d->path);
        if (words.n == 0)
            words = words_on(d->c, sides[i]->effective, d->path);
        if (words.n > 0)
            return words;
    }
    return quoted_key(d->path);
}

/* ---- values ------------------------------------------------------- */

static bool ends(const struct grant_change_at *d, const char *key)
{
    return str_eq(quoted_key(d->path), str_of(key));
}

/* "public-works.field": the duty, and of which function. */
static str duty_said(struct ctx *c, str s)
{
    str function, duty;

    if (str_eq(s, STR("resident")))
        return str_of(say(c, "warga yang bersangkutan", "the resident"));
    if (str_eq(s, STR("system")))
        return str_of(say(c, "sistem", "the system"));
    if (!str_cut(s, '.', &function, &duty))
        return city_duty_known(s) ? city_duty_name(c, s) : s;
    if (!city_duty_known(duty) || !city_function_known(function))
        return s;
    return arena_fmt(c->mem, "%.*s (%.*s)", STR_ARG(city_duty_name(c, duty)),
                     STR_ARG(city_function_name(c, function)));
}

static bool money(const struct grant_change_at *d)
{
    str rest = d->path, head, key;
    const struct app *a = d->to == NULL ? d->from : d->to;

    if (!str_next(&rest, '.', &head) || !str_eq(head, STR("tariff")) ||
        !str_next(&rest, '.', &key))
        return false;
    return str_eq(
        data_text(data_at(a->effective, arena_fmt(d->c->mem, "tariff.%.*s.type",
                                                  STR_ARG(key)))),
        STR("money"));
}

static str option_said(const struct grant_change_at *d, str s)
{
    struct city_span span;
    struct ctx *c = d->c;
    int64_t n;

    if (str_eq(s, STR("true")))
        return str_of(say(c, "ya", "yes"));
    if (str_eq(s, STR("false")))
        return str_of(say(c, "tidak", "no"));
    if (money(d) && str_is_i64(s, &n))
        return city_show_money(c, n);
    if (city_span_read(s, &span))
        return city_span_show(c, span);
    if (ends(d, "function") && city_function_known(s))
        return city_function_name(c, s);
    return duty_said(c, s);
}

static str list_said(struct ctx *c, const struct data *v)
{
    struct buf b = buf_new(c, 4096);

    for (size_t i = 0; i < v->n; i++) {
        if (i > 0)
            buf_lit(&b, ", ");
        buf_raw(&b, data_text(v->items[i]));
    }
    return b.over || b.n == 0 ? STR("-") : buf_str(&b);
}

/* A map in brief: what it routes by, or its keys. */
static str map_said(const struct grant_change_at *d, const struct data *v)
{
    struct ctx *c = d->c;
    str by = data_text(data_get(v, STR("by")));

    if (data_get(v, STR("id")) != NULL)
        return app_say(c, v);
    if (by.n > 0 && data_get(v, STR("rows")) != NULL)
        return arena_fmt(c->mem,
                         say(c, "petugas menurut isian %.*s (%.*s)",
                             "an officer by the field %.*s (%.*s)"),
                         STR_ARG(by),
                         STR_ARG(data_write_json(c, data_get(v, STR("rows")))));
    return data_write_json(c, v);
}

static str cut(struct ctx *c, str s)
{
    size_t n = SAID_MOST;

    if (s.n <= SAID_MOST)
        return s;
    while (n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
        n--; /* never inside a letter */
    return arena_fmt(c->mem, "%.*s ...", STR_ARG(str_slice(s, 0, n)));
}

str grant_value_said(const struct grant_change_at *d, const struct data *v)
{
    str s;

    if (v == NULL)
        return str_of(say(d->c, "tidak ada", "none"));
    s = v->kind == DATA_LIST  ? list_said(d->c, v)
        : v->kind == DATA_MAP ? map_said(d, v)
                              : option_said(d, data_text(v));
    return cut(d->c, s);
}
