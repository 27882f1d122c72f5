/* SPDX-License-Identifier: EUPL-1.2 */
/* reader: foreign bytes, read where they can do no harm. Floor 2; uses base.
 * Owns libjpeg, libpng, libwebp, libheif and qpdf.
 *
 * What strangers upload is decoded in a process of its own, one for each
 * upload, which the room `jail` has shut: no file, no network, no other
 * program, so much memory and time. It has nothing of the city's in it; what it
 * answers is believed no further than its form.
 *
 * A picture is never kept as it came. It is decoded to the last row, turned
 * upright as its EXIF says, made smaller, and encoded anew as JPEG, so that
 * nothing is left of what the camera wrote beside it (place, owner, serial
 * number, thumbnail) nor of what somebody hid in it. A PDF is kept to the byte,
 * since it may be signed, and is therefore refused where it is more than a
 * document to be read. */
#pragma once

#include "base/base.h"

enum reader_kind {
    READER_OTHER, /* none that is known */
#define KIND(name, word, mime, end, at, magic) READER_##name,
#include "reader/kind.def"
#undef KIND
};

/* By the first bytes alone, never by a name. */
enum reader_kind reader_kind_of(str bytes);
str reader_word(enum reader_kind k); /* as an app's `accept` has it */
str reader_mime(enum reader_kind k);
str reader_ending(enum reader_kind k); /* ".jpg" */

enum reader_verdict {
#define VERDICT(name, id, en) READER_##name,
#include "reader/verdict.def"
#undef VERDICT
    READER_VERDICTS
};

/* "Foto rusak ...", in the reader's language: what is wrong and the mend. */
str reader_says(struct ctx *c, enum reader_verdict v, str label);

#define READER_MOST                                                            \
    ((size_t)11 << 20) /* bytes of an upload, and of an answer */
#define READER_PIXELS (40 * 1000 * 1000)

struct reader_job {
    str bytes;
    /* A photo fits a square of 2048 pixels; any other picture may be a page
     * that must stay readable, and fits one of 4096. */
    bool photo;
    size_t most; /* the picture that is kept has at most so many bytes */
};

struct reader_got {
    enum reader_verdict verdict;
    enum reader_kind kind;  /* of what is kept */
    uint32_t width, height; /* of the kept picture, in pixels */
    uint32_t pages;         /* of a PDF */
    str bytes;              /* what is kept; empty unless FINE */
};

/* ---- in the city -------------------------------------------------- */

/* A socket whose other end a new process answers with reader_serve(); it has a
 * patience of its own. reader_ask() closes it. */
typedef err reader_connect(struct ctx *c, void *arg, int *fd);

/* Have it read. Where the process ends without an answer, answers what it may
 * not, or is too late, the verdict is UNREAD; where there can be none just now,
 * LATER. Nothing else is touched by either; the log says which. */
void reader_ask(struct ctx *c, reader_connect *connect, void *arg,
                const struct reader_job *job, struct reader_got *out);

/* ---- in the process of its own ------------------------------------ */

/* What it may use at most. */
#define READER_MEMORY  ((size_t)1 << 30) /* of address space, in bytes */
#define READER_SECONDS 10                /* of processor time */
#define READER_LIVES   30                /* of anybody's time, in seconds */

/* What must be done before the jail is shut: once, also for children. */
void reader_ready(void);
/* Answer one job. */
void reader_serve(const void *arg, int fd);
/* The work itself, for tests and fuzzing: a city never calls it. */
void reader_judge(struct ctx *c, const struct reader_job *job,
                  struct reader_got *out);
