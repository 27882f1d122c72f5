/* SPDX-License-Identifier: EUPL-1.2 */
/* pack: the canonical archive of an app, and its compression. Floor 2; uses
 * base. Owns zstd. Formats: docs/formats.md; POSIX.1-1988 ustar.
 *
 * An archive is a function of its files alone: names sorted by bytes, fixed
 * mode, owner and time. What is read is written again and compared, which is
 * the one rule that refuses every archive trick. What stands in the files
 * (UTF-8, NFC, YAML) is not looked at here.
 *
 * A name is one or two parts of a-z 0-9 . _ - with one '/' between; a part
 * begins with a letter or digit, does not end in '.', and is no device of
 * Windows (sticks are opened there); LICENSE alone is in capitals. At most 64
 * files, 256 KiB a file, and an archive of 1 MiB. */
#pragma once

#include "base/base.h"

struct pack_file {
    str name; /* "app.yaml", "i18n/en.yaml"; no "..", no leading "/" */
    str bytes;
};

/* The canonical archive of the files (sorted here; the array is left as it
 * is). E_BAD_INPUT names a file whose name or size is not allowed, and why. */
err pack_write(struct ctx *c, const struct pack_file *files, size_t n,
               str *out) MUST_USE;
/* The files of an archive, in the order of their names; E_BAD_INPUT unless it
 * is canonical byte for byte. */
err pack_read(struct ctx *c, str archive, struct pack_file **files,
              size_t *n) MUST_USE;

/* One zstd frame with content size and checksum, level 19, a window of at most
 * 1 MiB. Compressed bytes may differ from one zstd to the next: what a package
 * is, its archive tells; a changed bit is refused or changes nothing of what
 * comes out. Reading answers E_BAD_INPUT to all else (a second or
 * skippable frame, bytes behind it, a missing size or checksum, a dictionary,
 * a larger window), and E_TOO_BIG to more than `most` bytes. */
err pack_squeeze(struct ctx *c, str bytes, str *out) MUST_USE;
err pack_unsqueeze(struct ctx *c, str frame, size_t most, str *out) MUST_USE;

/* ---- streams of files --------------------------------------------- */

/* Files of any size, one after the other, as a backup holds them: u16be length
 * and the name, u64be size, the bytes; a length of 0 ends it; all in one zstd
 * frame. Names ascend by bytes, so none comes twice. Format: docs/formats.md.
 *
 * A name is one to six parts of A-Z a-z 0-9 . _ - with '/' between, none of
 * which begins with '.', 200 bytes at most: it never leads out of a folder. */
bool pack_name_safe(str name);

typedef err pack_sink(struct ctx *c, void *arg, str bytes);
struct pack_writer;
struct pack_writer *pack_writer_new(struct ctx *c, pack_sink *sink, void *arg);
/* The bytes of each file must be as many as were announced (MUST). */
err pack_writer_file(struct ctx *c, struct pack_writer *w, str name,
                     uint64_t size) MUST_USE;
err pack_writer_bytes(struct ctx *c, struct pack_writer *w, str s) MUST_USE;
err pack_writer_end(struct ctx *c, struct pack_writer *w) MUST_USE;

/* What is read is handed over as it comes; what fails there ends it. */
struct pack_taker {
    err (*file)(struct ctx *c, void *arg, str name, uint64_t size);
    err (*bytes)(struct ctx *c, void *arg, str piece);
    err (*done)(struct ctx *c, void *arg);
    void *arg;
    uint64_t most; /* bytes of all files together */
};
struct pack_reader;
struct pack_reader *pack_reader_new(struct ctx *c, const struct pack_taker *t);
/* E_BAD_INPUT: no such stream; E_TOO_BIG: over `most`. */
err pack_reader_feed(struct ctx *c, struct pack_reader *r, str s) MUST_USE;
err pack_reader_end(struct ctx *c, struct pack_reader *r) MUST_USE;
