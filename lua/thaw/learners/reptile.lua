-- SPDX-License-Identifier: MIT
--
-- Reptile (Nichol, Achiam and Schulman 2018, algorithm 1 and section 4). From theta, k inner steps
-- on one mini-batch of a user (the support) and k on another (the query) lead to phi. The outer
-- optimiser uses
--   (theta - phi) / inner_lr
-- as if it were a gradient. There are no second derivatives. Inner steps do not move embeddings, so
-- these are trained by the loss of the query rows after the steps on the support.
local ad = require "thaw.ad"
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"
local range = require "thaw.range"

return learner.define {
  name = "learn.reptile",
  example = [[learn.reptile { steps = 5, inner_lr = 0.05 }]],
  help = "moves the starting point towards where inner steps on all rows of a user lead",
  options = inner.options {
    { "steps", "whole", default = 3, least = 1, most = 100, help = "steps on the support, and in training on the query" },
    { "inner_lr", "number", default = 0.05, least = 1e-6, most = 10, search = range.log_uniform(0.005, 0.5), help = "rate of the inner loop" },
  },

  adapt = function(self, model, theta, support)
    return inner.descend(self, model, theta, support, self.options, true)
  end,

  outer = function(self, model, theta, support, query, target)
    local o, phi = self.options, self:adapt(model, theta, support)
    local loss = self:loss(model, phi:detach(self.names), query, target)
    for _ = 1, o.steps do
      phi = phi:step(ad.grad(inner.loss(self, model, phi, query, target, o), phi, self.names, true), o.inner_lr)
    end
    local directions = {}
    for _, name in ipairs(self.names) do directions[name] = (theta[name] - phi[name]) / o.inner_lr end
    return inner.steered(loss, theta, directions, self.names)
  end,

  exact = function() return false end,

  describe = function(self) return ("reptile, %d steps"):format(self.options.steps) end,
}
