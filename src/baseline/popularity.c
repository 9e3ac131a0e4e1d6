/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "popularity.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "symmetric.h"

enum { TERMS = 3 };
/* Keeps the equations solvable if all items have equally many ratings. */
static const double RIDGE = 1e-6;
static void find_terms(const struct popularity *popularity, uint32_t count, double *terms)
{
    double x = (log1p(count) - popularity->center) / popularity->scale;
    terms[0] = 1;
    terms[1] = x;
    terms[2] = x * x;
}

static double on_curve(const struct popularity *popularity, uint32_t count)
{
    double terms[TERMS];
    find_terms(popularity, count, terms);
    return popularity->curve[0] + popularity->curve[1] * terms[1] + popularity->curve[2] * terms[2];
}

void popularity_init(struct popularity *popularity, uint32_t items)
{
    *popularity = (struct popularity){
        .scale = 1,
        .expected = memory_array(items, sizeof *popularity->expected),
    };
}

void popularity_release(struct popularity *popularity)
{
    free(popularity->expected);
}

static void tabulate(struct popularity *popularity, const struct item_prior *prior)
{
    for (uint32_t item = 0; item < prior->items; item++)
        popularity->expected[item] =
            prior->counts[item] ? on_curve(popularity, prior->counts[item]) : popularity->cold;
}

static void take_scale(struct popularity *popularity, const struct item_prior *prior)
{
    double mean = 0, squares = 0;
    uint32_t known = 0;
    for (uint32_t item = 0; item < prior->items; item++) {
        if (!prior->counts[item])
            continue;
        double before = log1p(prior->counts[item]) - mean;
        mean += before / ++known;
        squares += before * (log1p(prior->counts[item]) - mean);
    }
    popularity->center = mean;
    popularity->scale = squares > 0 ? sqrt(squares / known) : 1;
}

static void fit_curve(struct popularity *popularity, const struct item_prior *prior, double shrink)
{
    double matrix[6] = {0}, *curve = popularity->curve, terms[TERMS];
    for (int i = 0; i < TERMS; i++) {
        curve[i] = 0;
        matrix[symmetric_size((size_t)i) + (size_t)i] = RIDGE;
    }
    for (uint32_t item = 0; item < prior->items; item++) {
        uint32_t count = prior->counts[item];
        if (!count)
            continue;
        double weight = count / (count + shrink);
        find_terms(popularity, count, terms);
        symmetric_add_outer(matrix, terms, TERMS, weight);
        for (int i = 0; i < TERMS; i++)
            curve[i] += weight * terms[i] * prior->sums[item] / count;
    }
    if (symmetric_factor(matrix, TERMS))
        symmetric_solve(matrix, curve, TERMS);
}

/* The mean of the curve over the training rows. */
static double average_rating(const struct popularity *popularity, const struct item_prior *prior)
{
    double sum = 0, rows = 0;
    for (uint32_t item = 0; item < prior->items; item++) {
        uint32_t count = prior->counts[item];
        sum += count ? count * on_curve(popularity, count) : 0;
        rows += count;
    }
    return rows > 0 ? sum / rows : 0;
}

void popularity_fit(struct popularity *popularity, const struct item_prior *prior, double shrink)
{
    take_scale(popularity, prior);
    fit_curve(popularity, prior, shrink);
    popularity->cold = average_rating(popularity, prior);
    tabulate(popularity, prior);
}

void popularity_save(const struct popularity *popularity, struct bytes *bytes)
{
    bytes_add_double(bytes, popularity->center);
    bytes_add_double(bytes, popularity->scale);
    for (int i = 0; i < TERMS; i++)
        bytes_add_double(bytes, popularity->curve[i]);
    bytes_add_double(bytes, popularity->cold);
}

bool popularity_load(struct popularity *popularity, const struct item_prior *prior,
                     struct reader *reader)
{
    double *const numbers[] = {&popularity->center,   &popularity->scale,    &popularity->curve[0],
                               &popularity->curve[1], &popularity->curve[2], &popularity->cold};
    bool sound = true;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        *numbers[i] = reader_double(reader);
        sound = sound && isfinite(*numbers[i]);
    }
    if (!sound || !(popularity->scale > 0))
        return false;
    tabulate(popularity, prior);
    return true;
}
