-- SPDX-License-Identifier: MIT
--
-- The experiment of test_tables.c, test_serving.c and test_gradients.c with fields that attend to
-- their words, in every model: with own, shared and frozen tables, word vectors, weights by TF-IDF,
-- and items without a word.
local thaw = require "thaw"
local map, learn, model = thaw.map, thaw.learn, thaw.model
local plan = { epochs = 2, batch = 16, shard = 4, lr = 0.01 }

local function likes(user) return user.age < 40 and { "Drama", "Western", "War" } or { "War", "Comedy" } end
local function friends(user) return { "u" .. user.age, "u" .. user.age * 2, "u" .. user.age + 3 } end
local function plot(item)
  if item.year % 11 == 0 then return nil end
  return ("w%d w%d v%d v%d"):format(item.year % 7, item.year % 5, item.year % 3, item.year % 3)
end

local function steps(adapt)
  return { epochs = 2, batch = 16, shard = 4, lr = 0.01, steps = 2, inner_lr = 0.1, adapt = adapt }
end

-- Shows the embedding of the plot.
local shown = model.define {
  name = "shown",
  build = function(self, space)
    for _, field in ipairs(space.fields) do
      if field.name == "item.text" then self.field = field end
    end
    return { model.embedding("table", self.field, 2, { scale = 1 }), model.embedding("scores", self.field, 1, { scale = 1 }),
             model.dense("head", 2, 1, { group = "head" }) }
  end,
  features = function(self, theta, rows) return rows:embed(theta.table, "item.text", theta.scores) end,
  predict = function(self, theta, rows) return self:features(theta, rows):sum("row") end,
}

return thaw.experiment {
  data = "small",
  mapping = {
    user = {
      likes = map.bag { of = likes, share = "tastes", pool = "attention" },
      friends = map.neighbours { of = friends, pool = "attention", score = "vector" },
    },
    item = {
      genres = map.bag { share = "tastes", pool = "attention" },
      text = map.words { of = plot, pool = "attention", score = "vector" },
      idf = map.tfidf { of = plot, pool = "attention", project = 3 },
      plot = map.word_vectors { of = plot, columns = 3, pool = "attention" },
      near = map.word_vectors { of = plot, columns = 3, by = "skip_gram", epochs = 3, pool = "attention", score = "word", frozen = true, gate = true },
    },
    context = { places = map.bag { of = function(row) return { row.place, "all" } end, pool = "attention" } },
  },
  tasks = thaw.tasks.by_user { min = 12, query = 4, shots = { 0, 3 } },
  arms = {
    mlp = { model = thaw.mlp { embed = 3, hidden = { 5 } }, learner = learn.ridge(plan) },
    mlp_maml = { model = thaw.mlp { embed = 3, hidden = { 5 } }, learner = learn.maml(steps { "head", "attention" }) },
    melu = { model = thaw.melu { embed = 3, hidden = 4 }, learner = learn.melu { epochs = 2, batch = 16, shard = 4, lr = 0.01 } },
    linear = { model = thaw.linear { decay = 0.01 }, learner = learn.joint { epochs = 1, batch = 64, lr = 0.01 } },
    towers = { model = thaw.two_tower { embed = 3, user_embed = 3, hidden = { 4 }, user_hidden = { 4 }, features = 3 },
               learner = learn.ridge(plan) },
    towers_maml = { model = thaw.two_tower { embed = 3, user_embed = 3, hidden = { 4 }, user_hidden = { 4 }, features = 3 },
                    learner = learn.maml(steps { "attention" }) },
    machine = { model = thaw.factorisation_machine { factors = 3 }, learner = learn.ridge(plan) },
    factors = { model = thaw.factorisation { factors = 3 }, learner = learn.joint { epochs = 1, batch = 64, lr = 0.01 } },
    shown = { model = shown {}, learner = learn.joint { epochs = 1, batch = 64, lr = 0.01 } },
  },
}
