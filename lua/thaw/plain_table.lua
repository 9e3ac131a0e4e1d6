-- SPDX-License-Identifier: MIT
--
-- What the program reads of a plain arm, be it an arm of its own or one inside a learner: -1 chooses a
-- strength, 0 is the usual number.
local function strength(value) return type(value) == "number" and value or -1 end

return function(arm)
  local options = arm.options
  return { baseline = arm.spec.name:match("%.(.*)"),
           item_shrink = strength(options.item_shrink), user_shrink = strength(options.user_shrink),
           ridge = strength(options.ridge), factors = options.factors or 0, iterations = options.iterations or 0 }
end
