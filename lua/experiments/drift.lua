-- Drift: does it help to know what somebody liked long ago? MovieLens latest-small, 1996 to 2018.
--
--   thaw import PATH/ml-latest-small --name ml_latest
--
-- A task asks for the last five ratings of a new user and shows others by time. `then` and `now` are
-- the same users, the same questions and the same number of ratings:
--
--   thaw run drift.lua                                  adapted then: the earliest ratings are shown
--   thaw run drift.lua --set tasks.show=latest          adapted now: the latest before the question
--
-- Ten shots of the second forget all but the last ten ratings; its row "all" forgets nothing. Only the
-- new user's own ratings are early or late; what is learned of films is the same in both.
--
-- `thaw compare --same 1 2` (20 seconds each, AVX2, shared machine, 3 seeds, 181 new users): adapted now,
-- `bias` has 0.057 less RMSE with five shown (0.963 for 1.021) and 0.069 less with ten; of the metrics
-- only the log score is marked. Forgetting all but the last ten is as good as all: 0.946 and 0.955.
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

return thaw.experiment {
  data = "ml_latest",
  mapping = {
    item = { film = map.identity { drop = 0.1 }, genres = map.bag {}, year = map.number {} },
    context = { age = map.age { "timestamp", unit = "year" } },
  },
  tasks = thaw.tasks.by_user {
    min = 20, max = 1000, query = 5, shots = { 0, 5, 10, "all" }, ask = "latest", show = "earliest",
    cold = { users = 0.3, items = 0 }, warm = 0, validation = 0.15,
  },
  arms = {
    ridge = { model = thaw.two_tower { residual = true }, learner = learn.ridge { epochs = 20, loss = "gaussian" } },
  },
  seeds = 3,
}
