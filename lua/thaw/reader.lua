-- SPDX-License-Identifier: MIT
--
-- A reader: a page of Lua for `thaw import FILE --reader PAGE`. It says how a file is cut into
-- pieces, and makes rows of each. The program cuts and counts (src/worker/piece_cutter.h); the rows
-- are judged as those of any file.
local declare = require "thaw.declare"

local reader = {}

-- Matches the text against nothing, so that a malformed pattern is an error where it is written.
local function is_pattern(text) return (pcall(string.find, "", text)) end

local PARAMETERS = {
  { "unit", "choice", choices = { "line", "block", "record" }, default = "line",
    help = "the piece that becomes rows: a line; a block, which begins with a line that `start` matches; a record, which ends before `separator`" },
  { "start", "any", optional = true, help = "of blocks: a pattern that their first lines match, such as '^Id:'",
    check = function(value)
      if type(value) ~= "string" or value == "" or not is_pattern(value) then return "a pattern of Lua, such as '^Id:'" end
    end },
  { "separator", "any", optional = true, help = "of records: the byte between them; default: lines that are blank",
    check = function(value)
      if type(value) ~= "string" or #value ~= 1 or value == "\n" then return "one byte that is no line end, such as '\\30'" end
    end },
  { "header", "whole", default = 0, least = 0, most = 1000, help = "lines at the beginning that are no pieces; functions get them as a text" },
  { "columns", "any", optional = true, help = "names of columns, in the order that those of one row have; others follow",
    check = function(value)
      local good = type(value) == "table" and #value > 0 and #value <= 1000
      local seen = {}
      for _, name in ipairs(good and value or {}) do
        good = good and type(name) == "string" and not seen[name]
        seen[name] = true
      end
      if not good then return "a list of different names, such as { 'item', 'title', 'genres' }" end
    end },
  { "row", "call", optional = true, help = "makes rows of a piece of the ratings" },
  { "user_row", "call", optional = true, help = "the same for a file of users (--users)" },
  { "item_row", "call", optional = true, help = "the same for a file of items (--items)" },
}

local function check(options)
  if not (options.row or options.user_row or options.item_row) then
    return "it needs a function: row = function(piece, number, header) ... end"
  end
  if options.unit == "block" and not options.start then
    return "a block needs `start`, a pattern that its first line matches", "unit"
  end
  if options.start and options.unit ~= "block" then return "`start` is of unit = 'block'", "start" end
  if options.separator and options.unit ~= "record" then return "`separator` is of unit = 'record'", "separator" end
end

-- thaw.reader { unit = "line", row = function(piece, number, header) ... end }: a page ends with
-- `return thaw.reader { ... }`. Options:
--   unit       "line", "block" or "record"
--   start      of blocks: a pattern of Lua that each first line matches; lines before the first
--              block are left out
--   separator  of records: the byte between them; without it, one or more blank lines
--   header     number of lines at the beginning of the file that are no pieces
--   columns    names of columns of all tables, in the order that those of one row have; without it
--              the order is user, item, rating, time, and then by name
--   row, user_row, item_row   for files of ratings, users and items; at least one of them
-- Each function gets the text of a piece without the line end behind it (UTF-8, at most 1 MiB), the
-- number of its first line in the file, and the text of the header, or nil without one. It is called
-- for every piece in order, in one state of Lua, so it may keep what later pieces need. It returns
--   nil, false or {}   the piece has no row; such pieces are counted, and the count is said
--   a row              { user = ..., item = ..., rating = ..., time = ..., mood = ... }: by name of
--                      the column, a text, a finite number, true, false, or a list of those, which
--                      map.bag reads (not for an id). An absent name and "" are missing values.
--   a list of rows
--   tables (only row)  { ratings = ..., users = ..., items = ... }, each a row or a list of rows;
--                      a user and an item may be described once
-- An error in a piece rejects all rows of that piece. A piece may take 1.5 seconds.
reader.make = declare.constructor {
  name = "thaw.reader", kind = "reader", help = "turns the pieces of a file into rows",
  example = [[
local thaw = require "thaw"
return thaw.reader {
  header = 1,
  row = function(line)
    local user, item, rating = line:match("^(%w+),(%w+),(%d+)")
    return { user = user, item = item, rating = tonumber(rating) }
  end,
}]],
  parameters = PARAMETERS, check = check,
}

local FUNCTIONS = { ratings = "row", users = "user_row", items = "item_row" }

-- What the program needs for a file of this part ("ratings", "users" or "items"): how it is cut, the
-- function, and the parts that there are functions for. Raises if the page returned no reader.
function reader.plan(made, part)
  if declare.kind(made) ~= "reader" then host.raise("the page must end with: return thaw.reader { ... }") end
  local options, parts = made.options, {}
  for name, method in pairs(FUNCTIONS) do parts[name] = options[method] ~= nil end
  local start, order = options.start, {}
  for position, name in ipairs(options.columns or {}) do order[name] = order[name] or position end
  return {
    unit = options.unit, header = options.header, separator = options.separator and options.separator:byte() or -1,
    parts = parts, order = order, name = FUNCTIONS[part], row = options[FUNCTIONS[part]],
    begins = start and function(line) return string.find(line, start) ~= nil end,
  }
end

return reader
