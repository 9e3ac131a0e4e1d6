-- SPDX-License-Identifier: MIT
--
-- The encoder of a neural process (Garnelo et al. 2018, "Neural processes", section 2.4; its
-- deviation as in Lin et al. 2021, equation 6): r_i = h(x_i, y_i) for every row, and of their mean r
--   mean = s(r) A,   deviation = 0.1 + 0.9 sigmoid(s(r) B).
-- It is a part of a learner, not a model: the order of the rows does not matter.
local model = require "thaw.model"

local encoder = {}

function encoder.parameters(width, hidden, latent)
  local list = {}
  model.add_layers(list, "encoder", width, { hidden, hidden, hidden }, "encoder")
  for _, name in ipairs { "latent.mean", "latent.deviation" } do
    list[#list + 1] = model.dense(name, hidden, latent, { scale = 1 / math.sqrt(hidden), group = "encoder" })
    list[#list + 1] = model.dense(name .. ".bias", 1, latent, { start = "zero", group = "encoder" })
  end
  return list
end

-- A vector for each row.
function encoder.rows(theta, seen)
  local x = seen:layer(theta.encoder1, theta["encoder1.bias"]):relu()
  return x:layer(theta.encoder2, theta["encoder2.bias"])
end

-- Of the mean vector of each task.
function encoder.latent(theta, mean)
  local x = mean:layer(theta.encoder3, theta["encoder3.bias"]):relu()
  local deviation = x:layer(theta["latent.deviation"], theta["latent.deviation.bias"]):sigmoid()
  return { mean = x:layer(theta["latent.mean"], theta["latent.mean.bias"]), deviation = deviation * 0.9 + 0.1 }
end

return encoder
