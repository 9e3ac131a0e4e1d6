/* SPDX-License-Identifier: MIT
 *
 * Synthetic tasks in the shape of MeLU on MovieLens 1M: eight embeddings of size 32 side by side,
 * two hidden layers of 64, one batch of 32 users. The draws depend on the seed only.
 */
#ifndef BENCH_MELU_DATA_H
#define BENCH_MELU_DATA_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { FIELDS = 8, ITEM_FIELDS = 4, WIDTH = 32, MOST_TASKS = 4096 };
/* The first layer has two weight matrices: one for the item's embeddings, one for the user's. */
enum { W1_ITEM = FIELDS, W1_USER, B1, W2, B2, W3, B3, PARAMETERS };

/* Rows of all tasks: which rows of a field's table make up its embedding, as for value_bag. A
 * user's fields have one row for each task. */
struct melu_part {
    size_t offsets[MOST_TASKS + 1];
    size_t rows[FIELDS];
    size_t *starts[FIELDS];
    uint32_t *index[FIELDS];
    float *weights[FIELDS];
    float *targets;
};

struct melu_data {
    size_t tasks;
    struct melu_part support, query;
    size_t rows[PARAMETERS], columns[PARAMETERS];
    float *start[PARAMETERS]; /* initial values */
};

/* `rows` is the mean number of support rows of a task, `hidden` the width of the hidden layers. */
void melu_data_draw(struct melu_data *data, size_t tasks, size_t rows, size_t query, size_t hidden);
/* The first task of a shard, if shards have `most` tasks each on average. */
uint32_t melu_data_shard(const struct melu_data *data, size_t most, uint32_t shard);
uint32_t melu_data_shards(const struct melu_data *data, size_t most);
void melu_data_release(struct melu_data *data);
/* Writes the data for melu_step.py, which documents the layout. */
void melu_data_write(const struct melu_data *data, FILE *file);

#endif
