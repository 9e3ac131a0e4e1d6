-- SPDX-License-Identifier: MIT
--
-- The trials of a search. Each is an arm of the experiment with other options. Trial 0 has the
-- options of the script and the library. The other trials draw every open option from its range,
-- independently (Bergstra and Bengio 2012, "Random search for hyper-parameter optimization"). An
-- option is open if the script gives it a range, or if it has a default range and the script sets
-- no value. The worker decides which trials train for how long (src/worker/search.h).
--
-- A draw depends only on the arm's name and the trial's number, so with more trials the first ones
-- stay the same.
local declare = require "thaw.declare"
local range = require "thaw.range"

local search = {}

local DRAWS_MOST = 100 -- attempts until the drawn options fit together
local OPTIONS_MOST = 10000 -- random numbers reserved for each draw

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

-- Copies an arm with its model and learner and all that they contain, so that its settings do not
-- change another arm that uses the same objects.
function search.copy(arm)
  local copy = {}
  for key, value in pairs(arm) do copy[key] = value end
  copy.model, copy.learner = arm.model and copied(arm.model), arm.learner and copied(arm.learner)
  return copy
end

-- -- what is open --------------------------------------------------------------------------------

local walk

-- Visits the objects in a list, including those in { model = ..., learner = ... }.
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

-- Visits every option of an object, and of the learners and models in its options. `inside`: the
-- object is a member of a learner, which provides the SHARED options.
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

local SHARED = { lr = true, epochs = true } -- a member without its own value uses that of the whole

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

-- Sets every open option to its value in draw number `draw`. Returns the lines for --set.
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

-- The trials of an arm from number 1 on. Empty if no option is open.
function search.trials(name, arm, count)
  local list = {}
  if not arm.learner or #open_of(name, arm) == 0 then return list end
  for number = 1, count - 1 do list[number] = trial(name, arm, number) end
  return list
end

return search
