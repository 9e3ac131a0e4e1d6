/* SPDX-License-Identifier: MIT
 *
 * Reads a database from elsewhere whole before the screen opens it, as an errand.
 */
#ifndef SCREEN_CHECK_ERRAND_H
#define SCREEN_CHECK_ERRAND_H

#include <stdbool.h>

#include "base/error.h"

#include "errands.h"

struct check_job {
    char *database;
    bool good;
    struct error error; /* where it is not good */
};

/* `done` gets the job. */
struct errand check_errand(const char *database, void (*done)(void *job, void *context));

#endif
