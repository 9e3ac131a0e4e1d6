-- SPDX-License-Identifier: MIT
--
-- Arms for test_stack.c: plain arms inside an aggregate, weights by kind of row, and the strength of
-- closed forms, all of which are fitted on validation users.
local thaw = require "thaw"
local member = require "thaw.learners.member"
local map, learn, plain = thaw.map, thaw.learn, thaw.plain
local mlp = thaw.mlp { embed = 4, hidden = { 6 }, residual = true }
local towers = thaw.two_tower { embed = 4, hidden = { 6 }, user_embed = 3, features = 3, residual = true }

local function with(options)
  local all = { epochs = 4, batch = 16, shard = 4, lr = 0.01 }
  for name, value in pairs(options) do all[name] = value end
  return all
end

-- Says the same number whatever is shown.
local says = thaw.learner.define {
  name = "says", options = { { "number", "number", help = "what it says" } },
  predict = function(self, bound, theta, rows) return bound:predict(theta, rows) * 0 + self.options.number end,
}

-- Which rows are of a cold item (1) and of a cold user (10).
local facts = thaw.learner.define {
  name = "facts",
  predict = function(_, bound, theta, rows)
    return bound:predict(theta, rows) * 0 + rows:cold_items() + rows:cold_users() * 10
  end,
}

-- Says 3 where one alone of item and user is cold (`even`: where both or none are), else something
-- between 0 and 6 that depends on the year.
local half_right = thaw.learner.define {
  name = "half_right", options = { { "even", "flag", help = "which half" } },
  predict = function(self, bound, theta, rows)
    local other = (rows:cold_items() - rows:cold_users()):abs()
    local wrong = self.options.even and other or 1 - other
    return bound:predict(theta, rows) * 0 + wrong * rows:number("item.year"):tanh() * 3 + 3
  end,
}

-- The Gaussian item model, of cold items 1.5 less.
local low = thaw.learner.define {
  name = "low",
  parameters = function(self)
    self.arm = member.plain(plain.gaussian_item { factors = 4 })
    return {}
  end,
  predict = function(self, bound, theta, rows)
    return bound:predict(theta, rows) * 0 + self.arm:predict(nil, rows) - rows:cold_items() * 1.5
  end,
}

local function arm(model, learner) return { model = model, learner = learner } end
return thaw.experiment {
  data = "small",
  mapping = {
    user = { age = map.bucket { 20, 30, 45 }, gender = map.category() },
    item = { film = map.identity { drop = 0.2 }, genres = map.bag(), year = map.number() },
  },
  tasks = thaw.tasks.by_user { min = 6, query = 3, validation = 0.15 },
  arms = {
    facts = arm(mlp, facts(with { epochs = 1 })),
    half = arm(mlp, learn.aggregate(with { weights = "average", members = { says { number = 0 }, plain.bias() } })),
    fallen = arm(mlp, learn.aggregate(with { members = { says { number = 0 }, plain.bias() } })),
    fallen_surely = arm(mlp, learn.aggregate(with { loss = "gaussian", members = { plain.bias(), says { number = 9 } } })),
    crossed = arm(mlp, learn.aggregate(with { loss = "squared", weight_prior = 0.01, members = { half_right { even = true }, half_right { even = false } } })),
    low = arm(mlp, low(with {})),
    not_lifted = arm(mlp, learn.aggregate(with { members = { low {}, says { number = 5 } } })),
    usual = arm(towers, learn.aggregate(with {})),
    named = arm(towers, learn.aggregate(with { loss = "gaussian", schedule = "cosine", members = {
      learn.ridge { loss = "gaussian" }, plain.gaussian_item(), plain.content_mean(), plain.hierarchical_mean(),
      plain.popularity_bias(), plain.bias(), plain.user_mean() } })),
    held = arm(mlp, learn.aggregate(with { weight_prior = 1e6, members = { says { number = 0 }, plain.bias() } })),
    mixed = arm(mlp, learn.aggregate(with { loss = "gaussian", members = {
      learn.ridge { loss = "gaussian" }, { model = towers, learner = learn.alpaca {} }, plain.bias(), plain.user_mean() } })),
    mixed_squared = arm(mlp, learn.aggregate(with { members = {
      plain.bias(), learn.ridge {}, { model = towers, learner = learn.gp {} } } })),
    twice = arm(mlp, learn.aggregate(with { members = { plain.bias(), plain.bias { user_shrink = 7 }, learn.ridge {} } })),
    ridge = arm(towers, learn.ridge(with { encoder = { 5 } })),
    alpaca = arm(towers, learn.alpaca(with {})),
    gp = arm(mlp, learn.gp(with {})),
    stubborn = arm(mlp, learn.ridge(with { lambda = 3000, lambda_rate = 0, tune = "none" })),
    softened = arm(mlp, learn.ridge(with { lambda = 3000, lambda_rate = 0, tune_rate = 0.2, tune_prior = 0 })),
  },
  baseline = "bias",
}
