/* SPDX-License-Identifier: EUPL-1.2 */
#include "tests/grant/note_help.h"

#include <stdio.h>

const char *const help_hibah[4] = {
    "bandung.example/hibah/1",
    "bandung.example/hibah/2",
    "bangka-selatan.example/hibah/1",
    "bangka-selatan.example/hibah/2",
};

static struct seal_secret *secret_of(struct ctx *c, unsigned char n)
{
    unsigned char seed[32];

    memset(seed, n, sizeof seed);
    return seal_secret_of(c, seed);
}

struct seal_key help_key(struct ctx *c, const char *name, unsigned char n)
{
    struct seal_key k = {.name = str_of(name), .type = SEAL_ED25519};
    const char type = SEAL_ED25519;

    seal_secret_public(secret_of(c, n), k.public);
    k.id = get_u32be(
        seal_sha256_of((str[]){k.name,
                               STR("\n"),
                               {&type, 1},
                               {(const char *)k.public, sizeof k.public}},
                       4)
            .b);
    return k;
}

str help_sign(struct ctx *c, str note, const char *name, unsigned char n)
{
    struct seal_key k = help_key(c, name, n);
    struct grant_note read = help_read_note(c, note);
    struct seal_line *lines = NEWS(c->mem, struct seal_line, read.note.n + 1);

    if (read.note.n > 0)
        memcpy(lines, read.note.lines, read.note.n * sizeof *lines);
    lines[read.note.n++] = (struct seal_line){
        k.name, k.id, seal_secret_sign(c, secret_of(c, n), read.text)};
    read.note.lines = lines;
    return seal_note_show(c, &read.note);
}

void help_hibah_keys(struct ctx *c, struct seal_key out[4])
{
    for (unsigned char i = 0; i < 4; i++)
        out[i] = help_key(c, help_hibah[i], (unsigned char)(i + 1));
}

str help_sign_all(struct ctx *c, str note)
{
    for (unsigned char i = 0; i < 4; i++)
        note = help_sign(c, note, help_hibah[i], (unsigned char)(i + 1));
    return note;
}

static str vkey(struct ctx *c, const char *name, unsigned char n)
{
    struct seal_key k = help_key(c, name, n);

    return seal_vkey_show(c, &k);
}

struct grant_accord help_accord(struct ctx *c)
{
    static const str scope[] = {STR_INIT("sector penanaman-modal")};
    struct grant_accord a = {
        .number = STR("1/KB/II/2026"),
        .from = STR("2026-01-01"),
        .until = STR("2031-01-01"),
        .parties =
            {{.code = STR(BANDUNG),
              .name = STR("Kota Bandung"),
              .root = STR("{\"bandung\":1}"),
              .root_version = 1,
              .hibah = {vkey(c, help_hibah[0], 1), vkey(c, help_hibah[1], 2)},
              .log = vkey(c, "bandung.example/log", 5),
              .witness = vkey(c, "bandung.example/witness", 6)},
             {.code = STR(BANGKA),
              .name = STR("Kabupaten Bangka Selatan"),
              .root = STR("{\"bangka\":1}"),
              .root_version = 1,
              .hibah = {vkey(c, help_hibah[2], 3), vkey(c, help_hibah[3], 4)},
              .log = vkey(c, "bangka-selatan.example/log", 7),
              .witness = vkey(c, "bangka-selatan.example/witness", 8)}},
        .scope = scope,
        .n_scope = 1,
        .support_months = 12,
    };

    c->lang = STR("id");
    CHECK_OK(grant_accord_prose(c, &a, &a.prose));
    return a;
}

struct grant_note help_read_note(struct ctx *c, str bytes)
{
    struct grant_note n = {0};

    CHECK_OK(grant_note_read(c, bytes, &n));
    return n;
}

struct grant_note help_accord_note(struct ctx *c)
{
    struct grant_accord a = help_accord(c);
    str note = STR("");

    CHECK_OK(grant_accord_draft(c, &a, &note));
    return help_read_note(c, help_sign_all(c, note));
}

struct grant_note help_deed_note(struct ctx *c, const struct grant_note *accord,
                                 const char *giver, const char *receiver,
                                 const char *number, const char *version,
                                 str tree)
{
    struct grant_target app = {
        .app = STR(IZIN), .version = str_of(version), .tree = tree};
    struct grant_deed d = {.number = str_of(number),
                           .date = STR("2026-02-10"),
                           .licence = STR("EUPL-1.2"),
                           .accord = accord,
                           .giver = str_of(giver),
                           .receiver = str_of(receiver),
                           .root = STR("{\"bandung\":1}"),
                           .root_version = 1,
                           .apps = &app,
                           .n_apps = 1};
    str note = STR("");

    CHECK_OK(grant_deed_draft(c, &d, &note));
    return help_read_note(c, help_sign_all(c, note));
}

static bool holds(str s, const char *what)
{
    return str_find(s, str_of(what)) < s.n;
}

bool help_says(const struct findings *f, enum severity severity,
               const char *what)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->all[i].severity == severity &&
            (holds(f->all[i].what, what) || holds(f->all[i].key, what)))
            return true;
    return false;
}

void help_print(struct ctx *c, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        fprintf(stderr, "  %.*s\n", STR_ARG(finding_show(c, &f->all[i])));
}
