-- SPDX-License-Identifier: MIT
--
-- Mappings x' = f(x): how a column of users, items or the context becomes a field of the feature
-- space. Categories, buckets and bags become rows of embedding tables, which the outer loop learns.
-- Numbers are standardised. Everything that is fitted to data is fitted to training rows only.
local declare = require "thaw.declare"

local map = {}

local function of_check(value)
  if type(value) == "string" or type(value) == "function" then return nil end
  return "the name of a column or a function of the row"
end

local OF = { "of", "any", check = of_check,
             help = "column, or function of a row; by default the column that is called like the field" }
local LEAST = { "least", "whole", default = 1, least = 1,
                help = "values that fewer training users (items) have are unknown" }

map.identity = declare.constructor {
  name = "map.identity", kind = "mapping",
  help = "the user or item itself: it gets an embedding of its own, unless it is cold",
  parameters = {
    { "drop", "number", default = 0, least = 0, most = 0.9,
      help = "share that a training step takes for unknown, so that the others fields learn to stand in" },
  },
}

map.category = declare.constructor {
  name = "map.category", kind = "mapping", positional = "of",
  help = "each different value of a column",
  parameters = { OF, LEAST },
}

map.bucket = declare.constructor {
  name = "map.bucket", kind = "mapping", positional = "edges",
  help = "the interval between edges that a number lies in",
  parameters = {
    { "edges", "numbers", required = true, help = "where one interval ends and the next begins, ascending" },
    OF,
  },
  check = function(options)
    for i = 2, #options.edges do
      if options.edges[i] <= options.edges[i - 1] then return "edges must ascend", "edges" end
    end
  end,
}

map.bag = declare.constructor {
  name = "map.bag", kind = "mapping", positional = "of",
  help = "several values in one column, such as genres",
  parameters = {
    OF, LEAST,
    { "separator", "text", default = "|", help = "what stands between two values" },
    { "most", "whole", default = 0, least = 0, help = "only the first so many; 0 keeps all" },
  },
}

map.number = declare.constructor {
  name = "map.number", kind = "mapping", positional = "of",
  help = "a number, made to have mean 0 and deviation 1; missing is 0",
  parameters = { OF },
}

-- Separates the values of a list that a function returns as one text.
local UNIT = "\31"
local LIST_MOST = 10000

-- The kind of a function that is used without a mapping, from its first result that is not nil.
function map.kind_of_result(value)
  if type(value) == "table" then return "bag" end
  if math.type(value) == "float" then return "number" end
  return "category"
end

-- Converts a function's result to what is stored: a text for categories and bags, else a number;
-- nil if it is missing. If the result is wrong, returns nil and what is wrong.
function map.result(kind, value)
  if value == nil then return nil end
  if kind == "bag" and type(value) == "table" then
    local texts = {}
    for i, text in ipairs(value) do
      if i > LIST_MOST then return nil, ("returned a list of more than %d texts"):format(LIST_MOST) end
      if type(text) ~= "string" and type(text) ~= "number" and type(text) ~= "boolean" then
        return nil, ("returned a list with %s in it where a list of texts was expected"):format(declare.show(text))
      end
      texts[i] = tostring(text)
    end
    for key in host.next, value do
      if not texts[key] then
        return nil, ("returned a table with the key %s where a list of texts was expected"):format(declare.show(key))
      end
    end
    return table.concat(texts, UNIT)
  end
  if kind == "bag" or kind == "category" then
    if type(value) == "string" or type(value) == "number" or type(value) == "boolean" then return tostring(value) end
  elseif type(value) == "number" and value == value and math.abs(value) <= 1e30 then
    return value
  end
  return nil, ("returned %s where a %s was expected (nil where it is missing)"):format(declare.show(value),
    (kind == "number" or kind == "bucket") and "finite number" or "text")
end

-- The place of the field in the script, or else of the experiment.
local function place_of(name)
  local place = host.place(name)
  return place ~= "" and place or host.place()
end

-- The fields of an experiment's mapping in order, as { name, entity, kind, column, ... }.
function map.parts(mapping)
  local parts = {}
  for _, entity in ipairs { "user", "item", "context" } do
    for name, part in pairs(mapping[entity] or {}) do
      if type(name) ~= "string" then
        host.raise(("mapping: each field of %s needs a name, as in { %s = map.category() }"):format(entity, entity == "user" and "gender" or "genre"))
      end
      if not declare.is_plain(name) then
        host.raise(("mapping: a field of %s is called %s, but must have a name of 1 to 63 bytes of valid UTF-8 without control characters"):format(
          entity, declare.show(name)), name)
      end
      local call = type(part) == "function" and part
      for maker, make in pairs(map) do
        if part == make then
          host.raise(("mapping: '%s' is map.%s itself: call it, map.%s()"):format(name, maker, maker), name)
        end
      end
      local kind = not call and declare.kind(part) == "mapping" and part.spec.name:match("%.(.*)")
      if not call and not kind then
        host.raise(("mapping: '%s' is %s, but must be a mapping such as map.category() or a function"):format(
          name, declare.show(part)), name)
      end
      if kind == "identity" and entity == "context" then
        host.raise("mapping: only users and items have an identity, not the context", name)
      end
      local options = call and {} or part.options
      local of = call or options.of
      local is_list = type(of) == "function" and (call or kind == "bag")
      parts[#parts + 1] = {
        place = place_of(name), name = name, entity = entity, kind = kind or "function",
        call = type(of) == "function" and of or nil,
        column = type(of) == "string" and of or name,
        edges = options.edges, drop = options.drop or 0, least = options.least or 1, most = options.most or 0,
        separator = is_list and UNIT or options.separator or "|",
      }
    end
  end
  return parts
end

return map
