/* SPDX-License-Identifier: MIT
 *
 * A workbench for arbitrary scripts: a keeper with a data set "toy". Its workers are the real ones,
 * or real ones with short time limits.
 */
#ifndef TESTS_KEEPER_SCRIPT_BENCH_H
#define TESTS_KEEPER_SCRIPT_BENCH_H

#include <stdbool.h>

#include "workbench.h"

struct script_bench {
    struct workbench *workbench;
    struct keeper *keeper;
    pid_t keeper_process;
};

/* Fixtures for cmocka; *state is the script bench. */
int script_bench_set_up(void **state);
int script_bench_tear_down(void **state);

/* Which workers the keeper starts from now on. */
void script_bench_use(struct script_bench *bench, bool quick);

struct script_answer {
    struct check_report report; /* released by the caller */
    double seconds;             /* on the clock */
    double computed;            /* by processors, of the worker */
};
/* Has the keeper check a script; fails the test where the keeper does not answer. */
struct script_answer script_bench_check(struct script_bench *bench, const char *path,
                                        const char *source, const char *settings);

/* Whether a sentence is safe to show: UTF-8, no control bytes but ends of lines. */
bool script_sentence_is_clean(const char *text);

#endif
