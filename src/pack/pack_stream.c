/* SPDX-License-Identifier: EUPL-1.2 */
/* Streams of files: written and read a piece at a time. */
#include "pack/pack.h"

#include <zstd.h>

enum {
    LEVEL = 3,
    WINDOW_LOG_MOST = 23, /* 8 MiB: what a reader must spend */
    ROOM = 1 << 16,
    NAME_MOST = 200,
    PARTS_MOST = 6,
    HEAD_MOST = 2 + NAME_MOST + 8
};

/* ---- names -------------------------------------------------------- */

static bool is_part(str part)
{
    for (size_t i = 0; i < part.n; i++) {
        char ch = part.p[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
              (ch >= '0' && ch <= '9') || ch == '_' || ch == '-' || ch == '.'))
            return false;
    }
    return part.n > 0 && part.p[0] != '.';
}

bool pack_name_safe(str name)
{
    str part, rest = name;
    int parts = 0;
    bool more = name.n > 0 && name.n <= NAME_MOST;

    if (!more)
        return false;
    while (more) {
        more = str_cut(rest, '/', &part, &rest);
        if (!is_part(part) || ++parts > PARTS_MOST)
            return false;
    }
    return true;
}

/* ---- writing ------------------------------------------------------ */

struct pack_writer {
    ZSTD_CCtx *z;
    pack_sink *sink;
    void *arg;
    uint64_t left; /* of the file that was announced */
    char room[ROOM];
};

static void drop_writer(void *it)
{
    ZSTD_freeCCtx(((struct pack_writer *)it)->z);
}

struct pack_writer *pack_writer_new(struct ctx *c, pack_sink *sink, void *arg)
{
    struct pack_writer *w = NEW(c->mem, struct pack_writer);

    w->sink = sink, w->arg = arg;
    w->z = ZSTD_createCCtx();
    MUST(w->z != NULL);
    ZSTD_CCtx_setParameter(w->z, ZSTD_c_compressionLevel, LEVEL);
    arena_owns(c->mem, drop_writer, w);
    return w;
}

static err squeeze(struct ctx *c, struct pack_writer *w, str s,
                   ZSTD_EndDirective how)
{
    ZSTD_inBuffer in = {s.p, s.n, 0};
    size_t left;

    do {
        ZSTD_outBuffer out = {w->room, ROOM, 0};

        left = ZSTD_compressStream2(w->z, &out, &in, how);
        MUST(!ZSTD_isError(left));
        if (out.pos > 0)
            TRY(w->sink(c, w->arg, (str){w->room, out.pos}));
    } while (in.pos < in.size || (how == ZSTD_e_end && left > 0));
    return E_OK;
}

err pack_writer_file(struct ctx *c, struct pack_writer *w, str name,
                     uint64_t size)
{
    struct buf b = buf_new(c, HEAD_MOST);

    MUST(w->left == 0 && pack_name_safe(name));
    w->left = size;
    buf_u16be(&b, (uint16_t)name.n);
    buf_raw(&b, name);
    buf_u64be(&b, size);
    return squeeze(c, w, buf_str(&b), ZSTD_e_continue);
}

err pack_writer_bytes(struct ctx *c, struct pack_writer *w, str s)
{
    MUST(s.n <= w->left);
    w->left -= s.n;
    return squeeze(c, w, s, ZSTD_e_continue);
}

err pack_writer_end(struct ctx *c, struct pack_writer *w)
{
    MUST(w->left == 0);
    return squeeze(c, w, (str){"\0", 2}, ZSTD_e_end);
}

/* ---- reading ------------------------------------------------------ */

struct pack_reader {
    ZSTD_DCtx *z;
    struct pack_taker taker;
    enum { AT_HEAD, IN_FILE, AT_END } at;
    bool whole;    /* the frame has ended */
    uint64_t left; /* of the file that is being read */
    uint64_t told; /* of all files so far */
    unsigned char head[HEAD_MOST];
    size_t n;
    char last[NAME_MOST];
    size_t last_n;
    char room[ROOM];
};

static void drop_reader(void *it)
{
    ZSTD_freeDCtx(((struct pack_reader *)it)->z);
}

struct pack_reader *pack_reader_new(struct ctx *c, const struct pack_taker *t)
{
    struct pack_reader *r = NEW(c->mem, struct pack_reader);

    r->taker = *t;
    r->z = ZSTD_createDCtx();
    MUST(r->z != NULL);
    ZSTD_DCtx_setParameter(r->z, ZSTD_d_windowLogMax, WINDOW_LOG_MOST);
    arena_owns(c->mem, drop_reader, r);
    return r;
}

static err refuse(struct ctx *c, const char *id, const char *en)
{
    return fail(
        c, E_BAD_INPUT,
        say(c, "Arsip ini ditolak: %s.", "This archive is refused: %s."),
        str_eq(c->lang, STR("en")) ? en : id);
}

static err end_file(struct ctx *c, struct pack_reader *r)
{
    r->at = AT_HEAD;
    return r->taker.done(c, r->taker.arg);
}

static err begin_file(struct ctx *c, struct pack_reader *r)
{
    size_t n = get_u16be(r->head);
    str name = {(const char *)r->head + 2, n};

    if (!pack_name_safe(name) || str_cmp((str){r->last, r->last_n}, name) >= 0)
        return refuse(c, "nama berkasnya tidak sah atau tidak berurutan",
                      "a file's name is not allowed, or out of order");
    memcpy(r->last, name.p, n);
    r->last_n = n;
    r->left = get_u64be(r->head + 2 + n);
    if (r->left > r->taker.most - r->told)
        return fail(c, E_TOO_BIG, "%s",
                    say(c, "Isi arsip ini terlalu besar.",
                        "What this archive holds is too much."));
    r->told += r->left;
    r->n = 0;
    r->at = IN_FILE;
    TRY(r->taker.file(c, r->taker.arg, name, r->left));
    return r->left == 0 ? end_file(c, r) : E_OK;
}

/* How many bytes of the head are wanted: its length is known after two. */
static size_t wanted(const struct pack_reader *r)
{
    return r->n < 2 ? 2 : 2 + (size_t)get_u16be(r->head) + 8;
}

static err read_head(struct ctx *c, struct pack_reader *r, str *s)
{
    size_t want = wanted(r), n = want - r->n < s->n ? want - r->n : s->n;

    if (want > sizeof r->head)
        return refuse(c, "nama berkasnya terlalu panjang",
                      "a file's name is too long");
    memcpy(r->head + r->n, s->p, n);
    r->n += n;
    *s = str_slice(*s, n, s->n);
    if (r->n == 2 && get_u16be(r->head) == 0)
        r->at = AT_END;
    else if (r->n > 2 && r->n == wanted(r))
        return begin_file(c, r);
    return E_OK;
}

static err read_bytes(struct ctx *c, struct pack_reader *r, str *s)
{
    size_t n = r->left < s->n ? (size_t)r->left : s->n;

    TRY(r->taker.bytes(c, r->taker.arg, str_slice(*s, 0, n)));
    r->left -= n;
    *s = str_slice(*s, n, s->n);
    return r->left == 0 ? end_file(c, r) : E_OK;
}

static err parse(struct ctx *c, struct pack_reader *r, str s)
{
    while (s.n > 0) {
        if (r->at == AT_END)
            return refuse(c, "ada bita sesudah akhirnya",
                          "there are bytes behind its end");
        TRY(r->at == IN_FILE ? read_bytes(c, r, &s) : read_head(c, r, &s));
    }
    return E_OK;
}

err pack_reader_feed(struct ctx *c, struct pack_reader *r, str s)
{
    ZSTD_inBuffer in = {s.p, s.n, 0};
    bool full = true;

    while (in.pos < in.size || full) {
        ZSTD_outBuffer out = {r->room, ROOM, 0};
        size_t hint;

        if (r->whole && in.pos < in.size)
            return refuse(c, "ada bita sesudah akhirnya",
                          "there are bytes behind its end");
        if (r->whole)
            return E_OK;
        hint = ZSTD_decompressStream(r->z, &out, &in);
        if (ZSTD_isError(hint))
            return refuse(c, "isinya rusak", "its content is damaged");
        r->whole = hint == 0;
        full = out.pos == out.size;
        TRY(parse(c, r, (str){r->room, out.pos}));
    }
    return E_OK;
}

err pack_reader_end(struct ctx *c, struct pack_reader *r)
{
    if (!r->whole || r->at != AT_END)
        return refuse(c, "terpotong", "it was cut off");
    return E_OK;
}
