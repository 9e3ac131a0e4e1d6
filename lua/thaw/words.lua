-- SPDX-License-Identifier: MIT
--
-- Declares what a script can call or define beside the constructors (declare.lua): functions,
-- methods of values, rows and theta, and the methods of a learner or model of one's own. Only the
-- manual reads this page (manual.lua); a script never loads it.
--
-- A word is { name, arguments, result, help, example, frame }. Arguments and result are written as in
-- annotations, "b: value, first?: integer". `frame` names the script that an example stands in
-- (manual.lua).
local experiment = require "thaw.experiment"

local words = {}

local function add(kind, frame, prefix, list)
  for _, word in ipairs(list) do
    words[#words + 1] = { name = prefix .. word[1], kind = kind, frame = frame, arguments = word[2], result = word[3],
                          help = word[4], example = word[5], parameters = word.parameters }
  end
end

add("function", "page", "thaw.", {
  { "experiment", "options: table", "experiment", "what a script returns", [[
local thaw = require "thaw"
return thaw.experiment {
  data = "synthetic",
  mapping = { user = { age = thaw.map.bucket { 18, 25, 35, 50 } }, item = { genres = thaw.map.bag() } },
  arms = { ridge = { model = thaw.mlp { residual = true }, learner = thaw.learn.ridge() } },
}]], parameters = experiment.PARAMETERS },
  { "learner.define", "declaration: table", "fun(options?: table): learner",
    "makes a constructor of a learner from a name, help, options and any of the methods of a learner; what is left out is there by default", [[
local thaw = require "thaw"
local level = thaw.learner.define {
  name = "level", options = { { "strength", "number", default = 5, least = 0, help = "pseudo-count" } },
  adapt = function(self, model, theta, support)
    local left = support:target() - model:predict(theta, support)
    return theta:with { level = left:sum() / (support:counts() + self.options.strength) }
  end,
  predict = function(self, model, theta, rows) return model:predict(theta, rows) + theta.level end,
}
return thaw.experiment {
  data = "synthetic", arms = { level = { model = thaw.mlp {}, learner = level { strength = 3 } } },
}]] },
  { "model.define", "declaration: table", "fun(options?: table): model",
    "makes a constructor of a model from a name, help, parameters (its options), `build`, `features` and any other method of a model", [[
local thaw = require "thaw"
local dot = thaw.model.define {
  name = "dot", parameters = { { "columns", "whole", default = 8, least = 1, help = "of the embeddings" } },
  build = function(self, space)
    self.fields = thaw.model.fields(space, { item = true })
    local list = {}
    local width = thaw.model.add_inputs(list, self.fields, self.options.columns)
    list[#list + 1] = thaw.model.dense("head", width, 1, { group = "head" })
    return list
  end,
  features = function(self, theta, rows) return thaw.model.inputs(theta, rows, self.fields) end,
}
return thaw.experiment {
  data = "synthetic", arms = { dot = { model = dot { columns = 4 }, learner = thaw.learn.ridge() } },
}]] },
})

add("function", "range", "thaw.range.", {
  { "uniform", "low: number, high: number", "range", "in place of an option: a search draws numbers between these two",
    "inner_lr = thaw.range.uniform(0.05, 0.5)" },
  { "log_uniform", "low: number, high: number", "range", "in place of an option: numbers of equal density of their logarithm",
    "inner_lr = thaw.range.log_uniform(0.01, 1)" },
  { "choice", "values: table", "range", "in place of an option: one of 2 to 1000 values", "steps = thaw.range.choice { 1, 2, 5 }" },
})

add("function", "adapt", "thaw.ad.", {
  { "grad", "loss: value, towards: value|value[]|theta, names?: string[], first_order?: boolean", "value|value[]|gradients",
    "the gradient of the sum of the loss, which can be differentiated again unless it is of first order",
    [[local gradients = thaw.ad.grad(model:loss(own, support), own, { "head" })
theta = own:step(gradients, 0.1)]] },
})

add("function", "build", "thaw.model.", {
  { "dense", "name: string, rows: integer, columns: integer, options?: table", "parameter",
    "declares a matrix to learn; options are start (zero, constant, normal, uniform, identity), scale, rate, decay, group, phase, pace",
    'list[#list + 1] = thaw.model.dense("mine", 8, 1, { start = "zero", group = "mine" })' },
  { "embedding", "name: string, field: field, columns: integer, options?: table", "parameter",
    "declares a table with a row for each word of a field of the space",
    'list[#list + 1] = thaw.model.embedding("mine", fields[1], 4, { scale = 0.01 })' },
  { "fields", "space: space, entities: table, content?: boolean", "field[]",
    "the fields of these entities; with `content` without identities", "local of_items = thaw.model.fields(space, { item = true }, true)" },
  { "add_inputs", "list: parameter[], fields: field[], columns: integer, options?: table", "integer",
    "adds an embedding for each field that is no number; returns the number of columns that thaw.model.inputs has",
    "local more = thaw.model.add_inputs({}, fields, 8)" },
  { "add_layers", "list: parameter[], prefix: string, width: integer, widths: integer[], group?: string", "integer",
    "adds fully connected layers of these widths, PREFIX1, PREFIX2 ...; returns the last width",
    'local last = thaw.model.add_layers(list, "body", 16, { 32, 8 })' },
})

add("function", "features", "thaw.model.", {
  { "inputs", "theta: theta, rows: rows, fields: field[]", "value", "embeddings and numbers of the rows side by side",
    "local x = thaw.model.inputs(theta, rows, self.fields)" },
  { "input_layer", "theta: theta, rows: rows, name: string, fields: field[], columns: integer", "value",
    "the first layer, with the part of the user's fields computed once a task",
    'local x = thaw.model.input_layer(theta, rows, "layer1", self.fields, 4)' },
  { "layers", "theta: theta, prefix: string, x: value, count: integer, first?: integer", "value",
    "applies the layers PREFIX1 (or PREFIX`first`) to PREFIX`count`, each with a ReLU",
    'local x = thaw.model.layers(theta, "layer", thaw.model.inputs(theta, rows, self.fields), 1)' },
  { "output", "x: value, head: value", "value", "[x, 1] head, for a head whose last weight is of a feature that is always 1",
    "local y = thaw.model.output(thaw.model.inputs(theta, rows, self.fields), theta.last)" },
  { "once", "rows: rows, theta: theta, compute: fun(): value", "value",
    "what `compute` returns, computed once for these parameters and rows.items, rows.users or rows.tasks",
    "local x = thaw.model.once(rows.items, theta, function() return rows.items:constant(1) end)" },
  { "runs", "fields: field[], columns: integer", "table, table",
    "neighbouring fields in runs: those of users, then all others, each with its first row in the weights",
    "local of_users, of_rows = thaw.model.runs(self.fields, 4)" },
})

add("value", "adapt", "value:", {
  { "exp", "", "value", "e to the power of each number", "local y = x:exp()" },
  { "log", "", "value", "the natural logarithm of each number", "local y = (x:square() + 1):log()" },
  { "sqrt", "", "value", "the square root of each number", "local y = (x:square() + 1):sqrt()" },
  { "square", "", "value", "the square of each number", "local loss = (model:predict(theta, support) - support:target()):square():mean()" },
  { "abs", "", "value", "the absolute value of each number", "local y = x:abs()" },
  { "relu", "", "value", "0 where a number is negative", "local y = x:relu()" },
  { "leaky_relu", "slope?: number", "value", "slope x where a number is negative", "local y = x:leaky_relu(0.01)" },
  { "tanh", "", "value", "the hyperbolic tangent of each number", "local y = x:tanh()" },
  { "sigmoid", "", "value", "1 / (1 + exp(-x)) of each number", "local y = x:sigmoid()" },
  { "softplus", "", "value", "log(1 + exp(x)) of each number", "local y = x:softplus()" },
  { "log_sum_exp", "", "value", "the logarithm of the sum of exponentials along each row, r x 1", "local y = x:log_sum_exp()" },
  { "softmax", 'along?: "row"|"column"', "value", "exponentials that sum to 1 along each row, or down the rows of each task",
    'local weights = x:softmax("column")' },
  { "clamp", "low: number, high: number", "value", "each number no lower and no higher than these", "local y = x:clamp(-1, 1)" },
  { "maximum", "other: value|number", "value", "the larger of two numbers", "local y = x:maximum(0)" },
  { "minimum", "other: value|number", "value", "the smaller of two numbers", "local y = x:minimum(1)" },
  { "greater", "other: value|number", "value", "1 where a number is larger than the other, else 0; no gradient", "local high = support:target():greater(3)" },
  { "dropout", "rate: number", "value", "while training sets each number to 0 with this probability", "local y = x:dropout(0.2)" },
  { "noise", "", "value", "standard normal numbers of this shape, other ones at every step; 0 where nothing is trained", "local y = x + x:noise() * 0.1" },
  { "mm", "b: value, first?: integer", "value", "the product A B; with `first` as many rows of b, from that one on, as there are columns",
    "local y = x:mm(theta.head)" },
  { "t_mm", "b: value", "value", "A'B", "local y = x:t_mm(support:target())" },
  { "mm_t", "b: value", "value", "A B'", "local y = theta.head:mm_t(theta.head)" },
  { "layer", "weights: value, bias: value, first?: integer", "value", "X W + b", "local y = x:layer(theta.head, support:constant(0):mean())" },
  { "attend", "keys: value, values: value, scale?: number", "value",
    "for each row the mean of the rows of `values` of its task, weighted by softmax(scale x keys')", "local y = x:attend(x, support:target())" },
  { "pairs", "other: value", "value, value", "each row beside each row of the other value of the same task", "local left, right = x:pairs(x)" },
  { "sum_pairs", "x: value, y: value", "value", "adds what has a row for each pair up over the rows of y",
    [[local left, right = x:pairs(x)
local y = (left * right):sum_pairs(x, x)]] },
  { "sum", 'how?: "row"|"column"|"task"|"tasks"|"all"', "value", "the sum along each row, down each column, of each task (as it is without a word), over tasks, of all",
    "local total = support:target():sum()" },
  { "mean", 'how?: "row"|"column"|"task"|"tasks"|"all"', "value", "the mean, in the same ways as the sum; 0 of nothing", 'local level = x:mean("column")' },
  { "concat", "...: value|number", "value", "values side by side; a number becomes a column", "local y = x:concat(1, support:prior())" },
  { "slice", "first: integer, columns?: integer", "value", "columns from `first` on, counted from 1; one without a number", "local y = x:slice(1, 2)" },
  { "concat_rows", "below: value", "value", "the rows of two values, one above the other, for each task", "local y = x:concat_rows(x)" },
  { "pad_rows", "", "value", "zeros below until every task has as many rows as the largest", "local y = x:pad_rows()" },
  { "unpad_rows", "like: value", "value", "the first rows, as many as `like` has", "local y = x:pad_rows():unpad_rows(x)" },
  { "sum_like", "like: value", "value", "sums over tasks, rows and columns until it has the shape of `like`", "local y = x:sum_like(theta.head:transpose())" },
  { "expand_like", "like: value", "value", "repeats it over tasks, rows and columns until it has the shape of `like`", "local y = theta.head:transpose():expand_like(x)" },
  { "transpose", "", "value", "rows as columns; needs equal rows in each task", "local y = theta.head:transpose()" },
  { "diagonal", "", "value", "the diagonal of n x n, as n x 1", "local y = x:t_mm(x):diagonal()" },
  { "from_diagonal", "", "value", "n x n with these n x 1 on the diagonal", "local y = theta.head:from_diagonal()" },
  { "add_diagonal", "added: value|number", "value", "adds 1 x 1 or n x 1 to the diagonal of n x n", "local y = x:t_mm(x):add_diagonal(1)" },
  { "lower", "diagonal?: number", "value", "what is below the diagonal, and the diagonal times a number", "local y = x:t_mm(x):lower(0.5)" },
  { "cholesky", "", "value", "the lower L with L L' = X, which is symmetric positive definite", "local y = x:t_mm(x):add_diagonal(1):cholesky()" },
  { "solve_lower", "b: value, transposed?: boolean", "value", "L^-1 B, or L'^-1 B",
    [[local l = x:t_mm(x):add_diagonal(1):cholesky()
local y = l:solve_lower(x:t_mm(support:target()))]] },
  { "solve", "b: value", "value", "X^-1 B of a symmetric positive definite X", "local y = x:t_mm(x):add_diagonal(1):solve(x:t_mm(support:target()))" },
  { "log_determinant", "", "value", "log det X of a symmetric positive definite X, 1 x 1", "local y = x:t_mm(x):add_diagonal(1):log_determinant()" },
  { "detach", "", "value", "the same numbers; no gradient flows back", "local y = x:detach()" },
  { "per_task", "rows: rows", "value", "the same matrix for every task, each with a gradient of its own", "local y = theta.head:per_task(support)" },
  { "add_scaled", "other: value, factor: number", "value", "x + factor y in one pass", "local y = x:add_scaled(x, -0.1)" },
  { "number", "", "number", "the number of a value of 1 x 1", 'print(x:mean("all"):number())' },
  { "columns", "", "integer", "how many columns it has", "local width = x:columns()" },
  { "tasks", "", "integer", "how many tasks it has", "local count = x:tasks()" },
})

add("rows", "adapt", "rows:", {
  { "embed", 'table: value, field?: string, how?: "mean"|"sum"|value', "value", "the row of a field's table for each row; of a bag the mean or sum of its words, or their mean by the softmax of scores, a number for each row of the table",
    'local y = support:embed(theta["item.genres"])' },
  { "number", "field: string", "value", "the columns of a field that is a number", 'local y = support:number("item.year")' },
  { "prior", "", "value", "the shrunk mean of the row's item, without the row itself, r x 1", "local y = support:target() - support:prior()" },
  { "popularity", "", "value", "log(1 + training rows of the item), r x 1", "local y = support:popularity()" },
  { "cold_items", "", "value", "1 where the item has no training rows, else 0", "local y = support:cold_items()" },
  { "cold_users", "", "value", "1 where the user has no training rows, else 0", "local y = support:cold_users()" },
  { "target", "", "value", "the ratings of support rows, r x 1", "local level = support:target():mean()" },
  { "counts", "", "value", "how many rows each task has, 1 x 1 a task", "local n = support:counts()" },
  { "constant", "number: number", "value", "a column of this number", "local ones = support:constant(1)" },
  { "by_user", "", "boolean", "whether every task has rows, all of one user, so that rows.tasks can be asked; not so when training by row",
    "local alone = support:by_user()" },
  { "from_items", "x: value", "value", "the row of each row's item, of a value with a row for each of rows.items",
    "local y = support:from_items(support.items:popularity())" },
  { "from_users", "x: value", "value", "the row of each row's user, of a value with a row for each of rows.users",
    "local y = support:from_users(support.users:cold_users())" },
})

add("rows", "adapt", "rows.", {
  { "items", nil, "rows", "one row for each different item: compute there, then rows:from_items", "local y = support.items:popularity()" },
  { "users", nil, "rows", "one row for each different user: compute there, then rows:from_users", "local y = support.users:cold_users()" },
  { "tasks", nil, "rows", "one row a task, of its user; only where rows:by_user()", "local y = support.tasks:constant(1)" },
  { "kept", nil, "table", "of rows.items, rows.users and rows.tasks: a table that lasts as long as the rows (thaw.model.once)", "local kept = support.items.kept" },
})

add("theta", "adapt", "theta:", {
  { "with", "values: table<string, value>", "theta", "a copy with values replaced or added", "return theta:with { head = theta.head * 0.5 }" },
  { "per_task", "rows: rows, names: string[]", "theta", "a copy in which each task has its own of these parameters", 'theta = theta:per_task(support, { "head" })' },
  { "step", "gradients: gradients, rate: number|table<string, value>", "theta", "one step against the gradients of thaw.ad.grad",
    'theta = own:step(thaw.ad.grad(model:loss(own, support), own, { "head" }), 0.1)' },
  { "detach", "names: string[]", "theta", "a copy in which these values are constants", 'theta = theta:detach { "head" }' },
})

add("learner", "learner", "learner:", {
  { "adapt", "model: model, theta: theta, support: rows", "theta", "parameters adapted to the support rows of all tasks of a shard at once",
    "adapt = function(self, model, theta, support) return theta end," },
  { "predict", "model: model, theta: theta, rows: rows", "value", "the output for rows without a rating, r x 1, from what `adapt` returned",
    "predict = function(self, model, theta, rows) return model:predict(theta, rows) end," },
  { "variance", "model: model, theta: theta, rows: rows", "value", "how sure it is: the variance of each rating, noise included, r x 1",
    "variance = function(self, model, theta, rows) return rows:constant(0.8) end," },
  { "parameters", "space: space, model: model", "parameter[]", "what is learned beside the model",
    'parameters = function(self, space, model) return { thaw.model.dense("mine", model:head_width(), 1) } end,' },
  { "loss", "model: model, theta: theta, query: rows, target: value", "value", "what the outer loop minimises, 1 x 1 a task, of adapted parameters",
    "loss = function(self, model, theta, query, target) return (model:predict(theta, query) - target):square():mean() end," },
  { "outer", "model: model, theta: theta, support: rows, query: rows, target: value, phase: integer", "value, value?",
    "the loss of a training step, and the loss that curves show",
    [[outer = function(self, model, theta, support, query, target, phase)
  return self:loss(model, self:adapt(model, theta, support), query, target)
end,]] },
  { "error", "output: value, target: value, variance?: value", "value", "the loss of the option `loss`, by task; to be called",
    "loss = function(self, model, theta, query, target) return self:error(model:predict(theta, query), target) end," },
  { "phases", "", "table[]", "the phases of training: which users' rows, and how many passes over them",
    'phases = function(self) return { { users = "training", epochs = 20 }, { users = "validation", epochs = 5 } } end,' },
  { "exact", "", "boolean", "whether it follows the exact gradient, which thaw check-gradient then requires", "exact = function(self) return false end," },
  { "describe", "", "string", "a few words for messages and tables", 'describe = function(self) return "mine" end,' },
})

add("model", "model", "model:", {
  { "build", "space: space", "parameter[]", "lists what is learned, for a feature space",
    'build = function(self, space) return { thaw.model.dense("head", 1, 1, { group = "head" }) } end,' },
  { "features", "theta: theta, rows: rows", "value", "the features of each row, r x d", "features = function(self, theta, rows) return rows:constant(1) end," },
  { "predict", "theta: theta, rows: rows", "value", "the output of each row, r x 1: offset + features . head unless it is defined",
    "predict = function(self, theta, rows) return self:offset(theta, rows) + self:features(theta, rows):mm(theta.head) end," },
  { "offset", "theta: theta, rows: rows", "value", "what every prediction stands on: the training mean, or with `residual` the item's prior",
    "offset = function(self, theta, rows) return rows:prior() end," },
  { "head", "theta: theta, rows: rows", "value", "the weights of the features", "head = function(self, theta, rows) return theta.head end," },
  { "head_width", "", "integer", "the number of features", "head_width = function(self) return 1 end," },
  { "loss", "theta: theta, rows: rows", "value", "the mean squared error of each task on its support rows",
    "loss = function(self, theta, rows) return (self:predict(theta, rows) - rows:target()):square():mean() end," },
  { "describe", "", "string", "a few words for messages and tables", 'describe = function(self) return "mine" end,' },
})

return words
