/* SPDX-License-Identifier: MIT
 *
 * The resources of a keeper according to /proc, and the contents of a workbench.
 */
#ifndef TESTS_KEEPER_MEASURE_H
#define TESTS_KEEPER_MEASURE_H

#include <stddef.h>
#include <sys/types.h>

#include "base/digest.h"

/* Memory of its own that a process has in use, in KiB; fails the test where it cannot be read. */
size_t measure_memory(pid_t process);
/* Processor time of the children that a process has waited for, in seconds: of a keeper its
 * workers. However busy the machine is, it is not more than they ran. */
double measure_children(pid_t process);
/* SHA-256 of all rows of all tables, read through SQL. */
void measure_contents(const char *database, char text[DIGEST_TEXT]);

#endif
