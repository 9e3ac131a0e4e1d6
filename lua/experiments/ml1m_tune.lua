-- How the settings of ml1m_cold.lua were chosen without its test users. The training rows of the
-- published split are split again, with cold users and films of their own, the newest films. Import
-- the data as in ml1m_cold.lua. Every arm changes one setting of `chosen`, which is a compromise:
-- less decay and more passes are better for cold users and worse for cold films.
--
-- The identity drop belongs to the mapping, not to an arm: to try it, change DROP and run again.
-- 0.03 is as good for cold users and worse for cold films. 0.1 and more are worse for both.
local thaw = require "thaw"
local learn, plain = thaw.learn, thaw.plain
local ml1m = require "ml1m"

local DROP = 0.06

local function ridge(model, changed)
  local options = ml1m.options { loss = "absolute", encoder = { 128 } }
  for name, value in pairs(changed or {}) do options[name] = value end
  return { model = model, learner = learn.ridge(options) }
end

local function towers(changed)
  local options = { embed = 32, spread = 0.3, hidden = { 64 }, features = 64, decay = 0.001, identity_decay = 0.01,
                    residual = true }
  for name, value in pairs(changed) do options[name] = value end
  return thaw.two_tower(options)
end

local chosen = ml1m.towers(0.001)

return thaw.experiment {
  data = "ml_1m",
  mapping = ml1m.mapping(DROP),
  tasks = thaw.tasks.by_user { split = "nested", warm = 0, draws = 3,
                               cold = { users = 0.12, items = 0.15, items_by = "year" } },
  arms = {
    chosen = ridge(chosen),
    decay_less = ridge(ml1m.towers(0.0003)),
    decay_more = ridge(ml1m.towers(0.003)),
    identity_less = ridge(towers { identity_decay = 0.001 }),
    identity_more = ridge(towers { identity_decay = 0.03 }),
    features_32 = ridge(towers { features = 32 }),
    hidden_128 = ridge(towers { hidden = { 128 } }),
    no_encoder = ridge(chosen, { encoder = {} }),
    slower = ridge(chosen, { lr = 1e-3 }),
    longer = ridge(chosen, { epochs = 40 }),
    ordinal_middle = ridge(chosen, { loss = "ordinal", answer = "middle" }),
    ordinal_mean = ridge(chosen, { loss = "ordinal" }),
    squared = ridge(chosen, { loss = "squared" }),
    gaussian = ridge(chosen, { loss = "gaussian" }),
    maml_16 = { model = ml1m.towers(0.001, 16),
                learner = learn.maml(ml1m.options { adapt = "user", steps = 3, inner_lr = 0.5, shrink = 20,
                                                    loss = "absolute", inner_loss = "squared" }) },
    maml_faster = { model = ml1m.towers(0.001, 16),
                    learner = learn.maml(ml1m.options { adapt = "user", steps = 3, inner_lr = 1, shrink = 20,
                                                        loss = "absolute", inner_loss = "squared" }) },
    bias = plain.bias(),
  },
  baseline = "bias",
}
