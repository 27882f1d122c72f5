/* SPDX-License-Identifier: EUPL-1.2 */
/* How a record's resident wants to be told, on the tracking page; and for
 * officers, whether the last word came through. */
#include "notice/notice.h"
#include "web/web_priv.h"

static const struct way {
    const char *name, *word;
    size_t wish;  /* where it stands in struct notice_wish */
    size_t there; /* and in struct web_host */
} ways[] = {
    {"mail", "say_tell_mail", offsetof(struct notice_wish, mail),
     offsetof(struct web_host, tells_by_mail)},
    {"message", "say_tell_message", offsetof(struct notice_wish, message),
     offsetof(struct web_host, tells_by_message)},
};

static const struct {
    const char *key, *word;
} tongues[] = {{"id", "say_tell_in_id"}, {"en", "say_tell_in_en"}};

/* By a way that the city has, to an address that was given. A training city
 * shows the choice, and sends nothing. */
static bool offered(const struct visit *v, const struct way *w, bool reaches)
{
    const char *host = (const char *)&web_options_of(v->web)->host;

    return reaches &&
           (city_training(v->world.city) || *(const bool *)(host + w->there));
}

static bool *wished(struct notice_wish *wish, const struct way *w)
{
    return (bool *)((char *)wish + w->wish);
}

err web_put_telling(struct visit *v, const struct record_actor *actor,
                    str number)
{
    struct data *form = NULL, *ways_list, *tongues_list;
    struct notice_wish wish;
    bool reaches[COUNT(ways)];

    web_flag(v, v->page, "telling", false);
    if (actor->role != RECORD_RESIDENT || !str_eq(actor->record, number))
        return E_OK;
    TRY(notice_wish_of(v->c, v->on, number, &wish));
    TRY(notice_reaches(v->c, &v->world, v->on, number, &reaches[0],
                       &reaches[1]));
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct data *one;

        if (!offered(v, &ways[i], reaches[i]))
            continue;
        if (form == NULL) {
            form = web_map(v, v->page, "telling");
            ways_list = web_list(v, form, "ways");
        }
        one = web_item(v, ways_list);
        web_put(v, one, "name", str_of(ways[i].name));
        web_put_word(v, one, "text", ways[i].word);
        web_flag(v, one, "checked", *wished(&wish, &ways[i]));
    }
    if (form == NULL)
        return E_OK;
    tongues_list = web_list(v, form, "tongues");
    for (size_t i = 0; i < COUNT(tongues); i++) {
        struct data *one = web_item(v, tongues_list);

        web_put(v, one, "key", str_of(tongues[i].key));
        web_put_word(v, one, "text", tongues[i].word);
        web_flag(v, one, "checked", str_eq(wish.lang, str_of(tongues[i].key)));
    }
    web_put(v, form, "action", web_to(v, "/lacak/%.*s/kabar", STR_ARG(number)));
    web_flag(v, form, "training", city_training(v->world.city));
    web_flag(v, form, "saved", web_arg(v, "kabar").n > 0);
    return E_OK;
}

err web_tracking_tell(struct visit *v)
{
    struct notice_wish wish = {.lang = web_sent(v, "lang")};
    struct record_actor actor;
    str number;

    TRY(web_number_part(v, v->part[0], &number));
    TRY(web_look(v));
    actor = web_actor(v, number);
    TRY(web_kin_actor(v, number, &actor));
    for (size_t i = 0; i < COUNT(ways); i++)
        *wished(&wish, &ways[i]) = web_sent(v, ways[i].name).n > 0;
    web_look_away(v);
    TRY(notice_wish_set(v->c, &v->world, &actor, number, &wish));
    return web_go(v, "/lacak/%.*s?kabar=1#kabar", STR_ARG(number));
}

err web_put_untold(struct visit *v, str number)
{
    str why;

    TRY(notice_failed(v->c, v->on, number, &why));
    web_put(v, v->page, "untold",
            why.n == 0                    ? STR("")
            : str_eq(why, STR("REFUSED")) ? web_word(v, "say_untold_refused")
                                          : web_word(v, "say_untold"));
    return E_OK;
}
