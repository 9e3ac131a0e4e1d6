/* SPDX-License-Identifier: MIT
 *
 * The one interface that every arm has: a baseline with a closed form, or a learner that is trained
 * step by step.
 *
 * Life: new (by its maker) -> either fit, or for every step `gradient` for its shards, then
 * `step_begin` and `step_part` -> predict -> free. Save and load may happen between steps and after
 * fit; a recommender that was loaded goes on with the same bits as one that was never saved.
 *
 * `gradient` and `predict` may be called from several threads at once, each with its own lane (0 ..
 * lanes - 1: a lane holds one thread's Lua state, tape and scratch memory), and so may `step_part`
 * with different parts. Everything else is called by one thread, with no other call under way. No
 * call keeps state in a lane that changes a later result.
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

/* Training goes through phases, one after another: each has its users, and the parameters that move
 * in it (recommender/parameters.h). */
struct training_phase {
    enum {
        USERS_TRAINING,  /* on the training users */
        USERS_VALIDATION /* on the validation users: for a few weights that choose among what was
                            learned */
    } users;
    uint32_t epochs;
};
enum { PHASES_MOST = 8 };

/* How a learner wants to be trained. Without a phase it is a closed form that `fit` computes. */
struct training_plan {
    enum {
        TRAIN_BY_TASK,
        TRAIN_BY_ROW
    } by;           /* a batch is so many tasks, or so many rows of any users */
    uint32_t batch; /* tasks (rows) in a step */
    uint32_t shard; /* tasks in a shard on average: shards of a step have about as many rows
                       each. A step by rows is one shard */
    struct training_phase phases[PHASES_MOST];
    uint32_t phase_count;
    uint32_t query;        /* query rows of a training task, at most half of its rows (and at least
                              one); 0: half */
    uint32_t support_most; /* most support rows of a training task; UINT32_MAX: all the others */
    bool random_support;   /* the number of support rows is drawn anew for each task and epoch, with
                              equal chances among the most there may be and those of 0, 1, 3, 5, 10,
                              20, 50, 100 below it */
};

/* The place of a step's random numbers: seed of the run, step, and number of the shard; and the
 * phase that the step is in. */
struct training_place {
    uint64_t seed;
    uint32_t step, shard, phase;
};

/* Where in the training a step is. Epochs are counted over all phases; `progress` is 0 at the first
 * step of a phase and 1 at its end. */
struct training_position {
    uint32_t phase, epoch, step_of_epoch;
    double progress;
};

/* An outer step from the gradients of all its shards. */
struct outer_step {
    struct gradient_slot *const *slots; /* of the shards, in their order */
    uint32_t count, tasks;              /* shards, and the tasks in all of them */
    struct training_position position;
};
enum { RECOMMENDER_PARTS = 4 };

struct recommender_operations {
    void (*free)(struct recommender *self);
    /* Closed forms only: learn from the training rows given at creation. */
    bool (*fit)(struct recommender *self, struct error *error);
    /* Learners only. Adds up one shard's gradient in `slot` and the sum over its tasks of their
     * losses in `loss`. */
    bool (*gradient)(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                     struct training_place place, struct gradient_slot *slot, double *loss,
                     struct error *error);
    /* Learners only. Begins an outer step and returns how many parts it comes in, 1 ..
     * RECOMMENDER_PARTS; 0 if it fails. Each part is to be taken once; several threads may do so at
     * once. The same bits whoever takes which. */
    uint32_t (*step_begin)(struct recommender *self, const struct outer_step *step,
                           struct error *error);
    bool (*step_part)(struct recommender *self, const struct outer_step *step, uint32_t part,
                      struct error *error);
    /* NULL if there is no memory for it. */
    struct gradient_slot *(*slot_new)(struct recommender *self, struct error *error);
    /* Adapts to the support rows of each task and predicts its query rows, one after another. Not
     * clipped. `deviations`, NULL if they are not wanted, gets for each prediction the standard
     * deviation of the rating around it, noise and all, by one who `deviates`; others leave it as
     * it is. */
    bool (*predict)(struct recommender *self, uint32_t lane, const struct episodes *episodes,
                    float *predictions, float *deviations, struct error *error);
    /* For serving_new; NULL: by `predict`. */
    struct serving *(*serve)(struct recommender *self, uint32_t lane, const uint32_t *items,
                             uint32_t count, struct error *error);
    void (*save)(const struct recommender *self, struct bytes *bytes);
    /* What `save` wrote, or what `weights` wrote: then it predicts as before, and learns no more.
     */
    bool (*load)(struct recommender *self, struct reader *reader, struct error *error);
    /* What has been learned, without optimiser state: enough to predict. */
    void (*weights)(const struct recommender *self, struct bytes *bytes);
};

/* First member of every kind of recommender. */
struct recommender {
    const struct recommender_operations *operations;
    struct training_plan plan; /* no phase for a closed form */
    bool deviates;             /* it knows how sure it is of each prediction */
};

/* Takes an outer step, one part after another. */
bool recommender_step(struct recommender *recommender, const struct outer_step *step,
                      struct error *error);

/* The smallest and largest value among the training rows: no prediction is shown or scored outside.
 */
struct value_range {
    float smallest, largest;
};
struct value_range value_range_of(const struct dataset *dataset, const bool *training);
/* The different values among the training rows, in ascending order, and how many there are. Where
 * there are more than VALUE_LEVELS_MOST it is VALUE_LEVELS_MOST + 1 and `levels` holds nothing. */
uint32_t value_levels_of(const struct dataset *dataset, const bool *training, float *levels);
/* Pulls predictions into the range; one that is not a number stays what it is. */
void recommender_clip(struct value_range range, float *predictions, size_t count);

#endif
