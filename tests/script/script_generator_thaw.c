/* SPDX-License-Identifier: MIT
 *
 * Random experiments: options of every constructor, mostly of the right kind, and mappings, models
 * and learners with random bodies.
 */
#include "config.h"

#include "script_generator.h"

#include <stddef.h>
#include <string.h>

#include "script_writer.h"

/* -- options ------------------------------------------------------------------------------------*/

/* Values: w whole number from least to most, x number, y the lower half of that, b truth, l list of
 * whole numbers, or choices between bars. */
struct option {
    const char *name, *values;
    int least, most;
};

static void write_wrong(struct writer *writer)
{
    static const char *const wrong[] = {"-1",
                                        "0",
                                        "1.5",
                                        "'x'",
                                        "true",
                                        "{}",
                                        "1 << 62",
                                        "0/0",
                                        "math.huge",
                                        "print",
                                        "nil",
                                        "''",
                                        "{1, 'x'}",
                                        "thaw",
                                        "-1e300",
                                        "{{}}",
                                        "'\\27[2J\\xff'",
                                        "thaw.range.uniform(1, 2)",
                                        "thaw.range.choice { 1, 2 }",
                                        "math.mininteger",
                                        "2147483648",
                                        "4294967297",
                                        "1e-320"};
    write_format(writer, "%s", choose_of(writer, wrong));
}

static void write_choice(struct writer *writer, const char *choices)
{
    uint32_t count = 1;
    for (const char *at = choices; *at; at++)
        count += *at == '|';
    for (uint32_t skip = choose(writer, count); skip > 0; skip--)
        choices = strchr(choices, '|') + 1;
    write_format(writer, "'%.*s'", (int)strcspn(choices, "|"), choices);
}

static void write_value(struct writer *writer, const struct option *option)
{
    uint32_t span = (uint32_t)(option->most - option->least) + 1;
    if (choose(writer, 200) == 0)
        write_wrong(writer);
    else if (option->values[1] != '\0')
        write_choice(writer, option->values);
    else if (*option->values == 'w')
        write_format(writer, "%d", option->least + (int)choose(writer, span));
    else if (*option->values == 'x' || *option->values == 'y')
        write_format(writer, "%g",
                     option->least + (option->most - option->least) *
                                         random_uniform(&writer->random) /
                                         (*option->values == 'y' ? 2 : 1));
    else if (*option->values == 'b')
        write_format(writer, chance(writer, 50) ? "true" : "false");
    else {
        write_format(writer, "{ ");
        for (uint32_t i = choose(writer, 3) + 1; i > 0; i--)
            write_format(writer, "%d, ", option->least + (int)choose(writer, span));
        write_format(writer, "}");
    }
}

static void write_options(struct writer *writer, const struct option *options, size_t count,
                          uint32_t per_cent)
{
    for (size_t i = 0; i < count && options[i].name; i++)
        if (chance(writer, per_cent)) {
            write_format(writer, "%s%s = ", options[i].name, choose(writer, 400) ? "" : "s");
            write_value(writer, &options[i]);
            write_format(writer, ", ");
        }
}
#define write_options_of(writer, options, per_cent)                                                \
    write_options(writer, options, sizeof(options) / sizeof *(options), per_cent)

/* -- models -------------------------------------------------------------------------------------*/

struct constructor {
    const char *name;
    struct option options[10];
};

static const struct constructor models[] = {
    {"linear", {{"decay", "x", 0, 1}, {"residual", "b", 0, 0}}},
    {"factorisation", {{"factors", "w", 1, 8}, {"spread", "x", 0, 1}, {"decay", "x", 0, 1}}},
    {"factorisation_machine",
     {{"factors", "w", 1, 8}, {"spread", "x", 0, 1}, {"decay", "x", 0, 1}}},
    {"mlp",
     {{"embed", "w", 1, 8},
      {"hidden", "l", 1, 12},
      {"spread", "x", 0, 1},
      {"residual", "b", 0, 0}}},
    {"melu", {{"embed", "w", 1, 8}, {"hidden", "w", 1, 12}}},
    {"two_tower",
     {{"embed", "w", 1, 8},
      {"hidden", "l", 1, 12},
      {"user_embed", "w", 1, 8},
      {"user_hidden", "l", 1, 12},
      {"features", "w", 1, 12},
      {"residual", "b", 0, 0}}},
};

static void write_own_model(struct writer *writer)
{
    static const char *const starts[] = {"zero",    "constant", "normal",
                                         "uniform", "identity", "wrong"};
    static const char *const sizes[] = {
        "1", "2",  "3",   "width",   "width", "width", "self.options.columns",
        "0", "-1", "1.5", "1 << 62", "nil",   "'x'"};
    uint32_t likely = chance(writer, 90) ? 7 : sizeof sizes / sizeof *sizes;
    write_format(writer,
                 "thaw.model.define { name = 'own%u', parameters = { { 'columns', 'whole', "
                 "default = 2, least = 1, help = 'x' } }, build = function(self, space) ",
                 choose(writer, 3));
    write_format(writer, "self.fields = thaw.model.fields(space, { item = true, user = %s }) ",
                 chance(writer, 50) ? "true" : "false");
    write_format(writer,
                 "local list = {} local width = thaw.model.add_inputs(list, self.fields, %s) ",
                 sizes[choose(writer, chance(writer, 95) ? 3 : likely)]);
    write_format(writer, "list[#list + 1] = thaw.model.dense('%s', %s, ",
                 chance(writer, 95) ? "head" : "with", sizes[choose(writer, likely)]);
    write_format(writer, "%s, { group = 'head', start = '%s' }) ",
                 sizes[choose(writer, chance(writer, 90) ? 1 : likely)],
                 starts[choose(writer, chance(writer, 95) ? 5 : 6)]);
    write_format(writer, "return list end, features = function(self, theta, rows) ");
    if (chance(writer, 15))
        write_statements(writer, 2);
    write_format(writer, "return thaw.model.inputs(theta, rows, self.fields) end }");
}

static void write_model(struct writer *writer)
{
    if (chance(writer, 15)) {
        write_own_model(writer);
        write_format(writer, " { }");
        return;
    }
    const struct constructor *model = &choose_of(writer, models);
    write_format(writer, "thaw.%s { ", model->name);
    write_options_of(writer, model->options, 40);
    write_format(writer, "}");
}

/* -- learners -----------------------------------------------------------------------------------*/

static const struct option of_all[] = {
    {"lr", "x", 0, 1},
    {"epochs", "w", 1, 20},
    {"batch", "w", 1, 40},
    {"shard", "w", 1, 40},
    {"optimiser", "adam|adamw|sgd|momentum", 0, 0},
    {"weight_decay", "x", 0, 1},
    {"schedule", "constant|step|cosine", 0, 0},
    {"warm_up", "x", 0, 1},
    {"clip", "x", 0, 5},
    {"loss", "squared|absolute|huber|gaussian|logistic|ordinal|bpr|list", 0, 0},
    {"huber_width", "x", 0, 2},
    {"answer", "mean|median|middle", 0, 0},
    {"pairs", "w", 1, 5},
    {"temperature", "x", 0, 3},
    {"query", "w", 0, 20},
    {"support", "w", 0, 20},
    {"random_support", "b", 0, 0},
};

static const struct constructor learners[] = {
    {"joint", {{0}}},
    {"transfer", {{"steps", "w", 0, 3}, {"inner_lr", "x", 0, 1}, {"shrink", "x", 0, 9}}},
    {"maml",
     {{"steps", "w", 0, 3},
      {"inner_lr", "x", 0, 1},
      {"shrink", "x", 0, 9},
      {"first_order", "b", 0, 0},
      {"adapt", "all|head|layers|user|item", 0, 0},
      {"inner_loss", "same|squared|absolute|huber", 0, 0}}},
    {"anil", {{"steps", "w", 0, 3}, {"inner_lr", "x", 0, 1}, {"first_order", "b", 0, 0}}},
    {"melu", {{"steps", "w", 0, 3}, {"inner_lr", "x", 0, 1}}},
    {"meta_sgd", {{"inner_lr", "x", 0, 1}, {"rate_rate", "x", 0, 1}}},
    {"reptile", {{"steps", "w", 0, 3}, {"inner_lr", "x", 0, 1}}},
    {"imaml",
     {{"steps", "w", 0, 3},
      {"inner_lr", "x", 0, 1},
      {"strength", "x", 0, 9},
      {"solver_steps", "w", 1, 5}}},
    {"cavia",
     {{"context", "w", 1, 6},
      {"steps", "w", 0, 3},
      {"inner_lr", "x", 0, 1},
      {"first_order", "b", 0, 0}}},
    {"ridge",
     {{"lambda", "x", 0, 9}, {"lambda_rate", "x", 0, 1}, {"tune", "validation|none", 0, 0}}},
    {"alpaca", {{"lambda", "x", 0, 9}, {"noise", "x", 0, 2}, {"prior_rate", "x", 0, 1}}},
    {"gp", {{"kernel", "linear|rbf|squared", 0, 0}, {"scale", "x", 0, 2}, {"noise", "x", 0, 2}}},
    {"neural_process", {{"latent", "w", 1, 8}, {"hidden", "w", 1, 8}, {"kl", "x", 0, 1}}},
    {"aggregate",
     {{"weights", "fitted|average", 0, 0},
      {"weight_rate", "x", 0, 1},
      {"weight_epochs", "w", 1, 5}}},
    {"distill", {{"teacher_epochs", "w", 1, 5}, {"share", "x", 0, 1}}},
};

static void write_operation_of_values(struct writer *writer)
{
    static const char *const none[] = {
        "exp",      "log",           "sqrt",     "square",          "abs",     "relu",
        "tanh",     "sigmoid",       "softplus", "log_sum_exp",     "detach",  "transpose",
        "diagonal", "from_diagonal", "cholesky", "log_determinant", "noise",   "pad_rows",
        "softmax",  "sum",           "mean",     "number",          "columns", "tasks",
        "dropout",  "lower"};
    static const char *const other[] = {
        "t_mm",       "mm_t",         "mm",          "maximum",  "minimum",     "greater",
        "solve",      "add_diagonal", "concat_rows", "sum_like", "expand_like", "unpad_rows",
        "concat",     "add_scaled",   "solve_lower", "layer",    "per_task",    "clamp",
        "leaky_relu", "slice",        "attend",      "pairs",    "sum_pairs"};
    static const char *const ways[] = {"row", "column", "task", "tasks", "all", "wrong"};
    static const char *const signs[] = {"+", "-", "*", "/", "^"};
    uint32_t to = 1 + choose(writer, 4), from = 1 + choose(writer, 4), with = 1 + choose(writer, 4);
    write_format(writer, "try(function() v%u = ", to);
    uint32_t what = choose(writer, 10);
    if (what < 3)
        write_format(writer, "v%u:%s()", from, choose_of(writer, none));
    else if (what < 4)
        write_format(writer, "v%u:%s('%s')", from, chance(writer, 50) ? "sum" : "mean",
                     choose_of(writer, ways));
    else if (what < 6)
        write_format(writer, "v%u:%s(v%u)", from, choose_of(writer, other), with);
    else if (what < 7) {
        write_format(writer, "v%u:%s(v%u, ", from, choose_of(writer, other), with);
        write_expression(writer, chance(writer, 80) ? KIND_NUMBER : KIND_ANY);
        write_format(writer, ")");
    } else if (what < 9)
        write_format(writer, "v%u %s v%u", from, choose_of(writer, signs), with);
    else {
        write_format(writer, "v%u:%s(", from, choose_of(writer, other));
        write_expression(writer, KIND_NUMBER);
        write_format(writer, ", ");
        write_expression(writer, KIND_NUMBER);
        write_format(writer, ")");
    }
    write_format(writer, " end)\n");
}

static void write_start_of_values(struct writer *writer, const char *rows, bool support)
{
    static const char *const sources[] = {"model:predict(theta, %s)",
                                          "%s:prior()",
                                          "%s:popularity()",
                                          "%s:constant(1)",
                                          "%s:counts()",
                                          "%s:cold_items()",
                                          "%s:cold_users()",
                                          "model:features(theta, %s)",
                                          "theta.head, %s",
                                          "%s:embed(theta['item.id'])",
                                          "%s.items:constant(2)",
                                          "%s:from_users(%s.users:constant(1))",
                                          "%s.tasks:constant(0.5)",
                                          "%s:number('item.year')"};
    for (int i = 1; i <= 4; i++) {
        write_format(writer, "local v%d = ", i);
        if (i == 1 && support)
            write_format(writer, "support:target()\n");
        else {
            const char *source = sources[choose(writer, chance(writer, 85) ? 8 : 14)];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
            write_format(writer, source, rows, rows);
#pragma GCC diagnostic pop
            write_format(writer, "\n");
        }
    }
}

static void write_own_learner(struct writer *writer)
{
    write_format(writer,
                 "thaw.learner.define { name = 'own%u', adapt = function(self, model, theta, "
                 "support)\n",
                 choose(writer, 3));
    write_start_of_values(writer, "support", true);
    for (uint32_t i = choose(writer, 8); i > 0; i--)
        write_operation_of_values(writer);
    if (chance(writer, 20))
        write_statements(writer, 2);
    if (chance(writer, 20))
        write_format(writer,
                     "try(function() local g = thaw.ad.grad(v1:sum('all'), theta, {'head'}) "
                     "theta = theta:step(g, 0.1) end)\n");
    write_format(writer,
                 "return theta:with { x = v%u } end,\npredict = function(self, model, theta, "
                 "rows)\n",
                 1 + choose(writer, 4));
    write_start_of_values(writer, "rows", false);
    for (uint32_t i = choose(writer, 5); i > 0; i--)
        write_operation_of_values(writer);
    write_format(writer, "return %s end }",
                 chance(writer, 50)   ? "model:predict(theta, rows)"
                 : chance(writer, 50) ? "model:predict(theta, rows) + theta.x"
                                      : "v1");
}

static void write_learner(struct writer *writer)
{
    if (chance(writer, 35)) {
        write_format(writer, "(");
        write_own_learner(writer);
        write_format(writer, ") { ");
    } else {
        const struct constructor *learner = &choose_of(writer, learners);
        write_format(writer, "thaw.learn.%s { ", learner->name);
        write_options_of(writer, learner->options, 40);
        if (writer->depth < 2 &&
            (strcmp(learner->name, "aggregate") == 0 || strcmp(learner->name, "distill") == 0)) {
            writer->depth++;
            bool distills = *learner->name == 'd';
            write_format(writer, distills ? "student = " : "members = { thaw.plain.bias(), ");
            write_learner(writer);
            if (distills) {
                write_format(writer, ", teacher_model = thaw.linear {}, teacher = ");
                write_learner(writer);
            }
            write_format(writer, distills ? ", " : "}, ");
            writer->depth--;
        }
    }
    write_options_of(writer, of_all, 12);
    write_format(writer, "}");
}

/* -- the experiment -----------------------------------------------------------------------------*/

static void write_mapping(struct writer *writer)
{
    static const char *const mappings[] = {
        "thaw.map.identity()",
        "thaw.map.identity { drop = 0.3 }",
        "thaw.map.category 'kind'",
        "thaw.map.category { 'kind', least = 2 }",
        "thaw.map.bag 'marks'",
        "thaw.map.bag { separator = 'o', most = 2, of = 'marks' }",
        "thaw.map.number 'kind'",
        "thaw.map.bucket { 1, 2, of = 'kind' }",
        "thaw.map.bucket { 2, 1, of = 'kind' }",
        "thaw.map.number 'marks'",
        "thaw.map.category 'nothing'",
        "thaw.map.bag(function(row) return { row.marks, row.kind } end)",
        "thaw.map.number(function(row) return row.kind / 2 end)",
        "5",
        "thaw.plain.bias()",
        "thaw.map.bag { separator = '' }",
        "thaw.map.bag { most = 1 << 40, of = 'marks' }",
        "thaw.map.number { of = 5 }"};
    for (uint32_t i = 1 + choose(writer, 3); i > 0; i--) {
        write_format(writer, "%s%u = ", chance(writer, 97) ? "field" : "id", i);
        if (chance(writer, 40)) {
            write_format(writer, "function(row) ");
            if (chance(writer, 40))
                write_statements(writer, 2);
            write_format(writer, "return ");
            if (chance(writer, 50))
                write_format(writer, "row.%s", chance(writer, 90) ? "kind" : "nothing");
            else
                write_expression(writer, KIND_ANY);
            write_format(writer, " end, ");
        } else {
            write_format(writer, "%s, ",
                         mappings[choose(
                             writer, chance(writer, 85) ? 8 : sizeof mappings / sizeof *mappings)]);
        }
    }
}

static void write_tasks(struct writer *writer)
{
    static const struct option options[] = {
        {"min", "w", 11, 16},  {"max", "w", 16, 60},      {"query", "w", 1, 5},
        {"shots", "l", 0, 12}, {"draws", "w", 1, 3},      {"split", "own|nested", 0, 0},
        {"warm", "y", 0, 1},   {"validation", "y", 0, 1},
    };
    static const struct option cold[] = {{"users", "y", 0, 1},
                                         {"items", "y", 0, 1},
                                         {"by", "random|time", 0, 0},
                                         {"items_by", "kind|year|kind|year|marks", 0, 0}};
    write_format(writer, "tasks = thaw.tasks.by_user { ");
    write_options_of(writer, options, 35);
    if (chance(writer, 30)) {
        write_format(writer, "cold = { ");
        write_options_of(writer, cold, 40);
        write_format(writer, "}, ");
    }
    write_format(writer, "}, ");
}

static void write_arms(struct writer *writer)
{
    static const char *const plain[] = {"global_mean",  "user_mean",       "item_mean",
                                        "bias",         "popularity_bias", "hierarchical_mean",
                                        "content_mean", "gaussian_item"};
    static const struct option strengths[] = {
        {"item_shrink", "x", 0, 9}, {"user_shrink", "x", 0, 9}, {"ridge", "x", 0, 9},
        {"iterations", "w", 1, 9},  {"factors", "w", 1, 6},     {"exposure", "x", 0, 9}};
    write_format(writer, "arms = { ");
    for (uint32_t i = 1 + choose(writer, 2); i > 0; i--) {
        write_format(writer, "arm%u = ", i);
        if (chance(writer, 15)) {
            write_format(writer, "thaw.plain.%s { ", choose_of(writer, plain));
            write_options_of(writer, strengths, 10);
            write_format(writer, "}, ");
            continue;
        }
        write_format(writer, "{ model = ");
        write_model(writer);
        write_format(writer, ", learner = ");
        write_learner(writer);
        write_format(writer, " }, ");
    }
    write_format(writer, "}, ");
}

void write_experiment(struct writer *writer)
{
    static const struct option options[] = {{"answer", "level|median|raw", 0, 0},
                                            {"matters", "x", 0, 1},
                                            {"seeds", "w", 1, 3},
                                            {"baseline", "bias|best_plain|arm1|nobody", 0, 0},
                                            {"prior_shrink", "x", 0, 9},
                                            {"name", "a name|\\\\27[2J", 0, 0}};
    static const char *const entities[] = {"user", "item", "context"};
    write_format(writer, "local function try(f) local good, what = pcall(f) show(good, what) end\n"
                         "return thaw.experiment { data = 'toy', ");
    write_options_of(writer, options, 15);
    if (chance(writer, 60)) {
        write_format(writer, "mapping = { item = { id = thaw.map.identity(), ");
        write_mapping(writer);
        write_format(writer, "}, ");
        if (chance(writer, 40)) {
            write_format(writer, "%s = { ", choose_of(writer, entities));
            write_mapping(writer);
            write_format(writer, "}, ");
        }
        write_format(writer, "}, ");
    }
    write_tasks(writer);
    if (chance(writer, 10))
        write_format(writer, "search = { trials = %u, rungs = %u }, ", choose(writer, 5),
                     choose(writer, 4));
    write_arms(writer);
    write_format(writer, "}\n");
}
