/* SPDX-License-Identifier: EUPL-1.2 */
/* The files of a city's folder, read, checked and compared with what stands.
 * All faults of all files come in one run. Format: docs/city-files.md. */
#include "city/city_priv.h"
#include "letter/letter.h"

#include <stdlib.h>

#define FILE_MOST ((size_t)1 << 20)

void city_draft_put(struct ctx *c, struct city_draft *d, str key,
                    const struct data *value)
{
    ARENA_GROW(c->mem, d->all, d->n, d->room);
    d->all[d->n++] = (struct city_change){.key = key, .value = value};
}

static struct data *without(struct ctx *c, const struct data *doc, str key)
{
    struct data *item = data_copy(c, doc);

    data_drop(item, STR("balai"));
    data_drop(item, key);
    return item;
}

/* One value under a key, as a map of its own. */
static void check_alone(struct ctx *c, struct city_check *z,
                        const struct data_pair *pair, str path,
                        struct city_field field)
{
    struct data_pair copy = *pair;
    struct data one = {
        .kind = DATA_MAP, .at = pair->at, .n = 1, .pairs = &copy};

    field.key = pair->key;
    city_check_map(c, z, &one, path, &field, 1);
}

/* ---- city.yaml ---------------------------------------------------- */

static const struct city_field city_fields[] = {
    FIELD("balai", ANY),
    NEEDED("city", TEXT),
    NEEDED("name", WORDS),
    NEEDED("government", WORDS),
    NEEDED("seat", TEXT),
    FIELD("url", TEXT),
    CHOICE("zone", "WIB|WITA|WIT", false),
    FIELD("head", MAP),
    FIELD("address", BLOCK),
    FIELD("phone", TEXT),
    FIELD("email", TEXT),
    FIELD("website", TEXT),
    FIELD("emergency", MAP),
    FIELD("data_protection", MAP),
    FIELD("silence_grants", ANY),
};
static const struct city_field person_fields[] = {
    NEEDED("title", WORDS),
    FIELD("name", TEXT),
};
static const struct city_field contact_fields[] = {
    FIELD("office", KEY), FIELD("name", TEXT),     FIELD("phone", TEXT),
    FIELD("email", TEXT), FIELD("address", BLOCK),
};
static const struct city_field emergency_fields[] = {
    NEEDED("name", WORDS),
    NEEDED("phone", TEXT),
};

#define EMERGENCIES_MOST 100

static void check_part(struct ctx *c, struct city_check *z,
                       const struct data *doc, str key,
                       const struct city_field *fields, size_t n)
{
    const struct data *part = city_map_at(doc, key);

    if (part != NULL)
        city_check_map(c, z, part, key, fields, n);
}

/* Apps by name: where their law says that silence grants, this city lets the
 * head state it. */
static void check_silence(struct ctx *c, struct city_check *z,
                          const struct data *list)
{
    bool fits = list == NULL || list->kind == DATA_LIST;

    for (size_t i = 0; fits && list != NULL && i < list->n; i++)
        fits = str_has(data_text(list->items[i]), '/');
    if (!fits)
        city_wrong_at(
            c, z, list->at, STR(""), STR("silence_grants"),
            say(c, "Harus daftar aplikasi.", "Must be a list of apps."),
            "silence_grants: [penanaman-modal/izin-reklame]");
}

/* It stands in letters for years, and gets "/cek/TOKEN" put behind it. */
static void check_url(struct ctx *c, struct city_check *z,
                      const struct data *url)
{
    bool training = city_training(z->k);
    str text = data_text(url), head = STR("https://");
    bool fits;

    if (url == NULL || text.p == NULL)
        return;
    if (training && str_starts(text, STR("http://")))
        head = STR("http://");
    fits = str_starts(text, head) && text.n > head.n && text.n <= 200 &&
           text.p[head.n] != '/' && !str_ends(text, STR("/"));
    for (size_t i = 0; i < text.n; i++)
        fits &= text.p[i] > ' ' && text.p[i] < 127 &&
                strchr("\"<>\\^`{|}?#@", text.p[i]) == NULL;
    if (!fits)
        city_wrong_at(c, z, url->at, STR(""), STR("url"),
                      say(c,
                          "Bukan alamat portal kota: https:// dan nama "
                          "servernya, tanpa garis miring di akhir.",
                          "No address of a city's portal: https:// and the "
                          "host, without a slash at the end."),
                      "url: https://layanan.bandung.go.id");
}

static void check_city(struct ctx *c, struct city_check *z,
                       const struct data *doc, struct city_draft *d)
{
    const struct data *code = data_get(doc, STR("city"));
    const struct data *numbers = city_map_at(doc, STR("emergency"));
    struct data *item;

    city_check_map(c, z, doc, STR(""), city_fields, COUNT(city_fields));
    check_part(c, z, doc, STR("head"), person_fields, COUNT(person_fields));
    check_part(c, z, doc, STR("data_protection"), contact_fields,
               COUNT(contact_fields));
    if (numbers != NULL &&
        city_too_long(c, z, numbers, STR("emergency"), EMERGENCIES_MOST))
        return;
    for (size_t i = 0; numbers != NULL && i < numbers->n; i++)
        city_check_map(c, z, numbers->pairs[i].value,
                       city_path(c, STR("emergency"), numbers->pairs[i].key),
                       emergency_fields, COUNT(emergency_fields));
    check_url(c, z, data_get(doc, STR("url")));
    check_silence(c, z, data_get(doc, STR("silence_grants")));
    if (code != NULL && !str_eq(data_text(code), city_code(z->k)))
        city_wrong_at(c, z, code->at, STR(""), STR("city"),
                      say(c, "Berkas ini milik wilayah lain.",
                          "This file belongs to another region."),
                      arena_fmt(c->mem,
                                say(c, "Kota ini %.*s.", "This city is %.*s."),
                                STR_ARG(city_code(z->k)))
                          .p);
    item = without(c, doc, STR("city"));
    if (data_get(item, STR("zone")) == NULL)
        data_put_text(c, item, STR("zone"), str_of(city_zone_of(z->k->code)));
    city_draft_put(c, d, STR("city"), item);
}

/* ---- functions.yaml ----------------------------------------------- */

/* The city has the offices that this folder brings. One that stands in the
 * file with a fault of its own is not called missing as well. */
static bool target_known(const struct city_check *z, str key)
{
    if (city_office(z->k, key) != NULL || data_get(z->offices, key) != NULL)
        return true;
    for (size_t i = 0; i < z->k->n_families; i++) {
        if (str_eq(z->k->families[i].key, key))
            return true;
    }
    return false;
}

static const char *near_office(struct ctx *c, struct city_check *z, str key)
{
    const struct city *k = z->k;
    str *names = NEWS(c->mem, str, k->n_offices + k->n_families + 1);
    size_t n = 0;

    for (size_t i = 0; i < k->n_families; i++)
        names[n++] = k->families[i].key;
    for (size_t i = 0; i < k->n_offices; i++) {
        if (k->offices[i].family.n == 0)
            names[n++] = k->offices[i].key;
    }
    return city_perhaps(c, z, key, names, n);
}

static void check_targets(struct ctx *c, struct city_check *z,
                          const struct data_pair *p)
{
    size_t n = city_count(p->value);

    if (n == 0)
        city_wrong_at(c, z, p->at, STR("functions"), p->key,
                      say(c, "Harus perangkat daerah, atau daftarnya.",
                          "Must be an office, or a list of offices."),
                      "");
    for (size_t i = 0; i < n; i++) {
        const struct data *one = city_one(p->value, i);

        if (!target_known(z, data_text(one)))
            city_wrong_at(
                c, z, one->at, STR("functions"), p->key,
                arena_fmt(c->mem,
                          say(c, "Perangkat daerah \"%.*s\" tidak ada.",
                              "There is no office \"%.*s\"."),
                          STR_ARG(data_text(one)))
                    .p,
                near_office(c, z, data_text(one)));
    }
}

static void check_functions(struct ctx *c, struct city_check *z,
                            const struct data *doc, struct city_draft *d)
{
    const struct data *all = city_map_at(doc, STR("functions"));
    size_t n;
    const str *names = city_functions(&n);

    for (size_t i = 0; all != NULL && i < all->n; i++) {
        const struct data_pair *p = &all->pairs[i];

        if (str_eq(p->key, STR("own-office")))
            city_wrong_at(c, z, p->at, STR("functions"), p->key,
                          say(c, "Fungsi ini tidak dipetakan.",
                              "This function is never mapped."),
                          say(c, "Hapus baris ini.", "Remove this line."));
        else if (!city_function_known(p->key))
            city_wrong_at(c, z, p->at, STR("functions"), p->key,
                          say(c, "Fungsi ini tidak dikenal.",
                              "This function is not known."),
                          city_perhaps(c, z, p->key, names, n));
        else
            check_targets(c, z, p);
        city_draft_put(c, d, city_path(c, STR("functions"), p->key), p->value);
    }
}

/* ---- calendar.yaml ------------------------------------------------ */

static const struct city_field calendar_fields[] = {
    FIELD("balai", ANY),
    NEEDED("hours", MAP),
    CHOICE("free_day", "stay|next_workday", false),
    FIELD("holidays", MAP),
    FIELD("joint_leave", MAP),
};

#define DAYS_MOST      2000 /* forty years of holidays */
#define REGISTERS_MOST 2000

static void check_hours(struct ctx *c, struct city_check *z,
                        const struct data *hours)
{
    struct city_weekday w;
    int right = 0;

    for (size_t i = 0; i < hours->n; i++) {
        const struct data_pair *p = &hours->pairs[i];

        if (str_among(p->key, city_weekdays, 7) < 0)
            city_wrong_at(c, z, p->at, STR("hours"), p->key,
                          say(c, "Ini bukan hari.", "This is not a weekday."),
                          city_perhaps(c, z, p->key, city_weekdays, 7));
        else if (!city_hours_read(data_text(p->value), &w))
            city_wrong_at(c, z, p->value->at, STR("hours"), p->key,
                          say(c, "Jam kerja tidak dapat dibaca.",
                              "The hours cannot be read."),
                          say(c, "Contoh: 07:30-12:00, 13:00-16:00.",
                              "Example: 07:30-12:00, 13:00-16:00."));
        else
            right++;
    }
    if (hours->n == 0 || (right == 0 && z->f->errors == 0))
        city_wrong_at(c, z, hours->at, STR("hours"), STR(""),
                      say(c, "Sedikitnya satu hari kerja diperlukan.",
                          "At least one working day is needed."),
                      "");
}

/* A day is its name, or {id: ..., en: ..., confirm: true} for one that the
 * city has yet to confirm. */
static bool unconfirmed(const struct data *day)
{
    return str_eq(data_text(data_get(day, STR("confirm"))), STR("true"));
}

static struct data *check_day(struct ctx *c, struct city_check *z, str path,
                              const struct data_pair *p)
{
    struct data *day = data_copy(c, p->value);
    struct date d;

    if (!time_parse_date(p->key, &d))
        city_wrong_at(c, z, p->at, path, p->key,
                      say(c, "Ini bukan tanggal.", "This is not a date."),
                      say(c, "Contoh: 2026-08-17.", "Example: 2026-08-17."));
    if (data_get(day, STR("confirm")) != NULL)
        data_drop(day, STR("confirm"));
    check_alone(c, z, &(struct data_pair){p->key, p->at, day}, path,
                (struct city_field)FIELD("", WORDS));
    return day;
}

/* One note for all of them, at the first, at every load until it is done. */
static void note_unconfirmed(struct ctx *c, struct city_check *z, str path,
                             const struct data *days)
{
    const struct data_pair *first = NULL;
    int n = 0;

    for (size_t i = 0; i < days->n; i++) {
        if (!unconfirmed(days->pairs[i].value))
            continue;
        first = first == NULL ? &days->pairs[i] : first;
        n++;
    }
    if (n > 0)
        finding_add(c, z->f, FIND_NOTE, first->at,
                    city_path(c, path, first->key),
                    say(c, "Belum dipastikan sejak tanggal ini: %d hari.",
                        "Not yet confirmed, from this date on: %d."),
                    n)
            ->mend = str_of(say(c,
                                "Sesuaikan dengan keputusan bersama tiga "
                                "menteri, lalu hapus confirm.",
                                "Make them agree with the ministers' joint "
                                "decree, then remove confirm."));
}

static void check_days(struct ctx *c, struct city_check *z,
                       const struct data *doc, str key, struct data *item)
{
    const struct data *days = city_map_at(doc, key);
    struct data *out = data_new(c, DATA_MAP);

    if (days == NULL || city_too_long(c, z, days, key, DAYS_MOST))
        return;
    for (size_t i = 0; i < days->n; i++)
        data_put(c, out, days->pairs[i].key,
                 check_day(c, z, key, &days->pairs[i]));
    data_put(c, item, key, out);
    note_unconfirmed(c, z, key, days);
}

static void check_calendar(struct ctx *c, struct city_check *z,
                           const struct data *doc, struct city_draft *d)
{
    const struct data *hours = city_map_at(doc, STR("hours"));
    const struct data *free = city_map_at(doc, STR("holidays"));
    const struct data *joint = city_map_at(doc, STR("joint_leave"));
    struct data *item = without(c, doc, STR("balai"));

    city_check_map(c, z, doc, STR(""), calendar_fields, COUNT(calendar_fields));
    if (hours != NULL)
        check_hours(c, z, hours);
    check_days(c, z, doc, STR("holidays"), item);
    check_days(c, z, doc, STR("joint_leave"), item);
    for (size_t i = 0; joint != NULL && i < joint->n && i < DAYS_MOST; i++) {
        if (data_get(free, joint->pairs[i].key) != NULL)
            city_wrong_at(
                c, z, joint->pairs[i].at, STR("joint_leave"),
                joint->pairs[i].key,
                say(c, "Tanggal ini juga hari libur.",
                    "This date is a holiday too."),
                say(c, "Hapus salah satunya.", "Remove one of both."));
    }
    city_draft_put(c, d, STR("calendar"), item);
}

/* ---- registers.yaml ----------------------------------------------- */

static const struct city_field register_fields[] = {
    NEEDED("title", WORDS), NEEDED("class", TEXT),
    NEEDED("unit", TEXT),   CHOICE("reset", "yearly|never", true),
    FIELD("start", ANY),    FIELD("reserved", ANY),
};

static const struct city_field start_field = WHOLE("", 1, 999999999, false);

static void check_years(struct ctx *c, struct city_check *z,
                        const struct data *start, str path)
{
    for (size_t i = 0; i < start->n; i++) {
        const struct data_pair *p = &start->pairs[i];
        int64_t year = 0;

        if (!str_is_i64(p->key, &year) || year < 2000 || year > 2200)
            city_wrong_at(c, z, p->at, path, p->key,
                          say(c, "Ini bukan tahun.", "This is not a year."),
                          "");
        else
            check_alone(c, z, p, path, start_field);
    }
}

static void check_start(struct ctx *c, struct city_check *z,
                        const struct data *item, str path)
{
    struct data *start = data_get(item, STR("start"));
    str reset = data_text(data_get(item, STR("reset")));
    bool yearly = str_eq(reset, STR("yearly"));

    if (start == NULL || reset.n == 0)
        return;
    if (yearly && start->kind != DATA_MAP)
        city_wrong_at(c, z, start->at, path, STR("start"),
                      say(c, "Nomor awal berlaku untuk satu tahun.",
                          "A start value belongs to one year."),
                      say(c, "Contoh: start: {2026: 153}.",
                          "Example: start: {2026: 153}."));
    else if (yearly)
        check_years(c, z, start, city_path(c, path, STR("start")));
    else
        check_alone(c, z, &(struct data_pair){STR("start"), start->at, start},
                    path, start_field);
}

static void check_register(struct ctx *c, struct city_check *z,
                           const struct data_pair *p, struct city_draft *d)
{
    str path = city_path(c, STR("registers"), p->key);
    const struct data *blocks = data_get(p->value, STR("reserved"));
    struct city_block block, last = {0, 0};

    if (!city_key_fits(p->key))
        city_wrong_at(c, z, p->at, STR("registers"), p->key,
                      say(c, "Kunci: huruf kecil, angka, garis.",
                          "A key is small letters, digits, dashes."),
                      "");
    if (!city_check_map(c, z, p->value, path, register_fields,
                        COUNT(register_fields)))
        return;
    check_start(c, z, p->value, path);
    for (size_t i = 0; i < city_count(blocks); i++) {
        const struct data *one = city_one(blocks, i);

        if (!city_block_read(data_text(one), &block) || block.from <= last.to)
            city_wrong_at(c, z, one->at, path, STR("reserved"),
                          say(c,
                              "Blok nomor harus berurutan, misalnya 201-250.",
                              "Blocks of numbers must be in order, such as "
                              "201-250."),
                          "");
        else
            last = block;
    }
    city_draft_put(c, d, path, p->value);
}

static void check_registers(struct ctx *c, struct city_check *z,
                            const struct data *doc, struct city_draft *d)
{
    const struct data *all = city_map_at(doc, STR("registers"));

    if (all == NULL ||
        city_too_long(c, z, all, STR("registers"), REGISTERS_MOST))
        return;
    for (size_t i = 0; i < all->n; i++)
        check_register(c, z, &all->pairs[i], d);
}

/* ---- brand.yaml --------------------------------------------------- */

static const struct city_field brand_fields[] = {
    FIELD("balai", ANY),
    NEEDED("colour", TEXT),
    FIELD("crest", TEXT),
    FIELD("motto", WORDS),
};

static void read_crest(struct ctx *c, struct city_check *z,
                       const struct data *doc, struct data *item)
{
    const struct data *crest = data_get(doc, STR("crest"));
    str name = data_text(crest), svg;

    if (name.n == 0)
        return;
    if (str_has(name, '/') || str_starts(name, STR(".")) ||
        file_read(c, file_join(c, z->dir, name.p), FILE_MOST, &svg) != E_OK) {
        city_wrong_at(c, z, crest->at, STR(""), STR("crest"),
                      say(c, "Berkas lambang tidak ada di folder ini.",
                          "There is no such crest file in this folder."),
                      say(c, "Contoh: crest: lambang.svg.",
                          "Example: crest: lambang.svg."));
        return;
    }
    /* The room that draws it says what it can draw. */
    if (letter_crest_check(c, name, svg, z->f) == E_OK)
        data_put_text(c, item, STR("crest"), svg);
}

static void check_brand(struct ctx *c, struct city_check *z,
                        const struct data *doc, struct city_draft *d)
{
    const struct data *colour = data_get(doc, STR("colour"));
    struct data *item = without(c, doc, STR("balai"));
    struct city_brand brand;
    str canonical;

    city_check_map(c, z, doc, STR(""), brand_fields, COUNT(brand_fields));
    if (colour != NULL && !city_colour_read(c, data_text(colour), &canonical))
        city_wrong_at(c, z, colour->at, STR(""), STR("colour"),
                      say(c, "Ini bukan warna.", "This is not a colour."),
                      say(c, "Contoh: colour: \"#0b6b4f\".",
                          "Example: colour: \"#0b6b4f\"."));
    else if (colour != NULL) {
        data_put_text(c, item, STR("colour"), canonical);
        if (city_brand_of(c, canonical, &brand) == E_OK && brand.header_only)
            finding_add(c, z->f, FIND_NOTE, colour->at, STR("colour"), "%s",
                        say(c,
                            "Warna ini dekat dengan merah galat, maka hanya "
                            "dipakai di kepala laman.",
                            "This colour is near the red of errors, so it is "
                            "used in the header only."));
    }
    read_crest(c, z, doc, item);
    city_draft_put(c, d, STR("brand"), item);
}

/* ---- a file ------------------------------------------------------- */

/* Files that hold one map of many: its name, and the items' head. */
static const struct city_field many_fields[] = {
    FIELD("balai", ANY),
    NEEDED("", MAP),
};

typedef void check_doc(struct ctx *c, struct city_check *z,
                       const struct data *doc, struct city_draft *d);

static const struct file {
    str name, many; /* `many`: the map it holds, or empty */
    check_doc *check;
} files[] = {
    {STR_INIT("city.yaml"), STR_INIT(""), check_city},
    {STR_INIT("calendar.yaml"), STR_INIT(""), check_calendar},
    {STR_INIT("offices.yaml"), STR_INIT("offices"), city_check_offices},
    {STR_INIT("functions.yaml"), STR_INIT("functions"), check_functions},
    {STR_INIT("registers.yaml"), STR_INIT("registers"), check_registers},
    {STR_INIT("brand.yaml"), STR_INIT(""), check_brand},
};

static void check_many(struct ctx *c, struct city_check *z,
                       const struct data *doc, str many)
{
    struct city_field fields[COUNT(many_fields)];

    memcpy(fields, many_fields, sizeof fields);
    fields[1].key = many;
    city_check_map(c, z, doc, STR(""), fields, COUNT(fields));
}

static bool check_version(struct ctx *c, struct city_check *z,
                          const struct data *doc)
{
    const struct data *v = data_get(doc, STR("balai"));
    int64_t version = city_int(v, 0);

    if (version == 1)
        return true;
    city_wrong_at(c, z, v == NULL ? doc->at : v->at, STR(""), STR("balai"),
                  version > 1
                      ? say(c, "Berkas ini untuk balai yang lebih baru.",
                            "This file is for a newer balai.")
                      : say(c, "Versi format tidak ada.",
                            "The format's version is missing."),
                  version > 1 ? say(c, "Perbarui balai, atau pakai balai: 1.",
                                    "Update balai, or use balai: 1.")
                              : say(c, "Tulis balai: 1 di baris pertama.",
                                    "Write balai: 1 in the first line."));
    return false;
}

/* ---- comparing ---------------------------------------------------- */

struct compare {
    const struct city *k;
    const char *dir;
    struct findings *f;
    struct city_change *all;
    size_t n, room;
    int read;                   /* how many files there were */
    const struct data *offices; /* as offices.yaml has them */
};

static void change(struct ctx *c, struct compare *m, str key,
                   const struct data *value)
{
    const struct data *was = city_item(m->k, key);

    if (was == value || (was && value && data_equal(was, value)))
        return;
    ARENA_GROW(c->mem, m->all, m->n, m->room);
    m->all[m->n++] =
        (struct city_change){.key = key, .was = was, .value = value};
}

static bool in_draft(const struct city_draft *d, str key)
{
    for (size_t i = 0; i < d->n; i++) {
        if (str_eq(d->all[i].key, key))
            return true;
    }
    return false;
}

static void warn_staffed(struct ctx *c, struct compare *m, str file, str key)
{
    const struct city_office *o =
        city_office(m->k, str_slice(key, strlen("offices."), key.n));

    if (o != NULL && o->officers > 0)
        finding_add(c, m->f, FIND_WARNING, (struct place){.file = file}, key,
                    say(c,
                        "Perangkat daerah ini dihapus, padahal %d pegawai "
                        "masih bertugas di sana.",
                        "This office goes, while %d officers still have duties "
                        "there."),
                    o->officers);
}

/* What the file no longer names is dropped. */
static void drop_missing(struct ctx *c, struct compare *m,
                         const struct file *file, const struct city_draft *d)
{
    str head = arena_fmt(c->mem, "%s.", file->many.p);

    for (size_t i = 0; file->many.n > 0 && i < m->k->n_items; i++) {
        str key = m->k->items[i].key;

        if (!str_starts(key, head) || in_draft(d, key))
            continue;
        if (str_eq(file->many, STR("offices")))
            warn_staffed(c, m, file->name, key);
        change(c, m, key, NULL);
    }
}

/* The city as it would be with the changes so far: functions are checked
 * against the offices that the same folder brings. */
static err with_changes(struct ctx *c, const struct compare *m,
                        struct city **out)
{
    size_t n = m->k->n_items + m->n;
    struct city_change *all = NEWS(c->mem, struct city_change, n + 1);

    for (size_t i = 0; i < m->k->n_items; i++)
        all[i] = (struct city_change){.key = m->k->items[i].key,
                                      .value = m->k->items[i].value};
    for (size_t i = 0; i < m->n; i++)
        all[m->k->n_items + i] = m->all[i];
    return city_snapshot_of(c, all, n, out);
}

static err check_file(struct ctx *c, struct compare *m, const struct file *file,
                      const struct data *doc)
{
    struct city_check z = {
        .k = m->k, .f = m->f, .dir = m->dir, .offices = m->offices};
    struct city_draft d = {0};
    struct city *next = NULL;

    if (!check_version(c, &z, doc))
        return E_OK;
    if (file->many.n > 0)
        check_many(c, &z, doc, file->many);
    if (file->check == check_functions) {
        TRY(with_changes(c, m, &next));
        z.k = next;
    }
    file->check(c, &z, doc, &d);
    city_free(next);
    for (size_t i = 0; i < d.n; i++)
        change(c, m, d.all[i].key, d.all[i].value);
    drop_missing(c, m, file, &d);
    if (file->check == city_check_offices)
        m->offices = city_map_at(doc, STR("offices"));
    return E_OK;
}

static err read_file(struct ctx *c, struct compare *m, const struct file *file)
{
    const char *path = file_join(c, m->dir, file->name.p);
    struct data *doc;
    str bytes;

    if (!file_exists(path))
        return E_OK;
    m->read++;
    TRY(file_read(c, path, FILE_MOST, &bytes));
    if (data_read_yaml(c, file->name, bytes, m->f, &doc) != E_OK)
        return E_OK; /* its findings are there; the other files come next */
    return check_file(c, m, file, doc);
}

/* A file whose name nobody reads is a mistake that would stay unseen. */
static err check_names(struct ctx *c, struct compare *m)
{
    struct city_check z = {.k = m->k, .f = m->f};
    str known[COUNT(files)], *names;
    size_t n;

    for (size_t i = 0; i < COUNT(files); i++)
        known[i] = files[i].name;
    TRY(file_list(c, m->dir, 'f', &names, &n));
    for (size_t i = 0; i < n; i++) {
        if ((!str_ends(names[i], STR(".yaml")) &&
             !str_ends(names[i], STR(".yml"))) ||
            str_among(names[i], known, COUNT(known)) >= 0)
            continue;
        finding_add(
            c, m->f, FIND_ERROR, (struct place){.file = names[i]}, STR(""),
            "%s",
            say(c, "Berkas ini tidak dikenal.", "This file is not known."))
            ->mend = str_of(city_perhaps(c, &z, names[i], known, COUNT(known)));
    }
    if (m->read == 0)
        return fail(c, E_NOT_FOUND,
                    say(c,
                        "Folder %s tidak berisi berkas kota seperti city.yaml.",
                        "The folder %s holds no city file such as city.yaml."),
                    m->dir);
    return E_OK;
}

err city_compare(struct ctx *c, const struct city *k, const char *dir,
                 struct findings *f, struct city_change **out, size_t *n)
{
    struct compare m = {.k = k, .dir = dir, .f = f};

    for (size_t i = 0; i < COUNT(files); i++)
        TRY(read_file(c, &m, &files[i]));
    TRY(check_names(c, &m));
    *out = m.all;
    *n = m.n;
    if (f->errors > 0)
        return fail(c, E_BAD_INPUT,
                    say(c, "Berkas kota di %s perlu diperbaiki.",
                        "The city files in %s need to be mended."),
                    dir);
    return E_OK;
}
