/* SPDX-License-Identifier: MIT
 *
 * Exact limits in which a learner of the library is another one, or what can be written out by
 * hand.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "learner_predictions.h"
#include "trial.h"

static void assert_same_predictions(struct trial *trial, const char *first, const char *second)
{
    static const uint32_t shots[] = {0, 1, 5, SHOTS_ALL};
    struct recommender *one = trial_recommender(trial, first, 4);
    struct recommender *two = trial_recommender(trial, second, 4);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        uint32_t count;
        float *left = predicted(trial, one, shots[i], 0, &count);
        float *right = predicted(trial, two, shots[i], 0, &count);
        double difference = largest_difference(left, right, count);
        if (!(difference < 2e-3))
            print_error("%s and %s, %u shots: %g\n", first, second, shots[i], difference);
        assert_true(difference < 2e-3);
        free(left);
        free(right);
    }
    release(one);
    release(two);
}

static void meta_sgd_with_equal_fixed_rates_is_maml(void **state)
{
    assert_same_step(*state, "maml_step", "equal_rates");
    assert_same_predictions(*state, "maml_step", "equal_rates");
}

static void anil_is_maml_that_moves_the_head_alone(void **state)
{
    assert_same_step(*state, "maml_head", "anil_sgd");
    assert_same_predictions(*state, "maml_head", "anil_sgd");
    assert_true(steps_of(*state, "maml_step", "anil_sgd", 0).difference > 1e-3);
}

static void melu_is_maml_of_the_decision_layers(void **state)
{
    assert_same_step(*state, "maml_small", "melu_small");
    assert_same_predictions(*state, "maml_small", "melu_small");
}

static void transfer_with_all_but_the_head_frozen_tunes_the_head(void **state)
{
    assert_same_predictions(*state, "tuned", "frozen");
}

static void cavia_with_a_context_of_zero_is_the_model_alone(void **state)
{
    assert_same_step(*state, "joint", "cavia_still");
    assert_same_predictions(*state, "joint", "cavia_still");
}

static void cavia_with_the_identity_is_maml_of_the_bias(void **state)
{
    assert_predicts_nothing(*state, "entered");
}

static void the_implicit_gradient_is_that_through_the_closed_form(void **state)
{
    assert_same_step(*state, "proximal", "implicit");
    assert_same_predictions(*state, "proximal", "implicit");
    assert_same_step(*state, "proximal_mlp", "implicit_mlp");
}

static void reptile_goes_where_steps_by_hand_lead(void **state)
{
    assert_same_step(*state, "by_hand", "reptile_plane");
}

static void the_bayesian_head_and_the_linear_kernel_predict_what_ridge_does(void **state)
{
    assert_same_predictions(*state, "ridge", "bayes");
    assert_same_predictions(*state, "ridge", "kernel");
    assert_same_step(*state, "ridge", "bayes");
    assert_same_step(*state, "ridge", "kernel");
}

static void the_predictive_variance_is_the_written_out_one(void **state)
{
    assert_predicts_nothing(*state, "variance");
    assert_predicts_nothing(*state, "variances");
}

static void the_marginal_likelihood_is_the_written_out_one(void **state)
{
    struct trial *trial = *state;
    struct recommender *probe = trial_recommender(trial, "density", 4);
    double difference = trial_train(trial, probe, 0, 1, 1, 0);
    if (!(difference < 1e-3))
        print_error("%g\n", difference);
    assert_true(difference < 1e-3);
    release(probe);
}

static void the_machine_adds_up_all_pairs_of_fields(void **state)
{
    assert_predicts_nothing(*state, "pairwise");
}

static void an_encoder_that_has_learned_nothing_moves_nothing(void **state)
{
    assert_same_predictions(*state, "ridge", "reading");
    assert_same_step(*state, "ridge", "reading");
}

static void an_aggregate_of_one_is_that_one(void **state)
{
    assert_same_predictions(*state, "ridge_mlp", "alone");
    assert_same_step(*state, "ridge_mlp", "alone");
}

static void an_average_lies_in_the_middle(void **state)
{
    assert_predicts_nothing(*state, "middle");
    assert_predicts_nothing(*state, "flags");
}

/* Half of 2 is what the average of both errs by; the weights learn whom to listen to. */
static void a_stack_listens_to_who_is_right(void **state)
{
    static const uint32_t shots[] = {0, 5, SHOTS_ALL};
    struct trial *trial = *state;
    struct recommender *wise = trial_recommender(trial, "wise", 1);
    struct recommender *even = trial_recommender(trial, "even", 1);
    trial_train_all(trial, wise);
    trial_train_all(trial, even);
    for (size_t i = 0; i < sizeof shots / sizeof *shots; i++) {
        double listens = trial_error(trial_predict(trial, wise, SCENARIO_USER_COLD, shots[i], 0));
        double averages = trial_error(trial_predict(trial, even, SCENARIO_USER_COLD, shots[i], 0));
        if (!(listens < averages - 0.2))
            print_error("%u shots: %f, average %f\n", shots[i], listens, averages);
        assert_true(listens < averages - 0.2);
    }
    release(wise);
    release(even);
}

static void a_student_that_is_not_taught_learns_alone(void **state)
{
    struct trial *trial = *state;
    struct recommender *student = trial_recommender(trial, "untaught", 1);
    uint32_t taught_from = training_first_step(&trial->split, &student->plan, 1);
    release(student);
    assert_same_predictions(trial, "fixed_mlp", "untaught");
    assert_same_step_at(trial, "fixed_mlp", "untaught", taught_from);
    struct agreement before = steps_of(trial, "fixed_mlp", "untaught", taught_from - 1);
    assert_true(before.difference >= before.moved); /* only the teacher learns yet */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meta_sgd_with_equal_fixed_rates_is_maml),
        cmocka_unit_test(anil_is_maml_that_moves_the_head_alone),
        cmocka_unit_test(melu_is_maml_of_the_decision_layers),
        cmocka_unit_test(transfer_with_all_but_the_head_frozen_tunes_the_head),
        cmocka_unit_test(cavia_with_a_context_of_zero_is_the_model_alone),
        cmocka_unit_test(cavia_with_the_identity_is_maml_of_the_bias),
        cmocka_unit_test(the_implicit_gradient_is_that_through_the_closed_form),
        cmocka_unit_test(reptile_goes_where_steps_by_hand_lead),
        cmocka_unit_test(the_bayesian_head_and_the_linear_kernel_predict_what_ridge_does),
        cmocka_unit_test(the_predictive_variance_is_the_written_out_one),
        cmocka_unit_test(the_marginal_likelihood_is_the_written_out_one),
        cmocka_unit_test(an_encoder_that_has_learned_nothing_moves_nothing),
        cmocka_unit_test(an_aggregate_of_one_is_that_one),
        cmocka_unit_test(an_average_lies_in_the_middle),
        cmocka_unit_test(a_stack_listens_to_who_is_right),
        cmocka_unit_test(a_student_that_is_not_taught_learns_alone),
        cmocka_unit_test(the_machine_adds_up_all_pairs_of_fields),
    };
    return cmocka_run_group_tests_name("learner_limits", tests, set_up, tear_down);
}
