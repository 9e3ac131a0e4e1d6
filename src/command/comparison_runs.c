/* SPDX-License-Identifier: MIT
 *
 * Which runs a comparison is about: from names to arms, each with the seeds that are done.
 */
#include "config.h"

#include "comparison_private.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Runs that are chosen, without repeats. */
struct choice {
    struct run *runs; /* their texts are not owned and not used */
    size_t count;
};

/* The place of an arm in a comparison: the baseline, what learns, what needs no training. */
static int place_of(const struct run *run, const char *baseline)
{
    return strcmp(run->arm, baseline) == 0 ? 0 : run->learns ? 1 : 2;
}

static int by_place(const void *left, const void *right, void *baseline)
{
    const struct run *a = left, *b = right;
    int difference = place_of(a, baseline) - place_of(b, baseline);
    return difference ? difference : (a->id > b->id) - (a->id < b->id);
}

/* The arm that stands for the script's baseline. */
static const char *baseline_arm(const struct execution *execution)
{
    return strcmp(execution->baseline, "best_plain") == 0 ? "bias" : execution->baseline;
}

static void choose_run(struct choice *choice, const struct run *run)
{
    for (size_t i = 0; i < choice->count; i++)
        if (choice->runs[i].id == run->id)
            return;
    choice->runs = memory_resize(choice->runs, choice->count + 1, sizeof *choice->runs);
    choice->runs[choice->count] = *run;
    choice->runs[choice->count++].text = NULL;
}

static bool choose_named(struct choice *choice, struct store *store, const char *name,
                         struct error *error)
{
    size_t count;
    struct run *runs = store_runs_named(store, name, &count, error);
    if (!runs)
        return false;
    for (size_t i = 0; i < count; i++)
        choose_run(choice, &runs[i]);
    run_array_free(runs, count);
    return true;
}

/* Chooses the runs of an execution where its baseline has results and so can be compared with;
 * `arm` stands for the script's baseline. */
static bool try_execution(struct choice *choice, struct store *store, int64_t number,
                          const char *arm, bool *chosen, struct error *error)
{
    struct execution execution = {0};
    size_t count;
    struct run *runs = store_runs(store, number, &count, error);
    bool good = runs && store_execution(store, number, &execution, error);
    for (size_t i = 0; good && i < count; i++)
        *chosen = *chosen || (runs[i].state == RUN_DONE &&
                              strcmp(runs[i].arm, arm ? arm : baseline_arm(&execution)) == 0);
    for (size_t i = 0; good && *chosen && i < count; i++)
        choose_run(choice, &runs[i]);
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
    bool good = numbers != NULL, chosen = false;
    const char *arm = baseline && !strchr(baseline, '/') ? baseline : NULL;
    for (size_t i = 0; good && !chosen && i < count; i++)
        good = try_execution(choice, store, numbers[i], arm, &chosen, error);
    free(numbers);
    if (good && !chosen)
        return error_set(error, ERROR_USAGE, "there is nothing to compare yet: %s",
                         count == 0 ? "nothing was run"
                         : arm      ? "no execution has results of that baseline"
                                    : "no execution has results of its baseline");
    return good;
}

static void list_executions(struct comparison *comparison, const struct choice *choice)
{
    struct comparison_detail *detail = comparison->detail;
    for (size_t i = 0; i < choice->count; i++) {
        bool known = false;
        for (size_t j = 0; j < detail->execution_count; j++)
            known = known || detail->executions[j] == choice->runs[i].execution;
        if (known)
            continue;
        detail->executions = memory_resize(detail->executions, detail->execution_count + 1,
                                           sizeof *detail->executions);
        detail->executions[detail->execution_count++] = choice->runs[i].execution;
    }
    comparison->execution = detail->executions[0];
}

/* Takes title and data from the first execution, and refuses others on other data. The baseline's
 * arm by the first script goes into `baseline`, a new string. */
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
            comparison->title =
                memory_format("%s %" PRId64, execution.experiment, execution.number);
            comparison->data = memory_string(execution.data);
            *baseline = memory_string(baseline_arm(&execution));
            memcpy(digest, execution.data_digest, sizeof digest);
        }
        execution_release(&execution);
        if (!same)
            return error_set(error, ERROR_USAGE,
                             "executions %" PRId64 " and %" PRId64
                             " ran on different data: compare them one at a time",
                             detail->executions[0], detail->executions[i]);
    }
    return true;
}

static void name_arm(const struct comparison *comparison, const struct run *run, char name[96])
{
    if (comparison->detail->execution_count > 1)
        snprintf(name, 96, "%" PRId64 "/%s", run->execution, run->arm);
    else
        snprintf(name, 96, "%s", run->arm);
}

/* Says of an arm that has fewer results than seeds how many, and why. */
static void note_missing(struct comparison *comparison, const char *name, size_t done, size_t runs,
                         const struct run *last)
{
    if (done == runs)
        return;
    char state[64];
    if (last->state == RUN_RUNNING && last->steps)
        snprintf(state, sizeof state, "running, step %" PRIu64 " of %" PRIu64, last->step,
                 last->steps);
    else
        snprintf(state, sizeof state, "%s", run_state_name(last->state));
    if (done == 0 && last->state == RUN_FAILED)
        comparison_note(comparison, "%s is left out: it failed; `thaw runs %" PRId64 "` says why.",
                        name, last->execution);
    else if (done == 0)
        comparison_note(comparison, "%s is left out: it has no results yet (%s).", name, state);
    else
        comparison_note(comparison, "%s counts with %zu of %zu seeds (the last is %s).", name, done,
                        runs, state);
}

static void add_arm(struct comparison *comparison, const char *name, int64_t execution,
                    int64_t *runs, size_t count)
{
    struct comparison_detail *detail = comparison->detail;
    size_t arm = comparison->arm_count++;
    comparison->arms = memory_resize(comparison->arms, arm + 1, sizeof *comparison->arms);
    detail->arms = memory_resize(detail->arms, arm + 1, sizeof *detail->arms);
    comparison->arms[arm] = (struct comparison_arm){.seeds = (uint32_t)count};
    snprintf(comparison->arms[arm].name, sizeof comparison->arms[arm].name, "%s", name);
    detail->arms[arm] = (struct arm_runs){execution, runs, count};
}

/* Makes arms of the runs, which stand in the order of the comparison. */
static void gather_arms(struct comparison *comparison, const struct choice *choice)
{
    for (size_t first = 0; first < choice->count; first++) {
        const struct run *run = &choice->runs[first], *missing = run;
        bool known = false;
        for (size_t i = 0; i < first; i++)
            known = known || (choice->runs[i].execution == run->execution &&
                              strcmp(choice->runs[i].arm, run->arm) == 0);
        if (known)
            continue;
        int64_t *done = memory_array(choice->count, sizeof *done);
        size_t done_count = 0, count = 0;
        for (size_t i = first; i < choice->count; i++) {
            const struct run *other = &choice->runs[i];
            if (other->execution != run->execution || strcmp(other->arm, run->arm) != 0)
                continue;
            count++;
            if (other->state == RUN_DONE)
                done[done_count++] = other->id;
            else
                missing = other;
        }
        char name[96];
        name_arm(comparison, run, name);
        note_missing(comparison, name, done_count, count, missing);
        if (done_count)
            add_arm(comparison, name, run->execution, done, done_count);
        else
            free(done);
    }
}

/* The baseline's runs belong to every choice: of the execution that `wanted` names, as in "3/bias",
 * else of the first. */
static bool choose_baseline(const struct comparison *comparison, struct choice *choice,
                            struct store *store, const char *wanted, struct error *error)
{
    char name[160];
    if (strchr(wanted, '/'))
        snprintf(name, sizeof name, "%s", wanted);
    else
        snprintf(name, sizeof name, "%" PRId64 "/%s", comparison->execution, wanted);
    if (!choose_named(choice, store, name, error))
        return error_within(error, "the baseline");
    const char *slash = strchr(wanted, '/');
    qsort_r(choice->runs, choice->count, sizeof *choice->runs, by_place,
            (void *)(slash ? slash + 1 : wanted));
    return true;
}

static bool find_baseline(struct comparison *comparison, const char *wanted, struct error *error)
{
    const char *slash = strchr(wanted, '/');
    char name[160];
    if (comparison->detail->execution_count == 1)
        snprintf(name, sizeof name, "%s", slash ? slash + 1 : wanted);
    else if (slash)
        snprintf(name, sizeof name, "%s", wanted);
    else
        snprintf(name, sizeof name, "%" PRId64 "/%s", comparison->execution, wanted);
    comparison->baseline = comparison_find_arm(comparison, name);
    if (comparison->baseline < comparison->arm_count)
        return true;
    return error_set(error, ERROR_USAGE, "the baseline \"%s\" has no results yet%s", name,
                     comparison->arm_count ? "; --baseline takes another arm" : "");
}

bool comparison_choose(struct comparison *comparison, struct store *store, const char *const *names,
                       size_t count, const char *baseline, struct error *error)
{
    struct choice choice = {0};
    char *scripted = NULL;
    bool good = true;
    for (size_t i = 0; good && i < count; i++)
        good = choose_named(&choice, store, names[i], error);
    if (count == 0)
        good = choose_newest(&choice, store, baseline, error);
    if (good && baseline && strchr(baseline, '/'))
        good = choose_named(&choice, store, baseline, error);
    if (good) {
        list_executions(comparison, &choice);
        good = describe(comparison, store, &scripted, error);
    }
    const char *wanted = baseline ? baseline : scripted;
    good = good && choose_baseline(comparison, &choice, store, wanted, error);
    if (good) {
        gather_arms(comparison, &choice);
        good = find_baseline(comparison, wanted, error);
    }
    free(scripted);
    free(choice.runs);
    return good;
}
