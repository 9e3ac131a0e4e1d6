-- SPDX-License-Identifier: MIT
--
-- The plain recommenders: closed forms without any meta-learning, computed in C. Every comparison
-- carries all of them.
local declare = require "thaw.declare"

local SHRINK = "as if so many ratings without deviation had been seen; 'auto': chosen on validation users"

local function shrink(value)
  if value == "auto" or (type(value) == "number" and value >= 0 and value < math.huge) then return nil end
  return "'auto' or a number of at least 0"
end

local function baseline(name, help, with_item, with_user, others)
  local parameters = table.move(others or {}, 1, #(others or {}), 1, {})
  if with_item then
    parameters[#parameters + 1] = { "item_shrink", "any", default = "auto", check = shrink, help = SHRINK }
  end
  if with_user then
    parameters[#parameters + 1] = { "user_shrink", "any", default = "auto", check = shrink, help = SHRINK }
  end
  return declare.constructor {
    name = "plain." .. name, kind = "baseline", help = help, parameters = parameters,
  }
end

return {
  global_mean = baseline("global_mean", "the mean of all training ratings"),
  user_mean = baseline("user_mean", "the shrunk mean of the support ratings", false, true),
  item_mean = baseline("item_mean", "the shrunk mean of the item's training ratings", true),
  bias = baseline("bias", "global mean + shrunk item bias + shrunk user bias", true, true),
  gaussian_item = baseline("gaussian_item", "Gaussian factor model of items, users folded in exactly", false, false, {
    { "factors", "whole", default = 16, least = 1, most = 64, help = "of users and items, beside their levels" },
    { "iterations", "whole", default = 20, least = 1, most = 1000, help = "of variational EM over the training rows" },
  }),
}
