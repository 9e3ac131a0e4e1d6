/* SPDX-License-Identifier: MIT
 *
 * Metrics of the order of a task's rows in a comparison: which there are, and which tasks say
 * nothing about them.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "comparison_private.h"

/* -- which metrics ----------------------------------------------------------------------------- */

/* Metrics of the script have their name first. */
static bool is_own(const struct comparison *comparison, const char *key)
{
    const struct comparison_detail *detail = comparison->detail;
    for (size_t own = 0; own < detail->own_count; own++)
        if (strcasecmp(detail->own[own].metric.name, key) == 0)
            return true;
    return false;
}

/* Adds a metric of order, unless it is there. */
static void add_ranking(struct comparison *comparison, struct ranking_metric ranking)
{
    char text[RANKING_TEXT], from[32] = "";
    struct comparison_metric metric = {.more = true};
    ranking.relevant = comparison->relevant;
    snprintf(metric.key, sizeof metric.key, "%s", ranking_key(&ranking, text));
    if (comparison_find_metric(comparison, metric.key) < comparison->metric_count ||
        is_own(comparison, metric.key))
        return;
    if (comparison->detail->scale.level_count != 2 && ranking_needs_relevant(ranking.kind))
        snprintf(from, sizeof from, ", relevant from %g", (double)ranking.relevant);
    snprintf(metric.name, sizeof metric.name, "%s", ranking_name(&ranking, text));
    snprintf(metric.title, sizeof metric.title, "%s of the asked items%s, more is better",
             metric.name, from);
    comparison->detail->rankings[comparison->metric_count] = ranking;
    comparison->metrics[comparison->metric_count++] = metric;
    comparison->ranking_count++;
}

/* Two levels say that the upper one is relevant. */
static float least_relevant(const struct comparison *comparison,
                            const struct comparison_options *options)
{
    const struct answer_scale *scale = &comparison->detail->scale;
    if (options->relevant)
        return *options->relevant;
    return scale->level_count == 2 ? scale->levels[1] : (float)NAN;
}

/* A threshold that all ratings reach, or none does, says nothing. */
static bool check_relevant(const struct comparison *comparison, struct error *error)
{
    const struct answer_scale *scale = &comparison->detail->scale;
    float from = comparison->relevant;
    if (!(scale->smallest < scale->largest) || (from > scale->smallest && from <= scale->largest))
        return true;
    return error_set(error, ERROR_USAGE,
                     "ratings of %s go from %g to %g, so with %g as the least relevant one %s is "
                     "relevant",
                     comparison->title, (double)scale->smallest, (double)scale->largest,
                     (double)from, from > scale->largest ? "none" : "each");
}

bool comparison_find_rankings(struct comparison *comparison,
                              const struct comparison_options *options, struct error *error)
{
    struct ranking_metric wanted;
    char text[RANKING_TEXT];
    bool one = options->metric && ranking_read(options->metric, &wanted);
    comparison->detail->rankings[METRIC_NDCG] = ranking_usual(RANKING_NDCG);
    comparison->relevant = least_relevant(comparison, options);
    comparison->relevant_given = options->relevant != NULL;
    if (options->relevant && !check_relevant(comparison, error))
        return false;
    for (enum ranking_kind kind = RANKING_AUC;
         kind < RANKING_KIND_COUNT && comparison_ranks(comparison); kind++)
        add_ranking(comparison, ranking_usual(kind));
    if (!one || is_own(comparison, ranking_key(&wanted, text)))
        return true;
    if (ranking_needs_relevant(wanted.kind) && !comparison_ranks(comparison))
        return error_set(error, ERROR_USAGE,
                         "%s has to know which ratings are relevant: --relevant R says from which "
                         "rating on an item is, as in --metric %s --relevant 4",
                         ranking_name(&wanted, text), options->metric);
    add_ranking(comparison, wanted);
    return true;
}

bool comparison_ranks(const struct comparison *comparison)
{
    return !isnan(comparison->relevant);
}

size_t comparison_main_metric(const struct comparison *comparison)
{
    return comparison_ranks(comparison) && comparison->ranking_count > 0 ? METRIC_COUNT
                                                                         : METRIC_MAE;
}

size_t comparison_find_metric(const struct comparison *comparison, const char *name)
{
    struct ranking_metric ranking;
    char key[RANKING_TEXT] = "";
    size_t metric = 0, meant = 0;
    while (metric < comparison->metric_count &&
           strcasecmp(comparison->metrics[metric].key, name) != 0 &&
           strcasecmp(comparison->metrics[metric].name, name) != 0)
        metric++;
    if (metric < comparison->metric_count || !ranking_read(name, &ranking))
        return metric;
    ranking_key(&ranking, key);
    while (meant < comparison->metric_count && strcmp(comparison->metrics[meant].key, key) != 0)
        meant++;
    return meant;
}

/* -- notes ------------------------------------------------------------------------------------- */

/* The setting with the most degenerate tasks for a metric. */
static const struct comparison_setting *worst_setting(const struct comparison *comparison,
                                                      size_t metric)
{
    const struct comparison_setting *worst = comparison->settings;
    for (size_t i = 1; i < comparison->setting_count; i++)
        if (comparison->settings[i].degenerate[metric] > worst->degenerate[metric])
            worst = &comparison->settings[i];
    return worst;
}

/* Adds to a list: "AUC, MAP, MRR 340 of 3435 tasks and 12 of 687 users". Metrics with the same
 * counts stand together. Sets `last` to the last of them. */
static void add_counts(const struct comparison *comparison, size_t first, size_t *last,
                       struct bytes *list)
{
    const struct comparison_setting *worst = worst_setting(comparison, first);
    uint32_t users = worst->users - worst->counted_users[first];
    size_t metric = first;
    for (; metric < METRIC_COUNT + comparison->ranking_count; metric++) {
        if (worst_setting(comparison, metric) != worst ||
            worst->degenerate[metric] != worst->degenerate[first] ||
            worst->counted_users[metric] != worst->counted_users[first])
            break;
        bytes_add_format(list, "%s%s",
                         metric > first ? ", "
                         : list->size   ? "; "
                                        : "",
                         comparison->metrics[metric].name);
    }
    *last = metric - 1;
    bytes_add_format(list, " %" PRIu32 " of %" PRIu32 " tasks", worst->degenerate[first],
                     worst->tasks);
    if (users > 0)
        bytes_add_format(list, " and %" PRIu32 " of %" PRIu32 " %ss", users, worst->users,
                         comparison_subject(comparison));
}

void comparison_note_degenerate(struct comparison *comparison)
{
    struct bytes list = {0};
    for (size_t metric = METRIC_COUNT; metric < METRIC_COUNT + comparison->ranking_count; metric++)
        if (worst_setting(comparison, metric)->degenerate[metric] > 0)
            add_counts(comparison, metric, &metric, &list);
    bytes_add_u8(&list, 0);
    if (list.size > 1)
        comparison_note(comparison,
                        "Degenerate: %s, at most. Every order of the rows of such a task is as "
                        "good, so it counts in no mean.",
                        (const char *)list.data);
    bytes_release(&list);
}
