/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/run_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "report/figures.h"

enum run_state state_shown(const struct run *run, bool alive)
{
    bool claims = run->state == RUN_QUEUED || run->state == RUN_RUNNING || run->state == RUN_PAUSED;
    return claims && !alive ? RUN_INTERRUPTED : run->state;
}

static enum output_style state_style(enum run_state state)
{
    switch (state) {
    case RUN_DONE:
        return STYLE_GOOD;
    case RUN_FAILED:
    case RUN_INTERRUPTED:
        return STYLE_BAD;
    case RUN_RUNNING:
        return STYLE_STRONG;
    default:
        return STYLE_PLAIN;
    }
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
    listing_style(listing, state_style(state));
    listing_cell(listing, "%.0f %%", floor(100 * run->share));
    listing_cell(listing, "%s", isnan(run->loss) ? "" : figure_metric(run->loss, false, text));
    listing_cell(listing, "%s", run->seconds > 0 ? figure_seconds(run->seconds, text) : "");
    listing_foreign(listing, execution->experiment);
    listing_foreign(listing, execution->data);
    if (run->started_at)
        clock_format(run->started_at, text);
    listing_cell(listing, "%s", run->started_at ? text : "");
    listing_cell(listing, "%.12s", run->digest);
    listing_foreign(listing, run->text ? run->text : "");
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
    json_moment(json, "started", run->started_at);
    json_moment(json, "ended", run->ended_at);
    json_text(json, "confinement", *execution->confinement ? execution->confinement : NULL);
    json_text(json, "digest", *run->digest ? run->digest : NULL);
    json_text(json, "text", run->text && *run->text ? run->text : NULL);
    json_close_object(json);
}
