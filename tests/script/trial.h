/* SPDX-License-Identifier: MIT
 *
 * A small data set whose users have tastes, and an experiment on it in the test's process: the work
 * of a worker without its threads.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "base/arena.h"
#include "recommender/parameters.h"
#include "script/script.h"

/* 150 users (age, gender), 80 items (genres, year), context (place), times. */
struct dataset *trial_data(void);
/* The bundled data set of the project; NULL if the folder is not there. */
struct dataset *trial_bundled(void);

struct trial {
    struct dataset *dataset; /* owned */
    struct script_host *host;
    const struct experiment *experiment;
    struct feature_parts parts;
    struct feature_space space;
    struct split split;
    struct item_prior prior;
    struct learning_data data;
    struct arena *arena;
};

/* Takes the data set. Fails the test where the script is wrong. */
struct trial *trial_new(const char *script, struct dataset *dataset, uint32_t lanes);
/* With "name=value" lines that replace what the script says. */
struct trial *trial_new_set(const char *script, const char *settings, struct dataset *dataset,
                            uint32_t lanes);
void trial_free(struct trial *trial);
/* A file of the source tree, to be freed; NULL if it is not there. */
char *trial_read(const char *path);

/* The experiment of a file in this folder with three lanes; NULL if it is not there. */
struct trial *trial_of_file(const char *name);
/* That of learners.lua. */
struct trial *trial_of_learners(void);
/* Its arms that are learners of the library. */
enum { TRIAL_LEARNER_COUNT = 19 };
extern const char *const TRIAL_LEARNERS[TRIAL_LEARNER_COUNT];

struct recommender *trial_recommender(struct trial *trial, const char *arm, uint64_t seed);
/* The first tasks (or rows) of the training, until the next prediction or step. */
struct episodes trial_episodes(struct trial *trial, const struct recommender *recommender,
                               uint32_t tasks);
/* Steps first .. last - 1 of the plan; shard n in lane (n + turn) % lanes. Returns the mean loss of
 * a task in the last step. */
double trial_train(struct trial *trial, struct recommender *recommender, uint32_t first,
                   uint32_t last, uint32_t lanes, uint32_t turn);
/* All steps of the plan. */
double trial_train_all(struct trial *trial, struct recommender *recommender);

/* Predictions for the tests of a scenario; allocated in the arena. */
struct trial_result {
    uint32_t count;
    float *predictions;
    float *deviations; /* NULL if the recommender has none */
    const float *truth;
};
struct trial_result trial_predict(struct trial *trial, struct recommender *recommender,
                                  enum scenario scenario, uint32_t shots, uint32_t lane);
double trial_error(struct trial_result result); /* mean absolute */

#endif
