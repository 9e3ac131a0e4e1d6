-- SPDX-License-Identifier: MIT
--
-- Transfer (Yosinski, Clune, Bengio and Lipson 2014, "How transferable are features in deep neural
-- networks?", section 2): a network is trained on all users' ratings, then fine-tuned on a new
-- user's support rows. The layers in `freeze` stay as they are:
--   phi = theta, then k times phi = phi - inner_lr * d loss(support; phi) / d phi.
local declare = require "thaw.declare"
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"
local range = require "thaw.range"

local function check_freeze(value)
  if type(value) == "table" and not declare.kind(value) then
    for _, name in ipairs(value) do
      if type(name) ~= "string" then return "a list of names of layers" end
    end
    return nil
  end
  return "a list of names of layers"
end

-- The names of the dense parameters, without the weights and biases of the frozen layers.
local function moving(declared, frozen)
  local known, found, list = {}, {}, {}
  for _, name in ipairs(frozen) do found[name] = false end
  for _, parameter in ipairs(declared) do
    local layer = parameter.name:gsub("%.bias$", "")
    if not parameter.table then
      known[#known + 1] = layer
      if found[layer] == nil then list[#list + 1] = parameter.name else found[layer] = true end
    end
  end
  for _, name in ipairs(frozen) do
    if not found[name] then
      error(("freeze: the model has no layer '%s', %s"):format(name, declare.suggest(name, known)), 0)
    end
  end
  if #list == 0 then error("freeze: nothing is left that could be fine-tuned", 0) end
  return list
end

return learner.define {
  name = "learn.transfer", by = "row",
  example = [[learn.transfer { epochs = 5 }]],
  help = "ordinary training, then fine-tuning on the support with some layers frozen",
  options = {
    { "steps", "whole", default = 5, least = 0, most = 100, search = range.choice { 1, 3, 5, 10 }, help = "steps of fine-tuning" },
    { "inner_lr", "number", default = 0.05, least = 0, most = 10, search = range.log_uniform(0.005, 0.5), help = "rate of fine-tuning" },
    { "shrink", "number", default = 5, least = 0, most = 1e6, help = "rows without error beside the support" },
    inner.INNER_LOSS,
    { "freeze", "any", default = {}, check = check_freeze, help = "names of the layers that stay, such as 'layer1'" },
  },

  parameters = function(self, _, bound)
    self.names = moving(bound.declared, self.options.freeze)
    return {}
  end,

  adapt = function(self, model, theta, support)
    return inner.descend(self, model, theta, support, self.options, true)
  end,

  outer = function(self, model, theta, _, query, target) return self:loss(model, theta, query, target) end,

  describe = function(self)
    local o = self.options
    return ("transfer, %d steps%s"):format(o.steps, #o.freeze > 0 and ", " .. table.concat(o.freeze, " ") .. " frozen" or "")
  end,
}
