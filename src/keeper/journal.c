/* SPDX-License-Identifier: MIT
 *
 * The journal of a job: what has come and the database does not have yet. It waits here until it is
 * due, and is written in one transaction.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "job.h"
#include "store/trial_store.h"

static const double INTERVAL = 0.15, RETRY = 1; /* seconds */

void journal_mark(struct journal *journal, bool urgent)
{
    if (!journal->pending)
        journal->since = clock_monotonic();
    journal->pending = true;
    journal->urgent = journal->urgent || urgent;
}

void journal_add(struct journal *journal, uint32_t type, const void *data, size_t size)
{
    static const unsigned char zeros[8];
    journal->entries =
        memory_resize(journal->entries, journal->count + 1, sizeof *journal->entries);
    journal->entries[journal->count++] = (struct journal_entry){type, journal->bytes.size, size};
    bytes_add(&journal->bytes, data, size);
    bytes_add(&journal->bytes, zeros, -size & 7);
    journal_mark(journal, false);
}

void journal_release(struct journal *journal)
{
    free(journal->entries);
    bytes_release(&journal->bytes);
    *journal = (struct journal){0};
}

bool journal_is_full(const struct journal *journal)
{
    return journal->bytes.size > JOURNAL_MOST;
}

bool journal_is_due(const struct journal *journal, double *wait)
{
    if (!journal->pending)
        return false;
    double now = clock_monotonic();
    double at = journal->failing  ? journal->retry_at
                : journal->urgent ? now
                                  : journal->since + INTERVAL;
    if (at - now < *wait)
        *wait = at > now ? at - now : 0;
    return at <= now;
}

static bool write_tasks(struct worker_job *job, struct store *store,
                        const struct message_tasks *tasks, struct error *error)
{
    int64_t execution = job->execution.number;
    const char *user = tasks->users, *key = tasks->keys;
    if (!store_tasks_forget(store, execution, tasks->part, tasks->scenario, tasks->draw, error))
        return false;
    for (uint32_t i = 0; i < tasks->count; i++, user += strlen(user) + 1) {
        uint32_t support = tasks->support_starts[i], query = tasks->query_starts[i];
        const struct task_owner owner = {.user = tasks->of_items ? "" : user,
                                         .item = tasks->of_items ? user : "",
                                         .key = tasks->keys_size > 0 ? key : ""};
        key += tasks->keys_size > 0 ? strlen(key) + 1 : 0;
        if (!store_task_add(store, execution, tasks->part, tasks->scenario, tasks->draw, i, owner,
                            tasks->support + support, tasks->support_starts[i + 1] - support,
                            tasks->query + query, tasks->query_starts[i + 1] - query,
                            tasks->truth + query, error))
            return false;
    }
    return true;
}

static bool write_trial(struct worker_job *job, struct store *store,
                        const struct message_trial *message, struct error *error)
{
    struct stored_trial trial = {.trial = message->trial,
                                 .rung = message->rung,
                                 .share = message->share,
                                 .score = message->score,
                                 .seconds = message->seconds,
                                 .settings = (char *)message->settings,
                                 .text = (char *)message->text};
    memcpy(trial.arm, message->arm, strlen(message->arm) + 1);
    return store_trial_add(store, job->execution.number, &trial, error);
}

static bool write_done(struct run *row, struct store *store, const struct message_run_done *message,
                       struct error *error)
{
    return store_checkpoint_finish(store, row->id, row->steps, message->checkpoint, message->size,
                                   error) &&
           store_run_digest(store, row->id, message->weights, row->digest, error);
}

/* Writes one entry. Its frame was checked when it came, and is read here again. */
static bool write_entry(struct worker_job *job, struct store *store, const struct frame *frame,
                        struct error *error)
{
    union {
        struct message_tasks tasks;
        struct message_point point;
        struct message_checkpoint checkpoint;
        struct message_predictions predictions;
        struct message_trial trial;
        struct message_run_done done;
        struct message_log log;
    } it;
    switch (frame->type) {
    case MESSAGE_TASKS:
        return message_tasks_read(&it.tasks, frame, error) &&
               write_tasks(job, store, &it.tasks, error);
    case MESSAGE_POINT:
        return message_point_read(&it.point, frame, error) &&
               store_point_add(store, job->runs[it.point.run].row.id,
                               message_series_name(it.point.series), it.point.step, it.point.value,
                               error);
    case MESSAGE_CHECKPOINT:
        return message_checkpoint_read(&it.checkpoint, frame, error) &&
               store_checkpoint_add(store, job->runs[it.checkpoint.run].row.id, it.checkpoint.step,
                                    it.checkpoint.bytes, it.checkpoint.size, error);
    case MESSAGE_PREDICTIONS:
        return message_predictions_read(&it.predictions, frame, error) &&
               store_predictions_add(
                   store, job->runs[it.predictions.run].row.id, it.predictions.part,
                   it.predictions.scenario, it.predictions.shots, it.predictions.draw,
                   it.predictions.values, it.predictions.deviations, it.predictions.count, error);
    case MESSAGE_TRIAL:
        return message_trial_read(&it.trial, frame, error) &&
               write_trial(job, store, &it.trial, error);
    case MESSAGE_RUN_DONE:
        return message_run_done_read(&it.done, frame, error) &&
               write_done(&job->runs[it.done.run].row, store, &it.done, error);
    case JOURNAL_REMARK:
        return store_log_add(store, job->execution.number, "", (const char *)frame->data, error);
    default:
        return message_log_read(&it.log, frame, error) &&
               store_log_add(store, job->execution.number,
                             it.log.run < job->run_count ? job->runs[it.log.run].row.name : "",
                             it.log.line, error);
    }
}

static bool write_all(struct worker_job *job, struct store *store, struct error *error)
{
    struct journal *journal = &job->journal;
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_entry *entry = &journal->entries[i];
        struct frame frame = {entry->type, journal->bytes.data + entry->offset, entry->size};
        if (!write_entry(job, store, &frame, error))
            return false;
    }
    for (uint32_t i = 0; i < job->run_count; i++)
        if (job->runs[i].dirty && !store_run_update(store, &job->runs[i].row, error))
            return false;
    return true;
}

bool job_write_journal(struct worker_job *job, struct store *store, struct error *error)
{
    struct journal *journal = &job->journal;
    store_set_durable(store, journal->urgent);
    if (!store_begin(store, error) || !write_all(job, store, error) ||
        !store_commit(store, error)) {
        store_rollback(store);
        journal->failing = true;
        journal->retry_at = clock_monotonic() + RETRY;
        return false;
    }
    for (uint32_t i = 0; i < job->run_count; i++)
        job->runs[i].dirty = false;
    journal->count = 0;
    bytes_clear(&journal->bytes);
    if (journal->bytes.capacity > 1 << 20)
        bytes_release(&journal->bytes);
    journal->pending = journal->urgent = journal->failing = false;
    return true;
}
