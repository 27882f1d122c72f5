/* SPDX-License-Identifier: EUPL-1.2 */
#include "bench/drive.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- processes ---------------------------------------------------- */

pid_t drive_spawn(const char *const *argv, int *out)
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

str drive_hear(struct ctx *c, int fd, bool all)
{
    struct buf b = buf_new(c, 1 << 20);
    char piece[4096];
    ssize_t n;

    while ((all || !str_has((str){b.p, b.n}, '\n')) &&
           (n = read(fd, piece, sizeof piece)) > 0)
        buf_raw(&b, (str){piece, (size_t)n});
    return buf_str(&b);
}

#define BALAI "build/release/balai"

struct drive_city drive_city(struct ctx *c, const char *dir)
{
    const char *argv[] = {BALAI, "-C", dir, "serve", "--port", "0", NULL};
    struct drive_city k;
    int64_t port = 0;
    str line, word;

    k.pid = drive_spawn(argv, &k.out);
    line = str_trim(drive_hear(c, k.out, false));
    while (str_next(&line, ' ', &word))
        if (str_is_i64(word, &port))
            continue;
    if (port == 0) {
        fprintf(stderr, "bench: %s does not serve %s\n", BALAI, dir);
        exit(1);
    }
    k.port = (int)port;
    return k;
}

void drive_stop(pid_t pid)
{
    kill(pid, SIGTERM);
    (void)waitpid(pid, NULL, 0);
}

/* ---- one page ----------------------------------------------------- */

str drive_get(struct ctx *c, int port, const char *path, const char *head)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    str ask = arena_fmt(c->mem,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                        "Connection: close\r\n%s\r\n",
                        path, head);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    str answer;

    MUST(connect(fd, (struct sockaddr *)&a, sizeof a) == 0);
    MUST(write(fd, ask.p, ask.n) == (ssize_t)ask.n);
    answer = drive_hear(c, fd, true);
    close(fd);
    MUST(str_starts(answer, STR("HTTP/1.1 200")));
    return str_slice(answer, str_find(answer, STR("\r\n\r\n")) + 4, answer.n);
}

/* ---- what its processes use ---- */

static double told_by(struct ctx *c, pid_t pid, const char *file,
                      const char *name)
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
        pid = (pid_t)told_by(c, pid, "status", "PPid:");
    return pid == first;
}

double drive_sum(struct ctx *c, pid_t first, const char *file, const char *name,
                 int *unread)
{
    double sum = 0;
    str *names;
    size_t n;

    *unread = 0;
    bench_must(c, file_list(c, "/proc", 'd', &names, &n));
    for (size_t i = 0; i < n; i++) {
        int64_t pid;
        double one;

        if (!str_is_i64(names[i], &pid) || !stems_from(c, (pid_t)pid, first))
            continue;
        one = told_by(c, (pid_t)pid, file, name);
        if (one < 0)
            *unread += 1;
        else
            sum += one;
    }
    return sum;
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

struct drive_nginx drive_nginx(struct ctx *c, const char *d, str page)
{
    struct drive_nginx k = {.port = free_port()};
    const char *file = file_join(c, d, "nginx.conf");
    const char *argv[] = {"nginx", "-p", d, "-c", file, NULL};

    bench_must(c, file_write(c, file_join(c, d, "page.html"), page, 0644));
    bench_must(c, file_write(c, file,
                             arena_fmt(c->mem, conf,
                                       getuid() == 0 ? "user root;\n" : "", d,
                                       d, d, d, d, d, k.port, d),
                             0600));
    k.pid = drive_spawn(argv, &k.out);
    for (int i = 0; i < 200 && !file_exists(file_join(c, d, "nginx.pid")); i++)
        usleep(10000);
    if (!file_exists(file_join(c, d, "nginx.pid"))) {
        fprintf(stderr, "bench: nginx does not start with %s\n", file);
        exit(1);
    }
    return k;
}

/* What wrk counted, where every answer came and was good. */
double drive_wrk(struct ctx *c, int port, const char *path, int crowd,
                 const char *head)
{
    const char *argv[] = {
        "wrk",
        "-t1",
        arena_fmt(c->mem, "-c%d", crowd).p,
        "-d2s",
        arena_fmt(c->mem, "http://127.0.0.1:%d%s", port, path).p,
        head == NULL ? NULL : "-H",
        head,
        NULL};
    int out, status;
    pid_t pid = drive_spawn(argv, &out);
    str said = drive_hear(c, out, true);
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

bool drive_can(struct ctx *c)
{
    static const char *const all[] = {"wrk", "nginx"};
    bool has = true;

    /* nginx lies where only root looks by itself */
    MUST(setenv("PATH", arena_fmt(c->mem, "%s:/usr/sbin", getenv("PATH")).p,
                1) == 0);
    for (size_t i = 0; i < COUNT(all); i++)
        has = has &&
              system(arena_fmt(c->mem, "command -v %s >/dev/null", all[i]).p) ==
                  0;
    return has;
}
