/* SPDX-License-Identifier: MIT
 *
 * What the inner loops are made of. KERNEL compiles a function for the vector registers of newer
 * machines beside the plain form, and the loader picks; neither fuses multiply and add nor changes
 * the order of a sum, so that both give the same bits. Sanitizers do not bear functions that are
 * chosen before they have started.
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

/* Sums run in this many interleaved parts, whatever the machine. */
enum { LANES = 64 / sizeof(real) };
typedef real lanes __attribute__((vector_size(64), aligned(sizeof(real)), may_alias));

#endif
