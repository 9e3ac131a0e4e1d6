#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Recomputes execution 1 of the tests' workbench with plain Python and prints comparison_oracle.h.

    THAW_BENCH=/tmp/bench.db tests/command/test_comparison
    tests/command/comparison_oracle.py /tmp/bench.db > tests/command/comparison_oracle.h

Written from the definitions, not from the C: errors by user, nDCG@5 by going through every order of tied rows, the
bootstrap by drawing users one after another. Only the random numbers are the same, so that the intervals agree.
"""
import itertools
import math
import sqlite3
import statistics
import struct
import sys
from collections import defaultdict

ARMS = ["bias", "ridge", "maml"]
BASELINE = "bias"
RESAMPLES = 2000
BOOTSTRAP_STREAM = 7


def floats(blob):
    return struct.unpack("<%df" % (len(blob) // 4), blob)


def words(seed, stream, first, second):
    """Philox4x32-10."""
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


def below(draws, bound):
    while True:
        product = next(draws) * bound
        if product & 0xFFFFFFFF >= (2**32 - bound) % bound:
            return product >> 32


def dcg(ratings):
    return sum((2**rating - 1) / math.log2(rank + 2) for rank, rating in enumerate(ratings[:5]))


def ndcg(predicted, true):
    groups = defaultdict(list)
    for p, t in zip(predicted, true):
        groups[p].append(t)
    orders = [set(itertools.permutations(groups[p])) for p in sorted(groups, reverse=True)]
    total = count = 0
    for order in itertools.product(*orders):
        total += dcg([rating for group in order for rating in group])
        count += 1
    return total / count / dcg(sorted(true, reverse=True))


def percentile(values, share):
    values = sorted(values)
    place = share * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def bootstrap(differences):
    means = []
    for resample in range(RESAMPLES):
        draws = words(1, BOOTSTRAP_STREAM, resample, 0)
        chosen = [differences[below(draws, len(differences))] for _ in differences]
        means.append(math.fsum(chosen) / len(chosen))
    return percentile(means, 0.025), percentile(means, 0.975)


def bootstrap_rmse(baseline, arm):
    """Of lists of squared errors, one a user."""
    gains = []
    for resample in range(RESAMPLES):
        draws = words(1, BOOTSTRAP_STREAM, resample, 0)
        chosen = [below(draws, len(baseline)) for _ in baseline]
        rows = sum(len(baseline[user]) for user in chosen)
        roots = [math.sqrt(math.fsum(math.fsum(each[user]) for user in chosen) / rows) for each in (baseline, arm)]
        gains.append(roots[0] - roots[1])
    return percentile(gains, 0.025), percentile(gains, 0.975)


def per_seed(squares, seeds):
    """As if there were one seed: as many squared errors, each the mean over the seeds."""
    rows = len(squares) // seeds
    return [math.fsum(squares) / len(squares)] * rows


def main(path):
    database = sqlite3.connect(path)
    runs = database.execute("SELECT id, arm FROM thaw_runs WHERE execution = 1 AND state = 'done'").fetchall()
    seeds = {arm: sum(1 for _, other in runs if other == arm) for _, arm in runs}
    tasks = defaultdict(list)
    for scenario, draw, user, truth in database.execute(
            "SELECT scenario, draw, user, truth FROM thaw_tasks WHERE execution = 1"
            " ORDER BY scenario, draw, number"):
        tasks[scenario, draw].append((user, floats(truth)))
    print("/* SPDX-License-Identifier: MIT\n *\n * Made by comparison_oracle.py.\n */")
    print("/* scenario, shots, arm, users, mae, rmse, ndcg5, gain, low, high, RMSE gain, low, high, coverage, log score */")
    print("#define ORACLE_CELLS(X) \\")
    for scenario, shots in [("warm", 0), ("warm", 3), ("user-cold", 0), ("user-cold", 3), ("user-cold", -1)]:
        errors, squares, ranking = (defaultdict(lambda: defaultdict(list)) for _ in range(3))
        inside, scores = defaultdict(list), defaultdict(list)
        for run, arm in runs:
            for draw, blob, sure in database.execute(
                    "SELECT draw, predictions, deviations FROM thaw_predictions WHERE run = ? AND scenario = ? AND shots = ?",
                    (run, scenario, shots)):
                predictions, deviations, at = floats(blob), sure and floats(sure), 0
                for user, truth in tasks[scenario, draw]:
                    mine = predictions[at:at + len(truth)]
                    for p, t, d in zip(mine, truth, deviations[at:at + len(truth)] if deviations else []):
                        normal = statistics.NormalDist(p, d)
                        inside[arm].append(normal.inv_cdf(0.05) <= t <= normal.inv_cdf(0.95))
                        scores[arm].append(math.log(normal.pdf(t)))
                    at += len(truth)
                    errors[arm][user].append(sum(abs(p - t) for p, t in zip(mine, truth)) / len(truth))
                    squares[arm][user] += [(p - t)**2 for p, t in zip(mine, truth)]
                    ranking[arm][user].append(ndcg(mine, truth))
        users = list(dict.fromkeys(user for draw in (0, 1) for user, _ in tasks[scenario, draw]))
        mae = {arm: {user: sum(e) / len(e) for user, e in errors[arm].items()} for arm in errors}
        for arm in ARMS:
            if arm not in mae:
                continue
            pooled = [s for user in users for s in squares[arm][user]]
            rank = [sum(r) / len(r) for r in ranking[arm].values()]
            differences = [mae[BASELINE][user] - mae[arm][user] for user in users]
            gain = math.fsum(differences) / len(users)
            low, high = bootstrap(differences) if arm != BASELINE else (0, 0)
            both = [[per_seed(squares[a][user], seeds[a]) for user in users] for a in (BASELINE, arm)]
            roots = [math.sqrt(math.fsum(s for user in each for s in user) / sum(map(len, each))) for each in both]
            bounds = bootstrap_rmse(*both) if arm != BASELINE else (0, 0)
            sureness = "NAN, NAN"
            if scores[arm]:
                sureness = "%r, %r" % (sum(inside[arm]) / len(inside[arm]), math.fsum(scores[arm]) / len(scores[arm]))
            print('    X("%s", %s, "%s", %d, %r, %r, %r, %r, %r, %r, %r, %r, %r, %s) \\' % (
                scenario, "SHOTS_ALL" if shots < 0 else shots, arm, len(users),
                math.fsum(mae[arm].values()) / len(users), math.sqrt(math.fsum(pooled) / len(pooled)),
                math.fsum(rank) / len(rank), gain, low, high, roots[0] - roots[1], *bounds, sureness))
    print()


main(sys.argv[1])
