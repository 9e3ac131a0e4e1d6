-- SPDX-License-Identifier: MIT
--
-- The kind of a query row, in facts that are known when predicting: the number of support rows, and
-- whether the item and the user have training rows. There are few validation users for the numbers
-- fitted by kind of row, so each has a normal prior around 0.
local classes = {}

local STEPS = { 1, 3, 5, 10, 20 }
local COLD_STEPS = { 3, 10 }
local BASE = 3 -- a change common to all rows may be this many times as large as one by kind
local PAIR = 0.5 -- a pair of facts changes a row this many times as much as one fact

-- The training phase that fits these numbers, after the training itself.
classes.PHASE = 2
-- How many numbers there are by support size (`shots`) and by kind of row (`kinds`).
classes.SHOTS, classes.KINDS = #STEPS, 1 + #STEPS + 1 + #COLD_STEPS + 1
-- How many there are if pairs of facts count too (`paired`).
classes.PAIRED = 1 + #STEPS + 2 + 2 * #STEPS + 1

local function reached(counts, steps)
  local flags = {}
  for i, step in ipairs(steps) do flags[i] = counts:greater(step - 0.5) end
  return flags[1]:concat(table.unpack(flags, 2))
end

-- For each task and each of STEPS: 1 if it has at least that many support rows, else 0. 1 x SHOTS.
-- The numbers of reached steps add up, so a size that no validation user has counts like the next
-- smaller one.
function classes.shots(counts) return reached(counts, STEPS) end

-- For each row: BASE; STEPS; cold item; cold item and COLD_STEPS; user with training rows.
-- r x KINDS.
function classes.kinds(support, rows)
  local one, counts, cold = rows:constant(1), support:counts(), rows:cold_items()
  local known = 1 - rows:cold_users()
  return rows:constant(BASE):concat(one:mm(reached(counts, STEPS)), cold, cold:mm(reached(counts, COLD_STEPS)), known)
end

-- For each row: BASE; STEPS; cold item and known user, as -1/2 or 1/2; and the products of STEPS
-- with either, and of both. r x PAIRED. Because of the halves, no scenario is the reference of the
-- others. So each scenario can have its own numbers, and one with few validation rows has the
-- numbers of its facts.
function classes.paired(support, rows)
  local one, counts = rows:constant(1), support:counts()
  local steps, cold, known = one:mm(reached(counts, STEPS)), rows:cold_items() - 0.5, 0.5 - rows:cold_users()
  return rows:constant(BASE):concat(steps, cold, known, steps * cold * PAIR, steps * known * PAIR, cold * known)
end

-- - log of the normal prior N(0, 1) of such numbers, to add to the mean loss of `users` validation
-- users. The prior counts as much as `weight` users. `unit` turns the loss into - log of a density
-- (losses.lua).
function classes.restraint(numbers, users, weight, unit)
  return numbers:square():sum("all") * (0.5 * weight * unit / math.max(users, 1))
end

-- The number of passes that makes at least `steps` steps, and at least `least` passes.
function classes.epochs(options, least, users, steps)
  local per_epoch = math.max(1, math.ceil(users / options.batch))
  return math.max(least, math.ceil(steps / per_epoch))
end

return classes
