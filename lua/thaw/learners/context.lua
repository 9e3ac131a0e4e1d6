-- SPDX-License-Identifier: MIT
--
-- How a vector of a task enters a network: as further inputs of one layer. They are the same for
-- all rows of a task, so this equals moving the layer's bias,
--   [x, c] [W; V] + b = x W + (b + c V).
-- So a model needs no code for it.
local declare = require "thaw.declare"

local context = {}

-- The bias that the vector moves: the one named `wanted`, or the model's first. Raises if there is
-- none.
function context.find(who, declared, wanted)
  local known = {}
  for _, parameter in ipairs(declared) do
    if not parameter.table and parameter.rows == 1 and parameter.name:match("%.bias$") then
      if not wanted or parameter.name == wanted then return parameter end
      known[#known + 1] = parameter.name
    end
  end
  if wanted then
    error(("%s: the model has no bias '%s', %s"):format(who, wanted, declare.suggest(wanted, known)), 0)
  end
  error(who .. ": the model has no layer with a bias, through which a vector of the task could enter", 0)
end

-- theta with the bias moved by `vector` times `weights`.
function context.enter(theta, bias, weights, vector)
  return theta:with { [bias] = theta[bias] + vector:mm(weights) }
end

return context
