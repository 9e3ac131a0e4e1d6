/* SPDX-License-Identifier: MIT
 *
 * Filters and samples: chooses rows in memory, by number, then hands the chosen ones over.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "data/id_map.h"
#include "dataset_pour.h"
#include "derive_steps.h"
#include "store/dataset_store.h"

struct selecting {
    struct store *store;
    const struct derivation *derivation;
    struct dataset_summary summary; /* of the set that is chosen from */
    struct selection selection;
    struct id_map *users, *items;
    bool *has_user, *has_item; /* whether they have a row that is kept */
    struct bytes *counts;
};

static bool is_bounded(const struct derivation *derivation)
{
    return derivation->kind == DERIVE_FILTER &&
           (derivation->first != INT64_MIN || derivation->last != INT64_MAX);
}

static bool needs_time(const struct derivation *derivation)
{
    return is_bounded(derivation) || (derivation->kind == DERIVE_FILTER && derivation->most &&
                                      derivation->rule != SELECTION_RANDOM);
}

/* SELECT of user, item and, if it is needed and there is one, time. */
static struct statement *query_rows(struct selecting *selecting, const char *time,
                                    const struct stored_columns *columns, struct error *error)
{
    const char *user = stored_columns_role(columns, ROLE_USER);
    const char *item = stored_columns_role(columns, ROLE_ITEM);
    if (!user || !item) {
        error_set(error, ERROR_STORE, "the columns of \"%s_ratings\" are not described",
                  selecting->derivation->from);
        return NULL;
    }
    return time ? statement_make(selecting->store, error,
                                 "SELECT \"%w\", \"%w\", \"%w\" FROM \"%w_ratings\" ORDER BY rowid",
                                 user, item, time, selecting->derivation->from)
                : statement_make(selecting->store, error,
                                 "SELECT \"%w\", \"%w\" FROM \"%w_ratings\" ORDER BY rowid", user,
                                 item, selecting->derivation->from);
}

static bool take_rows(struct selecting *selecting, struct statement *query, struct error *error)
{
    struct selection *selection = &selecting->selection;
    bool good = true;
    size_t row = 0, length;
    for (; statement_next(query, &good, error); row++) {
        if (row == selection->rows)
            return error_set(error, ERROR_STORE, "\"%s\" has more ratings than are counted",
                             selecting->derivation->from);
        const char *user = statement_bytes(query, 0, &length);
        good = id_map_add(selecting->users, user, length, &selection->user[row], error);
        const char *item = statement_bytes(query, 1, &length);
        good = good && id_map_add(selecting->items, item, length, &selection->item[row], error);
        if (selection->time)
            selection->time[row] =
                statement_is_null(query, 2) ? INT64_MIN : statement_integer(query, 2);
    }
    if (good && row < selection->rows)
        return error_set(error, ERROR_STORE, "\"%s\" has fewer ratings than are counted",
                         selecting->derivation->from);
    selection->users = id_map_size(selecting->users);
    selection->items = id_map_size(selecting->items);
    return good;
}

static bool load(struct selecting *selecting, struct error *error)
{
    struct stored_columns columns;
    const char *from = selecting->derivation->from;
    if (!store_dataset_summary(selecting->store, from, &selecting->summary, error) ||
        !stored_columns_read(selecting->store, from, DATASET_RATINGS, &columns, error))
        return false;
    const char *time =
        needs_time(selecting->derivation) ? stored_columns_role(&columns, ROLE_TIME) : NULL;
    bool good = time || !is_bounded(selecting->derivation) ||
                error_set(error, ERROR_USAGE, "\"%s\" has no times for --from and --to", from);
    good = good &&
           selection_init(&selecting->selection, selecting->summary.ratings, time != NULL, error);
    struct statement *query = good ? query_rows(selecting, time, &columns, error) : NULL;
    good = query && take_rows(selecting, query, error);
    statement_free(query);
    stored_columns_release(&columns);
    return good;
}

/* Notes what a step has left; fails if that is nothing. */
static bool note(struct selecting *selecting, const char *step, struct error *error)
{
    size_t left = selection_count(&selecting->selection);
    bytes_add_format(selecting->counts, "%zu ratings %s\n", left, step);
    return left > 0 || error_set(error, ERROR_USAGE, "no rating is left %s", step);
}

static bool filter(struct selecting *selecting, struct error *error)
{
    const struct derivation *how = selecting->derivation;
    struct selection *selection = &selecting->selection;
    if (how->where && (!derivation_where(selecting->store, how->from, how->where, selection->kept,
                                         selection->rows, error) ||
                       !note(selecting, "after --where", error)))
        return false;
    if (is_bounded(how)) {
        selection_between(selection, how->first, how->last);
        if (!note(selecting, "between --from and --to", error))
            return false;
    }
    if (how->most && (!selection_most(selection, how->most, how->rule, how->seed, error) ||
                      !note(selecting, "after --most", error)))
        return false;
    return !how->core ||
           (selection_core(selection, how->core, error) && note(selecting, "after --core", error));
}

static bool choose(struct selecting *selecting, struct error *error)
{
    const struct derivation *how = selecting->derivation;
    struct selection *selection = &selecting->selection;
    if (!note(selecting, "before", error))
        return false;
    if (how->kind == DERIVE_FILTER)
        return filter(selecting, error);
    return (how->users ? selection_sample_users(selection, how->users, how->seed, error)
                       : selection_sample_rows(selection, how->ratings, how->seed, error)) &&
           note(selecting, "in the sample", error);
}

/* Learns which users and items have rows, and frees what was needed for choosing only. */
static void find_entities(struct selecting *selecting)
{
    struct selection *selection = &selecting->selection;
    selecting->has_user = memory_array(selection->users + 1, sizeof *selecting->has_user);
    selecting->has_item = memory_array(selection->items + 1, sizeof *selecting->has_item);
    for (size_t row = 0; row < selection->rows; row++)
        if (selection->kept[row]) {
            selecting->has_user[selection->user[row]] = true;
            selecting->has_item[selection->item[row]] = true;
        }
    free(selection->user);
    free(selection->item);
    free(selection->time);
    selection->user = selection->item = NULL;
    selection->time = NULL;
}

/* -- handing over ------------------------------------------------------------------------------ */

struct choosing {
    const struct selecting *selecting;
    size_t key; /* the column of the id */
};

static bool is_user(void *context, int64_t row, const struct dataset_cell *cells)
{
    const struct choosing *choosing = context;
    const struct dataset_cell *id = &cells[choosing->key];
    uint32_t number;
    (void)row;
    return id_map_find(choosing->selecting->users, id->text, id->length, &number) &&
           choosing->selecting->has_user[number];
}

static bool is_item(void *context, int64_t row, const struct dataset_cell *cells)
{
    const struct choosing *choosing = context;
    const struct dataset_cell *id = &cells[choosing->key];
    uint32_t number;
    (void)row;
    return id_map_find(choosing->selecting->items, id->text, id->length, &number) &&
           choosing->selecting->has_item[number];
}

static bool is_kept(void *context, int64_t row, const struct dataset_cell *cells)
{
    const struct choosing *choosing = context;
    (void)cells;
    return choosing->selecting->selection.kept[row];
}

static bool pour(struct selecting *selecting, enum dataset_table part,
                 const struct dataset_sink *sink, struct error *error)
{
    static pour_choice *const choices[] = {is_kept, is_user, is_item};
    struct choosing choosing = {.selecting = selecting};
    struct stored_columns columns;
    if (!stored_columns_read(selecting->store, selecting->derivation->from, part, &columns, error))
        return false;
    enum column_role role = part == DATASET_USERS ? ROLE_USER : ROLE_ITEM;
    for (size_t i = 0; i < columns.count; i++)
        if (columns.columns[i].role == role)
            choosing.key = i;
    bool good = columns.count == 0 || pour_part(selecting->store, selecting->derivation->from, part,
                                                &columns, sink, choices[part], &choosing, error);
    stored_columns_release(&columns);
    return good;
}

bool derivation_select(struct store *store, const struct derivation *derivation,
                       const struct dataset_sink *sink, struct bytes *counts, struct error *error)
{
    struct selecting selecting = {.store = store,
                                  .derivation = derivation,
                                  .users = id_map_new(),
                                  .items = id_map_new(),
                                  .counts = counts};
    bool good = load(&selecting, error) && choose(&selecting, error);
    if (good)
        find_entities(&selecting);
    good = good && pour(&selecting, DATASET_USERS, sink, error) &&
           pour(&selecting, DATASET_ITEMS, sink, error) &&
           pour(&selecting, DATASET_RATINGS, sink, error);
    selection_release(&selecting.selection);
    id_map_free(selecting.users);
    id_map_free(selecting.items);
    free(selecting.has_user);
    free(selecting.has_item);
    return good;
}
