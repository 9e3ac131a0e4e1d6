-- SPDX-License-Identifier: MIT
--
-- Learners inside a learner. Each member sees its own parameters by their usual names and trains
-- them in its own phases, the first of which is phase `first` of the arm. One member has the arm's
-- model. Further members have models of their own, whose parameters have a prefix among those of
-- the arm. All members train together, with the batches, schedule and epochs of the arm. Each has
-- its own loss and may have its own rate. A member may also be a plain arm: the program has fitted
-- it, and its predictions are constants.
local declare = require "thaw.declare"
local losses = require "thaw.losses"
local plain_table = require "thaw.plain_table"
local theta = require "thaw.theta"

local member = {}
member.__index = member

-- Options that a member cannot set, because all members are trained together.
local COMMON = { "batch", "clip", "epochs", "optimiser", "query", "random_support", "schedule", "shard",
                 "support", "warm_up" }

local function made(owner, space, model, learner, first)
  for _, name in ipairs(COMMON) do
    if learner.given[name] then
      error(("%s: what is in it is trained together, so %s cannot have its own '%s': give it to %s instead"):format(
        owner.spec.name, learner.spec.name, name, owner.spec.name), 0)
    end
  end
  local rate = owner.options.lr
  local faster = learner.given.lr and rate > 0 and learner.options.lr / rate or 1
  return setmetatable({ names = {}, first = first, faster = faster,
                        model = setmetatable({ space = space }, { __index = model }),
                        learner = setmetatable({ space = space, untuned = rawget(owner, "untuned") or not owner:tunes_members() },
                                               { __index = learner }) }, member)
end

-- Sets the phase of the arm in which a member's parameter moves, and its rate.
local function place(self, parameter)
  parameter.phase = self.first - 1 + (parameter.phase or 1)
  parameter.rate = (parameter.rate or 1) * self.faster -- `faster` does not change a `pace`
end

-- Adds copies of the parameters to `list`, with the prefix in their names.
local function add(self, list, parameters, prefix)
  for _, parameter in ipairs(parameters) do
    local copy = {}
    for key, value in pairs(parameter) do copy[key] = value end
    copy.name = prefix .. parameter.name
    place(self, copy)
    list[#list + 1] = copy
    self.names[parameter.name] = copy.name
  end
end

-- The member with the arm's model, which is already declared. Its loss's parameters have a prefix,
-- because the arm has a loss too.
function member.of_arm(owner, list, space, bound, learner, first)
  local self = made(owner, space, bound, learner, first)
  self.model.declared = {}
  for i, parameter in ipairs(bound.declared) do
    place(self, parameter)
    self.model.declared[i] = parameter
    self.names[parameter.name] = parameter.name
  end
  add(self, list, self.learner:parameters(space, self.model), "")
  add(self, list, losses.parameters(self.learner:criterion()), "member1.")
  return self
end

-- A member with a model of its own, whose parameters get the prefix.
function member.further(owner, list, prefix, space, model, learner, first)
  local self = made(owner, space, model, learner, first)
  self.model.declared = self.model:parameters(space)
  add(self, list, self.model.declared, prefix)
  add(self, list, self.learner:parameters(space, self.model), prefix)
  add(self, list, losses.parameters(self.learner:criterion()), prefix)
  return self
end

-- Returns the member's own parameters, out of all of the arm, and passes them to its learner.
function member:view(all)
  local values = {}
  for name, full in host.next, self.names do values[name] = all[full] end
  local view = theta.new(values)
  self.learner:begin(view)
  return view
end

function member:adapt(all, support) return self.learner:adapt(self.model, self:view(all), support) end

-- `predict` returns the member's ratings; `variance` returns their variances, if `deviates`.
function member:predict(adapted, rows) return (self.learner:ratings(self.model, adapted, rows)) end
function member:deviates() return self.learner:deviates() end
function member:variance(adapted, rows) return select(2, self.learner:ratings(self.model, adapted, rows, true)) end

function member:outer(all, support, query, target, phase)
  return self.learner:outer(self.model, self:view(all), support, query, target, phase - self.first + 1)
end

-- Whether the strength of its prior is corrected (strength.lua), and the loss for this.
function member:tunes() return self.learner:tunes() end
function member:tuning(adapted, query, target) return self.learner:tuning(self.model, adapted, query, target) end

function member:exact() return self.learner:exact() end

-- A plain arm with the methods of a member.
local plain = {}
plain.__index = plain

-- A plain arm as a member. The program fits it before the first prediction.
function member.plain(arm)
  local number, deviates = host.plain(plain_table(arm))
  return setmetatable({ is_plain = true, number = number, sure = deviates }, plain)
end

function member.is_plain_arm(element) return declare.kind(element) == "baseline" end

function plain.adapt() return {} end
function plain:predict(_, rows) return (host.plain_predictions(self.number, rows)) end
function plain:deviates() return self.sure end
function plain:variance(_, rows) return select(2, host.plain_predictions(self.number, rows)) end
function plain.tunes() return false end
function plain.exact() return true end

-- Returns learner and model of an element of `members`: a learner without a
-- model, or { model = ..., learner = ... }.
function member.parts(element)
  if declare.kind(element) == "learner" then return element end
  return element.learner, element.model
end

local function is_pair(element)
  if type(element) ~= "table" or declare.kind(element) then return false end
  for key in pairs(element) do
    if key ~= "model" and key ~= "learner" then return false end
  end
  return declare.kind(element.learner) == "learner" and declare.kind(element.model) == "model"
end

-- The check of an option that lists learners and plain arms: returns what is wrong, or nil.
function member.check_list(value)
  local good = type(value) == "table" and not declare.kind(value) and #value >= 1 and #value <= 16
  for i, element in ipairs(good and value or {}) do
    if type(element) == "table" and member.is_plain_arm(element.learner) then
      return ("a list whose member %d has no model: a plain arm takes none, write it without { model = ..., learner = ... }")
        :format(i)
    end
    if not (declare.kind(element) == "learner" or member.is_plain_arm(element) or is_pair(element)) then
      return ("a list of 1 to 16 learners, plain arms such as thaw.plain.bias(), or { model = ..., learner = ... }; "
        .. "member %d is %s"):format(i, declare.show(element))
    end
  end
  return not good and "a list of 1 to 16 learners, plain arms, or { model = ..., learner = ... }" or nil
end

function member.describe(element)
  if member.is_plain_arm(element) then return (element.spec.name:gsub("^plain%.", "")) end
  local one, its_model = member.parts(element)
  return one:describe() .. (its_model and " on " .. its_model:describe() or "")
end

-- Raises an error if a member that must train in one phase has several.
function member.one_phase(who, learner)
  if #learner:phases() > 1 then
    error(("%s: %s trains in several phases, and what is in it must train in one"):format(who, learner.spec.name), 0)
  end
end

return member
