#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Computes the shape of data sets with plain Python, from the definitions in store/dataset_shape.h and not from the C.

    tests/report/shape_oracle.py > tests/report/shape_oracle.inc      what test_shape.c expects of its generated sets
    build/thaw data NAME --shape --json | tests/report/shape_oracle.py WORKBENCH NAME
                                                                    compares a data set of a workbench

Lists of up to some million ratings. The Gini coefficient is half the relative mean absolute difference, the drift is
fitted on the rows themselves, periods are counted by the calendar of the standard library.
"""
import bisect
import datetime
import json
import math
import re
import sqlite3
import sys
from collections import Counter, defaultdict

NAN = float("nan")
FEW = [1, 3, 5, 10, 20]
DAY = 86400
UTC = datetime.timezone.utc


# --- the generated sets: the same rows as those of test_shape.c ---

class Stream:
    """Numbers 0 .. n - 1 of a linear congruential generator."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n


def generated(number):
    """Rows (user, item, rating, time, context), user table, item table; None for no table."""
    stream = Stream(number + 1)
    rows = []
    if number == 0:  # a bit of everything
        for _ in range(4000):
            user = stream.below(stream.below(200) + 1)
            item = stream.below(stream.below(stream.below(300) + 1) + 1)
            rating = (stream.below(10) + 1) / 2
            time = None if stream.below(20) == 0 else 1000000000 + user * 500000 + stream.below(9) * stream.below(40000)
            context = None if stream.below(3) == 0 else "c%d" % stream.below(4)
            if time and time > 1060000000 and rating < 4:
                rating += 1
            rows.append(("u%d" % user, "i%d" % item, rating, time, context))
        return rows, ["u%d" % k for k in range(0, 220, 2)], ["i%d" % k for k in range(310)]
    if number == 1:  # one value, no times
        for _ in range(300):
            rows.append(("u%d" % stream.below(40), "i%d" % stream.below(30), 3.0, None, None))
        return rows, None, None
    if number == 2:  # counts with a long tail over many centuries
        for k in range(1500):
            size = 2 ** stream.below(18)
            rows.append(("u%d" % stream.below(500), "i%d" % stream.below(900), float(1 + stream.below(size)),
                         -30000000000 + 100000000 * stream.below(1400), None))
        return rows, None, ["x%d" % k for k in range(10)]
    # one user, some hours
    for k in range(50):
        rows.append(("u", "i%d" % k, float(stream.below(5)), 951782400 + stream.below(300000), "same"))
    return rows, ["u"], ["i%d" % k for k in range(0, 50, 5)]


# --- definitions ---

def gini(counts):
    """Half of the relative mean absolute difference."""
    n, total, weighted = len(counts), sum(counts), 0
    numbers = Counter(counts)
    values = sorted(numbers)
    for a in values:
        for b in values:
            if b > a:
                weighted += 2 * numbers[a] * numbers[b] * (b - a)
    return weighted / (2 * n * total)


def lorenz(counts):
    counts = sorted(counts)
    sums = [0]
    for c in counts:
        sums.append(sums[-1] + c)
    points = []
    for p in range(101):
        place = len(counts) * p / 100
        low = min(int(place), len(counts) - 1)
        points.append((sums[low] * (1 - (place - low)) + sums[low + 1] * (place - low)) / sums[-1])
    return points


def side(rows, which, table, start):
    ratings, times = defaultdict(list), defaultdict(list)
    for row in rows:
        ratings[row[which]].append(row[2])
        if row[3] is not None:
            times[row[which]].append(row[3])
    counts = sorted((len(r) for r in ratings.values()), reverse=True)
    described = set(table or [])
    missing = len(described - set(ratings))
    found = {"gini": gini(counts), "top_1_percent": sum(counts[:math.ceil(len(counts) / 100)]) / len(rows),
             "top_10_percent": sum(counts[:math.ceil(len(counts) / 10)]) / len(rows)}
    half = 0
    while 2 * sum(counts[:half]) < len(rows):
        half += 1
    found["half"] = half
    found["lorenz"] = lorenz(counts)
    found["fewer_than"] = [{"threshold": k, "count": sum(c < k for c in counts) + missing,
                            "ratings": sum(c for c in counts if c < k)} for k in FEW]

    def some(ids):
        ids = list(ids)
        return {"count": len(ids), "ratings": sum(len(ratings[i]) for i in ids)}
    found["once"] = some(i for i in ratings if len(ratings[i]) == 1)
    found["cores"] = cores(rows, which)
    found["only_in_last_tenth_of_time"] = some(i for i in times if start is not None and min(times[i]) >= start)
    found["has_table"] = table is not None and len(table) > 0
    found["described"] = len(described & set(ratings))
    found["described_without_rating"] = missing
    found["not_described"] = some(i for i in ratings if table and i not in described)
    constant = [i for i in ratings if len(ratings[i]) > 1 and len(set(ratings[i])) == 1]
    found["constant"] = some(constant)
    found["constant_of_five_or_more"] = sum(len(ratings[i]) >= 5 for i in constant)
    twice = [i for i in times if len(ratings[i]) > 1]
    found["with_two_and_time"] = len(twice)
    found["within_24_hours"] = sum(max(times[i]) - min(times[i]) < DAY for i in twice)
    return found


def cores(rows, which):
    """Takes out one user or item after another that has fewer than k."""
    found = []
    for k in (5, 10, 20):
        left = [Counter(r[side] for r in rows) for side in (0, 1)]
        of = [defaultdict(list), defaultdict(list)]
        for i, row in enumerate(rows):
            of[0][row[0]].append(i)
            of[1][row[1]].append(i)
        alive = [True] * len(rows)
        weak = [(side, e) for side in (0, 1) for e in left[side] if left[side][e] < k]
        while weak:
            side, entity = weak.pop()
            for i in of[side][entity]:
                if alive[i]:
                    alive[i] = False
                    for s in (0, 1):
                        left[s][rows[i][s]] -= 1
                        if left[s][rows[i][s]] == k - 1:
                            weak.append((s, rows[i][s]))
        rest = [r for r, keep in zip(rows, alive) if keep]
        found.append({"k": k, "count": len({r[which] for r in rest}), "ratings": len(rest)})
    return found


def drift(rows, first, last):
    year = 365.25 * DAY
    rows = [(r[0], r[3] / year, r[2]) for r in rows if r[3] is not None]
    none = {"slope": NAN, "standard_error": NAN, "change": NAN}
    if not rows or first == last:
        return none
    x0, r0 = sum(r[1] for r in rows) / len(rows), sum(r[2] for r in rows) / len(rows)
    spread = sum((r[1] - x0) ** 2 for r in rows)
    slope = sum((r[1] - x0) * (r[2] - r0) for r in rows) / spread
    moments = defaultdict(float)
    for user, x, rating in rows:
        moments[user] += (x - x0) * (rating - r0 - slope * (x - x0))
    groups = len(moments)
    error = math.sqrt(groups / (groups - 1) * sum(m * m for m in moments.values())) / spread if groups > 1 else NAN
    return {"slope": slope, "standard_error": error, "change": slope * (last - first) / year}


def pace(rows):
    times = defaultdict(list)
    for row in rows:
        if row[3] is not None:
            times[row[0]].append(row[3])
    times = [sorted(t) for t in times.values() if len(t) > 1]
    count = sum(map(len, times))
    if not count:
        return {"users": 0, "ratings": 0, "in_hour": NAN, "in_day": NAN, "in_second": NAN}

    def densest(t, length):
        return max(bisect.bisect_right(t, x + length) - i for i, x in enumerate(t))
    seconds = sum(c for t in times for c in Counter(t).values() if c > 1)
    return {"users": len(times), "ratings": count, "in_hour": sum(densest(t, 3600) for t in times) / count,
            "in_day": sum(densest(t, DAY) for t in times) / count, "in_second": seconds / count}


def month_start(month):
    """Seconds of the first day of a month, counted from year 0."""
    return int(datetime.datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC).timestamp())


def month_of(time):
    date = datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(seconds=time)
    return date.year * 12 + date.month - 1


def layout(first, last):
    """Name and starts of the periods, with the end of the last one."""
    for name, step, shift in (("hour", 3600, 0), ("day", DAY, 0), ("week", 7 * DAY, 4 * DAY)):
        start = (first - shift) // step * step + shift
        if (last - start) // step < 100:
            return name, list(range(start, last + step + 1, step))[:(last - start) // step + 2]
    for name, months in (("month", 1), ("quarter", 3), ("year", 12), ("5 years", 60), ("10 years", 120),
                         ("100 years", 1200), ("1,000 years", 12000)):
        start, end = month_of(first) // months * months, month_of(last)
        if (end - start) // months < 100:
            return name, [month_start(start + i * months) for i in range((end - start) // months + 2)]
    raise ValueError("too long")


def time_line(rows, first, last):
    name, starts = layout(first, last)
    periods = [{"from": s, "ratings": 0, "sum": 0.0, "new_users": 0, "new_items": 0} for s in starts[:-1]]
    seen = [{}, {}]
    weekdays, hours = [0] * 7, [0] * 24
    for row in rows:
        if row[3] is None:
            continue
        period = periods[bisect.bisect_right(starts, row[3]) - 1]
        period["ratings"] += 1
        period["sum"] += row[2]
        for which in (0, 1):
            seen[which][row[which]] = min(row[3], seen[which].get(row[which], row[3]))
        weekdays[(row[3] // DAY + 3) % 7] += 1
        hours[row[3] % DAY // 3600] += 1
    for which, key in enumerate(("new_users", "new_items")):
        for time in seen[which].values():
            periods[bisect.bisect_right(starts, time) - 1][key] += 1
    for period in periods:
        total = period.pop("sum")
        period["mean"] = total / period["ratings"] if period["ratings"] else NAN
    return name, periods, weekdays, hours


def repeats(rows):
    pairs = defaultdict(list)
    for row in rows:
        pairs[row[:2]].append(row)
    again = [p for p in pairs.values() if len(p) > 1]
    if not again:
        return {"rows": 0, "pairs": 0, "repeated": 0, "most": 0, "other_rating": 0, "other_context": 0}
    return {"rows": len(rows), "pairs": len(pairs), "repeated": len(again), "most": max(map(len, again)),
            "other_rating": sum(len({r[2] for r in p}) > 1 for p in again),
            "other_context": sum(len({r[4] for r in p}) > 1 for p in again)}


def round_up(width):
    ten = 10.0 ** math.floor(math.log10(width))
    return next(f * ten for f in (1, 2, 2.5, 5, 10) if width / ten <= f)


def user_means(rows):
    ratings = defaultdict(list)
    for row in rows:
        ratings[row[0]].append(row[2])
    low, high = min(r[2] for r in rows), max(r[2] for r in rows)
    width = round_up((high - low) / 20) if high > low else 1
    start = math.floor(low / width)
    bins = [0] * min(math.floor(high / width) - start + 1, 24)
    for r in ratings.values():
        bins[max(0, min(len(bins) - 1, math.floor(sum(r) / len(r) / width + 1e-9) - start))] += 1
    return [{"from": (start + i) * width, "to": (start + i + 1) * width, "users": b} for i, b in enumerate(bins)]


def shape(rows, users, items):
    values = [r[2] for r in rows]
    mean = sum(values) / len(values)
    variance = sum((v - mean) ** 2 for v in values) / len(values)
    times = [r[3] for r in rows if r[3] is not None]
    first, last = (min(times), max(times)) if times else (None, None)
    start = first + 0.9 * (last - first) if times and first < last else None
    line = time_line(rows, first, last) if times else (None, [], [0] * 7, [0] * 24)
    return {"deviation": math.sqrt(variance),
            "skewness": sum((v - mean) ** 3 for v in values) / len(values) / variance ** 1.5 if variance else NAN,
            "whole_numbers": all(v == math.floor(v) for v in values),
            "density": len({r[:2] for r in rows}) / len({r[0] for r in rows}) / len({r[1] for r in rows}),
            "user_means": user_means(rows),
            "of_users": side(rows, 0, users, start), "of_items": side(rows, 1, items, start),
            "time": {"ratings": len(times), "period": line[0], "periods": line[1], "weekdays": line[2],
                     "hours": line[3], "drift": drift(rows, first, last), "pace": pace(rows)},
            "repeated_pairs": repeats(rows)}


# --- output ---

def flat(value, path=""):
    """Every number in it, with its path."""
    if isinstance(value, dict):
        for key in value:
            yield from flat(value[key], path + "." + key if path else key)
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from flat(one, "%s[%d]" % (path, i))
    else:
        yield path, value


def write_expected():
    print("/* Made by shape_oracle.py. Each set: every number of its shape. */")
    for number in range(4):
        print("static const struct expected_number expected_%d[] = {" % number)
        for path, value in flat(shape(*generated(number))):
            point = re.search(r"lorenz\[(\d+)\]", path)
            if isinstance(value, str) or value is None or point and int(point[1]) % 10:
                continue
            number_text = "NAN" if value != value else repr(float(value))
            print('    {"%s", %s},' % (path, number_text))
        print("    {0}};")


def read_set(database, name):
    connection = sqlite3.connect("file:%s?mode=ro" % database, uri=True)
    connection.row_factory = sqlite3.Row
    roles = defaultdict(dict)
    for row in connection.execute("SELECT * FROM thaw_columns WHERE dataset = ? ORDER BY rowid", (name,)):
        roles[row["part"]].setdefault(row["role"] or "", []).append(row["name"])
    ratings = roles["ratings"]
    known = [ratings[r][0] if r in ratings else None for r in ("user", "item", "rating", "time")]
    rows = []
    for row in connection.execute('SELECT * FROM "%s_ratings"' % name):
        context = tuple(row[c] for c in ratings.get("", []) + ratings.get("title", []))
        rows.append((row[known[0]], row[known[1]], float(row[known[2]]), row[known[3]] if known[3] else None, context))
    tables = []
    for part, role in (("users", "user"), ("items", "item")):
        tables.append([r[0] for r in connection.execute('SELECT "%s" FROM "%s_%s"' % (roles[part][role][0], name, part))]
                      if roles.get(part) else None)
    return rows, tables[0], tables[1]


def moment(value):
    if isinstance(value, str) and value.endswith("Z"):
        return datetime.datetime.fromisoformat(value[:-1]).replace(tzinfo=UTC).timestamp()
    return value


def compare(database, name):
    said, expected = json.load(sys.stdin), shape(*read_set(database, name))
    sampled = [key for key in ("repeated_pairs", "time.pace") if
               (said[key] if key == "repeated_pairs" else said["time"]["pace"])["sampled"]]
    found, wrong, count = dict(flat(said)), 0, 0
    for path, value in flat(expected):
        if any(path.startswith(key) for key in sampled):
            continue
        got = moment(found.get(path))
        count += 1
        same = got == value or (got is None and value != value)
        if not same and isinstance(value, (int, float)) and isinstance(got, (int, float)):
            same = abs(got - value) <= 1e-9 * max(1, abs(value))
        if not same:
            wrong += 1
            print("%s: %s, expected %s" % (path, got, value))
    print("%s: %d of %d numbers are as expected%s" % (name, count - wrong, count,
                                                      "; sampled: " + ", ".join(sampled) if sampled else ""))
    return wrong > 0


if len(sys.argv) == 3:
    sys.exit(compare(sys.argv[1], sys.argv[2]))
write_expected()
