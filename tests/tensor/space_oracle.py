# SPDX-License-Identifier: MIT
#
# Computes in NumPy, from dense matrices, what test_space.c expects of nearest rows, of principal
# components and of t-SNE, and writes space_oracle.inc:
#
#   python3 tests/tensor/space_oracle.py > tests/tensor/space_oracle.inc
import numpy as np


def formula(rows, columns):
    """The matrix of the test: sparse, with equal rows and a row of zeros."""
    r, c = np.meshgrid(np.arange(rows), np.arange(columns), indexing="ij")
    r = np.where(r % 11 == 10, r - 5, r)
    value = ((r * r * 7 + c * 13 + r * c * 3) % 17) - 8.0
    value = np.where((r * 5 + c * 3) % 4 == 0, value, 0)
    value[4] = 0
    return value


def nearest(matrix, row, cosine, most):
    if cosine:
        length = np.linalg.norm(matrix, axis=1)
        with np.errstate(all="ignore"):
            far = 1 - matrix @ matrix[row] / (length * length[row])
        far[length == 0] = np.inf
    else:
        far = np.linalg.norm(matrix - matrix[row], axis=1)
    far[row] = np.inf
    order = np.lexsort((np.arange(len(far)), np.round(far, 9)))
    order = order[np.isfinite(far[order])][:most]
    return order, far[order]


def principal(matrix):
    centred = matrix - matrix.mean(axis=0)
    _, values, vectors = np.linalg.svd(centred, full_matrices=False)
    for i in range(2):
        largest = np.argmax(np.abs(vectors[i]))
        vectors[i] *= np.sign(vectors[i][largest])
    return centred @ vectors[:2].T, values[:2] ** 2 / (values ** 2).sum()


def wanted(squares, perplexity):
    """Joint probabilities by bisection (van der Maaten and Hinton 2008, equations 1 and 2)."""
    n = len(squares)
    p = np.zeros((n, n))
    for i in range(n):
        d = np.delete(squares[i], i)
        low, high, beta = 0.0, np.inf, 1.0
        for _ in range(100):
            w = np.exp(-beta * (d - d.min()))
            w /= w.sum()
            entropy = -(w[w > 0] * np.log(w[w > 0])).sum()
            if entropy > np.log(perplexity):
                low, beta = beta, beta * 2 if high == np.inf else (beta + high) / 2
            else:
                high, beta = beta, (low + beta) / 2
        p[i, np.arange(n) != i] = w
    return (p + p.T) / (2 * n)


def tsne(matrix, start, perplexity, steps):
    squares = ((matrix[:, None] - matrix[None]) ** 2).sum(-1)
    p, n = wanted(squares, perplexity), len(matrix)
    y, move, gain = start.copy(), np.zeros_like(start), np.ones_like(start)
    for step in range(steps):
        early = step < steps // 3
        w = 1 / (1 + ((y[:, None] - y[None]) ** 2).sum(-1))
        np.fill_diagonal(w, 0)
        q = w / w.sum()
        force = ((p * (12 if early else 1)) - q) * w
        gradient = 4 * (force.sum(1)[:, None] * y - force @ y)
        gain = np.where(np.sign(gradient) != np.sign(move), gain + 0.2, gain * 0.8).clip(0.01)
        move = (0.5 if early else 0.8) * move - max(n / 48, 5) * gain * gradient
        y = y + move
        y -= y.mean(axis=0)
    w = 1 / (1 + ((y[:, None] - y[None]) ** 2).sum(-1))
    np.fill_diagonal(w, 0)
    q = w / w.sum()
    some = p > 0
    return (p[some] * np.log(p[some] / q[some])).sum()


def put(name, numbers, form):
    print(f"static const {'size_t' if form == 'd' else 'double'} {name}[] = {{"
          + ", ".join(format(x, form) for x in numbers) + "};")


matrix = formula(60, 9)
print("/* SPDX-License-Identifier: MIT */\n/* Written by space_oracle.py. */\n/* clang-format off */")
for name, cosine in (("cosine", True), ("euclid", False)):
    rows, far = nearest(matrix, 16, cosine, 20)
    put(f"{name}_rows", rows, "d")
    put(f"{name}_far", far, ".15g")
points, shares = principal(matrix)
put("principal_points", points.ravel(), ".15g")
put("principal_shares", shares, ".15g")
start = points / points[:, 0].std() * 1e-4
start += 1e-5 * np.sin(1 + np.arange(start.size)).reshape(start.shape)
print(f"static const double tsne_loss_of_numpy = {tsne(matrix, start, 12, 300):.15g};")
