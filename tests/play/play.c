/* SPDX-License-Identifier: EUPL-1.2 */
/* Plays: scripts that drive the real program. `play BALAI FILE...` runs each
 * in a folder of its own, which stays where the play fails. */
#include "tests/play/play.h"

#include "seal/seal.h"

#include <ftw.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

typedef bool verb(struct play *p, const str *w, size_t n);

bool play_fails(struct play *p, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    p->failure = arena_vfmt(p->c->mem, fmt, ap);
    va_end(ap);
    return false;
}

struct play_city *play_city(struct play *p, str name)
{
    for (size_t i = 0; i < p->n_cities; i++)
        if (str_eq(p->cities[i].name, name))
            return &p->cities[i];
    play_fails(p, "there is no city %.*s", STR_ARG(name));
    return NULL;
}

str play_var(const struct play *p, str name)
{
    for (size_t i = 0; i < p->n_vars; i++)
        if (str_eq(p->vars[i].name, name))
            return p->vars[i].value;
    return (str){NULL, 0};
}

void play_set(struct play *p, str name, str value)
{
    for (size_t i = 0; i < p->n_vars; i++)
        if (str_eq(p->vars[i].name, name)) {
            p->vars[i].value = value;
            return;
        }
    MUST(p->n_vars < COUNT(p->vars));
    p->vars[p->n_vars++] = (struct play_var){name, value};
}

static const char *in_folder(struct play *p, str name)
{
    return arena_fmt(p->c->mem, "%s/%.*s", p->dir, STR_ARG(name)).p;
}

/* ---- cities and commands ------------------------------------------ */

static bool do_play(struct play *p, const str *w, size_t n)
{
    (void)n;
    p->title = w[0];
    return true;
}

static bool command(struct play *p, const char *dir, const str *w, size_t n)
{
    const char *argv[PLAY_MOST_WORDS + 8] = {p->balai, "--lang", "en"};
    size_t at = 3;

    if (dir != NULL) {
        argv[at++] = "-C";
        argv[at++] = dir;
    }
    for (size_t i = 0; i < n && at < COUNT(argv) - 1; i++)
        argv[at++] = w[i].p;
    return play_run(p, argv);
}

bool play_balai(struct play *p, const char *dir, const char *words,
                const char *last)
{
    str rest = str_of(words), word, w[PLAY_MOST_WORDS];
    size_t n = 0;

    while (n + 1 < COUNT(w) && str_next(&rest, ' ', &word))
        w[n++] = arena_str(p->c->mem, word);
    if (last != NULL)
        w[n++] = str_of(last);
    if (!command(p, dir, w, n))
        return false;
    return p->code == 0 ||
           play_fails(p, "%s: exit %d: %.*s", words, p->code, STR_ARG(p->body));
}

static bool do_city(struct play *p, const str *w, size_t n)
{
    struct play_city *k = &p->cities[p->n_cities++];
    struct ctx *c = p->c;
    const char *from;

    MUST(p->n_cities <= COUNT(p->cities));
    *k = (struct play_city){.name = w[0],
                            .dir = str_of(in_folder(p, w[0])),
                            .code = w[1],
                            .domain = w[2]};
    from = arena_fmt(c->mem, "%s/cities/%.*s", p->root, STR_ARG(w[0])).p;
    if (!play_balai(p, k->dir.p,
                    arena_fmt(c->mem,
                              "init --city %.*s --domain %.*s --training",
                              STR_ARG(w[1]), STR_ARG(w[2]))
                        .p,
                    NULL) ||
        !play_balai(p, k->dir.p, "city load", from) ||
        !play_balai(p, k->dir.p, "people import",
                    file_join(c, from, "people.csv")))
        return false;
    for (size_t i = 3; i < n; i++) {
        const char *app =
            arena_fmt(c->mem, "%s/apps/%.*s", p->root, STR_ARG(w[i])).p;

        if (!play_balai(p, k->dir.p, "app install", app))
            return false;
    }
    /* Once more, for the overlays of apps that are there only now. */
    if (!play_balai(p, k->dir.p, "city load", from))
        return false;
    for (size_t i = 3; i < n; i++)
        if (!play_balai(p, k->dir.p, "open", w[i].p))
            return false;
    return true;
}

static bool do_run(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    return k != NULL && command(p, k->dir.p, w + 1, n - 1);
}

static bool do_balai(struct play *p, const str *w, size_t n)
{
    return command(p, NULL, w, n);
}

/* $WHAT_NAME */
static void set_of_city(struct play *p, const char *what, str city, int value)
{
    str name = arena_fmt(p->c->mem, "%s_%.*s", what, STR_ARG(city));
    char *var = NEWS(p->c->mem, char, name.n + 1);

    for (size_t i = 0; i < name.n; i++)
        var[i] = name.p[i] == '-' ? '_' : name.p[i];
    play_set(p, (str){var, name.n}, arena_fmt(p->c->mem, "%d", value));
}

/* Others reach it at $port_NAME. */
static bool do_start(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    if (k == NULL || !play_start(p, k, w + 1, n - 1))
        return false;
    set_of_city(p, "port", w[0], k->port);
    set_of_city(p, "pid", w[0], (int)k->pid);
    return true;
}

static bool do_frail(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    (void)n;
    if (k != NULL)
        k->frail = true;
    return k != NULL;
}

static bool do_ulimit(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    (void)n;
    if (k != NULL)
        k->limits = w[1];
    return k != NULL;
}

static bool do_kills(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);
    int64_t kills, clients;

    (void)n;
    return k != NULL && str_is_i64(w[1], &kills) &&
           str_is_i64(w[2], &clients) &&
           play_kills(p, k, (int)kills, (int)clients);
}

static bool do_stop(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    (void)n;
    return k != NULL && play_stop(p, k, SIGTERM);
}

static bool do_starve(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    (void)n;
    return k != NULL && play_starve(p, k, w[1]);
}

static bool do_kill(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    return k != NULL &&
           (n > 1 ? play_kill_helper(p, k, w[1]) : play_stop(p, k, SIGKILL));
}

static bool do_reload(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    (void)n;
    if (k != NULL && (k->pid == 0 || kill(k->pid, SIGHUP) != 0))
        return play_fails(p, "%.*s does not run", STR_ARG(w[0]));
    return k != NULL;
}

/* ---- browsing ----------------------------------------------------- */

static bool do_as(struct play *p, const str *w, size_t n)
{
    (void)n;
    for (size_t i = 0; i < p->n_browsers; i++)
        if (str_eq(p->browsers[i].who, w[0])) {
            p->browser = &p->browsers[i];
            return true;
        }
    MUST(p->n_browsers < COUNT(p->browsers));
    p->browser = &p->browsers[p->n_browsers++];
    *p->browser = (struct play_browser){.who = w[0]};
    return true;
}

static bool do_get(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    (void)n;
    return k != NULL && play_request(p, k, "GET", w[1], NULL, 0);
}

static bool take_pairs(struct play *p, const str *w, size_t n,
                       struct play_pair *out, size_t *n_out)
{
    for (size_t i = 0; i < n; i++) {
        struct play_pair pair;
        size_t at = 0;

        if (!str_cut(w[i], '=', &pair.name, &pair.value))
            return play_fails(p, "%.*s is not FIELD=VALUE", STR_ARG(w[i]));
        while (at < *n_out && !str_eq(out[at].name, pair.name))
            at++;
        if (at == *n_out)
            ++*n_out;
        out[at] = pair;
    }
    return true;
}

static bool do_post(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);
    struct play_pair form[PLAY_MOST_WORDS];
    size_t n_form = 0;

    return k != NULL && take_pairs(p, w + 2, n - 2, form, &n_form) &&
           play_request(p, k, "POST", w[1], form, n_form);
}

static bool do_fill(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);
    struct play_pair form[3 * PLAY_MOST_WORDS];
    size_t n_form = 0, from = 1;
    str action, which = STR("1");

    if (k == NULL)
        return false;
    if (n > 1 && str_starts(w[1], STR("form=")))
        which = str_slice(w[1], 5, w[1].n), from = 2;
    return play_form(p, which, &action, form, &n_form, 2 * PLAY_MOST_WORDS) &&
           take_pairs(p, w + from, n - from, form, &n_form) &&
           play_request(p, k, "POST", action, form, n_form);
}

static bool do_until(struct play *p, const str *w, size_t n)
{
    int64_t deadline = time_monotonic() + PLAY_DEADLINE;

    do {
        if (!do_get(p, w, n))
            return false;
        if (str_find(p->body, w[2]) < p->body.n)
            return true;
    } while (time_monotonic() < deadline);
    return play_fails(p, "%.*s never held \"%.*s\"", STR_ARG(w[1]),
                      STR_ARG(w[2]));
}

static bool do_await(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);
    int64_t deadline = time_monotonic() + PLAY_DEADLINE;

    do {
        if (k == NULL || !command(p, k->dir.p, w + 2, n - 2))
            return false;
        if (str_find(p->body, w[1]) < p->body.n)
            return true;
    } while (time_monotonic() < deadline);
    return play_fails(p, "%.*s never said \"%.*s\"", STR_ARG(w[2]),
                      STR_ARG(w[1]));
}

static bool do_flood(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);
    int64_t many;

    (void)n;
    return k != NULL && str_is_i64(w[2], &many) &&
           play_flood(p, k, w[1], (int)many, w[3]);
}

/* ---- officers ----------------------------------------------------- */

static int base32_value(char ch)
{
    return ch >= 'A' && ch <= 'Z'   ? ch - 'A'
           : ch >= '2' && ch <= '7' ? ch - '2' + 26
                                    : -1;
}

static bool seed_of(str text, unsigned char seed[SEAL_TOTP_SEED])
{
    uint32_t bits = 0;
    size_t n = 0;
    int have = 0;

    for (size_t i = 0; i < text.n && n < SEAL_TOTP_SEED; i++) {
        int v = base32_value(text.p[i]);

        if (v < 0)
            continue;
        bits = bits << 5 | (uint32_t)v;
        have += 5;
        if (have >= 8)
            seed[n++] = (unsigned char)(bits >> (have -= 8));
    }
    return n == SEAL_TOTP_SEED;
}

static bool do_totp(struct play *p, const str *w, size_t n)
{
    unsigned char seed[SEAL_TOTP_SEED];
    int64_t ahead = 0;

    if (!seed_of(w[1], seed))
        return play_fails(p, "%.*s is no seed", STR_ARG(w[1]));
    if (n > 2 && !str_is_i64(w[2], &ahead))
        return play_fails(p, "%.*s are no seconds", STR_ARG(w[2]));
    play_set(
        p, w[0],
        arena_fmt(p->c->mem, "%06u",
                  seal_totp(seed, (time_system() / TIME_SECOND + ahead) / 30)));
    return true;
}

bool play_between(const struct play *p, const char *before, const char *after,
                  str *out)
{
    size_t at = str_find(p->body, str_of(before));
    str rest;

    if (at == p->body.n)
        return false;
    rest = str_slice(p->body, at + strlen(before), p->body.n);
    *out = str_slice(rest, 0, str_find(rest, str_of(after)));
    return true;
}

/* A link, a password and a code: afterwards this browser is signed in. */
static bool do_enter(struct play *p, const str *w, size_t n)
{
    const str link[] = {w[0], STR("people"), STR("link"), w[2]};
    str fields[] = {w[0], STR("password=gerbang tua di tepi sungai"),
                    STR("password_again=gerbang tua di tepi sungai"), STR("")};
    str token, seed;

    (void)n;
    if (!do_run(p, link, COUNT(link)) || p->code != 0 ||
        !play_between(p, "/masuk/tautan/", "\n", &token))
        return play_fails(p, "no link for %.*s: %.*s", STR_ARG(w[2]),
                          STR_ARG(p->body));
    token = arena_fmt(p->c->mem, "/masuk/tautan/%.*s", STR_ARG(token));
    do_as(p, &w[1], 1);
    if (!do_get(p, (str[]){w[0], token}, 2) ||
        !play_between(p, "<code>", "</code>", &seed))
        return play_fails(p, "no seed on %.*s (%d)", STR_ARG(token), p->status);
    if (!do_totp(p, (str[]){STR("code"), seed}, 2))
        return false;
    fields[3] =
        arena_fmt(p->c->mem, "code=%.*s", STR_ARG(play_var(p, STR("code"))));
    if (!do_fill(p, fields, COUNT(fields)))
        return false;
    return p->status == 200 ||
           play_fails(p, "%.*s cannot sign in (%d)", STR_ARG(w[2]), p->status);
}

/* ---- looking ------------------------------------------------------ */

static bool expect_number(struct play *p, const char *what, int got, str want)
{
    int64_t v;

    if (!str_is_i64(want, &v))
        return play_fails(p, "%.*s is no number", STR_ARG(want));
    return got == v || play_fails(p, "%s is %d, not %" PRId64, what, got, v);
}

static bool do_measure(struct play *p, const str *w, size_t n)
{
    (void)w, (void)n;
    p->began = time_monotonic();
    return true;
}

/* Says how long it took: the bound is for the slowest machine. */
static bool expect_within(struct play *p, str want)
{
    int64_t took = time_monotonic() - p->began, most;

    printf("       %.*s: %" PRId64 " ms\n", STR_ARG(p->title), took / 1000);
    return (str_is_i64(want, &most) && took <= most * TIME_SECOND) ||
           play_fails(p, "it took %" PRId64 " ms", took / 1000);
}

static bool expect_text(struct play *p, const char *where, str in, str want)
{
    return str_find(in, want) < in.n ||
           play_fails(p, "\"%.*s\" is not in the %s", STR_ARG(want), where);
}

static bool do_expect(struct play *p, const str *w, size_t n)
{
    (void)n;
    if (str_eq(w[0], STR("status")))
        return expect_number(p, "the status", p->status, w[1]);
    if (str_eq(w[0], STR("within")))
        return expect_within(p, w[1]);
    if (str_eq(w[0], STR("exit")))
        return expect_number(p, "the exit code", p->code, w[1]);
    /* 1: it does not hold; 2: it cannot even be read. */
    if (str_eq(w[0], STR("refused")))
        return p->code == 1 || p->code == 2 ||
               play_fails(p, "it was not refused (exit %d)", p->code);
    if (str_eq(w[0], STR("body")) || str_eq(w[0], STR("out")))
        return expect_text(p, "answer", p->body, w[1]);
    if (str_eq(w[0], STR("header")))
        return expect_text(p, "headers", p->headers, w[1]);
    if (str_eq(w[0], STR("path")))
        return expect_text(p, "path", p->path, w[1]);
    if (str_eq(w[0], STR("no")))
        return str_find(p->body, w[1]) == p->body.n ||
               play_fails(p, "\"%.*s\" is in the answer", STR_ARG(w[1]));
    return play_fails(p, "what is \"%.*s\"?", STR_ARG(w[0]));
}

static bool do_keep(struct play *p, const str *w, size_t n)
{
    str value;

    (void)n;
    if (!play_between(p, w[1].p, w[2].p, &value))
        return play_fails(p, "\"%.*s\" is not in the answer", STR_ARG(w[1]));
    play_set(p, w[0], arena_str(p->c->mem, value));
    return true;
}

/* ---- files -------------------------------------------------------- */

/* "apps/kominfo/x/app.yaml" needs its folders. */
static void make_folders(struct play *p, str name)
{
    for (size_t i = 1; i < name.n; i++)
        if (name.p[i] == '/')
            mkdir(in_folder(p, str_slice(name, 0, i)), 0700);
}

static bool do_write(struct play *p, const str *w, size_t n)
{
    (void)n;
    make_folders(p, w[0]);
    return file_write(p->c, in_folder(p, w[0]),
                      str_eq(w[1], STR("answer")) ? p->body : w[1],
                      0600) == E_OK ||
           play_fails(p, "%.*s", STR_ARG(p->c->why));
}

static bool do_tamper(struct play *p, const str *w, size_t n)
{
    const char *path = in_folder(p, w[0]);
    int64_t at;
    str bytes;
    char *copy;

    (void)n;
    if (file_read(p->c, path, 64 << 20, &bytes) != E_OK ||
        !str_is_i64(w[2], &at) || at < 0 || (size_t)at >= bytes.n)
        return play_fails(p, "there is no byte %.*s in %s", STR_ARG(w[2]),
                          path);
    copy = NEWS(p->c->mem, char, bytes.n);
    memcpy(copy, bytes.p, bytes.n);
    copy[at] = (char)(copy[at] ^ 1);
    return file_write(p->c, path, (str){copy, bytes.n}, 0600) == E_OK;
}

static bool do_copy(struct play *p, const str *w, size_t n)
{
    str bytes;

    (void)n;
    return (file_read(p->c, in_folder(p, w[0]), 64 << 20, &bytes) == E_OK &&
            file_write(p->c, in_folder(p, w[1]), bytes, 0600) == E_OK) ||
           play_fails(p, "%.*s", STR_ARG(p->c->why));
}

static bool do_sql(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);
    sqlite3 *db;
    char *why = NULL;
    bool ok;

    (void)n;
    if (k == NULL)
        return false;
    ok =
        sqlite3_open(file_join(p->c, k->dir.p, "balai.db"), &db) == SQLITE_OK &&
        sqlite3_exec(db, w[1].p, NULL, NULL, &why) == SQLITE_OK &&
        sqlite3_changes(db) > 0;
    if (!ok)
        play_fails(p, "the statement changed nothing: %s",
                   why == NULL ? "" : why);
    sqlite3_free(why);
    sqlite3_close(db);
    return ok;
}

/* The last answer stays what the next `expect` looks at. */
static bool do_unchanged(struct play *p, const str *w, size_t n)
{
    const str digest[] = {w[0], STR("db"), STR("digest")};
    str var = arena_fmt(p->c->mem, "unchanged %.*s", STR_ARG(w[0])), was,
        body = p->body;
    int code = p->code;

    (void)n;
    if (!do_run(p, digest, COUNT(digest)) || p->code != 0)
        return play_fails(p, "no digest: %.*s", STR_ARG(p->body));
    was = play_var(p, var);
    if (was.p != NULL && !str_eq(was, p->body))
        return play_fails(p, "the tables of %.*s have changed", STR_ARG(w[0]));
    play_set(p, var, p->body);
    p->body = body;
    p->code = code;
    return true;
}

static int one_row(void *arg, int n, char **values, char **names)
{
    struct buf *b = arg;

    (void)names;
    for (int i = 0; i < n; i++)
        buf_fmt(b, "%s%s", i == 0 ? "" : "|",
                values[i] == NULL ? "" : values[i]);
    buf_char(b, '\n');
    return b->over;
}

static bool do_rows(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);
    struct buf b = buf_new(p->c, 1 << 20);
    sqlite3 *db;
    bool ok;

    (void)n;
    if (k == NULL)
        return false;
    ok =
        sqlite3_open(file_join(p->c, k->dir.p, "balai.db"), &db) == SQLITE_OK &&
        sqlite3_exec(db, w[1].p, one_row, &b, NULL) == SQLITE_OK;
    if (!ok)
        play_fails(p, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    p->body = buf_str(&b);
    return ok;
}

/* As a passer-by with a telephone: print the PDF, read its QR code. */
static bool do_scan(struct play *p, const str *w, size_t n)
{
    static const char words[] =
        "pdftoppm -r 150 -png letter.pdf page && "
        "zbarimg -q --raw page*.png 2>/dev/null | grep -m 1 ^http";
    str scheme, rest, host, path, line;

    (void)n;
    if (file_write(p->c, in_folder(p, STR("letter.pdf")), p->body, 0600) !=
        E_OK)
        return play_fails(p, "%.*s", STR_ARG(p->c->why));
    if (!play_shell(p, words))
        return false;
    str_cut(p->body, '\n', &line, &rest);
    if (p->code != 0 || !str_starts(line, STR("http")))
        return play_fails(p, "no QR code with an address was found");
    str_cut(line, ':', &scheme, &rest);
    str_cut(str_slice(rest, 2, rest.n), '/', &host, &path);
    play_set(p, w[0], arena_fmt(p->c->mem, "/%.*s", STR_ARG(path)));
    return true;
}

static bool do_shell(struct play *p, const str *w, size_t n)
{
    (void)n;
    return play_shell(p, w[0].p);
}

/* ---- two cities --------------------------------------------------- */

static bool do_ceremony(struct play *p, const str *w, size_t n)
{
    struct play_city *k = play_city(p, w[0]);

    (void)n;
    return k != NULL && play_ceremony(p, k);
}

static bool do_accord(struct play *p, const str *w, size_t n)
{
    const struct play_city *a = play_city(p, w[0]);
    const struct play_city *b = a == NULL ? NULL : play_city(p, w[1]);

    (void)n;
    return b != NULL && play_accord(p, a, b);
}

static bool do_deed(struct play *p, const str *w, size_t n)
{
    const struct play_city *a = play_city(p, w[1]);
    const struct play_city *b = a == NULL ? NULL : play_city(p, w[2]);

    (void)n;
    return b != NULL && play_deed(p, w[0], a, b, w[3]);
}

static bool do_publish(struct play *p, const str *w, size_t n)
{
    const struct play_city *k = play_city(p, w[0]);

    return k != NULL && play_publish(p, k, n > 1 ? w[1] : STR(""));
}

/* ---- the language ------------------------------------------------- */

static const struct {
    const char *word;
    size_t least, most;
    verb *run;
    const char *help;
} verbs[] = {
#define VERB(word, least, most, help) {#word, least, most, do_##word, help},
#include "tests/play/verb.def"
#undef VERB
};

/* Every $name in a word. */
static str expand(struct play *p, str word)
{
    struct buf b = buf_new(p->c, 1 << 20);

    for (size_t i = 0; i < word.n;) {
        size_t end = i + 1;
        str value;

        if (word.p[i] != '$') {
            buf_char(&b, word.p[i++]);
            continue;
        }
        while (end < word.n &&
               strchr("abcdefghijklmnopqrstuvwxyz_0123456789", word.p[end]))
            end++;
        value = play_var(p, str_slice(word, i + 1, end));
        buf_raw(&b, value.p != NULL ? value : str_slice(word, i, end));
        i = end;
    }
    return buf_str(&b);
}

static bool split(struct play *p, str line, str *words, size_t *n)
{
    size_t i = 0;

    for (*n = 0; i < line.n;) {
        struct buf b = buf_new(p->c, 1 << 20);
        bool quoted = false;

        while (i < line.n && line.p[i] == ' ')
            i++;
        if (i == line.n || line.p[i] == '#')
            break;
        for (; i < line.n && (quoted || line.p[i] != ' '); i++) {
            if (line.p[i] == '"')
                quoted = !quoted;
            else if (line.p[i] == '\\' && i + 1 < line.n)
                buf_char(&b, line.p[++i] == 'n' ? '\n' : line.p[i]);
            else
                buf_char(&b, line.p[i]);
        }
        if (quoted || *n == PLAY_MOST_WORDS)
            return play_fails(p, "a quote is not closed, or too many words");
        words[(*n)++] = expand(p, buf_str(&b));
    }
    return true;
}

static bool play_line(struct play *p, str line)
{
    str words[PLAY_MOST_WORDS];
    size_t n;

    if (!split(p, str_trim(line), words, &n))
        return false;
    if (n == 0)
        return true;
    for (size_t i = 0; i < COUNT(verbs); i++) {
        if (!str_eq(words[0], str_of(verbs[i].word)))
            continue;
        if (n - 1 < verbs[i].least || n - 1 > verbs[i].most)
            return play_fails(p, "%s", verbs[i].help);
        return verbs[i].run(p, words + 1, n - 1);
    }
    return play_fails(p, "there is no verb \"%.*s\"", STR_ARG(words[0]));
}

static int remove_one(const char *path, const struct stat *st, int kind,
                      struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static bool play_file(struct play *p)
{
    str rest, line;

    if (file_read(p->c, p->file, 1 << 20, &rest) != E_OK)
        return play_fails(p, "%.*s", STR_ARG(p->c->why));
    while (rest.n > 0) {
        p->line++;
        str_cut(rest, '\n', &line, &rest);
        if (!play_line(p, line))
            return false;
    }
    return true;
}

static void say_failure(const struct play *p)
{
    int shown = p->body.n > 3000 ? 3000 : (int)p->body.n;

    printf("FAILED %s:%d: %.*s\n  folder: %s\n", p->file, p->line,
           STR_ARG(p->failure), p->dir);
    if (p->request.n > 0)
        printf("  request: %.*s\n",
               p->request.n > 1000 ? 1000 : (int)p->request.n, p->request.p);
    printf("  answer (%d, exit %d): %.*s\n", p->status, p->code, shown,
           p->body.p);
}

static bool run_play(const char *balai, const char *root, const char *file)
{
    struct ctx c = {.mem = arena_new((size_t)2 << 30),
                    .lang = STR("en"),
                    .dice = seal_dice(),
                    .now = time_system()};
    struct play p = {.c = &c, .balai = balai, .root = root, .file = file};
    const char *tmp = getenv("TMPDIR");
    str path = arena_fmt(c.mem, "%s/balai-play-XXXXXX", tmp ? tmp : "/tmp");
    char *dir = NEWS(c.mem, char, path.n + 1);
    bool ok;

    memcpy(dir, path.p, path.n);
    MUST(mkdtemp(dir) != NULL);
    p.dir = dir;
    play_set(&p, STR("dir"), str_of(dir));
    play_set(&p, STR("root"), str_of(root));
    do_as(&p, (str[]){STR("somebody")}, 1);
    ok = play_file(&p);
    for (size_t i = 0; i < p.n_cities; i++)
        if (p.cities[i].pid != 0 && !play_stop(&p, &p.cities[i], SIGTERM))
            ok = false;
    if (ok)
        nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    else
        say_failure(&p);
    printf("%s %.*s\n", ok ? "ok    " : "FAILED", STR_ARG(p.title));
    arena_free(c.mem);
    return ok;
}

static int under_unit(const char *without, char **argv)
{
    struct ctx c = {.mem = arena_new((size_t)16 << 20)};
    int rc = play_under_unit(&c, without, argv);

    arena_free(c.mem);
    return rc;
}

static int help(void)
{
    printf("play BALAI ROOT FILE...\n\n");
    for (size_t i = 0; i < COUNT(verbs); i++)
        printf("  %-8s %s\n", verbs[i].word, verbs[i].help);
    return 0;
}

int main(int argc, char **argv)
{
    size_t passed = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 4 && strcmp(argv[1], PLAY_UNDER) == 0)
        return under_unit(argv[2], argv + 3);
    if (argc < 4)
        return help();
    for (int i = 3; i < argc; i++)
        *(run_play(argv[1], argv[2], argv[i]) ? &passed : &failed) += 1;
    printf("%zu passed, %zu failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
