#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes skip_gram_oracle.inc: skip-gram with negative sampling in plain Python, in double precision, with the random
numbers of Philox4x32-10, written from its paper.

    python3 tests/tensor/skip_gram_oracle.py > tests/tensor/skip_gram_oracle.inc
"""
import math
import random as python_random

WORDS, COLUMNS, WINDOW, NEGATIVES, EPOCHS = 12, 5, 3, 4, 7
SMOOTH, FREQUENT, RATE = 0.75, 0.05, 0.2
STREAM = 18  # number of the stream RANDOM_WORDS
ORDER = FIRST = 0xFFFFFFFF


class Philox:
    def __init__(self, first, second):
        self.draw, self.place, self.left = 0, (STREAM, first, second), []

    def bits(self):
        if not self.left:
            c, k = [self.draw, *self.place], [0, 0]
            for _ in range(10):
                one, two = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
                c = [(two >> 32) ^ c[1] ^ k[0], two & 0xFFFFFFFF, (one >> 32) ^ c[3] ^ k[1], one & 0xFFFFFFFF]
                k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
            self.left, self.draw = c, self.draw + 1
        return self.left.pop(0)

    def below(self, bound):
        while True:
            product = self.bits() * bound
            if (product & 0xFFFFFFFF) >= (2**32 - bound) % bound:
                return product >> 32

    def uniform(self):
        high = self.bits() >> 5
        return (high * 2**26 + (self.bits() >> 6)) / 2**53


def alias(share):
    """Vose 1991: slot w stands for w with probability keep[w], for other[w] otherwise."""
    share, keep, other = list(share), [1.0] * len(share), [0] * len(share)
    small = [w for w in range(len(share)) if share[w] < 1]
    large = [w for w in range(len(share)) if share[w] >= 1]
    while small and large:
        low, high = small.pop(), large[-1]
        keep[low], other[low] = share[low], high
        share[high] -= 1 - share[low]
        if share[high] < 1:
            small.append(large.pop())
    return keep, other


def learn(sequences, times):
    counts = [0] * WORDS
    for sequence, n in zip(sequences, times):
        for word in sequence:
            if word:
                counts[word - 1] += n
    total = sum(counts)
    kept = [math.sqrt(FREQUENT * total / n) if n else 1 for n in counts]
    share = [n**SMOOTH if n else 0 for n in counts]
    keep, other = alias([s * WORDS / sum(share) for s in share])
    inside = []
    for word in range(WORDS):
        draws = Philox(FIRST, word)
        inside.append([(draws.uniform() - 0.5) / COLUMNS for _ in range(COLUMNS)])
    outside = [[0.0] * COLUMNS for _ in range(WORDS)]
    order = [s for s, n in enumerate(times) for _ in range(n)]
    passed = 0
    for epoch in range(EPOCHS):
        draws = Philox(epoch, ORDER)
        for i in range(len(order), 1, -1):
            j = draws.below(i)
            order[i - 1], order[j] = order[j], order[i - 1]
        for place, s in enumerate(order):
            draws = Philox(epoch, place)
            rate = RATE * max(1e-4, 1 - passed / (total * EPOCHS))
            text = []
            for word in sequences[s]:
                if word:
                    passed += 1
                    if kept[word - 1] >= 1 or draws.uniform() < kept[word - 1]:
                        text.append(word - 1)
            for at, word in enumerate(text):
                reach = 1 + draws.below(WINDOW)
                for near in range(max(0, at - reach), min(len(text), at + reach + 1)):
                    if near == at:
                        continue
                    pairs = [(text[near], 1)]
                    for _ in range(NEGATIVES):
                        slot = draws.below(WORDS)
                        drawn = slot if draws.bits() / 2**32 < keep[slot] else other[slot]
                        if drawn != text[near]:
                            pairs.append((drawn, 0))
                    moved = [0.0] * COLUMNS
                    for to, label in pairs:
                        score = sum(a * b for a, b in zip(inside[word], outside[to]))
                        gain = rate * (label - 1 / (1 + math.exp(-score)))
                        for c in range(COLUMNS):
                            moved[c] += gain * outside[to][c]
                            outside[to][c] += gain * inside[word][c]
                    for c in range(COLUMNS):
                        inside[word][c] += moved[c]
    return inside


python_random.seed(5)
sequences = [[python_random.choice([0] + list(range(1, WORDS + 1)) + [1, 1, 2]) for _ in range(python_random.randrange(9))]
             for _ in range(30)]
times = [python_random.choice([0, 1, 1, 1, 3]) for _ in sequences]
starts = [0]
for sequence in sequences:
    starts.append(starts[-1] + len(sequence))


def show(name, type_, numbers):
    print(f"static const {type_} {name}[] = {{" + ", ".join(f"{x:.9g}" for x in numbers) + "};")


print("/* Written by skip_gram_oracle.py. */")
print(f"enum {{ WORDS = {WORDS}, COLUMNS = {COLUMNS}, SEQUENCES = {len(sequences)} }};")
print(f"static const struct skip_gram SETTINGS = {{ .words = WORDS, .columns = COLUMNS, .sequences = SEQUENCES,")
print(f"    .window = {WINDOW}, .negatives = {NEGATIVES}, .epochs = {EPOCHS}, .smooth = {SMOOTH},")
print(f"    .frequent = {FREQUENT}, .rate = {RATE} }};")
show("STARTS", "size_t", starts)
show("SEQUENCE", "uint32_t", [word for sequence in sequences for word in sequence])
show("TIMES", "uint32_t", times)
show("VECTORS", "double", [x for row in learn(sequences, times) for x in row])
