/* SPDX-License-Identifier: EUPL-1.2 */
/* What two cities do before one can give to the other, as verbs of a play.
 * Every passphrase is the one in the file `pass`. */
#include "tests/play/play.h"

static const char *in(struct play *p, const char *name)
{
    return file_join(p->c, p->dir, name);
}

static const char *key_dir(struct play *p, const struct play_city *k,
                           const char *key)
{
    return arena_fmt(p->c->mem, "%s/keys/%.*s/%s", p->dir, STR_ARG(k->name),
                     key)
        .p;
}

static bool make_dir(struct play *p, const char *path)
{
    return file_make_dir(p->c, path, 0700) == E_OK ||
           play_fails(p, "%.*s", STR_ARG(p->c->why));
}

static bool publish(struct play *p, const struct play_city *k, const char *more)
{
    return play_balai(
        p, k->dir.p,
        arena_fmt(p->c->mem, "repo publish --targets %s,%s --passphrases %s%s",
                  key_dir(p, k, "targets-1"), key_dir(p, k, "targets-2"),
                  in(p, "pass"), more)
            .p,
        NULL);
}

bool play_publish(struct play *p, const struct play_city *k, str apps)
{
    return publish(p, k,
                   apps.n == 0
                       ? ""
                       : arena_fmt(p->c->mem, " --apps %.*s", STR_ARG(apps)).p);
}

bool play_ceremony(struct play *p, const struct play_city *k)
{
    static const char *const keys[] = {"root-1",   "root-2",  "root-3",
                                       "hibah-1",  "hibah-2", "targets-1",
                                       "targets-2"};
    struct buf words = buf_new(p->c, 1 << 16);

    if (!make_dir(p, in(p, "keys")) || !make_dir(p, key_dir(p, k, "")) ||
        file_write(p->c, in(p, "pass"), STR("empat kata yang mudah diingat\n"),
                   0600) != E_OK)
        return play_fails(p, "%.*s", STR_ARG(p->c->why));
    buf_fmt(&words,
            "keys ceremony --city %.*s --domain latihan.%.*s --passphrases %s",
            STR_ARG(k->code), STR_ARG(k->domain), in(p, "pass"));
    for (size_t i = 0; i < COUNT(keys); i++)
        buf_fmt(&words, " %s", key_dir(p, k, keys[i]));
    return play_balai(p, NULL, buf_str(&words).p, NULL) &&
           publish(p, k,
                   arena_fmt(p->c->mem, " --roots %s,%s",
                             key_dir(p, k, "root-1"), key_dir(p, k, "root-2"))
                       .p);
}

/* ---- notes -------------------------------------------------------- */

static bool sign(struct play *p, const char *kind, const char *note,
                 const struct play_city *k)
{
    static const char *const keys[] = {"hibah-1", "hibah-2"};

    for (size_t i = 0; i < COUNT(keys); i++)
        if (!play_balai(p, NULL,
                        arena_fmt(p->c->mem, "%s sign %s %s --passphrases %s",
                                  kind, note, key_dir(p, k, keys[i]),
                                  in(p, "pass"))
                            .p,
                        NULL))
            return false;
    return true;
}

static bool sign_and_keep(struct play *p, const char *kind, const char *note,
                          const struct play_city *a, const struct play_city *b)
{
    const char *keep = arena_fmt(p->c->mem, "%s keep", kind).p;

    return sign(p, kind, note, a) && sign(p, kind, note, b) &&
           play_balai(p, a->dir.p, keep, note) &&
           play_balai(p, b->dir.p, keep, note);
}

static const char *party_file(struct play *p, const struct play_city *k)
{
    const char *file =
        in(p, arena_fmt(p->c->mem, "%.*s.party", STR_ARG(k->name)).p);

    return play_balai(p, k->dir.p, "party",
                      key_dir(p, k, "hibah-1/hibah-1.key")) &&
                   file_write(p->c, file, p->body, 0600) == E_OK
               ? file
               : NULL;
}

/* From the day before, since the play's day may be another by its zone. */
bool play_accord(struct play *p, const struct play_city *a,
                 const struct play_city *b)
{
    struct date from = time_local(p->c->now - TIME_DAY, 0, NULL), until = from;
    const char *first = party_file(p, a), *second = party_file(p, b);

    until.year += 5, until.day = 1;
    return first != NULL && second != NULL &&
           play_balai(p, NULL,
                      arena_fmt(p->c->mem,
                                "accord draft %s %s %s --number 1/KB/X "
                                "--scope all --from %.*s --until %.*s",
                                p->dir, first, second,
                                STR_ARG(time_show_date(p->c, from)),
                                STR_ARG(time_show_date(p->c, until)))
                          .p,
                      NULL) &&
           sign_and_keep(p, "accord", in(p, "accord.note"), a, b);
}

bool play_deed(struct play *p, str file, const struct play_city *giver,
               const struct play_city *receiver, str number)
{
    const char *note = in(p, file.p);

    return play_balai(p, giver->dir.p,
                      arena_fmt(p->c->mem, "deed draft %s %s --number %.*s",
                                note, in(p, "accord.note"), STR_ARG(number))
                          .p,
                      NULL) &&
           sign_and_keep(p, "deed", note, giver, receiver);
}
