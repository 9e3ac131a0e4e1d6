/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "comparison_private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct comparison *comparison_open(struct store *store, const char *const *names, size_t count,
                                   const char *baseline, struct error *error)
{
    struct comparison *comparison = memory_new(sizeof *comparison);
    comparison->detail = memory_new(sizeof *comparison->detail);
    comparison->notes = memory_string("");
    if (!comparison_choose(comparison, store, names, count, baseline, error) ||
        !comparison_judge(comparison, store, error)) {
        comparison_free(comparison);
        return NULL;
    }
    return comparison;
}

static void free_detail(struct comparison_detail *detail, size_t arms, size_t settings)
{
    for (size_t arm = 0; arm < arms && detail->arms; arm++)
        free(detail->arms[arm].runs);
    for (size_t i = 0; i < detail->scenario_count; i++) {
        free(detail->scenarios[i].draws);
        id_map_free(detail->scenarios[i].users);
    }
    for (size_t setting = 0; setting < settings && detail->mae; setting++) {
        free(detail->mae[setting]);
        free(detail->squares[setting]);
        free(detail->rows[setting]);
    }
    free(detail->arms);
    free(detail->executions);
    free(detail->scenarios);
    free(detail->scenario_of);
    free(detail->mae);
    free(detail->squares);
    free(detail->rows);
    free(detail);
}

void comparison_free(struct comparison *comparison)
{
    if (!comparison)
        return;
    free_detail(comparison->detail, comparison->arm_count, comparison->setting_count);
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

static int by_gain(const void *left, const void *right)
{
    const struct user_difference *a = left, *b = right;
    if (a->gain != b->gain)
        return a->gain < b->gain ? 1 : -1;
    return strcmp(a->user, b->user);
}

struct user_difference *comparison_users(const struct comparison *comparison, size_t setting,
                                         size_t arm)
{
    const struct comparison_detail *detail = comparison->detail;
    const struct id_map *ids = detail->scenarios[detail->scenario_of[setting]].users;
    size_t users = id_map_size(ids), counted = 0;
    const double *base = detail->mae[setting] + comparison->baseline * users;
    const double *mine = detail->mae[setting] + arm * users;
    struct user_difference *differences = memory_array(users, sizeof *differences);
    for (uint32_t user = 0; user < users; user++) {
        if (isnan(base[user]) || isnan(mine[user]))
            continue;
        differences[counted++] = (struct user_difference){id_map_text(ids, user), base[user],
                                                          mine[user], base[user] - mine[user]};
    }
    qsort(differences, counted, sizeof *differences, by_gain);
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
