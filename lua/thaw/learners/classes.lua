-- SPDX-License-Identifier: MIT
--
-- What kind of row is asked, in facts that whoever predicts may know: how many support rows there
-- are, whether the item and whether the user have training rows. Numbers that are fitted by class on
-- validation users are few for what they have to tell, so each has a normal prior around 0.
local classes = {}

local STEPS = { 1, 3, 5, 10, 20 }
local COLD_STEPS = { 3, 10 }
local BASE = 3 -- what all rows have in common has so many times the deviation of what sets kinds apart,
local PAIR = 0.5 -- and a step together with another fact half of what it has alone

-- The phase that fits them: after the training.
classes.PHASE = 2
-- How many numbers there are by support size (`shots`) and by class of row.
classes.SHOTS, classes.KINDS = #STEPS, 1 + #STEPS + 1 + #COLD_STEPS + 1
-- And how many where facts count in pairs too.
classes.PAIRED = 1 + #STEPS + 2 + 2 * #STEPS + 1

local function reached(counts, steps)
  local flags = {}
  for i, step in ipairs(steps) do flags[i] = counts:greater(step - 0.5) end
  return flags[1]:concat(table.unpack(flags, 2))
end

-- Of each task, for each of STEPS whether it has so many support rows, as 0 or 1: 1 x SHOTS. Numbers
-- of them add up as n grows, so that one that nobody had is treated like the next below.
function classes.shots(counts) return reached(counts, STEPS) end

-- Of each row BASE; STEPS; cold item; cold item and COLD_STEPS; user with training rows: r x KINDS.
function classes.kinds(support, rows)
  local one, counts, cold = rows:constant(1), support:counts(), rows:cold_items()
  local known = 1 - rows:cold_users()
  return rows:constant(BASE):concat(one:mm(reached(counts, STEPS)), cold, cold:mm(reached(counts, COLD_STEPS)), known)
end

-- Of each row BASE; STEPS; cold item and known user, as -1/2 or 1/2; and the products of STEPS with
-- either and of both: r x PAIRED. With halves no scenario is what others are measured by. So each can
-- have numbers of its own, and one with few validation rows has those of its facts.
function classes.paired(support, rows)
  local one, counts = rows:constant(1), support:counts()
  local steps, cold, known = one:mm(reached(counts, STEPS)), rows:cold_items() - 0.5, 0.5 - rows:cold_users()
  return rows:constant(BASE):concat(steps, cold, known, steps * cold * PAIR, steps * known * PAIR, cold * known)
end

-- - log of the normal prior N(0, 1) of such numbers, beside the mean loss of a validation user. With
-- `users` of them the prior counts like `weight` more; `unit` is what a loss has to be divided by to
-- be that of a density.
function classes.restraint(numbers, users, weight, unit)
  return numbers:square():sum("all") * (0.5 * weight * unit / math.max(users, 1))
end

-- Passes that make at least so many steps.
function classes.epochs(options, least, users, steps)
  local per_epoch = math.max(1, math.ceil(users / options.batch))
  return math.max(least, math.ceil(steps / per_epoch))
end

return classes
