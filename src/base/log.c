/* SPDX-License-Identifier: EUPL-1.2 */
/* One line a thing that happened; nothing that a person typed can get in. */
#include "base/base.h"

#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static const char *const level_name[] = {"error", "warn", "info", "debug"};

/* The one mutable of the room: set once at start, read everywhere. */
static atomic_int limit = LOG_INFO;

void log_limit(enum log_level level)
{
    atomic_store(&limit, (int)level);
}

static size_t put(char *line, size_t room, size_t at, const char *fmt, ...)
    PRINTF(4, 5);
static size_t put(char *line, size_t room, size_t at, const char *fmt, ...)
{
    va_list ap;
    int n;

    if (at >= room)
        return at;
    va_start(ap, fmt);
    n = vsnprintf(line + at, room - at, fmt, ap);
    va_end(ap);
    return n < 0 ? at : at + (size_t)n;
}

void log_line(enum log_level level, const char *room, const char *event,
              const struct log_item *items, size_t n)
{
    char line[1024];
    int64_t of_day, now = time_system();
    struct date d = time_local(now, 0, &of_day);
    int s = (int)(of_day / TIME_SECOND);
    size_t at = 0;

    if ((int)level > atomic_load(&limit))
        return;
    at = put(line, sizeof line, at, "%04d-%02d-%02dT%02d:%02d:%02dZ %s %s %s",
             d.year, d.month, d.day, s / 3600, s / 60 % 60, s % 60,
             level_name[level], room, event);
    for (size_t i = 0; i < n; i++)
        at = items[i].kind == LOG_IS_I64
                 ? put(line, sizeof line, at, " %s=%" PRId64, items[i].key,
                       items[i].i)
                 : put(line, sizeof line, at, " %s=%s", items[i].key,
                       items[i].z);
    if (at > sizeof line - 1)
        at = sizeof line - 1;
    line[at] = '\n';
    /* One write, so that lines of several threads do not mix. */
    (void)!write(STDERR_FILENO, line, at + 1);
}
