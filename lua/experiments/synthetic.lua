-- The bundled, invented ratings (datasets/synthetic): who learns a newcomer's taste fastest?
--
-- Tastes in this data depend on age, gender and occupation, and on a part that only ratings reveal.
-- So even without any rating the learners know something, and with a few they know more. The tastes
-- have the distribution that the plain Gaussian item model assumes, so it is hard to beat here.
-- `stack` has it as a member to fall back on.
local thaw = require "thaw"
local map, learn, plain = thaw.map, thaw.learn, thaw.plain

local towers = thaw.two_tower { embed = 16, hidden = { 32 }, features = 8, residual = true }
local network = thaw.mlp { embed = 16, hidden = { 32, 32 } }
local residual = thaw.mlp { embed = 16, hidden = { 32 }, residual = true }

return thaw.experiment {
  data = "synthetic",
  mapping = {
    user = { age = map.bucket { 18, 25, 35, 50, 65 }, gender = map.category(), occupation = map.category() },
    item = {
      film = map.identity { drop = 0.1 },
      genres = map.bag(),
      decade = function(item) return item.year and item.year // 10 end,
    },
    context = { occasion = map.category() },
  },
  -- A task needs 20 ratings: 10 are query rows, so 10 remain as support.
  tasks = thaw.tasks.by_user { min = 20, warm = 0.15, cold = { users = 0.2, items = 0.3, by = "time" } },
  arms = {
    ridge = { model = towers, learner = learn.ridge { epochs = 120, lr = 2e-3, schedule = "cosine" } },
    stack = { model = towers, learner = learn.aggregate { epochs = 120, lr = 2e-3, schedule = "cosine", loss = "gaussian", members = {
      learn.ridge { loss = "gaussian" }, plain.gaussian_item(), plain.bias() } } },
    maml = { model = residual, learner = learn.maml { epochs = 120, lr = 2e-3, steps = 2, inner_lr = 0.1 } },
    plain = { model = network, learner = learn.joint { epochs = 16, lr = 5e-4 } },
    fine_tuned = { model = network, learner = learn.joint { epochs = 16, lr = 5e-4, fine_tune = { steps = 5, inner_lr = 0.02 } } },
  },
  seeds = 5,
}
