#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the numbers that test_bootstrap.c expects, made without any code of thaw.

Philox4x32-10 after Salmon et al. 2011, Lemire's bounded numbers, one resample a counter, and the
percentile as numpy's default ("linear") defines it. Needs nothing but Python.
"""
import math


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def bits(seed, stream, first, second):
    key, block = (seed & 0xFFFFFFFF, seed >> 32), 0
    while True:
        yield from philox((block, stream, first, second), key)
        block += 1


def below(source, bound):
    while True:
        product = next(source) * bound
        if product & 0xFFFFFFFF >= (1 << 32) % bound:
            return product >> 32


def percentile(values, share):
    values = sorted(values)
    place = share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


BOOTSTRAP = 7  # place of the stream in RANDOM_STREAMS
for users, level, resamples, seed in ((40, 0.95, 2000, 1), (7, 0.9, 99, 123456789012), (2, 0.95, 50, 3)):
    data = [math.sin(3 * i + 1) * (1 + i % 4) + 0.25 for i in range(users)]
    means = []
    for resample in range(resamples):
        source = bits(seed, BOOTSTRAP, resample, 0)
        means.append(sum(data[below(source, users)] for _ in range(users)) / users)
    print(f"    {{{users}, {level}, {resamples}, {seed}u, {sum(data) / users:.15g}, "
          f"{percentile(means, (1 - level) / 2):.15g}, {percentile(means, (1 + level) / 2):.15g}}},")
