/* SPDX-License-Identifier: MIT
 *
 * Which validation rows the last step of a setting is fitted on. Whoever judges a run uses this
 * choice: a comparison from stored predictions, and a worker for metrics of a script.
 */
#ifndef EVALUATE_FIT_CHOICE_H
#define EVALUATE_FIT_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FIT_TASKS_LEAST = 30 }; /* validation tasks that a fit needs */

/* The validation rows of one scenario, draw and number of shots. */
struct fit_block {
    const char *scenario; /* borrowed */
    uint32_t shots, draw;
    uint32_t tasks; /* with query rows */
    size_t rows;
};

/* Chooses the blocks for a scenario and number of shots, in this order: its own, if one draw has
 * FIT_TASKS_LEAST tasks; those of its scenario with any number of shots; those of the scenario with
 * known items that knows as much of the user, with the same number of shots, then with any; all. If
 * tasks are items (`of_items`), items and users change places in that.
 * Early draws come first, until there are enough rows; within a draw, the order of `blocks` is
 * kept. Writes their numbers to `chosen`, which has room for `count`, and returns how many there
 * are. `borrowed` says that they are of another scenario. */
size_t fit_choose(const struct fit_block *blocks, size_t count, const char *scenario,
                  uint32_t shots, bool of_items, size_t *chosen, bool *borrowed);

#endif
