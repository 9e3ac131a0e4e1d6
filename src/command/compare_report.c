/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "compare_report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "figures.h"
#include "listing.h"

bool comparison_shows(const struct comparison *comparison, const struct comparison_filter *filter,
                      size_t setting)
{
    const struct comparison_setting *place = &comparison->settings[setting];
    return (!filter->scenario || strcmp(filter->scenario, place->scenario) == 0) &&
           (filter->shots < 0 || (uint32_t)filter->shots == place->shots);
}

const char *gain_verdict(const struct interval *gain, bool baseline)
{
    if (baseline || isnan(gain->low) || isnan(gain->high))
        return "";
    return gain->low > 0 ? "better" : gain->high < 0 ? "worse" : "same";
}

static enum output_style verdict_style(const char *verdict)
{
    return *verdict == 'b' ? STYLE_GOOD : *verdict == 'w' ? STYLE_BAD : STYLE_PLAIN;
}

static const char *verdict_mark(const struct output *output, const char *verdict)
{
    switch (*verdict) {
    case 'b':
        return output_glyph(output, "▲", "+");
    case 'w':
        return output_glyph(output, "▼", "-");
    case 's':
        return output_glyph(output, "≈", "=");
    default:
        return "";
    }
}

/* -- lines ------------------------------------------------------------------------------------- */

/* Foreign text as this output can show it; a new string. */
static char *shown(const struct output *output, const char *text)
{
    size_t size = 10 * strlen(text) + 1;
    char *safe = memory_new(size);
    output_shown(output, text_safe(text, safe, size));
    return safe;
}

static bool says_how_sure(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->setting_count * comparison->arm_count; i++)
        if (!isnan(comparison->cells[i].log_score))
            return true;
    return false;
}

static void add_columns(struct listing *listing, bool sure)
{
    listing_column(listing, "shots", LISTING_RIGHT, 0);
    listing_column(listing, "arm", LISTING_LEFT, 0);
    listing_shrink(listing);
    listing_column(listing, "MAE", LISTING_RIGHT, 0);
    listing_column(listing, "gain", LISTING_RIGHT, 0);
    listing_column(listing, "", LISTING_LEFT, 1);
    listing_column(listing, "95 % interval", LISTING_LEFT, 2);
    listing_column(listing, "RMSE", LISTING_RIGHT, 3);
    listing_column(listing, "gain", LISTING_RIGHT, 7);
    listing_column(listing, "", LISTING_LEFT, 8);
    listing_column(listing, "nDCG@5", LISTING_RIGHT, 4);
    if (sure) {
        listing_column(listing, "in 90 %", LISTING_RIGHT, 6);
        listing_column(listing, "log score", LISTING_RIGHT, 5);
    }
}

/* Blank for an arm that does not say how sure it is. */
static void add_sureness(struct listing *listing, const struct comparison_cell *cell)
{
    char text[FIGURE_TEXT];
    bool known = !isnan(cell->log_score);
    listing_cell(listing, "%s", known ? figure_metric(cell->coverage, false, text) : "");
    listing_cell(listing, "%s", known ? figure_metric(cell->log_score, false, text) : "");
}

static void add_rmse_gain(struct listing *listing, const struct comparison_cell *cell,
                          bool baseline, const struct output *output)
{
    const char *verdict = gain_verdict(&cell->rmse_gain, baseline);
    char text[FIGURE_TEXT];
    listing_cell(listing, "%s", baseline ? "" : figure_metric(cell->rmse_gain.mean, true, text));
    listing_style(listing, verdict_style(verdict));
    listing_cell(listing, "%s", verdict_mark(output, verdict));
    listing_style(listing, verdict_style(verdict));
}

static void add_arm(struct listing *listing, const struct comparison *comparison,
                    const struct output *output, size_t setting, size_t arm, bool first)
{
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    bool baseline = arm == comparison->baseline;
    const char *verdict = gain_verdict(&cell->gain, baseline);
    char text[FIGURE_TEXT], low[FIGURE_TEXT], high[FIGURE_TEXT];
    listing_cell(listing, "%s",
                 first ? figure_shots(comparison->settings[setting].shots, text) : "");
    listing_foreign(listing, comparison->arms[arm].name);
    listing_cell(listing, "%s", figure_metric(cell->mae, false, text));
    if (baseline)
        listing_cell(listing, "%s", "baseline");
    else
        listing_cell(listing, "%s", figure_metric(cell->gain.mean, true, text));
    listing_style(listing, baseline ? STYLE_DIM : verdict_style(verdict));
    listing_cell(listing, "%s", verdict_mark(output, verdict));
    listing_style(listing, verdict_style(verdict));
    if (*verdict)
        listing_cell(listing, "%s .. %s", figure_metric(cell->gain.low, true, low),
                     figure_metric(cell->gain.high, true, high));
    else
        listing_cell(listing, "%s", "");
    listing_cell(listing, "%s", figure_metric(cell->rmse, false, text));
    add_rmse_gain(listing, cell, baseline, output);
    listing_cell(listing, "%s", figure_metric(cell->ndcg5, false, text));
    if (says_how_sure(comparison))
        add_sureness(listing, cell);
}

static void print_scenario(const struct comparison *comparison,
                           const struct comparison_filter *filter, struct output *output,
                           size_t first, size_t end)
{
    const struct comparison_setting *place = &comparison->settings[first];
    char users[FIGURE_TEXT], rows[FIGURE_TEXT];
    struct listing *listing = listing_new(output);
    add_columns(listing, says_how_sure(comparison));
    for (size_t setting = first; setting < end; setting++)
        for (size_t arm = 0;
             comparison_shows(comparison, filter, setting) && arm < comparison->arm_count; arm++)
            add_arm(listing, comparison, output, setting, arm, arm == 0);
    char *title = memory_format("%s: %s users, %" PRIu32 " draw%s, %s ratings", place->scenario,
                                figure_count(place->users, users), place->draws,
                                plural(place->draws), figure_count(place->query_rows, rows));
    char *safe = shown(output, title);
    output_print(output, "\n");
    output_style(output, STYLE_STRONG);
    output_paragraph(output, safe, 2);
    output_style(output, STYLE_PLAIN);
    free(safe);
    free(title);
    listing_print(listing, output, 2);
    listing_free(listing);
}

/* 3 decimals, without a sign where they are all 0. */
static const char *short_gain(double gain, char text[FIGURE_TEXT])
{
    snprintf(text, FIGURE_TEXT, fabs(gain) < 0.0005 ? "0.000" : "%+.3f", gain);
    return text;
}

/* The gains of one scenario, in MAE or in RMSE: arms down, shots across. */
static void add_gains(struct listing *listing, const struct comparison *comparison,
                      const struct comparison_filter *filter, const struct output *output,
                      bool in_rmse, size_t first, size_t end, size_t columns)
{
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        if (arm == comparison->baseline)
            continue;
        char name[100], number[FIGURE_TEXT];
        snprintf(name, sizeof name, "  %s", comparison->arms[arm].name);
        listing_foreign(listing, name);
        size_t filled = 0;
        for (size_t setting = first; setting < end && filled < columns; setting++) {
            if (!comparison_shows(comparison, filter, setting))
                continue;
            const struct comparison_cell *cell =
                &comparison->cells[setting * comparison->arm_count + arm];
            const struct interval *gain = in_rmse ? &cell->rmse_gain : &cell->gain;
            const char *verdict = gain_verdict(gain, false);
            if (isnan(gain->mean))
                listing_cell(listing, "-");
            else
                listing_cell(listing, "%s%s", short_gain(gain->mean, number),
                             verdict_mark(output, verdict));
            listing_style(listing, verdict_style(verdict));
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

/* The shots of the scenario that has the most of them head the columns: scenarios share them. */
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
            listing_column(listing, figure_shots(comparison->settings[setting].shots, text),
                           LISTING_RIGHT, comparison->settings[setting].shots == SHOTS_ALL ? 0 : 1);
    }
    return most;
}

static void print_gains(const struct comparison *comparison, const struct comparison_filter *filter,
                        struct output *output, bool in_rmse)
{
    struct listing *listing = listing_new(output);
    listing_column(listing, "shots", LISTING_LEFT, 0);
    listing_shrink(listing);
    size_t columns = add_shots(listing, comparison, filter), end;
    for (size_t first = 0; first < comparison->setting_count; first = end) {
        end = scenario_end(comparison, first);
        if (!shows_any(comparison, filter, first, end))
            continue;
        char *scenario = shown(output, comparison->settings[first].scenario);
        listing_line(listing, STYLE_STRONG, "%s", scenario);
        free(scenario);
        add_gains(listing, comparison, filter, output, in_rmse, first, end, columns);
    }
    char *name = shown(output, comparison->arms[comparison->baseline].name);
    char *title = memory_format("Gain in %s over %s (%s better, %s worse, %s interval holds 0)",
                                in_rmse ? "RMSE" : "MAE", name, verdict_mark(output, "better"),
                                verdict_mark(output, "worse"), verdict_mark(output, "same"));
    output_print(output, "\n");
    output_style(output, STYLE_STRONG);
    output_paragraph(output, title, 2);
    output_style(output, STYLE_PLAIN);
    free(title);
    free(name);
    listing_print(listing, output, 2);
    listing_free(listing);
}

static void print_notes(const char *notes, struct output *output)
{
    for (const char *line = notes; *line;) {
        size_t length = strcspn(line, "\n");
        char *copy = memory_format("%.*s", (int)length, line), *safe = shown(output, copy);
        output_paragraph(output, safe, 2);
        line += length + (line[length] == '\n');
        free(safe);
        free(copy);
    }
}

static void print_head(const struct comparison *comparison, struct output *output)
{
    uint32_t least = UINT32_MAX, most = 0;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        uint32_t seeds = comparison->arms[arm].seeds;
        least = seeds < least ? seeds : least;
        most = seeds > most ? seeds : most;
    }
    char seeds[64];
    if (least == most)
        snprintf(seeds, sizeof seeds, "%" PRIu32 " seed%s each", most, plural(most));
    else
        snprintf(seeds, sizeof seeds, "%" PRIu32 " to %" PRIu32 " seeds each", least, most);
    char *head =
        memory_format("%s on %s: %zu arm%s, %s, baseline %s", comparison->title, comparison->data,
                      comparison->arm_count, plural(comparison->arm_count), seeds,
                      comparison->arms[comparison->baseline].name);
    char *safe = shown(output, head);
    output_style(output, STYLE_STRONG);
    output_paragraph(output, safe, 2);
    output_style(output, STYLE_PLAIN);
    output_paragraph(output,
                     "MAE and nDCG@5: means over users. RMSE: pooled over ratings. Gains over the "
                     "baseline are paired by user.",
                     2);
    if (says_how_sure(comparison))
        output_paragraph(output,
                         "In 90 %: share of ratings within the arm's own 90 % interval. Log score: "
                         "mean log density, higher is better.",
                         2);
    print_notes(comparison->notes, output);
    free(safe);
    free(head);
}

void comparison_print(const struct comparison *comparison, const struct comparison_filter *filter,
                      struct output *output)
{
    size_t end;
    print_head(comparison, output);
    for (size_t first = 0; first < comparison->setting_count; first = end) {
        end = scenario_end(comparison, first);
        if (shows_any(comparison, filter, first, end))
            print_scenario(comparison, filter, output, first, end);
    }
    for (int in_rmse = 0; comparison->arm_count > 1 && in_rmse <= 1; in_rmse++)
        print_gains(comparison, filter, output, in_rmse);
}

/* -- JSON -------------------------------------------------------------------------------------- */

static void write_shots(struct json *json, uint32_t shots)
{
    if (shots == SHOTS_ALL)
        json_text(json, "shots", "all");
    else
        json_integer(json, "shots", shots);
}

void comparison_json(const struct comparison *comparison, const struct comparison_filter *filter,
                     struct json *json, const char *key)
{
    json_open_array(json, key);
    for (size_t setting = 0; setting < comparison->setting_count; setting++) {
        const struct comparison_setting *place = &comparison->settings[setting];
        for (size_t arm = 0;
             comparison_shows(comparison, filter, setting) && arm < comparison->arm_count; arm++) {
            const struct comparison_cell *cell =
                &comparison->cells[setting * comparison->arm_count + arm];
            if (isnan(cell->mae))
                continue;
            json_open_object(json, NULL);
            json_text(json, "data", comparison->data);
            json_text(json, "scenario", place->scenario);
            write_shots(json, place->shots);
            json_text(json, "arm", comparison->arms[arm].name);
            json_text(json, "baseline", comparison->arms[comparison->baseline].name);
            json_integer(json, "seeds", comparison->arms[arm].seeds);
            json_integer(json, "draws", place->draws);
            json_integer(json, "users", place->users);
            json_number(json, "mae", cell->mae);
            json_number(json, "rmse", cell->rmse);
            json_number(json, "ndcg5", cell->ndcg5);
            json_number(json, "coverage90", cell->coverage);
            json_number(json, "log_score", cell->log_score);
            json_number(json, "mae_gain", cell->gain.mean);
            json_number(json, "mae_gain_low", cell->gain.low);
            json_number(json, "mae_gain_high", cell->gain.high);
            json_number(json, "rmse_gain", cell->rmse_gain.mean);
            json_number(json, "rmse_gain_low", cell->rmse_gain.low);
            json_number(json, "rmse_gain_high", cell->rmse_gain.high);
            json_close_object(json);
        }
    }
    json_close_array(json);
}
