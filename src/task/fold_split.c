/* SPDX-License-Identifier: MIT
 *
 * Cross-validation as recommender libraries do it: all rows of one fold are asked for, whoever's
 * they are, and the rows of the other folds are learned from. A data set has one split in an
 * execution, because its mapping, priors and arms are fitted on it; so an execution has one fold as
 * its test, and a table over folds is made of as many executions.
 *
 * A fold is whatever rows it has. All of them are one scenario, warm, so that an error over them is
 * the error over the fold, although some may be of users or items without a training row. Tasks
 * have no support: what is known of a user are training rows.
 */
#include "config.h"

#include "fold_split.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "cold_order.h"

enum { FOLD_NONE = 0 }; /* of a row that is in no fold; folds are counted from 1 */

/* The training rows in random order. */
static uint32_t *shuffled_rows(const struct dataset *dataset, const struct split *split,
                               uint64_t seed, enum split_place place, uint32_t *count)
{
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    *count = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (split->role[row] == ROLE_TRAINING)
            rows[(*count)++] = row;
    struct random random = random_at(seed, RANDOM_SPLIT, place, 0);
    random_shuffle(&random, rows, *count);
    return rows;
}

/* -- random folds ------------------------------------------------------------------------------ */

/* Sizes differ by at most one row. */
static void deal_rows(const struct dataset *dataset, const struct split *split, uint32_t folds,
                      uint64_t seed, uint32_t *fold)
{
    uint32_t count, *rows = shuffled_rows(dataset, split, seed, PLACE_FOLDS, &count);
    for (uint32_t i = 0; i < count; i++)
        fold[rows[i]] = i % folds + 1;
    free(rows);
}

/* -- folds of a column ------------------------------------------------------------------------- */

struct fold_value {
    const struct column *column;
    uint32_t row; /* the first with this value */
};

static int compare(const void *left, const void *right)
{
    const struct fold_value *a = left, *b = right;
    if (a->column->type == COLUMN_TEXT)
        return strcmp(column_text(a->column, a->row), column_text(b->column, b->row));
    double first = column_number(a->column, a->row), second = column_number(b->column, b->row);
    return first < second ? -1 : first > second;
}

/* The values in ascending order, of at most FOLDS_MOST + 1; how many. */
static uint32_t list_values(const struct dataset *dataset, const struct column *column,
                            struct fold_value *values)
{
    uint32_t count = 0;
    for (uint32_t row = 0; row < dataset->interactions && count <= FOLDS_MOST; row++) {
        struct fold_value value = {column, row};
        uint32_t at = 0;
        if (!dataset->current[row] || column_is_missing(column, row))
            continue;
        while (at < count && compare(&values[at], &value) < 0)
            at++;
        if (at < count && compare(&values[at], &value) == 0)
            continue;
        memmove(values + at + 1, values + at, (count - at) * sizeof *values);
        values[at] = value;
        count++;
    }
    return count;
}

/* "u1, u2, u3" */
static void show_values(const struct fold_value *values, uint32_t count, char *text, size_t size)
{
    size_t used = 0;
    *text = '\0';
    for (uint32_t i = 0; i < count && used + 1 < size; i++) {
        const struct column *column = values[i].column;
        char shown[24];
        if (column->type == COLUMN_TEXT)
            text_safe(column_text(column, values[i].row), shown, sizeof shown);
        else
            snprintf(shown, sizeof shown, "%.9g", column_number(column, values[i].row));
        used += (size_t)snprintf(text + used, size - used, "%s%s", i ? ", " : "", shown);
    }
}

static bool check_values(const struct dataset *dataset, const struct task_options *options,
                         const struct fold_value *values, uint32_t count, struct error *error)
{
    char list[200];
    if (count > FOLDS_MOST)
        return error_set(
            error, ERROR_SCRIPT,
            "`by`: the column \"%s\" of \"%s\" has more than %d values: name one whose "
            "values are the folds",
            options->fold_column, dataset->name, FOLDS_MOST);
    show_values(values, count, list, sizeof list);
    if (count < 2)
        return error_set(
            error, ERROR_SCRIPT,
            "`by`: the column \"%s\" of \"%s\" has %s%s: two folds are needed at least",
            options->fold_column, dataset->name, count ? "only the value " : "no value", list);
    return options->fold <= count ||
           error_set(error, ERROR_SCRIPT,
                     "`fold` is %u, but the column \"%s\" of \"%s\" has %u values: %s",
                     options->fold, options->fold_column, dataset->name, count, list);
}

/* Whether the validation fold is one of `count` folds and not the test. */
static bool check_validation(const struct task_options *options, uint32_t count,
                             struct error *error)
{
    if (options->validation_fold > count)
        return error_set(error, ERROR_SCRIPT, "`validation_fold` is %u, but there are %u folds",
                         options->validation_fold, count);
    return options->validation_fold != options->fold ||
           error_set(error, ERROR_SCRIPT,
                     "`validation_fold` is %u, which is the test: name another fold",
                     options->validation_fold);
}

static bool read_folds(const struct dataset *dataset, const struct task_options *options,
                       uint32_t *fold, struct error *error)
{
    struct fold_value values[FOLDS_MOST + 1];
    const struct column *column = table_column(&dataset->context, options->fold_column);
    if (!column)
        return error_set(error, ERROR_SCRIPT,
                         "`by`: the ratings of \"%s\" have no column \"%s\"; without `by`, folds "
                         "are random rows",
                         dataset->name, options->fold_column);
    uint32_t count = list_values(dataset, column, values);
    if (!check_values(dataset, options, values, count, error) ||
        !check_validation(options, count, error))
        return false;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        struct fold_value value = {column, row};
        for (uint32_t i = 0; i < count && !column_is_missing(column, row); i++)
            if (compare(&values[i], &value) == 0)
                fold[row] = i + 1;
    }
    return true;
}

/* -- the split --------------------------------------------------------------------------------- */

/* Holds out the share `validation` of the training rows, like a further fold. */
static void take_validation(struct split *split, const struct dataset *dataset,
                            const struct task_options *options, uint64_t seed)
{
    uint32_t count, *rows = shuffled_rows(dataset, split, seed, PLACE_FOLD_VALIDATION, &count);
    uint32_t held = (uint32_t)(options->validation * count + 0.5);
    for (uint32_t i = 0; i < held; i++)
        split->role[rows[i]] = ROLE_VALIDATION;
    free(rows);
}

bool fold_split_make(struct split *split, const struct dataset *dataset,
                     const struct task_options *options, uint64_t seed, struct error *error)
{
    uint32_t *fold = memory_array(dataset->interactions, sizeof *fold);
    bool made = true;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        split->role[row] = dataset->current[row] ? ROLE_TRAINING : ROLE_UNUSED;
        split->scenario[row] = SCENARIO_WARM;
    }
    if (options->fold_column[0])
        made = read_folds(dataset, options, fold, error);
    else if ((made = check_validation(options, options->folds, error)))
        deal_rows(dataset, split, options->folds, seed, fold);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (split->role[row] == ROLE_TRAINING)
            split->role[row] = fold[row] == FOLD_NONE                  ? ROLE_UNUSED
                               : fold[row] == options->fold            ? ROLE_TEST
                               : fold[row] == options->validation_fold ? ROLE_VALIDATION
                                                                       : ROLE_TRAINING;
    if (!options->validation_fold)
        take_validation(split, dataset, options, seed);
    free(fold);
    return made;
}
