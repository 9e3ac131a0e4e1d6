-- SPDX-License-Identifier: MIT
--
-- The plain recommenders, computed in C without any meta-learning. Every comparison contains all
-- of them (experiment.lua).
local declare = require "thaw.declare"

local SHRINK = "as if so many ratings without deviation had been seen; 'auto': chosen on validation tasks by scenario"

local function strength(value)
  if value == "auto" or (type(value) == "number" and value >= 0 and value < math.huge) then return nil end
  return "'auto' or a number of at least 0"
end

local ITEM = { "item_shrink", "any", default = "auto", check = strength, help = SHRINK }
local USER = { "user_shrink", "any", default = "auto", check = strength, help = SHRINK }
local RIDGE = "how firmly the regressions on features are held near 0"

local function iterations(default)
  return { "iterations", "whole", default = default, least = 1, most = 1000, help = "of variational EM over the training rows" }
end

local function baseline(name, help, example, parameters)
  return declare.constructor { name = "plain." .. name, kind = "baseline", help = help, example = "plain." .. name .. example,
                               parameters = parameters or {} }
end

return {
  global_mean = baseline("global_mean", "the mean of all training ratings", "()"),
  user_mean = baseline("user_mean", "the shrunk mean of the user's ratings", " { user_shrink = 5 }", { USER }),
  item_mean = baseline("item_mean", "the shrunk mean of the item's training ratings", " { item_shrink = 5 }", { ITEM }),
  bias = baseline("bias", "global mean + shrunk item bias + shrunk user bias", " { user_shrink = 5 }", { ITEM, USER }),
  popularity_bias = baseline("popularity_bias", "the bias, an item shrunk towards what is usual at its popularity",
    "()", { ITEM, USER }),
  hierarchical_mean = baseline("hierarchical_mean", "global, item and user level, with variances by maximum likelihood",
    " { iterations = 20 }", { iterations(50) }),
  content_mean = baseline("content_mean", "item and user level around a regression on the mapped features", " { ridge = 10 }", {
    { "ridge", "any", default = "auto", check = strength, help = RIDGE .. "; 'auto': chosen on validation tasks" },
    iterations(50),
  }),
  gaussian_item = baseline("gaussian_item", "Gaussian levels and factors, users folded in exactly", " { factors = 8 }", {
    { "factors", "whole", default = 16, least = 1, most = 64, help = "of users and items, beside their levels" },
    { "ridge", "number", default = 10, least = 0, most = 1e9, help = RIDGE },
    iterations(20),
    { "exposure", "number", default = 0, least = 0, most = 100,
      help = "how much it counts which items a user rated, whatever the ratings are; 0: nothing" },
  }),
}
