/* SPDX-License-Identifier: EUPL-1.2 */
/* What several pages say of an app: its address, nouns, fee, and way. */
#include "web/web_priv.h"

#define WAY_MOST 12

err web_app(struct visit *v, const struct app_entry **out)
{
    *out = app_catalogue_find(v->world.apps, web_app_id(v));
    if (*out == NULL || (*out)->app == NULL)
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c, "Layanan ini tidak ada di kota ini.",
                        "This city has no such service."));
    return E_OK;
}

str web_app_href(struct visit *v, str id)
{
    return web_to(v, "/layanan/%.*s", STR_ARG(id));
}

str web_noun(struct visit *v, const struct app *a)
{
    return app_say(v->c, a->noun);
}

str web_sector_name(struct visit *v, str sector)
{
    static const struct word all[] = {
#define SECTOR(key, id, en) WORD_ROW(key, id, en)
#include "web/sector.def"
#undef SECTOR
    };
    static const struct words sectors = WORDS_IN(all);

    return words_have(&sectors, sector) ? words_name(v->c, &sectors, sector)
                                        : sector;
}

/* A tariff is shown whole below; in one line only what is sure. */
str web_fee(struct visit *v, const struct data *title)
{
    return title == NULL ? web_word(v, "say_free") : app_say(v->c, title);
}

struct app_setting web_setting(const struct visit *v)
{
    return (struct app_setting){.city = v->world.city};
}

/* The office that carries a function for a place; the function's own name
 * where each district or village has one. */
static str whose(struct visit *v, const struct app *a,
                 const struct app_state *s, str region)
{
    str function = s->who.function.n > 0 ? s->who.function : a->function;
    const struct city_office *o =
        city_office_for(v->world.city, function, region);

    if (s->who.resident)
        return str_of(say(v->c, "Anda", "You"));
    if (s->who.n > 0)
        return str_of(say(v->c, "Petugas bidangnya", "The office in charge"));
    return o != NULL ? city_office_name(v->c, o)
                     : city_function_name(v->c, function);
}

/* The way of a record that nobody stops: of each state, the first action that
 * leads to a state not seen yet. */
struct data *web_steps_of_flow(struct visit *v, const struct app *a,
                               struct data *list, str region)
{
    const struct app_state *s = app_state(a, a->start);
    const struct app_state *seen[WAY_MOST];
    size_t n = 0;

    while (s != NULL && n < WAY_MOST) {
        const struct app_state *next = NULL;
        struct data *one = web_item(v, list);

        web_put(v, one, "what", app_say(v->c, s->label));
        web_put(v, one, "more",
                s->end.n > 0 ? STR("")
                : s->within.unit == CITY_NONE
                    ? whose(v, a, s, region)
                    : arena_fmt(v->c->mem,
                                say(v->c, "%.*s, paling lama %.*s",
                                    "%.*s, within %.*s"),
                                STR_ARG(whose(v, a, s, region)),
                                STR_ARG(city_span_show(v->c, s->within))));
        seen[n++] = s;
        for (size_t i = 0; s->end.n == 0 && i < s->n_actions; i++) {
            bool again = false;

            next = app_state(a, s->actions[i].to);
            for (size_t k = 0; k < n; k++)
                again |= seen[k] == next;
            if (next != NULL && !again)
                break;
            next = NULL;
        }
        s = next;
    }
    return list;
}

/* ---- letters of WhatsApp ------------------------------------------ */

/* The reader's own WhatsApp, with a text that names nobody. */
err web_whatsapp(struct visit *v, str phone, str text, str *href)
{
    struct buf b = buf_new(v->c, 4096);

    buf_lit(&b, "https://wa.me/");
    for (size_t i = 0; i < phone.n; i++)
        if (phone.p[i] >= '0' && phone.p[i] <= '9')
            buf_char(&b, phone.p[i]);
    buf_lit(&b, "?text=");
    buf_url(&b, text);
    return buf_done(v->c, &b, href);
}

/* ---- charges ------------------------------------------------------ */

static str law_of(struct visit *v, const struct app *a)
{
    str key = data_text(data_get(a->charge_def, STR("law")));
    const struct data *law = data_get(data_get(a->effective, STR("law")), key);
    str title = app_say(v->c, data_get(law, STR("title")));
    str number = data_text(data_get(law, STR("number")));

    return number.n == 0 ? title
                         : arena_fmt(v->c->mem, "%.*s, %.*s", STR_ARG(title),
                                     STR_ARG(number));
}

void web_put_charge(struct visit *v, const struct app *a, int64_t rupiah,
                    str formula)
{
    struct data *charge;

    if (a->charge == NULL || rupiah == 0) {
        web_flag(v, v->page, "charge", false);
        return;
    }
    charge = web_map(v, v->page, "charge");
    web_put(v, charge, "text", city_show_money(v->c, rupiah));
    web_put(v, charge, "formula", formula);
    web_put(v, charge, "law", law_of(v, a));
    web_put(v, charge, "was", STR(""));
    web_put(v, charge, "how",
            str_of(say(v->c,
                       "Dibayar ke kas daerah setelah disetujui. Petugas tidak "
                       "menerima uang.",
                       "Paid into the city's account after approval. Officers "
                       "take no money.")));
    web_put(v, charge, "until", STR(""));
    web_put(v, charge, "paid", STR(""));
}

struct app_form web_copy_form(struct ctx *c, const struct app_form *f)
{
    struct app_form copy = {0};

    for (size_t i = 0; i < f->n; i++)
        app_form_set(c, &copy, f->all[i].path, f->all[i].text);
    return copy;
}
