/* SPDX-License-Identifier: MIT
 *
 * The options and the output shared by the programs that time MeLU's outer steps.
 */
#ifndef BENCH_MELU_RUN_H
#define BENCH_MELU_RUN_H

#include "melu_data.h"

enum { MOST_THREADS = 64 };

struct melu_options {
    size_t tasks, rows, hidden, inner, shard, steps, threads;
    const char *write; /* file for the PyTorch peers' data, or NULL */
};
/* Reads --tasks N, --rows N ...; exits if they make no sense. */
struct melu_options melu_options_read(int count, char **arguments);

/* Draws the data for these options and writes them if asked to. */
void melu_run_draw(struct melu_data *data, const struct melu_options *options);

/* Prints losses and the median of the times in milliseconds. Sorts `times`. Returns the median. */
double melu_run_say(const double *losses, double *times, size_t steps);

#endif
