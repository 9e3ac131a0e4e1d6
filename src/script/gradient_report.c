/* SPDX-License-Identifier: MIT
 *
 * Compares a learner's outer gradient with finite differences of its loss. In single precision
 * almost nothing is decided, so the worker that computes in double precision runs it.
 */
#include "config.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "lua_learner.h"

enum { LARGEST = 4, SPREAD = 4, WIDTHS = 6 }; /* compared entries; widths tried */
static const double MOVED = 0.05;  /* standard deviation of the shift of the parameters */
static const double WIDEST = 1e-3; /* the first width; each next one is a quarter of it */
static const double OFF = 1e-4;    /* relative difference, beside rounding, that still agrees */
static const double VAGUE = 1e-2;  /* relative rounding error beyond which nothing is decided */

struct report_subject {
    struct lua_learner *learner;
    const struct episodes *episodes;
    struct training_place place;
    struct gradient_slot *slot, *scratch;
    double loss;
    struct gradient_report *report;
    struct error *error;
};

enum derivative_verdict { AGREES, DIFFERS, UNDECIDED };

static bool compute(const struct report_subject *subject, struct gradient_slot *slot, double *loss)
{
    double shown;
    return lua_learner_gradient(subject->learner, 0, subject->episodes, subject->place, slot, loss,
                                &shown, subject->error);
}

/* Depends on the learner alone, so a repeated check gives the same report. */
static void move_away(const struct lua_learner *learner)
{
    for (size_t i = 0; i < parameters_count(learner->parameters); i++) {
        const struct parameter *parameter = parameters_at(learner->parameters, i);
        size_t size = (size_t)parameter->rows * parameter->columns;
        struct random random = random_at(learner->seed, RANDOM_NOISE, UINT32_MAX, (uint32_t)i);
        for (size_t entry = 0; parameter->rate > 0 && entry < size; entry++)
            parameter->values[entry] += (real)(MOVED * random_normal(&random));
    }
}

/* (loss(entry + step) - loss(entry - step)) / (2 step) */
static bool difference(const struct report_subject *subject, real *entry, double step,
                       double *slope)
{
    real kept = *entry;
    double losses[2], places[2];
    bool good = true;
    for (int side = 0; good && side < 2; side++) {
        *entry = kept + (real)(side == 0 ? step : -step);
        places[side] = (double)*entry;
        good = compute(subject, subject->scratch, &losses[side]);
        *entry = kept;
    }
    *slope = good ? (losses[0] - losses[1]) / (places[0] - places[1]) : 0;
    return good;
}

/* A bound on the rounding error of a difference with this step. */
static double rounding_of(double loss, double step)
{
    double epsilon = sizeof(real) == sizeof(double) ? DBL_EPSILON : (double)FLT_EPSILON;
    return 20 * epsilon * fmax(1, fabs(loss)) / step;
}

/* Wide steps cross kinks and bends, and narrow steps drown in rounding. So a derivative is right if
 * one width that can tell agrees. It is wrong if no width agrees and the last two nearly equal each
 * other. */
static bool decide(const struct report_subject *subject, real *entry, double by_tape, double *slope,
                   enum derivative_verdict *verdict)
{
    double step = WIDEST, before = 0;
    *verdict = UNDECIDED;
    for (int i = 0; i < WIDTHS && *verdict != AGREES; i++, step /= 4) {
        double now, rounding = rounding_of(subject->loss, step);
        if (!difference(subject, entry, step, &now))
            return false;
        double size = fmax(fabs(by_tape), fabs(now)), off = fabs(by_tape - now);
        if (rounding > VAGUE * size)
            break;
        if (off <= OFF * size + rounding)
            *verdict = AGREES;
        else
            *verdict = i > 0 && fabs(now - before) + rounding < off / 4 ? DIFFERS : UNDECIDED;
        *slope = before = now;
    }
    return true;
}

static void note(struct gradient_report *report, const struct parameter *parameter, size_t entry,
                 double by_tape, double slope)
{
    double worst = fabs(report->by_tape - report->by_differences);
    if (report->differed++ > 0 && fabs(by_tape - slope) <= worst)
        return;
    snprintf(report->parameter, sizeof report->parameter, "%s", parameter->name);
    report->row = (uint32_t)(entry / parameter->columns);
    report->column = (uint32_t)(entry % parameter->columns);
    report->by_tape = by_tape;
    report->by_differences = slope;
}

static bool is_among(size_t number, const size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (chosen[i] == number)
            return true;
    return false;
}

/* The entry with the next largest gradient; after LARGEST of them, entries evenly spread. */
static size_t choose(const real *gradient, size_t size, const size_t *chosen, size_t count)
{
    if (count >= LARGEST)
        return (2 * (count - LARGEST) + 1) * size / (2 * SPREAD);
    size_t best = size;
    for (size_t i = 0; i < size; i++)
        if (!is_among(i, chosen, count) &&
            (best == size || fabs((double)gradient[i]) > fabs((double)gradient[best])))
            best = i;
    return best;
}

static bool compare(const struct report_subject *subject, size_t number)
{
    const struct parameter *parameter = parameters_at(subject->learner->parameters, number);
    const uint32_t *rows;
    size_t row_count, chosen[LARGEST + SPREAD];
    const real *gradient = gradient_slot_values(subject->slot, number, &rows, &row_count);
    size_t size = row_count * parameter->columns;
    size_t most = size < LARGEST + SPREAD ? size : LARGEST + SPREAD;
    if (!parameter_moves(parameter, subject->place.phase))
        return true;
    for (size_t i = 0; i < most; i++) {
        double slope;
        enum derivative_verdict verdict;
        size_t at = chosen[i] = size > LARGEST + SPREAD ? choose(gradient, size, chosen, i) : i;
        if (is_among(at, chosen, i))
            continue;
        size_t row = at / parameter->columns, column = at % parameter->columns;
        size_t entry = (rows ? rows[row] : row) * parameter->columns + column;
        if (!decide(subject, &parameter->values[entry], (double)gradient[at], &slope, &verdict))
            return false;
        subject->report->agreed += verdict == AGREES;
        subject->report->undecided += verdict == UNDECIDED;
        if (verdict == DIFFERS)
            note(subject->report, parameter, entry, (double)gradient[at], slope);
    }
    return true;
}

bool script_recommender_check_gradient(struct recommender *recommender,
                                       const struct episodes *episodes, struct training_place place,
                                       struct gradient_report *report, struct error *error)
{
    struct lua_learner *learner = lua_learner_of(recommender);
    *report = (struct gradient_report){.exact = learner && learner->exact};
    if (!learner)
        return true;
    struct report_subject subject = {
        .learner = learner,
        .episodes = episodes,
        .place = place,
        .slot = gradient_slot_new(learner->parameters, error),
        .report = report,
        .error = error,
    };
    if (subject.slot)
        subject.scratch = gradient_slot_new(learner->parameters, error);
    bool good = subject.slot && subject.scratch;
    if (good)
        move_away(learner);
    good = good && compute(&subject, subject.slot, &subject.loss);
    for (size_t i = 0; good && i < parameters_count(learner->parameters); i++)
        good = compare(&subject, i);
    gradient_slot_free(subject.slot);
    gradient_slot_free(subject.scratch);
    return good;
}
