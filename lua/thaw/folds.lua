-- SPDX-License-Identifier: MIT
--
-- Cross-validation, as other recommender libraries report it: the rows of one fold are asked for,
-- all others are learned from. An execution has one fold; `--set tasks.fold=2` is the next. With a
-- validation fold beside it, `--set tasks.validation_fold=3`, folds are nested.
local declare = require "thaw.declare"

local make = declare.constructor {
  name = "tasks.folds", kind = "tasks",
  example = [[thaw.tasks.folds { folds = 5, fold = 1 }]],
  help = "all rows of one fold are asked for, those of the others are learned from",
  parameters = {
    { "folds", "whole", default = 5, least = 2, most = 100, help = "how many folds of random rows, of sizes that differ by at most one" },
    { "by", "text", optional = true, help = "column of the ratings whose values are the folds, instead of random rows" },
    { "fold", "whole", default = 1, least = 1, most = 100, help = "which fold is the test; those of a column are in ascending order" },
    { "validation", "number", default = 0.05, least = 0, most = 0.5, help = "share of the other rows held out for validation" },
    { "validation_fold", "whole", optional = true, least = 1, most = 100,
      help = "another fold that is the validation, instead of a share: nested folds" },
    { "task", "choice", default = "user", choices = { "user", "item" }, help = "whose rows in the fold make a task" },
    { "key", "call", optional = true, help = "divides the rows of a user as in tasks.by; rows without a key are not asked for" },
  },
  check = function(options)
    if options.key and options.task == "item" then
      return "key divides the rows of a user: leave out task = 'item'", "key"
    end
    if options.validation_fold == options.fold then
      return ("validation_fold is %d, which is the test: name another fold"):format(options.fold), "validation_fold"
    end
    if not options.by and (options.validation_fold or 1) > options.folds then
      return ("validation_fold is %d, but there are %d folds"):format(options.validation_fold, options.folds), "validation_fold"
    end
    if not options.by and options.fold > options.folds then
      return ("fold is %d, but there are %d folds"):format(options.fold, options.folds), "fold"
    end
  end,
}

-- What the program reads. A task is a user (item) with all rows in the fold, and none is shown.
local function table_of(tasks)
  local options = tasks.options
  return {
    place = tasks.place or "", least = 1, most = 2147483647, query = 1, shots = { 0 }, draws = 1,
    fold = options.fold, folds = options.folds, fold_column = options.by or "",
    validation_fold = options.validation_fold or 0, by_item = options.task == "item",
    cold_users = 0, cold_items = 0, warm = 0, validation = options.validation, ask = "random", show = "random",
    negatives = 0, negatives_by = "uniform",
  }
end

return { make = make, table = table_of }
