/* SPDX-License-Identifier: MIT
 *
 * What the programs that take outer steps of MeLU have in common: what they are told, and what they
 * say of their steps.
 */
#ifndef BENCH_MELU_RUN_H
#define BENCH_MELU_RUN_H

#include "melu_data.h"

enum { MOST_THREADS = 64 };

struct melu_options {
    size_t tasks, rows, hidden, inner, shard, steps, threads;
    const char *write; /* where the data are written for the PyTorch peers, or NULL */
};
/* --tasks N, --rows N ...; ends the program where they make no sense. */
struct melu_options melu_options_read(int count, char **arguments);

/* Draws the data of these options, and writes them where they are wanted. */
void melu_run_draw(struct melu_data *data, const struct melu_options *options);

/* Prints losses and the median of the milliseconds, which it sorts; returns the median. */
double melu_run_say(const double *losses, double *times, size_t steps);

#endif
