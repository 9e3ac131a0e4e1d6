-- SPDX-License-Identifier: MIT
--
-- The base of every model, and building blocks that several models use.
--
-- A model is linear in its last layer: prediction = offset + features . head. Each row has
-- features; each task (or all tasks together) has a head. A learner that adapts only the head
-- (ridge) replaces theta.head. One that adapts more (MAML) may move any dense parameter.
local declare = require "thaw.declare"
local field_values = require "thaw.field_values"
local parameters = require "thaw.theta"
local range = require "thaw.range"

local Model = {}

-- What `adapt` returns may be anything, but a model takes no table that has none of its parameters.
local function check_theta(self, theta)
  if parameters.is(theta) then return end
  for _, parameter in ipairs(type(theta) == "table" and self.declared or {}) do
    if theta[parameter.name] ~= nil then return end
  end
  host.raise(("the model is given %s as its parameters; theta:with makes some"):format(declare.show(theta)))
end

-- The part of the prediction that needs no features, r x 1: the shrunk item mean for `residual`,
-- else the mean rating.
function Model:offset(theta, rows)
  check_theta(self, theta)
  if rawget(self.options, "residual") then return rows:prior() end
  return rows:constant(self.space.mean)
end

-- The weights of the last layer: d x 1, shared or one for each task.
function Model:head(theta) return theta.head end

-- The number of features d.
function Model:head_width()
  for _, parameter in ipairs(self.declared) do
    if parameter.name == "head" then return parameter.rows end
  end
  error(self.spec.name .. " has no parameter 'head' and no method head_width", 0)
end

-- The model's output for each row, r x 1.
function Model:predict(theta, rows)
  return self:offset(theta, rows) + self:features(theta, rows):mm(self:head(theta, rows))
end

-- The mean squared error of each task on rows with a target.
function Model:loss(theta, rows)
  return (self:predict(theta, rows) - rows:target()):square():mean()
end

-- A few words for messages and tables.
function Model:describe() return (self.spec.name:gsub("^thaw%.", "")) end

-- Every model defines `features(self, theta, rows)`: the features of each row, r x d.
function Model:features()
  error(("%s has no `features`: they are a value with a row for each of the rows"):format(self.spec.name), 0)
end

local METHODS = { build = true }
for name in pairs(Model) do METHODS[name] = true end

local model = { base = Model }

-- Makes a constructor of a model. `spec` has: name, help, parameters (the options), check,
-- positional, the method `build(self, space)`, which returns a list of parameters, `features(self,
-- theta, rows)`, r x d, and any of the methods above. Raises if `spec` is wrong.
function model.define(spec)
  declare.check_definition("thaw.model.define", spec, METHODS)
  if not spec.build then
    host.raise(spec.name .. ": 'build' is missing: a function of the feature space that lists what is learned")
  end
  local methods = declare.methods(spec, Model, METHODS, { "options", "space", "declared" })
  function methods:parameters(space)
    local list = self:build(space)
    if type(list) ~= "table" then error(spec.name .. ": build must return a list of parameters", 0) end
    return list
  end
  return declare.constructor {
    name = spec.name, kind = "model", help = spec.help or "", example = spec.example, parameters = spec.parameters or {},
    check = spec.check, positional = spec.positional, methods = methods,
  }
end

model.RESIDUAL = { "residual", "flag", default = false, search = range.choice { false, true },
                   help = "predict what is left of the shrunk item mean instead of the rating" }

-- -- what is learned ---------------------------------------------------------------------------

local OPTIONS = { "start", "scale", "rate", "decay", "group", "phase", "pace", "identity_decay" }
local is_option = {}
for _, name in ipairs(OPTIONS) do is_option[name] = true end

-- Declares a dense matrix of rows x columns. Options: start ("zero", "constant", "normal",
-- "uniform" or "identity"), scale, rate, decay, group, phase, pace. Raises if a size is not a whole number of at
-- least 1.
function model.dense(name, rows, columns, options)
  if type(name) ~= "string" then
    host.raise(("thaw.model.dense: the name is %s, but must be a text"):format(declare.show(name)))
  end
  for i, size in ipairs { rows or false, columns or false } do
    if math.type(size) ~= "integer" or size < 1 then
      host.raise(("thaw.model.dense: '%s' has %s %s, but must have a whole number of at least 1"):format(
        name, size and declare.show(size) or "nil", i == 1 and "rows" or "columns"))
    end
  end
  local parameter = { name = name, rows = rows, columns = columns, start = "normal", scale = 0.1 }
  for key, value in pairs(options or {}) do
    if not is_option[key] then
      host.raise(("thaw.model.dense: '%s' has no option '%s', %s"):format(
        name, tostring(key), declare.suggest(tostring(key), OPTIONS)), key)
    end
    parameter[key] = value
  end
  return parameter
end

-- Declares an embedding table with a row for each word of a field of the space.
function model.embedding(name, field, columns, options)
  if type(field) ~= "table" or not field.vocabulary then
    host.raise(("thaw.model.embedding: the field is %s, but must be one of space.fields"):format(declare.show(field)))
  end
  local parameter = model.dense(name, field.vocabulary, columns, options)
  parameter.table, parameter.field = true, field.name
  return parameter
end

-- -- inputs ------------------------------------------------------------------------------------

-- The fields of these entities: { user = true, item = true }. With `content`, identities are left
-- out.
function model.fields(space, entities, content)
  local list = {}
  for _, field in ipairs(space.fields) do
    if entities[field.entity] and not (content and field.identity) then list[#list + 1] = field end
  end
  return list
end

-- Adds an embedding with `columns` columns for each field that is not a number, and what else the
-- mapping says that a field has: a projection, a gate, a width of its own. Returns the number of
-- columns that model.inputs will have. Identities have their own `identity_decay`, because content
-- embeddings also serve users and items without training rows and may need more decay.
function model.add_inputs(list, fields, columns, options)
  local width, identity_decay = 0, options and options.identity_decay
  for _, field in ipairs(fields) do
    local own = field_values.width(field, columns)
    if field.kind ~= "number" then
      local embedding = model.embedding(field_values.key(field), field, field_values.table_width(field, columns), options)
      if field.identity then embedding.decay = identity_decay or embedding.decay end
      embedding.identity_decay = nil
      field_values.add(list, field, embedding)
    elseif field.project then
      field_values.add(list, field, model.dense(field_values.key(field), field.columns, own,
                                                { scale = 1 / math.sqrt(field.columns), group = "projections" }))
    end
    field_values.add_gate(list, field)
    width = width + own
  end
  return math.max(width, 1)
end

-- Embeddings and numbers of the rows side by side; a column of ones if there are no fields.
function model.inputs(theta, rows, fields)
  local parts = {}
  for i, field in ipairs(fields) do parts[i] = field_values.of(theta, rows, field) end
  if #parts == 0 then return rows:constant(1) end
  if #parts == 1 then return parts[1] end
  return parts[1]:concat(table.unpack(parts, 2))
end

-- The first fully connected layer, with weights theta[name], applied to model.inputs of these
-- fields with `columns` columns an embedding. The product is computed in parts: the user's fields
-- are the same in all rows of a task, so their part is computed once for each task. If rows of a
-- task have several users (training by row), it is computed once for each user.
function model.input_layer(theta, rows, name, fields, columns)
  local weights, bias, total = theta[name], theta[name .. ".bias"], nil
  local of_users, of_rows = model.runs(fields, columns)
  if #of_rows == 0 then return model.inputs(theta, rows, fields):layer(weights, bias) end
  for _, run in ipairs(of_users) do
    if rows:by_user() then
      bias = model.inputs(theta, rows.tasks, run.fields):layer(weights, bias, run.first)
    else
      local part = rows:from_users(model.inputs(theta, rows.users, run.fields):mm(weights, run.first))
      total = total and total + part or part
    end
  end
  for i, run in ipairs(of_rows) do
    local x = model.inputs(theta, rows, run.fields)
    local part = i == 1 and x:layer(weights, bias, run.first) or x:mm(weights, run.first)
    total = total and total + part or part
  end
  return total
end

-- Groups neighbouring fields into runs of user fields and runs of other fields. Each run has the
-- number of its first row in the weights.
function model.runs(fields, columns)
  local of_users, of_rows, row, last = {}, {}, 1, nil
  for _, field in ipairs(fields) do
    local list = field.entity == "user" and of_users or of_rows
    if last ~= list then list[#list + 1] = { fields = {}, first = row } end
    local run = list[#list]
    run.fields[#run.fields + 1] = field
    row, last = row + field_values.width(field, columns), list
  end
  return of_users, of_rows
end

-- -- layers ------------------------------------------------------------------------------------

-- Adds fully connected layers of these widths, named PREFIX1, PREFIX2 ... Returns the last width.
function model.add_layers(list, prefix, width, widths, group)
  for i, columns in ipairs(widths) do
    list[#list + 1] = model.dense(prefix .. i, width, columns,
                                  { scale = math.sqrt(2 / width), group = group })
    list[#list + 1] = model.dense(prefix .. i .. ".bias", 1, columns, { start = "zero", group = group })
    width = columns
  end
  return width
end

-- Applies the layers PREFIX`first` (default 1) to PREFIX`count`, each with a ReLU.
function model.layers(theta, prefix, x, count, first)
  for i = first or 1, count do
    x = x:layer(theta[prefix .. i], theta[prefix .. i .. ".bias"]):relu()
  end
  return x
end

-- [x, 1] head, for heads whose last weight belongs to a feature that is always 1. Avoids a copy of
-- x.
function model.output(x, head)
  if type(head) ~= "userdata" then error(("the head is a %s, but must be a value"):format(type(head))) end
  return x:layer(head, head:transpose():slice(x:columns() + 1), 1)
end

-- Methods of a network: self.depth layers, "layer1" and so on, over the inputs of self.fields, and a
-- linear output.
local function body(self, theta, rows)
  local x = model.input_layer(theta, rows, "layer1", self.fields, self.options.embed):relu()
  return model.layers(theta, "layer", x, self.depth, 2)
end

model.network = {
  features = function(self, theta, rows) return body(self, theta, rows):concat(1) end,
  predict = function(self, theta, rows)
    return self:offset(theta, rows) + model.output(body(self, theta, rows), self:head(theta, rows))
  end,
}

-- Methods of a model whose head is a vector of the user, unless it was adapted. The model defines
-- `user_vectors(self, theta, users)`, a row for each user.
model.of_users = {
  head = function(self, theta, rows)
    return theta.head or rows.tasks:from_users(self:user_vectors(theta, rows.users)):transpose()
  end,
  predict = function(self, theta, rows)
    local offset, features = self:offset(theta, rows), self:features(theta, rows)
    if theta.head then return offset + features:mm(theta.head) end
    return offset + (features * rows:from_users(self:user_vectors(theta, rows.users))):sum("row")
  end,
}

-- The result of `compute`, computed once for these parameters and all rows of a shard. `rows` must
-- be rows.items, rows.users or rows.tasks.
function model.once(rows, theta, compute)
  local kept = rows.kept
  local known = kept[theta]
  if not known then
    known = compute()
    kept[theta] = known
  end
  return known
end

return model
