-- SPDX-License-Identifier: MIT
--
-- The trials of a search: each is an arm of the experiment with other options. Trial 0 has those that
-- the script and the library say; the others draw every open option from its range, one independent of
-- the other (Bergstra and Bengio 2012, "Random search for hyper-parameter optimization"). Open is what
-- a script gave a range, and what it left to a default that has one; what a script says stays. Which
-- trials are trained for how long is the worker's business (src/worker/search.h).
--
-- A draw depends on the name of the arm and the number of the trial alone: with more trials the first
-- ones stay the same.
local declare = require "thaw.declare"
local range = require "thaw.range"

local search = {}

local DRAWS_MOST = 100 -- until options fit together
local OPTIONS_MOST = 10000 -- places of random numbers that a draw has

search.PARAMETERS = {
  { "trials", "whole", default = 0, least = 0, most = 100,
    help = "how many settings of each learned arm are tried, the script's own among them; 0: no search" },
  { "rungs", "whole", default = 3, least = 1, most = 8,
    help = "trainings of growing length; after each the best trials go on. 1: all trials train to the end" },
  { "factor", "whole", default = 3, least = 2, most = 10,
    help = "one in so many trials goes on, and trains so many times as long" },
}

-- -- copies --------------------------------------------------------------------------------------

local copied

local function copied_object(object)
  local copy = setmetatable({}, getmetatable(object))
  for key, value in host.next, object do copy[key] = value end
  for _, part in ipairs { "options", "given", "open" } do
    copy[part] = setmetatable({}, getmetatable(object[part]))
    for name, value in host.next, object[part] do copy[part][name] = part == "options" and copied(value) or value end
  end
  return copy
end

function copied(value)
  if type(value) ~= "table" then return value end
  if declare.kind(value) then return copied_object(value) end
  local copy = {}
  for key, inner in host.next, value do copy[key] = copied(inner) end
  return setmetatable(copy, getmetatable(value))
end

-- Model and learner of an arm, and all that is in them, as objects of their own: a setting of one arm
-- is none of another that was written with the same object.
function search.copy(arm)
  local copy = {}
  for key, value in pairs(arm) do copy[key] = value end
  copy.model, copy.learner = arm.model and copied(arm.model), arm.learner and copied(arm.learner)
  return copy
end

-- -- what is open --------------------------------------------------------------------------------

local walk

-- Objects among the members of a list, { model = ..., learner = ... } among them.
local function walk_list(path, list, inside, visit)
  for i, element in ipairs(list) do
    local place = ("%s.%d"):format(path, i)
    if declare.kind(element) then
      walk(place, element, inside, visit)
    elseif type(element) == "table" then
      for _, part in ipairs { "model", "learner" } do
        if declare.kind(element[part]) then walk(place .. "." .. part, element[part], inside, visit) end
      end
    end
  end
end

-- Visits every option of an object and of the learners and models in its options. `inside`: it is
-- trained in company, so that what belongs to the whole is not its own.
function walk(path, object, inside, visit)
  for _, parameter in ipairs(object.spec.parameters) do
    local name = parameter[1]
    local value = object.options[name]
    visit(path .. "." .. name, object, parameter, inside)
    if declare.kind(value) == "learner" or declare.kind(value) == "model" then
      walk(path .. "." .. name, value, true, visit)
    elseif type(value) == "table" and not declare.kind(value) then
      walk_list(path .. "." .. name, value, true, visit)
    end
  end
end

local SHARED = { lr = true, epochs = true } -- of a member where it says nothing: those of the whole

local function open_of(name, arm)
  local list = {}
  local function visit(path, object, parameter, inside)
    local key = parameter[1]
    local given = object.open[key]
    local known = not object.given[key] and not (inside and SHARED[key]) and parameter.search
    if given or known then
      list[#list + 1] = { path = path, object = object, parameter = parameter, range = given or known }
    end
  end
  walk("arms." .. name .. ".learner", arm.learner, false, visit)
  walk("arms." .. name .. ".model", arm.model, false, visit)
  return list
end

-- -- trials --------------------------------------------------------------------------------------

local function fits(list)
  for _, open in ipairs(list) do
    local check = open.object.spec.check
    if check and check(open.object.options) then return false end
  end
  return true
end

-- Sets every open option to draw number `draw`; returns that as lines for --set.
local function set_drawn(list, name, number, draw)
  local texts = {}
  for i, open in ipairs(list) do
    local value = open.range:at(host.share(name, number, draw * OPTIONS_MOST + i), open.parameter)
    open.object.options[open.parameter[1]] = value
    texts[i] = open.path .. "=" .. range.shown(value)
  end
  return table.concat(texts, "\n")
end

local function trial(name, arm, number)
  local copy = search.copy(arm)
  local list = open_of(name, copy)
  for draw = 1, DRAWS_MOST do
    local text = set_drawn(list, name, number, draw)
    if fits(list) then
      copy.settings = text
      return copy
    end
  end
  host.raise(("search: no %d draws for arm '%s' made options that fit together"):format(DRAWS_MOST, name))
end

-- The trials of an arm but for the first, which is the arm itself; none if nothing is open.
function search.trials(name, arm, count)
  local list = {}
  if not arm.learner or #open_of(name, arm) == 0 then return list end
  for number = 1, count - 1 do list[number] = trial(name, arm, number) end
  return list
end

return search
