/* SPDX-License-Identifier: MIT
 *
 * Prints a comparison: its settings and arms in full, then all gains side by side.
 */
#include "config.h"

#include "report/compare_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/comparison_words.h"
#include "report/figures.h"
#include "report/listing.h"

bool comparison_shows(const struct comparison *comparison, const struct comparison_filter *filter,
                      size_t setting)
{
    const struct comparison_setting *place = &comparison->settings[setting];
    return (!filter->scenario || strcmp(filter->scenario, place->scenario) == 0) &&
           (filter->shots < 0 || (uint32_t)filter->shots == place->shots);
}

/* -- lines ------------------------------------------------------------------------------------- */

static bool says_how_sure(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->setting_count * comparison->arm_count; i++)
        if (!isnan(comparison->cells[i].values[METRIC_LOG_SCORE]))
            return true;
    return false;
}

/* The metrics of the table: the main one with its interval, the next with its gain, then others. */
static size_t next_metric(const struct comparison *comparison)
{
    return comparison_ranks(comparison) ? METRIC_NDCG : METRIC_RMSE;
}

/* Whether the metric has a column without a gain at the end of the table. */
static bool is_number_alone(const struct comparison *comparison, size_t metric)
{
    return metric != comparison_main_metric(comparison) && metric != next_metric(comparison) &&
           (metric == METRIC_NDCG ||
            (metric >= METRIC_COUNT && metric < METRIC_COUNT + comparison->ranking_count));
}

static void add_own_columns(struct listing *listing, const struct comparison *comparison)
{
    for (size_t own = METRIC_COUNT + comparison->ranking_count; own < comparison->metric_count;
         own++) {
        listing_add_numbers(listing, comparison->metrics[own].name, 9);
        listing_add_column(
            listing, (struct listing_column){.title = "gain", .side = LISTING_RIGHT, .missed = 9});
        listing_add_column(listing, (struct listing_column){.title = "", .missed = 9});
    }
}

static struct listing *new_table(const struct comparison *comparison)
{
    const struct listing_column POINTS[] = {
        {.title = "shots", .side = LISTING_RIGHT},
        {.title = comparison->of_items ? "items" : "users", .side = LISTING_RIGHT, .missed = 5},
        {.title = "arm", .fit = LISTING_CUT},
        {.title = comparison->metrics[comparison_main_metric(comparison)].name,
         .side = LISTING_RIGHT},
        {.title = "gain", .side = LISTING_RIGHT},
        {.title = "", .missed = 1},
        {.title = "95 % interval", .missed = 2},
        {.title = comparison->metrics[next_metric(comparison)].name,
         .side = LISTING_RIGHT,
         .missed = 3},
        {.title = "gain", .side = LISTING_RIGHT, .missed = 4},
        {.title = "", .missed = 4},
        {.title = NULL}};
    static const struct listing_column SURE[] = {
        {.title = "log score", .side = LISTING_RIGHT, .missed = 6},
        {.title = "gain", .side = LISTING_RIGHT, .missed = 6},
        {.title = "", .missed = 6},
        {.title = "in 90 %", .side = LISTING_RIGHT, .missed = 8},
        {.title = NULL}};
    struct listing *listing = listing_new(POINTS);
    if (says_how_sure(comparison))
        listing_add_columns(listing, SURE);
    for (size_t metric = 0; metric < comparison->metric_count; metric++)
        if (is_number_alone(comparison, metric))
            listing_add_numbers(listing, comparison->metrics[metric].name, 7);
    add_own_columns(listing, comparison);
    return listing;
}

static struct listing *metric_table(const struct comparison *comparison,
                                    const struct comparison_metric *metric)
{
    const struct listing_column COLUMNS[] = {
        {.title = "shots", .side = LISTING_RIGHT},
        {.title = comparison->of_items ? "items" : "users", .side = LISTING_RIGHT, .missed = 5},
        {.title = "arm", .fit = LISTING_CUT},
        {.title = metric->name, .side = LISTING_RIGHT},
        {.title = "gain", .side = LISTING_RIGHT},
        {.title = "", .missed = 1},
        {.title = "95 % interval", .missed = 2},
        {.title = "marked from", .side = LISTING_RIGHT, .missed = 4},
        {.title = "better for", .side = LISTING_RIGHT, .missed = 3},
        {.title = NULL}};
    return listing_new(COLUMNS);
}

/* Adds a gain and its mark; for an opponent, says that it is one. */
static void add_gain(struct listing *listing, const struct comparison_gain *gain,
                     const struct output *output)
{
    char text[FIGURE_TEXT];
    if (gain->verdict == VERDICT_OPPONENT)
        listing_cell(listing, "%s", "opponent");
    else
        listing_cell(listing, "%s", figure_metric(gain->gain, true, text));
    listing_style(listing, verdict_ink(gain->verdict));
    listing_cell(listing, "%s", verdict_mark(gain->verdict, output->ascii));
    listing_style(listing, verdict_ink(gain->verdict));
}

/* A value and its gain. */
static void add_metric(struct listing *listing, const struct comparison_cell *cell, size_t metric,
                       const struct output *output)
{
    char text[FIGURE_TEXT];
    listing_cell(listing, "%s", figure_metric(cell->values[metric], false, text));
    add_gain(listing, &cell->gains[metric], output);
}

static void add_arm(struct listing *listing, const struct comparison *comparison,
                    const struct output *output, size_t setting, size_t arm, bool first)
{
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    const struct comparison_setting *place = &comparison->settings[setting];
    size_t main = comparison_main_metric(comparison);
    char text[FIGURE_TEXT], interval[WORDS_TEXT];
    listing_cell(listing, "%s", first ? shots_words(place->shots, text) : "");
    listing_cell(listing, "%s", first ? figure_count(place->users, text) : "");
    listing_foreign(listing, comparison->arms[arm].name);
    add_metric(listing, cell, main, output);
    listing_cell(listing, "%s", interval_words(&cell->gains[main], interval));
    add_metric(listing, cell, next_metric(comparison), output);
    if (says_how_sure(comparison)) {
        add_metric(listing, cell, METRIC_LOG_SCORE, output);
        listing_cell(listing, "%s", figure_metric(cell->coverage, false, text));
    }
    for (size_t metric = 0; metric < comparison->metric_count; metric++)
        if (is_number_alone(comparison, metric))
            listing_cell(listing, "%s", figure_metric(cell->values[metric], false, text));
    for (size_t own = METRIC_COUNT + comparison->ranking_count; own < comparison->metric_count;
         own++)
        add_metric(listing, cell, own, output);
}

/* The row of an arm in the table of one metric. */
static void add_arm_in(struct listing *listing, const struct comparison *comparison, size_t metric,
                       const struct output *output, size_t setting, size_t arm, bool first)
{
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    const struct comparison_setting *place = &comparison->settings[setting];
    const struct comparison_gain *gain = &cell->gains[metric];
    bool other = gain->verdict != VERDICT_OPPONENT;
    char text[FIGURE_TEXT], interval[WORDS_TEXT];
    listing_cell(listing, "%s", first ? shots_words(place->shots, text) : "");
    listing_cell(listing, "%s", first ? figure_count(place->counted_users[metric], text) : "");
    listing_foreign(listing, comparison->arms[arm].name);
    listing_cell(listing, "%s", figure_metric(cell->values[metric], false, text));
    add_gain(listing, gain, output);
    listing_cell(listing, "%s", interval_words(gain, interval));
    listing_cell(listing, "%s", other ? figure_metric(gain->least, false, text) : "");
    listing_cell(listing, "%s", other ? figure_percent(gain->better, text) : "");
}

/* "user-cold: 687 users, 5 draws; all: 27 ratings shown in the median" */
static char *scenario_title(const struct comparison *comparison, size_t first, size_t end)
{
    const struct comparison_setting *place = &comparison->settings[first], *last = place;
    char users[FIGURE_TEXT], draws[FIGURE_TEXT], median[FIGURE_TEXT];
    for (size_t setting = first; setting < end; setting++)
        if (comparison->settings[setting].shots == SHOTS_ALL)
            last = &comparison->settings[setting];
    char *title = memory_format("%s: %s, %s", place->scenario,
                                figure_of(place->all_users, comparison_subject(comparison), users),
                                figure_of(place->draws, "draw", draws));
    if (last->shots != SHOTS_ALL)
        return title;
    char *longer = memory_format("%s; all: %s shown in the median", title,
                                 figure_of(last->median_shown, "rating", median));
    free(title);
    return longer;
}

/* Prints the table below its title. Takes both. */
static void print_below(struct listing *listing, char *title, struct output *output)
{
    output_print(output, "\n");
    output_heading(output, title);
    listing_print(listing, output, 2);
    listing_free(listing);
    free(title);
}

static void print_scenario(const struct comparison *comparison,
                           const struct comparison_filter *filter, struct output *output,
                           size_t first, size_t end)
{
    struct listing *listing =
        filter->metric ? metric_table(comparison, filter->metric) : new_table(comparison);
    for (size_t setting = first; setting < end; setting++)
        for (size_t arm = 0;
             comparison_shows(comparison, filter, setting) && arm < comparison->arm_count; arm++)
            if (filter->metric)
                add_arm_in(listing, comparison, (size_t)(filter->metric - comparison->metrics),
                           output, setting, arm, arm == 0);
            else
                add_arm(listing, comparison, output, setting, arm, arm == 0);
    print_below(listing, scenario_title(comparison, first, end), output);
}

/* 3 decimals, without a sign if all of them are 0. */
static const char *short_gain(double gain, char text[FIGURE_TEXT])
{
    snprintf(text, FIGURE_TEXT, fabs(gain) < 0.0005 ? "0.000" : "%+.3f", gain);
    return text;
}

/* Adds the gains of one scenario in one metric: a row for each arm, a column for each number of
 * shots. */
static void add_gains(struct listing *listing, const struct comparison *comparison,
                      const struct comparison_filter *filter, const struct output *output,
                      size_t metric, size_t first, size_t end, size_t columns)
{
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        if (comparison->arms[arm].opponent == arm)
            continue;
        char name[100], number[FIGURE_TEXT];
        snprintf(name, sizeof name, "  %s", comparison->arms[arm].name);
        listing_foreign(listing, name);
        size_t filled = 0;
        for (size_t setting = first; setting < end && filled < columns; setting++) {
            if (!comparison_shows(comparison, filter, setting))
                continue;
            const struct comparison_gain *gain =
                &comparison->cells[setting * comparison->arm_count + arm].gains[metric];
            if (gain->verdict == VERDICT_UNKNOWN)
                listing_cell(listing, "-");
            else if (gain->verdict == VERDICT_OPPONENT)
                listing_cell(listing, "best");
            else
                listing_cell(listing, "%s%s", short_gain(gain->gain, number),
                             verdict_mark(gain->verdict, output->ascii));
            listing_style(listing, verdict_ink(gain->verdict));
            filled++;
        }
        for (; filled < columns; filled++)
            listing_cell(listing, "%s", "");
    }
}

static size_t scenario_end(const struct comparison *comparison, size_t first)
{
    size_t end = first;
    while (end < comparison->setting_count &&
           strcmp(comparison->settings[end].scenario, comparison->settings[first].scenario) == 0)
        end++;
    return end;
}

static bool shows_any(const struct comparison *comparison, const struct comparison_filter *filter,
                      size_t first, size_t end)
{
    for (size_t setting = first; setting < end; setting++)
        if (comparison_shows(comparison, filter, setting))
            return true;
    return false;
}

/* Adds the columns, one for each number of shots. All scenarios share them, so they come from the
 * scenario that has most. */
static size_t add_shots(struct listing *listing, const struct comparison *comparison,
                        const struct comparison_filter *filter)
{
    size_t best = 0, most = 0, end;
    for (size_t first = 0; first < comparison->setting_count; first = end) {
        size_t shown = 0;
        end = scenario_end(comparison, first);
        for (size_t setting = first; setting < end; setting++)
            shown += comparison_shows(comparison, filter, setting);
        if (shown > most) {
            most = shown;
            best = first;
        }
    }
    for (size_t setting = best; setting < scenario_end(comparison, best); setting++) {
        char text[FIGURE_TEXT];
        if (comparison_shows(comparison, filter, setting))
            listing_add_numbers(listing, shots_words(comparison->settings[setting].shots, text),
                                comparison->settings[setting].shots != SHOTS_ALL);
    }
    return most;
}

static const char *common_opponent(const struct comparison *comparison)
{
    return comparison->baseline < comparison->arm_count
               ? comparison->arms[comparison->baseline].name
               : "the same arm";
}

static void print_gains(const struct comparison *comparison, const struct comparison_filter *filter,
                        struct output *output, size_t metric)
{
    static const struct listing_column COLUMNS[] = {{.title = "shots", .fit = LISTING_CUT},
                                                    {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    size_t columns = add_shots(listing, comparison, filter), end;
    for (size_t first = 0; first < comparison->setting_count; first = end) {
        end = scenario_end(comparison, first);
        if (!shows_any(comparison, filter, first, end))
            continue;
        char *scenario = output_safe(output, comparison->settings[first].scenario);
        listing_line(listing, INK_STRONG, "%s", scenario);
        free(scenario);
        add_gains(listing, comparison, filter, output, metric, first, end, columns);
    }
    print_below(listing,
                memory_format("Gain in %s over %s", comparison->metrics[metric].name,
                              common_opponent(comparison)),
                output);
}

static void print_legend(const struct comparison *comparison, struct output *output)
{
    char matters[FIGURE_TEXT];
    bool ascii = output->ascii;
    char *equal = comparison->matters > 0
                      ? memory_format(", = the interval lies within %s",
                                      figure_number(comparison->matters, matters))
                      : memory_string("");
    char *legend = memory_format(
        "%s better, %s worse: all marks of a metric hold together at 95 %%. %s undecided, %s a "
        "learner with one seed: the interval is of that trained model%s.",
        verdict_mark(VERDICT_BETTER, ascii), verdict_mark(VERDICT_WORSE, ascii),
        verdict_mark(VERDICT_UNDECIDED, ascii), verdict_mark(VERDICT_ONE_SEED, ascii), equal);
    output_print(output, "\n");
    output_paragraph(output, legend, 2);
    free(legend);
    free(equal);
}

static void print_notes(const char *notes, struct output *output)
{
    for (const char *line = notes; *line;) {
        size_t length = strcspn(line, "\n");
        char *copy = memory_format("%.*s", (int)length, line);
        output_paragraph(output, copy, 2);
        line += length + (line[length] == '\n');
        free(copy);
    }
}

static void print_negatives(const struct comparison *comparison, struct output *output)
{
    char *sentence = negatives_sentence(comparison);
    if (*sentence)
        output_paragraph(output, sentence, 2);
    free(sentence);
}

static void print_head(const struct comparison *comparison, const struct comparison_filter *filter,
                       struct output *output)
{
    uint32_t least = UINT32_MAX, most = 0;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        uint32_t seeds = comparison->arms[arm].seeds;
        least = comparison->arms[arm].learns && seeds < least ? seeds : least;
        most = comparison->arms[arm].learns && seeds > most ? seeds : most;
    }
    char seeds[64] = "nothing that learns", text[FIGURE_TEXT];
    if (most && least == most)
        snprintf(seeds, sizeof seeds, "learners with %s each", figure_of(most, "seed", text));
    else if (most)
        snprintf(seeds, sizeof seeds, "learners with %" PRIu32 " to %" PRIu32 " seeds", least,
                 most);
    size_t arms = comparison->arm_count - (comparison->stand_in < comparison->arm_count);
    char *head =
        memory_format("%s on %s: %s, %s, opponent %s", comparison->title, comparison->data,
                      figure_of((int64_t)arms, "arm", text), seeds, common_opponent(comparison));
    output_heading(output, head);
    if (filter->metric)
        output_paragraph(output, filter->metric->title, 2);
    output_paragraph(output, answer_sentence(comparison->answer), 2);
    if (comparison->stand_in < comparison->arm_count)
        output_paragraph(output,
                         "best_plain: the best of the arms that do not learn, on the validation "
                         "tasks of that scenario, number of shots and metric.",
                         2);
    print_negatives(comparison, output);
    print_notes(comparison->notes, output);
    free(head);
}

/* Whether the gains of the metric are printed behind those of the main one. */
static bool is_side_by_side(const struct comparison *comparison, size_t metric)
{
    if (metric == METRIC_LOG_SCORE)
        return says_how_sure(comparison);
    return metric == next_metric(comparison) || metric >= METRIC_COUNT + comparison->ranking_count;
}

void comparison_print(const struct comparison *comparison, const struct comparison_filter *filter,
                      struct output *output)
{
    size_t end;
    print_head(comparison, filter, output);
    for (size_t first = 0; first < comparison->setting_count; first = end) {
        end = scenario_end(comparison, first);
        if (shows_any(comparison, filter, first, end))
            print_scenario(comparison, filter, output, first, end);
    }
    if (comparison->arm_count < 2)
        return;
    size_t main = filter->metric ? (size_t)(filter->metric - comparison->metrics)
                                 : comparison_main_metric(comparison);
    print_gains(comparison, filter, output, main);
    for (size_t metric = 0; metric < comparison->metric_count && !filter->metric; metric++)
        if (metric != main && is_side_by_side(comparison, metric))
            print_gains(comparison, filter, output, metric);
    print_legend(comparison, output);
}
