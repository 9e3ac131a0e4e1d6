/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "joins.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static const enum column_role roles[DATASET_TABLES] = {
    [DATASET_USERS] = ROLE_USER, [DATASET_ITEMS] = ROLE_ITEM};

void joins_init(struct joins *joins, const struct dataset_sink *sink)
{
    *joins = (struct joins){.sink = sink};
    for (enum dataset_table part = DATASET_USERS; part <= DATASET_ITEMS; part++)
        joins->join[part] = (struct join){
            .described = id_map_new(), .others = id_map_new(), .counts = sink == NULL};
}

void joins_release(struct joins *joins)
{
    for (enum dataset_table part = DATASET_USERS; part <= DATASET_ITEMS; part++) {
        id_map_free(joins->join[part].described);
        id_map_free(joins->join[part].others);
        free(joins->join[part].rated);
    }
}

static bool begin_table(void *context, enum dataset_table part,
                        const struct dataset_column *columns, size_t count, struct error *error)
{
    struct joins *joins = context;
    for (enum dataset_table kind = DATASET_USERS; kind <= DATASET_ITEMS; kind++)
        for (size_t i = 0; i < count; i++)
            if (columns[i].role == roles[kind])
                joins->join[kind].field = i;
    if (part != DATASET_RATINGS)
        joins->join[part].counts = true;
    return !joins->sink || joins->sink->table(joins->sink->context, part, columns, count, error);
}

static bool describe(struct join *join, const struct dataset_cell *id, struct error *error)
{
    uint32_t number;
    if (!id_map_add(join->described, id->text, id->length, &number, error))
        return false;
    if (number >= join->rated_room) {
        join->rated_room = 2 * (size_t)number + 16;
        join->rated = memory_resize(join->rated, join->rated_room, sizeof *join->rated);
    }
    join->rated[number] = false;
    return true;
}

static bool rate(struct join *join, const struct dataset_cell *id, struct error *error)
{
    uint32_t number;
    if (!id_map_find(join->described, id->text, id->length, &number))
        return id_map_add(join->others, id->text, id->length, &number, error);
    join->rated_count += !join->rated[number];
    join->rated[number] = true;
    return true;
}

static bool take_row(void *context, enum dataset_table part, const struct dataset_cell *cells,
                     struct error *error)
{
    struct joins *joins = context;
    for (enum dataset_table kind = DATASET_USERS; kind <= DATASET_ITEMS; kind++) {
        struct join *join = &joins->join[kind];
        const struct dataset_cell *id = &cells[join->field];
        if (join->counts && part == kind && !describe(join, id, error))
            return false;
        if (join->counts && part == DATASET_RATINGS && !rate(join, id, error))
            return false;
    }
    joins->ratings += part == DATASET_RATINGS;
    return !joins->sink || joins->sink->row(joins->sink->context, part, cells, error);
}

struct dataset_sink joins_sink(struct joins *joins)
{
    return (struct dataset_sink){.context = joins, .table = begin_table, .row = take_row};
}

static void tell(const struct join *join, enum dataset_table part, struct import_plan *plan)
{
    size_t described = id_map_size(join->described), without = described - join->rated_count;
    size_t rated = join->rated_count + id_map_size(join->others);
    char choice[160], more[120] = "";
    if (!join->counts || described == 0)
        return;
    snprintf(choice, sizeof choice, "%s%zu of %zu rated %s are described",
             join->rated_count == 0 ? "NONE, " : "", join->rated_count, rated, dataset_parts[part]);
    struct decision *decision =
        decisions_add(&plan->decisions, plan->tables[part].file, "join", choice);
    if (without > 0)
        snprintf(more, sizeof more, "%zu described %.4s%s no rating", without, dataset_parts[part],
                 without == 1 ? " has" : "s have");
    if (join->rated_count == 0 && join->described && id_map_size(join->others) > 0)
        decision_because(decision, "the ids differ: \"%s\" there, \"%s\" in the ratings",
                         id_map_text(join->described, 0), id_map_text(join->others, 0));
    else if (without > 0)
        decision_because(decision, "%s", more);
    decision->told = join->rated_count < rated || without > 0;
}

void joins_tell(const struct joins *joins, struct import_plan *plan)
{
    const struct join *users = &joins->join[DATASET_USERS], *items = &joins->join[DATASET_ITEMS];
    plan->ratings = (uint32_t)joins->ratings;
    plan->users = (uint32_t)(users->rated_count + id_map_size(users->others));
    plan->items = (uint32_t)(items->rated_count + id_map_size(items->others));
    tell(users, DATASET_USERS, plan);
    tell(items, DATASET_ITEMS, plan);
}
