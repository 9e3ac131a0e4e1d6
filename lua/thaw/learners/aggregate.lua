-- SPDX-License-Identifier: MIT
--
-- Several learners in one arm, each with a model of its own of the arm's kind, and one answer:
--   prediction = sum_m w_m(n) prediction_m,   w(n) = softmax of a row of numbers for that n,
-- a convex stack (Breiman 1996, "Stacked regressions"; Wolpert 1992) whose weights depend on the
-- number n of support rows, in the classes 0, 1-2, 3-4, 5-9 and 10 or more. They are trained by the
-- query rows of training tasks, with the members' predictions as given; the members by their own
-- losses. With `weights` = "average" all count the same.
local learner = require "thaw.learner"
local member = require "thaw.learners.member"
local model = require "thaw.model"

local FIRST = { 1, 3, 5, 10 } -- of each class of n but that of 0

-- One number a class, 1 for the class of each task.
local function class_of(counts)
  local parts, above = {}, nil
  for i, first in ipairs(FIRST) do
    local reached = counts:greater(first - 0.5)
    parts[i] = above and above - reached or 1 - reached
    above = reached
  end
  parts[#parts + 1] = above
  return parts[1]:concat(table.unpack(parts, 2))
end

return learner.define {
  name = "learn.aggregate",
  help = "the average, or a learned convex combination by number of ratings, of several learners",
  options = {
    { "members", "any", required = true, check = member.check_list, help = "a list of learners" },
    { "weights", "choice", default = "stack", choices = { "stack", "average" }, help = "learned, or all the same" },
    { "weight_rate", "number", default = 10, least = 0, most = 1000, help = "factor on the rate for the weights" },
  },

  parameters = function(self, space, bound)
    local o, list = self.options, {}
    self.members = {}
    self.members[1] = member.first(list, space, bound, o.members[1])
    for i = 2, #o.members do
      self.members[i] = member.further(list, ("member%d."):format(i), space, bound, o.members[i])
    end
    list[#list + 1] = model.dense("stack", #FIRST + 1, #o.members,
                                  { start = "zero", rate = o.weights == "stack" and o.weight_rate or 0, group = "stack" })
    return list
  end,

  class_of = class_of,

  adapt = function(self, _, theta, support)
    local adapted = {}
    for i, one in ipairs(self.members) do adapted[i] = one:adapt(theta, support) end
    return { members = adapted, weights = class_of(support:counts()):mm(theta.stack):softmax() }
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

  outer = function(self, bound, theta, support, query, target)
    local adapted = self:adapt(bound, theta, support)
    local own = self:error((self:all(adapted, query):detach() * adapted.weights):sum("row"), target)
    local total = own
    for _, one in ipairs(self.members) do total = total + one:outer(theta, support, query, target) end
    return member.shown(own, total)
  end,

  exact = function() return false end, -- weights are trained as if the members stood still

  describe = function(self)
    local names = {}
    for i, one in ipairs(self.options.members) do names[i] = one:describe() end
    return ("%s of %s"):format(self.options.weights, table.concat(names, " + "))
  end,
}
