/* SPDX-License-Identifier: EUPL-1.2 */
/* What strangers may upload, as it stands. Whatever is kept is what is said. */
#include "reader/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct dice none = {NULL};
    struct ctx c = {.mem = arena_new(READER_MEMORY), .dice = &none};
    struct reader_job job = {.bytes = {(const char *)bytes, n},
                             .photo = n % 2 == 0,
                             .most = (size_t)5 << 20};
    uint32_t most = job.photo ? 2048 : 4096;
    struct reader_got got;

    reader_judge(&c, &job, &got);
    MUST(got.verdict < READER_VERDICTS);
    if (got.verdict == READER_FINE && got.kind == READER_JPEG) {
        MUST(reader_kind_of(got.bytes) == READER_JPEG);
        MUST(got.bytes.n <= job.most);
        MUST(got.width > 0 && got.width <= most);
        MUST(got.height > 0 && got.height <= most);
    } else {
        MUST(got.bytes.n == 0);
        MUST(got.verdict != READER_FINE ||
             (got.kind == READER_PDF && got.pages > 0));
    }
    arena_free(c.mem);
    return 0;
}
