-- SPDX-License-Identifier: MIT
--
-- A neural process per user (Garnelo et al. 2018; as in TaNP, Lin et al. 2021, "Task-adaptive
-- neural process for user cold-start recommendation", equations 4 to 7, without its clusters). An
-- encoder turns each support row and its rating into a vector. The mean of these vectors, which
-- does not depend on their order, determines mean and deviation of a latent z. The model is the
-- decoder, and z is a further input of one layer. Training minimises
--   loss(query; z) + kl * KL(q(z | support and query) || q(z | support)) / query rows,
-- with z drawn from q(z | support and query). A prediction uses the mean of q(z | support). The
-- mean of the vectors includes `shrink` more vectors of zeros; otherwise one rating would count as
-- much as ten.
local context = require "thaw.learners.context"
local encoder = require "thaw.models.encoder"
local learner = require "thaw.learner"
local model = require "thaw.model"
local range = require "thaw.range"

-- The encoder's input for these rows: the model's features and the residual.
local function seen(bound, theta, rows, target)
  return bound:features(theta, rows):concat(target - bound:offset(theta, rows))
end

local function divergence(q, p)
  local ratio = (q.deviation / p.deviation):square()
  local distance = ((q.mean - p.mean) / p.deviation):square()
  return ((ratio + distance - 1 - ratio:log()) * 0.5):sum()
end

return learner.define {
  name = "learn.neural_process",
  example = [[learn.neural_process { epochs = 10 }]],
  help = "an encoder of the support gives a latent of the user, an input of the model's first layer",
  options = {
    { "latent", "whole", default = 16, least = 1, most = 512, search = range.choice { 8, 16, 32 }, help = "numbers in the latent" },
    { "hidden", "whole", default = 32, least = 1, most = 4096, help = "width of the encoder" },
    { "shrink", "number", default = 2, least = 0, most = 1e6, help = "rows of zeros beside the support; the paper: 0" },
    { "kl", "number", default = 0.1, least = 0, most = 1000, search = range.log_uniform(0.01, 1), help = "weight of the divergence" },
    { "bias", "text", optional = true, help = "of the layer that the latent enters; the first one otherwise" },
  },

  parameters = function(self, _, bound)
    local o, bias = self.options, nil
    bias = context.find("neural_process", bound.declared, o.bias)
    self.bias = bias.name
    local list = encoder.parameters(bound:head_width() + 1, o.hidden, o.latent)
    list[#list + 1] = model.dense("latent.in", o.latent, bias.columns,
                                  { scale = 1 / math.sqrt(o.latent), group = "encoder" })
    return list
  end,

  enter = function(self, theta, z) return context.enter(theta, self.bias, theta["latent.in"], z) end,

  aggregate = function(self, sum, count)
    return sum / (count + math.max(self.options.shrink, 1e-6)) -- 0 without rows if shrink is 0
  end,

  adapt = function(self, bound, theta, support)
    local rows = encoder.rows(theta, seen(bound, theta, support, support:target()))
    return self:enter(theta, encoder.latent(theta, self:aggregate(rows:sum("column"), support:counts())).mean)
  end,

  outer = function(self, bound, theta, support, query, target)
    local known = encoder.rows(theta, seen(bound, theta, support, support:target()))
    local asked = encoder.rows(theta, seen(bound, theta, query, target))
    local seen_sum, seen_count = known:sum("column"), support:counts()
    local p = encoder.latent(theta, self:aggregate(seen_sum, seen_count))
    local q = encoder.latent(theta, self:aggregate(seen_sum + asked:sum("column"), seen_count + query:counts()))
    local z = q.mean + q.deviation * q.deviation:noise()
    local loss = self:loss(bound, self:enter(theta, z), query, target)
    return loss + divergence(q, p) * self.options.kl / query:counts()
  end,

  describe = function(self) return ("neural process, %d numbers"):format(self.options.latent) end,
}
