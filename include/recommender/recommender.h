/* SPDX-License-Identifier: MIT
 *
 * The one interface of all arms, baselines with a closed form and learners that are trained step by
 * step.
 *
 * Life: new (by its maker) -> either `fit`, or for every step `gradient` for its shards, then
 * `step_begin` and `step_part` -> `predict` -> `free`. Save and load are possible between steps and
 * after `fit`. After a load, a recommender continues with the same bits as if it had never been
 * saved.
 *
 * Several threads may call `gradient` and `predict` at once, each with its own lane (0 .. lanes -
 * 1; a lane holds one thread's Lua state, tape and scratch memory). Several threads may call
 * `step_part` at once with different parts. Everything else is called by one thread while no other
 * call is running. No call leaves anything in a lane that changes a later result.
 */
#ifndef RECOMMENDER_RECOMMENDER_H
#define RECOMMENDER_RECOMMENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "data/dataset.h"
#include "data/value_scale.h"
#include "recommender/rows.h"

struct recommender;
struct serving;       /* serving.h */
struct gradient_slot; /* one shard's gradient; parameters.h */

/* Training has phases, one after another. Each phase has its users and the parameters that move in
 * it (recommender/parameters.h). */
struct training_phase {
    enum {
        USERS_TRAINING,  /* on the training users */
        USERS_VALIDATION /* for a few weights that choose among what was learned */
    } users;
    uint32_t epochs;
};
enum { PHASES_MOST = 8 };

/* How a learner is trained. A plan without phases belongs to a closed form, which `fit`
 * computes. */
struct training_plan {
    enum {
        TRAIN_BY_TASK,
        TRAIN_BY_ROW
    } by;           /* whether a batch consists of tasks, or of rows of any users */
    uint32_t batch; /* tasks (rows) in a step */
    /* The mean number of tasks in a shard. The shards of a step have about as many rows each. A
     * step by rows is one shard. */
    uint32_t shard;
    struct training_phase phases[PHASES_MOST];
    uint32_t phase_count;
    /* Query rows of a training task: at least one, at most half of its rows; 0: half. */
    uint32_t query;
    uint32_t support_most; /* most support rows of a training task; UINT32_MAX: no limit */
    /* Whether the number of support rows is drawn for each task and epoch. The largest possible
     * number and those of 0, 1, 3, 5, 10, 20, 50, 100 below it have equal chances. */
    bool random_support;
};

/* What a step's random numbers depend on: the seed of the run, the step, and the number of the
 * shard. `phase` is the phase of the step. */
struct training_place {
    uint64_t seed;
    uint32_t step, shard, phase;
};

/* The position of a step in the training. Epochs are counted over all phases. `progress` is 0 at
 * the first step of a phase and 1 at its end. */
struct training_position {
    uint32_t phase, epoch, step_of_epoch;
    double progress;
};

/* An outer step from the gradients of all its shards. */
struct outer_step {
    struct gradient_slot *const *slots; /* of the shards, in order */
    uint32_t count, tasks;              /* the number of shards, and of the tasks in all of them */
    struct training_position position;
};
enum { RECOMMENDER_PARTS = 4 };

struct recommender_operations {
    void (*free)(struct recommender *self);
    /* Closed forms only: learns from the training rows given at creation. */
    bool (*fit)(struct recommender *self, struct error *error);
    /* Learners only. Writes one shard's gradient to `slot` and the sum of its tasks' losses to
     * `loss`. */
    bool (*gradient)(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                     struct training_place place, struct gradient_slot *slot, double *loss,
                     struct error *error);
    /* Learners only. Begins an outer step and returns its number of parts, 1 .. RECOMMENDER_PARTS;
     * 0 if it fails. Each part must be taken once. Several threads may do so at once; the result
     * has the same bits whichever thread takes which part. */
    uint32_t (*step_begin)(struct recommender *self, const struct outer_step *step,
                           struct error *error);
    bool (*step_part)(struct recommender *self, const struct outer_step *step, uint32_t part,
                      struct error *error);
    /* NULL if there is not enough memory. */
    struct gradient_slot *(*slot_new)(struct recommender *self, struct error *error);
    /* Adapts to the support rows of each task and predicts its query rows, one task after another.
     * Predictions are not clipped. `deviations`, NULL if not wanted, receives the standard
     * deviation of the rating around each prediction, including noise, if the recommender
     * `deviates`. Otherwise it is left unchanged. */
    bool (*predict)(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                    float *predictions, float *deviations, struct error *error);
    /* For serving_new. If NULL, a serving calls `predict`. */
    struct serving *(*serve)(struct recommender *self, uint32_t lane, const uint32_t *items,
                             uint32_t count, struct error *error);
    void (*save)(const struct recommender *self, struct bytes *bytes);
    /* Loads what `save` or `weights` wrote. After `weights`, the recommender predicts as before but
     * cannot be trained further. */
    bool (*load)(struct recommender *self, struct reader *reader, struct error *error);
    /* Writes what was learned, without optimiser state: enough to predict. */
    void (*weights)(const struct recommender *self, struct bytes *bytes);
};

/* The first member of every kind of recommender. */
struct recommender {
    const struct recommender_operations *operations;
    struct training_plan plan; /* no phase for a closed form */
    bool deviates;             /* predictions come with standard deviations */
};

/* Takes an outer step, its parts one after another. */
bool recommender_step(struct recommender *recommender, const struct outer_step *step,
                      struct error *error);

/* The smallest and largest value among the training rows. Predictions are clipped to this range
 * before they are shown or scored. */
struct value_range {
    float smallest, largest;
};
struct value_range value_range_of(const struct dataset *dataset, const bool *training);
/* The different values among the training rows, in ascending order. Returns how many there are; if
 * they are more than VALUE_LEVELS_MOST, returns VALUE_LEVELS_MOST + 1 and leaves `levels`
 * undefined. */
uint32_t value_levels_of(const struct dataset *dataset, const bool *training, float *levels);
/* Fails (NUMERIC) unless all predictions are finite, and all deviations (may be NULL) finite and at
 * least 0. */
bool recommender_check(const float *predictions, const float *deviations, size_t count,
                       struct error *error);
/* Clips predictions to the range. NaN stays NaN. */
void recommender_clip(struct value_range range, float *predictions, size_t count);

#endif
