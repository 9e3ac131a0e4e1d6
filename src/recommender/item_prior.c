/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "recommender/item_prior.h"

#include <assert.h>
#include <stdlib.h>

#include "base/memory.h"

static double mean_of(const struct dataset *dataset, const bool *training)
{
    double sum = 0;
    uint32_t count = 0;
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (training[row]) {
            sum += (double)dataset->value[row];
            count++;
        }
    }
    return count ? sum / count : 0;
}

void item_prior_init(struct item_prior *prior, const struct dataset *dataset, const bool *training,
                     double shrink)
{
    uint32_t items = dataset->by_item.count;
    *prior = (struct item_prior){
        .mean = mean_of(dataset, training),
        .shrink = shrink,
        .items = items,
        .sums = memory_array(items, sizeof *prior->sums),
        .counts = memory_array(items, sizeof *prior->counts),
        .observed = memory_array(items, sizeof *prior->observed),
        .training = training,
        .dataset = dataset,
    };
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (training[row]) {
            prior->sums[dataset->item[row]] += (double)dataset->value[row] - prior->mean;
            prior->counts[dataset->item[row]]++;
            prior->observed[dataset->item[row]] += !dataset_is_sampled(dataset, row);
        }
    }
}

void item_prior_release(struct item_prior *prior)
{
    free(prior->sums);
    free(prior->counts);
    free(prior->observed);
    *prior = (struct item_prior){0};
}

double item_prior_of(const struct item_prior *prior, uint32_t item, uint32_t interaction)
{
    assert(item < prior->items);
    double sum = prior->sums[item];
    uint32_t count = prior->counts[item];
    if (interaction != UINT32_MAX && prior->training[interaction]) {
        assert(prior->dataset->item[interaction] == item);
        sum -= (double)prior->dataset->value[interaction] - prior->mean;
        count--;
    }
    return count ? prior->mean + sum / (count + prior->shrink) : prior->mean;
}
