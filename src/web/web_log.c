/* SPDX-License-Identifier: EUPL-1.2 */
/* The public log: a page to read, the resources that programs read (C2SP
 * tlog-tiles, the log's name is NAME/log), and receipts checked. */
#include "web/web_priv.h"

#define PAGE     25
#define LATE     (10 * TIME_MINUTE)
#define TEXT     "text/plain; charset=utf-8"
#define RECEIPTS ((size_t)512 << 10)

/* ---- resources ---------------------------------------------------- */

static err resource(struct visit *v, str path, const char *type)
{
    bool forever;
    str bytes;

    TRY(ledger_resource(v->c, v->world.ledger, path, &bytes, &forever));
    TRY(web_send(v, str_of(type), bytes, STR("")));
    v->reply.forever = forever;
    return E_OK;
}

err web_ledger_tip(struct visit *v)
{
    return resource(v, STR("checkpoint"), TEXT);
}

err web_ledger_tile(struct visit *v)
{
    return resource(v, arena_fmt(v->c->mem, "tile/%.*s", STR_ARG(v->part[0])),
                    "application/octet-stream");
}

static str log_key(struct visit *v)
{
    struct seal_key key;

    seal_signer_key(v->world.signer, SEAL_LOG, &key);
    return seal_vkey_show(v->c, &key);
}

err web_ledger_key(struct visit *v)
{
    return web_send(v, STR(TEXT),
                    arena_fmt(v->c->mem, "%.*s\n", STR_ARG(log_key(v))),
                    STR(""));
}

/* This city's policy (C2SP tlog-policy): its own log, and its witnesses. */
static str policy_text(struct visit *v)
{
    return city_policy(v->c, v->world.city, log_key(v), web_url(v, "/log"));
}

err web_ledger_policy(struct visit *v)
{
    return web_send(v, STR(TEXT), policy_text(v), STR(""));
}

/* ---- the page ----------------------------------------------------- */

static str class_name(struct visit *v, enum ledger_class k)
{
    static const struct {
        const char *word, *id, *en;
    } all[] = {
        {"case", "Berkas layanan", "Service record"},
        {"fee", "Pembayaran", "Payment"},
        {"assignment", "Penugasan", "Assignment"},
        {"config", "Pengaturan kota", "City settings"},
        {"roster", "Pegawai dan tugas", "Officers and duties"},
        {"procurement", "Pengadaan", "Procurement"},
        {"grant", "Hibah", "Grant"},
        {"flag", "Tanda periksa", "Flag"},
        {"erasure", "Penghapusan data", "Erasure"},
        {"tip", "Laporan tertutup", "Sealed report"},
        {"key", "Kunci", "Key"},
        {"recovery", "Pemulihan", "Recovery"},
    };
    str word = str_of(ledger_class_name(k));

    for (size_t i = 0; i < COUNT(all); i++)
        if (str_eq(word, str_of(all[i].word)))
            return str_of(say(v->c, all[i].id, all[i].en));
    return word;
}

static str office_of(struct visit *v, uint32_t number)
{
    const struct city_office *all;
    size_t n = city_offices(v->world.city, &all);

    for (size_t i = 0; i < n; i++)
        if (number > 1 && all[i].number == number)
            return city_office_name(v->c, &all[i]);
    return number == 1 ? city_name(v->c, v->world.city) : STR("-");
}

/* The tile that holds this leaf, as wide as the checkpoint of `size` makes it
 * (C2SP tlog-tiles, "Partial tiles"). */
static str tile_href(struct visit *v, int64_t leaf, int64_t size)
{
    int64_t tile = leaf / 256, width = size - tile * 256;

    if (leaf >= size || tile >= 1000)
        return STR("/log/checkpoint");
    return width >= 256
               ? arena_fmt(v->c->mem, "/log/tile/entries/%03" PRId64, tile)
               : arena_fmt(v->c->mem,
                           "/log/tile/entries/%03" PRId64 ".p/%" PRId64, tile,
                           width);
}

static err put_entries(struct visit *v, int64_t before, int64_t size)
{
    struct data *list = web_list(v, v->page, "entries");
    struct ledger_event *all;
    size_t n;

    TRY(ledger_public(v->c, v->on, before, PAGE, &all, &n));
    for (size_t i = 0; i < n; i++) {
        struct data *one;

        if (all[i].leaf < 0)
            continue;
        one = web_item(v, list);
        web_put(v, one, "index", web_number(v, all[i].leaf));
        web_put(v, one, "what", class_name(v, all[i].class));
        web_put(v, one, "office", office_of(v, all[i].office));
        web_put(v, one, "when", web_when(v, all[i].time));
        web_put(v, one, "href", tile_href(v, all[i].leaf, size));
    }
    /* By the leaf: an event's number would tell when what waits came. */
    web_put_pages(v, n == PAGE && all[n - 1].leaf > 0
                         ? web_to(v, "/log?sebelum=%" PRId64, all[n - 1].leaf)
                         : STR(""));
    return E_OK;
}

/* Returns its size; 0 where there is none. */
static int64_t put_checkpoint(struct visit *v)
{
    struct seal_checkpoint point;
    struct seal_note note;
    str bytes;
    bool forever;

    web_put(v, v->page, "size", web_number(v, 0));
    web_put(v, v->page, "root", STR(""));
    web_put(v, v->page, "age",
            str_of(say(v->c, "Belum ada.", "There is none yet.")));
    if (ledger_resource(v->c, v->world.ledger, STR("checkpoint"), &bytes,
                        &forever) != E_OK ||
        seal_note_read(v->c, bytes, &note) != E_OK ||
        seal_checkpoint_read(v->c, note.text, &point) != E_OK)
        return 0;
    web_put(v, v->page, "size", web_number(v, (int64_t)point.size));
    web_put(v, v->page, "root", seal_base64(v->c, point.root.b, SEAL_HASH));
    web_put(v, v->page, "age",
            str_of(say(v->c, "Ditandatangani oleh kota ini.",
                       "Signed by this city.")));
    return (int64_t)point.size;
}

static void put_witness(struct visit *v, struct data *list,
                        const struct city_party *p,
                        const struct seal_note *note, uint64_t size)
{
    struct data *one = web_item(v, list);
    struct seal_key key;
    uint64_t time = 0;

    if (size > 0 && seal_vkey_read(v->c, p->vkey, &key) == E_OK)
        time = seal_note_cosigned(note, &key);
    web_put(v, one, "name", p->name);
    web_tag(v, one, time > 0 ? "ok" : "warn",
            str_of(time > 0 ? say(v->c, "Disaksikan", "Witnessed")
                            : say(v->c, "Belum", "Not yet")));
    web_put(v, one, "when",
            time == 0
                ? STR("")
                : arena_fmt(v->c->mem,
                            say(v->c, "%.*s tindakan, %.*s", "%.*s acts, %.*s"),
                            STR_ARG(web_number(v, (int64_t)size)),
                            STR_ARG(web_when(v, (int64_t)time * TIME_SECOND))));
}

/* The newest checkpoint that was cosigned, and who has. */
static err put_witnesses(struct visit *v)
{
    struct data *list = web_list(v, v->page, "witnesses");
    struct seal_checkpoint p = {.size = 0};
    struct seal_note note = {.n = 0};
    struct city_party *all;
    size_t n = city_parties(v->c, v->world.city, CITY_WITNESS, &all);
    str kept;

    TRY(ledger_last_cosigned(v->c, v->world.ledger, &kept));
    if (kept.n > 0) {
        TRY(seal_note_read(v->c, kept, &note));
        TRY(seal_checkpoint_read(v->c, note.text, &p));
    }
    for (size_t i = 0; i < n; i++)
        put_witness(v, list, &all[i], &note, p.size);
    web_has(v, v->page, "witnesses");
    return E_OK;
}

err web_ledger(struct visit *v)
{
    const struct web_host *h = &web_options_of(v->web)->host;
    const char *why = h->read_only(v->c, h->node);
    struct seal_key key;
    int64_t before = 0;

    if (web_arg(v, "sebelum").n > 0)
        TRY(str_i64(v->c, web_arg(v, "sebelum"), &before));
    TRY(web_look(v));
    TRY(web_frame(v));
    seal_signer_key(v->world.signer, SEAL_LOG, &key);
    web_put(v, v->page, "origin", key.name);
    web_put(v, v->page, "checkpoint", STR("/log/checkpoint"));
    web_put(v, v->page, "vkey", STR("/log/kunci"));
    web_put(v, v->page, "policy", STR("/log/kebijakan"));
    web_put(v, v->page, "disagree", str_of(why));
    web_flag(v, v->page, "late", false);
    TRY(put_witnesses(v));
    TRY(put_entries(v, before, put_checkpoint(v)));
    web_trail(v, STR(""), STR(""));
    return web_show(v, "ledger");
}

/* ---- checking a receipt ------------------------------------------- */

static err begin_check(struct visit *v, str text, bool asked)
{
    struct input file = {
        .name = "file",
        .widget = "file",
        .label = str_of(say(v->c, "Berkas bukti", "The proof's file")),
        .accept = ".tlog-proof,.txt",
        .optional = true};
    struct input pasted = {
        .name = "receipt",
        .widget = "longtext",
        .label = str_of(say(v->c, "Atau tempel teksnya", "Or paste its text")),
        .value = text,
        .optional = true};

    TRY(web_frame(v));
    web_put_input(v, v->page, "file", &file);
    web_put_input(v, v->page, "receipt", &pasted);
    web_put(v, v->page, "action", web_to(v, "/log/periksa"));
    web_flag(v, v->page, "asked", asked);
    web_list(v, v->page, "lines");
    web_list(v, v->page, "rows");
    web_has(v, v->page, "rows");
    web_put(v, v->page, "csrf", web_csrf(v));
    web_trail(v, web_to(v, "/log"), web_word(v, "ledger"));
    return E_OK;
}

err web_ledger_check(struct visit *v)
{
    TRY(begin_check(v, STR(""), false));
    return web_show(v, "ledger_check");
}

static void line(struct visit *v, const char *kind, const char *tag, str text)
{
    struct data *one = web_item(v, data_get(v->page, STR("lines")));

    web_tag(v, one, kind, str_of(tag));
    web_put(v, one, "text", text);
}

static void verdict(struct visit *v, const char *kind, str title, str text)
{
    struct data *box = web_map(v, v->page, "verdict");

    web_put(v, box, "kind", str_of(kind));
    web_put(v, box, "title", title);
    web_put(v, box, "text", text);
}

static void put_told(struct visit *v, const struct ledger_told *t)
{
    const char *ok = say(v->c, "Sesuai", "Holds");
    struct data *rows = data_get(v->page, STR("rows"));

    verdict(v, "ok",
            str_of(say(v->c, "Bukti ini benar", "This proof is genuine")),
            str_of(t->verdict.witnessed
                       ? say(v->c, "Tercatat di log kota ini, dan disaksikan.",
                             "It stands in this city's log, and is witnessed.")
                       : say(v->c,
                             "Tercatat di log kota ini. Ditandatangani oleh "
                             "kota, tidak disaksikan pihak lain.",
                             "It stands in this city's log. Signed by the "
                             "city, not witnessed.")));
    line(v, "ok", ok,
         arena_fmt(v->c->mem,
                   say(v->c, "Tindakan nomor %" PRIu64 " dari %" PRIu64 ".",
                       "Act number %" PRIu64 " of %" PRIu64 "."),
                   t->index, t->verdict.checkpoint.size));
    line(v, "ok", ok,
         arena_fmt(
             v->c->mem, say(v->c, "Waktu %.*s, %.*s.", "Time %.*s, %.*s."),
             STR_ARG(web_when(v, t->time)), STR_ARG(class_name(v, t->class))));
    for (size_t i = 0; i < t->n; i++) {
        struct data *one = web_item(v, rows);

        web_put(v, one, "key", t->open[i].name);
        web_put(v, one, "value", t->open[i].value);
    }
    web_has(v, v->page, "rows");
}

err web_ledger_verify(struct visit *v)
{
    const struct record_upload *file = web_file(v, STR("file"));
    str text = file != NULL ? file->bytes : web_sent(v, "receipt");
    struct seal_policy *policy;
    struct ledger_told told;
    err e = E_BAD_INPUT;

    TRY(seal_policy_read(v->c, STR("policy"), policy_text(v), &policy));
    if (text.n > RECEIPTS)
        return fail(
            v->c, E_TOO_BIG, "%s",
            say(v->c, "Bukti tidak sebesar ini.", "A proof is not this big."));
    if (text.n > 0)
        e = ledger_verify(v->c, text, policy, &told);
    if (e != E_OK && e != E_BAD_INPUT && e != E_TAMPERED)
        return e;
    TRY(begin_check(v, str_utf8(text, NULL) ? text : STR(""), true));
    if (e == E_OK)
        put_told(v, &told);
    else
        verdict(v, "error",
                str_of(say(v->c, "Bukti ini tidak dapat dibenarkan",
                           "This proof does not hold")),
                text.n == 0 ? str_of(say(v->c,
                                         "Pilih berkasnya atau tempel "
                                         "teksnya.",
                                         "Choose the file or paste its "
                                         "text."))
                            : v->c->why);
    return web_show_as(v, 200, "ledger_check");
}
