#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Prints the numbers of tests/script/losses.lua, computed by PyTorch in double from definitions.

    /usr/bin/python3 tests/script/losses_oracle.py
"""
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.double)
output = torch.tensor([3.2, 0.4, 5.9, 2.6, 4.4, 3.1])
target = torch.tensor([4.0, 1.0, 5.0, 2.0, 5.0, 4.0])
variance = torch.tensor([0.5, 1.5, 0.9, 0.7, 1.1, 0.3])


def show(name, value):
    value = torch.as_tensor(value).flatten()
    print(f"{name} = {{ {', '.join(f'{float(x):.12g}' for x in value)} }},")


show("squared", F.mse_loss(output, target))
show("absolute", F.l1_loss(output, target))
show("huber", F.huber_loss(output, target, delta=0.5) / 0.5)
show("gaussian", F.gaussian_nll_loss(output, target, torch.full_like(output, 0.8), full=True))
show("gaussian_own", F.gaussian_nll_loss(output, target, variance, full=True))

# Ratings from 1 to 5: z = 4 (output - 3) / 4.
show("logistic", F.binary_cross_entropy_with_logits(output - 3, (target - 1) / 4))
show("logistic_answer", 1 + 4 * torch.sigmoid(output - 3))

# All pairs with different targets, one by one.
pairs = [-F.logsigmoid(output[i] - output[j]) for i in range(6) for j in range(6) if target[i] > target[j]]
show("bpr", torch.stack(pairs).mean())
few = [-F.logsigmoid((output[i] - output[j]) * torch.sign(target[i] - target[j]))
       for i in range(6) for j in range(2) if target[i] != target[j]]
show("bpr_two_others", torch.stack(few).mean())



def listed(said, rated, temperature):
    """Cross entropy of the chances to be the first of the list; temperature 0: of the best rows."""
    best = (rated == rated.max()).double()
    chance = torch.softmax(rated / temperature, 0) if temperature else best / best.sum()
    return -(chance * torch.log_softmax(said, 0)).sum()


show("list", listed(output, target, 1))
show("list_warm", listed(output, target, 2.5))
show("list_best", listed(output, target, 0))
show("list_equal", listed(output, torch.full_like(target, 4), 0))
show("list_far", listed(output * 300, target, 1))
# Targets of 0 and 1: outputs and targets four times as far apart.
liked = (target > 3).double()
pairs = [-F.logsigmoid(4 * (output[i] - output[j])) for i in range(6) for j in range(6) if liked[i] > liked[j]]
show("bpr_binary", torch.stack(pairs).mean())
show("list_binary", listed(4 * output, 4 * liked, 1))

# Levels 1 .. 5, thresholds 1.4, 2.2, 3.7, 4.9, scale 0.6. A target of 3.25 is three quarters 3.
levels, thresholds, scale = torch.arange(1.0, 6), torch.tensor([1.4, 2.2, 3.7, 4.9]), 0.6
up_to = torch.sigmoid((thresholds - output[:, None]) / scale)
edges = torch.cat([torch.zeros(6, 1), up_to, torch.ones(6, 1)], 1)
chance = edges[:, 1:] - edges[:, :-1]
show("ordinal", -torch.stack([chance[i, int(target[i]) - 1].log() for i in range(6)]).mean())
show("ordinal_soft", -(0.75 * chance[:, 2].log() + 0.25 * chance[:, 3].log()).mean())
mean = (chance * levels).sum(1)
show("ordinal_mean", mean)
show("ordinal_variance", (chance * (levels - mean[:, None]) ** 2).sum(1))
medians = torch.stack([min(levels, key=lambda x: float((p * (levels - x).abs()).sum())) for p in chance])
show("ordinal_median", medians)
show("ordinal_around", (chance * (levels - medians[:, None]) ** 2).sum(1))


def middle(p):
    """The point with half of the probability below, each level spread over its surroundings."""
    low, high = 0.5, 5.5
    for _ in range(80):
        point = (low + high) / 2
        below = sum(float(q) * min(1, max(0, point - (k + 0.5))) for k, q in enumerate(p))
        low, high = (point, high) if below < 0.5 else (low, point)
    return point


show("ordinal_middle", [middle(p) for p in chance])
