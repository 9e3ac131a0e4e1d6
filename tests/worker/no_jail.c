/* SPDX-License-Identifier: MIT
 *
 * In place of src/worker/jail.c in a worker that memcheck watches: it opens files and makes code
 * while it runs, as the jail forbids.
 */
#include "config.h"

#include "worker/jail.h"

void jail_prepare(void)
{
}

bool jail_close(char *text, size_t size)
{
    (void)text, (void)size;
    return true;
}
