-- SPDX-License-Identifier: MIT
--
-- The functions that the program calls. They turn the result of a script into plain tables and run
-- its learners.
local declare = require "thaw.declare"
local experiment = require "thaw.experiment"
local folds = require "thaw.folds"
local learner = require "thaw.learner"
local losses = require "thaw.losses"
local map = require "thaw.map"
local plain_table = require "thaw.plain_table"
local reader = require "thaw.reader"
local search = require "thaw.search"
local settings = require "thaw.settings"
local theta = require "thaw.theta"

local entry = { map_kind = map.kind_of_result, map_result = map.result, suggest = declare.suggest,
                reader = reader.plan }

-- The names in a table, sorted.
function entry.names(methods)
  local names = {}
  for name in host.next, methods do names[#names + 1] = name end
  table.sort(names)
  return names
end

local identities = {} -- by "entity.field": whether the field is an identity
local traits = {} -- by "entity.field": what the mapping says of its table (table_options.lua)

local function seed_list(seeds)
  if type(seeds) == "table" then return seeds end
  local list = {}
  for seed = 1, seeds do list[seed] = seed end
  return list
end

local function arm_list(arms)
  local list = {}
  for name, arm in pairs(arms) do
    local baseline = arm.baseline
    local one = baseline and plain_table(baseline) or {}
    one.name, one.line, one.model, one.learner = name, arm.line, arm.model, arm.learner
    one.description = baseline and baseline.spec.help
      or ("%s on %s"):format(arm.learner:describe(), arm.model:describe())
    list[#list + 1] = one
  end
  return list
end

-- The trials of all arms, without trial 0, which is the arm itself. `arm` is a number in `arms`,
-- from 1.
local function trial_list(arms, options)
  local list = {}
  for number, arm in ipairs(arms) do
    for trial, made in ipairs(search.trials(arm.name, arm, options.trials)) do
      list[#list + 1] = { arm = number, trial = trial, settings = made.settings, line = arm.line,
                          model = made.model, learner = made.learner }
    end
  end
  return list
end

local function order_of(order) return type(order) == "function" and "function" or order end

local function task_table(tasks)
  local options = tasks.options
  if tasks.spec.name == "tasks.folds" then return folds.table(tasks) end
  return {
    place = tasks.place or "", least = options.min, most = options.max, query = options.draw and 1 or options.query, own_draw = options.draw ~= nil, shots = options.shots, draws = options.draws,
    fold = 0, folds = 0, fold_column = "", validation_fold = 0, given = type(options.split) == "function", published = options.split == "published", nested = options.split == "nested",
    by_item = tasks.spec.name == "tasks.by_item", by_time = options.cold.by == "time", cold_items_by = options.cold.items_by or "", cold_users_by = options.cold.users_by or "",
    cold_users = options.cold.users, cold_items = options.cold.items,
    warm = options.warm, validation = options.validation, ask = order_of(options.ask), show = order_of(options.show),
    negatives = options.negatives and options.negatives.per_positive or 0,
    negatives_by = options.negatives and options.negatives.by or "uniform",
  }
end

-- Returns the experiment as plain tables, after applying the settings. Raises if the script does
-- not return one.
function entry.experiment(made, setting_lines)
  if declare.kind(made) == "reader" then
    host.raise("this page is a reader, not an experiment: thaw import FILE --reader PAGE uses it")
  end
  if type(made) ~= "table" or not rawget(made, "is_experiment") then
    host.raise("the script must end with: return thaw.experiment { ... }")
  end
  settings.apply(made, setting_lines, experiment.PARAMETERS)
  local options = made.options
  for _, part in ipairs(made.parts) do
    if not part.hidden then
      identities[part.entity .. "." .. part.name] = part.kind == "identity"
      traits[part.entity .. "." .. part.name] = part.traits
    end
  end
  if not options.arms[options.baseline] and options.baseline ~= experiment.BEST_PLAIN then
    error(("setting: there is no arm '%s'"):format(options.baseline), 0)
  end
  local arms = arm_list(options.arms)
  return {
    place = made.place, line = made.line, name = options.name or "", data = options.data, baseline = options.baseline, seeds = seed_list(options.seeds),
    target = made.target, key = made.key, where = made.where, split = made.split, draw = made.draw, ask = made.ask, show = made.show, answer = options.answer, matters = options.matters, prior_shrink = options.prior_shrink,
    tasks = task_table(options.tasks), metrics = made.metrics, arms = arms, parts = made.parts,
    trials = trial_list(arms, options.search), rungs = options.search.rungs, factor = options.search.factor,
  }
end

-- A parameter with a `pace` keeps this rate, whatever the outer rate is. If a later phase is for
-- tuning alone, parameters without a phase move only in the first.
local function place(learner, parameters)
  local rate = learner.options.lr
  for _, parameter in ipairs(parameters) do
    if parameter.pace then parameter.rate = rate > 0 and parameter.pace / rate or 0 end
    if learner:tunes() then parameter.phase = parameter.phase or 1 end
  end
end

local function check_list(method, name, list)
  if type(list) ~= "table" then
    error(("%s%s returned %s, but must return a list of parameters"):format(host.where(method), name, declare.show(list)), 0)
  end
  for i, parameter in ipairs(list) do
    if type(parameter) ~= "table" or type(parameter.name) ~= "string" or not parameter.rows or not parameter.columns then
      error(("%s%s: number %d of the list is no parameter: thaw.model.dense(name, rows, columns) makes one"):format(
        host.where(method), name, i), 0)
    end
  end
end

-- Raises an error at the user's line if the features of a user-defined model are not a value.
local function watch_features(model)
  local features = model.features
  local where = type(features) == "function" and host.where(features) or ""
  if where == "" then return end
  function model.features(self, values, rows)
    local x = host.call(features, self, values, rows)
    if host.kind(x) ~= "value" then
      error(("%sfeatures returned %s, but must return a value with a row for each of the rows"):format(
        where, declare.show(x)), 0)
    end
    return x
  end
end

local OF_SPACE = { "fields", "levels", "mean", "deviation", "smallest", "largest", "validation_tasks" }
local OF_FIELD = { "name", "entity", "kind", "vocabulary", "columns", "identity" }
-- What the mapping may say of a field; false where it does not, because models ask in every step.
local OF_TABLE = { "share", "frozen", "given", "width", "project", "gate", "attention" }
table.move(OF_TABLE, 1, #OF_TABLE, #OF_FIELD + 1, OF_FIELD)

-- Fields that share a table have the width that one of them says.
local function share_widths(fields)
  local widths = {}
  for _, field in ipairs(fields) do
    if field.share then widths[field.share] = widths[field.share] or field.width or field.given end
  end
  for _, field in ipairs(fields) do
    if field.share and field.kind ~= "number" then field.width = field.width or widths[field.share] end
  end
end

-- Makes an arm ready for a feature space: { model, learner, parameters, plan, optimiser, exact,
-- deviates }. The loss's own parameters are last and not in model.declared, so no learner adapts
-- them.
function entry.bind(arm, space)
  for _, field in ipairs(space.fields) do
    field.identity = identities[field.name]
    for name, value in host.next, traits[field.name] do field[name] = value end
  end
  share_widths(space.fields)
  for _, field in ipairs(space.fields) do
    for _, name in ipairs(OF_TABLE) do field[name] = field[name] or false end
    if field.kind ~= "bag" then field.attention = false end -- vectors that have not been read yet
    declare.strict(field, "a field of the space has no", OF_FIELD, {})
  end
  declare.strict(space, "the space has no", OF_SPACE, {})
  local model = setmetatable({ space = space }, { __index = arm.model })
  local learner = setmetatable({ space = space }, { __index = arm.learner })
  watch_features(model)
  model.declared = model:parameters(space)
  local own = host.call(learner.parameters, learner, space, model)
  check_list(learner.parameters, "parameters", own)
  for _, parameter in ipairs(own) do
    model.declared[#model.declared + 1] = parameter
  end
  local parameters = table.move(model.declared, 1, #model.declared, 1, {})
  for _, parameter in ipairs(losses.parameters(learner:criterion())) do parameters[#parameters + 1] = parameter end
  theta.check_names(parameters)
  learner:set_decay(parameters)
  place(learner, parameters)
  return { model = model, learner = learner, parameters = parameters,
           plan = learner:plan(), optimiser = learner:optimiser(), exact = learner:exact(),
           deviates = learner:deviates() }
end

local function begin(arm, values)
  local start = theta.new(values, arm.parameters)
  arm.learner:begin(start)
  return start
end

-- The outer loss of each task, and the loss to show or nil. Called in training only.
function entry.loss(arm, values, support, query, target, phase)
  return learner.outer_loss(arm.learner, arm.model, begin(arm, values), support, query, target, phase)
end

-- Predicted ratings, r x 1, and their variances if they are wanted and known. They may depend only
-- on what adapt returns. So with `other` rows, which differ only in their ratings, the learner
-- adapts to those too before it predicts. This must change nothing.
function entry.predict(arm, values, support, query, with_variance, other)
  local adapted = learner.adapted(arm.learner, arm.model, begin(arm, values), support)
  if other then arm.learner:adapt(arm.model, begin(arm, values), other) end
  return arm.learner:ratings(arm.model, adapted, query, with_variance)
end

return entry
