/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "dataset_choice.h"

#include <stdlib.h>

#include "base/memory.h"
#include "dataset_tables.h"

enum { USERS_MOST = 200 };

/* SELECT of user and item of all ratings. */
static struct statement *query_ratings(struct store *store, const char *name, struct error *error)
{
    struct stored_columns columns;
    if (!stored_columns_read(store, name, DATASET_RATINGS, &columns, error))
        return NULL;
    const char *user = stored_columns_role(&columns, ROLE_USER);
    const char *item = stored_columns_role(&columns, ROLE_ITEM);
    struct statement *query = NULL;
    if (user && item)
        query = statement_make(store, error, "SELECT \"%w\", \"%w\" FROM \"%w_ratings\"", user,
                               item, name);
    else
        error_set(error, ERROR_STORE, "the columns of \"%s_ratings\" are not described", name);
    stored_columns_release(&columns);
    return query;
}

static bool find_user(const struct dataset_choice *choice, struct statement *query, int place,
                      uint32_t *number)
{
    size_t length;
    const char *user = statement_bytes(query, place, &length);
    return id_map_find(choice->users, user, length, number);
}

/* Counts the ratings of each user, in a new array of `rows` places. */
static uint32_t *count_ratings(struct dataset_choice *choice, struct statement *query,
                               uint32_t rows, struct error *error)
{
    uint32_t *counts = memory_array(rows, sizeof *counts), user;
    bool good = query != NULL;
    while (good && statement_next(query, &good, error)) {
        size_t length;
        const char *id = statement_bytes(query, 0, &length);
        good =
            id_map_add(choice->users, id, length, &user, error) &&
            (user < rows || error_set(error, ERROR_STORE, "more users than ratings are counted"));
        if (good)
            counts[user]++;
    }
    if (good)
        return counts;
    free(counts);
    return NULL;
}

static void choose_users(struct dataset_choice *choice, const uint32_t *counts, uint32_t most)
{
    uint64_t users = id_map_size(choice->users), rows = 0;
    uint64_t chosen = users < USERS_MOST ? users : USERS_MOST;
    choice->has_user = memory_array(users, sizeof *choice->has_user);
    /* The order of visits spreads the users, however soon there are enough ratings. */
    for (uint64_t stride = chosen; stride && rows < most; stride /= 2)
        for (uint64_t n = 0; n < chosen && rows < most; n += stride) {
            uint64_t user = n * users / chosen;
            rows += choice->has_user[user] ? 0 : counts[user];
            choice->has_user[user] = true;
        }
}

static bool add_items(struct dataset_choice *choice, struct statement *query, struct error *error)
{
    uint32_t user, item;
    bool good = query != NULL;
    while (good && statement_next(query, &good, error)) {
        size_t length;
        if (!find_user(choice, query, 0, &user) || !choice->has_user[user])
            continue;
        const char *id = statement_bytes(query, 1, &length);
        good = id_map_add(choice->items, id, length, &item, error);
    }
    return good;
}

bool dataset_choice_make(struct dataset_choice *choice, struct store *store,
                         const struct dataset_summary *summary, uint32_t most, struct error *error)
{
    *choice = (struct dataset_choice){.users = id_map_new(), .items = id_map_new()};
    struct statement *query = query_ratings(store, summary->name, error);
    uint32_t *counts = count_ratings(choice, query, summary->ratings, error);
    statement_free(query);
    if (!counts)
        return false;
    choose_users(choice, counts, most);
    free(counts);
    query = query_ratings(store, summary->name, error);
    bool good = add_items(choice, query, error);
    statement_free(query);
    return good;
}

void dataset_choice_release(struct dataset_choice *choice)
{
    id_map_free(choice->users);
    id_map_free(choice->items);
    free(choice->has_user);
    *choice = (struct dataset_choice){.users = NULL};
}

bool dataset_choice_has(const struct dataset_choice *choice, enum dataset_table part,
                        struct statement *query, const int places[2])
{
    uint32_t number;
    size_t length;
    if (part != DATASET_ITEMS)
        return find_user(choice, query, places[0], &number) && choice->has_user[number];
    const char *item = statement_bytes(query, places[1], &length);
    return id_map_find(choice->items, item, length, &number);
}
