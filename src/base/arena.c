/* SPDX-License-Identifier: EUPL-1.2 */
/* Memory that goes all at once. Under AddressSanitizer each piece is fenced by
 * poisoned bytes, or an arena would hide what the sanitizer looks for. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_FENCED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_FENCED 1
#endif
#endif
#ifdef ARENA_FENCED
#include <sanitizer/asan_interface.h>
#define FENCE          16
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define FENCE          0
#define POISON(p, n)   ((void)(p))
#define UNPOISON(p, n) ((void)(p))
#endif

#define FIRST_BLOCK   4096
#define LARGEST_BLOCK ((size_t)1 << 20)

struct block {
    struct block *older;
    size_t used, room;
    _Alignas(16) char bytes[];
};

struct release {
    struct release *older;
    void (*drop)(void *);
    void *it;
};

struct arena {
    struct block *top;
    struct release *releases;
    size_t used, most, next_block;
};

_Noreturn void must_failed(const char *cond, const char *file, int line)
{
    fprintf(stderr, "balai: %s:%d: broken invariant: %s\n", file, line, cond);
    abort();
}

struct arena *arena_new(size_t most)
{
    struct arena *a = calloc(1, sizeof *a);

    MUST(a != NULL);
    a->most = most;
    a->next_block = FIRST_BLOCK;
    return a;
}

void arena_free(struct arena *a)
{
    if (a == NULL)
        return;
    for (struct release *r = a->releases; r != NULL; r = r->older)
        r->drop(r->it);
    for (struct block *b = a->top, *older; b != NULL; b = older) {
        older = b->older;
        UNPOISON(b->bytes, b->room);
        free(b);
    }
    free(a);
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}

static struct block *block_for(struct arena *a, size_t need)
{
    size_t room = a->next_block > need ? a->next_block : need;
    struct block *b = malloc(sizeof *b + room);

    MUST(b != NULL);
    b->older = a->top;
    b->used = 0;
    b->room = room;
    POISON(b->bytes, room);
    a->top = b;
    if (a->next_block < LARGEST_BLOCK)
        a->next_block *= 2;
    return b;
}

void *arena_take(struct arena *a, size_t n, size_t size, size_t align)
{
    size_t bytes, need;
    struct block *b = a->top;
    char *p;

    MUST(align <= 16);
    MUST(!__builtin_mul_overflow(n, size, &bytes));
    need = ((bytes + 15) & ~(size_t)15) + FENCE;
    MUST(need >= bytes && a->used + need <= a->most);
    if (b == NULL || b->room - b->used < need)
        b = block_for(a, need);
    p = b->bytes + b->used;
    b->used += need;
    a->used += need;
    UNPOISON(p, bytes);
    if (bytes > 0)
        memset(p, 0, bytes);
    return p;
}

void *arena_grow(struct arena *a, void *items, size_t n, size_t *room,
                 size_t size, size_t align)
{
    void *bigger;

    if (n < *room)
        return items;
    *room = *room == 0 ? 8 : *room * 2;
    bigger = arena_take(a, *room, size, align);
    if (n > 0)
        memcpy(bigger, items, n * size);
    return bigger;
}

void arena_owns(struct arena *a, void (*drop)(void *), void *it)
{
    struct release *r = NEW(a, struct release);

    *r = (struct release){a->releases, drop, it};
    a->releases = r;
}

str arena_str(struct arena *a, str s)
{
    char *p = arena_take(a, s.n + 1, 1, 1);

    if (s.n > 0)
        memcpy(p, s.p, s.n);
    return (str){p, s.n};
}

str arena_vfmt(struct arena *a, const char *fmt, va_list ap)
{
    va_list again;
    int n;
    char *p;

    va_copy(again, ap);
    n = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    MUST(n >= 0);
    p = arena_take(a, (size_t)n + 1, 1, 1);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    return (str){p, (size_t)n};
}

str arena_fmt(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    str s;

    va_start(ap, fmt);
    s = arena_vfmt(a, fmt, ap);
    va_end(ap);
    return s;
}
