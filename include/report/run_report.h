/* SPDX-License-Identifier: MIT
 *
 * Runs and their progress in words, as lines and as JSON.
 */
#ifndef REPORT_RUN_REPORT_H
#define REPORT_RUN_REPORT_H

#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"
#include "report/output.h"
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
    size_t done, failed, waiting, active, paused, stopped, interrupted; /* runs */
    double share; /* 0 .. 1 of all work; a run that failed leaves none to do */
    double eta;   /* seconds; NaN: not known yet */
};
struct progress_sum progress_add_up(const struct progress *progress);
/* Whether any run goes on by itself, or will: is active or waits. */
bool progress_is_under_way(const struct progress_sum *sum);
/* The state that says most about the whole. */
enum run_state progress_state(const struct progress_sum *sum);

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
/* The name of a state; of what runs, its phase if that is not "". */
const char *state_words(enum run_state state, const char *phase);
enum ink state_ink(enum run_state state);
/* Whether its settings are searched, so that steps are trainings of trials. */
bool run_is_searching(const struct run *run);
/* How far a run came, 0 .. 1. */
double run_share(const struct run *run);
/* "200 of 400", "400" when all are done, "" before they are known. */
char *steps_words(uint64_t step, uint64_t steps, char text[2 * FIGURE_TEXT]);
/* "12 s left", "time left not known yet" */
char *left_words(double eta, char text[FIGURE_TEXT]);

#endif
