/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "given_ratings.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "recommender/rows.h"

static uint32_t count_lines(const char *text)
{
    uint32_t lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

static bool check_range(const struct study *study, const char *shown, double target,
                        struct value_range range, struct error *error)
{
    double low = (double)range.smallest, high = (double)range.largest;
    if ((float)target >= range.smallest && (float)target <= range.largest)
        return true;
    if (study->experiment->has_target)
        return error_set(error, ERROR_USAGE, "%s: its target is %g; those of %s go from %g to %g",
                         shown, target, study->dataset->name, low, high);
    return error_set(error, ERROR_USAGE, "%s: ratings of %s go from %g to %g", shown,
                     study->dataset->name, low, high);
}

/* Parses one "ITEM=VALUE". The id may contain a "=". */
static bool read_rating(const struct study *study, const char *line, size_t length,
                        struct value_range range, uint32_t *item, float *value, struct error *error)
{
    const struct dataset *dataset = study->dataset;
    size_t id = length;
    double number;
    while (id > 0 && line[id - 1] != '=')
        id--;
    char *typed = memory_format("%.*s", (int)length, line), shown[128];
    text_safe(typed, shown, sizeof shown);
    bool good = true;
    double target = 0;
    if (id < 2 || !text_number(line + id, length - id, &number))
        good = error_set(error, ERROR_USAGE, "a rating is ITEM=VALUE, not \"%s\"", shown);
    else if (!id_map_find(dataset->items, line, id - 1, item))
        good = error_set(error, ERROR_USAGE, "%s has no item \"%.*s\"", dataset->name,
                         (int)(strlen(shown) - (length - id) - 1), shown);
    else
        good = script_host_target_of(study->host, dataset, id_map_text(dataset->items, *item),
                                     number, &target, error) &&
               check_range(study, shown, target, range, error);
    *value = (float)target;
    free(typed);
    return good;
}

bool given_ratings_read(const struct study *study, const char *text, struct value_range range,
                        struct given_ratings *ratings, struct arena *arena, struct error *error)
{
    uint32_t most = count_lines(text);
    *ratings = (struct given_ratings){.items = arena_take(arena, most * sizeof *ratings->items),
                                      .values = arena_take(arena, most * sizeof *ratings->values)};
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        uint32_t item, at = 0;
        float value;
        if (!read_rating(study, text, (size_t)(end - text), range, &item, &value, error))
            return false;
        while (at < ratings->count && ratings->items[at] != item)
            at++; /* the last rating of an item replaces earlier ones */
        ratings->count += at == ratings->count;
        ratings->items[at] = item;
        ratings->values[at] = value;
    }
    return true;
}

bool given_user_find(const struct study *study, const char *id, uint32_t *user, struct error *error)
{
    char shown[128];
    *user = ROWS_NOBODY;
    return !*id || id_map_find(dataset_named(study->dataset).users, id, strlen(id), user) ||
           error_set(error, ERROR_USAGE, "%s has no user \"%s\"", study->dataset->name,
                     text_safe(id, shown, sizeof shown));
}
