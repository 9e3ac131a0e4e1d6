/* SPDX-License-Identifier: MIT
 *
 * Products for machines with AVX-512. The products of meta-learning are many and small, or long and
 * narrow, so the time that BLAS spends on packing and on its lock in each call matters. Here a tile
 * of at most ROWS x (4 vectors) of C stays in registers. B is read row by row in place, or is first
 * transposed into a small block. A is read one number at a time, along rows or columns.
 *
 * The order of a sum depends on the sizes of the matrices alone.
 */
#include "config.h"

#include "wide_product.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(THAW_REAL_DOUBLE)

#include <immintrin.h>

#define WIDE  __attribute__((target("avx512f")))
#define INNER WIDE static inline __attribute__((always_inline))

/* Numbers in a vector; rows of a tile; vectors in a row of a tile; inner indices and columns of a
 * block of B that stays in the L1 cache. */
enum { LANES = 16, ROWS = 6, VECTORS = 4, DEPTH = 256, BLOCK = VECTORS * LANES };

bool wide_product_is_possible(void)
{
    return __builtin_cpu_supports("avx512f");
}

/* A mask of the first `count` lanes of a vector, or of all lanes. */
static inline __mmask16 first_lanes(size_t count)
{
    return (__mmask16)(count < LANES ? 0xffffu >> (LANES - count) : 0xffffu);
}

struct tile {
    const float *a; /* of its first row */
    size_t a_row, a_inner;
    const float *b; /* of its first column */
    size_t b_inner;
    float *c;
    size_t c_row;
    size_t inner;
    float alpha;
    bool add;
    __mmask16 last; /* mask of the columns in the last vector */
};

/* `rows` x `vectors` are compile-time constants at every call, so the loops unroll. */
INNER void compute(const struct tile *t, const int rows, const int vectors)
{
    __m512 sum[ROWS][VECTORS];
#pragma GCC unroll 6
    for (int row = 0; row < rows; row++)
#pragma GCC unroll 4
        for (int vector = 0; vector < vectors; vector++)
            sum[row][vector] = _mm512_setzero_ps();
    const float *a = t->a, *b = t->b;
    for (size_t k = 0; k < t->inner; k++, a += t->a_inner, b += t->b_inner) {
        __m512 across[VECTORS];
#pragma GCC unroll 4
        for (int vector = 0; vector < vectors; vector++)
            across[vector] = vector + 1 < vectors
                                 ? _mm512_loadu_ps(b + vector * LANES)
                                 : _mm512_maskz_loadu_ps(t->last, b + vector * LANES);
#pragma GCC unroll 6
        for (int row = 0; row < rows; row++) {
            __m512 down = _mm512_set1_ps(a[(size_t)row * t->a_row]);
#pragma GCC unroll 4
            for (int vector = 0; vector < vectors; vector++)
                sum[row][vector] = _mm512_fmadd_ps(down, across[vector], sum[row][vector]);
        }
    }
    __m512 alpha = _mm512_set1_ps(t->alpha);
#pragma GCC unroll 6
    for (int row = 0; row < rows; row++) {
#pragma GCC unroll 4
        for (int vector = 0; vector < vectors; vector++) {
            float *c = t->c + (size_t)row * t->c_row + vector * LANES;
            __mmask16 mask = vector + 1 < vectors ? first_lanes(LANES) : t->last;
            __m512 value = _mm512_mul_ps(alpha, sum[row][vector]);
            if (t->add)
                value = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, c), value);
            _mm512_mask_storeu_ps(c, mask, value);
        }
    }
}

#define COMPUTE(rows, vectors)                                                                     \
    WIDE static void compute_##rows##_##vectors(const struct tile *tile)                           \
    {                                                                                              \
        compute(tile, rows, vectors);                                                              \
    }
#define COMPUTE_ROWS(rows)                                                                         \
    COMPUTE(rows, 1)                                                                               \
    COMPUTE(rows, 2)                                                                               \
    COMPUTE(rows, 3)                                                                               \
    COMPUTE(rows, 4)
COMPUTE_ROWS(1)
COMPUTE_ROWS(2)
COMPUTE_ROWS(3)
COMPUTE_ROWS(4)
COMPUTE_ROWS(5)
COMPUTE_ROWS(6)

typedef void compute_tile(const struct tile *tile);
#define TABLE_ROW(rows)                                                                            \
    {                                                                                              \
        compute_##rows##_1, compute_##rows##_2, compute_##rows##_3, compute_##rows##_4             \
    }
static compute_tile *const tiles[ROWS][VECTORS] = {TABLE_ROW(1), TABLE_ROW(2), TABLE_ROW(3),
                                                   TABLE_ROW(4), TABLE_ROW(5), TABLE_ROW(6)};

/* Transposes 16 x 16 numbers: exchanges pairs of rows, then pairs of pairs, then quarters of
 * vectors. */
INNER void turn(__m512 rows[LANES])
{
    __m512 half[LANES];
#pragma GCC unroll 8
    for (int i = 0; i < LANES; i += 2) {
        half[i] = _mm512_unpacklo_ps(rows[i], rows[i + 1]);
        half[i + 1] = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < LANES; i += 2) { /* rows 0, 2 with 1, 3 of each four */
        int from = i / 4 * 4 + i % 4 / 2;
        __m512d low = _mm512_castps_pd(half[from]), high = _mm512_castps_pd(half[from + 2]);
        rows[i] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
        rows[i + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        half[i] = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0x88);
        half[4 + i] = _mm512_shuffle_f32x4(rows[i], rows[4 + i], 0xdd);
        half[8 + i] = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0x88);
        half[12 + i] = _mm512_shuffle_f32x4(rows[8 + i], rows[12 + i], 0xdd);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        rows[i] = _mm512_shuffle_f32x4(half[i], half[8 + i], 0x88);
        rows[8 + i] = _mm512_shuffle_f32x4(half[i], half[8 + i], 0xdd);
        rows[4 + i] = _mm512_shuffle_f32x4(half[4 + i], half[12 + i], 0x88);
        rows[12 + i] = _mm512_shuffle_f32x4(half[4 + i], half[12 + i], 0xdd);
    }
}

/* block[k][j] = b[j][k]. `b` is the first number of the block. Each row is padded with zeros to
 * whole vectors. */
WIDE static void transpose(size_t inner, size_t columns, const float *b, size_t leading,
                           float *block)
{
    for (size_t column = 0; column < columns; column += LANES) {
        for (size_t k = 0; k < inner; k += LANES) {
            size_t left = inner - k < LANES ? inner - k : LANES;
            __mmask16 mask = first_lanes(left);
            __m512 rows[LANES];
#pragma GCC unroll 16
            for (size_t i = 0; i < LANES; i++)
                rows[i] = column + i < columns
                              ? _mm512_maskz_loadu_ps(mask, b + (column + i) * leading + k)
                              : _mm512_setzero_ps();
            turn(rows);
#pragma GCC unroll 16
            for (size_t i = 0; i < LANES; i++)
                if (i < left)
                    _mm512_store_ps(block + (k + i) * BLOCK + column, rows[i]);
        }
    }
}

/* All rows of C for the columns and inner indices of one block of B. */
static void multiply_block(const struct product *product, struct tile tile, size_t columns)
{
    size_t vectors = (columns + LANES - 1) / LANES;
    tile.last = first_lanes(columns - (vectors - 1) * LANES);
    for (size_t row = 0; row < product->rows; row += ROWS) {
        size_t rows = product->rows - row < ROWS ? product->rows - row : ROWS;
        tiles[rows - 1][vectors - 1](&tile);
        tile.a += ROWS * tile.a_row;
        tile.c += ROWS * tile.c_row;
    }
}

/* Multiplies A by a column: one sum along each row of A. */
WIDE static void multiply_column(const struct product *product, float alpha, const float *a,
                                 const float *b, float beta, float *c)
{
    for (size_t row = 0; row < product->rows; row++, a += product->leading_a) {
        __m512 sum = _mm512_setzero_ps();
        for (size_t k = 0; k < product->inner; k += LANES) {
            __mmask16 mask = first_lanes(product->inner - k);
            sum = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(mask, a + k),
                                  _mm512_maskz_loadu_ps(mask, b + k), sum);
        }
        float total = alpha * _mm512_reduce_add_ps(sum);
        c[row] = beta != 0 ? c[row] + total : total;
    }
}

static void multiply_blocks(const struct product *product, float alpha, const float *a,
                            const float *b, float beta, float *c)
{
    const struct product *p = product;
    _Alignas(64) float block[DEPTH * BLOCK];
    struct tile tile = {.a_row = p->transpose_a ? 1 : p->leading_a,
                        .a_inner = p->transpose_a ? p->leading_a : 1,
                        .b_inner = p->transpose_b ? BLOCK : p->leading_b,
                        .c_row = p->leading_c,
                        .alpha = alpha};
    for (size_t column = 0; column < p->columns; column += BLOCK) {
        size_t columns = p->columns - column < BLOCK ? p->columns - column : BLOCK;
        for (size_t k = 0; k < p->inner; k += DEPTH) {
            tile.inner = p->inner - k < DEPTH ? p->inner - k : DEPTH;
            tile.a = a + k * tile.a_inner;
            tile.c = c + column;
            tile.add = beta != 0 || k > 0;
            tile.b = p->transpose_b ? block : b + k * p->leading_b + column;
            if (p->transpose_b)
                transpose(tile.inner, columns, b + column * p->leading_b + k, p->leading_b, block);
            multiply_block(p, tile, columns);
        }
    }
}

void wide_product(const struct product *product, float alpha, const float *a, const float *b,
                  float beta, float *c)
{
    const struct product *p = product;
    bool is_column = p->columns == 1 && p->leading_c == 1 && (p->transpose_b || p->leading_b == 1);
    if (is_column && !p->transpose_a) {
        multiply_column(p, alpha, a, b, beta, c);
    } else if (is_column) { /* A'b = (b'A)' */
        struct product turned = {.rows = 1,
                                 .columns = p->rows,
                                 .inner = p->inner,
                                 .leading_a = p->inner,
                                 .leading_b = p->leading_a,
                                 .leading_c = p->rows};
        multiply_blocks(&turned, alpha, b, a, beta, c);
    } else {
        multiply_blocks(p, alpha, a, b, beta, c);
    }
}

#else

bool wide_product_is_possible(void)
{
    return false;
}

void wide_product(const struct product *product, real alpha, const real *a, const real *b,
                  real beta, real *c)
{
    (void)product, (void)alpha, (void)a, (void)b, (void)beta, (void)c;
}

#endif
