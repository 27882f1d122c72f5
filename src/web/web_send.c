/* SPDX-License-Identifier: EUPL-1.2 */
/* From the last step to the receipt: what is near, the answers once more, the
 * submission that counts once, and what the browser keeps of it. */
#include "web/web_priv.h"

/* ---- answers by step ---------------------------------------------- */

static str step_href(struct visit *v, const struct going *g, str step)
{
    return web_to(v, "%.*s/isi/%.*s", STR_ARG(g->base), STR_ARG(step));
}

static void put_file(struct visit *v, const struct going *g, struct data *row,
                     const struct app_shown *part)
{
    web_put(v, row, "value", STR(""));
    web_put_file(
        v, web_list(v, row, "files"),
        web_to(v, "%.*s/lampiran/%.*s", STR_ARG(g->base), STR_ARG(part->path)),
        part->text);
}

static void put_rows(struct visit *v, const struct going *g, struct data *rows,
                     const struct app_field *d, const struct app_form *whole,
                     str change)
{
    struct app_shown *parts;
    size_t n;

    if (app_show(v->c, g->app, d, whole, &parts, &n) != E_OK ||
        web_look(v) != E_OK ||
        record_show_refs(v->c, &v->world, v->on, g->behalf || g->desk, parts,
                         n) != E_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        struct data *row = web_item(v, rows);

        web_put(v, row, "key", parts[i].label);
        web_put(v, row, "value", parts[i].text);
        web_put(v, row, "change", change);
        web_list(v, row, "files");
        web_put_table(v, row, &parts[i]);
        if (parts[i].file)
            put_file(v, g, row, &parts[i]);
    }
}

void web_form_groups(struct visit *v, const struct going *g,
                     const struct app_form *whole)
{
    struct data *groups = web_list(v, v->page, "groups"), *group, *rows;

    for (size_t i = 0; i < g->app->n_steps; i++) {
        const struct app_step *s = &g->app->steps[i];

        group = data_new(v->c, DATA_MAP);
        web_put(v, group, "heading", app_say(v->c, s->title));
        rows = web_list(v, group, "rows");
        for (size_t k = 0; k < s->n; k++)
            put_rows(v, g, rows, &g->app->fields[s->fields[k]], whole,
                     step_href(v, g, s->key));
        if (rows->n > 0)
            data_append(v->c, groups, group);
    }
    group = data_new(v->c, DATA_MAP);
    web_put(v, group, "heading",
            str_of(say(v->c, "Dihitung dari isian", "Computed")));
    rows = web_list(v, group, "rows");
    for (size_t i = 0; i < g->app->n_fields; i++)
        if (g->app->fields[i].computed)
            put_rows(v, g, rows, &g->app->fields[i], whole, STR(""));
    if (rows->n > 0)
        data_append(v->c, groups, group);
    web_has(v, v->page, "groups");
}

/* The step where a finding of the whole form can be mended. */
str web_form_where(struct visit *v, void *arg, str key)
{
    const struct going *g = arg;
    str name = str_starts(key, STR("fields.")) ? str_slice(key, 7, key.n) : key;
    str head, tail;

    if (str_eq(key, STR("consent")))
        return STR("#f-consent");
    str_cut(name, '.', &head, &tail);
    for (size_t i = 0; i < g->app->n_steps; i++)
        for (size_t k = 0; k < g->app->steps[i].n; k++) {
            const struct app_field *d =
                &g->app->fields[g->app->steps[i].fields[k]];

            if (str_eq(d->key, head))
                return arena_fmt(v->c->mem, "%.*s%.*s",
                                 STR_ARG(step_href(v, g, g->app->steps[i].key)),
                                 STR_ARG(web_on_page(v, NULL, key)));
        }
    return STR("");
}

/* ---- what is near ------------------------------------------------- */

static str first_after_place(struct visit *v, const struct going *g)
{
    struct app_setting with = web_setting(v);
    bool past = false;

    for (size_t i = 0; i < g->app->n_steps; i++) {
        const struct app_step *s = &g->app->steps[i];
        bool place = false, asks = false;

        for (size_t k = 0; k < s->n; k++) {
            const struct app_field *d = &g->app->fields[s->fields[k]];

            place |= d->type == APP_PLACE;
            asks |= !d->computed &&
                    app_field_applies(v->c, g->app, &with, &g->draft.form, d);
        }
        if (past && asks)
            return step_href(v, g, s->key);
        past |= place;
    }
    return web_to(v, "%.*s/periksa", STR_ARG(g->base));
}

err web_form_near(struct visit *v)
{
    struct record_near *near;
    struct going g;
    struct data *list;
    size_t n;

    TRY(web_form_open(v, &g));
    TRY(web_look(v));
    TRY(record_nearby(v->c, &v->world, v->on, g.app, &g.draft.form, &near, &n));
    TRY(web_frame(v));
    list = web_list(v, v->page, "near");
    for (size_t i = 0; i < n; i++) {
        struct data *one = web_item(v, list);

        web_put(v, one, "number", near[i].number);
        web_put(v, one, "href",
                web_to(v, "/lacak/%.*s", STR_ARG(near[i].number)));
        web_put(v, one, "state", app_say(v->c, near[i].state_label));
        web_put(v, one, "when", web_when(v, near[i].submitted));
        web_put(v, one, "where",
                near[i].metres < 0
                    ? str_of(say(v->c, "di kelurahan yang sama",
                                 "in the same village"))
                    : arena_fmt(v->c->mem,
                                say(v->c, "%d meter dari tempat Anda",
                                    "%d metres from your place"),
                                near[i].metres));
    }
    web_put(v, v->page, "go_on", first_after_place(v, &g));
    return web_show(v, "nearby");
}

/* ---- check answers ------------------------------------------------ */

static str consent_of(struct visit *v, const struct app *a)
{
    const struct data *privacy = data_get(a->effective, STR("privacy"));
    str purpose = app_say(v->c, data_get(privacy, STR("purpose")));

    /* The purpose is a sentence; here it ends one. */
    if (str_ends(purpose, STR(".")))
        purpose = str_slice(purpose, 0, purpose.n - 1);
    if (purpose.n > 0 && purpose.p[0] >= 'A' && purpose.p[0] <= 'Z')
        purpose = arena_fmt(v->c->mem, "%c%.*s", purpose.p[0] - 'A' + 'a',
                            STR_ARG(str_slice(purpose, 1, purpose.n)));
    return SAY(v, "say_consent", STR("purpose"), purpose);
}

static void put_consent(struct visit *v, const struct going *g, str error)
{
    struct data *box = web_map(v, v->page, "consent_field");

    web_put(v, box, "id", STR("f-consent"));
    web_put(v, box, "error", error);
    web_put(v, v->page, "consent", consent_of(v, g->app));
}

/* Gates that would refuse it are told before it is sent. */
static err foresee(struct visit *v, const struct going *g,
                   const struct app_form *whole, struct findings *f)
{
    if (g->app->n_links == 0)
        return E_OK;
    TRY(web_look(v));
    return record_foresee(v->c, &v->world, v->on, g->app, whole, f);
}

static err show_check(struct visit *v, struct going *g,
                      const struct findings *bad, str no_consent)
{
    struct app_setting with = web_setting(v);
    struct app_form whole = web_copy_form(v->c, &g->draft.form);
    struct findings f = {0};
    int64_t rupiah = 0;
    str formula = STR("");
    err e = app_form_finish(v->c, g->app, &with, &whole, &f);

    if (e != E_OK && e != E_REFUSED)
        return e;
    if (e == E_OK && f.errors == 0 && g->app->charge != NULL)
        TRY(app_charge(v->c, g->app, &with, &whole, &rupiah, &formula));
    if (bad != NULL)
        f = *bad;
    else
        TRY(foresee(v, g, &whole, &f));
    if (no_consent.n > 0)
        finding_add(v->c, &f, FIND_ERROR, (struct place){0}, STR("consent"),
                    "%.*s", STR_ARG(no_consent));
    TRY(web_frame(v));
    v->title = arena_fmt(v->c->mem, "%.*s - %.*s", STR_ARG(v->title),
                         STR_ARG(app_say(v->c, g->app->title)));
    web_put(v, v->page, "service", app_say(v->c, g->app->title));
    web_form_groups(v, g, &whole);
    web_put_charge(v, g->app, rupiah, formula);
    put_consent(v, g, no_consent);
    if (f.errors > 0)
        web_wrong(v, &f, web_form_where, g);
    web_put(v, v->page, "action", web_to(v, "%.*s/periksa", STR_ARG(g->base)));
    web_put(v, v->page, "form_token", g->nonce);
    web_put(v, v->page, "version", web_form_mark(v, g));
    TRY(web_form_put_changed(v, g));
    web_put(v, v->page, "send_text",
            SAY(v, "say_send", STR("noun"), web_noun(v, g->app)));
    web_flag(v, v->page, "behalf", g->behalf);
    web_put(v, v->page, "csrf", web_csrf(v));
    return web_show_as(v, v->method == WEB_POST ? 422 : 200, "check");
}

err web_form_check(struct visit *v)
{
    struct going g;

    TRY(web_form_open(v, &g));
    if (!g.found)
        return web_go(v, "%.*s/isi", STR_ARG(g.base));
    return show_check(v, &g, NULL, STR(""));
}

/* ---- sending ------------------------------------------------------ */

/* What the browser keeps of a submission: number and code, under a key that
 * follows from its cookie and the form's token. */
static str receipt_token(struct visit *v, str nonce)
{
    return web_own_token(v, "receipt", nonce);
}

static err keep_receipt(struct visit *v, const struct going *g,
                        const struct record_receipt *r)
{
    struct record_draft d = {
        .app = g->app->id, .tree = g->app->tree, .overlay = g->app->overlay};

    app_form_set(v->c, &d.form, STR("*number"), r->number);
    app_form_set(v->c, &d.form, STR("*code"), r->code);
    TRY(record_draft_save(v->c, &v->world, receipt_token(v, g->nonce), &d));
    return record_draft_drop(v->c, &v->world, g->token);
}

static bool nonce_ok(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!(s.p[i] >= 'a' && s.p[i] <= 'z') &&
            !(s.p[i] >= 'A' && s.p[i] <= 'Z') &&
            !(s.p[i] >= '0' && s.p[i] <= '9') && s.p[i] != '-' && s.p[i] != '_')
            return false;
    return s.n == 22;
}

/* The same form again: its receipt, not a second record. */
static err sent_before(struct visit *v, str nonce, bool *is)
{
    struct record_draft d;
    err e;

    *is = false;
    if (!nonce_ok(nonce) || !v->s.brought)
        return E_OK;
    TRY(web_look(v));
    e = record_draft_load(v->c, &v->world, v->on, receipt_token(v, nonce), &d);
    *is = e == E_OK;
    return e == E_NOT_FOUND || e == E_TAMPERED ? E_OK : e;
}

static str receipt_path(struct visit *v, bool behalf, str nonce)
{
    return arena_fmt(v->c->mem, "/tanda-terima/%.*s%s", STR_ARG(nonce),
                     behalf ? "?loket=1" : "");
}

static err submit(struct visit *v, struct going *g)
{
    struct record_actor actor = web_actor(v, STR(""));
    struct findings f = {0};
    struct record_receipt r;
    struct record_submission s = {
        .app = g->app,
        .form = &g->draft.form,
        .actor = actor,
        .behalf = g->behalf,
        .token = receipt_token(v, g->nonce),
        .uploads = g->draft.uploads,
        .n_uploads = g->draft.n_uploads,
    };
    err e;

    if (g->behalf)
        s.actor.channel = STR("counter");
    else if (!g->desk)
        s.actor = (struct record_actor){
            .role = RECORD_NOBODY, .record = v->s.proof, .channel = STR("web")};
    web_look_away(v);
    e = record_submit(v->c, &v->world, &s, &f, &r);
    if (e == E_REFUSED && f.errors > 0)
        return show_check(v, g, &f, STR(""));
    TRY(e);
    if (g->desk) {
        TRY(record_draft_drop(v->c, &v->world, g->token));
        return web_go(v, "/kerja/berkas/%.*s", STR_ARG(r.number));
    }
    TRY(keep_receipt(v, g, &r));
    if (!g->behalf)
        TRY(web_session_prove(v, r.number));
    return web_go(v, "%.*s", STR_ARG(receipt_path(v, g->behalf, g->nonce)));
}

err web_form_send(struct visit *v)
{
    struct going g;
    bool before;

    TRY(sent_before(v, web_sent(v, "token"), &before));
    if (before)
        return web_go(
            v, "%.*s",
            STR_ARG(receipt_path(v, str_starts(v->path, STR("/loket")),
                                 web_sent(v, "token"))));
    TRY(web_form_open(v, &g));
    if (!g.found)
        return fail(v->c, E_GONE, "%s",
                    say(v->c,
                        "Isian ini sudah tidak tersimpan. Silakan isi kembali.",
                        "This form is no longer kept. Please fill it in "
                        "again."));
    if (!str_eq(g.nonce, web_sent(v, "token")))
        return fail(v->c, E_CONFLICT, "%s",
                    say(v->c,
                        "Isian ini dibuka di dua tempat. Buka kembali laman "
                        "periksa jawaban, lalu kirim.",
                        "This form was opened twice. Open the page that shows "
                        "your answers again, then send."));
    /* Answers that were looked through under another version are looked
     * through once more. */
    if (web_form_outdated(v, &g)) {
        TRY(web_form_mark_begun(v, &g));
        return show_check(v, &g, NULL, STR(""));
    }
    if (!str_eq(web_sent(v, "consent"), STR("1")))
        return show_check(v, &g, NULL, web_word(v, "say_consent_missing"));
    return submit(v, &g);
}

/* ---- the receipt -------------------------------------------------- */

struct got {
    bool counter;
    str number, code;
    struct record_view view;
    const struct app *app;
};

/* An officer's receipts follow from the session, residents' from the device;
 * the address says which. */
static err open_receipt(struct visit *v, struct got *g)
{
    struct record_actor actor;
    struct record_draft d;
    str path = v->path;

    g->counter = str_eq(web_arg(v, "loket"), STR("1"));
    if (!nonce_ok(v->part[0]) || !v->s.brought)
        return fail(v->c, E_NOT_FOUND, "%s",
                    say(v->c,
                        "Tanda terima ini tidak ada di peramban ini. Lacak "
                        "dengan nomor dan kode Anda.",
                        "This receipt is not in this browser. Track by your "
                        "number and code."));
    if (g->counter && !web_holds(v, "desk"))
        return fail(
            v->c, E_UNAUTHORIZED, "%s",
            say(v->c, "Silakan masuk lebih dahulu.", "Please sign in first."));
    if (g->counter)
        v->path = STR("/loket");
    TRY(web_look(v));
    TRY(record_draft_load(v->c, &v->world, v->on, receipt_token(v, v->part[0]),
                          &d));
    v->path = path;
    g->number = app_form_text(&d.form, STR("*number"));
    g->code = app_form_text(&d.form, STR("*code"));
    actor = (struct record_actor){.role = RECORD_RESIDENT,
                                  .level = 1,
                                  .record = g->number,
                                  .channel = STR("web")};
    TRY(record_view(v->c, &v->world, v->on, &actor, g->number, &g->view));
    g->app = g->view.app;
    return E_OK;
}

static str due_sentence(struct visit *v, const struct record *r)
{
    return r->promise == 0
               ? STR("")
               : SAY(v, "say_due", STR("when"), web_when(v, r->promise));
}

static str share_text(struct visit *v, const struct got *g)
{
    return arena_fmt(
        v->c->mem,
        say(v->c, "%.*s %.*s. Lacak di %.*s", "%.*s %.*s. Track it at %.*s"),
        STR_ARG(web_capital(v, web_noun(v, g->app))), STR_ARG(g->number),
        STR_ARG(web_url(v, "/lacak/%.*s", STR_ARG(g->number))));
}

static err put_receipt(struct visit *v, struct got *g)
{
    str whatsapp, proof;
    err e = ledger_receipt(v->c, v->world.ledger, g->view.history[0].event,
                           false, &proof);

    web_put(
        v, v->page, "heading",
        SAY(v, "say_sent", STR("noun"), web_capital(v, web_noun(v, g->app))));
    web_put(v, v->page, "number", g->number);
    web_put(v, v->page, "code", g->code);
    web_put(v, v->page, "due", due_sentence(v, &g->view.record));
    web_steps_of_flow(v, g->app, web_list(v, v->page, "next"),
                      g->view.record.region);
    web_put_charge(v, g->app, g->view.record.charge, STR(""));
    web_put(v, v->page, "proof",
            e == E_OK
                ? web_to(v, "/tanda-terima/%.*s/bukti%s", STR_ARG(v->part[0]),
                         g->counter ? "?loket=1" : "")
                : STR(""));
    web_put(v, v->page, "proof_wait",
            e == E_OK ? STR("") : web_word(v, "say_proof_wait"));
    web_put(v, v->page, "track",
            g->counter ? web_to(v, "/kerja/berkas/%.*s", STR_ARG(g->number))
                       : web_to(v, "/lacak/%.*s", STR_ARG(g->number)));
    web_put(v, v->page, "slip",
            web_to(v, "/tanda-terima/%.*s/cetak%s", STR_ARG(v->part[0]),
                   g->counter ? "?loket=1" : ""));
    TRY(web_whatsapp(v, STR(""), share_text(v, g), &whatsapp));
    web_put(v, v->page, "whatsapp", whatsapp);
    return e == E_BUSY ? E_OK : e;
}

err web_receipt(struct visit *v)
{
    struct got g;

    TRY(open_receipt(v, &g));
    TRY(web_frame(v));
    TRY(put_receipt(v, &g));
    TRY(web_put_restricted(v, &g.view));
    v->title = arena_fmt(v->c->mem, "%.*s - %.*s", STR_ARG(g.number),
                         STR_ARG(app_say(v->c, g.app->title)));
    v->reply.keep_out = true;
    TRY(web_show_as(v, 200, "receipt"));
    return E_OK;
}

err web_receipt_proof(struct visit *v)
{
    struct got g;
    str proof;

    TRY(open_receipt(v, &g));
    TRY(ledger_receipt(v->c, v->world.ledger, g.view.history[0].event, false,
                       &proof));
    v->reply.keep_out = true;
    return web_send(v, STR("text/plain; charset=utf-8"), proof,
                    arena_fmt(v->c->mem, "%.*s.tlog-proof", STR_ARG(g.number)));
}

static void slip_line(struct visit *v, struct buf *b, str label, str value)
{
    if (value.n > 0)
        buf_fmt(b, "%.*s : %.*s\n", STR_ARG(label),
                STR_ARG(letter_fact(v->c, value)));
}

static str slip_body(struct visit *v, const struct got *g)
{
    struct buf b = buf_new(v->c, 1 << 16);

    slip_line(v, &b, str_of(say(v->c, "Layanan", "Service")),
              app_say(v->c, g->app->title));
    slip_line(v, &b, str_of(say(v->c, "Nomor", "Number")), g->number);
    slip_line(v, &b, str_of(say(v->c, "Kode", "Code")), g->code);
    slip_line(v, &b, str_of(say(v->c, "Diterima", "Received")),
              web_when(v, g->view.record.submitted));
    if (g->view.record.promise > 0)
        slip_line(v, &b, str_of(say(v->c, "Janji selesai", "Promised")),
                  web_when(v, g->view.record.promise));
    slip_line(v, &b, str_of(say(v->c, "Biaya", "Fee")),
              g->view.record.charge > 0
                  ? city_show_money(v->c, g->view.record.charge)
                  : web_word(v, "say_free"));
    buf_fmt(&b, "\n%.*s\n", STR_ARG(web_word(v, "code_keep")));
    return buf_str(&b);
}

err web_receipt_slip(struct visit *v)
{
    struct letter_frame f;
    const struct face *face;
    struct got g;
    str pdf;

    TRY(open_receipt(v, &g));
    TRY(web_face(v, &face));
    f = (struct letter_frame){
        .government = city_government(v->c, v->world.city),
        .office = web_office(v, g.view.record.office),
        .address = STR(""),
        .crest = face->brand.crest,
        .colour = face->brand.colour,
        .title = str_of(say(v->c, "TANDA TERIMA", "RECEIPT")),
        .number = g.number,
        .verify_url = web_url(v, "/lacak/%.*s", STR_ARG(g.number)),
        .verify_text =
            str_of(say(v->c, "Pindai untuk melacak.", "Scan to track.")),
        .lang = v->c->lang,
        .watermark = city_training(v->world.city) ? STR("CONTOH") : STR(""),
    };
    TRY(letter_slip(v->c, &f, slip_body(v, &g), &pdf));
    v->reply.keep_out = true;
    return web_send(
        v, STR("application/pdf"), pdf,
        arena_fmt(v->c->mem, "tanda-terima-%.*s.pdf", STR_ARG(g.number)));
}
