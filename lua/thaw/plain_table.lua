-- SPDX-License-Identifier: MIT
--
-- What the program reads of a plain arm, be it an arm of its own or one inside a learner.
local function shrink(value) return value == "auto" and -1 or value or -1 end

return function(arm)
  return { baseline = arm.spec.name:match("%.(.*)"), item_shrink = shrink(arm.options.item_shrink),
           user_shrink = shrink(arm.options.user_shrink), factors = arm.options.factors or 16,
           iterations = arm.options.iterations or 20 }
end
