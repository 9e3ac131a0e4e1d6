-- SPDX-License-Identifier: MIT
--
-- The encoder of a neural process (Garnelo et al. 2018, "Neural processes", section 2.4; the
-- deviation as in Lin et al. 2021, equation 6). Every row becomes r_i = h(x_i, y_i). From their
-- mean r:
--   mean = s(r) A,   deviation = 0.1 + 0.9 sigmoid(s(r) B).
-- The result does not depend on the order of the rows. The encoder is a part of a learner, not a
-- model.
local model = require "thaw.model"

local encoder = {}

-- The encoder's parameters for rows of `width` numbers.
function encoder.parameters(width, hidden, latent)
  local list = {}
  model.add_layers(list, "encoder", width, { hidden, hidden, hidden }, "encoder")
  for _, name in ipairs { "latent.mean", "latent.deviation" } do
    list[#list + 1] = model.dense(name, hidden, latent, { scale = 1 / math.sqrt(hidden), group = "encoder" })
    list[#list + 1] = model.dense(name .. ".bias", 1, latent, { start = "zero", group = "encoder" })
  end
  return list
end

-- The vector of each row.
function encoder.rows(theta, seen)
  local x = seen:layer(theta.encoder1, theta["encoder1.bias"]):relu()
  return x:layer(theta.encoder2, theta["encoder2.bias"])
end

-- Mean and deviation of the latent, from the mean vector of each task.
function encoder.latent(theta, mean)
  local x = mean:layer(theta.encoder3, theta["encoder3.bias"]):relu()
  local deviation = x:layer(theta["latent.deviation"], theta["latent.deviation.bias"]):sigmoid()
  return { mean = x:layer(theta["latent.mean"], theta["latent.mean.bias"]), deviation = deviation * 0.9 + 0.1 }
end

return encoder
