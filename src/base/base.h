/* SPDX-License-Identifier: EUPL-1.2 */
/* base: memory, strings, errors, time, files, log. Floor 1; uses no room.
 *
 * Ownership, for the whole house: who allocates takes `struct ctx *c` first
 * and what it returns lives in c->mem. A function without `c` allocates
 * nothing. What outlives a context has one owner and a new/free pair. */
#pragma once

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a), nonnull(f)))
#define COUNT(a)     (sizeof(a) / sizeof((a)[0]))

/* A broken invariant stops the process: it must not write one wrong event.
 * Stays on in release; no request can reach one. */
#define MUST(cond) ((cond) ? (void)0 : must_failed(#cond, __FILE__, __LINE__))
_Noreturn void must_failed(const char *cond, const char *file, int line);

/* ---- errors ------------------------------------------------------- */

/* What a call that can fail returns; E_OK is 0. See err.def. */
typedef enum err {
#define ERR(name, http, id, en) E_##name,
#include "base/err.def"
#undef ERR
    ERR_COUNT
} err;

/* Give up and hand the error to the caller. Safe anywhere: what this call
 * opened is on the arena's release list. The only macro that returns. */
#define TRY(expr)                                                              \
    do {                                                                       \
        err e_ = (expr);                                                       \
        if (e_ != E_OK)                                                        \
            return e_;                                                         \
    } while (0)

/* ---- strings ------------------------------------------------------ */

/* A borrowed run of bytes. Never freed through this type. What the house
 * makes is followed by a NUL (p[n] == 0); slices of it are not. */
typedef struct str {
    const char *p;
    size_t n;
} str;

/* clang-format off */
#define STR_INIT(lit) {"" lit "", sizeof(lit) - 1} /* in tables */
#define STR(lit)      ((str)STR_INIT(lit))         /* in code */
/* clang-format on */
#define STR_ARG(s) (int)(s).n, (s).p /* for "%.*s" */

str str_of(const char *z); /* a NUL-terminated text; NULL is empty */
bool str_eq(str a, str b);
int str_cmp(str a, str b); /* by bytes, the shorter first */
bool str_starts(str s, str head);
bool str_ends(str s, str tail);
bool str_has(str s, char ch);
str str_slice(str s, size_t from, size_t to); /* clamped */
str str_trim(str s);                          /* spaces, tabs, CR, LF */

/* Cut `s` at the first `ch`: *head is before it, *tail after it. False, with
 * *head == s and *tail empty, where there is none. */
bool str_cut(str s, char ch, str *head, str *tail);

/* Split off the next `ch`-separated piece of *rest into *piece; false when
 * nothing is left. An empty *rest yields nothing. */
bool str_next(str *rest, char ch, str *piece);

/* Where `needle` begins in `s`, or s.n. */
size_t str_find(str s, str needle);

/* The index of `s` in `of`, or -1. */
int str_among(str s, const str *of, size_t n);

/* Whether `s` is well-formed UTF-8 without overlong forms or surrogates
 * (RFC 3629), and the number of its code points. */
bool str_utf8(str s, size_t *points);

/* ---- arena -------------------------------------------------------- */

struct arena;

/* An arena of at most `most` bytes; past it the process aborts, so bytes
 * whose number comes from outside go through a buf, which has a ceiling. */
struct arena *arena_new(size_t most);
void arena_free(struct arena *a); /* runs the release list, last first */
size_t arena_used(const struct arena *a);

/* n zeroed things of `size` bytes; never NULL. */
void *arena_take(struct arena *a, size_t n, size_t size, size_t align);
#define NEWS(a, type, n)                                                       \
    ((type *)arena_take((a), (n), sizeof(type), _Alignof(type)))
#define NEW(a, type) NEWS((a), type, 1)

/* Run drop(it) when the arena goes, last registered first. */
void arena_owns(struct arena *a, void (*drop)(void *), void *it);

str arena_str(struct arena *a, str s); /* a NUL-terminated copy */
str arena_fmt(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
str arena_vfmt(struct arena *a, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0), nonnull(2)));

/* A growing array in the arena: make room for one more, doubling.
 *     struct thing *things; size_t n, room;
 *     ARENA_GROW(c->mem, things, n, room);  things[n++] = x;            */
#define ARENA_GROW(a, items, n, room)                                          \
    ((items) = arena_grow((a), (items), (n), &(room), sizeof *(items),         \
                          _Alignof(__typeof__(*(items)))))
void *arena_grow(struct arena *a, void *items, size_t n, size_t *room,
                 size_t size, size_t align);

/* ---- context ------------------------------------------------------ */

/* Where randomness comes from: the system's in a node, seeded in a test. */
struct dice {
    void (*fill)(const struct dice *d, void *out, size_t n);
};

/* What every call that can fail, allocate, or look at the clock is given. */
struct ctx {
    struct arena *mem;
    int64_t now;             /* microseconds since 1970 UTC */
    str lang;                /* "id" (also when empty) or "en" ... */
    const struct dice *dice; /* never NULL */
    str why;                 /* the sentence of the last fail() */
};

/* n random bytes from the context's dice. */
void ctx_random(struct ctx *c, void *out, size_t n);

/* Fail with a sentence for the person who must act: what happened, where,
 * and the mend. It begins with a capital and ends with a full stop. */
err fail(struct ctx *c, err e, const char *fmt, ...) PRINTF(3, 4) MUST_USE;

/* The sentence in the reader's language; both take the same arguments:
 *     return fail(c, E_CONFLICT, say(c, "Ada ... %s.", "Someone ... %s."), n);
 */
const char *say(const struct ctx *c, const char *id, const char *en)
    __attribute__((format_arg(2), format_arg(3)));

/* A closed list of keys, each with what it is called. */
struct word {
    str key;
    const char *id, *en;
};
struct words {
    const struct word *all;
    size_t n;
};
#define WORD_ROW(key, id, en) {STR_INIT(key), id, en},
#define WORDS_IN(of)                                                           \
    {                                                                          \
        of, COUNT(of)                                                          \
    }
bool words_have(const struct words *w, str key);
/* In the reader's language; empty where the list has no such key. */
str words_name(const struct ctx *c, const struct words *w, str key);

int err_http(err e);
const char *err_name(err e); /* "NOT_FOUND", for logs */
const char *err_says(const struct ctx *c, err e);

/* ---- findings ----------------------------------------------------- */

/* A place in a text that somebody wrote. Lines and columns count from 1;
 * 0 is unknown. Columns count code points. */
struct place {
    str file;
    int line, col;
};

enum severity { FIND_ERROR, FIND_WARNING, FIND_NOTE };

/* One thing wrong with a form, an app, a file: many are collected, unlike a
 * failure, which is one and stops the work. */
struct finding {
    enum severity severity;
    struct place at;
    str key;  /* what it is about: "fields.luas", "nama" */
    str what; /* what is wrong, a sentence */
    str mend; /* what to do, a sentence; may be empty */
};

struct findings {
    struct finding *all;
    size_t n, room;
    size_t errors; /* how many are FIND_ERROR */
};

/* Add one; returns it so that `mend` can be set with arena_fmt. */
struct finding *finding_add(struct ctx *c, struct findings *f,
                            enum severity severity, struct place at, str key,
                            const char *fmt, ...) PRINTF(6, 7);

/* "file:line:col: error: key: what mend", in the reader's language. */
str finding_show(struct ctx *c, const struct finding *f);

/* ---- buffers ------------------------------------------------------ */

/* Text under construction, with a ceiling. Appending never fails at the
 * call: past the ceiling the buffer is marked, and buf_done says so once. */
struct buf {
    struct arena *mem;
    char *p;
    size_t n, room, most;
    bool over;
};

struct buf buf_new(struct ctx *c, size_t most);
void buf_raw(struct buf *b, str s); /* as it is: name it, grep it */
void buf_lit(struct buf *b, const char *z);
void buf_char(struct buf *b, char ch);
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_html(struct buf *b, str s); /* & < > " ' escaped */
void buf_url(struct buf *b, str s);  /* percent-encoded, RFC 3986 unreserved */
void buf_json(struct buf *b, str s); /* with quotes; RFC 8259, also < > & */
void buf_csv(struct buf *b, str s);  /* RFC 4180; = + - @ TAB CR defused */
void buf_hex(struct buf *b, const void *bytes, size_t n); /* lower case */
void buf_u16be(struct buf *b, uint16_t v);
void buf_u32be(struct buf *b, uint32_t v);
void buf_u64be(struct buf *b, uint64_t v);
void buf_text(struct buf *b, str s); /* its length (u32be), then itself */

/* The text so far, borrowed from the arena, or E_TOO_BIG. */
err buf_done(struct ctx *c, struct buf *b, str *out) MUST_USE;
/* The same where the ceiling cannot be passed by construction. */
str buf_str(struct buf *b);

/* ---- numbers ------------------------------------------------------ */

/* A whole decimal number, optional '-', no blanks, or E_BAD_INPUT. */
err str_i64(struct ctx *c, str s, int64_t *out) MUST_USE;
bool str_is_i64(str s, int64_t *out);       /* the same as a question */
bool str_unhex(str s, void *out, size_t n); /* exactly 2n digits */
uint64_t get_u64be(const void *p);
uint32_t get_u32be(const void *p);
uint16_t get_u16be(const void *p);

/* ---- messages between processes ----------------------------------- */

/* What is left to read of a message that a buf wrote. Once something is not
 * there it is bad, and all that follows reads as 0 or empty: ask at the end. */
struct wire {
    str rest;
    bool bad;
};
str wire_raw(struct wire *w, size_t n);
uint32_t wire_u32(struct wire *w);
uint64_t wire_u64(struct wire *w);
str wire_text(struct wire *w);         /* as of buf_text() */
bool wire_whole(const struct wire *w); /* not bad, and nothing is left */

/* A message over a stream socket: its length (u32be), then itself. The
 * patience is the socket's own (SO_RCVTIMEO, SO_SNDTIMEO).
 *     E_GONE     the other end is closed, or its process ended
 *     E_BUSY     patience ended; what comes later has no beginning any more,
 *                so the socket is to be closed
 *     E_TOO_BIG  announced longer than `most`; likewise */
err wire_send(struct ctx *c, int fd, str message) MUST_USE;
err wire_recv(struct ctx *c, int fd, size_t most, str *message) MUST_USE;

/* ---- time --------------------------------------------------------- */

#define TIME_SECOND INT64_C(1000000)
#define TIME_MINUTE (60 * TIME_SECOND)
#define TIME_HOUR   (60 * TIME_MINUTE)
#define TIME_DAY    (24 * TIME_HOUR)

/* A date is three numbers, never an instant. */
struct date {
    int year, month, day; /* month and day from 1 */
};

/* Days since 1970-01-01 in the proleptic Gregorian calendar, and back. */
int64_t time_days(struct date d);
struct date time_date(int64_t days);
bool time_valid(struct date d); /* years 1 to 9999 */
int time_weekday(int64_t days); /* 0 is Sunday */
int time_month_days(int year, int month);

/* The date and microseconds since midnight of an instant at a fixed offset
 * from UTC (Indonesia's zones have no daylight saving). */
struct date time_local(int64_t instant, int offset_minutes, int64_t *of_day);
int64_t time_instant(struct date d, int64_t of_day, int offset_minutes);

/* "2026-03-02"; strict. */
bool time_parse_date(str s, struct date *out);
str time_show_date(struct ctx *c, struct date d);
/* "2026-01-05T02:02:11Z": RFC 3339, UTC, whole seconds. */
bool time_parse_utc(str s, int64_t *out);
str time_show_utc(struct ctx *c, int64_t instant);

/* The system's clock. Only node, cli and tests of them call it. */
int64_t time_system(void);
/* Microseconds that never go back, for measuring. */
int64_t time_monotonic(void);

/* ---- files -------------------------------------------------------- */

/* The whole of a file of at most `most` bytes. E_NOT_FOUND, E_TOO_BIG,
 * E_STORAGE; the sentence names the path. */
err file_read(struct ctx *c, const char *path, size_t most, str *out) MUST_USE;
/* Written beside it, synced, renamed, folder synced: all or nothing. */
err file_write(struct ctx *c, const char *path, str bytes,
               unsigned mode) MUST_USE;
/* Give a file's bytes to `sink`, a piece at a time, for what is too large to
 * be held. */
err file_feed(struct ctx *c, const char *path,
              void (*sink)(void *arg, str piece), void *arg) MUST_USE;
/* A copy of a file of any size, synced. */
err file_copy(struct ctx *c, const char *from, const char *to,
              unsigned mode) MUST_USE;
/* The same file under another name in the same file system; durable. */
err file_move(struct ctx *c, const char *from, const char *to) MUST_USE;
/* A folder with all below it, links not followed; what is not there is gone
 * already. */
void file_remove_tree(const char *path);
/* The names in a folder, sorted by bytes, without those that begin with a
 * dot. `kind` is 'f' for plain files, 'd' for folders, 0 for both. */
err file_list(struct ctx *c, const char *path, int kind, str **names,
              size_t *n) MUST_USE;
err file_make_dir(struct ctx *c, const char *path, unsigned mode) MUST_USE;
bool file_exists(const char *path);
bool file_is_dir(const char *path);
/* "a/b" joined, NUL-terminated. */
const char *file_join(struct ctx *c, const char *dir, const char *name);

/* ---- log ---------------------------------------------------------- */

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* One value of a log line. There is no way to log a text from a form: only
 * literals, numbers, and names that the program itself made. */
struct log_item {
    const char *key;
    enum { LOG_IS_I64, LOG_IS_LITERAL } kind;
    int64_t i;
    const char *z;
};
#define LOG_I64(k, v)                                                          \
    ((struct log_item){.key = "" k, .kind = LOG_IS_I64, .i = (v)})
#define LOG_LIT(k, v)                                                          \
    ((struct log_item){.key = "" k, .kind = LOG_IS_LITERAL, .z = (v)})

/* One line on standard error: "time level room event key=value ...".
 *     LOG(LOG_INFO, "store", "synced", LOG_I64("ms", 3));              */
#define LOG(level, room, event, ...)                                           \
    log_line((level), "" room, "" event, (struct log_item[]){__VA_ARGS__},     \
             COUNT(((struct log_item[]){__VA_ARGS__})))
void log_line(enum log_level level, const char *room, const char *event,
              const struct log_item *items, size_t n);
/* Lines less urgent than `level` are dropped (LOG_INFO at first). */
void log_limit(enum log_level level);
