-- Two domains with other people: what MovieLens 1M knows of films, for users of latest-small.
--
--   thaw import --name ml_1m --ratings PATH/ml-1m/ratings.csv --items PATH/ml-1m/movies.dat --items-columns item,title,genres
--   thaw import PATH/ml-latest-small --name ml_latest
--   thaw data merge ml_1m ml_latest --users-by NULL --items-by 'lower(title)' --source domain --name films
--   thaw data filter films --where "item IN (SELECT item FROM ratings GROUP BY item HAVING sum(domain = 'ml_1m') >= 20 AND sum(domain = 'ml_latest') >= 20)" --name shared
--
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
