/* SPDX-License-Identifier: EUPL-1.2 */
/* SVG path data (SVG 1.1, section 8.3) as absolute lines and curves. */
#include "letter/letter_priv.h"

#include <math.h>

void letter_add_step(struct ctx *c, struct letter_outline *o, int op,
                     const double *v)
{
    size_t n = op == LETTER_CURVE ? 6 : op == LETTER_END ? 0 : 2;

    ARENA_GROW(c->mem, o->steps, o->n, o->room);
    o->steps[o->n] = (struct letter_step){.op = op};
    for (size_t i = 0; i < n; i++)
        o->steps[o->n].v[i] = v[i];
    o->n++;
}

static bool digit(str s, size_t at)
{
    return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

static void skip_blanks(str s, size_t *at)
{
    while (*at < s.n && strchr(" \t\r\n,", s.p[*at]) != NULL)
        ++*at;
}

/* Digits with a point, as a value; the library's reader follows the locale. */
static bool read_digits(str s, size_t *at, double *out)
{
    size_t begin = *at, point = 0;
    double v = 0, unit = 1;

    for (; digit(s, *at); ++*at)
        v = v * 10 + (s.p[*at] - '0');
    if (*at < s.n && s.p[*at] == '.')
        for (point = 1, ++*at; digit(s, *at); ++*at)
            v += (s.p[*at] - '0') * (unit /= 10);
    *out = v;
    return *at > begin + point && *at - begin <= 24;
}

bool letter_read_number(str s, size_t *at, double *out)
{
    bool minus, small;
    int power = 0;
    size_t mark;

    skip_blanks(s, at);
    minus = *at < s.n && s.p[*at] == '-';
    if (*at < s.n && (minus || s.p[*at] == '+'))
        ++*at;
    if (!read_digits(s, at, out))
        return false;
    mark = *at + 1;
    if (*at < s.n && (s.p[*at] == 'e' || s.p[*at] == 'E')) {
        small = mark < s.n && s.p[mark] == '-';
        mark += small || (mark < s.n && s.p[mark] == '+');
        if (!digit(s, mark))
            return false;
        for (; digit(s, mark) && power < 100; mark++)
            power = power * 10 + (s.p[mark] - '0');
        *at = mark;
        *out *= pow(10, small ? -power : power);
    }
    if (minus)
        *out = -*out;
    return fabs(*out) <= 1e6;
}

/* A flag of an arc is one digit and needs no separator after it. */
static bool read_flag(str s, size_t *at, double *out)
{
    skip_blanks(s, at);
    if (*at >= s.n || (s.p[*at] != '0' && s.p[*at] != '1'))
        return false;
    *out = s.p[(*at)++] - '0';
    return true;
}

/* One quarter of an arc at most, from angle a to b of the unit circle that
 * the ellipse is: a curve that is off by less than a thousandth. */
static void add_quarter(struct ctx *c, struct letter_outline *o,
                        const double centre[2], const double r[2], double turn,
                        double a, double b)
{
    double k = 4.0 / 3 * tan((b - a) / 4), v[6];
    double unit[3][2] = {{cos(a) - k * sin(a), sin(a) + k * cos(a)},
                         {cos(b) + k * sin(b), sin(b) - k * cos(b)},
                         {cos(b), sin(b)}};

    for (size_t i = 0; i < 3; i++) {
        double x = unit[i][0] * r[0], y = unit[i][1] * r[1];
        v[2 * i] = centre[0] + x * cos(turn) - y * sin(turn);
        v[2 * i + 1] = centre[1] + x * sin(turn) + y * cos(turn);
    }
    letter_add_step(c, o, LETTER_CURVE, v);
}

/* arc: rx ry turn large sweep x y. From end points to centre, F.6.5, with
 * radii that are too small made just large enough, F.6.6. */
void letter_add_arc(struct ctx *c, struct letter_outline *o, const double *from,
                    const double *arc)
{
    double turn = arc[2] * M_PI / 180, co = cos(turn), si = sin(turn);
    double r[2] = {fabs(arc[0]), fabs(arc[1])}, centre[2];
    double hx = (from[0] - arc[5]) / 2, hy = (from[1] - arc[6]) / 2;
    double x = co * hx + si * hy, y = -si * hx + co * hy;
    double grow, rest, k, cx, cy, a, sweep;
    int parts;

    if (r[0] < 1e-9 || r[1] < 1e-9 || (fabs(x) < 1e-9 && fabs(y) < 1e-9)) {
        letter_add_step(c, o, LETTER_LINE, arc + 5);
        return;
    }
    grow = sqrt(x * x / (r[0] * r[0]) + y * y / (r[1] * r[1]));
    if (grow > 1)
        r[0] *= grow, r[1] *= grow;
    rest = r[0] * r[0] * y * y + r[1] * r[1] * x * x;
    k = sqrt(fmax(0, (r[0] * r[0] * r[1] * r[1] - rest) / rest));
    if ((arc[3] > 0) == (arc[4] > 0))
        k = -k;
    cx = k * r[0] * y / r[1];
    cy = -k * r[1] * x / r[0];
    centre[0] = co * cx - si * cy + (from[0] + arc[5]) / 2;
    centre[1] = si * cx + co * cy + (from[1] + arc[6]) / 2;
    a = atan2((y - cy) / r[1], (x - cx) / r[0]);
    sweep = atan2((-y - cy) / r[1], (-x - cx) / r[0]) - a;
    if (arc[4] > 0 && sweep < 0)
        sweep += 2 * M_PI;
    if (arc[4] <= 0 && sweep > 0)
        sweep -= 2 * M_PI;
    parts = (int)ceil(fabs(sweep) / (M_PI / 2) - 1e-9);
    for (int i = 0; i < parts; i++)
        add_quarter(c, o, centre, r, turn, a + sweep * i / parts,
                    a + sweep * (i + 1) / parts);
}

/* Where the pen is while path data are read. */
struct pen {
    struct letter_outline *o;
    double at[2], start[2], control[2]; /* control: for S and T */
    char last;
};

/* What each command takes; the numbers of an arc are read apart. */
static size_t numbers_of(char op)
{
    static const struct {
        char op;
        size_t n;
    } table[] = {{'M', 2}, {'L', 2}, {'H', 1}, {'V', 1}, {'C', 6},
                 {'S', 4}, {'Q', 4}, {'T', 2}, {'A', 7}, {'Z', 0}};

    for (size_t i = 0; i < COUNT(table); i++)
        if (table[i].op == op)
            return table[i].n;
    return SIZE_MAX;
}

static bool read_numbers(str d, size_t *at, char op, size_t n, double *v)
{
    for (size_t i = 0; i < n; i++)
        if (op == 'A' && (i == 3 || i == 4) ? !read_flag(d, at, &v[i])
                                            : !letter_read_number(d, at, &v[i]))
            return false;
    return true;
}

/* Make relative numbers absolute, in place. */
static void add_pen(const struct pen *p, char op, size_t n, double *v)
{
    if (op == 'V')
        v[0] += p->at[1];
    else if (op == 'A')
        v[5] += p->at[0], v[6] += p->at[1];
    else
        for (size_t i = 0; i < n; i++)
            v[i] += p->at[i % 2];
}

/* A quadratic curve through one control point, raised to a cubic one. */
static void add_quadratic(struct ctx *c, struct pen *p, const double *q,
                          const double *end)
{
    double v[6];

    for (size_t i = 0; i < 2; i++) {
        v[i] = p->at[i] + 2.0 / 3 * (q[i] - p->at[i]);
        v[2 + i] = end[i] + 2.0 / 3 * (q[i] - end[i]);
        v[4 + i] = end[i];
    }
    letter_add_step(c, p->o, LETTER_CURVE, v);
    memcpy(p->control, q, sizeof p->control);
}

static void go(struct pen *p, const double *to)
{
    p->at[0] = to[0];
    p->at[1] = to[1];
}

static void step_straight(struct ctx *c, struct pen *p, char op, double *v)
{
    double to[2] = {op == 'V' ? p->at[0] : v[0], op == 'V'   ? v[0]
                                                 : op == 'H' ? p->at[1]
                                                             : v[1]};

    letter_add_step(c, p->o, op == 'M' ? LETTER_MOVE : LETTER_LINE, to);
    if (op == 'M')
        memcpy(p->start, to, sizeof to);
    go(p, to);
}

static void step_curve(struct ctx *c, struct pen *p, char op, const double *v)
{
    /* S and T mirror the last control point of their own kind. */
    bool same = strchr(op == 'S' ? "CS" : "QT", p->last) != NULL;
    double mirror[2] = {p->at[0], p->at[1]};
    double cubic[6];

    if (same && p->last != '\0')
        for (size_t i = 0; i < 2; i++)
            mirror[i] = 2 * p->at[i] - p->control[i];
    if (op == 'Q' || op == 'T') {
        add_quadratic(c, p, op == 'Q' ? v : mirror, op == 'Q' ? v + 2 : v);
        go(p, op == 'Q' ? v + 2 : v);
        return;
    }
    memcpy(cubic, mirror, sizeof mirror);
    memcpy(op == 'C' ? cubic : cubic + 2, v, (op == 'C' ? 6 : 4) * sizeof *v);
    letter_add_step(c, p->o, LETTER_CURVE, cubic);
    memcpy(p->control, cubic + 2, sizeof p->control);
    go(p, cubic + 4);
}

static void step(struct ctx *c, struct pen *p, char op, double *v)
{
    switch (op) {
    case 'Z':
        letter_add_step(c, p->o, LETTER_END, NULL);
        go(p, p->start);
        break;
    case 'A':
        letter_add_arc(c, p->o, p->at, v);
        go(p, v + 5);
        break;
    case 'C':
    case 'S':
    case 'Q':
    case 'T':
        step_curve(c, p, op, v);
        break;
    default:
        step_straight(c, p, op, v);
    }
    p->last = op;
}

bool letter_read_path(struct ctx *c, str d, struct letter_outline *o,
                      size_t *at)
{
    struct pen p = {.o = o};
    double v[7];
    char letter = '\0', op;
    size_t n;

    for (*at = 0; skip_blanks(d, at), *at < d.n;) {
        bool named = strchr("+-.0123456789", d.p[*at]) == NULL;

        if (named)
            letter = d.p[(*at)++];
        op = (char)(letter >= 'a' ? letter - 32 : letter);
        n = numbers_of(op);
        /* The first is a move; a number alone repeats the last command. */
        if (n == SIZE_MAX || (!named && n == 0) || (p.last == 0 && op != 'M') ||
            !read_numbers(d, at, op, n, v))
            return false;
        if (letter >= 'a')
            add_pen(&p, op, n, v);
        step(c, &p, op, v);
        if (op == 'M') /* further pairs are lines */
            letter = letter == 'm' ? 'l' : 'L';
    }
    return o->n > 0;
}
