/* SPDX-License-Identifier: EUPL-1.2 */
/* Commands of the city that gives: publish, keep notes, draft a deed, write
 * the grant into a folder. */
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

/* As documents name it, whatever language the reader has. */
static str official_name(struct cli *k, const struct city *of)
{
    str lang = k->c->lang, name;

    k->c->lang = STR("id");
    name = city_name(k->c, of);
    k->c->lang = lang;
    return name;
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
    data_put_text(k->c, d, STR("name"), official_name(k, w.city));
    data_put_text(k->c, d, STR("root"), root);
    data_put_text(k->c, d, STR("root_version"),
                  arena_fmt(k->c->mem, "%" PRId64, version));
    data_put(k->c, d, STR("hibah"), hibah);
    data_put_text(k->c, d, STR("log"), seal_vkey_show(k->c, &log));
    data_put_text(k->c, d, STR("witness"), seal_vkey_show(k->c, &witness));
    if (cli_option(k, "--contact") != NULL)
        data_put_text(k->c, d, STR("contact"),
                      str_of(cli_option(k, "--contact")));
    buf_raw(&k->out, data_write_json(k->c, d));
    buf_lit(&k->out, "\n");
    return E_OK;
}

/* ---- publishing --------------------------------------------------- */

#define KEYS_MOST 4 /* two of the old ceremony, two of the new */

static err open_keys(struct cli *k, const char *option, enum grant_role role,
                     size_t at, struct grant_key *out[KEYS_MOST], size_t *n)
{
    str *dirs;

    TRY(cli_grant_list(k, option, &dirs, n));
    if (*n > KEYS_MOST)
        return fail(k->c, E_BAD_INPUT,
                    say(k->c,
                        "%s menyebut %zu map kunci. Sebutkan paling banyak %d.",
                        "%s names %zu key folders. Name at most %d."),
                    option, *n, KEYS_MOST);
    for (size_t i = 0; i < *n; i++)
        TRY(cli_grant_key(k, arena_str(k->c->mem, dirs[i]).p, role, at + i,
                          &out[i]));
    return E_OK;
}

/* The packages of all installed apps, or of those named. */
static err packages(struct cli *k, const struct record_world *w,
                    const struct app_package ***out, size_t *n)
{
    const struct app_brief *all;
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

struct renewing {
    struct ledger *ledger;
    struct cli_person two[2];
};

static err renew_by_two(struct ctx *c, struct conn *tx, void *arg)
{
    struct renewing *u = arg;

    TRY(cli_two_are(c, tx, u->two));
    return grant_log_online(c, tx, u->ledger, u->two[0].pseudonym,
                            u->two[1].pseudonym);
}

/* --online: the signer's keys of the repository are made anew. */
static err ask_two(struct cli *k, const struct record_world *w, bool *online)
{
    struct renewing u = {.ledger = w->ledger};

    *online = cli_option(k, "--online") != NULL;
    if (!*online)
        return E_OK;
    TRY(cli_two_named(k, u.two));
    return store_write(k->c, w->store, renew_by_two, &u);
}

err cli_do_repo_publish(struct cli *k)
{
    struct grant_key *targets[KEYS_MOST], *roots[KEYS_MOST];
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
    TRY(ask_two(k, &w, &p.online));
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

/* What is between other cities is none of this city's log. */
static err names_us(struct cli *k, const struct city *own,
                    const struct grant_note *n)
{
    static const char *const lines[] = {"party", "giver", "receiver"};
    str code, name;

    for (size_t i = 0; i < n->n; i++)
        for (size_t m = 0; m < COUNT(lines); m++) {
            if (!str_eq(n->lines[i].key, str_of(lines[m])))
                continue;
            str_cut(n->lines[i].value, ' ', &code, &name);
            if (str_eq(code, city_code(own)))
                return E_OK;
        }
    return fail(k->c, E_REFUSED, "%s",
                say(k->c, "Naskah ini tidak menyebut kota ini.",
                    "This note does not name this city."));
}

/* The accord that an end is about, as it is kept here. */
static err load_ended(struct cli *k, const struct keeping *end,
                      struct grant_note *out)
{
    struct conn *on;
    err e;

    TRY(store_read(k->c, end->w.store, &on));
    e = grant_note_load(k->c, on, grant_note_value(&end->note, "accord"), out);
    store_done(on);
    return e;
}

/* An end names only the city that ends; its accord names both. */
static err check_ours(struct cli *k, const struct keeping *u)
{
    struct grant_note accord;

    if (!str_eq(u->note.kind, STR("end")))
        return names_us(k, u->w.city, &u->note);
    TRY(load_ended(k, u, &accord));
    return names_us(k, u->w.city, &accord);
}

/* Log as far as the signatures bear it out: drafted, signed, in force. */
static err keep_steps(struct cli *k, struct keeping *u, const char **reached)
{
    static const char *const steps[] = {"drafted", "signed", "in_force"};

    for (size_t i = 0; i < COUNT(steps); i++) {
        err e;

        u->step = steps[i];
        e = store_write(k->c, u->w.store, keep_step, u);
        if (e == E_REFUSED && i > 0)
            break;
        TRY(e);
        *reached = steps[i];
    }
    return E_OK;
}

/* An end that is in force: its accord is ended from here on. */
static err keep_ended(struct cli *k, const struct keeping *end)
{
    struct keeping u = {.w = end->w, .step = "ended"};

    TRY(load_ended(k, end, &u.note));
    return store_write(k->c, u.w.store, keep_step, &u);
}

err cli_keep_note(struct cli *k, const struct grant_note *note, bool *holds)
{
    struct keeping u = {.note = *note};
    const char *reached = NULL;

    TRY(node_world(k->c, k->node, &u.w));
    TRY(check_ours(k, &u));
    TRY(keep_steps(k, &u, &reached));
    if (str_eq(u.note.kind, STR("end")) && strcmp(reached, "in_force") == 0) {
        TRY(keep_ended(k, &u));
        reached = "ended";
    }
    *holds = str_eq(str_of(reached), STR("in_force"));
    buf_fmt(&k->out, "%.*s: %s\n", STR_ARG(grant_note_digest(k->c, &u.note)),
            reached);
    return E_OK;
}

err cli_do_accord_end(struct cli *k)
{
    struct grant_note accord;
    struct record_world w;
    str note, today;

    TRY(node_world(k->c, k->node, &w));
    TRY(cli_grant_note(k, k->words[0], &accord));
    today =
        time_show_date(k->c, time_local(k->c->now, city_offset(w.city), NULL));
    TRY(grant_end_draft(k->c, &accord, city_code(w.city), today, &note));
    TRY(file_write(k->c, k->words[1], note, 0644));
    buf_fmt(&k->out,
            say(k->c,
                "%s: tandatangani dengan kedua kunci hibah kota ini (balai "
                "accord sign), lalu catat di kedua kota (balai accord keep).\n",
                "%s: sign it with both hibah keys of this city (balai accord "
                "sign), then log it in both cities (balai accord keep).\n"),
            k->words[1]);
    return E_OK;
}

static err keep_note(struct cli *k)
{
    struct grant_note note;
    bool holds;

    TRY(cli_grant_note(k, k->words[0], &note));
    return cli_keep_note(k, &note, &holds);
}

err cli_do_accord_keep(struct cli *k)
{
    return keep_note(k);
}

err cli_do_deed_keep(struct cli *k)
{
    return keep_note(k);
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
        TRY(grant_trust_name(k->c, own, official_name(k, w->city)));
    }
    return grant_refresh(k->c, own, from, out);
}

err cli_do_deed_draft(struct cli *k)
{
    const char *number = cli_option(k, "--number");
    struct grant_deed d = {.number = str_of(number),
                           .licence = STR("EUPL-1.2")};
    struct record_world w;
    struct grant_note accord;
    struct grant_source from;
    struct grant_edition edition;
    str note, *only;
    struct grant_target *apps;
    size_t n_only;

    if (number == NULL)
        return fail(k->c, E_BAD_INPUT, "%s",
                    say(k->c, "Sebutkan --number.", "Name --number."));
    TRY(node_world(k->c, k->node, &w));
    TRY(cli_grant_note(k, k->words[1], &accord));
    TRY(grant_accord_other(k->c, w.city, &accord, &d.receiver));
    TRY(own_edition(k, &w, &from, &edition));
    TRY(latest_root(k, cli_repo(k), &d.root, &d.root_version));
    TRY(cli_grant_list(k, "--apps", &only, &n_only));
    apps = NEWS(k->c->mem, struct grant_target, edition.n);
    for (size_t i = 0; i < edition.n; i++)
        if (n_only == 0 || str_among(edition.all[i].app, only, n_only) >= 0)
            apps[d.n_apps++] = edition.all[i];
    d.apps = apps;
    TRY(cli_deed_papers(k, &d));
    d.accord = &accord;
    d.giver = city_code(w.city);
    d.date =
        time_show_date(k->c, time_local(k->c->now, city_offset(w.city), NULL));
    TRY(grant_deed_draft(k->c, &d, &note));
    TRY(file_write(k->c, k->words[0], note, 0644));
    buf_fmt(&k->out, say(k->c, "%s: %zu aplikasi.\n", "%s: %zu apps.\n"),
            k->words[0], d.n_apps);
    return E_OK;
}

/* The latest deed in force by which this city gives, and its accord. */
static err kept_gift(struct cli *k, struct conn *on, const struct city *own,
                     struct grant_note *accord, struct grant_note *deed,
                     bool *found)
{
    struct grant_known *all;
    size_t n;
    str giver, name;

    TRY(grant_notes(k->c, on, &all, &n));
    for (size_t i = n; i-- > 0 && !*found;) {
        if (!str_eq(all[i].kind, STR("deed")) || all[i].force != GRANT_IN_FORCE)
            continue;
        TRY(grant_note_load(k->c, on, all[i].digest, deed));
        str_cut(grant_note_value(deed, "giver"), ' ', &giver, &name);
        *found = str_eq(giver, city_code(own));
    }
    return *found ? grant_note_load(k->c, on, grant_note_value(deed, "accord"),
                                    accord)
                  : E_OK;
}

err cli_do_grant(struct cli *k)
{
    const char *to = k->words[0];
    struct grant_note accord, deed;
    struct record_world w;
    struct conn *on;
    bool found = false;
    int64_t expires;
    err e;

    TRY(node_world(k->c, k->node, &w));
    if (file_exists(to))
        return fail(k->c, E_CONFLICT,
                    say(k->c, "%s sudah ada. Pilih nama map yang baru.",
                        "%s is there already. Choose a new folder's name."),
                    to);
    TRY(store_read(k->c, w.store, &on));
    e = kept_gift(k, on, w.city, &accord, &deed, &found);
    store_done(on);
    TRY(e);
    if (!found)
        return fail(k->c, E_REFUSED, "%s",
                    say(k->c,
                        "Belum ada naskah hibah yang berlaku. Catatlah dengan: "
                        "balai deed keep FILE",
                        "No deed is in force. Log one with: balai deed keep "
                        "FILE"));
    TRY(file_make_dir(k->c, to, 0755));
    TRY(grant_stick(k->c, cli_repo(k), w.signer, file_join(k->c, to, "repo"),
                    &expires));
    TRY(file_write(k->c, file_join(k->c, to, "accord.note"),
                   grant_note_bytes(k->c, &accord), 0644));
    TRY(file_write(k->c, file_join(k->c, to, "deed.note"),
                   grant_note_bytes(k->c, &deed), 0644));
    buf_fmt(&k->out,
            say(k->c, "Hibah ditulis ke %s; berlaku sampai %.*s.\n",
                "The grant is in %s; it holds until %.*s.\n"),
            to,
            STR_ARG(time_show_date(
                k->c, time_local(expires, city_offset(w.city), NULL))));
    return E_OK;
}
