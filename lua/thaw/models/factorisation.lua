-- SPDX-License-Identifier: MIT
--
-- Matrix factorisation over features (Koren, Bell and Volinsky 2009, equation 4; with several
-- fields the hybrid form of Kula 2015): mean + user bias + item bias + user vector . item vector. A
-- vector is the sum of the embeddings of its fields, so a cold item still has the vector of its
-- content.
local field_values = require "thaw.field_values"
local model = require "thaw.model"
local range = require "thaw.range"

local function sum(theta, rows, fields, suffix)
  local total
  for _, field in ipairs(fields) do
    local part = field_values.vector(theta, rows, field, suffix)
    total = total and total + part or part
  end
  return total
end

local function add(list, fields, columns, suffix, options)
  for _, field in ipairs(fields) do
    local name, bias = field_values.key(field, suffix), suffix ~= ""
    if not bias then field_values.same_width(field, columns, "thaw.factorisation") end
    field_values.add(list, field, field.kind == "number" and model.dense(name, field.columns, columns, options)
      or model.embedding(name, field, bias and 1 or field_values.table_width(field, columns), options), bias)
    field_values.add_gate(list, field)
  end
end

return model.define {
  name = "thaw.factorisation",
  example = [[thaw.factorisation { factors = 8 }]],
  help = "biases and the dot product of a user vector and an item vector",
  parameters = {
    { "factors", "whole", default = 16, least = 1, most = 512, search = range.choice { 4, 8, 16, 32 }, help = "columns of the vectors" },
    { "spread", "number", default = 0.1, least = 0, most = 10, help = "standard deviation of first vectors" },
    { "decay", "number", default = 0.02, least = 0, most = 1, search = range.log_uniform(1e-3, 0.3), help = "weight decay of vectors and biases" },
    model.RESIDUAL,
  },

  build = function(self, space)
    local o, list = self.options, {}
    local vector, bias = { scale = o.spread, decay = o.decay }, { start = "zero", decay = o.decay }
    self.user, self.item = model.fields(space, { user = true }), model.fields(space, { item = true })
    if #self.item == 0 or #self.user == 0 then
      error("thaw.factorisation: the mapping has no fields of " .. (#self.item == 0 and "items" or "users"), 0)
    end
    add(list, self.user, o.factors, "", vector)
    add(list, self.user, 1, ".bias", bias)
    add(list, self.item, o.factors, "", vector)
    add(list, self.item, 1, ".bias", bias)
    return list
  end,

  offset = function(self, theta, rows)
    return model.base.offset(self, theta, rows) + rows:from_items(sum(theta, rows.items, self.item, ".bias"))
  end,

  features = function(self, theta, rows)
    return rows:from_items(sum(theta, rows.items, self.item, "")):concat(1)
  end,

  user_vectors = function(self, theta, users)
    return sum(theta, users, self.user, ""):concat(sum(theta, users, self.user, ".bias"))
  end,

  head_width = function(self) return self.options.factors + 1 end,

  head = model.of_users.head,
  predict = model.of_users.predict,

  describe = function(self) return ("factorisation %d"):format(self.options.factors) end,
}
