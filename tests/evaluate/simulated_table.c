/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "simulated_table.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/gain.h"

enum { ARMS_MOST = 5, SEEDS_MOST = 10, AT_ONCE = 8 };
static const double LEVEL = 0.95;
static const double USERS_OVER_SHOTS = 0.8;
static const double SHOWN[TABLE_SHOTS] = {1, 1, 0.95, 0.9, 0.75, 1};
static const uint64_t SIMULATION_SEED = 20250808;

/* -- correlated numbers ------------------------------------------------------------------------ */

/* Adds to `numbers`, `count` for each number of shots in turn: correlated over shots. */
static void add_over_shots(struct random *random, enum user_shape shape, double correlation,
                           double deviation, size_t count, double *numbers)
{
    double *common = memory_array(2 * count, sizeof *common), *own = common + count;
    simulate_users(random, shape, common, count);
    for (int shot = 0; shot < TABLE_SHOTS; shot++) {
        simulate_users(random, shape, own, count);
        for (size_t i = 0; i < count; i++)
            numbers[(size_t)shot * count + i] +=
                deviation * (sqrt(correlation) * common[i] + sqrt(1 - correlation) * own[i]);
    }
    free(common);
}

/* -- one scenario of a table ------------------------------------------------------------------- */

/* What seeds add in a scenario: of_seeds[shot * seeds + seed]. `common` is what they have in all.
 */
static void draw_seeds(struct random *random, const struct table_truth *truth, uint32_t scenario,
                       uint32_t seeds, const double *common, double *of_seeds)
{
    double rest = 1 - truth->over_scenarios;
    for (uint32_t i = 0; i < TABLE_SHOTS * seeds; i++)
        of_seeds[i] = sqrt(truth->over_scenarios) * common[i % seeds];
    if (rest > 0)
        add_over_shots(random, NORMAL_USERS, (truth->over_shots - truth->over_scenarios) / rest,
                       sqrt(rest), seeds, of_seeds);
    for (uint32_t i = 0; i < TABLE_SHOTS * seeds; i++) {
        double fall = 1 - (double)(i / seeds) / (TABLE_SHOTS - 1);
        of_seeds[i] *= truth->seed_deviation;
        if (scenario + 1 == TABLE_SCENARIOS)
            of_seeds[i] *= pow(truth->uneven, fall);
    }
}

/* An arm's losses in a scenario: losses[(shot * users + user) * seeds + seed]. */
static double *losses_new(struct random *random, const struct table_truth *truth, uint32_t scenario,
                          uint32_t seeds, const double *seeds_common)
{
    size_t users = truth->users, table = users * seeds;
    double *losses = memory_array(TABLE_SHOTS * table, sizeof *losses);
    double *of_users = memory_array(TABLE_SHOTS * users, sizeof *of_users);
    double of_seeds[TABLE_SHOTS * SEEDS_MOST] = {0};
    add_over_shots(random, truth->shape, USERS_OVER_SHOTS, truth->user_deviation * sqrt(0.5), users,
                   of_users);
    if (seeds > 1) {
        add_over_shots(random, NORMAL_USERS, USERS_OVER_SHOTS, truth->crossed_deviation, table,
                       losses);
        draw_seeds(random, truth, scenario, seeds, seeds_common, of_seeds);
    }
    for (size_t shot = 0; shot < TABLE_SHOTS; shot++)
        for (size_t i = 0; i < table; i++)
            losses[shot * table + i] +=
                of_users[shot * users + i / seeds] + of_seeds[shot * seeds + i % seeds];
    free(of_users);
    return losses;
}

/* -- cells ------------------------------------------------------------------------------------- */

/* Room for the cells of some tables and for what they point to. */
struct room {
    struct gain_cell *cells;
    struct gain_verdict *verdicts;
    double (*means)[2][SEEDS_MOST];
    double *differences;
    uint32_t *numbers;
};

static struct room *room_new(const struct table_truth *truth)
{
    size_t cells = (size_t)AT_ONCE * TABLE_CELLS * truth->arms;
    struct room *room = memory_new(sizeof *room);
    room->cells = memory_array(cells, sizeof *room->cells);
    room->verdicts = memory_array(cells, sizeof *room->verdicts);
    room->means = memory_array(cells, sizeof *room->means);
    room->differences = memory_array(cells * truth->users, sizeof(double));
    room->numbers = memory_array(truth->users, sizeof *room->numbers);
    for (uint32_t user = 0; user < truth->users; user++)
        room->numbers[user] = user;
    return room;
}

static void room_free(struct room *room)
{
    free(room->cells);
    free(room->verdicts);
    free(room->means);
    free(room->differences);
    free(room->numbers);
    free(room);
}

/* Takes one side into a cell: its part of the differences, its seeds' means and what users have for
 * each. */
static struct gain_source take_side(uint32_t arm, const double *losses, uint32_t users,
                                    uint32_t seeds, double sign, double *differences, double *means)
{
    for (uint32_t user = 0; user < users; user++)
        for (uint32_t s = 0; s < seeds; s++) {
            means[s] += losses[user * seeds + s] / users;
            differences[user] += sign * losses[user * seeds + s] / seeds;
        }
    return (struct gain_source){arm, seeds, means, gain_interaction(losses, users, seeds)};
}

static bool is_planted(const struct table_truth *truth, uint32_t scenario, uint32_t shot,
                       uint32_t arm)
{
    return arm == 0 && (truth->planted == IN_ALL_CELLS ||
                        (truth->planted == IN_ONE_CELL && scenario == 0 && shot == 3));
}

/* Cell by cell: arms fastest, then shots, scenarios, tables. */
static void set_cell(struct room *room, const struct table_truth *truth, size_t place, uint32_t arm,
                     const double *mine, const double *other)
{
    uint32_t shot = (uint32_t)(place / truth->arms % TABLE_SHOTS);
    uint32_t scenario = (uint32_t)(place / truth->arms / TABLE_SHOTS % TABLE_SCENARIOS);
    uint32_t users = (uint32_t)(SHOWN[shot] * truth->users + 0.5);
    double *differences = room->differences + place * truth->users, sum = 0;
    for (uint32_t user = 0; user < users; user++)
        differences[user] = is_planted(truth, scenario, shot, arm) ? truth->gain : 0;
    for (int i = 0; i < 2 * SEEDS_MOST; i++)
        room->means[place][i / SEEDS_MOST][i % SEEDS_MOST] = 0;
    mine += (size_t)shot * truth->users * truth->seeds;
    other += (size_t)shot * truth->users * truth->opponent_seeds;
    struct gain_cell *cell = &room->cells[place];
    *cell = (struct gain_cell){
        .table = (uint32_t)(place / truth->arms / TABLE_CELLS),
        .block = scenario,
        .users = users,
        .user = room->numbers,
        .differences = differences,
        .arm =
            take_side(arm + 1, mine, users, truth->seeds, -1, differences, room->means[place][0]),
        .opponent = take_side(0, other, users, truth->opponent_seeds, 1, differences,
                              room->means[place][1]),
    };
    for (uint32_t user = 0; user < users; user++)
        sum += differences[user];
    cell->gain = sum / users;
}

static void draw_scenario(struct room *room, const struct table_truth *truth, uint32_t scenario,
                          struct random *random, double (*seeds_common)[SEEDS_MOST], size_t first)
{
    double *other =
        losses_new(random, truth, scenario, truth->opponent_seeds, seeds_common[ARMS_MOST]);
    for (uint32_t arm = 0; arm < truth->arms; arm++) {
        double *mine = losses_new(random, truth, scenario, truth->seeds, seeds_common[arm]);
        for (uint32_t shot = 0; shot < TABLE_SHOTS; shot++)
            set_cell(room, truth, first + shot * truth->arms + arm, arm, mine, other);
        free(mine);
    }
    free(other);
}

static void draw_table(struct room *room, const struct table_truth *truth, uint32_t number,
                       size_t table)
{
    struct random random = random_at(SIMULATION_SEED, RANDOM_NOISE, number,
                                     truth->users << 8 | truth->seeds << 4 | truth->opponent_seeds);
    double seeds_common[ARMS_MOST + 1][SEEDS_MOST];
    for (int arm = 0; arm <= ARMS_MOST; arm++)
        simulate_normals(&random, seeds_common[arm], SEEDS_MOST);
    for (uint32_t scenario = 0; scenario < TABLE_SCENARIOS; scenario++)
        draw_scenario(room, truth, scenario, &random, seeds_common,
                      (table * TABLE_SCENARIOS + scenario) * TABLE_SHOTS * truth->arms);
}

/* -- counts ------------------------------------------------------------------------------------ */

static void count_table(const struct room *room, const struct table_truth *truth, size_t first,
                        struct table_tally *tally)
{
    bool wrong = false;
    for (size_t i = first; i < first + TABLE_CELLS * truth->arms; i++) {
        const struct gain_cell *cell = &room->cells[i];
        uint32_t shot = (uint32_t)(i / truth->arms % TABLE_SHOTS);
        bool marked = room->verdicts[i].adjusted_p <= 1 - LEVEL;
        tally->cells++;
        tally->least += room->verdicts[i].least;
        if (is_planted(truth, cell->block, shot, cell->arm.arm - 1)) {
            tally->gains++;
            tally->found += marked && cell->gain > 0;
        } else {
            wrong = wrong || marked;
        }
    }
    tally->tables++;
    tally->false_tables += wrong;
}

void simulate_tables(const struct table_truth *truth, uint32_t tables, uint32_t resamples,
                     struct table_tally *tally)
{
    struct room *room = room_new(truth);
    size_t cells = TABLE_CELLS * truth->arms;
    for (uint32_t first = 0; first < tables; first += AT_ONCE) {
        uint32_t found = tables - first < AT_ONCE ? tables - first : AT_ONCE;
        for (uint32_t i = 0; i < found; i++)
            draw_table(room, truth, first + i, i);
        gain_judge(room->cells, found * cells, LEVEL, resamples, 1, room->verdicts);
        for (uint32_t i = 0; i < found; i++)
            count_table(room, truth, i * cells, tally);
    }
    room_free(room);
}
