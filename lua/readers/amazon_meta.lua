-- SPDX-License-Identifier: MIT
--
-- The file of products with their reviews that SNAP offers as amazon-meta.txt: a block for each
-- product, from "Id:" to the next one. A block gives one item and its ratings.
--   thaw import amazon-meta.txt --reader amazon_meta.lua --keep-going
local thaw = require "thaw"

-- "|Books[283155]|Subjects[1000]|Religion[22]" -> "Religion": the last part is the narrowest.
local function categories(block)
  local list, seen = {}, {}
  for path in block:gmatch("\n%s+(|[^\n]*)") do
    local name = path:match("|([^|]*)%[%d+%]%s*$")
    if name and name ~= "" and not seen[name] then
      seen[name] = true
      list[#list + 1] = name
    end
  end
  return list
end

local function reviews(block, item)
  local list = {}
  for year, month, day, rest in block:gmatch("\n%s+(%d+)%-(%d+)%-(%d+)%s+cu[^:]*:%s*([^\n]*)") do -- "cutomer"
    local user, rating, votes, helpful = rest:match("^(%S+)%s+rating:%s*(%d+)%s+votes:%s*(%d+)%s+helpful:%s*(%d+)")
    if not user then error("a review is not written as the others are: " .. rest) end
    list[#list + 1] = { user = user, item = item, rating = tonumber(rating),
                        time = ("%s-%02d-%02d"):format(year, tonumber(month), tonumber(day)),
                        votes = tonumber(votes), helpful = tonumber(helpful) }
  end
  return list
end

return thaw.reader {
  unit = "block", start = "^Id:",
  columns = { "item", "title", "group", "categories", "salesrank" },
  row = function(block)
    local item = block:match("\nASIN:%s*(%S+)")
    if not item then error("the product has no ASIN") end
    if block:find("discontinued product", 1, true) then return nil end
    local function value(key) return block:match("\n%s+" .. key .. ":%s*([^\n]*)") end
    return {
      items = { item = item, title = value("title"), group = value("group"), salesrank = tonumber(value("salesrank")),
                categories = categories(block) },
      ratings = reviews(block, item),
    }
  end,
}
