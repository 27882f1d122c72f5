/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/cel/json.h"

struct reader {
    struct ctx *c;
    str s;
    size_t at;
    bool bad;
};

static void blanks(struct reader *r)
{
    while (r->at < r->s.n && strchr(" \t\r\n", r->s.p[r->at]) != NULL)
        r->at++;
}

static bool take(struct reader *r, char ch)
{
    blanks(r);
    if (r->at >= r->s.n || r->s.p[r->at] != ch)
        return false;
    r->at++;
    return true;
}

static uint32_t hex4(struct reader *r)
{
    uint8_t b[2] = {0};

    r->bad |= !str_unhex(str_slice(r->s, r->at, r->at + 4), b, 2);
    r->at += 4;
    return (uint32_t)b[0] << 8 | b[1];
}

static void put_point(struct buf *b, uint32_t u)
{
    if (u < 0x80) {
        buf_char(b, (char)u);
    } else if (u < 0x800) {
        buf_char(b, (char)(0xc0 | u >> 6));
    } else if (u < 0x10000) {
        buf_char(b, (char)(0xe0 | u >> 12));
        buf_char(b, (char)(0x80 | (u >> 6 & 63)));
    } else {
        buf_char(b, (char)(0xf0 | u >> 18));
        buf_char(b, (char)(0x80 | (u >> 12 & 63)));
        buf_char(b, (char)(0x80 | (u >> 6 & 63)));
    }
    if (u >= 0x80)
        buf_char(b, (char)(0x80 | (u & 63)));
}

static void escape(struct reader *r, struct buf *b)
{
    static const char from[] = "bfnrt\"\\/", to[] = "\b\f\n\r\t\"\\/";
    char ch = r->s.p[r->at++];
    const char *simple = strchr(from, ch);
    uint32_t u;

    if (ch != 'u') {
        r->bad |= simple == NULL;
        buf_char(b, simple == NULL ? '?' : to[simple - from]);
        return;
    }
    u = hex4(r);
    if (u >= 0xd800 && u < 0xdc00) {
        r->at += 2;
        u = 0x10000 + ((u - 0xd800) << 10) + (hex4(r) - 0xdc00);
    }
    put_point(b, u);
}

static str text(struct reader *r)
{
    struct buf b = buf_new(r->c, (size_t)1 << 20);

    r->bad |= !take(r, '"');
    while (!r->bad && r->at + 1 < r->s.n && r->s.p[r->at] != '"') {
        if (r->s.p[r->at] == '\\') {
            r->at++;
            escape(r, &b);
        } else {
            buf_char(&b, r->s.p[r->at++]);
        }
    }
    r->at++;
    return buf_str(&b);
}

static struct json *value(struct reader *r);

static void add(struct reader *r, struct json *to)
{
    struct json *item;

    if (to->kind == JSON_MAP) {
        ARENA_GROW(r->c->mem, to->keys, to->n, to->keys_room);
        to->keys[to->n] = text(r);
        r->bad |= !take(r, ':');
    }
    item = value(r);
    ARENA_GROW(r->c->mem, to->items, to->n, to->room);
    to->items[to->n++] = item;
}

static struct json *container(struct reader *r, enum json_kind kind)
{
    struct json *j = NEW(r->c->mem, struct json);
    char end = kind == JSON_LIST ? ']' : '}';

    j->kind = kind;
    if (take(r, end))
        return j;
    do
        add(r, j);
    while (!r->bad && take(r, ','));
    r->bad |= !take(r, end);
    return j;
}

static struct json *word(struct reader *r)
{
    struct json *j = NEW(r->c->mem, struct json);
    size_t from = r->at;

    while (r->at < r->s.n && strchr(",]} \t\r\n", r->s.p[r->at]) == NULL)
        r->at++;
    j->text = str_slice(r->s, from, r->at);
    j->yes = str_eq(j->text, STR("true"));
    j->kind = j->yes || str_eq(j->text, STR("false")) ? JSON_BOOL
              : str_eq(j->text, STR("null"))          ? JSON_NULL
                                                      : JSON_NUMBER;
    return j;
}

static struct json *value(struct reader *r)
{
    struct json *j;

    if (take(r, '{'))
        return container(r, JSON_MAP);
    if (take(r, '['))
        return container(r, JSON_LIST);
    if (r->at >= r->s.n || r->s.p[r->at] != '"')
        return word(r);
    j = NEW(r->c->mem, struct json);
    j->kind = JSON_TEXT;
    j->text = text(r);
    return j;
}

struct json *json_read(struct ctx *c, str bytes)
{
    struct reader r = {c, bytes, 0, false};
    struct json *j = value(&r);

    return r.bad ? NULL : j;
}

const struct json *json_get(const struct json *map, const char *key)
{
    for (size_t i = 0; map != NULL && map->kind == JSON_MAP && i < map->n; i++)
        if (str_eq(map->keys[i], str_of(key)))
            return map->items[i];
    return NULL;
}

str json_text(const struct json *map, const char *key)
{
    const struct json *j = json_get(map, key);

    return j == NULL ? STR("") : j->text;
}
