-- SPDX-License-Identifier: MIT
--
-- MeLU's network (Lee et al. 2019, "MeLU: Meta-Learned User Preference Estimator", section 3.1):
-- embeddings of the content of user and item, two hidden layers, a linear output. It knows items
-- only by their content, not by identity.
local model = require "thaw.model"
local range = require "thaw.range"

return model.define {
  name = "thaw.melu",
  example = [[thaw.melu { embed = 8 }]],
  help = "MeLU's network: content embeddings, two hidden layers of the same width, linear output",
  parameters = {
    { "embed", "whole", default = 32, least = 1, most = 512, search = range.choice { 8, 16, 32, 64 }, help = "columns of each embedding" },
    { "hidden", "whole", default = 64, least = 1, most = 4096, search = range.choice { 16, 32, 64, 128 }, help = "width of both hidden layers" },
  },

  build = function(self, space)
    local o, list = self.options, {}
    self.depth = 2
    self.fields = model.fields(space, { user = true, item = true, context = true }, true)
    local width = model.add_inputs(list, self.fields, o.embed, { scale = 0.1 })
    width = model.add_layers(list, "layer", width, { o.hidden, o.hidden })
    list[#list + 1] = model.dense("head", width + 1, 1, { scale = 1 / math.sqrt(width + 1), group = "head" })
    return list
  end,

  features = model.network.features,
  predict = model.network.predict,

  describe = function(self) return ("melu %d-%d"):format(self.options.embed, self.options.hidden) end,
}
