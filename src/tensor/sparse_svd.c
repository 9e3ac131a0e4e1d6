/* SPDX-License-Identifier: MIT
 *
 * Singular vectors of A as eigenvectors of A'A, which is applied and never made unless it is small.
 * A Lanczos basis is kept as rows; its projection is a small dense matrix, and every new vector is
 * made orthogonal to all others twice, so that the recurrence needs no care of its own.
 */
#include "config.h"

#include "tensor/sparse_svd.h"

#include <assert.h>
#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

enum { SMALL = 256, FURTHER = 40, RESTARTS = 300 };
static const double CLOSE = 1e-12, RANK = 1e-13;

struct lanczos {
    const struct sparse_matrix *matrix;
    size_t count, kept, most; /* wanted; of them and others after a restart; vectors of the basis */
    size_t stride;            /* numbers from one vector to the next */
    double *basis;            /* most + 1 vectors */
    double *image;            /* a vector: A x, of `rows` */
    double *projection;       /* most x most, then its eigenvectors */
    double *eigen, *along;    /* most; most + 1 */
    double *spare;            /* kept + 1 vectors */
    struct random random;
};

static size_t padded(size_t columns)
{
    return (columns + 7) / 8 * 8;
}

static size_t basis_of(size_t columns, size_t count)
{
    size_t most = 2 * count + FURTHER;
    return columns <= SMALL || most > columns ? columns : most;
}

uint64_t sparse_svd_bytes(size_t columns, size_t count)
{
    uint64_t most = basis_of(columns, count), size = padded(columns);
    return sizeof(double) * ((2 * most + 2) * size + most * most + 2 * most + size);
}

/* y = A'A x, of A less its mean row. */
static void apply(const struct sparse_matrix *matrix, const double *x, double *image, double *y)
{
    int columns = (int)matrix->columns;
    double shift = matrix->mean ? cblas_ddot(columns, matrix->mean, 1, x, 1) : 0, all = 0;
    for (size_t row = 0; row < matrix->rows; row++) {
        double sum = -shift;
        for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
            sum += matrix->value[at] * x[matrix->column[at]];
        all += image[row] = sum;
    }
    memset(y, 0, matrix->columns * sizeof *y);
    for (size_t row = 0; row < matrix->rows; row++)
        for (size_t at = matrix->starts[row]; at < matrix->starts[row + 1]; at++)
            y[matrix->column[at]] += matrix->value[at] * image[row];
    if (matrix->mean)
        cblas_daxpy(columns, -all, matrix->mean, 1, y, 1);
}

/* Ascending eigenvalues; eigenvector i becomes row i. */
static void decompose(double *matrix, size_t size, double *eigen)
{
    lapack_int failed = LAPACKE_dsyev(LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)size, matrix,
                                      (lapack_int)size, eigen);
    assert(failed == 0);
    (void)failed;
}

/* -- Lanczos ----------------------------------------------------------------------------------- */

static double *vector(const struct lanczos *lanczos, size_t i)
{
    return lanczos->basis + i * lanczos->stride;
}

/* Takes from vector `count` what lies along those before it, and adds that to `along`. */
static void make_orthogonal(struct lanczos *lanczos, size_t count)
{
    int columns = (int)lanczos->matrix->columns, stride = (int)lanczos->stride;
    double *x = vector(lanczos, count);
    double *along = lanczos->along;
    memset(along, 0, (lanczos->most + 1) * sizeof *along);
    if (count == 0)
        return;
    double *part = memory_array(count, sizeof *part);
    for (int twice = 0; twice < 2; twice++) {
        cblas_dgemv(CblasRowMajor, CblasNoTrans, (int)count, columns, 1, lanczos->basis, stride, x,
                    1, 0, part, 1);
        cblas_dgemv(CblasRowMajor, CblasTrans, (int)count, columns, -1, lanczos->basis, stride,
                    part, 1, 1, x, 1);
        for (size_t i = 0; i < count; i++)
            along[i] += part[i];
    }
    free(part);
}

/* Makes vector `count` of length 1 and returns its length. If nothing is left of it, a random one
 * takes its place, and the length is 0. */
static double make_unit(struct lanczos *lanczos, size_t count, double scale)
{
    size_t columns = lanczos->matrix->columns;
    double *x = vector(lanczos, count);
    double length = cblas_dnrm2((int)columns, x, 1), found = length;
    if (!(length > scale * RANK)) {
        for (size_t i = 0; i < columns; i++)
            x[i] = random_normal(&lanczos->random);
        make_orthogonal(lanczos, count);
        length = cblas_dnrm2((int)columns, x, 1);
        found = 0;
    }
    cblas_dscal((int)columns, 1 / length, x, 1);
    return found;
}

/* Extends the basis from `kept` vectors, and the one after them, to all. Returns the length of what
 * lies beyond it. */
static double extend(struct lanczos *lanczos, double scale)
{
    double length = 0;
    size_t most = lanczos->most;
    for (size_t j = lanczos->kept; j < most; j++) {
        apply(lanczos->matrix, vector(lanczos, j), lanczos->image, vector(lanczos, j + 1));
        make_orthogonal(lanczos, j + 1);
        for (size_t i = 0; i <= j; i++)
            lanczos->projection[j * most + i] = lanczos->projection[i * most + j] =
                lanczos->along[i];
        scale = fmax(scale, fabs(lanczos->along[j]));
        if (j + 1 < most || most < lanczos->matrix->columns)
            length = make_unit(lanczos, j + 1, scale);
    }
    return most < lanczos->matrix->columns ? length : 0;
}

/* Vector i of the basis becomes the eigenvector `most - 1 - i`. */
static void rotate(struct lanczos *lanczos, size_t count)
{
    size_t most = lanczos->most, stride = lanczos->stride;
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)count,
                (int)lanczos->matrix->columns, (int)most, 1,
                lanczos->projection + (most - count) * most, (int)most, lanczos->basis, (int)stride,
                0, lanczos->spare, (int)stride);
    for (size_t i = 0; i < count; i++)
        memcpy(vector(lanczos, i), lanczos->spare + (count - 1 - i) * stride,
               stride * sizeof(double));
}

static bool has_converged(const struct lanczos *lanczos, double length)
{
    size_t most = lanczos->most;
    for (size_t i = 0; i < lanczos->count; i++) {
        double last = lanczos->projection[(most - 1 - i) * most + most - 1];
        if (fabs(last) * length > CLOSE * lanczos->eigen[most - 1])
            return false;
    }
    return true;
}

static void begin_again(struct lanczos *lanczos)
{
    size_t most = lanczos->most, kept = lanczos->count + (most - lanczos->count) / 2;
    rotate(lanczos, kept);
    memcpy(vector(lanczos, kept), vector(lanczos, most), lanczos->stride * sizeof(double));
    memset(lanczos->projection, 0, most * most * sizeof(double));
    for (size_t i = 0; i < kept; i++)
        lanczos->projection[i * most + i] = lanczos->eigen[most - 1 - i];
    lanczos->kept = kept;
}

/* Leaves the eigenvectors in the basis, largest eigenvalue first. */
static void find(struct lanczos *lanczos)
{
    lanczos->random = random_at(1, RANDOM_INITIAL, 0, 0);
    make_unit(lanczos, 0, INFINITY);
    for (int restart = 0;; restart++) {
        double length = extend(lanczos, restart ? lanczos->eigen[lanczos->most - 1] : 0);
        decompose(lanczos->projection, lanczos->most, lanczos->eigen);
        if (restart == RESTARTS || has_converged(lanczos, length))
            break;
        begin_again(lanczos);
    }
    rotate(lanczos, lanczos->count);
}

/* -- the result -------------------------------------------------------------------------------- */

static void fix_sign(double *x, size_t size)
{
    size_t largest = 0;
    for (size_t i = 1; i < size; i++)
        if (fabs(x[i]) > fabs(x[largest]))
            largest = i;
    bool turned = x[largest] < 0;
    for (size_t i = 0; turned && i < size; i++)
        x[i] = x[i] == 0 ? 0 : -x[i];
}

void sparse_svd(const struct sparse_matrix *matrix, size_t count, double *values, double *right)
{
    size_t columns = matrix->columns, most = basis_of(columns, count), stride = padded(columns);
    assert(count > 0 && count <= columns);
    struct lanczos lanczos = {
        .matrix = matrix,
        .count = count,
        .most = most,
        .stride = stride,
        .basis = memory_aligned((most + 1) * stride, sizeof(double)),
        .spare = memory_aligned(most * stride, sizeof(double)),
        .image = memory_aligned(matrix->rows + 1, sizeof(double)),
        .projection = memory_aligned(most * most, sizeof(double)),
        .eigen = memory_array(most, sizeof(double)),
        .along = memory_array(most + 1, sizeof(double)),
    };
    find(&lanczos);
    double largest = lanczos.eigen[most - 1];
    for (size_t i = 0; i < count; i++) {
        double eigen = lanczos.eigen[most - 1 - i];
        bool some = eigen > 0 && eigen > largest * RANK;
        values[i] = some ? sqrt(eigen) : 0;
        memset(right + i * columns, 0, columns * sizeof *right);
        if (some)
            memcpy(right + i * columns, vector(&lanczos, i), columns * sizeof *right);
        fix_sign(right + i * columns, columns);
    }
    free(lanczos.basis);
    free(lanczos.spare);
    free(lanczos.image);
    free(lanczos.projection);
    free(lanczos.eigen);
    free(lanczos.along);
}
