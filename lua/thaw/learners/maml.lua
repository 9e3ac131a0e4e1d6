-- SPDX-License-Identifier: MIT
--
-- Model-agnostic meta-learning (Finn, Abbeel and Levine 2017, algorithm 1) learns initial
-- parameters from which a gradient step on a user's support rows,
--   phi = theta - inner_lr * d loss(support; theta) / d theta,
-- gives a small loss on the query rows. The outer gradient goes through the inner one (second
-- order), unless `first_order` is set.
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"

return learner.define {
  name = "learn.maml",
  example = [[learn.maml { steps = 2, inner_lr = 0.1 }]],
  help = "a starting point from which few gradient steps on the support lead far",
  options = inner.options { { "first_order", "flag", default = false, help = "leave out the second derivatives" } },

  adapt = function(self, model, theta, support)
    return inner.descend(self, model, theta, support, self.options, self.options.first_order)
  end,

  describe = function(self)
    local o = self.options
    return ("maml, %d %sstep%s"):format(o.steps, o.first_order and "first-order " or "", o.steps == 1 and "" or "s")
  end,
}
