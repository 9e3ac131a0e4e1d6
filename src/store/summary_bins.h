/* SPDX-License-Identifier: MIT
 *
 * The bins of a column's summary. Equal bins and growing bins are counted together, because which
 * of them show more is known only when all values are there.
 */
#ifndef STORE_SUMMARY_BINS_H
#define STORE_SUMMARY_BINS_H

#include "store/grid_store.h"

struct summary_bins {
    double least, most, width; /* width: of an equal bin */
    int64_t equal[SUMMARY_BINS], growing[SUMMARY_BINS], count;
    double edges[SUMMARY_BINS + 1]; /* of the growing bins */
    size_t growing_count;           /* 0: values that do not grow by factors */
};

/* For values between the least and the most. NaN stands for a column without values. */
void summary_bins_begin(struct summary_bins *bins, double least, double most);
void summary_bins_add(struct summary_bins *bins, double value, int64_t count);
/* Writes the bars and returns how many. Growing bins are written if more than half of the values
 * lie in the first equal one and fewer in any growing one. Their first bin begins at 0 if the least
 * value is 0. */
size_t summary_bins_bars(const struct summary_bins *bins, struct summary_bar bars[SUMMARY_BINS]);

#endif
