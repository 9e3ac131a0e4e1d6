/* SPDX-License-Identifier: MIT
 *
 * The table of runs, and the wording of their states, steps and remaining time.
 *
 * Progress over arms is in progress_report.c.
 */
#include "config.h"

#include "report/run_report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/figures.h"

enum run_state state_shown(const struct run *run, bool alive)
{
    bool claims = run->state == RUN_QUEUED || run->state == RUN_RUNNING || run->state == RUN_PAUSED;
    return claims && !alive ? RUN_INTERRUPTED : run->state;
}

enum ink state_ink(enum run_state state)
{
    static const enum ink INKS_OF[] = {
        [RUN_QUEUED] = INK_DIM,   [RUN_RUNNING] = INK_GOOD,     [RUN_PAUSED] = INK_WARN,
        [RUN_STOPPED] = INK_WARN, [RUN_INTERRUPTED] = INK_WARN, [RUN_FAILED] = INK_BAD,
        [RUN_DONE] = INK_PLAIN};
    return INKS_OF[state];
}

const char *state_words(enum run_state state, const char *phase)
{
    return state == RUN_RUNNING && *phase ? phase : run_state_name(state);
}

bool run_is_searching(const struct run *run)
{
    return strcmp(run->phase, "search") == 0;
}

double run_share(const struct run *run)
{
    return run->state == RUN_DONE ? 1 : run->share;
}

char *steps_words(uint64_t step, uint64_t steps, char text[2 * FIGURE_TEXT])
{
    char done[FIGURE_TEXT], all[FIGURE_TEXT];
    *text = '\0';
    figure_count((int64_t)step, done);
    figure_count((int64_t)steps, all);
    if (steps > 0)
        snprintf(text, (size_t)2 * FIGURE_TEXT, step == steps ? "%s" : "%s of %s", done, all);
    return text;
}

char *left_words(double eta, char text[FIGURE_TEXT])
{
    char seconds[FIGURE_TEXT];
    if (isnan(eta))
        return strcpy(text, "time left not known yet");
    snprintf(text, FIGURE_TEXT, "%.32s left", figure_seconds(eta, seconds));
    return text;
}

struct listing *runs_listing(void)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "run"},
        {.title = "state"},
        {.title = "done", .side = LISTING_RIGHT, .missed = 2},
        {.title = "loss", .side = LISTING_RIGHT, .missed = 3},
        {.title = "time", .side = LISTING_RIGHT, .missed = 4},
        {.title = "experiment", .missed = 1, .fit = LISTING_CUT},
        {.title = "data", .missed = 6},
        {.title = "started", .missed = 5},
        {.title = "digest", .missed = 7},
        {.title = "text", .missed = 8},
        {.title = NULL}};
    return listing_new(COLUMNS);
}

void runs_add(struct listing *listing, const struct execution *execution, const struct run *run,
              bool alive)
{
    enum run_state state = state_shown(run, alive);
    char text[FIGURE_TEXT];
    listing_foreign(listing, run->name);
    listing_cell(listing, "%s", run_state_name(state));
    listing_style(listing, state_ink(state));
    listing_cell(listing, "%s", figure_done(run_share(run), text));
    listing_cell(listing, "%s", figure_loss(run->loss, text));
    listing_cell(listing, "%s", run->seconds > 0 ? figure_seconds(run->seconds, text) : "");
    listing_foreign(listing, execution->experiment);
    listing_foreign(listing, execution->data);
    listing_cell(listing, "%s", run->started_at ? figure_time(run->started_at, text) : "");
    listing_cell(listing, "%.12s", run->digest);
    char *sentence = memory_format("%.*s", run_sentence(run), run->text);
    listing_foreign(listing, sentence);
    free(sentence);
}

int run_sentence(const struct run *run)
{
    return run->text ? (int)strcspn(run->text, "\n") : 0;
}

void run_json(const struct execution *execution, const struct run *run, bool alive,
              struct json *json)
{
    json_open_object(json, NULL);
    json_text(json, "run", run->name);
    json_integer(json, "execution", run->execution);
    json_text(json, "experiment", execution->experiment);
    json_text(json, "script", execution->script_path);
    json_text(json, "script_digest", execution->script_digest);
    json_text(json, "data", execution->data);
    json_text(json, "data_digest", execution->data_digest);
    json_text(json, "arm", run->arm);
    json_integer(json, "seed", (int64_t)run->seed);
    json_text(json, "state", run_state_name(state_shown(run, alive)));
    json_text(json, "phase", run->phase);
    json_integer(json, "step", (int64_t)run->step);
    json_integer(json, "steps", (int64_t)run->steps);
    json_number(json, "share", run->share);
    json_number(json, "rate", run->rate);
    json_number(json, "eta", run->eta);
    json_number(json, "loss", run->loss);
    json_number(json, "seconds", run->seconds);
    json_integer(json, "threads", execution->threads);
    json_integer(json, "parameters", (int64_t)run->parameters);
    json_integer(json, "peak_bytes", (int64_t)run->peak_bytes);
    json_moment(json, "started", run->started_at ? run->started_at : INT64_MIN);
    json_moment(json, "ended", run->ended_at ? run->ended_at : INT64_MIN);
    json_text(json, "confinement", *execution->confinement ? execution->confinement : NULL);
    json_text(json, "digest", *run->digest ? run->digest : NULL);
    json_text(json, "text", run->text && *run->text ? run->text : NULL);
    json_close_object(json);
}
