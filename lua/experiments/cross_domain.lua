-- Two domains with other people: what MovieLens 1M knows of films, for users of latest-small.
--
--   thaw import --name ml_1m --ratings PATH/ml-1m/ratings.csv --items PATH/ml-1m/movies.dat --items-columns item,title,genres
--   thaw import PATH/ml-latest-small --name ml_latest
--   thaw data merge ml_1m ml_latest --users-by NULL --items-by 'lower(title)' --source domain --name films
--   thaw data filter films --where "item IN (SELECT item FROM ratings GROUP BY item HAVING sum(domain = 'ml_1m') >= 20 AND sum(domain = 'ml_latest') >= 20)" --name shared
--
-- Both number their users and films from 1, so the merge is told who is the same: nobody, and films of
-- the same title. 2,654 are; one title is a film here and two there, which stay apart. The filter keeps
-- the 740 that both rate often, so that whatever is learned from, the test asks the same. Ratings are
-- whole in ml_1m and have halves in ml_latest; they stay so.
--
-- Does it help? `thaw run`, with ml_latest alone in `learn_from` (and `--set epochs=60`, as there are 244
-- users instead of 6,040), then with ml_1m, with both, and `thaw compare --same 1 2` (271 new users, 3
-- seeds; half a minute, two and two, AVX2, two cores of a shared machine). Over ml_latest alone, ml_1m
-- gains for the stack 0.011 to 0.019 in MAE, marked for every number of shots, and 0.004 to 0.015 in RMSE,
-- marked for ten; for the ridge head alone 0.03 to 0.04, marked. The plain gaussian_item gains nearly as
-- much as the stack, and no arm that learns is marked as better than best_plain here: what helps is to
-- have more ratings. Those of 244 users beside those of 6,040 gain the stack 0.001 or nothing.
-- The other way round (`learn_from` ml_latest, `asked` ml_1m, against ml_1m alone) the stack loses 0.013
-- to 0.022 in MAE, all marked.
--
-- The 61 validation users are of the domain that is asked. Without that line those of ml_1m calibrate, who
-- give no half stars: the log score is -3.1 instead of -1.7 with ten shots, and the gain in MAE is gone.
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

local learn_from, asked = { ml_1m = true }, "ml_latest"

-- Of the domain that is asked, each second user is for the test and each tenth for validation.
local function role(row)
  local number = tonumber(row.user:match "%d+$")
  if row.domain == asked and number % 2 == 0 then return "test" end
  if row.domain == asked and number % 10 == 5 then return "validation" end
  return learn_from[row.domain] and "training" or nil
end

-- Films of both have the genres of ml_1m, which says Children's where ml_latest says Children.
local function genres(film)
  local list = {}
  for genre in (film.genres or ""):gsub("Children's", "Children"):gmatch "[^|]+" do list[#list + 1] = genre end
  return list
end

local towers = thaw.two_tower { embed = 16, hidden = { 32 }, features = 16, decay = 0.003, identity_decay = 0.01, residual = true }

return thaw.experiment {
  data = "shared",
  mapping = { item = { film = map.identity { drop = 0.1 }, genres = map.bag { of = genres }, year = map.number {} } },
  tasks = thaw.tasks.by_user { min = 13, max = 1000, shots = { 0, 1, 3, 5, 10 }, split = role },
  arms = {
    ridge = { model = towers, learner = learn.ridge { epochs = 20, lr = 2e-3, schedule = "cosine", loss = "gaussian" } },
    stack = { model = towers, learner = learn.aggregate { epochs = 20, lr = 2e-3 } },
  },
  seeds = 3,
}
