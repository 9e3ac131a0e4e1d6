-- SPDX-License-Identifier: MIT
--
-- Writes everything that a script can write as the rows of a table in C: constructors (declare.lua)
-- and other words (words.lua). src/declare_main.c runs it while thaw is built, and help, manual pages,
-- completions and annotations are made of the table (include/command/lua_words.h).
local declare = require "thaw.declare"
local thaw = require "thaw"
local words = require "thaw.words"

-- The script that an example of each frame stands in. A constructor's frame is its kind.
local HEAD = [[
local thaw = require "thaw"
local map, learn, plain = thaw.map, thaw.learn, thaw.plain
]]
local MAPPING = [[
  mapping = { user = { age = map.bucket { 18, 25, 35, 50 } }, item = { film = map.identity { drop = 0.1 }, genres = map.bag(), year = map.number() } },
]]
local BEGIN = HEAD .. "return thaw.experiment {\n  data = \"synthetic\",\n"
local MINE = "return thaw.experiment {\n  data = \"synthetic\",\n" .. MAPPING
local LEARNER = HEAD .. "local mine = thaw.learner.define {\n  name = \"mine\",\n"
local MODEL = HEAD .. "local mine = thaw.model.define {\n  name = \"mine\",\n"
local LEARNER_END = "}\n" .. MINE .. "  arms = { mine = { model = thaw.mlp { embed = 4, hidden = { 8 } }, learner = mine { epochs = 1 } } },\n}\n"
local MODEL_END = "}\n" .. MINE .. "  arms = { mine = { model = mine {}, learner = learn.joint { epochs = 1 } } },\n}\n"
local BUILD = [[
  build = function(self, space)
    local fields = thaw.model.fields(space, { user = true, item = true })
    local list = {}
    local width = thaw.model.add_inputs(list, fields, 4)
    self.fields = fields
    list[#list + 1] = thaw.model.dense("layer1", width, 8)
    list[#list + 1] = thaw.model.dense("layer1.bias", 1, 8)
    list[#list + 1] = thaw.model.dense("last", width + 1, 1)
    list[#list + 1] = thaw.model.dense("head", 1, 1, { group = "head" })
]]

local OWN_BUILD = "  build = function(self, space) return { thaw.model.dense(\"head\", 1, 1, { group = \"head\" }) } end,\n"
local OWN_FEATURES = "  features = function(self, theta, rows) return rows:constant(1) end,\n"

local FRAMES = {
  mapping = { BEGIN .. "  mapping = {\n", "\n  },\n}\n" },
  tasks = { BEGIN .. MAPPING .. "  tasks = ", ",\n}\n" },
  baseline = { BEGIN .. MAPPING .. "  arms = { mine = ", " },\n}\n" },
  learner = { BEGIN .. MAPPING .. "  arms = { mine = { model = thaw.mlp { residual = true }, learner = ", " } },\n}\n" },
  model = { BEGIN .. MAPPING .. "  arms = { mine = { model = ", ", learner = learn.ridge() } },\n}\n" },
  range = { BEGIN .. MAPPING .. "  arms = { mine = { model = thaw.mlp {}, learner = learn.maml { ", " } } },\n}\n" },
  metric = { BEGIN .. MAPPING .. "  metrics = { mine = ", " },\n}\n" },
  page = { "", "\n" },
  reader = { "", "\n" },
  adapt = { LEARNER .. [[
  adapt = function(self, model, theta, support)
    local x = model:features(theta, support)
    local own = theta:per_task(support, { "head" })
    do
]], "\n    end\n    return theta\n  end,\n" .. LEARNER_END },
  own_learner = { LEARNER, "\n" .. LEARNER_END },
  own_model = { MODEL .. OWN_BUILD .. OWN_FEATURES, "\n" .. MODEL_END },
  ["model:build"] = { MODEL .. OWN_FEATURES, "\n" .. MODEL_END },
  ["model:features"] = { MODEL .. OWN_BUILD, "\n" .. MODEL_END },
  build = { MODEL .. BUILD, "\n    return list\n  end,\n  features = function(self, theta, rows) return rows:constant(1) end,\n" .. MODEL_END },
  features = { MODEL .. BUILD .. "    return list\n  end,\n  features = function(self, theta, rows)\n",
               "\n    return rows:constant(1)\n  end,\n" .. MODEL_END },
}
local OWN = { learner = "own_learner", model = "own_model" }

-- Types of annotations.
local ANNOTATED = {
  number = "number", whole = "integer", flag = "boolean", text = "string", title = "string", name = "string",
  numbers = "number[]", wholes = "integer[]", shots = "(integer|\"all\")[]", call = "function", any = "any",
}

local function annotated(parameter)
  local kind = parameter[2]
  if kind == "choice" then return '"' .. table.concat(parameter.choices, '"|"') .. '"' end
  if kind ~= "table" then return ANNOTATED[kind] or "thaw." .. kind end
  local fields = {}
  for i, inner in ipairs(parameter.parameters) do fields[i] = inner[1] .. "?: " .. annotated(inner) end
  return "{ " .. table.concat(fields, ", ") .. " }"
end

local function default_of(parameter)
  local value = parameter.default
  if value == nil then return "" end
  if type(value) ~= "table" then return tostring(value) end
  local texts = {}
  for i, each in ipairs(value) do
    if type(each) == "table" then return "the usual" end
    texts[i] = tostring(each)
  end
  return #texts == 0 and "{}" or "{ " .. table.concat(texts, ", ") .. " }"
end

-- A string literal of C.
local function quoted(text)
  return '"' .. text:gsub('[%c"\\?]', function(letter) return ("\\%03o"):format(letter:byte()) end) .. '"'
end

-- The rows of options, with those of a table behind it as "cold.users".
local function add_options(lines, prefix, parameters)
  for _, parameter in ipairs(parameters) do
    local inner = parameter[2] == "table" and parameter.parameters
    lines[#lines + 1] = ("    {%s, %s, %s, %s, %s, %s},"):format(
      quoted(prefix .. parameter[1]), quoted(default_of(parameter)), quoted(declare.takes(parameter)),
      quoted(parameter.help or ""), quoted(prefix == "" and annotated(parameter) or ""), tostring(parameter.required or false))
    if inner then add_options(lines, prefix .. parameter[1] .. ".", inner) end
  end
end

local function add_word(lines, rows, word)
  local options = {}
  add_options(options, "", word.parameters or {})
  local list = "NULL, 0"
  if #options > 0 then
    lines[#lines + 1] = ("static const struct declared_option options_%d[] = {"):format(#rows + 1)
    table.move(options, 1, #options, #lines + 1, lines)
    lines[#lines + 1] = "};"
    list = ("options_%d, %d"):format(#rows + 1, #options)
  end
  rows[#rows + 1] = ("    {%s, %s, %s, %s, %s, %s, %s, %s, %s},"):format(
    quoted(word.name), quoted(word.kind), word.arguments and quoted(word.arguments) or "NULL", quoted(word.result),
    quoted(word.positional or ""), quoted(word.help), quoted(word.example or ""), quoted(word.frame), list)
end

local function constructors()
  local list = {}
  for name, spec in pairs(declare.constructors) do
    list[#list + 1] = { name = name, kind = spec.kind, frame = spec.kind, arguments = "options?: table", result = spec.kind,
                        positional = spec.positional, help = spec.help, example = spec.example, parameters = spec.parameters }
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

-- Methods that no base has by default.
local OPTIONAL = { ["learner:variance"] = true, ["model:build"] = true }

-- Functions that scripts can reach and that are the library's own business.
local OWN_BUSINESS = {
  ["range.is"] = true, ["range.shown"] = true, ["map.kind_of_result"] = true, ["map.result"] = true, ["map.of_rows"] = true, ["map.key_of_rows"] = true, ["map.parts"] = true,
  ["learner.adapted"] = true, ["learner.outer_loss"] = true, ["theta:__index"] = true,
}

-- The value that a declared name stands for: "map.bucket" and "thaw.map.bucket" are the same.
local function meant(name, methods)
  local class, method = name:match("^(%a+)[:.]([%w_]+)$")
  if methods[class] then return methods[class][method] or name:find(".", 1, true) or OPTIONAL[name] end
  local at = thaw
  for part in name:gsub("^thaw%.", ""):gmatch("[%w_]+") do
    at = type(at) == "table" and rawget(at, part) or nil
  end
  return at
end

-- Names without a declaration, and declarations without what they name. `methods`: those of values
-- and rows, by class.
local function differences(list, methods)
  local declared, wrong = {}, {}
  for _, word in ipairs(list) do
    declared[word.name:gsub("^thaw%.", "")] = true
    if not meant(word.name, methods) then wrong[#wrong + 1] = word.name .. " is declared and does not exist" end
  end
  local function look(prefix, of)
    for name, value in pairs(of) do
      local full = prefix .. name
      if type(value) == "table" and prefix == "" then look(name .. ".", value)
      elseif type(value) == "function" and not declared[full] and not OWN_BUSINESS[full] then
        wrong[#wrong + 1] = full .. " has no declaration"
      end
    end
  end
  look("", thaw)
  for _, class in ipairs { "value", "rows", "theta" } do look(class .. ":", methods[class]) end
  return wrong
end

-- The source in C. `values`, `rows`: tables with the methods that C gives to both.
local function source(values, rows)
  local list = constructors()
  for _, word in ipairs(words) do
    word.frame = FRAMES[word.name] and word.name or OWN[word.frame] or word.frame
    list[#list + 1] = word
  end
  local lines, table_rows = { "/* Made of lua/thaw by src/declare_main.c. */" }, {}
  for _, word in ipairs(list) do add_word(lines, table_rows, word) end
  lines[#lines + 1] = "static const struct declaration declarations[] = {"
  table.move(table_rows, 1, #table_rows, #lines + 1, lines)
  lines[#lines + 1] = "};\nstatic const struct declared_frame frames[] = {"
  for name, frame in pairs(FRAMES) do
    lines[#lines + 1] = ("    {%s, %s, %s},"):format(quoted(name), quoted(frame[1]), quoted(frame[2]))
  end
  lines[#lines + 1] = "};\nstatic const char *const differences[] = {"
  local theta = require "thaw.theta"
  local methods = { value = values, rows = rows, theta = getmetatable(theta.new {}),
                    learner = require("thaw.learner").base, model = require("thaw.model").base }
  for _, text in ipairs(differences(list, methods)) do lines[#lines + 1] = "    " .. quoted(text) .. "," end
  lines[#lines + 1] = "    NULL};\n"
  return table.concat(lines, "\n")
end

return { source = source }
