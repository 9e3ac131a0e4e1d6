-- SPDX-License-Identifier: MIT
--
-- The strength of the prior of a closed-form head is learned on training users, to whose rows the
-- features are fitted. New users may need a stronger or weaker prior, and a different one for one
-- rating than for twenty. So a second phase multiplies the strength by exp(sum over k <= n of t_k),
-- with one t_k for each of n = 1, 3, 5, 10, 20 support rows. It fits the t_k by the learner's own
-- loss on validation users, with everything else fixed. Each t_k has a normal prior around 0
-- (classes.lua).
local classes = require "thaw.learners.classes"
local model = require "thaw.model"

local strength = {}

strength.OPTIONS = {
  { "tune", "choice", default = "validation", choices = { "validation", "none" },
    help = "whether the strength of the prior is corrected by number of ratings, on validation users" },
  { "tune_rate", "number", default = 0.05, least = 0, most = 10, help = "rate of that correction" },
  { "tune_steps", "whole", default = 100, least = 1, most = 100000, help = "least steps of that correction" },
  { "tune_prior", "number", default = 0.3, least = 0, most = 1e6,
    help = "how many validation tasks the prior of that correction outweighs" },
}

-- A learner's own options, followed by those of the correction.
function strength.with(options)
  local all = table.move(options, 1, #options, 1, {})
  return table.move(strength.OPTIONS, 1, #strength.OPTIONS, #all + 1, all)
end

-- Adds the parameters of the correction to `list`.
function strength.add(learner, list)
  if not learner:tunes() then return end
  list[#list + 1] = model.dense("tune.strength", classes.SHOTS, 1, {
    start = "zero", group = "tune", decay = 0, phase = classes.PHASE, pace = learner.options.tune_rate })
end

-- log lambda, d x 1, corrected for each task.
function strength.corrected(theta, support, log_lambda)
  local tuned = rawget(theta, "tune.strength")
  return tuned and log_lambda + classes.shots(support:counts()):mm(tuned) or log_lambda
end

return strength
