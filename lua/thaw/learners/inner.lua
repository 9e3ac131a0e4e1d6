-- SPDX-License-Identifier: MIT
--
-- The inner loop that MAML and fine-tuning share: steps of gradient descent on each task's own
-- support loss, for all tasks at once. The loss is the sum of squared errors divided by the number of
-- rows plus `shrink`: as if so many rows without error stood beside them, so that a single rating
-- does not move a user as far as a hundred do.
local ad = require "thaw.ad"
local declare = require "thaw.declare"
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

function inner.loss(model, phi, rows, target, shrink)
  local squares = (model:predict(phi, rows) - target):square()
  if shrink == 0 then return squares:mean() end
  return squares:sum() / (rows:counts() + shrink)
end

-- The names of what moves, found once.
function inner.names(self, model)
  self.names = self.names or theta.names(model.declared, self.options.adapt)
  return self.names
end

-- `rate`, where it is not the option inner_lr, may be a table of values by name.
function inner.descend(self, model, start, support, options, first_order, rate)
  if options.steps == 0 then return start end
  self.names = self.names or theta.names(model.declared, options.adapt)
  local phi = start:per_task(support, self.names)
  for _ = 1, options.steps do
    local loss = inner.loss(model, phi, support, support:target(), options.shrink)
    phi = phi:step(ad.grad(loss, phi, self.names, first_order), rate or options.inner_lr)
  end
  return phi
end

-- A learner's own options followed by those of inner.OPTIONS that they do not replace.
function inner.options(own)
  local list = {}
  for _, option in ipairs(own) do list[#list + 1] = option end
  for _, option in ipairs(inner.OPTIONS) do
    if not declare.find(own, option[1]) then list[#list + 1] = option end
  end
  return list
end

-- A loss with the value of `loss` whose gradient towards each of these parameters is, beside its own,
-- the given direction: for rules that are not the gradient of anything.
function inner.steered(loss, theta_now, directions, names)
  local along
  for _, name in ipairs(names) do
    local part = (theta_now[name] * directions[name]:detach()):sum()
    along = along and along + part or part
  end
  return loss + (along - along:detach())
end

return inner
