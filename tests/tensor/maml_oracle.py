#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes maml_oracle.inc: exact outer gradients computed by PyTorch in double, task by task.

    /usr/bin/python3 tests/tensor/maml_oracle.py > tests/tensor/maml_oracle.inc

Three tasks with 4, 0 and 3 support rows. Input: the embeddings of a user and an item, 3 numbers each.
"""
import torch

torch.manual_seed(20)
torch.set_default_dtype(torch.double)
SUPPORT, QUERY, USERS, ITEMS, WIDTH, HIDDEN = [4, 0, 3], [2, 3, 1], 4, 6, 3, 5
RATE, STEPS = 0.3, 2


def rows(counts):
    offsets = [0]
    for count in counts:
        offsets.append(offsets[-1] + count)
    total = offsets[-1]
    return offsets, torch.randint(USERS, (total,)), torch.randint(ITEMS, (total,)), torch.randn(total, 1)


support, query = rows(SUPPORT), rows(QUERY)
parameters = {
    "users": torch.randn(USERS, WIDTH),
    "items": torch.randn(ITEMS, WIDTH),
    "w1": torch.randn(2 * WIDTH, HIDDEN) / 2,
    "b1": torch.randn(1, HIDDEN) / 2,
    "w2": torch.randn(HIDDEN, HIDDEN) / 2,
    "b2": torch.randn(1, HIDDEN) / 2,
    "w3": torch.randn(HIDDEN, 1) / 2,
    "b3": torch.randn(1, 1) / 2,
    "log_ridge": torch.tensor([[-0.4]]),
}
for parameter in parameters.values():
    parameter.requires_grad_()
embeddings, head = ["users", "items"], ["w1", "b1", "w2", "b2", "w3", "b3"]


def cut(part, task):
    offsets, users, items, targets = part
    at = slice(offsets[task], offsets[task + 1])
    return users[at], items[at], targets[at]


def features(users, items, phi):
    x = torch.cat([parameters["users"][users], parameters["items"][items]], 1)
    hidden = torch.relu(x @ phi["w1"] + phi["b1"])
    return torch.tanh(hidden @ phi["w2"] + phi["b2"])


def loss(part, phi):
    users, items, targets = part
    return ((features(users, items, phi) @ phi["w3"] + phi["b3"] - targets) ** 2).mean()


def maml(task):
    phi = {name: parameters[name] for name in head}
    for _ in range(STEPS):
        if SUPPORT[task]:
            slopes = torch.autograd.grad(loss(cut(support, task), phi), [phi[n] for n in head], create_graph=True)
            phi = {name: phi[name] - RATE * slope for name, slope in zip(head, slopes)}
    return loss(cut(query, task), phi)


def ridge(task):
    phi = {name: parameters[name] for name in head}
    users, items, targets = cut(support, task)
    h = features(users, items, phi)
    gram = h.T @ h + torch.exp(parameters["log_ridge"]) * torch.eye(HIDDEN)
    weights = torch.cholesky_solve(h.T @ targets, torch.linalg.cholesky(gram))
    users, items, targets = cut(query, task)
    predicted = features(users, items, phi) @ weights
    return ((predicted - targets) ** 2).mean() + 0.1 * torch.logdet(gram)


def array(kind, name, values):
    print(f"static const {kind} {name}[] = {{")
    for start in range(0, len(values), 4):
        print("    " + " ".join(f"{value!r}," for value in values[start : start + 4]))
    print("};")


def write(name, function):
    total = sum(function(task) for task in range(3)) / 3
    print(f"static const double {name}_loss = {total.item()!r};")
    gradients = torch.autograd.grad(total, list(parameters.values()), allow_unused=True)
    for key, gradient in zip(parameters, gradients):
        if gradient is not None:
            array("double", f"{name}_{key}", gradient.flatten().tolist())


print("/* SPDX-License-Identifier: MIT */\n/* Written by maml_oracle.py. */")
for name, part in ("support", support), ("query", query):
    array("size_t", f"{name}_offsets", part[0])
    array("uint32_t", f"{name}_users", part[1].tolist())
    array("uint32_t", f"{name}_items", part[2].tolist())
    array("double", f"{name}_targets", part[3].flatten().tolist())
for name, parameter in parameters.items():
    array("double", f"start_{name}", parameter.flatten().tolist())
write("maml", maml)
write("ridge", ridge)
