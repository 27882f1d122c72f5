/* SPDX-License-Identifier: EUPL-1.2 */
/* The symbols of record numbers, which are read aloud and typed. */
#include "app/app.h"

/* Crockford's base 32: no I, L, O, U. */
const char app_number_symbols[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static int symbol_value(char ch)
{
    const char *at = ch == 0 ? NULL : strchr(app_number_symbols, ch);

    return at == NULL ? -1 : (int)(at - app_number_symbols);
}

/* Luhn mod N with N = 32 (ISO/IEC 7812-1 annex B, generalised): the symbols
 * at odd distance from the check symbol count double. */
char app_check_symbol(const char eight[8])
{
    int total = 0;

    for (int i = 0; i < 8; i++) {
        int v = symbol_value(eight[7 - i]) * (i % 2 == 0 ? 2 : 1);

        total += v / 32 + v % 32;
    }
    return app_number_symbols[(32 - total % 32) % 32];
}

int app_symbols(str typed, char *out, int most)
{
    int n = 0;

    for (size_t i = 0; i < typed.n; i++) {
        char ch = typed.p[i];

        if (ch == ' ' || ch == '-' || ch == '\t')
            continue;
        if (ch >= 'a' && ch <= 'z')
            ch = (char)(ch - 'a' + 'A');
        ch = ch == 'O' ? '0' : ch == 'I' || ch == 'L' ? '1' : ch;
        if (symbol_value(ch) < 0)
            return -1;
        if (n < most)
            out[n] = ch;
        n++;
    }
    return n;
}

bool app_number_read(struct ctx *c, str typed, str *number)
{
    char s[9];

    if (app_symbols(typed, s, 9) != 9 || app_check_symbol(s) != s[8])
        return false;
    *number = arena_fmt(c->mem, "%.4s-%.4s-%c", s, s + 4, s[8]);
    return true;
}
