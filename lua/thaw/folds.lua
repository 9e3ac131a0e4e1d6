-- SPDX-License-Identifier: MIT
--
-- Cross-validation, as other recommender libraries report it: the rows of one fold are asked for,
-- all others are learned from. An execution has one fold; `--set tasks.fold=2` is the next.
local declare = require "thaw.declare"

local make = declare.constructor {
  name = "tasks.folds", kind = "tasks",
  help = "all rows of one fold are asked for, those of the others are learned from",
  parameters = {
    { "folds", "whole", default = 5, least = 2, most = 100, help = "how many folds of random rows, of sizes that differ by at most one" },
    { "by", "text", optional = true, help = "column of the ratings whose values are the folds, instead of random rows" },
    { "fold", "whole", default = 1, least = 1, most = 100, help = "which fold is the test; those of a column are in ascending order" },
    { "validation", "number", default = 0.05, least = 0, most = 0.5, help = "share of the other rows held out for validation" },
  },
  check = function(options)
    if not options.by and options.fold > options.folds then
      return ("fold is %d, but there are %d folds"):format(options.fold, options.folds), "fold"
    end
  end,
}

-- What the program reads. A task is a user with all rows in the fold, and none is shown.
local function table_of(tasks)
  local options = tasks.options
  return {
    place = tasks.place or "", least = 1, most = 2147483647, query = 1, shots = { 0 }, draws = 1,
    fold = options.fold, folds = options.folds, fold_column = options.by or "",
    cold_users = 0, cold_items = 0, warm = 0, validation = options.validation, ask = "random", show = "random",
  }
end

return { make = make, table = table_of }
