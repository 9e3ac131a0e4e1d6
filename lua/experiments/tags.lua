-- MovieLens latest-small: what people wrote about films, as words, and films of the newest years cold.
--
--   thaw import PATH/ml-latest-small --join tags.csv --name ml_latest
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

-- The words of all tags of a film, each once: "dark comedy|comedy" becomes dark, comedy.
local function words(film)
  local list, seen = {}, {}
  for word in (film.tag or ""):lower():gmatch "%a%a%a+" do
    if not seen[word] then list[#list + 1], seen[word] = word, true end
  end
  return #list > 0 and list or nil
end

return thaw.experiment {
  data = "ml_latest",
  mapping = {
    item = {
      film = map.identity { drop = 0.1 },
      genres = map.bag(),
      words = map.bag { of = words, least = 5, most = 40 },
      tagged = function(film) return film.tag ~= nil end,
      year = map.age { "year", unit = "one" },
    },
  },
  tasks = thaw.tasks.by_user { warm = 0, cold = { users = 0.2, items = 0.2, items_by = "year" } },
  arms = {
    ridge = { model = thaw.two_tower { embed = 16, features = 8, decay = 0.05, residual = true },
              learner = learn.ridge { epochs = 30, loss = "gaussian" } },
    stack = { model = thaw.two_tower { embed = 16, features = 8, decay = 0.05, residual = true },
              learner = learn.aggregate { epochs = 30 } },
  },
  seeds = 3,
}
