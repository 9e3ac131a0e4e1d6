-- SPDX-License-Identifier: MIT
--
-- Bayesian linear regression per user on meta-learned features (ALPaCA: Harrison, Sharma and Pavone
-- 2018, "Meta-learning priors for efficient online Bayesian regression", equations 5 to 8). The
-- weights have a prior N(w0, s (diagonal L)^-1), where s is the variance of the noise. With the
-- support rows X, y:
--   A = X'X + L,   w = w0 + A^-1 X'(y - offset - X w0),   variance at x = s (1 + x' A^-1 x).
-- w0 (the model's head), L, s and the features are trained by the likelihood of the query rows (the
-- loss gaussian). L is corrected by number of ratings on validation users (strength.lua).
local learner = require "thaw.learner"
local losses = require "thaw.losses"
local model = require "thaw.model"
local strength = require "thaw.learners.strength"

return learner.define {
  name = "learn.alpaca",
  example = [[learn.alpaca { lr = 2e-3 }]],
  help = "a Bayesian linear head on meta-trained features, with a predictive variance",
  options = strength.with {
    { "query", "whole", default = 30, least = 0, help = "query rows of a training task, at most half; 0: half" },
    { "loss", "choice", default = "gaussian", choices = losses.NAMES, help = "of a query row; only gaussian trains the noise" },
    { "lambda", "number", default = 1.5, least = 1e-6, most = 1e6, help = "what L starts from" },
    { "noise", "number", default = 1, least = 1e-6, most = 1e6, help = "variance of the noise that s starts from" },
    { "prior_rate", "number", default = 10, least = 0, most = 1000, help = "factor on the rate for log L and log s" },
  },

  parameters = function(self, _, bound)
    local o, width = self.options, bound:head_width()
    local function logarithm(name, rows, of)
      return model.dense(name, rows, 1, { start = "constant", scale = math.log(of), rate = o.prior_rate, group = "prior" })
    end
    local list = { logarithm("log_lambda", width, o.lambda), logarithm("log_noise", 1, o.noise) }
    strength.add(self, list)
    return list
  end,

  adapt = function(_, bound, theta, support)
    local x, prior = bound:features(theta, support), bound:head(theta, support)
    local left = support:target() - bound:offset(theta, support) - x:mm(prior)
    local gram = x:t_mm(x):add_diagonal(strength.corrected(theta, support, theta.log_lambda):exp())
    local one = (theta.log_lambda * 0 + 1):from_diagonal()
    local inverse = gram:solve(one)
    return theta:with { head = prior + gram:solve(x:t_mm(left)), ["alpaca.inverse"] = inverse }
  end,

  -- The variance of each row's rating, r x 1, from adapted parameters.
  variance = function(_, bound, adapted, rows)
    local x = bound:features(adapted, rows)
    return ((x:mm(adapted["alpaca.inverse"]) * x):sum("row") + 1) * adapted.log_noise:exp()
  end,

  has_variance = function(self) return self.options.loss == "gaussian" end,

  describe = function() return "Bayesian linear head" end,
}
