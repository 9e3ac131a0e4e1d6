-- SPDX-License-Identifier: MIT
--
-- What the program reads of a plain arm, whether it is an arm itself or inside a learner. Strength
-- -1 lets the program choose it; factors or iterations 0 are the default.
local function strength(value) return type(value) == "number" and value or -1 end

return function(arm)
  local options = arm.options
  return { baseline = arm.spec.name:match("%.(.*)"),
           item_shrink = strength(options.item_shrink), user_shrink = strength(options.user_shrink),
           ridge = strength(options.ridge), factors = options.factors or 0, iterations = options.iterations or 0,
           exposure = options.exposure or 0 }
end
