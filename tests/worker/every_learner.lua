-- SPDX-License-Identifier: MIT
--
-- Every learner of the library once, small enough for thousands of steps: what test_bits.c,
-- test_steady.c and `make memcheck` run. Two arms by rows, one arm for each way through a learner
-- that computes something else.
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn
local mlp = thaw.mlp { embed = 4, hidden = { 6 }, residual = true }
local towers = thaw.two_tower { embed = 4, hidden = { 6 }, user_embed = 3, features = 3 }
local machine = thaw.factorisation_machine { factors = 3 }

local arms = {}
local function arm(name, model, learner) arms[name] = { model = model, learner = learner } end
local function with(options)
  local all = { epochs = 2, batch = 16, shard = 3, lr = 0.01, query = 4 }
  for key, value in pairs(options or {}) do all[key] = value end
  return all
end
local rows = { epochs = 2, batch = 400, lr = 0.01 }

arm("joint", mlp, learn.joint { epochs = 2, batch = 400, fine_tune = { steps = 2 } })
arm("transfer", mlp, learn.transfer(rows))
arm("maml", mlp, learn.maml(with { inner_lr = 0.1, loss = "huber" }))
arm("maml_first_order", mlp, learn.maml(with { inner_lr = 0.1, first_order = true, optimiser = "momentum" }))
arm("maml_steps", machine, learn.maml(with { inner_lr = 0.05, steps = 3, optimiser = "adamw" }))
arm("anil", mlp, learn.anil(with { steps = 2, clip = 1 }))
arm("melu", thaw.melu { embed = 4, hidden = 4 }, learn.melu(with { schedule = "cosine" }))
arm("meta_sgd", mlp, learn.meta_sgd(with { steps = 2 }))
arm("reptile", mlp, learn.reptile(with()))
arm("imaml", mlp, learn.imaml(with { steps = 2, solver_steps = 2 }))
arm("cavia", mlp, learn.cavia(with { context = 3, loss = "absolute" }))
arm("ridge", towers, learn.ridge(with { warm_up = 0.2 }))
arm("encoded", towers, learn.ridge(with { encoder = { 5 } }))
arm("alpaca", towers, learn.alpaca(with()))
arm("gp", mlp, learn.gp(with()))
arm("gp_linear", towers, learn.gp(with { kernel = "linear", loss = "squared" }))
arm("neural_process", mlp, learn.neural_process(with { latent = 3, hidden = 4, optimiser = "sgd" }))
arm("average", mlp, learn.aggregate(with { members = { learn.ridge {}, learn.anil { steps = 1 } }, weights = "average" }))
arm("stack", mlp, learn.aggregate(with { members = { learn.maml {}, learn.ridge {}, learn.cavia { context = 2 } } }))
arm("mixed", mlp, learn.aggregate(with { loss = "gaussian", members = { learn.ridge {}, thaw.plain.bias() } }))
arm("distill", machine, learn.distill(with { student = learn.ridge {}, teacher = learn.anil {}, teacher_model = mlp }))

-- One written in a script: attention and pairs between ragged stacks, noise, a group of its own.
local own = thaw.learner.define {
  name = "own",
  parameters = function(_, _, m) return { thaw.model.dense("key", m:head_width(), 2, { scale = 0.3, group = "keys" }) } end,
  adapt = function(_, m, theta, support)
    local keys = m:features(theta, support):mm(theta.key)
    local left = support:target() - m:predict(theta, support)
    return theta:with { keys = keys + keys:noise() * 0.01, left = left, level = (keys:softmax("column") * left):sum() }
  end,
  predict = function(_, m, theta, rows)
    local q = m:features(theta, rows):mm(theta.key)
    local a, b = q:pairs(theta.keys)
    local near = (a - b):square():sum("row"):sqrt():sum_pairs(q, theta.keys)
    return m:predict(theta, rows) + q:attend(theta.keys, theta.left) + theta.level * 0.1 - near * 0.01
  end,
}
arm("own", mlp, own(with()))

return thaw.experiment {
  data = "toy",
  mapping = {
    user = { id = map.identity { drop = 0.1 } },
    item = { id = map.identity { drop = 0.1 }, kind = map.category(), marks = map.bag() },
  },
  tasks = thaw.tasks.by_user { min = 6, query = 3, draws = 1, shots = { 0, 5, "all" }, validation = 0.1 },
  arms = arms,
}
