/* SPDX-License-Identifier: EUPL-1.2 */
/* The catalogue: what is installed, in brief, and compiled where it is used.
 * Each app is built once to know that it builds and what lists say of it. Then
 * only its squeezed files stay, until somebody asks for it by its id. */
#include "app/app_priv.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>

#define CATALOGUE_MOST ((size_t)1 << 30)
#define BUILD_MOST     ((size_t)256 << 20)
#define BUILDERS       4  /* threads at most */
#define BUILDS_EACH    4  /* fewer apps are not worth another thread */
#define OLD_MOST       64 /* older versions that are kept compiled */
#define OLD_BYTES      ((size_t)64 << 20)

struct listing {
    str title[2], rest[2]; /* folded: Indonesian, English */
};

/* A version that records froze and that is not the one in force. */
struct old {
    str id, tree, overlay;
    const struct app *app;
    struct arena *mem;
};

/* Beside the catalogue that never changes, what was asked for so far. Of older
 * versions the first are kept, and none is dropped while somebody may use it:
 * each change of a city begins a new catalogue. */
struct asked {
    pthread_mutex_t guard;
    struct app_entry *entries;
    struct arena **compiled; /* one each; NULL until it is asked for */
    size_t n;
    struct old old[OLD_MOST];
    size_t n_old, old_bytes;
};

struct app_catalogue {
    struct arena *mem;
    struct ctx own; /* to build with, whenever that is */
    const struct city *city;
    struct app_brief *all;
    struct listing *texts;
    struct app_files *files;
    size_t n;
    struct asked *asked;
};

/* ---- in brief ----------------------------------------------------- */

const struct data *app_fee(const struct app *a)
{
    return a->charge == NULL ? NULL : data_get(a->charge_def, STR("title"));
}

static str folded(struct ctx *c, const struct data *map, const char *lang)
{
    struct ctx in = *c;

    in.lang = str_of(lang);
    return data_fold(c, app_say(&in, map));
}

static void take_texts(struct ctx *c, const struct app *a, struct listing *l)
{
    static const char *const langs[] = {"id", "en"};

    for (size_t i = 0; i < 2; i++) {
        str words = folded(c, data_get(a->effective, STR("words")), langs[i]);
        str summary = folded(c, a->summary, langs[i]);

        l->title[i] = folded(c, a->title, langs[i]);
        l->rest[i] =
            arena_fmt(c->mem, "%.*s %.*s", STR_ARG(summary), STR_ARG(words));
    }
}

/* What is said in several languages, without its places. */
static const struct data *kept_words(struct ctx *c, const struct data *d)
{
    struct data *own = data_new(c, DATA_MAP);

    if (d == NULL || d->kind != DATA_MAP)
        return d == NULL ? NULL : data_new_text(c, data_text(d));
    for (size_t i = 0; i < d->n; i++)
        data_put_text(c, own, d->pairs[i].key, data_text(d->pairs[i].value));
    return own;
}

static str kept(struct ctx *c, str s)
{
    return s.p == NULL ? s : arena_str(c->mem, s);
}

static void take_acting(struct ctx *c, const struct app_who *who,
                        struct app_brief *b, size_t *room)
{
    const struct app_route one = {.function = who->function, .duty = who->duty};
    const struct app_route *all = who->n > 0 ? who->rows : &one;
    size_t n = who->n > 0 ? who->n : 1;

    for (size_t i = 0; !who->resident && !who->system && i < n; i++) {
        ARENA_GROW(c->mem, b->acting, b->n_acting, *room);
        b->acting[b->n_acting++] = (struct app_route){
            .function = kept(c, all[i].function), .duty = kept(c, all[i].duty)};
    }
}

/* What the register of processing says of it. */
static void take_privacy(struct ctx *c, const struct app *a,
                         struct app_brief *b)
{
    struct app_privacy *p;

    if (a->privacy == NULL)
        return;
    p = NEW(c->mem, struct app_privacy);
    *p = *a->privacy;
    p->basis = kept(c, p->basis);
    p->purpose = kept_words(c, p->purpose);
    b->privacy = p;
    b->asks = NEWS(c->mem, const struct data *, a->n_fields + 1);
    for (size_t i = 0; i < a->n_fields; i++)
        if (!a->fields[i].computed)
            b->asks[b->n_asks++] =
                kept_words(c, data_get(a->fields[i].def, STR("label")));
    b->gives = NEWS(c->mem, str, a->n_links + 1);
    for (size_t i = 0; i < a->n_links; i++)
        if (a->links[i].kind == APP_OPENS)
            b->gives[b->n_gives++] = kept(c, a->links[i].app);
    b->national = kept(c, data_text(data_get(a->national, STR("system"))));
}

static void take_brief(struct ctx *c, const struct app *a, struct app_brief *b)
{
    size_t room = 0;

    b->builds = true;
    b->title = kept_words(c, a->title);
    b->summary = kept_words(c, a->summary);
    b->fee = kept_words(c, app_fee(a));
    b->archetype = kept(c, a->archetype);
    b->function = kept(c, a->function);
    b->promise = a->promise;
    b->filed_by = a->filed_by;
    b->sensitive = a->sensitive;
    take_privacy(c, a, b);
    for (size_t i = 0; i < a->n_fields && b->rates.n == 0; i++)
        if (a->fields[i].finished)
            b->rates = kept(c, a->fields[i].key);
    for (size_t i = 0; i < a->n_states; i++) {
        b->parts |= a->states[i].n_branches > 0;
        take_acting(c, &a->states[i].who, b, &room);
    }
}

static void take_trouble(struct ctx *c, const struct findings *from,
                         struct findings *to)
{
    for (size_t i = 0; i < from->n; i++) {
        const struct finding *f = &from->all[i];
        struct place at = f->at;

        at.file = kept(c, at.file);
        finding_add(c, to, f->severity, at, kept(c, f->key), "%.*s",
                    STR_ARG(f->what))
            ->mend = kept(c, f->mend);
    }
}

/* ---- building ----------------------------------------------------- */

static err build(struct ctx *c, const struct app_catalogue *t, size_t i,
                 struct findings *f, struct app **out)
{
    struct app_package *p;
    struct app_overlay *o;

    TRY(app_files_open(c, &t->files[i], t->all[i].id, f, &p, &o));
    return app_build(c, p, o, t->city, f, out);
}

static void note_trouble(struct ctx *c, struct app_brief *b, str why)
{
    finding_add(c, &b->trouble, FIND_ERROR, (struct place){0}, b->id, "%.*s",
                STR_ARG(why));
}

/* An app that no longer builds stands in the list with its trouble. What it is
 * built in goes; what is kept of it is taken in turn with the other builders,
 * since they share the memory of the catalogue. */
static void look_at(struct app_catalogue *t, size_t i)
{
    struct app_brief *b = &t->all[i];
    struct findings f = {0};
    struct ctx scratch = t->own, kept_in = t->own;
    struct app *a;
    err e;

    scratch.mem = arena_new(BUILD_MOST);
    kept_in.mem = t->mem;
    e = build(&scratch, t, i, &f, &a);
    pthread_mutex_lock(&t->asked->guard);
    take_trouble(&kept_in, &f, &b->trouble);
    if (e == E_OK) {
        take_brief(&kept_in, a, b);
        take_texts(&kept_in, a, &t->texts[i]);
    } else if (f.errors == 0) {
        note_trouble(&kept_in, b, scratch.why);
    }
    pthread_mutex_unlock(&t->asked->guard);
    arena_free(scratch.mem);
}

struct building {
    struct app_catalogue *t;
    _Atomic size_t next;
};

static void *build_on(void *arg)
{
    struct building *u = arg;

    for (;;) {
        size_t i = atomic_fetch_add(&u->next, 1);

        if (i >= u->t->n)
            return NULL;
        if (u->t->files[i].package.p != NULL)
            look_at(u->t, i);
    }
}

/* A city with very many apps starts as soon as its processors let it. */
static void build_all(struct app_catalogue *t)
{
    struct building u = {.t = t};
    pthread_t others[BUILDERS - 1];
    size_t n = 0;

    while (n < COUNT(others) && (n + 1) * BUILDS_EACH < t->n &&
           pthread_create(&others[n], NULL, build_on, &u) == 0)
        n++;
    build_on(&u);
    for (size_t i = 0; i < n; i++)
        MUST(pthread_join(others[i], NULL) == 0);
    /* What it was built in, a hundred times what is kept, goes back. */
    (void)malloc_trim(0);
}

static void drop_asked(void *arg)
{
    struct asked *x = arg;

    for (size_t i = 0; i < x->n; i++)
        arena_free(x->compiled[i]);
    for (size_t i = 0; i < x->n_old; i++)
        arena_free(x->old[i].mem);
    pthread_mutex_destroy(&x->guard);
}

static void begin_asked(struct app_catalogue *t)
{
    struct asked *x = NEW(t->mem, struct asked);

    MUST(pthread_mutex_init(&x->guard, NULL) == 0);
    x->n = t->n;
    x->entries = NEWS(t->mem, struct app_entry, t->n + 1);
    x->compiled = NEWS(t->mem, struct arena *, t->n + 1);
    arena_owns(t->mem, drop_asked, x);
    t->asked = x;
}

/* The rows are read in the caller's memory; what stays is copied. */
static err list_all(struct ctx *c, struct conn *on, struct app_catalogue *t)
{
    struct ctx own = *c;
    struct app_entry *all;
    err e;

    own.mem = t->mem;
    TRY(app_now_list(c, on, &all, &t->n));
    t->all = NEWS(t->mem, struct app_brief, t->n + 1);
    t->texts = NEWS(t->mem, struct listing, t->n + 1);
    t->files = NEWS(t->mem, struct app_files, t->n + 1);
    begin_asked(t);
    for (size_t i = 0; i < t->n; i++) {
        t->all[i] = (struct app_brief){.id = kept(&own, all[i].id),
                                       .version = kept(&own, all[i].version),
                                       .tree = kept(&own, all[i].tree),
                                       .overlay = kept(&own, all[i].overlay),
                                       .open = all[i].open};
        e = app_files_take(&own, on, &all[i], &t->files[i]);
        if (e == E_STORAGE) {
            c->why = arena_str(c->mem, own.why);
            return e;
        }
        if (e != E_OK) {
            note_trouble(&own, &t->all[i], own.why);
            t->files[i] = (struct app_files){{NULL, 0}, {NULL, 0}};
        }
    }
    build_all(t);
    return E_OK;
}

/* ---- whole -------------------------------------------------------- */

err app_catalogue_new(struct ctx *c, struct conn *on, const struct city *k,
                      struct app_catalogue **out)
{
    struct arena *mem = arena_new(CATALOGUE_MOST);
    struct app_catalogue *t = NEW(mem, struct app_catalogue);
    err e;

    *out = NULL;
    *t = (struct app_catalogue){.mem = mem, .city = k};
    t->own = (struct ctx){
        .now = c->now, .lang = arena_str(mem, c->lang), .dice = c->dice};
    e = list_all(c, on, t);
    if (e != E_OK) {
        arena_free(mem);
        return e;
    }
    *out = t;
    return E_OK;
}

void app_catalogue_free(struct app_catalogue *t)
{
    if (t != NULL)
        arena_free(t->mem);
}

/* ---- asking for one ----------------------------------------------- */

size_t app_catalogue_all(const struct app_catalogue *t,
                         const struct app_brief **all)
{
    *all = t->all;
    return t->n;
}

const struct app_brief *app_catalogue_brief(const struct app_catalogue *t,
                                            str id)
{
    size_t from = 0, to = t->n;

    while (from < to) {
        size_t mid = from + (to - from) / 2;
        int how = str_cmp(t->all[mid].id, id);

        if (how == 0)
            return &t->all[mid];
        if (how < 0)
            from = mid + 1;
        else
            to = mid;
    }
    return NULL;
}

/* What it built from is here, and built before: what fails now would be
 * memory, and that never fails here. */
static void compile(const struct app_catalogue *t, size_t i,
                    struct app_entry *e)
{
    const struct app_brief *b = &t->all[i];
    struct findings f = {0};
    struct ctx c = t->own;
    struct app *a = NULL;

    *e = (struct app_entry){.id = b->id,
                            .version = b->version,
                            .tree = b->tree,
                            .overlay = b->overlay,
                            .open = b->open,
                            .trouble = b->trouble};
    c.mem = t->asked->compiled[i] = arena_new(BUILD_MOST);
    if (b->builds && build(&c, t, i, &f, &a) == E_OK)
        e->app = a;
}

const struct app_entry *app_catalogue_find(const struct app_catalogue *t,
                                           str id)
{
    const struct app_brief *b = app_catalogue_brief(t, id);
    struct asked *x = t->asked;
    size_t i;

    if (b == NULL)
        return NULL;
    i = (size_t)(b - t->all);
    pthread_mutex_lock(&x->guard);
    if (x->compiled[i] == NULL)
        compile(t, i, &x->entries[i]);
    pthread_mutex_unlock(&x->guard);
    return &x->entries[i];
}

/* ---- searching ---------------------------------------------------- */

static bool begins_word(str text, str word)
{
    size_t at = 0;

    while (at + word.n <= text.n) {
        size_t found = str_find(str_slice(text, at, text.n), word);

        if (found == text.n - at)
            return false;
        at += found;
        if (at == 0 || text.p[at - 1] == ' ' || text.p[at - 1] == '-' ||
            text.p[at - 1] == '(')
            return true;
        at++;
    }
    return false;
}

/* 0 where a word is missing; a word of the title counts more. */
static int score(const struct listing *l, size_t lang, str words)
{
    int sum = 0;
    str word;

    while (str_next(&words, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (begins_word(l->title[lang], word))
            sum += str_starts(l->title[lang], word) ? 4 : 3;
        else if (begins_word(l->rest[lang], word))
            sum += 1;
        else
            return 0;
    }
    return sum;
}

err app_catalogue_search(struct ctx *c, const struct app_catalogue *t,
                         str words, const struct app_brief ***out, size_t *n)
{
    str folded_words = data_fold(c, str_slice(words, 0, 200));
    size_t lang = str_eq(c->lang, STR("en")) ? 1 : 0;
    int *scores = NEWS(c->mem, int, t->n + 1);

    *out = NEWS(c->mem, const struct app_brief *, t->n + 1);
    *n = 0;
    for (size_t i = 0; i < t->n; i++) {
        int is =
            !t->all[i].builds ? 0 : score(&t->texts[i], lang, folded_words);
        size_t at = *n;

        if (is == 0)
            continue;
        for (; at > 0 && scores[at - 1] < is; at--) {
            scores[at] = scores[at - 1];
            (*out)[at] = (*out)[at - 1];
        }
        scores[at] = is;
        (*out)[at] = &t->all[i];
        ++*n;
    }
    return E_OK;
}

/* ---- the version a record froze ----------------------------------- */

static bool is_old(const struct old *one, const struct old *other)
{
    return str_eq(one->tree, other->tree) &&
           str_eq(one->overlay, other->overlay) && str_eq(one->id, other->id);
}

/* Where it is compiled already; NULL where it is not. */
static const struct app *old_app(struct asked *x, const struct old *asked)
{
    const struct app *a = NULL;

    pthread_mutex_lock(&x->guard);
    for (size_t i = 0; i < x->n_old && a == NULL; i++)
        if (is_old(&x->old[i], asked))
            a = x->old[i].app;
    pthread_mutex_unlock(&x->guard);
    return a;
}

static void free_arena(void *mem)
{
    arena_free(mem);
}

/* One too many, or one that another thread kept meanwhile, goes with the
 * caller's memory. */
static void keep_old(struct ctx *c, struct asked *x, const struct old *made)
{
    size_t bytes = arena_used(made->mem);
    bool there = false, room;

    pthread_mutex_lock(&x->guard);
    for (size_t i = 0; i < x->n_old; i++)
        there |= is_old(&x->old[i], made);
    room = !there && x->n_old < OLD_MOST && x->old_bytes + bytes <= OLD_BYTES;
    if (room) {
        x->old[x->n_old++] = *made;
        x->old_bytes += bytes;
    }
    pthread_mutex_unlock(&x->guard);
    if (!room)
        arena_owns(c->mem, free_arena, made->mem);
}

static err build_old(struct ctx *c, const struct app_files *files,
                     const struct city *k, struct old *o)
{
    struct findings f = {0};
    struct app_package *p;
    struct app_overlay *over;
    struct app *a;

    o->id = kept(c, o->id), o->tree = kept(c, o->tree);
    o->overlay = kept(c, o->overlay);
    TRY(app_files_open(c, files, o->id, &f, &p, &over));
    TRY(app_build(c, p, over, k, &f, &a));
    o->app = a;
    return E_OK;
}

static err make_old(struct ctx *c, struct conn *on, const struct city *k,
                    struct old *o)
{
    const struct app_entry e = {.tree = o->tree, .overlay = o->overlay};
    struct app_files files;
    struct ctx in = *c;
    err got;

    TRY(app_files_take(c, on, &e, &files));
    in.mem = o->mem = arena_new(BUILD_MOST);
    got = build_old(&in, &files, k, o);
    if (got == E_OK)
        return E_OK;
    c->why = arena_str(c->mem, in.why);
    arena_free(o->mem);
    return got;
}

err app_frozen(struct ctx *c, struct conn *on, const struct app_catalogue *t,
               const struct city *k, str id, str tree, str overlay,
               const struct app **out)
{
    const struct app_brief *now = app_catalogue_brief(t, id);
    struct old o = {.id = id, .tree = tree, .overlay = overlay};

    if (now != NULL && now->builds && str_eq(now->tree, tree) &&
        str_eq(now->overlay, overlay)) {
        *out = app_catalogue_find(t, id)->app;
        return E_OK;
    }
    *out = old_app(t->asked, &o);
    if (*out != NULL && k == t->city)
        return E_OK;
    TRY(make_old(c, on, k, &o));
    *out = o.app;
    if (k == t->city)
        keep_old(c, t->asked, &o);
    else
        arena_owns(c->mem, free_arena, o.mem);
    return E_OK;
}
