#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints the numbers that test_answer_oracle.c expects, made without any code of thaw.

Written from "The shared last step" in docs/COMPARISON.md. The likelihood is taken as it stands, the
log of a difference of two logistic functions, and made largest by Newton's method on the free
unknowns, with dense elimination; a coefficient that would fall below 0 is fixed there and set free
again when the likelihood rises with it. Needs nothing but Python.
"""
import math
import struct

NAN = float("nan")


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


# --- the data of the cases; test_answer_oracle.c makes the same ---


def share(i, step):
    return math.fmod((i + 1) * step, 1.0)


def data(case):
    levels, low, high = case["levels"], case["low"], case["high"]
    rows = []
    for i in range(case["rows"]):
        u, v, w = share(i, 0.6180339887498949), share(i, 0.7548776662466927), share(i, 0.5698402909980532)
        prediction = single(low + (high - low) * (0.1 + 0.8 * u))
        deviation = single(0.5 + v)
        e = 2 * w - 1
        middle = 0.5 * (low + high)
        turn = low + (high - low) * 0.66
        bent = prediction - middle + case["bend"] * max(0.0, prediction - turn)
        truth = middle + case["slope"] * bent + case["noise"] * deviation * (e + e * e * e)
        truth = min(max(truth, low), high)
        if levels:
            truth = levels[nearest(levels, truth)]
        if case["gaps"] and i % 17 == 3:
            prediction = NAN
        if case["gaps"] and i % 19 == 4:
            deviation = NAN if i % 2 else 0.0
        if case["gaps"] and i % 23 == 5:
            truth = NAN
        rows.append((prediction, deviation if case["deviations"] else NAN, single(truth)))
    return rows


def nearest(levels, truth):
    return sum(truth > 0.5 * (a + b) for a, b in zip(levels, levels[1:]))


# --- the model ---


def logistic(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def clip(p, case):
    return min(max(p, case["low"]), case["high"])


def known(deviation):
    return deviation > 0 and math.isfinite(deviation)


def weight_of(deviation, median, gamma):
    if not known(deviation) or not median:
        return 1.0
    return min(max(deviation / median, 0.125), 8.0) ** -gamma


def solve(matrix, right):
    size = len(right)
    rows = [list(matrix[i]) + [right[i]] for i in range(size)]
    for k in range(size):
        best = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        for i in range(k + 1, size):
            factor = rows[i][k] / rows[k][k]
            for j in range(k, size + 1):
                rows[i][j] -= factor * rows[k][j]
    result = [0.0] * size
    for k in reversed(range(size)):
        result[k] = (rows[k][size] - sum(rows[k][j] * result[j] for j in range(k + 1, size))) / rows[k][k]
    return result


def evaluate(x, rows, precision, cuts, derivatives=True):
    """Penalised log likelihood, gradient, curvature. Rows: (level, weight, columns, times)."""
    size = len(x)
    value, gradient = 0.0, [0.0] * size
    curvature = [[0.0] * size for _ in range(size)]
    for level, weight, columns, times in rows:
        place = sum(c * z for c, z in zip(x[cuts:], columns))
        above = weight * x[level] - place if level < cuts else math.inf
        below = weight * x[level - 1] - place if level > 0 else -math.inf
        if above <= below:
            return -math.inf, None, None
        # Both counted from the nearer end, so that nothing cancels.
        if below > 0:
            above, below, turned = -below, -above, True
        else:
            turned = False
        a = logistic(above) if above < math.inf else 1.0
        b = logistic(below) if below > -math.inf else 0.0
        p = a - b
        value += times * math.log(p)
        if not derivatives:
            continue
        da, db = a * (1 - a), b * (1 - b)
        ga, gb = da / p, -db / p
        haa = da * (1 - 2 * a) / p - ga * ga
        hbb = -db * (1 - 2 * b) / p - gb * gb
        hab = -ga * gb
        if turned:
            ga, gb, haa, hbb = -gb, -ga, hbb, haa
        # Directions of `above` and `below` in the unknowns.
        one, two = {}, {}
        if level < cuts:
            one[level] = weight
        if level > 0:
            two[level - 1] = weight
        for m, z in enumerate(columns):
            if z:
                if level < cuts:
                    one[cuts + m] = -z
                if level > 0:
                    two[cuts + m] = -z
        for i, di in one.items():
            gradient[i] += times * ga * di
            for j, dj in one.items():
                curvature[i][j] += times * haa * di * dj
            for j, dj in two.items():
                curvature[i][j] += times * hab * di * dj
                curvature[j][i] += times * hab * di * dj
        for i, di in two.items():
            gradient[i] += times * gb * di
            for j, dj in two.items():
                curvature[i][j] += times * hbb * di * dj
    for m in range(size - cuts):
        for n in range(size - cuts):
            value -= 0.5 * x[cuts + m] * precision[m][n] * x[cuts + n]
            gradient[cuts + m] -= precision[m][n] * x[cuts + n]
            curvature[cuts + m][cuts + n] -= precision[m][n]
    return value, gradient, curvature


def maximise(x, rows, precision, cuts, bounded):
    x, fixed = list(x), set()
    for _ in range(500):
        value, gradient, curvature = evaluate(x, rows, precision, cuts)
        free = [i for i in range(len(x)) if i not in fixed]
        step = solve([[-curvature[i][j] for j in free] for i in free], [gradient[i] for i in free])
        promise = sum(gradient[i] * s for i, s in zip(free, step))
        if promise < 1e-18:
            rising = [i for i in fixed if gradient[i] > 1e-9]
            if not rising:
                return x, value
            fixed.remove(max(rising, key=lambda i: gradient[i]))
            continue
        length, stop = 1.0, None
        for i, s in zip(free, step):
            if i - cuts in bounded and x[i] + length * s < 0:
                length, stop = -x[i] / s, i
        while True:
            new = list(x)
            for i, s in zip(free, step):
                new[i] += length * s
            if stop is not None:
                new[stop] = 0.0
            if promise < 1e-7 or evaluate(new, rows, precision, cuts, False)[0] >= value:
                break
            length, stop = length / 2, None
        x = new
        if stop is not None:
            fixed.add(stop)
    raise SystemExit("no convergence")


SHARES = {1: [], 2: [0.5], 3: [0.3, 0.7], 4: [0.15, 0.5, 0.85]}


def hinges(p, knots):
    return [min(max(p, a), b) - a for a, b in zip(knots, knots[1:])]


def lower_median(values):
    values = sorted(values)
    return values[(len(values) - 1) // 2] if values else 0.0


def marginal_of(case, rows):
    levels = case["levels"]
    counts = [0.5] * len(levels)
    for _, _, truth in rows:
        if not math.isnan(truth):
            counts[nearest(levels, truth)] += 1
    below, result = 0.0, []
    for count in counts[:-1]:
        below += count
        result.append(math.log(below / (sum(counts) - below)))
    return result


def fit_levels(case):
    rows, levels = data(case), case["levels"]
    cuts = len(levels) - 1
    step = {"case": case, "marginal": marginal_of(case, rows), "gamma": 0.0, "median": 0.0, "pieces": 0}
    step["cumulative"] = lambda p, s: [logistic(t) for t in step["marginal"]]
    used = [(clip(p, case), s, nearest(levels, t)) for p, s, t in rows if not math.isnan(p) and not math.isnan(t)]
    predictions = sorted(p for p, _, _ in used)
    if not used or predictions[0] == predictions[-1]:
        return step
    mean = sum(predictions) / len(predictions)
    spread = math.sqrt(sum((p - mean) ** 2 for p in predictions) / len(predictions))
    median = lower_median([s for _, s, _ in used if known(s)])

    def attempt(knots, gamma, start):
        pieces = len(knots) - 1
        centres = [sum(c) / len(used) for c in zip(*(hinges(p, knots) for p, _, _ in used))]
        table = []
        for p, s, level in used:
            w = weight_of(s, median, gamma)
            columns = [w * (h - c) / spread for h, c in zip(hinges(p, knots), centres)]
            if gamma > 0:
                columns += [(p - mean) / spread, 1 - w]
            table.append((level, w, columns, 1.0))
        count = len(table[0][2])
        table += [(level, 1.0, [0.0] * count, 0.5) for level in range(cuts + 1)]
        precision = [[0.0] * count for _ in range(count)]
        for k in range(pieces):
            precision[k][k] += 0.04
            if k > 0:
                precision[k][k] += 30
                precision[k - 1][k - 1] += 30
                precision[k][k - 1] -= 30
                precision[k - 1][k] -= 30
        for m in range(pieces, count):
            precision[m][m] = 10.0
        start = list(start) + [0.0] * (cuts + count - len(start))
        x, value = maximise(start, table, precision, cuts, set(range(count)) - {pieces + 1})

        def cumulative(p, s):
            p, w = clip(p, case), weight_of(s, median, gamma)
            columns = [w * (h - c) / spread for h, c in zip(hinges(p, knots), centres)]
            columns += [(p - mean) / spread, 1 - w]
            place = sum(c * z for c, z in zip(x[cuts:], columns))
            return [logistic(w * t - place) for t in x[:cuts]]

        return x, value, cumulative

    ends = [case["low"], case["high"]]
    x, value, cumulative = attempt(ends, 0.0, step["marginal"])
    if x[cuts] <= 0:
        return step
    pieces = 1 + sum(len(used) >= bound for bound in (200, 800, 2000))
    knots = [case["low"]]
    for portion in SHARES[pieces]:
        knot = predictions[int(portion * len(predictions))]
        if max(knots[-1] if len(knots) > 1 else predictions[0], predictions[0]) < knot < predictions[-1]:
            knots.append(knot)
    knots.append(case["high"])
    if len(knots) > 2:
        x, value, cumulative = attempt(knots, 0.0, x[:cuts] + [x[cuts]] * (len(knots) - 1))
    step.update(cumulative=cumulative, pieces=len(knots) - 1, median=median)
    bar, last = value + 2, value
    for quarter in range(1, 9):
        if not median:
            break
        x, value, cumulative = attempt(knots, quarter / 4, x)
        if value <= last:
            break
        last = value
        if value > bar:
            bar = value
            step.update(cumulative=cumulative, gamma=quarter / 4)
    return step


def answer_levels(step, p, s, truth):
    levels, low, high = step["case"]["levels"], step["case"]["low"], step["case"]["high"]
    shares = [logistic(t) for t in step["marginal"]] if math.isnan(p) else step["cumulative"](p, s)
    shares = shares + [1.0]
    masses = [b - a for a, b in zip([0.0] + shares, shares)]
    mean = sum(l * m for l, m in zip(levels, masses))
    variance = sum((l - mean) ** 2 * m for l, m in zip(levels, masses))

    def quantile(portion):
        return next(j for j, f in enumerate(shares) if f >= portion - 1e-9)

    edges = [0.5 * (a + b) for a, b in zip(levels, levels[1:])]
    edges = [max(2 * levels[0] - edges[0], min(low, levels[0]))] + edges
    edges += [min(2 * levels[-1] - edges[-1], max(high, levels[-1]))]
    middle = quantile(0.5)
    before = shares[middle - 1] if middle else 0.0
    median = edges[middle] + (0.5 - before) / masses[middle] * (edges[middle + 1] - edges[middle])
    y = nearest(levels, truth)
    covered = quantile(0.05) <= y <= quantile(0.95)
    return mean, levels[middle], median, math.log(masses[y]), variance, covered


def fit_continuous(case):
    rows = data(case)
    span = case["high"] - case["low"]
    floor = 0.001 * span if span > 0 else 0.001
    truths = [t for _, _, t in rows if not math.isnan(t)]
    centre = sum(truths) / len(truths)
    noise = max(floor, math.sqrt(sum((t - centre) ** 2 for t in truths) / len(truths)))
    used = [(clip(p, case), s, t) for p, s, t in rows if not math.isnan(p) and not math.isnan(t)]
    median = lower_median([s for _, s, _ in used if known(s)])
    step = {"case": case, "gamma": 0.0, "median": median, "marginal": (centre, noise), "line": (centre, 0.0, noise), "pieces": 0}
    bar = last = None
    for quarter in range(9 if median else 1):
        weights = [weight_of(s, median, quarter / 4) for _, s, _ in used]
        squares = [w * w for w in weights]
        x = sum(q * p for q, (p, _, _) in zip(squares, used)) / sum(squares)
        y = sum(q * t for q, (_, _, t) in zip(squares, used)) / sum(squares)
        xx = sum(q * (p - x) ** 2 for q, (p, _, _) in zip(squares, used))
        xy = sum(q * (p - x) * (t - y) for q, (p, _, t) in zip(squares, used))
        b = max(0.0, xy / xx)
        a = y - b * x
        total = noise ** 2 + sum(q * (t - a - b * p) ** 2 for q, (p, _, t) in zip(squares, used))
        n = len(used) + 1
        c = max(floor, math.sqrt(total / n))
        value = sum(map(math.log, weights)) - n * math.log(c) - 0.5 * total / c ** 2
        if (quarter == 0 and b <= 0) or (quarter > 0 and value <= last):
            break
        last = value
        if quarter == 0 or value > bar:
            bar = value + (2 if quarter == 0 else 0)
            step.update(line=(a, b, c), gamma=quarter / 4)
    return step


def answer_continuous(step, p, s, truth):
    mean, noise = step["marginal"]
    if not math.isnan(p):
        a, b, c = step["line"]
        mean, noise = a + b * clip(p, step["case"]), c / weight_of(s, step["median"], step["gamma"])
    score = -0.5 * ((truth - mean) / noise) ** 2 - math.log(noise) - 0.5 * math.log(2 * math.pi)
    return mean, mean, mean, score, noise ** 2, abs(truth - mean) <= 1.6448536269514722 * noise


STARS = [1.0, 2.0, 3.0, 4.0, 5.0]
HALVES = [0.5 * (j + 1) for j in range(10)]


def case(levels, rows, slope, noise, bend=0.0, deviations=False, gaps=False, low=None, high=None):
    return {"levels": levels, "low": levels[0] if low is None else low, "high": levels[-1] if high is None else high,
            "rows": rows, "slope": slope, "noise": noise, "bend": bend, "deviations": deviations, "gaps": gaps}


CASES = [
    case(STARS, 300, 0.9, 1.0),
    case(STARS, 2100, 0.8, 0.9, deviations=True),
    case(HALVES, 60, 1.0, 1.2, deviations=True, gaps=True),
    case(STARS, 900, 1.0, 0.6, bend=-2.5),
    case([0.0, 1.0], 150, 0.6, 0.6, deviations=True, gaps=True),
    case(STARS, 250, -0.9, 0.8, deviations=True),
    case([1.0, 2.0, 4.0, 8.0], 1, 1.0, 1.0, low=0.0, high=9.0),
    case(STARS, 40, 1.3, 0.0),
    case([], 200, 0.7, 12.0, deviations=True, gaps=True, low=-20.0, high=80.0),
]


def queries(which):
    """Prediction, deviation, truth, in shares of the range."""
    low, high = which["low"], which["high"]
    for p, s, t in ((0.5, 1.0, 0.5), (0.05, 0.7, 0.0), (0.9, 2.5, 1.0), (0.7, 0.01, 0.3), (NAN, 1.0, 0.8), (1.5, NAN, 0.65)):
        yield single(low + (high - low) * p), single(s), single(low + (high - low) * t)


def main():
    for number, which in enumerate(CASES):
        step = fit_levels(which) if which["levels"] else fit_continuous(which)
        print(f"    /* case {number}: gamma {step['gamma']}, pieces {step['pieces']} */")
        for p, s, truth in queries(which):
            result = (answer_levels if which["levels"] else answer_continuous)(step, p, s, truth)
            numbers = ", ".join(f"{x:.14g}" for x in result[:5])
            print(f"    {{{number}, {step['gamma']}, {step['pieces']}, {{{numbers}, {'true' if result[5] else 'false'}}}}},")


if __name__ == "__main__":
    main()
