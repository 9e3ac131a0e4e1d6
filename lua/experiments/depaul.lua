-- DePaul movies: the same film is rated by time, place and company. Does the context help?
--
--   thaw import PATH/depaul-movie/ratings.txt --repeats all --name depaul
local thaw = require "thaw"
local map, model, learn = thaw.map, thaw.model, thaw.learn

local network = model.define {
  name = "network",
  parameters = { { "context", "flag", default = true, help = "whether the model reads the context" } },
  build = function(self, space)
    self.fields = model.fields(space, { user = true, item = true, context = self.options.context })
    local list = {}
    local width = model.add_inputs(list, self.fields, 8, { decay = 0.01 })
    width = model.add_layers(list, "layer", width, { 32 })
    list[#list + 1] = model.dense("head", width + 1, 1, { group = "head" })
    return list
  end,
  features = function(self, theta, rows)
    return model.layers(theta, "layer", model.inputs(theta, rows, self.fields), 1):concat(1)
  end,
}

local ridge = learn.ridge { epochs = 60, loss = "gaussian" }

return thaw.experiment {
  data = "depaul",
  mapping = {
    item = { film = map.identity { drop = 0.1 } },
    context = {
      Time = map.category(), Location = map.category(), Companion = map.category(),
      evening = map.cross { "Location", "Companion" },
    },
  },
  tasks = thaw.tasks.by_user { max = 250, validation = 0.15, cold = { users = 0.4, items = 0 }, warm = 0 },
  arms = {
    with = { model = network { context = true }, learner = ridge },
    without = { model = network { context = false }, learner = ridge },
  },
  baseline = "without",
  seeds = 5,
}
