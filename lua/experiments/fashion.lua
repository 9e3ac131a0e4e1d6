-- Amazon fashion (5-core, 2018): 31 products, seven of which nearly everybody rated.
--
--   thaw import PATH/amazon-fashion-5/AMAZON_FASHION_5.json --name fashion
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

return thaw.experiment {
  data = "fashion",
  mapping = {
    item = { product = map.identity { drop = 0.1 } },
    context = { verified = map.category(), month = map.cycle { by = "month" }, how_old = map.age { "timestamp", unit = "year" } },
  },
  tasks = thaw.tasks.by_user { min = 5, query = 3, shots = { 0, 1, 2 }, warm = 0, validation = 0.1,
                               cold = { users = 0.3, items = 0 } },
  arms = {
    ridge = { model = thaw.two_tower { embed = 4, hidden = {}, features = 4, residual = true },
              learner = learn.ridge { epochs = 40, loss = "gaussian" } },
    tuned = { model = thaw.mlp { embed = 4, hidden = { 16 }, residual = true },
              learner = learn.joint { epochs = 20, fine_tune = { steps = 5, inner_lr = 0.05 } } },
  },
  seeds = 5,
}
