# SPDX-License-Identifier: MIT
#
# Computes metrics of own_metrics.sh again from the stored predictions and tasks.
import json, sqlite3, struct, sys, zlib

store = sqlite3.connect(sys.argv[1])
rows = json.load(open(sys.argv[2]))
alone = json.load(open(sys.argv[3])) # without the data set: items are no source of chance
failed = False

def expect(good, *what):
    global failed
    if not good:
        print(*what)
        failed = True

def close(a, b):
    return a == b or (a is not None and b is not None and abs(a - b) < 1e-9)

def floats(blob):
    return struct.unpack("<%df" % (len(blob) // 4), blob)

def single(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]

def numbers(encoding, blob, low, high):
    if encoding == "real":
        return floats(blob)
    raw = zlib.decompress(blob)
    count = next(n for n in range(len(raw) + 1) if n + (n + 1) // 2 == len(raw))
    upper, lower = raw[:count], raw[count:]
    return [single(low + ((upper[i] << 4) | (lower[i // 2] >> 4 * (i % 2) & 15)) * (high - low) / 4095) for i in range(count)]

low, high = store.execute("SELECT smallest, largest FROM thaw_executions WHERE number = 1").fetchone()
names = dict(store.execute("SELECT name, number FROM thaw_metrics WHERE execution = 1"))

# The raw one, task by task: against the stored value of every task.
users, checked = {}, 0
for run, arm, scenario, shots, draw, encoding, blob in store.execute(
        "SELECT r.id, arm, scenario, shots, draw, encoding, predictions FROM thaw_predictions p JOIN thaw_runs r"
        " ON r.id = p.run WHERE r.execution = 1 AND part = 'test'").fetchall():
    said, at, values = numbers(encoding, blob, low, high), 0, []
    for user, support, truth in store.execute(
            "SELECT user, length(support) / 4, truth FROM thaw_tasks WHERE execution = 1 AND part = 'test' AND scenario = ?"
            " AND draw = ? ORDER BY number", (scenario, draw)):
        if shots >= 0 and support < shots:
            continue
        truth = floats(truth)
        mine = said[at:at + len(truth)]
        at += len(truth)
        value = None if truth[0] > 3 else sum(abs(t - p) for t, p in zip(truth, mine)) / len(truth)
        values.append(value)
        if value is not None:
            users.setdefault((scenario, shots, arm), {}).setdefault(run, {}).setdefault(user, []).append(value)
    stored = store.execute("SELECT numbers FROM thaw_metric_values WHERE run = ? AND metric = ? AND scenario = ?"
                           " AND shots = ? AND draw = ?", (run, names["some_raw"], scenario, shots, draw)).fetchone()[0]
    stored = struct.unpack("<%dd" % (len(stored) // 8), stored)
    expect(len(stored) == len(values), "tasks", scenario, shots, len(stored), len(values))
    for a, b in zip(stored, values):
        expect(b is None and a != a or b is not None and close(a, b), "value", a, b)
        checked += 1
expect(checked > 1000, "too few values:", checked)

# Cells and gains: means over users and seeds; and the MAE of levels with the bits of MAE.
def cell(scenario, shots, arm):
    runs = users[scenario, shots, arm]
    means = [sum(sum(v) / len(v) for v in of.values()) / len(of) for of in runs.values()]
    return sum(means) / len(means)

ends = ("", "_gain", "_gain_user_variance", "_gain_seed_variance", "_gain_low", "_gain_high", "_gain_p", "_gain_item_variance")
def same_as_mae(row, ends):
    for end in ends:
        expect(row["mae" + end] == row["own_mae" + end], "own MAE", row["scenario"], row["arm"], end, row["mae" + end], row["own_mae" + end])

def of_users(scenario, shots, arm):
    runs = users[scenario, shots, arm]
    return [sum(sum(of[user]) / len(of[user]) for of in runs.values()) / len(runs) for user in sorted(next(iter(runs.values())))]

varied = 0
for row in alone:
    same_as_mae(row, ends)
# A metric belongs to whole tasks: cold items add nothing to its chance, and all to that of MAE. Marks of all scenarios are one claim.
widened = 0
for row in rows:
    shots = -1 if row["shots"] == "all" else row["shots"]
    cold = row["scenario"] in ("item-cold", "both-cold")
    same_as_mae(row, ends[:4] if cold else ends[:6])
    expect(not row["own_mae_gain_item_variance"], "items", row["scenario"], row["arm"], row["own_mae_gain_item_variance"])
    widened += cold and bool(row["mae_gain_item_variance"]) and row["mae_gain_low"] < row["own_mae_gain_low"]
    mine, other = cell(row["scenario"], shots, row["arm"]), cell(row["scenario"], shots, "bias")
    expect(close(row["some_raw"], mine), "cell", row["arm"], row["some_raw"], mine)
    if row["arm"] != "bias":
        gains = [other - mine for mine, other in zip(of_users(row["scenario"], shots, row["arm"]), of_users(row["scenario"], shots, "bias"))]
        mean, count = sum(gains) / len(gains), len(gains)
        expect(row["some_raw_users_counted"] == count, "users", row["some_raw_users_counted"], count)
        if row["arm"] != "ridge": # no seeds: the variance is that of users alone
            variance = sum((gain - mean) ** 2 for gain in gains) / (count - 1) / count
            expect(close(row["some_raw_gain_user_variance"] or 0, variance), "variance", row["arm"], row["some_raw_gain_user_variance"], variance)
            varied += variance > 0
        better = {"better": 1, "worse": -1}.get(row["some_raw_verdict"], 0)
        expect(better * (other - mine) >= 0, "mark", row["arm"], row["some_raw_verdict"], other - mine)
        expect(bool(better) == (row["some_raw_gain_p"] is not None and row["some_raw_gain_p"] <= 0.05), "mark", row["arm"], row["some_raw_gain_p"])
        expect(close(row["some_raw_gain"], other - mine), "gain", row["arm"], row["some_raw_gain"], other - mine)
expect(len(rows) > 50 and len(alone) == len(rows), "too few rows:", len(rows), len(alone))
expect(varied > 30, "too few variances:", varied)
expect(widened > 10, "cold items widen few intervals of MAE:", widened)

# One thread and two.
digests = [dict(store.execute("SELECT arm || '/' || seed, digest FROM thaw_runs WHERE execution = ?", (n,))) for n in (1, 2)]
expect(digests[0] == digests[1] and len(digests[0]) > 8, "threads change a digest")
sys.exit(failed)
