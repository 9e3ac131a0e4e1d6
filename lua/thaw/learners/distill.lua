-- SPDX-License-Identifier: MIT
--
-- Distillation (Hinton, Vinyals and Dean 2015, "Distilling the knowledge in a neural network"): the
-- arm's own, small model learns with `student` what a large model with `teacher` says,
--   loss = (1 - share) loss(student, rating) + share loss(student, what the teacher predicts),
-- while the teacher, trained beside it, learns from the ratings alone. Only the student predicts. The
-- teacher may be an aggregate.
local learner = require "thaw.learner"
local member = require "thaw.learners.member"

return learner.define {
  name = "learn.distill",
  help = "a small model that learns from the predictions of a larger one",
  options = {
    { "student", "learner", required = true, help = "how the arm's own model adapts" },
    { "teacher", "learner", required = true, help = "how the teacher adapts" },
    { "teacher_model", "model", required = true, help = "the larger model" },
    { "share", "number", default = 0.5, least = 0, most = 1, help = "of the teacher's predictions in what is learned" },
  },

  parameters = function(self, space, bound)
    local o, list = self.options, {}
    self.student = member.first(list, space, bound, o.student)
    self.teacher = member.further(list, "teacher.", space, o.teacher_model, o.teacher)
    return list
  end,

  adapt = function(self, _, theta, support) return self.student:adapt(theta, support) end,

  predict = function(self, _, adapted, rows) return self.student:predict(adapted, rows) end,

  outer = function(self, _, theta, support, query, target)
    local share = self.options.share
    local said = self.student:predict(self.student:adapt(theta, support), query)
    local taught = self.teacher:predict(self.teacher:adapt(theta, support), query):detach()
    local own = self:error(said, target)
    return member.shown(own, own * (1 - share) + self:error(said, taught) * share
                               + self.teacher:outer(theta, support, query, target))
  end,

  exact = function() return false end, -- the teacher does not bend towards the student

  describe = function(self)
    local o = self.options
    return ("%s taught by %s on %s"):format(o.student:describe(), o.teacher:describe(), o.teacher_model:describe())
  end,
}
