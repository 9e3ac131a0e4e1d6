/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "too_small.h"

#include <stdio.h>

#include "data/dataset_mirror.h"

/* "its 2,363 groups of a user with one key have 1 to 90 ratings, half of them 2 or fewer" */
static char *describe(const struct task_groups *groups, const struct dataset *dataset,
                      char text[160])
{
    const struct interaction_index *index = &groups->index;
    uint32_t least = UINT32_MAX, most = 0;
    for (uint32_t group = 0; group < index->count; group++) {
        uint32_t rows = index->starts[group + 1] - index->starts[group];
        least = rows < least ? rows : least;
        most = rows > most ? rows : most;
    }
    snprintf(text, 160,
             "the key makes %u groups of a %s's rows, of %u to %u ratings, half of them %u "
             "or fewer",
             index->count, dataset_user_word(dataset), most > 0 ? least : 0, most,
             task_groups_median(groups));
    return text;
}

bool too_small_to_train(const struct task_groups *groups, const struct dataset *dataset,
                        struct error *error)
{
    char sizes[160];
    return error_set(
        error, ERROR_SCRIPT,
        "tasks.by: no %s keeps two ratings with the same key to learn from: %s; return "
        "fewer different keys, such as row.timestamp // 86400 for a day",
        dataset_user_word(dataset), describe(groups, dataset, sizes));
}

bool too_small_to_test(const struct task_groups *groups, const struct dataset *dataset,
                       const struct task_options *options, const char *found, struct error *error)
{
    char sizes[160];
    return error_set(
        error, ERROR_SCRIPT,
        "tasks.by: no %s has %u to %u test rows with one key in any scenario (rows with "
        "one key: %s): %s; lower `min` and `query`, as in min = 4, query = 2, return "
        "fewer different keys, or hold out more with `cold` and `warm`",
        dataset_user_word(dataset), options->least, options->most, found,
        describe(groups, dataset, sizes));
}
