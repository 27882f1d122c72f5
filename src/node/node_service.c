/* SPDX-License-Identifier: EUPL-1.2 */
/* What a service manager and a node tell each other: sd_listen_fds(3) and
 * sd_notify(3), which are one variable each. Read before there are threads,
 * and taken out of the environment, so that no child is told the same. */
#include "node/node_priv.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FIRST_GIVEN 3 /* SD_LISTEN_FDS_START */

/* A number of the environment; -1 where there is none. */
static int64_t told(const char *name)
{
    const char *set = getenv(name);
    int64_t v;

    return set != NULL && str_is_i64(str_of(set), &v) && v >= 0 ? v : -1;
}

static bool for_us(const char *pid)
{
    return getenv(pid) == NULL || told(pid) == getpid();
}

err node_given_socket(struct ctx *c, int *fd)
{
    int64_t n = told("LISTEN_FDS");
    bool ours = getenv("LISTEN_PID") != NULL && for_us("LISTEN_PID");

    unsetenv("LISTEN_FDS"), unsetenv("LISTEN_PID"), unsetenv("LISTEN_FDNAMES");
    *fd = 0;
    if (!ours || n <= 0)
        return E_OK;
    if (n > 1)
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "Pengelola layanan memberikan %" PRId64
                        " soket; balai melayani satu. Sisakan satu "
                        "ListenStream= di balai.socket.",
                        "The service manager gave %" PRId64
                        " sockets; balai serves one. Leave one ListenStream= "
                        "in balai.socket."),
                    n);
    *fd = FIRST_GIVEN;
    return E_OK;
}

static bool address_of(struct service *s, const char *where)
{
    size_t n = where == NULL ? 0 : strlen(where);

    if (n < 2 || n >= sizeof s->to.sun_path ||
        (where[0] != '/' && where[0] != '@'))
        return false;
    s->to.sun_family = AF_UNIX;
    memcpy(s->to.sun_path, where, n);
    if (where[0] == '@') /* a name without a file */
        s->to.sun_path[0] = 0;
    s->n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
    return true;
}

void node_service_open(struct service *s)
{
    int64_t usec = for_us("WATCHDOG_PID") ? told("WATCHDOG_USEC") : -1;

    *s = (struct service){.fd = -1};
    if (address_of(s, getenv("NOTIFY_SOCKET")))
        s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    s->every = s->fd >= 0 && usec > 0 ? usec / 3 : 0;
    unsetenv("NOTIFY_SOCKET"), unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
}

void node_service_tell(const struct service *s, const char *state)
{
    if (s->fd >= 0 && sendto(s->fd, state, strlen(state), MSG_NOSIGNAL,
                             (const struct sockaddr *)&s->to, s->n) < 0)
        LOG(LOG_WARN, "node", "untold", LOG_LIT("state", "notify"));
}

void node_service_close(struct service *s)
{
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}
