-- Last.fm (HetRec 2011): how often somebody played an artist. Counts as a target, and friends.
--
--   thaw import PATH/lastfm-hetrec2011 --name lastfm
--
-- Counts go from 1 to 352,698: the target is their logarithm, and errors are on that scale. The set
-- has the 50 artists that each user played most, so what differs is how much somebody listens. A
-- newcomer has no rows, but may have friends. If user_taggedartists.dat is in the folder, too, then
-- `--join user_taggedartists.dat --join tags.dat` gives artists the column that
-- `tags = map.bag { "tagValue", least = 5 }` reads; it was not there for the figures below.
--
-- `thaw run`, 7 seconds, AVX2, shared machine; then the same without the line of friends, and
-- `thaw compare A/content_mean B/content_mean --baseline B/content_mean` of both executions: on 563
-- new users friends gain 0.017 in MAE (0.006 to 0.028) and 0.019 in RMSE with nothing shown, 0.003
-- (0.001 to 0.005) and 0.004 with one artist, all marked, and less than 0.001 from 3 on. How many
-- friends there are adds nothing (`thaw parts`: -0.006, -0.020 to +0.008).
-- Learning is not worth it: the stack is as good as its plain member gaussian_item, and the ridge
-- head alone is 0.04 worse once something is shown.
--
-- `listeners` is safe as no artist is cold here. With `--set tasks.cold.items=0.2` a cold artist is
-- one with 0 listeners, which the mapping takes for unpopular and not for unknown: `thaw parts`
-- says -0.109 (-0.163 to -0.068) in item-cold, marked as harm. Take it out there.
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

return thaw.experiment {
  data = "lastfm",
  target = function(row) return math.log(1 + row.rating) end,
  mapping = {
    user = { friends = map.bag { "friendID", least = 3 } },
    item = { artist = map.identity { drop = 0.1 }, listeners = map.activity() },
  },
  tasks = thaw.tasks.by_user { min = 10, query = 5, shots = { 0, 1, 3, 5 }, warm = 0, validation = 0.15,
                               cold = { users = 0.3, items = 0 } },
  arms = {
    ridge = { model = thaw.two_tower { embed = 16, features = 8, residual = true },
              learner = learn.ridge { epochs = 10, loss = "gaussian" } },
    stack = { model = thaw.two_tower { embed = 16, features = 8, residual = true },
              learner = learn.aggregate { epochs = 10 } },
  },
  seeds = 3,
}
