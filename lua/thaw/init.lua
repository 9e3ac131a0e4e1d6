-- SPDX-License-Identifier: MIT
--
-- What `require "thaw"` gives a script.
local declare = require "thaw.declare"

-- Reading a name that does not exist raises an error.
local function strict(name, contents)
  local known = {}
  for key in pairs(contents) do known[#known + 1] = key end
  return setmetatable(contents, { __index = function(_, key)
    host.raise(("%s has no '%s', %s"):format(name, tostring(key), declare.suggest(key, known)))
  end })
end

return strict("thaw", {
  experiment = require("thaw.experiment").make,
  reader = require("thaw.reader").make,
  map = strict("map", require "thaw.map"),
  metric = require("thaw.metric").make,
  tasks = strict("tasks", require "thaw.tasks"),
  plain = strict("plain", require "thaw.plain"),
  range = strict("range", require "thaw.range"),
  ad = strict("thaw.ad", require "thaw.ad"),

  -- thaw.model.define makes your own models; thaw.learner.define makes your own learners.
  model = strict("thaw.model", require "thaw.model"),
  learner = strict("thaw.learner", require "thaw.learner"),

  linear = require "thaw.models.linear",
  factorisation = require "thaw.models.factorisation",
  factorisation_machine = require "thaw.models.factorisation_machine",
  mlp = require "thaw.models.mlp",
  melu = require "thaw.models.melu",
  two_tower = require "thaw.models.two_tower",

  learn = strict("learn", {
    joint = require "thaw.learners.joint",
    transfer = require "thaw.learners.transfer",
    maml = require "thaw.learners.maml",
    anil = require "thaw.learners.anil",
    melu = require "thaw.learners.melu",
    meta_sgd = require "thaw.learners.meta_sgd",
    reptile = require "thaw.learners.reptile",
    imaml = require "thaw.learners.imaml",
    cavia = require "thaw.learners.cavia",
    ridge = require "thaw.learners.ridge",
    alpaca = require "thaw.learners.alpaca",
    gp = require "thaw.learners.gp",
    neural_process = require "thaw.learners.neural_process",
    aggregate = require "thaw.learners.aggregate",
    distill = require "thaw.learners.distill",
  }),
})
