/* SPDX-License-Identifier: MIT
 *
 * The verdicts of gain_judge against gain_oracle.py, and their symmetries.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "evaluate/gain.h"

#include "gain_oracle.h"
#include "near.h"

struct table {
    struct gain_cell cells[CELLS_MOST];
    size_t count;
    double numbers[CELLS_MOST][USERS_MOST + 2 * SEEDS_MOST];
    uint32_t users[CELLS_MOST][USERS_MOST];
    double item_gains[CELLS_MOST][ITEMS_MOST];
    uint32_t items[CELLS_MOST][ITEMS_MOST];
};

static double loss_of(const struct oracle_cell *cell, unsigned arm, unsigned user, unsigned seed)
{
    double own = cell->table == 0 ? 0.02 : 0.1;
    return 1 - 0.11 * arm + 0.25 * sin(2.0 * user + 3.0 * cell->block + 1) +
           0.06 * sin(5.0 * arm + 1.7 * user + cell->setting) +
           own * sin(7.0 * arm + 11.0 * seed + cell->block) +
           0.03 * sin(3.0 * arm + 5.0 * user + 2.0 * seed + cell->setting);
}

static double arm_loss(const struct oracle_cell *cell, unsigned user, unsigned seed)
{
    if (cell->kind == USUAL)
        return loss_of(cell, cell->arm, user, seed);
    if (cell->kind != EQUAL)
        return loss_of(cell, cell->opponent, user, seed) - 0.1;
    double sum = 0;
    for (unsigned s = cell->opponent_seeds; s-- > 0;)
        sum += loss_of(cell, cell->opponent, user, s);
    return sum / cell->opponent_seeds;
}

static void add_cell(struct table *table, const struct oracle_cell *spec)
{
    size_t place = table->count++;
    struct gain_cell *cell = &table->cells[place];
    double *differences = table->numbers[place], *mine = differences + USERS_MOST;
    double *other = mine + SEEDS_MOST;
    double mine_table[USERS_MOST * SEEDS_MOST], other_table[USERS_MOST * SEEDS_MOST], sum = 0;
    uint32_t users = 0;
    for (unsigned user = 0; user < USERS_MOST; user++) {
        if (!(spec->users >> user & 1))
            continue;
        double mean = 0, other_mean = 0;
        for (unsigned s = 0; s < spec->seeds; s++)
            mean += mine_table[users * spec->seeds + s] = arm_loss(spec, user, s);
        for (unsigned s = 0; s < spec->opponent_seeds; s++)
            other_mean += other_table[users * spec->opponent_seeds + s] =
                loss_of(spec, spec->opponent, user, s);
        differences[users] = other_mean / spec->opponent_seeds - mean / spec->seeds;
        sum += differences[users];
        table->users[place][users++] = user;
    }
    for (unsigned user = 0; user < users; user++) {
        for (unsigned s = 0; s < spec->seeds; s++)
            mine[s] += mine_table[user * spec->seeds + s] / users;
        for (unsigned s = 0; s < spec->opponent_seeds; s++)
            other[s] += other_table[user * spec->opponent_seeds + s] / users;
    }
    *cell = (struct gain_cell){
        .block = spec->block,
        .users = users,
        .user = table->users[place],
        .differences = differences,
        .gain = sum / users,
        .arm = {spec->arm, spec->seeds, mine, gain_interaction(mine_table, users, spec->seeds)},
        .opponent = {spec->opponent, spec->opponent_seeds, other,
                     gain_interaction(other_table, users, spec->opponent_seeds)},
    };
}

/* Each item's gain, and for arm 3 how much of the variance is of rows. */
static void add_items(struct table *table, size_t place, const struct oracle_cell *spec)
{
    double mean = 0, squares = 0, *gains = table->item_gains[place];
    for (unsigned i = 0; i < spec->items; i++) {
        gains[i] = 0.2 * sin(3.0 * i + spec->arm + spec->block) + (i == 2 ? 0.05 : 0);
        mean += gains[i] / spec->items;
        table->items[place][i] = 2 * i + spec->setting;
    }
    for (unsigned i = 0; i < spec->items; i++) {
        gains[i] -= mean;
        squares += gains[i] * gains[i];
        gains[i] += table->cells[place].gain;
    }
    table->cells[place].items = (struct gain_items){
        .count = spec->items,
        .number = table->items[place],
        .differences = gains,
        .effective = spec->items > 1 ? spec->items - 2 : 0,
        .of_rows =
            spec->arm == 3 && spec->items > 1 ? squares / (spec->items - 1) / spec->items / 4 : 0,
    };
}

static struct table *table_new(unsigned number)
{
    struct table *table = memory_new(sizeof *table);
    for (size_t i = 0; i < sizeof ORACLE / sizeof *ORACLE; i++)
        if (ORACLE[i].table == number) {
            add_cell(table, &ORACLE[i]);
            add_items(table, table->count - 1, &ORACLE[i]);
        }
    return table;
}

static void scale_by(struct table *table, double factor)
{
    for (size_t i = 0; i < table->count; i++) {
        for (size_t j = 0; j < sizeof table->numbers[i] / sizeof *table->numbers[i]; j++)
            table->numbers[i][j] *= factor;
        for (size_t j = 0; j < ITEMS_MOST; j++)
            table->item_gains[i][j] *= factor;
        table->cells[i].items.of_rows *= factor * factor;
        table->cells[i].gain *= factor;
        table->cells[i].arm.interaction *= factor * factor;
        table->cells[i].opponent.interaction *= factor * factor;
    }
}

static void assert_same(const struct gain_verdict *found, const struct gain_verdict *expected,
                        double factor)
{
    assert_near(found->interval.low, factor * expected->interval.low);
    assert_near(found->interval.high, factor * expected->interval.high);
    assert_near(found->user_variance, factor * factor * expected->user_variance);
    assert_near(found->item_variance, factor * factor * expected->item_variance);
    assert_near(found->seed_variance, factor * factor * expected->seed_variance);
    assert_near(found->adjusted_p, expected->adjusted_p);
    assert_near(found->least, factor * expected->least);
    assert_near(found->better, expected->better);
    assert_near(found->standardised, expected->standardised);
}

static void an_independent_program_finds_the_same_verdicts(void **state)
{
    (void)state;
    size_t row = 0;
    for (unsigned number = 0; number < TABLES; number++) {
        struct table *table = table_new(number);
        struct gain_verdict verdicts[CELLS_MOST];
        gain_judge(table->cells, table->count, JUDGED[number].level, JUDGED[number].resamples,
                   JUDGED[number].seed, verdicts);
        for (size_t i = 0; i < table->count; i++, row++) {
            const struct oracle_cell *cell = &ORACLE[row];
            struct gain_verdict expected = {
                {cell->expected.gain, cell->expected.low, cell->expected.high},
                cell->expected.user_variance,
                cell->expected.item_variance,
                cell->expected.seed_variance,
                cell->expected.adjusted_p,
                cell->expected.least,
                cell->expected.better,
                cell->expected.standardised};
            assert_near(verdicts[i].interval.mean, expected.interval.mean);
            assert_same(&verdicts[i], &expected, 1);
        }
        free(table);
    }
}

static void three_times_the_losses_are_three_times_the_gains(void **state)
{
    (void)state;
    for (unsigned number = 0; number < TABLES; number++) {
        struct table *table = table_new(number);
        struct gain_verdict once[CELLS_MOST], tripled[CELLS_MOST];
        gain_judge(table->cells, table->count, 0.95, 199, 4, once);
        scale_by(table, 3);
        gain_judge(table->cells, table->count, 0.95, 199, 4, tripled);
        for (size_t i = 0; i < table->count; i++)
            assert_same(&tripled[i], &once[i], 3);
        free(table);
    }
}

static void the_order_of_cells_changes_nothing(void **state)
{
    (void)state;
    for (unsigned number = 0; number < TABLES; number++) {
        struct table *table = table_new(number);
        struct gain_cell turned[CELLS_MOST];
        struct gain_verdict verdicts[CELLS_MOST], others[CELLS_MOST];
        gain_judge(table->cells, table->count, 0.95, 199, 4, verdicts);
        for (size_t i = 0; i < table->count; i++)
            turned[table->count - 1 - i] = table->cells[i];
        gain_judge(turned, table->count, 0.95, 199, 4, others);
        for (size_t i = 0; i < table->count; i++)
            assert_same(&others[table->count - 1 - i], &verdicts[i], 1);
        free(table);
    }
}

/* Other random numbers are drawn for it: marks are the same up to what 20,000 draws leave open. */
static void the_numbers_of_arms_mean_nothing(void **state)
{
    (void)state;
    for (unsigned number = 0; number < TABLES; number++) {
        struct table *table = table_new(number);
        struct gain_verdict verdicts[CELLS_MOST], others[CELLS_MOST];
        gain_judge(table->cells, table->count, 0.95, 19999, 4, verdicts);
        for (size_t i = 0; i < table->count; i++) {
            table->cells[i].arm.arm = 65535 - table->cells[i].arm.arm;
            table->cells[i].opponent.arm = 65535 - table->cells[i].opponent.arm;
        }
        gain_judge(table->cells, table->count, 0.95, 19999, 4, others);
        for (size_t i = 0; i < table->count; i++) {
            assert_near(others[i].interval.low, verdicts[i].interval.low);
            assert_near(others[i].standardised, verdicts[i].standardised);
            assert_true(fabs(others[i].adjusted_p - verdicts[i].adjusted_p) < 0.02);
        }
        free(table);
    }
}

/* A cell, its mirror image with arm and opponent exchanged: chance moves both by the same. */
static void exchanging_arm_and_opponent_mirrors_a_cell(void **state)
{
    (void)state;
    struct table *table = table_new(3);
    struct gain_cell *cell = &table->cells[0];
    double mirrored[USERS_MOST];
    for (uint32_t user = 0; user < cell->users; user++)
        mirrored[user] = -cell->differences[user];
    struct gain_cell both[2] = {*cell, *cell};
    both[1].differences = mirrored;
    both[1].gain = -cell->gain;
    both[1].arm = cell->opponent;
    both[1].opponent = cell->arm;
    struct gain_verdict alone, verdicts[2];
    gain_judge(cell, 1, 0.95, 999, 1, &alone);
    gain_judge(both, 2, 0.95, 999, 1, verdicts);
    for (int i = 0; i < 2; i++)
        assert_near(verdicts[i].adjusted_p, alone.adjusted_p);
    assert_near(verdicts[0].least, alone.least);
    assert_near(verdicts[1].interval.low, -alone.interval.high);
    assert_near(verdicts[1].interval.high, -alone.interval.low);
    free(table);
}

/* An arm that says the same under three seeds, averaged in another order than its opponent. */
static void rounding_is_no_gain(void **state)
{
    (void)state;
    enum { USERS = 30 };
    double differences[USERS], mine[3] = {0.7, 0.7, 0.7}, other[1] = {0.7};
    uint32_t users[USERS];
    for (uint32_t user = 0; user < USERS; user++) {
        differences[user] = user % 4 ? 1.1e-16 : 0;
        users[user] = user;
    }
    struct gain_cell cell = {
        0, 0, USERS, users, differences, 8e-17, {1, 3, mine, 0}, {0, 1, other, 0}, {0}};
    struct gain_verdict verdict;
    gain_judge(&cell, 1, 0.95, 199, 1, &verdict);
    assert_true(verdict.adjusted_p == 1);
    assert_true(verdict.user_variance == 0 && verdict.seed_variance == 0);
    assert_true(verdict.better == 0.5);
    assert_true(isnan(verdict.standardised));
}

static void the_sign_test_marks_what_all_users_gain(void **state)
{
    (void)state;
    enum { USERS = 12 };
    double differences[USERS], means[1] = {0.8}, other[1] = {0.9};
    uint32_t users[USERS];
    for (uint32_t user = 0; user < USERS; user++) {
        differences[user] = user % 2 ? 0.1 : 0.9 - 0.8;
        users[user] = user;
    }
    struct gain_cell cell = {
        0, 0, USERS, users, differences, 0.1, {1, 1, means, 0}, {0, 1, other, 0}, {0}};
    struct gain_verdict verdict;
    gain_judge(&cell, 1, 0.95, 199, 1, &verdict);
    assert_near(verdict.adjusted_p, 1.0 / 2048);
    assert_true(verdict.least == 0);
    cell.users = 5;
    gain_judge(&cell, 1, 0.95, 199, 1, &verdict);
    assert_near(verdict.adjusted_p, 1.0 / 16);
    assert_true(isnan(verdict.least));
}

static void too_few_users_have_no_interval(void **state)
{
    (void)state;
    double difference = 0.5, means[2] = {1, 2};
    uint32_t user = 3;
    struct gain_cell cells[2] = {
        {0, 0, 1, &user, &difference, 0.5, {1, 2, means, 0}, {0, 1, means, 0}, {0}},
        {0, 0, 0, NULL, NULL, 0, {1, 0, NULL, 0}, {0, 0, NULL, 0}, {0}},
    };
    struct gain_verdict verdicts[2];
    gain_judge(cells, 2, 0.95, 19, 1, verdicts);
    for (int i = 0; i < 2; i++) {
        assert_true(isnan(verdicts[i].interval.low) && isnan(verdicts[i].least));
        assert_true(verdicts[i].adjusted_p == 1);
    }
    assert_true(verdicts[0].better == 1 && isnan(verdicts[1].better));
    gain_judge(cells, 0, 0.95, 19, 1, NULL);
}

static void many_cells_of_one_block_are_drawn_as_each_alone(void **state)
{
    (void)state;
    enum { CELLS = 19, USERS = 8 };
    struct table *table = table_new(0);
    struct gain_cell cells[CELLS];
    struct gain_verdict verdicts[CELLS], alone;
    for (size_t i = 0; i < CELLS; i++)
        cells[i] = table->cells[0];
    gain_judge(cells, CELLS, 0.95, 199, 1, verdicts);
    gain_judge(cells, 1, 0.95, 199, 1, &alone);
    for (size_t i = 0; i < CELLS; i++)
        assert_same(&verdicts[i], &alone, 1);
    free(table);
}

static void interaction_is_zero_where_users_and_seeds_add_up(void **state)
{
    (void)state;
    const double sums[] = {1, 2, 4, 3, 4, 6, 7, 8, 10}, crossed[] = {1, 0, 0, 1};
    assert_near(gain_interaction(sums, 3, 3), 0);
    assert_near(gain_interaction(crossed, 2, 2), 0.5);
    assert_true(gain_interaction(crossed, 1, 4) == 0);
    assert_true(gain_interaction(crossed, 4, 1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_independent_program_finds_the_same_verdicts),
        cmocka_unit_test(three_times_the_losses_are_three_times_the_gains),
        cmocka_unit_test(the_order_of_cells_changes_nothing),
        cmocka_unit_test(the_numbers_of_arms_mean_nothing),
        cmocka_unit_test(exchanging_arm_and_opponent_mirrors_a_cell),
        cmocka_unit_test(rounding_is_no_gain),
        cmocka_unit_test(the_sign_test_marks_what_all_users_gain),
        cmocka_unit_test(too_few_users_have_no_interval),
        cmocka_unit_test(many_cells_of_one_block_are_drawn_as_each_alone),
        cmocka_unit_test(interaction_is_zero_where_users_and_seeds_add_up),
    };
    return cmocka_run_group_tests_name("gain", tests, NULL, NULL);
}
