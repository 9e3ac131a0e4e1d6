-- SPDX-License-Identifier: MIT
--
-- The base of every learner. A learner defines how a model adapts to the support rows of a batch of
-- tasks (`adapt`). The default methods train the initial parameters so that the adapted model
-- predicts the query rows well.
local classes = require "thaw.learners.classes"
local declare = require "thaw.declare"
local losses = require "thaw.losses"
local parameters = require "thaw.theta"
local range = require "thaw.range"

local Learner = {}
local learner = { base = Learner }

-- Returns parameters adapted to the support rows (third argument). Differentiable, for all tasks of
-- a shard at once.
function Learner:adapt(_, theta) return theta end

-- The model's output for rows without a target, r x 1, on the scale of the ratings. With most
-- losses the output is the prediction; some losses compute the prediction from it (losses.lua).
function Learner:predict(model, theta, rows) return model:predict(theta, rows) end

-- Whether the learner predicts variances. It then defines `variance(model, theta, rows)`: with
-- adapted parameters, the variance of each rating including its noise, r x 1.
function Learner:has_variance() return self.variance ~= nil end

-- The loss with this name, or that of the option `loss` (losses.lua).
function Learner:criterion(name)
  name = name or self.options.loss
  self.criteria = rawget(self, "criteria") or {}
  local known = self.criteria[name]
  if not known then
    known = losses.new(name, self.options, self.space, self:has_variance())
    self.criteria[name] = known
  end
  return known
end

-- Called before anything else with the initial parameters of a step. The loss reads its own
-- parameters from them, so no adaptation changes these.
function Learner:begin(theta) self.begun = theta end

-- The mean loss of each task. `variance` is that of the outputs; only a loss that takes one
-- (gaussian) uses it. Raises if there is no target.
function Learner:error(output, target, variance)
  if target == nil then
    host.raise("self:error(output, target): the target is missing")
  end
  return self:criterion():mean(output, target, self.begun, variance)
end

-- The place of the user's function with this name, in the learner or in its model.
local function culprit(self, model, name)
  return host.where(self[name] ~= Learner[name] and self[name] or model[name])
end

-- The result of the method `name`. Raises at the user's line if it is not one number for each row.
local function numbers_of(self, name, model, theta, rows)
  local numbers = host.call(self[name], self, model, theta, rows)
  if host.kind(numbers) ~= "value" or not host.fits(numbers, rows) then
    error(("%s%s returned %s, but must return one number for each of the %d rows"):format(
      culprit(self, model, name), name, declare.show(numbers), #rows), 0)
  end
  return numbers
end

local function output_of(self, model, theta, rows) return numbers_of(self, "predict", model, theta, rows) end

-- Rounding may make a variance a little negative.
local function variance_of(self, model, theta, rows)
  local variance = numbers_of(self, "variance", model, theta, rows)
  local least = host.least(variance)
  if least < -1e-3 and least > -math.huge then -- infinity is found where it is computed
    error(("%svariance returned %g for a row, but must return at least 0"):format(
      culprit(self, model, "variance"), least), 0)
  end
  return variance
end

-- The variance to pass to `error`; nil if the loss does not take one.
function Learner:sure(model, theta, rows)
  if self:criterion().takes_variance and self:has_variance() then return variance_of(self, model, theta, rows) end
end

-- The result of `adapt`: adapted parameters. A learner with its own `predict` may return anything
-- but nil. Raises at the user's line otherwise.
function learner.adapted(self, model, theta, support)
  local adapted = host.call(self.adapt, self, model, theta, support)
  if adapted == nil or self.predict == Learner.predict and not parameters.is(adapted) then
    error(("%sadapt returned %s, but must return adapted parameters, such as theta:with { ... }"):format(
      host.where(self.adapt), declare.show(adapted)), 0)
  end
  return adapted
end

-- Returns the outer loss, and the loss to show or nil. Raises at the user's line if it is not one
-- number for each task.
function learner.outer_loss(self, model, theta, support, query, target, phase)
  local loss, shown = host.call(self.outer, self, model, theta, support, query, target, phase)
  if host.kind(loss) ~= "value" or not host.fits(loss) then
    local name = self.outer == Learner.outer and "loss" or "outer"
    error(("%s%s returned %s, but must return one number for each task"):format(
      host.where(self[name]), name, declare.show(loss)), 0)
  end
  return loss, shown
end

-- The loss that the outer loop minimises, one number for each task. Only here and in `outer` are
-- the query's ratings known.
function Learner:loss(model, theta, query, target)
  return self:error(output_of(self, model, theta, query), target, self:sure(model, theta, query))
end

-- The outer loss of a training step. `phase` is the number of the training phase, from 1. An
-- optional second result is the loss that curves show, also one number for each task.
function Learner:outer(model, theta, support, query, target, phase)
  local adapted = learner.adapted(self, model, theta, support)
  if phase == classes.PHASE and self:tunes() then return self:tuning(model, adapted, query, target) end
  return host.call(self.loss, self, model, adapted, query, target)
end

-- Whether a second phase corrects the strength of the prior on validation users (strength.lua). If
-- there are no validation users, it does so only if the script asks for it.
function Learner:tunes()
  if rawget(self.options, "tune") ~= "validation" or not self.space or rawget(self, "untuned") then return false end
  return self.given.tune or self.space.validation_tasks > 0
end

-- Whether learners inside this one are corrected in its second phase.
function Learner:tunes_members() return false end

-- The loss of the second phase for adapted parameters, and the loss to show.
function Learner:tuning(model, adapted, query, target)
  local loss = self:loss(model, adapted, query, target)
  return loss + self:restraint(adapted["tune.strength"], self.options.tune_prior), loss
end

-- The prior that holds numbers fitted on validation users near 0, scaled to be added to a mean
-- loss.
function Learner:restraint(numbers, weight)
  return classes.restraint(numbers, self.space.validation_tasks, weight, self:criterion():unit())
end

-- The predicted ratings, and their variances or nil. The loss computes both from the result of
-- `predict`, because its answer need not be the output.
function Learner:ratings(model, theta, rows, with_variance)
  local variance = with_variance and self:has_variance() and variance_of(self, model, theta, rows) or nil
  local ratings, of_ratings = self:criterion():answer(output_of(self, model, theta, rows), self.begun, variance)
  return ratings, with_variance and of_ratings or nil
end

-- Whether `ratings` returns meaningful variances.
function Learner:deviates() return self:criterion():knows_variance() end

-- Whether training follows the exact gradient of the loss. If so, thaw check-gradient requires it.
-- Approximate learners return false.
function Learner:exact() return not rawget(self.options, "first_order") and not self:criterion().steered end

-- The training phases in order: which users' rows ("training" or "validation"), and how many passes
-- over them. A parameter with a `phase` moves in that phase only.
function Learner:phases()
  local o, list = self.options, { { users = "training", epochs = self.options.epochs } }
  if self:tunes() then
    list[classes.PHASE] = { users = "validation",
                            epochs = classes.epochs(o, 1, self.space.validation_tasks, o.tune_steps) }
  end
  return list
end

-- A list of parameters beside the model's. `model.declared` is not complete yet.
function Learner:parameters() return {} end

-- A few words for messages and tables.
function Learner:describe() return (self.spec.name:gsub("^learn%.", "")) end

-- Returns what is wrong with a weight decay, which is a number or a table of numbers by group; or
-- nil.
local function check_decay(value)
  local good = type(value) == "number" and value >= 0 and value <= 1e30 or type(value) == "table" and not declare.kind(value)
  for group, decay in pairs(good and type(value) == "table" and value or {}) do
    good = good and type(group) == "string" and type(decay) == "number" and decay >= 0 and decay <= 1e30
  end
  return not good and "a number of at least 0, or a table of them by group: { head = 0.1, embeddings = 0.01 }" or nil
end

local OF_TASKS = {
  { "query", "whole", default = 0, least = 0, help = "query rows of a training task; 0: half of the user's" },
  { "support", "whole", default = 0, least = 0, help = "most support rows of a training task; 0: all others" },
  { "random_support", "flag", default = true, help = "the number of support rows is drawn anew for each task" },
}

local OF_ALL = {
  { "lr", "number", default = 1e-3, least = 0, most = 10, search = range.log_uniform(3e-4, 1e-2), help = "rate of the outer optimiser" },
  { "epochs", "whole", default = 20, least = 1, most = 10000, search = range.choice { 5, 10, 20, 40 }, help = "passes over the training users (or rows)" },
  { "batch", "whole", default = 32, least = 1, most = 65536, help = "tasks (or rows) in a step" },
  { "shard", "whole", default = 8, least = 1, most = 65536, help = "tasks that one thread computes at once, on average" },
  { "optimiser", "choice", default = "adam", choices = { "adam", "adamw", "sgd", "momentum" }, help = "of the outer loop" },
  { "momentum", "number", default = 0.9, least = 0, most = 0.9999, help = "of the optimiser momentum" },
  { "beta1", "number", default = 0.9, least = 0, most = 0.9999, help = "of Adam: how long gradients are remembered" },
  { "beta2", "number", default = 0.999, least = 0, most = 0.999999, help = "of Adam: how long squared gradients are remembered" },
  { "weight_decay", "any", default = 0, check = check_decay,
    help = "of all parameters, or by group; groups that are not named keep the model's own decay" },
  { "schedule", "choice", default = "constant", choices = { "constant", "step", "cosine" }, help = "of the outer rate" },
  { "warm_up", "number", default = 0, least = 0, most = 1, help = "part of the training in which the rate grows" },
  { "drop_every", "number", default = 0.33, least = 1e-3, most = 1, help = "part of the training after which step drops the rate" },
  { "drop_factor", "number", default = 0.1, least = 0, most = 1, help = "factor by which step drops the rate" },
  { "floor", "number", default = 0, least = 0, most = 1, help = "part of the rate that cosine ends with" },
  { "clip", "number", default = 0, least = 0, help = "largest norm of the outer gradient; 0: any" },
}

local OF_PHASE = { "users", "epochs" }

-- Raises at the user's line if the result of `phases` is not a list of tables with these keys.
local function phases_of(self)
  local phases, place = host.call(self.phases, self), host.where(self.phases)
  local good = type(phases) == "table"
  for number, phase in ipairs(good and phases or {}) do
    good = good and type(phase) == "table"
    for key in pairs(good and phase or {}) do
      if key ~= "users" and key ~= "epochs" then
        error(("%sphases: phase %d has an unknown key '%s', %s"):format(
          place, number, tostring(key), declare.suggest(key, OF_PHASE)), 0)
      end
    end
  end
  if good then return phases end
  error(('%sphases returned %s, but must return a list of phases: { { users = "training", epochs = 20 } }'):format(
    place, type(phases) == "table" and "a list of something else" or declare.show(phases)), 0)
end

function Learner:plan()
  local o, most = self.options, rawget(self.options, "support") or 0
  return {
    by_row = self.spec.by == "row" and not losses.by_task(o.loss), batch = o.batch, shard = o.shard,
    phases = phases_of(self), query = rawget(o, "query") or 0, support_most = most > 0 and most or -1,
    random_support = rawget(o, "random_support") or false,
  }
end

function Learner:optimiser()
  local o = self.options
  return { kind = o.optimiser, rate = o.lr, clip = o.clip, momentum = o.momentum, beta1 = o.beta1, beta2 = o.beta2,
           schedule = o.schedule, warm_up = o.warm_up, every = o.drop_every, drop = o.drop_factor, floor = o.floor }
end

-- Sets the weight decay of parameters. Parameters of the loss have none unless their group is
-- named.
function Learner:set_decay(parameters)
  local decay, known = self.options.weight_decay or 0, {}
  for _, parameter in ipairs(parameters) do
    local group = parameter.table and "embeddings" or parameter.group or "layers"
    known[group] = true
    if type(decay) == "table" then
      parameter.decay = decay[group] or parameter.decay
    elseif decay > 0 and group ~= "loss" then
      parameter.decay = parameter.decay or decay
    end
  end
  for group in pairs(type(decay) == "table" and decay or {}) do
    if not known[group] then
      local names = {}
      for name in pairs(known) do names[#names + 1] = name end
      error(("weight_decay: there is no group '%s', %s"):format(group, declare.suggest(group, names)), 0)
    end
  end
end

-- A learner's own options first; they replace common options of the same name.
local function with_common(own, by)
  local list = {}
  for _, parameter in ipairs(own) do list[#list + 1] = parameter end
  for _, common in ipairs { losses.OPTIONS, OF_ALL, by ~= "row" and OF_TASKS or {} } do
    for _, parameter in ipairs(common) do
      if not declare.find(own, parameter[1]) then list[#list + 1] = parameter end
    end
  end
  return list
end

local METHODS = { variance = true }
for name in pairs(Learner) do METHODS[name] = true end

-- Makes a constructor of a learner. `spec` has: name, help, options (a list of parameters), by
-- ("task", the default, or "row"), check, and any of the methods above. Raises if `spec` is wrong.
function learner.define(spec)
  declare.check_definition("thaw.learner.define", spec, METHODS)
  local methods = declare.methods(spec, Learner, METHODS, { "options", "space", "begun" })
  return declare.constructor {
    name = spec.name, kind = "learner", help = spec.help or "", example = spec.example, by = spec.by or "task",
    parameters = with_common(spec.options or {}, spec.by), check = spec.check, methods = methods,
  }
end

return learner
