/* SPDX-License-Identifier: EUPL-1.2 */
/* From words to a command, here or in the node that has the city. */
#include "cli/cli_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CLI_ARENA ((size_t)4 << 30)
#define INSTALLED "/var/lib/balai" /* the city of a machine that has one */

const char cli_version_text[] = "0.1.0";

enum where { PLAIN, FOLDER, CITY };

static const struct command {
    const char *words;
    enum where where;
    err (*run)(struct cli *k);
    const char *args, *options, *id, *en;
} commands[] = {
#define COMMAND(words, where, name, args, options, id, en)                     \
    {words, where, cli_do_##name, args, options, id, en},
#include "cli/command.def"
#undef COMMAND
};

/* ---- composing ---------------------------------------------------- */

const struct ledger_applier *cli_appliers(struct ctx *c, size_t *n)
{
    const struct ledger_room rooms[] = {{city_appliers, city_appliers_n},
                                        {app_appliers, app_appliers_n},
                                        {grant_appliers, grant_appliers_n},
                                        {notice_appliers, notice_appliers_n},
                                        {record_appliers, record_appliers_n},
                                        {insight_appliers, insight_appliers_n}};

    return ledger_join(c, rooms, COUNT(rooms), n);
}

struct node_options cli_node_options(struct cli *k)
{
    struct node_options o = {.dir = k->dir};

    o.appliers = cli_appliers(k->c, &o.n);
    return o;
}

/* ---- words -------------------------------------------------------- */

const char *cli_option(const struct cli *k, const char *name)
{
    for (size_t i = 0; i < k->n_options; i++)
        if (strcmp(k->options[i].name, name) == 0)
            return k->options[i].value;
    return NULL;
}

/* How many of the command line's words are this command's name; 0: not it. */
static size_t name_fits(const struct command *m, size_t n,
                        const char *const *words)
{
    str rest = str_of(m->words), word;
    size_t at = 0;

    while (str_next(&rest, ' ', &word)) {
        if (at >= n || !str_eq(str_of(words[at]), word))
            return 0;
        at++;
    }
    return at;
}

static bool is_path(str kind)
{
    static const str all[] = {STR_INIT("DIR"), STR_INIT("FILE"),
                              STR_INIT("CSV"), STR_INIT("[FILE]"),
                              STR_INIT("[DIR]")};

    return str_among(kind, all, COUNT(all)) >= 0;
}

/* A source is a URL or a path. */
static bool is_source(str kind, const char *word)
{
    return str_eq(kind, STR("SOURCE")) && strstr(word, "://") == NULL;
}

/* A path that still means the same in the node's working folder. */
static const char *absolute(struct ctx *c, const char *path)
{
    char cwd[4096];

    if (path[0] == '/' || getcwd(cwd, sizeof cwd) == NULL)
        return path;
    return file_join(c, cwd, path);
}

static err wrong(struct cli *k, const struct command *m, const char *fmt, ...)
    PRINTF(3, 4);
static err wrong(struct cli *k, const struct command *m, const char *fmt, ...)
{
    va_list ap;
    str what;

    va_start(ap, fmt);
    what = arena_vfmt(k->c->mem, fmt, ap);
    va_end(ap);
    return fail(
        k->c, E_BAD_INPUT,
        say(k->c, "%.*s Lihat: balai %s --help", "%.*s See: balai %s --help"),
        STR_ARG(what), m->words);
}

/* "--city=" in the row takes a value, "--training" none. */
static err take_option(struct cli *k, const struct command *m, const char *word,
                       const char *next, bool *took_next)
{
    str rest = str_of(m->options), spec, name, value;
    bool joined = str_cut(str_of(word), '=', &name, &value);
    bool takes = false, known = false;

    while (str_next(&rest, ' ', &spec)) {
        takes = str_ends(spec, STR("="));
        known = str_eq(name, takes ? str_slice(spec, 0, spec.n - 1) : spec);
        if (known)
            break;
    }
    *took_next = false;
    if (!known)
        return wrong(
            k, m,
            say(k->c, "Pilihan %s tidak dikenal.", "There is no option %s."),
            word);
    if (takes && !joined && next == NULL)
        return wrong(k, m,
                     say(k->c, "Pilihan %s memerlukan nilai.",
                         "The option %s takes a value."),
                     word);
    if (k->n_options == COUNT(k->options))
        return wrong(k, m, "%s",
                     say(k->c, "Terlalu banyak pilihan.", "Too many options."));
    *took_next = takes && !joined;
    k->options[k->n_options++] = (struct cli_option){
        arena_str(k->c->mem, name).p, *took_next ? next
                                      : joined   ? arena_str(k->c->mem, value).p
                                                 : ""};
    return E_OK;
}

static bool option_is_path(const char *name)
{
    static const str all[] = {
        STR_INIT("--base"),   STR_INIT("--policy"),  STR_INIT("--overlay"),
        STR_INIT("--accord"), STR_INIT("--deed"),    STR_INIT("--passphrases"),
        STR_INIT("--text"),   STR_INIT("--to"),      STR_INIT("--of"),
        STR_INIT("--copy"),   STR_INIT("--pks-file")};

    return str_among(str_of(name), all, COUNT(all)) >= 0;
}

/* "DIR,DIR" with each path made absolute. */
static const char *absolute_list(struct ctx *c, const char *list)
{
    struct buf b = buf_new(c, 1 << 16);
    str rest = str_of(list), one;

    while (str_next(&rest, ',', &one))
        buf_fmt(&b, "%s%s", b.n > 0 ? "," : "",
                absolute(c, arena_str(c->mem, one).p));
    return buf_str(&b).p;
}

static const char *meant_here(struct ctx *c, const struct cli_option *o)
{
    static const str lists[] = {STR_INIT("--targets"), STR_INIT("--roots"),
                                STR_INIT("--also")};

    if (option_is_path(o->name))
        return absolute(c, o->value);
    return str_among(str_of(o->name), lists, COUNT(lists)) >= 0
               ? absolute_list(c, o->value)
               : o->value;
}

static err check_words(struct cli *k, const struct command *m)
{
    str rest = str_of(m->args), kind;
    size_t at = 0;

    for (; str_next(&rest, ' ', &kind); at++) {
        if (at >= k->n && kind.p[0] != '[')
            return wrong(k, m,
                         say(k->c, "%.*s belum disebut.", "%.*s is missing."),
                         STR_ARG(kind));
        if (at < k->n && (is_path(kind) || is_source(kind, k->words[at])))
            k->words[at] = absolute(k->c, k->words[at]);
    }
    if (k->n > at)
        return wrong(k, m,
                     say(k->c, "Kata %s berlebih.", "%s is one too many."),
                     k->words[at]);
    for (size_t i = 0; i < k->n_options; i++)
        k->options[i].value = meant_here(k->c, &k->options[i]);
    return E_OK;
}

static err read_words(struct cli *k, const struct command *m, size_t n,
                      const char *const *words)
{
    for (size_t i = 0; i < n; i++) {
        bool took = false;

        if (words[i][0] == '-' && words[i][1] != 0) {
            TRY(take_option(k, m, words[i], i + 1 < n ? words[i + 1] : NULL,
                            &took));
            i += took;
        } else if (k->n < COUNT(k->words)) {
            k->words[k->n++] = words[i];
        }
    }
    return check_words(k, m);
}

/* ---- help --------------------------------------------------------- */

static void help_all(struct cli *k)
{
    buf_lit(
        &k->out,
        say(k->c,
            "balai: layanan digital satu kota, yang dapat dihibahkan ke "
            "kota lain.\n\n"
            "  balai [-C MAP] [--lang id|en] PERINTAH ...\n\n"
            "-C MAP, atau variabel BALAI_DIR, adalah map kota; "
            "tanpanya " INSTALLED ", bila ada.\n\n",
            "balai: the digital services of a city, which can be given to "
            "another.\n\n"
            "  balai [-C DIR] [--lang id|en] COMMAND ...\n\n"
            "-C DIR, or the variable BALAI_DIR, is the city's folder; without "
            "them " INSTALLED ", where there is one.\n\n"));
    for (size_t i = 0; i < COUNT(commands); i++)
        buf_fmt(&k->out, "  %-14s %s\n", commands[i].words,
                say(k->c, commands[i].id, commands[i].en));
    buf_lit(&k->out, say(k->c, "\nRincian: balai PERINTAH --help\n",
                         "\nMore: balai COMMAND --help\n"));
}

static void help_one(struct cli *k, const struct command *m)
{
    str rest = str_of(m->options), spec;

    buf_fmt(&k->out, "%s.\n\n  balai%s %s%s%s", say(k->c, m->id, m->en),
            m->where == PLAIN ? "" : say(k->c, " [-C MAP]", " [-C DIR]"),
            m->words, m->args[0] != 0 ? " " : "", m->args);
    while (str_next(&rest, ' ', &spec)) {
        bool takes = str_ends(spec, STR("="));

        buf_fmt(&k->out, takes ? " [%.*s %s]" : " [%.*s%s]",
                (int)(spec.n - takes), spec.p,
                takes ? say(k->c, "NILAI", "VALUE") : "");
    }
    buf_lit(&k->out, "\n");
}

static const struct command *find_command(size_t n, const char *const *words,
                                          size_t *used)
{
    const struct command *best = NULL;

    *used = 0;
    for (size_t i = 0; i < COUNT(commands); i++) {
        size_t fits = name_fits(&commands[i], n, words);

        if (fits > *used)
            *used = fits, best = &commands[i];
    }
    return best;
}

/* ---- running ------------------------------------------------------ */

static struct cli new_cli(struct ctx *c, struct node *n, const char *dir)
{
    return (struct cli){.c = c,
                        .node = n,
                        .dir = dir,
                        .out = buf_new(c, CLI_OUT_MOST),
                        .err = buf_new(c, CLI_OUT_MOST)};
}

static int end(struct cli *k, err e)
{
    if (e != E_OK && !k->said)
        buf_fmt(
            &k->err, "balai: %.*s\n",
            STR_ARG(k->c->why.n > 0 ? k->c->why : str_of(err_says(k->c, e))));
    return e == E_OK ? 0 : e == E_BAD_INPUT ? 2 : 1;
}

/* What the control socket calls, inside the running node. */
static struct node_reply in_node(struct ctx *c, struct node *n, int argc,
                                 char **argv)
{
    struct cli k = new_cli(c, n, node_dir(n));
    const char *words[64] = {NULL};
    const struct command *m;
    size_t used;
    int code;
    err e;

    for (int i = 0; i < argc; i++)
        words[i] = argv[i];
    m = find_command((size_t)argc, words, &used);
    if (m == NULL || m->where != CITY)
        e = fail(c, E_BAD_INPUT, "%s",
                 say(c, "Perintah tidak dikenal.", "Unknown command."));
    else
        e = read_words(&k, m, (size_t)argc - used, words + used);
    if (e == E_OK)
        e = m->run(&k);
    code = end(&k, e);
    return (struct node_reply){code, buf_str(&k.out), buf_str(&k.err)};
}

node_command *cli_in_node(void);
node_command *cli_in_node(void)
{
    return in_node;
}

/* An administrator who is root becomes the owner of the city's folder: what
 * root wrote there, the city could not read afterwards. */
static err become_owner(struct cli *k)
{
    struct stat s;

    if (k->dir == NULL || geteuid() != 0 || stat(k->dir, &s) != 0 ||
        s.st_uid == 0)
        return E_OK;
    if (setgroups(0, NULL) == 0 && setgid(s.st_gid) == 0 &&
        setuid(s.st_uid) == 0)
        return E_OK;
    return fail(k->c, E_FORBIDDEN,
                say(k->c,
                    "Map %s milik pengguna lain, dan peran itu tidak dapat "
                    "diambil: %s.",
                    "The folder %s is another user's, whose part cannot be "
                    "taken: %s."),
                k->dir, strerror(errno));
}

/* Hand the words to the node that runs, or take the folder for the while. */
static err run_on_city(struct cli *k, const struct command *m, int argc,
                       char **argv, int *code)
{
    struct node_options o = cli_node_options(k);
    struct node_reply r;
    err e;

    e = node_call(k->c, k->dir, argc, argv, &r);
    if (e == E_OK) {
        buf_raw(&k->out, r.out);
        buf_raw(&k->err, r.err);
        *code = r.code;
        return E_OK;
    }
    if (e != E_NOT_FOUND)
        return e;
    TRY(become_owner(k));
    TRY(node_open(k->c, &o, &k->node));
    k->c->now = node_now(k->node);
    e = m->run(k);
    if (e == E_OK)
        e = node_tick(k->c, k->node);
    node_close(k->node);
    return e;
}

static char *writable(struct ctx *c, str s)
{
    char *z = NEWS(c->mem, char, s.n + 1);

    memcpy(z, s.p, s.n);
    return z;
}

/* The words again, with paths made absolute, for the node. */
static char **words_for_node(struct cli *k, const struct command *m, int *argc)
{
    struct ctx *c = k->c;
    char **argv = NEWS(c->mem, char *, 40);
    str rest = str_of(m->words), word;
    int n = 0;

    while (str_next(&rest, ' ', &word))
        argv[n++] = writable(c, word);
    for (size_t i = 0; i < k->n; i++)
        argv[n++] = writable(c, str_of(k->words[i]));
    for (size_t i = 0; i < k->n_options; i++)
        argv[n++] =
            writable(c, k->options[i].value[0] == 0
                            ? str_of(k->options[i].name)
                            : arena_fmt(c->mem, "%s=%s", k->options[i].name,
                                        k->options[i].value));
    *argc = n;
    return argv;
}

err cli_on_city(struct cli *k, const char *words, const char *last)
{
    char *argv[8];
    str rest = str_of(words), word;
    const char *split[8];
    int argc = 0, code = 0;
    size_t used;

    while (str_next(&rest, ' ', &word)) {
        argv[argc] = writable(k->c, word);
        split[argc] = argv[argc];
        argc++;
    }
    if (last != NULL) {
        argv[argc] = writable(k->c, str_of(last));
        split[argc] = argv[argc];
        argc++;
        k->words[k->n++] = last;
    }
    TRY(run_on_city(k, find_command((size_t)argc, split, &used), argc, argv,
                    &code));
    k->said = code != 0; /* by the node */
    return code == 0 ? E_OK : E_TAMPERED;
}

static err dispatch(struct cli *k, size_t n, const char *const *words,
                    int *code)
{
    const struct command *m;
    size_t used;
    char **argv;
    int argc;

    m = find_command(n, words, &used);
    if (m == NULL && n > 0 && strcmp(words[0], "--help") != 0 &&
        strcmp(words[0], "help") != 0)
        return fail(k->c, E_BAD_INPUT,
                    say(k->c,
                        "Perintah \"%s\" tidak dikenal. Lihat: balai --help",
                        "There is no command \"%s\". See: balai --help"),
                    words[0]);
    if (m == NULL) {
        help_all(k);
        return E_OK;
    }
    for (size_t i = used; i < n; i++)
        if (strcmp(words[i], "--help") == 0) {
            help_one(k, m);
            return E_OK;
        }
    TRY(read_words(k, m, n - used, words + used));
    if (m->where != PLAIN && k->dir == NULL)
        return wrong(k, m, "%s",
                     say(k->c, "Map kota belum disebut: -C MAP.",
                         "The city's folder is missing: -C DIR."));
    if (m->where == FOLDER)
        TRY(become_owner(k));
    if (m->where != CITY)
        return m->run(k);
    argv = words_for_node(k, m, &argc);
    return run_on_city(k, m, argc, argv, code);
}

/* -C DIR and --lang stand before the command. */
static err global_words(struct cli *k, int argc, char **argv, int *used)
{
    const char *set = getenv("BALAI_DIR");

    k->dir = set != NULL ? set : file_is_dir(INSTALLED) ? INSTALLED : NULL;
    for (*used = 0; *used < argc; *used += 2) {
        const char *word = argv[*used];
        const char *next = *used + 1 < argc ? argv[*used + 1] : NULL;
        bool dir = strcmp(word, "-C") == 0, lang = strcmp(word, "--lang") == 0;

        if (!dir && !lang)
            break;
        if (next == NULL)
            return fail(k->c, E_BAD_INPUT,
                        say(k->c, "%s memerlukan nilai.", "%s takes a value."),
                        word);
        if (dir)
            k->dir = next;
        else
            k->c->lang = str_of(next);
    }
    /* A running node has another working folder. */
    if (k->dir != NULL)
        k->dir = absolute(k->c, k->dir);
    return E_OK;
}

static str first_language(void)
{
    const char *set = getenv("BALAI_LANG");

    if (set == NULL)
        set = getenv("LANG");
    return set != NULL && strncmp(set, "en", 2) == 0 ? STR("en") : STR("id");
}

/* A descriptor 0 to 2 that is closed would be given to the database. */
static void keep_standard_files(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

int cli_run(int argc, char **argv)
{
    struct ctx c = {.mem = arena_new(CLI_ARENA),
                    .now = time_system(),
                    .lang = first_language(),
                    .dice = seal_dice()};
    struct cli k = new_cli(&c, NULL, NULL);
    const char *words[64] = {NULL};
    int used = 0, code = 0, n = 0;
    err e;

    keep_standard_files();
    e = global_words(&k, argc, argv, &used);
    for (int i = used; i < argc && n < 64; i++)
        words[n++] = argv[i];
    if (e == E_OK)
        e = dispatch(&k, (size_t)n, words, &code);
    if (e != E_OK)
        code = end(&k, e);
    fputs(buf_str(&k.out).p, stdout);
    fflush(stdout);
    fputs(buf_str(&k.err).p, stderr);
    arena_free(c.mem);
    return code;
}
