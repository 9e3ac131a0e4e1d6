/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "evidence.h"

#include <stdlib.h>

#include "base/memory.h"

void evidence_collector_init(struct evidence_collector *collector, const struct dataset *dataset,
                             const struct split *split)
{
    *collector = (struct evidence_collector){
        .dataset = dataset,
        .split = split,
        .shown = memory_array(dataset->by_item.count, sizeof *collector->shown),
    };
}

static void release(struct evidence *evidence)
{
    free(evidence->items);
    free(evidence->interactions);
    free(evidence->values);
}

void evidence_collector_release(struct evidence_collector *collector)
{
    release(&collector->found);
    release(&collector->own);
    free(collector->shown);
}

static void make_room(struct evidence *evidence, uint32_t *room, uint32_t wanted)
{
    if (wanted <= *room)
        return;
    evidence->items = memory_resize(evidence->items, wanted, sizeof *evidence->items);
    evidence->interactions =
        memory_resize(evidence->interactions, wanted, sizeof *evidence->interactions);
    evidence->values = memory_resize(evidence->values, wanted, sizeof *evidence->values);
    *room = wanted;
}

static void add(struct evidence *evidence, uint32_t item, uint32_t interaction, float value)
{
    evidence->items[evidence->count] = item;
    evidence->interactions[evidence->count] = interaction;
    evidence->values[evidence->count++] = value;
}

static uint32_t rows_of(const struct dataset *dataset, uint32_t user)
{
    const struct interaction_index *index = &dataset->by_user;
    return user < index->count ? index->starts[user + 1] - index->starts[user] : 0;
}

/* Adds the user's training rows; if `beside_shown`, only those of items that are not shown. */
static void add_training(const struct evidence_collector *collector, uint32_t user,
                         struct evidence *evidence, bool beside_shown)
{
    const struct dataset *dataset = collector->dataset;
    uint32_t rows = rows_of(dataset, user);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = dataset->by_user.rows[dataset->by_user.starts[user] + i];
        uint32_t item = dataset->item[row];
        if (collector->split->training[row] && !(beside_shown && collector->shown[item]))
            add(evidence, item, row, dataset->value[row]);
    }
}

static bool has_training(const struct evidence_collector *collector, uint32_t user)
{
    const struct interaction_index *index = &collector->dataset->by_user;
    uint32_t rows = rows_of(collector->dataset, user);
    for (uint32_t i = 0; i < rows; i++)
        if (collector->split->training[index->rows[index->starts[user] + i]])
            return true;
    return false;
}

const struct evidence *evidence_collect(struct evidence_collector *collector,
                                        const struct rows *support, uint32_t task, uint32_t user,
                                        bool asks_training)
{
    struct evidence *found = &collector->found;
    uint32_t first = support->offsets[task], end = support->offsets[task + 1];
    uint32_t rows = rows_of(collector->dataset, user);
    make_room(found, &collector->room, end - first + rows);
    found->user = user;
    found->count = 0;
    found->own = NULL;
    for (uint32_t i = first; i < end; i++) {
        add(found, support->item[i], support->interaction[i], support->value[i]);
        collector->shown[support->item[i]] = true;
    }
    if (asks_training) {
        make_room(&collector->own, &collector->own_room, rows);
        collector->own.user = user;
        collector->own.count = 0;
        add_training(collector, user, &collector->own, false);
        found->own = &collector->own;
        found->known = false;
    } else {
        add_training(collector, user, found, true);
        found->known = has_training(collector, user);
    }
    for (uint32_t i = first; i < end; i++)
        collector->shown[support->item[i]] = false;
    return found;
}
