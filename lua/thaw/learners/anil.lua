-- SPDX-License-Identifier: MIT
--
-- ANIL, almost no inner loop (Raghu, Raghu, Bengio and Vinyals 2020, "Rapid learning or feature
-- reuse?", section 5): MAML whose inner steps adapt only the head,
--   w = w - inner_lr * d loss(support; features, w) / d w.
-- The features of the support rows are computed once. The steps start from the model's head for the
-- user, before any rating.
local ad = require "thaw.ad"
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"
local range = require "thaw.range"

return learner.define {
  name = "learn.anil",
  example = [[learn.anil { steps = 3, inner_lr = 0.1 }]],
  help = "gradient steps on the support that move the last layer alone",
  options = {
    { "steps", "whole", default = 5, least = 0, most = 100, search = range.choice { 1, 3, 5, 10 }, help = "steps of the inner loop" },
    { "inner_lr", "number", default = 0.1, least = 0, most = 10, search = range.log_uniform(0.01, 1), help = "rate of the inner loop" },
    { "shrink", "number", default = 5, least = 0, most = 1e6, search = range.log_uniform(1, 50), help = "rows without error beside the support" },
    inner.INNER_LOSS,
    { "first_order", "flag", default = false, help = "leave out the second derivatives" },
  },

  adapt = function(self, model, theta, support)
    local o = self.options
    if o.steps == 0 then return theta end
    local x, offset, target = model:features(theta, support), model:offset(theta, support), support:target()
    local linear = { predict = function(_, head) return offset + x:mm(head) end }
    local head = model:head(theta, support)
    if head:tasks() == 1 then head = head:per_task(support) end
    for _ = 1, o.steps do
      local loss = inner.loss(self, linear, head, support, target, o)
      head = head:add_scaled(ad.grad(loss, head, nil, o.first_order), -o.inner_lr)
    end
    return theta:with { head = head }
  end,

  describe = function(self) return ("anil, %d steps"):format(self.options.steps) end,
}
