/* SPDX-License-Identifier: MIT
 *
 * Runs and their progress, as lines and as JSON.
 */
#ifndef COMMAND_RUN_REPORT_H
#define COMMAND_RUN_REPORT_H

#include "report/output.h"
#include "report/json.h"
#include "report/listing.h"
#include "store/run_store.h"

/* An execution as it stands. */
struct progress {
    const struct execution *execution;
    const struct run *runs;
    size_t run_count;
    bool alive;     /* a keeper holds the workbench */
    double elapsed; /* seconds that it was followed */
};

/* What the progress adds up to. */
struct progress_sum {
    size_t done, failed, waiting, active, paused, halted; /* runs; halted: stopped, interrupted */
    double share;                                         /* 0 .. 1 of all work */
    double eta;                                           /* seconds; NaN: not known yet */
};
struct progress_sum progress_add_up(const struct progress *progress);

/* Several lines to be redrawn in place: a head, then one line an arm, at most `lines` in all. */
void progress_print_block(const struct progress *progress, struct output *output, size_t lines);
/* One line for a file or pipe. */
void progress_print_line(const struct progress *progress, struct output *output);

/* The table of `thaw runs` without rows, and a row of it. */
struct listing *runs_listing(void);
void runs_add(struct listing *listing, const struct execution *execution, const struct run *run,
              bool alive);
void run_json(const struct execution *execution, const struct run *run, bool alive,
              struct json *json);

/* The state as people should see it: what says queued, running or paused while nobody holds the
 * workbench was interrupted. */
enum run_state state_shown(const struct run *run, bool alive);

#endif
