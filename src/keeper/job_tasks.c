/* SPDX-License-Identifier: MIT
 *
 * The tasks that evaluate a worker's runs: whether they match the data set and the stored tasks,
 * and how many predictions they require.
 */
#include "config.h"

#include "job_tasks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static bool rows_exist(const struct worker_job *job, const uint32_t *rows, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (rows[i] >= job->limits.interactions)
            return false;
    return true;
}

static bool same_tasks(const struct stored_tasks *stored, const struct message_tasks *tasks)
{
    uint32_t count = stored->count;
    if (count != tasks->count ||
        memcmp(stored->support_starts, tasks->support_starts, (count + 1) * sizeof(uint32_t)) ||
        memcmp(stored->query_starts, tasks->query_starts, (count + 1) * sizeof(uint32_t)))
        return false;
    uint32_t support = stored->support_starts[count], query = stored->query_starts[count];
    const char *user = tasks->users, *key = tasks->keys;
    for (uint32_t i = 0; i < count; i++, user += strlen(user) + 1) {
        if (strcmp(user, stored->users[i]) != 0 || stored->of_items != tasks->of_items ||
            strcmp(tasks->keys_size > 0 ? key : "", stored->keys[i]) != 0)
            return false;
        key += tasks->keys_size > 0 ? strlen(key) + 1 : 0;
    }
    return (support == 0 || memcmp(stored->support, tasks->support, support * 4) == 0) &&
           (query == 0 || (memcmp(stored->query, tasks->query, query * 4) == 0 &&
                           memcmp(stored->truth, tasks->truth, query * 4) == 0));
}

static bool any_done(const struct worker_job *job)
{
    for (uint32_t i = 0; i < job->run_count; i++)
        if (job->runs[i].row.state == RUN_DONE)
            return true;
    return false;
}

static struct job_tasks *find_tasks(const struct worker_job *job, enum task_part part,
                                    const char *scenario, uint32_t draw)
{
    for (size_t i = 0; i < job->task_count; i++)
        if (job->tasks[i].part == part && job->tasks[i].draw == draw &&
            strcmp(job->tasks[i].scenario, scenario) == 0)
            return &job->tasks[i];
    return NULL;
}

static void note_tasks(struct worker_job *job, const struct message_tasks *tasks)
{
    struct job_tasks *known = find_tasks(job, tasks->part, tasks->scenario, tasks->draw);
    if (!known) {
        job->tasks = memory_resize(job->tasks, job->task_count + 1, sizeof *job->tasks);
        known = &job->tasks[job->task_count++];
        *known = (struct job_tasks){.part = tasks->part, .draw = tasks->draw};
        snprintf(known->scenario, sizeof known->scenario, "%s", tasks->scenario);
    }
    known->count = tasks->count;
    known->support = memory_resize(known->support, known->count, sizeof *known->support);
    known->query = memory_resize(known->query, known->count, sizeof *known->query);
    for (uint32_t i = 0; i < tasks->count; i++) {
        known->support[i] = tasks->support_starts[i + 1] - tasks->support_starts[i];
        known->query[i] = tasks->query_starts[i + 1] - tasks->query_starts[i];
    }
}

/* Query rows of the tasks with at least `shots` support rows. */
static uint64_t asked_rows(const struct job_tasks *tasks, uint32_t shots)
{
    uint64_t rows = 0;
    for (uint32_t i = 0; i < tasks->count; i++)
        if (shots == UINT32_MAX || tasks->support[i] >= shots)
            rows += tasks->query[i];
    return rows;
}

/* In a set of tasks, each row is in one task. */
static bool check_extent(const struct worker_job *job, const struct message_tasks *tasks,
                         struct error *error)
{
    uint64_t rows =
        (uint64_t)tasks->support_starts[tasks->count] + tasks->query_starts[tasks->count];
    if (tasks->count > job->limits.interactions || rows > job->limits.interactions)
        return error_set(error, ERROR_INPUT,
                         "TASKS: %u tasks of %llu rows, and the data set has %u rows", tasks->count,
                         (unsigned long long)rows, job->limits.interactions);
    if (job->task_count >= SETS_MOST)
        return error_set(error, ERROR_INPUT, "TASKS: more than %d of them", SETS_MOST);
    if (find_tasks(job, tasks->part, tasks->scenario, tasks->draw))
        return error_set(error, ERROR_INPUT, "TASKS: those of a scenario and draw came twice");
    return true;
}

bool job_take_tasks(struct worker_job *job, struct store *store, const struct frame *frame,
                    struct error *error)
{
    struct message_tasks tasks;
    struct stored_tasks stored;
    if (!message_tasks_read(&tasks, frame, error))
        return false;
    if (!rows_exist(job, tasks.support, tasks.support_starts[tasks.count]) ||
        !rows_exist(job, tasks.query, tasks.query_starts[tasks.count]))
        return error_set(error, ERROR_INPUT, "TASKS: a row is not in the data set");
    if (!check_extent(job, &tasks, error))
        return false;
    if (!store_tasks(store, job->execution.number, tasks.part, tasks.scenario, tasks.draw, &stored,
                     error))
        return false;
    bool same = same_tasks(&stored, &tasks), first = stored.count == 0;
    stored_tasks_release(&stored);
    if (!same && !first && any_done(job))
        return error_set(error, ERROR_INPUT,
                         "TASKS: they differ from those that finished runs were judged by");
    if (!same)
        journal_add(&job->journal, frame->type, frame->data, frame->size);
    note_tasks(job, &tasks);
    return true;
}

bool job_predictions_fit(const struct worker_job *job,
                         const struct message_predictions *predictions, struct error *error)
{
    const struct job_tasks *tasks =
        find_tasks(job, predictions->part, predictions->scenario, predictions->draw);
    uint64_t expected = tasks ? asked_rows(tasks, predictions->shots) : 0;
    return (tasks && expected == predictions->count) ||
           error_set(error, ERROR_INPUT,
                     "PREDICTIONS: %u of them, expected one for each of %llu query rows",
                     (unsigned)predictions->count, (unsigned long long)expected);
}
