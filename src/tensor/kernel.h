/* SPDX-License-Identifier: MIT
 *
 * Macros and types for inner loops. KERNEL compiles a function twice, for AVX2 and for the baseline
 * instruction set, and the loader chooses. Neither version fuses multiply and add or changes the
 * order of a sum, so both give the same bits. Sanitizers cannot cope with functions that are
 * resolved before the sanitizers have started.
 */
#ifndef TENSOR_KERNEL_H
#define TENSOR_KERNEL_H

#include <stddef.h>
#include <string.h>

#include "tensor/real.h"

#if defined(__x86_64__) && defined(__gnu_linux__) && !defined(THAW_SANITIZED)
#define KERNEL __attribute__((target_clones("avx2", "default")))
#else
#define KERNEL
#endif

/* Sums run in this many interleaved parts on every machine. */
enum { LANES = 64 / sizeof(real) };
typedef real lanes __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));
/* Half of them. GCC 12 keeps a sum of these in a register, and one of `lanes` in memory. */
enum { HALF_LANES = LANES / 2 };
typedef real half_lanes __attribute__((vector_size(32), aligned(sizeof(real)), may_alias));

#endif
