/* SPDX-License-Identifier: MIT
 *
 * t-SNE over all pairs. A step is one pass over them: attraction, repulsion and their normaliser
 * are summed in fixed lanes, so the result has the same bits however wide the registers are.
 */
#include "config.h"

#include "tsne.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "kernel.h"
#include "tensor/planar.h"

enum { EIGHT = 8, BISECTIONS = 60 };
static const double CLOSE = 1e-7, EXAGGERATION = 12, START = 1e-4, NOISE = 1e-5, GAIN_LEAST = 0.01,
                    RATE_LEAST = 5, FAR_AWAY = 1e100, FARTHEST = 40, SHARPEST = 1e12;

/* -- affinities -------------------------------------------------------------------------------- */

static void squares_from(const struct sparse_matrix *matrix, size_t row, double *whole,
                         double *squares)
{
    double square = 0;
    for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++) {
        whole[matrix->column[at]] = matrix->value[at];
        square += matrix->value[at] * matrix->value[at];
    }
    for (size_t other = 0; other < matrix->rows; other++) {
        double sum = square;
        for (size_t at = matrix->starts[other]; at < matrix->starts[other + 1]; at++) {
            double here = whole[matrix->column[at]], gap = matrix->value[at] - here;
            sum += gap * gap - here * here;
        }
        squares[other] = fmax(sum, 0);
    }
    for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
        whole[matrix->column[at]] = 0;
}

/* Makes weights of the squared distances from point `self`; returns their entropy. */
static double spread(const double *squares, size_t rows, size_t self, double precision,
                     double nearest, double *share)
{
    double sum = 0, entropy = 0;
    for (size_t j = 0; j < rows; j++) {
        double far = precision * (squares[j] - nearest);
        share[j] = j == self || far > FARTHEST ? 0 : exp(-far);
        sum += share[j];
        entropy += share[j] > 0 ? share[j] * far : 0;
    }
    return entropy / sum + log(sum);
}

/* Finds by bisection the precision whose entropy is that of `perplexity` equal neighbours. */
static void find_neighbours(const double *squares, size_t rows, size_t self, double perplexity,
                            double *share)
{
    double low = 0, high = INFINITY, precision = 1, nearest = INFINITY, wanted = log(perplexity);
    for (size_t j = 0; j < rows; j++)
        if (j != self && squares[j] < nearest)
            nearest = squares[j];
    for (int i = 0; i < BISECTIONS; i++) {
        double entropy = spread(squares, rows, self, precision, nearest, share);
        if (fabs(entropy - wanted) < CLOSE || precision > SHARPEST)
            break;
        if (entropy > wanted) {
            low = precision;
            precision = isinf(high) ? 2 * precision : (precision + high) / 2;
        } else {
            high = precision;
            precision = (low + precision) / 2;
        }
    }
    double sum = 0;
    for (size_t j = 0; j < rows; j++)
        sum += share[j];
    for (size_t j = 0; j < rows; j++)
        share[j] /= sum;
}

double *tsne_affinities(const struct sparse_matrix *matrix, double perplexity)
{
    size_t rows = matrix->rows;
    double *all = memory_array(rows * rows, sizeof *all), *squares = memory_array(rows, 8);
    double *whole = memory_array(matrix->columns + 1, sizeof *whole);
    for (size_t i = 0; i < rows; i++) {
        squares_from(matrix, i, whole, squares);
        find_neighbours(squares, rows, i, perplexity, all + i * rows);
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < i; j++)
            all[i * rows + j] = all[j * rows + i] =
                (all[i * rows + j] + all[j * rows + i]) / (2 * (double)rows);
    free(squares);
    free(whole);
    return all;
}

/* -- descent ----------------------------------------------------------------------------------- */

typedef double eight __attribute__((vector_size(64), aligned(sizeof(double)), may_alias));

/* Sums in lanes over the other points. */
struct pull {
    eight near_x, near_y; /* attraction */
    eight far_x, far_y;   /* repulsion, to be divided by all weights */
    eight weight;
};

/* The arrays end with room for a whole vector; a point beyond the last one lies so far away that it
 * adds nothing. */
KERNEL static void add_pull(struct pull *pull, const double *share, size_t rows, const double *x,
                            const double *y, double own_x, double own_y)
{
    for (size_t j = 0; j < rows; j += EIGHT) {
        eight gap_x = own_x - *(const eight *)(x + j), gap_y = own_y - *(const eight *)(y + j);
        eight weight = 1 / (1 + gap_x * gap_x + gap_y * gap_y);
        eight near = *(const eight *)(share + j) * weight, far = weight * weight;
        pull->weight += weight;
        pull->near_x += near * gap_x;
        pull->near_y += near * gap_y;
        pull->far_x += far * gap_x;
        pull->far_y += far * gap_y;
    }
}

static double sum_of(eight numbers)
{
    double sum = 0;
    for (int lane = 0; lane < EIGHT; lane++)
        sum += numbers[lane];
    return sum;
}

/* A copy with points at FAR_AWAY up to a whole vector. */
static double *padded(const double *numbers, size_t rows, double beyond)
{
    double *copy = memory_array(rows + EIGHT, sizeof *copy);
    memcpy(copy, numbers, rows * sizeof *copy);
    for (size_t i = rows; i < rows + EIGHT; i++)
        copy[i] = beyond;
    return copy;
}

double tsne_gradient(const double *affinities, size_t rows, const double *x, const double *y,
                     double exaggeration, double *by_x, double *by_y)
{
    double *far_x = memory_array(rows, sizeof *far_x), *far_y = memory_array(rows, sizeof *far_y);
    double *all_x = padded(x, rows, FAR_AWAY), *all_y = padded(y, rows, FAR_AWAY);
    double *share = padded(affinities, rows, 0), all = 0;
    for (size_t i = 0; i < rows; i++) {
        struct pull pull = {0};
        memcpy(share, affinities + i * rows, rows * sizeof *share);
        add_pull(&pull, share, rows, all_x, all_y, x[i], y[i]);
        all += sum_of(pull.weight) - 1; /* without the point itself */
        by_x[i] = exaggeration * sum_of(pull.near_x);
        by_y[i] = exaggeration * sum_of(pull.near_y);
        far_x[i] = sum_of(pull.far_x);
        far_y[i] = sum_of(pull.far_y);
    }
    for (size_t i = 0; i < rows; i++) {
        by_x[i] = 4 * (by_x[i] - far_x[i] / all);
        by_y[i] = 4 * (by_y[i] - far_y[i] / all);
    }
    free(far_x);
    free(far_y);
    free(all_x);
    free(all_y);
    free(share);
    return all;
}

double tsne_loss(const double *affinities, size_t rows, const double *x, const double *y)
{
    double all = 0, sum = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < rows; i++)
            for (size_t j = 0; j < rows; j++) {
                double gap_x = x[i] - x[j], gap_y = y[i] - y[j], p = affinities[i * rows + j];
                double weight = 1 / (1 + gap_x * gap_x + gap_y * gap_y);
                if (i != j && pass == 0)
                    all += weight;
                else if (i != j && p > 0)
                    sum += p * log(p * all / weight);
            }
    return sum;
}

/* One coordinate of all points. */
struct axis {
    double *place, *gradient, *move, *gain;
};

static struct axis axis_new(const double *points, size_t rows)
{
    struct axis axis = {memory_array(rows, sizeof(double)), memory_array(rows, sizeof(double)),
                        memory_array(rows, sizeof(double)), memory_array(rows, sizeof(double))};
    for (size_t i = 0; i < rows; i++) {
        axis.place[i] = points[2 * i];
        axis.gain[i] = 1;
    }
    return axis;
}

static void axis_release(struct axis *axis)
{
    free(axis->place);
    free(axis->gradient);
    free(axis->move);
    free(axis->gain);
}

/* A gain grows where the gradient opposes the move, and shrinks where it does not (Jacobs 1988). */
static void axis_step(struct axis *axis, size_t rows, double momentum, double rate)
{
    double mean = 0;
    for (size_t i = 0; i < rows; i++) {
        int up = (axis->gradient[i] > 0) - (axis->gradient[i] < 0);
        int moved = (axis->move[i] > 0) - (axis->move[i] < 0);
        axis->gain[i] = fmax(up != moved ? axis->gain[i] + 0.2 : axis->gain[i] * 0.8, GAIN_LEAST);
        axis->move[i] = momentum * axis->move[i] - rate * axis->gain[i] * axis->gradient[i];
        axis->place[i] += axis->move[i];
        mean += axis->place[i];
    }
    for (size_t i = 0; i < rows; i++)
        axis->place[i] -= mean / (double)rows;
}

double planar_tsne(const struct sparse_matrix *matrix, double perplexity, uint32_t steps,
                   double *points)
{
    size_t rows = matrix->rows;
    double *affinities = tsne_affinities(matrix, perplexity);
    double rate = fmax((double)rows / (4 * EXAGGERATION), RATE_LEAST);
    struct axis x = axis_new(points, rows), y = axis_new(points + 1, rows);
    for (uint32_t step = 0; step < steps; step++) {
        bool early = step < steps / 3;
        tsne_gradient(affinities, rows, x.place, y.place, early ? EXAGGERATION : 1, x.gradient,
                      y.gradient);
        axis_step(&x, rows, early ? 0.5 : 0.8, rate);
        axis_step(&y, rows, early ? 0.5 : 0.8, rate);
    }
    double loss = tsne_loss(affinities, rows, x.place, y.place);
    for (size_t i = 0; i < rows; i++) {
        points[2 * i] = x.place[i];
        points[2 * i + 1] = y.place[i];
    }
    axis_release(&x);
    axis_release(&y);
    free(affinities);
    return loss;
}

void planar_tsne_start(double *points, size_t rows)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < rows; i++) {
        sum += points[2 * i];
        squares += points[2 * i] * points[2 * i];
    }
    double variance = (squares - sum * sum / (double)rows) / (double)rows;
    double scale = variance > 0 ? START / sqrt(variance) : 0;
    struct random random = random_at(1, RANDOM_INITIAL, 1, 0);
    for (size_t i = 0; i < 2 * rows; i++)
        points[i] = scale * points[i] + NOISE * random_normal(&random);
}
