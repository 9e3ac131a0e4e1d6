/* SPDX-License-Identifier: MIT
 *
 * A workbench for the tests of pages, with everything that a page can show: a data set with Chinese
 * titles, one with control bytes, a large one, and executions that are done, failed (unjailed) or
 * interrupted.
 */
#ifndef TESTS_WORKBENCH_H
#define TESTS_WORKBENCH_H

#include <stdint.h>

/* Creates the file at `path`; `big_rows` ratings in the data set "big" (0: no such set). Fails the
 * test where it cannot. */
void workbench_create(const char *path, int64_t big_rows);

#endif
