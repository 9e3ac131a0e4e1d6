-- SPDX-License-Identifier: MIT
--
-- The inner loop of MAML and fine-tuning: steps of gradient descent on each task's support loss,
-- for all tasks at once. The loss is that of the outer loop unless `inner_loss` names another.
-- (Absolute errors have no curvature for second order, so squared errors inside often work better.)
-- The sum of the losses is divided by the number of rows plus `shrink`, as if there were `shrink`
-- more rows without error. So a single rating moves a user less than a hundred ratings do.
-- Parameters of the loss, such as thresholds, do not move.
local ad = require "thaw.ad"
local declare = require "thaw.declare"
local theta = require "thaw.theta"
local range = require "thaw.range"

local INNER_LOSS = { "inner_loss", "choice", default = "same", choices = { "same", "squared", "absolute", "huber" },
                     help = "of a support row; that of the outer loop otherwise" }

-- A model may have groups of its own. Whether a named group exists is checked when the arm is
-- bound.
local function check_groups(value)
  local good = type(value) == "string" or type(value) == "table" and not declare.kind(value) and #value > 0
  for _, group in ipairs(type(value) == "table" and value or {}) do good = good and type(group) == "string" end
  return not good and "'all', a group of the model, or a list of groups" or nil
end

local inner = {
  INNER_LOSS = INNER_LOSS,
  OPTIONS = {
    { "steps", "whole", default = 1, least = 0, most = 100, search = range.choice { 1, 3, 5 }, help = "steps of the inner loop" },
    { "inner_lr", "number", default = 0.01, least = 0, most = 10, search = range.log_uniform(0.01, 1), help = "rate of the inner loop" },
    { "shrink", "number", default = 5, least = 0, most = 1e6, search = range.log_uniform(1, 50), help = "rows without error beside the support" },
    INNER_LOSS,
    { "adapt", "any", default = "all", check = check_groups,
      help = "which dense parameters move: all but the vectors of attention, or groups of the model such as layers, head, user, item, attention" },
  },
}

-- The support loss of each task: 1 x 1 a task. `options` are those of OPTIONS.
function inner.loss(self, model, phi, rows, target, options)
  local other = options.inner_loss ~= "same" and options.inner_loss or nil
  local loss, output, shrink = self:criterion(other), model:predict(phi, rows), options.shrink
  if shrink == 0 then return loss:mean(output, target, self.begun) end
  local counts = rows:counts()
  return loss:total(counts, output, target, self.begun) / (counts + shrink)
end

-- The names of the parameters that inner steps move.
function inner.names(self, model)
  self.names = self.names or theta.names(model.declared, self.options.adapt)
  return self.names
end

-- Returns parameters after `options.steps` inner steps from `start`. `rate` replaces the option
-- inner_lr: a number, or a table of values by name.
function inner.descend(self, model, start, support, options, first_order, rate)
  if options.steps == 0 then return start end
  self.names = self.names or theta.names(model.declared, options.adapt)
  local phi = start:per_task(support, self.names)
  for _ = 1, options.steps do
    local loss = inner.loss(self, model, phi, support, support:target(), options)
    phi = phi:step(ad.grad(loss, phi, self.names, first_order), rate or options.inner_lr)
  end
  return phi
end

-- A learner's own options, followed by the options of inner.OPTIONS that have other names.
function inner.options(own)
  local list = {}
  for _, option in ipairs(own) do list[#list + 1] = option end
  for _, option in ipairs(inner.OPTIONS) do
    if not declare.find(own, option[1]) then list[#list + 1] = option end
  end
  return list
end

-- A loss with the value of `loss`. Its gradient towards each named parameter is that of `loss` plus
-- the given direction. For update rules that are not the gradient of a function.
function inner.steered(loss, theta_now, directions, names)
  local along
  for _, name in ipairs(names) do
    local part = (theta_now[name] * directions[name]:detach()):sum()
    along = along and along + part or part
  end
  return loss + (along - along:detach())
end

return inner
