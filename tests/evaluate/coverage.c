/* SPDX-License-Identifier: MIT
 *
 * Measures what docs/COMPARISON.md says about intervals and marks, on simulations with known truth.
 *
 *   make coverage
 *   tests/evaluate/coverage [REPLICATES [TABLES]]
 *
 * Fails if the coverage of any setting lies below 94 %, or the share of tables with a false mark
 * above 5 %, by more than three standard errors of the simulation.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "simulated_gain.h"
#include "simulated_items.h"
#include "simulated_table.h"

enum { REPLICATES = 2000, TABLES = 400, RESAMPLES = 199, SEED_KINDS = 4, USER_KINDS = 5 };
static const uint32_t SEEDS[SEED_KINDS] = {2, 3, 5, 10};
static const uint32_t USERS[USER_KINDS] = {30, 100, 300, 1000, 3000};

/* The standard error of a share. */
static double error_of(double share, uint32_t count)
{
    return sqrt(share * (1 - share) / count);
}

/* -- intervals --------------------------------------------------------------------------------- */

/* Those with an opponent that has seeds come last. */
static const struct {
    const char *name;
    bool learned_opponent;
    enum user_shape shape;
    double crossed;
} KINDS[] = {
    {"users normal", false, NORMAL_USERS, 0},
    {"half of the users' part is users x seeds", false, NORMAL_USERS, 0.5},
    {"all of the users' part is users x seeds", false, NORMAL_USERS, 1},
    {"users with heavy tails (kurtosis 20)", false, HEAVY_USERS, 0},
    {"users skewed (skewness 2.3, kurtosis 13)", false, SKEWED_USERS, 0},
    {"users normal, as many seeds of the opponent", true, NORMAL_USERS, 0},
    {"an arm against itself, as many seeds of the opponent", true, NORMAL_USERS, 1},
};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS, RATIOS = 4, TRUTHS = KIND_COUNT * RATIOS };
static const double RATIO[RATIOS] = {0, 0.1, 1, 10};

typedef struct interval_tally tallies[SEED_KINDS][USER_KINDS][TRUTHS];

static void measure_intervals(uint32_t replicates, tallies all)
{
    struct truth truths[TRUTHS];
    size_t without = 0;
    for (size_t i = 0; i < TRUTHS; i++) {
        truths[i] =
            (struct truth){KINDS[i / RATIOS].shape, KINDS[i / RATIOS].crossed, RATIO[i % RATIOS]};
        without += !KINDS[i / RATIOS].learned_opponent;
    }
    for (int s = 0; s < SEED_KINDS; s++)
        for (int u = 0; u < USER_KINDS; u++) {
            simulate_intervals(USERS[u], SEEDS[s], false, truths, without, replicates, all[s][u]);
            simulate_intervals(USERS[u], SEEDS[s], true, truths + without, TRUTHS - without,
                               replicates, all[s][u] + without);
        }
}

/* One row: coverage for each number of users; of other methods the least; half widths averaged over
 * users. Returns whether the coverage is too small. */
static bool print_row(int seeds, size_t truth, tallies all)
{
    double width = 0, width_satterthwaite = 0, width_users = 0;
    double satterthwaite = 1, users = 1;
    bool bad = false;
    printf("  %5u %6g ", SEEDS[seeds], RATIO[truth % RATIOS]);
    for (int u = 0; u < USER_KINDS; u++) {
        const struct interval_tally *of = &all[seeds][u][truth];
        double count = of->replicates, held = of->held / count;
        bad = bad || held + 3 * error_of(held, of->replicates) < 0.94;
        printf("  %5.1f", 100 * held);
        satterthwaite = fmin(satterthwaite, of->held_satterthwaite / count);
        users = fmin(users, of->held_users / count);
        width += of->width / count / USER_KINDS;
        width_satterthwaite += of->width_satterthwaite / count / USER_KINDS;
        width_users += of->width_users / count / USER_KINDS;
    }
    printf("  %6.2f   %5.1f  %6.2f   %5.1f  %6.2f%s\n", width, 100 * satterthwaite,
           width_satterthwaite, 100 * users, width_users, bad ? "  too small" : "");
    return bad;
}

static bool report_intervals(uint32_t replicates)
{
    static tallies all;
    bool bad = false;
    measure_intervals(replicates, all);
    printf("Coverage of 95 %% intervals in %%; %u replicates, standard error %.2f.\n"
           "ratio: variance of the gain by seeds, divided by that by users.\n"
           "width: half the width; 1 would do if all variances were known; averaged over users.\n"
           "Satterthwaite: the same variances, his degrees of freedom. users alone: t over users.\n"
           "least: the least coverage over numbers of users.\n",
           replicates, 100 * error_of(0.95, replicates));
    for (size_t kind = 0; kind < KIND_COUNT; kind++) {
        printf("\n%s\n                coverage, by number of users              "
               "    Satterthwaite    users alone\n  seeds  ratio     30    100    300   1000   "
               "3000   width   least   width   least   width\n",
               KINDS[kind].name);
        for (int s = 0; s < SEED_KINDS; s++)
            for (int r = 0; r < RATIOS; r++)
                bad = print_row(s, kind * RATIOS + (size_t)r, all) || bad;
    }
    return bad;
}

/* -- false marks ------------------------------------------------------------------------------- */

/* As measured on real data; docs/COMPARISON.md says where. */
#define MEASURED                                                                                   \
    .users = 100, .user_deviation = 0.08, .crossed_deviation = 0.04, .seed_deviation = 0.002,      \
    .over_shots = 0.8, .over_scenarios = 0.3, .uneven = 1
/* Seeds are nearly all of the chance. */
#define STRONG .users = 100, .user_deviation = 0.1, .crossed_deviation = 0.5, .seed_deviation = 1

/* Each is asked with as many seeds as SEEDS says; so has the opponent if it has 0 here. */
static const struct {
    const char *name;
    struct table_truth truth;
} NOTHING[] = {
    {"an arm against itself",
     {.users = 100,
      .arms = 1,
      .crossed_deviation = 0.04,
      .seed_deviation = 0.002,
      .over_shots = 0.8,
      .over_scenarios = 0.3,
      .uneven = 1}},
    {"an arm against itself, seeds strong",
     {.users = 100,
      .arms = 1,
      .crossed_deviation = 0.04,
      .seed_deviation = 0.02,
      .over_shots = 0.8,
      .over_scenarios = 0.3,
      .uneven = 1}},
    {"a learner", {.arms = 1, .opponent_seeds = 1, MEASURED}},
    {"a learner, seeds strong, correlations 0.3 and 0",
     {.arms = 1, .opponent_seeds = 1, STRONG, .over_shots = 0.3, .uneven = 1}},
    {"a learner, seeds strong, correlations 1 and 0",
     {.arms = 1, .opponent_seeds = 1, STRONG, .over_shots = 1, .uneven = 1}},
    {"a learner, seeds strong, correlations 1 and 1",
     {.arms = 1, .opponent_seeds = 1, STRONG, .over_shots = 1, .over_scenarios = 1, .uneven = 1}},
    {"a learner, seeds strong, 6 times in one corner",
     {.arms = 1,
      .opponent_seeds = 1,
      STRONG,
      .over_shots = 0.8,
      .over_scenarios = 0.3,
      .uneven = 6}},
    {"five learners", {.arms = 5, .opponent_seeds = 1, MEASURED}},
    {"five learners, seeds strong, 6 times in one corner",
     {.arms = 5,
      .opponent_seeds = 1,
      STRONG,
      .over_shots = 0.8,
      .over_scenarios = 0.3,
      .uneven = 6}},
};
enum { NOTHING_COUNT = sizeof NOTHING / sizeof *NOTHING };

/* Prints the share of tables with a false mark; returns whether it is too large. Five arms take
 * five times as long, and get half of the tables. */
static bool print_false_marks(const struct table_truth *truth, uint32_t tables)
{
    struct table_tally tally = {0};
    simulate_tables(truth, truth->arms > 1 ? tables / 2 : tables, RESAMPLES, &tally);
    double share = (double)tally.false_tables / tally.tables;
    bool bad = share - 3 * error_of(share, tally.tables) > 0.05;
    printf("  %5.1f%s", 100 * share, bad ? "!" : " ");
    fflush(stdout);
    return bad;
}

static bool report_plain(uint32_t tables)
{
    static const char *const SHAPE_NAMES[] = {"normal", "with heavy tails", "skewed"};
    bool bad = false;
    printf("\n  %-52s     30    100    300 users a scenario\n", "arms without seeds");
    for (uint32_t arms = 1; arms <= 5; arms += 4)
        for (int shape = NORMAL_USERS; shape <= SKEWED_USERS; shape++) {
            printf("  %s, users %-*s", arms == 1 ? "one arm" : "five arms", arms == 1 ? 38 : 36,
                   SHAPE_NAMES[shape]);
            for (int u = 0; u < 3; u++) {
                struct table_truth truth = {.users = USERS[u],
                                            .seeds = 1,
                                            .opponent_seeds = 1,
                                            .arms = arms,
                                            .shape = (enum user_shape)shape,
                                            .user_deviation = 1};
                bad = print_false_marks(&truth, tables) || bad;
            }
            printf("\n");
        }
    return bad;
}

static bool report_false_marks(uint32_t tables)
{
    bool bad = false;
    printf(
        "\nTables with any false mark in %%, of 24 cells an arm; %u tables, standard error of 5 %% "
        "%.1f; %u and %.1f for five arms.\n"
        "correlations: of seeds over numbers of shots and over scenarios; if not said 0.8, 0.3.\n"
        "\n  %-52s      2      3      5     10 seeds\n",
        tables, 100 * error_of(0.05, tables), tables / 2, 100 * error_of(0.05, tables / 2),
        "100 users a scenario");
    for (int i = 0; i < NOTHING_COUNT; i++) {
        printf("  %-52s", NOTHING[i].name);
        for (int s = 0; s < SEED_KINDS; s++) {
            struct table_truth truth = NOTHING[i].truth;
            truth.seeds = SEEDS[s];
            if (truth.opponent_seeds == 0)
                truth.opponent_seeds = SEEDS[s];
            bad = print_false_marks(&truth, tables) || bad;
        }
        printf("\n");
    }
    return report_plain(tables) || bad;
}

/* -- items ------------------------------------------------------------------------------------- */

/* One row: what holds the truth, over users and items and over users alone, and how often a gain is
 * marked that is none. */
static bool print_items(const char *name, const struct items_truth *truth, uint32_t replicates)
{
    struct items_tally tally = {0};
    simulate_items(truth, replicates, &tally);
    double count = tally.replicates, held = tally.held / count, marked = tally.marked / count;
    bool bad = held + 3 * error_of(held, tally.replicates) < 0.94 ||
               marked - 3 * error_of(marked, tally.replicates) > 0.05;
    printf("  %-44s %5.1f  %6.4f  %5.1f   %5.1f  %6.4f  %5.1f%s\n", name, 100 * held,
           tally.width / count, 100 * marked, 100 * tally.held_users / count,
           tally.width_users / count, 100 * tally.marked_users / count, bad ? "  bad" : "");
    fflush(stdout);
    return bad;
}

static bool report_items(uint32_t replicates)
{
    static const struct {
        const char *name;
        struct items_truth truth;
    } KNOWN[] = {
        {"items do nothing", {300, 100, 10, 1, 0.08, 0, 0.3, NORMAL_USERS}},
        {"rows are all there is", {300, 100, 10, 1, 0, 0, 0.3, NORMAL_USERS}},
        {"300 items", {300, 300, 10, 1, 0.08, 0.05, 0.3, NORMAL_USERS}},
        {"100 items", {300, 100, 10, 1, 0.08, 0.05, 0.3, NORMAL_USERS}},
        {"100 items, equally popular", {300, 100, 10, 0, 0.08, 0.05, 0.3, NORMAL_USERS}},
        {"100 items with heavy tails", {300, 100, 10, 1, 0.08, 0.05, 0.3, HEAVY_USERS}},
        {"100 items, skewed", {300, 100, 10, 1, 0.08, 0.05, 0.3, SKEWED_USERS}},
        {"30 items", {300, 30, 10, 1, 0.08, 0.05, 0.3, NORMAL_USERS}},
        {"100 items, 2,000 users", {2000, 100, 10, 1, 0.08, 0.05, 0.3, NORMAL_USERS}},
    };
    bool bad = false;
    printf("\nGains on cold items, in %%; %u replicates. Half widths; marks, which are all false.\n"
           "  %-44s users and items           users alone\n"
           "  %-44s holds   width  marks   holds   width  marks\n",
           replicates, "", "");
    for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
        bad = print_items(KNOWN[i].name, &KNOWN[i].truth, replicates) || bad;
    return bad;
}

/* -- power ------------------------------------------------------------------------------------- */

static void report_power(uint32_t tables)
{
    static const struct {
        const char *name;
        uint32_t arms;
        enum planted planted;
    } ASKED[] = {
        {"one learner, the gain in all 24 cells", 1, IN_ALL_CELLS},
        {"one learner, the gain in one cell", 1, IN_ONE_CELL},
        {"five learners, the gain in all cells of one", 5, IN_ALL_CELLS},
    };
    printf("\nHow often a gain of 0.02 is found, in %%; %u tables, half for five learners. "
           "In brackets the gain that is marked in any case.\n",
           tables);
    for (size_t i = 0; i < sizeof ASKED / sizeof *ASKED; i++) {
        printf("\n  %s\n  seeds      100 users           300          1000          3000\n",
               ASKED[i].name);
        for (int s = 0; s < SEED_KINDS; s++) {
            printf("  %5u", SEEDS[s]);
            for (int u = 1; u < (ASKED[i].arms > 1 ? USER_KINDS - 1 : USER_KINDS); u++) {
                struct table_truth truth = {
                    .arms = ASKED[i].arms, MEASURED, .planted = ASKED[i].planted, .gain = 0.02};
                struct table_tally tally = {0};
                truth.users = USERS[u];
                truth.seeds = SEEDS[s];
                truth.opponent_seeds = 1;
                simulate_tables(&truth, truth.arms > 1 ? tables / 2 : tables, RESAMPLES, &tally);
                printf("  %3.0f (%.4f)", 100.0 * tally.found / tally.gains,
                       tally.least / tally.cells);
                fflush(stdout);
            }
            printf("\n");
        }
    }
}

int main(int argc, char **argv)
{
    uint32_t replicates = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : REPLICATES;
    uint32_t tables = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : TABLES;
    bool bad = replicates > 0 && report_intervals(replicates);
    bad = (replicates > 0 && report_items(replicates / 2)) || bad;
    if (tables >= 10) {
        bad = report_false_marks(tables) || bad;
        report_power(tables / 5);
    }
    return bad;
}
