-- Last.fm (HetRec 2011) as implicit data: whether somebody played an artist, not how often.
--
--   thaw import PATH/lastfm-hetrec2011 --name lastfm
--
-- Every row has the target 1, and four artists that the user did not play stand beside it with the
-- target 0. They are drawn from all artists alike, so popularity tells much; with
-- `--set tasks.negatives.by=popularity` they are as popular as the positives, and it tells nothing.
-- Metrics are over these sampled pairs, as `thaw compare` says: see docs/COMPARISON.md.
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

return thaw.experiment {
  data = "lastfm",
  target = "implicit",
  mapping = {
    user = { friends = map.bag { "friendID", least = 3 } },
    item = { artist = map.identity { drop = 0.1 } },
  },
  tasks = thaw.tasks.by_user { min = 10, query = 5, shots = { 0, 1, 3, 5 }, draws = 2, warm = 0, validation = 0.15,
                               cold = { users = 0.3, items = 0 },
                               negatives = { per_positive = 4, by = "uniform" } },
  arms = {
    ridge = { model = thaw.two_tower { embed = 16, features = 8, residual = true },
              learner = learn.ridge { epochs = 5 } },
    list = { model = thaw.two_tower { embed = 16, features = 8, residual = true },
             learner = learn.ridge { epochs = 5, loss = "list" } },
    bpr = { model = thaw.two_tower { embed = 16, features = 8, residual = true },
            learner = learn.maml { epochs = 5, loss = "bpr" } },
  },
  seeds = 2,
}
