/* SPDX-License-Identifier: EUPL-1.2 */
/* A city gives one colour; every colour is made safe: text on it and text in
 * it keep WCAG's 4.5 to 1 on our page colours, in light and in dark. */
#include "city/city_priv.h"

#include <math.h>

#define PAGE_LIGHT   "#f5f7f5"
#define SURFACE_DARK "#161d1a"
#define ERROR_RED    "#b3261e"
#define SAFE         4.5
#define OWN          "#0b6b4f" /* where a city has said nothing */

struct rgb {
    double v[3]; /* linear light, 0 to 1 */
};

/* ---- colours ------------------------------------------------------ */

static int nibble(char ch)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = ch == '\0' ? NULL : strchr(digits, ch | 0x20);

    return at == NULL ? -1 : (int)(at - digits);
}

/* "#rgb" or "#rrggbb" into bytes. */
static bool read_bytes(str s, int out[3])
{
    size_t each = (s.n - 1) / 3;

    if ((s.n != 4 && s.n != 7) || s.p[0] != '#')
        return false;
    for (size_t i = 0; i < 3; i++) {
        int hi = nibble(s.p[1 + i * each]), lo = nibble(s.p[(i + 1) * each]);

        if (hi < 0 || lo < 0)
            return false;
        out[i] = hi * 16 + lo;
    }
    return true;
}

bool city_colour_read(struct ctx *c, str s, str *out)
{
    int v[3];

    if (!read_bytes(s, v))
        return false;
    *out = arena_fmt(c->mem, "#%02x%02x%02x", v[0], v[1], v[2]);
    return true;
}

/* The sRGB transfer function and back (IEC 61966-2-1). */
static double to_linear(int byte)
{
    double v = byte / 255.0;

    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static int to_byte(double linear)
{
    double v = linear <= 0.0031308 ? linear * 12.92
                                   : 1.055 * pow(linear, 1 / 2.4) - 0.055;

    return (int)lround(v * 255);
}

static struct rgb linear_of(const int bytes[3])
{
    return (struct rgb){
        {to_linear(bytes[0]), to_linear(bytes[1]), to_linear(bytes[2])}};
}

static double luminance(struct rgb a)
{
    return 0.2126 * a.v[0] + 0.7152 * a.v[1] + 0.0722 * a.v[2];
}

static double ratio(struct rgb a, struct rgb b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

    return x > y ? x / y : y / x;
}

static struct rgb known(const char *colour)
{
    int v[3];

    MUST(read_bytes(str_of(colour), v));
    return linear_of(v);
}

int city_contrast(str a, str b)
{
    int x[3], y[3];

    if (!read_bytes(a, x) || !read_bytes(b, y))
        return 0;
    return (int)floor(ratio(linear_of(x), linear_of(y)) * 100);
}

/* ---- making safe -------------------------------------------------- */

/* From the colour towards `end` (black keeps the hue, white fades it), by
 * steps of one in a hundred, until it can be read on `ground`. What is judged
 * is the colour in bytes, as it will be shown. */
static str readable(struct ctx *c, struct rgb colour, double end,
                    const char *ground)
{
    int v[3] = {0};

    for (int step = 0; step <= 100; step++) {
        double t = step / 100.0;

        for (int i = 0; i < 3; i++)
            v[i] = to_byte(colour.v[i] * (1 - t) + end * t);
        if (ratio(linear_of(v), known(ground)) >= SAFE)
            break;
    }
    return arena_fmt(c->mem, "#%02x%02x%02x", v[0], v[1], v[2]);
}

/* Hue in degrees; -1 for greys, which no one takes for red. */
static double hue_of(const int v[3])
{
    int most = v[0], least = v[0];
    double h, range;

    for (int i = 1; i < 3; i++) {
        most = v[i] > most ? v[i] : most;
        least = v[i] < least ? v[i] : least;
    }
    range = most - least;
    if (range < 32)
        return -1;
    if (most == v[0])
        h = (v[1] - v[2]) / range;
    else if (most == v[1])
        h = (v[2] - v[0]) / range + 2;
    else
        h = (v[0] - v[1]) / range + 4;
    return fmod(h * 60 + 360, 360);
}

static bool near_error(const int v[3])
{
    int red[3];
    double h = hue_of(v), away;

    MUST(read_bytes(STR(ERROR_RED), red));
    away = fabs(h - hue_of(red));
    return h >= 0 && (away <= 20 || away >= 340);
}

err city_brand_of(struct ctx *c, str colour, struct city_brand *out)
{
    struct rgb rgb;
    int v[3];

    if (!read_bytes(colour, v))
        return fail(c, E_BAD_INPUT,
                    say(c,
                        "\"%.*s\" bukan warna. Tulis enam angka heksadesimal, "
                        "misalnya \"#0b6b4f\".",
                        "\"%.*s\" is not a colour. Write six hexadecimal "
                        "digits, such as \"#0b6b4f\"."),
                    STR_ARG(colour));
    rgb = linear_of(v);
    city_colour_read(c, colour, &out->colour);
    out->ink =
        ratio(rgb, known("#ffffff")) >= SAFE ? STR("#ffffff") : STR("#000000");
    out->text_light = readable(c, rgb, 0, PAGE_LIGHT);
    out->text_dark = readable(c, rgb, 1, SURFACE_DARK);
    out->header_only = near_error(v);
    return E_OK;
}

err city_brand(struct ctx *c, const struct city *k, struct city_brand *out)
{
    const struct data *brand = city_item(k, STR("brand"));
    str colour = data_text(data_get(brand, STR("colour")));

    *out =
        (struct city_brand){.crest = data_text(data_get(brand, STR("crest")))};
    return city_brand_of(c, colour.n > 0 ? colour : STR(OWN), out);
}
