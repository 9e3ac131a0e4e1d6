-- MovieLens 1M with the published split of MetaHIN: warm, user-cold, item-cold, both-cold.
--
--   thaw import --name ml_1m --ratings PATH/ratings.csv --users PATH/users.dat --users-columns user,gender,age,occupation,zip --items PATH/movies_extrainfos.dat --items-columns item,title,year,rate,released,genre,director,writer,actors,plot,poster
--
-- `stack` is a convex stack of two ridge heads and of plain arms, weighted by what is known of user and
-- item on validation tasks: where nothing learned helps it can fall back on the best plain arm. `ridge`
-- is its first member alone; `maml` adapts the user's side of a model that knows each film by itself, on
-- what the shrunk item mean leaves over; `plain` and `fine_tuned` know no tasks. All answer through the
-- same last step (docs/COMPARISON.md), so none is trained for a metric.
--
-- Decay, identity drop, encoder and rates were chosen by ml1m_tune.lua, and the members of the stack
-- too, on a split of the training rows alone. `--set seeds=1` is enough for a look.
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
      plain.gaussian_item(), plain.content_mean(), plain.bias() } }) },
  },
  seeds = 3,
}
