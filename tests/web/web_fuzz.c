/* SPDX-License-Identifier: EUPL-1.2 */
/* What a browser may send: a target, pairs, parts, a cookie, a file's name.
 * The first byte chooses; whatever passes keeps its promises. */
#include "web/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void text_ok(str s)
{
    MUST(str_utf8(s, NULL) && !str_has(s, '\0'));
}

static void target(struct ctx *c, str s)
{
    str path, query;

    if (web_read_target(c, s, &path, &query) != E_OK)
        return;
    text_ok(path);
    MUST(path.n > 0 && path.p[0] == '/');
    MUST(!str_has(path, '\n') && !str_has(path, '\r'));
}

static void pairs(struct ctx *c, str s)
{
    struct app_pair *all;
    size_t n;

    if (web_read_pairs(c, s, &all, &n) != E_OK)
        return;
    MUST(n <= 500);
    for (size_t i = 0; i < n; i++) {
        text_ok(all[i].name);
        text_ok(all[i].value);
    }
}

static void name_ok(struct ctx *c, str name)
{
    str again = web_file_name(c, name);

    MUST(again.n > 0 && again.n <= 124);
    MUST(!str_has(again, '/') && !str_has(again, '\\') &&
         !str_has(again, '\n') && !str_has(again, '"'));
}

/* "BOUNDARY LF body" */
static void parts(struct ctx *c, str s)
{
    struct web_parts p;
    str boundary, body;

    str_cut(s, '\n', &boundary, &body);
    if (web_read_parts(c, body, boundary, &p) != E_OK)
        return;
    MUST(p.n_pairs + p.n_files <= 500);
    for (size_t i = 0; i < p.n_pairs; i++) {
        text_ok(p.pairs[i].name);
        text_ok(p.pairs[i].value);
    }
    for (size_t i = 0; i < p.n_files; i++) {
        text_ok(p.files[i].path);
        name_ok(c, p.files[i].name);
        MUST(p.files[i].bytes.n <= body.n);
    }
}

static void cookie(struct ctx *c, str s)
{
    str value, boundary;

    (void)c;
    if (web_read_cookie(s, STR("balai"), &value))
        MUST(value.n <= s.n);
    if (web_read_boundary(s, &boundary))
        MUST(boundary.n > 0 && boundary.n <= 70);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static void (*const all[])(struct ctx *, str) = {target, pairs, parts,
                                                     cookie, name_ok};
    struct ctx c = {.mem = arena_new((size_t)1 << 28), .lang = STR("id")};

    if (n > 0) {
        str rest = arena_str(c.mem, (str){(const char *)bytes + 1, n - 1});

        all[bytes[0] % COUNT(all)](&c, rest);
    }
    arena_free(c.mem);
    return 0;
}
