/* SPDX-License-Identifier: MIT
 *
 * Sets up the linear algebra library. Call it once per process, before any thread uses a tape.
 */
#ifndef TENSOR_ENGINE_H
#define TENSOR_ENGINE_H

/* Limits BLAS to one thread. The program's own threads work on separate shards instead, so that the
 * order of every sum is the same for any number of threads. */
void engine_start(void);

/* The kernel that multiplies most matrices: "AVX-512" for the engine's own on machines with
 * AVX-512, else "BLAS". Part of the fingerprint of a run. */
const char *engine_products(void);

/* The kernels that BLAS chose for this machine, such as "Haswell" or "SkylakeX". Part of the
 * fingerprint of a run, because other kernels give other last bits. */
const char *engine_core(void);

#endif
