/* SPDX-License-Identifier: EUPL-1.2 */
/* Accord and deed as paper: printed from the note, and named by it. */
#include "cli/cli_priv.h"
#include "grant/grant.h"

#define PDF_MOST   ((size_t)32 << 20)
#define PROSE_MOST ((size_t)1 << 20)

/* ---- papers that a note names ------------------------------------- */

static err read_if_named(struct cli *k, const char *option, str *out)
{
    const char *path = cli_option(k, option);

    return path == NULL ? E_OK : file_read(k->c, path, PDF_MOST, out);
}

err cli_grant_copy(struct cli *k, str *copy)
{
    return read_if_named(k, "--copy", copy);
}

/* --pks NUMBER,DATE --pks-file FILE: the scan or PDF of the agreement. */
err cli_deed_papers(struct cli *k, struct grant_deed *d)
{
    str *words;
    size_t n;

    TRY(cli_grant_copy(k, &d->copy));
    TRY(cli_grant_list(k, "--pks", &words, &n));
    TRY(read_if_named(k, "--pks-file", &d->pks));
    if ((n != 0 && n != 2) || (n == 2) != (d->pks.n > 0))
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c,
                        "Perjanjian kerja sama disebut dengan --pks "
                        "NOMOR,TANGGAL dan --pks-file FILE.",
                        "A working agreement is named with --pks NUMBER,DATE "
                        "and --pks-file FILE."));
    if (n == 2) {
        d->pks_number = words[0];
        d->pks_date = words[1];
    }
    return E_OK;
}

/* ---- printing ----------------------------------------------------- */

static err print(struct cli *k, const struct grant_paper *p)
{
    const char *to = cli_option(k, "--to");
    str pdf;

    if (to == NULL || to[0] == 0)
        return fail(
            k->c, E_BAD_INPUT, "%s",
            say(k->c, "Sebutkan --to BERKAS.pdf.", "Name --to FILE.pdf."));
    TRY(grant_paper(k->c, p, &pdf));
    TRY(file_write(k->c, to, pdf, 0644));
    buf_fmt(&k->out, "%s\n", to);
    return E_OK;
}

err cli_do_accord_paper(struct cli *k)
{
    const char *text = cli_option(k, "--text");
    struct grant_note accord;
    struct grant_paper p = {.note = &accord};

    TRY(cli_grant_note(k, k->words[0], &accord));
    if (text != NULL)
        TRY(file_read(k->c, text, PROSE_MOST, &p.prose));
    return print(k, &p);
}

static err print_deed(struct cli *k, bool minutes)
{
    struct grant_note deed, accord;
    struct grant_paper p = {.note = &deed,
                            .accord = &accord,
                            .minutes = minutes,
                            .date = str_of(cli_option(k, "--date"))};

    TRY(cli_grant_note(k, k->words[0], &deed));
    TRY(cli_grant_note(k, k->words[1], &accord));
    return print(k, &p);
}

err cli_do_deed_paper(struct cli *k)
{
    return print_deed(k, false);
}

err cli_do_deed_minutes(struct cli *k)
{
    return print_deed(k, true);
}
