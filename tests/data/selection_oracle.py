#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# Chooses rows in the plainest way, for tests/data/test_selection.c: cores by removing until nothing changes, samples by
# sorting keys of Philox4x32-10, written from its paper. Prints selection_oracle.inc.
import random

SAMPLE = 15  # number of the stream RANDOM_SAMPLE
MISSING = -(2 ** 63)


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(second >> 32) ^ c[1] ^ k[0], second & 0xFFFFFFFF, (first >> 32) ^ c[3] ^ k[1], first & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def key(seed, purpose, number):
    out = philox([0, SAMPLE, number, purpose], [seed & 0xFFFFFFFF, seed >> 32])
    return out[0] << 32 | out[1]


def core(rows, k):
    kept = set(range(len(rows)))
    while True:
        users, items = {}, {}
        for r in kept:
            users[rows[r][0]] = users.get(rows[r][0], 0) + 1
            items[rows[r][1]] = items.get(rows[r][1], 0) + 1
        left = {r for r in kept if users[rows[r][0]] >= k and items[rows[r][1]] >= k}
        if left == kept:
            return kept
        kept = left


def most(rows, n, rule, seed):
    kept = set()
    for user in {row[0] for row in rows}:
        mine = [r for r in range(len(rows)) if rows[r][0] == user]
        if rule == 2:
            mine.sort(key=lambda r: key(seed, 2, r))
        else:
            mine.sort(key=lambda r: (rows[r][2], r))
        kept |= set(mine[-n:] if rule == 0 else mine[:n])
    return kept


def sample_users(rows, n, seed):
    users = sorted({row[0] for row in rows}, key=lambda user: key(seed, 0, user))[:n]
    return {r for r in range(len(rows)) if rows[r][0] in users}


def sample_rows(rows, n, seed):
    return set(sorted(range(len(rows)), key=lambda r: key(seed, 1, r))[:n])


def between(rows, first, last):
    return {r for r in range(len(rows)) if rows[r][2] != MISSING and first <= rows[r][2] <= last}


def flags(kept, count):
    return '"' + "".join("01"[r in kept] for r in range(count)) + '"'


def number(value):
    return "INT64_MIN" if value == MISSING else f"INT64_C({value})"


random.seed(11)
print("/* Printed by selection_oracle.py. */")
print("static const struct oracle_case cases[] = {")
for case in range(12):
    users, items = random.randint(2, 14), random.randint(2, 10)
    count = random.randint(1, 90)
    rows = [(min(int(random.expovariate(0.3)), users - 1), random.randrange(items),
             MISSING if random.random() < 0.1 else random.randint(-40, 40)) for _ in range(count)]
    print(f"    {{{count}, {users}, {items},")
    print("     {" + ", ".join(str(row[0]) for row in rows) + "},")
    print("     {" + ", ".join(str(row[1]) for row in rows) + "},")
    print("     {" + ", ".join(number(row[2]) for row in rows) + "},")
    print("     {")
    for k in (1, 2, 3, 5, 8):
        print(f"         {{STEP_CORE, {k}, 0, {flags(core(rows, k), count)}}},")
    for n, rule, seed in ((1, 0, 0), (3, 0, 0), (2, 1, 0), (4, 1, 0), (2, 2, 0), (3, 2, 2 ** 40 + 7)):
        print(f"         {{STEP_MOST + {rule}, {n}, UINT64_C({seed}), {flags(most(rows, n, rule, seed), count)}}},")
    there = len({row[0] for row in rows})
    for n, seed in ((1, 0), ((there + 1) // 2, 3), (there, 9)):
        print(f"         {{STEP_USERS, {n}, {seed}, {flags(sample_users(rows, n, seed), count)}}},")
    for n, seed in ((1, 0), ((count + 1) // 2, 1), (count, 2)):
        print(f"         {{STEP_ROWS, {n}, {seed}, {flags(sample_rows(rows, n, seed), count)}}},")
    print(f"         {{STEP_TIME, 20, 0, {flags(between(rows, -20, 20), count)}}},")
    print("     }},")
print("};")
