/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands of the grant that need no city: keys, notes, checking. */
#include "cli/cli_priv.h"

#include "grant/grant.h"
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define NOTE_MOST ((size_t)1 << 20)

/* ---- passphrases -------------------------------------------------- */

err cli_passphrases(struct cli *k, str *out, size_t n)
{
    const char *file = cli_option(k, "--passphrases");
    str bytes, line = STR("");

    if (file == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Sebutkan --passphrases FILE: satu frasa sandi setiap "
                        "baris.",
                        "Name --passphrases FILE: a passphrase a line."));
    TRY(file_read(k->c, file, 1 << 16, &bytes));
    for (size_t i = 0; i < n; i++) {
        str next;

        if (str_next(&bytes, '\n', &next))
            line = next;
        out[i] = line;
    }
    return E_OK;
}

static err ask_line(struct cli *k, const char *prompt, str *out)
{
    struct termios was, quiet;
    bool terminal = tcgetattr(0, &was) == 0, whole;
    char line[1024] = "";

    if (terminal) {
        fputs(prompt, stderr);
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(0, TCSAFLUSH, &quiet);
    }
    if (fgets(line, sizeof line, stdin) == NULL)
        line[0] = 0;
    whole = strchr(line, '\n') != NULL || strlen(line) + 1 < sizeof line;
    if (terminal) {
        tcsetattr(0, TCSAFLUSH, &was);
        fputs("\n", stderr);
    }
    line[strcspn(line, "\n")] = 0;
    *out = arena_str(k->c->mem, str_of(line));
    explicit_bzero(line, sizeof line);
    return whole ? E_OK
                 : fail(k->c, E_BAD_INPUT, "%s",
                        say(k->c, "Frasa sandi lebih dari 1.022 bita.",
                            "The passphrase is over 1,022 bytes."));
}

/* A typing error in a new one is noticed when it is needed, and too late. */
static err twice_the_same(struct cli *k, str first)
{
    str again;

    if (first.n == 0)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "Frasa sandi tidak diberikan.",
                        "No passphrase was given."));
    if (isatty(0) == 0)
        return E_OK;
    TRY(ask_line(k, say(k->c, "Sekali lagi: ", "Once more: "), &again));
    return str_eq(first, again)
               ? E_OK
               : fail(k->c, E_BAD_INPUT, "%s",
                      say(k->c,
                          "Kedua frasa sandi tidak sama; tidak ada yang "
                          "dibuat.",
                          "The two passphrases differ; nothing was made."));
}

err cli_passphrase(struct cli *k, bool fresh, str *out)
{
    if (cli_option(k, "--passphrases") != NULL)
        return cli_passphrases(k, out, 1);
    TRY(ask_line(k, say(k->c, "Frasa sandi: ", "Passphrase: "), out));
    return fresh ? twice_the_same(k, *out) : E_OK;
}

err cli_grant_key(struct cli *k, const char *dir, enum grant_role role,
                  size_t at, struct grant_key **out)
{
    str all[16];

    MUST(at < COUNT(all));
    TRY(cli_passphrases(k, all, COUNT(all)));
    return grant_key_open(k->c, dir, role, all[at], out);
}

/* ---- notes -------------------------------------------------------- */

err cli_grant_note(struct cli *k, const char *path, struct grant_note *out)
{
    str bytes;

    TRY(file_read(k->c, path, NOTE_MOST, &bytes));
    return grant_note_read(k->c, bytes, out);
}

static err sign_note(struct cli *k)
{
    struct grant_key *key;
    str bytes, signed_note;

    TRY(file_read(k->c, k->words[0], NOTE_MOST, &bytes));
    TRY(cli_grant_key(k, k->words[1], GRANT_HIBAH, 0, &key));
    TRY(grant_note_sign(k->c, bytes, key, &signed_note));
    TRY(file_write(k->c, k->words[0], signed_note, 0644));
    buf_fmt(&k->out, say(k->c, "%s ditandatangani.\n", "%s is signed.\n"),
            k->words[0]);
    return E_OK;
}

err cli_do_accord_sign(struct cli *k)
{
    return sign_note(k);
}

err cli_do_deed_sign(struct cli *k)
{
    return sign_note(k);
}

err cli_do_offer_sign(struct cli *k)
{
    return sign_note(k);
}

static const char *force_name(const struct ctx *c, enum grant_force f)
{
    switch (f) {
    case GRANT_DRAFT:
        return say(c, "konsep", "draft");
    case GRANT_OFFERED:
        return say(c, "ditawarkan, belum berlaku", "offered, not in force");
    case GRANT_IN_FORCE:
        return say(c, "berlaku", "in force");
    case GRANT_ENDED:
        break;
    }
    return say(c, "berakhir", "ended");
}

static err show_note(struct cli *k, const struct grant_note *n,
                     const struct grant_note *keys_of)
{
    struct seal_key *keys;
    struct findings f = {0};
    enum grant_force force;
    size_t n_keys;

    for (size_t i = 0; i < n->n; i++)
        buf_fmt(&k->out, "%.*s %.*s\n", STR_ARG(n->lines[i].key),
                STR_ARG(n->lines[i].value));
    TRY(grant_note_keys(k->c, keys_of, "hibah", STR(""), &keys, &n_keys));
    TRY(grant_force(k->c, n, keys, n_keys, k->c->now, &f, &force));
    cli_findings(k, &f);
    buf_fmt(&k->out, "%.*s: %s\n", STR_ARG(grant_note_digest(k->c, n)),
            force_name(k->c, force));
    buf_fmt(&k->out,
            say(k->c, "Delapan kata untuk dibacakan lewat telepon: %.*s\n",
                "Eight words to be read over the telephone: %.*s\n"),
            STR_ARG(grant_words(k->c, n->text)));
    buf_fmt(&k->out, "%s\n%.*s",
            say(k->c,
                "Siapa pun dapat memeriksa satu tanda tangan tanpa balai, "
                "dengan kuncinya dalam kunci.vkey:",
                "Anybody can check one signature without balai, with its key "
                "in kunci.vkey:"),
            STR_ARG(grant_note_recipe(k->c, str_of(k->words[0]),
                                      STR("kunci.vkey"))));
    return force == GRANT_IN_FORCE ? E_OK
                                   : fail(k->c, E_REFUSED, "%s",
                                          say(k->c, "Naskah ini tidak berlaku.",
                                              "This note is not in force."));
}

err cli_do_accord_show(struct cli *k)
{
    struct grant_note n;

    TRY(cli_grant_note(k, k->words[0], &n));
    return show_note(k, &n, &n);
}

err cli_do_deed_verify(struct cli *k)
{
    struct grant_note deed, accord;
    struct findings f = {0};
    err e;

    TRY(cli_grant_note(k, k->words[0], &deed));
    TRY(cli_grant_note(k, k->words[1], &accord));
    e = grant_deed_check(k->c, &deed, &accord, &f);
    cli_findings(k, &f);
    TRY(e);
    if (f.errors > 0)
        return fail(k->c, E_TAMPERED, "%s",
                    say(k->c,
                        "Naskah hibah ini tidak bersandar pada "
                        "kesepakatan itu.",
                        "This deed does not rest on that accord."));
    return show_note(k, &deed, &accord);
}

/* ---- drafting ----------------------------------------------------- */

/* A party's file, as `balai party` prints it. */
static err read_party(struct cli *k, const char *path, struct grant_party *p)
{
    struct findings f = {0};
    const struct data *hibah;
    struct data *d;
    str bytes;
    err e;

    TRY(file_read(k->c, path, NOTE_MOST, &bytes));
    e = data_read_json(k->c, str_of(path), bytes, &f, &d);
    cli_findings(k, &f);
    TRY(e);
    hibah = data_get(d, STR("hibah"));
    *p =
        (struct grant_party){.code = data_text(data_get(d, STR("city"))),
                             .name = data_text(data_get(d, STR("name"))),
                             .root = data_text(data_get(d, STR("root"))),
                             .log = data_text(data_get(d, STR("log"))),
                             .witness = data_text(data_get(d, STR("witness")))};
    if (hibah == NULL || hibah->kind != DATA_LIST || hibah->n != 2 ||
        p->code.n == 0 || p->name.n == 0 || p->root.n == 0 ||
        !str_is_i64(data_text(data_get(d, STR("root_version"))),
                    &p->root_version))
        return fail(k->c, E_BAD_INPUT,
                    say(k->c,
                        "%s bukan keterangan pihak. Buatlah dengan: "
                        "balai party",
                        "%s is no party's file. Make one with: balai party"),
                    path);
    p->contact = data_text(data_get(d, STR("contact")));
    p->hibah[0] = data_text(hibah->items[0]);
    p->hibah[1] = data_text(hibah->items[1]);
    return E_OK;
}

static err demanded(struct cli *k, const char *option, str *out)
{
    const char *v = cli_option(k, option);

    *out = str_of(v);
    if (v == NULL || v[0] == 0)
        return fail(k->c, E_BAD_INPUT, say(k->c, "Sebutkan %s.", "Name %s."),
                    option);
    return E_OK;
}

err cli_grant_list(struct cli *k, const char *option, str **out, size_t *n)
{
    str rest = str_of(cli_option(k, option)), one;
    size_t room = 0;

    *out = NULL, *n = 0;
    while (str_next(&rest, ',', &one)) {
        ARENA_GROW(k->c->mem, *out, *n, room);
        (*out)[(*n)++] = str_trim(one);
    }
    return E_OK;
}

err cli_do_accord_draft(struct cli *k)
{
    const char *dir = k->words[0], *text = cli_option(k, "--text");
    struct grant_accord a = {.support_months = 12};
    str note, *scope;

    TRY(demanded(k, "--number", &a.number));
    TRY(demanded(k, "--from", &a.from));
    TRY(demanded(k, "--until", &a.until));
    TRY(cli_grant_list(k, "--scope", &scope, &a.n_scope));
    a.scope = scope;
    if (cli_option(k, "--support") != NULL &&
        !str_is_i64(str_of(cli_option(k, "--support")), &a.support_months))
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "--support memerlukan jumlah bulan.",
                        "--support takes a number of months."));
    TRY(read_party(k, k->words[1], &a.parties[0]));
    TRY(read_party(k, k->words[2], &a.parties[1]));
    if (text != NULL)
        TRY(file_read(k->c, text, NOTE_MOST, &a.prose));
    else
        TRY(grant_accord_prose(k->c, &a, &a.prose));
    TRY(cli_grant_copy(k, &a.copy));
    TRY(grant_accord_draft(k->c, &a, &note));
    TRY(file_make_dir(k->c, dir, 0755));
    TRY(file_write(k->c, file_join(k->c, dir, "accord.note"), note, 0644));
    TRY(file_write(k->c, file_join(k->c, dir, "kesepakatan.md"), a.prose,
                   0644));
    buf_fmt(&k->out, "%s/accord.note\n%s/kesepakatan.md\n", dir, dir);
    return E_OK;
}

/* ---- repositories ------------------------------------------------- */

err cli_do_repo_check(struct cli *k)
{
    struct findings f = {0};
    err e = grant_check(k->c, k->words[0], &f);
    str root;

    cli_findings(k, &f);
    TRY(e);
    TRY(file_read(k->c, file_join(k->c, k->words[0], "metadata/1.root.json"),
                  1 << 20, &root));
    buf_fmt(&k->out,
            say(k->c, "%s utuh.\nAkar: %.*s\nDelapan katanya: %.*s\n",
                "%s is whole.\nRoot: %.*s\nIts eight words: %.*s\n"),
            k->words[0], STR_ARG(seal_show_hash(k->c, seal_sha256(root))),
            STR_ARG(grant_words(k->c, root)));
    return E_OK;
}
