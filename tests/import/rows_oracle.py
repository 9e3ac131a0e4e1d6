#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random files and their rows by Python's csv and json, for test_import_rows.c:

    python3 tests/import/rows_oracle.py SEED COUNT

A case is `case NAME SEPARATOR`, `text HEX`, a line `row HEX HEX ...` for each row ("-" is an empty cell; the first row is
the header or the keys), `end`. SEPARATOR is "-" where thaw has to find it.
"""
import csv
import io
import json
import random
import re
import sys

NUMBERS = ["0", "-0", "+7", "007", "1e5", "1E-3", ".5", "5.", "1.234", "1,5", "1 000", "0x1F", "99999999999999999999", "NaN", "-inf"]
WORDS = ["a", "Blue", "7", "3.5", "-1", "été", "千と", "x y", "O'Hara", "#1", "50%", "né"]
NASTY = ['"', '""', ",", ";", "\t", "|", "\n", "\r\n", "\\", '\\"', " ", "::", "a", "1", "é", "😀"]


def hexed(text):
    return text.encode().hex() or "-"


def put(name, separator, text, rows, encoding="utf-8"):
    print("case", name, separator)
    print("text", text.encode(encoding).hex())
    for row in rows:
        print("row", *[hexed(cell) for cell in row])
    print("end")


def cell(rng, nasty):
    if nasty and rng.random() < 0.4:
        return "".join(rng.choice(NASTY) for _ in range(rng.randint(1, 6)))
    return rng.choice(NUMBERS if rng.random() < 0.2 else WORDS)


def separated(rng, number):
    delimiter = rng.choice([",", ";", "\t", "|"])
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    nasty = rng.random() < 0.7
    width, height = rng.randint(2, 6), rng.randint(3, 20)
    rows = [["c%d" % i for i in range(width)]]
    for i in range(height):
        rows.append(["u%d" % i] + [cell(rng, nasty) if rng.random() < 0.9 else "" for _ in range(width - 1)])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=rng.choice(["\n", "\r\n"]))
    writer.writerows(rows)
    text = text.getvalue()
    back = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert back == rows
    name = {"\t": "tab"}.get(delimiter, delimiter)
    put("csv%d" % number, name if nasty else "-", text, rows,
        rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"][:6 if number % 3 == 0 else 3]))


def value(rng, depth):
    kind = rng.randint(0, 9 if depth < 3 else 6)
    if kind < 3:
        return "".join(rng.choice(NASTY + WORDS + ["{", "}", "[", "]", "'", "\u0001", "\u2028"]) for _ in range(rng.randint(0, 5)))
    if kind == 3:
        return rng.randint(-10**6, 10**12)
    if kind == 4:
        return rng.choice([0.5, -3.25, 1e300, 1.5e-7, 4.0])
    if kind == 5:
        return rng.choice([True, False])
    if kind == 6:
        return None
    if kind < 9:
        return [value(rng, depth + 1) for _ in range(rng.randint(0, 3))]
    return {"k%d" % i: value(rng, depth + 1) for i in rng.sample(range(4), rng.randint(0, 3))}


def scalar(v):
    if v is None:
        return ""
    if isinstance(v, bool):
        return "true" if v else "false"
    return v if isinstance(v, str) else json.dumps(v)


def flatten(v, path, out, listed=False):
    """Adds the values of v to the lists of their paths, in the order in which they stand. In a list, "|" is written "\\|",
    with the backslashes before it doubled."""
    if isinstance(v, dict):
        for key, inner in v.items():
            flatten(inner, path + "." + key if path is not None else key, out, listed)
    elif isinstance(v, (list, tuple)):
        for inner in v:
            flatten(inner, path, out, True)
    else:
        text = scalar(v)
        out.setdefault(path, []).append(re.sub(r"(\\*)\|", r"\1\1\\|", text) if listed else text)


def joined(pieces):
    """The pieces with "|" between them, before which backslashes are doubled."""
    pieces = [piece for piece in pieces if piece]
    return "|".join([re.sub(r"(\\+)\Z", r"\1\1", piece) for piece in pieces[:-1]] + pieces[-1:])


def objects(rng, number):
    keys = ["user", "item", "rating", "text", "more"]
    made = []
    for i in range(rng.randint(2, 12)):
        row = {"user": "u%d" % i, "item": i}
        for key in keys[2:]:
            if rng.random() < 0.8:
                row[key] = value(rng, 0)
        made.append(row)
    columns, rows = [], []
    for row in made:
        out = {}
        flatten(row, None, out)
        columns += [path for path in out if path not in columns]
        rows.append(out)
    rows = [[joined(out.get(path, [])) for path in columns] for out in rows]
    how = rng.choice(["lines", "list", "indented", "stream", "wrapped", "python", "tuple"])
    ascii_only = rng.random() < 0.5
    def dump(v, indent=None):
        return json.dumps(v, ensure_ascii=ascii_only, indent=indent)
    text = {
        "lines": lambda: "\n".join(dump(row) for row in made) + rng.choice(["", "\n", "\n\n"]),
        "list": lambda: dump(made),
        "indented": lambda: dump(made, rng.choice([1, 2, 4])) + "\n",
        "stream": lambda: rng.choice(["", " ", "\n"]).join(dump(row, 2) for row in made),
        "wrapped": lambda: dump({"count": len(made), "ratings": made}, rng.choice([None, 2])),
        "python": lambda: "".join(repr(row) + "\n" for row in made),
        "tuple": lambda: repr(made),
    }[how]()
    put("%s%d" % (how, number), "-", text, [columns] + rows)


def lists(rng, number):
    width = rng.randint(2, 5)
    made = [["c%d" % i for i in range(width)]]
    for i in range(rng.randint(2, 10)):
        made.append(["u%d" % i] + [value(rng, 2) for _ in range(width - 1)])
    made = [[v if not isinstance(v, dict) else 7 for v in row] for row in made]
    rows = []
    for row in made:
        out = {}
        for place, v in enumerate(row):
            if not contains_dict(v):
                flatten(v, place, out)
        if any(contains_dict(v) for v in row):
            return lists(rng, number)
        rows.append([joined(out.get(place, [])) for place in range(width)])
    how = rng.choice(["list", "lines", "tuples"])
    text = {
        "list": lambda: json.dumps(made, indent=rng.choice([None, 1])),
        "lines": lambda: "".join(json.dumps(row) + "\n" for row in made),
        "tuples": lambda: repr([tuple(row) for row in made]),
    }[how]()
    put("lists-%s%d" % (how, number), "-", text, rows)
    return None


def contains_dict(v):
    return isinstance(v, dict) or (isinstance(v, (list, tuple)) and any(contains_dict(w) for w in v))


def main():
    rng = random.Random(int(sys.argv[1]))
    for number in range(int(sys.argv[2])):
        rng.choice([separated, separated, objects, objects, lists])(rng, number)


main()
