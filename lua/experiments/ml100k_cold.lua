-- MovieLens 100k: users (and items) that are first seen last are cold.
--
--   thaw import PATH/ml-100k --name ml_100k
local thaw = require "thaw"
local map, learn, plain = thaw.map, thaw.learn, thaw.plain

return thaw.experiment {
  data = "ml_100k",
  mapping = {
    user = { age = map.bucket { 18, 25, 35, 45, 50, 56 }, gender = map.category(), occupation = map.category() },
    item = { film = map.identity { drop = 0.1 }, genres = map.bag() },
  },
  tasks = thaw.tasks.by_user { cold = { users = 0.2, items = 0.1, by = "time" } },
  arms = {
    ridge = { model = thaw.two_tower { features = 8, residual = true },
              learner = learn.ridge { epochs = 20, lr = 2e-3, schedule = "cosine" } },
    maml = { model = thaw.mlp { embed = 16, hidden = { 32 }, residual = true },
             learner = learn.maml { epochs = 20, lr = 2e-3, steps = 2, inner_lr = 0.1 } },
    plain = { model = thaw.mlp { embed = 16 }, learner = learn.joint { epochs = 5 } },
    fine_tuned = { model = thaw.mlp { embed = 16 },
                   learner = learn.joint { epochs = 5, fine_tune = { steps = 5, inner_lr = 0.02 } } },
    bias = plain.bias(),
  },
  baseline = "bias",
}
