/* SPDX-License-Identifier: MIT
 *
 * All truths of a replicate share one set of standard random numbers, each scaled by its own
 * deviations. Of the users x seeds part, this needs only the row means, the column means and the
 * mean square, because the parts from users and from seeds drop out of the latter.
 */
#include "config.h"

#include "simulated_gain.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "evaluate/gain.h"
#include "evaluate/student.h"

enum { SHAPES = 3, SIDES = 2, SEEDS_MOST = 10, AT_ONCE = 10, RESAMPLES = 19, GRID = 2000 };
static const double LEVEL = 0.95;
static const double KNOWN = 1.959963984540054; /* normal quantile of LEVEL */
static const uint64_t SIMULATION_SEED = 20250807;

/* -- random numbers ---------------------------------------------------------------------------- */

void simulate_normals(struct random *random, double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i += 2) {
        double radius = sqrt(-2 * log(1 - random_uniform(random)));
        double angle = 2 * M_PI * random_uniform(random);
        numbers[i] = radius * cos(angle);
        if (i + 1 < count)
            numbers[i + 1] = radius * sin(angle);
    }
}

void simulate_users(struct random *random, enum user_shape shape, double *numbers, size_t count)
{
    const double sigma = 0.6, mean = exp(sigma * sigma / 2);
    simulate_normals(random, numbers, count);
    for (size_t i = 0; i < count; i++) {
        if (shape == HEAVY_USERS)
            numbers[i] *= (random_uniform(random) < 0.05 ? 5 : 1) / sqrt(0.95 + 0.05 * 25);
        if (shape == SKEWED_USERS)
            numbers[i] = (exp(sigma * numbers[i]) - mean) / (mean * sqrt(exp(sigma * sigma) - 1));
    }
}

/* -- replicates -------------------------------------------------------------------------------- */

/* One side's standard numbers: a seed's own, and of users x seeds the means and the mean square. */
struct side {
    double seeds[SEEDS_MOST], columns[SEEDS_MOST];
    double *rows; /* of each user */
    double interaction;
};

struct replicate {
    double *users[SHAPES];
    struct side sides[SIDES];
    double *crossed; /* users x seeds, of one side after the other */
};

static void replicate_init(struct replicate *replicate, uint32_t users)
{
    for (int shape = 0; shape < SHAPES; shape++)
        replicate->users[shape] = memory_array(users, sizeof(double));
    for (int i = 0; i < SIDES; i++)
        replicate->sides[i].rows = memory_array(users, sizeof(double));
    replicate->crossed = memory_array((size_t)users * SEEDS_MOST, sizeof(double));
}

static void replicate_release(struct replicate *replicate)
{
    for (int shape = 0; shape < SHAPES; shape++)
        free(replicate->users[shape]);
    for (int i = 0; i < SIDES; i++)
        free(replicate->sides[i].rows);
    free(replicate->crossed);
}

static void draw_side(struct random *random, uint32_t users, uint32_t seeds, double *crossed,
                      struct side *side)
{
    simulate_normals(random, side->seeds, seeds);
    simulate_normals(random, crossed, (size_t)users * seeds);
    for (uint32_t s = 0; s < seeds; s++)
        side->columns[s] = 0;
    for (uint32_t user = 0; user < users; user++) {
        side->rows[user] = 0;
        for (uint32_t s = 0; s < seeds; s++) {
            side->rows[user] += crossed[user * seeds + s] / seeds;
            side->columns[s] += crossed[user * seeds + s] / users;
        }
    }
    side->interaction = gain_interaction(crossed, users, seeds);
}

static void replicate_draw(struct replicate *replicate, uint32_t number, uint32_t users,
                           uint32_t seeds, int sides)
{
    struct random random = random_at(SIMULATION_SEED, RANDOM_NOISE, number, users << 8 | seeds);
    for (int shape = 0; shape < SHAPES; shape++)
        simulate_users(&random, (enum user_shape)shape, replicate->users[shape], users);
    for (int i = 0; i < sides; i++)
        draw_side(&random, users, seeds, replicate->crossed, &replicate->sides[i]);
}

/* -- cells ------------------------------------------------------------------------------------- */

/* What the replicates of one call share, and the room for what their cells point to. */
struct room {
    uint32_t users, seeds;
    int sides; /* that have seeds */
    struct gain_cell *cells;
    struct gain_verdict *verdicts;
    double (*means)[SIDES][SEEDS_MOST];
    double *differences;        /* of each cell in turn */
    uint32_t *numbers;          /* of users */
    double quantile;            /* of t over users */
    double quantiles[GRID + 1]; /* of t with GRID / i degrees of freedom */
};

static struct room *room_new(uint32_t users, uint32_t seeds, int sides, size_t cells)
{
    struct room *room = memory_new(sizeof *room);
    room->users = users;
    room->seeds = seeds;
    room->sides = sides;
    room->cells = memory_array(cells, sizeof *room->cells);
    room->verdicts = memory_array(cells, sizeof *room->verdicts);
    room->means = memory_array(cells, sizeof *room->means);
    room->differences = memory_array(cells * users, sizeof(double));
    room->numbers = memory_array(users, sizeof *room->numbers);
    for (uint32_t user = 0; user < users; user++)
        room->numbers[user] = user;
    room->quantile = student_quantile((1 + LEVEL) / 2, users - 1);
    room->quantiles[0] = KNOWN;
    for (int i = 1; i <= GRID; i++)
        room->quantiles[i] = student_quantile((1 + LEVEL) / 2, (double)GRID / i);
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

/* In units of the users' part of the gain's variance. */
static void set_cell(struct room *room, size_t place, const struct replicate *replicate,
                     const struct truth *truth)
{
    uint32_t users = room->users, seeds = room->seeds;
    int sides = room->sides;
    double own = sqrt(users * (1 - truth->crossed)), sum = 0;
    double crossed = sqrt((double)users * seeds * truth->crossed / sides);
    double of_seeds = sqrt(seeds * truth->ratio / sides);
    double *differences = room->differences + place * users;
    struct gain_source sources[SIDES] = {{.arm = 1, .seeds = seeds}, {.arm = 0, .seeds = 1}};
    for (uint32_t user = 0; user < users; user++)
        differences[user] = own * replicate->users[truth->shape][user];
    for (int i = 0; i < sides; i++) {
        const struct side *side = &replicate->sides[i];
        double sign = i == 0 ? -1 : 1, *means = room->means[place][i], mean = 0;
        for (uint32_t s = 0; s < seeds; s++) {
            means[s] = of_seeds * side->seeds[s] + crossed * side->columns[s];
            mean += of_seeds * side->seeds[s] / seeds;
        }
        for (uint32_t user = 0; user < users; user++)
            differences[user] += sign * (mean + crossed * side->rows[user]);
        sources[i].seeds = seeds;
        sources[i].means = means;
        sources[i].interaction = crossed * crossed * side->interaction;
    }
    if (sides < SIDES)
        sources[1].means = room->means[place][1];
    for (uint32_t user = 0; user < users; user++)
        sum += differences[user];
    room->cells[place] = (struct gain_cell){
        .table = (uint32_t)place,
        .users = users,
        .user = room->numbers,
        .differences = differences,
        .gain = sum / users,
        .arm = sources[0],
        .opponent = sources[1],
    };
}

static double spread(const double *numbers, uint32_t count)
{
    double mean = 0, sum = 0;
    for (uint32_t i = 0; i < count; i++)
        mean += numbers[i] / count;
    for (uint32_t i = 0; i < count; i++)
        sum += (numbers[i] - mean) * (numbers[i] - mean);
    return sum / (count - 1.0);
}

/* Of t, at least 1 degree of freedom, between the grid's points. */
static double quantile_of(const struct room *room, double degrees)
{
    double place = GRID / degrees;
    int below = place < GRID ? (int)place : GRID - 1;
    return room->quantiles[below] +
           (place - below) * (room->quantiles[below + 1] - room->quantiles[below]);
}

static double half_width_satterthwaite(const struct room *room, size_t place)
{
    const struct gain_cell *cell = &room->cells[place];
    const struct gain_verdict *verdict = &room->verdicts[place];
    const struct gain_source *sources[] = {&cell->arm, &cell->opponent};
    double all = verdict->user_variance + verdict->seed_variance;
    double below = verdict->user_variance * verdict->user_variance / (cell->users - 1);
    for (int i = 0; i < room->sides; i++) {
        double part = spread(sources[i]->means, room->seeds) / room->seeds;
        below += part * part / (room->seeds - 1);
    }
    return sqrt(all) * quantile_of(room, all * all / below);
}

/* The true gain is 0. */
static void count_cell(const struct room *room, size_t place, const struct truth *truth,
                       struct interval_tally *tally)
{
    const struct gain_cell *cell = &room->cells[place];
    const struct interval *interval = &room->verdicts[place].interval;
    double known = KNOWN * sqrt(1 + truth->ratio);
    double users = room->quantile * sqrt(spread(cell->differences, cell->users) / cell->users);
    double satterthwaite = half_width_satterthwaite(room, place);
    tally->replicates++;
    tally->held += interval->low <= 0 && interval->high >= 0;
    tally->held_satterthwaite += fabs(cell->gain) <= satterthwaite;
    tally->held_users += fabs(cell->gain) <= users;
    tally->width += (interval->high - interval->low) / 2 / known;
    tally->width_satterthwaite += satterthwaite / known;
    tally->width_users += users / known;
}

/* All truths of some replicates. */
static void judge(struct room *room, const struct replicate *replicates, size_t found,
                  const struct truth *truths, size_t count, struct interval_tally *tallies)
{
    for (size_t i = 0; i < found * count; i++)
        set_cell(room, i, &replicates[i / count], &truths[i % count]);
    gain_judge(room->cells, found * count, LEVEL, RESAMPLES, 1, room->verdicts);
    for (size_t i = 0; i < found * count; i++)
        count_cell(room, i, &truths[i % count], &tallies[i % count]);
}

void simulate_intervals(uint32_t users, uint32_t seeds, bool learned_opponent,
                        const struct truth *truths, size_t count, uint32_t replicates,
                        struct interval_tally *tallies)
{
    int sides = learned_opponent ? 2 : 1;
    struct room *room = room_new(users, seeds, sides, AT_ONCE * count);
    struct replicate drawn[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++)
        replicate_init(&drawn[i], users);
    for (uint32_t first = 0; first < replicates; first += AT_ONCE) {
        uint32_t found = replicates - first < AT_ONCE ? replicates - first : AT_ONCE;
        for (uint32_t i = 0; i < found; i++)
            replicate_draw(&drawn[i], first + i, users, seeds, sides);
        judge(room, drawn, found, truths, count, tallies);
    }
    for (int i = 0; i < AT_ONCE; i++)
        replicate_release(&drawn[i]);
    room_free(room);
}
