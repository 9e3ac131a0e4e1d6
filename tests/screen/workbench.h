/* SPDX-License-Identifier: MIT
 *
 * A workbench database for the tests of pages, with everything a page can show in it: a data set
 * with Chinese titles and one with control bytes, a large data set, executions that are done,
 * failed (without a jail) and were interrupted.
 */
#ifndef TESTS_WORKBENCH_H
#define TESTS_WORKBENCH_H

#include <stdint.h>

/* Creates the file at `path`; `big_rows` ratings in the data set "big" (0: no such set). Fails the
 * test where it cannot. */
void workbench_create(const char *path, int64_t big_rows);

#endif
