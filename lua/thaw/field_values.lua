-- SPDX-License-Identifier: MIT
--
-- How a field of the space enters a model: the table or projection it has or shares by name, its
-- width, its gate, and how it attends to its words. A field without any option of these has a table
-- that is called like it, the mean of its words, and its numbers enter as they are.
local field_values = {}

-- The name of the field's table or projection: its own, or the one that it shares.
function field_values.key(field, suffix)
  return (field.share and "share." .. field.share or field.name) .. (suffix or "")
end

-- The columns of the field's table, if the model gives an embedding `columns`.
function field_values.table_width(field, columns)
  return field.width or field.given or columns
end

-- The columns of the field's values.
function field_values.width(field, columns)
  return field.project or field.kind == "number" and field.columns or field_values.table_width(field, columns)
end

-- The columns of a field in a model whose embeddings must all have `columns`. Raises if the field
-- says otherwise.
function field_values.same_width(field, columns, model)
  local own = field.project or field.kind ~= "number" and (field.width or field.given)
  if own and own ~= columns then
    error(("%s gives every field %d columns, but '%s' has %d"):format(model, columns, field.name, own), 0)
  end
  return columns
end

local function find(list, name)
  for _, parameter in ipairs(list) do if parameter.name == name then return parameter end end
end

-- Adds what a model has declared for a field, a table or a projection. A second field that shares
-- it adds nothing. Raises if both are of different width.
local function add(list, field, parameter)
  local known = field.share and find(list, parameter.name)
  if known and known.columns ~= parameter.columns then
    error(("'%s' shares '%s', which has %d columns, but needs %d: give both the same width"):format(
      field.name, field.share, known.columns, parameter.columns), 0)
  end
  if known then
    if parameter.given then known.field, known.given = parameter.field, true end
    if field.frozen then known.rate = 0 end
  else
    list[#list + 1] = parameter
  end
end

-- Adds what scores the words of a field that attends to them: a number for each, or the vector that
-- makes one of their embeddings. At first all scores are 0.
local function add_scores(list, field, parameter)
  local name = field_values.key(field, field.attention == "word" and ".score" or ".query")
  if find(list, name) then return end
  local of_words = field.attention == "word"
  list[#list + 1] = {
    name = name, rows = of_words and parameter.rows or parameter.columns, columns = 1, start = "zero", scale = 0,
    table = of_words or nil, field = of_words and field.name or nil, decay = of_words and parameter.decay or nil,
    group = "attention",
  }
end

-- Adds what belongs to the table of embeddings of a field.
local function add_beside(list, field, parameter)
  if field.attention then add_scores(list, field, parameter) end
  if field.project then
    add(list, field, { name = field_values.key(field, ".projection"), rows = parameter.columns, columns = field.project,
                       start = "normal", scale = 1 / math.sqrt(parameter.columns), group = "projections" })
  end
end

-- Completes a declared table or projection of a field and adds it. `plain`: it is no embedding, but
-- a bias or the like, which starts as the model has it and is learned.
function field_values.add(list, field, parameter, plain)
  if not plain and field.given then parameter.given = true end
  if not plain and field.frozen then
    if parameter.start == "zero" and not parameter.given then
      error(("'%s' is frozen, but this model starts it at zero, so it would say nothing"):format(field.name), 0)
    end
    parameter.rate = 0
  end
  add(list, field, parameter)
  if not plain and field.kind ~= "number" then add_beside(list, field, parameter) end
end

-- Adds the gate of a field, if it has one.
function field_values.add_gate(list, field)
  if field.gate and not find(list, field.name .. ".gate") then
    list[#list + 1] = { name = field.name .. ".gate", rows = 1, columns = 1, start = "zero", scale = 0, group = "gates" }
  end
end

-- Values of the field times its gate, 2 sigmoid(g), which is 1 at first.
function field_values.gated(theta, field, values)
  if not field.gate then return values end
  return values * (theta[field.name .. ".gate"]:sigmoid() * 2)
end

-- The score of each word. That of an embedding is computed once for all rows of a shard.
local function scores(theta, rows, field)
  if field.attention == "word" then return theta[field_values.key(field, ".score")] end
  local embeddings, query = theta[field_values.key(field)], theta[field_values.key(field, ".query")]
  local kept = rows.items.kept
  local known = kept[query]
  if not known or known.embeddings ~= embeddings then
    known = { embeddings = embeddings, scores = embeddings:mm(query) * (1 / math.sqrt(embeddings:columns())) }
    kept[query] = known
  end
  return known.scores
end

-- The embeddings of the rows in the table that belongs to the field.
function field_values.embed(theta, rows, field, suffix)
  local values = theta[field_values.key(field, suffix)]
  if field.attention then return rows:embed(values, field.name, scores(theta, rows, field)) end
  return field.share and rows:embed(values, field.name) or rows:embed(values)
end

-- The same through the field's projection, if it has one.
local function projected(theta, rows, field, suffix)
  local values = field_values.embed(theta, rows, field, suffix)
  if not field.project or (suffix or "") ~= "" then return values end
  return values:mm(theta[field_values.key(field, ".projection")])
end

-- The field's values: embeddings, or numbers, projected if it says so; gated if it says so.
function field_values.of(theta, rows, field)
  local values
  if field.kind ~= "number" then
    values = projected(theta, rows, field)
  else
    values = rows:number(field.name)
    if field.project then values = values:mm(theta[field_values.key(field)]) end
  end
  return field_values.gated(theta, field, values)
end

-- The same as a vector of a model that gives all fields the same columns: numbers times their
-- vectors.
function field_values.vector(theta, rows, field, suffix)
  local values = field.kind == "number" and rows:number(field.name):mm(theta[field_values.key(field, suffix)])
    or projected(theta, rows, field, suffix)
  return field_values.gated(theta, field, values)
end

return field_values
