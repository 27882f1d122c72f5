/* SPDX-License-Identifier: EUPL-1.2 */
/* cli: commands, from a table; composes the appliers. Floor 11.
 *
 * A command reads its words, asks the rooms below, and writes to `out`. Exit
 * codes: 0 done, 1 it did not hold or was refused, 2 the words were wrong. */
#pragma once

#include "base/base.h"

/* Run one command line (without the program's name). */
int cli_run(int argc, char **argv);
