-- SPDX-License-Identifier: MIT
--
-- Several learners in one arm, each with a model of its own, and one answer:
--   prediction = sum_m w_m(n) prediction_m,   w(n) = softmax(s_0 + sum over k <= n of s_k),
-- a convex stack (Breiman 1996, "Stacked regressions"; Wolpert 1992) whose weights depend on the
-- number n of support rows: of rows of numbers s_0, s_1, s_3, s_5, s_10 and s_20, those add up that n
-- reaches, so that numbers of ratings that no validation user has are weighted like fewer.
--
-- The members are trained first, by the sum of their losses (curves show the mean); then the weights,
-- by the loss of the aggregate, on the validation users, whom no member has learned from. With
-- `weights` = "average" all count the same. Where all members know their variance, that of the answer
-- is the variance of the mixture of their distributions with these weights,
-- sum_m w_m (variance_m + (prediction_m - prediction)^2).
local learner = require "thaw.learner"
local member = require "thaw.learners.member"
local model = require "thaw.model"

local STEPS = { 1, 3, 5, 10, 20 }
local MEMBERS, WEIGHTS = 1, 2 -- phases

-- Of each task 1, and for each of STEPS whether it has so many rows, as 0 or 1: 1 x 6.
local function reached(counts)
  local flags = {}
  for i, step in ipairs(STEPS) do flags[i] = counts:greater(step - 0.5) end
  return (counts * 0 + 1):concat(table.unpack(flags))
end

return learner.define {
  name = "learn.aggregate",
  help = "the average, or a learned convex combination by number of ratings, of several learners",
  options = {
    { "members", "any", required = true, check = member.check_list,
      help = "learners with the arm's model, or { model = ..., learner = ... }" },
    { "weights", "choice", default = "stack", choices = { "stack", "average" }, help = "learned, or all the same" },
    { "weight_rate", "number", default = 0.05, least = 0, most = 10, help = "rate for the weights" },
    { "weight_epochs", "whole", default = 50, least = 1, most = 10000, help = "passes over the validation users" },
  },

  parameters = function(self, space, bound)
    local o, list, own = self.options, {}, nil
    self.members = {}
    for i, element in ipairs(o.members) do
      local one, its_model = member.parts(element)
      member.one_phase("learn.aggregate", one)
      if not its_model and not own then
        own = i
        self.members[i] = member.of_arm(self, list, space, bound, one, MEMBERS)
      else
        self.members[i] = member.further(self, list, ("member%d."):format(i), space, its_model or bound, one, MEMBERS)
      end
    end
    for _, parameter in ipairs(own and {} or bound.declared) do parameter.rate = 0 end
    list[#list + 1] = model.dense("stack", #STEPS + 1, #o.members, {
      start = "zero", group = "stack", phase = WEIGHTS,
      rate = o.weights == "stack" and o.lr > 0 and o.weight_rate / o.lr or 0 })
    return list
  end,

  phases = function(self)
    local o = self.options
    local list = { { users = "training", epochs = o.epochs } }
    if o.weights == "stack" and #o.members > 1 then list[WEIGHTS] = { users = "validation", epochs = o.weight_epochs } end
    return list
  end,

  reached = reached,

  adapt = function(self, _, theta, support)
    local adapted = {}
    for i, one in ipairs(self.members) do adapted[i] = one:adapt(theta, support) end
    return { members = adapted, weights = reached(support:counts()):mm(theta.stack):softmax() }
  end,

  -- The predictions of all members, side by side.
  all = function(self, adapted, rows)
    local parts = {}
    for i, one in ipairs(self.members) do parts[i] = one:predict(adapted.members[i], rows) end
    return #parts > 1 and parts[1]:concat(table.unpack(parts, 2)) or parts[1]
  end,

  predict = function(self, _, adapted, rows)
    return (self:all(adapted, rows) * adapted.weights):sum("row")
  end,

  has_variance = function(self)
    for _, one in ipairs(self.members) do
      if not one:deviates() then return false end
    end
    return true
  end,

  variance = function(self, _, adapted, rows)
    local all, parts = self:all(adapted, rows), {}
    for i, one in ipairs(self.members) do parts[i] = one:variance(adapted.members[i], rows) end
    local variances = #parts > 1 and parts[1]:concat(table.unpack(parts, 2)) or parts[1]
    local apart = all - (all * adapted.weights):sum("row")
    return ((variances + apart:square()) * adapted.weights):sum("row")
  end,

  -- Where no phase trains by the aggregate's own loss, that loss knows nothing.
  deviates = function(self)
    if #self:phases() < WEIGHTS then return self:has_variance() and self.options.loss ~= "ordinal" end
    return learner.base.deviates(self)
  end,

  outer = function(self, bound, theta, support, query, target, phase)
    if phase == WEIGHTS then
      local adapted = self:adapt(bound, theta, support)
      local sure = self:sure(bound, adapted, query)
      return self:error((self:all(adapted, query):detach() * adapted.weights):sum("row"), target, sure and sure:detach())
    end
    local total
    for _, one in ipairs(self.members) do
      local loss = one:outer(theta, support, query, target, phase)
      total = total and total + loss or loss
    end
    return total, total / #self.members
  end,

  exact = function(self)
    for _, one in ipairs(self.members) do
      if not one.learner:exact() then return false end
    end
    return learner.base.exact(self)
  end,

  describe = function(self)
    local names = {}
    for i, element in ipairs(self.options.members) do
      local one, its_model = member.parts(element)
      names[i] = one:describe() .. (its_model and " on " .. its_model:describe() or "")
    end
    return ("%s of %s"):format(self.options.weights, table.concat(names, " + "))
  end,
}
