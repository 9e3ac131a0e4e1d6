-- SPDX-License-Identifier: MIT
--
-- A ridge regression per user on meta-learned features, solved exactly and differentiated through
-- (R2-D2: Bertinetto, Henriques, Torr and Vedaldi 2019, "Meta-learning with differentiable
-- closed-form solvers", equation 5). The prior mean is the model's own head w0:
--   w = w0 + (X'X + L)^-1 X'(y - offset - X w0).
-- X are the features of the support rows. L is a learned diagonal: the strength of the prior of
-- each feature. The strength is corrected by number of ratings on validation users (strength.lua).
--
-- With an `encoder`, a network that reads the support as a set (Zaheer et al. 2017, "Deep sets",
-- section 3) moves w0 and log L before the solve. Which items a user chose to rate says something
-- about the taste too, beside the ratings (Koren 2008, "Factorization meets the neighborhood",
-- section 3).
local learner = require "thaw.learner"
local model = require "thaw.model"
local strength = require "thaw.learners.strength"

return learner.define {
  name = "learn.ridge",
  example = [[learn.ridge { lr = 2e-3, loss = "gaussian" }]],
  help = "a closed-form ridge regression per user on meta-trained features",
  options = strength.with {
    { "query", "whole", default = 30, least = 0, help = "query rows of a training task, at most half; 0: half" },
    { "lambda", "number", default = 1.5, least = 1e-6, most = 1e6, help = "ridge that the learned one starts from" },
    { "lambda_rate", "number", default = 10, least = 0, most = 1000, help = "factor on the rate for log lambda" },
    { "encoder", "wholes", default = {}, least = 1, most = 4096, may_be_empty = true,
      help = "widths of the network that moves the prior by the support; none: the prior stays" },
  },

  parameters = function(self, _, bound)
    local o, width = self.options, bound:head_width()
    local list = { model.dense("log_lambda", width, 1, { start = "constant", scale = math.log(o.lambda),
                                                         rate = o.lambda_rate, group = "lambda" }) }
    strength.add(self, list)
    if #o.encoder > 0 then
      local encoded = model.add_layers(list, "set", 2 * width + 2, o.encoder, "set")
      list[#list + 1] = model.dense("set.prior", encoded, width, { start = "zero", group = "set" })
      list[#list + 1] = model.dense("set.lambda", encoded, width, { start = "zero", group = "set" })
    end
    return list
  end,

  -- How far the support moves the prior mean and log lambda: d x 1 each.
  encode = function(self, theta, support, x, left)
    local n = support:counts()
    local set = (x:sum("column") / (n + 1)):concat(x:t_mm(left):transpose() / (n + 3),
                                                   left:square():sum() / (n + 3), (n + 1):log() * 0.3)
    local encoded = model.layers(theta, "set", set, #self.options.encoder)
    return encoded:mm(theta["set.prior"]):transpose(), encoded:mm(theta["set.lambda"]):transpose()
  end,

  adapt = function(self, bound, theta, support)
    local x, prior, log_lambda = bound:features(theta, support), bound:head(theta, support), theta.log_lambda
    local left = support:target() - bound:offset(theta, support) - x:mm(prior)
    if #self.options.encoder > 0 then
      local moved, firmer = self:encode(theta, support, x, left)
      left, prior, log_lambda = left - x:mm(moved), prior + moved, log_lambda + firmer
    end
    local gram = x:t_mm(x):add_diagonal(strength.corrected(theta, support, log_lambda):exp())
    return theta:with { head = prior + gram:solve(x:t_mm(left)) }
  end,

  describe = function(self) return #self.options.encoder > 0 and "ridge head, encoded prior" or "ridge head" end,
}
