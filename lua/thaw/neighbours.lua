-- SPDX-License-Identifier: MIT
--
-- map.neighbours: a column that lists other ids of the same table, such as the friends of a user.
-- What is taken of the neighbours is known of somebody without training rows too. Only neighbours
-- with training rows count, and of them only these rows.
local declare = require "thaw.declare"
local table_options = require "thaw.table_options"

local neighbours = {}

local TAKES = { "identity", "known", "target", "item" }
local AVERAGED = { "category", "bucket", "bag", "hash", "number", "vector", "cycle", "age", "activity" }

local NUMBERS = { "number", "vector", "cycle", "age", "activity" } -- of them

local function find(list, name)
  for _, one in ipairs(list) do if one == name then return true end end
  return false
end

local function constructor_of(part)
  return declare.kind(part) == "mapping" and part.spec.name:match("%.(.*)") or nil
end

local function take_check(value)
  if type(value) == "string" then
    if find(TAKES, value) then return nil end
    local near = declare.nearest(value, TAKES)
    return ("one of '%s', or a part such as map.number { of = 'age' }%s"):format(table.concat(TAKES, "', '"),
      near and (", did you mean '%s'?"):format(near) or "")
  end
  local kind = constructor_of(value)
  if not kind then return ("one of '%s', or a part such as map.number { of = 'age' }"):format(table.concat(TAKES, "', '")) end
  if not find(AVERAGED, kind) then
    return ("a part with a mean, such as map.number { of = 'age' } or map.bag { of = 'genres' }, not map.%s"):format(kind)
  end
  if value.options.pool == "attention" then
    return "a part without pool = 'attention', which map.neighbours itself takes"
  end
  if kind ~= "activity" and value.options.of == nil then return ("a part that says of what: map.%s { of = 'column' }"):format(kind) end
end

local function of_check(value)
  if type(value) == "string" or type(value) == "function" then return nil end
  return "the name of a column with ids, or a function of the row that lists them"
end

neighbours.make = declare.constructor {
  name = "map.neighbours", kind = "mapping", positional = "of",
  example = [[user = { friends = map.neighbours { of = function(user) return { "u1", "u2" } end, take = "known" } }]],
  help = "others of the same table that a column lists by their ids, such as friends; those with training rows",
  parameters = table_options.any {
    { "of", "any", check = of_check, help = "column of ids, or function of the row that lists them; by default the column that is called like the field" },
    { "take", "any", optional = true, check = take_check,
      help = "their identity (a bag); how many are known; the mean of their targets; of the context: how many of the user's have the row's item, and the mean of these targets; or the mean of another part" },
    { "least", "whole", default = 1, least = 1, help = "neighbours that fewer training users (items) have are unknown" },
    { "separator", "text", default = "|", help = "what stands between two ids" },
    { "scale", "choice", optional = true, choices = { "standard", "log", "rank", "min_max", "none" },
      help = "of numbers; by default log of how many, standard of targets, none of a part, which has its own" },
    { "missing", "flag", default = false, help = "numbers: one more, which is 1 where no neighbour is known and else 0" },
    table_options.POOL, table_options.SCORE("word"),
  },
  check = function(options)
    local take = options.take or "identity"
    local numbers = type(take) == "string" and take ~= "identity" or find(NUMBERS, constructor_of(take))
    return table_options.pool_wrong(options, "word", not numbers)
  end,
}

local SCALE = { known = "log", item = "log", target = "standard", part = "none" }

-- Adds to what the program reads of the part: what is taken, and the scale. Returns the part whose
-- mean is taken, or nil. Raises if the entity has none of it.
function neighbours.describe(made, part)
  local options, context = part.options, made.entity == "context"
  local take = options.take or (context and "item" or "identity")
  if context and take ~= "item" then
    error(("%smapping: '%s' of the context takes 'item', what the user's neighbours make of the row's item; neighbours themselves are a field of users or items"):format(
      made.place, made.name), 0)
  elseif not context and take == "item" then
    error(("%smapping: '%s' takes 'item', which belongs to a row: write it in `context`"):format(made.place, made.name), 0)
  elseif context and type(options.of) == "function" then
    error(("%smapping: '%s' of the context needs the name of a column of users, not a function"):format(made.place, made.name), 0)
  end
  made.neighbours = type(take) == "string" and take or "part"
  made.scale = options.scale or SCALE[made.neighbours] or "standard"
  return type(take) == "table" and take or nil
end

return neighbours
