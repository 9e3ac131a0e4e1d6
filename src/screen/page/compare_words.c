/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/page/compare_words.h"

#include <math.h>
#include <stdio.h>

#include "screen/widget/numerals.h"
#include "screen/widget/setting_text.h"

enum { ROOM_FOR_COUNTS = 24 };

/* No "-0.0000". */
static double zeroed(double number, double half)
{
    return fabs(number) < half ? 0 : number;
}

const char *compare_words_signed(double gain, char text[COMPARE_WORDS_SIGNED])
{
    snprintf(text, COMPARE_WORDS_SIGNED, "%+.4f", zeroed(gain, 5e-5));
    return text;
}

/* "best_plain (here bias)" */
static const char *opponent_text(const struct comparison *comparison, enum metric metric,
                                 size_t setting, size_t arm, char *text, size_t size)
{
    size_t opponent = comparison->arms[arm].opponent;
    size_t real = comparison_real_arm(comparison, setting, opponent, metric);
    if (real == opponent || real == comparison->arm_count)
        snprintf(text, size, "%s", comparison->arms[opponent].name);
    else
        snprintf(text, size, "%s (here %s)", comparison->arms[opponent].name,
                 comparison->arms[real].name);
    return text;
}

static void draw_gain(const struct comparison *comparison, enum metric metric, size_t setting,
                      size_t arm, struct surface *surface, struct box box)
{
    const struct comparison_gain *gain =
        &comparison->cells[setting * comparison->arm_count + arm].gains[metric];
    char opponent[224], least[64] = "";
    opponent_text(comparison, metric, setting, arm, opponent, sizeof opponent);
    if (gain->verdict == VERDICT_UNKNOWN) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM, "nothing to compare here");
        return;
    }
    if (gain->verdict == VERDICT_OPPONENT) {
        surface_format(surface, box.x, box.y, box.width, INK_PLAIN,
                       "the opponent here: %s, whom the other arms are measured against", opponent);
        return;
    }
    char by[64] = "", low[COMPARE_WORDS_SIGNED], high[COMPARE_WORDS_SIGNED],
         text[COMPARE_WORDS_SIGNED];
    if (!isnan(gain->least))
        snprintf(least, sizeof least, ", marked from %.4f", gain->least);
    if (!isnan(gain->standardised))
        snprintf(by, sizeof by, ", by %.2f deviations", zeroed(gain->standardised, 5e-3));
    surface_format(surface, box.x, box.y, box.width, verdict_ink(gain->verdict),
                   "gain in %s over %s %s: %s%s", metric_name(metric), opponent,
                   compare_words_signed(gain->gain, text), verdict_name(gain->verdict), least);
    surface_format(surface, box.x, box.y + 1, box.width, INK_PLAIN,
                   "95 %% %s to %s; better for %.0f %% of the users%s",
                   compare_words_signed(gain->low, low), compare_words_signed(gain->high, high),
                   100 * gain->better, by);
}

static void draw_values(const struct comparison *comparison, size_t setting, size_t arm,
                        struct surface *surface, struct box box)
{
    const struct comparison_setting *about = &comparison->settings[setting];
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    char users[NUMERAL_TEXT], rows[NUMERAL_TEXT];
    int used = 0;
    for (int each = 0; each < METRIC_COUNT; each++)
        if (!isnan(cell->values[each]))
            used += surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                                   "%s %.4f  ", metric_name((enum metric)each), cell->values[each]);
    if (!isnan(cell->coverage))
        used += surface_format(surface, box.x + used, box.y, box.width - used, INK_PLAIN,
                               "in 90 %% %.3f  ", cell->coverage);
    if (box.width - used >= ROOM_FOR_COUNTS)
        surface_format(surface, box.x + used, box.y, box.width - used, INK_DIM, "%s, %s ratings",
                       numeral_of(about->users, "user", users),
                       numeral_count((int64_t)about->query_rows, rows));
}

void compare_words_draw(const struct comparison *comparison, enum metric metric, size_t setting,
                        size_t arm, struct surface *surface, struct box box)
{
    char title[192], where[64];
    snprintf(title, sizeof title, "%s, %s", comparison->arms[arm].name,
             setting_text(&comparison->settings[setting], where, sizeof where));
    surface_rule(surface, box.x, box.y, box.width, title);
    draw_gain(comparison, metric, setting, arm, surface, box_inside(box, 0, 1, 0, 0));
    draw_values(comparison, setting, arm, surface, box_inside(box, 0, 3, 0, 0));
    if (comparison->notes[0])
        surface_text(surface, box.x, box.y + 4, box.width, INK_WARN, comparison->notes);
    else
        surface_text(surface, box.x, box.y + 4, box.width, INK_DIM,
                     "▲ better  ▼ worse  ≈ undecided  · one seed: of that model; marks hold "
                     "together");
}
