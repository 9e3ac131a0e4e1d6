-- Last.fm (HetRec 2011): how often somebody played an artist. Counts as target, friends, activity.
--
--   thaw import PATH/lastfm-hetrec2011 --name lastfm
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

return thaw.experiment {
  data = "lastfm",
  target = function(row) return math.log(1 + row.rating) end,
  mapping = {
    user = { friends = map.bag { "friendID", least = 3 },
             sociable = map.number { scale = "log", of = function(user)
               local _, bars = (user.friendID or ""):gsub("|", "")
               return user.friendID and bars + 1
             end } },
    item = { artist = map.identity { drop = 0.1 }, listeners = map.activity() },
  },
  tasks = thaw.tasks.by_user { min = 10, query = 5, shots = { 0, 1, 3, 5 }, warm = 0, cold = { users = 0.2, items = 0.2 } },
  arms = {
    ridge = { model = thaw.two_tower { embed = 16, features = 8, residual = true },
              learner = learn.ridge { epochs = 10, loss = "gaussian" } },
    maml = { model = thaw.mlp { embed = 8, hidden = { 32 }, residual = true },
             learner = learn.maml { epochs = 5, adapt = "head", steps = 2, inner_lr = 0.1 } },
  },
  seeds = 3,
}
