-- MovieLens latest-small: what people wrote about films as words, with the newest films cold.
--
--   thaw import PATH/ml-latest-small --join tags.csv --name ml_latest
--
-- `items_by = "year"` makes the films of 2009 to 2018 cold: what is learned of older ones has to do
-- for them. Only 127 of these 1,948 films have tags (of all 9,742: 1,572), and some were written
-- after the ratings that are predicted.
--
-- `thaw parts tags.lua` (validation, AVX2): for cold films genres add 0.028 (0.010 to 0.047), which is
-- marked, words 0.0045 (0.000 to 0.009), which is not. Try `year = map.age { "year", unit = "one" }`
-- beside them: -0.075 (-0.096 to -0.052), marked as harm. All cold films are newer than any that was
-- trained on, and a trend does not go on. A field that decides the split is no field for it.
--
-- `thaw run`, 10 seconds on a shared machine: for cold films the stack gains 0.030 in RMSE over the
-- best plain arm with nothing shown, marked only (0.037) with all shown, but that is content_mean:
-- over gaussian_item, which validation did not choose, it gains less than 0.004. The ridge head
-- alone loses 0.08, marked. Without words the stack is 0.004 worse (`thaw compare --same`, not marked).
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
    },
  },
  tasks = thaw.tasks.by_user { warm = 0, validation = 0.1, cold = { users = 0.2, items = 0.2, items_by = "year" } },
  arms = {
    ridge = { model = thaw.two_tower { embed = 16, features = 8, decay = 0.05, residual = true },
              learner = learn.ridge { epochs = 30, loss = "gaussian" } },
    stack = { model = thaw.two_tower { embed = 16, features = 8, decay = 0.05, residual = true },
              learner = learn.aggregate { epochs = 30 } },
  },
  seeds = 3,
}
