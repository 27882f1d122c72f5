/* SPDX-License-Identifier: EUPL-1.2 */
/* The check of a note by anybody, with tools that every system has. What the
 * program checks beside it, it says in words; what a citizen needs is here. */
#include "grant/grant_priv.h"

#define RECIPE_MOST ((size_t)64 << 10)

/* In single quotes for the shell. */
static void quoted(struct buf *b, str s)
{
    buf_char(b, '\'');
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\'')
            buf_lit(b, "'\\''");
        else
            buf_char(b, s.p[i]);
    buf_char(b, '\'');
}

str grant_note_recipe(struct ctx *c, str file, str vkey_file)
{
    struct buf b = buf_new(c, RECIPE_MOST);

    /* The key itself may hold a plus, at its end too. */
    buf_lit(&b, "name=$(cut -d+ -f1 < ");
    quoted(&b, vkey_file);
    buf_lit(&b, "); key=$(cut -d+ -f3- < ");
    quoted(&b, vkey_file);
    buf_lit(&b, ")\nn=$(grep -n '^$' ");
    quoted(&b, file);
    buf_lit(&b, " | tail -1 | cut -d: -f1); head -n $((n-1)) ");
    quoted(&b, file);
    buf_lit(&b, " > text\ntail -n +$((n+1)) ");
    quoted(&b, file);
    buf_lit(&b, " | awk -v n=\"$name\" '$2==n{print $3}' | base64 -d | "
                "tail -c 64 > sig\n");
    /* The twelve bytes that stand before every Ed25519 public key in DER. */
    buf_lit(&b, "{ printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003"
                "\\041\\000'; printf %s \"$key\" | base64 -d | tail -c 32; } "
                "> pub.der\n");
    buf_lit(&b, "openssl pkeyutl -verify -pubin -keyform DER -inkey pub.der "
                "-rawin -in text -sigfile sig\n");
    buf_lit(&b, "sed -n 1,4p text\n");
    return buf_str(&b);
}
