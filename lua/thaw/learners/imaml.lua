-- SPDX-License-Identifier: MIT
--
-- Implicit MAML (Rajeswaran, Finn, Kakade and Levine 2019, equations 3 and 6, algorithm 2). A
-- user's parameters are the minimum of a proximal problem,
--   phi = argmin loss(support; phi) + strength / 2 * |phi - theta|^2.
-- Inner steps find it; the outer gradient does not go through these steps. With v = d loss(query;
-- phi) / d phi and H the second derivative of the support loss at phi, the outer gradient is
-- strength * u. Conjugate gradients solve
--   (H + strength) u = v.
-- For embeddings and other parameters that inner steps do not move, the implicit function theorem
-- gives d loss(query) - u . d (d loss(support) / d phi).
local ad = require "thaw.ad"
local inner = require "thaw.learners.inner"
local learner = require "thaw.learner"
local range = require "thaw.range"

local TINY = 1e-30 -- prevents 0 / 0 when the residual is 0

local function dot(a, b, names)
  local total
  for _, name in ipairs(names) do
    local part = (a[name] * b[name]):sum()
    total = total and total + part or part
  end
  return total
end

-- a + factor * b for each name. `factor` has one number for each task.
local function combined(a, b, factor, names)
  local result = {}
  for _, name in ipairs(names) do result[name] = a[name] + b[name] * factor end
  return result
end

-- Solves product(x) = v for each task.
local function conjugate_gradients(product, v, names, steps)
  local x, residual, direction = nil, v, v
  local squares = dot(v, v, names)
  for _ = 1, steps do
    local moved = product(direction)
    local along = squares / (dot(direction, moved, names) + TINY)
    x = x and combined(x, direction, along, names) or combined(direction, direction, along - 1, names)
    residual = combined(residual, moved, -along, names)
    local left = dot(residual, residual, names)
    direction = combined(residual, direction, left / (squares + TINY), names)
    squares = left
  end
  return x
end

return learner.define {
  name = "learn.imaml",
  example = [[learn.imaml { steps = 4 }]],
  help = "MAML by the implicit gradient of a proximal inner problem",
  options = inner.options {
    { "steps", "whole", default = 10, least = 1, most = 1000, help = "steps towards the inner minimum" },
    { "inner_lr", "number", default = 0.1, least = 0, most = 10, search = range.log_uniform(0.01, 1), help = "rate of the inner loop" },
    { "strength", "number", default = 1, least = 1e-6, most = 1e6, search = range.log_uniform(0.1, 10), help = "pull towards the starting point" },
    { "solver_steps", "whole", default = 5, least = 1, most = 100, help = "steps of conjugate gradients" },
  },

  adapt = function(self, model, theta, support)
    local o, names = self.options, inner.names(self, model)
    local start = theta:per_task(support, names)
    local phi = start
    for _ = 1, o.steps do
      local gradients = ad.grad(inner.loss(self, model, phi, support, support:target(), o), phi, names, true)
      for _, name in ipairs(names) do
        gradients[name] = gradients[name]:add_scaled(phi[name] - start[name], o.strength)
      end
      phi = phi:step(gradients, o.inner_lr)
    end
    return phi
  end,

  -- `at` equals phi, and its derivative by theta is 1. So the gradient of the returned loss is v -
  -- H u, which equals strength * u.
  outer = function(self, model, theta, support, query, target)
    local o, names, at = self.options, inner.names(self, model), {}
    local phi = self:adapt(model, theta, support)
    for _, name in ipairs(names) do
      at[name] = theta[name]:per_task(support) + (phi[name] - theta[name]):detach()
    end
    at = theta:with(at)
    local loss = self:loss(model, at, query, target)
    local slope = ad.grad(inner.loss(self, model, at, support, support:target(), o), at, names)
    local function product(direction)
      local curved = ad.grad(dot(slope, direction, names), at, names, true)
      return combined(curved, direction, o.strength, names)
    end
    local u = conjugate_gradients(product, ad.grad(loss, at, names, true), names, o.solver_steps)
    local correction = dot(slope, u, names)
    return loss + (correction:detach() - correction)
  end,

  exact = function() return false end,

  describe = function(self) return ("imaml, %d steps"):format(self.options.steps) end,
}
