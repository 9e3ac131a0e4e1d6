/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/random.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { ROUNDS = 10 };

void random_block(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4])
{
    uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t first = (uint64_t)0xD2511F53u * c0;
        uint64_t second = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(second >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)second;
        c2 = (uint32_t)(first >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)first;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    output[0] = c0;
    output[1] = c1;
    output[2] = c2;
    output[3] = c3;
}

/* The counter is (draw, stream, first, second); one place has 2^34 numbers. */
struct random random_at(uint64_t seed, enum random_stream stream, uint32_t first, uint32_t second)
{
    return (struct random){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, (uint32_t)stream, first, second},
        .used = 4,
    };
}

uint32_t random_bits(struct random *random)
{
    if (random->used == 4) {
        random_block(random->counter, random->key, random->output);
        random->counter[0]++;
        random->used = 0;
    }
    return random->output[random->used++];
}

/* Lemire 2019, "Fast random integer generation in an interval". */
uint32_t random_below(struct random *random, uint32_t bound)
{
    assert(bound > 0);
    uint64_t product = (uint64_t)random_bits(random) * bound;
    if ((uint32_t)product < bound) {
        uint32_t threshold = -bound % bound;
        while ((uint32_t)product < threshold)
            product = (uint64_t)random_bits(random) * bound;
    }
    return (uint32_t)(product >> 32);
}

double random_uniform(struct random *random)
{
    uint64_t high = random_bits(random) >> 5;
    uint64_t low = random_bits(random) >> 6;
    return (double)(high << 26 | low) * 0x1p-53;
}

double random_normal(struct random *random)
{
    double radius = sqrt(-2 * log(1 - random_uniform(random)));
    return radius * cos(6.283185307179586 * random_uniform(random));
}

void random_shuffle(struct random *random, uint32_t *values, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(random, (uint32_t)i);
        uint32_t kept = values[i - 1];
        values[i - 1] = values[other];
        values[other] = kept;
    }
}
