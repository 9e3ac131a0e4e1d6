-- SPDX-License-Identifier: MIT
--
-- Learners inside a learner: each sees parameters of its own by their usual names. The first has the
-- model of the arm itself; further ones have models whose parameters stand among those of the arm
-- with a prefix.
local declare = require "thaw.declare"
local losses = require "thaw.losses"
local theta = require "thaw.theta"

local member = {}
member.__index = member

local function made(space, model, learner)
  return setmetatable({ names = {}, model = setmetatable({ space = space }, { __index = model }),
                        learner = setmetatable({ space = space }, { __index = learner }) }, member)
end

-- Adds to `list` what is to be learned, under the prefix.
local function add(self, list, parameters, prefix)
  for _, parameter in ipairs(parameters) do
    local copy = {}
    for key, value in pairs(parameter) do copy[key] = value end
    copy.name = prefix .. parameter.name
    list[#list + 1] = copy
    self.names[parameter.name] = copy.name
  end
end

-- The member with the arm's model, which has been declared. What its loss learns has a prefix: the
-- arm has a loss too.
function member.first(list, space, bound, learner)
  local self = made(space, bound, learner)
  self.model.declared = {}
  add(self, self.model.declared, bound.declared, "")
  add(self, list, self.learner:parameters(space, self.model), "")
  add(self, list, losses.parameters(self.learner:criterion()), "member1.")
  return self
end

function member.further(list, prefix, space, model, learner)
  local self = made(space, model, learner)
  self.model.declared = self.model:parameters(space)
  add(self, list, self.model.declared, prefix)
  add(self, list, self.learner:parameters(space, self.model), prefix)
  add(self, list, losses.parameters(self.learner:criterion()), prefix)
  return self
end

-- Its own parameters out of all of the arm; its learner begins with them.
function member:view(all)
  local values = {}
  for name, full in host.next, self.names do values[name] = all[full] end
  local view = theta.new(values)
  self.learner:begin(view)
  return view
end

function member:adapt(all, support) return self.learner:adapt(self.model, self:view(all), support) end

-- The output, which the learner's own loss is of; and the ratings that it predicts by it.
function member:output(adapted, rows) return self.learner:predict(self.model, adapted, rows) end
function member:predict(adapted, rows) return (self.learner:ratings(self.model, adapted, rows)) end

function member:outer(all, support, query, target)
  return self.learner:outer(self.model, self:view(all), support, query, target)
end

-- A loss with the value of `shown`, comparable with that of other arms, and the gradient of `trained`.
function member.shown(shown, trained) return trained + (shown - trained):detach() end

-- For an option that is a list of learners.
function member.check_list(value)
  local good = type(value) == "table" and not declare.kind(value) and #value >= 1 and #value <= 16
  for _, learner in ipairs(good and value or {}) do good = good and declare.kind(learner) == "learner" end
  return not good and "a list of 1 to 16 learners" or nil
end

return member
