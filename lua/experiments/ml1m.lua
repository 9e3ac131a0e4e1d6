-- What ml1m_cold.lua and ml1m_tune.lua share: features of MovieLens 1M and models on them.
local thaw = require "thaw"
local map = thaw.map

local ml1m = {}

-- "John Lasseter (original story by), Pete Docter (screenplay)" -> John Lasseter, Pete Docter
local function names(text)
  local list = {}
  for name in (text or ""):gsub(" %b()", ""):gmatch("[^,]+") do list[#list + 1] = name:match("%S.*") end
  return list
end

-- `drop`: the share of films whose identity a training step hides, so that content replaces it. The
-- year is a number, not a bucket, because cold films are newer than all training films.
function ml1m.mapping(drop)
  return {
    user = { gender = map.category(), age = map.category(), occupation = map.category() },
    item = {
      film = map.identity { drop = drop },
      genre = map.bag { separator = ", " },
      director = map.bag { least = 2, of = function(item) return names(item.director) end },
      writer = map.bag { least = 2, most = 3, of = function(item) return names(item.writer) end },
      actors = map.bag { separator = ", ", least = 2, most = 4 },
      year = map.number(),
      rate = map.category(),
    },
  }
end

-- `decay`: weight decay of the content embeddings. Film identities have 0.01.
function ml1m.towers(decay, features)
  return thaw.two_tower { embed = 32, spread = 0.3, hidden = { 64 }, features = features or 64, decay = decay,
                          identity_decay = 0.01, residual = true }
end

-- Options of a learner: 20 passes at a rate that decays from 0.002 to 0.
function ml1m.options(own)
  local options = { lr = 2e-3, schedule = "cosine", query = 0 }
  for name, value in pairs(own) do options[name] = value end
  return options
end

return ml1m
