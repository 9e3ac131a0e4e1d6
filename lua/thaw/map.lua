-- SPDX-License-Identifier: MIT
--
-- Mappings x' = f(x): how a column of users, items or the context becomes a field of the feature
-- space. Categories, buckets, bags, hashes and crosses become rows of embedding tables, which the
-- outer loop learns; the other parts become numbers, which are scaled. Everything that is fitted to
-- data is fitted to training rows only.
local declare = require "thaw.declare"
local text_parts = require "thaw.map_text"
local neighbours = require "thaw.neighbours"
local table_options = require "thaw.table_options"

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
  example = [[item = { film = map.identity { drop = 0.1 } }]],
  help = "the user or item itself: it gets an embedding of its own, unless it is cold",
  parameters = table_options.words {
    { "drop", "number", default = 0, least = 0, most = 0.9,
      help = "share of users (items) that a training step treats as unknown, so that other fields learn to stand in" },
  },
}

map.category = declare.constructor {
  name = "map.category", kind = "mapping", positional = "of",
  example = [[user = { gender = map.category() }, item = { made = map.category { of = "year", least = 2 } }]],
  help = "each different value of a column",
  parameters = table_options.words { OF, LEAST },
}

map.bucket = declare.constructor {
  name = "map.bucket", kind = "mapping", positional = "edges",
  example = [[user = { age = map.bucket { 18, 25, 35, 50 }, four = map.bucket { of = "age", quantiles = 4 } }]],
  help = "the interval between edges that a number lies in",
  parameters = table_options.own_words {
    { "edges", "numbers", optional = true, help = "where one interval ends and the next begins, ascending" },
    { "quantiles", "whole", optional = true, least = 2, most = 1000,
      help = "instead of edges: so many intervals with about as many training users (items) in each" },
    OF,
  },
  check = function(options)
    if (options.edges == nil) == (options.quantiles == nil) then
      return "takes either edges, as in map.bucket { 18, 25 }, or quantiles = 4", "edges"
    end
    for i = 2, #(options.edges or {}) do
      if options.edges[i] <= options.edges[i - 1] then return "edges must ascend", "edges" end
    end
  end,
}

map.bag = declare.constructor {
  name = "map.bag", kind = "mapping", positional = "of",
  example = [[item = { genres = map.bag { separator = "|", most = 3 } }]],
  help = "several values in one column, such as genres",
  parameters = table_options.words {
    OF, LEAST,
    { "separator", "text", default = "|", help = "what stands between two values" },
    { "most", "whole", default = 0, least = 0, help = "only the first so many; 0 keeps all" },
    table_options.POOL, table_options.SCORE("word"),
  },
  check = function(options) return table_options.pool_wrong(options, "word") end,
}

local SCALES = { "standard", "log", "rank", "min_max", "none" }
local MISSING = { "missing", "flag", default = false, help = "one more number, which is 1 where this one is missing and else 0" }

local function scale(default)
  return { "scale", "choice", default = default, choices = SCALES,
           help = "mean 0 and deviation 1; the same of the logarithm of 1 + |x|, with the sign of x; -1 to 1 by rank; 0 to 1 from smallest to largest; as it is" }
end

map.number = declare.constructor {
  name = "map.number", kind = "mapping", positional = "of",
  example = [[item = { year = map.number { scale = "rank", missing = true } }]],
  help = "a number, by default made to have mean 0 and deviation 1; missing is 0",
  parameters = table_options.numbers { OF, scale("standard"), MISSING },
}

map.vector = declare.constructor {
  name = "map.vector", kind = "mapping", positional = "of",
  example = [[item = { place = map.vector { of = function(item) return { #item.title / 10, item.year / 100 } end } }]],
  help = "as many numbers in every row, in a text such as '0.5 1 2' or a list that a function returns; missing is 0",
  parameters = table_options.numbers { OF, scale("standard"), MISSING },
}

map.hash = declare.constructor {
  name = "map.hash", kind = "mapping", positional = "of",
  example = [[item = { title = map.hash { rows = 256, separator = " " } }]],
  help = "a category whose values share a fixed number of rows by their hash, so that no value is unknown",
  parameters = table_options.places {
    OF,
    { "rows", "whole", default = 1024, least = 1, most = 16777216, help = "rows of the table" },
    { "separator", "text", optional = true, help = "what stands between several values; without it a cell is one value" },
    { "most", "whole", default = 0, least = 0, help = "only the first so many values; 0 keeps all" },
  },
}

-- Seconds; a week begins on Monday, and 1970-01-01 was a Thursday.
local PERIODS = { hour = 86400, weekday = 7 * 86400, month = 0 }
local MONDAY = 4 * 86400

map.cycle = declare.constructor {
  name = "map.cycle", kind = "mapping", positional = "of",
  example = [[context = { hour = map.cycle(), weekday = map.cycle { by = "weekday" } }]],
  help = "sine and cosine of the place in a period, so that its end is beside its beginning",
  parameters = table_options.numbers {
    { "of", "any", optional = true, check = of_check, help = "column, or function of a row; by default the time, or without one the column called like the field" },
    { "by", "choice", default = "hour", choices = { "hour", "weekday", "month" },
      help = "of a time: the hour of the day, the day of the week, the month of the year, all in UTC" },
    { "period", "number", optional = true, least = 1e-9, help = "of any other number: where it begins anew" },
  },
}

local UNITS = { second = 1, minute = 60, hour = 3600, day = 86400, week = 7 * 86400, year = 365.2425 * 86400, one = 1 }

map.age = declare.constructor {
  name = "map.age", kind = "mapping", positional = "of",
  example = [[item = { age = map.age { "year", unit = "one" } }]],
  help = "how long ago a time or a year is, counted from the latest that training rows have; never negative",
  parameters = table_options.numbers {
    OF,
    { "unit", "choice", default = "day", choices = { "second", "minute", "hour", "day", "week", "year", "one" },
      help = "of seconds since 1970; one: the column counts itself, as years do" },
    scale("log"), MISSING,
  },
}

map.activity = declare.constructor {
  name = "map.activity", kind = "mapping", positional = "what",
  example = [[item = { rated = map.activity(), last = map.activity "recency" }]],
  help = "of a user or item in the training rows",
  parameters = table_options.numbers {
    { "what", "choice", default = "rows", choices = { "rows", "recency" },
      help = "how many rows; or how many days the last one is before the last of all" },
    scale("log"), MISSING,
  },
}

local function crossed_check(value)
  if type(value) ~= "table" or #value ~= 2 then return "a list of two parts" end
  for i = 1, 2 do
    local made = declare.kind(value[i]) == "mapping" and value[i].spec.name:match("%.(.*)")
    if not made and type(value[i]) ~= "string" then
      return "a list of two parts, each the name of a column or a mapping such as map.bucket { 18, 25, of = 'age' }"
    end
    if made and not (made == "category" or made == "bucket" or made == "bag" or made == "hash") then
      return ("a list of two parts with categories, buckets, bags or hashes, not map.%s"):format(made)
    end
    if made and value[i].options.pool == "attention" then
      return "a list of two parts without pool = 'attention', since a cross has words of its own"
    end
    if made and value[i].options.of == nil then
      return ("a list of two parts: part %d needs of = 'column'"):format(i)
    end
  end
end

map.cross = declare.constructor {
  name = "map.cross", kind = "mapping", positional = "parts",
  example = [[user = { kind = map.cross { "gender", map.bucket { 25, 45, of = "age" } } }]],
  help = "each value of one part together with each value of another of the same row, such as age and gender",
  parameters = table_options.own_words {
    { "parts", "any", required = true, check = crossed_check, help = "two columns, or parts with `of`" },
    LEAST,
  },
}

text_parts.define(map, OF, scale, MISSING)
map.neighbours = neighbours.make

-- Separates the values of a list that a function returns as one text.
local UNIT = "\31"
local LIST_MOST, VECTOR_MOST = 10000, 4096

-- The kind of a function that is used without a mapping, from its first result that is not nil.
function map.kind_of_result(value)
  if type(value) == "table" then return math.type(rawget(value, 1)) == "float" and "vector" or "bag" end
  if math.type(value) == "float" then return "number" end
  return "category"
end

-- A list of numbers as the text that map.vector reads. Otherwise nil and what is wrong.
local function vector_text(value)
  local texts = {}
  for i, number in ipairs(value) do
    if type(number) ~= "number" or number ~= number or math.abs(number) > 1e30 then
      return nil, ("returned a list with %s in it where a list of finite numbers was expected"):format(declare.show(number))
    end
    if i > VECTOR_MOST then return nil, ("returned a list of more than %d numbers"):format(VECTOR_MOST) end
    texts[i] = ("%.9g"):format(number)
  end
  return table.concat(texts, " ")
end

-- The numbers that stand for what a filter and a split say of a row.
local ANSWERS = {
  truth = { values = { [true] = 1, [false] = 0 }, expected = "true or false", such = "row.rating >= 3" },
  role = { values = { training = 1, test = 2, validation = 3 }, expected = "'training', 'test', 'validation' or nil", such = "row.timestamp < 978307200 and 'training' or 'test'" },
}

local function answer_of(answer, value)
  local number = answer.values[value]
  if number then return number end
  return nil, ("returned %s where %s was expected, as in: return %s"):format(declare.show(value), answer.expected, answer.such)
end

-- A text, number or truth as a text; a whole number without its point, so that 1 and 1.0 are one
-- word. nil for anything else, and for a number that is not finite.
local function plain_text(value)
  if type(value) == "number" then
    if value ~= value or math.abs(value) == math.huge then return nil end
    return tostring(math.tointeger(value) or value)
  end
  if type(value) == "string" or type(value) == "boolean" then return tostring(value) end
  return nil
end

-- Converts a function's result to what is stored: a text for categories and bags, else a number;
-- nil if it is missing. If the result is wrong, returns nil and what is wrong.
function map.result(kind, value)
  if value == nil then return nil end
  if ANSWERS[kind] then return answer_of(ANSWERS[kind], value) end
  if kind == "vector" and type(value) == "table" then return vector_text(value) end
  local is_text = text_parts.reads(kind) or kind == "neighbours"
  if (kind == "bag" or is_text) and type(value) == "table" then
    local texts = {}
    for i, text in ipairs(value) do
      if i > LIST_MOST then return nil, ("returned a list of more than %d texts"):format(LIST_MOST) end
      texts[i] = plain_text(text)
      if not texts[i] then
        return nil, ("returned a list with %s in it where a list of texts was expected"):format(declare.show(text))
      end
    end
    for key in host.next, value do
      if not texts[key] then
        return nil, ("returned a table with the key %s where a list of texts was expected"):format(declare.show(key))
      end
    end
    return table.concat(texts, UNIT)
  end
  if kind == "bag" or kind == "category" or kind == "hash" or kind == "vector" or is_text then
    local text = plain_text(value)
    if text then return text end
  elseif type(value) == "number" and value == value and math.abs(value) <= 1e30 then
    return value
  end
  return nil, ("returned %s where a %s was expected (nil where it is missing)"):format(declare.show(value),
    kind == "vector" and "list of numbers" or (kind == "bag" or kind == "category" or kind == "hash" or is_text) and "text" or "finite number")
end

-- The place of an entity's field in the script, or else of the experiment.
local function place_of(name, entity)
  local place = host.place(name, entity)
  return place ~= "" and place or host.place()
end

-- The name of a part's constructor, "bucket"; nil for anything else.
local function constructor_of(part)
  return declare.kind(part) == "mapping" and part.spec.name:match("%.(.*)") or nil
end

-- What the program reads of one part: a constructor's object, or a function.
local function describe(name, entity, part)
  local call = type(part) == "function" and part
  local kind = constructor_of(part)
  local options = call and {} or part.options
  local of = call or options.of
  local is_list = type(of) == "function" and (call or kind == "bag" or kind == "neighbours")
  local timed = kind == "cycle" and of == nil and entity == "context" and options.period == nil
  return {
    place = place_of(name, entity), name = name, entity = entity, kind = kind or "function",
    call = type(of) == "function" and of or nil,
    column = timed and "timestamp" or type(of) == "string" and of or name,
    edges = options.edges, quantiles = options.quantiles or 0, drop = options.drop or 0, least = options.least or 1,
    most = options.most or 0, separator = is_list and UNIT or options.separator or kind == "hash" and "" or "|", rows = options.rows or 0,
    scale = options.scale or "standard", missing = options.missing or false,
    period = options.period or PERIODS[options.by] or 0, start = options.by == "weekday" and not options.period and MONDAY or 0,
    unit = UNITS[options.unit] or 1, activity = options.what or "rows", text = text_parts.describe(kind, options),
    neighbours = "identity", given_part = 0, traits = table_options.traits(options),
  }
end

-- What the program reads of a function that gives each row of the ratings a number: the target, or
-- the order in which rows are asked for or shown.
function map.of_rows(name, call)
  return describe(name, "context", map.number { of = call })
end

-- The same of the function that gives each row the key of its task.
function map.key_of_rows(call) return describe("key", "context", map.category { of = call }) end

-- Adds a part that makes no field of its own, and returns its place.
local function add_hidden(parts, name, entity, part)
  local hidden = describe(name, entity, part)
  hidden.hidden = true
  hidden.share = not (type(part) == "function") and part.options.share or nil
  parts[#parts + 1] = hidden
  return #parts
end

-- Adds a part, and before it those that it is made of, which are hidden.
local function add(parts, name, entity, part)
  local made = describe(name, entity, part)
  if made.kind == "cross" then
    made.crossed = {}
    for i, of in ipairs(part.options.parts) do
      made.crossed[i] = add_hidden(parts, name, entity, type(of) == "string" and map.category(of) or of)
    end
  end
  local of = made.kind == "neighbours" and neighbours.describe(made, part)
  if of then
    made.crossed = { add_hidden(parts, name, entity, of) }
    parts[#parts].share = parts[#parts].share or part.options.share
  end
  local start = type(part) ~= "function" and table_options.start(made, part.options)
  if start then
    start = type(start) == "string" and map.vector { of = start } or start
    made.given_part = add_hidden(parts, name, entity, start)
    parts[made.given_part].scale, parts[made.given_part].missing = "none", true
  end
  made.share = made.share or of and of.options.share or nil
  made.traits.share = made.share
  parts[#parts + 1] = made
end

local function check(name, entity, part)
  if type(name) ~= "string" then
    host.raise(("mapping: each field of %s needs a name, as in { %s = map.category() }"):format(entity, entity == "user" and "gender" or "genre"))
  end
  if not declare.is_plain(name) then
    host.raise(("mapping: a field of %s is called %s, but must have a name of 1 to 63 bytes of valid UTF-8 without control characters"):format(
      entity, declare.show(name)), name)
  end
  for maker, make in pairs(map) do
    if part == make then
      host.raise(("mapping: '%s' is map.%s itself: call it, map.%s()"):format(name, maker, maker), name)
    end
  end
  local kind = constructor_of(part)
  if type(part) ~= "function" and not kind then
    host.raise(("mapping: '%s' is %s, but must be a mapping such as map.category() or a function"):format(
      name, declare.show(part)), name)
  end
  if (kind == "identity" or kind == "activity") and entity == "context" then
    host.raise(("mapping: only users and items have an %s, not the context"):format(kind), name)
  end
end

-- The fields of an experiment's mapping in order, as { name, entity, kind, column, ... }.
function map.parts(mapping)
  local parts = {}
  for _, entity in ipairs { "user", "item", "context" } do
    for name, part in pairs(mapping[entity] or {}) do
      check(name, entity, part)
      add(parts, name, entity, part)
    end
  end
  table_options.check(parts)
  return parts
end

return map
