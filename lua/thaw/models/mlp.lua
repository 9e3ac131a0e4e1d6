-- SPDX-License-Identifier: MIT
--
-- The standard feed-forward network: embeddings of all fields side by side, then fully connected
-- layers to one number (for example Covington, Adams and Sargin 2016, without their ranking loss).
local model = require "thaw.model"
local range = require "thaw.range"

return model.define {
  name = "thaw.mlp",
  example = [[thaw.mlp { embed = 8, hidden = { 32, 16 }, residual = true }]],
  help = "embeddings and numbers of all fields through fully connected layers",
  parameters = {
    { "embed", "whole", default = 32, least = 1, most = 512, search = range.choice { 8, 16, 32, 64 }, help = "columns of each embedding" },
    { "hidden", "wholes", default = { 64, 64 }, least = 1, most = 4096, search = range.choice { { 32 }, { 64 }, { 64, 64 }, { 128, 64 } }, help = "widths of the hidden layers" },
    { "spread", "number", default = 0.1, least = 0, most = 10, help = "standard deviation of first embeddings" },
    { "decay", "number", default = 0, least = 0, most = 1, search = range.log_uniform(1e-5, 0.1), help = "weight decay of the embeddings" },
    model.RESIDUAL,
  },

  build = function(self, space)
    local o, list = self.options, {}
    self.depth = #o.hidden
    self.fields = model.fields(space, { user = true, item = true, context = true })
    local width = model.add_inputs(list, self.fields, o.embed, { scale = o.spread, decay = o.decay })
    width = model.add_layers(list, "layer", width, o.hidden)
    list[#list + 1] = model.dense("head", width + 1, 1, { scale = 1 / math.sqrt(width + 1), group = "head" })
    return list
  end,

  features = model.network.features,
  predict = model.network.predict,

  describe = function(self)
    return ("mlp %d-%s"):format(self.options.embed, table.concat(self.options.hidden, "-"))
  end,
}
