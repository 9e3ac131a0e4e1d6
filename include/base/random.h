/* SPDX-License-Identifier: MIT
 *
 * Stateless random numbers: each is a function of a seed and the place where it is used, so every
 * thread and every resumed run draws the same numbers. Philox4x32-10 (Salmon, Moraes, Dror and Shaw
 * 2011, "Parallel random numbers: as easy as 1, 2, 3").
 *
 * A place is a stream, one per purpose, and up to three numbers whose meaning the purpose defines,
 * such as epoch, task and draw.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* One row per purpose. Add new purposes at the end, or every stored run changes. */
#define RANDOM_STREAMS(X)                                                                          \
    X(SPLIT)   /* which users and items are cold, which rows are held out */                       \
    X(EPISODE) /* which rows of a training task are support and query */                           \
    X(QUERY)   /* which rows of a test task are query, and the order of the others */              \
    X(EPOCH)   /* the order of tasks or rows in an epoch */                                        \
    X(INITIAL) /* first values of parameters */                                                    \
    X(DROPOUT)                                                                                     \
    X(IDENTITY) /* which entities lose their identity in a training step */                        \
    X(BOOTSTRAP)                                                                                   \
    X(SCRIPT)     /* math.random in a user's script */                                             \
    X(GENERATOR)  /* the bundled data */                                                           \
    X(NOISE)      /* what a learner adds during training, such as draws of a latent */             \
    X(CHECK)      /* which predictions are repeated, to see whether they stay the same */          \
    X(GAIN_USERS) /* what users, and seeds, might have gained by chance */                         \
    X(GAIN_SEEDS)                                                                                  \
    X(SEARCH)     /* which settings a trial has */                                                 \
    X(SAMPLE)     /* which users or ratings of a data set are in a sample */                       \
    X(GAIN_ITEMS) /* what items might have gained by chance */                                     \
    X(NEGATIVES)  /* which items a user without them is sampled with */                            \
    X(WORDS)      /* what vectors of words are learned by */

enum random_stream {
#define X(name) RANDOM_##name,
    RANDOM_STREAMS(X)
#undef X
};

/* The Philox4x32-10 block function. */
void random_block(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4]);

/* A sequence of draws at one place. Small, copied freely, needs no release. */
struct random {
    uint32_t key[2], counter[4];
    uint32_t output[4];
    unsigned used;
};

struct random random_at(uint64_t seed, enum random_stream stream, uint32_t first, uint32_t second);
uint32_t random_bits(struct random *random);
/* Uniform in 0 .. bound-1 without bias; bound > 0. */
uint32_t random_below(struct random *random, uint32_t bound);
/* Uniform in [0, 1), a multiple of 2^-53. */
double random_uniform(struct random *random);
/* Standard normal (Box-Muller). */
double random_normal(struct random *random);
/* A uniformly random order of `values` (Fisher-Yates). */
void random_shuffle(struct random *random, uint32_t *values, size_t count);

#endif
