#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Computes what `thaw why` says from the predictions of `thaw recommend`.

usage: why_oracle.py THAW, with THAW_DB set
"""
import json
import subprocess
import sys

THAW = sys.argv[1]
RATINGS = [("i1", 5.0), ("i17", 2.0), ("i40", 4.0), ("i99", 1.0)]
ITEM, NEAR = "i2", 2e-5


def call(command, arm, ratings, *words):
    line = [THAW, command, "1/" + arm, "--json", *words]
    for item, value in ratings:
        line += ["--rate", f"{item}={value!r}"]
    return json.loads(subprocess.run(line, check=True, stdout=subprocess.PIPE).stdout)


def predicted(arm, ratings):
    told = call("recommend", arm, ratings, "--top", "100000")
    return {row["item"]: row["predicted"] for row in told["recommended"]}


def near(one, other, what):
    if abs(one - other) > NEAR:
        sys.exit(f"{what}: {one} is not {other}")


for arm in ["ridge", "maml", "bias", "hierarchical_mean", "gaussian_item"]:
    why = call("why", arm, RATINGS, "--item", ITEM)
    rows = why["ratings"]
    nothing = predicted(arm, [])
    expected = [(item, nothing[item]) for item, _ in RATINGS]
    base, every = predicted(arm, expected)[ITEM], predicted(arm, RATINGS)[ITEM]
    assert why["item"] == ITEM and [row["item"] for row in rows] == [item for item, _ in RATINGS]
    near(why["none"], nothing[ITEM], f"{arm}, none")
    near(why["sum"], every, f"{arm}, all")
    near(why["choice"], base - nothing[ITEM], f"{arm}, choice")
    for i, row in enumerate(rows):
        item, value = RATINGS[i]
        alone = predicted(arm, [*expected[:i], (item, value), *expected[i + 1:]])[ITEM]
        replaced = predicted(arm, [*RATINGS[:i], expected[i], *RATINGS[i + 1:]])[ITEM]
        near(row["rating"], value, f"{arm}, rating")
        near(row["expected"], nothing[item], f"{arm}, expected")
        near(row["added"], (alone - base + every - replaced) / 2, f"{arm}, added by {item}")
        near(row["without"], predicted(arm, RATINGS[:i] + RATINGS[i + 1:])[ITEM], f"{arm}, without {item}")
    near(why["none"] + why["choice"] + sum(row["added"] for row in rows) + why["rest"], why["sum"], f"{arm}, sum")
    if arm != "maml":
        near(why["rest"], 0, f"{arm}, rest")
    assert any(abs(row["added"]) > 0.001 for row in rows), f"{arm}: no rating adds anything"
