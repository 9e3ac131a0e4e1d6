-- SPDX-License-Identifier: MIT
--
-- The inner loop that MAML and fine-tuning share: steps of gradient descent on each task's own
-- support loss, for all tasks at once. The loss is the sum of squared errors divided by the number of
-- rows plus `shrink`: as if so many rows without error stood beside them, so that a single rating
-- does not move a user as far as a hundred do.
local ad = require "thaw.ad"
local theta = require "thaw.theta"

local inner = {
  OPTIONS = {
    { "steps", "whole", default = 1, least = 0, most = 100, help = "steps of the inner loop" },
    { "inner_lr", "number", default = 0.01, least = 0, most = 10, help = "rate of the inner loop" },
    { "shrink", "number", default = 5, least = 0, most = 1e6, help = "rows without error beside the support" },
    { "adapt", "choice", default = "all", choices = { "all", "layers", "head", "user", "item" },
      help = "which dense parameters move" },
  },
}

local function support_loss(model, phi, support, shrink)
  if shrink == 0 then return model:loss(phi, support) end
  local left = model:predict(phi, support) - support:target()
  return left:square():sum() / (support:counts() + shrink)
end

function inner.descend(self, model, start, support, options, first_order)
  if options.steps == 0 then return start end
  self.names = self.names or theta.names(model.declared, options.adapt)
  local phi = start:per_task(support, self.names)
  for _ = 1, options.steps do
    local loss = support_loss(model, phi, support, options.shrink)
    phi = phi:step(ad.grad(loss, phi, self.names, first_order), options.inner_lr)
  end
  return phi
end

return inner
