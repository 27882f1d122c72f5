/* SPDX-License-Identifier: EUPL-1.2 */
/* Any bytes as address, subject, sender and text of a mail, parted by line
 * feeds: refused with a sentence, or written so that the only header lines are
 * ours and the only empty line before the text is one. */
#include "net/net.h"
#include "seal/seal.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static bool ours(str line)
{
    static const str heads[] = {STR_INIT("Date: "),
                                STR_INIT("From: "),
                                STR_INIT("To: "),
                                STR_INIT("Subject: "),
                                STR_INIT("Message-ID: "),
                                STR_INIT("Auto-Submitted: "),
                                STR_INIT("MIME-Version: "),
                                STR_INIT("Content-"),
                                STR_INIT(" ") /* a subject goes on */};

    for (size_t i = 0; i < COUNT(heads); i++)
        if (str_starts(line, heads[i]))
            return true;
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct ctx c = {.mem = arena_new((size_t)64 << 20), .dice = seal_dice()};
    struct net_mail m = {.from = STR("a@b.id"), .lang = STR("id")};
    str rest = {(const char *)p, n}, out, line;

    str_cut(rest, '\n', &m.to, &rest);
    str_cut(rest, '\n', &m.subject, &rest);
    str_cut(rest, '\0', &m.from_name, &m.body);
    if (net_mail_write(&c, &m, &out) == E_OK) {
        MUST(net_mail_address(m.to));
        while (str_next(&out, '\n', &line) && !str_eq(line, STR("\r")))
            MUST(ours(line) && str_ends(line, STR("\r")) && line.n < 999 &&
                 (str_find(line, STR("=?UTF-8?")) == line.n || line.n <= 77));
    } else {
        MUST(c.why.n > 0);
    }
    arena_free(c.mem);
    return 0;
}
