/* SPDX-License-Identifier: MIT
 *
 * Shows progress arm by arm: the seeds of an arm share a line. The same sums serve the lines of a
 * terminal, one line for a file, and the screen.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/bar.h"
#include "report/figures.h"
#include "report/run_report.h"

struct arm_progress {
    const char *name;
    struct progress_sum sum;
    double rate, loss;     /* steps per second of all seeds; mean of their last losses, or NaN */
    const struct run *run; /* one of its seeds; an active one if there is one */
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
    case RUN_STOPPED:
        sum->stopped++;
        break;
    default:
        sum->interrupted++;
    }
}

/* Sums the runs of one arm, or of all arms if `arm` is NULL. For all arms, a run that is over
 * counts as complete, because it leaves no work. */
static struct arm_progress add_up(const struct progress *progress, const char *arm)
{
    struct arm_progress all = {.name = arm};
    double losses = 0, weights = 0;
    for (size_t i = 0; i < progress->run_count; i++) {
        const struct run *run = &progress->runs[i];
        if (arm && strcmp(run->arm, arm) != 0)
            continue;
        enum run_state state = state_shown(run, progress->alive);
        bool whole = !arm && run_state_is_over(state);
        count_state(&all.sum, state);
        all.sum.share += run_weight(run) * (whole ? 1 : run_share(run));
        weights += run_weight(run);
        if (state == RUN_RUNNING) {
            all.rate += run->rate;
            if (isnan(run->eta) || run->eta > all.sum.eta)
                all.sum.eta = run->eta;
        }
        if (state == RUN_RUNNING || !all.run)
            all.run = run;
        if (!isnan(run->loss)) {
            all.loss += run->loss;
            losses++;
        }
    }
    all.loss = losses > 0 ? all.loss / losses : NAN;
    all.sum.share = weights > 0 ? all.sum.share / weights : 0;
    if (all.sum.active == 0)
        all.sum.eta = NAN;
    return all;
}

struct progress_sum progress_add_up(const struct progress *progress)
{
    return add_up(progress, NULL).sum;
}

bool progress_is_under_way(const struct progress_sum *sum)
{
    return sum->active + sum->waiting > 0;
}

enum run_state progress_state(const struct progress_sum *sum)
{
    return sum->active        ? RUN_RUNNING
           : sum->paused      ? RUN_PAUSED
           : sum->waiting     ? RUN_QUEUED
           : sum->interrupted ? RUN_INTERRUPTED
           : sum->stopped     ? RUN_STOPPED
           : sum->failed      ? RUN_FAILED
                              : RUN_DONE;
}

/* The names of the arms in the order of the runs. Freed by the caller. */
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

static const char *describe(const struct progress *progress, const struct arm_progress *arm,
                            char text[64])
{
    enum run_state state = progress_state(&arm->sum);
    const char *word = state_words(state, arm->run->phase);
    char steps[2 * FIGURE_TEXT];
    size_t seeds = 0;
    for (size_t i = 0; i < progress->run_count; i++)
        seeds += strcmp(progress->runs[i].arm, arm->name) == 0;
    if (state == RUN_RUNNING && run_is_searching(arm->run))
        snprintf(text, 64, "%s %s", word, steps_words(arm->run->step, arm->run->steps, steps));
    else if (seeds > 1 && arm->sum.done < seeds)
        snprintf(text, 64, "%s %zu/%zu", word, arm->sum.done, seeds);
    else
        snprintf(text, 64, "%s", word);
    return text;
}

static void print_head(const struct progress *progress, struct output *output)
{
    struct progress_sum sum = progress_add_up(progress);
    char done[FIGURE_TEXT], elapsed[FIGURE_TEXT], left[FIGURE_TEXT];
    output_ink(output, INK_STRONG);
    output_foreign(output, progress->execution->experiment);
    output_print(output, " %" PRId64, progress->execution->number);
    output_ink(output, INK_PLAIN);
    output_print(output, ": %s, %s", figure_done(sum.share, done),
                 figure_seconds(progress->elapsed, elapsed));
    if (!isnan(sum.eta))
        output_print(output, ", %s", left_words(sum.eta, left));
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

static void add_arm(struct listing *listing, const struct progress *progress,
                    const struct arm_progress *arm, const struct output *output)
{
    char bar[BAR_TEXT], state[64], text[FIGURE_TEXT];
    double eta = arm->sum.eta;
    listing_foreign(listing, arm->name);
    listing_cell(listing, "%s", describe(progress, arm, state));
    listing_style(listing, state_ink(arm->sum.failed ? RUN_FAILED : progress_state(&arm->sum)));
    listing_cell(listing, "%s", bar_write(arm->sum.share, bar_cells(output), output->ascii, bar));
    listing_style(listing, INK_BAR);
    listing_cell(listing, "%s", figure_done(arm->sum.share, text));
    listing_cell(listing, "%s", figure_rate(arm->rate, text));
    listing_cell(listing, "%s", isnan(eta) ? "" : figure_seconds(eta, text));
    listing_cell(listing, "%s", figure_loss(arm->loss, text));
}

void progress_print_block(const struct progress *progress, struct output *output, size_t lines)
{
    size_t count, left_out = 0;
    const char **arms = list_arms(progress, &count);
    size_t room = lines > 4 ? lines - 3 : 1; /* besides head, titles and the arms left out */
    struct listing *listing = listing_new(COLUMNS);
    size_t over = count > room ? count - room : 0;
    for (size_t i = 0; i < count; i++) {
        struct arm_progress arm = add_up(progress, arms[i]);
        bool finished = !progress_is_under_way(&arm.sum) && arm.sum.paused == 0;
        /* If the terminal is too short, finished arms are left out first. */
        if (left_out < over && (finished || count - i <= over - left_out)) {
            left_out++;
            continue;
        }
        add_arm(listing, progress, &arm, output);
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
    char text[2 * FIGURE_TEXT], done[FIGURE_TEXT];
    size_t count, shown = 0;
    const char **arms = list_arms(progress, &count);
    output_print(output, "%8s  %5s", figure_seconds(progress->elapsed, text),
                 figure_done(sum.share, done));
    if (!isnan(sum.eta))
        output_print(output, ", %s", left_words(sum.eta, text));
    for (size_t i = 0; i < count; i++) {
        struct arm_progress arm = add_up(progress, arms[i]);
        if (arm.sum.active == 0)
            continue;
        output_print(output, "%s", shown++ ? "; " : ": ");
        output_foreign(output, arm.name);
        if (run_is_searching(arm.run))
            output_print(output, " %s %s", state_words(RUN_RUNNING, arm.run->phase),
                         steps_words(arm.run->step, arm.run->steps, text));
        else
            output_print(output, " %s", figure_done(arm.sum.share, text));
        if (!isnan(arm.loss))
            output_print(output, " (loss %s)", figure_loss(arm.loss, text));
    }
    if (sum.paused)
        output_print(output, ", paused");
    else if (sum.waiting && !sum.active)
        output_print(output, ", waiting for the experiment before it");
    output_print(output, "\n");
    free(arms);
}
