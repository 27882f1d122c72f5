/* SPDX-License-Identifier: EUPL-1.2 */
/* What the files of this room share. */
#pragma once

#include "cli/cli.h"
#include "grant/grant.h"
#include "insight/insight.h"
#include "node/node.h"
#include "notice/notice.h"

#define CLI_OUT_MOST ((size_t)16 << 20)

/* One run of one command. */
struct cli {
    struct ctx *c;
    struct node *node; /* of a CITY command */
    const char *dir;   /* -C DIR, or BALAI_DIR */
    struct buf out, err;
    bool said;            /* why it failed stands in `err` already */
    const char *words[8]; /* the arguments */
    size_t n;
    struct cli_option {
        const char *name; /* "--city" */
        const char *value;
    } options[8];
    size_t n_options;
};

/* The value of an option; NULL where it was not given. A flag's is "". */
const char *cli_option(const struct cli *k, const char *name);

/* Print findings, errors first; the number of errors. */
size_t cli_findings(struct cli *k, const struct findings *f);

/* All appliers of the house, in order. */
const struct ledger_applier *cli_appliers(struct ctx *c, size_t *n);
struct node_options cli_node_options(struct cli *k);

/* The archetypes' folder: --base, or apps/base beside the app, or where they
 * were installed. */
err cli_base(struct cli *k, const char *app_dir, const char **out) MUST_USE;

/* The items of an option "a,b,c". */
err cli_grant_list(struct cli *k, const char *option, str **out,
                   size_t *n) MUST_USE;
/* An offline key, with line `at` of --passphrases FILE. */
err cli_grant_key(struct cli *k, const char *dir, enum grant_role role,
                  size_t at, struct grant_key **out) MUST_USE;
/* One a line of --passphrases FILE: `n` of them, the last for all that lack
 * one. A passphrase never stands in the words of a command. */
err cli_passphrases(struct cli *k, str *out, size_t n) MUST_USE;
/* One passphrase: the first line of --passphrases FILE, else asked for. */
err cli_passphrase(struct cli *k, bool fresh, str *out) MUST_USE;
err cli_grant_note(struct cli *k, const char *path,
                   struct grant_note *out) MUST_USE;
/* The papers that a note names: a PDF, a working agreement. */
err cli_grant_copy(struct cli *k, str *copy) MUST_USE;
err cli_deed_papers(struct cli *k, struct grant_deed *d) MUST_USE;
/* Log a note as far as its signatures bear it out, and say how far that is.
 * *holds: all that it waits for have signed. */
err cli_keep_note(struct cli *k, const struct grant_note *note,
                  bool *holds) MUST_USE;
/* Print where an app came from, as its package says. */
void cli_lineage(struct cli *k, const struct app_package *p);

/* The folder of this city's own repository. */
const char *cli_repo(struct cli *k);

/* Of --policy FILE, or --key KEY. */
err cli_policy(struct cli *k, struct seal_policy **out) MUST_USE;

/* Run a CITY command, in the running node or here, with `last` as its only
 * argument or NULL. */
err cli_on_city(struct cli *k, const char *words, const char *last) MUST_USE;

/* Two administrators who do together what nobody does alone: --by LOGIN, --with
 * LOGIN and --codes CODE,CODE, the six digits of each one's telephone. Are they
 * who they say, and two? Sets their pseudonyms. */
struct cli_person {
    str login, code, pseudonym;
};
err cli_two_named(struct cli *k, struct cli_person two[2]) MUST_USE;
err cli_two_are(struct ctx *c, struct conn *tx,
                struct cli_person two[2]) MUST_USE;

/* E_BUSY until an officer has confirmed today's date: nothing goes by it. */
err cli_trust_time(struct cli *k, const struct record_world *w) MUST_USE;

/* Move a training city's clock, on purpose: that parks nothing. */
err cli_move_clock(struct cli *k, const struct record_world *w,
                   int64_t instant) MUST_USE;

/* The version of this program. */
extern const char cli_version_text[];

#define COMMAND(words, where, name, args, options, id, en)                     \
    err cli_do_##name(struct cli *k) MUST_USE;
#include "cli/command.def"
#undef COMMAND
