/* SPDX-License-Identifier: EUPL-1.2 */
/* One row an attack: what somebody who holds the line, the stick or a key
 * makes wrong, and what the receiving city is told, in both languages. Its
 * tables are the same after each. Bangka Selatan has taken version 1.1.0 of an
 * app; what comes is 1.2.0. */
#include "pack/pack.h"
#include "tests/grant/plan_help.h"
#include "tests/grant/tuf_sim.h"

#include <stdio.h>

struct attack {
    struct shop *shop;
    struct grant_note accord, deed;
    struct app_package *ours, *comes; /* 1.1.0 here, 1.2.0 */
    struct sim *sim;
    struct grant_source *from;
    const char *number; /* of the next deed */
    str root;           /* that its deeds name */
    int64_t now;
    struct buf told; /* all that was said */
};

/* ---- what Bandung publishes --------------------------------------- */

static str squeezed(struct ctx *c, str archive)
{
    str frame = STR("");

    CHECK_OK(pack_squeeze(c, archive, &frame));
    return frame;
}

/* Listed with all that is true of these bytes, and this much of an archive. */
static void list_target(struct ctx *c, struct attack *x, str frame,
                        int64_t size, str version, str tree)
{
    struct sim *s = x->sim;
    struct data *def = data_new(c, DATA_MAP), *hashes = data_new(c, DATA_MAP),
                *custom = data_new(c, DATA_MAP);
    str hex = seal_hex(c, seal_sha256(frame).b, SEAL_HASH);

    data_put_i64(c, def, STR("length"), (int64_t)frame.n);
    data_put_text(c, hashes, STR("sha256"), hex);
    data_put(c, def, STR("hashes"), hashes);
    data_put_text(c, custom, STR("app"), STR(IZIN));
    data_put_text(c, custom, STR("version"), version);
    data_put_text(c, custom, STR("tree"), tree);
    data_put_i64(c, custom, STR("size"), size);
    data_put(c, def, STR("custom"), custom);
    data_put(c, s->top[SIM_TARGETS].targets, STR(IZIN ".tar.zst"), def);
    sim_put(s,
            arena_fmt(c->mem,
                      "targets/penanaman-modal/%.*s.izin-reklame"
                      ".tar.zst",
                      STR_ARG(hex)),
            frame);
}

static void deed_for(struct ctx *c, struct attack *x, const char *number,
                     str version, str tree)
{
    struct grant_target app = {
        .app = STR(IZIN), .version = version, .tree = tree};
    struct grant_deed d = {.number = str_of(number),
                           .date = STR("2026-02-10"),
                           .licence = STR("EUPL-1.2"),
                           .accord = &x->accord,
                           .giver = STR(BANDUNG),
                           .receiver = STR(BANGKA),
                           .root = x->root,
                           .root_version = 2,
                           .apps = &app,
                           .n_apps = 1};
    str note = STR("");

    CHECK_OK(grant_deed_draft(c, &d, &note));
    x->deed = help_read_note(c, help_sign_all(c, note));
}

static void offer(struct ctx *c, struct attack *x, struct app_package *p)
{
    x->comes = p;
    list_target(c, x, squeezed(c, app_package_archive(p)),
                (int64_t)app_package_archive(p).n, app_package_version(p),
                app_package_tree(p));
    deed_for(c, x, x->number, app_package_version(p), app_package_tree(p));
    sim_next(x->sim);
}

/* The repository as it should be; root 2 names its city. */
static void publish(struct ctx *c, struct attack *x, struct app_package *next)
{
    x->sim = sim_new(c);
    x->sim->hashes = true;
    x->sim->city = STR(BANDUNG);
    x->sim->top[SIM_ROOT].version = 2;
    x->sim->top[SIM_ROOT].expires = c->now + 300 * TIME_DAY;
    sim_write_root(x->sim, NULL, 0);
    x->root = sim_get(x->sim, "metadata/2.root.json");
    x->from = &x->sim->source;
    offer(c, x, next);
}

/* ---- what is made wrong ------------------------------------------- */

static str edited(struct ctx *c, str is, const char *from, const char *to)
{
    size_t at = str_find(is, str_of(from));

    MUST(at < is.n);
    return arena_fmt(c->mem, "%.*s%s%.*s", (int)at, is.p, to,
                     STR_ARG(str_slice(is, at + strlen(from), is.n)));
}

static void edit(struct ctx *c, struct attack *x, const char *name,
                 const char *from, const char *to)
{
    sim_put(x->sim, str_of(name), edited(c, sim_get(x->sim, name), from, to));
}

static struct sim_file *package_file(struct attack *x)
{
    for (size_t i = x->sim->n_files; i-- > 0;)
        if (str_starts(x->sim->files[i].name, STR("targets/")))
            return &x->sim->files[i];
    MUST(false);
    return NULL;
}

static void flip(struct ctx *c, struct attack *x, size_t at, size_t n)
{
    struct sim_file *f = package_file(x);
    char *copy = NEWS(c->mem, char, f->bytes.n + 1);

    memcpy(copy, f->bytes.p, f->bytes.n);
    for (size_t i = at; i < at + n && i < f->bytes.n; i++)
        copy[i] ^= 1;
    f->bytes.p = copy;
}

static void arbitrary_package(struct ctx *c, struct attack *x)
{
    flip(c, x, package_file(x)->bytes.n / 2, 1);
}

static void wrong_hash_right_length(struct ctx *c, struct attack *x)
{
    flip(c, x, 0, package_file(x)->bytes.n);
}

static void swapped_after_the_look(struct ctx *c, struct attack *x)
{
    CHECK_OK(sim_refresh(x->sim, NULL));
    x->sim->seeds = 90; /* all of it anew, by other keys */
    for (size_t i = SIM_TARGETS; i < SIM_TYPES; i++)
        sim_rekey(x->sim, &x->sim->top[i], 1, 1);
    sim_next(x->sim);
}

static void rolled_back_timestamp(struct ctx *c, struct attack *x)
{
    str old = sim_get(x->sim, "metadata/timestamp.json");

    sim_next(x->sim);
    CHECK_OK(sim_refresh(x->sim, NULL));
    sim_put(x->sim, STR("metadata/timestamp.json"), old);
}

static void rolled_back_targets(struct ctx *c, struct attack *x)
{
    CHECK_OK(sim_refresh(x->sim, NULL));
    x->sim->top[SIM_TARGETS].version = 1;
    x->sim->top[SIM_SNAPSHOT].version = x->sim->top[SIM_TIMESTAMP].version = 3;
    sim_write_snapshot(x->sim);
    sim_write_timestamp(x->sim);
}

static void frozen(struct ctx *c, struct attack *x)
{
    CHECK_OK(sim_refresh(x->sim, NULL));
    c->now += 31 * TIME_DAY;
}

static void clock_set_back(struct ctx *c, struct attack *x)
{
    (void)x;
    c->now = 0;
}

static void endless(struct ctx *c, struct attack *x)
{
    char *much = NEWS(c->mem, char, 20000);

    memset(much, ' ', 20000);
    sim_put(x->sim, STR("metadata/timestamp.json"), (str){much, 20000});
}

static void mixed_editions(struct ctx *c, struct attack *x)
{
    edit(c, x, "metadata/2.snapshot.json", "\"version\":2,", "\"version\":3,");
}

static void unsigned_root(struct ctx *c, struct attack *x)
{
    struct sim_role *r = &x->sim->top[SIM_ROOT];

    (void)c;
    r->version = 3;
    sim_rekey(x->sim, r, 1, 1);
    sim_write_root(x->sim, NULL, 0);
}

static void stick_of_another_city(struct ctx *c, struct attack *x)
{
    struct sim *other = sim_new(c);

    other->seeds = 120;
    for (size_t i = 0; i < SIM_TYPES; i++)
        sim_rekey(other, &other->top[i], 1, 1);
    other->city = STR("36.71");
    sim_write_root(other, NULL, 0);
    other->top[SIM_ROOT].version = 3;
    sim_write_root(other, NULL, 0);
    sim_next(other);
    x->from = &other->source;
    CHECK_OK(sim_refresh(x->sim, NULL));
}

static void carrier_over_the_line(struct ctx *c, struct attack *x)
{
    struct sim *s = x->sim;
    struct sim_role *r = &s->top[SIM_TIMESTAMP];
    struct data *body = sim_body(s, "timestamp", r),
                *meta = data_new(c, DATA_MAP), *one = data_new(c, DATA_MAP);

    data_put_i64(c, one, STR("version"), s->top[SIM_SNAPSHOT].version);
    data_put(c, meta, STR("snapshot.json"), one);
    data_put(c, body, STR("meta"), meta);
    data_put_text(c, body, STR("carrier"), STR("stick"));
    sim_put(s, STR("metadata/timestamp.json"),
            sim_sign(s, body, r->keys, r->n));
    x->from->line = true;
}

static void confused_name(struct ctx *c, struct attack *x)
{
    struct app_package *p = shop_package(c, LAPOR);

    list_target(c, x, squeezed(c, app_package_archive(p)),
                (int64_t)app_package_archive(p).n,
                app_package_version(x->comes), app_package_tree(p));
    deed_for(c, x, x->number, app_package_version(x->comes),
             app_package_tree(p));
    sim_next(x->sim);
}

static void bomb(struct ctx *c, struct attack *x)
{
    size_t n = (size_t)8 << 20;
    char *zeros = NEWS(c->mem, char, n);
    str frame, tree;

    memset(zeros, 0, n);
    CHECK_OK(pack_squeeze(c, (str){zeros, n}, &frame));
    tree = seal_show_hash(c, seal_sha256((str){zeros, n}));
    list_target(c, x, frame, (int64_t)n, STR("1.2.0"), tree);
    deed_for(c, x, x->number, STR("1.2.0"), tree);
    sim_next(x->sim);
}

static void too_much_for_one_repository(struct ctx *c, struct attack *x)
{
    for (int i = 0; i < 17; i++) {
        str name = arena_fmt(c->mem, "a/%d.bin", i);

        sim_target(x->sim, &x->sim->top[SIM_TARGETS], name.p, name.p);
        data_put_i64(c, data_get(x->sim->top[SIM_TARGETS].targets, name),
                     STR("length"), (int64_t)4 << 20);
    }
    sim_next(x->sim);
}

static void newer_specification(struct ctx *c, struct attack *x)
{
    edit(c, x, "metadata/timestamp.json", "1.0.34", "2.0.0");
}

static void unknown_type(struct ctx *c, struct attack *x)
{
    edit(c, x, "metadata/timestamp.json", "\"timestamp\"", "\"stempel\"");
}

static void member_twice(struct ctx *c, struct attack *x)
{
    edit(c, x, "metadata/timestamp.json", "\"spec_version\"",
         "\"version\":9,\"spec_version\"");
}

/* ---- notes -------------------------------------------------------- */

static void deed_for_another_city(struct ctx *c, struct attack *x)
{
    x->deed = help_deed_note(c, &x->accord, BANGKA, BANDUNG, "3/HIBAH/II/2026",
                             "1.2.0", app_package_tree(x->comes));
}

static void signed_by_one_party(struct ctx *c, struct attack *x)
{
    (void)c;
    x->deed.note.n = 2;
}

static void deed_of_another_root(struct ctx *c, struct attack *x)
{
    x->root = STR("{\"another\":1}");
    deed_for(c, x, "3/HIBAH/II/2026", STR("1.2.0"), app_package_tree(x->comes));
}

static void accord_of_others(struct ctx *c, struct attack *x)
{
    struct grant_accord a = help_accord(c);
    str note = STR("");

    a.number = STR("9/KB/II/2026");
    CHECK_OK(grant_accord_draft(c, &a, &note));
    x->accord = help_read_note(c, help_sign_all(c, note));
    deed_for(c, x, "3/HIBAH/II/2026", STR("1.2.0"), app_package_tree(x->comes));
}

/* ---- what is signed and yet not right ----------------------------- */

/* The next version with a part of one of its files replaced; signed, whoever
 * would have refused to publish it. */
static void offer_with(struct ctx *c, struct attack *x, const char *file,
                       const char *from, const char *to)
{
    struct pack_file *files;
    str archive, tree;
    size_t n;

    CHECK_OK(pack_read(c, app_package_archive(x->comes), &files, &n));
    for (size_t i = 0; i < n; i++)
        if (str_eq(files[i].name, str_of(file)))
            files[i].bytes = edited(c, files[i].bytes, from, to);
    CHECK_OK(pack_write(c, files, n, &archive));
    tree = seal_show_hash(c, seal_sha256(archive));
    list_target(c, x, squeezed(c, archive), (int64_t)archive.n, STR("1.2.0"),
                tree);
    deed_for(c, x, x->number, STR("1.2.0"), tree);
    sim_next(x->sim);
}

static void names_its_city(struct ctx *c, struct attack *x)
{
    offer_with(c, x, "app.yaml", "Izin memasang reklame",
               "Izin memasang reklame di Bandung");
}

static void reads_what_is_not_there(struct ctx *c, struct attack *x)
{
    offer_with(c, x, "app.yaml", "luas <= 50.0", "read('/etc/passwd') == ''");
}

static void one_more_datum(struct ctx *c, struct attack *x)
{
    offer_with(c, x, "app.yaml", "\n  pbg:",
               "\n  kk: {type: nik, label: {id: Nomor kartu keluarga, en: "
               "Family card number}}\n  pbg:");
}

static void another_licence(struct ctx *c, struct attack *x)
{
    offer_with(c, x, "publiccode.yml", "EUPL-1.2", "Proprietary");
}

static void origin_left_out(struct ctx *c, struct attack *x)
{
    offer(c, x,
          shop_changed(c, shop_package(c, IZIN), "1.2.0", "panjang * lebar",
                       "panjang * lebar"));
}

/* ---- the table ---------------------------------------------------- */

static const struct {
    const char *name;
    void (*make)(struct ctx *c, struct attack *x);
    bool told; /* it may be taken; but this is said first */
    const char *id, *en;
} table[] = {
    {"arbitrary package", arbitrary_package, false,
     "bukan seperti yang ditandatangani Kota Bandung",
     "is not what Kota Bandung signed"},
    {"wrong hash, right length", wrong_hash_right_length, false,
     "bukan seperti yang ditandatangani Kota Bandung",
     "is not what Kota Bandung signed"},
    {"the carrier is swapped after the look", swapped_after_the_look, false,
     "tanda tangan yang diperlukan", "needed signatures hold"},
    {"rollback of the timestamp", rolled_back_timestamp, false,
     "lebih lama (timestamp versi 2)", "is older (timestamp version 2)"},
    {"rollback of the targets", rolled_back_targets, false,
     "lebih lama (targets.json versi 1)", "is older (targets.json version 1)"},
    {"freeze", frozen, false, "Tidak ada pernyataan baru dari Kota Bandung",
     "No fresh statement from Kota Bandung"},
    {"clock set back", clock_set_back, false, "Jam mesin ini salah",
     "This machine's clock is wrong"},
    {"endless data", endless, false, "mengirim lebih banyak dari yang boleh",
     "sent more than it may"},
    {"mix and match", mixed_editions, false, "berasal dari dua edisi",
     "parts of two different editions"},
    {"a root that the old root did not sign", unsigned_root, false,
     "Berkas 3.root.json bukan seperti yang ditandatangani",
     "3.root.json is not what Kota Bandung signed"},
    {"stick of another city", stick_of_another_city, false,
     "milik 36.71, bukan milik 32.73", "is from 36.71, not from 32.73"},
    {"a stick's statement over the line", carrier_over_the_line, false,
     "dibuat untuk media pembawa", "made for a carrier"},
    {"dependency confusion", confused_name, false,
     "nama atau versinya bukan yang disebut katalognya",
     "another name or version than it is listed with"},
    {"bomb", bomb, false, "bukan paket balai", "is not a balai package"},
    {"quota", too_much_for_one_repository, false, "melebihi 64 MiB",
     "is over 64 MiB"},
    {"future specification", newer_specification, false,
     "balai yang lebih baru", "needs a newer balai"},
    {"unknown type", unknown_type, false, "balai yang lebih baru",
     "needs a newer balai"},
    {"a member twice", member_twice, false, "dua kali", "twice"},
    {"deed for another city", deed_for_another_city, false,
     "untuk Kota Bandung (32.73), bukan untuk kota ini",
     "is for Kota Bandung (32.73), not for this city"},
    {"signed by one party", signed_by_one_party, false, "belum menandatangani",
     "has not signed yet"},
    {"deed of another root", deed_of_another_root, false,
     "berakar lain daripada yang disebut naskah hibahnya",
     "has another root than its deed names"},
    {"accord of others", accord_of_others, false, "belum tercatat berlaku",
     "is not logged as in force"},
    {"it names its city", names_its_city, false,
     "Aplikasi tidak boleh memuat nama atau kode kota asal",
     "An app must not contain the name or code of its city"},
    {"it reads", reads_what_is_not_there, false, "bukan paket balai",
     "is not a balai package"},
    {"it takes more than it needs", one_more_datum, true,
     "Nomor kartu keluarga", "Family card number"},
    {"licence stripped", another_licence, true,
     "Lisensinya berubah dari EUPL-1.2 menjadi Proprietary.",
     "Its licence changes from EUPL-1.2 to Proprietary."},
    {"lineage stripped", origin_left_out, true,
     "Asal-usulnya tidak lagi menyebut versi 1.1.0 dari 32.73",
     "Its lineage no longer names version 1.1.0 of 32.73"},
};

/* ---- the receiving city ------------------------------------------- */

static void say_all(struct attack *x, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        buf_fmt(&x->told, "%.*s: %.*s\n", STR_ARG(f->all[i].key),
                STR_ARG(f->all[i].what));
}

/* As `balai adopt` does: refresh, plan, take; a look only where `look`. */
static err meet(struct ctx *c, struct attack *x, bool look)
{
    struct grant_edition e;
    struct grant_adopting a = {.city = x->shop->city,
                               .edition = &e,
                               .from = x->from,
                               .accord = &x->accord,
                               .deed = &x->deed,
                               .licence_reason = STR("")};
    struct findings f = {0};
    struct grant_plan p = {0};
    struct conn *on;
    err is;

    TRY(grant_refresh(c, x->sim->trust, x->from, &e));
    on = shop_read(c, x->shop);
    is = grant_plan(c, on, &a, &f, &p);
    store_done(on);
    say_all(x, &f);
    for (size_t i = 0; i < p.n; i++) {
        say_all(x, &p.apps[i].effects);
        say_all(x, &p.apps[i].trouble);
    }
    TRY(is);
    return look ? E_OK : shop_adopt(c, x->shop, &a, &p);
}

static struct attack *begin(struct ctx *c)
{
    struct attack *x = NEW(c->mem, struct attack);
    struct app_package *izin = shop_package(c, IZIN);
    struct findings f = {0};

    x->now = c->now;
    x->shop = shop_new(c, BANGKA, "bangka-selatan");
    x->accord = help_accord_note(c);
    shop_accord(c, x->shop, &x->accord);
    CHECK_OK(grant_lineage_add(c, izin, STR(BANDUNG), STR("1.1.0"),
                               STR("Pemerintah Kota Bandung"), &f, &x->ours));
    x->told = buf_new(c, 1 << 20);
    x->number = "1/HIBAH/II/2026";
    publish(c, x, x->ours);
    if (!CHECK_OK(meet(c, x, false)))
        printf("  %.*s\n%.*s", STR_ARG(c->why), (int)x->told.n, x->told.p);
    CHECK_OK(grant_lineage_add(c, x->ours, STR(BANDUNG), STR("1.2.0"),
                               STR("Pemerintah Kota Bandung"), &f, &x->comes));
    x->number = "2/HIBAH/II/2026";
    return x;
}

static void row(struct ctx *c, struct attack *x, size_t i, const char *lang,
                const char *want)
{
    struct app_package *next = x->comes;
    struct grant_note accord = x->accord;
    str before = shop_digest(c, x->shop), all;
    err e;

    x->told = buf_new(c, 1 << 20);
    publish(c, x, next);
    table[i].make(c, x);
    c->lang = str_of(lang);
    e = meet(c, x, table[i].told);
    if (e != E_OK)
        buf_raw(&x->told, c->why);
    all = buf_str(&x->told);
    if (!CHECK((e == E_OK) == table[i].told) ||
        !CHECK(str_find(all, str_of(want)) < all.n))
        printf("  %s (%s): %.*s\n", table[i].name, lang, STR_ARG(all));
    c->now = x->now;
    c->lang = STR("id");
    CHECK_STR(shop_digest(c, x->shop), before.p);
    x->comes = next;
    x->accord = accord;
}

TEST(each_attack_has_its_sentence_and_changes_nothing)
{
    struct attack *x = begin(c);

    for (size_t i = 0; i < COUNT(table); i++) {
        row(c, x, i, "id", table[i].id);
        row(c, x, i, "en", table[i].en);
    }
    /* And what nobody touched goes in. */
    publish(c, x, x->comes);
    CHECK_OK(meet(c, x, false));
}
