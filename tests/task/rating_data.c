/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "rating_data.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"

static void add(struct dataset *dataset, const char *user, const char *item, double value,
                int64_t time)
{
    struct error error;
    bool added = dataset_add(dataset, user, item, value, time, &error);
    assert(added);
    (void)added;
}

struct dataset *rating_data_random(uint32_t users, uint32_t items, uint32_t rows, uint64_t seed)
{
    struct dataset *dataset = dataset_new("random");
    struct random random = random_at(seed, RANDOM_GENERATOR, 77, 0);
    for (uint32_t row = 0; row < rows; row++) {
        double user_draw = random_uniform(&random), item_draw = random_uniform(&random);
        uint32_t user = (uint32_t)(pow(user_draw, 1.5) * users);
        uint32_t item = (uint32_t)(pow(item_draw, 1.5) * items);
        double value = 3 + (user % 5 - 2.0) / 3 + (item % 7 - 3.0) / 3 + random_normal(&random);
        value = value < 1 ? 1 : value > 5 ? 5 : round(value);
        char user_id[16], item_id[16];
        snprintf(user_id, sizeof user_id, "u%u", user);
        snprintf(item_id, sizeof item_id, "i%u", item);
        add(dataset, user_id, item_id, value, 1000000 + random_below(&random, 100000));
    }
    dataset_index(dataset);
    return dataset;
}

static void add_line(struct dataset *dataset, char *line)
{
    const char *cells[4];
    char *rest = NULL;
    size_t count = 0;
    for (char *cell = strtok_r(line, ",\n", &rest); cell && count < 4;
         cell = strtok_r(NULL, ",\n", &rest))
        cells[count++] = cell;
    assert(count == 4);
    add(dataset, cells[0], cells[1], atof(cells[2]), INT64_MIN);
    struct error error;
    bool set = column_set_text(table_column(&dataset->context, "split"), dataset->interactions - 1,
                               cells[3], strlen(cells[3]), &error);
    assert(set);
    (void)set;
}

struct dataset *rating_data_ml_1m(void)
{
    const char *shared = getenv("THAW_SHARED");
    char path[4096], line[256];
    snprintf(path, sizeof path, "%s/data/ml-1m/ratings.csv", shared ? shared : "../shared");
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    struct dataset *dataset = dataset_new("ml_1m");
    table_add_column(&dataset->context, "split", COLUMN_TEXT);
    char *header = fgets(line, sizeof line, file);
    assert(header && strcmp(header, "user,item,rating,split\n") == 0);
    (void)header;
    while (fgets(line, sizeof line, file))
        add_line(dataset, line);
    fclose(file);
    dataset_index(dataset);
    return dataset;
}
