/* SPDX-License-Identifier: EUPL-1.2 */
/* delivery.yaml: by which servers this machine reaches people. */
#include "notice/notice_priv.h"

#include <sys/stat.h>

#define FILE_MOST 65536

/* ---- its keys ----------------------------------------------------- */

enum shape { TEXT, YESNO, MAP };

static const struct key {
    const char *part, *key;
    enum shape shape;
    bool needed;
} keys[] = {
    {"mail", "server", TEXT, true},  {"mail", "from", TEXT, true},
    {"mail", "user", TEXT, false},   {"mail", "password", TEXT, false},
    {"mail", "plain", YESNO, false}, {"mail", "inner", YESNO, false},
    {"message", "url", TEXT, true},  {"message", "headers", MAP, false},
    {"message", "body", MAP, true},  {"message", "inner", YESNO, false},
};

static const char *const parts[] = {"mail", "message"};

static void wrong(struct ctx *c, struct findings *f, const struct data *at,
                  str key, const char *what)
{
    finding_add(c, f, FIND_ERROR, at->at, key, "%s", what);
}

static bool fits(const struct data *d, enum shape shape)
{
    bool yesno = d->kind == DATA_TEXT && (str_eq(d->text, STR("true")) ||
                                          str_eq(d->text, STR("false")));

    return shape == MAP    ? d->kind == DATA_MAP
           : shape == TEXT ? d->kind == DATA_TEXT && d->text.n > 0
                           : yesno;
}

static const struct key *find(const char *part, str key)
{
    for (size_t i = 0; i < COUNT(keys); i++)
        if (strcmp(keys[i].part, part) == 0 && str_eq(str_of(keys[i].key), key))
            return &keys[i];
    return NULL;
}

static void check_part(struct ctx *c, struct findings *f, const char *part,
                       const struct data *d)
{
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++) {
        const struct data_pair *p = &d->pairs[i];
        const struct key *k = find(part, p->key);

        if (k == NULL)
            wrong(c, f, p->value, p->key,
                  say(c, "Kunci ini tidak dikenal di sini.",
                      "This key is not known here."));
        else if (!fits(p->value, k->shape))
            wrong(c, f, p->value, p->key,
                  say(c, "Isinya bukan yang diharapkan kunci ini.",
                      "It is not what this key expects."));
    }
    for (size_t i = 0; i < COUNT(keys); i++)
        if (keys[i].needed && strcmp(keys[i].part, part) == 0 &&
            data_get(d, str_of(keys[i].key)) == NULL)
            finding_add(c, f, FIND_ERROR, d->at, str_of(part),
                        say(c, "%s belum disebut.", "%s is missing."),
                        keys[i].key);
}

static void check(struct ctx *c, struct findings *f, const struct data *d)
{
    if (d->kind != DATA_MAP ||
        !str_eq(data_text(data_get(d, STR("balai"))), STR("1")))
        wrong(c, f, d, STR("balai"),
              say(c, "Berkas ini dimulai dengan balai: 1.",
                  "The file begins with balai: 1."));
    for (size_t i = 0; d->kind == DATA_MAP && i < d->n; i++) {
        str key = d->pairs[i].key;
        bool known = str_eq(key, STR("balai"));

        for (size_t k = 0; k < COUNT(parts); k++)
            if (str_eq(key, str_of(parts[k]))) {
                known = true;
                check_part(c, f, parts[k], d->pairs[i].value);
            }
        if (!known)
            wrong(c, f, d->pairs[i].value, key,
                  say(c, "Yang dikenal: balai, mail, message.",
                      "Known are: balai, mail, message."));
    }
}

/* ---- what it says ------------------------------------------------- */

static str text_at(const struct data *d, const char *path)
{
    str s = data_text(data_at(d, str_of(path)));

    return s.p == NULL ? STR("") : s;
}

static bool yes_at(const struct data *d, const char *path)
{
    return str_eq(text_at(d, path), STR("true"));
}

static void take_mail(struct ctx *c, struct findings *f, const struct data *d,
                      struct notice_via *out)
{
    str host;

    out->mail = true;
    out->from = text_at(d, "mail.from");
    out->postbox =
        (struct net_postbox){.server = text_at(d, "mail.server"),
                             .user = text_at(d, "mail.user"),
                             .password = text_at(d, "mail.password"),
                             .plain = yes_at(d, "mail.plain"),
                             .allow_private = yes_at(d, "mail.inner")};
    if (net_postbox_check(c, &out->postbox, &host) != E_OK)
        wrong(c, f, data_at(d, STR("mail.server")), STR("mail.server"),
              c->why.p);
    if (!net_mail_address(out->from))
        wrong(c, f, data_at(d, STR("mail.from")), STR("mail.from"),
              say(c, "Bukan alamat surel, misalnya layanan@bandung.go.id.",
                  "No mail address, such as layanan@bandung.go.id."));
}

static void take_headers(struct ctx *c, const struct data *d,
                         struct notice_via *out)
{
    const struct data *map = data_at(d, STR("message.headers"));
    struct net_header *all =
        NEWS(c->mem, struct net_header, map == NULL ? 1 : map->n + 1);

    for (size_t i = 0; map != NULL && i < map->n; i++)
        all[i] = (struct net_header){map->pairs[i].key,
                                     data_text(map->pairs[i].value)};
    out->headers = all;
    out->n_headers = map == NULL ? 0 : map->n;
}

static void take_message(struct ctx *c, struct findings *f,
                         const struct data *d, struct notice_via *out)
{
    struct net_url u;

    out->message = true;
    out->url = text_at(d, "message.url");
    out->inner = yes_at(d, "message.inner");
    out->body = data_at(d, STR("message.body"));
    take_headers(c, d, out);
    if (net_url_read(c, out->url, &u) != E_OK)
        wrong(c, f, data_at(d, STR("message.url")), STR("message.url"),
              c->why.p);
    else if (!u.tls && !out->inner)
        wrong(c, f, data_at(d, STR("message.url")), STR("message.url"),
              say(c,
                  "Nomor telepon warga hanya dikirim lewat https. Gunakan "
                  "https, atau inner: true untuk gerbang di jaringan dalam.",
                  "Residents' numbers go by https only. Use https, or inner: "
                  "true for a gateway in the inner network."));
}

static err guarded(struct ctx *c, const char *path)
{
    struct stat st;

    if (stat(path, &st) == 0 && (st.st_mode & 07) != 0)
        return fail(c, E_FORBIDDEN,
                    say(c,
                        "%s berisi kata sandi tetapi dapat dibaca pengguna "
                        "lain. Jalankan: chmod 0640 %s",
                        "%s holds a password, but others may read it. Run: "
                        "chmod 0640 %s"),
                    path, path);
    return E_OK;
}

err notice_via_read(struct ctx *c, const char *path, struct findings *f,
                    struct notice_via *out)
{
    struct data *d;
    str bytes;

    *out = (struct notice_via){.mail = false};
    if (!file_exists(path))
        return E_OK;
    TRY(guarded(c, path));
    TRY(file_read(c, path, FILE_MOST, &bytes));
    TRY(data_read_yaml(c, STR("delivery.yaml"), bytes, f, &d));
    check(c, f, d);
    if (f->errors == 0 && data_get(d, STR("mail")) != NULL)
        take_mail(c, f, d, out);
    if (f->errors == 0 && data_get(d, STR("message")) != NULL)
        take_message(c, f, d, out);
    return f->errors == 0 ? E_OK
                          : fail(c, E_BAD_INPUT, "%s",
                                 say(c, "delivery.yaml tidak dapat dipakai.",
                                     "delivery.yaml cannot be used."));
}
