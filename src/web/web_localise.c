/* SPDX-License-Identifier: EUPL-1.2 */
/* One thing that a city fills in, a page of its own: what it is, what the
 * origin says, what we say, what a resident notices, who decides. */
#include "web/web_local.h"

#define REASON_MOST 400
#define VALUE_MOST  400

/* ---- what a thing is, and what it does ---------------------------- */

static const struct {
    const char *id, *en; /* what it is */
} about[] = {
    [LOCAL_FUNCTION] = {"Aplikasi menyebut fungsi, bukan nama dinas. Setiap "
                        "kota menentukan perangkat daerah yang menjalankannya; "
                        "sekali untuk semua aplikasi.",
                        "An app names a function, not an office. Each city "
                        "says which office carries it, once for all apps."},
    [LOCAL_DUTY] = {"Tugas ini dipegang pegawai yang dikenal dengan namanya. "
                    "Sebaiknya dua orang atau lebih, agar berkas tidak "
                    "menunggu satu orang.",
                    "Officers hold this duty by name. Two or more are better, "
                    "so that no record waits for one person."},
    [LOCAL_LAW] = {"Dasar hukum ini berbeda di setiap daerah. Kota yang "
                   "memakai aplikasi ini menyebut peraturannya sendiri.",
                   "This law is another one in each region. A city that uses "
                   "the app names its own."},
    [LOCAL_TARIFF] = {"Tarif ditetapkan peraturan daerah masing-masing. Nilai "
                      "asal hanyalah nilai kota pemberi.",
                      "Tariffs are set by each region's own law. The origin's "
                      "values are those of the city that gave the app."},
    [LOCAL_TIME] = {"Janji layanan tampil di laman layanan; tenggat setiap "
                    "langkah dihitung dengan kalender kota ini.",
                    "The promise stands on the service's page; each step's "
                    "deadline is counted by this city's calendar."},
    [LOCAL_KEEP] = {"Berapa lama data warga disimpan sesudah berkas selesai.",
                    "How long a resident's data are kept after the record "
                    "ended."},
    [LOCAL_REGISTER] = {"Nomor surat diambil berurutan dari buku ini, tanpa "
                        "celah. Satu buku dapat dipakai beberapa aplikasi.",
                        "Letters take their numbers from this register, "
                        "without a gap. Several apps may share one."},
    [LOCAL_LETTERHEAD] = {"Nama pemerintah, alamat, dan lambang di kepala "
                          "setiap surat; sekali untuk semua aplikasi.",
                          "The government's name, address and crest at the "
                          "head of each letter, once for all apps."},
    [LOCAL_CALENDAR] = {"Hari libur dan jam kerja menentukan setiap tenggat; "
                        "sekali untuk semua aplikasi.",
                        "Holidays and office hours decide each deadline, once "
                        "for all apps."},
    [LOCAL_LINE] = {"Bagian ini diubah kota ini dari asalnya.",
                    "This city changed this part of the origin."},
};

/* The first example that a resident sends in the app's own scenarios, as a
 * whole form of this very city. */
static const struct data *example(const struct local *l, str *name)
{
    const struct data *all = app_scenarios(l->package);

    for (size_t i = 0; all != NULL && i < all->n; i++)
        for (size_t k = 0; k < all->pairs[i].value->n; k++) {
            const struct data *step = all->pairs[i].value->items[k];
            const struct data *sent =
                data_get(data_get(step, STR("resident")), STR("submit"));

            if (sent != NULL) {
                *name = all->pairs[i].key;
                return sent;
            }
        }
    return NULL;
}

/* Places come from another city's example: they count for nothing here. */
static bool charge_of(struct visit *v, const struct app *a,
                      const struct data *sent, int64_t *rupiah, str *formula)
{
    struct app_setting with = web_setting(v);
    struct app_form form = {0};
    struct findings f = {0};
    struct app_pair *pairs;
    struct data *values = data_copy(v->c, sent);
    str why = v->c->why;
    size_t n;
    bool ok;

    for (size_t i = 0; i < a->n_fields; i++)
        if (a->fields[i].type == APP_PLACE || a->fields[i].type == APP_REGION)
            data_drop(values, a->fields[i].key);
    ok = app_form_pairs(v->c, a->fields, a->n_fields, values, &pairs, &n) ==
             E_OK &&
         app_form_read(v->c, a, &with, a->fields, a->n_fields, pairs, n, &form,
                       &f) == E_OK &&
         app_form_finish(v->c, a, &with, &form, &f) == E_OK &&
         app_charge(v->c, a, &with, &form, rupiah, formula) == E_OK;
    v->c->why = why;
    return ok;
}

static str charge_effect(struct visit *v, const struct local *l)
{
    const struct data *sent;
    int64_t theirs, ours;
    str name, formula, formula_ours;

    if (l->app != NULL && l->app->charge == NULL)
        return str_of(say(v->c,
                          "Menentukan syarat, hitungan, atau masa berlaku. "
                          "Layanan ini tidak dipungut biaya.",
                          "Decides a requirement, a sum or how long something "
                          "holds. The service is free of charge."));
    if (l->app == NULL || (sent = example(l, &name)) == NULL ||
        !charge_of(v, l->origin, sent, &theirs, &formula) ||
        !charge_of(v, l->app, sent, &ours, &formula_ours))
        return str_of(say(v->c, "Menentukan berapa yang dibayar warga.",
                          "Decides what a resident pays."));
    return arena_fmt(
        v->c->mem,
        say(v->c,
            "Pada contoh \"%.*s\" warga membayar %.*s; menurut nilai asal "
            "%.*s.",
            "In the example \"%.*s\" a resident pays %.*s; by the origin's "
            "values %.*s."),
        STR_ARG(web_words_of(v, name)), STR_ARG(city_show_money(v->c, ours)),
        STR_ARG(city_show_money(v->c, theirs)));
}

static str register_effect(struct visit *v, const struct local_item *it)
{
    struct city_register r;

    if (!city_register(v->world.city, it->about, &r))
        return str_of(say(v->c, "Tanpa buku ini surat tidak dapat terbit.",
                          "Without it no letter can be issued."));
    return arena_fmt(
        v->c->mem,
        say(v->c, "Surat warga bernomor seperti %.*s/%" PRId64 "/%.*s.",
            "A resident's letter has a number like %.*s/%" PRId64 "/%.*s."),
        STR_ARG(r.class),
        city_register_next(
            &r, time_local(v->c->now, city_offset(v->world.city), NULL).year,
            0),
        STR_ARG(r.unit));
}

static str effect(struct visit *v, const struct local *l,
                  const struct local_item *it)
{
    const struct app *a = l->app == NULL ? l->origin : l->app;

    switch (it->kind) {
    case LOCAL_FUNCTION:
    case LOCAL_DUTY:
        return it->now.n == 0
                   ? str_of(say(v->c,
                                "Selama kosong, layanan ini tidak dapat dibuka "
                                "untuk warga.",
                                "As long as it is empty the service cannot "
                                "open to residents."))
                   : arena_fmt(v->c->mem,
                               say(v->c, "Berkas warga dikerjakan oleh: %.*s.",
                                   "Residents' records are worked on by: "
                                   "%.*s."),
                               STR_ARG(it->now));
    case LOCAL_LAW:
        return str_of(say(v->c,
                          "Warga membacanya di laman layanan, sebagai dasar "
                          "hukum, dan pada suratnya.",
                          "Residents read it on the service's page as its "
                          "legal basis, and on their letter."));
    case LOCAL_TARIFF:
        return charge_effect(v, l);
    case LOCAL_TIME:
        return arena_fmt(v->c->mem,
                         say(v->c,
                             "Warga dijanjikan selesai dalam %.*s sejak "
                             "berkasnya lengkap; menurut asal %.*s.",
                             "Residents are promised an end within %.*s of a "
                             "complete record; by the origin %.*s."),
                         STR_ARG(city_span_show(v->c, a->promise)),
                         STR_ARG(city_span_show(v->c, l->origin->promise)));
    case LOCAL_KEEP:
        return arena_fmt(v->c->mem,
                         say(v->c, "Data warga disimpan %.*s.",
                             "Residents' data are kept %.*s."),
                         STR_ARG(it->now));
    case LOCAL_REGISTER:
        return register_effect(v, it);
    case LOCAL_LETTERHEAD:
        return arena_fmt(v->c->mem,
                         say(v->c, "Surat warga berkepala: %.*s.",
                             "A resident's letter is headed: %.*s."),
                         STR_ARG(it->now));
    case LOCAL_CALENDAR:
        return str_of(say(v->c,
                          "Tanggal yang dijanjikan kepada warga melompati hari "
                          "libur yang tercatat.",
                          "Dates promised to residents skip the holidays that "
                          "are listed."));
    case LOCAL_LINE:
        break;
    }
    return str_of(say(v->c, "Warga melihatnya pada pratinjau layanan.",
                      "Residents see it in the preview of the service."));
}

static str who_decides(struct visit *v, const struct local_item *it)
{
    return str_of(
        it->grave ? say(v->c,
                        "Dua administrator: seorang mengusulkan, seorang lagi "
                        "menyetujui.",
                        "Two administrators: one proposes, another agrees.")
                  : say(v->c, "Seorang administrator.", "One administrator."));
}

/* ---- values as typed and as kept ---------------------------------- */

/* "5" of "5 workdays", "25,5" of 25.5 */
static str typed_of(struct visit *v, const struct local_slot *s, str value)
{
    str head, tail, at = value;
    char *p;

    if (s->ask == ASK_SPAN || s->ask == ASK_KEEP) {
        str_cut(value, ' ', &head, &tail);
        return head;
    }
    if (s->ask != ASK_NUMBER || str_eq(v->c->lang, STR("en")))
        return value;
    at = arena_str(v->c->mem, value);
    p = NEWS(v->c->mem, char, at.n + 1);
    for (size_t i = 0; i < at.n; i++)
        p[i] = at.p[i] == '.' ? ',' : at.p[i];
    return (str){p, at.n};
}

/* The unit stays the origin's: "hari kerja", "tahun sesudah selesai". */
static str unit_of(struct visit *v, const struct local_slot *s)
{
    str head, tail;

    if (s->ask != ASK_SPAN && s->ask != ASK_KEEP)
        return STR("");
    str_cut(web_local_show(v, s, s->origin), ' ', &head, &tail);
    return tail;
}

static str digits_of(struct visit *v, str typed)
{
    struct buf b = buf_new(v->c, VALUE_MOST + 8);

    for (size_t i = 0; i < typed.n; i++)
        if (typed.p[i] >= '0' && typed.p[i] <= '9')
            buf_char(&b, typed.p[i]);
        else if (strchr(". Rp", typed.p[i]) == NULL)
            return STR("");
    return buf_str(&b);
}

/* "1.250,5" and "1250.5" are one number. */
static str decimal_of(struct visit *v, str typed)
{
    struct buf b = buf_new(v->c, VALUE_MOST + 8);
    bool comma = str_has(typed, ',');

    for (size_t i = 0; i < typed.n; i++)
        if (typed.p[i] >= '0' && typed.p[i] <= '9')
            buf_char(&b, typed.p[i]);
        else if (typed.p[i] == ',' || (typed.p[i] == '.' && !comma))
            buf_char(&b, '.');
        else if (typed.p[i] != '.' && typed.p[i] != ' ')
            return STR("");
    return buf_str(&b);
}

/* "3 workdays" from "3" and the origin's own "5 workdays". */
static str span_of(struct visit *v, const struct local_slot *s, str typed)
{
    str head, unit, word, rest;
    int64_t n;

    if (!str_is_i64(typed, &n) || n < 1 || n > 10000)
        return STR("");
    str_cut(s->origin, ' ', &head, &unit);
    str_cut(unit, ' ', &word, &rest);
    if (str_ends(word, STR("s")))
        word = str_slice(word, 0, word.n - 1);
    return arena_fmt(v->c->mem, "%" PRId64 " %.*s%s%s%.*s", n, STR_ARG(word),
                     n == 1 ? "" : "s", rest.n > 0 ? " " : "", STR_ARG(rest));
}

static str kept_form(struct visit *v, const struct local_slot *s, str typed)
{
    switch (s->ask) {
    case ASK_MONEY:
        return digits_of(v, typed);
    case ASK_NUMBER:
        return decimal_of(v, typed);
    case ASK_SPAN:
    case ASK_KEEP:
        return span_of(v, s, typed);
    case ASK_TEXT:
        break;
    }
    return typed;
}

/* In quotes, so that no text is read as anything but a text. */
static str as_text(struct visit *v, str value)
{
    struct buf b = buf_new(v->c, 2 * value.n + 8);

    buf_char(&b, '\'');
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\'')
            buf_char(&b, '\'');
        buf_char(&b, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
    }
    buf_char(&b, '\'');
    return buf_str(&b);
}

static const struct data *reason(struct visit *v, str text)
{
    struct data *why = data_new(v->c, DATA_MAP);

    data_put_text(v->c, why, STR("id"), text);
    return why;
}

/* ---- the page ----------------------------------------------------- */

static str item_href(struct visit *v, const struct local *l, str key)
{
    return web_to(v, "/aplikasi/%.*s/butir/%.*s", STR_ARG(l->id),
                  STR_ARG(web_query_of(v, key)));
}

static str line_value(struct visit *v, const struct local *l, str path,
                      const struct app_overlay *o, str otherwise)
{
    struct app_change *lines;
    size_t n = web_local_lines(v, l, o, &lines);

    for (size_t i = 0; i < n; i++)
        if (str_eq(lines[i].path, path))
            return web_local_value(v, l, path, lines[i].to);
    return otherwise;
}

/* Origin, ours, and what waits, side by side. */
static void put_columns(struct visit *v, const struct local *l,
                        const struct local_item *it)
{
    struct data *rows = web_list(v, v->page, "rows");

    for (size_t i = 0; i < it->n; i++) {
        const struct local_slot *s = &it->slots[i];
        struct data *row = web_item(v, rows);

        web_put(v, row, "label", s->label);
        web_put(v, row, "origin", web_local_show(v, s, s->origin));
        web_put(v, row, "ours",
                s->ours.n == 0 && l->app != NULL
                    ? line_value(v, l, s->path, l->overlay,
                                 web_local_show(v, s, s->ours))
                    : web_local_show(v, s, s->ours));
        web_put(v, row, "waiting", STR(""));
        for (size_t k = 0; k < l->n_pending; k++)
            if (str_eq(l->pending[k].path, s->path))
                web_put(v, row, "waiting",
                        web_local_value(v, l, s->path,
                                        l->pending[k].to == NULL
                                            ? NULL
                                            : l->pending[k].to->to));
    }
    web_has(v, v->page, "rows");
    web_flag(v, v->page, "any_waits", it->waits);
}

static void put_conflicts(struct visit *v, const struct local *l,
                          const struct local_item *it)
{
    struct data *list = web_list(v, v->page, "conflicts");

    for (size_t i = 0; i < l->trouble.n; i++) {
        const struct finding *f = &l->trouble.all[i];
        struct data *one;

        if (!web_local_touched(it, f->key))
            continue;
        one = web_item(v, list);
        web_put(v, one, "label", web_local_path(v, l, f->key));
        web_put(v, one, "say", web_local_quarrel(v, l, f));
        web_put(v, one, "path", f->key);
        web_flag(v, one, "gone", web_local_gone(f));
    }
    web_has(v, v->page, "conflicts");
}

static str typed_in(struct visit *v, const struct local_slot *s, str ours,
                    bool sent)
{
    return sent && web_has_sent(v, s->path.p)
               ? str_slice(web_sent(v, s->path.p), 0, VALUE_MOST)
               : typed_of(v, s, ours);
}

static str error_at(const struct findings *f, str key)
{
    for (size_t i = 0; f != NULL && i < f->n; i++)
        if (str_eq(f->all[i].key, key))
            return f->all[i].what;
    return STR("");
}

/* What stands in the boxes: in force, or what waits by the same officer. */
static str in_box(struct visit *v, const struct local *l,
                  const struct local_slot *s, const struct app_overlay *base)
{
    struct app_change *lines;
    size_t n = web_local_lines(v, l, base, &lines);

    for (size_t i = 0; i < n; i++)
        if (str_eq(lines[i].path, s->path))
            return data_text(lines[i].to);
    return s->origin;
}

static bool editable(const struct local *l, const struct local_item *it)
{
    bool plain = it->kind == LOCAL_LAW || it->kind == LOCAL_TARIFF ||
                 it->kind == LOCAL_TIME || it->kind == LOCAL_KEEP;

    for (size_t i = 0; i < it->n && it->kind == LOCAL_LINE; i++)
        plain |= it->slots[i].origin.n > 0;
    return plain && l->app != NULL;
}

static void put_form(struct visit *v, const struct local *l,
                     const struct local_item *it, const struct findings *f)
{
    struct data *list = web_list(v, v->page, "fields");
    struct app_overlay *base = web_local_base(v, l);
    struct input why = {
        .name = "alasan",
        .label = str_of(say(v->c, "Alasan atau dasarnya", "Reason or basis")),
        .hint = str_of(say(v->c, "Misalnya nomor peraturan atau keputusan.",
                           "Such as the number of a law or decision.")),
        .value = str_slice(web_sent(v, "alasan"), 0, REASON_MOST),
        .error = error_at(f, STR("alasan"))};

    for (size_t i = 0; i < it->n; i++) {
        const struct local_slot *s = &it->slots[i];
        bool number = s->ask != ASK_TEXT;
        struct input in = {.name = s->path.p,
                           .widget = s->ask == ASK_MONEY ? "money"
                                     : number            ? "number"
                                                         : NULL,
                           .mode = s->ask == ASK_NUMBER ? "decimal"
                                   : number             ? "numeric"
                                                        : NULL,
                           .width = number ? "w10" : NULL,
                           .label = s->label,
                           .value =
                               typed_in(v, s, in_box(v, l, s, base), f != NULL),
                           .error = error_at(f, s->path),
                           .optional = s->optional};
        struct data *d = web_input(v, &in);

        web_put(v, d, "unit", s->ask == ASK_MONEY ? STR("Rp") : unit_of(v, s));
        data_append(v->c, list, d);
    }
    data_append(v->c, list, web_input(v, &why));
    web_flag(v, v->page, "editable", editable(l, it));
    web_put(v, v->page, "save",
            it->grave ? web_word(v, "say_propose") : web_word(v, "save"));
}

/* Where things are filled in that are not this app's own. */
static void put_elsewhere(struct visit *v, const struct local_item *it)
{
    static const struct {
        enum local_kind kind;
        const char *href, *id, *en;
    } all[] = {
        {LOCAL_DUTY, "/orang", "Berikan tugas di laman Pegawai dan tugas",
         "Give the duty on the page People and duties"},
        {LOCAL_LETTERHEAD, "",
         "Diisi oleh pengelola server dari berkas kota (city.yaml dan "
         "brand.yaml).",
         "Filled in by who runs the server, from the city's files (city.yaml "
         "and brand.yaml)."},
        {LOCAL_CALENDAR, "",
         "Diisi oleh pengelola server dari berkas kota (calendar.yaml).",
         "Filled in by who runs the server, from the city's files "
         "(calendar.yaml)."},
        {LOCAL_REGISTER, "",
         "Diisi oleh pengelola server dari berkas kota (registers.yaml).",
         "Filled in by who runs the server, from the city's files "
         "(registers.yaml)."},
    };
    struct data *to;

    web_flag(v, v->page, "elsewhere", false);
    for (size_t i = 0; i < COUNT(all); i++) {
        if (all[i].kind != it->kind)
            continue;
        to = web_map(v, v->page, "elsewhere");
        web_put(v, to, "text", str_of(say(v->c, all[i].id, all[i].en)));
        web_put(v, to, "href",
                all[i].href[0] == '\0' ? STR("")
                                       : web_to(v, "%s", all[i].href));
    }
}

static str near_item(struct visit *v, void *arg, str key)
{
    (void)arg;
    return str_eq(key, STR("rules"))
               ? STR("")
               : arena_fmt(v->c->mem, "#%.*s",
                           STR_ARG(web_field_id(v, NULL, key)));
}

static const struct data *reason_of(struct visit *v, const struct local *l,
                                    const struct local_item *it)
{
    struct app_change *lines;
    size_t n = web_local_lines(v, l, l->overlay, &lines);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < it->n; k++)
            if (str_eq(lines[i].path, it->slots[k].path) &&
                lines[i].why != NULL)
                return lines[i].why;
    return NULL;
}

static void put_said(struct visit *v, str said)
{
    if (said.n > 0)
        web_notice(v, "ok",
                   web_word(v, str_eq(said, STR("usul")) ? "say_local_asked"
                               : str_eq(said, STR("tarik"))
                                   ? "say_local_withdrawn"
                                   : "say_local_saved"));
}

static err show_item(struct visit *v, const struct local *l,
                     const struct local_item *it, const struct findings *f)
{
    TRY(web_frame(v));
    TRY(web_look(v));
    v->title = it->name;
    web_trail(v, web_to(v, "/aplikasi"), web_word(v, "apps"));
    web_trail(v, web_to(v, "/aplikasi/%.*s", STR_ARG(l->id)),
              app_say(v->c, l->origin->title));
    web_put(v, v->page, "name", it->name);
    web_put(v, v->page, "service", app_say(v->c, l->origin->title));
    web_tag(v, v->page, web_local_mood(it->state),
            web_local_state(v, it->state));
    web_put(v, v->page, "about",
            str_of(say(v->c, about[it->kind].id, about[it->kind].en)));
    web_put(v, v->page, "effect", effect(v, l, it));
    web_put(v, v->page, "who", who_decides(v, it));
    web_put(v, v->page, "now", it->n == 0 ? it->now : STR(""));
    web_put(v, v->page, "reason", app_say(v->c, reason_of(v, l, it)));
    put_columns(v, l, it);
    put_conflicts(v, l, it);
    put_form(v, l, it, f);
    put_elsewhere(v, it);
    web_put_proposal(v, l);
    if (!it->waits)
        web_flag(v, v->page, "proposal", false);
    if (it->kind == LOCAL_FUNCTION)
        TRY(web_map_put(v, it, item_href(v, l, it->key)));
    if (web_register_asks(it))
        web_register_put(v);
    web_put(v, v->page, "action", item_href(v, l, it->key));
    web_flag(v, v->page, "back_to_origin",
             l->app != NULL && it->n > 0 &&
                 (it->state == LOCAL_OURS || it->state == LOCAL_CONFLICT));
    if (f != NULL && f->n > 0)
        web_wrong(v, f, near_item, NULL);
    else
        put_said(v, web_arg(v, "tersimpan"));
    return web_show_as(v, f != NULL && f->n > 0 ? 422 : 200, "localise_item");
}

static err item_part(struct visit *v, struct local **l,
                     const struct local_item **it)
{
    TRY(web_local(v, l));
    *it = web_local_item(*l, v->part[2]);
    if (*it != NULL)
        return E_OK;
    return fail(v->c, E_NOT_FOUND, "%s",
                say(v->c, "Butir ini tidak ada pada aplikasi ini.",
                    "This app has no such item."));
}

err web_local_page(struct visit *v)
{
    const struct local_item *it;
    struct local *l;

    TRY(item_part(v, &l, &it));
    return show_item(v, l, it, NULL);
}

/* ---- taking what was typed ---------------------------------------- */

static void wrong(struct visit *v, struct findings *f, str key, const char *id,
                  const char *en)
{
    finding_add(v->c, f, FIND_ERROR, (struct place){0}, key, "%s",
                say(v->c, id, en));
}

static err take_slot(struct visit *v, const struct local *l,
                     struct app_overlay *o, const struct local_slot *s,
                     const struct data *why, struct findings *f)
{
    str typed = str_trim(web_sent(v, s->path.p)), value;
    size_t before = f->n;
    err e;

    if (!web_has_sent(v, s->path.p))
        return E_OK;
    if (typed.n == 0 && s->optional) {
        app_overlay_back(v->c, o, l->package, s->path);
        return E_OK;
    }
    value = typed.n > VALUE_MOST ? STR("") : kept_form(v, s, typed);
    if (value.n == 0) {
        if (s->ask == ASK_TEXT)
            wrong(v, f, s->path, "Isian ini masih kosong atau terlalu panjang.",
                  "This is empty or too long.");
        else
            wrong(v, f, s->path, "Isilah dengan angka.", "Write a number.");
        return E_OK;
    }
    e = app_overlay_set(v->c, o, l->package, s->path, as_text(v, value), why,
                        f);
    if (e == E_BAD_INPUT || e == E_TOO_BIG) {
        f->n = before;
        finding_add(v->c, f, FIND_ERROR, (struct place){0}, s->path, "%.*s",
                    STR_ARG(v->c->why));
        return E_OK;
    }
    return e;
}

/* The app as it would be: what its checker says belongs to the boxes. */
static err check_whole(struct visit *v, const struct local *l,
                       const struct app_overlay *o, struct findings *f)
{
    struct findings said = {0};
    struct app *a;
    err e = app_build(v->c, l->package, o, v->world.city, &said, &a);

    if (e == E_OK)
        return E_OK;
    for (size_t i = 0; i < said.n; i++)
        if (said.all[i].severity == FIND_ERROR)
            finding_add(v->c, f, FIND_ERROR, (struct place){0}, said.all[i].key,
                        "%.*s", STR_ARG(web_plain(said.all[i].what)));
    return f->n > 0 ? E_OK : e;
}

/* What the room below refuses is said on the item's own page. */
static err refused(struct visit *v, const char *key, str field, err e)
{
    struct findings f = {0};
    const struct local_item *it;
    struct local *now;
    str why = v->c->why;

    if (e != E_REFUSED && e != E_CONFLICT && e != E_BAD_INPUT)
        return e;
    TRY(web_local(v, &now));
    finding_add(v->c, &f, FIND_ERROR, (struct place){0}, field, "%.*s",
                STR_ARG(why));
    it = web_local_item(now, str_of(key));
    return it == NULL ? web_go(v, "/aplikasi/%.*s", STR_ARG(now->id))
                      : show_item(v, now, it, &f);
}

static err take_function(struct visit *v, const struct local *l,
                         const struct local_item *it)
{
    const char *said;
    err e = web_map_take(v, it, &said);

    if (e != E_OK)
        return refused(v, it->key.p, STR("rules"), e);
    return web_go(v, "/aplikasi/%.*s/butir/%.*s?tersimpan=%s", STR_ARG(l->id),
                  STR_ARG(web_query_of(v, it->key)), said);
}

static err take_register(struct visit *v, const struct local *l,
                         const struct local_item *it)
{
    err e = web_register_take(v, it);

    if (e != E_OK)
        return refused(v, it->key.p, STR("rules"), e);
    return web_go(v, "/aplikasi/%.*s/butir/%.*s?tersimpan=ya", STR_ARG(l->id),
                  STR_ARG(web_query_of(v, it->key)));
}

static err saved(struct visit *v, const struct local *l,
                 const struct local_item *it, struct app_overlay *next)
{
    struct app_saving s = {.l = l, .next = next};
    err e = web_local_save(v, &s);

    if (e != E_OK)
        return refused(v, it->key.p, STR("rules"), e);
    if (it->kind == LOCAL_LINE && !s.asked)
        return web_go(v, "/aplikasi/%.*s?tersimpan=ya", STR_ARG(l->id));
    return web_go(v, "/aplikasi/%.*s/butir/%.*s?tersimpan=%s", STR_ARG(l->id),
                  STR_ARG(web_query_of(v, it->key)), s.asked ? "usul" : "ya");
}

/* Of a line that stood against another version: ours stays, and remembers
 * what this version says; or it goes. */
static err settle_conflict(struct visit *v, const struct local *l,
                           const struct local_item *it)
{
    struct app_overlay *o = web_local_base(v, l);
    str path = web_sent(v, "jalur");
    err e;

    if (!web_local_touched(it, path))
        return show_item(v, l, it, NULL);
    if (!str_eq(web_sent(v, "pilih"), STR("milik-kita")))
        app_overlay_back(v->c, o, l->package, path);
    else if ((e = app_overlay_keep(v->c, o, l->package, path)) != E_OK)
        return refused(v, it->key.p, STR("rules"), e);
    return saved(v, l, it, o);
}

static err back_to_origin(struct visit *v, const struct local *l,
                          const struct local_item *it)
{
    struct app_overlay *o = web_local_base(v, l);

    for (size_t i = 0; i < it->n; i++)
        app_overlay_back(v->c, o, l->package, it->slots[i].path);
    return saved(v, l, it, o);
}

err web_local_take(struct visit *v)
{
    const struct local_item *it;
    struct findings f = {0};
    struct app_overlay *o;
    struct local *l;
    str why = str_trim(web_sent(v, "alasan"));

    TRY(item_part(v, &l, &it));
    if (it->kind == LOCAL_FUNCTION)
        return take_function(v, l, it);
    if (web_register_asks(it))
        return take_register(v, l, it);
    if (web_has_sent(v, "jalur"))
        return settle_conflict(v, l, it);
    if (web_has_sent(v, "asal"))
        return back_to_origin(v, l, it);
    if (!editable(l, it))
        return show_item(v, l, it, NULL);
    o = web_local_base(v, l);
    if (why.n == 0 || why.n > REASON_MOST)
        wrong(v, &f, STR("alasan"), "Sebutkan alasan atau dasarnya.",
              "Name the reason or basis.");
    for (size_t i = 0; i < it->n; i++)
        TRY(take_slot(v, l, o, &it->slots[i], reason(v, why), &f));
    if (f.n == 0)
        TRY(check_whole(v, l, o, &f));
    return f.n > 0 ? show_item(v, l, it, &f) : saved(v, l, it, o);
}
