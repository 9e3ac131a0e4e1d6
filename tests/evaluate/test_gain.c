/* SPDX-License-Identifier: MIT
 *
 * The verdicts of gain_judge against gain_oracle.py, and their symmetries.
 */
#include "config.h"

#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "evaluate/gain.h"
#include "evaluate/student.h"

enum { CELLS_MOST = 8, USERS_MOST = 8, SEEDS_MOST = 3, TABLES = 4, USUAL = 0, EQUAL = 1 };

/* Cells and what gain_oracle.py beside this file finds. An EQUAL arm is the mean of its opponent's
 * seeds; the third kind is better by 0.1 for each user. */
static const struct oracle_cell {
    unsigned table, block, setting, arm, seeds, opponent, opponent_seeds, users, kind;
    struct {
        double gain, low, high, user_variance, seed_variance, adjusted_p, least, better,
            standardised;
    } expected;
} ORACLE[] = {
    {0,
     0,
     0,
     1,
     3,
     0,
     1,
     0xFF,
     0,
     {0.11293996824317, 0.036956180287624, 0.18738863634603, 0.0005121876634654,
      0.00014469613477476, 0.025, 0.10465763177923, 1, 1.7138464457276}},
    {0,
     0,
     0,
     2,
     2,
     0,
     1,
     0xFF,
     0,
     {0.20723316709309, 0.093162070212268, 0.32080249556213, 0.00074780183756904,
      5.3990863266954e-05, 0.025, 0.28461444685323, 1, 2.607023231689}},
    {0,
     0,
     1,
     1,
     3,
     0,
     1,
     0xB7,
     0,
     {0.1210940004725, 0.034867527156076, 0.20642172248398, 0.00080870217287838,
      0.00010463042915311, 0.025, 0.12654980547939, 1, 1.6929629988323}},
    {0,
     1,
     2,
     1,
     3,
     0,
     1,
     0x1F,
     0,
     {0.12535529845236, 0.057779485130527, 0.19333506661864, 0.00028058361917378,
      0.00012983274762447, 0.02, 0.1006018345621, 1, 3.0561117681887}},
    {0,
     1,
     2,
     2,
     2,
     0,
     1,
     0x1F,
     0,
     {0.23849177650361, 0.10748990992182, 0.35351448272368, 0.0017094901204646, 3.2435491916559e-07,
      0.025, 0.20845630968044, 1, 2.5793715877003}},
    {0,
     1,
     3,
     3,
     1,
     0,
     1,
     0x1D,
     0,
     {0.36616782219408, 0.26866305850965, 0.45719417973236, 0.00081811086305931, 0, 0.005,
      0.15539036094659, 1, 6.4009450909055}},
    {1,
     0,
     0,
     1,
     3,
     0,
     3,
     0x3F,
     0,
     {0.11537864172665, -0.053842696210303, 0.28292230502439, 0.00038772020235827,
      0.0031076226733797, 0.41, 0.2816438586997, 1, 2.1648742480148}},
    {1,
     0,
     0,
     2,
     1,
     0,
     3,
     0x3F,
     1,
     {0, -0.089976293263147, 0.089976293263147, 0, 0.00094949959035888, 1, 0.1489646895972, 0.5,
      NAN}},
    {1,
     1,
     1,
     3,
     2,
     0,
     3,
     0x7E,
     0,
     {0.25624769170985, -0.079538691047232, 0.59243261452868, 0.0014914582690552,
      0.0047427004016357, 0.41, 0.80748893392242, 1, 2.6122181065156}},
    {1, 1, 1, 2, 1, 0, 1, 0x7F, 2, {0.1, 0.1, 0.1, 0, 0, 0.0625, 0, 1, NAN}},
    {2,
     0,
     0,
     3,
     1,
     0,
     1,
     0x7F,
     0,
     {0.24246044884974, 0.17338252146346, 0.3105932259256, 0.00077531026378374, 0, 0.0025,
      0.089952890575582, 1, 3.2911988161632}},
    {2,
     0,
     0,
     2,
     1,
     0,
     1,
     0x7F,
     0,
     {0.12782727945537, 0.0372663886223, 0.21219450418003, 0.0011888056966866, 0, 0.025,
      0.1199339611856, 1, 1.4012611687677}},
    {2,
     5,
     1,
     3,
     1,
     2,
     1,
     0x6F,
     0,
     {0.044489505215214, -0.019850027858242, 0.1551328581004, 0.00062645941535419, 0, 0.1625,
      0.085159673649566, 0.66666666666667, 0.72566383596349}},
    {3,
     2,
     0,
     1,
     3,
     2,
     3,
     0xFF,
     0,
     {-0.1045235670699, -0.34341393446465, 0.13371172544938, 0.00027687645815886,
      0.0029821449565987, 0.23, 0.2937958171875, 0, -2.0098987658163}},
    {3,
     2,
     1,
     2,
     3,
     1,
     3,
     0xFF,
     0,
     {0.10972418198248, -0.12233969717371, 0.34129986147114, 0.00027656578814505,
      0.0028132337864306, 0.23, 0.29103042980399, 1, 2.1063887005597}},
    {3, 4, 2, 4, 3, 2, 2, 0x01, 0, {0.15273977304955, NAN, NAN, 0, 0, 1, NAN, 1, NAN}},
    {3,
     4,
     2,
     4,
     3,
     2,
     2,
     0xEE,
     0,
     {0.17473517641472, -0.078821753024919, 0.43243243777324, 0.001812484662729, 0.0015911587616532,
      0.155, 0.35911676793633, 1, 1.6368244998173}},
};
static const struct {
    double level;
    uint32_t resamples;
    uint64_t seed;
} JUDGED[TABLES] = {{0.95, 199, 1}, {0.9, 99, 123456789012}, {0.95, 399, 7}, {0.95, 199, 3}};

/* -- tables ------------------------------------------------------------------------------------ */

struct table {
    struct gain_cell cells[CELLS_MOST];
    size_t count;
    double numbers[CELLS_MOST][USERS_MOST + 2 * SEEDS_MOST];
    uint32_t users[CELLS_MOST][USERS_MOST];
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

static struct table *table_new(unsigned number)
{
    struct table *table = memory_new(sizeof *table);
    for (size_t i = 0; i < sizeof ORACLE / sizeof *ORACLE; i++)
        if (ORACLE[i].table == number)
            add_cell(table, &ORACLE[i]);
    return table;
}

static void scale_by(struct table *table, double factor)
{
    for (size_t i = 0; i < table->count; i++) {
        for (size_t j = 0; j < sizeof table->numbers[i] / sizeof *table->numbers[i]; j++)
            table->numbers[i][j] *= factor;
        table->cells[i].gain *= factor;
        table->cells[i].arm.interaction *= factor * factor;
        table->cells[i].opponent.interaction *= factor * factor;
    }
}

static void assert_near(double found, double expected)
{
    if (isnan(expected))
        assert_true(isnan(found));
    else if (!(fabs(found - expected) < 1e-9))
        fail_msg("%.15g is not %.15g", found, expected);
}

static void assert_same(const struct gain_verdict *found, const struct gain_verdict *expected,
                        double factor)
{
    assert_near(found->interval.low, factor * expected->interval.low);
    assert_near(found->interval.high, factor * expected->interval.high);
    assert_near(found->user_variance, factor * factor * expected->user_variance);
    assert_near(found->seed_variance, factor * factor * expected->seed_variance);
    assert_near(found->adjusted_p, expected->adjusted_p);
    assert_near(found->least, factor * expected->least);
    assert_near(found->better, expected->better);
    assert_near(found->standardised, expected->standardised);
}

/* -- tests ------------------------------------------------------------------------------------- */

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
    struct gain_cell cell = {0,           0,     USERS,           users,
                             differences, 8e-17, {1, 3, mine, 0}, {0, 1, other, 0}};
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
        0, 0, USERS, users, differences, 0.1, {1, 1, means, 0}, {0, 1, other, 0}};
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
        {0, 0, 1, &user, &difference, 0.5, {1, 2, means, 0}, {0, 1, means, 0}},
        {0, 0, 0, NULL, NULL, 0, {1, 0, NULL, 0}, {0, 0, NULL, 0}},
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

/* Quantiles and tails of gain_oracle.py. */
static const struct {
    unsigned degrees;
    double quantile_975, outside_half, outside_four;
} STUDENT[] = {
    {1, 12.706204736175, 0.70483276469913, 0.15595826075474},
    {2, 4.3026527297495, 0.66666666666667, 0.057190958417937},
    {3, 3.1824463052837, 0.65144796484815, 0.028008456010146},
    {7, 2.3646242515928, 0.63240713568928, 0.0051899133492968},
    {30, 2.0422724563012, 0.62072300488512, 0.00038184563608376},
    {199, 1.9719565442672, 0.61762751229213, 8.9276558919551e-05},
};

static void student_is_that_of_the_tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof STUDENT / sizeof *STUDENT; i++) {
        unsigned degrees = STUDENT[i].degrees;
        assert_near(student_quantile(0.975, degrees), STUDENT[i].quantile_975);
        assert_near(student_outside(0.5, degrees), STUDENT[i].outside_half);
        assert_near(student_outside(4, degrees), STUDENT[i].outside_four);
    }
    assert_true(fabs(student_quantile(0.975, 1e7) - 1.9599639845401) < 1e-6);
    assert_true(student_quantile(0.5, 3) == 0);
}

static void a_quantile_lies_where_its_probability_says(void **state)
{
    (void)state;
    static const double PROBABILITIES[] = {0.5001, 0.6, 0.9, 0.975, 0.9999, 0.9999999};
    static const unsigned DEGREES[] = {1, 2, 3, 4, 9, 29, 150, 200, 201, 2999, 1000000};
    for (size_t p = 0; p < sizeof PROBABILITIES / sizeof *PROBABILITIES; p++)
        for (size_t d = 0; d < sizeof DEGREES / sizeof *DEGREES; d++) {
            double outside = 2 * (1 - PROBABILITIES[p]);
            double t = student_quantile(PROBABILITIES[p], DEGREES[d]);
            double found = student_outside(t, DEGREES[d]);
            if (!(fabs(found / outside - 1) < 1e-8))
                fail_msg("%u degrees: %g instead of %g", DEGREES[d], found, outside);
        }
}

/* Far out, where one minus almost one would say nothing. */
static void tails_fall_and_stay_above_0(void **state)
{
    (void)state;
    for (unsigned degrees = 1; degrees <= 300; degrees += degrees < 8 ? 1 : 23) {
        double before = student_outside(0, degrees);
        assert_near(before, 1);
        for (double t = 0.25; t < 30; t += 0.25) {
            double now = student_outside(t, degrees);
            assert_true(now > 0 && now < before);
            before = now;
        }
        assert_true(student_outside(INFINITY, degrees) == 0);
    }
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
        cmocka_unit_test(student_is_that_of_the_tables),
        cmocka_unit_test(a_quantile_lies_where_its_probability_says),
        cmocka_unit_test(tails_fall_and_stay_above_0),
    };
    return cmocka_run_group_tests_name("gain", tests, NULL, NULL);
}
