/* SPDX-License-Identifier: MIT
 *
 * A script and the data set it is bound to, which all its arms learn from.
 */
#ifndef WORKER_STUDY_H
#define WORKER_STUDY_H

#include <stdbool.h>
#include <stdint.h>

#include "script/script.h"
#include "wire/message.h"

struct study {
    struct script_host *host;            /* NULL before study_load */
    const struct experiment *experiment; /* the host's */
    struct budget *budget;               /* of its limits; may be NULL */
    struct dataset *dataset;             /* NULL before study_bind */
    uint32_t counted; /* its current interactions before `where` or a target left any out */
    uint32_t kept;    /* those that `where` left */
    struct feature_parts parts, keys; /* of the mapping; of tasks.by */
    struct split split;
    uint32_t *popularity;      /* training rows by item, for the script's own draw; NULL without */
    struct row_drawer *drawer; /* the split's */
    struct feature_space space;
    struct item_prior prior;
    struct learning_data data; /* pointers to the above */
    size_t *chosen; /* by arm: the number of the recommender that a search chose; at first the arm's
                       own */
};

/* Loads the script in every lane. `source`, and what the limits point to, are borrowed for the life
 * of the study. */
bool study_load(struct study *study, const struct script_source *source, uint32_t lanes,
                struct script_limits limits, void (*print)(void *context, const char *line),
                void *context, struct error *error);
/* Takes the data set, splits it, and fits the script's mapping. The split depends on the script's
 * first seed alone, so executions with other seeds measure the same cold users. */
bool study_bind(struct study *study, struct dataset *dataset, struct error *error);
/* False with the error if the script's own draw has failed since. */
bool study_has_drawn(const struct study *study, struct error *error);
/* False if the mapping waits for vectors of a file that did not come with the script. */
bool study_is_whole(struct study *study, struct error *error);
/* The script's name, or else the file name in its path, without folder and ".lua", and with only
 * characters that a name in the database may have. */
void study_name(const struct study *study, const char *path, char name[MESSAGE_NAME + 1]);
void study_release(struct study *study); /* {0} is an empty one */

/* A new recommender of the arm with its chosen settings, owned by the caller. Only one thread at a
 * time may make one. */
struct recommender *study_recommender(struct study *study, const char *arm, uint64_t seed,
                                      struct error *error);
/* The same for an arm or trial by its number in the host, with its own settings. */
struct recommender *study_recommender_at(struct study *study, size_t number, uint64_t seed,
                                         struct error *error);
/* From now on, the arm uses the recommender with this number. */
void study_choose(struct study *study, size_t arm, size_t number);
/* The steps of its whole training; 0 for a closed form. */
uint32_t study_steps(const struct study *study, const struct recommender *recommender);

#endif
