-- SPDX-License-Identifier: MIT
--
-- Everything that a script can write is declared once: name, type, default, range, help. Checks of
-- a script, --set on the command line, and the manual all use these declarations.
--
-- A parameter is { "name", "type", default = ..., least = ..., most = ..., help = "..." }. Its type
-- is one of these:
--   number, whole, flag, text,
--   title     valid UTF-8 without control characters,
--   name      a title without spaces and "/",
--   choice    one of `choices`,
--   numbers, wholes, shots   lists; `least` and `most` apply to each element,
--   call      a function,
--   table     with `parameters` of its own,
--   any       `check(value)` returns what is wrong, or nil,
--   or the kind of object that a constructor makes: model, learner, tasks ...
--
-- The program stores numbers in single precision and whole numbers in 32 bits. A parameter without
-- bounds has the bounds of these types.
--
-- A constructor has an `example`, which stands in a script made for its kind (manual.lua).
--
-- `search`, a range (range.lua), marks an option of a learner or model that a search may choose.
local range = require "thaw.range"

local declare = { constructors = {} }
local check_parameters

local NUMBER_MOST, WHOLE_MOST = 1e30, 2147483647
local TEXT_MOST = 63 -- bytes
local LISTED_MOST = 16 -- names in a message

local function is_whole(value) return math.type(value) == "integer" end

-- Whether a value is valid UTF-8 of 1 to TEXT_MOST bytes without control characters.
local function is_plain(value)
  return type(value) == "string" and #value > 0 and #value <= TEXT_MOST and utf8.len(value) ~= nil
    and not value:find("[%z\1-\31\127]")
end
declare.is_plain = is_plain

-- The text of a value in a message.
local function show(value)
  if type(value) == "string" then
    if value == "" then return "empty" end
    local shown = value:sub(1, 40):gsub("%z", "\\0") -- a message ends at a NUL
    return #value > 40 and ("'%s...' of %d bytes"):format(shown, #value) or "'" .. shown .. "'"
  end
  if type(value) == "number" and value ~= value then return "not a number (NaN)" end
  if value == nil then return "nil" end
  if type(value) == "table" then return "a " .. (declare.kind(value) or "table") end
  if type(value) == "function" then return "a function" end
  if type(value) == "userdata" then
    return host.kind(value) == "value" and "a value of " .. tostring(value) or host.kind(value)
  end
  return tostring(value)
end
declare.show = show

local function bounds(parameter)
  local least, most = parameter.least, parameter.most
  if least == nil and most == nil then return "" end
  if least and most then return (" from %s to %s"):format(least, most) end
  if least then return (" of at least %s"):format(least) end
  if most then return (" of at most %s"):format(most) end
  return ""
end

local function in_range(parameter, value)
  if type(value) ~= "number" then return true end
  local beyond = is_whole(value) and WHOLE_MOST or NUMBER_MOST
  return value == value and value >= (parameter.least or -beyond) and value <= (parameter.most or beyond)
end

-- The text of the bound that a value exceeds, if it is the bound of the type and not the
-- parameter's own.
local function beyond(parameter, value)
  if type(value) ~= "number" or in_range(parameter, value) or value ~= value then return "" end
  if parameter.least and value < parameter.least or parameter.most and value > parameter.most then return "" end
  return (", not beyond %s"):format(is_whole(value) and tostring(WHOLE_MOST) or "1e30")
end

local function list_of(is_element, name)
  return {
    accepts = function(parameter, value)
      if type(value) ~= "table" or (#value == 0 and next(value) ~= nil) then return false end
      for _, element in ipairs(value) do
        if not is_element(element) or not in_range(parameter, element) then return false end
      end
      return #value > 0 or parameter.may_be_empty
    end,
    expected = function(parameter, list)
      for i, element in ipairs(type(list) == "table" and list or {}) do
        if not is_element(element) or not in_range(parameter, element) then
          return ("a list of %s%s%s; number %d in it is %s"):format(name, bounds(parameter),
            is_element(element) and beyond(parameter, element) or "", i, show(element))
        end
      end
      return "a list of " .. name .. bounds(parameter)
    end,
  }
end

local types = {
  number = {
    accepts = function(parameter, value) return type(value) == "number" and in_range(parameter, value) end,
    expected = function(parameter, value) return "a number" .. bounds(parameter) .. beyond(parameter, value) end,
  },
  whole = {
    accepts = function(parameter, value) return is_whole(value) and in_range(parameter, value) end,
    expected = function(parameter, value) return "a whole number" .. bounds(parameter) .. beyond(parameter, value) end,
  },
  flag = {
    accepts = function(_, value) return type(value) == "boolean" end,
    expected = function() return "true or false" end,
  },
  text = {
    accepts = function(_, value) return type(value) == "string" and #value > 0 and #value <= TEXT_MOST end,
    expected = function() return "a text of 1 to 63 bytes" end,
  },
  title = {
    accepts = function(_, value) return is_plain(value) end,
    expected = function() return "a text of 1 to 63 bytes: valid UTF-8 without control characters" end,
  },
  name = {
    accepts = function(_, value) return is_plain(value) and not value:find("[ /]") end,
    expected = function()
      return "a name of 1 to 63 bytes: valid UTF-8 without spaces, '/' and control characters"
    end,
  },
  choice = {
    accepts = function(parameter, value)
      for _, choice in ipairs(parameter.choices) do
        if value == choice then return true end
      end
      return false
    end,
    expected = function(parameter) return "one of '" .. table.concat(parameter.choices, "', '") .. "'" end,
  },
  call = {
    accepts = function(_, value) return type(value) == "function" end,
    expected = function() return "a function" end,
  },
  any = {
    accepts = function(parameter, value) return not parameter.check or parameter.check(value) == nil end,
    expected = function(parameter, value) return parameter.check and parameter.check(value) or "something" end,
  },
  numbers = list_of(function(value) return type(value) == "number" end, "numbers"),
  wholes = list_of(is_whole, "whole numbers"),
  shots = list_of(function(value) return value == "all" or (is_whole(value) and value >= 0) end,
                  "whole numbers of at least 0 and 'all'"),
}

-- The edit distance of two words: letters to change, add, remove, or swap with the next one. Nil if
-- it is `limit` or more.
local function distance(a, b, limit)
  if math.abs(#a - #b) >= limit then return nil end
  local before, row = {}, {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local now, least = { [0] = i }, i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      now[j] = math.min(row[j] + 1, now[j - 1] + 1, row[j - 1] + cost)
      if i > 1 and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        now[j] = math.min(now[j], before[j - 2] + 1)
      end
      least = math.min(least, now[j])
    end
    if least >= limit then return nil end -- no later row is smaller, also not by a swap
    before, row = row, now
  end
  return row[#b] < limit and row[#b] or nil
end

-- The known word that `word` misspells, with at most `most` wrong letters (default: a third); else
-- nil.
function declare.nearest(word, known, most)
  local best, least = nil, most and most + 1 or math.huge
  word = tostring(word):sub(1, 40)
  for _, candidate in ipairs(known) do
    local d = distance(word, candidate, least)
    if d then best, least = candidate, d end
  end
  return best and least <= (most or math.max(1, (#best + 1) // 3)) and best or nil
end

-- "did you mean 'hidden'?", or the names that exist.
function declare.suggest(word, known)
  local best = declare.nearest(word, known)
  if best then return ("did you mean '%s'?"):format(best) end
  if #known == 0 then return "nothing can be given here" end
  if #known > LISTED_MOST then return "there is " .. table.concat(known, ", ", 1, LISTED_MOST) .. " ..." end
  return "there is " .. table.concat(known, ", ")
end

-- What a parameter takes, in words: "a whole number of at least 1".
function declare.takes(parameter)
  local kind = types[parameter[2]]
  if not kind then return parameter[2] == "tasks" and "tasks" or "a " .. parameter[2] end
  return kind.expected(parameter, nil)
end

function declare.names(parameters)
  local names = {}
  for _, parameter in ipairs(parameters) do names[#names + 1] = parameter[1] end
  return names
end

-- The kind of an object that a constructor made; nil for anything else.
function declare.kind(value)
  local spec = type(value) == "table" and rawget(value, "spec")
  return type(spec) == "table" and declare.constructors[spec.name] == spec and spec.kind or nil
end

function declare.find(parameters, name)
  for _, parameter in ipairs(parameters) do
    if parameter[1] == name then return parameter end
  end
end

-- Returns the checked value of one parameter. Raises an error that begins with `where`.
function declare.value(where, parameter, value)
  local name = parameter[1]
  if parameter[2] == "table" and type(value) == "table" and not declare.kind(value) then
    return declare.options(where .. "." .. name, parameter.parameters, value)
  end
  local kind = types[parameter[2]]
  local good
  if kind then good = kind.accepts(parameter, value) else good = declare.kind(value) == parameter[2] end
  if not good then
    local expected = kind and kind.expected(parameter, value) or parameter[2] == "tasks" and parameter.help
      or "a " .. parameter[2]
    if not kind and type(value) == "function" then expected = expected .. ": call it, with () behind its name" end
    host.raise(("%s: '%s' is %s, but must be %s"):format(where, name, show(value), expected), name)
  end
  return value
end

-- All parameters, with the given values or their defaults. Raises if a key is unknown, or a value
-- is missing or wrong.
function declare.options(where, parameters, given)
  for key in pairs(given) do
    if not declare.find(parameters, key) then
      local text = type(key) == "string" and ("unknown key '%s', "):format(key:sub(1, 40))
        or ("a value without a name (%s), "):format(show(given[key]))
      host.raise(where .. ": " .. text .. declare.suggest(key, declare.names(parameters)), key)
    end
  end
  local options = {}
  for _, parameter in ipairs(parameters) do
    local name, value = parameter[1], given[parameter[1]]
    if value ~= nil then
      options[name] = declare.value(where, parameter, value)
    elseif parameter.required then
      host.raise(("%s: '%s' is missing: %s"):format(where, name, parameter.help or "it must be given"))
    elseif parameter[2] == "table" and parameter.default == nil and not parameter.optional then
      options[name] = declare.options(where .. "." .. name, parameter.parameters, {})
    else
      options[name] = parameter.default
    end
  end
  return options
end

-- A value without a name belongs to the parameter `spec.positional`, as in map.bucket { 18, 25 },
-- plain.bias() or map.category "genre". A single one is no list unless the parameter is.
local function named(spec, given)
  if given == nil then return {} end
  local positional = spec.positional
  if type(given) ~= "table" or declare.kind(given) then
    if not positional then
      host.raise(("%s takes a table of options, %s { ... }, not %s"):format(spec.name, spec.name, show(given)))
    end
    return { [positional] = given }
  end
  if not positional or #given == 0 then return given end
  local moved, list = {}, {}
  for key, value in pairs(given) do
    if is_whole(key) then list[key] = value else moved[key] = value end
  end
  local parameter = declare.find(spec.parameters, positional)
  local is_list = parameter[2] == "numbers" or parameter[2] == "wholes" or parameter[2] == "shots"
  if moved[positional] ~= nil then
    host.raise(("%s: '%s' is said twice, as %s without its name and as %s"):format(
      spec.name, positional, show(#list == 1 and list[1] or list), show(moved[positional])), positional)
  end
  moved[positional] = #list == 1 and not is_list and list[1] or list
  return moved
end

-- Replaces each range in `said` by a start value. Returns the values, and the ranges by name.
-- Raises if the option is not of a learner or model, because only these can be searched.
local function without_ranges(spec, said)
  local values, open = {}, {}
  for name, value in pairs(said) do
    local parameter = range.is(value) and type(name) == "string" and declare.find(spec.parameters, name)
    if range.is(value) then
      if not parameter or (spec.kind ~= "learner" and spec.kind ~= "model") then
        host.raise(("%s: '%s' is a range, but only options of learners and models can be searched"):format(
          spec.name, tostring(name)), name)
      end
      for _, one in ipairs(value:ends(parameter)) do declare.value(spec.name, parameter, one) end
      open[name], value = value, value:start(parameter)
    end
    values[name] = value
  end
  return values, open
end

-- Checks the option declarations of a learner or model that the user defines.
local KINDS = { "table", "model", "learner", "tasks" }
for name in pairs(types) do KINDS[#KINDS + 1] = name end
function check_parameters(spec)
  for i, parameter in ipairs(spec.parameters) do
    if type(parameter) ~= "table" or type(parameter[1]) ~= "string" then
      host.raise(("%s: option number %d has no name, as in { 'rate', 'number', default = 0.1 }"):format(spec.name, i))
    end
    local known = false
    for _, kind in ipairs(KINDS) do known = known or kind == parameter[2] end
    if not known then
      host.raise(("%s: the type of option '%s' is %s, %s"):format(spec.name, parameter[1], show(parameter[2]),
        declare.suggest(parameter[2], KINDS)))
    end
  end
end

-- Checks the argument of thaw.learner.define and thaw.model.define. `methods`: the names of the
-- methods that the library calls.
function declare.check_definition(what, spec, methods)
  if type(spec) ~= "table" then host.raise(("%s takes a table, not %s"):format(what, show(spec))) end
  if not is_plain(spec.name) then
    host.raise(("%s: 'name' is %s, but must be a text of 1 to 63 bytes"):format(what, show(spec.name)))
  end
  local names = {}
  for name in pairs(methods) do names[#names + 1] = name end
  for name, value in pairs(spec) do
    local near = type(value) == "function" and not methods[name] and declare.nearest(name, names, 1)
    if near and name ~= "check" then
      host.raise(("%s: '%s' is no method, did you mean '%s'?"):format(spec.name, name, near), name)
    elseif methods[name] and type(value) ~= "function" then
      host.raise(("%s: '%s' is %s, but must be a function"):format(spec.name, name, show(value)), name)
    end
  end
  for _, name in ipairs { "options", "parameters" } do
    local value = spec[name]
    if value ~= nil and type(value) ~= "table" and not methods[name] then
      host.raise(("%s: '%s' is %s, but must be a list of options"):format(spec.name, name, show(value)), name)
    end
    for key in pairs(type(value) == "table" and value or {}) do
      if not is_whole(key) then
        host.raise(("%s: options are a list, { { '%s', 'number', default = 0.1 } }"):format(spec.name, tostring(key)), name)
      end
    end
  end
end

-- Reading a name of `object` that is missing and nearly one of `names` raises an error, which begins
-- with `what`, such as "the space has no". `names` themselves, those in `optional` and names that are
-- like none of them give nil, so that code can test whether they exist.
function declare.strict(object, what, names, optional)
  local known = {} -- models test options of fields in every step
  for _, name in ipairs(names) do known[name] = true end
  return setmetatable(object, { __index = function(_, name)
    if known[name] or optional[name] then return nil end
    local near = declare.nearest(name, names)
    if near then host.raise(("%s '%s', did you mean '%s'?"):format(what, tostring(name), near)) end
  end })
end

-- The methods of a learner or model: the functions of `spec`, then those of `base`. They are strict,
-- with `fields` as further names.
function declare.methods(spec, base, optional, fields)
  local methods, names = {}, fields
  for name, method in host.next, base do methods[name] = method end
  for name, value in host.next, spec do
    if type(value) == "function" and name ~= "check" then methods[name] = value end
  end
  for name in pairs(methods) do names[#names + 1] = name end
  return declare.strict(methods, spec.name .. " has no", names, optional)
end

-- Returns a function that makes objects { options, given, open, line, place } with the methods of
-- `spec`. `given`: the names of the options that the script sets. `open`: the ranges that a search
-- chooses from. `spec` has: name, kind, help, example, parameters; optionally positional and check(options),
-- which returns what is wrong and the key, or nil.
function declare.constructor(spec)
  check_parameters(spec)
  if declare.constructors[spec.name] then
    host.raise(("there is already something called '%s'"):format(spec.name))
  end
  declare.constructors[spec.name] = spec
  local class = { __index = spec.methods or {} }
  return function(given)
    local said, open = without_ranges(spec, named(spec, given))
    local options, names = declare.options(spec.name, spec.parameters, said), {}
    for name in pairs(said) do names[name] = true end
    local wrong, key = nil, nil
    if spec.check then wrong, key = spec.check(options) end
    if wrong then host.raise(spec.name .. ": " .. wrong, key) end
    if spec.kind == "learner" or spec.kind == "model" then
      declare.strict(options, spec.name .. " has no option", declare.names(spec.parameters), {})
    end
    return setmetatable({ options = options, given = names, open = open, spec = spec, line = host.line(),
                          place = host.place() }, class)
  end
end

return declare
