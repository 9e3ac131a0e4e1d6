-- All learners of the library on the bundled, invented ratings: which ones warm up fastest?
--
-- The models are small and nothing is tuned, so start here. `ridge`, `bayes` and `process` solve
-- for a user's weights directly. The others take gradient steps, or read a user's ratings with an
-- encoder. `taught` and `alone` are the same small network, with and without a teacher.
local thaw = require "thaw"
local map, learn, plain = thaw.map, thaw.learn, thaw.plain

local towers = thaw.two_tower { embed = 16, hidden = { 32 }, features = 8, residual = true }
local network = thaw.mlp { embed = 16, hidden = { 32 }, residual = true }
local small = thaw.mlp { embed = 4, hidden = { 8 }, residual = true }
local machine = thaw.factorisation_machine { factors = 8, residual = true }

return thaw.experiment {
  data = "synthetic",
  mapping = {
    user = { age = map.bucket { 18, 25, 35, 50, 65 }, gender = map.category(), occupation = map.category() },
    item = { film = map.identity { drop = 0.1 }, genres = map.bag() },
    context = { occasion = map.category() },
  },
  tasks = thaw.tasks.by_user { cold = { users = 0.2, items = 0.2, by = "time" }, draws = 2 },
  arms = {
    ridge = { model = towers, learner = learn.ridge { lr = 5e-3 } },
    bayes = { model = towers, learner = learn.alpaca { lr = 5e-3 } },
    process = { model = towers, learner = learn.gp { lr = 5e-3, kernel = "linear", epochs = 10 } },
    machine = { model = machine, learner = learn.ridge { lr = 5e-3 } },
    transfer = { model = network, learner = learn.transfer { epochs = 8, freeze = { "layer1" } } },
    maml = { model = network, learner = learn.maml { lr = 5e-3, steps = 2, inner_lr = 0.1 } },
    anil = { model = network, learner = learn.anil { lr = 5e-3 } },
    melu = { model = network, learner = learn.melu { lr = 5e-3 } },
    meta_sgd = { model = network, learner = learn.meta_sgd { lr = 5e-3, steps = 2 } },
    reptile = { model = network, learner = learn.reptile { lr = 5e-3 } },
    imaml = { model = network, learner = learn.imaml { lr = 5e-3 } },
    cavia = { model = network, learner = learn.cavia { lr = 5e-3 } },
    neural = { model = network, learner = learn.neural_process { lr = 5e-3 } },
    stack = { model = network, learner = learn.aggregate { lr = 5e-3, members = { learn.imaml {}, learn.ridge {} } } },
    alone = { model = small, learner = learn.anil { lr = 5e-3 } },
    taught = { model = small, learner = learn.distill { lr = 5e-3, student = learn.anil {}, teacher = learn.imaml {},
                                                        teacher_model = network } },
    bias = plain.bias(),
  },
  baseline = "bias",
}
