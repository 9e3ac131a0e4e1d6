-- SPDX-License-Identifier: MIT
--
-- The experiment of test_learners.c and test_gradients.c. Arms in its table LEARNERS are trained. The others are pairs
-- that must agree, or probes whose loss or prediction is a difference that must be 0.
--
-- `plane` is linear in one number and a constant, so the effect of a learner has an explicit formula.
-- `sgd` is one step of plain gradient descent, so the weights give the outer gradient.
local thaw = require "thaw"
local classes = require "thaw.learners.classes"
local map, learn, model, learner = thaw.map, thaw.learn, thaw.model, thaw.learner
local mlp = thaw.mlp { embed = 6, hidden = { 8 }, residual = true }
local towers = thaw.two_tower { embed = 6, hidden = { 8 }, user_embed = 4, features = 4,
                                residual = true }
local small = thaw.melu { embed = 4, hidden = 6 }
local machine = thaw.factorisation_machine { factors = 4 }
local plane = model.define {
  name = "plane",
  build = function() return { model.dense("head", 2, 1, { scale = 0.3, group = "head" }) } end,
  features = function(_, _, rows) return rows:number("item.year"):concat(1) end,
} {}
local function with(base, options)
  local all = {}
  for name, value in pairs(base) do all[name] = value end
  for name, value in pairs(options) do all[name] = value end
  return all
end
local plan = { epochs = 4, batch = 16, shard = 4, lr = 0.01 }
local sgd = { epochs = 1, batch = 8, shard = 4, lr = 0.5, optimiser = "sgd" }
local probes = 0
local function probe(methods, options)
  probes = probes + 1
  local named = with(methods, { name = "probe" .. probes })
  return learner.define(named)(options or sgd)
end

-- What is left of a target in the plane before a user is known.
local function residual(m, theta, rows, target)
  return target - m:offset(theta, rows) - m:features(theta, rows):mm(theta.head)
end

-- For `plane` and `mlp`: the minimum of sum e^2 / (n + 5) + strength / 2 |w - w0|^2.
local proximal = {
  adapt = function(_, m, theta, support)
    local x = m:features(theta, support)
    local gram = x:t_mm(x):add_diagonal((support:counts() + 5) * 0.5)
    local left = residual(m, theta, support, support:target())
    return theta:with { head = theta.head + gram:solve(x:t_mm(left)) }
  end,
}
local implicit = { steps = 300, inner_lr = 0.3, solver_steps = 10, adapt = "head" }

-- Two steps of descent on each of support and query, derivatives by hand.
local reptile_by_hand = probe {
  outer = function(_, m, theta, support, query, target)
    local w = theta.head
    for _, side in ipairs { { support, support:target() }, { query, target } } do
      local x, n = m:features(theta, side[1]), side[1]:counts() + 5
      local y = side[2] - m:offset(theta, side[1])
      for _ = 1, 2 do w = w + x:t_mm(y - x:mm(w)) * (2 * 0.1) / n end
    end
    return (theta.head * ((theta.head - w) / 0.1):detach()):sum()
  end,
}

-- alpaca's variance less s (1 + x' A^-1 x), the inverse of the 2 x 2 matrix A written out.
local alpaca = learn.alpaca { lambda = 0.7, noise = 0.4 }
local variance = probe {
  parameters = function(_, space, m) return alpaca:parameters(space, m) end,
  adapt = function(_, m, theta, support)
    local x = m:features(theta, support):slice(1)
    return alpaca:adapt(m, theta, support):with {
      a = x:square():sum() + 0.7, b = x:sum(), c = support:counts() + 0.7 }
  end,
  predict = function(_, m, adapted, rows)
    local x, a, b, c = m:features(adapted, rows):slice(1), adapted.a, adapted.b, adapted.c
    local form = (x:square() * c - x * b * 2 + a) / (a * c - b * b)
    return alpaca:variance(m, adapted, rows) - (form + 1) * 0.4
  end,
}

-- The variance of a Gaussian process with a linear kernel less that of the Bayesian head with the
-- same prior, times 0.1: the former has a little more noise.
local process = learn.gp { kernel = "linear", scale = 0.5, noise = 0.4 }
local head = learn.alpaca { lambda = 0.8, noise = 0.4 }
local variances = probe {
  parameters = function(_, space, m)
    local list = process:parameters(space, m)
    list[#list + 1] = head:parameters(space, m)[1] -- log_lambda; they share log_noise
    return list
  end,
  adapt = function(_, m, theta, support)
    return { process = process:adapt(m, theta, support), head = head:adapt(m, theta, support) }
  end,
  predict = function(_, m, adapted, rows)
    return (process:variance(m, adapted.process, rows) - head:variance(m, adapted.head, rows)) * 0.1
  end,
}

-- The mean negative log density of N(r; 0, s + v X X'), by Woodbury and Sylvester for two
-- columns, less what the Gaussian process says.
local gp = learn.gp { kernel = "linear", scale = 0.3, noise = 0.5 }
local density = probe {
  parameters = function(_, space, m) return gp:parameters(space, m) end,
  outer = function(_, m, theta, support, query, target)
    local s, v = 0.5 + 1e-4, 0.3
    local x = m:features(theta, support):concat_rows(m:features(theta, query))
    local r = residual(m, theta, support, support:target())
      :concat_rows(residual(m, theta, query, target))
    local n, one = support:counts() + query:counts(), x:slice(2)
    x = x:slice(1)
    local a, b, c = x:square():sum() + s / v, x:sum(), one:square():sum() + s / v
    local p, q, d = (x * r):sum(), (one * r):sum(), a * c - b * b
    local square = (r:square():sum() - (p * p * c - p * q * b * 2 + q * q * a) / d) * (1 / s)
    local log_determinant = n * math.log(s) + d:log() - 2 * math.log(s / v)
    local expected = ((square + log_determinant) / n + math.log(2 * math.pi)) * 0.5
    return (gp:outer(m, theta, support, query, target) - expected):abs()
      + theta.head:sum() * 0
  end,
}

-- The average of two that start alike is either; of all members less their mean, nothing is left.
local pair = learn.aggregate { members = { learn.anil {}, learn.ridge {} }, weights = "average" }
local middle = probe {
  parameters = function(_, space, m) return pair:parameters(space, m) end,
  adapt = function(_, m, theta, support) return pair:adapt(m, theta, support) end,
  predict = function(_, m, adapted, rows)
    local each = pair:all(adapted, rows)
    return pair:predict(m, adapted, rows) - (each:slice(1) + each:slice(2)) * 0.5
  end,
}

-- How far the flags of a number of support rows are from what they should be.
local flags = probe {
  parameters = function(_, space, m) return pair:parameters(space, m) end,
  adapt = function(_, _, theta, support)
    local n, reached = support:counts(), classes.shots(support:counts())
    local wrong = n * 0
    for i, first in ipairs { 1, 3, 5, 10, 20 } do
      wrong = wrong + (reached:slice(i) - (n - first + 1):clamp(0, 1)):abs()
    end
    return theta:with { wrong = wrong }
  end,
  predict = function(_, _, adapted, rows) return rows:constant(1) * adapted.wrong end,
}

-- A context that enters by the identity is MAML of the bias alone.
local cavia = learn.cavia { context = 8, steps = 2, inner_lr = 0.3 }
local of_bias = learn.maml { steps = 2, inner_lr = 0.3 }
local entered = probe {
  parameters = function(_, space, m)
    of_bias.names = { "layer1.bias" }
    return cavia:parameters(space, m)
  end,
  adapt = function(_, m, theta, support)
    local one = (theta["cavia.zero"] + 1):transpose():from_diagonal()
    local context = cavia:adapt(m, theta:with { ["cavia.in"] = one }, support)
    return { context = context, bias = of_bias:adapt(m, theta, support) }
  end,
  predict = function(_, m, adapted, rows)
    return m:predict(adapted.context, rows) - m:predict(adapted.bias, rows)
  end,
}

-- Two stars too high, whatever it learns: nobody to be listened to.
local fool = probe({
  predict = function(_, m, theta, rows) return m:predict(theta, rows) + 2 end,
  outer = function(self, m, theta, _, query, target) return self:error(m:predict(theta, query), target) end,
}, {})

-- Trained by its loss, and shown as 7.
local shown = probe {
  outer = function(self, m, theta, _, query, target)
    local loss = self:loss(m, theta, query, target)
    return loss, loss * 0 + 7
  end,
}

-- Half of what the head does is kept from the tape.
local wrong = probe {
  adapt = function(_, _, theta) return theta:with { head = theta.head + theta.head:detach() * 0.5 } end,
}

-- The machine's prediction less the sum over all pairs of fields, one by one.
local pairwise = probe {
  predict = function(_, m, theta, rows)
    local vectors, total = {}, m:offset(theta, rows)
    for i, field in ipairs(m.fields) do
      local v, w = theta[field.name], theta[field.name .. ".linear"]
      if field.kind == "number" then
        vectors[i], total = rows:number(field.name):mm(v), total + rows:number(field.name):mm(w)
      else
        vectors[i], total = rows:embed(v), total + rows:embed(w)
      end
      for j = 1, i - 1 do total = total + (vectors[i] * vectors[j]):sum("row") end
    end
    return m:predict(theta, rows) - total
  end,
}

-- What a network and the machine make of users once a task, or once a user, less what they make of
-- them row by row.
local function of_rows(m, theta, rows)
  if not m.options.hidden then
    local sum, squares, linear
    for _, field in ipairs(m.fields) do
      local x = field.kind == "number" and rows:number(field.name)
      local v = x and x:mm(theta[field.name]) or rows:embed(theta[field.name])
      local w = x and x:mm(theta[field.name .. ".linear"]) or rows:embed(theta[field.name .. ".linear"])
      sum, squares, linear = sum and sum + v or v, squares and squares + v:square() or v:square(), linear and linear + w or w
    end
    return ((sum:square() - squares) * 0.5):concat(linear, 1)
  end
  return model.layers(theta, "layer", model.inputs(theta, rows, m.fields), #m.options.hidden):concat(1)
end
local in_parts = {
  predict = function(_, m, theta, rows)
    return (m:features(theta, rows) - of_rows(m, theta, rows)):square():sum("row")
  end,
}
local in_parts_by_row = {
  by = "row",
  outer = function(_, m, theta, _, query)
    assert(not query:by_user())
    local left = m:features(theta, query) - of_rows(m, theta, query)
    return left:square():sum() + theta[m.declared[#m.declared].name]:sum() * 0
  end,
}

local steps = { steps = 2, inner_lr = 0.1 }
local function arm(m, l) return { model = m, learner = l } end
return thaw.experiment {
  data = "small",
  mapping = {
    user = { age = map.bucket { 20, 30, 45 }, gender = map.category() },
    item = { film = map.identity { drop = 0.2 }, genres = map.bag(), words = map.tfidf "genres", year = map.number() },
    context = { place = map.category() },
  },
  tasks = thaw.tasks.by_user { min = 6, query = 3, validation = 0.1 },
  arms = {
    transfer = arm(mlp, learn.transfer { epochs = 4, lr = 0.01, freeze = { "layer1" } }),
    maml = arm(mlp, learn.maml(with(plan, steps))),
    anil = arm(mlp, learn.anil(plan)),
    anil_towers = arm(towers, learn.anil(plan)),
    melu = arm(small, learn.melu(plan)),
    meta_sgd = arm(mlp, learn.meta_sgd(with(plan, { steps = 2 }))),
    reptile = arm(mlp, learn.reptile(plan)),
    imaml = arm(mlp, learn.imaml(plan)),
    cavia = arm(mlp, learn.cavia(plan)),
    cavia_towers = arm(towers, learn.cavia(with(plan, { bias = "user.out.bias" }))),
    alpaca = arm(towers, learn.alpaca(plan)),
    encoded = arm(towers, learn.ridge(with(plan, { encoder = { 6 } }))),
    gp = arm(mlp, learn.gp(plan)),
    gp_linear = arm(towers, learn.gp(with(plan, { kernel = "linear", loss = "huber" }))),
    neural_process = arm(mlp, learn.neural_process(plan)),
    machine = arm(machine, learn.ridge(plan)),
    stack = arm(mlp, learn.aggregate(with(plan, { members = { learn.ridge {}, learn.maml(steps), { model = towers, learner = learn.ridge {} } } }))),
    mixed = arm(mlp, learn.aggregate(with(plan, { members = { learn.ridge {}, thaw.plain.bias(), thaw.plain.user_mean() } }))),
    taught = arm(mlp, learn.distill(with(plan, { student = learn.ridge {}, teacher = learn.ridge {}, epochs = 8,
                                                 teacher_model = towers }))),

    joint = arm(mlp, probe {}),
    cavia_still = arm(mlp, learn.cavia(with(sgd, { steps = 0 }))),
    maml_step = arm(mlp, learn.maml(with(sgd, steps))),
    equal_rates = arm(mlp, learn.meta_sgd(with(with(sgd, steps), { rate_rate = 0 }))),
    maml_head = arm(mlp, learn.maml(with(with(sgd, steps), { adapt = "head" }))),
    anil_sgd = arm(mlp, learn.anil(with(sgd, steps))),
    maml_small = arm(small, learn.maml(with(with(sgd, steps), { shrink = 0 }))),
    melu_small = arm(small, learn.melu(with(sgd, steps))),
    tuned = arm(mlp, learn.joint { epochs = 1, fine_tune = with(steps, { adapt = "head" }) }),
    frozen = arm(mlp, learn.transfer(with(steps, { epochs = 1, freeze = { "layer1" } }))),
    proximal = arm(plane, probe(proximal)),
    implicit = arm(plane, learn.imaml(with(with(sgd, implicit), { solver_steps = 2 }))),
    proximal_mlp = arm(mlp, probe(proximal)),
    implicit_mlp = arm(mlp, learn.imaml(with(sgd, implicit))),
    by_hand = arm(plane, reptile_by_hand),
    reptile_plane = arm(plane, learn.reptile(with(sgd, steps))),
    variance = arm(plane, variance),
    variances = arm(plane, variances),
    density = arm(plane, density),
    ridge_mlp = arm(mlp, learn.ridge(sgd)),
    fixed_mlp = arm(mlp, learn.ridge(with(sgd, { tune = "none" }))),
    alone = arm(mlp, learn.aggregate(with(sgd, { members = { learn.ridge {} } }))),
    untaught = arm(mlp, learn.distill(with(sgd, { student = learn.ridge {}, teacher = learn.maml(steps),
                                                  teacher_model = towers, teacher_epochs = 1, share = 0 }))),
    middle = arm(mlp, middle),
    flags = arm(mlp, flags),
    entered = arm(mlp, entered),
    wrong = arm(mlp, wrong),
    shown = arm(mlp, shown),
    wise = arm(mlp, learn.aggregate(with(plan, { members = { learn.ridge {}, fool } }))),
    even = arm(mlp, learn.aggregate(with(plan, { members = { learn.ridge {}, fool }, weights = "average" }))),
    first_order = arm(mlp, learn.maml(with(sgd, { steps = 2, inner_lr = 0.1, first_order = true }))),
    pairwise = arm(machine, pairwise),
    parts = arm(mlp, probe(in_parts)),
    parts_machine = arm(machine, probe(in_parts)),
    parts_by_row = arm(mlp, probe(in_parts_by_row)),
    parts_machine_by_row = arm(machine, probe(in_parts_by_row)),
    ridge = arm(towers, learn.ridge(with(sgd, { lambda = 2 }))),
    reading = arm(towers, learn.ridge(with(sgd, { lambda = 2, encoder = { 6, 5 } }))),
    bayes = arm(towers, learn.alpaca(with(sgd, { lambda = 2, loss = "squared" }))),
    kernel = arm(towers, learn.gp(with(sgd, { kernel = "linear", scale = 0.5, noise = 1,
                                              support = 0, loss = "squared" }))),
  },
}
