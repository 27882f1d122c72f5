/* SPDX-License-Identifier: EUPL-1.2 */
/* Runs one fuzz target over kept inputs, without a fuzzer: old crashes stay
 * dead. Arguments are files or folders of files. */
#include "base/base.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static size_t feed(struct ctx *c, const char *path)
{
    str *names, bytes;
    size_t n, fed = 0;

    if (file_is_dir(path)) {
        MUST(file_list(c, path, 'f', &names, &n) == E_OK);
        for (size_t i = 0; i < n; i++)
            fed += feed(c, file_join(c, path, names[i].p));
        return fed;
    }
    MUST(file_read(c, path, (size_t)1 << 24, &bytes) == E_OK);
    LLVMFuzzerTestOneInput((const uint8_t *)bytes.p, bytes.n);
    return 1;
}

int main(int argc, char **argv)
{
    struct ctx c = {.mem = arena_new((size_t)1 << 30)};
    size_t fed = 0;

    for (int i = 1; i < argc; i++)
        fed += feed(&c, argv[i]);
    printf("%zu inputs\n", fed);
    arena_free(c.mem);
    return fed == 0;
}
