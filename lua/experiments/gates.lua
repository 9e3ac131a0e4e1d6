-- The bundled, invented ratings (datasets/synthetic): what does a learned mapping give to
-- adaptation, and adaptation to a learned mapping?
--
-- Every field has a gate, which the outer loop learns like the embeddings. `both` learns the mapping
-- through the adapted users. `adapted` has the same network and adapts too, but its embeddings and
-- gates stay as they start. `learned` learns all of it and adapts nothing. `neither` does neither.
--   thaw compare --baseline adapted        what the learned mapping gives
--   thaw compare --baseline learned        what adaptation gives
local thaw = require "thaw"
local map, learn = thaw.map, thaw.learn

local function towers()
  return thaw.two_tower { embed = 16, hidden = { 32 }, features = 8, residual = true }
end

-- The same model, whose mapping the outer loop leaves as it starts.
local function fixed(model)
  local build = model.build
  function model:build(space)
    local list = build(self, space)
    for _, parameter in ipairs(list) do
      if parameter.table or parameter.group == "gates" then parameter.rate = 0 end
    end
    return list
  end
  return model
end

local by_task = { epochs = 60, lr = 2e-3, schedule = "cosine" }
local by_row = { epochs = 16, lr = 2e-3, schedule = "cosine" }

return thaw.experiment {
  data = "synthetic",
  mapping = {
    user = {
      age = map.bucket { 18, 25, 35, 50, 65, gate = true },
      gender = map.category { gate = true },
      occupation = map.category { gate = true },
    },
    item = {
      film = map.identity { drop = 0.1, gate = true },
      genres = map.bag { gate = true },
      decade = map.category { of = function(item) return item.year and item.year // 10 end, gate = true },
    },
    context = { occasion = map.category { gate = true } },
  },
  tasks = thaw.tasks.by_user { min = 20, warm = 0.15, cold = { users = 0.2, items = 0.3, by = "time" } },
  arms = {
    both = { model = towers(), learner = learn.ridge(by_task) },
    adapted = { model = fixed(towers()), learner = learn.ridge(by_task) },
    learned = { model = towers(), learner = learn.joint(by_row) },
    neither = { model = fixed(towers()), learner = learn.joint(by_row) },
  },
  seeds = 5,
}
