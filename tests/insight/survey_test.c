/* SPDX-License-Identifier: EUPL-1.2 */
/* The satisfaction index: exact ninths, half up, graded by what is printed. */
#include "insight/insight.h"
#include "tests/town.h"

/* Nine elements, n answers each, whose sums differ by one at most. */
static int64_t index_of(int64_t n, int64_t sum)
{
    struct insight_element all[9];
    struct insight_survey s = {.n = n, .n_elements = 9, .elements = all};

    for (int i = 0; i < 9; i++)
        s.elements[i] =
            (struct insight_element){.n = n, .sum = sum / 9 + (i < sum % 9)};
    return insight_index(&s);
}

TEST(nothing_but_fours_is_a_hundred)
{
    CHECK_I64(index_of(1, 36), 10000);
    CHECK_I64(index_of(23, 36 * 23), 10000);
    CHECK_I64(index_of(7, 9 * 7), 2500);
    CHECK_I64(index_of(0, 0), 0);
}

TEST(an_index_is_rounded_half_up_and_then_graded)
{
    /* 2500 * sum / (9 n) hundredths: 6358 of 9 * 200 is 8830.55... */
    CHECK_I64(index_of(200, 6358), 8831);
    CHECK_I64(index_of(200, 6357), 8829);
    CHECK_I64(index_of(10000, 317898), 8831); /* 8830.5 exactly */
    CHECK_I64(index_of(10000, 317897), 8830);
    CHECK(insight_grade(8831) == 'A' && insight_grade(8830) == 'B');
    CHECK(insight_grade(7661) == 'B' && insight_grade(7660) == 'C');
    CHECK(insight_grade(6500) == 'C' && insight_grade(6499) == 'D');
    CHECK(insight_grade(10000) == 'A' && insight_grade(2500) == 'D');
}

/* A version that asks a tenth thing does not make the nine worse. */
TEST(an_element_that_was_asked_of_fewer_counts_by_its_own_mean)
{
    struct insight_element all[2] = {{.n = 4, .sum = 16}, {.n = 2, .sum = 8}};
    struct insight_survey s = {.n = 4, .n_elements = 2, .elements = all};

    CHECK_I64(insight_index(&s), 10000);
    all[1].sum = 4;
    CHECK_I64(insight_index(&s), 7500);
}

/* ---- in a city ---------------------------------------------------- */

static err rate(struct ctx *c, struct town *t, str about, str own, str *number)
{
    static const char *const elements[] = {
        "persyaratan", "prosedur", "waktu",     "biaya", "produk",
        "kompetensi",  "perilaku", "pengaduan", "sarana"};
    const struct app *a =
        app_catalogue_find(t->w.apps, STR("sekretariat/survei-kepuasan"))->app;
    struct app_form form = {0};
    struct record_receipt out;
    struct findings f = {0};
    struct record_submission s = {
        .app = a,
        .form = &form,
        .actor = {.role = RECORD_NOBODY, .record = own, .channel = STR("web")}};
    err e;

    app_form_set(c, &form, STR("berkas"), about);
    for (size_t i = 0; i < COUNT(elements); i++)
        app_form_set(c, &form, str_of(elements[i]), STR("n4"));
    app_form_set(c, &form, STR("saran"), STR("n1")); /* a remark is none */
    e = record_submit(c, &t->w, &s, &f, &out);
    *number = out.number;
    return e;
}

static struct insight_survey read_survey(struct ctx *c, struct town *t,
                                         size_t *n)
{
    struct conn *on = town_read(c, t);
    struct insight_survey *all;

    CHECK_OK(insight_surveys(c, &t->w, on, &all, n));
    store_done(on);
    return *n > 0 ? all[0] : (struct insight_survey){.n = 0};
}

static int64_t served(struct ctx *c, struct town *t)
{
    struct conn *on = town_read(c, t);
    struct insight_city all;

    CHECK_OK(insight_city(c, &t->w, on, &all));
    store_done(on);
    return all.whole.served;
}

TEST(a_finished_record_is_rated_once_by_its_own_resident)
{
    struct town *t = town_new(c);
    struct record_receipt r = town_permit(c, t, "token-1");
    struct insight_survey s;
    str number, rating;
    struct record sent;
    struct conn *on;
    size_t n;

    town_install(c, t, "apps/sekretariat/survei-kepuasan", "apps/base");
    CHECK(rate(c, t, r.number, r.number, &number) == E_REFUSED); /* not yet */
    town_issue(c, t, r.number);
    CHECK(rate(c, t, r.number, STR(""), &number) == E_REFUSED); /* a stranger */
    CHECK_OK(rate(c, t, r.number, r.number, &rating));
    CHECK(rate(c, t, r.number, r.number, &number) == E_REFUSED); /* once */
    on = town_read(c, t);
    CHECK_OK(record_find(c, on, rating, &sent));
    store_done(on);
    CHECK(sent.ended == c->now && sent.promise == 0 && sent.due == 0);
    s = read_survey(c, t, &n);
    CHECK(n == 1 && s.n == 1 && s.n_elements == 9);
    CHECK_STR(s.elements[0].key, "persyaratan"); /* as the survey asks them */
    CHECK_STR(s.elements[8].key, "sarana");
    CHECK_I64(insight_index(&s), 10000);
    CHECK_I64(served(c, t), 1); /* the permit; no office served the answer */
    town_forget(c, t, rating);
    s = read_survey(c, t, &n);
    CHECK(n == 0);
    town_rebuilds(c, t);
}
