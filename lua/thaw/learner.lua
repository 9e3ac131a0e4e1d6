-- SPDX-License-Identifier: MIT
--
-- What every learner is. A learner says how a model is adapted to the support rows of a batch of
-- tasks (`adapt`); the defaults around it train the starting point so that the adapted model
-- predicts the query rows well.
local declare = require "thaw.declare"

local Learner = {}

-- Parameters in, adapted parameters out: differentiable, for all tasks of a shard at once.
function Learner:adapt(_, theta) return theta end

-- Predictions of rows without a target: r x 1.
function Learner:predict(model, theta, rows) return model:predict(theta, rows) end

-- The mean loss of each task by the option `loss`. Squared errors lead to the mean of what may come,
-- which is best for RMSE, absolute ones to the median, which is best for MAE; Huber's (1964) is
-- squared up to a width and absolute beyond.
function Learner:error(left)
  local o = self.options
  if o.loss == "squared" then return left:square():mean() end
  local size = left:abs()
  if o.loss == "absolute" then return size:mean() end
  local near = size:clamp(0, o.huber_width)
  return (near * (size - near * 0.5)):mean() / o.huber_width
end

-- What the outer loop makes small, per task. The only place where the query's ratings are known.
function Learner:loss(model, theta, query, target)
  return self:error(self:predict(model, theta, query) - target)
end

function Learner:outer(model, theta, support, query, target)
  return self:loss(model, self:adapt(model, theta, support), query, target)
end

-- Whether that loss has the gradient that trains it, which thaw check-gradient then demands; not so
-- for those that approximate.
function Learner:exact() return not self.options.first_order end

-- What is learned beside the model, as a list; `model.declared` is not yet complete.
function Learner:parameters() return {} end

function Learner:describe() return (self.spec.name:gsub("^learn%.", "")) end

local COMMON = {
  { "lr", "number", default = 1e-3, least = 0, most = 10, help = "rate of the outer optimiser" },
  { "loss", "choice", default = "squared", choices = { "squared", "absolute", "huber" }, help = "of a query row" },
  { "huber_width", "number", default = 0.5, least = 1e-3, most = 100, help = "where Huber's loss turns absolute" },
  { "epochs", "whole", default = 20, least = 1, most = 10000, help = "passes over the training users (or rows)" },
  { "batch", "whole", default = 32, least = 1, most = 65536, help = "tasks (or rows) in a step" },
  { "shard", "whole", default = 16, least = 1, most = 65536, help = "tasks that one thread computes at once" },
  { "query", "whole", default = 0, least = 0, help = "query rows of a training task; 0: half of the user's" },
  { "support", "whole", default = 0, least = 0, help = "most support rows of a training task; 0: all others" },
  { "random_support", "flag", default = true, help = "the number of support rows is drawn anew for each task" },
  { "optimiser", "choice", default = "adam", choices = { "adam", "adamw", "sgd", "momentum" }, help = "of the outer loop" },
  { "schedule", "choice", default = "constant", choices = { "constant", "cosine" }, help = "of the outer rate" },
  { "warm_up", "number", default = 0, least = 0, most = 1, help = "part of the training in which the rate grows" },
  { "clip", "number", default = 0, least = 0, help = "largest norm of the outer gradient; 0: any" },
}

local function plan(self)
  local o = self.options
  return {
    by_row = self.spec.by == "row", batch = o.batch, shard = o.shard, epochs = o.epochs, query = o.query or 0,
    support_most = (o.support or 0) > 0 and o.support or -1, random_support = o.random_support or false,
  }
end

local function optimiser(self)
  local o = self.options
  return { kind = o.optimiser, rate = o.lr, clip = o.clip, schedule = o.schedule, warm_up = o.warm_up }
end

-- What the outer loop takes from `own` instead, by name, comes first.
local function with_common(own, by)
  local list = {}
  for _, parameter in ipairs(own) do list[#list + 1] = parameter end
  for _, parameter in ipairs(COMMON) do
    local of_tasks = parameter[1] == "query" or parameter[1] == "support" or parameter[1] == "random_support"
    if not declare.find(own, parameter[1]) and not (by == "row" and of_tasks) then list[#list + 1] = parameter end
  end
  return list
end

local learner = { base = Learner }

-- Makes a constructor. `spec`: name, help, parameters (what a script can choose), by ("task", the
-- default, or "row"), and any of the methods above.
function learner.define(spec)
  local methods = setmetatable({ plan = plan, optimiser = optimiser }, { __index = Learner })
  for name, value in pairs(spec) do
    if type(value) == "function" and name ~= "check" then methods[name] = value end
  end
  return declare.constructor {
    name = spec.name, kind = "learner", help = spec.help or "", by = spec.by or "task",
    parameters = with_common(spec.options or {}, spec.by), check = spec.check, methods = methods,
  }
end

return learner
