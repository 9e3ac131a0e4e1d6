-- SPDX-License-Identifier: MIT
--
-- CAVIA (Zintgraf et al. 2019, "Fast context adaptation via meta-learning", equations 3 and 4).
-- Inner steps adapt only a context vector, a further input of one layer. It starts at 0 for every
-- user:
--   c = 0, then k times c = c - inner_lr * d loss(support; theta, c) / d c.
-- All other parameters are shared, and trained through these steps.
local ad = require "thaw.ad"
local context = require "thaw.learners.context"
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"
local model = require "thaw.model"
local range = require "thaw.range"

return learner.define {
  name = "learn.cavia",
  example = [[learn.cavia { steps = 2 }]],
  help = "gradient steps on the support that move a context vector, an input of the first layer",
  options = {
    { "context", "whole", default = 8, least = 1, most = 512, search = range.choice { 4, 8, 16, 32 }, help = "numbers in the context vector" },
    { "steps", "whole", default = 2, least = 0, most = 100, help = "steps of the inner loop" },
    { "inner_lr", "number", default = 1, least = 0, most = 100, search = range.log_uniform(0.1, 10), help = "rate of the inner loop" },
    { "shrink", "number", default = 5, least = 0, most = 1e6, search = range.log_uniform(1, 50), help = "rows without error beside the support" },
    inner.INNER_LOSS,
    { "bias", "text", optional = true, help = "of the layer that the context enters; the first one otherwise" },
    { "first_order", "flag", default = false, help = "leave out the second derivatives" },
  },

  parameters = function(self, _, bound)
    local o, bias = self.options, nil
    bias = context.find("cavia", bound.declared, o.bias)
    self.bias = bias.name
    return { model.dense("cavia.in", o.context, bias.columns, { scale = 1 / math.sqrt(o.context), group = "context" }),
             model.dense("cavia.zero", 1, o.context, { start = "zero", rate = 0, group = "context" }) }
  end,

  adapt = function(self, bound, theta, support)
    local o = self.options
    if o.steps == 0 then return theta end
    local weights, c = theta["cavia.in"], theta["cavia.zero"]:per_task(support)
    for _ = 1, o.steps do
      local phi = context.enter(theta, self.bias, weights, c)
      local loss = inner.loss(self, bound, phi, support, support:target(), o)
      c = c:add_scaled(ad.grad(loss, c, nil, o.first_order), -o.inner_lr)
    end
    return context.enter(theta, self.bias, weights, c)
  end,

  describe = function(self)
    return ("cavia, %d numbers, %d steps"):format(self.options.context, self.options.steps)
  end,
}
