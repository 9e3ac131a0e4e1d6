-- SPDX-License-Identifier: MIT
--
-- Parameters by name, initial or adapted. Nothing here changes in place: each method returns a new
-- set that shares the values it did not replace.
local declare = require "thaw.declare"

local Theta = {}

-- Reading a name that does not exist raises an error, except for `head`: models test whether a head
-- was adapted.
function Theta.__index(self, name)
  local method = Theta[name]
  if method ~= nil or name == "head" then return method end
  local names = {}
  for known in host.next, self do names[#names + 1] = known end
  table.sort(names)
  host.raise(("theta has no '%s', %s"):format(tostring(name), declare.suggest(name, names)))
end

local theta = {}

local function check_names(method, names)
  if type(names) == "table" then return end
  host.raise(("theta:%s: the names are %s, but must be a list of texts"):format(method, declare.show(names)))
end

function theta.is(value) return getmetatable(value) == Theta end

-- Turns a table of values by name into a set of parameters.
function theta.new(values) return setmetatable(values, Theta) end

-- A copy with some values replaced or added, which are known to be values by name.
local function copy_with(self, replaced)
  local copy = {}
  for name, value in host.next, self do copy[name] = value end
  for name, value in host.next, replaced do copy[name] = value end
  return setmetatable(copy, Theta)
end

-- The same, for anybody. Raises unless `replaced` is a table of values by name.
function Theta:with(replaced)
  if type(replaced) ~= "table" then
    host.raise(("theta:with takes a table of values, { head = ... }, not %s"):format(declare.show(replaced)))
  end
  for name, value in host.next, replaced do
    if type(name) ~= "string" then
      host.raise(("theta:with: the name %s must be a text: { head = ... }"):format(declare.show(name)))
    end
    if host.kind(value) ~= "value" then
      host.raise(("theta:with: '%s' is %s, but must be a value"):format(tostring(name), declare.show(value)), name)
    end
  end
  return copy_with(self, replaced)
end

-- Copies the named parameters for every task of these rows, so that each task can move its own.
function Theta:per_task(rows, names)
  local own = {}
  check_names("per_task", names)
  for _, name in ipairs(names) do own[name] = self[name]:per_task(rows) end
  return copy_with(self, own)
end

-- One step against the gradients of ad.grad. `rate` is a number, or a table of values by name.
function Theta:step(gradients, rate)
  local moved = {}
  if type(gradients) ~= "table" or not gradients.names then
    host.raise(("theta:step takes gradients by name, as ad.grad(loss, theta, names) gives them, not %s"):format(
      declare.show(gradients)))
  end
  if type(rate) ~= "number" and type(rate) ~= "table" then
    host.raise(("theta:step: the rate is %s, but must be a number or a table of values"):format(declare.show(rate)))
  end
  local same = type(rate) == "number"
  for _, name in ipairs(gradients.names) do
    if same then
      moved[name] = self[name]:add_scaled(gradients[name], -rate)
    else
      moved[name] = self[name] - rate[name] * gradients[name]
    end
  end
  return copy_with(self, moved)
end

-- A copy whose named values are constants: no gradient flows through them to the parameters.
function Theta:detach(names)
  local detached = {}
  check_names("detach", names)
  for _, name in ipairs(names) do detached[name] = self[name]:detach() end
  return copy_with(self, detached)
end

-- Raises if a parameter has the name of a method.
function theta.check_names(declared)
  for _, parameter in ipairs(declared) do
    if Theta[parameter.name] ~= nil then
      error(("a parameter cannot be called '%s': that is a method"):format(parameter.name), 0)
    end
  end
end

-- The names of the dense parameters in these groups. "all" are all but those of attention, which,
-- moved by a task, would weigh the words of every item anew for each task. Raises if there are none.
function theta.names(declared, groups)
  local wanted, known, names = {}, {}, {}
  for _, group in ipairs(type(groups) == "table" and groups or { groups }) do wanted[group] = true end
  for _, parameter in ipairs(declared) do
    local group = parameter.group or "layers"
    if not parameter.table then
      known[group] = true
      if wanted[group] or wanted.all and group ~= "attention" then names[#names + 1] = parameter.name end
    end
  end
  if #names == 0 then
    local groups_known = {}
    for group in pairs(known) do groups_known[#groups_known + 1] = group end
    error(("there is nothing to adapt: the model has no such group, %s"):format(
      declare.suggest(next(wanted) or "", groups_known)), 0)
  end
  return names
end

return theta
