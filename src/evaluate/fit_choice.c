/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "evaluate/fit_choice.h"

#include <string.h>

enum { ROWS_ENOUGH = 8000 }; /* with this many rows, further draws are not read */

enum { OWN, OWN_SCENARIO, LIKE_OWN, LIKE_SCENARIO, ALL, REACHES };

/* The scenario whose rows are borrowed. How far predictions can be trusted depends more on what is
 * known of whom the task is about, a user or an item, than on whether the other side is new. */
static const char *likeness(const char *scenario, bool of_items)
{
    const char *own = of_items ? "item-cold" : "user-cold";
    const char *other = of_items ? "user-cold" : "item-cold";
    return strcmp(scenario, other) == 0 ? "warm" : own;
}

/* What is wanted; `like`: the likeness of the scenario. */
struct wanted {
    const char *scenario, *like;
    uint32_t shots;
};

static bool belongs(const struct fit_block *block, const struct wanted *wanted, int reach)
{
    bool same_shots = block->shots == wanted->shots;
    switch (reach) {
    case OWN:
        return strcmp(block->scenario, wanted->scenario) == 0 && same_shots;
    case OWN_SCENARIO:
        return strcmp(block->scenario, wanted->scenario) == 0;
    case LIKE_OWN:
        return strcmp(block->scenario, wanted->like) == 0 && same_shots;
    case LIKE_SCENARIO:
        return strcmp(block->scenario, wanted->like) == 0;
    default:
        return true;
    }
}

/* Collects the blocks of a reach. `enough` says whether one of them has enough tasks for a fit. */
static size_t reach_for(const struct fit_block *blocks, size_t count, const struct wanted *wanted,
                        int reach, size_t *chosen, bool *enough)
{
    size_t rows = 0, found = 0;
    *enough = false;
    for (uint32_t draw = 0, last = 0; draw <= last && rows < ROWS_ENOUGH; draw++)
        for (size_t i = 0; i < count; i++) {
            const struct fit_block *block = &blocks[i];
            if (!belongs(block, wanted, reach))
                continue;
            last = block->draw > last ? block->draw : last;
            if (block->draw != draw)
                continue;
            *enough = *enough || block->tasks >= FIT_TASKS_LEAST;
            chosen[found++] = i;
            rows += block->rows;
        }
    return found;
}

size_t fit_choose(const struct fit_block *blocks, size_t count, const char *scenario,
                  uint32_t shots, bool of_items, size_t *chosen, bool *borrowed)
{
    const struct wanted wanted = {scenario, likeness(scenario, of_items), shots};
    size_t found = 0;
    bool enough = false;
    int reach = 0;
    for (; !enough && reach < REACHES; reach++)
        found = reach_for(blocks, count, &wanted, reach, chosen, &enough);
    *borrowed = reach - 1 > OWN_SCENARIO;
    return found;
}
