#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Times thaw's engine beside two PyTorch peers on the same tasks, one thread each, in turn.

    /usr/bin/python3 bench/melu_step.py build/bench/learner_step build/bench/melu_step [--steps N] [--growth]

The first program trains thaw.melu with learn.melu as an experiment does, through Lua and the worker's threads; the second
one is the same computation written in C on the engine. Peers: `loop` runs task by task with autograd; `padded` runs the whole batch at once, rows padded to the longest
task, per-task weights by batched products. All start from the same weights; their losses are compared.
"""
import argparse
import os
import resource
import subprocess
import tempfile
import time

import numpy
import torch
import torch.nn.functional as F

FIELDS, ITEM_FIELDS, INNER_RATE, OUTER_RATE = 8, 4, 5e-6, 5e-5


class Reader:
    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.at = 0

    def array(self, kind, count):
        values = numpy.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values

    def part(self, tasks):
        """Offsets of tasks, per field (starts, index) of bags, targets."""
        offsets = self.array("u8", tasks + 1).astype("i8")
        rows = int(offsets[-1])
        fields = []
        for field in range(FIELDS):
            starts = self.array("u8", (rows if field < ITEM_FIELDS else tasks) + 1).astype("i8")
            index = self.array("u4", int(starts[-1])).astype("i8")
            if field >= ITEM_FIELDS:  # one row a user, here for each of the user's rows
                index, starts = numpy.repeat(index, numpy.diff(offsets)), numpy.arange(rows + 1)
            fields.append((torch.from_numpy(starts), torch.from_numpy(index)))
        return offsets, fields, torch.from_numpy(self.array("f4", rows).copy()).view(-1, 1)

    def parameter(self):
        rows, columns = self.array("u8", 2)
        values = self.array("f4", int(rows * columns)).copy()
        return torch.from_numpy(values).view(int(rows), int(columns)).requires_grad_()


def read(path):
    reader = Reader(path)
    tasks = int(reader.array("u8", 1)[0])
    support, query = reader.part(tasks), reader.part(tasks)
    parameters = [reader.parameter() for _ in range(FIELDS + 7)]
    first = torch.cat(parameters[FIELDS : FIELDS + 2]).detach().requires_grad_()
    return tasks, support, query, parameters[:FIELDS] + [first] + parameters[FIELDS + 2 :]


def embed(tables, fields):
    """Inputs of the rows whose bags are given: the means of their embeddings side by side."""
    return torch.cat([F.embedding_bag(index, table, starts[:-1], mode="mean") for table, (starts, index) in zip(tables, fields)], 1)


def cut(fields, first, last):
    return [(starts[first : last + 1] - starts[first], index[starts[first] : starts[last]]) for starts, index in fields]


def predict(x, phi):
    hidden = torch.relu(torch.addmm(phi[1], x, phi[0]))
    hidden = torch.relu(torch.addmm(phi[3], hidden, phi[2]))
    return torch.addmm(phi[5], hidden, phi[4])


class Loop:
    def __init__(self, tasks, support, query, parameters, inner):
        self.tasks, self.inner, self.parameters = tasks, inner, parameters
        self.support = [self.task(support, task) for task in range(tasks)]
        self.query = [self.task(query, task) for task in range(tasks)]

    @staticmethod
    def task(part, task):
        offsets, fields, targets = part
        first, last = int(offsets[task]), int(offsets[task + 1])
        return cut(fields, first, last), targets[first:last]

    def loss(self):
        tables, total = self.parameters[:FIELDS], 0
        for (fields, targets), (query_fields, query_targets) in zip(self.support, self.query):
            phi, x = self.parameters[FIELDS:], embed(tables, fields)
            for _ in range(self.inner):
                slopes = torch.autograd.grad(F.mse_loss(predict(x, phi), targets), phi, create_graph=True)
                phi = [p - INNER_RATE * slope for p, slope in zip(phi, slopes)]
            total = total + F.mse_loss(predict(embed(tables, query_fields), phi), query_targets)
        return total / self.tasks


class Padded:
    def __init__(self, tasks, support, query, parameters, inner):
        self.tasks, self.inner, self.parameters = tasks, inner, parameters
        self.support, self.query = self.pad(support), self.pad(query)

    def pad(self, part):
        offsets, fields, targets = part
        counts = numpy.diff(offsets)
        width = int(counts.max())
        place = numpy.arange(width)[None, :]
        inside = torch.from_numpy(place < counts[:, None])
        rows = torch.from_numpy(numpy.where(inside, offsets[:-1, None] + place, offsets[-1]))
        padded = torch.cat([targets, torch.zeros(1, 1)])[rows]
        weight = inside.float().unsqueeze(2) / torch.from_numpy(counts).float().view(-1, 1, 1)
        return fields, rows, padded, weight

    @staticmethod
    def inputs(tables, fields, rows):
        x = embed(tables, fields)
        return torch.cat([x, torch.zeros(1, x.shape[1])])[rows]

    @staticmethod
    def predict(x, phi):
        hidden = torch.relu(torch.baddbmm(phi[1], x, phi[0]))
        hidden = torch.relu(torch.baddbmm(phi[3], hidden, phi[2]))
        return torch.baddbmm(phi[5], hidden, phi[4])

    @staticmethod
    def error(predicted, targets, weight):
        return (weight * (predicted - targets) ** 2).sum()

    def loss(self):
        tables = self.parameters[:FIELDS]
        phi = [p.unsqueeze(0).expand(self.tasks, -1, -1) for p in self.parameters[FIELDS:]]
        fields, rows, targets, weight = self.support
        x = self.inputs(tables, fields, rows)
        for _ in range(self.inner):
            slopes = torch.autograd.grad(self.error(self.predict(x, phi), targets, weight), phi, create_graph=True)
            phi = [p - INNER_RATE * slope for p, slope in zip(phi, slopes)]
        fields, rows, targets, weight = self.query
        return self.error(self.predict(self.inputs(tables, fields, rows), phi), targets, weight) / self.tasks


def train(peer, path, inner, steps):
    """Milliseconds of each step, losses."""
    tasks, support, query, parameters = read(path)
    learner = peer(tasks, support, query, parameters, inner)
    optimiser = torch.optim.Adam(parameters, OUTER_RATE)
    times, losses = [], []
    for _ in range(steps):
        begin = time.perf_counter()
        optimiser.zero_grad(set_to_none=True)
        loss = learner.loss()
        loss.backward()
        optimiser.step()
        times.append(1000 * (time.perf_counter() - begin))
        losses.append(loss.item())
    return times, losses


def thaw(program, path, shape, steps, threads=1):
    command = [program, "--write", path, "--steps", str(steps), "--threads", str(threads)]
    for name, value in shape.items():
        command += ["--" + name, str(value)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(line.split(" ", 1) for line in output.splitlines())


def median(times):
    return sorted(times)[len(times) // 2]


def compare(programs, path, shape, steps):
    """One line of numbers, medians and in brackets the fastest steps; returns what both programs said."""
    said, engine = [thaw(program, path, shape, steps) for program in programs]
    own, best = float(said["milliseconds"]), float(said["fastest"])
    losses, in_c = [[float(loss) for loss in text["losses"].split()] for text in (said, engine)]
    apart = max(abs(a - b) / abs(b) for a, b in zip(losses, in_c))
    line = f"{'  '.join(f'{value:6}' for value in shape.values())}  {own:8.2f} ({best:7.2f})"
    line += f"  {float(engine['milliseconds']):8.2f} ({float(engine['fastest']):7.2f})"
    for peer in Padded, Loop:
        times, theirs = train(peer, path, shape["inner"], steps)
        apart = max([apart] + [abs(a - b) / abs(b) for a, b in zip(losses, theirs)])
        line += f"  {median(times):8.2f} ({min(times):8.2f}) {median(times) / own:5.1f} ({min(times) / best:5.1f})"
    print(f"{line}  {apart:.0e}", flush=True)
    return said, engine


TURNS = 7


def two_threads(name, program, path, shape, steps):
    """One and two threads in turn, so that what else the machine does falls on both."""
    pairs = [[thaw(program, path, shape, steps, threads) for threads in (1, 2)] for _ in range(TURNS)]
    one, two = ([float(pair[side]["milliseconds"]) for pair in pairs] for side in (0, 1))
    ratios = [a / b for a, b in zip(one, two)]
    same = all(said["losses"] == pairs[0][0]["losses"] for pair in pairs for said in pair)
    print(f"two threads, {name}: {median(two):.2f} ms, {median(one) / median(two):.2f} times one "
          f"({min(ratios):.2f} to {max(ratios):.2f} in {TURNS} turns); losses {'have the same bits' if same else 'DIFFER'}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs=2, metavar="PROGRAM", help="learner_step, melu_step")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--growth", action="store_true", help="also other sizes, with a tenth of the steps")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    usual = {"tasks": 32, "rows": 110, "hidden": 64, "inner": 1}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "melu.bin")
        print("milliseconds an outer step, one thread: median (fastest); peers with how many times thaw's")
        print(f"{'  '.join(f'{name:>6}' for name in usual)}  {'thaw':>18}  {'engine alone':>18}  {'padded PyTorch':>33}  "
              f"{'PyTorch loop':>33}  losses apart")
        said, engine = compare(arguments.programs, path, usual, arguments.steps)
        if arguments.growth:
            for name, values in ("tasks", (8, 128)), ("rows", (30, 330)), ("hidden", (32, 128)), ("inner", (2, 5)):
                for value in values:
                    compare(arguments.programs, path, {**usual, name: value}, max(arguments.steps // 10, 5))
        print(f"\nthaw's kernels: {engine['kernels']}")
        through_lua = float(engine["gigaflops"]) * float(engine["milliseconds"]) / float(said["milliseconds"])
        print(f"{through_lua:.1f} Gflop/s in a whole step, {engine['gigaflops']} in one of the engine alone; "
              f"the same products alone by BLAS: {engine['gigaflops_alone']}")
        print(f"{said['tape']} MB on the tapes at most, {engine['memory']} MB in all without Lua and data set; "
              f"PyTorch's process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")
        for name, program in zip(("thaw", "engine alone"), arguments.programs):
            two_threads(name, program, path, usual, arguments.steps)


main()
