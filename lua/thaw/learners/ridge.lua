-- SPDX-License-Identifier: MIT
--
-- A ridge regression per user on meta-learned features, solved exactly and differentiated through
-- (Bertinetto, Henriques, Torr and Vedaldi 2019, "Meta-learning with differentiable closed-form
-- solvers", equation 5, R2-D2), with the model's own head w0 as prior mean:
--   w = w0 + (X'X + L)^-1 X'(y - offset - X w0),
-- X the features of the support rows and L a diagonal that is learned with them: how firmly the
-- prior of each feature is held.
local learner = require "thaw.learner"
local model = require "thaw.model"

return learner.define {
  name = "learn.ridge",
  help = "a closed-form ridge regression per user on meta-trained features",
  options = {
    { "query", "whole", default = 30, least = 0, help = "query rows of a training task, at most half; 0: half" },
    { "lambda", "number", default = 1.5, least = 1e-6, most = 1e6, help = "ridge that the learned one starts from" },
    { "lambda_rate", "number", default = 10, least = 0, most = 1000, help = "factor on the rate for log lambda" },
  },

  parameters = function(self, _, bound)
    local width = bound:head_width()
    return { model.dense("log_lambda", width, 1, { start = "constant", scale = math.log(self.options.lambda),
                                                   rate = self.options.lambda_rate, group = "lambda" }) }
  end,

  adapt = function(_, bound, theta, support)
    local x, prior = bound:features(theta, support), bound:head(theta, support)
    local left = support:target() - bound:offset(theta, support) - x:mm(prior)
    local gram = x:t_mm(x):add_diagonal(theta.log_lambda:exp())
    return theta:with { head = prior + gram:solve(x:t_mm(left)) }
  end,

  describe = function() return "ridge head" end,
}
