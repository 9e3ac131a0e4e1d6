/* SPDX-License-Identifier: MIT
 *
 * The learners of lua/experiments/papers.lua and the one developed in docs/SCRIPTS.md: their
 * gradients, and the results they must agree with.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

enum { STEPS = 3 };

static struct trial *trial_of(const char *settings)
{
    char *script = trial_read("lua/experiments/papers.lua");
    struct dataset *dataset = trial_bundled();
    assert_non_null(script);
    assert_non_null(dataset);
    struct trial *trial = trial_new_set(script, settings, dataset, 1);
    free(script);
    return trial;
}

static void expect_gradients(struct trial *trial)
{
    for (size_t i = 0; i < trial->experiment->arm_count; i++) {
        const struct arm *arm = &trial->experiment->arms[i];
        struct gradient_report report;
        struct error error;
        if (arm->is_baseline)
            continue;
        struct recommender *learner = trial_recommender(trial, arm->name, 1);
        struct episodes episodes = trial_episodes(trial, learner, 4);
        struct training_place place = {.seed = 1};
        if (!script_recommender_check_gradient(learner, &episodes, place, &report, &error))
            fail_msg("%s", error.text);
        if (report.differed > 0)
            fail_msg("%s: %s, row %u, column %u: %g by tape, %g by differences", arm->name,
                     report.parameter, report.row, report.column, report.by_tape,
                     report.by_differences);
        assert_true(report.agreed > 20);
        learner->operations->free(learner);
    }
}

/* The largest difference between what two arms predict after so many steps. */
static double difference(struct trial *trial, const char *first, const char *second, uint32_t steps,
                         uint32_t shots)
{
    enum { MOST = 1 << 14 };
    static float kept[MOST];
    double most = 0;
    for (int i = 0; i < 2; i++) {
        struct recommender *learner = trial_recommender(trial, i ? second : first, 1);
        trial_train(trial, learner, 0, steps, 1, 0);
        struct trial_result result = trial_predict(trial, learner, SCENARIO_USER_COLD, shots, 0);
        assert_in_range(result.count, 100, MOST);
        for (uint32_t row = 0; row < result.count; row++)
            if (i == 0)
                kept[row] = result.predictions[row];
            else
                most = fmax(most, fabs((double)(result.predictions[row] - kept[row])));
        learner->operations->free(learner);
    }
    return most;
}

static void gradients_are_those_of_the_losses(void **state)
{
    (void)state;
    struct trial *trial = trial_of(NULL);
    expect_gradients(trial);
    trial_free(trial);
}

static void one_step_at_fixed_rates_is_maml(void **state)
{
    (void)state;
    struct trial *trial = trial_of("arms.every_step.learner.steps=1\narms.maml.learner.steps=1\n"
                                   "inner_lr=0.1\nrate_rate=0\noptimiser=sgd\nlr=0.5");
    assert_true(difference(trial, "every_step", "maml", STEPS, 5) < 1e-5);
    assert_true(difference(trial, "every_step", "maml", 0, 5) < 1e-5);
    assert_true(difference(trial, "every_step", "body", STEPS, 5) > 1e-3);
    trial_free(trial);
}

static void with_nothing_to_attend_to_the_model_speaks(void **state)
{
    (void)state;
    struct trial *trial = trial_of("arms.maml.learner.steps=0");
    assert_true(difference(trial, "attentive", "maml", 0, 5) < 1e-6); /* `out` starts from 0 */
    assert_true(difference(trial, "relation", "maml", 0, 0) < 1e-6);
    assert_true(difference(trial, "relation", "maml", 0, 5) > 1e-3);
    trial_free(trial);
}

/* Newton's method has a fixed point, and is there after few steps. */
static void newton_steps_end_at_the_minimum(void **state)
{
    (void)state;
    double distance[3];
    static const char *const settings[] = {"arms.newton.learner.steps=2",
                                           "arms.newton.learner.steps=4",
                                           "arms.newton.learner.steps=40"};
    enum { MOST = 1 << 14 };
    static float predictions[3][MOST];
    uint32_t count = 0;
    for (int i = 0; i < 3; i++) {
        struct trial *trial = trial_of(settings[i]);
        struct recommender *learner = trial_recommender(trial, "newton", 1);
        trial_train(trial, learner, 0, STEPS, 1, 0);
        struct trial_result result = trial_predict(trial, learner, SCENARIO_USER_COLD, 10, 0);
        count = result.count;
        assert_in_range(count, 100, MOST);
        memcpy(predictions[i], result.predictions, count * sizeof(float));
        learner->operations->free(learner);
        trial_free(trial);
    }
    for (int i = 0; i < 3; i++) {
        distance[i] = 0;
        for (uint32_t row = 0; row < count; row++)
            distance[i] =
                fmax(distance[i], fabs((double)(predictions[i][row] - predictions[2][row])));
    }
    assert_true(distance[0] < 0.05);
    assert_true(distance[1] < 1e-4);
}

/* The complete example of docs/SCRIPTS.md, as it stands there. */
static void the_documented_learner_works_as_written(void **state)
{
    (void)state;
    static const char begin[] = "```lua\n-- nearest.lua";
    char *text = trial_read("docs/SCRIPTS.md");
    assert_non_null(text);
    char *script = strstr(text, begin);
    assert_non_null(script);
    script += strlen("```lua\n");
    *strstr(script, "```") = '\0';
    struct trial *trial = trial_new(script, trial_bundled(), 1);
    expect_gradients(trial);
    struct recommender *learner = trial_recommender(trial, "nearest", 1);
    double before = trial_train(trial, learner, 0, 1, 1, 0);
    double after = trial_train(trial, learner, 1, 100, 1, 0);
    assert_true(after < before);
    learner->operations->free(learner);
    trial_free(trial);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_those_of_the_losses),
        cmocka_unit_test(one_step_at_fixed_rates_is_maml),
        cmocka_unit_test(with_nothing_to_attend_to_the_model_speaks),
        cmocka_unit_test(newton_steps_end_at_the_minimum),
        cmocka_unit_test(the_documented_learner_works_as_written),
    };
    return cmocka_run_group_tests_name("papers", tests, NULL, NULL);
}
