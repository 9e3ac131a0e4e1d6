/* SPDX-License-Identifier: MIT
 *
 * Runs and their progress, as words, lines and JSON.
 */
#ifndef REPORT_RUN_REPORT_H
#define REPORT_RUN_REPORT_H

#include "report/figures.h"
#include "report/json.h"
#include "report/listing.h"
#include "report/output.h"
#include "store/run_store.h"

/* An execution and the state of its runs. */
struct progress {
    const struct execution *execution;
    const struct run *runs;
    size_t run_count;
    bool alive;     /* a keeper is running for the workbench */
    double elapsed; /* seconds since following began */
};

/* The progress of several runs together. */
struct progress_sum {
    size_t done, failed, waiting, active, paused, stopped, interrupted; /* runs */
    double share; /* 0 .. 1 of all work; a failed run leaves no work to do */
    double eta;   /* seconds; NaN if not yet known */
};
struct progress_sum progress_add_up(const struct progress *progress);
/* Whether any run is active or waiting, so that it continues without the user. */
bool progress_is_under_way(const struct progress_sum *sum);
/* The one state that says most about all runs together. */
enum run_state progress_state(const struct progress_sum *sum);

/* Prints lines that are redrawn in place: a head, then one line for each arm, at most `lines` in
 * all. */
void progress_print_block(const struct progress *progress, struct output *output, size_t lines);
/* Prints one line for a file or pipe. */
void progress_print_line(const struct progress *progress, struct output *output);

/* The empty table of `thaw runs`, and a function that adds a row. */
struct listing *runs_listing(void);
void runs_add(struct listing *listing, const struct execution *execution, const struct run *run,
              bool alive);
void run_json(const struct execution *execution, const struct run *run, bool alive,
              struct json *json);

/* The bytes of the sentence in run->text. The line of the script may follow it. */
int run_sentence(const struct run *run);
/* The state to show. A run that is stored as queued, running or paused while no keeper is running
 * was interrupted. */
enum run_state state_shown(const struct run *run, bool alive);
/* The name of a state. For a running run, its phase, unless that is "". */
const char *state_words(enum run_state state, const char *phase);
enum ink state_ink(enum run_state state);
/* Whether the run is a search over settings, whose steps are trainings of trials. */
bool run_is_searching(const struct run *run);
/* The share of a run that is done, 0 .. 1. */
double run_share(const struct run *run);
/* "200 of 400", "400" if all are done, "" if they are not yet known. */
char *steps_words(uint64_t step, uint64_t steps, char text[2 * FIGURE_TEXT]);
/* "12 s left", "time left not known yet" */
char *left_words(double eta, char text[FIGURE_TEXT]);

#endif
