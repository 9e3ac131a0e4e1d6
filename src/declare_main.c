/* SPDX-License-Identifier: MIT
 *
 * Runs while thaw is built: writes what lua/thaw declares as a table in C to standard output. It is
 * not installed.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "script/manual.h"

int main(void)
{
    struct error error;
    char *source = script_manual(&error);
    if (!source) {
        fprintf(stderr, "thaw-declare: %s\n", error.text);
        return EXIT_FAILURE;
    }
    bool good = fputs(source, stdout) >= 0 && fflush(stdout) == 0;
    free(source);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
