-- UCI restaurants: many attributes of guests and places, with missing values, and few ratings.
--
--   thaw import PATH/uci-restaurant-consumer --missing '!none' --name restaurants
--
-- "none" is a word for a missing value unless the import is told otherwise, but a place without a
-- smoking area is one that is known. What is missing stays missing: of a category it is a value of
-- its own, of a bag no value, of a number the mean, and `missing = true` lets the model see it.
-- `thaw map restaurants.lua --item 132825` shows what becomes of a place.
--
-- 138 guests cannot tell 18 fields apart. `thaw parts restaurants.lua`: all fields together add
-- 0.000 (-0.029 to +0.029) to what is known of a new guest, and no field is marked. `thaw run`, one
-- second, AVX2, shared machine: no learned arm is marked as better than the best plain one, and
-- with 3 ratings shown the network, which does not adapt, loses 0.20 in MAE (0.03 to 0.39). What a
-- newcomer rated is worth more than what they say of themselves: with 3 ratings the RMSE of the
-- guest's mean falls from 0.82 to 0.68. Learning is not worth it here.
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

-- The town, of all the ways that it is written.
local function town(place)
  local name = place.city and place.city:lower()
  if not name then return nil end
  if name:find "victoria" then return "victoria" end
  if name:find "cuernavaca" or name:find "jiutepec" then return "cuernavaca" end
  return "san luis potosi"
end

return thaw.experiment {
  data = "restaurants",
  mapping = {
    user = {
      budget = map.category(), dress_preference = map.category(), transport = map.category(),
      personality = map.category(), Rcuisine = map.bag { least = 3 },
      born = map.bucket { 1970, 1988, 1990, of = "birth_year" },
      latitude = map.number { missing = true },
    },
    item = {
      place = map.identity { drop = 0.2 },
      town = town, price = map.category(), alcohol = map.category(), dress_code = map.category(),
      accessibility = map.category(), smoking_area = map.category(),
      Rcuisine = map.bag { least = 2 }, Rpayment = map.bag { least = 5 },
      north = map.number { "latitude", scale = "rank", missing = true },
      dear_bar = map.cross { "price", "alcohol", least = 2 },
    },
  },
  tasks = thaw.tasks.by_user { min = 6, query = 3, shots = { 0, 1, 3 }, draws = 10, warm = 0,
                               validation = 0.35, cold = { users = 0.3, items = 0 } },
  arms = {
    ridge = { model = thaw.two_tower { embed = 4, hidden = {}, features = 4, user_embed = 2, user_hidden = { 8 },
                                       decay = 0.1, residual = true },
              learner = learn.ridge { epochs = 40, loss = "gaussian" } },
    network = { model = thaw.mlp { embed = 4, hidden = { 16 }, decay = 0.1, residual = true },
                learner = learn.joint { epochs = 10 } },
  },
  seeds = 5,
}
