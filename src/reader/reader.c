/* SPDX-License-Identifier: EUPL-1.2 */
#include "reader/reader_priv.h"

#include <unistd.h>

/* ---- kinds -------------------------------------------------------- */

static const struct {
    str word, mime, ending, magic;
    size_t at;
} kinds[] = {
    [READER_OTHER] = {STR_INIT(""), STR_INIT("application/octet-stream"),
                      STR_INIT(""), STR_INIT(""), 0},
#define KIND(name, word, mime, end, at, magic)                                 \
    [READER_##name] = {STR_INIT(word), STR_INIT(mime), STR_INIT(end),          \
                       STR_INIT(magic), at},
#include "reader/kind.def"
#undef KIND
};

/* Other things have such boxes too: films, and pictures of later codecs. */
static bool is_heic(str bytes)
{
    static const str brands[] = {STR_INIT("heic"), STR_INIT("heix"),
                                 STR_INIT("heim"), STR_INIT("heis"),
                                 STR_INIT("mif1"), STR_INIT("msf1")};

    return str_among(str_slice(bytes, 8, 12), brands, COUNT(brands)) >= 0;
}

enum reader_kind reader_kind_of(str bytes)
{
    for (size_t i = READER_OTHER + 1; i < COUNT(kinds); i++) {
        if (!str_starts(str_slice(bytes, kinds[i].at, bytes.n), kinds[i].magic))
            continue;
        if (i == READER_WEBP && !str_starts(bytes, STR("RIFF")))
            continue;
        if (i == READER_HEIC && !is_heic(bytes))
            continue;
        return (enum reader_kind)i;
    }
    return READER_OTHER;
}

str reader_word(enum reader_kind k)
{
    return kinds[k].word;
}

str reader_mime(enum reader_kind k)
{
    return kinds[k].mime;
}

str reader_ending(enum reader_kind k)
{
    return kinds[k].ending;
}

str reader_says(struct ctx *c, enum reader_verdict v, str label)
{
    static const struct {
        const char *id, *en;
    } says[] = {
#define VERDICT(name, id, en) [READER_##name] = {id, en},
#include "reader/verdict.def"
#undef VERDICT
    };
    bool english = str_eq(c->lang, STR("en"));

    return arena_fmt(c->mem, "%.*s %s", STR_ARG(label),
                     english ? says[v].en : says[v].id);
}

/* ---- what is said over the wire ------------------------------------ */

/* question: u32 photo, u32 most, the bytes
 * answer:   u32 verdict, u32 kind, u32 width, height, pages, the bytes */
enum { HEAD_MOST = 64 };

static str ask_text(struct ctx *c, const struct reader_job *job)
{
    struct buf b = buf_new(c, READER_MOST + HEAD_MOST);

    buf_u32be(&b, job->photo);
    buf_u32be(&b, (uint32_t)job->most);
    buf_text(&b, job->bytes);
    return buf_str(&b);
}

static bool read_ask(str text, struct reader_job *job)
{
    struct wire w = {.rest = text};

    job->photo = wire_u32(&w) != 0;
    job->most = wire_u32(&w);
    job->bytes = wire_text(&w);
    return wire_whole(&w);
}

static str got_text(struct ctx *c, const struct reader_got *got)
{
    struct buf b = buf_new(c, READER_MOST + HEAD_MOST);

    buf_u32be(&b, (uint32_t)got->verdict);
    buf_u32be(&b, (uint32_t)got->kind);
    buf_u32be(&b, got->width);
    buf_u32be(&b, got->height);
    buf_u32be(&b, got->pages);
    buf_text(&b, got->bytes);
    return buf_str(&b);
}

static bool read_got(str text, struct reader_got *got)
{
    struct wire w = {.rest = text};

    got->verdict = (enum reader_verdict)wire_u32(&w);
    got->kind = (enum reader_kind)wire_u32(&w);
    got->width = wire_u32(&w);
    got->height = wire_u32(&w);
    got->pages = wire_u32(&w);
    got->bytes = wire_text(&w);
    return wire_whole(&w);
}

/* ---- in the city -------------------------------------------------- */

/* The process may have been taken over by what it read: it can say no more
 * than one of its answers. A PDF is kept as it was sent, so it sends none. */
static bool believable(const struct reader_job *job,
                       const struct reader_got *got)
{
    enum reader_kind sent = reader_kind_of(job->bytes);

    if (got->verdict != READER_FINE)
        return got->verdict < READER_VERDICTS && got->bytes.n == 0;
    if (sent == READER_PDF)
        return got->kind == READER_PDF && got->bytes.n == 0;
    return sent != READER_OTHER && got->kind == READER_JPEG &&
           got->bytes.n <= job->most &&
           reader_kind_of(got->bytes) == READER_JPEG;
}

static err hear(struct ctx *c, int fd, const struct reader_job *job,
                struct reader_got *out)
{
    str text;

    TRY(wire_send(c, fd, ask_text(c, job)));
    TRY(wire_recv(c, fd, READER_MOST + HEAD_MOST, &text));
    return read_got(text, out) && believable(job, out) ? E_OK : E_BAD_INPUT;
}

/* The sentences of what went wrong are no matter to who sent the file. */
static void unanswered(err e, const struct reader_job *job,
                       enum reader_verdict v, struct reader_got *out)
{
    LOG(LOG_WARN, "reader", "no_answer", LOG_LIT("why", err_name(e)),
        LOG_I64("kind", reader_kind_of(job->bytes)),
        LOG_I64("bytes", (int64_t)job->bytes.n));
    *out = (struct reader_got){.verdict = v};
}

void reader_ask(struct ctx *c, reader_connect *connect, void *arg,
                const struct reader_job *job, struct reader_got *out)
{
    str why = c->why;
    err e;
    int fd;

    *out = (struct reader_got){.verdict = READER_LATER};
    MUST(job->bytes.n <= READER_MOST);
    e = connect(c, arg, &fd);
    if (e != E_OK) {
        unanswered(e, job, READER_LATER, out);
        c->why = why;
        return;
    }
    e = hear(c, fd, job, out);
    close(fd);
    if (e != E_OK)
        unanswered(e, job, READER_UNREAD, out);
    c->why = why;
    if (out->verdict == READER_FINE && out->kind == READER_PDF)
        out->bytes = job->bytes;
}

/* ---- in the process of its own ------------------------------------ */

/* From the best that is kept to the least that is still of use. */
struct grade {
    uint32_t most; /* pixels at the long side */
    int quality;
};

static const struct grade photos[] = {{2048, 82}, {2048, 65}, {1280, 50}};
static const struct grade papers[] = {
    {4096, 90}, {4096, 75}, {2048, 75}, {2048, 50}};

static void keep_picture(struct ctx *c, const struct reader_job *job,
                         struct picture p, struct reader_got *out)
{
    const struct grade *grades = job->photo ? photos : papers;
    size_t n = job->photo ? COUNT(photos) : COUNT(papers);

    out->verdict = READER_LARGE;
    for (size_t i = 0; i < n; i++) {
        str made;

        if (p.w > grades[i].most || p.h > grades[i].most)
            p = reader_picture_shrink(c, &p, grades[i].most);
        made = reader_jpeg_make(c, &p, grades[i].quality, !job->photo);
        if (made.n > job->most)
            continue;
        *out = (struct reader_got){.verdict = READER_FINE,
                                   .kind = READER_JPEG,
                                   .width = p.w,
                                   .height = p.h,
                                   .bytes = made};
        return;
    }
}

static void judge_picture(struct ctx *c, const struct reader_job *job,
                          shoot *by, struct reader_got *out)
{
    struct shot s = {.turn = 1};

    out->verdict =
        by(c, job->bytes, job->photo ? photos[0].most : papers[0].most, &s);
    if (out->verdict == READER_FINE)
        keep_picture(c, job, reader_picture_upright(c, &s.picture, s.turn),
                     out);
}

void reader_judge(struct ctx *c, const struct reader_job *job,
                  struct reader_got *out)
{
    static shoot *const by[] = {[READER_JPEG] = reader_jpeg_shoot,
                                [READER_PNG] = reader_png_shoot,
                                [READER_WEBP] = reader_webp_shoot,
                                [READER_HEIC] = reader_heic_shoot};
    enum reader_kind k = reader_kind_of(job->bytes);

    *out = (struct reader_got){.verdict = READER_BROKEN};
    if (k == READER_PDF) {
        out->kind = READER_PDF;
        out->verdict = reader_pdf_judge(c, job->bytes, &out->pages);
    } else if (k != READER_OTHER)
        judge_picture(c, job, by[k], out);
}

void reader_ready(void)
{
    reader_heic_ready();
}

void reader_serve(const void *arg, int fd)
{
    struct ctx c = {.mem = arena_new(READER_MEMORY)};
    struct reader_job job;
    struct reader_got got;
    str text;

    (void)arg;
    if (wire_recv(&c, fd, READER_MOST + HEAD_MOST, &text) == E_OK &&
        read_ask(text, &job)) {
        reader_judge(&c, &job, &got);
        if (wire_send(&c, fd, got_text(&c, &got)) != E_OK)
            LOG(LOG_WARN, "reader", "unheard", LOG_I64("kind", got.kind));
    }
    arena_free(c.mem);
}
