#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints tests/evaluate/ranking_oracle.h: lists and what each metric of their order is, written from docs/COMPARISON.md.

    /usr/bin/python3 tests/evaluate/ranking_oracle.py > tests/evaluate/ranking_oracle.h

Values of tied lists are the mean, in fractions, over all orders that the ties allow: all permutations up to 7 rows, else all places of
the relevant rows within each tie. AUC of every list, and average precision of every list without ties, are scikit-learn's as
well; the program stops where the two differ by 1e-12. A degenerate list (each order has the same value) is NAN.
"""
import itertools
import random
import sys
from fractions import Fraction

from sklearn.metrics import average_precision_score, ndcg_score, roc_auc_score

METRICS = ["auc", "map", "mrr", "precision1", "precision3", "precision5", "recall1", "recall3", "recall5", "hit1", "hit3", "hit5"]


def value(metric, order):
    """Of one order of relevant (1) and other rows."""
    name, cutoff = metric.rstrip("0123456789"), int("0" + metric.lstrip("abcdefghijklmnopqrstuvwxyz"))
    rows, relevant, first = len(order), sum(order), order[:cutoff]
    if name == "auc":
        right = sum(order[i] > order[j] for i in range(rows) for j in range(i + 1, rows))
        return Fraction(right, relevant * (rows - relevant))
    if name == "map":
        return sum(Fraction(sum(order[:i + 1]), i + 1) for i in range(rows) if order[i]) / relevant
    if name == "mrr":
        return Fraction(1, 1 + order.index(1))
    return {"precision": Fraction(sum(first), cutoff), "recall": Fraction(sum(first), relevant), "hit": Fraction(any(first))}[name]


def orders(scores, liked):
    """All orders that the ties allow, equally likely ones."""
    groups = [[r for s, r in zip(scores, liked) if s == level] for level in sorted(set(scores), reverse=True)]
    if len(scores) <= 7:
        ways = [list(itertools.permutations(group)) for group in groups]
    else:
        ways = [[tuple(int(i in places) for i in range(len(group))) for places in itertools.combinations(range(len(group)), sum(group))]
                for group in groups]
    for way in itertools.product(*ways):
        yield [row for group in way for row in group]


def expected(metric, scores, liked):
    rows, relevant = len(liked), sum(liked)
    cutoff = int("0" + metric.lstrip("abcdefghijklmnopqrstuvwxyz"))
    degenerate = relevant in (0, rows) or cutoff >= rows or metric.startswith("hit") and rows - relevant < cutoff
    if rows <= 7 and relevant and (metric != "auc" or relevant < rows):
        every = {value(metric, list(order)) for order in itertools.permutations(liked)}
        assert (len(every) == 1) == degenerate, (metric, liked)
    if degenerate:
        return None
    values = [value(metric, order) for order in orders(scores, liked)]
    mean = sum(values) / len(values)
    numbers = [-1e9 if s is None else s for s in scores]
    if metric == "auc":
        assert abs(roc_auc_score(liked, numbers) - mean) < 1e-12
    if metric == "map" and len(set(scores)) == rows:
        assert abs(average_precision_score(liked, numbers) - mean) < 1e-12
    return float(mean)


def cases():
    chance = random.Random(2008)
    for rows in range(1, 8):
        for levels in (1, 2, 3, 1000):
            yield [chance.randrange(levels) / 8 for _ in range(rows)], [chance.randint(0, 1) for _ in range(rows)]
    for rows, levels in [(7, 2), (7, 3)] * 6 + [(12, 3), (14, 3), (16, 4), (20, 1000), (25, 1000), (25, 1000), (40, 1000), (80, 2000)]:
        liked = [int(chance.random() < 0.3) for _ in range(rows)]
        liked[chance.randrange(rows)] = 1
        yield [chance.randrange(levels) / 8 for _ in range(rows)], liked
    yield [], []
    yield [1, 1, 1, 1, 1, 1], [1, 0, 0, 0, 0, 0]  # all tied
    yield [6, 5, 4, 3, 2, 1], [0, 0, 0, 0, 0, 1]  # the worst order
    yield [6, 5, 4, 3, 2, 1], [1, 0, 0, 0, 0, 0]  # the best
    yield [6, 5, 4, 3, 2, 1], [1, 1, 1, 1, 1, 0]
    yield [3, 3, 2, 2, 2, 1, 1], [0, 0, 1, 0, 0, 1, 1]
    yield [0.0, -0.0, 1e300, -1e300, 5e-324], [1, 0, 0, 1, 1]
    yield [0] * 14, [1] * 4 + [0] * 10


def main():
    print("/* Printed by ranking_oracle.py: number of rows, predictions, truths, and the metrics in the order of RANKING_ORACLE_METRICS. */")
    print("/* clang-format off */")
    print("#define RANKING_ORACLE_METRICS", ", ".join(f'"{metric}"' for metric in METRICS))
    print("enum { RANKING_ORACLE_ROWS = 80, RANKING_ORACLE_COUNT = %d };" % len(METRICS))
    print("#define RANKING_ORACLE(X) \\")
    for scores, liked in cases():
        # Truths on a scale of stars: relevant from 4.
        truth = [4 + i % 2 if r else 1 + i % 3 for i, r in enumerate(liked)]
        found = [expected(metric, scores, liked) for metric in METRICS]
        print("    X(%d, L(%s), L(%s), L(%s)) \\" % (len(scores), ", ".join(map(repr, scores)) or "0", ", ".join(map(str, truth)) or "0",
                                                 ", ".join("NAN" if f is None else repr(f) for f in found)))
    print("    /* the end */")
    print("/* Number of rows, predictions, ratings, cutoff, and nDCG with linear gain, which is scikit-learn's ndcg_score. */")
    print("#define RANKING_ORACLE_LINEAR(X) \\")
    chance = random.Random(2002)
    for rows in [2, 3, 5, 7, 10, 20, 80] * 3:
        scores, ratings = [chance.randrange(6) / 8 for _ in range(rows)], [chance.randrange(1, 11) / 2 for _ in range(rows)]
        ratings[0] = 0.25  # not all equal
        cutoff = chance.choice([1, 3, 5, 100])
        print("    X(%d, L(%s), L(%s), %d, %r) \\" % (rows, ", ".join(map(repr, scores)), ", ".join(map(repr, ratings)), cutoff,
                                                  float(ndcg_score([ratings], [scores], k=cutoff))))
    print("    /* the end */\n/* clang-format on */")
    return 0


if __name__ == "__main__":
    sys.exit(main())
