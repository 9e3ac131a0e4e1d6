/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "data/dataset_mirror.h"

void dataset_mirror(struct dataset *dataset)
{
    const struct dataset before = *dataset;
    dataset->mirrored = !before.mirrored;
    dataset->users = before.items;
    dataset->items = before.users;
    dataset->user_table = before.item_table;
    dataset->item_table = before.user_table;
    dataset->user = before.item;
    dataset->item = before.user;
    dataset->by_user = before.by_item;
    dataset->by_item = before.by_user;
}

struct dataset_names dataset_named(const struct dataset *dataset)
{
    struct dataset_names names = {dataset->users,       dataset->items, &dataset->user_table,
                                  &dataset->item_table, dataset->user,  dataset->item};
    if (dataset->mirrored)
        names = (struct dataset_names){dataset->items,       dataset->users, &dataset->item_table,
                                       &dataset->user_table, dataset->item,  dataset->user};
    return names;
}

const char *dataset_user_word(const struct dataset *dataset)
{
    return dataset->mirrored ? "item" : "user";
}

const char *dataset_item_word(const struct dataset *dataset)
{
    return dataset->mirrored ? "user" : "item";
}
