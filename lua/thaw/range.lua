-- SPDX-License-Identifier: MIT
--
-- Ranges to search an option in. A script writes one in place of the value:
--   lr = thaw.range.log_uniform(1e-4, 1e-2)   hidden = thaw.range.choice { { 32 }, { 64, 32 } }
-- Searchable options of learners and models declare a default range (`search`), which applies if
-- the script sets no value. thaw.search draws from these ranges.
local range = {}

local Range = {}
Range.__index = Range

local function is_number(value) return type(value) == "number" and value == value and math.abs(value) < math.huge end

local function bounds(name, low, high, least)
  if not (is_number(low) and is_number(high)) or low >= high or low <= least then
    host.raise(("range.%s(low, high) takes two numbers%s, the smaller one first"):format(
      name, least == 0 and " above 0" or ""))
  end
end

-- A range of numbers from low to high with equal density. Raises unless low < high.
function range.uniform(low, high)
  bounds("uniform", low, high, -math.huge)
  return setmetatable({ kind = "uniform", low = low, high = high }, Range)
end

-- A range of numbers from low to high with equal density of the logarithm: 0.001 to 0.01 is as
-- likely as 0.01 to 0.1. Raises unless 0 < low < high.
function range.log_uniform(low, high)
  bounds("log_uniform", low, high, 0)
  return setmetatable({ kind = "log_uniform", low = low, high = high }, Range)
end

-- A range of 2 to 1000 listed values.
function range.choice(values)
  if type(values) ~= "table" or #values < 2 or #values > 1000 then
    host.raise("range.choice takes a list of 2 to 1000 values: range.choice { 8, 16, 32 }")
  end
  return setmetatable({ kind = "choice", values = values }, Range)
end

function range.is(value) return getmetatable(value) == Range end

-- Rounds to four digits, so that the shown text of a value is its exact value.
local function rounded(parameter, value)
  if parameter[2] ~= "whole" then return tonumber(("%.4g"):format(value)) + 0.0 end
  return math.floor(value + 0.5)
end

-- The value at `share`, 0 <= share < 1, of the range. It is whole if the parameter is.
function Range:at(share, parameter)
  if self.kind == "choice" then return self.values[1 + math.floor(share * #self.values)] end
  if self.kind == "uniform" then return rounded(parameter, self.low + share * (self.high - self.low)) end
  return rounded(parameter, self.low * (self.high / self.low) ^ share)
end

-- The value without a search: the parameter's default if it lies in the range, else the middle, or
-- the first choice.
function Range:start(parameter)
  local default = parameter.default
  if self.kind == "choice" then
    for _, value in ipairs(self.values) do
      if value == default then return default end
    end
    return self.values[1]
  end
  if is_number(default) and default >= self.low and default <= self.high then return default end
  return self:at(0.5, parameter)
end

-- The values to check: both ends, or every choice.
function Range:ends(parameter)
  if self.kind == "choice" then return self.values end
  return { rounded(parameter, self.low), rounded(parameter, self.high) }
end

local function shown(value)
  if type(value) == "table" then return "{" .. table.concat(value, ",") .. "}" end
  return math.type(value) == "float" and ("%.9g"):format(value) or tostring(value)
end
range.shown = shown

return range
