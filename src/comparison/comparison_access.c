/* SPDX-License-Identifier: MIT
 *
 * Opens and frees a comparison, and answers questions about it: names of verdicts, settings, arms,
 * and the users of a setting.
 */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "comparison_private.h"

const char *verdict_name(enum verdict verdict)
{
    static const char *const NAMES[] = {
        [VERDICT_UNKNOWN] = "",
        [VERDICT_OPPONENT] = "opponent",
        [VERDICT_BETTER] = "better",
        [VERDICT_WORSE] = "worse",
        [VERDICT_UNDECIDED] = "undecided",
        [VERDICT_EQUAL] = "no difference that matters",
        [VERDICT_ONE_SEED] = "one seed: of this trained model",
    };
    return NAMES[verdict];
}

char *setting_name(const struct comparison_setting *setting, char text[SETTING_TEXT])
{
    char shots[SHOTS_TEXT];
    snprintf(text, SETTING_TEXT, "%s %s", setting->scenario, shots_words(setting->shots, shots));
    return text;
}

struct comparison *comparison_open(struct store *store, const struct comparison_options *options,
                                   struct error *error)
{
    struct comparison *comparison = memory_new(sizeof *comparison);
    comparison->detail = memory_new(sizeof *comparison->detail);
    comparison->notes = memory_string("");
    if (!comparison_choose(comparison, store, options, error) ||
        !comparison_find_metrics(comparison, store, options, error) ||
        !comparison_lay_out(comparison, store, error) ||
        !comparison_answer(comparison, store, error) ||
        !comparison_judge(comparison, store, error)) {
        comparison_free(comparison);
        return NULL;
    }
    comparison_note_degenerate(comparison);
    comparison_note_unvalued(comparison);
    comparison_gains(comparison);
    return comparison;
}

void comparison_free(struct comparison *comparison)
{
    if (!comparison)
        return;
    comparison_detail_free(comparison);
    free(comparison->title);
    free(comparison->data);
    free(comparison->arms);
    free(comparison->settings);
    free(comparison->cells);
    free(comparison->notes);
    free(comparison);
}

void comparison_note(struct comparison *comparison, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    char *notes = memory_format("%s%s\n", comparison->notes, line);
    free(comparison->notes);
    comparison->notes = notes;
}

const char *comparison_subject(const struct comparison *comparison)
{
    return comparison->of_items ? "item" : "user";
}

size_t comparison_find_setting(const struct comparison *comparison, const char *scenario,
                               uint32_t shots)
{
    size_t setting = 0;
    while (setting < comparison->setting_count &&
           (comparison->settings[setting].shots != shots ||
            strcmp(comparison->settings[setting].scenario, scenario) != 0))
        setting++;
    return setting;
}

size_t comparison_find_arm(const struct comparison *comparison, const char *name)
{
    size_t arm = 0;
    while (arm < comparison->arm_count && strcmp(comparison->arms[arm].name, name) != 0)
        arm++;
    return arm;
}

size_t comparison_challenger(const struct comparison *comparison, size_t arm)
{
    for (size_t i = 0; i < comparison->arm_count; i++) {
        size_t next = (arm + i) % comparison->arm_count;
        if (comparison->arms[next].opponent != next)
            return next;
    }
    return arm;
}

size_t comparison_real_arm(const struct comparison *comparison, size_t setting, size_t arm,
                           size_t metric)
{
    if (arm == comparison->stand_in && arm < comparison->arm_count)
        return comparison->settings[setting].best_plain[metric];
    return arm;
}

static int by_gain(const void *left, const void *right)
{
    const struct user_difference *a = left, *b = right;
    if (a->gain != b->gain)
        return a->gain < b->gain ? 1 : -1;
    return strcmp(a->user, b->user);
}

/* A user's mean absolute error, averaged over the seeds. */
static double mae_of(const struct comparison *comparison, size_t setting, size_t arm, uint32_t user)
{
    size_t real = comparison_real_arm(comparison, setting, arm, METRIC_MAE);
    const struct scores *scores =
        &comparison->detail->scores[setting * comparison->arm_count + real];
    double sum = 0;
    for (size_t seed = 0; seed < scores->seeds; seed++)
        sum += scores->losses[METRIC_MAE][seed * comparison->settings[setting].users + user];
    return sum / (double)scores->seeds;
}

struct user_difference *comparison_users(const struct comparison *comparison, size_t setting,
                                         size_t arm)
{
    const struct comparison_detail *detail = comparison->detail;
    const struct counted_users *counted = &detail->counted[setting];
    const struct id_map *ids = detail->scenarios[detail->scenario_of[setting]].users;
    struct user_difference *differences = memory_array(counted->count, sizeof *differences);
    for (uint32_t user = 0; user < counted->count; user++) {
        double other = mae_of(comparison, setting, comparison->arms[arm].opponent, user);
        double mine = mae_of(comparison, setting, arm, user);
        differences[user] = (struct user_difference){id_map_text(ids, counted->numbers[user]),
                                                     other, mine, other - mine};
    }
    qsort(differences, counted->count, sizeof *differences, by_gain);
    return differences;
}

size_t comparison_find_user(const struct comparison *comparison, const char *user,
                            size_t scenarios[4])
{
    const struct comparison_detail *detail = comparison->detail;
    size_t found = 0;
    for (size_t i = 0; i < detail->scenario_count && found < 4; i++) {
        uint32_t number;
        if (!id_map_find(detail->scenarios[i].users, user, strlen(user), &number))
            continue;
        for (size_t setting = 0; setting < comparison->setting_count; setting++)
            if (detail->scenario_of[setting] == i)
                scenarios[found] = setting; /* the last has the most shots */
        found++;
    }
    return found;
}
