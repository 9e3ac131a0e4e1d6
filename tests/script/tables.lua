-- SPDX-License-Identifier: MIT
--
-- The experiment of test_tables.c and test_gradients.c: tables shared between users and items, with
-- a start, frozen, of a width of their own, projections and gates, in every model.
local thaw = require "thaw"
local map, learn, model = thaw.map, thaw.learn, thaw.model
local plan = { epochs = 2, batch = 16, shard = 4, lr = 0.01 }
local with_steps = { epochs = 2, batch = 16, shard = 4, lr = 0.01, steps = 2, inner_lr = 0.1 }

-- Users like what they are said to like.
local function likes(user) return user.age < 40 and { "Drama", "Western" } or { "War", "Comedy" } end
-- The ids of two others.
local function friends(user) return { "u" .. user.age, "u" .. user.age * 2 } end

return thaw.experiment {
  data = "small",
  mapping = {
    user = {
      likes = map.bag { of = likes, share = "tastes", gate = true },
      who = map.identity { drop = 0.2, share = "people" },
      friends = map.neighbours { of = friends, share = "people" },
      older = map.neighbours { of = friends, take = map.number { of = "age" }, project = 3 },
      gender = map.category { start = { F = { 0.5, -0.5, 1 }, M = { 0.25, 0.125, -1 } }, frozen = true },
      shape = map.vector { of = function(user) return { user.age / 10, user.age % 7 / 2 } end, share = "pairs", project = 3 },
    },
    item = {
      genres = map.bag { share = "tastes" },
      film = map.identity { drop = 0.2, start = map.vector { of = function(item) return { item.year / 1000, 1.5, -0.5 } end } },
      era = map.vector { of = function(item) return { item.year / 1000, item.year % 10 / 5 } end, share = "pairs", project = 3, gate = true },
    },
    context = { place = map.category { gate = true } },
  },
  tasks = thaw.tasks.by_user { min = 12, query = 4, shots = { 0, 3 } },
  arms = {
    mlp = { model = thaw.mlp { embed = 3, hidden = { 5 } }, learner = learn.ridge(plan) },
    mlp_maml = { model = thaw.mlp { embed = 3, hidden = { 5 } }, learner = learn.maml(with_steps) },
    melu = { model = thaw.melu { embed = 3, hidden = 4 }, learner = learn.melu(with_steps) },
    linear = { model = thaw.linear { decay = 0.01 }, learner = learn.joint { epochs = 1, batch = 64, lr = 0.01 } },
    towers = { model = thaw.two_tower { embed = 3, user_embed = 3, hidden = { 4 }, user_hidden = { 4 }, features = 3 },
               learner = learn.ridge(plan) },
    machine = { model = thaw.factorisation_machine { factors = 3 }, learner = learn.ridge(plan) },
    factors = { model = thaw.factorisation { factors = 3 }, learner = learn.joint { epochs = 1, batch = 64, lr = 0.01 } },
  },
}
