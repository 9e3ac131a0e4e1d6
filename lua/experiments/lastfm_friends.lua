-- Last.fm of HetRec 2011 (thaw import lastfm-hetrec2011 --join user_friends.dat --name lastfm): how
-- often does a newcomer play an artist? Newcomers have friends who are none: who these are, how much
-- they play, and what they make of the artist. lastfm_alone.lua is the same without them and says how both
-- are compared.
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn
local towers = thaw.two_tower { embed = 16, hidden = { 32 }, user_hidden = { 16 }, features = 8, residual = true }

return thaw.experiment {
  data = "lastfm",
  target = function(row) return math.log(1 + row.rating) end,
  mapping = {
    user = {
      who = map.identity { drop = 0.2, share = "listener" },
      friends = map.neighbours { "friendID", share = "listener" },
      level = map.neighbours { "friendID", take = "target", missing = true },
      known = map.neighbours { "friendID", take = "known" },
    },
    item = { artist = map.identity { drop = 0.1 } },
    context = { met = map.neighbours { "friendID", missing = true } },
  },
  tasks = thaw.tasks.by_user { min = 20, shots = { 0, 1, 3, 10 }, cold = { users = 0.3 } },
  arms = {
    ridge = { model = towers, learner = learn.ridge { epochs = 30, lr = 2e-3, schedule = "cosine", loss = "gaussian" } },
    stack = { model = towers, learner = learn.aggregate { epochs = 30, lr = 2e-3, schedule = "cosine" } },
  },
  seeds = 5,
}
