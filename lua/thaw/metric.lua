-- SPDX-License-Identifier: MIT
--
-- thaw.metric { ... }: a metric of one's own, and thaw.metrics, which are made of it. The function
-- is called for one task at a time.
local declare = require "thaw.declare"

local metric = { MOST = 8 }

metric.make = declare.constructor {
  name = "metric", kind = "metric", positional = "value",
  example = [[thaw.metric { better = "lower", function(truth, prediction) return math.abs(truth[1] - prediction[1]) end }]],
  help = "a number for one task: how good its predictions are",
  parameters = {
    { "value", "call", required = true,
      help = "function(truth, prediction) of two lists of numbers in the same order: a number, or nil for a task that has none" },
    { "better", "choice", required = true, choices = { "higher", "lower" },
      help = "'higher' or 'lower', whichever values are the better ones" },
    { "of", "choice", default = "mean", choices = { "mean", "level", "median", "raw" },
      help = "what is given as a prediction: mean, median level or continuous median of the distribution that the last step makes of it, or the prediction as it is" },
    { "help", "title", optional = true, help = "what it measures" },
  },
}

-- What a comparison has without a script, and the other keys of its rows in JSON.
local BUILT_IN = { "mae", "rmse", "ndcg5", "log_score", "coverage90" }
-- Metrics of order that a comparison has too, some with a cutoff (include/evaluate/ranking.h).
local ORDERS = { "auc", "map", "mrr", "ndcg%d+", "ndcg_linear%d+", "precision%d+", "recall%d+", "hit%d+" }
local KEYS = { "data", "scenario", "shots", "arm", "baseline", "answer", "seeds", "draws", "users", "ranked_users",
               "all_users", "median_shown", "tasks", "relevant_from" }

-- What keys of JSON add to the name of a metric.
local ENDS = { "gain", "gain_low", "gain_high", "gain_p", "gain_least", "gain_standardised", "gain_user_variance",
               "gain_item_variance", "gain_seed_variance", "users_better", "users_counted", "tasks_degenerate",
               "verdict", "opponent" }

-- Names of metrics of order, and what JSON says of them.
local function check_order(name)
  local lower = name:lower()
  for _, known in ipairs(ORDERS) do
    local order, ending = lower:match("^(" .. known .. ")(.*)$")
    if order and ending == "" then
      host.raise(("metrics: '%s' is taken: `thaw compare --metric %s` shows it; choose another name"):format(name, order), name)
    end
    for _, known_ending in ipairs(order and ENDS or {}) do
      if ending == "_" .. known_ending then
        host.raise(("metrics: '%s' is what JSON says of '%s'; choose another name"):format(name, order), name)
      end
    end
  end
end

local function check_name(name)
  if type(name) ~= "string" or #name > 24 or not name:match("^%a[%w_]*$") then
    host.raise(("metrics: %s is no name for a metric, which has 1 to 24 letters, digits and _, a letter first"):format(
      declare.show(name)), name)
  end
  local lower = name:lower()
  for _, known in ipairs(BUILT_IN) do
    if lower == known or lower:sub(1, #known + 1) == known .. "_" then
      host.raise(("metrics: '%s' is taken: every comparison has %s; choose another name"):format(
        name, table.concat(BUILT_IN, ", ")), name)
    end
  end
  check_order(name)
  for _, known in ipairs(KEYS) do
    if lower == known then
      host.raise(("metrics: '%s' is the name of a column of every comparison; choose another"):format(name), name)
    end
  end
end

local function check_ends(before)
  for lower, name in pairs(before) do
    for _, ending in ipairs(ENDS) do
      local other = before[lower .. "_" .. ending]
      if other then
        host.raise(("metrics: '%s' is what JSON says of '%s'; choose another name"):format(other, name), other)
      end
    end
  end
end

-- Checks a table of metrics by name. Returns a list of plain tables, by name.
function metric.list(metrics)
  local list, before = {}, {}
  for name, made in pairs(metrics) do
    check_name(name)
    if declare.kind(made) ~= "metric" then
      host.raise(("metrics: '%s' is %s, but must be thaw.metric { function(truth, prediction) ... end, better = 'higher' }"):format(
        name, declare.show(made)), name)
    end
    local options = made.options
    if before[name:lower()] then
      host.raise(("metrics: '%s' and '%s' differ in capitals alone"):format(before[name:lower()], name), name)
    end
    before[name:lower()] = name
    list[#list + 1] = { name = name, value = options.value, more = options.better == "higher", of = options.of,
                        help = options.help or "", line = made.line, place = made.place or "" }
  end
  check_ends(before)
  if #list > metric.MOST then
    host.raise(("metrics: there are %d, at most %d are allowed"):format(#list, metric.MOST), "metrics")
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

return metric
