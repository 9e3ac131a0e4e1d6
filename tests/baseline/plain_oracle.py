#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes plain_oracle.inc: what the plain recommenders predict on a small made-up data set, computed with dense
matrices.

    /usr/bin/python3 tests/baseline/plain_oracle.py > tests/baseline/plain_oracle.inc

The data set is that of small_world.c. It also checks that the bound of the likelihood rises with every iteration where
nothing but the likelihood decides (no ridge, one noise).
"""
import numpy as np

USERS, ITEMS, COLD_USERS, COLD_ITEMS, VALIDATION = 30, 14, range(24, 30), (12, 13), 23
EMPTY = 5  # a user without any row


def value_of(u, i):
    return ((u * 7 + i * 3) % 5 + (i % 4) + (u % 3)) / 2 + 1


rows = [(u, i, value_of(u, i)) for u in range(USERS) for i in range(ITEMS)
        if u != EMPTY and (u * 5 + i * 11 + u * i) % 7 < 3]
training = [r for r in rows if r[0] not in COLD_USERS and r[1] not in COLD_ITEMS and r[0] != VALIDATION]
validation = [r for r in rows if r[0] == VALIDATION and r[1] not in COLD_ITEMS]
R = np.full((USERS, ITEMS), np.nan)
for u, i, v in training:
    R[u, i] = v
known = ~np.isnan(R)
known_users, known_items = known.any(1), known.any(0)

# -- features: gender and age of users, genres of items ----------------------------------------------------------------
ages = np.array([18.0 + u * 37 % 50 for u in range(USERS)])
mean = ages[known_users].mean()
deviation = np.sqrt(((ages[known_users] - mean) ** 2).mean())
age = ((ages - mean) / deviation).astype(np.float32).astype(float)
X = np.column_stack([np.ones(USERS), [u % 2 == 0 for u in range(USERS)], [u % 2 == 1 for u in range(USERS)], age])
genres = [{i % 3, (i + i // 4) % 3} for i in range(ITEMS)]
Y = np.column_stack([np.ones(ITEMS)] + [[(g in s) / np.sqrt(len(s)) for s in genres] for g in range(3)])


# -- Gaussian -----------------------------------------------------------------------------------------------------------
class Gaussian:
    def __init__(self, factors, iterations, ridge, features, one_noise, newcomers, exposure=0):
        self.n = factors + 1
        self.ridge, self.one_noise, self.exposure = ridge, one_noise, exposure
        self.X, self.Y = (X, Y) if features else (X[:, :1], Y[:, :1])
        self.center = R[known].mean()
        self.scale = np.sqrt(((R[known] - self.center) ** 2).mean())
        self.V = np.where(known, (np.nan_to_num(R) - self.center) / self.scale, 0)
        self.fit(iterations)
        self.newcomer = self.find_newcomer() if newcomers else 0
        if not features:
            self.move_cold_items()
        self.find_exposure()
        for name in ("item_mean", "item_cov", "noise"):
            setattr(self, name, getattr(self, name).astype(np.float32).astype(float))

    def fit(self, iterations):
        n = self.n
        self.item_mean = np.zeros((ITEMS, n))
        self.item_mean[:, 0] = self.V.sum(0) / (known.sum(0) + 5)
        for k in range(1, n):
            self.item_mean[:, k] = np.sqrt(0.02) * np.cos((np.arange(ITEMS) + 1) * np.sqrt(k + 1))
        self.item_cov = np.zeros((ITEMS, n, n))
        self.user_mean, self.user_cov = np.zeros((USERS, n)), np.zeros((USERS, n, n))
        self.noise = np.full(ITEMS, 0.8)
        self.user_spread = np.array([0.15] + [1.0] * (n - 1))
        self.item_spread = np.array([0.3] + [0.01] * (n - 1))
        self.A, self.B = np.zeros((self.X.shape[1], n)), np.zeros((self.Y.shape[1], n))
        self.bounds = []
        for _ in range(iterations):
            for u in range(USERS):
                self.user_mean[u], self.user_cov[u] = self.fold(u, np.flatnonzero(known[u]), self.V[u, known[u]], 0)
            self.A, self.user_spread, self.user_usual = self.prior(self.X, known_users, self.user_mean, self.user_cov)
            self.standardise()
            self.update_items()
            self.B, self.item_spread, self.item_usual = self.prior(self.Y, known_items, self.item_mean, self.item_cov)
            self.bounds.append(self.bound())

    @staticmethod
    def posterior(prior, spread, means, covs, values, weights):
        """The state [level, factors] of one side, given states of the other side and ratings."""
        precision = np.diag(1 / spread)
        pull = prior / spread
        for mean, cov, value, weight in zip(means, covs, values, weights):
            load = np.concatenate([[1], mean[1:]])
            spread_of = cov.copy()
            spread_of[0] = spread_of[:, 0] = 0
            cross = load * mean[0]
            cross[1:] += cov[1:, 0]
            precision = precision + weight * (np.outer(load, load) + spread_of)
            pull = pull + weight * (value * load - cross)
        cov = np.linalg.inv(precision)
        return cov @ pull, cov

    def fold(self, user, items, values, above):
        prior = self.X[user] @ self.A if user is not None else self.user_usual
        prior = prior + np.eye(self.n)[0] * above
        return self.posterior(prior, self.user_spread, self.item_mean[items], self.item_cov[items], values,
                              1 / self.noise[items])

    def update_items(self):
        squares = np.zeros(ITEMS)
        for i in range(ITEMS):
            users = np.flatnonzero(known[:, i])
            self.item_mean[i], self.item_cov[i] = self.posterior(
                self.Y[i] @ self.B, self.item_spread, self.user_mean[users], self.user_cov[users], self.V[users, i],
                np.full(len(users), 1 / self.noise[i]))
            for u in users:
                squares[i] += self.error(u, i)
        count = known.sum(0)
        noise = squares[known_items].sum() / count.sum()
        self.noise = (squares + 20 * noise) / (count + 20)
        if self.one_noise:
            self.noise[:] = noise

    def error(self, u, i):
        """E (v - m - b - w z)^2."""
        m, b = self.item_mean[i], self.user_mean[u]
        return (self.V[u, i] - m[0] - b[0] - m[1:] @ b[1:]) ** 2 + self.variance(b, self.user_cov[u], m, self.item_cov[i])

    @staticmethod
    def variance(b, cov_b, m, cov_m):
        left, right = np.concatenate([[1], m[1:]]), np.concatenate([[1], b[1:]])
        return left @ cov_b @ left + right @ cov_m @ right + np.sum(cov_b[1:, 1:] * cov_m[1:, 1:])

    def prior(self, design, is_known, mean, cov):
        D, T = design[is_known], mean[is_known]
        ridge = np.diag([1e-9] + [self.ridge] * (design.shape[1] - 1))
        coefficients = np.linalg.solve(D.T @ D + ridge, D.T @ T)
        above = T - D @ coefficients
        spread = (above ** 2 + np.einsum("eii->ei", cov[is_known])).mean(0)
        return coefficients, np.maximum(spread, 1e-8), (D @ coefficients).mean(0)

    def standardise(self):
        scales = np.sqrt(self.user_spread)
        scales[0] = 1
        self.user_spread = self.user_spread / scales ** 2
        self.item_spread = self.item_spread * scales ** 2
        self.user_mean = self.user_mean / scales
        self.user_cov = self.user_cov / np.outer(scales, scales)
        self.A, self.user_usual, self.B = self.A / scales, self.user_usual / scales, self.B * scales

    def bound(self):
        total = 0
        for u, i in zip(*np.nonzero(known)):
            total -= 0.5 * (np.log(2 * np.pi * self.noise[i]) + self.error(u, i) / self.noise[i])
        for mean, cov, prior, spread, is_known in (
                (self.user_mean, self.user_cov, self.X @ self.A, self.user_spread, known_users),
                (self.item_mean, self.item_cov, self.Y @ self.B, self.item_spread, known_items)):
            for e in np.flatnonzero(is_known):
                above = mean[e] - prior[e]
                total -= 0.5 * (np.sum((above ** 2 + np.diag(cov[e])) / spread) - self.n + np.sum(np.log(spread))
                                - np.linalg.slogdet(cov[e])[1])
        return total

    def find_newcomer(self):
        prior = self.X[VALIDATION] @ self.A
        above = [(v - self.center) / self.scale - self.item_mean[i, 0] - prior[0] - self.item_mean[i, 1:] @ prior[1:]
                 for _, i, v in validation]
        return np.mean(above) / (1 + 10)

    def move_cold_items(self):
        count = known.sum(0)
        self.item_mean[~known_items, 0] += np.sum(count * (self.item_mean - self.Y @ self.B)[:, 0]) / count.sum()

    def find_exposure(self):
        """How far the raters of each item are from their prior means, and the mean square of that over rows."""
        weight = known / np.sqrt(np.maximum(known.sum(1), 1))[:, None]
        residual = self.user_mean - self.X @ self.A
        rows = weight.sum(0)
        center = (weight.T @ residual).sum(0) / rows.sum()
        raters = rows ** 2 / np.maximum((weight ** 2).sum(0), 1e-300)
        q = (weight.T @ residual / np.maximum(rows, 1e-300)[:, None] - center) * (raters / (raters + 20))[:, None]
        q[~known_items] = 0
        self.q = q.astype(np.float32).astype(float)
        self.S = (self.q * (rows / rows.sum())[:, None]).T @ self.q

    def expose(self, user, items, above, state, cov):
        """The posterior with what the rated items tell: a likelihood exp(q' e - e S e / 2) of each, e in the prior's units."""
        items = [i for i in items if known_items[i]]
        if not self.exposure or not items:
            return state, cov
        prior = self.X[user] @ self.A if user is not None else self.user_usual
        prior = prior + np.eye(self.n)[0] * above
        D = np.diag(1 / self.user_spread)
        each = self.exposure / np.sqrt(len(items))
        curvature = each * len(items) * D @ self.S @ D
        new = np.linalg.inv(np.linalg.inv(cov) + curvature)
        return new @ (np.linalg.inv(cov) @ state + each * D @ self.q[items].sum(0) + curvature @ prior), new

    def predict(self, user, support, item, left_out=None):
        is_new = user is None or left_out or not known_users[user]
        seen = dict(support)
        if not is_new:
            seen.update({i: R[user, i] for i in np.flatnonzero(known[user]) if i not in seen})
        items = list(seen)
        values = [(seen[i] - self.center) / self.scale for i in items]
        above = self.newcomer if is_new else 0
        state, cov = self.expose(user, items, above, *self.fold(user, items, values, above))
        m, cov_m = self.item_mean[item], self.item_cov[item]
        if left_out:
            own, own_cov = self.fold(user, np.flatnonzero(known[user]), self.V[user, known[user]], 0)
            load = np.concatenate([[1], own[1:]])
            spread = own_cov.copy()
            spread[0] = spread[:, 0] = 0
            cross = load * own[0]
            cross[1:] += own_cov[1:, 0]
            precision = np.linalg.inv(cov_m)
            pull = precision @ m - (self.V[user, item] * load - cross) / self.noise[item]
            cov_m = np.linalg.inv(precision - (np.outer(load, load) + spread) / self.noise[item])
            m = cov_m @ pull
        rating = m[0] + state[0] + m[1:] @ state[1:]
        if self.exposure and known_items[item]:
            moved = cov @ (self.q[item] / self.user_spread) / np.sqrt(1 + known_items[np.array(items, int)].sum())
            rating += moved[0] + m[1:] @ moved[1:]
        variance = self.noise[item] + self.variance(state, cov, m, cov_m)
        return self.center + self.scale * rating, self.scale * np.sqrt(variance)


# -- biases -------------------------------------------------------------------------------------------------------------
class Bias:
    def __init__(self, item_shrink, user_shrink, popular):
        self.item_shrink, self.user_shrink, self.popular = item_shrink, user_shrink, popular
        self.mean = R[known].mean()
        self.count = known.sum(0)
        self.sum = np.where(known, np.nan_to_num(R) - self.mean, 0).sum(0)
        x = np.log1p(self.count)
        x = (x - x[known_items].mean()) / x[known_items].std()
        terms = np.column_stack([x ** 0, x, x ** 2])
        W = np.diag((self.count / (self.count + 5))[known_items])
        T = terms[known_items]
        curve = np.linalg.solve(T.T @ W @ T + 1e-6 * np.eye(3), T.T @ W @ (self.sum / np.maximum(self.count, 1))[known_items])
        self.expected = terms @ curve
        self.cold = np.sum(self.count * self.expected) / self.count.sum()

    def base(self, item, left_out=None):
        total, count = self.sum[item], self.count[item]
        if left_out is not None:
            total, count = total - (left_out - self.mean), count - 1
        expected = 0 if not self.popular else self.expected[item] if count else self.cold
        return self.mean + ((total + self.item_shrink * expected) / (count + self.item_shrink) if count else expected)

    def predict(self, user, support, item, left_out=None):
        above = [v - self.base(i) for i, v in support]
        if user is not None and known_users[user] and not left_out:
            shown = dict(support)
            above += [R[user, i] - self.base(i, R[user, i]) for i in np.flatnonzero(known[user]) if i not in shown]
        effect = sum(above) / (len(above) + self.user_shrink) if above else 0
        return self.base(item, R[user, item] if left_out else None) + effect, 0


# -- the questions: user, rows shown, item, asked for a training row ------------------------------------------------
def shown(user, items):
    return [(i, value_of(user, i)) for i in items]


warm, warm_item = 2, int(np.flatnonzero(known[2])[0])
QUESTIONS = [
    (25, shown(25, []), 4, False),
    (25, shown(25, [0, 3, 7]), 4, False),
    (25, shown(25, [0, 3, 7]), 12, False),
    (None, shown(26, [1, 2]), 5, False),
    (None, [], 13, False),
    (warm, shown(warm, [12]), 6, False),
    (warm, [], 13, False),
    (warm, shown(warm, [12]), warm_item, True),
    (EMPTY, [], 1, False),
]
for factors in (0, 2):
    free = Gaussian(factors, 30, 1e-12, False, True, False)
    assert (np.diff(free.bounds) > -1e-9).all(), "the bound falls"
ARMS = {
    "BIAS": Bias(4, 2, False),
    "POPULARITY_BIAS": Bias(4, 2, True),
    "HIERARCHICAL_MEAN": Gaussian(0, 6, 3, False, True, False),
    "CONTENT_MEAN": Gaussian(0, 6, 3, True, True, True),
    "GAUSSIAN_ITEM": Gaussian(2, 6, 3, True, False, True),
}
EXPOSED = {"GAUSSIAN_ITEM": Gaussian(2, 6, 3, True, False, True, 1.5)}
print("/* Written by plain_oracle.py. */")
for name, arm, exposure in [(*a, 0) for a in ARMS.items()] + [(*a, a[1].exposure) for a in EXPOSED.items()]:
    for number, (user, support, item, left_out) in enumerate(QUESTIONS):
        mean, deviation = arm.predict(user, support, item, left_out)
        print("{BASELINE_%s, %g, %d, %.10f, %.10f}," % (name, exposure, number, mean, deviation))
