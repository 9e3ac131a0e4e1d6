-- SPDX-License-Identifier: MIT
--
-- What `require "thaw"` gives a script.
return {
  experiment = require("thaw.experiment").make,
  map = require "thaw.map",
  tasks = require "thaw.tasks",
  plain = require "thaw.plain",
  ad = require "thaw.ad",

  -- Models of one's own are made with thaw.model.define, learners with thaw.learner.define.
  model = require "thaw.model",
  learner = require "thaw.learner",

  linear = require "thaw.models.linear",
  factorisation = require "thaw.models.factorisation",
  mlp = require "thaw.models.mlp",
  melu = require "thaw.models.melu",
  two_tower = require "thaw.models.two_tower",

  learn = {
    joint = require "thaw.learners.joint",
    maml = require "thaw.learners.maml",
    ridge = require "thaw.learners.ridge",
  },
}
