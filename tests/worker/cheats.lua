-- Learners that cheat: some remember what they saw, in whatever corner of Lua, and some let tasks of
-- one call see each other. Each adds to an honest prediction what it should not know.
local thaw = require "thaw"

local function sum_of(support)
  return support:target():sum():sum("tasks"):number()
end

-- An honest learner that is shifted by what `shift` gives, as a number or a value.
local function define(name, methods)
  methods.name = "cheat." .. name
  methods.adapt = methods.adapt or function(self, model, theta, support)
    return theta:with { shift = theta.head:sum("all") * 0 + methods.shift(self, support, model) }
  end
  methods.predict = methods.predict or function(_, model, theta, rows)
    return model:predict(theta, rows) + theta.shift
  end
  return thaw.learner.define(methods) { epochs = 1, batch = 8, shard = 4, lr = 0.01 }
end

-- What was kept last time, 0 the first time, and `now` kept instead.
local upvalue, closed = 0, {}
local holder = setmetatable({}, { __index = { sum = 0 } })
local turns = coroutine.wrap(function(now)
  local before = 0
  while true do before, now = now, coroutine.yield(before) end
end)
kept_globally = 0
local text = "0"

local remember = {
  upvalue = function(_, now) local before = upvalue upvalue = now return before end,
  field = function(self, now) local before = rawget(self, "sum") or 0 self.sum = now return before end,
  spec = function(self, now) local before = self.spec.sum or 0 self.spec.sum = now return before end,
  options = function(self, now) local before = self.options.sum or 0 self.options.sum = now return before end,
  metatable = function(_, now)
    local index = getmetatable(holder).__index
    local before = holder.sum
    index.sum = now
    return before
  end,
  coroutine = function(_, now) return turns(now) end,
  global = function(_, now) local before = kept_globally kept_globally = now return before end,
  library = function(_, now) local before = rawget(math, "sum") or 0 math.sum = now return before end,
  required = function(_, now)
    local declared = require "thaw.declare"
    local before = declared.sum or 0
    declared.sum = now
    return before
  end,
  text = function(_, now) local before = tonumber(text) text = ("%.17g"):format(now) return before end,
  model = function(_, now, model) local before = rawget(model, "sum") or 0 model.sum = now return before end,
  space = function(self, now) local before = self.space.sum or 0 self.space.sum = now return before end,
  closure = function(_, now)
    local before = closed[1] and closed[1]() or 0
    closed[1] = function() return now end
    return before
  end,
  method = function(self, now)
    local before = self:last_sum()
    self.last_sum = function() return now end
    return before
  end,
  -- What is written depends on where things lie in memory, if anything does.
  address = function() return #(tostring({}) .. tostring(print) .. ("%s"):format(closed)) - #"tabletablefunction" end,
  random = function() return 0 * math.random() end,
}

local arms = { honest = define("honest", { shift = function() return 0 end }) }
for name, recall in pairs(remember) do
  arms["keeps_" .. name] = define(name, {
    last_sum = function() return 0 end,
    shift = function(self, support, model) return recall(self, sum_of(support), model) end,
  })
end

-- How many users were listed before that of each row.
local function places(rows)
  local ones = rows.users:constant(1)
  return rows:from_users(ones:mm_t(ones):lower():mm(ones))
end

arms.sees_company = define("company", { shift = function(_, support)
  return support:target():mean():sum("tasks") / 100
end })
-- No cheat: it is only far less sure than the scale is long.
arms.far_from_sure = define("unsure", {
  shift = function() return 0 end,
  variance = function(_, model, theta, rows) return (model:predict(theta, rows) * 0 + 1000):square() end,
})
-- The same so softly that no rating moves by a thousandth: a last step would make it loud again.
arms.whispers = define("whisper", {
  adapt = function(_, _, theta, support) return theta:with { heard = support:target():mean():sum("tasks") } end,
  predict = function(_, model, theta, rows)
    return (model:predict(theta, rows) + theta.heard) / 20000 + 3.5
  end,
})
arms.counts_tasks = define("count", { shift = function(_, support) return support:target():tasks() / 100 end })
arms.knows_its_place = define("place", {
  shift = function() return 0 end,
  predict = function(_, model, theta, rows) return model:predict(theta, rows) + places(rows) / 100 end,
})
arms.lives_on_itself = define("itself", {
  adapt = function(self, _, theta, support) self.seen = support:target():mean() return theta end,
  predict = function(self, model, theta, rows) return model:predict(theta, rows) + self.seen:mean("task") / 10 end,
})
local beside
arms.lives_on_an_upvalue = define("beside", {
  adapt = function(_, _, theta, support) beside = support:target():mean() return theta end,
  predict = function(_, model, theta, rows) return model:predict(theta, rows) + beside / 10 end,
})

for name, learner in pairs(arms) do arms[name] = { model = thaw.mlp { embed = 3, hidden = { 4 } }, learner = learner } end

return thaw.experiment {
  data = "small",
  mapping = { user = { age = thaw.map.number() }, item = { genres = thaw.map.bag() } },
  tasks = thaw.tasks.by_user { min = 6, query = 3, shots = { 0, 3 } },
  arms = arms,
}
