#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What items add to the variance of gains in the tests' workbench, where user-cold is called item-cold.

    THAW_BENCH=/tmp/bench.db tests/comparison/test_comparison
    tests/comparison/items_oracle.py /tmp/bench.db

Prints the rows of ITEM_VARIANCES in test_items.c. Written from docs/COMPARISON.md, not from the C. Predictions are
judged raw.
"""
import math
import sqlite3
import struct
import sys
import zlib
from collections import defaultdict

database = sqlite3.connect(sys.argv[1])
LOW, HIGH = database.execute("SELECT smallest, largest FROM thaw_executions WHERE number = 1").fetchone()


def numbers(encoding, blob):
    if encoding == "real":
        return struct.unpack("<%df" % (len(blob) // 4), blob)
    plain = zlib.decompress(blob)
    count = len(plain) * 2 // 3
    return [LOW + (plain[i] << 4 | plain[count + i // 2] >> 4 * (i % 2) & 15) * (HIGH - LOW) / 4095 for i in range(count)]


def losses(run, shots, metric):
    """Of each asked row: user, rowid, number of rows in its task, loss."""
    for draw, in database.execute("SELECT DISTINCT draw FROM thaw_tasks WHERE execution = 1 AND part = 'test'"
                                  " AND scenario = 'user-cold' ORDER BY draw").fetchall():
        encoding, blob = database.execute(
            "SELECT encoding, predictions FROM thaw_predictions WHERE run = ? AND part = 'test'"
            " AND scenario = 'user-cold' AND shots = ? AND draw = ?", (run, shots, draw)).fetchone()
        said = iter(numbers(encoding, blob))
        for user, support, query, truth in database.execute(
                "SELECT user, support, query, truth FROM thaw_tasks WHERE execution = 1 AND part = 'test'"
                " AND scenario = 'user-cold' AND draw = ? ORDER BY number", (draw,)):
            if shots > len(support) // 4:
                continue
            rows = struct.unpack("<%dI" % (len(query) // 4), query)
            for row, true in zip(rows, struct.unpack("<%df" % len(rows), truth)):
                error = next(said) - true
                yield user, row, len(rows), draw, abs(error) if metric == "mae" else error**2


def runs(arm):
    return [run for run, in database.execute(
        "SELECT id FROM thaw_runs WHERE execution = 1 AND arm = ? AND state = 'done'", (arm,))]


def side(arm, shots, metric):
    """The mean (its root for RMSE), and of each row in each draw its weight and influence."""
    of_runs = [list(losses(run, shots, metric)) for run in runs(arm)]
    rows = of_runs[0]
    tasks = defaultdict(set)
    for user, _, _, draw, _ in rows:
        tasks[user].add(draw)
    weights = [1 / len(rows) if metric == "rmse" else 1 / len(tasks) / len(tasks[user]) / count
               for user, _, count, _, _ in rows]
    means = [sum(run[i][4] for run in of_runs) / len(of_runs) for i in range(len(rows))]
    value = sum(w * x for w, x in zip(weights, means))
    scale = 1 if metric == "mae" else 2 * math.sqrt(value)
    return [(rows[i][1], weights[i], weights[i] * (means[i] - value) / scale) for i in range(len(rows))]


for shots in (0, 3, -1):
    for arm in ("ridge", "user_mean"):
        for metric in ("mae", "rmse"):
            items, rows = defaultdict(float), defaultdict(float)
            for (row, _, mine), (_, _, other) in zip(side(arm, shots, metric), side("bias", shots, metric)):
                item, = database.execute("SELECT item_id FROM toy_ratings WHERE rowid = ?", (row + 1,)).fetchone()
                items[item] += other - mine
                rows[row] += other - mine
            count = len(items)
            spread = sum((count * x)**2 for x in items.values()) / (count - 1)
            part = max(0, spread / count - sum(x * x for x in rows.values()))
            print('    {"%s", %s, METRIC_%s, %.10g},' % (arm, "SHOTS_ALL" if shots < 0 else shots, metric.upper(), part))
