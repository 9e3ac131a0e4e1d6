/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "melu_data.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/stretches.h"

/* Sizes of the tables and the most values in one row: first the item's fields, then the user's. */
static const struct {
    uint32_t size, most;
} fields[FIELDS] = {{6, 1}, {25, 3}, {2186, 1}, {8030, 4}, {2, 1}, {7, 1}, {21, 1}, {3402, 1}};

/* A user's fields are drawn from a random stream of their own, so they are the same in support and
 * query. */
static void draw_field(struct random *random, struct melu_part *part, size_t rows, size_t field)
{
    struct random of_user = random_at(1, RANDOM_GENERATOR, 1, (uint32_t)field);
    size_t used = 0;
    if (field >= ITEM_FIELDS)
        random = &of_user;
    part->rows[field] = rows;
    part->starts[field] = memory_array(rows + 1, sizeof(size_t));
    part->index[field] = memory_array(rows * fields[field].most, sizeof(uint32_t));
    part->weights[field] = memory_array(rows * fields[field].most, sizeof(float));
    for (size_t row = 0; row < rows; row++) {
        uint32_t count = 1 + random_below(random, fields[field].most);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t word = random_below(random, fields[field].size);
            part->index[field][used + i] = word;
            for (uint32_t other = 0; other < i; other++)
                if (part->index[field][used + other] == word) {
                    i--; /* draws again, because each word may occur once */
                    break;
                }
            part->weights[field][used + i] = 1 / (float)count;
        }
        used += count;
        part->starts[field][row + 1] = used;
    }
}

static void draw_part(struct random *random, struct melu_part *part, size_t tasks, size_t least,
                      size_t most)
{
    for (size_t task = 0; task < tasks; task++)
        part->offsets[task + 1] =
            part->offsets[task] + least + random_below(random, (uint32_t)(most - least + 1));
    for (size_t field = 0; field < FIELDS; field++)
        draw_field(random, part, field < ITEM_FIELDS ? part->offsets[tasks] : tasks, field);
    part->targets = memory_array(part->offsets[tasks], sizeof(float));
    for (size_t row = 0; row < part->offsets[tasks]; row++)
        part->targets[row] = 1 + (float)random_below(random, 5);
}

static void draw_parameters(struct random *random, struct melu_data *data, size_t hidden)
{
    const size_t shapes[][2] = {{ITEM_FIELDS * WIDTH, hidden},
                                {ITEM_FIELDS * WIDTH, hidden},
                                {1, hidden},
                                {hidden, hidden},
                                {1, hidden},
                                {hidden, 1},
                                {1, 1}};
    for (size_t i = 0; i < PARAMETERS; i++) {
        data->rows[i] = i < FIELDS ? fields[i].size : shapes[i - FIELDS][0];
        data->columns[i] = i < FIELDS ? WIDTH : shapes[i - FIELDS][1];
        size_t size = data->rows[i] * data->columns[i];
        double scale = i < FIELDS ? 0.3 : 1 / sqrt((double)data->rows[i]);
        data->start[i] = memory_array(size, sizeof(float));
        for (size_t entry = 0; entry < size; entry++)
            data->start[i][entry] = (float)(scale * random_normal(random));
    }
}

void melu_data_draw(struct melu_data *data, size_t tasks, size_t rows, size_t query, size_t hidden)
{
    assert(tasks <= MOST_TASKS);
    struct random random = random_at(1, RANDOM_GENERATOR, 0, 0);
    memset(data, 0, sizeof *data);
    data->tasks = tasks;
    draw_part(&random, &data->support, tasks, rows - rows / 2, rows + rows / 2);
    draw_part(&random, &data->query, tasks, query, query);
    draw_parameters(&random, data, hidden);
}

static void release_part(struct melu_part *part)
{
    for (size_t field = 0; field < FIELDS; field++) {
        free(part->starts[field]);
        free(part->index[field]);
        free(part->weights[field]);
    }
    free(part->targets);
}

uint32_t melu_data_shards(const struct melu_data *data, size_t most)
{
    return (uint32_t)((data->tasks + most - 1) / most);
}

uint32_t melu_data_shard(const struct melu_data *data, size_t most, uint32_t shard)
{
    uint32_t rows[MOST_TASKS];
    for (size_t task = 0; task < data->tasks; task++)
        rows[task] = (uint32_t)(data->support.offsets[task + 1] - data->support.offsets[task]);
    return stretches_cut(rows, (uint32_t)data->tasks, melu_data_shards(data, most), shard);
}

void melu_data_release(struct melu_data *data)
{
    release_part(&data->support);
    release_part(&data->query);
    for (size_t i = 0; i < PARAMETERS; i++)
        free(data->start[i]);
}

static void write_part(const struct melu_part *part, size_t tasks, FILE *file)
{
    fwrite(part->offsets, sizeof(size_t), tasks + 1, file);
    for (size_t field = 0; field < FIELDS; field++) {
        fwrite(part->starts[field], sizeof(size_t), part->rows[field] + 1, file);
        fwrite(part->index[field], sizeof(uint32_t), part->starts[field][part->rows[field]], file);
    }
    fwrite(part->targets, sizeof(float), part->offsets[tasks], file);
}

void melu_data_write(const struct melu_data *data, FILE *file)
{
    fwrite(&data->tasks, sizeof data->tasks, 1, file);
    write_part(&data->support, data->tasks, file);
    write_part(&data->query, data->tasks, file);
    for (size_t i = 0; i < PARAMETERS; i++) {
        fwrite(&data->rows[i], sizeof(size_t), 1, file);
        fwrite(&data->columns[i], sizeof(size_t), 1, file);
        fwrite(data->start[i], sizeof(float), data->rows[i] * data->columns[i], file);
    }
}
