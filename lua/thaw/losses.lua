-- SPDX-License-Identifier: MIT
--
-- The losses that a learner can use by name. What a model predicts for a row is its *output*. It is
-- on the scale of the ratings for every loss, so every model, residual and closed form works with
-- every loss. A loss has these methods:
--   each(output, target)  the loss of each row, r x 1; or `mean`, the loss of each task;
--   answer(output)        the predicted rating, and its variance if the loss knows it;
--   parameters()          the loss's own parameters, beside those of model and learner.
-- If the answer is not the output, the two nearly agree at first. So an untrained model predicts
-- its offset: the item mean, if it predicts the residual.
local model = require "thaw.model"

local LOG_TAU = math.log(2 * math.pi)

local Loss = {}

-- The loss's own parameters, a list of tables.
function Loss:parameters() return {} end

-- The mean of each task over its rows.
function Loss:mean(...) return self:each(...):mean() end

-- The sum of each task over its rows. `counts`: the rows of each task.
function Loss:total(counts, ...)
  if not self.each then return self:mean(...) * counts end
  return self:each(...):sum()
end

-- The predicted rating of each row, r x 1, and its variance or nil. `variance`: of the outputs.
function Loss:answer(output, _, variance) return output, variance end

-- The loss divided by this is approximately - log of a density. 1 if the loss is one.
function Loss.unit() return 1 end

-- Whether `answer` returns a variance.
function Loss:knows_variance() return self.has_variance end

local function define(methods) return setmetatable(methods, { __index = Loss }) end

-- -- of the rating itself -----------------------------------------------------------------------

-- Minimised by the mean of the possible ratings, which is best for RMSE.
local squared = define {
  each = function(_, output, target) return (output - target):square() end,
  unit = function(self) return 2 * self.space.deviation ^ 2 end,
}

-- Minimised by the median, which is best for MAE.
local absolute = define {
  each = function(_, output, target) return (output - target):abs() end,
  unit = function(self) return self.space.deviation end,
}

-- Squared up to a width and absolute above it (Huber 1964, "Robust estimation of a location
-- parameter"), divided by the width.
local huber = define {
  each = function(self, output, target)
    local size, width = (output - target):abs(), self.options.huber_width
    local near = size:clamp(0, width)
    return near * (size - near * 0.5) * (1 / width)
  end,
  unit = function(self) return self.space.deviation end,
}

-- - log N(target; output, variance). The variance is the learner's own if it has one, else one
-- learned number. In an inner loop of a learner with a variance it is 1, because none is known yet.
local gaussian = define {
  takes_variance = true,

  parameters = function(self)
    if self.has_variance then return {} end
    local width = self.space.largest - self.space.smallest
    return { { name = "loss.log_noise", rows = 1, columns = 1, start = "constant",
               scale = 2 * math.log(width > 0 and width / 4 or 1) } }
  end,
  each = function(_, output, target, theta, variance)
    local squares, noise = (output - target):square(), rawget(theta, "loss.log_noise")
    if variance then return (squares / variance + variance:log() + LOG_TAU) * 0.5 end
    if noise then return (squares * (-noise):exp() + noise + LOG_TAU) * 0.5 end
    return squares * 0.5
  end,
  answer = function(_, output, theta, variance)
    local noise = rawget(theta, "loss.log_noise")
    return output, variance or noise and output * 0 + noise:exp()
  end,
  knows_variance = function() return true end,
}

-- -- between the smallest and the largest rating -------------------------------------------------

-- Cross-entropy with soft targets. For ratings from a to b with the middle m,
--   z = 4 (output - m) / (b - a),   loss = softplus(z) - z (target - a) / (b - a),
-- and the prediction is a + (b - a) sigmoid(z). For ratings of 0 and 1 this is the usual logistic
-- loss. The factor 4 gives the prediction the slope 1 in the middle.
local logistic = define {
  prepare = function(self)
    local a, b = self.space.smallest, self.space.largest
    if not (a < b) then
      error(("loss 'logistic' needs different ratings, but all that are learned from are %g"):format(a), 0)
    end
    self.from, self.width, self.middle = a, b - a, (a + b) / 2
  end,
  logit = function(self, output) return (output - self.middle) * (4 / self.width) end,
  each = function(self, output, target)
    local z = self:logit(output)
    return z:softplus() - z * ((target - self.from) * (1 / self.width))
  end,
  answer = function(self, output)
    local share = self:logit(output):sigmoid()
    local prediction = share * self.width + self.from
    if not self:knows_variance() then return prediction end
    return prediction, share * (1 - share) * (self.width ^ 2)
  end,
  -- The variance of a coin, if there are only two different ratings.
  knows_variance = function(self)
    local levels = self.space.levels
    return levels ~= nil and #levels == 2
  end,
}

-- -- levels in an order --------------------------------------------------------------------------

-- The cumulative logit model (McCullagh 1980, "Regression models for ordinal data", section 2) of
-- levels l_1 < ... < l_K,
--   P(rating <= l_k) = sigmoid(z_k),   z_k = (t_k - output) / s.
-- The thresholds t_1 < ... < t_K-1 and the scale s are learned. t_1 is a parameter itself; the gaps
-- between thresholds are parameters by their logarithms, which keeps the thresholds in order. The
-- loss is - log P(target). A target between two levels (a teacher's prediction) counts for both, by
-- its distance from them.
local ordinal = define {
  prepare = function(self)
    local levels = self.space.levels
    if not levels or #levels < 2 then
      error(("loss 'ordinal' needs 2 to 32 different ratings to learn from, but there are %s"):format(
        levels and #levels or "more"), 0)
    end
    self.levels, self.gaps, self.middles, self.steps = levels, {}, {}, {}
    for k = 1, #levels - 1 do
      self.gaps[k], self.middles[k] = levels[k + 1] - levels[k], (levels[k] + levels[k + 1]) / 2
      if k > 1 then self.steps[k - 1] = self.middles[k] - self.middles[k - 1] end
    end
  end,

  parameters = function(self)
    local width = self.levels[#self.levels] - self.levels[1]
    local list = {
      { name = "loss.shift", rows = 1, columns = 1, start = "zero" },
      { name = "loss.log_scale", rows = 1, columns = 1, start = "constant",
        scale = math.log(width / (#self.levels == 2 and 4 or 8)) },
    }
    if #self.steps > 0 then list[3] = { name = "loss.gaps", rows = 1, columns = #self.steps, start = "zero" } end
    return list
  end,

  -- A list of n numbers as a row, 1 x n.
  row = function(_, theta, numbers) return theta["loss.shift"]:concat(table.unpack(numbers)):slice(2, #numbers) end,

  -- The gaps between thresholds. Only for three levels or more.
  widths = function(self, theta) return theta["loss.gaps"]:exp() * self:row(theta, self.steps) end,

  -- 1 x (K - 1)
  thresholds = function(self, theta)
    local first = theta["loss.shift"] + self.middles[1]
    if #self.steps == 0 then return first end
    local parts = first:concat(self:widths(theta))
    local ones = parts * 0 + 1
    return parts:mm(ones:t_mm(ones):lower():transpose()) -- prefix sums of the parts
  end,

  -- r x (K - 1)
  logits = function(self, output, theta)
    return (self:thresholds(theta) - output) * (-theta["loss.log_scale"]):exp()
  end,

  -- Because sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - e^(b - a)), no precision is lost
  -- near 0 or 1. `reached`: for each level except the first, whether the target is at least that
  -- level.
  each = function(self, output, target, theta)
    local z, n = self:logits(output, theta), #self.middles
    local lower = self:row(theta, { table.unpack(self.levels, 1, n) })
    local reached = ((target - lower) / self:row(theta, self.gaps)):clamp(0, 1)
    local none = reached:slice(1) * 0
    local at = (n > 1 and (none + 1):concat(reached:slice(1, n - 1)) or none + 1) - reached
    local past = reached - (n > 1 and reached:slice(2, n - 1):concat(0) or none)
    local loss = (at * (-z):softplus() + past * z:softplus()):sum("row")
    if n == 1 then return loss end
    local between = (1 - (-(self:widths(theta) * (-theta["loss.log_scale"]):exp())):exp()):maximum(1e-12)
    return loss - (at:slice(2, n - 1) * between:log()):sum("row")
  end,

  -- The option `answer`. "mean" is best for RMSE: l_1 + sum of gaps times P(rating > l_k). "median"
  -- has the least expected absolute error: the level with half of the probability on either side.
  -- "middle" is the median after spreading the probability of each level evenly around it.
  answer = function(self, output, theta)
    local z, first = self:logits(output, theta), self.levels[1]
    local gaps, above = self:row(theta, self.gaps), (-z):sigmoid()
    local mean = (above * gaps):sum("row") + first
    local sums = {} -- relative to l_1: E x^2 = l_1^2 + sum of (l_k+1^2 - l_k^2) P(rating > l_k)
    for k, gap in ipairs(self.gaps) do sums[k] = gap * (self.levels[k] + self.levels[k + 1] - 2 * first) end
    local variance = (above * self:row(theta, sums)):sum("row") - (mean - first):square()
    local way = self.options.answer
    if way == "mean" then return mean, variance end
    local median = way == "median" and (above:greater(0.5) * gaps):sum("row") + first or self:spread_median(theta, above)
    return median, variance + (mean - median):square() -- variance around the answer
  end,

  spread_median = function(self, theta, above)
    local n, gaps, edges = #self.gaps, self.gaps, {}
    edges[1] = gaps[1] -- the outer levels are as wide on the outside as on the inside
    for k = 2, n do edges[k] = self.steps[k - 1] end
    edges[n + 1] = gaps[n]
    local one = above:slice(1) * 0 + 1
    local from, to = one:concat(above), above:concat(0)
    local part = ((from - 0.5) / (from - to + 1e-12)):clamp(0, 1)
    return (part * self:row(theta, edges)):sum("row") + (self.levels[1] - gaps[1] / 2)
  end,

  knows_variance = function() return true end,
}

-- -- the order alone -----------------------------------------------------------------------------

-- A loss of the order of a task's rows, `order(output, target)`, one number for each task. A task
-- with no row or one row has the loss 0. Like the logistic loss it sees outputs z = 4 output / (b -
-- a) for ratings from a to b, so outputs that rank well lie about where ratings do, also if these
-- are 0 and 1. The prediction is a linear calibration of the output to the training ratings. Its
-- shift and slope are trained beside the loss, by squared errors, and influence nothing else.
local function of_order(methods)
  methods.by_task, methods.steered = true, true

  function methods.parameters()
    return { { name = "loss.shift", rows = 1, columns = 1, start = "zero" },
             { name = "loss.slope", rows = 1, columns = 1, start = "constant", scale = 1 } }
  end

  function methods:prepare()
    local width = self.space.largest - self.space.smallest
    self.factor = 4 / (width > 0 and width or 4)
  end

  function methods:answer(output, theta)
    local mean = self.space.mean
    return (output - mean) * theta["loss.slope"] + theta["loss.shift"] + mean
  end

  function methods:mean(output, target, theta)
    local beside = (self:answer(output:detach(), theta) - target):square():mean()
    return self:order(output, target) + (beside - beside:detach())
  end

  function methods.knows_variance() return false end

  return define(methods)
end

-- Bayesian personalised ranking (Rendle, Freudenthaler, Gantner and Schmidt-Thieme 2009, section
-- 4). Of two rows of a task with different ratings, the better one should have the higher output:
--   mean of - log sigmoid(z_i - z_j) over pairs with target_i > target_j.
-- Pairs of equal ratings do not count, and a task without different ratings has the loss 0. Each
-- row is compared with at most `pairs` others, the first ones of the task. Query rows of a training
-- task are in random order.
local bpr = of_order {
  order = function(self, output, target)
    local there = (output:detach() * 0 + 1):pad_rows():transpose() -- 0 for padding
    local most = math.min(self.options.pairs, there:columns())
    local function row(x) return x:pad_rows():transpose():slice(1, most) end
    local theirs, known = row(target), there:slice(1, most)
    local sign = (target:greater(theirs) - theirs:greater(target)) * known
    local worth = sign:square()
    local wrong = (-(sign * (output - row(output)) * self.factor)):softplus()
    return (wrong * worth):sum() / worth:sum():maximum(1)
  end,
}

-- ListNet with top-one probabilities (Cao, Qin, Liu, Tsai and Li 2007, "Learning to rank: from
-- pairwise approach to listwise approach", section 4). The rows of a task compete to be the first
-- of its list. The loss is the cross entropy of the chances that ratings give and those that
-- outputs give:
--   - sum of w_i log softmax(z)_i,   w = softmax(4 target / (b - a) / temperature).
-- With the temperature 1 it is least where outputs differ as ratings do. With the temperature 0 the
-- best rows of a task share the weight: beside sampled negatives that is the sampled softmax. A
-- task whose ratings are equal has equal weights, so its outputs are drawn together.
local SHARPEST = 1e9 -- equal ratings stay equal, and e to the power of -1e9 / 2^24 is nothing

local list = of_order {
  order = function(self, output, target)
    local sharp = math.min(1 / self.options.temperature, SHARPEST) * self.factor
    local wanted = ((target - self.space.smallest) * sharp):softmax("column")
    local z = output * self.factor
    local fixed = z:detach()
    -- The mean of z by its own softmax is at most log(rows) below the largest. So the sum of e^away
    -- is from 1 to the number of rows.
    local away = z - (fixed:softmax("column") * fixed):sum()
    local no_rows = 1 - (fixed * 0 + 1):sum():clamp(0, 1)
    return (away:exp():sum() + no_rows):log() - (wanted * away):sum()
  end,
}

-- ------------------------------------------------------------------------------------------------

-- A loss that a learner defines and computes itself.
local unknown = define {
  each = function() error("this learner's option 'loss' is none that the library knows: it has to write its own error", 0) end,
}

local LOSSES = { squared = squared, absolute = absolute, huber = huber, logistic = logistic, ordinal = ordinal,
                 bpr = bpr, list = list, gaussian = gaussian, likelihood = gaussian }

local NAMES = { "squared", "absolute", "huber", "logistic", "ordinal", "bpr", "list", "gaussian" }

local losses = {
  NAMES = NAMES,

  OPTIONS = {
    { "loss", "choice", default = "squared", choices = NAMES, help = "of a query row" },
    { "huber_width", "number", default = 0.5, least = 1e-3, most = 100, help = "where Huber's loss turns absolute" },
    { "answer", "choice", default = "mean", choices = { "mean", "median", "middle" },
      help = "of the distribution that the ordinal loss predicts" },
    { "pairs", "whole", default = 64, least = 1, most = 4096, help = "others that BPR compares a row with" },
    { "temperature", "number", default = 1, least = 0, most = 1000,
      help = "of the list loss: divides ratings before the softmax that says which row is wanted first; 0: the best rows alone" },
    { "loss_rate", "number", default = 3, least = 0, most = 1000,
      help = "factor on the rate for what the loss learns: thresholds, noise" },
  },
}

-- Whether the loss compares rows of one task. Training by row would have no pairs.
function losses.by_task(name) return LOSSES[name] ~= nil and LOSSES[name].by_task == true end

-- Makes the loss with this name for a feature space. `has_variance`: the learner predicts
-- variances.
function losses.new(name, options, space, has_variance)
  local made = setmetatable({ options = options, space = space, has_variance = has_variance },
                            { __index = LOSSES[name] or unknown })
  if made.prepare then made:prepare() end
  return made
end

-- The loss's own parameters, in the form of a model's parameters.
function losses.parameters(loss)
  local list = loss:parameters()
  for i, parameter in ipairs(list) do
    list[i] = model.dense(parameter.name, parameter.rows, parameter.columns,
                          { start = parameter.start, scale = parameter.scale or 0, group = "loss",
                            rate = loss.options.loss_rate })
  end
  return list
end

return losses
