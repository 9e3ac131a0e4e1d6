/* SPDX-License-Identifier: MIT
 *
 * What is fitted on validation users: a stack that can fall back on plain arms, and the strength of
 * closed forms.
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
#include "recommender/serving.h"
#include "trial.h"

static struct error error;

static int set_up(void **state)
{
    *state = trial_of_file("stack.lua");
    return *state ? 0 : -1;
}

static int tear_down(void **state)
{
    trial_free(*state);
    return 0;
}

static void release(struct recommender *recommender)
{
    recommender->operations->free(recommender);
}

static struct recommender *trained(struct trial *trial, const char *arm)
{
    struct recommender *learner = trial_recommender(trial, arm, 1);
    trial_train_all(trial, learner);
    return learner;
}

/* Predictions and what belongs to them live in the trial's arena; these are kept. */
static struct trial_result kept(struct trial *trial, struct recommender *recommender,
                                enum scenario scenario, uint32_t shots)
{
    struct trial_result result = trial_predict(trial, recommender, scenario, shots, 0);
    float *copies = memory_array(3 * (size_t)result.count + 1, sizeof *copies);
    memcpy(copies, result.predictions, result.count * sizeof *copies);
    memcpy(copies + result.count, result.truth, result.count * sizeof *copies);
    if (result.deviations)
        memcpy(copies + 2 * (size_t)result.count, result.deviations, result.count * sizeof *copies);
    return (struct trial_result){result.count, copies,
                                 result.deviations ? copies + 2 * (size_t)result.count : NULL,
                                 copies + result.count};
}

static double squared_error(struct trial_result result)
{
    double sum = 0;
    for (uint32_t i = 0; i < result.count; i++)
        sum += pow((double)result.predictions[i] - (double)result.truth[i], 2);
    return sqrt(sum / result.count);
}

/* -- rows ---------------------------------------------------------------------------------------*/

static void rows_know_whether_item_and_user_have_training_rows(void **state)
{
    struct trial *trial = *state;
    struct recommender *facts = trial_recommender(trial, "facts", 1);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++) {
        bool cold_item = scenario == SCENARIO_ITEM_COLD || scenario == SCENARIO_BOTH_COLD;
        bool cold_user = scenario == SCENARIO_USER_COLD || scenario == SCENARIO_BOTH_COLD;
        struct trial_result result =
            trial_predict(trial, facts, (enum scenario)scenario, SHOTS_ALL, 0);
        assert_true(result.count > 0);
        for (uint32_t i = 0; i < result.count; i++)
            assert_true(fabs((double)result.predictions[i] - cold_item - 10.0 * cold_user) < 1e-5);
    }
    release(facts);
}

/* -- plain arms ---------------------------------------------------------------------------------*/

static void a_plain_arm_says_in_a_stack_what_it_says_alone(void **state)
{
    struct trial *trial = *state;
    struct recommender *half = trial_recommender(trial, "half", 1);
    struct recommender *bias = trial_recommender(trial, "bias", 1);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        for (uint32_t shots = 0; shots < 6; shots += 5) {
            struct trial_result one = kept(trial, half, (enum scenario)scenario, shots);
            struct trial_result two = kept(trial, bias, (enum scenario)scenario, shots);
            for (uint32_t i = 0; i < one.count; i++)
                assert_true(fabsf(one.predictions[i] * 2 - two.predictions[i]) < 1e-5F);
            free(one.predictions);
            free(two.predictions);
        }
    release(half);
    release(bias);
}

static void a_stack_of_a_fool_and_the_bias_is_the_bias(void **state)
{
    static const char *const arms[] = {"fallen", "fallen_surely"};
    static const uint32_t shots[] = {0, 1, 5, SHOTS_ALL};
    struct trial *trial = *state;
    struct recommender *bias = trial_recommender(trial, "bias", 1);
    for (size_t arm = 0; arm < sizeof arms / sizeof *arms; arm++) {
        struct recommender *stack = trained(trial, arms[arm]);
        assert_true(stack->deviates);
        for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++)
            for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
                struct trial_result one = kept(trial, stack, (enum scenario)scenario, shots[i]);
                struct trial_result two = kept(trial, bias, (enum scenario)scenario, shots[i]);
                for (uint32_t row = 0; row < one.count; row++)
                    if (!(fabsf(one.predictions[row] - two.predictions[row]) < 1e-5F))
                        fail_msg("%s, %s, %u shots: %g is not %g", arms[arm],
                                 scenario_name(trial->dataset, (enum scenario)scenario), shots[i],
                                 (double)one.predictions[row], (double)two.predictions[row]);
                free(one.predictions);
                free(two.predictions);
            }
        release(stack);
    }
    release(bias);
}

/* Equal weights of 0 and the bias at first. */
static void a_firm_prior_keeps_the_weights_where_they_start(void **state)
{
    struct trial *trial = *state;
    struct recommender *held = trained(trial, "held");
    struct recommender *bias = trial_recommender(trial, "bias", 1);
    struct trial_result one = kept(trial, held, SCENARIO_USER_COLD, 5);
    struct trial_result two = kept(trial, bias, SCENARIO_USER_COLD, 5);
    for (uint32_t row = 0; row < one.count; row++)
        assert_true(fabsf(one.predictions[row] * 2 - two.predictions[row]) < 0.1F);
    free(one.predictions);
    free(two.predictions);
    release(held);
    release(bias);
}

/* With many validation tasks in every scenario. */
static struct trial *well_validated(void)
{
    char *script = trial_read("tests/script/stack.lua");
    if (!script)
        return NULL;
    struct trial *trial = trial_new_set(script, "tasks.validation=0.4", trial_data(), 1);
    free(script);
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        assert_true(trial->split.validation_counts[scenario] >= 20);
    return trial;
}

/* Two members, each right in two scenarios that have no fact in common. */
static void a_scenario_has_weights_of_its_own(void **state)
{
    struct trial *trial = well_validated();
    (void)state;
    if (!trial)
        skip();
    struct recommender *crossed = trained(trial, "crossed");
    for (int scenario = 0; scenario < SCENARIO_COUNT; scenario++)
        for (uint32_t shots = 0; shots < 6; shots += 5) {
            struct trial_result said =
                trial_predict(trial, crossed, (enum scenario)scenario, shots, 0);
            double wrong = 0;
            for (uint32_t row = 0; row < said.count; row++)
                wrong += fabs((double)said.predictions[row] - 3) / said.count;
            if (!(wrong < 0.1))
                fail_msg("%s, %u shots: %f", scenario_name(trial->dataset, (enum scenario)scenario),
                         shots, wrong);
        }
    release(crossed);
    trial_free(trial);
}

/* With a share of 5 cold items would have the right level, and less of the knowledge. */
static void a_stack_does_not_make_up_for_a_level(void **state)
{
    struct trial *trial = *state;
    struct recommender *stack = trained(trial, "not_lifted"), *low = trained(trial, "low");
    struct trial_result one = kept(trial, stack, SCENARIO_ITEM_COLD, SHOTS_ALL);
    struct trial_result two = kept(trial, low, SCENARIO_ITEM_COLD, SHOTS_ALL);
    double apart = 0;
    for (uint32_t row = 0; row < one.count; row++)
        apart += fabs((double)one.predictions[row] - (double)two.predictions[row]) / one.count;
    if (!(apart < 0.1))
        fail_msg("%f", apart);
    free(one.predictions);
    free(two.predictions);
    release(stack);
    release(low);
}

static void a_stack_that_names_no_members_has_the_usual_ones(void **state)
{
    struct trial *trial = *state;
    struct recommender *usual = trained(trial, "usual"), *named = trained(trial, "named");
    struct bytes one = {0}, two = {0};
    usual->operations->weights(usual, &one);
    named->operations->weights(named, &two);
    assert_true(usual->deviates);
    assert_int_equal(one.size, two.size);
    assert_memory_equal(one.data, two.data, one.size);
    bytes_release(&one);
    bytes_release(&two);
    release(usual);
    release(named);
}

static void a_stack_knows_how_sure_it_is_though_its_members_do_not(void **state)
{
    static const char *const arms[] = {"mixed", "mixed_squared"};
    struct trial *trial = *state;
    for (size_t arm = 0; arm < sizeof arms / sizeof *arms; arm++) {
        struct recommender *stack = trained(trial, arms[arm]);
        struct trial_result result = trial_predict(trial, stack, SCENARIO_USER_COLD, 5, 0);
        uint32_t inside = 0;
        assert_non_null(result.deviations);
        for (uint32_t row = 0; row < result.count; row++)
            inside += fabsf(result.predictions[row] - result.truth[row]) <=
                      1.6449F * result.deviations[row];
        double share = (double)inside / result.count;
        if (!(share > 0.8 && share < 0.98))
            fail_msg("%s: %f of %u", arms[arm], share, result.count);
        release(stack);
    }
}

/* -- the phase that fits ------------------------------------------------------------------------*/

static void the_last_phase_has_the_same_bits_in_every_lane(void **state)
{
    static const char *const arms[] = {"mixed", "mixed_squared", "twice", "usual",
                                       "ridge", "alpaca",        "gp"};
    struct trial *trial = *state;
    for (size_t arm = 0; arm < sizeof arms / sizeof *arms; arm++) {
        struct bytes first = {0};
        for (uint32_t lanes = 1; lanes <= 3; lanes++) {
            struct recommender *learner = trial_recommender(trial, arms[arm], 7);
            uint32_t fitted = training_first_step(&trial->split, &learner->plan, 1);
            struct bytes bytes = {0};
            assert_int_equal(learner->plan.phase_count, 2);
            trial_train(trial, learner, fitted - 1, fitted + 7, lanes, lanes - 1);
            learner->operations->weights(learner, &bytes);
            if (lanes == 1) {
                first = bytes;
            } else {
                assert_int_equal(bytes.size, first.size);
                assert_memory_equal(bytes.data, first.data, first.size);
                bytes_release(&bytes);
            }
            release(learner);
        }
        bytes_release(&first);
    }
}

/* A ridge of 3000 hears nobody. */
static void a_strength_that_is_wrong_is_corrected(void **state)
{
    struct trial *trial = *state;
    struct recommender *stubborn = trained(trial, "stubborn");
    struct recommender *softened = trained(trial, "softened");
    assert_int_equal(stubborn->plan.phase_count, 1);
    struct trial_result one = kept(trial, stubborn, SCENARIO_USER_COLD, SHOTS_ALL);
    struct trial_result two = kept(trial, softened, SCENARIO_USER_COLD, SHOTS_ALL);
    double before = squared_error(one), after = squared_error(two);
    if (!(after < before - 0.02))
        fail_msg("%f is not better than %f", after, before);
    free(one.predictions);
    free(two.predictions);
    one = kept(trial, stubborn, SCENARIO_USER_COLD, 0);
    two = kept(trial, softened, SCENARIO_USER_COLD, 0);
    assert_memory_equal(one.predictions, two.predictions, one.count * sizeof(float));
    free(one.predictions);
    free(two.predictions);
    release(stubborn);
    release(softened);
}

/* -- serving ------------------------------------------------------------------------------------*/

static void serving_asks_plain_arms_as_predict_does(void **state)
{
    enum { SEEN = 4 };
    struct trial *trial = *state;
    struct recommender *stack = trained(trial, "mixed");
    uint32_t count = trial->dataset->by_item.count, users[2] = {ROWS_NOBODY, 3};
    uint32_t *items = memory_array(count, sizeof *items), *rows = memory_array(count, sizeof *rows);
    uint32_t *whose = memory_array(count, sizeof *whose);
    float *served = memory_array(count, sizeof *served), *said = memory_array(count, sizeof *said);
    const float values[SEEN] = {5, 1, 4, 4};
    for (uint32_t i = 0; i < count; i++) {
        items[i] = i;
        rows[i] = ROWS_NOWHERE;
    }
    struct serving *serving = serving_new(stack, 0, items, count, &error);
    assert_non_null(serving);
    for (int which = 0; which < 4; which++) {
        uint32_t seen = which < 2 ? SEEN : 0, support[] = {0, seen}, query[] = {0, count};
        for (uint32_t i = 0; i < count; i++)
            whose[i] = users[which % 2];
        const struct serving_user user = {users[which % 2], seen, items, values, NULL};
        const struct episodes episodes = {
            .support = {1, support, whose, items, rows, values},
            .query = {1, query, whose, items, rows, NULL},
        };
        assert_true(serving_score(serving, &user, served, &error));
        assert_true(stack->operations->predict(stack, 0, &episodes, said, NULL, &error));
        for (uint32_t i = 0; i < count; i++)
            assert_true(fabsf(served[i] - said[i]) < 1e-5F);
    }
    serving_free(serving);
    free(items);
    free(rows);
    free(whose);
    free(served);
    free(said);
    release(stack);
}

/* -- errors -------------------------------------------------------------------------------------*/

static void members_that_are_none_are_named_with_their_line(void **state)
{
    static const struct {
        const char *members, *expected;
    } refused[] = {
        {"'bias'", "trial.lua:4: learn.aggregate: 'members' is a table, but must be a list of 1 to "
                   "16 learners, plain arms such as thaw.plain.bias(), or { model = ..., learner "
                   "= ... }; member 1 is 'bias'"},
        {"learn.ridge(), {}",
         "trial.lua:4: learn.aggregate: 'members' is a table, but must be a list of 1 to 16 "
         "learners, plain arms such as thaw.plain.bias(), or { model = ..., learner = ... }; "
         "member 2 is a table"},
        {"{ model = thaw.linear(), learner = thaw.plain.bias() }",
         "trial.lua:4: learn.aggregate: 'members' is a table, but must be a list whose member 1 "
         "has no model: a plain arm takes none, write it without { model = ..., learner = ... }"},
        {"thaw.plain.bias(), thaw.plain.user_mean()",
         "trial.lua:4: learn.aggregate: all members are plain arms, but at least one must be a "
         "learner"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char script[512];
        snprintf(script, sizeof script,
                 "local thaw = require 'thaw'\nlocal learn = thaw.learn\n"
                 "return thaw.experiment { data = 'small', baseline = 'bias', arms = { all = {\n"
                 "  model = thaw.linear(), learner = learn.aggregate { members = { %s } } } } }\n",
                 refused[i].members);
        struct script_source source = {.path = "trial.lua", .text = script, .size = strlen(script)};
        assert_null(script_host_new(&source, 1, NULL, NULL, NULL, &error));
        if (!strstr(error.text, refused[i].expected))
            fail_msg("%s", error.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_know_whether_item_and_user_have_training_rows),
        cmocka_unit_test(a_plain_arm_says_in_a_stack_what_it_says_alone),
        cmocka_unit_test(a_stack_of_a_fool_and_the_bias_is_the_bias),
        cmocka_unit_test(a_firm_prior_keeps_the_weights_where_they_start),
        cmocka_unit_test(a_scenario_has_weights_of_its_own),
        cmocka_unit_test(a_stack_does_not_make_up_for_a_level),
        cmocka_unit_test(a_stack_that_names_no_members_has_the_usual_ones),
        cmocka_unit_test(a_stack_knows_how_sure_it_is_though_its_members_do_not),
        cmocka_unit_test(the_last_phase_has_the_same_bits_in_every_lane),
        cmocka_unit_test(a_strength_that_is_wrong_is_corrected),
        cmocka_unit_test(serving_asks_plain_arms_as_predict_does),
        cmocka_unit_test(members_that_are_none_are_named_with_their_line),
    };
    return cmocka_run_group_tests_name("stack", tests, set_up, tear_down);
}
