/* SPDX-License-Identifier: EUPL-1.2 */
/* The program as a whole: how soon a city with very many apps answers and what
 * it holds in memory, beside the reading of the same files alone; and a service
 * page beside the same bytes from nginx, both driven by wrk. */
#include "bench/bench.h"
#include "insight/insight.h"
#include "tests/bandung.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <libfyaml.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BALAI   "build/release/balai"
#define SERVICE "/layanan/penanaman-modal/izin-reklame"
#define CROWD   "48" /* of one address; balai lets it have 50 */

struct bench {
    struct ctx c;
    const char *dir, *city;
    const char **apps; /* folders */
    size_t n;
    int unread; /* processes whose memory may not be known */
};

/* ---- very many apps ----------------------------------------------- */

/* A copy of an app under another name is another app to the catalogue. */
static const char *copy_app(struct bench *b, const char *from, str id)
{
    struct ctx *c = &b->c;
    const char *to = arena_fmt(c->mem, "%s/app-%zu", b->dir, b->n).p;
    str *names;
    size_t n;

    bench_must(c, file_make_dir(c, to, 0700));
    bench_must(c, file_list(c, from, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        str text;

        bench_must(
            c, file_read(c, file_join(c, from, names[i].p), 1 << 20, &text));
        if (str_eq(names[i], STR("app.yaml"))) {
            size_t at = str_find(text, STR("\napp: "));
            str rest = str_slice(text, at + 1, text.n);
            size_t end = str_find(rest, STR("\n"));

            text =
                arena_fmt(c->mem, "%.*sapp: %.*s%.*s", (int)at + 1, text.p,
                          STR_ARG(id), STR_ARG(str_slice(rest, end, rest.n)));
        }
        bench_must(c, file_write(c, file_join(c, to, names[i].p), text, 0600));
    }
    return to;
}

static void find_apps(struct bench *b, size_t most)
{
    struct ctx *c = &b->c;
    str *sectors, *names;
    size_t n, m;

    b->apps = NEWS(c->mem, const char *, most);
    bench_must(c, file_list(c, "apps", 'd', &sectors, &n));
    for (size_t copy = 0; b->n < most; copy++)
        for (size_t i = 0; i < n; i++) {
            const char *sector = file_join(c, "apps", sectors[i].p);

            if (str_eq(sectors[i], STR("base")))
                continue;
            bench_must(c, file_list(c, sector, 'd', &names, &m));
            for (size_t k = 0; k < m && b->n < most; k++) {
                str id = arena_fmt(c->mem, "%.*s/%.*s-%zu", STR_ARG(sectors[i]),
                                   STR_ARG(names[k]), copy);
                const char *from = file_join(c, sector, names[k].p);

                b->apps[b->n] = copy == 0 ? from : copy_app(b, from, id);
                b->n++;
            }
        }
}

struct installing {
    struct bench *b;
    struct record_world w;
    struct findings f;
};

static err install(struct ctx *c, struct conn *tx, void *arg)
{
    struct installing *u = arg;

    for (size_t i = 0; i < u->b->n; i++) {
        struct app_package *p;
        bool done;

        TRY(app_package_read(c, u->b->apps[i], "apps/base", &u->f, &p));
        TRY(app_install(c, tx, u->w.ledger, STR("system"), p, &done));
    }
    return E_OK;
}

/* Bandung, with all of them; `serve` finds a whole folder. */
static void found(struct bench *b)
{
    struct arena *mem = arena_new((size_t)2 << 30);
    struct ctx c = b->c;
    struct installing u = {.b = b};

    c.mem = mem;
    bench_must(&c, file_make_dir(&c, b->city, 0700));
    bench_must(&c, bandung_open(&c, b->city, "OFF", &u.w));
    bench_must_fit(&c, bandung_fill(&c, &u.w, &u.f), &u.f);
    bench_must_fit(&c, store_write(&c, u.w.store, install, &u), &u.f);
    bench_must(&c, file_write(&c, file_join(&c, b->city, "secret"),
                              arena_fmt(mem, "%064d\n", 1), 0600));
    arena_free(mem);
}

/* ---- processes ---------------------------------------------------- */

/* It ends with this program, however that ends. */
static pid_t spawn(const char *const *argv, int *out)
{
    pid_t bench = getpid(), pid;
    int ends[2];

    MUST(pipe2(ends, O_CLOEXEC) == 0);
    pid = fork();
    MUST(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == bench &&
            dup2(ends[1], STDOUT_FILENO) >= 0 && dup2(null, STDERR_FILENO) >= 0)
            (void)execvp(argv[0], (char **)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    *out = ends[0];
    return pid;
}

/* All that it says, or its first line. */
static str hear(struct ctx *c, int fd, bool all)
{
    struct buf b = buf_new(c, 1 << 20);
    char piece[4096];
    ssize_t n;

    while ((all || !str_has((str){b.p, b.n}, '\n')) &&
           (n = read(fd, piece, sizeof piece)) > 0)
        buf_raw(&b, (str){piece, (size_t)n});
    return buf_str(&b);
}

static void stop(pid_t pid)
{
    kill(pid, SIGTERM);
    (void)waitpid(pid, NULL, 0);
}

/* ---- one page ----------------------------------------------------- */

static str get(struct ctx *c, int port, const char *path)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    str ask = arena_fmt(c->mem,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        "Connection: close\r\n\r\n",
                        path);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    str answer, head, body;

    MUST(connect(fd, (struct sockaddr *)&a, sizeof a) == 0);
    MUST(write(fd, ask.p, ask.n) == (ssize_t)ask.n);
    answer = hear(c, fd, true);
    close(fd);
    MUST(str_starts(answer, STR("HTTP/1.1 200")));
    head = str_slice(answer, 0, str_find(answer, STR("\r\n\r\n")));
    body = str_slice(answer, head.n + 4, answer.n);
    return body;
}

struct city {
    pid_t pid;
    int out, port;
};

static void serve(struct bench *b, struct city *k)
{
    const char *argv[] = {BALAI, "-C", b->city, "serve", "--port", "0", NULL};
    int64_t port = 0;
    str line, word;

    k->pid = spawn(argv, &k->out);
    line = str_trim(hear(&b->c, k->out, false));
    while (str_next(&line, ' ', &word))
        if (str_is_i64(word, &port))
            continue;
    if (port == 0) {
        fprintf(stderr, "bench: %s does not serve %s\n", BALAI, b->city);
        exit(1);
    }
    k->port = (int)port;
}

/* ---- start -------------------------------------------------------- */

/* What a file of /proc tells of a process, or -1 where it may not be read. */
static double told(struct ctx *c, pid_t pid, const char *file, const char *name)
{
    FILE *f = fopen(arena_fmt(c->mem, "/proc/%d/%s", (int)pid, file).p, "re");
    char line[256];
    double n = -1;

    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            n = strtod(line + strlen(name), NULL);
    if (f != NULL)
        fclose(f);
    return n;
}

static bool stems_from(struct ctx *c, pid_t pid, pid_t first)
{
    while (pid > 1 && pid != first)
        pid = (pid_t)told(c, pid, "status", "PPid:");
    return pid == first;
}

/* What the city's processes hold: of each what is its own, and its part of what
 * it shares. Of the jailed ones only root may know it. */
static double mib(struct bench *b, pid_t first)
{
    struct ctx *c = &b->c;
    double kib = 0;
    str *names;
    size_t n;

    b->unread = 0;
    bench_must(c, file_list(c, "/proc", 'd', &names, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t pid;
        double one;

        if (!str_is_i64(names[i], &pid) || !stems_from(c, (pid_t)pid, first))
            continue;
        one = told(c, (pid_t)pid, "smaps_rollup", "Pss:");
        if (one < 0)
            b->unread++;
        else
            kib += one;
    }
    return kib / 1024;
}

/* The same files by the YAML library alone: no start can be sooner that does
 * not remember what it read. */
static double parse_alone(struct bench *b)
{
    struct bench_span since = bench_begin();

    for (size_t i = 0; i < b->n; i++) {
        struct fy_document *d = fy_document_build_from_file(
            NULL, file_join(&b->c, b->apps[i], "app.yaml"));

        MUST(d != NULL);
        fy_document_destroy(d);
    }
    return bench_end(since).seconds;
}

static void measure_start(struct bench *b)
{
    double took[BENCH_PAIRS], alone[BENCH_PAIRS], share[BENCH_PAIRS],
        weight[BENCH_PAIRS];

    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        struct bench_span since = bench_begin();
        struct city k;

        serve(b, &k);
        (void)get(&b->c, k.port, "/");
        took[i] = bench_end(since).seconds;
        weight[i] = mib(b, k.pid);
        stop(k.pid);
        close(k.out);
        alone[i] = parse_alone(b);
        share[i] = took[i] / alone[i];
    }
    printf("start with %zu apps\n"
           "  to the first answer     %7.3f s\n"
           "  the same files, parsed  %7.3f s   share %.2f\n"
           "  memory then             %7.1f MiB\n",
           b->n, bench_median(took, BENCH_PAIRS),
           bench_median(alone, BENCH_PAIRS), bench_median(share, BENCH_PAIRS),
           bench_median(weight, BENCH_PAIRS));
    if (b->unread > 0)
        printf(
            "  without %d jailed processes, of which only root may know it\n",
            b->unread);
}

/* ---- a page, beside nginx ----------------------------------------- */

static const char conf[] =
    "%sdaemon off; pid %s/nginx.pid; error_log stderr; worker_processes auto;\n"
    "events { worker_connections 1024; }\n"
    "http { access_log off; etag on; default_type text/html;\n"
    "client_body_temp_path %s; proxy_temp_path %s; fastcgi_temp_path %s;\n"
    "uwsgi_temp_path %s; scgi_temp_path %s; sendfile on; tcp_nopush on;\n"
    "keepalive_requests 1000000;\n"
    "server { listen 127.0.0.1:%d; root %s; } }\n";

/* A port that is free now. */
static int free_port(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    MUST(bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
    MUST(getsockname(fd, (struct sockaddr *)&a, &n) == 0);
    close(fd);
    return ntohs(a.sin_port);
}

static struct city begin_nginx(struct bench *b, str page)
{
    struct ctx *c = &b->c;
    const char *d = b->dir;
    struct city k = {.port = free_port()};
    const char *file = file_join(c, d, "nginx.conf");
    const char *argv[] = {"nginx", "-p", d, "-c", file, NULL};

    bench_must(c, file_write(c, file_join(c, d, "page.html"), page, 0644));
    bench_must(c, file_write(c, file,
                             arena_fmt(c->mem, conf,
                                       getuid() == 0 ? "user root;\n" : "", d,
                                       d, d, d, d, d, k.port, d),
                             0600));
    k.pid = spawn(argv, &k.out);
    for (int i = 0; i < 200 && !file_exists(file_join(c, d, "nginx.pid")); i++)
        usleep(10000);
    if (!file_exists(file_join(c, d, "nginx.pid"))) {
        fprintf(stderr, "bench: nginx does not start with %s\n", file);
        exit(1);
    }
    return k;
}

/* What wrk counted, where every answer came and was good. */
static double drive(struct bench *b, int port, const char *path)
{
    const char *argv[] = {
        "wrk",
        "-t1",
        "-c" CROWD,
        "-d2s",
        arena_fmt(b->c.mem, "http://127.0.0.1:%d%s", port, path).p,
        NULL};
    int out, status;
    pid_t pid = spawn(argv, &out);
    str said = hear(&b->c, out, true);
    size_t at = str_find(said, STR("Requests/sec:"));

    close(out);
    (void)waitpid(pid, &status, 0);
    if (at == said.n || str_find(said, STR("Non-2xx")) < said.n ||
        str_find(said, STR("Socket errors")) < said.n) {
        fprintf(stderr, "bench: %s was not always answered\n%s", path, said.p);
        exit(1);
    }
    return strtod(said.p + at + 13, NULL);
}

static bool has(const char *program)
{
    return system(
               arena_fmt(arena_new(4096), "command -v %s >/dev/null", program)
                   .p) == 0;
}

static void measure_page(struct bench *b)
{
    double ours[BENCH_PAIRS], share[BENCH_PAIRS], theirs[BENCH_PAIRS];
    struct city k, x;
    str page;

    if (!has("wrk") || !has("nginx")) {
        printf("a service page beside nginx: skipped; needs the packages wrk "
               "and nginx-light\n");
        return;
    }
    serve(b, &k);
    page = get(&b->c, k.port, SERVICE);
    x = begin_nginx(b, page);
    for (size_t i = 0; i < BENCH_PAIRS; i++) {
        ours[i] = drive(b, k.port, SERVICE);
        theirs[i] = drive(b, x.port, "/page.html");
        share[i] = ours[i] / theirs[i];
    }
    stop(k.pid);
    stop(x.pid);
    printf("a service page of %zu bytes, " CROWD " at one time\n"
           "  balai  %8.0f/s\n  nginx  %8.0f/s   share %.2f\n",
           page.n, bench_median(ours, BENCH_PAIRS),
           bench_median(theirs, BENCH_PAIRS), bench_median(share, BENCH_PAIRS));
}

int main(int argc, char **argv)
{
    struct bench b = {.c = {.mem = arena_new((size_t)2 << 30),
                            .now = time_system(),
                            .lang = STR("en"),
                            .dice = seal_dice()}};

    b.dir = realpath(bench_folder(&b.c, argc, argv), NULL); /* to the end */
    MUST(b.dir != NULL);
    b.city = file_join(&b.c, b.dir, "city");
    /* nginx lies where only root looks by itself */
    MUST(setenv("PATH", arena_fmt(b.c.mem, "%s:/usr/sbin", getenv("PATH")).p,
                1) == 0);
    find_apps(&b, (size_t)bench_setting("BENCH_APPS", 400));
    found(&b);
    measure_start(&b);
    measure_page(&b);
    arena_free(b.c.mem);
    return 0;
}
