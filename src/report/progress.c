/* SPDX-License-Identifier: MIT
 *
 * Progress, arm by arm: the seeds of an arm share a line.
 */
#include "config.h"

#include "report/run_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/dataset_report.h"
#include "report/figures.h"

struct arm_progress {
    const char *name;
    struct progress_sum sum;
    double rate, loss; /* steps a second of all seeds; mean of the last losses, NaN */
    const char *phase;
    uint64_t step, steps; /* of one of its seeds */
    bool learns;
};

static void count_state(struct progress_sum *sum, enum run_state state)
{
    switch (state) {
    case RUN_DONE:
        sum->done++;
        break;
    case RUN_FAILED:
        sum->failed++;
        break;
    case RUN_QUEUED:
        sum->waiting++;
        break;
    case RUN_PAUSED:
        sum->paused++;
        break;
    case RUN_RUNNING:
        sum->active++;
        break;
    default:
        sum->halted++;
    }
}

/* Adds up the runs of one arm, or of all where `arm` is NULL. */
static struct arm_progress add_up(const struct progress *progress, const char *arm)
{
    struct arm_progress all = {.name = arm, .loss = NAN, .phase = "", .sum.eta = 0};
    double losses = 0, weights = 0;
    bool unknown = false;
    for (size_t i = 0; i < progress->run_count; i++) {
        const struct run *run = &progress->runs[i];
        if (arm && strcmp(run->arm, arm) != 0)
            continue;
        enum run_state state = state_shown(run, progress->alive);
        count_state(&all.sum, state);
        all.sum.share += run_weight(run) * (run_state_is_over(state) ? 1 : run->share);
        weights += run_weight(run);
        if (state == RUN_RUNNING) {
            all.rate += run->rate;
            all.phase = run->phase;
            all.step = run->step;
            all.steps = run->steps;
            unknown = unknown || isnan(run->eta);
            all.sum.eta = fmax(all.sum.eta, run->eta);
        }
        all.learns = all.learns || run->learns;
        if (!isnan(run->loss)) {
            all.loss = (losses == 0 ? 0 : all.loss) + run->loss;
            losses++;
        }
    }
    all.loss = losses ? all.loss / losses : NAN;
    all.sum.share = weights > 0 ? all.sum.share / weights : 0;
    if (all.sum.active == 0 || unknown)
        all.sum.eta = NAN;
    return all;
}

struct progress_sum progress_add_up(const struct progress *progress)
{
    return add_up(progress, NULL).sum;
}

/* Names of the arms in the order of the runs; freed by the caller. */
static const char **list_arms(const struct progress *progress, size_t *count)
{
    const char **arms = memory_array(progress->run_count, sizeof *arms);
    *count = 0;
    for (size_t i = 0; i < progress->run_count; i++) {
        bool known = false;
        for (size_t j = 0; j < *count; j++)
            known = known || strcmp(arms[j], progress->runs[i].arm) == 0;
        if (!known)
            arms[(*count)++] = progress->runs[i].arm;
    }
    return arms;
}

static const char *describe(const struct arm_progress *arm, char text[64])
{
    const struct progress_sum *sum = &arm->sum;
    size_t seeds = sum->done + sum->failed + sum->waiting + sum->active + sum->paused + sum->halted;
    const char *word = sum->active    ? (*arm->phase ? arm->phase : "running")
                       : sum->paused  ? "paused"
                       : sum->waiting ? "waiting"
                       : sum->halted  ? "stopped"
                       : sum->failed  ? "failed"
                                      : "done";
    if (strcmp(word, "search") == 0)
        snprintf(text, 64, "search %" PRIu64 "/%" PRIu64, arm->step, arm->steps);
    else if (seeds > 1 && sum->done < seeds)
        snprintf(text, 64, "%s %zu/%zu", word, sum->done, seeds);
    else
        snprintf(text, 64, "%s", word);
    return text;
}

static void print_head(const struct progress *progress, struct output *output)
{
    struct progress_sum sum = progress_add_up(progress);
    char elapsed[FIGURE_TEXT], eta[FIGURE_TEXT];
    output_style(output, STYLE_STRONG);
    output_foreign(output, progress->execution->experiment);
    output_print(output, " %" PRId64, progress->execution->number);
    output_style(output, STYLE_PLAIN);
    output_print(output, ": %.0f %%, %s", floor(100 * sum.share),
                 figure_seconds(progress->elapsed, elapsed));
    if (!isnan(sum.eta) && sum.active)
        output_print(output, ", %s left", figure_seconds(sum.eta, eta));
    output_print(output, "\n");
}

static const struct listing_column COLUMNS[] = {
    {.title = "arm", .fit = LISTING_CUT},
    {.title = "state", .missed = 4},
    {.title = "", .missed = 3},
    {.title = "done", .side = LISTING_RIGHT},
    {.title = "steps/s", .side = LISTING_RIGHT, .missed = 5},
    {.title = "left", .side = LISTING_RIGHT, .missed = 2},
    {.title = "loss", .side = LISTING_RIGHT, .missed = 1},
    {.title = NULL}};

static size_t bar_cells(const struct output *output)
{
    return output->width >= 100 ? 24 : 10;
}

static void add_arm(struct listing *listing, const struct arm_progress *arm,
                    const struct output *output)
{
    char text[256], state[64];
    enum output_style style = arm->sum.failed                      ? STYLE_BAD
                              : arm->sum.active + arm->sum.waiting ? STYLE_PLAIN
                                                                   : STYLE_GOOD;
    listing_foreign(listing, arm->name);
    listing_cell(listing, "%s", describe(arm, state));
    listing_style(listing, style);
    bar_draw(output, arm->sum.share, bar_cells(output), text);
    listing_cell(listing, "%s", text);
    listing_style(listing, STYLE_ACCENT);
    listing_cell(listing, "%.0f %%", floor(100 * arm->sum.share));
    if (arm->sum.active && arm->rate > 0)
        listing_cell(listing, "%.*f", arm->rate < 10 ? 1 : 0, arm->rate);
    else
        listing_cell(listing, "%s", "");
    bool timed = arm->sum.active && !isnan(arm->sum.eta);
    listing_cell(listing, "%s", timed ? figure_seconds(arm->sum.eta, text) : "");
    listing_cell(listing, "%s", isnan(arm->loss) ? "" : figure_metric(arm->loss, false, text));
}

void progress_print_block(const struct progress *progress, struct output *output, size_t lines)
{
    size_t count, left_out = 0;
    const char **arms = list_arms(progress, &count);
    size_t room = lines > 4 ? lines - 3 : 1; /* head, titles and what is left out */
    struct listing *listing = listing_new(COLUMNS);
    size_t over = count > room ? count - room : 0;
    for (size_t i = 0; i < count; i++) {
        struct arm_progress arm = add_up(progress, arms[i]);
        bool finished = arm.sum.active + arm.sum.waiting + arm.sum.paused == 0;
        /* Where the terminal is too short, finished arms give way first. */
        if (left_out < over && (finished || count - i <= over - left_out)) {
            left_out++;
            continue;
        }
        add_arm(listing, &arm, output);
    }
    print_head(progress, output);
    listing_print(listing, output, 2);
    if (left_out)
        output_print(output, "  and %zu more\n", left_out);
    listing_free(listing);
    free(arms);
}

void progress_print_line(const struct progress *progress, struct output *output)
{
    struct progress_sum sum = progress_add_up(progress);
    char text[FIGURE_TEXT];
    size_t count, shown = 0;
    const char **arms = list_arms(progress, &count);
    output_print(output, "%8s  %3.0f %%", figure_seconds(progress->elapsed, text),
                 floor(100 * sum.share));
    if (sum.active && !isnan(sum.eta))
        output_print(output, ", %s left", figure_seconds(sum.eta, text));
    for (size_t i = 0; i < count; i++) {
        struct arm_progress arm = add_up(progress, arms[i]);
        if (arm.sum.active == 0)
            continue;
        output_print(output, "%s", shown++ ? "; " : ": ");
        output_foreign(output, arm.name);
        if (strcmp(arm.phase, "search") == 0)
            output_print(output, " search %" PRIu64 " of %" PRIu64, arm.step, arm.steps);
        else
            output_print(output, " %.0f %%", floor(100 * arm.sum.share));
        if (!isnan(arm.loss))
            output_print(output, " (loss %s)", figure_metric(arm.loss, false, text));
    }
    if (sum.paused)
        output_print(output, ", paused");
    else if (sum.waiting && !sum.active)
        output_print(output, ", waiting for the experiment before it");
    output_print(output, "\n");
    free(arms);
}
