/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/compare_panel.h"

#include <math.h>
#include <stdio.h>

#include "report/comparison_words.h"

enum { ROOM_FOR_COUNTS = 24 };

static void draw_gain(const struct comparison *comparison, size_t metric, size_t setting,
                      size_t arm, struct surface *surface, struct box box)
{
    const struct comparison_gain *gain =
        &comparison->cells[setting * comparison->arm_count + arm].gains[metric];
    const char *subject = comparison_subject(comparison);
    char opponent[WORDS_TEXT], interval[WORDS_TEXT], text[FIGURE_TEXT], least[64] = "", by[64] = "";
    opponent_words(comparison, setting, arm, metric, opponent);
    if (gain->verdict == VERDICT_OPPONENT) {
        surface_format(surface, box.x, box.y, box.width, INK_PLAIN,
                       "the opponent here: %s, whom the other arms are measured against", opponent);
        return;
    }
    if (isnan(gain->gain)) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM, "nothing to compare here");
        return;
    }
    const char *verdict = verdict_name(gain->verdict);
    if (!isnan(gain->least))
        snprintf(least, sizeof least, ", marked from %s", figure_metric(gain->least, false, text));
    if (!isnan(gain->standardised))
        snprintf(by, sizeof by, ", by %s deviations",
                 figure_metric(gain->standardised, false, text));
    surface_format(surface, box.x, box.y, box.width, verdict_ink(gain->verdict),
                   "gain in %s over %s %s%s%s%s", comparison->metrics[metric].name, opponent,
                   figure_metric(gain->gain, true, text), *verdict ? ": " : "", verdict, least);
    surface_format(surface, box.x, box.y + 1, box.width, INK_PLAIN,
                   "95 %% %s; better for %s of the %ss%s", interval_words(gain, interval),
                   figure_percent(gain->better, text), subject, by);
}

static void draw_values(const struct comparison *comparison, size_t setting, size_t arm,
                        struct surface *surface, struct box box)
{
    const struct comparison_setting *about = &comparison->settings[setting];
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    char users[FIGURE_TEXT], text[FIGURE_TEXT];
    int used = 0;
    size_t first = comparison_main_metric(comparison);
    for (size_t i = 0; i < comparison->metric_count && used < box.width; i++) {
        size_t each = (first + i) % comparison->metric_count;
        if (!isnan(cell->values[each]))
            used += surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                                   "%s %s  ", comparison->metrics[each].name,
                                   figure_metric(cell->values[each], false, text));
    }
    if (!isnan(cell->coverage) && used < box.width)
        used += surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                               "in 90 %% %s  ", figure_metric(cell->coverage, false, text));
    if (box.width - used >= ROOM_FOR_COUNTS)
        surface_format(surface, box.x + used, box.y, box.width - used, INK_DIM, "%s, %s",
                       figure_of(about->users, comparison_subject(comparison), users),
                       figure_of((int64_t)about->query_rows, "rating", text));
}

void compare_panel_draw(const struct comparison *comparison, size_t metric, size_t setting,
                        size_t arm, struct surface *surface, struct box box)
{
    const struct comparison_setting *about = &comparison->settings[setting];
    bool ascii = surface->ascii;
    char title[2 * WORDS_TEXT], where[WORDS_TEXT];
    snprintf(title, sizeof title, "%s, %s", comparison->arms[arm].name,
             setting_words(about->scenario, about->shots, where));
    surface_rule(surface, box.x, box.y, box.width, title);
    draw_gain(comparison, metric, setting, arm, surface, box_inside(box, 0, 1, 0, 0));
    draw_values(comparison, setting, arm, surface, box_inside(box, 0, 3, 0, 0));
    if (comparison->notes[0])
        surface_text(surface, box.x, box.y + 4, box.width, INK_WARN, comparison->notes);
    else
        surface_format(surface, box.x, box.y + 4, box.width, INK_DIM,
                       "%s better  %s worse  %s undecided  %s one seed: of that model; marks hold "
                       "together",
                       verdict_mark(VERDICT_BETTER, ascii), verdict_mark(VERDICT_WORSE, ascii),
                       verdict_mark(VERDICT_UNDECIDED, ascii),
                       verdict_mark(VERDICT_ONE_SEED, ascii));
}
