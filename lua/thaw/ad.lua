-- SPDX-License-Identifier: MIT
--
-- Gradients. A gradient is made of the same operations as any value and can be differentiated again.
local ad = {}

-- ad.grad(loss, value) gives a value, ad.grad(loss, { values }) a list, and ad.grad(loss, theta,
-- names) a table by name for theta:step. With `first_order` gradients are numbers only: what is
-- computed from them has no way back through them.
function ad.grad(loss, towards, names, first_order)
  if type(towards) ~= "table" then return host.gradient(loss, { towards }, not first_order)[1] end
  if not names then return host.gradient(loss, towards, not first_order) end
  local list, gradients = {}, { names = names }
  for i, name in ipairs(names) do list[i] = towards[name] end
  list = host.gradient(loss, list, not first_order)
  for i, name in ipairs(names) do gradients[name] = list[i] end
  return gradients
end

return ad
