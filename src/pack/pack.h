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
