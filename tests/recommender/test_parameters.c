/* SPDX-License-Identifier: MIT
 *
 * Parameters: start, Adam steps, clipping, phases, checkpoints, budgets, and steps taken in parts.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"
#include "recommender/parameters.h"

static struct error error;

/* So many that a step in parts has some of the words and of the layer for each part. */
enum { WORDS = 1400, WIDTH = 5, LAYER_SIZE = 20000 };
enum { EMBEDDING, LAYER, FROZEN };

static struct parameters *started(enum optimiser_kind kind, double clip, uint64_t seed)
{
    const struct parameter DECLARED[] = {
        {.name = (char[]){"words"},
         .rows = WORDS,
         .columns = WIDTH,
         .table = true,
         .start = START_NORMAL,
         .scale = 0.1,
         .rate = 1},
        {.name = (char[]){"layer"},
         .rows = WIDTH,
         .columns = LAYER_SIZE / WIDTH,
         .start = START_UNIFORM,
         .scale = 0.5,
         .rate = 0.5},
        {.name = (char[]){"frozen"},
         .rows = 2,
         .columns = 2,
         .start = START_IDENTITY,
         .scale = 3,
         .rate = 0},
    };
    struct parameters *parameters = parameters_new();
    for (size_t i = 0; i < sizeof DECLARED / sizeof *DECLARED; i++)
        assert_true(parameters_add(parameters, &DECLARED[i], &error));
    struct optimiser_options options = optimiser_defaults(kind);
    options.rate = 0.1;
    options.clip = clip;
    assert_true(parameters_start(parameters, &options, seed, &error));
    return parameters;
}

static const real *values(const struct parameters *parameters, size_t number)
{
    return parameters_at(parameters, number)->values;
}

static void a_block_is_started_from_the_seed_alone(void **state)
{
    (void)state;
    struct parameters *first = started(OPTIMISER_ADAM, 0, 1);
    struct parameters *same = started(OPTIMISER_ADAM, 0, 1);
    struct parameters *other = started(OPTIMISER_ADAM, 0, 2);
    size_t size = WORDS * WIDTH * sizeof(real);
    assert_memory_equal(values(first, EMBEDDING), values(same, EMBEDDING), size);
    assert_memory_not_equal(values(first, EMBEDDING), values(other, EMBEDDING), size);
    for (size_t i = 0; i < parameters_count(first); i++)
        assert_int_equal((uintptr_t)values(first, i) % 64, 0);
    double squares = 0;
    for (int i = WIDTH; i < WORDS * WIDTH; i++)
        squares += (double)(values(first, EMBEDDING)[i] * values(first, EMBEDDING)[i]);
    assert_true(fabs(sqrt(squares / (WORDS - 1) / WIDTH) - 0.1) < 0.01);
    for (int i = 0; i < WIDTH; i++)
        assert_true(values(first, EMBEDDING)[i] == 0); /* the unknown */
    for (int i = 0; i < LAYER_SIZE; i++)
        assert_true(fabs((double)values(first, LAYER)[i]) <= 0.5);
    const real identity[] = {3, 0, 0, 3};
    assert_memory_equal(values(first, FROZEN), identity, sizeof identity);
    parameters_free(first);
    parameters_free(same);
    parameters_free(other);
}

/* Random gradients of three shards: some rows are in several of them. */
enum { SHARDS = 3, ROWS = 280 };
struct shard {
    uint32_t rows[ROWS];
    real words[ROWS * WIDTH], layer[LAYER_SIZE], frozen[4];
};

static void draw_shard(struct shard *shard, uint32_t step, uint32_t number)
{
    struct random random = random_at(1, RANDOM_GENERATOR, step, number);
    enum { APART = WORDS / ROWS };
    for (uint32_t i = 0; i < ROWS; i++)
        shard->rows[i] = i * APART + random_below(&random, APART);
    for (int i = 0; i < ROWS * WIDTH; i++)
        shard->words[i] = (real)random_normal(&random);
    for (int i = 0; i < LAYER_SIZE; i++)
        shard->layer[i] = (real)random_normal(&random);
    for (int i = 0; i < 4; i++)
        shard->frozen[i] = 1;
}

static void add_shard(struct gradient_slot *slot, const struct shard *shard)
{
    gradient_slot_clear(slot);
    gradient_slot_set_rows(slot, EMBEDDING, shard->rows, ROWS, shard->words);
    gradient_slot_set_dense(slot, LAYER, shard->layer);
    gradient_slot_set_dense(slot, FROZEN, shard->frozen);
}

/* Takes the parts backwards, as threads may happen to do. */
static bool take(struct parameters *parameters, const struct parameters_step *step, uint32_t parts)
{
    uint32_t failed = 0;
    if (!parameters_step_begin(parameters, step, &error))
        return false;
    for (uint32_t part = parts; part-- > 0;)
        failed += !parameters_step_part(parameters, step, part, parts, &error);
    assert_true(failed <= 1);
    return failed == 0;
}

static bool step(struct parameters *parameters, struct gradient_slot **slots, uint32_t number)
{
    for (uint32_t i = 0; i < SHARDS; i++) {
        struct shard shard;
        draw_shard(&shard, number, i);
        add_shard(slots[i], &shard);
    }
    return take(parameters, &(struct parameters_step){slots, SHARDS, 0.25, 0, 0}, 1);
}

static void new_slots(const struct parameters *parameters, struct gradient_slot **slots)
{
    for (int i = 0; i < SHARDS; i++)
        slots[i] = gradient_slot_new(parameters, NULL);
}

static void free_slots(struct gradient_slot **slots)
{
    for (int i = 0; i < SHARDS; i++)
        gradient_slot_free(slots[i]);
}

/* Adam as its paper writes it, on one row at a time, with the moments of a table kept lazily. */
struct adam {
    double mean, square, weight;
};

static void move_adam(struct adam *adam, double gradient, double rate, int steps)
{
    adam->mean = 0.9 * adam->mean + 0.1 * gradient;
    adam->square = 0.999 * adam->square + 0.001 * gradient * gradient;
    adam->weight -= rate * adam->mean / (1 - pow(0.9, steps)) /
                    (sqrt(adam->square / (1 - pow(0.999, steps))) + 1e-8);
}

static void steps_are_adam_on_the_sum_of_all_shards_and_lazy_in_tables(void **state)
{
    (void)state;
    struct parameters *parameters = started(OPTIMISER_ADAM, 0, 1);
    struct gradient_slot *slots[SHARDS];
    struct adam words[WORDS * WIDTH] = {{0}}, layer[LAYER_SIZE] = {{0}};
    for (int i = 0; i < WORDS * WIDTH; i++)
        words[i].weight = (double)values(parameters, EMBEDDING)[i];
    for (int i = 0; i < LAYER_SIZE; i++)
        layer[i].weight = (double)values(parameters, LAYER)[i];
    new_slots(parameters, slots);
    for (uint32_t number = 0; number < 5; number++) {
        double word_sums[WORDS * WIDTH] = {0}, layer_sums[LAYER_SIZE] = {0};
        bool used[WORDS] = {false};
        for (uint32_t s = 0; s < SHARDS; s++) {
            struct shard shard;
            draw_shard(&shard, number, s);
            for (int i = 0; i < ROWS * WIDTH; i++) {
                used[shard.rows[i / WIDTH]] = true;
                word_sums[shard.rows[i / WIDTH] * WIDTH + i % WIDTH] +=
                    0.25 * (double)shard.words[i];
            }
            for (int i = 0; i < LAYER_SIZE; i++)
                layer_sums[i] += 0.25 * (double)shard.layer[i];
        }
        assert_true(step(parameters, slots, number));
        for (int i = 0; i < WORDS * WIDTH; i++)
            if (used[i / WIDTH])
                move_adam(&words[i], word_sums[i], 0.1, (int)number + 1);
        for (int i = 0; i < LAYER_SIZE; i++)
            move_adam(&layer[i], layer_sums[i], 0.05, (int)number + 1);
    }
    for (int i = 0; i < WORDS * WIDTH; i++)
        assert_true(fabs((double)values(parameters, EMBEDDING)[i] - words[i].weight) < 2e-5);
    for (int i = 0; i < LAYER_SIZE; i++)
        assert_true(fabs((double)values(parameters, LAYER)[i] - layer[i].weight) < 2e-5);
    free_slots(slots);
    parameters_free(parameters);
}

static void a_parameter_with_rate_zero_stays(void **state)
{
    (void)state;
    struct parameters *parameters = started(OPTIMISER_SGD, 0, 1);
    struct gradient_slot *slots[SHARDS];
    const real identity[] = {3, 0, 0, 3};
    new_slots(parameters, slots);
    assert_true(step(parameters, slots, 0));
    assert_memory_equal(values(parameters, FROZEN), identity, sizeof identity);
    free_slots(slots);
    parameters_free(parameters);
}

static void clipping_limits_the_norm_of_a_whole_step(void **state)
{
    (void)state;
    struct parameters *parameters = started(OPTIMISER_SGD, 0.5, 1);
    struct gradient_slot *slots[SHARDS];
    real before[WORDS * WIDTH + LAYER_SIZE];
    memcpy(before, values(parameters, EMBEDDING), WORDS * WIDTH * sizeof(real));
    memcpy(before + WORDS * WIDTH, values(parameters, LAYER), LAYER_SIZE * sizeof(real));
    new_slots(parameters, slots);
    assert_true(step(parameters, slots, 0));
    double squares = 0;
    for (int i = 0; i < WORDS * WIDTH; i++)
        squares += pow((double)(values(parameters, EMBEDDING)[i] - before[i]) / 0.1, 2);
    for (int i = 0; i < LAYER_SIZE; i++)
        squares +=
            pow((double)(values(parameters, LAYER)[i] - before[WORDS * WIDTH + i]) / 0.05, 2);
    assert_true(fabs(sqrt(squares) - 0.5) < 1e-4);
    free_slots(slots);
    parameters_free(parameters);
}

static void a_gradient_that_is_not_finite_changes_nothing(void **state)
{
    (void)state;
    struct parameters *parameters = started(OPTIMISER_ADAM, 1, 1);
    struct gradient_slot *slots[SHARDS];
    new_slots(parameters, slots);
    assert_true(step(parameters, slots, 0));
    struct bytes before = {0}, after = {0};
    parameters_save(parameters, &before);
    struct shard shard;
    draw_shard(&shard, 1, 0);
    shard.layer[4] = (real)INFINITY;
    add_shard(slots[0], &shard);
    assert_false(take(parameters, &(struct parameters_step){slots, 1, 1, 0, 0}, 1));
    assert_int_equal(error.kind, ERROR_NUMERIC);
    assert_string_equal(error.text, "the gradient of parameter `layer` is not finite");
    parameters_save(parameters, &after);
    assert_int_equal(before.size, after.size);
    assert_memory_equal(before.data, after.data, before.size);
    /* And the next good step is what it would have been. */
    assert_true(step(parameters, slots, 1));
    bytes_release(&before);
    bytes_release(&after);
    free_slots(slots);
    parameters_free(parameters);
}

/* Two parameters, of which each moves in its phase alone, as if it were the first. */
static void a_parameter_moves_in_its_phase(void **state)
{
    (void)state;
    struct optimiser_options options = optimiser_defaults(OPTIMISER_ADAM);
    struct parameters *parameters = parameters_new();
    for (uint32_t i = 0; i < 2; i++) {
        struct parameter parameter = {.name = (char *)(i ? "late" : "early"),
                                      .rows = 1,
                                      .columns = 1,
                                      .rate = 1,
                                      .phases = 1u << i};
        assert_true(parameters_add(parameters, &parameter, &error));
    }
    assert_true(parameters_start(parameters, &options, 1, &error));
    struct gradient_slot *slot = gradient_slot_new(parameters, NULL);
    const real one = 1;
    for (uint32_t phase = 0; phase < 2; phase++)
        for (int i = 0; i < 3; i++) {
            gradient_slot_clear(slot);
            gradient_slot_set_dense(slot, 0, &one);
            gradient_slot_set_dense(slot, 1, &one);
            assert_true(
                take(parameters, &(struct parameters_step){&slot, 1, 1, phase, i / 3.0}, 1));
            assert_true((values(parameters, 1)[0] == 0) == (phase == 0));
        }
    assert_true(values(parameters, 0)[0] < 0);
    assert_true(values(parameters, 0)[0] == values(parameters, 1)[0]);
    gradient_slot_free(slot);
    parameters_free(parameters);
}

static void loaded_parameters_go_on_with_the_same_bits(void **state)
{
    (void)state;
    struct parameters *first = started(OPTIMISER_ADAM, 1, 1);
    struct parameters *second = started(OPTIMISER_ADAM, 1, 99);
    struct gradient_slot *slots[SHARDS], *second_slots[SHARDS];
    struct bytes saved = {0}, end = {0}, second_end = {0};
    new_slots(first, slots);
    new_slots(second, second_slots);
    for (uint32_t number = 0; number < 3; number++)
        assert_true(step(first, slots, number));
    parameters_save(first, &saved);
    struct reader reader = reader_of(saved.data, saved.size);
    assert_true(parameters_load(second, &reader, &error));
    assert_true(reader_complete(&reader));
    for (uint32_t number = 3; number < 6; number++) {
        assert_true(step(first, slots, number));
        assert_true(step(second, second_slots, number));
    }
    parameters_save(first, &end);
    parameters_save(second, &second_end);
    assert_int_equal(end.size, second_end.size);
    assert_memory_equal(end.data, second_end.data, end.size);
    assert_memory_not_equal(end.data, saved.data, end.size);
    bytes_release(&saved);
    bytes_release(&end);
    bytes_release(&second_end);
    free_slots(slots);
    free_slots(second_slots);
    parameters_free(first);
    parameters_free(second);
}

static void damaged_bytes_are_refused_and_change_nothing(void **state)
{
    (void)state;
    struct parameters *parameters = started(OPTIMISER_ADAM, 0, 1);
    struct bytes saved = {0}, after = {0};
    parameters_save(parameters, &saved);
    for (size_t size = 0; size < saved.size; size += 7) {
        struct reader reader = reader_of(saved.data, size);
        assert_false(parameters_load(parameters, &reader, &error));
        assert_int_equal(error.kind, ERROR_INPUT);
    }
    /* "words" becomes "wards". */
    saved.data[8 + 8 + 1] = 'a';
    struct reader reader = reader_of(saved.data, saved.size);
    assert_false(parameters_load(parameters, &reader, &error));
    assert_string_equal(error.text, "the saved parameters do not hold `words` of 1400x5 numbers");
    saved.data[8 + 8 + 1] = 'o';
    parameters_save(parameters, &after);
    assert_memory_equal(saved.data, after.data, saved.size);
    const float not_finite = NAN;
    memcpy(saved.data + 8 + 8 + 5 + 8, &not_finite, sizeof not_finite);
    reader = reader_of(saved.data, saved.size);
    assert_false(parameters_load(parameters, &reader, &error));
    assert_string_equal(error.text,
                        "the saved parameter `words` holds a number that is not finite");
    bytes_release(&saved);
    bytes_release(&after);
    parameters_free(parameters);
}

static void bad_declarations_are_refused(void **state)
{
    (void)state;
    struct parameters *parameters = parameters_new();
    struct parameter parameter = {.name = (char[]){"w"}, .rows = 2, .columns = 3, .rate = 1};
    assert_true(parameters_add(parameters, &parameter, &error));
    assert_false(parameters_add(parameters, &parameter, &error));
    assert_string_equal(error.text, "there are two parameters named `w`");
    parameter = (struct parameter){.name = (char[]){"v"}, .rows = 0, .columns = 3};
    assert_false(parameters_add(parameters, &parameter, &error));
    parameter = (struct parameter){.name = (char[]){"v"}, .rows = 1u << 16, .columns = 1u << 16};
    assert_false(parameters_add(parameters, &parameter, &error));
    assert_string_equal(error.text, "parameter `v` of 65536x65536 numbers is too large: all "
                                    "together may have 2^31");
    parameter = (struct parameter){.name = (char[]){"a\033b"}, .rows = 1, .columns = 1};
    assert_false(parameters_add(parameters, &parameter, &error));
    assert_null(strchr(error.text, '\033'));
    assert_int_equal(parameters_count(parameters), 1);
    size_t number = 7;
    assert_false(parameters_find(parameters, "v", &number));
    assert_int_equal(number, 7);
    assert_true(parameters_find(parameters, "w", &number));
    assert_int_equal(number, 0);
    parameters_free(parameters);
}

static void check_parts(double clip)
{
    struct parameters *whole = started(OPTIMISER_ADAM, clip, 3),
                      *parts = started(OPTIMISER_ADAM, clip, 3);
    struct gradient_slot *slots[SHARDS], *other[SHARDS];
    new_slots(whole, slots);
    new_slots(parts, other);
    for (uint32_t step = 0; step < 5; step++) {
        for (uint32_t i = 0; i < SHARDS; i++) {
            struct shard shard;
            draw_shard(&shard, step, i);
            add_shard(slots[i], &shard);
            add_shard(other[i], &shard);
        }
        struct parameters_step all = {slots, SHARDS, 0.3, 0, step / 5.0};
        assert_true(take(whole, &all, 1));
        all.slots = other;
        assert_true(take(parts, &all, PARAMETERS_PARTS));
    }
    struct bytes expected = {0}, found = {0};
    parameters_save(whole, &expected); /* with the optimiser's state */
    parameters_save(parts, &found);
    assert_int_equal(expected.size, found.size);
    assert_memory_equal(expected.data, found.data, found.size);
    bytes_release(&expected);
    bytes_release(&found);

    const real wrong[WIDTH] = {0, (real)INFINITY};
    assert_false(gradient_slot_set_rows(other[0], EMBEDDING, (uint32_t[]){6}, 1, wrong));
    assert_false(take(parts, &(struct parameters_step){other, SHARDS, 1, 0, 0}, PARAMETERS_PARTS));
    for (int i = 6 * WIDTH; i < 7 * WIDTH; i++)
        assert_true(values(parts, EMBEDDING)[i] == values(whole, EMBEDDING)[i]);
    assert_string_equal(error.text, "the gradient of parameter `words` is not finite");
    for (int i = 0; i < SHARDS; i++) {
        gradient_slot_free(slots[i]);
        gradient_slot_free(other[i]);
    }
    parameters_free(whole);
    parameters_free(parts);
}

static void a_step_in_parts_has_the_bits_of_a_whole_one(void **state)
{
    (void)state;
    check_parts(0);
    check_parts(1); /* the norm of all parts together is limited */
}

static void what_a_budget_does_not_hold_is_refused(void **state)
{
    (void)state;
    struct budget budget;
    struct parameter dense = {.name = (char[]){"dense"}, .rows = 100, .columns = 16, .rate = 1};
    struct parameter table = {
        .name = (char[]){"table"}, .rows = 100, .columns = 16, .table = true, .rate = 1};
    enum { SIZE = 100 * 16 * sizeof(real) };
    budget_init(&budget, 9 * SIZE);
    struct parameters *parameters = parameters_new();
    parameters_limit(parameters, &(struct parameters_limits){&budget, OPTIMISER_ADAM, 7 * SIZE});
    assert_true(parameters_add(parameters, &dense, &error)); /* values, gradient, two moments */
    assert_int_equal(budget_taken(&budget), 4 * SIZE);
    assert_true(parameters_add(parameters, &table, &error)); /* the same without a gradient */
    assert_int_equal(budget_taken(&budget), 7 * SIZE);
    table.name = (char[]){"another"};
    assert_false(parameters_add(parameters, &table, &error));
    assert_non_null(strstr(error.text, "parameter `another` of 100x16 needs "));
    assert_int_equal(budget_taken(&budget), 7 * SIZE);
    struct optimiser_options options = optimiser_defaults(OPTIMISER_ADAM);
    assert_true(parameters_start(parameters, &options, 1, &error));
    struct gradient_slot *first = gradient_slot_new(parameters, &error);
    struct gradient_slot *second = gradient_slot_new(parameters, &error);
    assert_null(gradient_slot_new(parameters, &error));
    assert_non_null(strstr(error.text, "a gradient of the parameters needs "));
    gradient_slot_free(first);
    gradient_slot_free(second);
    assert_int_equal(budget_taken(&budget), 7 * SIZE);
    parameters_free(parameters);
    assert_int_equal(budget_taken(&budget), 0);
    parameters = parameters_new();
    parameters_limit(parameters, &(struct parameters_limits){NULL, OPTIMISER_ADAM, 3 * SIZE});
    assert_true(parameters_add(parameters, &dense, &error));
    dense.name = (char[]){"one more"};
    assert_false(parameters_add(parameters, &dense, &error));
    assert_non_null(strstr(error.text, "makes checkpoints of "));
    parameters_free(parameters);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_started_from_the_seed_alone),
        cmocka_unit_test(steps_are_adam_on_the_sum_of_all_shards_and_lazy_in_tables),
        cmocka_unit_test(a_parameter_with_rate_zero_stays),
        cmocka_unit_test(clipping_limits_the_norm_of_a_whole_step),
        cmocka_unit_test(a_gradient_that_is_not_finite_changes_nothing),
        cmocka_unit_test(a_parameter_moves_in_its_phase),
        cmocka_unit_test(loaded_parameters_go_on_with_the_same_bits),
        cmocka_unit_test(damaged_bytes_are_refused_and_change_nothing),
        cmocka_unit_test(bad_declarations_are_refused),
        cmocka_unit_test(what_a_budget_does_not_hold_is_refused),
        cmocka_unit_test(a_step_in_parts_has_the_bits_of_a_whole_one),
    };
    return cmocka_run_group_tests_name("parameters", tests, NULL, NULL);
}
