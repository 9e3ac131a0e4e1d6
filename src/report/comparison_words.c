/* SPDX-License-Identifier: MIT
 *
 * The wording of settings, gains and verdicts: one table gives the mark and the ink of each
 * verdict.
 */
#include "config.h"

#include "report/comparison_words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

static const double SAME = 1e-9; /* smaller gains of one user are rounding */

char *setting_words(const char *scenario, uint32_t shots, char text[WORDS_TEXT])
{
    char figure[FIGURE_TEXT];
    snprintf(text, WORDS_TEXT, "%s, %s rating%s shown", scenario,
             shots == 0 ? "no" : shots_words(shots, figure), plural(shots));
    return text;
}

char *card_words(const struct user_card *card, char text[WORDS_TEXT])
{
    char setting[WORDS_TEXT], key[80];
    bool keyed = card->key && *card->key;
    snprintf(text, WORDS_TEXT, "%s%s%s%.120s, draw %" PRIu32 " of %" PRIu32, keyed ? "key " : "",
             keyed ? text_safe(card->key, key, sizeof key) : "", keyed ? ", " : "",
             setting_words(card->scenario, card->shots, setting), card->draw + 1, card->draws);
    return text;
}

void shots_json(struct json *json, uint32_t shots)
{
    if (shots == SHOTS_ALL)
        json_text(json, "shots", "all");
    else
        json_integer(json, "shots", shots);
}

char *against_words(const struct comparison *comparison, size_t arm, char text[WORDS_TEXT])
{
    snprintf(text, WORDS_TEXT, "%s against %s", comparison->arms[arm].name,
             comparison->arms[comparison->arms[arm].opponent].name);
    return text;
}

char *opponent_words(const struct comparison *comparison, size_t setting, size_t arm, size_t metric,
                     char text[WORDS_TEXT])
{
    size_t opponent = comparison->arms[arm].opponent;
    size_t real = comparison_real_arm(comparison, setting, opponent, metric);
    const char *name = comparison->arms[opponent].name;
    if (real == opponent || real == comparison->arm_count)
        snprintf(text, WORDS_TEXT, "%s", name);
    else
        snprintf(text, WORDS_TEXT, "%s (here %s)", name, comparison->arms[real].name);
    return text;
}

char *interval_words(const struct comparison_gain *gain, char text[WORDS_TEXT])
{
    char low[FIGURE_TEXT], high[FIGURE_TEXT];
    if (gain->verdict == VERDICT_OPPONENT || isnan(gain->gain))
        return strcpy(text, "");
    if (isnan(gain->low) || isnan(gain->high))
        return strcpy(text, "no interval");
    snprintf(text, WORDS_TEXT, "%s .. %s", figure_metric(gain->low, true, low),
             figure_metric(gain->high, true, high));
    return text;
}

const char *answer_words(const char *answer)
{
    return strcmp(answer, "raw") == 0      ? "raw predictions"
           : strcmp(answer, "median") == 0 ? "judged on medians"
                                           : "judged on levels";
}

const char *answer_sentence(const char *answer)
{
    if (strcmp(answer, "raw") == 0)
        return "Arms are judged on their predictions as they are: a gain may come from the choice "
               "of loss alone.";
    if (strcmp(answer, "median") == 0)
        return "Every arm answers through the shared last step: MAE by its continuous median, "
               "RMSE, "
               "nDCG@5 and other metrics of order by its mean, log score by all of its "
               "distribution.";
    return "Every arm answers through the shared last step: MAE by its median level, RMSE, "
           "nDCG@5 and other metrics of order by its mean, log score by all of its distribution.";
}

char *card_rows_words(const struct card_row *rows, size_t count, char text[WORDS_TEXT])
{
    char all[FIGURE_TEXT];
    size_t sampled = 0;
    for (size_t i = 0; i < count; i++)
        sampled += rows[i].sampled;
    if (sampled == 0)
        snprintf(text, WORDS_TEXT, "%s", figure_of((int64_t)count, "rating", all));
    else
        snprintf(text, WORDS_TEXT, "%s, %zu of them sampled", figure_of((int64_t)count, "row", all),
                 sampled);
    return text;
}

char *negatives_words(const struct comparison *comparison, char text[WORDS_TEXT])
{
    text[0] = '\0';
    if (comparison->negatives > 0)
        snprintf(text, WORDS_TEXT, ", %u sampled negatives (%s)", (unsigned)comparison->negatives,
                 comparison->negatives_by);
    return text;
}

char *negatives_sentence(const struct comparison *comparison)
{
    const char *met = comparison->of_items ? "users" : "items";
    if (comparison->negatives == 0)
        return memory_string("");
    return memory_format(
        "Metrics are over sampled negatives: beside each asked rating %u %s that the %s has not, "
        "by "
        "%s. They are not those over all %s, and can order arms otherwise (Krichene and Rendle "
        "2020).",
        (unsigned)comparison->negatives, met, comparison_subject(comparison),
        comparison->negatives_by, met);
}

/* One row for each verdict: mark, mark in ASCII, ink. */
static const struct {
    const char *mark, *plain;
    enum ink ink;
} LOOKS[] = {
    [VERDICT_UNKNOWN] = {"", "", INK_PLAIN},   [VERDICT_OPPONENT] = {"", "", INK_PLAIN},
    [VERDICT_BETTER] = {"▲", "+", INK_GOOD},   [VERDICT_WORSE] = {"▼", "-", INK_WARN},
    [VERDICT_UNDECIDED] = {"≈", "~", INK_DIM}, [VERDICT_EQUAL] = {"=", "=", INK_DIM},
    [VERDICT_ONE_SEED] = {"·", ".", INK_DIM},
};

const char *verdict_mark(enum verdict verdict, bool ascii)
{
    return ascii ? LOOKS[verdict].plain : LOOKS[verdict].mark;
}

enum ink verdict_ink(enum verdict verdict)
{
    return LOOKS[verdict].ink;
}

enum verdict difference_verdict(double gain)
{
    return gain > SAME ? VERDICT_BETTER : gain < -SAME ? VERDICT_WORSE : VERDICT_EQUAL;
}

char *differences_words(const struct comparison *comparison, const struct user_difference *users,
                        size_t count, char text[WORDS_TEXT])
{
    size_t better = 0, worse = 0;
    char all[FIGURE_TEXT];
    for (size_t i = 0; i < count; i++) {
        better += difference_verdict(users[i].gain) == VERDICT_BETTER;
        worse += difference_verdict(users[i].gain) == VERDICT_WORSE;
    }
    snprintf(text, WORDS_TEXT, "%zu better, %zu worse, %zu same of %s", better, worse,
             count - better - worse,
             figure_of((int64_t)count, comparison_subject(comparison), all));
    return text;
}
