/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands of the grant on a city: publish, give, adopt, update. */
#include "cli/cli_priv.h"
#include "grant/grant.h"

/* ---- what this city says of itself -------------------------------- */

const char *cli_repo(struct cli *k)
{
    return file_join(k->c, node_dir(k->node), "repo");
}

/* The latest root of a repository: its bytes and its number. */
static err latest_root(struct cli *k, const char *repo, str *bytes,
                       int64_t *version)
{
    for (*version = 0;; ++*version) {
        const char *path =
            arena_fmt(k->c->mem, "%s/metadata/%" PRId64 ".root.json", repo,
                      *version + 1)
                .p;

        if (!file_exists(path))
            break;
        TRY(file_read(k->c, path, 1 << 20, bytes));
    }
    if (*version == 0)
        return fail(k->c, E_NOT_FOUND, "%s",
                    say(k->c,
                        "Kota ini belum menerbitkan repositori. Mulailah "
                        "dengan: balai repo publish",
                        "This city has no repository yet. Begin with: balai "
                        "repo publish"));
    return E_OK;
}

/* The two hibah keys' public halves stand in every key file. */
static err hibah_of(struct cli *k, const char *key_file, struct data *list)
{
    str rest, line;

    TRY(file_read(k->c, key_file, 1 << 16, &rest));
    while (str_next(&rest, '\n', &line))
        if (str_starts(line, STR("hibah ")))
            data_append(k->c, list,
                        data_new_text(k->c, str_slice(line, 6, line.n)));
    if (list->n != 2)
        return fail(k->c, E_BAD_INPUT,
                    say(k->c, "%s bukan berkas kunci.", "%s is no key file."),
                    key_file);
    return E_OK;
}

err cli_do_party(struct cli *k)
{
    struct data *d = data_new(k->c, DATA_MAP),
                *hibah = data_new(k->c, DATA_LIST);
    struct seal_key log, witness;
    struct record_world w;
    int64_t version;
    str root;

    TRY(node_world(k->c, k->node, &w));
    TRY(latest_root(k, cli_repo(k), &root, &version));
    TRY(hibah_of(k, k->words[0], hibah));
    seal_signer_key(w.signer, SEAL_LOG, &log);
    seal_signer_key(w.signer, SEAL_WITNESS, &witness);
    data_put_text(k->c, d, STR("city"), city_code(w.city));
    data_put_text(k->c, d, STR("name"), city_name(k->c, w.city));
    data_put_text(k->c, d, STR("root"), root);
    data_put_text(k->c, d, STR("root_version"),
                  arena_fmt(k->c->mem, "%" PRId64, version));
    data_put(k->c, d, STR("hibah"), hibah);
    data_put_text(k->c, d, STR("log"), seal_vkey_show(k->c, &log));
    data_put_text(k->c, d, STR("witness"), seal_vkey_show(k->c, &witness));
    buf_raw(&k->out, data_write_json(k->c, d));
    buf_lit(&k->out, "\n");
    return E_OK;
}

/* ---- publishing --------------------------------------------------- */

static err open_keys(struct cli *k, const char *option, enum grant_role role,
                     size_t at, struct grant_key **out, size_t *n)
{
    str *dirs;

    TRY(cli_grant_list(k, option, &dirs, n));
    for (size_t i = 0; i < *n; i++)
        TRY(cli_grant_key(k, arena_str(k->c->mem, dirs[i]).p, role, at + i,
                          &out[i]));
    return E_OK;
}

/* The packages of all installed apps, or of those named. */
static err packages(struct cli *k, const struct record_world *w,
                    const struct app_package ***out, size_t *n)
{
    const struct app_entry *all;
    str *only;
    size_t n_all = app_catalogue_all(w->apps, &all), n_only;
    struct conn *on;

    TRY(cli_grant_list(k, "--apps", &only, &n_only));
    *out = NEWS(k->c->mem, const struct app_package *, n_all);
    *n = 0;
    TRY(store_read(k->c, w->store, &on));
    for (size_t i = 0; i < n_all; i++) {
        struct app_overlay *overlay;
        struct app_package *p;

        if (n_only > 0 && str_among(all[i].id, only, n_only) < 0)
            continue;
        TRY(app_installed_package(k->c, on, all[i].id, &p, &overlay));
        (*out)[(*n)++] = p;
    }
    store_done(on);
    return E_OK;
}

err cli_do_repo_publish(struct cli *k)
{
    struct grant_key *targets[4], *roots[4];
    const struct app_package **apps;
    struct record_world w;
    struct grant_publish p = {.repo = cli_repo(k)};
    int64_t edition;

    TRY(node_world(k->c, k->node, &w));
    TRY(open_keys(k, "--targets", GRANT_TARGETS, 0, targets, &p.n_targets));
    TRY(open_keys(k, "--roots", GRANT_ROOT, p.n_targets, roots, &p.n_roots));
    TRY(packages(k, &w, &apps, &p.n_apps));
    p.signer = w.signer;
    p.targets = (const struct grant_key *const *)targets;
    p.roots = (const struct grant_key *const *)roots;
    p.apps = apps;
    TRY(file_make_dir(k->c, p.repo, 0755));
    TRY(grant_publish(k->c, &p, &edition));
    buf_fmt(&k->out,
            say(k->c, "Edisi %" PRId64 " terbit: %zu aplikasi.\n",
                "Edition %" PRId64 " is published: %zu apps.\n"),
            edition, p.n_apps);
    return E_OK;
}

/* ---- notes kept --------------------------------------------------- */

struct keeping {
    struct record_world w;
    struct grant_note note;
    const char *step;
};

static err keep_step(struct ctx *c, struct conn *tx, void *arg)
{
    struct keeping *u = arg;

    return grant_log(
        c, tx, u->w.ledger,
        arena_fmt(c->mem, "grant.%.*s_%s", STR_ARG(u->note.kind), u->step),
        STR("system"), &u->note);
}

/* Log as far as the signatures bear it out: drafted, signed, in force. */
static err keep_note(struct cli *k)
{
    static const char *const steps[] = {"drafted", "signed", "in_force"};
    struct keeping u;
    const char *reached = NULL;

    TRY(node_world(k->c, k->node, &u.w));
    TRY(cli_grant_note(k, k->words[0], &u.note));
    for (size_t i = 0; i < COUNT(steps); i++) {
        err e;

        u.step = steps[i];
        e = store_write(k->c, u.w.store, keep_step, &u);
        if (e == E_REFUSED && i > 0)
            break;
        TRY(e);
        reached = steps[i];
    }
    buf_fmt(&k->out, "%.*s: %s\n", STR_ARG(grant_note_digest(k->c, &u.note)),
            reached);
    return E_OK;
}

err cli_do_accord_keep(struct cli *k)
{
    return keep_note(k);
}

err cli_do_deed_keep(struct cli *k)
{
    return keep_note(k);
}

/* ---- the other city ----------------------------------------------- */

struct partner {
    struct record_world w;
    struct grant_note accord, deed;
    bool has_deed;
    str code;          /* of the other city */
    const char *trust; /* where its metadata are kept */
    struct grant_source from;
    struct grant_edition edition;
};

static struct grant_source
source_of(struct cli *k, const struct record_world *w, const char *where)
{
    return strstr(where, "://") != NULL
               ? grant_from_url(k->c, str_of(where), city_training(w->city))
               : grant_from_folder(k->c, where);
}

/* The other party of an accord: the one that is not this city. */
static err other_party(struct cli *k, struct partner *p)
{
    str own = city_code(p->w.city), code, name;

    for (size_t i = 0; i < p->accord.n; i++) {
        if (!str_eq(p->accord.lines[i].key, STR("party")))
            continue;
        str_cut(p->accord.lines[i].value, ' ', &code, &name);
        if (!str_eq(code, own))
            p->code = code;
    }
    if (p->code.n > 0 && grant_note_party(&p->accord, own, &name))
        return E_OK;
    return fail(k->c, E_REFUSED, "%s",
                say(k->c, "Kesepakatan ini bukan milik kota ini.",
                    "This accord is not this city's."));
}

/* The accord says which root to begin with: "CODE sha256:HEX VERSION". */
static err trust_root(struct cli *k, struct partner *p)
{
    str code, rest, digest, version, bytes, name;
    struct hash expected;

    if (file_exists(file_join(k->c, p->trust, "root.json")))
        return E_OK;
    for (size_t i = 0; i < p->accord.n; i++) {
        if (!str_eq(p->accord.lines[i].key, STR("root")))
            continue;
        str_cut(p->accord.lines[i].value, ' ', &code, &rest);
        str_cut(rest, ' ', &digest, &version);
        if (str_eq(code, p->code) && seal_read_hash(digest, &expected))
            break;
    }
    TRY(p->from.fetch(
        k->c, p->from.arg,
        arena_fmt(k->c->mem, "metadata/%.*s.root.json", STR_ARG(version)).p,
        1 << 20, &bytes));
    TRY(grant_trust(k->c, p->trust, bytes, expected));
    return grant_note_party(&p->accord, p->code, &name)
               ? grant_trust_name(k->c, p->trust, name)
               : E_OK;
}

/* An accord that this city keeps, where none is named: the one in force. */
static err kept_note(struct cli *k, const struct record_world *w,
                     const char *kind, struct grant_note *out, bool *found)
{
    struct grant_known *all;
    struct conn *on;
    size_t n;

    *found = false;
    TRY(store_read(k->c, w->store, &on));
    TRY(grant_notes(k->c, on, &all, &n));
    for (size_t i = n; i-- > 0 && !*found;) {
        if (!str_eq(all[i].kind, str_of(kind)) ||
            all[i].force != GRANT_IN_FORCE)
            continue;
        TRY(grant_note_load(k->c, on, all[i].digest, out));
        *found = true;
    }
    store_done(on);
    return E_OK;
}

static err named_or_kept(struct cli *k, const struct record_world *w,
                         const char *option, const char *kind,
                         struct grant_note *out, bool *found)
{
    const char *file = cli_option(k, option);

    if (file == NULL)
        return kept_note(k, w, kind, out, found);
    *found = true;
    return cli_grant_note(k, file, out);
}

static err meet(struct cli *k, struct partner *p, const char *where)
{
    bool accord;

    TRY(node_world(k->c, k->node, &p->w));
    TRY(named_or_kept(k, &p->w, "--accord", "accord", &p->accord, &accord));
    TRY(named_or_kept(k, &p->w, "--deed", "deed", &p->deed, &p->has_deed));
    if (!accord)
        return fail(k->c, E_REFUSED, "%s",
                    say(k->c,
                        "Belum ada kesepakatan yang berlaku. Sebutkan dengan "
                        "--accord FILE.",
                        "No accord is in force yet. Name one with --accord "
                        "FILE."));
    TRY(other_party(k, p));
    TRY(file_make_dir(k->c, file_join(k->c, node_dir(k->node), "trust"), 0700));
    p->trust = arena_fmt(k->c->mem, "%s/trust/%.*s", node_dir(k->node),
                         STR_ARG(p->code))
                   .p;
    TRY(file_make_dir(k->c, p->trust, 0700));
    p->from = source_of(k, &p->w, where);
    TRY(trust_root(k, p));
    return grant_refresh(k->c, p->trust, &p->from, &p->edition);
}

/* ---- adopting ----------------------------------------------------- */

static const char *change_name(const struct ctx *c, enum grant_change change)
{
    switch (change) {
    case GRANT_NEW:
        return say(c, "baru", "new");
    case GRANT_SAME:
        return say(c, "sudah ada", "here already");
    case GRANT_UPDATE:
        return say(c, "pembaruan", "update");
    case GRANT_OLDER:
        return say(c, "lebih tua dari milik kita", "older than ours");
    case GRANT_NOT_COVERED:
        return say(c, "di luar hibah", "not in the grant");
    case GRANT_DIFFERS:
        break;
    }
    return say(c, "versi sama, isi lain", "same version, other contents");
}

static void show_plan(struct cli *k, const struct grant_plan *plan)
{
    for (size_t i = 0; i < plan->n; i++) {
        const struct grant_plan_app *a = &plan->apps[i];
        struct grant_ancestor *from;
        size_t n = 0;

        buf_fmt(&k->out, "%.*s %.*s: %s\n", STR_ARG(a->target->app),
                STR_ARG(a->target->version), change_name(k->c, a->change));
        cli_findings(k, &a->effects);
        cli_findings(k, &a->trouble);
        if (a->package == NULL ||
            grant_lineage(k->c, a->package, &from, &n) != E_OK)
            continue;
        for (size_t m = 0; m < n; m++)
            buf_fmt(&k->out,
                    say(k->c, "  asal: %.*s %.*s %.*s\n",
                        "  from: %.*s %.*s %.*s\n"),
                    STR_ARG(from[m].city), STR_ARG(from[m].version),
                    STR_ARG(from[m].credit));
    }
}

struct taking {
    struct partner p;
    struct grant_adopting a;
    struct grant_plan plan;
};

static err take(struct ctx *c, struct conn *tx, void *arg)
{
    struct taking *u = arg;

    return grant_adopt(c, tx, u->p.w.ledger, STR("system"), &u->a, &u->plan);
}

static err plan_taking(struct cli *k, struct taking *u, struct findings *f)
{
    const char *licence = cli_option(k, "--under-licence");
    struct conn *on;
    str *only;
    err e;

    TRY(meet(k, &u->p, k->words[0]));
    TRY(cli_grant_list(k, "--apps", &only, &u->a.n_only));
    u->a.only = only;
    u->a.city = u->p.w.city;
    u->a.edition = &u->p.edition;
    u->a.from = &u->p.from;
    u->a.accord = &u->p.accord;
    u->a.deed = u->p.has_deed && licence == NULL ? &u->p.deed : NULL;
    u->a.licence_reason = str_of(licence);
    TRY(store_read(k->c, u->p.w.store, &on));
    e = grant_plan(k->c, on, &u->a, f, &u->plan);
    store_done(on);
    return e;
}

static err adopt(struct cli *k)
{
    struct taking u = {0};
    struct findings f = {0};
    err e = plan_taking(k, &u, &f);

    cli_findings(k, &f);
    TRY(e);
    show_plan(k, &u.plan);
    if (cli_option(k, "--dry-run") != NULL)
        return E_OK;
    TRY(store_write(k->c, u.p.w.store, take, &u));
    TRY(node_refresh(k->c, k->node));
    buf_fmt(&k->out,
            say(k->c, "%zu aplikasi diambil dari %.*s, edisi %" PRId64 ".\n",
                "%zu apps were taken from %.*s, edition %" PRId64 ".\n"),
            u.plan.n, STR_ARG(u.p.edition.city), u.p.edition.targets);
    return E_OK;
}

err cli_do_adopt(struct cli *k)
{
    return adopt(k);
}

err cli_do_update(struct cli *k)
{
    return adopt(k);
}

/* ---- giving ------------------------------------------------------- */

/* A city looks at its own repository as a client does. */
static err own_edition(struct cli *k, const struct record_world *w,
                       struct grant_source *from, struct grant_edition *out)
{
    const char *trust = file_join(k->c, node_dir(k->node), "trust");
    const char *own =
        arena_fmt(k->c->mem, "%s/%.*s", trust, STR_ARG(city_code(w->city))).p;
    str root;

    TRY(file_make_dir(k->c, trust, 0700));
    TRY(file_make_dir(k->c, own, 0700));
    *from = grant_from_folder(k->c, cli_repo(k));
    if (!file_exists(file_join(k->c, own, "root.json"))) {
        TRY(file_read(k->c,
                      file_join(k->c, cli_repo(k), "metadata/1.root.json"),
                      1 << 20, &root));
        TRY(grant_trust(k->c, own, root, seal_sha256(root)));
        TRY(grant_trust_name(k->c, own, city_name(k->c, w->city)));
    }
    return grant_refresh(k->c, own, from, out);
}

err cli_do_deed_draft(struct cli *k)
{
    const char *number = cli_option(k, "--number");
    struct grant_deed d = {.number = str_of(number),
                           .licence = STR("EUPL-1.2")};
    struct partner p = {0};
    struct grant_source from;
    struct grant_edition edition;
    str note, *only;
    struct grant_target *apps;
    size_t n_only;

    if (number == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "Sebutkan --number.", "Name --number."));
    TRY(node_world(k->c, k->node, &p.w));
    TRY(cli_grant_note(k, k->words[1], &p.accord));
    TRY(other_party(k, &p));
    TRY(own_edition(k, &p.w, &from, &edition));
    TRY(latest_root(k, cli_repo(k), &d.root, &d.root_version));
    TRY(cli_grant_list(k, "--apps", &only, &n_only));
    apps = NEWS(k->c->mem, struct grant_target, edition.n);
    for (size_t i = 0; i < edition.n; i++)
        if (n_only == 0 || str_among(edition.all[i].app, only, n_only) >= 0)
            apps[d.n_apps++] = edition.all[i];
    d.apps = apps;
    d.accord = &p.accord;
    d.giver = city_code(p.w.city);
    d.receiver = p.code;
    d.date = time_show_date(k->c,
                            time_local(k->c->now, city_offset(p.w.city), NULL));
    TRY(grant_deed_draft(k->c, &d, &note));
    TRY(file_write(k->c, k->words[0], note, 0644));
    buf_fmt(&k->out, say(k->c, "%s: %zu aplikasi.\n", "%s: %zu apps.\n"),
            k->words[0], d.n_apps);
    return E_OK;
}

/* A folder that carries the grant where there is no network: the repository
 * and the notes in force. */
static err copy_tree(struct cli *k, const char *from, const char *to)
{
    str *names;
    size_t n;

    TRY(file_make_dir(k->c, to, 0755));
    TRY(file_list(k->c, from, 0, &names, &n));
    for (size_t i = 0; i < n; i++) {
        const char *a = file_join(k->c, from, names[i].p);
        const char *b = file_join(k->c, to, names[i].p);

        TRY(file_is_dir(a) ? copy_tree(k, a, b) : file_copy(k->c, a, b, 0644));
    }
    return E_OK;
}

err cli_do_grant(struct cli *k)
{
    const char *to = k->words[0];
    struct grant_note accord, deed;
    struct record_world w;
    bool has;

    TRY(node_world(k->c, k->node, &w));
    if (file_exists(to))
        return fail(k->c, E_CONFLICT,
                    say(k->c, "%s sudah ada. Pilih nama map yang baru.",
                        "%s is there already. Choose a new folder's name."),
                    to);
    TRY(file_make_dir(k->c, to, 0755));
    TRY(copy_tree(k, cli_repo(k), file_join(k->c, to, "repo")));
    TRY(kept_note(k, &w, "accord", &accord, &has));
    if (has)
        TRY(file_write(k->c, file_join(k->c, to, "accord.note"),
                       grant_note_bytes(k->c, &accord), 0644));
    TRY(kept_note(k, &w, "deed", &deed, &has));
    if (has)
        TRY(file_write(k->c, file_join(k->c, to, "deed.note"),
                       grant_note_bytes(k->c, &deed), 0644));
    buf_fmt(&k->out,
            say(k->c, "Hibah ditulis ke %s.\n", "The grant is in %s.\n"), to);
    return E_OK;
}
