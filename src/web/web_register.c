/* SPDX-License-Identifier: EUPL-1.2 */
/* A register of letter numbers that an app names and the city lacks: code,
 * unit and first number, from the app's own checklist. */
#include "web/web_local.h"

#define CLASS_MOST 40
#define FIRST_MOST 9999999

static int this_year(const struct visit *v)
{
    return time_local(v->c->now, city_offset(v->world.city), NULL).year;
}

/* Numbers that were given out are facts: what is there changes in its file. */
bool web_register_asks(const struct local_item *it)
{
    return it->kind == LOCAL_REGISTER && it->state == LOCAL_EMPTY;
}

void web_register_put(struct visit *v)
{
    const struct input in[] = {
        {.name = "kode",
         .label = str_of(say(v->c, "Kode klasifikasi", "Classification code")),
         .hint = str_of(say(v->c,
                            "Menurut aturan tata naskah dinas, misalnya "
                            "500.16.7.2",
                            "By the rules of official documents, such as "
                            "500.16.7.2")),
         .width = "w20",
         .value = str_slice(web_sent(v, "kode"), 0, CLASS_MOST)},
        {.name = "unit",
         .label = str_of(say(v->c, "Singkatan unit", "Short name of the unit")),
         .hint = str_of(say(v->c, "Misalnya DPMPTSP", "Such as DPMPTSP")),
         .width = "w20",
         .value = str_slice(web_sent(v, "unit"), 0, CLASS_MOST)},
        {.name = "awal",
         .label =
             arena_fmt(v->c->mem,
                       say(v->c, "Nomor pertama pada %d", "First number in %d"),
                       this_year(v)),
         .hint = str_of(say(v->c,
                            "Sesudah nomor terakhir yang sudah dipakai di buku "
                            "kertas; 1 bila belum ada.",
                            "After the last one used on paper; 1 where there "
                            "is none.")),
         .mode = "numeric",
         .width = "w10",
         .value = web_has_sent(v, "awal")
                      ? str_slice(web_sent(v, "awal"), 0, 10)
                      : STR("1")},
    };
    struct data *list = web_list(v, v->page, "fields");

    for (size_t i = 0; i < COUNT(in); i++)
        data_append(v->c, list, web_input(v, &in[i]));
    web_flag(v, v->page, "editable", true);
    web_put_word(v, v->page, "save", "save");
    web_flag(v, v->page, "elsewhere", false);
}

/* Letters, digits, and the signs that such codes have. */
static bool plain(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') ||
              (s.p[i] >= 'A' && s.p[i] <= 'Z') ||
              (s.p[i] >= '0' && s.p[i] <= '9') ||
              strchr(".-_ ", s.p[i]) != NULL))
            return false;
    return s.n > 0 && s.n <= CLASS_MOST;
}

struct keeping {
    struct visit *v;
    struct city_change change;
};

static err keep(struct ctx *c, struct conn *tx, void *arg)
{
    struct keeping *u = arg;

    return city_apply(c, tx, u->v->world.ledger, u->v->s.who.pseudonym,
                      &u->change, 1);
}

static struct data *value_of(struct visit *v, str key, str code, str unit,
                             int64_t first)
{
    struct data *d = data_new(v->c, DATA_MAP),
                *title = data_new(v->c, DATA_MAP);
    struct data *start = data_new(v->c, DATA_MAP);

    data_put_text(v->c, title, STR("id"),
                  arena_fmt(v->c->mem, "Buku nomor surat: %.*s", STR_ARG(key)));
    data_put_text(
        v->c, title, STR("en"),
        arena_fmt(v->c->mem, "Register of letters: %.*s", STR_ARG(key)));
    data_put_text(v->c, start, arena_fmt(v->c->mem, "%d", this_year(v)),
                  arena_fmt(v->c->mem, "%" PRId64, first));
    data_put(v->c, d, STR("title"), title);
    data_put_text(v->c, d, STR("class"), code);
    data_put_text(v->c, d, STR("unit"), unit);
    data_put_text(v->c, d, STR("reset"), STR("yearly"));
    data_put(v->c, d, STR("start"), start);
    return d;
}

err web_register_take(struct visit *v, const struct local_item *it)
{
    str code = str_trim(web_sent(v, "kode")),
        unit = str_trim(web_sent(v, "unit"));
    str key = arena_fmt(v->c->mem, "registers.%.*s", STR_ARG(it->about));
    struct keeping u = {.v = v};
    int64_t first;

    if (!plain(code) || !plain(unit))
        return fail(v->c, E_BAD_INPUT, "%s",
                    say(v->c,
                        "Isilah kode dan singkatan unit dengan huruf, angka, "
                        "titik, atau tanda hubung.",
                        "Fill in code and unit with letters, digits, points or "
                        "hyphens."));
    if (!str_is_i64(str_trim(web_sent(v, "awal")), &first) || first < 1 ||
        first > FIRST_MOST)
        return fail(v->c, E_BAD_INPUT, "%s",
                    say(v->c, "Nomor pertama haruslah angka, paling sedikit 1.",
                        "The first number must be a number of at least 1."));
    u.change = (struct city_change){
        .key = key, .value = value_of(v, it->about, code, unit, first)};
    web_look_away(v);
    TRY(store_write(v->c, v->world.store, keep, &u));
    return web_refresh(v);
}
