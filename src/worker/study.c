/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "study.h"

#include <string.h>

bool study_load(struct study *study, const struct script_source *source, uint32_t lanes,
                void (*print)(void *context, const char *line), void *context, struct error *error)
{
    struct script_limits limits = script_limits_default();
    study->host = script_host_new(source, lanes, &limits, print, context, error);
    if (!study->host)
        return false;
    study->experiment = script_host_experiment(study->host);
    return true;
}

bool study_bind(struct study *study, struct dataset *dataset, struct error *error)
{
    const struct experiment *experiment = study->experiment;
    study->dataset = dataset;
    if (!split_make(&study->split, dataset, &experiment->tasks, experiment->seeds[0], error) ||
        !script_host_map(study->host, dataset, &study->parts, error) ||
        !feature_space_fit(&study->space, &study->parts, dataset, study->split.training, error))
        return false;
    item_prior_init(&study->prior, dataset, study->split.training, experiment->prior_shrink);
    study->data = (struct learning_data){
        .dataset = dataset, .split = &study->split, .space = &study->space, .prior = &study->prior};
    return true;
}

void study_release(struct study *study)
{
    item_prior_release(&study->prior);
    feature_space_release(&study->space);
    feature_parts_release(&study->parts);
    split_release(&study->split);
    dataset_free(study->dataset);
    script_host_free(study->host);
    *study = (struct study){0};
}

struct recommender *study_recommender(struct study *study, const char *arm, uint64_t seed,
                                      struct error *error)
{
    for (size_t i = 0; i < study->experiment->arm_count; i++) {
        if (strcmp(study->experiment->arms[i].name, arm) == 0)
            return script_host_recommender(study->host, i, seed, &study->data, error);
    }
    error_set(error, ERROR_SCRIPT, "the script has no arm \"%s\"", arm);
    return NULL;
}

uint32_t study_steps(const struct study *study, const struct recommender *recommender)
{
    return training_steps(&study->split, &recommender->plan);
}
