/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "independence.h"

#include <math.h>

#include "base/random.h"
#include "script/script.h"

/* A learner predicts up to 32 tasks in one call of its Lua, so reversing 32 tasks changes their
 * order but not their group. */
enum { CHECKED = 64, BACKWARDS = 32, AGAIN = 32, FEW = 7 };
/* Tolerated differences. TOLERATED is relative to the spread of the predictions, because the last
 * step of a comparison enlarges small differences. ROUNDING is that of floats. OTHER_SIDE is the
 * share of predictions that may round to a neighbouring grid value. */
static const double TOLERATED = 1e-3, ROUNDING = 1e-6, OTHER_SIDE = 0.02;

struct answers {
    const float *values, *deviations; /* of the query rows; the latter may be NULL */
};

/* A way to predict tasks again, and the message if the result differs. */
struct manner {
    const char *depend_on;
    const char *advice;
    uint32_t at_once; /* tasks per call */
    bool apart;       /* adapts to other ratings between adapt and predict */
};

static const char not_alone[] = "a task must not see others, so compute nothing over tasks or over "
                                "rows of several tasks";

static const struct manner
    in_order = {.at_once = UINT32_MAX},
    in_another_order = {"the order of the tasks", not_alone, UINT32_MAX, false},
    in_other_company = {"which tasks are predicted together", not_alone, UINT32_MAX, false},
    few_at_a_time = {"how many tasks are predicted together", not_alone, FEW, false},
    with_another_between = {"what adapt left behind beside what it returned",
                            "what adapt returns is all that predict gets, so return it there",
                            UINT32_MAX, true};

/* -- predicting -------------------------------------------------------------------------------- */

static uint32_t rows_of(const struct task_set *set)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < set->count; i++)
        rows += set->tasks[i].query_count;
    return rows;
}

/* The tasks of the set with these numbers. */
static struct task_set chosen(const struct independence *about, const uint32_t *numbers,
                              uint32_t count)
{
    struct task_set set = *about->set;
    set.tasks = arena_take(about->arena, count * sizeof *set.tasks);
    set.count = count;
    for (uint32_t i = 0; i < count; i++)
        set.tasks[i] = about->set->tasks[numbers[i]];
    return set;
}

static bool predict(const struct independence *about, const struct task_set *set,
                    const struct manner *manner, struct answers *answers, struct error *error)
{
    struct recommender *recommender = about->recommender;
    uint32_t rows = rows_of(set), at = 0, count;
    float *all_values = arena_take(about->arena, rows * sizeof(float));
    float *all_deviations =
        recommender->deviates ? arena_take(about->arena, rows * sizeof(float)) : NULL;
    *answers = (struct answers){all_values, all_deviations};
    for (uint32_t first = 0; first < set->count; first += count) {
        uint32_t left = set->count - first;
        count = left < manner->at_once ? left : manner->at_once;
        struct episodes episodes =
            task_set_episodes(set, about->dataset, first, count, about->shots, about->arena);
        float *values = all_values + at;
        float *deviations = all_deviations ? all_deviations + at : NULL;
        at += episodes.query.offsets[count];
        if (manner->apart ? !script_recommender_predict_apart(recommender, about->lane, &episodes,
                                                              values, deviations, error)
                          : !recommender->operations->predict(recommender, about->lane, &episodes,
                                                              values, deviations, error))
            return false;
    }
    recommender_clip(about->range, all_values, rows);
    return true;
}

/* -- comparing --------------------------------------------------------------------------------- */

/* Standard deviation of numbers. */
static double spread_of(const float *numbers, uint32_t count)
{
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += (double)numbers[i];
        squares += (double)numbers[i] * (double)numbers[i];
    }
    double mean = count > 0 ? sum / count : 0;
    return count > 0 ? sqrt(fmax(0, squares / count - mean * mean)) : 0;
}

static float snapped(struct value_range range, float value, bool is_deviation)
{
    float low = range.smallest, high = range.largest;
    return is_deviation ? value_grid_distance(low, high, value_grid_steps(low, high, value))
                        : value_grid_value(low, high, value_grid_number(low, high, value));
}

/* Whether the known predictions were rounded to the grid, as those of a run are. */
static bool on_grid(const struct independence *about, const float *values, uint32_t count)
{
    if (!(about->range.smallest < about->range.largest))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (snapped(about->range, values[i], false) != values[i])
            return false;
    return true;
}

/* How much the repeated predictions of rows differ from the known ones. */
struct differences {
    double largest;
    uint32_t rows, differing;
};

static void note(struct differences *differences, double known, double again)
{
    double size = fabs(known - again);
    differences->largest = fmax(differences->largest, size);
    differences->differing += size > 0;
    differences->rows++;
}

/* Compares `again`, which has the rows of the tasks `numbers`, with the same rows of `known`, which
 * has the rows of the whole set. All deviations beyond the range count as equal. */
static struct differences compare(const struct independence *about, const uint32_t *numbers,
                                  uint32_t count, const struct answers *known,
                                  const struct answers *again, bool grid)
{
    struct differences differences = {0};
    double range = (double)about->range.largest - (double)about->range.smallest;
    uint32_t *starts = arena_take(about->arena, about->set->count * sizeof *starts), row = 0;
    for (uint32_t i = 0, start = 0; i < about->set->count; i++) {
        starts[i] = start;
        start += about->set->tasks[i].query_count;
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t q = 0; q < about->set->tasks[numbers[i]].query_count; q++, row++) {
            uint32_t at = starts[numbers[i]] + q;
            float value = again->values[row];
            note(&differences, (double)known->values[at],
                 (double)(grid ? snapped(about->range, value, false) : value));
            if (!known->deviations || !again->deviations)
                continue;
            float sure = again->deviations[row];
            note(&differences, fmin((double)known->deviations[at], range),
                 fmin((double)(grid ? snapped(about->range, sure, true) : sure), range));
        }
    return differences;
}

static bool judge(const struct independence *about, const struct manner *manner,
                  const struct differences *differences, double spread, bool grid,
                  struct error *error)
{
    double smallest = (double)about->range.smallest, largest = (double)about->range.largest;
    double range = largest - smallest;
    double tolerated = TOLERATED * fmin(range, 4 * spread) + ROUNDING * range;
    bool good = differences->largest <= tolerated;
    if (grid)
        good = differences->largest <= tolerated + range / VALUE_GRID_STEPS * (1 + 1e-3) &&
               differences->differing <= 1 + OTHER_SIDE * differences->rows;
    if (good)
        return true;
    error_set(
        error, ERROR_SCRIPT,
        "predictions depend on %s, by up to %.3g where ratings go from %g to %g and predictions "
        "have a standard deviation of %.3g: %s",
        manner->depend_on, differences->largest, smallest, largest, spread, manner->advice);
    return script_recommender_blame(about->recommender, error);
}

static bool agrees(const struct independence *about, const struct manner *manner,
                   const uint32_t *numbers, uint32_t count, const struct answers *known,
                   struct error *error)
{
    struct task_set set = chosen(about, numbers, count);
    struct answers again;
    uint32_t rows = rows_of(about->set);
    bool grid = on_grid(about, known->values, rows);
    if (!predict(about, &set, manner, &again, error))
        return false;
    struct differences differences = compare(about, numbers, count, known, &again, grid);
    return judge(about, manner, &differences, spread_of(known->values, rows), grid, error);
}

/* -- checking ---------------------------------------------------------------------------------- */

/* The numbers 0 .. count - 1. Also fills two other orders: the first numbers reversed, and the even
 * numbers first. */
static uint32_t *numbers_of(const struct independence *about, uint32_t count, uint32_t *backwards,
                            uint32_t *even_first)
{
    uint32_t *numbers = arena_take(about->arena, count * sizeof *numbers);
    uint32_t turned = count < BACKWARDS ? count : BACKWARDS;
    for (uint32_t i = 0; i < count; i++) {
        numbers[i] = i;
        backwards[i] = i < turned ? turned - 1 - i : i;
        even_first[i % 2 == 0 ? i / 2 : (count + 1) / 2 + i / 2] = i;
    }
    return numbers;
}

bool independence_check(const struct independence *about, struct error *error)
{
    uint32_t count = about->set->count < CHECKED ? about->set->count : CHECKED;
    uint32_t backwards[CHECKED], even_first[CHECKED];
    uint32_t *numbers = numbers_of(about, count, backwards, even_first);
    struct task_set first = chosen(about, numbers, count);
    struct independence narrowed = *about;
    struct answers known;
    narrowed.set = &first;
    return predict(&narrowed, &first, &in_order, &known, error) &&
           agrees(&narrowed, &with_another_between, numbers, count, &known, error) &&
           agrees(&narrowed, &in_another_order, backwards, count, &known, error) &&
           agrees(&narrowed, &in_other_company, even_first, count, &known, error) &&
           agrees(&narrowed, &in_other_company, even_first, (count + 1) / 2, &known, error) &&
           agrees(&narrowed, &few_at_a_time, even_first, count, &known, error);
}

bool independence_repeat(const struct independence *about, uint64_t seed, const float *values,
                         const float *deviations, struct error *error)
{
    const struct task_set *set = about->set;
    uint32_t count = set->count > 2 * AGAIN ? AGAIN : (set->count + 1) / 2;
    uint32_t *numbers = arena_take(about->arena, set->count * sizeof *numbers);
    struct random random = random_at(seed, RANDOM_CHECK, (uint32_t)set->scenario, about->shots);
    for (uint32_t i = 0; i < set->count; i++)
        numbers[i] = i;
    random_shuffle(&random, numbers, set->count);
    struct answers known = {values, deviations};
    return agrees(about, &in_other_company, numbers, count, &known, error);
}
