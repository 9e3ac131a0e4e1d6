-- SPDX-License-Identifier: MIT
--
-- The sum of one number for each value of each field. The head weighs the fields and starts at 1
-- each, so that a learner can find how much the genre counts for one user.
local model = require "thaw.model"
local range = require "thaw.range"

return model.define {
  name = "thaw.linear",
  example = [[thaw.linear { residual = true }]],
  help = "a number for each value of each field, added up",
  parameters = {
    { "decay", "number", default = 0, least = 0, most = 1, search = range.log_uniform(1e-4, 0.3), help = "weight decay of these numbers" },
    model.RESIDUAL,
  },

  build = function(self, space)
    local list = {}
    self.fields = model.fields(space, { user = true, item = true, context = true })
    local width = model.add_inputs(list, self.fields, 1, { start = "zero", decay = self.options.decay })
    list[#list + 1] = model.dense("head", width + 1, 1, { start = "constant", scale = 1, group = "head" })
    return list
  end,

  features = function(self, theta, rows)
    return model.inputs(theta, rows, self.fields):concat(1)
  end,
}
