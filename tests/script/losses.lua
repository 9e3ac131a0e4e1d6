-- SPDX-License-Identifier: MIT
--
-- The experiment of test_losses.c, and of test_gradients.c as far as derivatives go. The numbers in
-- ORACLE are printed by losses_oracle.py, which computes them with PyTorch from definitions.
local thaw = require "thaw"
local losses = require "thaw.losses"
local map, learn, model, learner = thaw.map, thaw.learn, thaw.model, thaw.learner

local OUTPUT = { 3.2, 0.4, 5.9, 2.6, 4.4, 3.1 }
local TARGET = { 4, 1, 5, 2, 5, 4 }
local VARIANCE = { 0.5, 1.5, 0.9, 0.7, 1.1, 0.3 }
local BINARY = { smallest = 0, largest = 1, mean = 0.5 } -- a space of implicit targets
local ORACLE = {
  squared = { 0.556666666667 },
  absolute = { 0.733333333333 },
  huber = { 0.483333333333 },
  gaussian = { 1.15528342421 },
  gaussian_own = { 1.26087005695 },
  logistic = { 0.379362609993 },
  logistic_answer = { 3.19933598925, 1.27655368137, 4.79138574769, 2.60524935955, 4.20873555423, 3.09991674992 },
  bpr = { 0.152347476332 },
  bpr_two_others = { 0.119581653879 },
  bpr_equal = { 0 },
  bpr_one = { 0 },
  list = { 1.68195064781 },
  list_warm = { 2.2277139925 },
  list_best = { 1.08082465785 },
  list_equal = { 2.96415799118 },
  list_far = { 405.337796987 },
  list_one = { 0 },
  bpr_binary = { 0.0268183134075 },
  list_binary = { 7.0987034976 },
  ordinal = { 0.993037114526 },
  ordinal_soft = { 1.85394902213 },
  ordinal_mean = { 3.15219499813, 1.21091789441, 4.81355986472, 2.70057421416, 4.03386541012, 3.07839251058 },
  ordinal_variance = { 0.747571903464, 0.280880505269, 0.213221036816, 0.808575584407, 0.647489412939, 0.754146959466 },
  ordinal_median = { 3, 1, 5, 3, 4, 3 },
  ordinal_around = { 0.770735220921, 0.325366863452, 0.247980960859, 0.898231385631, 0.648636278941, 0.760292345182 },
  ordinal_middle = { 3.13384823502, 1.09443780142, 4.90556219858, 2.80742368715, 4.07123858659, 3.07884677819 },
}

local probes = 0
local function probe(methods, options)
  probes = probes + 1
  methods.name = "probe" .. probes
  return learner.define(methods)(options or {})
end

-- These numbers as a column; `one` is any value of 1 x 1.
local function column(one, numbers) return one:concat(table.unpack(numbers)):slice(2, #numbers):transpose() end

-- Thresholds 1.4, 2.2, 3.7, 4.9, their first ones 1.5, 2.5, 3.5, 4.5; and a scale of 0.6.
local function ordinal_parameters(one)
  return { ["loss.shift"] = one - 0.1, ["loss.log_scale"] = one + math.log(0.6),
           ["loss.gaps"] = (one + 0.8):log():concat((one + 1.5):log(), (one + 1.2):log()) }
end

local function computed(self, zero)
  local options, output, target = self.options, column(zero, OUTPUT), column(zero, TARGET)
  local function new(name, changed)
    return losses.new(name, setmetatable(changed or {}, { __index = options }), self.space)
  end
  local function mean(name, ...) return new(name):mean(output, target, ...) end
  local levels = ordinal_parameters(zero)
  local function answer(way) return new("ordinal", { answer = way }):answer(output, levels) end
  local calibration = { ["loss.shift"] = zero, ["loss.slope"] = zero + 1 }
  local equal = column(zero, { 4, 4, 4, 4, 4, 4 })
  local soft = column(zero, { 3.25, 3.25, 3.25, 3.25, 3.25, 3.25 })
  return {
    squared = mean "squared", absolute = mean "absolute", huber = mean "huber",
    gaussian = mean("gaussian", { ["loss.log_noise"] = zero + math.log(0.8) }),
    gaussian_own = mean("gaussian", {}, column(zero, VARIANCE)),
    logistic = mean "logistic", logistic_answer = new("logistic"):answer(output),
    bpr = mean("bpr", calibration),
    bpr_two_others = new("bpr", { pairs = 2 }):mean(output, target, calibration),
    bpr_equal = new("bpr"):order(output, equal), bpr_one = new("bpr"):order(zero + 2, zero + 4),
    list = mean("list", calibration), list_warm = new("list", { temperature = 2.5 }):order(output, target),
    list_best = new("list", { temperature = 0 }):order(output, target),
    list_equal = new("list", { temperature = 0 }):order(output, equal),
    list_far = new("list"):order(output * 300, target), list_one = new("list"):order(zero + 2, zero + 4),
    bpr_binary = losses.new("bpr", options, BINARY):order(output, target:greater(3)),
    list_binary = losses.new("list", options, BINARY):order(output, target:greater(3)),
    ordinal = mean("ordinal", levels),
    ordinal_soft = new("ordinal"):mean(output, soft, levels),
    ordinal_mean = answer "mean", ordinal_variance = select(2, answer "mean"),
    ordinal_around = select(2, answer "median"), ordinal_median = answer "median", ordinal_middle = answer "middle",
  }
end

-- The loss of this arm is how far a loss of the library is from its oracle.
local function beside(name)
  return probe {
    parameters = function() return { model.dense("zero", 1, 1, { start = "zero", rate = 0 }) } end,
    outer = function(self, _, theta)
      local said = computed(self, theta.zero)[name]
      return (said - column(theta.zero, ORACLE[name])):abs():sum("all")
    end,
  }
end

-- Outputs that are parameters themselves. `second`: the squared norm of the gradient instead of the
-- loss, so that its own gradient is made of second derivatives.
local function bare(name, second)
  return probe({
    parameters = function() return { model.dense("x", #OUTPUT, 1, { scale = 2 }) } end,
    exact = function() return true end,
    outer = function(self, _, theta)
      local loss, target, output = self:criterion(), column(theta.x:sum() * 0, TARGET), theta.x + 3
      local value = loss.order and loss:order(output, target) or loss:mean(output, target, self.begun)
      if not second then return value end
      local towards = { theta.x }
      for _, parameter in ipairs(losses.parameters(loss)) do
        if not loss.order then towards[#towards + 1] = self.begun[parameter.name] end
      end
      local total
      for _, gradient in ipairs(thaw.ad.grad(value, towards)) do
        local part = gradient:square():sum()
        total = total and total + part or part
      end
      return total
    end,
  }, { loss = name })
end

-- Of every task the loss of the order of its query rows, with the film's year as output.
local function of_tasks(name)
  return probe({
    outer = function(self, _, theta, _, query, target)
      return self:criterion():order(query:number("item.year"), target) + theta.head:sum() * 0
    end,
  }, { loss = name, batch = 4, shard = 4 })
end

-- Predicts the loss of the support rows and the squared norm of its gradient: 0 without such rows.
local function of_support(name)
  return probe({
    adapt = function(self, m, theta, support)
      local start = theta:per_task(support, { "head" })
      local loss = self:criterion():order(m:predict(start, support), support:target())
      return { lost = loss + thaw.ad.grad(loss, { start.head })[1]:square():sum() }
    end,
    predict = function(_, _, adapted, rows) return rows:constant(0) + adapted.lost end,
    ratings = function(self, ...)
      local lost = self:predict(...)
      return lost, lost
    end,
    outer = function(self, m, theta, _, query, target) return self:error(m:predict(theta, query), target) end,
  }, { loss = name })
end

local mlp = thaw.mlp { embed = 6, hidden = { 8 }, residual = true }
local towers = thaw.two_tower { embed = 6, hidden = { 8 }, user_embed = 4, features = 4, residual = true }
local plan = { epochs = 6, batch = 16, shard = 4, lr = 0.01 }
local function with(options)
  local all = {}
  for name, value in pairs(plan) do all[name] = value end
  for name, value in pairs(options) do all[name] = value end
  return all
end

-- How many thresholds are not above the one before, or how far the answers in their order are from
-- not falling: 0, whatever was learned.
local in_order = probe({
  predict = function(self, m, theta, rows)
    local thresholds = self:criterion():thresholds(self.begun)
    local n = thresholds:columns()
    local wrong = 1 - thresholds:slice(2, n - 1):greater(thresholds:slice(1, n - 1))
    return m:predict(theta, rows) * 0 + wrong:sum("row")
  end,
  ratings = function(self, ...)
    local wrong = self:predict(...)
    return wrong, wrong
  end,
  outer = function(self, m, theta, _, query, target) return self:error(m:predict(theta, query), target) end,
}, with { loss = "ordinal", lr = 0.3, loss_rate = 10 })

local level = model.define {
  name = "level",
  build = function() return { model.dense("level", 1, 1, { start = "constant", scale = 0.5 }),
                              model.dense("head", 1, 1, { start = "zero", rate = 0, group = "head" }) } end,
  predict = function(_, theta, rows) return rows:constant(0) + theta.level end,
} {}
local constant = learner.define { name = "constant" }

-- The variance of an average of two less that of a mixture, from moments around 0.
local pair = learn.aggregate { members = { learn.alpaca {}, learn.ridge { loss = "gaussian" } }, weights = "average" }
local mixture = probe({
  parameters = function(_, space, m)
    pair.space = space
    return pair:parameters(space, m)
  end,
  adapt = function(_, m, theta, support) return pair:adapt(m, theta, support) end,
  predict = function(_, m, adapted, rows)
    local mean, square = nil, nil
    for i, one in ipairs(pair.members) do
      local p, v = one:predict(adapted.members[i], rows), one:variance(adapted.members[i], rows)
      mean = mean and mean + p * 0.5 or p * 0.5
      square = square and square + (v + p:square()) * 0.5 or (v + p:square()) * 0.5
    end
    return pair:variance(m, adapted, rows) - (square - mean:square())
  end,
})

local function arm(m, l) return { model = m, learner = l } end
local arms = {
  in_order = arm(mlp, in_order), tasks_bpr = arm(mlp, of_tasks "bpr"), tasks_list = arm(mlp, of_tasks "list"),
  support_bpr = arm(mlp, of_support "bpr"), support_list = arm(mlp, of_support "list"),
  middle = arm(towers, learn.ridge(with { loss = "ordinal", answer = "middle" })),
  median = arm(towers, learn.ridge(with { loss = "ordinal", answer = "median" })),
  mixture = arm(mlp, mixture),
  sure = arm(mlp, learn.alpaca(plan)),
  sure_taught = arm(mlp, learn.distill(with { loss = "gaussian", student = learn.alpaca {}, teacher = learn.ridge {},
                                              teacher_model = towers })),
  sure_stack = arm(mlp, learn.aggregate(with { loss = "gaussian", members = { learn.alpaca {}, learn.gp { kernel = "linear" } } })),
  half_average = arm(mlp, learn.aggregate(with { members = { learn.alpaca {}, learn.ridge {} }, weights = "average" })),
  half_sure = arm(mlp, learn.aggregate(with { members = { learn.alpaca {}, learn.ridge {} } })),
  sure_process = arm(mlp, learn.gp(plan)),
  gone = arm(level, learn.maml(with { weight_decay = { tail = 0.5 } })),
  stack = arm(mlp, learn.aggregate(with { members = { learn.ridge { loss = "ordinal" }, learn.maml { loss = "logistic" } } })),
  taught = arm(mlp, learn.distill(with { student = learn.ridge { loss = "ordinal" }, teacher_model = towers, loss = "ordinal",
                                         teacher = learn.ridge { loss = "ordinal" } })),
  same = arm(mlp, learn.maml(with { loss = "logistic", steps = 2, inner_lr = 0.5 })),
  other = arm(mlp, learn.maml(with { loss = "logistic", steps = 2, inner_lr = 0.5, inner_loss = "squared" })),
}
-- A number that plain descent moves by its gradient, which stays the same while the loss is absolute
-- and the number below all ratings.
for name, options in pairs {
  still = { lr = 0 }, plain = {}, decayed = { weight_decay = { layers = 0.5 } }, undecayed = { weight_decay = { head = 0.5 } },
  halved = { schedule = "step", drop_every = 0.4, drop_factor = 0.5 },
  dropped = { schedule = "step", drop_every = 0.4, drop_factor = 0 }, floored = { schedule = "cosine", floor = 1 },
  clipped = { clip = 0.25 }, heavy = { optimiser = "momentum", momentum = 0.5 },
} do
  local all = { optimiser = "sgd", lr = 0.01, loss = "absolute", epochs = 1, batch = 16, shard = 16 }
  for key, value in pairs(options) do all[key] = value end
  arms["level_" .. name] = arm(level, constant(all))
end
for name in pairs(ORACLE) do arms["oracle_" .. name] = arm(mlp, beside(name)) end
for _, name in ipairs(losses.NAMES) do
  arms["bare_" .. name] = arm(mlp, bare(name))
  arms["second_" .. name] = arm(mlp, bare(name, true))
  arms["joint_" .. name] = arm(mlp, learn.joint(with { loss = name, batch = 64 }))
  arms["maml_" .. name] = arm(mlp, learn.maml(with { loss = name, steps = 2, inner_lr = 0.2 }))
  arms["ridge_" .. name] = arm(towers, learn.ridge(with { loss = name }))
  arms["bayes_" .. name] = arm(towers, learn.alpaca(with { loss = name }))
end

return thaw.experiment {
  data = "small",
  mapping = {
    user = { age = map.bucket { 20, 30, 45 }, gender = map.category() },
    item = { film = map.identity { drop = 0.2 }, genres = map.bag(), year = map.number() },
  },
  tasks = thaw.tasks.by_user { min = 6, query = 3, validation = 0.1 },
  arms = arms,
}
