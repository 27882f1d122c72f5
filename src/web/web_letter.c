/* SPDX-License-Identifier: EUPL-1.2 */
/* Is a letter ours, and does it hold? By the token of its QR code, by its
 * number, and byte by byte. */
#include "web/web_priv.h"

static const struct {
    const char *key, *kind;
} verdicts[] = {
    [RECORD_UNKNOWN] = {"unknown", "error"},
    [RECORD_VALID] = {"valid", "ok"},
    [RECORD_REVOKED] = {"revoked", "error"},
    [RECORD_EXPIRED] = {"expired", "warn"},
    [RECORD_NOT_YET] = {"not_yet", "warn"},
    [RECORD_REPLACED] = {"replaced", "error"},
    [RECORD_SAMPLE] = {"sample", "warn"},
};

static void row(struct visit *v, struct data *list, const char *id,
                const char *en, str value)
{
    struct data *one;

    if (value.n == 0)
        return;
    one = web_item(v, list);
    web_put(v, one, "key", str_of(str_eq(v->c->lang, STR("en")) ? en : id));
    web_put(v, one, "value", value);
}

static str day(struct visit *v, str iso)
{
    struct date d;

    return time_parse_date(iso, &d) ? city_show_date(v->c, d) : STR("");
}

static void put_rows(struct visit *v, const struct record_check *k)
{
    struct data *list = web_list(v, v->page, "rows");

    row(v, list, "Jenis", "Kind", k->kind);
    row(v, list, "Nomor", "Number", k->number);
    row(v, list, "Digantikan oleh surat nomor", "Replaced by letter number",
        k->instead);
    row(v, list, "Pemegang (disamarkan)", "Holder (masked)", k->holder);
    row(v, list, "Diterbitkan", "Issued", web_when(v, k->issued));
    row(v, list, "Berlaku mulai", "Valid from", day(v, k->valid_from));
    row(v, list, "Berlaku sampai", "Valid until", day(v, k->valid_to));
    row(v, list, "Penerbit", "Issued by", k->office);
    row(v, list, "SHA-256 berkas", "SHA-256 of the file", k->digest);
    web_has(v, v->page, "rows");
}

static void put_verdict(struct visit *v, const struct record_check *k,
                        str asked)
{
    struct data *box = web_map(v, v->page, "verdict");

    for (size_t i = 0; i < COUNT(verdicts); i++)
        web_flag(v, box, verdicts[i].key, i == k->verdict);
    web_put(v, box, "kind", str_of(verdicts[k->verdict].kind));
    web_put(v, box, "number", asked);
}

static void put_compare(struct visit *v, const struct record_check *k)
{
    struct input file = {.name = "file",
                         .widget = "file",
                         .label = str_of(say(v->c, "Berkas surat (PDF)",
                                             "The letter's file (PDF)")),
                         .accept = ".pdf"};
    struct data *box;
    str hex = k->digest;

    web_flag(v, v->page, "compare", false);
    web_flag(v, v->page, "compared", false);
    if (hex.n == 0)
        return;
    if (str_starts(hex, STR("sha256:")))
        hex = str_slice(hex, 7, hex.n);
    box = web_map(v, v->page, "compare");
    web_put_input(v, box, "file", &file);
    web_put(v, box, "digest", hex);
    web_put(v, box, "action", web_to(v, "/s/%.*s", STR_ARG(v->part[0])));
    web_put(v, v->page, "csrf", web_csrf(v));
}

static err begin(struct visit *v, bool asked, str number)
{
    struct input in = {.name = "nomor",
                       .label = web_word(v, "say_letter_number"),
                       .hint = web_word(v, "say_letter_hint"),
                       .value = number};

    TRY(web_frame(v));
    web_put_input(v, v->page, "number", &in);
    web_put(v, v->page, "action", web_to(v, "/periksa"));
    web_flag(v, v->page, "asked", asked);
    web_flag(v, v->page, "compare", false);
    web_flag(v, v->page, "compared", false);
    web_flag(v, v->page, "has_rows", false);
    web_flag(v, v->page, "by_token", false);
    web_put(v, v->page, "when",
            SAY(v, "say_checked", STR("when"), web_when(v, v->c->now)));
    web_trail(v, STR(""), STR(""));
    return E_OK;
}

static err check_token(struct visit *v, struct record_check *k)
{
    str token = v->part[0];

    *k = (struct record_check){.verdict = RECORD_UNKNOWN};
    if (token.n > 64)
        return E_OK;
    TRY(web_limit_take(v, LIMIT_LETTER, STR("")));
    TRY(web_look(v));
    TRY(record_check_token(v->c, &v->world, v->on, token, k));
    if (k->verdict != RECORD_UNKNOWN)
        web_limit_give(v, LIMIT_LETTER, STR(""));
    return E_OK;
}

static err show_token(struct visit *v, const struct record_check *k)
{
    TRY(begin(v, true, STR("")));
    web_flag(v, v->page, "by_token", true);
    put_verdict(v, k, k->number);
    put_rows(v, k);
    put_compare(v, k);
    v->reply.keep_out = true;
    return E_OK;
}

err web_letter_token(struct visit *v)
{
    struct record_check k;

    TRY(check_token(v, &k));
    TRY(show_token(v, &k));
    return web_show_as(v, 200, "verify_letter");
}

err web_letter_compare(struct visit *v)
{
    const struct record_upload *file = web_file(v, STR("file"));
    struct record_check k;
    struct data *box;
    bool same;

    TRY(check_token(v, &k));
    if (file == NULL || k.digest.n == 0)
        return web_go(v, "/s/%.*s", STR_ARG(v->part[0]));
    same = str_eq(seal_show_hash(v->c, seal_sha256(file->bytes)), k.digest);
    TRY(show_token(v, &k));
    box = web_map(v, v->page, "compared");
    web_put(v, box, "kind", same ? STR("ok") : STR("error"));
    web_put_word(v, box, "text", same ? "file_same" : "file_other");
    return web_show_as(v, 200, "verify_letter");
}

/* By number the verdict alone: numbers run in order, and say too much. */
err web_letter_number(struct visit *v)
{
    str number = str_slice(str_trim(web_arg(v, "nomor")), 0, 120);
    struct record_check k = {.verdict = RECORD_UNKNOWN};

    if (number.n > 0) {
        TRY(web_limit_take(v, LIMIT_LETTER, STR("")));
        TRY(web_look(v));
        TRY(record_check_number(v->c, &v->world, v->on, number, &k));
        if (k.verdict != RECORD_UNKNOWN)
            web_limit_give(v, LIMIT_LETTER, STR(""));
    }
    TRY(begin(v, number.n > 0, number));
    if (number.n > 0)
        put_verdict(v, &k, number);
    return web_show_as(v, 200, "verify_letter");
}
