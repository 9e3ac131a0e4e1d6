-- SPDX-License-Identifier: MIT
--
-- A Gaussian process per user on meta-learned features (DKT: Patacchiola et al. 2020, "Bayesian
-- meta-learning for the few-shot setting via deep kernels", equation 5). With the model's own
-- prediction m as mean, and K = kernel(X, X) + noise,
--   f = m + kernel(x, X) K^-1 (y - m).
-- Features, kernel and noise are trained by the marginal likelihood of all rows of a user. With L
-- the Cholesky factor of K,
--   log p(y) = - 1/2 (y - m)' K^-1 (y - m) - sum log diagonal(L) - n/2 log 2 pi.
-- A second phase corrects the noise of the support on validation users, for each number of ratings,
-- by the loss of the query rows (strength.lua).
--
-- Users have different numbers of rows, but all K must have the same size. So rows of zeros are
-- added, with only noise on the diagonal, and removed from the likelihood.
local classes = require "thaw.learners.classes"
local learner = require "thaw.learner"
local losses = require "thaw.losses"
local model = require "thaw.model"
local strength = require "thaw.learners.strength"

local LOG_TAU = math.log(2 * math.pi)
local JITTER = 1e-4 -- the least noise; keeps K positive definite in single precision

local function noise_of(theta) return theta.log_noise:exp() + JITTER end

-- The kernel of the rows of a and b. b must have the same number of rows in every task.
local function kernel(self, theta, a, b)
  local products = a:mm_t(b)
  if self.options.kernel == "linear" then return products * theta.log_scale:exp() end
  local squares = a:square():sum("row") + b:square():sum("row"):transpose() - products * 2
  return (squares * (theta.log_length * -2):exp() * -0.5):exp() * theta.log_scale:exp()
end

-- Returns the Cholesky factor of K, the padded features, and L^-1 (y - m).
local function factor(self, theta, x, left, ones, noise)
  local rows, mask = x:pad_rows(), ones:pad_rows()
  local k = kernel(self, theta, rows, rows) * mask * mask:transpose()
  local lower = k:add_diagonal(noise):cholesky()
  return lower, rows, lower:solve_lower(left:pad_rows())
end

-- - log p(y) / n of each task.
local function marginal(self, bound, theta, support, query, target)
  local x = bound:features(theta, support):concat_rows(bound:features(theta, query))
  local left = (support:target() - bound:predict(theta, support)):concat_rows(target - bound:predict(theta, query))
  local lower, rows, white = factor(self, theta, x, left, support:constant(1):concat_rows(query:constant(1)),
                                    noise_of(theta))
  local n = support:counts() + query:counts()
  local log_determinant = lower:diagonal():log():sum() * 2
  local of_padding = (lower:columns() - n) * noise_of(theta):log()
  return ((white:square():sum() + log_determinant - of_padding) / n + LOG_TAU) * 0.5
end

return learner.define {
  name = "learn.gp",
  example = [[learn.gp { lr = 2e-3 }]],
  help = "a Gaussian process per user, its kernel on meta-trained features",
  options = strength.with {
    { "kernel", "choice", default = "rbf", choices = { "rbf", "linear" }, help = "of two rows' features" },
    { "loss", "choice", default = "likelihood", choices = { "likelihood", table.unpack(losses.NAMES) },
      help = "the marginal likelihood of all rows, or of a query row" },
    { "query", "whole", default = 30, least = 0, help = "query rows of a training task, at most half; 0: half" },
    { "support", "whole", default = 50, least = 0, help = "most support rows of a training task; 0: all others" },
    { "scale", "number", default = 0.3, least = 1e-6, most = 1e6, help = "variance that the kernel starts from" },
    { "noise", "number", default = 1, least = 1e-6, most = 1e6, help = "variance of the noise at first" },
    { "kernel_rate", "number", default = 10, least = 0, most = 1000, help = "factor on the rate for the kernel" },
  },

  parameters = function(self, _, bound)
    local o = self.options
    local function logarithm(name, of)
      return model.dense(name, 1, 1, { start = "constant", scale = math.log(of), rate = o.kernel_rate, group = "kernel" })
    end
    local list = { logarithm("log_scale", o.scale), logarithm("log_noise", o.noise) }
    if o.kernel == "rbf" then list[3] = logarithm("log_length", math.sqrt(bound:head_width())) end
    strength.add(self, list)
    return list
  end,

  adapt = function(self, bound, theta, support)
    local x, left = bound:features(theta, support), support:target() - bound:predict(theta, support)
    local noise = strength.corrected(theta, support, theta.log_noise):exp() + JITTER
    local lower, rows, white = factor(self, theta, x, left, support:constant(1), noise)
    return theta:with { ["gp.lower"] = lower, ["gp.rows"] = rows, ["gp.weights"] = lower:solve_lower(white, true),
                        ["gp.mask"] = support:constant(1):pad_rows() }
  end,

  -- The variance of each row's rating, k(x, x) + noise - |L^-1 k(X, x)|^2, from adapted parameters.
  variance = function(self, bound, adapted, rows)
    local x, mask = bound:features(adapted, rows), adapted["gp.mask"]
    local inverse = adapted["gp.lower"]:solve_lower((mask * 0 + 1):from_diagonal())
    local white = (kernel(self, adapted, x, adapted["gp.rows"]) * mask:transpose()):mm_t(inverse)
    local own = adapted.log_scale:exp()
    if self.options.kernel == "linear" then own = x:square():sum("row") * own end
    return own - white:square():sum("row") + noise_of(adapted)
  end,

  -- Other losses do not train the noise.
  has_variance = function(self) return self.options.loss == "likelihood" or self.options.loss == "gaussian" end,

  -- The weights of padded rows are 0, so these rows do not count.
  predict = function(self, bound, theta, rows)
    local mean, weights = bound:predict(theta, rows), theta["gp.weights"]
    if not weights then return mean end
    return mean + kernel(self, theta, bound:features(theta, rows), theta["gp.rows"]):mm(weights)
  end,

  outer = function(self, bound, theta, support, query, target, phase)
    if phase == classes.PHASE then return learner.base.outer(self, bound, theta, support, query, target, phase) end
    if self.options.loss == "likelihood" then return marginal(self, bound, theta, support, query, target) end
    return self:loss(bound, self:adapt(bound, theta, support), query, target)
  end,

  describe = function(self) return ("gaussian process, %s kernel"):format(self.options.kernel) end,
}
