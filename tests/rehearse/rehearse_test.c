/* SPDX-License-Identifier: EUPL-1.2 */
/* Every app of the catalogue is played by its own scenarios. */
#include "rehearse/rehearse.h"
#include "tests/test.h"

#include <stdio.h>

static void show(struct ctx *c, const struct findings *f)
{
    for (size_t i = 0; i < f->n; i++)
        printf("  %s\n", finding_show(c, &f->all[i]).p);
}

static void rehearse(struct ctx *c, const char *dir)
{
    struct rehearse_report r;
    struct findings f = {0};
    struct app_package *p;

    if (CHECK_OK(app_package_read(c, dir, "apps/base", &f, &p)) &&
        CHECK_OK(rehearse_app(c, NULL, p, NULL, &f, &r)))
        CHECK(r.scenarios >= 3 && r.steps > r.scenarios && r.failed == 0);
    show(c, &f);
}

TEST(every_app_does_what_its_scenarios_say)
{
    str *sectors, *apps;
    size_t n, m;

    c->now = time_system(); /* later than any scenario's dates */
    CHECK_OK(file_list(c, "apps", 'd', &sectors, &n));
    for (size_t i = 0; i < n; i++) {
        const char *sector = file_join(c, "apps", sectors[i].p);

        if (str_eq(sectors[i], STR("base")))
            continue;
        CHECK_OK(file_list(c, sector, 'd', &apps, &m));
        for (size_t k = 0; k < m; k++)
            rehearse(c, file_join(c, sector, apps[k].p));
    }
}
