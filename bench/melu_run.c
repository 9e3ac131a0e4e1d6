/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "melu_run.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUERY_ROWS = 10 };

struct melu_options melu_options_read(int count, char **arguments)
{
    struct melu_options options = {32, 110, 64, 1, 8, 100, 1, NULL};
    size_t *const numbers[] = {&options.tasks, &options.rows,  &options.hidden, &options.inner,
                               &options.shard, &options.steps, &options.threads};
    static const struct option known[] = {
        {"tasks", 1, NULL, 0},   {"rows", 1, NULL, 1},  {"hidden", 1, NULL, 2},
        {"inner", 1, NULL, 3},   {"shard", 1, NULL, 4}, {"steps", 1, NULL, 5},
        {"threads", 1, NULL, 6}, {"write", 1, NULL, 7}, {NULL, 0, NULL, 0},
    };
    for (int option; (option = getopt_long(count, arguments, "", known, NULL)) != -1;) {
        if (option == 7)
            options.write = optarg;
        else if (option < 7 && (*numbers[option] = strtoul(optarg, NULL, 10)) > 0)
            continue;
        else
            exit(2);
    }
    if (options.tasks > MOST_TASKS || options.threads > MOST_THREADS)
        exit(2);
    return options;
}

void melu_run_draw(struct melu_data *data, const struct melu_options *options)
{
    melu_data_draw(data, options->tasks, options->rows, QUERY_ROWS, options->hidden);
    FILE *file = options->write ? fopen(options->write, "wb") : NULL;
    if (file) {
        melu_data_write(data, file);
        fclose(file);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double melu_run_say(const double *losses, double *times, size_t steps)
{
    printf("losses");
    for (size_t step = 0; step < steps; step++)
        printf(" %.9g", losses[step]);
    qsort(times, steps, sizeof *times, by_size);
    printf("\nmilliseconds %.3f\n", times[steps / 2]);
    return times[steps / 2];
}
