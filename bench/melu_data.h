/* SPDX-License-Identifier: MIT
 *
 * Made-up tasks of the shape of MeLU's on MovieLens 1M: eight embeddings of 32 side by side, two
 * hidden layers of 64, one batch of 32 users. What is drawn depends on nothing but the seed.
 */
#ifndef BENCH_MELU_DATA_H
#define BENCH_MELU_DATA_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { FIELDS = 8, ITEM_FIELDS = 4, WIDTH = 32, MOST_TASKS = 4096 };
/* The first layer's weights in two: for the item's embeddings, and for the user's. */
enum { W1_ITEM = FIELDS, W1_USER, B1, W2, B2, W3, B3, PARAMETERS };

/* Rows of all tasks: which rows of a field's table make up its embedding, as for value_bag. A
 * user's fields have one row a task. */
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
    float *start[PARAMETERS]; /* first values */
};

/* `rows`: support rows of a task on average; `hidden`: width of the hidden layers. */
void melu_data_draw(struct melu_data *data, size_t tasks, size_t rows, size_t query, size_t hidden);
/* The first task of a shard, of as many as make `most` tasks each on average. */
uint32_t melu_data_shard(const struct melu_data *data, size_t most, uint32_t shard);
uint32_t melu_data_shards(const struct melu_data *data, size_t most);
void melu_data_release(struct melu_data *data);
/* For melu_step.py, which says what stands where. */
void melu_data_write(const struct melu_data *data, FILE *file);

#endif
