/* SPDX-License-Identifier: MIT
 *
 * A small workbench whose programs run with failing.so preloaded. Its commands are those a user
 * types. Between two commands the database can be restored.
 */
#ifndef TESTS_ALLOCATION_SCENARIO_H
#define TESTS_ALLOCATION_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

/* Which program runs out of memory, at which time it asks, and whether from then on. */
struct failure {
    const char *program; /* "client", "keeper", "worker" */
    uint64_t at;         /* 0: never; it is counted only */
    bool ever;
    bool lists; /* nothing fails, but places are listed */
};

/* How a command ended, and whoever was left when it had. */
struct ending {
    int status;   /* as waitpid gives it */
    bool crashed; /* a process ended by a signal that says that it went astray */
    bool aborted; /* one ended itself */
    char out[65536], complaint[4096], log[4096];
};

/* Makes a folder with three small files of ratings, a script, and nothing else. Fails if there are
 * no programs to run. */
bool scenario_begin(void);
void scenario_end(void);

/* The folder that exports are written to, and what is in its files; "" if it is not there. Freed by
 * the caller. */
#define SCENARIO_EXPORT "exported"
char *scenario_exported(void);

/* Keeps the database as it is, under a name; and puts it back, without what was exported. */
void scenario_keep(const char *name);
void scenario_restore(const char *name);

/* Runs ./thaw with the words of a line, then ends the keeper that it may have started, and waits
 * for both. Returns false if somebody does not end within a minute. */
bool scenario_run(const char *line, const struct failure *failure, struct ending *ending);
/* The file in which the last run counted (refusal.h). Freed by the caller. */
char *scenario_counted(void);

/* A digest over all that the database holds but times, speeds and what was logged; with the numbers
 * of executions as they are. "damaged" where SQLite finds it so. Freed by the caller. */
char *scenario_digest(void);
/* The text that a query gives first; "" for none. Freed by the caller. */
char *scenario_ask(const char *sql);

#endif
