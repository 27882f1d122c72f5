/* SPDX-License-Identifier: EUPL-1.2 */
/* Dates, money and numbers as people read them (docs/city-files.md). */
#include "city/city_priv.h"

static const str months[12][2] = {
    {STR_INIT("Januari"), STR_INIT("January")},
    {STR_INIT("Februari"), STR_INIT("February")},
    {STR_INIT("Maret"), STR_INIT("March")},
    {STR_INIT("April"), STR_INIT("April")},
    {STR_INIT("Mei"), STR_INIT("May")},
    {STR_INIT("Juni"), STR_INIT("June")},
    {STR_INIT("Juli"), STR_INIT("July")},
    {STR_INIT("Agustus"), STR_INIT("August")},
    {STR_INIT("September"), STR_INIT("September")},
    {STR_INIT("Oktober"), STR_INIT("October")},
    {STR_INIT("November"), STR_INIT("November")},
    {STR_INIT("Desember"), STR_INIT("December")}};
static const str days[7][2] = {{STR_INIT("Minggu"), STR_INIT("Sunday")},
                               {STR_INIT("Senin"), STR_INIT("Monday")},
                               {STR_INIT("Selasa"), STR_INIT("Tuesday")},
                               {STR_INIT("Rabu"), STR_INIT("Wednesday")},
                               {STR_INIT("Kamis"), STR_INIT("Thursday")},
                               {STR_INIT("Jumat"), STR_INIT("Friday")},
                               {STR_INIT("Sabtu"), STR_INIT("Saturday")}};

static bool english(const struct ctx *c)
{
    return str_eq(c->lang, STR("en"));
}

/* ---- dates -------------------------------------------------------- */

const char *city_month_name(const struct ctx *c, int month)
{
    return months[month - 1][english(c)].p;
}

int city_month_read(str s)
{
    for (int i = 0; i < 12; i++) {
        if (str_eq(s, months[i][0]) || str_eq(s, months[i][1]))
            return i + 1;
    }
    return 0;
}

str city_show_date(struct ctx *c, struct date d)
{
    return arena_fmt(c->mem, "%d %s %d", d.day, city_month_name(c, d.month),
                     d.year);
}

str city_show_day(struct ctx *c, struct date d)
{
    return arena_fmt(c->mem, "%s, %s",
                     days[time_weekday(time_days(d))][english(c)].p,
                     city_show_date(c, d).p);
}

str city_show_dates(struct ctx *c, struct date from, struct date to)
{
    const char *until = city_show_date(c, to).p;

    if (time_days(from) == time_days(to))
        return city_show_date(c, to);
    if (from.year != to.year)
        return arena_fmt(c->mem, "%s \u2013 %s", city_show_date(c, from).p,
                         until);
    if (from.month != to.month)
        return arena_fmt(c->mem, "%d %s \u2013 %s", from.day,
                         city_month_name(c, from.month), until);
    return arena_fmt(c->mem, "%d\u2013%s", from.day, until);
}

static str show_clock(struct ctx *c, const struct city *k, int64_t of_day)
{
    int64_t minutes = of_day / TIME_MINUTE;

    return arena_fmt(c->mem, say(c, "pukul %02d.%02d %s", "at %02d:%02d %s"),
                     (int)(minutes / 60), (int)(minutes % 60), city_zone(k).p);
}

str city_show_time(struct ctx *c, const struct city *k, int64_t instant)
{
    int64_t of_day;
    struct date d = time_local(instant, city_offset(k), &of_day);

    return arena_fmt(c->mem, "%s %s", city_show_date(c, d).p,
                     show_clock(c, k, of_day).p);
}

str city_show_moment(struct ctx *c, const struct city *k, int64_t instant)
{
    int64_t of_day;
    struct date d = time_local(instant, city_offset(k), &of_day);

    return arena_fmt(c->mem, "%s %s", city_show_day(c, d).p,
                     show_clock(c, k, of_day).p);
}

/* ---- how long ----------------------------------------------------- */

/* The greatest whole unit of a stretch of time. */
static str show_stretch(struct ctx *c, int64_t t)
{
    int64_t minutes = t / TIME_MINUTE, n = minutes;
    int unit = 0;
    static const char *const id[] = {"menit", "jam", "hari"};
    static const char *const en[] = {"minute", "hour", "day"};

    if (minutes >= 60)
        n = minutes / 60, unit = 1;
    if (minutes >= 24 * 60)
        n = minutes / (24 * 60), unit = 2;
    if (english(c))
        return arena_fmt(c->mem, "%d %s%s", (int)n, en[unit],
                         n == 1 ? "" : "s");
    return arena_fmt(c->mem, "%d %s", (int)n, id[unit]);
}

/* Days to come are counted as people count them, by the calendar: what is due
 * on Friday is "2 hari lagi" on all of Wednesday. */
str city_show_until(struct ctx *c, const struct city *k, int64_t due)
{
    int64_t today = time_days(time_local(c->now, city_offset(k), NULL));
    int64_t day = time_days(time_local(due, city_offset(k), NULL));
    int64_t left = due - c->now;

    if (due == 0)
        return STR("");
    if (left < 0 && left > -TIME_MINUTE)
        return str_of(say(c, "baru lewat", "just late"));
    if (left < 0)
        return arena_fmt(c->mem, say(c, "lewat %s", "%s late"),
                         show_stretch(c, -left).p);
    if (left < TIME_MINUTE)
        return str_of(say(c, "sekarang", "now"));
    if (day == today)
        return arena_fmt(c->mem, say(c, "%s lagi", "in %s"),
                         show_stretch(c, left).p);
    if (day == today + 1)
        return str_of(say(c, "besok", "tomorrow"));
    return arena_fmt(c->mem, say(c, "%d hari lagi", "in %d days"),
                     (int)(day - today));
}

/* ---- numbers ------------------------------------------------------ */

/* Digits in threes: "1440000" as "1.440.000", in English with commas. */
static void put_grouped(struct ctx *c, struct buf *b, str digits)
{
    for (size_t i = 0; i < digits.n; i++) {
        if (i > 0 && (digits.n - i) % 3 == 0)
            buf_char(b, english(c) ? ',' : '.');
        buf_char(b, digits.p[i]);
    }
}

str city_show_decimal(struct ctx *c, str canonical)
{
    struct buf b = buf_new(c, 4096);
    str whole, part;

    if (str_starts(canonical, STR("-"))) {
        buf_char(&b, '-');
        canonical = str_slice(canonical, 1, canonical.n);
    }
    str_cut(str_slice(canonical, 0, 1000), '.', &whole, &part);
    put_grouped(c, &b, whole);
    if (part.n > 0) {
        buf_char(&b, english(c) ? '.' : ',');
        buf_raw(&b, part);
    }
    return buf_str(&b);
}

/* No space: as the spelling guide has it. */
str city_show_money(struct ctx *c, int64_t rupiah)
{
    str digits = arena_fmt(c->mem, "%" PRId64, rupiah);

    if (rupiah < 0)
        digits = str_slice(digits, 1, digits.n);
    return arena_fmt(c->mem, "%sRp%s", rupiah < 0 ? "-" : "",
                     city_show_decimal(c, digits).p);
}

/* ---- terbilang ---------------------------------------------------- */

static const char *const ones[] = {"nol",     "satu",     "dua",     "tiga",
                                   "empat",   "lima",     "enam",    "tujuh",
                                   "delapan", "sembilan", "sepuluh", "sebelas"};

static void put_word(struct buf *b, const char *word)
{
    if (b->n > 0)
        buf_char(b, ' ');
    buf_lit(b, word);
}

/* 1 to 999; `seribu` and `seratus` are the only words with "se". */
static void spell_below_1000(struct buf *b, unsigned n)
{
    unsigned rest = n % 100;

    if (n >= 200)
        put_word(b, ones[n / 100]), put_word(b, "ratus");
    else if (n >= 100)
        put_word(b, "seratus");
    if (rest >= 20) {
        put_word(b, ones[rest / 10]), put_word(b, "puluh");
        rest %= 10;
    } else if (rest >= 12) {
        put_word(b, ones[rest - 10]), put_word(b, "belas");
        rest = 0;
    }
    if (rest > 0)
        put_word(b, ones[rest]);
}

static const struct power {
    uint64_t value;
    const char *word;
} powers[] = {{UINT64_C(1000000000000000000), "kuintiliun"},
              {UINT64_C(1000000000000000), "kuadriliun"},
              {UINT64_C(1000000000000), "triliun"},
              {UINT64_C(1000000000), "miliar"},
              {UINT64_C(1000000), "juta"},
              {UINT64_C(1000), "ribu"}};

str city_spell_number(struct ctx *c, int64_t n)
{
    struct buf b = buf_new(c, 1024);
    uint64_t rest = n < 0 ? -(uint64_t)n : (uint64_t)n;

    if (n < 0)
        put_word(&b, "minus");
    if (n == 0)
        put_word(&b, ones[0]);
    for (size_t i = 0; i < COUNT(powers); i++) {
        unsigned count = (unsigned)(rest / powers[i].value);

        if (count == 1 && powers[i].value == 1000) {
            put_word(&b, "seribu");
        } else if (count > 0) {
            spell_below_1000(&b, count);
            put_word(&b, powers[i].word);
        }
        rest %= powers[i].value;
    }
    spell_below_1000(&b, (unsigned)rest);
    return buf_str(&b);
}
