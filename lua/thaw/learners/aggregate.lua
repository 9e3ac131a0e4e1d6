-- SPDX-License-Identifier: MIT
--
-- Combines several learners and plain arms into one answer, a convex stack (Breiman 1996, "Stacked
-- regressions"; Wolpert 1992):
--   prediction = sum_m w_m prediction_m,   w = softmax(start + facts S).
-- The weights depend on facts of the query row and on pairs of these facts (classes.lua): the
-- number of support rows, whether the item has training rows, whether the user has.
--
-- First the learners are trained by the sum of their losses (curves show the mean). Then S is
-- trained by the loss of the aggregate on the validation users, whom no member has learned from. At
-- first the plain arms together have half of the weight. A normal prior holds S near this, so a few
-- validation users change it little. A weight below CUT, or below half of the smallest initial
-- weight if that is less, becomes 0, so that a bad member has no influence. With `weights` =
-- "average" all weights are equal.
--
-- A member may predict half a star too low for all cold items and still rank them best. A
-- comparison of arms corrects such a level for each arm alike (docs/COMPARISON.md). Weights that
-- corrected it by mixing in members that predict too high would lose accuracy for a correction that
-- is free. So the loss that fits S adds a level by kind of row to the weighted sum, held near 0. No
-- prediction has this level.
--
-- The variance of the answer is that of the mixture of the members' distributions with these
-- weights,
--   sum_m w_m (variance_m + (prediction_m - prediction)^2).
-- A member that predicts no variance gets one from the same facts, exp(start + facts N), fitted to
-- the density of the validation ratings.
local classes = require "thaw.learners.classes"
local learner = require "thaw.learner"
local losses = require "thaw.losses"
local member = require "thaw.learners.member"
local model = require "thaw.model"
local plain = require "thaw.plain"
local ridge = require "thaw.learners.ridge"

local MEMBERS, FIT = 1, classes.PHASE -- phases
local CUT = 0.05
local LEVEL_FIRMNESS = 10 -- the prior of the level is this many times as strong as that of S
local LOG_TAU = math.log(2 * math.pi)

-- The members if the script names none: a head with a likelihood, which can be best if users have
-- ratings, and the plain arms that can be best in some setting. `gaussian_item`: known users and
-- correlated ratings. `content_mean`: cold items with features; `user_mean`: without features.
-- `hierarchical_mean` and `bias`: few ratings in all. `popularity_bias`: popular items are the good
-- ones.
local USUAL = { ridge { loss = "gaussian" }, plain.gaussian_item(), plain.content_mean(), plain.hierarchical_mean(),
                plain.popularity_bias(), plain.bias(), plain.user_mean() }

local function side_by_side(parts) return #parts > 1 and parts[1]:concat(table.unpack(parts, 2)) or parts[1] end

local function constants(rows, numbers)
  return #numbers > 1 and rows:constant(numbers[1]):concat(table.unpack(numbers, 2)) or rows:constant(numbers[1])
end

-- The initial weights.
local function start_of(members)
  local plains, start = 0, {}
  for _, one in ipairs(members) do plains = plains + (one.is_plain and 1 or 0) end
  for i, one in ipairs(members) do
    start[i] = plains == 0 and 1 / #members or 0.5 / (one.is_plain and plains or #members - plains)
  end
  return start
end

local function logarithms(numbers)
  local list = {}
  for i, number in ipairs(numbers) do list[i] = math.log(number) end
  return list
end

local function check(options)
  for _, element in ipairs(options.members) do
    if not member.is_plain_arm(element) then return nil end
  end
  return "all members are plain arms, but at least one must be a learner", "members"
end

return learner.define {
  name = "learn.aggregate",
  example = [[learn.aggregate { members = { learn.ridge(), learn.maml { steps = 1 }, thaw.plain.bias() } }]],
  help = "the average, or a learned convex combination by kind of row, of several learners and plain arms",
  check = check,
  options = {
    { "members", "any", default = USUAL, check = member.check_list,
      help = "learners with the arm's model, { model = ..., learner = ... }, or plain arms; "
        .. "without any: a ridge head with the Gaussian loss and the plain arms that can be best somewhere" },
    { "loss", "choice", default = "gaussian", choices = losses.NAMES, help = "of a query row, by which the weights are fitted" },
    { "schedule", "choice", default = "cosine", choices = { "constant", "step", "cosine" },
      help = "of the outer rate; with a constant one, the last few users decide the weights" },
    { "weights", "choice", default = "stack", choices = { "stack", "average" }, help = "learned, or all the same" },
    { "weight_rate", "number", default = 0.05, least = 0, most = 10, help = "rate for the weights" },
    { "weight_epochs", "whole", default = 3, least = 1, most = 10000, help = "least passes over the validation users" },
    { "weight_steps", "whole", default = 300, least = 1, most = 100000, help = "least steps over them" },
    { "weight_prior", "number", default = 0.3, least = 0, most = 1e6,
      help = "how many validation tasks the prior of the weights outweighs" },
  },

  parameters = function(self, space, bound)
    local o, list, own = self.options, {}, nil
    self.members, self.unsure = {}, {}
    for i, element in ipairs(o.members) do
      local one, its_model = member.parts(element)
      if member.is_plain_arm(element) then
        self.members[i] = member.plain(element)
      else
        member.one_phase("learn.aggregate", one)
        if not its_model and not own then
          own = i
          self.members[i] = member.of_arm(self, list, space, bound, one, MEMBERS)
        else
          self.members[i] = member.further(self, list, ("member%d."):format(i), space, its_model or bound, one, MEMBERS)
        end
      end
      if not self.members[i]:deviates() then self.unsure[#self.unsure + 1] = i end
    end
    for _, parameter in ipairs(own and {} or bound.declared) do parameter.rate = 0 end
    if self:fits() then self:add_fitted(list) end
    return list
  end,

  -- Members are corrected in the phase that fits the weights.
  tunes_members = function() return true end,

  -- Whether there are weights to fit.
  fits = function(self) return self.options.weights == "stack" and #self.options.members > 1 end,

  add_fitted = function(self, list)
    local function add(name, rows, columns)
      list[#list + 1] = model.dense(name, rows, columns, {
        start = "zero", group = "stack", decay = 0, phase = FIT, pace = self.options.weight_rate })
    end
    add("stack", classes.PAIRED, #self.members)
    add("stack.level", classes.KINDS, 1)
    if #self.unsure > 0 then add("stack.noise", classes.KINDS, #self.unsure) end
  end,

  phases = function(self)
    local o, tuned = self.options, false
    local list = { { users = "training", epochs = o.epochs } }
    for _, one in ipairs(self.members or {}) do tuned = tuned or one:tunes() end
    if self:fits() or tuned then
      local users = self.space and self.space.validation_tasks or 0
      list[FIT] = { users = "validation", epochs = classes.epochs(o, o.weight_epochs, users, o.weight_steps) }
    end
    return list
  end,

  adapt = function(self, _, theta, support)
    local adapted = {}
    for i, one in ipairs(self.members) do adapted[i] = one:adapt(theta, support) end
    return { members = adapted, support = support, stack = rawget(theta, "stack"), level = rawget(theta, "stack.level"),
             noise = rawget(theta, "stack.noise"), known = {} }
  end,

  -- Results for these rows that one call needs more than once.
  of_rows = function(_, adapted, rows)
    adapted.known[rows] = adapted.known[rows] or {}
    return adapted.known[rows]
  end,

  kinds = function(self, adapted, rows)
    local known = self:of_rows(adapted, rows)
    known.kinds = known.kinds or classes.kinds(adapted.support, rows)
    return known.kinds
  end,

  -- The predictions of all members, side by side: r x m.
  all = function(self, adapted, rows)
    local known = self:of_rows(adapted, rows)
    if not known.all then
      local parts = {}
      for i, one in ipairs(self.members) do parts[i] = one:predict(adapted.members[i], rows) end
      known.all = side_by_side(parts)
    end
    return known.all
  end,

  -- The variances of the members that predict none.
  noise = function(self, adapted, rows)
    local deviation = math.max(self.space.deviation, 1e-3)
    return (self:kinds(adapted, rows):mm(adapted.noise) + 2 * math.log(deviation)):exp()
  end,

  all_variances = function(self, adapted, rows)
    local parts, noise = {}, #self.unsure > 0 and self:noise(adapted, rows)
    for i, one in ipairs(self.members) do parts[i] = one:deviates() and one:variance(adapted.members[i], rows) end
    for column, i in ipairs(self.unsure) do parts[i] = noise:slice(column) end
    return side_by_side(parts)
  end,

  -- The weights of all members, r x m.
  weights = function(self, adapted, rows)
    if not self:fits() then
      local same = {}
      for i = 1, #self.members do same[i] = 1 / #self.members end
      return constants(rows, same)
    end
    local facts = classes.paired(adapted.support, rows)
    return (facts:mm(adapted.stack) + constants(rows, logarithms(start_of(self.members)))):softmax()
  end,

  -- The weights with the small ones set to 0 and the rest scaled to sum to 1.
  voices = function(self, adapted, rows)
    local known = self:of_rows(adapted, rows)
    if not known.voices then
      local weights = self:weights(adapted, rows)
      local least = math.min(table.unpack(start_of(self.members)))
      weights = weights * weights:greater(math.min(CUT, least / 2))
      known.voices = weights / weights:sum("row")
    end
    return known.voices
  end,

  predict = function(self, _, adapted, rows)
    return (self:all(adapted, rows) * self:voices(adapted, rows)):sum("row")
  end,

  has_variance = function(self) return #self.unsure == 0 or self:fits() end,

  variance = function(self, _, adapted, rows)
    return self.mixed(self:all(adapted, rows), self:all_variances(adapted, rows), self:voices(adapted, rows))
  end,

  mixed = function(all, variances, weights)
    local apart = all - (all * weights):sum("row")
    return ((variances + apart:square()) * weights):sum("row")
  end,

  -- If no phase trains with the aggregate's own loss, that loss has learned nothing.
  deviates = function(self)
    if not self:fits() then return self:has_variance() and self.options.loss ~= "ordinal" end
    return learner.base.deviates(self)
  end,

  -- - log density of the validation ratings around each member that predicts no variance.
  noise_loss = function(self, adapted, rows, target)
    local all, parts, noise = self:all(adapted, rows), {}, self:noise(adapted, rows)
    for column, i in ipairs(self.unsure) do parts[column] = all:slice(i) end
    local squares = (side_by_side(parts) - target):square()
    return ((squares / noise + noise:log() + LOG_TAU) * 0.5):sum("row"):mean()
      + classes.restraint(adapted.noise, self.space.validation_tasks, self.options.weight_prior, 1)
  end,

  -- The loss of the phase that fits the weights. Members keep their parameters in it, except for a
  -- corrected strength.
  weight_loss = function(self, adapted, query, target)
    local all, weights = self:all(adapted, query), self:weights(adapted, query)
    local sure = self:criterion().takes_variance and self.mixed(all, self:all_variances(adapted, query), weights)
    local level, prior = self:kinds(adapted, query):mm(adapted.level), self.options.weight_prior
    local shown = self:error((all * weights):sum("row") + level, target, sure or nil)
    local loss = shown + self:restraint(adapted.stack, prior) + self:restraint(adapted.level, prior * LEVEL_FIRMNESS)
    return #self.unsure > 0 and loss + self:noise_loss(adapted, query, target) or loss, shown
  end,

  fit = function(self, bound, theta, support, query, target)
    local adapted, loss, shown = self:adapt(bound, theta, support), nil, nil
    if self:fits() then loss, shown = self:weight_loss(adapted, query, target) end
    for i, one in ipairs(self.members) do
      if one:tunes() then
        local tuning, its_loss = one:tuning(adapted.members[i], query, target)
        loss, shown = loss and loss + tuning or tuning, shown or its_loss
      end
    end
    return loss, shown
  end,

  outer = function(self, bound, theta, support, query, target, phase)
    if phase == FIT then return self:fit(bound, theta, support, query, target) end
    local total, count = nil, 0
    for _, one in ipairs(self.members) do
      if not one.is_plain then
        local loss = one:outer(theta, support, query, target, phase)
        total, count = total and total + loss or loss, count + 1
      end
    end
    return total, total / count
  end,

  exact = function(self)
    for _, one in ipairs(self.members) do
      if not one:exact() then return false end
    end
    return learner.base.exact(self)
  end,

  describe = function(self)
    local names = {}
    for i, element in ipairs(self.options.members) do names[i] = member.describe(element) end
    return ("%s of %s"):format(self.options.weights, table.concat(names, " + "))
  end,
}
