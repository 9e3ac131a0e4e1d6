/* SPDX-License-Identifier: MIT
 *
 * Tables that fields of a model share, freeze and start with, projections, gates and attention, and
 * what a script is told about mistakes in them.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "lua_learner.h"
#include "recommender/serving.h"
#include "trial.h"

static struct error error;

static int set_up(void **state)
{
    *state = trial_of_file("tables.lua");
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    trial_free(*state);
    return 0;
}

static const struct parameter *parameter_of(struct recommender *recommender, const char *name)
{
    const struct parameters *parameters = lua_learner_of(recommender)->parameters;
    size_t number;
    if (!parameters_find(parameters, name, &number))
        fail_msg("there is no parameter %s", name);
    return parameters_at(parameters, number);
}

static const struct feature_field *field_called(const struct trial *trial, const char *name)
{
    for (size_t i = 0; i < trial->space.count; i++)
        if (strcmp(trial->space.fields[i].name, name) == 0)
            return &trial->space.fields[i];
    fail_msg("there is no field %s", name);
    return NULL;
}

/* -- tables ------------------------------------------------------------------------------------ */

static void a_name_is_one_table(void **state)
{
    struct recommender *learner = trial_recommender(*state, "mlp", 1);
    const struct parameters *parameters = lua_learner_of(learner)->parameters;
    size_t number;
    assert_false(parameters_find(parameters, "user.likes", &number));
    assert_false(parameters_find(parameters, "item.genres", &number));
    const struct parameter *tastes = parameter_of(learner, "share.tastes");
    assert_int_equal(tastes->rows, 5); /* Drama, Western, War, Comedy */
    assert_int_equal(parameter_of(learner, "share.people")->rows,
                     field_called(*state, "user.who")->vocabulary);
    assert_int_equal(parameter_of(learner, "share.pairs")->rows, 2);
    assert_int_equal(parameter_of(learner, "share.pairs")->columns, 3);
    assert_int_equal(parameter_of(learner, "layer1")->rows, 6 * 3 + 3 * 3 + 3);
    learner->operations->free(learner);
}

static void a_frozen_table_stays_at_its_start(void **state)
{
    struct recommender *learner = trial_recommender(*state, "mlp", 1);
    const struct feature_field *gender = field_called(*state, "user.gender");
    bool woman_first = strcmp(id_map_text(gender->words, 0), "F") == 0;
    const real woman[] = {0.5, -0.5, 1}, man[] = {0.25, 0.125, -1};
    real gate = parameter_of(learner, "user.likes.gate")->values[0];
    for (int trained = 0; trained < 2; trained++) {
        const real *values = parameter_of(learner, "user.gender")->values;
        assert_memory_equal(values + 3, woman_first ? woman : man, sizeof woman);
        assert_memory_equal(values + 6, woman_first ? man : woman, sizeof man);
        if (!trained)
            trial_train_all(*state, learner);
    }
    assert_true(gate == 0);
    assert_true(parameter_of(learner, "user.likes.gate")->values[0] != 0);
    learner->operations->free(learner);
}

static void an_identity_starts_with_its_vector(void **state)
{
    const struct trial *trial = *state;
    struct recommender *learner = trial_recommender(*state, "mlp", 1);
    const struct parameter *film = parameter_of(learner, "item.film");
    const struct feature_field *field = field_called(trial, "item.film");
    const struct column *year = table_column(&trial->dataset->item_table, "year");
    uint32_t compared = 0;
    for (uint32_t item = 0; item < field->entities; item++) {
        const real *row = film->values + (size_t)field->index[item] * 3;
        if (field->index[item] == 0)
            continue;
        assert_float_equal(row[0], (double)year->integer[item] / 1000, 1e-6);
        assert_true(row[1] == 1.5F && row[2] == -0.5F);
        compared++;
    }
    assert_true(compared > 40);
    for (int c = 0; c < 3; c++)
        assert_true(film->values[c] == 0);
    learner->operations->free(learner);
}

static void learn_with_any_number_of_lanes(struct trial *trial, const char *const *arms,
                                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct recommender *one = trial_recommender(trial, arms[i], 1);
        struct recommender *other = trial_recommender(trial, arms[i], 1);
        double loss = trial_train(trial, one, 0, 3, 1, 0);
        assert_true(isfinite(loss));
        assert_true(loss == trial_train(trial, other, 0, 3, 3, 1));
        struct trial_result results[2] = {trial_predict(trial, one, SCENARIO_USER_COLD, 3, 0),
                                          trial_predict(trial, other, SCENARIO_USER_COLD, 3, 2)};
        assert_true(results[0].count > 0);
        assert_memory_equal(results[0].predictions, results[1].predictions,
                            results[0].count * sizeof(float));
        one->operations->free(one);
        other->operations->free(other);
    }
}

/* A step of one task moves the row of a word for its user's and its items' part. */
static void every_model_learns_with_any_number_of_lanes(void **state)
{
    static const char *const arms[] = {"mlp",    "mlp_maml", "melu",   "linear",
                                       "towers", "machine",  "factors"};
    learn_with_any_number_of_lanes(*state, arms, sizeof arms / sizeof *arms);
}

/* -- attention --------------------------------------------------------------------------------- */

static void every_model_attends_with_any_number_of_lanes(void **state)
{
    static const char *const arms[] = {"mlp",         "mlp_maml", "melu",    "linear", "towers",
                                       "towers_maml", "machine",  "factors", "shown"};
    struct trial *trial = trial_of_file("attention.lua");
    (void)state;
    learn_with_any_number_of_lanes(trial, arms, sizeof arms / sizeof *arms);
    trial_free(trial);
}

static void scores_and_vectors_of_attention_start_at_zero_and_are_learned(void **state)
{
    static const char *const names[] = {"share.tastes.score", "item.idf.score", "item.text.query",
                                        "item.plot.query", "item.near.score"};
    struct trial *trial = trial_of_file("attention.lua");
    (void)state;
    struct recommender *learner = trial_recommender(trial, "mlp", 1);
    const struct parameters *parameters = lua_learner_of(learner)->parameters;
    size_t number;
    for (int trained = 0; trained < 2; trained++) {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            const struct parameter *of = parameter_of(learner, names[i]);
            double sum = 0;
            for (size_t n = 0; n < (size_t)of->rows * of->columns; n++)
                sum += fabs((double)of->values[n]);
            if ((sum > 0) != trained)
                fail_msg("%s: %g", names[i], sum);
        }
        if (!trained)
            trial_train_all(trial, learner);
    }
    assert_int_equal(parameter_of(learner, "item.idf.projection")->columns, 3);
    assert_false(parameters_find(parameters, "item.genres.score", &number));
    const struct feature_field *near = field_called(trial, "item.near");
    assert_memory_equal(parameter_of(learner, "item.near")->values, near->given,
                        near->vocabulary * 3 * sizeof(float));
    learner->operations->free(learner);
    trial_free(trial);
}

/* What an item's words give by the definition: the arm's prediction is the sum of both columns. */
static double attended(const struct feature_field *field, uint32_t item, const real *table,
                       const real *scores)
{
    double total = 0, sum = 0;
    for (uint32_t at = field->starts[item]; at < field->starts[item + 1]; at++) {
        uint32_t row = field->indices[at];
        double weight = exp((double)scores[row]);
        total += weight;
        sum += weight * ((double)table[2 * row] + (double)table[2 * row + 1]);
    }
    return sum / total;
}

static void attention_is_the_softmax_of_its_scores(void **state)
{
    enum { SHOWN = 60 };
    struct trial *trial = trial_of_file("attention.lua");
    struct recommender *learner = trial_recommender(trial, "shown", 1);
    const struct feature_field *field = field_called(trial, "item.text");
    uint32_t items[SHOWN], several = 0, none = 0;
    float found[SHOWN];
    (void)state;
    for (uint32_t i = 0; i < SHOWN; i++)
        items[i] = i;
    struct serving *serving = serving_new(learner, 0, items, SHOWN, &error);
    assert_non_null(serving);
    assert_true(serving_score(serving, &(struct serving_user){.user = ROWS_NOBODY}, found, &error));
    for (uint32_t i = 0; i < SHOWN; i++) {
        double expected = attended(field, i, parameter_of(learner, "table")->values,
                                   parameter_of(learner, "scores")->values);
        assert_true(fabs((double)found[i] - expected) < 1e-5);
        several += field->starts[i + 1] - field->starts[i] > 2;
        none += field->indices[field->starts[i]] == 0;
    }
    assert_true(several > 20 && none > 2);
    serving_free(serving);
    learner->operations->free(learner);
    trial_free(trial);
}

static void scores_that_do_not_fit_are_refused(void **state)
{
    static const char script[] =
        "local thaw = require 'thaw'\n"
        "local model = thaw.model\n"
        "local mine = model.define { name = 'mine',\n"
        "  build = function(self, space)\n"
        "    return { model.embedding('table', space.fields[1], 2), model.dense('head', 2, 1) }\n"
        "  end,\n"
        "  features = function(self, theta, rows)\n"
        "    return rows:embed(theta.table, 'item.genres', theta.head)\n"
        "  end }\n"
        "return thaw.experiment { data = 'small', mapping = {\n"
        "  item = { genres = thaw.map.bag() } },\n"
        "  arms = { mine = { model = mine {}, learner = thaw.learn.joint() } } }\n";
    static const uint32_t items[] = {0};
    float found[1];
    (void)state;
    struct trial *trial = trial_new(script, trial_data(), 1);
    struct recommender *learner = trial_recommender(trial, "mine", 1);
    struct serving *serving = serving_new(learner, 0, items, 1, &error);
    assert_false(
        serving_score(serving, &(struct serving_user){.user = ROWS_NOBODY}, found, &error));
    assert_non_null(strstr(error.text, "trial.lua:8: embed: the scores are 2x1, but must be a "
                                       "number for each row of the table, 4x2"));
    serving_free(serving);
    learner->operations->free(learner);
    trial_free(trial);
}

/* Users rate by genres, which stand among words that say nothing. */
static void attention_finds_the_words_that_matter(void **state)
{
    static const char script[] =
        "local thaw = require 'thaw'\n"
        "local function plot(item)\n"
        "  local list = { item.genres }\n"
        "  for i = 1, 12 do list[#list + 1] = 'x' .. item.year * (7 + i) % 11 end\n"
        "  return table.concat(list, ' ')\n"
        "end\n"
        "return thaw.experiment { data = 'small', mapping = {\n"
        "  item = { plot = thaw.map.words { of = plot, pool = 'attention' } } },\n"
        "  arms = { one = { model = thaw.two_tower { embed = 4 },\n"
        "    learner = thaw.learn.ridge { epochs = 30, lr = 0.02 } } },\n"
        "  tasks = thaw.tasks.by_user { min = 12, query = 4, shots = { 0, 3 } } }\n";
    (void)state;
    struct trial *trial = trial_new(script, trial_data(), 1);
    struct recommender *learner = trial_recommender(trial, "one", 1);
    const struct feature_field *field = field_called(trial, "item.plot");
    double scores[64], genre = 0, other = 0;
    uint32_t genres = 0, others = 0;
    trial_train_all(trial, learner);
    assert_true(field->vocabulary <= 64);
    assert_true(script_recommender_scores(learner, 0, NULL, scores));
    for (uint32_t row = 1; row < field->vocabulary; row++) {
        bool noise = id_map_text(field->words, row - 1)[0] == 'x';
        *(noise ? &other : &genre) += scores[row];
        *(noise ? &others : &genres) += 1;
    }
    assert_int_equal(genres, 3);
    assert_true(genre / genres > other / others + 0.3);
    learner->operations->free(learner);
    trial_free(trial);
}

/* -- mistakes ---------------------------------------------------------------------------------- */

#define HEAD                                                                                       \
    "local thaw = require 'thaw'\n"                                                                \
    "local map, learn = thaw.map, thaw.learn\n"                                                    \
    "return thaw.experiment { data = 'small', mapping = {\n"
#define ARMS                                                                                       \
    "}, arms = { one = { model = thaw.two_tower { embed = 4, user_embed = 3 },\n"                  \
    "  learner = learn.ridge() } }, tasks = thaw.tasks.by_user { min = 6, query = 3 } }"

/* The message without the line that it shows. */
static void fails_with(const char *mapping, const char *expected)
{
    char text[2048];
    snprintf(text, sizeof text, HEAD "%s\n" ARMS, mapping);
    const struct script_source source = {.path = "mine.lua", .text = text, .size = strlen(text)};
    struct script_host *host = script_host_new(&source, 1, NULL, NULL, NULL, &error);
    if (host) {
        struct dataset *dataset = trial_data();
        struct feature_parts parts = {0};
        struct feature_space space = {0};
        bool *training = memory_array(dataset->interactions, sizeof *training);
        memset(training, true, dataset->interactions);
        bool mapped = script_host_map(host, dataset, &parts, &error);
        assert_false(mapped && feature_space_fit(&space, &parts, dataset, training, &error));
        if (mapped)
            script_host_blame_mapping(host, &error);
        feature_parts_release(&parts);
        free(training);
        dataset_free(dataset);
        script_host_free(host);
    }
    error.text[strcspn(error.text, "\n")] = '\0';
    assert_string_equal(error.text, expected);
}

static void mistakes_with_neighbours_are_named(void **state)
{
    (void)state;
    fails_with("user = { f = map.neighbours { 'gender', take = 'targte' } }",
               "mine.lua:4: map.neighbours: 'take' is 'targte', but must be one of 'identity', "
               "'known', 'target', 'item', or a part such as map.number { of = 'age' }, did you "
               "mean 'target'?");
    fails_with("user = { f = map.neighbours { 'gendr' } }",
               "mine.lua:4: mapping `user.f`: the users of \"small\" have no column `gendr`, only "
               "age, gender");
    fails_with(
        "user = { f = map.neighbours { 'gender' } }",
        "mine.lua:4: mapping `user.f`: no word of that column is the id of a user: the first "
        "word is \"F\", the first id \"u0\"");
    fails_with("user = { f = map.neighbours { 'gender', take = 'item' } }",
               "mine.lua:4: mapping: 'f' takes 'item', which belongs to a row: write it in "
               "`context`");
    fails_with("user = { f = map.neighbours { 'gender', take = map.number() } }",
               "mine.lua:4: map.neighbours: 'take' is a mapping, but must be a part that says of "
               "what: map.number { of = 'column' }");
    fails_with("context = { f = map.neighbours { 'gender', take = 'known' } }",
               "mine.lua:4: mapping: 'f' of the context takes 'item', what the user's neighbours "
               "make of the row's item; neighbours themselves are a field of users or items");
    fails_with("user = { f = map.neighbours { 'gender', seperator = ',' } }",
               "mine.lua:4: map.neighbours: unknown key 'seperator', did you mean 'separator'?");
}

static void mistakes_with_tables_are_named(void **state)
{
    (void)state;
    fails_with("user = { a = map.category { 'gender', share = 'people' } },\n"
               "item = { a = map.bag { 'genres', share = 'poeple' }, b = map.bag { 'genres', share "
               "= 'people' } }",
               "mine.lua:5: mapping: 'a' shares 'poeple' with no other part, did you mean "
               "'people'?");
    fails_with(
        "user = { a = map.category { 'gender', start = { F = { 1, 2 }, M = { 1 } } } }",
        "mine.lua:4: map.category: 'start' is a table, but must be a table of lists by word; "
        "that of 'M' must be a list of 2 numbers as the others, not of 1");
    fails_with("user = { a = map.category { 'gender', start = { female = { 1, 2 } } } }",
               "mine.lua:4: mapping `user.a`: none of the 1 words of `start` is one of the field: "
               "such as \"female\", where the field has \"F\"");
    fails_with("user = { a = map.category { 'gender', share = 'x' } },\n"
               "item = { year = map.number { share = 'x' } }",
               "mine.lua:5: mapping `item.year`: it shares \"x\" with `user.a`, but has 1 numbers "
               "where that has 2 words");
    fails_with("item = { a = map.bag { 'genres', start = 'yeer' } }",
               "mine.lua:4: mapping `item.a`: the items of \"small\" have no column `yeer`, only "
               "genres, year");
    fails_with("item = { g = map.bag { 'genres', score = 'vector' } }",
               "mine.lua:4: map.bag: has score = 'vector', but only pool = 'attention' has scores");
    fails_with("item = { g = map.tfidf { 'genres', columns = 2, pool = 'attention' } }",
               "mine.lua:4: map.tfidf: has no words to attend to, only numbers");
    fails_with("item = { g = map.word_vectors { 'genres', pool = 'attention', scale = 'rank' } }",
               "mine.lua:4: map.word_vectors: cannot scale the vectors of words by 'rank', so with "
               "pool = 'attention' scale is 'standard' or 'none'");
    fails_with("item = { g = map.word_vectors { 'genres', by = 'skip_gram', power = 1 } }",
               "mine.lua:4: map.word_vectors: has 'power', but only by = 'ppmi' takes it");
    fails_with("item = { g = map.word_vectors { 'genres', epochs = 5 } }",
               "mine.lua:4: map.word_vectors: has 'epochs', but only by = 'skip_gram' takes it");
    fails_with("user = { f = map.neighbours { 'gender', take = 'known', pool = 'attention' } }",
               "mine.lua:4: map.neighbours: has no words to attend to, only numbers");
    fails_with("user = { f = map.neighbours { 'gender', take = map.bag { of = 'gender', pool = "
               "'attention' } } }",
               "mine.lua:4: map.neighbours: 'take' is a mapping, but must be a part without pool = "
               "'attention', which map.neighbours itself takes");
    fails_with("item = { year = map.number { width = 8 } }",
               "mine.lua:4: map.number: unknown key 'width', there is of, scale, missing, share, "
               "frozen, project, gate");
}

static void arm_fails_with(const char *mapping, const char *expected)
{
    char text[2048];
    snprintf(text, sizeof text, HEAD "%s\n" ARMS, mapping);
    struct trial *trial = trial_new(text, trial_data(), 1);
    size_t number = 0;
    while (strcmp(trial->experiment->arms[number].name, "one") != 0)
        number++;
    assert_null(script_host_recommender(trial->host, number, 1, &trial->data, &error));
    error.text[strcspn(error.text, "\n")] = '\0';
    assert_string_equal(error.text, expected);
    trial_free(trial);
}

static void a_model_says_which_widths_it_cannot_have(void **state)
{
    (void)state;
    arm_fails_with("user = { a = map.bag { of = function() return 'War' end, share = 'x' } },\n"
                   "item = { genres = map.bag { share = 'x' } }",
                   "trial.lua:7: arm 'one': 'user.a' shares 'x', which has 4 columns, but needs 3: "
                   "give both the same width");
    arm_fails_with("item = { genres = map.bag() }, user = { gender = map.category() },\n"
                   "context = { place = map.category { frozen = true } }",
                   "trial.lua:7: arm 'one': 'context.place' is frozen, but this model starts it at "
                   "zero, so it would say nothing");
}

/* Models ask fields for options that they do not have, in every step. */
static void an_absent_option_costs_little(void **state)
{
    enum { MOST = 3 }; /* seconds on any machine; some 20 if each is compared with all names */
    static const char script[] =
        "local thaw = require 'thaw'\n"
        "local mine = thaw.model.define { name = 'mine',\n"
        "  build = function(self, space)\n"
        "    local field = space.fields[1]\n"
        "    for i = 1, 300000 do assert(not (field.width or field.share or field.gate)) end\n"
        "    return { thaw.model.dense('head', 1, 1, { group = 'head' }) }\n"
        "  end,\n"
        "  features = function(self, theta, rows) return rows:constant(1) end }\n"
        "return thaw.experiment { data = 'small', mapping = { user = { age = thaw.map.number() } "
        "},\n"
        "  arms = { mine = { model = mine {}, learner = thaw.learn.joint { epochs = 1 } } } }\n";
    (void)state;
    struct trial *trial = trial_new(script, trial_data(), 1);
    double before = clock_monotonic();
    struct recommender *learner = trial_recommender(trial, "mine", 1);
    assert_true(clock_monotonic() - before < MOST);
    learner->operations->free(learner);
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_one_table),
        cmocka_unit_test(an_absent_option_costs_little),
        cmocka_unit_test(a_frozen_table_stays_at_its_start),
        cmocka_unit_test(an_identity_starts_with_its_vector),
        cmocka_unit_test(every_model_learns_with_any_number_of_lanes),
        cmocka_unit_test(every_model_attends_with_any_number_of_lanes),
        cmocka_unit_test(scores_and_vectors_of_attention_start_at_zero_and_are_learned),
        cmocka_unit_test(attention_is_the_softmax_of_its_scores),
        cmocka_unit_test(scores_that_do_not_fit_are_refused),
        cmocka_unit_test(attention_finds_the_words_that_matter),
        cmocka_unit_test(mistakes_with_neighbours_are_named),
        cmocka_unit_test(mistakes_with_tables_are_named),
        cmocka_unit_test(a_model_says_which_widths_it_cannot_have),
    };
    return cmocka_run_group_tests_name("tables of a mapping", tests, set_up, tear_down);
}
