/* SPDX-License-Identifier: MIT
 *
 * Some of the tasks, with compact row numbers: row i of a shard's table is row rows[i] of the whole
 * table, in ascending order.
 */
#ifndef BENCH_MELU_SHARD_H
#define BENCH_MELU_SHARD_H

#include "melu_data.h"

struct melu_shard {
    size_t first, tasks;
    size_t offsets[2][MOST_TASKS + 1]; /* of support and query, from 0 */
    size_t *starts[2][FIELDS];
    uint32_t *index[2][FIELDS];
    uint32_t *rows[FIELDS];
    size_t count[FIELDS];
    double loss;
};

struct melu_shard *melu_shard_new(const struct melu_data *data, size_t first, size_t tasks);
void melu_shard_free(struct melu_shard *shard);

#endif
