/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "summary_bins.h"

#include <math.h>

enum { LEAST_RATIO = 100 }; /* of the most to the least value, for growing bins */

/* The largest of ..., 0.5, 1, 2, 5, 10, ... that is at most the value. */
static double round_down(double value)
{
    double power = pow(10, floor(log10(value)));
    double lead = value / power;
    return power * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

static double next_edge(double edge, bool by_ten)
{
    double power = pow(10, floor(log10(edge) + 1e-9));
    double lead = round(edge / power);
    return by_ten ? 10 * edge : power * (lead >= 5 ? 10 : lead >= 2 ? 5 : 2);
}

/* Sets edges up to the first above the most. Returns false if there are too many. */
static bool set_edges(struct summary_bins *bins, bool by_ten)
{
    double edge = bins->least == 0 ? 1
                  : by_ten         ? pow(10, floor(log10(bins->least)))
                                   : round_down(bins->least);
    bins->growing_count = bins->least == 0;
    bins->edges[0] = 0;
    bins->edges[bins->growing_count] = edge;
    while (edge <= bins->most) {
        if (bins->growing_count == SUMMARY_BINS)
            return false;
        edge = next_edge(edge, by_ten);
        bins->edges[++bins->growing_count] = edge;
    }
    return true;
}

void summary_bins_begin(struct summary_bins *bins, double least, double most)
{
    *bins = (struct summary_bins){.least = least, .most = most};
    bins->width = (most - least) / SUMMARY_BINS;
    if (least >= 0 && most / (least > 0 ? least : 1) >= LEAST_RATIO && isfinite(most) &&
        !set_edges(bins, false) && !set_edges(bins, true))
        bins->growing_count = 0;
}

void summary_bins_add(struct summary_bins *bins, double value, int64_t count)
{
    double equal = bins->width > 0 ? floor((value - bins->least) / bins->width) : 0;
    size_t growing = 0;
    while (growing + 1 < bins->growing_count && value >= bins->edges[growing + 1])
        growing++;
    bins->equal[(size_t)fmin(fmax(equal, 0), SUMMARY_BINS - 1)] +=
        count; /* the last has most too */
    bins->growing[growing] += count;
    bins->count += count;
}

static void set_equal(const struct summary_bins *bins, struct summary_bar bars[SUMMARY_BINS])
{
    for (int i = 0; i < SUMMARY_BINS; i++) {
        bool last = i + 1 == SUMMARY_BINS;
        bars[i] =
            (struct summary_bar){.from = bins->least + i * bins->width,
                                 .to = last ? bins->most : bins->least + (i + 1) * bins->width,
                                 .count = bins->equal[i]};
    }
}

static bool growing_show_more(const struct summary_bins *bins)
{
    int64_t highest = 0;
    for (size_t i = 0; i < bins->growing_count; i++)
        highest = bins->growing[i] > highest ? bins->growing[i] : highest;
    return bins->growing_count && 2 * bins->equal[0] > bins->count && highest < bins->equal[0];
}

size_t summary_bins_bars(const struct summary_bins *bins, struct summary_bar bars[SUMMARY_BINS])
{
    if (!growing_show_more(bins)) {
        set_equal(bins, bars);
        return SUMMARY_BINS;
    }
    for (size_t i = 0; i < bins->growing_count; i++)
        bars[i] = (struct summary_bar){
            .from = bins->edges[i], .to = bins->edges[i + 1], .count = bins->growing[i]};
    return bins->growing_count;
}
