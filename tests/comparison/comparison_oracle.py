#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Recomputes execution 1 of the tests' workbench with plain Python and prints comparison_oracle.h.

    THAW_BENCH=/tmp/bench.db tests/comparison/test_comparison
    tests/comparison/comparison_oracle.py /tmp/bench.db > tests/comparison/comparison_oracle.h

Written from docs/COMPARISON.md and the formulas in gain.h, not from the C. The last step is that of
tests/evaluate/answer_oracle.py; nDCG@5 and metrics of order go through the orders of tied rows; Student's quantiles
are found by integrating the density.
"""
import importlib.util
import itertools
import math
import pathlib
import sqlite3
import statistics
import struct
import sys
import zlib
from collections import defaultdict

HERE = pathlib.Path(__file__).resolve().parent


def load(name):
    spec = importlib.util.spec_from_file_location(name, HERE.parent / "evaluate" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


answer_oracle, ranking_oracle = load("answer_oracle"), load("ranking_oracle")

ARMS = ["ridge", "maml", "bias", "user_mean"]
PLAIN = ["bias", "user_mean"]
PLACES = [("warm", 0), ("warm", 3), ("user-cold", 0), ("user-cold", 3), ("user-cold", -1)]
METRICS = ["mae", "rmse", "ndcg5", "log_score"]
ORDERS = ["auc", "map", "mrr", "precision2", "recall2", "hit2"]
RELEVANT = 3.5  # the least relevant rating for those
SIGNS = {order: -1 for order in ORDERS} | {"mae": 1, "rmse": 1, "ndcg5": -1, "log_score": -1}
NAN = float("nan")


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


# --- what is stored ---


class Bench:
    def __init__(self, path):
        self.database = sqlite3.connect(path)
        levels, self.low, self.high = self.ask(
            "SELECT levels, smallest, largest FROM thaw_executions WHERE number = 1")[0]
        self.levels = [float(level) for level in levels.split()] if isinstance(levels, str) else list(
            struct.unpack("<%df" % (len(levels) // 4), levels))
        self.runs = defaultdict(list)
        for run, arm in self.ask("SELECT id, arm FROM thaw_runs WHERE execution = 1 AND state = 'done' ORDER BY id"):
            self.runs[arm].append(run)
        self.tasks = defaultdict(list)
        for part, scenario, draw, user, support, truth in self.ask(
                "SELECT part, scenario, draw, user, support, truth FROM thaw_tasks WHERE execution = 1"
                " ORDER BY part, scenario, draw, number"):
            truth = struct.unpack("<%df" % (len(truth) // 4), truth)
            self.tasks[part, scenario, draw].append((user, len(support) // 4, truth))

    def ask(self, question, *values):
        return self.database.execute(question, values).fetchall()

    def draws(self, part, scenario):
        return sorted(d for p, s, d in self.tasks if p == part and s == scenario)

    def numbers(self, blob, encoding, start):
        if encoding == "real":
            return list(struct.unpack("<%df" % (len(blob) // 4), blob))
        assert encoding == "grid12"
        plain = zlib.decompress(blob)
        count = len(plain) * 2 // 3
        numbers = [plain[i] << 4 | plain[count + i // 2] >> 4 * (i % 2) & 15 for i in range(count)]
        return [single(start + number * (self.high - self.low) / 4095) for number in numbers]

    def said(self, run, part, scenario, shots, draw):
        """Of each task that counts: user, truth, predictions, deviations (NaN where not known)."""
        rows = self.ask("SELECT encoding, predictions, deviations FROM thaw_predictions WHERE run = ? AND part = ?"
                        " AND scenario = ? AND shots = ? AND draw = ?", run, part, scenario, shots, draw)
        if not rows:
            return None
        encoding, values, deviations = rows[0]
        values = self.numbers(values, encoding, self.low)
        deviations = self.numbers(deviations, encoding, 0) if deviations else [NAN] * len(values)
        result, at = [], 0
        for user, support, truth in self.tasks[part, scenario, draw]:
            if support >= shots:
                end = at + len(truth)
                result.append((user, truth, values[at:end], deviations[at:end]))
                at = end
        assert at == len(values)
        return result


# --- the last step ---


def validation_tasks(bench, run, shots):
    """Those of user-cold with as many shots, or where that is fewer than 30 in a draw, with any."""
    def said(draw, number):
        return list(bench.said(run, "validation", "user-cold", number, draw))

    draws = bench.draws("validation", "user-cold")
    own = max(len(said(draw, shots)) for draw in draws) >= 30
    return [task for draw in draws for number in ([shots] if own else [0, 3, -1]) for task in said(draw, number)]


def fit(bench, run, shots):
    rows = []
    for _, truth, values, deviations in validation_tasks(bench, run, shots):
        rows += zip(values, deviations, truth)
    assert 200 <= len(rows) <= 8000
    answer_oracle.data = lambda case: rows
    return answer_oracle.fit_levels({"levels": bench.levels, "low": bench.low, "high": bench.high})


def dcg(ratings):
    return sum((2**rating - 1) / math.log2(rank + 2) for rank, rating in enumerate(ratings[:5]))


def ndcg(predicted, true):
    if len({max(t, 0) for t in true}) < 2:
        return None  # no order of them is better than another
    groups = defaultdict(list)
    for p, t in zip(predicted, true):
        groups[p].append(t)
    rank, gain = 0, 0.0
    for p in sorted(groups, reverse=True):
        # Which of a group comes to each rank: every order of it is as likely, so the mean over orders.
        orders = list(itertools.permutations(groups[p])) if len(groups[p]) < 8 else None
        for place in range(len(groups[p])):
            if rank + place < 5:
                mean = (sum(2**order[place] - 1 for order in orders) / len(orders) if orders else
                        sum(2**t - 1 for t in groups[p]) / len(groups[p]))
                gain += mean / math.log2(rank + place + 2)
        rank += len(groups[p])
    return gain / dcg(sorted(true, reverse=True))


def judge(step, tasks):
    """Of each task: user, rows, and sums of absolute errors, squares, nDCG, log scores, covered, metrics of order."""
    for user, truth, values, deviations in tasks:
        answers = [answer_oracle.answer_levels(step, *row) for row in zip(values, deviations, truth)]
        yield (user, len(truth), sum(abs(a[1] - t) for a, t in zip(answers, truth)),
               sum((a[0] - t)**2 for a, t in zip(answers, truth)), ndcg([a[0] for a in answers], truth),
               sum(a[3] for a in answers), sum(a[5] for a in answers),
               {order: ranking_oracle.expected(order, [a[0] for a in answers], [int(t >= RELEVANT) for t in truth])
                for order in ORDERS})


class Losses:
    """Of one run in one place, by user: the mean over draws of a task's loss; of squares the sum."""

    def __init__(self, blocks):
        tasks = defaultdict(list)
        for block in blocks:
            for task in block:
                tasks[task[0]].append(task)
        self.users = list(tasks)
        self.rows = {u: sum(t[1] for t in tasks[u]) for u in tasks}
        self.ranked = [u for u in tasks if any(t[4] is not None for t in tasks[u])]
        mean = lambda f: {u: sum(map(f, tasks[u])) / len(tasks[u]) for u in tasks}
        of_ranks = {u: [t[4] for t in tasks[u] if t[4] is not None] for u in self.ranked}
        self.loss = {"mae": mean(lambda t: t[2] / t[1]), "ndcg5": {u: sum(n) / len(n) for u, n in of_ranks.items()},
                     "log_score": mean(lambda t: t[5] / t[1]), "rmse": {u: sum(t[3] for t in tasks[u]) for u in tasks}}
        for order in ORDERS:
            ranks = {u: [t[7][order] for t in tasks[u] if t[7][order] is not None] for u in tasks}
            self.loss[order] = {u: sum(n) / len(n) for u, n in ranks.items() if n}
        self.covered = sum(t[6] for u in tasks for t in tasks[u])

    def users_of(self, metric):
        return list(self.loss[metric])


def pooled(metric, run):
    total = math.fsum(run.loss[metric].values())
    return math.sqrt(total / sum(run.rows.values())) if metric == "rmse" else total / len(run.users_of(metric))


def value_of(metric, runs):
    if metric == "rmse":
        return math.sqrt(sum(pooled(metric, run)**2 for run in runs) / len(runs))
    return sum(pooled(metric, run) for run in runs) / len(runs)


def validation_score(bench, step, run, shots):
    """Larger is better; each row counts the same."""
    tasks = list(judge(step, validation_tasks(bench, run, shots)))
    rows = sum(t[1] for t in tasks)
    return {"mae": -sum(t[2] for t in tasks) / rows, "rmse": -math.sqrt(sum(t[3] for t in tasks) / rows),
            "ndcg5": statistics.fmean(t[4] for t in tasks if t[4] is not None), "log_score": sum(t[5] for t in tasks) / rows} | {
                order: statistics.fmean(t[7][order] for t in tasks if t[7][order] is not None) for order in ORDERS}


# --- gains ---


def t_quantile(degrees):
    """97.5 %, by Simpson's rule in the angle whose tangent is t / sqrt(degrees)."""
    def integral(end, power, pieces=2000):
        width = end / pieces
        return width / 3 * math.fsum((1 if i in (0, pieces) else 4 if i % 2 else 2) * math.cos(i * width)**power
                                     for i in range(pieces + 1))

    whole = 2 * integral(math.pi / 2, degrees - 1)
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 0.5 + integral(middle, degrees - 1) / whole < 0.975 else (low, middle)
    return math.sqrt(degrees) * math.tan(low)


def variance(numbers):
    mean = math.fsum(numbers) / len(numbers)
    return math.fsum((x - mean)**2 for x in numbers) / (len(numbers) - 1)


def by_user(metric, runs):
    """What is averaged over users: table[user][seed]. Of a root its derivative in the user's share."""
    users, root = runs[0].users_of(metric), value_of(metric, runs)
    if metric != "rmse":
        return [[run.loss[metric][u] for run in runs] for u in users]
    mean_rows = sum(runs[0].rows.values()) / len(users)
    return [[(run.loss[metric][u] / run.rows[u] + root**2) / (2 * root) * run.rows[u] / mean_rows for run in runs]
            for u in users]


def seeds_parts(metric, runs):
    """What seeds add to the variance of a mean over them, and what of it users x seeds explain."""
    seeds = len(runs)
    if seeds < 2:
        return 0.0, 0.0
    table = by_user(metric, runs)
    users = len(table)
    row = [sum(r) / seeds for r in table]
    column = [sum(r[s] for r in table) / users for s in range(seeds)]
    grand = sum(row) / users
    crossed = sum((table[u][s] - row[u] - column[s] + grand)**2 for u in range(users) for s in range(seeds))
    crossed /= (users - 1) * (seeds - 1)
    return variance([pooled(metric, run) for run in runs]) / seeds, crossed / users / seeds


def quantile_of_users(differences, sign):
    """Student's, or the point that it has once the skewness is taken away, whichever is farther out."""
    mean, users = math.fsum(differences) / len(differences), len(differences)
    squares, cubes = (math.fsum((d - mean)**power for d in differences) for power in (2, 3))
    a, t, low, high = cubes / squares**1.5, t_quantile(users - 1), -1e3, 1e3
    for _ in range(200):
        x = (low + high) / 2
        low, high = (x, high) if x + a / 3 * x**2 + a**2 / 27 * x**3 + a / 6 < -sign * t else (low, x)
    return max(t, -sign * low)


def gain_of(metric, arm, other):
    sign = SIGNS[metric]
    mean = lambda runs: [sum(r) / len(r) for r in by_user(metric, runs)]
    differences = [sign * (o - m) for m, o in zip(mean(arm), mean(other))]
    gain = sign * (value_of(metric, other) - value_of(metric, arm))
    seeds = [(*seeds_parts(metric, runs), len(runs)) for runs in (arm, other)]
    of_users = max(0.0, variance(differences) / len(differences) - sum(min(part, crossed) for part, crossed, _ in seeds))
    of_seeds = sum(t_quantile(n - 1)**2 * part for part, _, n in seeds if part > 0)
    low, high = (gain + side * math.sqrt(quantile_of_users(differences, side)**2 * of_users + of_seeds)
                 for side in (-1, 1))
    shares = [sum(run.loss[metric][u] for run in other) / len(other) -
              sum(run.loss[metric][u] for run in arm) / len(arm) for u in arm[0].users_of(metric)]
    least = 1e-12 * max(map(abs, shares))  # less is rounding
    better = sum(0.5 if abs(d) <= least else sign * d > 0 for d in shares) / len(shares)
    return [gain, low, high, of_users, sum(part for part, _, _ in seeds), better,
            gain / math.sqrt(variance(differences))]


# --- all of it ---


def number(x):
    return "NAN" if math.isnan(x) else repr(x)


def main(path):
    bench = Bench(path)
    print("/* SPDX-License-Identifier: MIT */")
    print("/* Made by comparison_oracle.py. Scenario, shots, users, all users, ratings shown in the median, rows,")
    print(" * users of nDCG. */")
    print("#define ORACLE_SETTINGS(X) \\")
    judged, best = {}, {}
    for scenario, shots in PLACES:
        tasks = [t for draw in bench.draws("test", scenario) for t in bench.tasks["test", scenario, draw]]
        counted = [t for t in tasks if t[1] >= shots]
        shown = sorted(t[1] if shots < 0 else min(t[1], shots) for t in counted)
        print('    X("%s", %s, %d, %d, %d, %d, %d) \\' % (
            scenario, "SHOTS_ALL" if shots < 0 else shots, len({t[0] for t in counted}), len({t[0] for t in tasks}),
            shown[len(shown) // 2], sum(len(t[2]) for t in counted),
            len({t[0] for t in counted if len({max(r, 0) for r in t[2]}) > 1})))
        scores = {}
        for arm in ARMS:
            for run in bench.runs[arm]:
                blocks = [bench.said(run, "test", scenario, shots, draw) for draw in bench.draws("test", scenario)]
                if None in blocks:
                    continue
                step = fit(bench, run, shots)
                judged.setdefault((scenario, shots, arm), []).append(Losses([list(judge(step, b)) for b in blocks]))
                if arm in PLAIN:
                    scores[arm] = validation_score(bench, step, run, shots)
        best[scenario, shots] = {metric: max(PLAIN, key=lambda arm: scores[arm][metric]) for metric in METRICS + ORDERS}
    print("\n/* Scenario, shots, arm, metric, its value, the best plain arm; gain over it, low, high, variance of users,")
    print(" * of seeds, share of users, in standard deviations; coverage. */")
    print("#define ORACLE_CELLS(X) \\")
    for scenario, shots in PLACES:
        for arm in ARMS:
            runs = judged.get((scenario, shots, arm))
            for metric in METRICS if runs else []:
                opponent = best[scenario, shots][metric]
                gain = [0.0] * 3 + [NAN] * 4
                if arm != opponent:
                    gain = gain_of(metric, runs, judged[scenario, shots, opponent])
                coverage = sum(run.covered for run in runs) / sum(sum(run.rows.values()) for run in runs)
                print('    X("%s", %s, "%s", METRIC_%s, %s, "%s", %s, %s) \\' % (
                    scenario, "SHOTS_ALL" if shots < 0 else shots, arm,
                    {"ndcg5": "NDCG"}.get(metric, metric.upper()), number(value_of(metric, runs)), opponent,
                    ", ".join(map(number, gain)), number(coverage)))
    print("\n/* With ratings from %g on relevant: scenario, shots, arm, metric, users who count, tasks that do not, its value, the" % RELEVANT)
    print(" * best plain arm; gain over it, low, high, variance of users, of seeds, share of users, in standard deviations. */")
    print("#define ORACLE_RELEVANT %rF" % RELEVANT)
    print("#define ORACLE_ORDERS(X) \\")
    for scenario, shots in PLACES:
        for arm in ARMS:
            runs = judged.get((scenario, shots, arm))
            for metric in ORDERS if runs else []:
                opponent = best[scenario, shots][metric]
                gain = [0.0] * 3 + [NAN] * 4
                apart = {runs[0].loss[metric][u] - judged[scenario, shots, opponent][0].loss[metric][u] for u in runs[0].loss[metric]}
                if arm != opponent and len(apart) == 1:
                    continue  # without spread there is no skewness
                if arm != opponent:
                    gain = gain_of(metric, runs, judged[scenario, shots, opponent])
                liked = [[t >= RELEVANT for t in task[2]] for draw in bench.draws("test", scenario)
                         for task in bench.tasks["test", scenario, draw] if task[1] >= shots]
                degenerate = sum(ranking_oracle.expected(metric, [0] * len(t), t) is None for t in liked)
                print('    X("%s", %s, "%s", "%s", %d, %d, %s, "%s", %s) \\' % (
                    scenario, "SHOTS_ALL" if shots < 0 else shots, arm, metric, len(runs[0].loss[metric]), degenerate,
                    number(value_of(metric, runs)), opponent, ", ".join(map(number, gain))))
    print()


main(sys.argv[1])
