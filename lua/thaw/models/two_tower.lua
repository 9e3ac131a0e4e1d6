-- SPDX-License-Identifier: MIT
--
-- Two towers and a dot product (Huang et al. 2013; Yi et al. 2019). The item tower turns all fields
-- of an item into features and a bias. The user tower turns the fields of a user into weights for
-- these features. For a learner that replaces the head, the user tower is the prior mean: the
-- weights expected of a user before the first rating.
local field_values = require "thaw.field_values"
local model = require "thaw.model"
local range = require "thaw.range"

-- A number for each value of each field of the context.
local function add_context(list, fields, numbers)
  for _, field in ipairs(fields) do
    if (field.kind == "number") == numbers then
      local name, columns = field_values.key(field), field_values.same_width(field, 1, "thaw.two_tower, of the context,")
      field_values.add(list, field, numbers and model.dense(name, field.columns, columns, { start = "zero" })
        or model.embedding(name, field, field_values.table_width(field, columns), { start = "zero" }))
      field_values.add_gate(list, field)
    end
  end
end

return model.define {
  name = "thaw.two_tower",
  example = [[thaw.two_tower { embed = 8, hidden = { 32 }, features = 8 }]],
  help = "an item tower and a user tower, multiplied; the user's side is what ridge adapts",
  parameters = {
    { "embed", "whole", default = 32, least = 1, most = 512, search = range.choice { 8, 16, 32, 64 }, help = "columns of each embedding" },
    { "hidden", "wholes", default = { 64 }, least = 1, most = 4096, may_be_empty = true,
      help = "widths of the hidden layers of the item tower" },
    { "user_embed", "whole", default = 8, least = 1, most = 512, help = "columns of the user's embeddings" },
    { "user_hidden", "wholes", default = { 32 }, least = 1, most = 4096, may_be_empty = true,
      help = "widths of the hidden layers of the user tower" },
    { "features", "whole", default = 16, least = 1, most = 512, search = range.choice { 4, 8, 16, 32 }, help = "columns that are multiplied" },
    { "spread", "number", default = 0.1, least = 0, most = 10, help = "standard deviation of first embeddings" },
    { "decay", "number", default = 0.01, least = 0, most = 1, search = range.log_uniform(1e-4, 0.3), help = "weight decay of the embeddings of content" },
    { "identity_decay", "number", default = 0, least = 0, most = 1, help = "weight decay of those of users and items" },
    model.RESIDUAL,
  },

  build = function(self, space)
    local o, list = self.options, {}
    self.item, self.user = model.fields(space, { item = true }), model.fields(space, { user = true })
    self.context = model.fields(space, { context = true })
    local width = model.add_inputs(list, self.item, o.embed, { scale = o.spread, decay = o.decay,
                                                               identity_decay = o.identity_decay })
    width = model.add_layers(list, "item", width + 1, o.hidden, "item")
    list[#list + 1] = model.dense("item.out", width, o.features + 1,
                                  { scale = 1 / math.sqrt(width), group = "item" })
    width = model.add_inputs(list, self.user, o.user_embed, { scale = o.spread, decay = o.decay })
    width = model.add_layers(list, "user", width, o.user_hidden, "user")
    list[#list + 1] = model.dense("user.out", width, o.features + 1, { start = "zero", group = "user" })
    list[#list + 1] = model.dense("user.out.bias", 1, o.features + 1, { start = "zero", group = "user" })
    add_context(list, self.context, false)
    add_context(list, self.context, true)
    return list
  end,

  -- The features of each item of the shard, with its bias in the last column.
  item_tower = function(self, theta, items)
    return model.once(items, theta, function()
      local x = model.inputs(theta, items, self.item):concat(items:popularity() * 0.2)
      return model.layers(theta, "item", x, #self.options.hidden):mm(theta["item.out"])
    end)
  end,

  -- The weights of each user of the shard, with the user's bias in the last column.
  user_vectors = function(self, theta, users)
    local x = model.inputs(theta, users, self.user)
    x = model.layers(theta, "user", x, #self.options.user_hidden)
    return x:layer(theta["user.out"], theta["user.out.bias"])
  end,

  offset = function(self, theta, rows)
    local bias = self:item_tower(theta, rows.items):slice(self.options.features + 1)
    local total = model.base.offset(self, theta, rows) + rows:from_items(bias)
    for _, field in ipairs(self.context) do
      total = total + field_values.vector(theta, rows, field)
    end
    return total
  end,

  features = function(self, theta, rows)
    local features = self:item_tower(theta, rows.items):slice(1, self.options.features)
    return rows:from_items(features * (2 / math.sqrt(self.options.features))):concat(1)
  end,

  head_width = function(self) return self.options.features + 1 end,

  head = model.of_users.head,
  predict = model.of_users.predict,

  describe = function(self)
    local o = self.options
    return ("two_tower %d-%s"):format(o.embed, #o.hidden > 0 and table.concat(o.hidden, "-") .. "-" .. o.features or o.features)
  end,
}
