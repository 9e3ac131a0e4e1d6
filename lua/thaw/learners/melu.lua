-- SPDX-License-Identifier: MIT
--
-- MeLU's training (Lee et al. 2019, "MeLU: Meta-Learned User Preference Estimator", algorithm 1).
-- The local update adapts only the decision layers and the output (theta2),
--   theta2_i = theta2 - inner_lr * d loss(support; theta1, theta2) / d theta2.
-- The global update goes through it and also trains the embeddings and the other input parameters
-- (theta1).
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"
local theta = require "thaw.theta"
local range = require "thaw.range"

return learner.define {
  name = "learn.melu",
  example = [[learn.melu { steps = 1 }]],
  help = "MeLU's local update of the decision layers, for any model that has some",
  options = {
    { "steps", "whole", default = 1, least = 0, most = 100, help = "local updates" },
    { "inner_lr", "number", default = 0.05, least = 0, most = 10, search = range.log_uniform(0.005, 0.5), help = "rate of the local update" },
    { "shrink", "number", default = 0, least = 0, most = 1e6, help = "rows without error beside the support" },
    inner.INNER_LOSS,
  },

  parameters = function(self, _, bound)
    self.names = theta.names(bound.declared, { "layers", "head" })
    return {}
  end,

  adapt = function(self, model, start, support)
    return inner.descend(self, model, start, support, self.options, false)
  end,

  describe = function(self) return ("melu, %d local updates"):format(self.options.steps) end,
}
