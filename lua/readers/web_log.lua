-- SPDX-License-Identifier: MIT
--
-- The log of a web server in the form that Apache and nginx call "combined": who looked at which
-- page. Views of one page by one visitor are counted by --repeats count.
--   thaw import access.log.gz --reader web_log.lua --name views --repeats count
-- Left out are requests that did not succeed, pages that are no items, and robots that say so. ITEM
-- says which pages are items: its capture is the id.
local thaw = require "thaw"

local ITEM = "^/item/([%w%-_]+)"
local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }

-- "10/Oct/2000:13:55:36 -0700" -> "2000-10-10T13:55:36-07:00"
local function time_of(text)
  local day, name, year, clock, hours, minutes = text:match("^(%d+)/(%a+)/(%d+):(%d+:%d+:%d+) ([+-]%d%d)(%d%d)$")
  local month = name and MONTHS[name]
  if not month then error("this is no time of a log: " .. text) end
  return ("%s-%02d-%sT%s%s:%s"):format(year, month, day, clock, hours, minutes)
end

local function is_robot(agent)
  agent = agent:lower()
  return agent:find("bot", 1, true) or agent:find("crawl", 1, true) or agent:find("spider", 1, true)
end

return thaw.reader {
  row = function(line)
    local host, name, time, request, status, rest = line:match('^(%S+) %S+ (%S+) %[([^%]]+)%] "([^"]*)" (%d+) %S+(.*)$')
    if not host then error("this is no line of a log") end
    local method, path = request:match("^(%u+) (%S+)")
    local item = method == "GET" and path:match(ITEM)
    local referrer, agent = rest:match('^ "([^"]*)" "([^"]*)"')
    if not item or status:sub(1, 1) ~= "2" or is_robot(agent or "") then return nil end
    return { user = name ~= "-" and name or host, item = item, time = time_of(time),
             referrer = referrer ~= "-" and referrer or nil }
  end,
}
