-- MovieLens 1M with the published split of MetaHIN: warm, user-cold, item-cold, both-cold.
--
--   thaw import --name ml_1m --ratings PATH/ratings.csv --users PATH/users.dat --users-columns user,gender,age,occupation,zip --items PATH/movies_extrainfos.dat --items-columns item,title,year,rate,released,genre,director,writer,actors,plot,poster
--
-- Two convex stacks of ridge heads, one for each metric: `stack` is trained for absolute errors and
-- answers with medians, which MAE rewards, `stack_squared` for squared errors and answers with means,
-- which RMSE rewards. Their weights for each number of ratings are fitted on validation users. `ridge`
-- is the first member of `stack` alone; `maml` adapts the user's side of a model that knows each film
-- by itself, on what the shrunk item mean leaves over; `plain` and `fine_tuned` know no tasks.
--
-- Decay, identity drop, encoder, losses and rates were chosen by ml1m_tune.lua, on a split of the
-- training rows alone. On two cores the three seeds take 10 to 20 minutes, most of it for a million and
-- more predictions of each arm; a stack is trained in one or two. `--set seeds=1` is enough for a look.
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
    stack = { model = content, learner = learn.aggregate(ml1m.options { loss = "absolute", members = {
      ridge { loss = "absolute" },
      ridge { loss = "ordinal", answer = "middle" },
      { model = firm, learner = ridge { loss = "ordinal", answer = "middle" } } } }) },
    stack_squared = { model = content, learner = learn.aggregate(ml1m.options { loss = "squared", members = {
      ridge { loss = "ordinal" },
      ridge { loss = "ordinal" },
      { model = firm, learner = ridge { loss = "gaussian" } } } }) },
    ridge = { model = content, learner = ridge(ml1m.options { loss = "absolute" }) },
    maml = { model = ml1m.towers(0.001, 16),
             learner = learn.maml(ml1m.options { adapt = "user", steps = 3, inner_lr = 0.5, shrink = 20,
                                                 loss = "absolute", inner_loss = "squared" }) },
    plain = { model = network, learner = learn.joint { epochs = 3 } },
    fine_tuned = { model = network, learner = learn.joint {
      epochs = 3, fine_tune = { steps = 5, inner_lr = 0.05, shrink = 20 } } },
    bias = plain.bias(),
  },
  baseline = "bias",
  seeds = 3,
}
