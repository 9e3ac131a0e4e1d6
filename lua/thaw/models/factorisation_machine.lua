-- SPDX-License-Identifier: MIT
--
-- A factorisation machine over all fields (Rendle 2010, "Factorization machines", equation 1):
--   mean + sum_i w_i x_i + sum_{i < j} (v_i . v_j) x_i x_j.
-- The pairs are computed factor by factor as ((sum_i v_i x_i)^2 - sum_i (v_i x_i)^2) / 2 (lemma
-- 3.1). The head weighs the factors and the linear part. All weights start at 1, as in the neural
-- form of He and Chua 2017.
local field_values = require "thaw.field_values"
local model = require "thaw.model"
local range = require "thaw.range"

-- The vector of each field in each row: an embedding, or the sum of numbers times their vectors.
local function parts(theta, rows, fields, suffix)
  local list = {}
  for i, field in ipairs(fields) do
    list[i] = field_values.vector(theta, rows, field, suffix)
  end
  return list
end

local function sum(list)
  local total = list[1]
  for i = 2, #list do total = total + list[i] end
  return total
end

-- The sums over these fields that the pairs need: of vectors, of their squares, and of linear
-- parts.
local function sums(theta, rows, fields)
  local vectors, squares = parts(theta, rows, fields, ""), {}
  for i, vector in ipairs(vectors) do squares[i] = vector:square() end
  return { vectors = sum(vectors), squares = sum(squares), linear = sum(parts(theta, rows, fields, ".linear")) }
end

local function added(total, more, spread)
  local result = {}
  for name, value in pairs(more) do
    if spread then value = spread(value) end
    result[name] = total and total[name] + value or value
  end
  return result
end

return model.define {
  name = "thaw.factorisation_machine",
  example = [[thaw.factorisation_machine { factors = 8 }]],
  help = "a number for each value of each field, and one for each pair, from their vectors",
  parameters = {
    { "factors", "whole", default = 16, least = 1, most = 512, search = range.choice { 4, 8, 16, 32 }, help = "columns of the vectors" },
    { "spread", "number", default = 0.1, least = 0, most = 10, help = "standard deviation of first vectors" },
    { "decay", "number", default = 0.02, least = 0, most = 1, search = range.log_uniform(1e-3, 0.3), help = "weight decay of vectors and numbers" },
    model.RESIDUAL,
  },

  build = function(self, space)
    local o, list = self.options, {}
    self.fields = model.fields(space, { user = true, item = true, context = true })
    if #self.fields == 0 then error("thaw.factorisation_machine: the mapping has no fields", 0) end
    for _, field in ipairs(self.fields) do
      for suffix, columns in ipairs { o.factors, 1 } do
        local linear = suffix == 2
        local name = field_values.key(field, linear and ".linear" or "")
        local how = linear and { start = "zero", decay = o.decay } or { scale = o.spread, decay = o.decay }
        if not linear then field_values.same_width(field, columns, "thaw.factorisation_machine") end
        field_values.add(list, field, field.kind == "number" and model.dense(name, field.columns, columns, how)
          or model.embedding(name, field, linear and 1 or field_values.table_width(field, columns), how), linear)
      end
      field_values.add_gate(list, field)
    end
    list[#list + 1] = model.dense("weights", o.factors + 1, 1, { start = "constant", scale = 1, group = "head" })
    list[#list + 1] = model.dense("level", 1, 1, { start = "zero", group = "head" })
    return list
  end,

  features = function(self, theta, rows)
    local of_users, of_rows = model.runs(self.fields, 0)
    local total, by_task = nil, #of_rows > 0 and rows:by_user()
    for _, run in ipairs(of_rows) do total = added(total, sums(theta, rows, run.fields)) end
    for _, run in ipairs(of_users) do
      if by_task then -- one row a task, added to all rows of the task
        total = added(total, sums(theta, rows.tasks, run.fields))
      else
        total = added(total, sums(theta, rows.users, run.fields), function(x) return rows:from_users(x) end)
      end
    end
    local pairs_of_fields = (total.vectors:square() - total.squares) * 0.5
    return pairs_of_fields:concat(total.linear, 1)
  end,

  head_width = function(self) return self.options.factors + 2 end,

  head = function(_, theta) return theta.head or theta.weights:concat_rows(theta.level) end,

  describe = function(self) return ("factorisation machine %d"):format(self.options.factors) end,
}
