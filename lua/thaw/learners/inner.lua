-- SPDX-License-Identifier: MIT
--
-- The inner loop that MAML and fine-tuning share: steps of gradient descent on each task's own
-- support loss, for all tasks at once.
local ad = require "thaw.ad"
local theta = require "thaw.theta"

local inner = {
  OPTIONS = {
    { "steps", "whole", default = 1, least = 0, most = 100, help = "steps of the inner loop" },
    { "inner_lr", "number", default = 0.01, least = 0, most = 10, help = "rate of the inner loop" },
    { "adapt", "choice", default = "all", choices = { "all", "layers", "head", "user", "item" },
      help = "which dense parameters move" },
  },
}

function inner.descend(self, model, start, support, options, first_order)
  if options.steps == 0 then return start end
  self.names = self.names or theta.names(model.declared, options.adapt)
  local phi = start:per_task(support, self.names)
  for _ = 1, options.steps do
    phi = phi:step(ad.grad(model:loss(phi, support), phi, self.names, first_order), options.inner_lr)
  end
  return phi
end

return inner
