/* SPDX-License-Identifier: EUPL-1.2 */
/* What the tests of this room share. */
#pragma once

#include "app/app.h"
#include "tests/test.h"

/* The context speaks Indonesian from here on. The app in a folder below apps/,
 * built with an overlay (or NULL); NULL, with
 * its findings printed, where it does not build. */
const struct app *help_app(struct ctx *c, const char *dir,
                           const struct app_overlay *o);
struct app_package *help_package(struct ctx *c, const char *dir);
/* penanaman-modal/izin-reklame with another version, and more lines below. */
struct app_package *help_version(struct ctx *c, const char *version,
                                 const char *more);
/* A small city of its own: 32.73 without an office. */
const struct city *help_city(struct ctx *c);
struct app_setting help_setting(struct ctx *c);

/* Findings as lines, "file:line:col: error: key: ..." without the folder. */
str help_findings(struct ctx *c, const struct findings *f);
/* The sentence of the first finding of this key; empty where there is none. */
str help_what(const struct findings *f, const char *key);

/* Pairs from "name=value" texts, and reading them into a form. */
err help_read(struct ctx *c, const struct app *a, const struct app_form *person,
              const char *const *pairs, size_t n, struct app_form *form,
              struct findings *f);
#define READ(c, a, person, form, f, ...)                                       \
    help_read((c), (a), (person), (const char *const[]){__VA_ARGS__},          \
              COUNT(((const char *const[]){__VA_ARGS__})), (form), (f))

/* A package from texts; the scenario is a small one that fits any app whose
 * flow starts in `submitted`. */
err help_written(struct ctx *c, const char *app, const char *base,
                 const char *more, const char *more_bytes, struct findings *f,
                 struct app_package **out);
/* An app of these texts, built into *out (NULL is allowed); its findings as
 * lines, "key: sentence", in Indonesian. */
str help_faults(struct ctx *c, const char *app, const char *base,
                const struct app **out);
/* What is written behind `head`, and the findings that it must bring. */
struct help_fault {
    const char *rest, *want;
};
void help_refusals(struct ctx *c, const char *head, const char *base,
                   const struct help_fault *rows, size_t n);
/* Read one input; its canonical value, or the sentence that refuses it. */
str help_typed(struct ctx *c, const struct app *a, const char *name,
               const char *value);
