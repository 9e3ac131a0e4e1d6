/* SPDX-License-Identifier: MIT
 *
 * Checks the tables of data sets against the register: their columns, types and roles, and how many
 * rows can be read of how many there should be.
 */
#include "config.h"

#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "examination.h"

static size_t count_role(const struct stored_columns *columns, enum column_role role)
{
    size_t count = 0;
    for (size_t i = 0; i < columns->count; i++)
        count += columns->columns[i].role == role;
    return count;
}

static bool roles_fit(const struct known_dataset *dataset)
{
    const struct stored_columns *ratings = &dataset->columns[DATASET_RATINGS],
                                *users = &dataset->columns[DATASET_USERS],
                                *items = &dataset->columns[DATASET_ITEMS];
    return count_role(ratings, ROLE_USER) == 1 && count_role(ratings, ROLE_ITEM) == 1 &&
           count_role(ratings, ROLE_RATING) == 1 && count_role(ratings, ROLE_TIME) <= 1 &&
           (users->count == 0 || count_role(users, ROLE_USER) == 1) &&
           (items->count == 0 || count_role(items, ROLE_ITEM) == 1) &&
           count_role(items, ROLE_TITLE) <= 1;
}

/* Whether columns have the types that the loader expects of their roles. */
static bool types_fit(const struct known_dataset *dataset)
{
    for (size_t part = 0; part < DATASET_TABLES; part++)
        for (size_t i = 0; i < dataset->columns[part].count; i++) {
            const struct stored_column *column = &dataset->columns[part].columns[i];
            bool is_id = column->role == ROLE_USER || column->role == ROLE_ITEM;
            if ((is_id && column->type != COLUMN_TEXT) ||
                (column->role == ROLE_TIME && column->type != COLUMN_INTEGER) ||
                (column->role == ROLE_RATING && column->type == COLUMN_TEXT))
                return false;
        }
    return true;
}

void dataset_layout(const struct known_dataset *dataset, enum dataset_table part,
                    struct table_layout *layout)
{
    *layout = (struct table_layout){.rowids = true};
    layout->table = memory_format("%s_%s", dataset->summary.name, dataset_parts[part]);
    for (size_t i = 0; i < dataset->columns[part].count; i++) {
        const struct stored_column *column = &dataset->columns[part].columns[i];
        table_layout_add(layout, column->name, column_type_names[column->type],
                         stored_column_is_needed(part, column->role));
        if (column->role == ROLE_RATING)
            table_layout_bound(layout, column->name, -FLT_MAX, FLT_MAX);
        if (column->role == ROLE_TIME)
            table_layout_bound(layout, column->name, EARLIEST_TIME, LATEST_TIME);
    }
}

/* -- rows -------------------------------------------------------------------------------------- */

struct row_count {
    int64_t good, last; /* key */
    bool gaps;
    struct error why; /* of the first invalid row */
};

static bool count_row(void *context, const struct stored_row *row, struct error *error)
{
    struct row_count *counting = context;
    struct error why;
    (void)error;
    counting->gaps = counting->gaps || row->key != counting->last + 1;
    counting->last = row->key;
    if (row_fits(row, true, &why) && row_in_bounds(row, &why))
        counting->good++;
    else if (!*counting->why.text)
        counting->why = why;
    return true;
}

static void say_lost(struct examination *examination, const struct known_dataset *dataset,
                     enum dataset_table part, const struct row_count *counting,
                     const struct walk_result *result)
{
    int64_t said = dataset->said[part], lost = said - counting->good;
    char place[96];
    const char *why = result->hole_count > 0 ? examination_why(&result->why)
                      : *counting->why.text  ? counting->why.text
                                             : "the register says otherwise";
    snprintf(place, sizeof place, "data set %s", dataset->summary.name);
    if (lost > 0)
        examination_say(examination, place,
                        part == DATASET_RATINGS ? "these rows; the others become another data set"
                                                : "these rows",
                        "%lld of %lld rows of %s are not whole (%s)", (long long)lost,
                        (long long)said, dataset_parts[part], why);
    else if (lost < 0 || counting->gaps)
        examination_say(examination, place, "",
                        "it has %lld rows of %s, up to number %lld, where %lld were imported",
                        (long long)counting->good, dataset_parts[part], (long long)counting->last,
                        (long long)said);
}

static bool count_part(struct examination *examination, struct known_dataset *dataset,
                       enum dataset_table part, struct error *error)
{
    struct table_layout layout;
    struct walk_result result;
    size_t tries = WALK_TRIES;
    dataset_layout(dataset, part, &layout);
    struct row_count counting = {0};
    const struct row_walk walk = {.store = examination->store,
                                  .layout = &layout,
                                  .key = "rowid",
                                  .where = "",
                                  .tries = &tries,
                                  .row = count_row,
                                  .context = &counting};
    struct error other;
    bool good = true, agrees = table_layout_agrees(examination->store, &layout, true, &other);
    if (agrees && (good = walk_rows(&walk, &result, error))) {
        dataset->rows[part] = counting.good;
        say_lost(examination, dataset, part, &counting, &result);
        if (part == DATASET_RATINGS)
            dataset->whole = counting.good == dataset->said[part] && !counting.gaps;
    }
    if (agrees) {
        walk_result_release(&result);
    } else if (other.kind == ERROR_CANCELLED) {
        *error = other;
        good = false;
    } else {
        examination_say(examination, layout.table, "the table", "%s", other.text);
    }
    table_layout_release(&layout);
    return good;
}

static bool examine_dataset(struct examination *examination, struct known_dataset *dataset,
                            struct error *error)
{
    char place[96];
    snprintf(place, sizeof place, "data set %s", dataset->summary.name);
    examination_begin(examination, place);
    if (!dataset_name_fits(dataset->summary.name) || dataset_name_is_taken(dataset->summary.name)) {
        char shown[96];
        examination_say(examination, text_safe(place, shown, sizeof shown), "the data set",
                        "no data set can be called so");
        return true;
    }
    if (dataset->torn || !roles_fit(dataset) || !types_fit(dataset)) {
        examination_say(examination, place, "the data set",
                        "its columns are not described as those of a data set");
        return true;
    }
    for (size_t part = 0; part < DATASET_TABLES; part++)
        if (dataset->columns[part].count > 0 &&
            !count_part(examination, dataset, (enum dataset_table)part, error))
            return false;
    dataset->good = dataset->rows[DATASET_RATINGS] > 0;
    examination->report->datasets += dataset->good;
    return true;
}

bool examination_data(struct examination *examination, struct error *error)
{
    bool good = true;
    for (size_t i = 0; good && i < examination->dataset_count; i++) {
        good = examine_dataset(examination, &examination->datasets[i], error);
        examination->said = 0;
    }
    return good;
}
