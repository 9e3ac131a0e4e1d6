-- SPDX-License-Identifier: MIT
--
-- Gradients. A gradient consists of the same operations as any value, so it can be differentiated
-- again.
local declare = require "thaw.declare"

local ad = {}

local function check(what, value)
  if host.kind(value) == "value" then return end
  host.raise(("ad.grad: %s is %s, but must be a value"):format(what, declare.show(value)))
end

-- The gradient of the sum of `loss`. `towards` is a value, a list of values, or theta with a list
-- of `names`. Returns a value, a list, or a table by name for theta:step. With `first_order`,
-- gradients are constants: nothing differentiates through them. Raises if an argument is not a
-- value.
function ad.grad(loss, towards, names, first_order)
  check("the loss", loss)
  if type(towards) ~= "table" then
    check("what is differentiated by", towards)
    return host.gradient(loss, { towards }, not first_order)[1]
  end
  if names ~= nil and type(names) ~= "table" or names == nil and rawlen(towards) == 0 then
    host.raise("ad.grad takes a value, a list of values, or theta and a list of names: ad.grad(loss, theta, { 'head' })")
  end
  if not names then
    for i, value in ipairs(towards) do
      if host.kind(value) ~= "value" then check(("value %d of the list"):format(i), value) end
    end
    return host.gradient(loss, towards, not first_order)
  end
  local list, gradients = {}, { names = names }
  for i, name in ipairs(names) do list[i] = towards[name] end
  list = host.gradient(loss, list, not first_order)
  for i, name in ipairs(names) do gradients[name] = list[i] end
  return gradients
end

return ad
