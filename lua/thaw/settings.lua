-- SPDX-License-Identifier: MIT
--
-- Settings from outside the script, one "PATH=VALUE" a line. They replace what the script says:
--   seeds=3   baseline=item_mean   tasks.query=5   arms.maml.learner.steps=2
--   arms.maml.model.hidden={64}    search.trials=9   arms.stack.learner.members.1.lambda=2
--   arms.stack.learner.members.2.model.decay=0.1
-- A single word, such as epochs=5, sets this option of every learner and model that has it.
local declare = require "thaw.declare"

local settings = {}

local function scalar(text)
  if text == "true" then return true end
  if text == "false" then return false end
  return tonumber(text) or text:match('^"(.*)"$') or text:match("^'(.*)'$") or text
end

local function parse(text)
  local inside = text:match("^{(.*)}$")
  if not inside then return scalar(text) end
  local list = {}
  for element in inside:gmatch("[^,]+") do list[#list + 1] = scalar(element:match("%S+") or "") end
  return list
end

local function set(where, parameters, options, name, value)
  local parameter = declare.find(parameters, name)
  if not parameter then return false end
  if type(value) ~= "table" and (parameter[2] == "wholes" or parameter[2] == "numbers" or parameter[2] == "shots") then
    value = { value }
  end
  if parameter[2] == "table" or parameter[2] == "model" or parameter[2] == "learner" or parameter.made_of_parts then
    error(("setting: %s is no single value"):format(where), 0)
  end
  options[name] = declare.value("setting", parameter, value)
  return true
end

local function set_object(where, object, name, value)
  object.given[name], object.open[name] = true, nil
  if not set(where, object.spec.parameters, object.options, name, value) then
    error(("setting: %s has no '%s', %s"):format(object.spec.name, name,
      declare.suggest(name, declare.names(object.spec.parameters))), 0)
  end
  local wrong = object.spec.check and object.spec.check(object.options)
  if wrong then error(("setting: %s: %s"):format(object.spec.name, wrong), 0) end
end

-- The object that words 3 .. count - 1 of a path lead to: "learner" or "model", then names of
-- options that hold a learner or model, and positions in lists of these.
local function object_at(arm, words)
  local object = #words == 3 and arm.baseline or arm[words[3]]
  for i = 4, #words - 1 do
    if declare.kind(object) then object = object.options[words[i]]
    elseif type(object) == "table" then object = object[math.tointeger(tonumber(words[i])) or words[i]] end
  end
  return declare.kind(object) and object or nil
end

local function set_arm(experiment, path, words, value)
  local arm = experiment.options.arms[words[2]]
  if not arm then error(("setting: there is no arm '%s'"):format(words[2]), 0) end
  if #words == 3 and declare.kind(arm[words[3]]) then
    error(("setting: %s is no single value, but %s.PARAMETER is"):format(path, path), 0)
  end
  local object = object_at(arm, words)
  if not object then
    error(("setting: '%s' does not lead to a parameter: arms.NAME.learner.PARAMETER does"):format(path), 0)
  end
  set_object(path, object, words[#words], value)
end

local function set_everywhere(experiment, name, value)
  local found = false
  for _, arm in pairs(experiment.options.arms) do
    for _, part in ipairs { "model", "learner" } do
      if arm[part] and declare.find(arm[part].spec.parameters, name) then
        set_object(name, arm[part], name, value)
        found = true
      end
    end
  end
  if not found then error(("setting: nothing in this experiment is called '%s'"):format(name), 0) end
end

local function apply(experiment, path, value, parameters)
  local words = {}
  for word in path:gmatch("[^.]+") do words[#words + 1] = word end
  if #words >= 3 and words[1] == "arms" then return set_arm(experiment, path, words, value) end
  if #words == 2 and words[1] == "tasks" then return set_object(path, experiment.options.tasks, words[2], value) end
  if #words == 3 and words[1] == "tasks" and (words[2] == "cold" or words[2] == "negatives") then
    local options = experiment.options.tasks.options[words[2]]
    if not options then error("setting: these tasks have no negatives: write negatives = {} into them", 0) end
    local parameters = declare.find(experiment.options.tasks.spec.parameters, words[2]).parameters
    if set(path, parameters, options, words[3], value) then return end
  end
  if #words == 2 and words[1] == "search" then
    if set(path, declare.find(parameters, "search").parameters, experiment.options.search, words[2], value) then return end
  end
  if #words == 1 and set(path, parameters, experiment.options, words[1], value) then return end
  if #words == 1 then return set_everywhere(experiment, words[1], value) end
  error(("setting: '%s' does not lead to a parameter"):format(path), 0)
end

-- Applies each line to an experiment. Raises if a line is malformed or sets no parameter.
function settings.apply(experiment, lines, parameters)
  for line in lines:gmatch("[^\n]+") do
    local path, value = line:match("^([%w_%.%-]+)=(.+)$")
    if not path then
      error(("setting: '%s' is not NAME=VALUE, such as epochs=5 or arms.NAME.learner.lr=0.01"):format(line), 0)
    end
    apply(experiment, path, parse(value), parameters)
  end
end

return settings
