/* SPDX-License-Identifier: EUPL-1.2 */
/* The faces of what stands alone in a form: read, check, show, give back,
 * invent. One row a leaf. */
#include "app/app_priv.h"

#define NAME_MOST 200

/* ---- reading ------------------------------------------------------ */

static bool printable(str s, bool lines)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char ch = (unsigned char)s.p[i];

        if ((ch < 32 && !(lines && (ch == '\n' || ch == '\t'))) || ch == 127)
            return false;
    }
    return true;
}

/* NFC, with line feeds alone at the ends of lines. */
static bool tidy(struct ctx *c, str s, str *out)
{
    char *p = NEWS(c->mem, char, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\r')
            p[n++] = s.p[i];
        else if (i + 1 == s.n || s.p[i + 1] != '\n')
            p[n++] = '\n';
    return str_utf8((str){p, n}, NULL) && data_nfc(c, (str){p, n}, out) == E_OK;
}

static enum app_fault read_text(struct ctx *c, str s, str *out)
{
    return tidy(c, s, out) && printable(*out, false) ? FAULT_NONE
                                                     : FAULT_MALFORMED;
}

static enum app_fault read_longtext(struct ctx *c, str s, str *out)
{
    return tidy(c, s, out) && printable(*out, true) ? FAULT_NONE
                                                    : FAULT_MALFORMED;
}

static enum app_fault read_boolean(struct ctx *c, str s, str *out)
{
    str low = data_fold(c, s);
    bool yes = app_word_in("true ya yes on 1", low);

    if (!yes && !app_word_in("false tidak no off 0", low))
        return FAULT_MALFORMED;
    *out = yes ? STR("true") : STR("false");
    return FAULT_NONE;
}

static enum app_fault read_choice(struct ctx *c, str s, str *out)
{
    (void)c;
    *out = s;
    return app_field_name_ok(s) ? FAULT_NONE : FAULT_DENIED;
}

/* Keys joined by commas, put in order, each once. */
static enum app_fault read_choices(struct ctx *c, str s, str *out)
{
    str keys[64], item;
    size_t n = 0;
    struct buf b = buf_new(c, 4096);

    while (str_next(&s, ',', &item)) {
        size_t at = n;

        item = str_trim(item);
        if (!app_field_name_ok(item))
            return FAULT_DENIED;
        if (str_among(item, keys, n) >= 0)
            continue;
        if (n == COUNT(keys))
            return FAULT_LARGE;
        for (; at > 0 && str_cmp(keys[at - 1], item) > 0; at--)
            keys[at] = keys[at - 1];
        keys[at] = item;
        n++;
    }
    for (size_t i = 0; i < n; i++)
        buf_fmt(&b, "%s%.*s", i > 0 ? "," : "", STR_ARG(keys[i]));
    *out = buf_str(&b);
    return FAULT_NONE;
}

static enum app_fault read_count(struct ctx *c, str s, size_t least,
                                 size_t most, str *out)
{
    *out = app_digits(c, s, " .-");
    if (out->p == NULL)
        return FAULT_MALFORMED;
    return out->n < least  ? FAULT_SMALL
           : out->n > most ? FAULT_LARGE
                           : FAULT_NONE;
}

static int two(str s, size_t at)
{
    return (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
}

/* Shape only: the region is that of first registration and may be gone, and
 * a birth date may have been mended since. */
static enum app_fault read_nik(struct ctx *c, str s, str *out)
{
    enum app_fault fault = read_count(c, s, 16, 16, out);
    int day, month;

    if (fault != FAULT_NONE)
        return fault;
    day = two(*out, 6) % 40;
    month = two(*out, 8);
    return day >= 1 && day <= 31 && two(*out, 6) <= 71 && month >= 1 &&
                   month <= 12 && !str_eq(str_slice(*out, 12, 16), STR("0000"))
               ? FAULT_NONE
               : FAULT_DENIED;
}

/* Region, day of issue, number: the day of a family card is never raised. */
static enum app_fault read_kk(struct ctx *c, str s, str *out)
{
    enum app_fault fault = read_count(c, s, 16, 16, out);

    if (fault != FAULT_NONE)
        return fault;
    return two(*out, 6) >= 1 && two(*out, 6) <= 31 && two(*out, 8) >= 1 &&
                   two(*out, 8) <= 12
               ? FAULT_NONE
               : FAULT_DENIED;
}

static enum app_fault read_nib(struct ctx *c, str s, str *out)
{
    return read_count(c, s, 13, 13, out);
}

static enum app_fault read_npwp(struct ctx *c, str s, str *out)
{
    return read_count(c, s, 15, 16, out);
}

/* "0812-3456-7890", "+62 812 ...", "62812..." are +62812...; another country's
 * number keeps its own plus. */
static enum app_fault read_phone(struct ctx *c, str s, str *out)
{
    bool plus = s.n > 0 && s.p[0] == '+';
    str d = app_digits(c, plus ? str_slice(s, 1, s.n) : s, " .-()");

    if (d.p == NULL)
        return FAULT_MALFORMED;
    if (!plus && str_starts(d, STR("0")))
        d = arena_fmt(c->mem, "62%.*s", STR_ARG(str_slice(d, 1, d.n)));
    else if (!plus && !str_starts(d, STR("62")))
        return d.n < 7 ? FAULT_SMALL : FAULT_DENIED;
    if (d.n < 9)
        return FAULT_SMALL;
    if (d.n > 15)
        return FAULT_LARGE;
    if (str_starts(d, STR("620")))
        return FAULT_DENIED;
    *out = arena_fmt(c->mem, "+%.*s", STR_ARG(d));
    return FAULT_NONE;
}

static enum app_fault read_email(struct ctx *c, str s, str *out)
{
    str local, domain;

    if (!tidy(c, s, out) || !str_cut(*out, '@', &local, &domain))
        return FAULT_MALFORMED;
    if (out->n > 254)
        return FAULT_LARGE;
    for (size_t i = 0; i < out->n; i++)
        if ((unsigned char)out->p[i] <= 32 ||
            strchr("<>()[]\\,;:\"", out->p[i]) != NULL)
            return FAULT_MALFORMED;
    return local.n > 0 && local.n <= 64 && domain.n > 3 &&
                   !str_has(domain, '@') && str_has(domain, '.') &&
                   domain.p[0] != '.' && domain.p[domain.n - 1] != '.' &&
                   str_find(domain, STR("..")) == domain.n
               ? FAULT_NONE
               : FAULT_MALFORMED;
}

/* Letters, digits, dashes and points, one at least, none at an end. */
static bool names_host(str host)
{
    if (host.n < 4 || !str_has(host, '.') || host.p[0] == '.' ||
        host.p[host.n - 1] == '.')
        return false;
    for (size_t i = 0; i < host.n; i++)
        if (!(host.p[i] >= 'a' && host.p[i] <= 'z') &&
            !(host.p[i] >= 'A' && host.p[i] <= 'Z') &&
            !(host.p[i] >= '0' && host.p[i] <= '9') && host.p[i] != '-' &&
            host.p[i] != '.')
            return false;
    return true;
}

/* Only what a browser opens as a page, with a host that has a name. */
static enum app_fault read_url(struct ctx *c, str s, str *out)
{
    static const str schemes[] = {STR_INIT("https://"), STR_INIT("http://")};
    str rest = STR(""), host, port;
    size_t n = 0;

    if (!tidy(c, s, out) || !printable(*out, false))
        return FAULT_MALFORMED;
    if (out->n > 500)
        return FAULT_LARGE;
    for (size_t i = 0; i < out->n; i++)
        if ((unsigned char)out->p[i] <= 32 ||
            strchr("<>\"\\^`{|}", out->p[i]) != NULL)
            return FAULT_MALFORMED;
    for (size_t i = 0; i < COUNT(schemes) && rest.n == 0; i++)
        if (str_starts(*out, schemes[i]))
            rest = str_slice(*out, schemes[i].n, out->n);
    if (rest.n == 0)
        return FAULT_DENIED;
    while (n < rest.n && strchr("/?#", rest.p[n]) == NULL)
        n++;
    str_cut(str_slice(rest, 0, n), ':', &host, &port);
    return names_host(host) && (port.n == 0 || app_all_digits(port))
               ? FAULT_NONE
               : FAULT_MALFORMED;
}

static enum app_fault read_record(struct ctx *c, str s, str *out)
{
    char nine[9];
    int n = app_symbols(s, nine, 9);

    if (n < 0)
        return FAULT_MALFORMED;
    if (n != 9)
        return n < 9 ? FAULT_SMALL : FAULT_LARGE;
    return app_number_read(c, s, out) ? FAULT_NONE : FAULT_DENIED;
}

static enum app_fault read_officer(struct ctx *c, str s, str *out)
{
    (void)c;
    *out = s;
    return str_starts(s, STR("officer-")) && s.n > 8 && s.n <= 28 &&
                   s.p[8] != '0' && app_all_digits(str_slice(s, 8, s.n))
               ? FAULT_NONE
               : FAULT_MALFORMED;
}

static enum app_fault read_office(struct ctx *c, str s, str *out)
{
    (void)c;
    *out = s;
    return app_name_ok(s) ? FAULT_NONE : FAULT_MALFORMED;
}

/* How many rows there are; what is typed are their cells. */
static enum app_fault read_rows(struct ctx *c, str s, str *out)
{
    int64_t n;

    (void)c;
    *out = s;
    return app_all_digits(s) && s.p[0] != '0' && str_is_i64(s, &n) &&
                   n <= APP_ROWS_MOST
               ? FAULT_NONE
               : FAULT_MALFORMED;
}

static enum app_fault read_region(struct ctx *c, str s, str *out)
{
    struct city_region r;

    (void)c;
    *out = s;
    return city_region_find(s, &r) ? FAULT_NONE : FAULT_MALFORMED;
}

/* "-6.9174,107.6191": at most six decimals, a tenth of a metre. */
static bool coordinate(struct ctx *c, str s, int least, int most, str *out,
                       bool *outside)
{
    struct cel_decimal x, a = {least, 0}, b = {most, 0};
    str whole, part;

    s = str_trim(s);
    if (str_cut(s, '.', &whole, &part) && part.n > 6)
        s = str_slice(s, 0, whole.n + 7);
    if (!cel_decimal_read(s, &x))
        return false;
    *outside |= cel_decimal_cmp(x, a) < 0 || cel_decimal_cmp(x, b) > 0;
    *out = cel_decimal_show(c, x);
    return true;
}

static enum app_fault read_point(struct ctx *c, str s, str *out)
{
    str lat, lon;
    bool outside = false;

    if (!str_cut(s, ',', &lat, &lon) ||
        !coordinate(c, lat, -12, 7, &lat, &outside) ||
        !coordinate(c, lon, 94, 142, &lon, &outside))
        return FAULT_MALFORMED;
    *out = arena_fmt(c->mem, "%.*s,%.*s", STR_ARG(lat), STR_ARG(lon));
    return outside ? FAULT_DENIED : FAULT_NONE;
}

static enum app_fault read_file(struct ctx *c, str s, str *out)
{
    struct hash h;

    (void)c;
    *out = s;
    return seal_read_hash(s, &h) ? FAULT_NONE : FAULT_MALFORMED;
}

static enum app_fault read_filename(struct ctx *c, str s, str *out)
{
    if (!tidy(c, s, out) || !printable(*out, false) || str_has(*out, '/') ||
        str_has(*out, '\\'))
        return FAULT_MALFORMED;
    return out->n > NAME_MOST ? FAULT_LARGE : FAULT_NONE;
}

static enum app_fault read_filesize(struct ctx *c, str s, str *out)
{
    int64_t n;

    (void)c;
    *out = s;
    if (!app_all_digits(s) || !str_is_i64(s, &n))
        return FAULT_MALFORMED;
    return n == 0 ? FAULT_SMALL : FAULT_NONE;
}

static enum app_fault read_rating(struct ctx *c, str s, str *out)
{
    (void)c;
    *out = s;
    return s.n == 1 && s.p[0] >= '1' && s.p[0] <= '5' ? FAULT_NONE
                                                      : FAULT_MALFORMED;
}

/* ---- showing ------------------------------------------------------ */

static str as_it_is(struct ctx *c, const struct app_field *d, str text)
{
    (void)c, (void)d;
    return text;
}

static str with_unit(struct ctx *c, const struct app_field *d, str number)
{
    str unit = app_text(d->def, "unit");

    return unit.n == 0
               ? number
               : arena_fmt(c->mem, "%.*s %.*s", STR_ARG(number), STR_ARG(unit));
}

static str show_number(struct ctx *c, const struct app_field *d, str text)
{
    return with_unit(c, d, city_show_decimal(c, text));
}

static str show_money(struct ctx *c, const struct app_field *d, str text)
{
    int64_t n = 0;

    (void)d;
    return str_is_i64(text, &n) ? city_show_money(c, n) : text;
}

static str show_boolean(struct ctx *c, const struct app_field *d, str text)
{
    (void)d;
    return str_of(str_eq(text, STR("true")) ? say(c, "Ya", "Yes")
                                            : say(c, "Tidak", "No"));
}

static str show_choice(struct ctx *c, const struct app_field *d, str text)
{
    for (size_t i = 0; i < d->n_options; i++)
        if (str_eq(d->options[i].key, text))
            return app_say(c, d->options[i].label);
    return text;
}

static str show_choices(struct ctx *c, const struct app_field *d, str text)
{
    struct buf b = buf_new(c, (size_t)64 * 4096); /* options, labels */
    str key;

    while (str_next(&text, ',', &key))
        buf_fmt(&b, "%s%.*s", b.n > 0 ? ", " : "",
                STR_ARG(show_choice(c, d, key)));
    return buf_str(&b);
}

static str show_date(struct ctx *c, const struct app_field *d, str text)
{
    struct date day;

    (void)d;
    return time_parse_date(text, &day) ? city_show_date(c, day) : text;
}

static str show_time(struct ctx *c, const struct app_field *d, str text)
{
    (void)d;
    return text.n == 5 ? arena_fmt(c->mem, "%s%.*s.%.*s", say(c, "pukul ", ""),
                                   2, text.p, 2, text.p + 3)
                       : text;
}

/* "3273 0141 0190 0001" */
static str show_fours(struct ctx *c, const struct app_field *d, str text)
{
    struct buf b = buf_new(c, 256);

    (void)d;
    for (size_t i = 0; i < text.n && i < 64; i += 4)
        buf_fmt(&b, "%s%.*s", i > 0 ? " " : "",
                STR_ARG(str_slice(text, i, i + 4)));
    return buf_str(&b);
}

/* "+6281234567890" is 0812-3456-7890 */
static str show_phone(struct ctx *c, const struct app_field *d, str text)
{
    struct buf b = buf_new(c, 64);

    (void)d;
    if (!str_starts(text, STR("+62")))
        return text;
    text = arena_fmt(c->mem, "0%.*s", STR_ARG(str_slice(text, 3, text.n)));
    for (size_t i = 0; i < text.n && i < 16; i += 4)
        buf_fmt(&b, "%s%.*s", i > 0 ? "-" : "",
                STR_ARG(str_slice(text, i, i + 4)));
    return buf_str(&b);
}

static str show_region(struct ctx *c, const struct app_field *d, str text)
{
    (void)d;
    return city_region_show(c, text);
}

static str show_filesize(struct ctx *c, const struct app_field *d, str text)
{
    int64_t n = 0;

    (void)d;
    if (!str_is_i64(text, &n))
        return text;
    return n < 1000000 ? arena_fmt(c->mem, "%" PRId64 " KB", (n + 999) / 1000)
                       : arena_fmt(c->mem, "%" PRId64 ",%" PRId64 " MB",
                                   n / 1000000, n / 100000 % 10);
}

static str show_rating(struct ctx *c, const struct app_field *d, str text)
{
    (void)d;
    return arena_fmt(c->mem, say(c, "%.*s dari 5", "%.*s of 5"), STR_ARG(text));
}

static str show_rows(struct ctx *c, const struct app_field *d, str text)
{
    (void)d;
    return arena_fmt(c->mem,
                     str_eq(text, STR("1")) ? say(c, "%.*s baris", "%.*s row")
                                            : say(c, "%.*s baris", "%.*s rows"),
                     STR_ARG(text));
}

/* ---- giving back, as it would be typed ----------------------------- */

static str raw_same(struct ctx *c, str text)
{
    (void)c;
    return text;
}

static str raw_decimal(struct ctx *c, str text)
{
    str whole, part;

    return str_cut(text, '.', &whole, &part)
               ? arena_fmt(c->mem, "%.*s,%.*s", STR_ARG(whole), STR_ARG(part))
               : text;
}

static str raw_money(struct ctx *c, str text)
{
    str shown = show_money(c, NULL, text);

    return str_starts(shown, STR("Rp")) ? str_slice(shown, 2, shown.n) : text;
}

static str raw_fours(struct ctx *c, str text)
{
    return show_fours(c, NULL, text);
}

static str raw_boolean(struct ctx *c, str text)
{
    (void)c;
    return str_eq(text, STR("true")) ? STR("ya") : STR("tidak");
}

static str raw_phone(struct ctx *c, str text)
{
    return show_phone(c, NULL, text);
}

/* ---- inventing ---------------------------------------------------- */

struct fake {
    const struct app_field *d;
    const struct app_part *p;
    const struct city *k;
};

static uint32_t roll(struct ctx *c, uint32_t below)
{
    uint32_t n;

    ctx_random(c, &n, sizeof n);
    return below == 0 ? 0 : n % below;
}

static str fake_text(struct ctx *c, const struct fake *x)
{
    static const char *const names[] = {"Siti Rahma", "Asep Sunandar",
                                        "Nur'aini", "Budi Contoh",
                                        "Dewi Lestari Contoh"};

    if (strcmp(x->p->name, "nama") == 0)
        return str_of(names[roll(c, COUNT(names))]);
    if (strcmp(x->p->name, "alamat") == 0)
        return arena_fmt(c->mem, "Jalan Contoh Nomor %u, RT 001/RW 002",
                         1 + roll(c, 99));
    if (strcmp(x->p->name, "patokan") == 0)
        return STR("Dekat balai warga");
    return STR("Contoh isian");
}

static str fake_longtext(struct ctx *c, const struct fake *x)
{
    (void)c, (void)x;
    return STR("Ini contoh isian untuk latihan.");
}

/* Inside the bounds, as far as they are plain numbers. */
static str fake_number(struct ctx *c, const struct fake *x)
{
    str least = app_text(x->d->def, "min"), most = app_text(x->d->def, "max");

    (void)c;
    return least.n > 0 ? least : most.n > 0 ? most : STR("1");
}

static str fake_money(struct ctx *c, const struct fake *x)
{
    str n = fake_number(c, x);

    return str_eq(n, STR("1")) ? STR("100000") : n;
}

static str fake_boolean(struct ctx *c, const struct fake *x)
{
    (void)x;
    return roll(c, 2) == 0 ? STR("true") : STR("false");
}

static str fake_choice(struct ctx *c, const struct fake *x)
{
    return x->d->n_options == 0
               ? STR("")
               : x->d->options[roll(c, (uint32_t)x->d->n_options)].key;
}

static str fake_date(struct ctx *c, const struct fake *x)
{
    struct app_setting with = {.city = x->k};
    str least = app_text(x->d->def, "min"), most = app_text(x->d->def, "max");
    str day;

    if ((least.n > 0 && app_bound(c, &with, APP_DATE, least, &day)) ||
        (most.n > 0 && app_bound(c, &with, APP_DATE, most, &day)))
        return day;
    return time_show_date(
        c, time_local(c->now, x->k == NULL ? 420 : city_offset(x->k), NULL));
}

static str fake_time(struct ctx *c, const struct fake *x)
{
    (void)c, (void)x;
    return STR("09:00");
}

/* The impossible region 99: well-formed, and nobody's. */
static str fake_nik(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "999901%02u%02u%02u%04u", 1 + roll(c, 28),
                     1 + roll(c, 12), 60 + roll(c, 40), 1 + roll(c, 9999));
}

static str fake_nib(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "9999%09u", roll(c, 1000000000));
}

static str fake_npwp(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "9999%012u", roll(c, 1000000000));
}

static str fake_phone(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "+6280000%06u", roll(c, 1000000));
}

static str fake_email(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "warga%u@contoh.example", roll(c, 10000));
}

static str fake_region(struct ctx *c, const struct fake *x)
{
    struct city_region *all;
    size_t n = 0;

    if (x->k == NULL ||
        city_region_inside(c, city_code(x->k), CITY_VILLAGE, &all, &n) !=
            E_OK ||
        n == 0)
        return STR("");
    return all[roll(c, (uint32_t)n)].code;
}

static str fake_point(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "-6.9%03u,107.6%03u", 100 + roll(c, 800),
                     100 + roll(c, 800));
}

static str fake_file(struct ctx *c, const struct fake *x)
{
    (void)x;
    return seal_show_hash(c, seal_sha256(STR("%PDF-1.4 contoh\n")));
}

static str fake_filename(struct ctx *c, const struct fake *x)
{
    (void)c, (void)x;
    return STR("contoh.pdf");
}

static str fake_filesize(struct ctx *c, const struct fake *x)
{
    (void)c, (void)x;
    return STR("16");
}

static str fake_rating(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "%u", 1 + roll(c, 5));
}

static str fake_kk(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "999901%02u%02u%02u%04u", 1 + roll(c, 28),
                     1 + roll(c, 12), 10 + roll(c, 15), 1 + roll(c, 9999));
}

static str fake_url(struct ctx *c, const struct fake *x)
{
    (void)x;
    return arena_fmt(c->mem, "https://contoh.example/%u", roll(c, 10000));
}

/* Nobody can invent a record or an officer that is there. */
static str fake_none(struct ctx *c, const struct fake *x)
{
    (void)c, (void)x;
    return STR("");
}

static str fake_office(struct ctx *c, const struct fake *x)
{
    const struct city_office *all;
    size_t n = x->k == NULL ? 0 : city_offices(x->k, &all);

    return n == 0 ? STR("") : all[roll(c, (uint32_t)n)].key;
}

static str fake_rows(struct ctx *c, const struct fake *x)
{
    return arena_fmt(c->mem, "%" PRId64,
                     x->d->min_rows > 0 ? x->d->min_rows : 1);
}

/* ---- the table ---------------------------------------------------- */

static const struct {
    enum app_fault (*read)(struct ctx *c, str typed, str *out);
    str (*show)(struct ctx *c, const struct app_field *d, str text);
    str (*raw)(struct ctx *c, str text);
    str (*fake)(struct ctx *c, const struct fake *x);
} faces[LEAF_COUNT] = {
    [LEAF_TEXT] = {read_text, as_it_is, raw_same, fake_text},
    [LEAF_LONGTEXT] = {read_longtext, as_it_is, raw_same, fake_longtext},
    [LEAF_INTEGER] = {app_read_integer, show_number, raw_same, fake_number},
    [LEAF_DECIMAL] = {app_read_decimal, show_number, raw_decimal, fake_number},
    [LEAF_MONEY] = {app_read_money, show_money, raw_money, fake_money},
    [LEAF_BOOLEAN] = {read_boolean, show_boolean, raw_boolean, fake_boolean},
    [LEAF_CHOICE] = {read_choice, show_choice, raw_same, fake_choice},
    [LEAF_CHOICES] = {read_choices, show_choices, raw_same, fake_choice},
    [LEAF_DATE] = {app_read_date, show_date, raw_same, fake_date},
    [LEAF_TIME] = {app_read_time, show_time, raw_same, fake_time},
    [LEAF_NIK] = {read_nik, show_fours, raw_fours, fake_nik},
    [LEAF_NIB] = {read_nib, as_it_is, raw_same, fake_nib},
    [LEAF_NPWP] = {read_npwp, show_fours, raw_same, fake_npwp},
    [LEAF_PHONE] = {read_phone, show_phone, raw_phone, fake_phone},
    [LEAF_EMAIL] = {read_email, as_it_is, raw_same, fake_email},
    [LEAF_REGION] = {read_region, show_region, raw_same, fake_region},
    [LEAF_POINT] = {read_point, as_it_is, raw_same, fake_point},
    [LEAF_FILE] = {read_file, as_it_is, raw_same, fake_file},
    [LEAF_FILENAME] = {read_filename, as_it_is, raw_same, fake_filename},
    [LEAF_FILESIZE] = {read_filesize, show_filesize, raw_same, fake_filesize},
    [LEAF_RATING] = {read_rating, show_rating, raw_same, fake_rating},
    [LEAF_KK] = {read_kk, show_fours, raw_fours, fake_kk},
    [LEAF_URL] = {read_url, as_it_is, raw_same, fake_url},
    [LEAF_RECORD] = {read_record, as_it_is, raw_same, fake_none},
    [LEAF_OFFICER] = {read_officer, as_it_is, raw_same, fake_none},
    [LEAF_OFFICE] = {read_office, as_it_is, raw_same, fake_office},
    [LEAF_ROWS] = {read_rows, show_rows, raw_same, fake_rows},
};

enum app_fault app_leaf_read(struct ctx *c, enum app_leaf leaf, str typed,
                             str *canonical)
{
    str s = str_trim(typed);

    if (s.n == 0)
        return FAULT_MISSING;
    if (s.n > 20000)
        return FAULT_LARGE;
    return faces[leaf].read(c, s, canonical);
}

str app_leaf_show(struct ctx *c, const struct app_field *d, enum app_leaf leaf,
                  str text)
{
    return faces[leaf].show(c, d, text);
}

str app_leaf_raw(struct ctx *c, enum app_leaf leaf, str text)
{
    return faces[leaf].raw(c, text);
}

str app_leaf_fake(struct ctx *c, const struct app_field *d,
                  const struct app_part *p, const struct city *k)
{
    struct fake x = {d, p, k};

    return faces[p->leaf].fake(c, &x);
}

/* ---- messages ----------------------------------------------------- */

#define MESSAGES(missing, missing_en, malformed, malformed_en, small,          \
                 small_en, large, large_en, denied, denied_en)                 \
    {                                                                          \
        [FAULT_MISSING] = {missing, missing_en},                               \
        [FAULT_MALFORMED] = {malformed, malformed_en},                         \
        [FAULT_SMALL] = {small, small_en}, [FAULT_LARGE] = {large, large_en},  \
        [FAULT_DENIED] = {denied, denied_en},                                  \
        [FAULT_UNCLEAR] = {"{label} dapat dibaca dua cara: tulislah tanda "    \
                           "desimal dengan koma (1,5) dan ribuan tanpa titik " \
                           "(1200).",                                          \
                           "{label} can be read in two ways: write decimals "  \
                           "with a comma (1,5) and thousands without a dot "   \
                           "(1200)."},                                         \
    }

static const struct {
    const char *id, *en;
} messages[LEAF_COUNT][FAULT_UNCLEAR + 1] = {
#define LEAF(name, typed, ...) [LEAF_##name] = MESSAGES(__VA_ARGS__),
#include "app/leaf.def"
#undef LEAF
};

str app_leaf_message(struct ctx *c, enum app_leaf leaf, enum app_fault fault,
                     str label, str limit)
{
    struct buf b = buf_new(c, 8192);
    const char *text =
        say(c, messages[leaf][fault].id, messages[leaf][fault].en);
    str rest = str_of(text), head, tail, name;

    while (str_cut(rest, '{', &head, &tail)) {
        buf_raw(&b, head);
        str_cut(tail, '}', &name, &rest);
        buf_raw(&b, str_eq(name, STR("label")) ? label : limit);
    }
    buf_raw(&b, rest);
    return buf_str(&b);
}
