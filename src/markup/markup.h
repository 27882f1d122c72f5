/* SPDX-License-Identifier: EUPL-1.2 */
/* markup: Mustache templates, escaping by default. Floor 3; uses base, data.
 *
 * Only {{name}}, {{#name}}..{{/name}}, {{^name}}..{{/name}}, {{! comment}},
 * {{> partial}} and, where the caller allows raw HTML made by this program,
 * {{{name}}}. Names are dotted paths; {{.}} is the current item. A name that
 * the data lack is empty. Standard: mustache(5) specification 1.4, without
 * lambdas, delimiters and indentation of partials.
 *
 * A section shows once for each item of a list, and once for any other value
 * that is not false: missing, null, JSON's false, an empty text or list. A
 * name is sought from the innermost section outwards by its first part. A part
 * of a name is letters, digits, '_' and '-'. */
#pragma once

#include "base/base.h"
#include "data/data.h"

/* A template, parsed once and used by many threads. */
struct markup;

enum markup_mode {
    MARKUP_HTML, /* {{x}} escaped for HTML, {{{x}}} allowed, partials too */
    MARKUP_TEXT  /* a letter: no escaping, neither {{{x}}} nor partials; what a
                  * value's own lines would mean is the caller's to settle */
};

/* Partials by name; NULL where there is none. */
typedef const struct markup *markup_partials(void *arg, str name);

/* Parse; each fault is a finding with its place (unclosed section, unknown
 * tag, a raw tag in a letter), all in one run, and E_BAD_INPUT. At most 256
 * KiB and 32 nested sections. The template borrows `text` and lives in c->mem.
 */
err markup_parse(struct ctx *c, str file, str text, enum markup_mode mode,
                 struct findings *f, const struct markup **out) MUST_USE;

/* Fill it in. E_TOO_BIG past 4 MiB, 16 nested partials or a million steps (a
 * tag, or a stretch of text, shown once): a hostile template ends too. */
err markup_show(struct ctx *c, const struct markup *m, const struct data *with,
                markup_partials *partials, void *arg, str *out) MUST_USE;

/* The names a template uses, for checking it against an app's fields. */
struct markup_name {
    str name;   /* as written: "pemohon.nama", "." */
    str within; /* the name of the section around it; empty: none */
    struct place at;
    bool section;
};
err markup_names(struct ctx *c, const struct markup *m,
                 struct markup_name **out, size_t *n) MUST_USE;
