/* SPDX-License-Identifier: EUPL-1.2 */
#include "pack/pack.h"
#include "tests/test.h"

static err into_buf(struct ctx *c, void *arg, str s)
{
    (void)c;
    buf_raw(arg, s);
    return E_OK;
}

/* A reader that writes down what it is told. */
static err on_file(struct ctx *c, void *arg, str name, uint64_t size)
{
    (void)c;
    buf_fmt(arg, "%.*s %" PRIu64 ":", STR_ARG(name), size);
    return E_OK;
}

static err on_done(struct ctx *c, void *arg)
{
    (void)c;
    buf_lit(arg, ";");
    return E_OK;
}

static const struct pack_file files[] = {
    {STR_INIT("balai.db"), STR_INIT("isi")},
    {STR_INIT("keys/subjects"), STR_INIT("")},
    {STR_INIT("repo/metadata/1.root.json"), STR_INIT("{}")}};

static str write_these(struct ctx *c, const struct pack_file *all, size_t n)
{
    struct buf out = buf_new(c, 1 << 20);
    struct pack_writer *w = pack_writer_new(c, into_buf, &out);

    for (size_t i = 0; i < n; i++) {
        CHECK_OK(pack_writer_file(c, w, all[i].name, all[i].bytes.n));
        CHECK_OK(pack_writer_bytes(c, w, all[i].bytes));
    }
    CHECK_OK(pack_writer_end(c, w));
    return buf_str(&out);
}

static err read_in(struct ctx *c, str stream, size_t piece, uint64_t most,
                   str *told)
{
    struct buf out = buf_new(c, 1 << 20);
    const struct pack_taker t = {on_file, into_buf, on_done, &out, most};
    struct pack_reader *r = pack_reader_new(c, &t);

    for (size_t i = 0; i < stream.n; i += piece)
        TRY(pack_reader_feed(c, r, str_slice(stream, i, i + piece)));
    TRY(pack_reader_end(c, r));
    *told = buf_str(&out);
    return E_OK;
}

TEST(a_stream_of_files_is_read_however_it_is_cut)
{
    str stream = write_these(c, files, COUNT(files)), told;

    for (size_t piece = 1; piece <= stream.n + 1; piece++) {
        CHECK_OK(read_in(c, stream, piece, 100, &told));
        CHECK_STR(told, "balai.db 3:isi;keys/subjects 0:;"
                        "repo/metadata/1.root.json 2:{};");
    }
}

TEST(a_stream_that_was_cut_or_goes_on_is_refused)
{
    str stream = write_these(c, files, COUNT(files)), told;
    str more = arena_fmt(c->mem, "%.*sx", STR_ARG(stream));

    for (size_t n = 0; n < stream.n; n++)
        CHECK(read_in(c, str_slice(stream, 0, n), 7, 100, &told) ==
              E_BAD_INPUT);
    more.p = memcpy(NEWS(c->mem, char, stream.n + 2), stream.p, stream.n);
    more.n = stream.n + 1;
    CHECK(read_in(c, more, 7, 100, &told) == E_BAD_INPUT);
}

TEST(a_stream_may_not_hold_more_than_was_allowed)
{
    str stream = write_these(c, files, COUNT(files)), told;

    CHECK_OK(read_in(c, stream, 1000, 5, &told));
    CHECK(read_in(c, stream, 1000, 4, &told) == E_TOO_BIG);
}

TEST(files_come_in_the_order_of_their_names_and_once)
{
    const struct pack_file twice[] = {{STR("a"), STR("")}, {STR("a"), STR("")}};
    const struct pack_file back[] = {{STR("b"), STR("")}, {STR("a"), STR("")}};
    str told;

    CHECK(read_in(c, write_these(c, twice, 2), 9, 9, &told) == E_BAD_INPUT);
    CHECK(read_in(c, write_these(c, back, 2), 9, 9, &told) == E_BAD_INPUT);
}

TEST(a_name_never_leads_out_of_its_folder)
{
    static const str safe[] = {STR_INIT("a"), STR_INIT("a/b/c/d/e/f"),
                               STR_INIT("1.root.json"), STR_INIT("A_b-c")};
    static const str not [] = {
        STR_INIT(""),     STR_INIT("/a"),   STR_INIT("a/"),
        STR_INIT("a//b"), STR_INIT(".."),   STR_INIT("a/../b"),
        STR_INIT(".ssh"), STR_INIT("a\\b"), STR_INIT("a b"),
        STR_INIT("a\0b"), STR_INIT("a:b"),  STR_INIT("a/b/c/d/e/f/g")};

    for (size_t i = 0; i < COUNT(safe); i++)
        CHECK(pack_name_safe(safe[i]));
    for (size_t i = 0; i < COUNT(not ); i++)
        CHECK(!pack_name_safe(not [i]));
}
