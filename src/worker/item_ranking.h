/* SPDX-License-Identifier: MIT
 *
 * Recommends with a run whose tasks are items: such a run adapts to each item by the ratings that
 * the item has, and not to the user.
 */
#ifndef WORKER_ITEM_RANKING_H
#define WORKER_ITEM_RANKING_H

#include "questions.h"

/* Predicts what the user with this number (in the mirrored data set an item) gives to every item.
 * `scores` has room for all items. A rating that the user gave is not shown to its item's task. */
bool item_ranking_score(struct asked *asked, uint32_t user, float *scores, struct error *error);

#endif
