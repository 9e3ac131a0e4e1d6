-- SPDX-License-Identifier: MIT
--
-- Ordinary training, the standard method: shuffled mini-batches of single ratings, without tasks.
-- The trained model is used as it is, or fine-tuned on a new user's support rows.
local learner = require "thaw.learner"
local inner = require "thaw.learners.inner"

return learner.define {
  name = "learn.joint", by = "row",
  example = [[learn.joint { epochs = 5, fine_tune = { steps = 3, inner_lr = 0.02 } }]],
  help = "ordinary training on single ratings, with or without fine-tuning on the support",
  options = {
    { "fine_tune", "table", optional = true, help = "steps on the support rows of a new user", parameters = inner.OPTIONS },
  },

  adapt = function(self, model, theta, support)
    if not self.options.fine_tune then return theta end
    return inner.descend(self, model, theta, support, self.options.fine_tune, true)
  end,

  outer = function(self, model, theta, _, query, target) return self:loss(model, theta, query, target) end,

  describe = function(self)
    local tuned = self.options.fine_tune
    return tuned and ("joint, %d steps of fine-tuning"):format(tuned.steps) or "joint"
  end,
}
