-- SPDX-License-Identifier: MIT
--
-- thaw.experiment { ... }: what a script returns. Errors name the line where it is written.
local declare = require "thaw.declare"
local map = require "thaw.map"
local metric = require "thaw.metric"
local plain = require "thaw.plain"
local search = require "thaw.search"
local tasks = require "thaw.tasks"

-- The baseline that is not one arm, but the best plain arm of each cell.
local BEST_PLAIN = "best_plain"

local ARM = {
  { "model", "model", required = true, help = "a function of parameters and rows, such as thaw.mlp { ... }" },
  { "learner", "learner", required = true, help = "how it is trained and adapted, such as learn.ridge()" },
}

local function seeds_check(value)
  if math.type(value) == "integer" and value >= 1 and value <= 100 then return nil end
  if type(value) == "table" and not declare.kind(value) and #value > 0 and #value <= 100 then
    local seen = {}
    for _, seed in ipairs(value) do
      if math.type(seed) ~= "integer" or seed < 0 then 
        return ("a list of whole numbers of at least 0, and %s is none"):format(declare.show(seed))
      end
      if seen[seed] then return ("a list of different numbers; %d is in it twice"):format(seed) end
      seen[seed] = true
    end
    return nil
  end
  return "a number of seeds from 1 to 100, or a list of them"
end

local function mapping_check(value)
  if type(value) == "table" and not declare.kind(value) then return nil end
  return "a table of fields"
end

local function target_check(value)
  if type(value) == "function" or value == "implicit" then return nil end
  return "a function of a row, or 'implicit'"
end

local function implicit() return 1 end

local function arms_check(value)
  return mapping_check(value) and "a table of arms by name"
end

local function metrics_check(value)
  return mapping_check(value) and "a table of metrics by name"
end

local PARAMETERS = {
  { "name", "title", help = "shown instead of the name of the file" },
  { "data", "name", required = true, help = "name of the data set" },
  { "mapping", "table", optional = true, help = "the feature space", parameters = {
    { "user", "any", check = mapping_check, help = "fields of users" },
    { "item", "any", check = mapping_check, help = "fields of items" },
    { "context", "any", check = mapping_check, help = "fields of the moment" },
  } },
  { "where", "call", optional = true,
    help = "which ratings count at all: true or false of a row of the ratings" },
  { "target", "any", optional = true, check = target_check,
    help = "what is predicted in place of the rating, from a row of the ratings; nil leaves the row out; 'implicit': 1 for every row" },
  { "tasks", "tasks", help = "thaw.tasks.by_user { ... }, .by_item { ... }, .by { function(row) ... end } or .folds { ... }" },
  { "arms", "any", default = {}, made_of_parts = true, check = arms_check, help = "what is compared, by name" },
  { "baseline", "text", default = BEST_PLAIN,
    help = "the arm that gains are over; best_plain: in each cell the plain one that is best on validation users" },
  { "answer", "choice", default = "level", choices = { "level", "median", "raw" },
    help = "what MAE is judged on: the median level, the continuous median, or the prediction as it is" },
  { "metrics", "any", default = {}, made_of_parts = true, check = metrics_check,
    help = "beside MAE, RMSE, nDCG@5 and the log score, by name: thaw.metric { ... }" },
  { "matters", "number", default = 0, least = 0, help = "gains below this are no difference that matters" },
  { "seeds", "any", default = 1, check = seeds_check, help = "how many, or which" },
  { "search", "table", help = "chooses open options of learned arms on validation users before they are run",
    parameters = search.PARAMETERS },
  { "prior_shrink", "number", default = 5, least = 0, most = 1e6,
    help = "as if every item had so many ratings at the mean, in rows:prior()" },
}

local function check_arm(name, arm)
  if type(name) ~= "string" or #name > 40 or not name:match("^[%w_%-]+$") then
    host.raise(("arms: %s is no name for an arm, which has 1 to 40 letters, digits, _ and -"):format(
      declare.show(name)), name)
  end
  if name == BEST_PLAIN then
    host.raise(("arms: '%s' is the name of the best plain arm of each cell; choose another"):format(name), name)
  end
  if declare.kind(arm) == "baseline" then return { baseline = arm, line = arm.line } end
  if type(arm) ~= "table" or declare.kind(arm) then
    host.raise(("arms: '%s' is %s, but must be { model = ..., learner = ... } or a plain recommender"):format(
      name, declare.show(arm)), name)
  end
  local options = declare.options("arm '" .. name .. "'", ARM, arm)
  options.line = options.learner.line
  return search.copy(options)
end

-- Adds the plain arms that every comparison contains, if the script does not have them.
local function add_plain(arms)
  for name, make in pairs(plain) do
    local present = false
    for _, arm in pairs(arms) do
      present = present or (arm.baseline and arm.baseline.spec.name == "plain." .. name)
    end
    if not present then
      if arms[name] then
        host.raise(("arms: '%s' is the name of the plain recommender that every comparison carries"):format(name), name)
      end
      arms[name] = { baseline = make(), line = 0 }
    end
  end
end

-- The function that gives rows their order; nil for an order by name.
local function order_part(name, of_tasks)
  local order = of_tasks.options[name]
  return type(order) == "function" and map.of_rows(name, order) or nil
end

local function experiment(given)
  if type(given) ~= "table" then host.raise("thaw.experiment takes a table: thaw.experiment { data = ... }") end
  local options = declare.options("experiment", PARAMETERS, given)
  local arms = {}
  for name, arm in pairs(options.arms) do arms[name] = check_arm(name, arm) end
  add_plain(arms)
  options.arms = arms
  options.tasks = options.tasks or tasks.by_user {}
  options.mapping = options.mapping or { user = { id = map.identity() }, item = { id = map.identity() } }
  local names = {}
  for name in pairs(arms) do names[#names + 1] = name end
  names[#names + 1] = BEST_PLAIN
  if not arms[options.baseline] and options.baseline ~= BEST_PLAIN then
    host.raise(("experiment: there is no arm '%s' to be the baseline, %s"):format(
      options.baseline, declare.suggest(options.baseline, names)), "baseline")
  end
  return { options = options, parts = map.parts(options.mapping), is_experiment = true, line = host.line(),
           target = options.target and map.of_rows("target", options.target == "implicit" and implicit or options.target) or nil,
           where = options.where and map.of_rows("where", options.where) or nil,
           split = order_part("split", options.tasks),
           draw = order_part("draw", options.tasks),
           metrics = metric.list(options.metrics),
           ask = order_part("ask", options.tasks), show = order_part("show", options.tasks),
           key = options.tasks.options.key and map.key_of_rows(options.tasks.options.key) or nil,
           place = host.place("arms") ~= "" and host.place("arms") or host.place() }
end

return { make = experiment, PARAMETERS = PARAMETERS, BEST_PLAIN = BEST_PLAIN }
