/* SPDX-License-Identifier: MIT
 *
 * Decides which runs a comparison is about. Names are resolved to arms, each with its completed
 * runs.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "comparison_private.h"

static const char BEST_PLAIN[] = "best_plain";

/* The runs that count as one arm in this comparison. */
struct group {
    char name[96]; /* "ridge", "3/ridge", "3/ridge/1,2" */
    char arm[64];
    int64_t execution;
    bool learns, opponent;
    int64_t *runs, *done; /* all, and the completed ones */
    size_t count, done_count;
    struct run last; /* the last one that is not done; its texts are not owned and not used */
};

struct choice {
    struct group *groups;
    size_t count;
};

static void choice_release(struct choice *choice)
{
    for (size_t i = 0; i < choice->count; i++) {
        free(choice->groups[i].runs);
        free(choice->groups[i].done);
    }
    free(choice->groups);
}

/* -- names ------------------------------------------------------------------------------------- */

/* The group of that name. Adds one if there is none. */
static struct group *group_named(struct choice *choice, const char *name, const struct run *run)
{
    for (size_t i = 0; i < choice->count; i++)
        if (strcmp(choice->groups[i].name, name) == 0)
            return &choice->groups[i];
    choice->groups = memory_resize(choice->groups, choice->count + 1, sizeof *choice->groups);
    struct group *group = &choice->groups[choice->count++];
    *group = (struct group){.execution = run->execution, .learns = run->learns};
    snprintf(group->name, sizeof group->name, "%s", name);
    snprintf(group->arm, sizeof group->arm, "%s", run->arm);
    return group;
}

static void add_run(struct group *group, const struct run *run)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->runs[i] == run->id)
            return;
    group->runs = memory_resize(group->runs, group->count + 1, sizeof *group->runs);
    group->runs[group->count++] = run->id;
    if (run->state != RUN_DONE) {
        group->last = *run;
        return;
    }
    group->done = memory_resize(group->done, group->done_count + 1, sizeof *group->done);
    group->done[group->done_count++] = run->id;
}

/* Adds every run that matches the name, all to the group `as`, or to one group for each arm. */
static bool add_named(struct choice *choice, struct store *store, const char *name, const char *as,
                      struct error *error)
{
    size_t count;
    struct run *runs = store_runs_named(store, name, &count, error);
    if (!runs)
        return false;
    for (size_t i = 0; i < count; i++) {
        char own[96];
        snprintf(own, sizeof own, "%" PRId64 "/%s", runs[i].execution, runs[i].arm);
        add_run(group_named(choice, as ? as : own, &runs[i]), &runs[i]);
    }
    run_array_free(runs, count);
    return true;
}

enum { SEEDS_MOST = 1000 };

/* Adds the runs N/arm/seed for each seed in a list such as "1" or "1,2,5-7". */
static bool add_seeds(struct choice *choice, struct store *store, const char *name,
                      const char *seeds, struct error *error)
{
    int length = (int)(seeds - name);
    for (const char *at = seeds; *at;) {
        char *end;
        unsigned long long first = strtoull(at, &end, 10), last = first;
        bool good = end > at && isdigit((unsigned char)*at); /* a sign is not allowed */
        if (good && *end == '-') {
            at = end + 1;
            last = strtoull(at, &end, 10);
            good = end > at && isdigit((unsigned char)*at) && last >= first &&
                   last - first < SEEDS_MOST;
        }
        good = good && (*end == '\0' || (*end == ',' && end[1]));
        if (!good) {
            char safe[160];
            return error_set(error, ERROR_USAGE,
                             "\"%s\" names no runs: expected seeds such as %.*s1 or %.*s1,2,5-7",
                             text_safe(name, safe, sizeof safe), length, name, length, name);
        }
        for (unsigned long long seed = first; seed <= last; seed++) {
            char *one = memory_format("%.*s%llu", length, name, seed);
            bool added = add_named(choice, store, one, name, error);
            free(one);
            if (!added)
                return false;
        }
        at = *end ? end + 1 : end;
    }
    return true;
}

static bool choose(struct choice *choice, struct store *store, const char *name,
                   struct error *error)
{
    const char *arm = strchr(name, '/'), *seeds = arm ? strchr(arm + 1, '/') : NULL;
    char safe[48];
    if (strlen(name) >= sizeof choice->groups->name)
        return error_set(error, ERROR_USAGE,
                         "\"%s\" is too long: a name of runs has at most %zu bytes; join seeds as "
                         "in 3/maml/1-9",
                         text_safe(name, safe, sizeof safe), sizeof choice->groups->name - 1);
    if (seeds && strpbrk(seeds + 1, ",-"))
        return add_seeds(choice, store, name, seeds + 1, error);
    return add_named(choice, store, name, seeds ? name : NULL, error);
}

/* -- executions -------------------------------------------------------------------------------- */

/* Whether an execution can be compared: its baseline has results. */
static bool has_baseline(struct store *store, int64_t number, const char *baseline, bool *has,
                         struct error *error)
{
    struct execution execution = {0};
    size_t count;
    struct run *runs = store_runs(store, number, &count, error);
    bool good = runs && store_execution(store, number, &execution, error);
    const char *wanted = baseline ? baseline : execution.baseline;
    for (size_t i = 0; good && i < count; i++)
        *has = *has || (runs[i].state == RUN_DONE &&
                        (strcmp(wanted, BEST_PLAIN) == 0 ? !runs[i].learns
                                                         : strcmp(runs[i].arm, wanted) == 0));
    if (runs)
        run_array_free(runs, count);
    execution_release(&execution);
    return good;
}

static bool choose_newest(struct choice *choice, struct store *store, const char *baseline,
                          struct error *error)
{
    size_t count;
    int64_t *numbers = store_executions(store, &count, error);
    const char *arm = baseline && !strchr(baseline, '/') ? baseline : NULL;
    bool good = numbers != NULL, found = false;
    for (size_t i = 0; good && !found && i < count; i++) {
        good = has_baseline(store, numbers[i], arm, &found, error);
        if (good && found) {
            char name[32];
            snprintf(name, sizeof name, "%" PRId64, numbers[i]);
            good = choose(choice, store, name, error);
        }
    }
    free(numbers);
    char safe[96];
    if (good && !found && count > 0 && arm)
        return error_set(error, ERROR_USAGE,
                         "no execution has results of an arm \"%s\" to compare with; \"thaw runs\" "
                         "lists those there are",
                         text_safe(arm, safe, sizeof safe));
    if (good && !found)
        return error_set(error, ERROR_USAGE, "there is nothing to compare yet: %s",
                         count == 0 ? "nothing was run"
                                    : "no execution has results of its baseline");
    return good;
}

static void list_executions(struct comparison *comparison, const struct choice *choice)
{
    struct comparison_detail *detail = comparison->detail;
    for (size_t i = 0; i < choice->count; i++) {
        bool known = false;
        for (size_t j = 0; j < detail->execution_count; j++)
            known = known || detail->executions[j] == choice->groups[i].execution;
        if (known)
            continue;
        detail->executions = memory_resize(detail->executions, detail->execution_count + 1,
                                           sizeof *detail->executions);
        detail->executions[detail->execution_count++] = choice->groups[i].execution;
    }
    comparison->execution = detail->executions[0];
}

static void take_first(struct comparison *comparison, const struct execution *execution)
{
    struct comparison_detail *detail = comparison->detail;
    comparison->title = memory_format("%s %" PRId64, execution->experiment, execution->number);
    comparison->data = memory_string(execution->data);
    comparison->matters = execution->matters;
    comparison->negatives = execution->negatives;
    memcpy(comparison->negatives_by, execution->negatives_by, sizeof comparison->negatives_by);
    if (!comparison->answer[0])
        memcpy(comparison->answer, execution->answer, sizeof comparison->answer);
    if (execution->smallest >= execution->largest) /* an old execution, stored without its scale */
        strcpy(comparison->answer, "raw");
    memcpy(detail->levels, execution->levels, sizeof detail->levels);
    detail->scale = (struct answer_scale){.levels = detail->levels,
                                          .level_count = execution->level_count,
                                          .smallest = execution->smallest,
                                          .largest = execution->largest};
}

/* Says so if a further execution has learned from other rating levels than the first. */
static void note_scale(struct comparison *comparison, const struct execution *execution)
{
    const struct answer_scale *scale = &comparison->detail->scale;
    size_t size = scale->level_count * sizeof *scale->levels;
    if (execution->smallest >= execution->largest || scale->smallest >= scale->largest ||
        (execution->level_count == scale->level_count &&
         memcmp(execution->levels, scale->levels, size) == 0))
        return;
    comparison_note(comparison,
                    "%" PRId64 " has learned from other rating levels than %" PRId64
                    ": all arms are judged on those of %" PRId64 ", which is named first.",
                    execution->number, comparison->execution, comparison->execution);
}

/* Takes the common facts from the first execution and refuses executions on other data. Sets
 * `baseline` to the first script's, a new string. */
static bool describe(struct comparison *comparison, struct store *store, char **baseline,
                     struct error *error)
{
    const struct comparison_detail *detail = comparison->detail;
    char digest[65] = "";
    for (size_t i = 0; i < detail->execution_count; i++) {
        struct execution execution = {0};
        if (!store_execution(store, detail->executions[i], &execution, error))
            return false;
        bool same = i == 0 || strcmp(execution.data_digest, digest) == 0;
        if (i == 0) {
            take_first(comparison, &execution);
            *baseline = memory_string(execution.baseline);
            memcpy(digest, execution.data_digest, sizeof digest);
        }
        note_scale(comparison, &execution);
        execution_release(&execution);
        if (!same)
            return error_set(error, ERROR_USAGE,
                             "executions %" PRId64 " and %" PRId64
                             " ran on different data: compare them one at a time",
                             detail->executions[0], detail->executions[i]);
    }
    return true;
}

/* -- opponents --------------------------------------------------------------------------------- */

/* Adds the plain arms of the first execution, the candidates for "best_plain". */
static bool choose_plain(const struct comparison *comparison, struct choice *choice,
                         struct store *store, struct error *error)
{
    size_t count;
    struct run *runs = store_runs(store, comparison->execution, &count, error);
    bool good = runs != NULL, found = false;
    for (size_t i = 0; good && i < count; i++) {
        if (runs[i].learns)
            continue;
        found = found || runs[i].state == RUN_DONE;
        good = add_named(choice, store, runs[i].name, NULL, error);
    }
    if (runs)
        run_array_free(runs, count);
    if (good && !found)
        return error_set(error, ERROR_USAGE,
                         "the baseline best_plain has no results yet: no plain arm of execution "
                         "%" PRId64 " is done; --baseline takes another arm",
                         comparison->execution);
    return good;
}

/* Adds the baseline, which every comparison needs: the arm that `wanted` names, as in "3/bias", or
 * an arm of the first execution. */
static bool choose_baseline(const struct comparison *comparison, struct choice *choice,
                            struct store *store, const char *wanted, struct error *error)
{
    if (strcmp(wanted, BEST_PLAIN) == 0)
        return choose_plain(comparison, choice, store, error);
    char *name = strchr(wanted, '/')
                     ? memory_string(wanted)
                     : memory_format("%" PRId64 "/%s", comparison->execution, wanted);
    bool good = choose(choice, store, name, error) || error_within(error, "the baseline");
    size_t found = choice->count;
    for (size_t i = 0; good && i < choice->count; i++)
        if (strcmp(choice->groups[i].name, name) == 0)
            found = i;
    if (good && (found == choice->count || choice->groups[found].done_count == 0))
        good = error_set(error, ERROR_USAGE, "the baseline \"%s\" has no results yet%s", wanted,
                         found == choice->count ? ": it must be one arm, as in 3/bias"
                                                : "; --baseline takes another arm");
    if (good)
        choice->groups[found].opponent = true;
    free(name);
    return good;
}

static bool choose_same(struct choice *choice, struct store *store,
                        const struct comparison_options *options, struct error *error)
{
    for (size_t i = 0; i < options->count; i++)
        if (strchr(options->names[i], '/'))
            return error_set(error, ERROR_USAGE, "--same takes two executions, as in --same 3 4");
    if (options->count != 2 || options->baseline)
        return error_set(error, ERROR_USAGE,
                         "--same takes two executions and no baseline: thaw compare --same 3 4");
    if (strcmp(options->names[0], options->names[1]) == 0)
        return error_set(error, ERROR_USAGE, "--same takes two different executions");
    return choose(choice, store, options->names[0], error) &&
           choose(choice, store, options->names[1], error);
}

/* Keeps only arms with results in both executions. */
static bool keep_same(struct choice *choice, struct error *error)
{
    size_t kept = 0;
    int64_t first = choice->groups[0].execution;
    for (size_t i = 0; i < choice->count; i++) {
        struct group *group = &choice->groups[i];
        bool both = false;
        for (size_t j = 0; j < choice->count; j++)
            both = both || (choice->groups[j].execution != group->execution &&
                            strcmp(choice->groups[j].arm, group->arm) == 0 &&
                            choice->groups[j].done_count > 0);
        group->opponent = both && group->execution == first;
        group->count = both ? group->count : 0;
        kept += both && group->done_count > 0;
    }
    if (kept == 0)
        return error_set(error, ERROR_USAGE,
                         "the two executions have no arm in common that both have results of");
    return true;
}

/* -- arms -------------------------------------------------------------------------------------- */

/* Notes how many runs of an arm lack results, and why. */
static void note_missing(struct comparison *comparison, const struct group *group)
{
    if (group->done_count == group->count)
        return;
    const struct run *last = &group->last;
    char state[64];
    if (group->count == 0) {
        comparison_note(comparison, "%s is left out: the other execution has no results of %s.",
                        group->name, group->arm);
        return;
    }
    if (last->state == RUN_RUNNING && last->steps)
        snprintf(state, sizeof state, "running, step %" PRIu64 " of %" PRIu64, last->step,
                 last->steps);
    else
        snprintf(state, sizeof state, "%s", run_state_name(last->state));
    if (group->done_count == 0 && last->state == RUN_FAILED)
        comparison_note(comparison, "%s is left out: it failed; `thaw runs %" PRId64 "` says why.",
                        group->name, group->execution);
    else if (group->done_count == 0)
        comparison_note(comparison, "%s is left out: it has no results yet (%s).", group->name,
                        state);
    else
        comparison_note(comparison, "%s counts with %zu of %zu seeds (the last is %s).",
                        group->name, group->done_count, group->count, state);
}

/* The order of arms: opponents, learners, the rest; otherwise in the order of the choice. */
static int place_of(const struct group *group)
{
    return group->opponent ? 0 : group->learns ? 1 : 2;
}

static void add_arm(struct comparison *comparison, const char *name, struct group *group)
{
    struct comparison_detail *detail = comparison->detail;
    size_t arm = comparison->arm_count++;
    comparison->arms = memory_resize(comparison->arms, arm + 1, sizeof *comparison->arms);
    detail->arms = memory_resize(detail->arms, arm + 1, sizeof *detail->arms);
    comparison->arms[arm] = (struct comparison_arm){.opponent = arm};
    detail->arms[arm] = (struct arm_runs){.execution = comparison->execution};
    snprintf(comparison->arms[arm].name, sizeof comparison->arms[arm].name, "%s", name);
    if (!group)
        return;
    comparison->arms[arm].seeds = (uint32_t)group->done_count;
    comparison->arms[arm].learns = group->learns;
    detail->arms[arm] = (struct arm_runs){group->execution, group->done, group->done_count};
    group->done = NULL;
}

/* Removes the execution's number from names if there is only one execution. */
static void shorten_names(const struct comparison *comparison, struct choice *choice)
{
    for (size_t i = 0; i < choice->count && comparison->detail->execution_count == 1; i++) {
        struct group *group = &choice->groups[i];
        const char *slash = strchr(group->name, '/');
        if (strcmp(slash + 1, group->arm) == 0)
            snprintf(group->name, sizeof group->name, "%s", group->arm);
    }
}

static void add_arms(struct comparison *comparison, struct choice *choice, bool stand_in)
{
    shorten_names(comparison, choice);
    if (stand_in)
        add_arm(comparison, BEST_PLAIN, NULL);
    for (int place = 0; place <= 2; place++)
        for (size_t i = 0; i < choice->count; i++) {
            struct group *group = &choice->groups[i];
            if (place_of(group) != place)
                continue;
            note_missing(comparison, group);
            if (group->done_count && group->count)
                add_arm(comparison, group->name, group);
        }
}

/* Sets the opponent of each arm. With `same`, it is the arm of the first execution with the same
 * name after its number. */
static void set_opponents(struct comparison *comparison, bool same, bool stand_in)
{
    size_t arms = comparison->arm_count;
    comparison->baseline = same ? arms : 0;
    comparison->stand_in = stand_in ? 0 : arms;
    for (size_t arm = 0; arm < arms; arm++) {
        comparison->arms[arm].opponent = same ? arm : 0;
        const char *name = strchr(comparison->arms[arm].name, '/');
        for (size_t first = 0; same && first < arms; first++)
            if (comparison->detail->arms[first].execution == comparison->execution &&
                strcmp(strchr(comparison->arms[first].name, '/'), name) == 0)
                comparison->arms[arm].opponent = first;
    }
}

static bool choose_all(struct comparison *comparison, struct choice *choice, struct store *store,
                       const struct comparison_options *options, bool *stand_in,
                       struct error *error)
{
    char *scripted = NULL;
    bool good = true;
    if (options->same)
        good = choose_same(choice, store, options, error);
    for (size_t i = 0; good && !options->same && i < options->count; i++)
        good = choose(choice, store, options->names[i], error);
    if (options->count == 0 && !options->same)
        good = choose_newest(choice, store, options->baseline, error);
    if (good) {
        list_executions(comparison, choice);
        const char *wanted = options->baseline;
        if (wanted && strchr(wanted, '/'))
            good = choose_baseline(comparison, choice, store, wanted, error);
        list_executions(comparison, choice);
        good = good && describe(comparison, store, &scripted, error);
        wanted = wanted ? wanted : scripted;
        *stand_in = good && !options->same && strcmp(wanted, BEST_PLAIN) == 0;
        if (good && options->same)
            good = keep_same(choice, error);
        else if (good)
            good = choose_baseline(comparison, choice, store, wanted, error);
    }
    free(scripted);
    return good;
}

bool comparison_choose(struct comparison *comparison, struct store *store,
                       const struct comparison_options *options, struct error *error)
{
    struct choice choice = {0};
    bool stand_in = false;
    if (options->answer)
        snprintf(comparison->answer, sizeof comparison->answer, "%s", options->answer);
    bool good = choose_all(comparison, &choice, store, options, &stand_in, error);
    if (good) {
        add_arms(comparison, &choice, stand_in);
        set_opponents(comparison, options->same, stand_in);
    }
    choice_release(&choice);
    return good;
}
