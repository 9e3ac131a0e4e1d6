#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Times thaw's engine beside two PyTorch peers on the same tasks, one thread each, in turn.

    /usr/bin/python3 bench/melu_step.py build/bench/melu_step [--tasks N --rows N --inner N --shard N --steps N]

Peers: `loop` runs task by task with autograd; `padded` runs the whole batch at once, rows padded to the longest
task, per-task weights by batched products. All start from the same weights; their losses are compared.
"""
import argparse
import os
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


def train(peer, path, arguments, steps):
    tasks, support, query, parameters = read(path)
    learner = peer(tasks, support, query, parameters, arguments.inner)
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
    return sorted(times)[len(times) // 2], losses


def run_thaw(program, path, arguments):
    command = [program, "--write", path]
    for name in ("tasks", "rows", "inner", "shard", "steps"):
        command += ["--" + name, str(getattr(arguments, name))]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(line.split(" ", 1) for line in output.splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    for name, default in ("tasks", 32), ("rows", 110), ("inner", 1), ("shard", 8), ("steps", 100):
        parser.add_argument("--" + name, type=int, default=default)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "melu.bin")
        thaw = run_thaw(arguments.program, path, arguments)
        own = [float(loss) for loss in thaw["losses"].split()]
        spent = float(thaw["milliseconds"])
        print(f"{arguments.tasks} tasks, {arguments.rows} rows, {arguments.inner} inner steps; BLAS core {thaw['core']}")
        print(f"thaw    {spent:8.2f} ms a step, {thaw['megabytes']} MB on the tape")
        print(f"        {thaw['gigaflops']} of the {thaw['gigaflops_alone']} Gflop/s of the same products alone: "
              f"{float(thaw['products_alone']) / spent:.0%}")
        for peer in Padded, Loop:
            taken, losses = train(peer, path, arguments, arguments.steps)
            apart = max(abs(a - b) / abs(b) for a, b in zip(own, losses))
            print(f"{peer.__name__.lower():7} {taken:8.2f} ms a step, {taken / spent:.1f} times thaw's; losses apart by {apart:.1e}")


main()
