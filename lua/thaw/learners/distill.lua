-- SPDX-License-Identifier: MIT
--
-- Distillation (Hinton, Vinyals and Dean 2015, "Distilling the knowledge in a neural network"). A
-- large teacher is trained first. Then the arm's own, small model learns with `student` from the
-- ratings and from the teacher's predictions,
--   loss = (1 - share) loss(student, rating) + share loss(student, teacher's prediction).
-- Both adapt to the same support. Only the student predicts. The teacher may be an aggregate.
local learner = require "thaw.learner"
local member = require "thaw.learners.member"

return learner.define {
  name = "learn.distill",
  example = [[learn.distill { student = learn.ridge { loss = "gaussian" }, teacher = learn.aggregate {}, teacher_model = thaw.mlp { hidden = { 32 } } }]],
  help = "a small model that learns from the predictions of a larger one",
  options = {
    { "student", "learner", required = true, help = "how the arm's own model adapts" },
    { "teacher", "learner", required = true, help = "how the teacher adapts" },
    { "teacher_model", "model", required = true, help = "the larger model" },
    { "teacher_epochs", "whole", default = 20, least = 1, most = 10000, help = "passes in which the teacher learns" },
    { "share", "number", default = 0.5, least = 0, most = 1, help = "of the teacher's predictions in what is learned" },
  },

  parameters = function(self, space, bound)
    local o, list = self.options, {}
    member.one_phase("learn.distill", o.student)
    self.taught_in = #self:phases()
    self.student = member.of_arm(self, list, space, bound, o.student, self.taught_in)
    self.teacher = member.further(self, list, "teacher.", space, o.teacher_model, o.teacher, 1)
    return list
  end,

  phases = function(self)
    local list = self.options.teacher:phases()
    list[1].epochs = self.options.teacher_epochs
    list[#list + 1] = { users = "training", epochs = self.options.epochs }
    return list
  end,

  adapt = function(self, _, theta, support) return self.student:adapt(theta, support) end,

  predict = function(self, _, adapted, rows) return self.student:predict(adapted, rows) end,

  -- Only the gaussian loss trains the student's variance here, because the student's own loss is
  -- not used.
  has_variance = function(self) return self.options.loss == "gaussian" and self.student:deviates() end,

  variance = function(self, _, adapted, rows) return self.student:variance(adapted, rows) end,

  outer = function(self, bound, theta, support, query, target, phase)
    if phase < self.taught_in then return self.teacher:outer(theta, support, query, target, phase) end
    local share, adapted, loss = self.options.share, self.student:adapt(theta, support), self:criterion()
    local said, sure = self.student:predict(adapted, query), self:sure(bound, adapted, query)
    local taught = self.teacher:predict(self.teacher:adapt(theta, support), query):detach()
    -- The teacher's predictions have no noise, so they must not train the student's variance.
    local fixed = loss.takes_variance and select(2, loss:answer(said, self.begun, sure)):detach() or nil
    return self:error(said, target, sure) * (1 - share) + self:error(said, taught, fixed) * share
  end,

  exact = function(self)
    return learner.base.exact(self) and self.student.learner:exact() and self.teacher.learner:exact()
  end,

  describe = function(self)
    local o = self.options
    return ("%s taught by %s on %s"):format(o.student:describe(), o.teacher:describe(), o.teacher_model:describe())
  end,
}
