/* SPDX-License-Identifier: MIT
 *
 * Trains learners written in Lua and asks them for predictions.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trial.h"

static const char SCRIPT[] =
    "local thaw = require 'thaw'\n"
    "local map, learn = thaw.map, thaw.learn\n"
    "local mlp = thaw.mlp { embed = 6, hidden = { 8 } }\n"
    "local residual = thaw.mlp { embed = 6, hidden = { 8 }, residual = true }\n"
    "local towers = thaw.two_tower { embed = 6, hidden = { 8 }, user_embed = 4, features = 4,\n"
    "                                residual = true }\n"
    "local own = thaw.learner.define {\n"
    "  name = 'own', options = { { 'strength', 'number', default = 1 } },\n"
    "  adapt = function(self, model, theta, support)\n"
    "    local left = support:target() - model:predict(theta, support)\n"
    "    local level = left:sum() / (support:counts() + self.options.strength)\n"
    "    return theta:with { level = level }\n"
    "  end,\n"
    "  predict = function(self, model, theta, rows)\n"
    "    return model:predict(theta, rows) + theta.level\n"
    "  end,\n"
    "}\n"
    "local level = thaw.model.define {\n"
    "  name = 'level', build = function()\n"
    "    return { thaw.model.dense('level', 1, 1, { start = 'constant', scale = 0.5 }) } end,\n"
    "  predict = function(self, theta, rows) return rows:constant(0) + theta.level end,\n"
    "}\n"
    "local function simple(first_order)\n"
    "  return learn.maml { steps = 1, inner_lr = 0.2, shrink = 5, first_order = first_order,\n"
    "                      batch = 16, shard = 4, optimiser = 'sgd', lr = 0.1 }\n"
    "end\n"
    "local plan = { epochs = 3, batch = 16, shard = 4, lr = 0.01 }\n"
    "local function with(options)\n"
    "  local all = {}\n"
    "  for name, value in pairs(plan) do all[name] = value end\n"
    "  for name, value in pairs(options) do all[name] = value end\n"
    "  return all\n"
    "end\n"
    "return thaw.experiment {\n"
    "  data = 'small',\n"
    "  mapping = {\n"
    "    user = { age = map.bucket { 20, 30, 45 }, gender = map.category() },\n"
    "    item = { film = map.identity { drop = 0.2 }, genres = map.bag(), year = map.number(),\n"
    "             decade = function(item) return item.year // 10 end },\n"
    "    context = { place = map.category() },\n"
    "  },\n"
    "  tasks = thaw.tasks.by_user { min = 6, query = 3, validation = 0 },\n"
    "  arms = {\n"
    "    ridge = { model = towers, learner = learn.ridge(with { epochs = 20 }) },\n"
    "    ridge_mlp = { model = residual, learner = learn.ridge(plan) },\n"
    "    ridge_factors = { model = thaw.factorisation { factors = 4 }, learner = learn.ridge(plan) "
    "},\n"
    "    linear = { model = thaw.linear {}, learner = learn.ridge(plan) },\n"
    "    maml = { model = residual, learner = learn.maml(with { steps = 2, inner_lr = 0.1 }) },\n"
    "    first = { model = residual, learner = learn.maml(with { steps = 2, inner_lr = 0.1,\n"
    "                                                            first_order = true }) },\n"
    "    still = { model = residual, learner = learn.maml(with { steps = 0 }) },\n"
    "    constant = { model = residual, learner = thaw.learner.define { name = 'constant' }(plan) "
    "},\n"
    "    plain = { model = mlp, learner = learn.joint { epochs = 4, lr = 0.01 } },\n"
    "    tuned = { model = mlp, learner = learn.joint { epochs = 4, lr = 0.01,\n"
    "              fine_tune = { steps = 5, inner_lr = 0.1 } } },\n"
    "    melu = { model = thaw.melu { embed = 4, hidden = 6 }, learner = learn.maml(plan) },\n"
    "    factors = { model = thaw.factorisation { factors = 4 }, learner = learn.joint { epochs = "
    "2 } },\n"
    "    level = { model = level(), learner = simple(false) },\n"
    "    level_first = { model = level(), learner = simple(true) },\n"
    "    own = { model = residual, learner = own(plan) },\n"
    "  },\n"
    "}\n";

static int set_up(void **state)
{
    *state = trial_new(SCRIPT, trial_data(), 3);
    return 0;
}

static int tear_down(void **state)
{
    trial_free(*state);
    return 0;
}

static const char *const LEARNERS[] = {"ridge", "ridge_mlp", "ridge_factors", "linear",
                                       "maml",  "first",     "still",         "plain",
                                       "tuned", "melu",      "factors",       "own"};
enum { LEARNER_COUNT = sizeof LEARNERS / sizeof *LEARNERS };

static void release(struct recommender *recommender)
{
    recommender->operations->free(recommender);
}

static struct bytes weights_of(const struct recommender *recommender)
{
    struct bytes bytes = {0};
    recommender->operations->weights(recommender, &bytes);
    return bytes;
}

static void assert_same_weights(const struct recommender *a, const struct recommender *b)
{
    struct bytes left = weights_of(a), right = weights_of(b);
    assert_int_equal(left.size, right.size);
    assert_memory_equal(left.data, right.data, left.size);
    bytes_release(&left);
    bytes_release(&right);
}

static void every_learner_gets_better_than_it_started(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < LEARNER_COUNT; i++) {
        struct recommender *fresh = trial_recommender(trial, LEARNERS[i], 1);
        struct recommender *trained = trial_recommender(trial, LEARNERS[i], 1);
        trial_train_all(trial, trained);
        double before = trial_error(trial_predict(trial, fresh, SCENARIO_USER_COLD, SHOTS_ALL, 0));
        double after = trial_error(trial_predict(trial, trained, SCENARIO_USER_COLD, SHOTS_ALL, 0));
        if (!(after < before))
            print_error("%s: %f -> %f\n", LEARNERS[i], before, after);
        assert_true(after < before);
        release(fresh);
        release(trained);
    }
}

static void ridge_learns_a_cold_users_taste(void **state)
{
    struct trial *trial = *state;
    struct recommender *ridge = trial_recommender(trial, "ridge", 1);
    struct recommender *bias = trial_recommender(trial, "bias", 1);
    trial_train_all(trial, ridge);
    double with = trial_error(trial_predict(trial, ridge, SCENARIO_USER_COLD, SHOTS_ALL, 0));
    double without = trial_error(trial_predict(trial, ridge, SCENARIO_USER_COLD, 0, 0));
    double plain = trial_error(trial_predict(trial, bias, SCENARIO_USER_COLD, SHOTS_ALL, 0));
    assert_true(with < without - 0.05);
    assert_true(with < plain - 0.05);
    release(ridge);
    release(bias);
}

static void the_bits_are_the_same_in_any_lane(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < LEARNER_COUNT; i++) {
        struct recommender *one = trial_recommender(trial, LEARNERS[i], 7);
        struct recommender *two = trial_recommender(trial, LEARNERS[i], 7);
        trial_train(trial, one, 0, 10, 1, 0);
        trial_train(trial, two, 0, 10, 3, 1);
        assert_same_weights(one, two);
        struct trial_result left = trial_predict(trial, one, SCENARIO_USER_COLD, 3, 0);
        float *kept = memory_array(left.count, sizeof *kept);
        memcpy(kept, left.predictions, left.count * sizeof *kept);
        struct trial_result right = trial_predict(trial, two, SCENARIO_USER_COLD, 3, 2);
        assert_memory_equal(kept, right.predictions, left.count * sizeof *kept);
        free(kept);
        release(one);
        release(two);
    }
}

static void a_loaded_learner_goes_on_with_the_same_bits(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < LEARNER_COUNT; i++) {
        struct recommender *whole = trial_recommender(trial, LEARNERS[i], 3);
        struct recommender *resumed = trial_recommender(trial, LEARNERS[i], 3);
        struct bytes bytes = {0};
        struct error error;
        trial_train(trial, whole, 0, 6, 1, 0);
        whole->operations->save(whole, &bytes);
        trial_train(trial, whole, 6, 12, 1, 0);
        struct reader reader = reader_of(bytes.data, bytes.size);
        assert_true(resumed->operations->load(resumed, &reader, &error));
        trial_train(trial, resumed, 6, 12, 2, 0);
        assert_same_weights(whole, resumed);
        bytes_release(&bytes);
        release(whole);
        release(resumed);
    }
}

/* The canary: predictions are made from a data set whose query ratings are all different. */
static void query_ratings_change_no_prediction(void **state)
{
    struct trial *trial = *state;
    for (int i = 0; i < LEARNER_COUNT; i++) {
        struct recommender *recommender = trial_recommender(trial, LEARNERS[i], 2);
        trial_train(trial, recommender, 0, 6, 1, 0);
        struct trial_result before = trial_predict(trial, recommender, SCENARIO_USER_COLD, 5, 0);
        float *kept = memory_array(before.count, sizeof *kept);
        memcpy(kept, before.predictions, before.count * sizeof *kept);

        struct task_set set;
        float *values = memory_array(trial->dataset->interactions, sizeof *values);
        memcpy(values, trial->dataset->value, trial->dataset->interactions * sizeof *values);
        task_set_make(&set, trial->dataset, &trial->split, &trial->experiment->tasks, 1,
                      SCENARIO_USER_COLD, 0);
        for (uint32_t t = 0; t < set.count; t++)
            for (uint32_t q = 0; q < set.tasks[t].query_count; q++)
                trial->dataset->value[set.tasks[t].query[q]] = 1000.0F + (float)q;
        task_set_release(&set);
        struct trial_result after = trial_predict(trial, recommender, SCENARIO_USER_COLD, 5, 0);
        assert_int_equal(before.count, after.count);
        assert_memory_equal(kept, after.predictions, after.count * sizeof *kept);
        assert_true(after.truth[0] >= 1000);

        memcpy(trial->dataset->value, values, trial->dataset->interactions * sizeof *values);
        free(values);
        free(kept);
        release(recommender);
    }
}

static void maml_without_steps_is_training_by_task(void **state)
{
    struct trial *trial = *state;
    struct recommender *maml = trial_recommender(trial, "still", 4);
    struct recommender *constant = trial_recommender(trial, "constant", 4);
    double left = trial_train(trial, maml, 0, 10, 1, 0);
    double right = trial_train(trial, constant, 0, 10, 1, 0);
    assert_true(left == right);
    assert_same_weights(maml, constant);
    release(maml);
    release(constant);
}

static void second_order_differs_from_first_order_in_training_only(void **state)
{
    struct trial *trial = *state;
    struct recommender *second = trial_recommender(trial, "maml", 5);
    struct recommender *first = trial_recommender(trial, "first", 5);
    struct trial_result left = trial_predict(trial, second, SCENARIO_USER_COLD, 5, 0);
    float *kept = memory_array(left.count, sizeof *kept);
    memcpy(kept, left.predictions, left.count * sizeof *kept);
    struct trial_result right = trial_predict(trial, first, SCENARIO_USER_COLD, 5, 0);
    assert_memory_equal(kept, right.predictions, left.count * sizeof *kept);
    free(kept);
    assert_true(trial_train(trial, second, 0, 1, 1, 0) == trial_train(trial, first, 0, 1, 1, 0));
    struct bytes a = weights_of(second), b = weights_of(first);
    assert_int_equal(a.size, b.size);
    assert_memory_not_equal(a.data, b.data, a.size);
    bytes_release(&a);
    bytes_release(&b);
    release(second);
    release(first);
}

/* The mean of a task's values. */
static double mean_of(const float *values, const struct rows *rows, uint32_t task)
{
    double sum = 0;
    for (uint32_t row = rows->offsets[task]; row < rows->offsets[task + 1]; row++)
        sum += (double)values[row];
    return rows->offsets[task + 1] > rows->offsets[task]
               ? sum / (rows->offsets[task + 1] - rows->offsets[task])
               : 0;
}

/* The outer gradient of a model that is one number, written out. With a = inner_lr 2 n / (n + 5):
 * phi = theta - a (theta - mean of the support), loss = mean (phi - y)^2 over the query, and
 * d loss / d theta = 2 (phi - mean of the query) (1 - a); first order leaves (1 - a) out. */
static double gradient_of_level(struct trial *trial, const struct training_plan *plan,
                                bool second_order)
{
    const double theta = 0.5;
    struct training_order order = {0};
    double sum = 0;
    uint32_t tasks = 0;
    training_order_make(&order, trial->dataset, &trial->split, plan, 1,
                        training_position(&trial->split, plan, 0));
    for (uint32_t shard = 0; shard < training_shards(&trial->split, plan, 0); shard++) {
        struct episodes episodes = training_episodes(&order, trial->dataset, &trial->split, plan, 1,
                                                     0, shard, trial->arena);
        for (uint32_t t = 0; t < episodes.query.tasks; t++, tasks++) {
            const struct rows *support = &episodes.support;
            double n = support->offsets[t + 1] - support->offsets[t], a = 0.2 * 2 * n / (n + 5);
            double phi = theta - a * (theta - mean_of(support->value, support, t));
            double query = mean_of(episodes.query_value, &episodes.query, t);
            sum += 2 * (phi - query) * (second_order ? 1 - a : 1);
        }
    }
    training_order_release(&order);
    return sum / tasks;
}

static void mamls_gradient_is_the_one_written_out_by_hand(void **state)
{
    struct trial *trial = *state;
    for (int second_order = 0; second_order < 2; second_order++) {
        struct recommender *level =
            trial_recommender(trial, second_order ? "level" : "level_first", 1);
        arena_reset(trial->arena);
        double expected = gradient_of_level(trial, &level->plan, second_order);
        trial_train(trial, level, 0, 1, 1, 0);
        float prediction = trial_predict(trial, level, SCENARIO_USER_COLD, 0, 0).predictions[0];
        assert_true(fabs(((double)prediction - (0.5 - 0.1 * expected))) < 1e-5);
        assert_true(fabs(expected) > 0.1);
        release(level);
    }
}

static void support_changes_what_adapting_learners_say(void **state)
{
    struct trial *trial = *state;
    static const char *const adapting[] = {"ridge", "maml", "tuned", "own"};
    for (size_t i = 0; i < sizeof adapting / sizeof *adapting; i++) {
        struct recommender *recommender = trial_recommender(trial, adapting[i], 1);
        struct trial_result none = trial_predict(trial, recommender, SCENARIO_USER_COLD, 0, 0);
        float *kept = memory_array(none.count, sizeof *kept);
        memcpy(kept, none.predictions, none.count * sizeof *kept);
        struct trial_result some = trial_predict(trial, recommender, SCENARIO_USER_COLD, 5, 0);
        assert_memory_not_equal(kept, some.predictions, some.count * sizeof *kept);
        free(kept);
        release(recommender);
    }
}

static void steps_ask_for_no_more_memory_after_the_first_ones(void **state)
{
    struct trial *trial = *state;
    struct recommender *maml = trial_recommender(trial, "maml", 1);
    uint32_t steps = training_steps_per_epoch(&trial->split, &maml->plan, 0);
    trial_train(trial, maml, 0, 3 * steps, 1, 0);
    uint64_t peak = script_host_peak(trial->host);
    assert_true(peak > 0);
    for (int round = 0; round < 20; round++)
        trial_train(trial, maml, 0, 3 * steps, 1, 0);
    assert_int_equal(script_host_peak(trial->host), peak);
    release(maml);
}

static void the_bundled_data_is_learned(void **state)
{
    (void)state;
    struct dataset *dataset = trial_bundled();
    if (!dataset) {
        print_message("skipped: the bundled data is not there\n");
        skip();
    }
    struct trial *trial = trial_new(
        "local thaw = require 'thaw'\n"
        "return thaw.experiment {\n"
        "  data = 'synthetic',\n"
        "  mapping = {\n"
        "    user = { age = thaw.map.bucket { 25, 40, 60 }, gender = thaw.map.category(),\n"
        "             occupation = thaw.map.category() },\n"
        "    item = { film = thaw.map.identity { drop = 0.1 }, genres = thaw.map.bag() },\n"
        "    context = { occasion = thaw.map.category() },\n"
        "  },\n"
        "  tasks = thaw.tasks.by_user { cold = { by = 'time' } },\n"
        "  arms = { ridge = { learner = thaw.learn.ridge { epochs = 8, lr = 5e-3 }, model =\n"
        "    thaw.two_tower { embed = 16, hidden = { 32 }, features = 8, residual = true } } },\n"
        "}\n",
        dataset, 1);
    struct recommender *ridge = trial_recommender(trial, "ridge", 1);
    struct recommender *bias = trial_recommender(trial, "bias", 1);
    trial_train_all(trial, ridge);
    double adapted = trial_error(trial_predict(trial, ridge, SCENARIO_USER_COLD, SHOTS_ALL, 0));
    double plain = trial_error(trial_predict(trial, bias, SCENARIO_USER_COLD, SHOTS_ALL, 0));
    if (!(adapted < plain - 0.01))
        print_error("ridge %f, bias %f\n", adapted, plain);
    assert_true(adapted < plain - 0.01);
    release(ridge);
    release(bias);
    trial_free(trial);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_learner_gets_better_than_it_started),
        cmocka_unit_test(ridge_learns_a_cold_users_taste),
        cmocka_unit_test(the_bits_are_the_same_in_any_lane),
        cmocka_unit_test(a_loaded_learner_goes_on_with_the_same_bits),
        cmocka_unit_test(query_ratings_change_no_prediction),
        cmocka_unit_test(maml_without_steps_is_training_by_task),
        cmocka_unit_test(second_order_differs_from_first_order_in_training_only),
        cmocka_unit_test(mamls_gradient_is_the_one_written_out_by_hand),
        cmocka_unit_test(support_changes_what_adapting_learners_say),
        cmocka_unit_test(steps_ask_for_no_more_memory_after_the_first_ones),
        cmocka_unit_test(the_bundled_data_is_learned),
    };
    return cmocka_run_group_tests_name("learning", tests, set_up, tear_down);
}
