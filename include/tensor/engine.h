/* SPDX-License-Identifier: MIT
 *
 * Setting up the dense algebra underneath, once per process and before any thread uses a tape.
 */
#ifndef TENSOR_ENGINE_H
#define TENSOR_ENGINE_H

/* Limits BLAS to one thread: threads of this program take shards of tasks instead, and the order of
 * every sum stays the same for any number of them. */
void engine_start(void);

/* What multiplies most matrices: "AVX-512" for the engine's own kernel on machines with AVX-512,
 * else "BLAS". Part of the fingerprint of a run, too. */
const char *engine_products(void);

/* Which kernels BLAS chose for this machine, such as "Haswell" or "SkylakeX", for the fingerprint
 * of a run: other kernels give other last bits. */
const char *engine_core(void);

#endif
