#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads an execution with sampled negatives from the tables of a workbench, and checks it.

usage: implicit_oracle.py DATABASE EXECUTION EACH RULE COMPARISON.json

- No sampled pair is one that the ratings have; truths are 1 and 0.
- Each task asks EACH negatives for each positive, unless its owner leaves fewer; those of the support follow their positive.
- Sampled items of a scenario with cold items are none that warm scenarios ask for, and the reverse.
- The execution before it, which differs in threads alone, has the same tasks and digests.
- MAE, RMSE, nDCG@5, AUC and precision@5 of the comparison (answer "raw") are those of the stored predictions to 1e-9.
Prints what is wrong, and ends with 1 if anything is.
"""
import collections, json, math, sqlite3, struct, sys, zlib

path, execution, each, rule = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
cells = json.load(open(sys.argv[5]))
base = sqlite3.connect(path)
SAMPLED, wrong = 1 << 31, []


def expect(good, what):
    if not good and len(wrong) < 10:
        wrong.append(what)


def numbers(blob, kind):
    return struct.unpack(f"<{len(blob) // 4}{kind}", blob)


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


data, smallest, largest, stored_each, stored_rule = base.execute(
    "SELECT data, smallest, largest, negatives, negatives_by FROM thaw_executions WHERE number = ?", (execution,)).fetchone()
expect((stored_each, stored_rule, smallest, largest) == (each, rule, 0, 1), "the execution does not say what was sampled")
roles = dict(base.execute("SELECT role, name FROM thaw_columns WHERE dataset = ? AND part = 'ratings'", (data,)))
rows = base.execute(f'SELECT "{roles["user"]}", "{roles["item"]}" FROM {data}_ratings ORDER BY rowid').fetchall()
rows = [(str(user), str(item)) for user, item in rows]
pairs, catalogue = set(rows), collections.Counter(item for _, item in rows)

tasks, asked, sampled = collections.defaultdict(list), collections.defaultdict(set), collections.defaultdict(set)
few = count = 0
query = ("SELECT part, scenario, draw, user, item, support, query, truth FROM thaw_tasks WHERE execution = ?"
         " ORDER BY part, scenario, draw, number")
for part, scenario, draw, user, item, support, rows_asked, truth in base.execute(query, (execution,)):
    support, rows_asked, truth = numbers(support, "I"), numbers(rows_asked, "I"), numbers(truth, "f")
    cold = scenario in ("item-cold", "both-cold") if user else scenario in ("user-cold", "both-cold")
    positives = 0
    for row, value in zip(rows_asked, truth):
        pair = rows[row & ~SAMPLED]
        pair = (user, pair[1]) if user else (pair[0], item)
        other = pair[1] if user else pair[0]
        if row & SAMPLED:
            count += 1
            expect(pair not in pairs, f"{pair} is sampled and a positive")
            sampled[part, cold].add(other)
        else:
            positives += 1
            expect(pair == rows[row], f"row {row} is not of its task")
            asked[part, cold].add(other)
        expect(value == (0 if row & SAMPLED else 1), f"the truth of {pair} is {value}")
    least = len(rows_asked) - positives
    few += least < each * positives
    expect(least <= each * positives, f"a task has {least} negatives for {positives} positives")
    behind = 0
    for place, row in enumerate(support):
        behind = behind + 1 if row & SAMPLED else 0
        expect(behind <= each and (place > 0 or not row & SAMPLED), "negatives of the support do not follow a positive")
        pair = rows[row & ~SAMPLED]
        pair = (user, pair[1]) if user else (pair[0], item)
        expect((pair in pairs) != bool(row & SAMPLED), f"{pair} of a support")
    shown = sum(not row & SAMPLED for row in support)
    if part == "test":
        tasks[scenario, draw].append((item or user, shown, len(rows_asked), truth))
expect(count > 100 and few < count / 20, f"{count} sampled pairs, {few} tasks with fewer")
for part in ("test", "validation"):
    expect(not sampled[part, True] & asked[part, False], f"{part}: a warm one is sampled among cold ones")
    expect(not sampled[part, False] & asked[part, True], f"{part}: a cold one is sampled among warm ones")


def everything(number):
    return (base.execute("SELECT part, scenario, draw, number, user, item, support, query, truth FROM thaw_tasks"
                         " WHERE execution = ? ORDER BY part, scenario, draw, number", (number,)).fetchall(),
            base.execute("SELECT arm, seed, digest, state FROM thaw_runs WHERE execution = ? ORDER BY arm, seed",
                         (number,)).fetchall())


expect(everything(execution) == everything(execution - 1), "other tasks or digests with another number of threads")


def decode(encoding, blob):
    if encoding == "real":
        return numbers(blob, "f")
    raw = zlib.decompress(blob)
    length = next(n for n in range(len(raw) + 1) if n + (n + 1) // 2 == len(raw))
    steps = [raw[i] * 16 + (raw[length + i // 2] >> 4 * (i % 2) & 15) for i in range(length)]
    return [struct.unpack("<f", struct.pack("<f", smallest + n * (largest - smallest) / 4095))[0] for n in steps]


def gain(scores, gains):
    ranked, total, first = sorted(zip(scores, gains), key=lambda row: -row[0]), 0, 0
    while first < min(5, len(ranked)):
        end = first
        while end < len(ranked) and ranked[end][0] == ranked[first][0]:
            end += 1
        total += mean(g for _, g in ranked[first:end]) * sum(1 / math.log2(r + 2) for r in range(first, min(end, 5)))
        first = end
    return total


def auc(scores, truth):
    pairs = [(p > q) + (p == q) / 2 for p, t in zip(scores, truth) for q, u in zip(scores, truth) if t > u]
    return mean(pairs) if pairs else None


def precision(scores, truth, cutoff):
    """Each row is among the first with the chance that ties leave it."""
    if len(set(truth)) < 2 or len(truth) <= cutoff:
        return None
    above = [sum(q > p for q in scores) for p in scores]
    chance = [min(max((cutoff - a) / scores.count(p), 0), 1) for a, p in zip(above, scores)]
    return math.fsum(c * t for c, t in zip(chance, truth)) / cutoff


def metrics(run, scenario, shots):
    absolute, ranks, squares = collections.defaultdict(list), collections.defaultdict(list), []
    right, first = collections.defaultdict(list), collections.defaultdict(list)
    for draw, encoding, blob in base.execute("SELECT draw, encoding, predictions FROM thaw_predictions WHERE run = ? AND"
                                             " part = 'test' AND scenario = ? AND shots = ?", (run, scenario, shots)):
        said, at = decode(encoding, blob), 0
        for owner, shown, length, truth in tasks[scenario, draw]:
            if shown < shots:
                continue
            mine, at = said[at:at + length], at + length
            absolute[owner].append(mean(abs(p - t) for p, t in zip(mine, truth)))
            squares += [(p - t) ** 2 for p, t in zip(mine, truth)]
            if len(set(truth)) > 1:
                ranks[owner].append(gain(mine, truth) / gain(truth, truth))
            for values, value in ((right, auc(mine, truth)), (first, precision(mine, truth, 5))):
                if value is not None:
                    values[owner].append(value)
        expect(at == len(said), f"{len(said)} predictions of {at} rows")
    return (mean(map(mean, absolute.values())), mean(squares),
            *(mean(map(mean, values.values())) for values in (ranks, right, first)))


compared = 0
for cell in cells:
    expect(cell["sampled_negatives"] == each and cell["sampled_by"] == rule, "a cell is not named as sampled")
    expect(cell["relevant_from"] == 1 and cell["auc_users_counted"] <= cell["users"], "a cell does not say what is relevant")
    if cell["arm"] == "best_plain":
        continue
    shots = -1 if cell["shots"] == "all" else cell["shots"]
    runs = base.execute("SELECT id FROM thaw_runs WHERE execution = ? AND arm = ?", (execution, cell["arm"])).fetchall()
    found = list(zip(*[metrics(run, cell["scenario"], shots) for run, in runs]))
    for key, value in (("mae", mean(found[0])), ("rmse", math.sqrt(mean(found[1]))), ("ndcg5", mean(found[2])),
                       ("auc", mean(found[3])), ("precision5", mean(found[4]))):
        expect(abs(value - cell[key]) < 1e-9, f"{cell['scenario']} {shots} {cell['arm']}: {key} {cell[key]}, expected {value}")
    compared += 1
expect(compared > 20, f"{compared} cells")
for line in wrong:
    print(line)
sys.exit(1 if wrong else 0)
