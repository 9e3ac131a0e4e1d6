-- MovieLens 1M with the published split of MetaHIN: warm, user-cold, item-cold, both-cold.
--
--   thaw import --name ml_1m --ratings PATH/ratings.csv --users PATH/users.dat --users-columns user,gender,age,occupation,zip --items PATH/movies_extrainfos.dat --items-columns item,title,year,rate,released,genre,director,writer,actors,plot,poster
--
-- `stack` is a convex stack of two ridge heads and plain arms. Its weights are fitted on validation
-- tasks and depend on what is known of user and item. If learning does not help, it can fall back
-- on the best plain arm. `ridge` is its first member alone. `maml` adapts the user side of a model
-- with film identities, on the residual of the shrunk item mean. `plain` and `fine_tuned` train
-- without tasks. All use the same last step (docs/COMPARISON.md): none is trained for one metric.
--
-- ml1m_tune.lua chose decay, identity drop, encoder, rates and the members of the stack, on a split
-- of the training rows alone. For a quick look, `--set seeds=1` is enough.
local thaw = require "thaw"
local learn, plain = thaw.learn, thaw.plain
local ml1m = require "ml1m"

local content, firm = ml1m.towers(0.001), ml1m.towers(0.003)
local network = thaw.mlp { embed = 16 }
local function ridge(options)
  options.encoder = { 128 }
  return learn.ridge(options)
end

return thaw.experiment {
  data = "ml_1m",
  mapping = ml1m.mapping(0.06),
  tasks = thaw.tasks.by_user { split = "published" },
  arms = {
    stack = { model = content, learner = learn.aggregate(ml1m.options { loss = "gaussian", members = {
      ridge { loss = "ordinal" },
      { model = firm, learner = ridge { loss = "gaussian" } },
      plain.gaussian_item { exposure = 2 }, plain.content_mean(), plain.bias() } }) },
    ridge = { model = content, learner = ridge(ml1m.options { loss = "ordinal" }) },
    maml = { model = ml1m.towers(0.001, 16),
             learner = learn.maml(ml1m.options { adapt = "user", steps = 3, inner_lr = 0.5, shrink = 20,
                                                 loss = "squared" }) },
    plain = { model = network, learner = learn.joint { epochs = 3 } },
    fine_tuned = { model = network, learner = learn.joint {
      epochs = 3, fine_tune = { steps = 5, inner_lr = 0.05, shrink = 20 } } },
  },
  seeds = 3,
}
