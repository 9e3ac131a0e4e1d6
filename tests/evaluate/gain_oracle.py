#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Judges small tables in plain Python and prints the rows of gain_oracle.h, and those of test_student.c.

    tests/evaluate/gain_oracle.py

Written from docs/COMPARISON.md, not from the C: tails of t by Gauss's rule over the angle, quantiles by bisection, the
analysis of variance by sums of squares of a two-way table, the step-down over sets of cells. Only the random numbers
and the order in which they are drawn are the same.
"""
import functools
import math

GAIN_USERS, GAIN_SEEDS, GAIN_ITEMS = 12, 13, 16
NODES = [(0.0, 128 / 225)] + [
    (sign * math.sqrt(5 + side * 2 * math.sqrt(10 / 7)) / 3, (322 - side * 13 * math.sqrt(70)) / 900)
    for side in (-1, 1) for sign in (-1, 1)]

# table, block, setting, arm, its seeds, opponent, its seeds, users (bits), kind: 0 usual, 1 equal, 2 better by 0.1,
# items
CELLS = [
    (0, 0, 0, 1, 3, 0, 1, 0xFF, 0), (0, 0, 0, 2, 2, 0, 1, 0xFF, 0), (0, 0, 1, 1, 3, 0, 1, 0xB7, 0),
    (0, 1, 2, 1, 3, 0, 1, 0x1F, 0), (0, 1, 2, 2, 2, 0, 1, 0x1F, 0), (0, 1, 3, 3, 1, 0, 1, 0x1D, 0),
    (1, 0, 0, 1, 3, 0, 3, 0x3F, 0), (1, 0, 0, 2, 1, 0, 3, 0x3F, 1), (1, 1, 1, 3, 2, 0, 3, 0x7E, 0),
    (1, 1, 1, 2, 1, 0, 1, 0x7F, 2),
    (2, 0, 0, 3, 1, 0, 1, 0x7F, 0), (2, 0, 0, 2, 1, 0, 1, 0x7F, 0), (2, 5, 1, 3, 1, 2, 1, 0x6F, 0),
    (3, 2, 0, 1, 3, 2, 3, 0xFF, 0), (3, 2, 1, 2, 3, 1, 3, 0xFF, 0), (3, 4, 2, 4, 3, 2, 2, 0x01, 0),
    (3, 4, 2, 4, 3, 2, 2, 0xEE, 0),
    (4, 0, 0, 1, 3, 0, 1, 0xFF, 0, 7), (4, 0, 0, 2, 1, 0, 1, 0xFF, 0, 12), (4, 0, 1, 2, 1, 0, 1, 0x7F, 0, 5),
    (4, 1, 2, 3, 2, 0, 2, 0xFF, 0, 9), (4, 1, 2, 2, 1, 0, 2, 0xFF, 0), (4, 1, 3, 3, 2, 0, 2, 0xFF, 0, 1),
    (4, 2, 3, 2, 1, 0, 1, 0xFF, 2, 6),
]
CELLS = [spec if len(spec) == 10 else (*spec, 0) for spec in CELLS]
TABLES = [(0.95, 199, 1), (0.9, 99, 123456789012), (0.95, 399, 7), (0.95, 199, 3), (0.95, 299, 5)]


def loss(arm, block, setting, user, seed, quiet):
    """A seed's own part is small where `quiet` (table 0)."""
    own = 0.02 if quiet else 0.1
    return (1 - 0.11 * arm + 0.25 * math.sin(2 * user + 3 * block + 1) + 0.06 * math.sin(5 * arm + 1.7 * user + setting)
            + own * math.sin(7 * arm + 11 * seed + block) + 0.03 * math.sin(3 * arm + 5 * user + 2 * seed + setting))


def normals(seed, stream, first, second):
    """Philox4x32-10 and Box-Muller's cosine."""
    def words():
        counter = 0
        while True:
            c = [counter, stream, first, second]
            k = [seed & 0xFFFFFFFF, seed >> 32]
            for _ in range(10):
                a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
                c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
                k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
            yield from c
            counter += 1

    bits = words()
    uniform = lambda: ((next(bits) >> 5 << 26) + (next(bits) >> 6)) / 2**53
    while True:
        radius = math.sqrt(-2 * math.log(1 - uniform()))
        yield radius * math.cos(2 * math.pi * uniform())


def outside(t, degrees):
    """P(|T| > t): t = sqrt(degrees) tan(angle), whose density goes as cos^(degrees - 1)."""
    start, pieces = math.atan(t / math.sqrt(degrees)), 24
    half = (math.pi / 2 - start) / pieces / 2
    total = sum(weight * math.cos(start + half * (2 * piece + 1 + node))**(degrees - 1)
                for piece in range(pieces) for node, weight in NODES)
    scale = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2) - math.log(math.pi) / 2
    return 2 * math.exp(scale) * half * total


@functools.cache
def quantile(level, degrees):
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if outside(middle, degrees) > 1 - level else (low, middle)
    return (low + high) / 2


def variance(numbers):
    mean = math.fsum(numbers) / len(numbers)
    return math.fsum((x - mean)**2 for x in numbers) / (len(numbers) - 1)


def skewness_of(numbers):
    mean = math.fsum(numbers) / len(numbers)
    moments = [math.fsum((x - mean)**power for x in numbers) / len(numbers) for power in (2, 3)]
    return moments[1] / moments[0]**1.5 / math.sqrt(len(numbers))


def without_skewness(t, a):
    return t + a / 3 * t**2 + a**2 / 27 * t**3 + a / 6


def with_skewness(t, a):
    low, high = -1e6, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if without_skewness(middle, a) < t else (low, middle)
    return low


class Clusters:
    """The users or the items of a cell: what each gains, and their part of the variance."""

    def __init__(self, numbers, differences, effective, twice, stream):
        self.numbers, self.differences, self.degrees, self.stream = numbers, differences, effective - 1, stream
        self.gain = math.fsum(differences) / len(differences)
        self.spread = variance(differences) if len(numbers) > 1 and max(differences) > min(differences) else 0
        self.part = max(0, self.spread / len(numbers) - twice)
        self.skewness = skewness_of(differences) if self.spread else 0

    def reach(self, level, sign):
        t = quantile(level, self.degrees)
        return max(t, -sign * with_skewness(-sign * t, self.skewness))

    def outside(self, gain, found):
        if not self.part:
            return 0
        if not found:
            return math.erfc(abs(gain) / math.sqrt(2 * self.part))
        t = gain / math.sqrt(self.part)
        return outside(min(abs(t), abs(without_skewness(t, self.skewness))), self.degrees)

    def draw(self, seed, number, block):
        if not self.part:
            return 0
        stream = normals(seed, self.stream, number, block)
        multipliers = [next(stream) for _ in range(max(self.numbers) + 1)]
        size = math.sqrt(self.part / self.spread / (len(self.numbers) - 1))
        return size * math.fsum(multipliers[n] * (d - self.gain) for n, d in zip(self.numbers, self.differences))


class Side:
    """One arm's seeds in a cell: losses[user][seed]."""

    def __init__(self, arm, losses):
        self.arm, users, self.seeds = arm, len(losses), len(losses[0])
        self.of_users = [math.fsum(row) / self.seeds for row in losses]
        self.means = [math.fsum(row[s] for row in losses) / users for s in range(self.seeds)]
        self.part = variance(self.means) / self.seeds if self.seeds > 1 else 0
        self.crossed = self.mark_part = 0
        if self.seeds > 1 and users > 1:
            flat = [x for row in losses for x in row]
            grand = math.fsum(flat) / len(flat)
            total = math.fsum((x - grand)**2 for x in flat)
            rows = self.seeds * math.fsum((m - grand)**2 for m in self.of_users)
            columns = users * math.fsum((m - grand)**2 for m in self.means)
            self.crossed = (total - rows - columns) / ((users - 1) * (self.seeds - 1)) / users / self.seeds


class Cell:
    def __init__(self, spec):
        table, self.block, setting, arm, seeds, opponent, opponent_seeds, bits, kind, items = spec
        self.numbers = [user for user in range(8) if bits >> user & 1]
        rows = lambda a, s: [[loss(a, self.block, setting, u, i, table == 0) for i in range(s)] for u in self.numbers]
        other = rows(opponent, opponent_seeds)
        mine = rows(arm, seeds)
        if kind == 1:
            mine = [[math.fsum(row) / len(row)] for row in other]
        if kind == 2:
            mine = [[x - 0.1 for x in row] for row in other]
        self.arm, self.opponent = Side(arm, mine), Side(opponent, other)
        self.differences = [b - a for a, b in zip(self.arm.of_users, self.opponent.of_users)]
        if kind:
            self.differences = [0.1 if kind == 2 else 0.0] * len(self.numbers)
        users = len(self.numbers)
        self.judged = users > 1 and items != 1
        self.gain = math.fsum(self.differences) / users
        twice = sum(min(side.part, side.crossed) for side in (self.arm, self.opponent))
        self.clusters = [Clusters(self.numbers, self.differences, users, twice, GAIN_USERS)]
        if items > 1:
            raw = [0.2 * math.sin(3 * i + arm + self.block) + 0.05 * (i == 2) for i in range(items)]
            gains = [r - math.fsum(raw) / items + self.gain for r in raw]
            of_rows = variance(gains) / items / 4 if arm == 3 else 0
            self.clusters.append(Clusters([2 * i + setting for i in range(items)], gains, items - 2, of_rows, GAIN_ITEMS))
        self.better = sum((d > 0) + (d == 0) / 2 for d in self.differences) / users
        self.chance = self.judged and sum(c.part for c in self.clusters) + self.arm.part + self.opponent.part > 0

    def width(self, level, sign):
        parts = [c.part * c.reach(level, sign)**2 for c in self.clusters if c.part]
        parts += [side.part * quantile(level, side.seeds - 1)**2 for side in (self.arm, self.opponent) if side.part]
        return math.sqrt(math.fsum(parts))

    def surprise(self, gain, found):
        total = 0 if self.clusters[0].part else float(gain == 0)
        total += sum(clusters.outside(gain, found) for clusters in self.clusters)
        for side in (self.arm, self.opponent):
            if side.mark_part:
                total += outside(abs(gain) / math.sqrt(side.mark_part), side.seeds - 1)
        return total

    def draw_clusters(self, seed, number):
        return sum(clusters.draw(seed, number, self.block) for clusters in self.clusters)


class Group:
    """The seeds of an arm in one block of a table."""

    def __init__(self, block, arm, seeds):
        self.block, self.arm, self.seeds, self.sides = block, arm, seeds, []

    def raised(self, variances):
        scales = [side.crossed or side.part for side, _, _ in self.sides]
        ratios = [v / scale for v, scale in zip(variances, scales) if v > 0]
        usual = math.prod(ratios)**(1 / len(ratios)) if ratios else 0
        return [max(v, usual * scale) for v, scale in zip(variances, scales)]

    def set_parts(self):
        for (side, _, _), part in zip(self.sides, self.raised([side.part for side, _, _ in self.sides])):
            side.mark_part = part

    def draw(self, seed, number, gains):
        stream = normals(seed, GAIN_SEEDS, number, self.block * 65536 + self.arm)
        table = [[next(stream) for _ in range(self.seeds)] for _ in range(self.seeds)]
        means, variances = [], []
        for side, _, _ in self.sides:
            mean = math.fsum(side.means) / self.seeds
            drawn = [math.fsum(w * (m - mean) for w, m in zip(row, side.means)) / math.sqrt(self.seeds - 1)
                     for row in table]
            means.append(math.fsum(drawn) / self.seeds)
            variances.append(variance(drawn) / self.seeds)
        for (side, cell, sign), mean, part in zip(self.sides, means, self.raised(variances)):
            if part:
                gains[cell] += sign * math.sqrt(side.mark_part / part) * mean


def group(cells):
    groups = {}
    for cell in cells:
        for side, sign in ((cell.arm, 1), (cell.opponent, -1)):
            if side.seeds > 1 and cell.judged:
                key = cell.block, side.arm, side.seeds
                groups.setdefault(key, Group(*key)).sides.append((side, cell, sign))
    return list(groups.values())


def draw(cells, groups, seed, number):
    gains = {cell: cell.draw_clusters(seed, number) for cell in cells}
    for one in groups:
        one.draw(seed, number, gains)
    return gains


def judge(cells, level, resamples, seed):
    groups = group(cells)
    for one in groups:
        one.set_parts()
    moved = sorted((c for c in cells if c.chance), key=lambda c: c.surprise(c.gain, True))
    draws = [draw(cells, groups, seed, r) for r in range(resamples)]
    by_chance = [{c: c.surprise(gains[c], False) for c in moved} for gains in draws]
    rank = math.floor((1 - level) * (resamples + 1) + 1e-9)
    critical = sorted(min(surprises.values()) for surprises in by_chance)[rank - 1]
    p = {}
    for i, cell in enumerate(moved):
        reached = sum(min(s[c] for c in moved[i:]) <= cell.surprise(cell.gain, True) for s in by_chance)
        p[cell] = max([(reached + 1) / (resamples + 1)] + [p[c] for c in moved[:i]])
    for cell in cells:
        users = len(cell.numbers)
        low = high = least = standard = "NAN"
        if cell.judged:
            low, high = ("%.14g" % (cell.gain + sign * cell.width(level, sign)) for sign in (-1, 1))
        spread = cell.clusters[0].spread
        if spread and cell.judged:
            standard = "%.14g" % (cell.gain / math.sqrt(spread))
        adjusted = p.get(cell, 1.0)
        if cell.chance:
            below, above = 0.0, 1e6
            for _ in range(200):
                middle = (below + above) / 2
                below, above = (middle, above) if cell.surprise(middle, True) > critical else (below, middle)
            least = "%.14g" % above
        elif cell.judged:
            by_sign = len(cells) * 2.0**(1 - users)
            adjusted = min(1, by_sign) if cell.gain else 1.0
            least = "0" if by_sign <= 1 - level else "NAN"
        parts = [c.part if cell.judged else 0 for c in cell.clusters] + [0]
        seeds = cell.arm.part + cell.opponent.part if cell.judged else 0
        yield "%.14g, %s, %s, %.14g, %.14g, %.14g, %.14g, %s, %.14g, %s" % (
            cell.gain, low, high, parts[0], parts[1], seeds, adjusted, least, cell.better, standard)


for number, (level, resamples, seed) in enumerate(TABLES):
    specs = [spec for spec in CELLS if spec[0] == number]
    for spec, result in zip(specs, judge([Cell(spec) for spec in specs], level, resamples, seed)):
        print("    {%d, %d, %d, %d, %d, %d, %d, 0x%02X, %d, %d,\n     {%s}}," % (*spec, result))
for degrees in (1, 2, 3, 7, 30, 199):
    print("    {%d, %.14g, %.14g, %.14g}," % (degrees, quantile(0.95, degrees), outside(0.5, degrees), outside(4, degrees)))
