/* SPDX-License-Identifier: MIT
 *
 * Decides which users, items and rows are for training, validation and test. Published splits are
 * read here; own_split.c and validation_split.c make the others.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/dataset_mirror.h"
#include "fold_split.h"
#include "given_split.h"
#include "own_split.h"
#include "row_order.h"
#include "task_rows.h"
#include "too_small.h"
#include "validation_split.h"

/* The number of rows of each group by role. */
struct tally {
    uint32_t training, test[SCENARIO_COUNT];
};

static bool is_share(double number)
{
    return number >= 0 && number <= 0.9;
}

static bool check_options(const struct task_options *options, struct error *error)
{
    if (options->query < 1 || options->draws < 1)
        return error_set(error, ERROR_SCRIPT,
                         "`query` is %u and `draws` %u: both must be 1 or more", options->query,
                         options->draws);
    if (!options->fold && (options->least <= options->query || options->most < options->least))
        return error_set(error, ERROR_SCRIPT,
                         "`min` is %u, `max` %u and `query` %u: expected query < min <= max, so "
                         "that each test task has support rows beside its query",
                         options->least, options->most, options->query);
    if (options->shot_count < 1 || options->shot_count > SHOTS_MOST)
        return error_set(error, ERROR_SCRIPT, "`shots` has %u entries, expected 1 to %d",
                         options->shot_count, SHOTS_MOST);
    if (!is_share(options->cold_users) || !is_share(options->cold_items) ||
        !is_share(options->warm) || !is_share(options->validation))
        return error_set(error, ERROR_SCRIPT,
                         "a share of the split is out of range: cold users %g, cold items %g, warm "
                         "rows %g, validation users %g; each must be 0 to 0.9",
                         options->cold_users, options->cold_items, options->warm,
                         options->validation);
    return options->fold == 0 || options->fold_column[0] || options->fold <= options->folds ||
           error_set(error, ERROR_SCRIPT, "`fold` is %u, but there are %u folds", options->fold,
                     options->folds);
}

/* The role that a value of the published column means, ROLE_UNUSED if it is not known. */
static enum row_role read_role(const struct dataset *dataset, const char *text,
                               enum scenario *scenario)
{
    static const char *const TEST[] = {
#define X(name, shown, column) column,
        SCENARIOS(X)
#undef X
    };
    if (strcmp(text, "meta_training") == 0)
        return ROLE_TRAINING;
    for (unsigned i = 0; i < SCENARIO_COUNT; i++) {
        if (strcmp(text, TEST[i]) == 0) {
            *scenario = scenario_named(dataset, (enum scenario)i);
            return ROLE_TEST;
        }
    }
    return ROLE_UNUSED;
}

static bool read_published(struct split *split, const struct dataset *dataset, struct error *error)
{
    const struct column *column = table_column(&dataset->context, "split");
    if (!column || column->type != COLUMN_TEXT)
        return error_set(
            error, ERROR_SCRIPT,
            "the published split was asked for, but the ratings of \"%s\" have no text "
            "column `split`: import them with it, or say which users and items are "
            "cold with `cold`",
            dataset->name);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        const char *text = column_text(column, row);
        enum scenario scenario = SCENARIO_WARM;
        if (text && dataset->current[row])
            split->role[row] = (uint8_t)read_role(dataset, text, &scenario);
        split->scenario[row] = (uint8_t)scenario;
    }
    return true;
}

static void count_rows(const struct split *split, struct tally *tallies)
{
    const struct interaction_index *groups = &split->groups.index;
    memset(tallies, 0, groups->count * sizeof *tallies);
    for (uint32_t group = 0; group < groups->count; group++)
        for (uint32_t at = groups->starts[group]; at < groups->starts[group + 1]; at++) {
            uint32_t row = groups->rows[at];
            tallies[group].training += split->role[row] == ROLE_TRAINING;
            if (split->role[row] == ROLE_TEST)
                tallies[group].test[split->scenario[row]]++;
        }
}

static bool is_task(const struct task_options *options, uint32_t rows)
{
    return rows >= options->least && rows <= options->most;
}

/* Only users without a test task may become validation users. */
static void take_validation(struct split *split, const struct dataset *dataset,
                            const struct task_options *options, uint64_t seed,
                            const struct tally *tallies)
{
    bool *tested = memory_array(dataset->by_user.count, sizeof *tested);
    for (uint32_t group = 0; group < split->groups.index.count; group++)
        for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++)
            tested[split->groups.user[group]] |= is_task(options, tallies[group].test[scenario]);
    struct validation_choice choice;
    validation_split_cold(split, dataset, options, seed, tested, &choice);
    if (options->given)
        split_drop_between(split, dataset, &choice);
    validation_split_warm(split, dataset, options, seed);
    validation_choice_release(&choice);
    free(tested);
}

static void list_users(struct split *split, const struct dataset *dataset)
{
    uint32_t users = dataset->by_user.count;
    bool *trains = memory_array(users, sizeof *trains);
    split->training_users = memory_array(users, sizeof *split->training_users);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        split->training[row] = split->role[row] == ROLE_TRAINING;
        split->training_rows += split->training[row];
        split->validation_rows += split->role[row] == ROLE_VALIDATION;
        trains[dataset->user[row]] |= split->training[row];
    }
    for (uint32_t user = 0; user < users; user++)
        if (trains[user])
            split->training_users[split->training_user_count++] = user;
    free(trains);
}

static void list_tasks(struct split *split, const struct task_options *options,
                       const struct tally *tallies)
{
    uint32_t groups = split->groups.index.count;
    split->training_tasks = memory_array(groups, sizeof *split->training_tasks);
    for (uint32_t group = 0; group < groups; group++) {
        if (tallies[group].training > 1)
            split->training_tasks[split->training_task_count++] = group;
        for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++)
            split->test_tasks[scenario] += is_task(options, tallies[group].test[scenario]);
    }
}

/* "warm 13 to 40, user-cold 2 to 90": the sizes of the groups with test rows. Returns the number of
 * test tasks. */
static uint32_t describe_test(const struct split *split, const struct dataset *dataset,
                              const struct tally *tallies, char found[160])
{
    uint32_t tasks = 0;
    size_t length = 0;
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        uint32_t least = 0, most = 0;
        tasks += split->test_tasks[scenario];
        for (uint32_t group = 0; group < split->groups.index.count; group++) {
            uint32_t rows = tallies[group].test[scenario];
            if (rows && (!least || rows < least))
                least = rows;
            most = rows > most ? rows : most;
        }
        length +=
            (size_t)snprintf(found + length, 160 - length, "%s%s %u to %u", scenario ? ", " : "",
                             scenario_name(dataset, (enum scenario)scenario), least, most);
    }
    return tasks;
}

/* Explains how close the groups are to a test task if none is left. */
static bool check_left(const struct split *split, const struct dataset *dataset,
                       const struct task_options *options, const struct tally *tallies,
                       struct error *error)
{
    const char *subject = dataset_user_word(dataset);
    char found[160];
    if (split->training_task_count == 0 && options->given)
        return error_set(error, ERROR_SCRIPT,
                         "`split`: of the %u ratings of \"%s\" no %s keeps two to learn from: "
                         "return 'training' for more of them",
                         dataset->interactions, dataset->name, subject);
    if (split->training_task_count == 0 && split->groups.keys)
        return too_small_to_train(&split->groups, dataset, error);
    if (split->training_task_count == 0)
        return error_set(error, ERROR_SCRIPT,
                         "of the %u ratings of \"%s\" no %s keeps two to learn from: make the "
                         "shares of cold users and items smaller, or take a larger data set",
                         dataset->interactions, dataset->name, subject);
    if (describe_test(split, dataset, tallies, found) > 0)
        return true;
    if (split->groups.keys)
        return too_small_to_test(&split->groups, dataset, options, found, error);
    return error_set(error, ERROR_SCRIPT,
                     "no %s has %u to %u test rows in any scenario (rows of %s: %s): change "
                     "`min` or `max`, or hold out more with %s",
                     subject, options->least, options->most,
                     dataset->mirrored ? "an item" : "a user", found,
                     options->given ? "`split`" : "`cold` and `warm`");
}

/* Marks the rows that an own split uses as training rows and all others as unused. */
static void keep_training(struct split *split, const struct dataset *dataset,
                          const struct task_options *options)
{
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        bool kept = options->nested ? split->role[row] == ROLE_TRAINING : dataset->current[row];
        split->role[row] = kept ? ROLE_TRAINING : ROLE_UNUSED;
        split->scenario[row] = SCENARIO_WARM;
    }
}

/* ": year, runtime", the columns of numbers, or "; there is none". */
static const char *number_columns(const struct table *table, char *list, size_t size)
{
    size_t used = 0;
    snprintf(list, size, "; there is none");
    for (size_t i = 0; i < table->column_count && used + 1 < size; i++) {
        char name[64];
        if (table->columns[i].type == COLUMN_TEXT)
            continue;
        text_safe(table->columns[i].name, name, sizeof name);
        snprintf(list + used, size - used, "%s%s", used ? ", " : ": ", name);
        used += strlen(list + used);
    }
    return list;
}

/* Whether the table of users (items) has the column of numbers that orders them; "" needs none. */
static bool check_column(const struct dataset *dataset, const struct table *table, const char *word,
                         const char *name, struct error *error)
{
    const struct column *column = *name ? table_column(table, name) : NULL;
    char list[160];
    return !*name || (column && column->type != COLUMN_TEXT) ||
           error_set(error, ERROR_SCRIPT,
                     "cold %ss by \"%s\" were asked for, but the %ss of \"%s\" have no "
                     "column of numbers with that name%s",
                     word, name, word, dataset->name, number_columns(table, list, sizeof list));
}

/* Whether the data set has the times or the columns that order cold users and items. */
static bool check_order(const struct dataset *dataset, const struct task_options *options,
                        struct error *error)
{
    if (options->by_time && !options->published && !dataset->time)
        return error_set(error, ERROR_SCRIPT,
                         "cold users and items by time were asked for, but the ratings of \"%s\" "
                         "have no times: choose them at random",
                         dataset->name);
    return check_column(dataset, &dataset->item_table, dataset_item_word(dataset),
                        options->cold_items_by, error) &&
           check_column(dataset, &dataset->user_table, dataset_user_word(dataset),
                        options->cold_users_by, error);
}

/* Gives each row its role, for the test and for validation. */
static bool give_roles(struct split *split, const struct dataset *dataset,
                       const struct task_options *options, const double *given, uint64_t seed,
                       struct tally *tallies, struct error *error)
{
    if (options->fold)
        return fold_split_make(split, dataset, options, seed, error);
    bool held_out = options->given && given_split_read(split, dataset, given);
    if ((options->published || options->nested) && !read_published(split, dataset, error))
        return false;
    if (held_out) {
        given_split_drop_between(split, dataset);
    } else if (options->published || options->given) {
        count_rows(split, tallies);
        take_validation(split, dataset, options, seed, tallies);
    } else {
        keep_training(split, dataset, options);
        own_split_make(split, dataset, options, seed);
    }
    return true;
}

bool split_make(struct split *split, const struct dataset *dataset,
                const struct task_options *options, uint64_t seed, struct error *error)
{
    return split_make_scripted(split, dataset, options, (struct split_script){0}, seed, error);
}

bool split_make_scripted(struct split *split, const struct dataset *dataset,
                         const struct task_options *options, struct split_script script,
                         uint64_t seed, struct error *error)
{
    *split = (struct split){0};
    if (!check_options(options, error))
        return false;
    if (!check_order(dataset, options, error))
        return false;
    task_groups_make(&split->groups, dataset, script.keys);
    struct tally *tallies = memory_array(split->groups.index.count, sizeof *tallies);
    split->role = memory_array(dataset->interactions, sizeof *split->role);
    split->scenario = memory_array(dataset->interactions, sizeof *split->scenario);
    split->training = memory_array(dataset->interactions, sizeof *split->training);
    split->observed = split->training;

    bool made = give_roles(split, dataset, options, script.given, seed, tallies, error);
    if (made) {
        count_rows(split, tallies);
        list_users(split, dataset);
        list_tasks(split, options, tallies);
        validation_tasks_list(split, dataset, options);
        made = check_left(split, dataset, options, tallies, error) &&
               row_order_make(split, dataset, options, error);
    }
    free(tallies);
    if (!made)
        split_release(split);
    return made;
}

/* -- tasks that a script leaves out ------------------------------------------------------------ */

/* Makes the rows unused of groups with enough rows for a task that is not in the set. */
static void leave_out(struct split *split, const struct task_options *options,
                      const struct task_set *set, uint32_t *rows)
{
    bool test = set->part == TASKS_TEST;
    uint32_t next = 0;
    for (uint32_t group = 0; group < split->groups.index.count; group++) {
        uint32_t count =
            rows_of_task(split, group, test ? ROLE_TEST : ROLE_VALIDATION, set->scenario, rows);
        bool drawn = next < set->count && set->tasks[next].group == group;
        next += drawn;
        if (drawn || !(test ? is_task(options, count)
                            : count > 0 && count >= split->validation_least[set->scenario]))
            continue;
        for (uint32_t i = 0; i < count; i++) {
            split->role[rows[i]] = ROLE_UNUSED;
            split->scenario[rows[i]] = SCENARIO_COUNT;
        }
    }
}

/* Counts test and validation tasks anew. */
static void recount(struct split *split, const struct dataset *dataset,
                    const struct task_options *options)
{
    struct tally *tallies = memory_array(split->groups.index.count, sizeof *tallies);
    free(split->training_users);
    free(split->training_tasks);
    free(split->validation_users);
    free(split->validation_tasks);
    split->training_rows = split->training_user_count = split->training_task_count = 0;
    split->validation_rows = split->validation_user_count = split->validation_task_count = 0;
    memset(split->test_tasks, 0, sizeof split->test_tasks);
    memset(split->validation_counts, 0, sizeof split->validation_counts);
    count_rows(split, tallies);
    list_users(split, dataset);
    list_tasks(split, options, tallies);
    validation_tasks_list(split, dataset, options);
    free(tallies);
}

static uint32_t count_tests(const struct split *split)
{
    uint32_t tasks = 0;
    for (unsigned scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        tasks += split->test_tasks[scenario];
    return tasks;
}

bool split_settle(struct split *split, const struct dataset *dataset,
                  const struct task_options *options, uint64_t seed, struct error *error)
{
    struct row_drawer *drawer = split->drawer;
    if (!drawer)
        return true;
    uint32_t *rows = memory_array(dataset->interactions, sizeof *rows);
    uint32_t before = count_tests(split);
    for (uint32_t i = 0; i < TASK_PARTS * SCENARIO_COUNT && !drawer->failed; i++) {
        struct task_set set;
        (i < SCENARIO_COUNT ? task_set_make : task_set_make_validation)(
            &set, dataset, split, options, seed, (enum scenario)(i % SCENARIO_COUNT), 0);
        if (!drawer->failed)
            leave_out(split, options, &set, rows);
        task_set_release(&set);
    }
    free(rows);
    drawer->settled = true;
    if (drawer->failed) {
        *error = drawer->error;
        return false;
    }
    recount(split, dataset, options);
    return count_tests(split) > 0 ||
           error_set(error, ERROR_SCRIPT,
                     "`draw` returned nil for all of the %u test tasks: return support, query",
                     before);
}

void split_release(struct split *split)
{
    free(split->role);
    free(split->scenario);
    if (split->observed != split->training)
        free(split->observed);
    free(split->negatives);
    free(split->training);
    free(split->training_users);
    free(split->training_tasks);
    free(split->validation_users);
    free(split->validation_tasks);
    free(split->ask);
    free(split->show);
    task_groups_release(&split->groups);
    *split = (struct split){0};
}
