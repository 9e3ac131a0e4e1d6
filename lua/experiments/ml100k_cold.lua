-- MovieLens 100k: a fifth of the users and of the items, chosen at random, are cold.
--
--   thaw import PATH/ml-100k --name ml_100k
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

local towers = thaw.two_tower { features = 8, residual = true }
local network = thaw.mlp { embed = 16 }

return thaw.experiment {
  data = "ml_100k",
  mapping = {
    user = { age = map.bucket { 18, 25, 35, 45, 50, 56 }, gender = map.category(), occupation = map.category() },
    item = { film = map.identity { drop = 0.1 }, genres = map.bag() },
  },
  -- A task needs 20 ratings: 10 are query rows, so 10 remain as support.
  tasks = thaw.tasks.by_user { min = 20, cold = { users = 0.2, items = 0.2 } },
  arms = {
    ridge = { model = towers, learner = learn.ridge { loss = "absolute", lr = 2e-3, schedule = "cosine" } },
    maml = { model = towers, learner = learn.maml { adapt = "user", steps = 3, inner_lr = 0.5, shrink = 20,
                                                    loss = "absolute", inner_loss = "squared", lr = 2e-3,
                                                    schedule = "cosine" } },
    plain = { model = network, learner = learn.joint { epochs = 3 } },
    fine_tuned = { model = network,
                   learner = learn.joint { epochs = 3, fine_tune = { steps = 5, inner_lr = 0.05, shrink = 20 } } },
  },
}
