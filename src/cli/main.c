/* SPDX-License-Identifier: EUPL-1.2 */
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return cli_run(argc - 1, argv + 1);
}
