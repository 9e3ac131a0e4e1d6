/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "world.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

enum { KEY_PEOPLE, KEY_FILMS, KEY_ACTIVITY, KEY_OPINIONS }; /* random streams */
enum { LEAST_RATINGS = 12, SESSION_RATINGS = 12, MOST_SESSIONS = 64, DAY = 86400 };

static double uniform(struct random *random)
{
    return (double)(random_bits(random) >> 8) / (1 << 24);
}

/* Nearly normal, in [-6, 6], with standard deviation 1. */
static double bell(struct random *random)
{
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += uniform(random);
    return sum - 6;
}

static double on_grid(double value)
{
    double thousandths = value * 1000;
    return (double)(long)(thousandths < 0 ? thousandths - 0.5 : thousandths + 0.5) / 1000;
}

static int pick(struct random *random, int count)
{
    return (int)random_below(random, (uint32_t)count);
}

/* Picks an index with a probability proportional to its weight. */
static int pick_weighted(struct random *random, const double *weights, int count)
{
    double total = 0;
    for (int i = 0; i < count; i++)
        total += weights[i];
    double left = uniform(random) * total;
    for (int i = 0; i < count; i++) {
        left -= weights[i];
        if (left < 0)
            return i;
    }
    for (int i = count; i-- > 0;)
        if (weights[i] > 0)
            return i;
    abort(); /* unreachable: callers leave something to pick */
}

static void add_effect(double *axes, const struct effect *effect)
{
    for (int axis = 0; axis < AXES; axis++)
        axes[axis] += effect->axis[axis] / 100.0;
}

static void make_person(struct person *person, uint64_t seed, uint32_t number)
{
    static const double age_weights[AGES] = {3, 4, 3, 2};
    struct random random = random_at(seed, RANDOM_GENERATOR, KEY_PEOPLE, number);
    person->age_group = pick_weighted(&random, age_weights, AGES);
    person->age =
        age_ranges[person->age_group][0] + pick(&random, age_ranges[person->age_group][1]);
    person->gender = pick(&random, GENDERS);
    person->occupation = pick(&random, OCCUPATIONS - 1); /* the last one is "retired" */
    if (person->age_group == AGES - 1 && uniform(&random) < 0.7)
        person->occupation = OCCUPATIONS - 1;
    person->country = pick(&random, COUNTRIES);
    person->bias = on_grid(0.35 * bell(&random));
    memset(person->shared, 0, sizeof person->shared);
    add_effect(person->shared, &age_effects[person->age_group]);
    add_effect(person->shared, &gender_effects[person->gender]);
    add_effect(person->shared, &occupation_effects[person->occupation]);
    for (int axis = 0; axis < AXES; axis++) {
        person->shared[axis] = on_grid(person->shared[axis]);
        person->personal[axis] = on_grid(0.34 * bell(&random));
    }
    /* One person in eight is there from the start. The others arrive until a month before the
     * end. */
    double when = uniform(&random) < 0.125 ? 0.01 * uniform(&random) : 0.97 * uniform(&random);
    person->arrival = WORLD_BEGIN + (int64_t)(when * (double)(WORLD_END - WORLD_BEGIN));
}

static void pick_genres(struct film *film, struct random *random)
{
    film->genre_count = 1 + pick(random, MOST_ITEM_GENRES);
    for (int i = 0; i < film->genre_count; i++) {
        bool again = true;
        while (again) {
            film->genres[i] = pick(random, GENRES);
            again = false;
            for (int known = 0; known < i; known++)
                again = again || film->genres[known] == film->genres[i];
        }
    }
}

static void place_film(struct film *film, struct random *random)
{
    memset(film->place, 0, sizeof film->place);
    for (int i = 0; i < film->genre_count; i++)
        add_effect(film->place, &genre_effects[film->genres[i]]);
    for (int axis = 0; axis < AXES; axis++)
        film->place[axis] = film->place[axis] / film->genre_count + 0.45 * bell(random);
    film->place[AXIS_NEW] += (film->year - 2005) / 15.0;
    for (int axis = 0; axis < AXES; axis++)
        film->place[axis] = on_grid(film->place[axis]);
}

/* Picks a title that no other film has in either language. */
static void pick_title(struct world *world, int number, struct random *random)
{
    struct film *film = &world->films[number];
    bool again = true;
    while (again) {
        film->adjective = pick(random, ADJECTIVES);
        film->noun = pick(random, NOUNS);
        again = false;
        for (int known = 0; known < number; known++) {
            const struct film *other = &world->films[known];
            again = again || (other->genres[0] == film->genres[0] && other->noun == film->noun &&
                              other->adjective == film->adjective);
        }
    }
    film->chinese = uniform(random) < 0.4;
    film->formal = uniform(random) < 0.6;
}

static void make_film(struct world *world, uint64_t seed, int number)
{
    struct film *film = &world->films[number];
    struct random random = random_at(seed, RANDOM_GENERATOR, KEY_FILMS, (uint32_t)number);
    pick_genres(film, &random);
    bool old = uniform(&random) < 0.45;
    double when = old ? 0 : uniform(&random);
    film->arrival = WORLD_BEGIN + (int64_t)(when * 0.98 * (double)(WORLD_END - WORLD_BEGIN));
    double recent = uniform(&random);
    film->year = old ? 2020 - (int)(60 * recent * recent) : 2021 + (int)(when * 0.98 * 3);
    film->bias = on_grid(0.38 * bell(&random));
    /* A long tail: the most popular film is about fifteen times as popular as the hundredth. */
    film->popularity = (1 + 0.5 * film->bias) / (4 + 400 * uniform(&random));
    place_film(film, &random);
    pick_title(world, number, &random);
}

/* Few people give many ratings. Each gives at least LEAST_RATINGS, all together RATINGS. */
static void share_ratings(struct world *world, uint64_t seed)
{
    uint32_t order[USERS];
    for (uint32_t i = 0; i < USERS; i++)
        order[i] = i;
    struct random random = random_at(seed, RANDOM_GENERATOR, KEY_ACTIVITY, 0);
    random_shuffle(&random, order, USERS);
    int left = RATINGS;
    for (int rank = 0; rank < USERS; rank++) {
        int ratings = LEAST_RATINGS + 13500 / (rank + 50);
        world->people[order[rank]].ratings = ratings;
        left -= ratings;
    }
    for (int rank = 0; left != 0; rank = (rank + 1) % USERS) {
        int step = left > 0 ? 1 : -1;
        world->people[order[rank]].ratings += step;
        left -= step;
    }
}

double world_score(const struct world *world, const struct opinion *opinion, enum truth truth)
{
    const struct person *person = &world->people[opinion->user];
    const struct film *film = &world->films[opinion->item];
    const struct effect *occasion = &occasion_effects[opinion->occasion];
    double score = WORLD_MEAN + person->bias + film->bias;
    for (int axis = 0; axis < AXES && truth != TRUTH_BIAS; axis++) {
        double taste = person->shared[axis] + occasion->axis[axis] / 100.0;
        if (truth == TRUTH_FULL)
            taste += person->personal[axis];
        score += taste * film->place[axis];
    }
    return score;
}

static int rating_of(double score)
{
    int rating = (int)(score + 0.5);
    return score < 1 ? 1 : rating > 5 ? 5 : rating;
}

/* People choose films that are popular, that are new, and that they may like. */
static void weigh_films(const struct world *world, const struct opinion *opinion, const bool *rated,
                        double *weights)
{
    for (int item = 0; item < ITEMS; item++) {
        const struct film *film = &world->films[item];
        struct opinion tried = *opinion;
        tried.item = item;
        weights[item] = 0;
        if (rated[item] || film->arrival > opinion->time)
            continue;
        double liking = 1 + 0.5 * (world_score(world, &tried, TRUTH_FULL) - WORLD_MEAN);
        double news = opinion->time - film->arrival < 90 * DAY && film->year > 2020 ? 2 : 1;
        weights[item] = film->popularity * news * (liking < 0.2 ? 0.2 : liking);
    }
}

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The first session is the arrival. Later sessions become rarer. */
static int plan_sessions(const struct person *person, struct random *random, int64_t *sessions)
{
    int count = 1 + person->ratings / SESSION_RATINGS;
    if (count > MOST_SESSIONS)
        count = MOST_SESSIONS;
    sessions[0] = person->arrival;
    for (int i = 1; i < count; i++) {
        double when = uniform(random);
        sessions[i] =
            person->arrival + (int64_t)(when * when * (double)(WORLD_END - person->arrival - DAY));
    }
    qsort(sessions, (size_t)count, sizeof *sessions, compare_times);
    return count;
}

static int pick_occasion(const struct person *person, struct random *random)
{
    static const double weights[AGES][OCCASIONS] = {{4, 5, 1}, {4, 3, 3}, {3, 2, 5}, {6, 2, 2}};
    return pick_weighted(random, weights[person->age_group], OCCASIONS);
}

static void make_opinions(struct world *world, uint64_t seed, int user)
{
    const struct person *person = &world->people[user];
    struct random random = random_at(seed, RANDOM_GENERATOR, KEY_OPINIONS, (uint32_t)user);
    int64_t sessions[MOST_SESSIONS];
    bool rated[ITEMS] = {false};
    double weights[ITEMS];
    int count = plan_sessions(person, &random, sessions), done = 0;
    for (int session = 0; session < count; session++) {
        struct opinion opinion = {.user = user, .time = sessions[session]};
        opinion.occasion = pick_occasion(person, &random);
        int goal = person->ratings * (session + 1) / count;
        for (; done < goal; done++) {
            opinion.time += 40 + pick(&random, 200);
            weigh_films(world, &opinion, rated, weights);
            opinion.item = pick_weighted(&random, weights, ITEMS);
            rated[opinion.item] = true;
            double score = world_score(world, &opinion, TRUTH_FULL);
            opinion.rating = rating_of(score + WORLD_NOISE * bell(&random));
            world->opinions[world->opinion_count++] = opinion;
        }
    }
}

static int compare_opinions(const void *left, const void *right)
{
    const struct opinion *a = left, *b = right;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return a->user != b->user ? (a->user > b->user) - (a->user < b->user) : a->item - b->item;
}

void world_make(struct world *world, uint64_t seed)
{
    for (uint32_t user = 0; user < USERS; user++)
        make_person(&world->people[user], seed, user);
    for (int item = 0; item < ITEMS; item++)
        make_film(world, seed, item);
    share_ratings(world, seed);
    world->opinion_count = 0;
    for (int user = 0; user < USERS; user++)
        make_opinions(world, seed, user);
    qsort(world->opinions, RATINGS, sizeof *world->opinions, compare_opinions);
}

/* The probability that a sum of twelve uniform numbers is below x (Irwin and Hall). */
static double sum_below(double x)
{
    if (x <= 0)
        return 0;
    if (x >= 12)
        return 1;
    double total = 0, binomial = 1;
    for (int k = 0; k <= x; k++) {
        double power = 1, base = x - k;
        for (int i = 0; i < 12; i++)
            power *= base;
        total += k % 2 ? -binomial * power : binomial * power;
        binomial = binomial * (12 - k) / (k + 1);
    }
    return total / 479001600.0; /* 12! */
}

void world_chances(double score, double chances[5])
{
    double before = 0;
    for (int rating = 1; rating <= 5; rating++) {
        double below = rating == 5 ? 1 : sum_below((rating + 0.5 - score) / WORLD_NOISE + 6);
        chances[rating - 1] = below - before;
        before = below;
    }
}
