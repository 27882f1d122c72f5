/* SPDX-License-Identifier: EUPL-1.2 */
/* Regions: 91,592 lines "CODE TAB NAME", sorted by code, searched where they
 * stand in the program's own pages; nothing is read or built at start. */
#include "city/city_priv.h"

__asm__(".pushsection .rodata, \"a\"\n"
        "city_regions_text:\n"
        ".incbin \"" CITY_REGIONS "\"\n"
        "city_regions_end:\n"
        ".byte 0\n"
        ".popsection\n");
#define HIDDEN __attribute__((visibility("hidden")))
extern const char city_regions_text[] HIDDEN;
extern const char city_regions_end[] HIDDEN;

/* A code's length tells its level, and the first n characters of a code are
 * the region of that level around it. */
static const size_t code_length[] = {0, 2, 5, 8, 13};

size_t city_code_length(enum city_level level)
{
    return code_length[level];
}

static int level_of(str code)
{
    for (int i = CITY_PROVINCE; i <= CITY_VILLAGE; i++) {
        if (code.n == code_length[i])
            return i;
    }
    return 0;
}

/* The line that begins at `p`: its region; returns where the next begins. */
static const char *read_line(const char *p, struct city_region *out)
{
    const char *tab = memchr(p, '\t', (size_t)(city_regions_end - p));
    const char *lf = memchr(tab, '\n', (size_t)(city_regions_end - tab));

    out->code = (str){p, (size_t)(tab - p)};
    out->name = (str){tab + 1, (size_t)(lf - tab - 1)};
    out->level = (enum city_level)level_of(out->code);
    return lf + 1;
}

/* The first line whose code is not before `code`. TAB sorts before '.' and
 * the digits, so that lines and codes have one order. */
static const char *lower_bound(str code)
{
    const char *lo = city_regions_text, *hi = city_regions_end;
    struct city_region r;

    while (lo < hi) {
        const char *mid = lo + (hi - lo) / 2, *next;

        while (mid > lo && mid[-1] != '\n')
            mid--;
        next = read_line(mid, &r);
        if (str_cmp(r.code, code) < 0)
            lo = next;
        else
            hi = mid;
    }
    return lo;
}

bool city_region_find(str code, struct city_region *out)
{
    const char *at;

    if (level_of(code) == 0)
        return false;
    at = lower_bound(code);
    if (at == city_regions_end)
        return false;
    read_line(at, out);
    return str_eq(out->code, code);
}

bool city_region_within(str code, str in)
{
    if (in.n == 0 || !str_starts(code, in))
        return false;
    return code.n == in.n || code.p[in.n] == '.';
}

str city_region_parent(str code)
{
    int level = level_of(code);

    return level > CITY_PROVINCE ? str_slice(code, 0, code_length[level - 1])
                                 : STR("");
}

err city_region_inside(struct ctx *c, str code, enum city_level level,
                       struct city_region **out, size_t *n)
{
    struct city_region r;
    const char *at = code.n > 0 ? lower_bound(code) : city_regions_text;
    size_t room = 0;

    *out = NULL;
    *n = 0;
    while (at < city_regions_end) {
        at = read_line(at, &r);
        if (code.n > 0 && !city_region_within(r.code, code))
            break;
        if (r.level != level || str_eq(r.code, code))
            continue;
        ARENA_GROW(c->mem, *out, *n, room);
        (*out)[(*n)++] = r;
    }
    return E_OK;
}

err city_region_below(struct ctx *c, str code, struct city_region **out,
                      size_t *n)
{
    int level = level_of(code);

    *out = NULL;
    *n = 0;
    if ((level == 0 && code.n > 0) || level == CITY_VILLAGE)
        return E_OK;
    return city_region_inside(c, code, (enum city_level)(level + 1), out, n);
}

/* What a region of a level is called before its name. A village code's last
 * part begins with 1 for a kelurahan, 2 for a desa, 3 for a desa adat; the
 * Papuan provinces, 91 to 96, have distrik and kampung. */
static const char *kind_of(const struct city_region *r)
{
    bool papua = r->code.p[0] == '9';

    if (r->level == CITY_PROVINCE)
        return "Provinsi ";
    if (r->level == CITY_DISTRICT)
        return papua ? "Distrik " : "Kecamatan ";
    if (r->level == CITY_REGENCY)
        return ""; /* the data say Kota or Kabupaten */
    if (r->code.p[9] == '1')
        return "Kelurahan ";
    return r->code.p[9] == '3' ? "Desa Adat " : papua ? "Kampung " : "Desa ";
}

/* The city's own name says nothing new inside it: a village is shown with its
 * district, a district with its regency, a regency with its province. */
str city_region_show(struct ctx *c, str code)
{
    struct city_region r, above;

    if (!city_region_find(code, &r))
        return arena_str(c->mem, code);
    if (!city_region_find(city_region_parent(code), &above))
        return arena_fmt(c->mem, "%s%.*s", kind_of(&r), STR_ARG(r.name));
    return arena_fmt(c->mem, "%s%.*s, %s%.*s", kind_of(&r), STR_ARG(r.name),
                     kind_of(&above), STR_ARG(above.name));
}

/* Western, central and eastern Indonesian time, by province. */
const char *city_zone_of(str code)
{
    static const str central[] = {
        STR_INIT("51"), STR_INIT("52"), STR_INIT("53"), STR_INIT("63"),
        STR_INIT("64"), STR_INIT("65"), STR_INIT("71"), STR_INIT("72"),
        STR_INIT("73"), STR_INIT("74"), STR_INIT("75"), STR_INIT("76")};
    str province = str_slice(code, 0, 2);

    if (str_starts(code, STR("8")) || str_starts(code, STR("9")))
        return "WIT";
    return str_among(province, central, COUNT(central)) >= 0 ? "WITA" : "WIB";
}
