-- Learners that are not in the library, each written from its paper in a page of Lua: examples for
-- writing your own. They use only what every script can use.
local thaw = require "thaw"
local ad, map, learn, model = thaw.ad, thaw.map, thaw.learn, thaw.model
local dense = model.dense

-- What the model leaves unexplained of the support ratings (residuals), r x 1.
local function left_of(bound, theta, support) return support:target() - bound:predict(theta, support) end

-- The attentive neural process (Kim et al. 2019, "Attentive neural processes", section 3), its
-- deterministic path. Each support row with its rating becomes a vector. Each query row takes the
-- mean of these vectors, weighted by attention,
--   r(x) = sum_i softmax_i(key(x) . key(x_i) / sqrt d) h(x_i, y_i).
-- The plain neural process uses the same mean for all rows. A user without ratings has r = 0.
local attentive = thaw.learner.define {
  name = "attentive", help = "an encoder of support ratings, attended to by each row that is asked",
  options = { { "width", "whole", default = 16, least = 1, most = 512, help = "of keys and of what is attended to" } },

  parameters = function(self, _, bound)
    local n, d = bound:head_width(), self.options.width
    local list = { dense("key", n, d, { scale = 1 / math.sqrt(n) }), dense("out", d, 1, { start = "zero" }) }
    model.add_layers(list, "row", n + 1, { d, d })
    return list
  end,

  adapt = function(_, bound, theta, support)
    local x = bound:features(theta, support)
    local seen = model.layers(theta, "row", x:concat(left_of(bound, theta, support)), 2)
    return theta:with { keys = x:mm(theta.key), seen = seen }
  end,

  predict = function(_, bound, adapted, rows)
    local query = bound:features(adapted, rows):mm(adapted.key)
    return bound:predict(adapted, rows) + query:attend(adapted.keys, adapted.seen):mm(adapted.out)
  end,
}

-- A relation network (Sung et al. 2018, "Learning to compare", equation 1) for ratings. For each
-- pair of a query row and a support row, a network computes how much one tells about the other,
--   prediction = model(x) + sum_i s_i left_i / (1 + sum_i s_i),   s_i = sigmoid(g(x, x_i)).
-- The 1 in the denominator makes the correction 0 if there is no support.
local relation = thaw.learner.define {
  name = "relation", help = "a learned comparison of each row that is asked with each support row",
  options = { { "hidden", "whole", default = 16, least = 1, most = 512, help = "width of the comparison" } },

  parameters = function(self, _, bound)
    local h = self.options.hidden
    local list = { dense("related", h, 1, { scale = 1 / math.sqrt(h) }), dense("related.bias", 1, 1, { start = "zero" }) }
    model.add_layers(list, "pair", 2 * bound:head_width(), { h })
    return list
  end,

  adapt = function(_, bound, theta, support)
    return theta:with { support = bound:features(theta, support), left = left_of(bound, theta, support) }
  end,

  predict = function(_, bound, adapted, rows)
    local query = bound:features(adapted, rows)
    local asked, known = query:pairs(adapted.support)
    local x = model.layers(adapted, "pair", asked:concat(known), 1)
    local strength = x:layer(adapted.related, adapted["related.bias"]):sigmoid()
    local _, left = query:pairs(adapted.left)
    local told = (strength * left):sum_pairs(query, adapted.left)
    return bound:predict(adapted, rows) + told / (strength:sum_pairs(query, adapted.left) + 1)
  end,
}

-- MAML++ (Antoniou, Edwards and Storkey 2019, "How to train your MAML", equations 3 and 4): MAML with
-- a learned rate for each layer and step, and a loss after every step. The last loss weighs most.
local function rate_of(step, name) return ("rate%d.%s"):format(step, name) end

local every_step = thaw.learner.define {
  name = "every_step", help = "MAML with learned rates by layer and step, and a loss after each step",
  options = {
    { "steps", "whole", default = 3, least = 1, most = 20, help = "steps of the inner loop" },
    { "inner_lr", "number", default = 0.05, least = 0, most = 10, help = "what all rates start from" },
    { "rate_rate", "number", default = 1, least = 0, most = 100, help = "factor on the outer rate for the rates" },
    { "shrink", "number", default = 5, least = 0, most = 1e6, help = "rows without error beside the support" },
    { "last", "number", default = 0.6, least = 0, most = 1, help = "weight of the loss after the last step" },
  },

  parameters = function(self, _, bound)
    local o, list = self.options, {}
    self.names = {}
    for _, parameter in ipairs(bound.declared) do
      if not parameter.table then self.names[#self.names + 1] = parameter.name end
    end
    for step = 1, o.steps do
      for _, name in ipairs(self.names) do
        list[#list + 1] = dense(rate_of(step, name), 1, 1, { start = "constant", scale = o.inner_lr, rate = o.rate_rate,
                                                             group = "rates" })
      end
    end
    return list
  end,

  path = function(self, bound, theta, support)
    local phi, path = theta:per_task(support, self.names), {}
    for step = 1, self.options.steps do
      local rates = {}
      for _, name in ipairs(self.names) do rates[name] = theta[rate_of(step, name)] end
      local loss = left_of(bound, phi, support):square():sum() / (support:counts() + self.options.shrink)
      phi = phi:step(ad.grad(loss, phi, self.names), rates)
      path[step] = phi
    end
    return path
  end,

  adapt = function(self, bound, theta, support) return self:path(bound, theta, support)[self.options.steps] end,

  outer = function(self, bound, theta, support, query, target)
    local o, total = self.options, nil
    for step, phi in ipairs(self:path(bound, theta, support)) do
      local weight = o.steps == 1 and 1 or step == o.steps and o.last or (1 - o.last) / (o.steps - 1)
      local loss = self:loss(bound, phi, query, target) * weight
      total = total and total + loss or loss
    end
    return total
  end,
}

-- LR-D2 (Bertinetto, Henriques, Torr and Vedaldi 2019, "Meta-learning with differentiable closed-form
-- solvers", section 3.3): a logistic regression per user, by Newton steps that are differentiated
-- through. Each step is a ridge regression with weights p (1 - p). A rating becomes a probability
-- between the smallest and the largest rating.
local newton = thaw.learner.define {
  name = "newton", help = "a logistic head per user by Newton steps",
  options = {
    { "steps", "whole", default = 3, least = 0, most = 50, help = "Newton steps" },
    { "lambda", "number", default = 1.5, least = 1e-6, most = 1e6, help = "ridge that the learned one starts from" },
  },

  parameters = function(self, space, bound)
    self.low, self.width = space.smallest, space.largest - space.smallest
    return { dense("log_lambda", bound:head_width(), 1, { start = "constant", scale = math.log(self.options.lambda) }) }
  end,

  -- Log odds; 0 if the model predicts the middle rating.
  odds = function(self, bound, theta, rows)
    return (bound:predict(theta, rows) - self.low - self.width / 2) * (4 / self.width)
  end,

  adapt = function(self, bound, theta, support)
    local x = bound:features(theta, support) * (4 / self.width)
    local y, ridge, start = (support:target() - self.low) / self.width, theta.log_lambda:exp(), theta.head
    local w = start:per_task(support)
    for _ = 1, self.options.steps do
      local p = self:odds(bound, theta:with { head = w }, support):sigmoid()
      local curvature = x:t_mm(x * p * (1 - p)):add_diagonal(ridge)
      w = w + curvature:solve(x:t_mm(y - p) - (w - start) * ridge)
    end
    return theta:with { head = w }
  end,

  predict = function(self, bound, adapted, rows)
    return self:odds(bound, adapted, rows):sigmoid() * self.width + self.low
  end,
}

local network = thaw.mlp { embed = 16, hidden = { 32 }, residual = true }
local function arm(learner) return { model = network, learner = learner } end

return thaw.experiment {
  data = "synthetic",
  mapping = {
    user = { age = map.bucket { 18, 25, 35, 50, 65 }, gender = map.category(), occupation = map.category() },
    item = { film = map.identity { drop = 0.1 }, genres = map.bag() },
    context = { occasion = map.category() },
  },
  tasks = thaw.tasks.by_user { cold = { users = 0.2, items = 0.2, by = "time" }, draws = 2 },
  arms = {
    attentive = arm(attentive { lr = 5e-3 }),
    relation = arm(relation { lr = 5e-3, query = 10, support = 30 }),
    every_step = arm(every_step { lr = 5e-3 }),
    newton = arm(newton { lr = 5e-3 }),
    -- BOIL (Oh et al. 2021): MAML that adapts everything except the head.
    body = arm(learn.maml { lr = 5e-3, inner_lr = 0.1, steps = 2, adapt = "layers" }),
    maml = arm(learn.maml { lr = 5e-3, inner_lr = 0.1, steps = 2 }),
  },
  baseline = "bias",
}
