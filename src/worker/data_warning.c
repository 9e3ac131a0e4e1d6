/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "data_warning.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

/* Which users or items a training row has. Sets how many. */
static bool *find_training(const struct study *study, enum feature_entity entity, uint32_t *count)
{
    const struct dataset *dataset = study->dataset;
    bool user = entity == FEATURE_USER;
    const uint32_t *of = user ? dataset->user : dataset->item;
    bool *found = memory_array(id_map_size(user ? dataset->users : dataset->items), sizeof *found);
    *count = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (study->split.training[row] && !found[of[row]]) {
            found[of[row]] = true;
            ++*count;
        }
    return found;
}

/* Whether the part has a value for somebody that is learned from. */
static bool says_something(const struct feature_part *part, const struct table *table,
                           const bool *training)
{
    const struct column *column = part->computed ? part->computed
                                  : part->column ? table_column(table, part->column)
                                                 : NULL;
    for (size_t row = 0; column && row < table->rows; row++)
        if (training[row] && !column_is_missing(column, row))
            return true;
    return false;
}

static void warn_of_entity(const struct study *study, enum feature_entity entity,
                           void (*say)(void *context, const char *sentence), void *context)
{
    const struct dataset *dataset = study->dataset;
    const char *name = feature_entity_name(feature_entity_named(dataset, entity));
    const struct table *table =
        entity == FEATURE_USER ? &dataset->user_table : &dataset->item_table;
    uint32_t count, mapped = 0, silent = 0;
    bool *training = find_training(study, entity, &count);
    bool *is_silent = memory_array(study->parts.count + 1, sizeof *is_silent);
    char text[512], safe[128];
    for (size_t i = 0; i < study->parts.count; i++) {
        const struct feature_part *part = &study->parts.parts[i];
        bool has_cells = part->computed || part->column;
        if (part->entity != entity || !has_cells)
            continue;
        is_silent[i] = !says_something(part, table, training);
        silent += is_silent[i];
        mapped++;
    }
    if (mapped > 0 && silent == mapped) {
        snprintf(text, sizeof text,
                 "the table of %ss describes none of the %" PRIu32 " training %ss, so the mapped "
                 "fields say nothing: do its ids meet those of the ratings?",
                 name, count, name);
        say(context, text);
    }
    for (size_t i = 0; silent < mapped && i < study->parts.count; i++) {
        if (!is_silent[i])
            continue;
        snprintf(text, sizeof text,
                 "%s.%s has no value for any of the %" PRIu32 " training %ss: it says nothing",
                 name, text_safe(study->parts.parts[i].name, safe, sizeof safe), count, name);
        say(context, text);
    }
    free(is_silent);
    free(training);
}

void data_warn(const struct study *study, void (*say)(void *context, const char *sentence),
               void *context)
{
    struct value_range range = value_range_of(study->dataset, study->split.training);
    if (range.smallest == range.largest) {
        char text[128];
        snprintf(
            text, sizeof text,
            "all training ratings are %g: there is nothing to predict, and no order to rank by",
            (double)range.smallest);
        say(context, text);
    }
    warn_of_entity(study, FEATURE_USER, say, context);
    warn_of_entity(study, FEATURE_ITEM, say, context);
}
