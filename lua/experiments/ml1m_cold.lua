-- MovieLens 1M with the published split of MetaHIN: warm, user-cold, item-cold, both-cold.
--
--   thaw import --name ml_1m --ratings PATH/ratings.csv --users PATH/users.dat --users-columns user,gender,age,occupation,zip --items PATH/movies_extrainfos.dat --items-columns item,title,year,rate,released,genre,director,writer,actors,plot,poster
local thaw = require "thaw"
local map, learn, plain = thaw.map, thaw.learn, thaw.plain

return thaw.experiment {
  data = "ml_1m",
  mapping = {
    user = { gender = map.category(), age = map.category(), occupation = map.category() },
    item = {
      film = map.identity { drop = 0.1 },
      genre = map.bag { separator = ", " },
      director = map.bag { separator = ", ", least = 2 },
      actors = map.bag { separator = ", ", least = 2 },
      year = map.bucket { 1930, 1940, 1950, 1960, 1970, 1980, 1985, 1990, 1993, 1995, 1996, 1997, 1998, 1999, 2000 },
      rate = map.category(),
    },
  },
  tasks = thaw.tasks.by_user { split = "published" },
  arms = {
    ridge = { model = thaw.two_tower { residual = true }, learner = learn.ridge { schedule = "cosine" } },
    maml = { model = thaw.mlp { embed = 16, hidden = { 32 }, residual = true },
             learner = learn.maml { lr = 2e-3, inner_lr = 0.1 } },
    plain = { model = thaw.mlp {}, learner = learn.joint { epochs = 10 } },
    fine_tuned = { model = thaw.mlp {}, learner = learn.joint { epochs = 10, fine_tune = { steps = 5, inner_lr = 0.02 } } },
    bias = plain.bias(),
  },
  baseline = "bias",
}
