-- SPDX-License-Identifier: MIT
--
-- Meta-SGD (Li, Zhou, Chen and Li 2017, equation 2): MAML that also learns an inner rate for every
-- number that moves,
--   phi = theta - alpha * d loss(support; theta) / d theta    (entry by entry).
-- So direction and length of the step are both meta-learned. A rate may become negative.
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"
local model = require "thaw.model"
local theta = require "thaw.theta"
local range = require "thaw.range"

local PREFIX = "rate."

return learner.define {
  name = "learn.meta_sgd",
  example = [[learn.meta_sgd { steps = 1 }]],
  help = "MAML with a learned inner rate for every number that moves",
  options = inner.options {
    { "inner_lr", "number", default = 0.05, least = -10, most = 10, search = range.log_uniform(0.005, 0.5), help = "what every inner rate starts from" },
    { "rate_rate", "number", default = 1, least = 0, most = 1000, help = "factor on the outer rate for inner rates" },
  },

  parameters = function(self, _, bound)
    local o, list, shapes = self.options, {}, {}
    self.names = theta.names(bound.declared, o.adapt)
    for _, parameter in ipairs(bound.declared) do shapes[parameter.name] = parameter end
    for i, name in ipairs(self.names) do
      list[i] = model.dense(PREFIX .. name, shapes[name].rows, shapes[name].columns,
                            { start = "constant", scale = o.inner_lr, rate = o.rate_rate, group = "rates" })
    end
    return list
  end,

  adapt = function(self, bound, start, support)
    local rates = {}
    for _, name in ipairs(self.names) do rates[name] = start[PREFIX .. name] end
    return inner.descend(self, bound, start, support, self.options, false, rates)
  end,

  describe = function(self) return ("meta-sgd, %d steps"):format(self.options.steps) end,
}
