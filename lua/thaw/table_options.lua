-- SPDX-License-Identifier: MIT
--
-- What any part of a mapping may say about how it enters a model: the table of embeddings or the
-- projection that it shares, how that starts, how wide it is, whether it is learned, and whether a
-- gate weighs it (lua/thaw/field_values.lua).
local declare = require "thaw.declare"

local table_options = {}

local SHARE = { "share", "name", optional = true,
                help = "parts with this name have one table of embeddings (or projection), of the words of all of them" }
local FROZEN = { "frozen", "flag", default = false, help = "whether the outer loop leaves its table or projection as it starts" }
local GATE = { "gate", "flag", default = false,
               help = "whether a learned factor from 0 to 2, at first 1, weighs the field" }
local WIDTH = { "width", "whole", optional = true, least = 1, most = 512,
                help = "columns of its embeddings, where the model lets a field have its own" }
local PROJECT = { "project", "whole", optional = true, least = 1, most = 512,
                  help = "columns of a learned projection that its numbers, or the embeddings of a text, pass through" }

-- Of a part with several words: how their embeddings become one.
local POOL = { "pool", "choice", default = "mean", choices = { "mean", "attention" },
               help = "its words' embeddings by their weights; or times e to a learned score, which is 0 at first" }

-- `default`: what the score is made of.
local function score(default)
  return { "score", "choice", default = default, choices = { "word", "vector" },
           help = "of attention: a number that is learned for each word; or the word's embedding times a learned vector, so that rare words have one too" }
end

-- The same of a part whose words are counted.
table_options.POOL, table_options.SCORE = POOL, score

-- What is wrong if a part says how it attends to words that it has not, or does not attend to.
function table_options.pool_wrong(options, default, words)
  if options.pool == "attention" and words == false then
    return "has no words to attend to, only numbers", "pool"
  end
  if options.pool ~= "attention" and options.score ~= default then
    return ("has score = '%s', but only pool = 'attention' has scores"):format(options.score), "score"
  end
end

local COLUMNS_MOST = 512

-- nil if `list` is a list of `columns` finite numbers, else what it should be.
local function wrong_row(list, columns)
  if type(list) ~= "table" or #list == 0 then return "a list of numbers" end
  for _, number in ipairs(list) do
    if type(number) ~= "number" or number ~= number or math.abs(number) > 1e30 then
      return ("a list of finite numbers, not with %s in it"):format(declare.show(number))
    end
  end
  if #list > COLUMNS_MOST then return ("a list of at most %d numbers"):format(COLUMNS_MOST) end
  if columns and #list ~= columns then return ("a list of %d numbers as the others, not of %d"):format(columns, #list) end
end

local function start_check(value)
  if type(value) == "string" then return nil end
  if declare.kind(value) then
    local vector = declare.kind(value) == "mapping" and value.spec.name == "map.vector"
    return not (vector and value.options.of) and "the name of a column with vectors, map.vector { of = ... }, or a table of lists by word" or nil
  end
  if type(value) ~= "table" or next(value) == nil then
    return "the name of a column with vectors, map.vector { of = ... }, or a table of lists by word, { Comedy = { 0.1, 0.2 } }"
  end
  local columns
  for word, list in pairs(value) do
    local wrong = wrong_row(list, columns)
    if wrong then return ("a table of lists by word; that of %s must be %s"):format(declare.show(word), wrong) end
    columns = #list
  end
end

local START = { "start", "any", optional = true, check = start_check,
                help = "its first embeddings: a table of lists by word, or a column of vectors, whose mean a word gets over those who have it" }

local function extended(parameters, more)
  for _, parameter in ipairs(more) do parameters[#parameters + 1] = parameter end
  return parameters
end

-- The parameters of a part that has words, of one without texts for words, and of one of numbers.
function table_options.words(parameters) return extended(parameters, { SHARE, FROZEN, START, WIDTH, GATE }) end
function table_options.places(parameters) return extended(parameters, { SHARE, FROZEN, WIDTH, GATE }) end
function table_options.own_words(parameters) return extended(parameters, { FROZEN, START, WIDTH, GATE }) end
function table_options.numbers(parameters) return extended(parameters, { SHARE, FROZEN, PROJECT, GATE }) end
-- Of texts, whose words are chosen over all texts and so belong to one part alone.
function table_options.texts(parameters) return extended(parameters, { FROZEN, WIDTH, PROJECT, GATE }) end
-- Of a part that may become either.
function table_options.any(parameters) return extended(parameters, { SHARE, FROZEN, START, WIDTH, PROJECT, GATE }) end

-- What a model is told of a field with these options.
function table_options.traits(options)
  return { share = options.share, frozen = options.frozen or nil, width = options.width, project = options.project,
           gate = options.gate or nil, attention = options.pool == "attention" and options.score or nil }
end

-- Sets what the program reads of the first embeddings: `given`, lists by word, and `given_columns`.
-- Returns the column or vector that they come from instead, or nil.
function table_options.start(made, options)
  local start = options.start
  made.share = options.share
  if start == nil or type(start) == "string" or declare.kind(start) then return start end
  made.given = {}
  for word, list in pairs(start) do
    made.given[tostring(word)], made.given_columns = list, #list
  end
end

-- Raises if a part says something that cannot be: a name that no other part shares, a start that a
-- sharing part has too, a projection of nothing. `parts` as map.parts returns them.
function table_options.check(parts)
  local names, first = {}, {}
  for _, part in ipairs(parts) do
    if part.share and not part.hidden then
      names[part.share] = (names[part.share] or 0) + 1
    end
  end
  for _, part in ipairs(parts) do
    local share = not part.hidden and part.share
    if share and names[share] < 2 then
      local others = {}
      for name in pairs(names) do if name ~= share then others[#others + 1] = name end end
      local near = declare.nearest(share, others)
      error(("%smapping: '%s' shares '%s' with no other part%s"):format(part.place, part.name, share,
        near and (", did you mean '%s'?"):format(near) or ": give another the same name, or leave `share` out"), 0)
    end
    if share and (part.given or part.given_part ~= 0) then
      if first[share] then
        error(("%smapping: '%s' and '%s' share '%s', so one `start` is enough"):format(part.place, first[share], part.name, share), 0)
      end
      first[share] = part.name
    end
  end
end

return table_options
