-- SPDX-License-Identifier: MIT
--
-- How ratings are split into tasks. A task is one user, one item, or one user with one key.
local declare = require "thaw.declare"

local tasks = {}

local ORDERS = { "random", "earliest", "latest", "popular", "rare" }

local function order_check(value)
  if type(value) == "function" then return nil end
  for _, order in ipairs(ORDERS) do if value == order then return nil end end
  return "'random', 'earliest', 'latest', 'popular', 'rare' or a function of a row, smallest first"
end

local SPLITS = { "own", "published", "nested" }

local function split_check(value)
  if type(value) == "function" then return nil end
  for _, split in ipairs(SPLITS) do if value == split then return nil end end
  return "one of 'own', 'published', 'nested', or a function of a row that returns 'training', 'test', 'validation' or nil"
end

tasks.by_user = declare.constructor {
  name = "tasks.by_user", kind = "tasks",
  example = [[thaw.tasks.by_user { min = 15, query = 10, shots = { 0, 1, 5 }, ask = "latest", show = "earliest" }]],
  help = "a task is one user: some of the ratings are the support, some the query",
  parameters = {
    { "min", "whole", default = 13, least = 2, help = "least rows of a test task in its scenario" },
    { "max", "whole", default = 100, least = 2, help = "and at most" },
    { "query", "whole", default = 10, least = 1, help = "query rows of a test task" },
    { "shots", "shots", default = { 0, 1, 3, 5, 10, "all" }, help = "how many support rows are revealed" },
    { "draws", "whole", default = 5, least = 1, most = 100, help = "how often query and support are drawn anew" },
    { "ask", "any", default = "random", check = order_check,
      help = "which rows of a user are the query: 'latest' predicts the future alone; 'popular' are the items with the most training rows" },
    { "show", "any", default = "random", check = order_check,
      help = "in what order the other rows are shown; if neither is random, there is one draw" },
    { "draw", "call", optional = true,
      help = "function(rows, random): from the rows of a task returns two lists, its support as it is shown and its query, or nil for no task" },
    { "split", "any", default = "own", check = split_check,
      help = "'published': the column `split` of the data set; 'nested': a new split of its training rows alone; a function says 'training', 'test' or 'validation' of a row" },
    { "cold", "table", help = "what is held out of training", parameters = {
      { "users", "number", default = 0.2, least = 0, most = 0.9, help = "share of the users" },
      { "items", "number", default = 0.2, least = 0, most = 0.9, help = "share of the items" },
      { "by", "choice", default = "random", choices = { "random", "time" }, help = "by time: those first seen last" },
      { "items_by", "text", optional = true, help = "column of the items: those with its largest numbers are cold" },
      { "users_by", "text", optional = true, help = "the same of the users, such as the day on which they joined" },
    } },
    { "warm", "number", default = 0.1, least = 0, most = 0.9, help = "share of warm users' rows held out" },
    { "validation", "number", default = 0.05, least = 0, most = 0.5,
      help = "share of the training users and items held out for validation, and of the other users with warm rows held out" },
    { "negatives", "table", optional = true,
      help = "sampled negatives beside every row, for target = 'implicit': items the user has no row of, with target 0", parameters = {
      { "per_positive", "whole", default = 4, least = 1, most = 100, help = "how many for each row" },
      { "by", "choice", default = "uniform", choices = { "uniform", "popularity" },
        help = "uniform: all items alike; popularity: in proportion to 1 + their training rows" },
    } },
  },
  check = function(options)
    if options.min > options.max then return "min is larger than max", "min" end
    if options.draw and (options.ask ~= "random" or options.show ~= "random") then
      return "draw says what is asked and shown: leave out ask and show", "draw"
    end
    if not options.draw and options.query >= options.min then
      return ("query is %d, but a task of min = %d rows needs one for its support"):format(options.query, options.min), "query"
    end
    local seen = {}
    for _, shots in ipairs(options.shots) do
      if seen[shots] then return ("shots: %s is in it twice"):format(shots), "shots" end
      seen[shots] = true
    end
    if #options.shots > 16 then return "more than 16 different numbers of shots", "shots" end
  end,
}

tasks.folds = require("thaw.folds").make

-- The other kinds take the same options.
local by_user = declare.constructors["tasks.by_user"]

tasks.by_item = declare.constructor {
  name = "tasks.by_item", kind = "tasks",
  example = [[thaw.tasks.by_item { min = 6, query = 3, shots = { 0, 1, 3 } }]],
  parameters = by_user.parameters, check = by_user.check,
  help = "a task is one item, the mirror of by_user: some of the ratings it got are the support, some the query",
}

local KEY = { "key", "any", required = true,
  check = function(value) return type(value) ~= "function" and "a function of a row, as in tasks.by { function(row) return row.companion end }" or nil end,
  help = "a function of a row, as in tasks.by { function(row) return row.companion end }; rows without a key are in no task" }

tasks.by = declare.constructor {
  name = "tasks.by", kind = "tasks", positional = "key",
  example = [[thaw.tasks.by { function(row) return row.occasion end, min = 4, query = 2, shots = { 0, 1 } }]],
  parameters = table.move(by_user.parameters, 1, #by_user.parameters, 2, { KEY }), check = by_user.check,
  help = "a task is one user with one key, such as a companion or a session: the key divides the user's rows",
}

return tasks
