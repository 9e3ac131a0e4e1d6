/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "small_world.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { EMPTY_USER = 5, FIRST_COLD_USER = 24, FIRST_COLD_ITEM = 12, FIELDS = 3 };

float small_world_value(uint32_t user, uint32_t item)
{
    return (float)((user * 7 + item * 3) % 5 + item % 4 + user % 3) / 2 + 1;
}

static void set_text(struct table *table, const char *column, uint32_t row, const char *text)
{
    struct error error;
    bool set = column_set_text(table_column(table, column), row, text, strlen(text), &error);
    assert(set);
    (void)set;
}

static void add_users(struct dataset *dataset)
{
    struct error error;
    table_add_column(&dataset->user_table, "gender", COLUMN_TEXT);
    table_add_column(&dataset->user_table, "age", COLUMN_REAL);
    for (uint32_t user = 0; user < SMALL_USERS; user++) {
        char id[16];
        uint32_t number;
        snprintf(id, sizeof id, "u%u", user);
        bool added = dataset_add_user(dataset, id, &number, &error);
        assert(added && number == user);
        (void)added;
        set_text(&dataset->user_table, "gender", user, user % 2 ? "M" : "F");
        table_column(&dataset->user_table, "age")->real[user] = 18 + user * 37 % 50;
    }
}

static void add_items(struct dataset *dataset)
{
    struct error error;
    table_add_column(&dataset->item_table, "genre", COLUMN_TEXT);
    for (uint32_t item = 0; item < SMALL_ITEMS; item++) {
        char id[16], genres[8];
        uint32_t number;
        snprintf(id, sizeof id, "i%u", item);
        bool added = dataset_add_item(dataset, id, &number, &error);
        assert(added && number == item);
        (void)added;
        snprintf(genres, sizeof genres, "%u|%u", item % 3, (item + item / 4) % 3);
        set_text(&dataset->item_table, "genre", item, genres);
    }
}

static void add_ratings(struct dataset *dataset)
{
    struct error error;
    for (uint32_t user = 0; user < SMALL_USERS; user++)
        for (uint32_t item = 0; item < SMALL_ITEMS; item++)
            if (user != EMPTY_USER && (user * 5 + item * 11 + user * item) % 7 < 3) {
                bool added = dataset_add_numbered(dataset, user, item,
                                                  (double)small_world_value(user, item), 0, &error);
                assert(added);
                (void)added;
            }
    dataset_index(dataset);
}

static void init_split(struct split *split, const struct dataset *dataset)
{
    struct task_groups groups;
    task_groups_make(&groups, dataset, NULL);
    *split = (struct split){
        .groups = groups,
        .role = memory_array(dataset->interactions, sizeof *split->role),
        .scenario = memory_array(dataset->interactions, sizeof *split->scenario),
        .training = memory_array(dataset->interactions, sizeof *split->training),
        .validation_users = memory_array(1, sizeof *split->validation_users),
        .validation_tasks = memory_array(1, sizeof *split->validation_tasks),
    };
}

static void train_with(struct split *split, uint32_t row)
{
    split->role[row] = ROLE_TRAINING;
    split->training[row] = true;
    split->training_rows++;
}

void split_train_all(struct split *split, const struct dataset *dataset)
{
    init_split(split, dataset);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        if (dataset->current[row])
            train_with(split, row);
}

static void make_split(struct split *split, const struct dataset *dataset)
{
    init_split(split, dataset);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        uint32_t user = dataset->user[row];
        if (user >= FIRST_COLD_USER || dataset->item[row] >= FIRST_COLD_ITEM)
            continue;
        if (user != SMALL_VALIDATION) {
            train_with(split, row);
            continue;
        }
        split->role[row] = ROLE_VALIDATION;
        split->scenario[row] = SCENARIO_USER_COLD;
        split->validation_rows++;
    }
    split->validation_users[split->validation_user_count++] = SMALL_VALIDATION;
    split->validation_tasks[split->validation_task_count++] =
        (struct validation_task){SMALL_VALIDATION, SCENARIO_USER_COLD};
    split->validation_counts[SCENARIO_USER_COLD] = 1;
}

void small_world_make(struct small_world *world)
{
    static char gender[] = "gender", age[] = "age", genre[] = "genre", bar[] = "|";
    struct feature_part parts[FIELDS] = {
        {.name = gender, .column = gender, .entity = FEATURE_USER, .kind = PART_CATEGORY},
        {.name = age, .column = age, .entity = FEATURE_USER, .kind = PART_NUMBER},
        {.name = genre,
         .column = genre,
         .entity = FEATURE_ITEM,
         .kind = PART_BAG,
         .separator = bar},
    };
    const struct feature_parts declared = {parts, FIELDS, {0}};
    struct error error;
    world->dataset = dataset_new("small");
    add_users(world->dataset);
    add_items(world->dataset);
    add_ratings(world->dataset);
    make_split(&world->split, world->dataset);
    bool fitted =
        feature_space_fit(&world->space, &declared, world->dataset, world->split.training, &error);
    assert(fitted);
    (void)fitted;
}

void small_world_release(struct small_world *world)
{
    feature_space_release(&world->space);
    split_release(&world->split);
    dataset_free(world->dataset);
}
