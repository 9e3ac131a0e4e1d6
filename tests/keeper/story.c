/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "story.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "../../src/store/statement.h"
#include "base/memory.h"
#include "wire/report.h"

enum { STEPS = 40, QUERIES = 3, BLOB = 20000, LEARNER = 0, CLOSED = 1 };

/* -- files ------------------------------------------------------------------------------------- */

static FILE *make(const char *folder, const char *name)
{
    char *path = memory_format("%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    free(path);
    if (!file)
        abort();
    return file;
}

static void write_ratings(const char *folder, const char *name, int users, int items, int shift)
{
    FILE *file = make(folder, name);
    fputs("user,item,rating,timestamp,device\n", file);
    for (int user = 0; user < users; user++)
        for (int item = 0; item < items; item++)
            if ((user * 7 + item * 3 + shift) % 4 != 0)
                fprintf(file, "u%d,i%d,%d,%d,%s\n", user, item, 1 + (user + item + shift) % 5,
                        1000000000 + user * 100 + item, item % 2 ? "phone" : "desk");
    fclose(file);
}

void story_prepare(const char *folder)
{
    write_ratings(folder, "toy.csv", 6, 9, 0);
    write_ratings(folder, "toy-anew.csv", 7, 9, 1);
    write_ratings(folder, "other.csv", 20, 25, 2);
    FILE *users = make(folder, "users.csv"), *items = make(folder, "items.csv");
    fputs("user,age,town\n", users);
    fputs("item,title,genre\n", items);
    for (int i = 0; i < 25; i++) {
        fprintf(users, "u%d,%d,town %d\n", i, 20 + i, i % 4);
        fprintf(items, "i%d,The title of item %d,g%d\n", i, i, i % 3);
    }
    fclose(users);
    fclose(items);
}

/* -- opening ----------------------------------------------------------------------------------- */

static bool open_keeper(struct story *story, struct error *error)
{
    char sql[96];
    if (!inner_keeper_open(&story->keeper, story->database, error))
        return false;
    sqlite3 *handle = store_handle(story->keeper.server.store);
    sqlite3_wal_autocheckpoint(handle, story->checkpoint_pages);
    snprintf(sql, sizeof sql, "PRAGMA cache_size = %d", story->cache_pages);
    sqlite3_exec(handle, sql, NULL, NULL, NULL);
    return true;
}

static bool reopen_keeper(struct story *story, struct error *error)
{
    inner_keeper_close(&story->keeper);
    return open_keeper(story, error);
}

/* -- data sets --------------------------------------------------------------------------------- */

static bool import_file(struct story *story, const char *name, const char *file, bool tables,
                        bool replace, struct error *error)
{
    char *ratings = memory_format("%s/%s", story->folder, file),
         *users = memory_format("%s/users.csv", story->folder),
         *items = memory_format("%s/items.csv", story->folder);
    const struct request_import request = {
        .options = {.name = name,
                    .files = {[DATASET_RATINGS] = ratings,
                              [DATASET_USERS] = tables ? users : NULL,
                              [DATASET_ITEMS] = tables ? items : NULL}},
        .replace = replace};
    request_import_write(&story->keeper.request, &request);
    free(ratings);
    free(users);
    free(items);
    return inner_keeper_ask(&story->keeper, error);
}

static bool import_toy(struct story *story, struct error *error)
{
    return import_file(story, "toy", "toy.csv", true, false, error);
}

static bool import_other(struct story *story, struct error *error)
{
    return import_file(story, "other", "other.csv", false, false, error);
}

static bool replace_toy(struct story *story, struct error *error)
{
    return import_file(story, "toy", "toy-anew.csv", true, true, error);
}

static bool control(struct story *story, enum execution_control order, struct error *error)
{
    const struct request_control request = {order, "1"};
    request_control_write(&story->keeper.request, &request);
    return inner_keeper_ask(&story->keeper, error);
}

static bool remove_other(struct story *story, struct error *error)
{
    const struct request_remove_data request = {"other"};
    request_remove_data_write(&story->keeper.request, &request);
    return inner_keeper_ask(&story->keeper, error);
}

static bool remove_first(struct story *story, struct error *error)
{
    return control(story, CONTROL_REMOVE, error);
}

/* -- executions -------------------------------------------------------------------------------- */

#define SEND(lower, ...)                                                                           \
    (message_##lower##_write(&story->keeper.worker, &(const struct message_##lower){__VA_ARGS__}), \
     inner_keeper_take(&story->keeper, inner_keeper_job(&story->keeper), error))

/* From LOAD to BOUND; the client is answered then. */
static bool bind(struct story *story, struct error *error)
{
    bool good;
    struct message_plan plan = {.experiment = "toy",
                                .data = "toy",
                                .baseline = "bias",
                                .answer = "level",
                                .matters = 0.005,
                                .negatives_by = "",
                                .binary = "fake",
                                .arm_count = 2,
                                .arms = {{"maml", "a sum", true}, {"bias", "a number", false}},
                                .seed_count = 1,
                                .seeds = {1}};
    if (!SEND(confined, .refused = {0}))
        return false;
    message_plan_write(&story->keeper.worker, &plan);
    if (!inner_keeper_take(&story->keeper, inner_keeper_job(&story->keeper), error))
        return false;
    inner_keeper_advance(&story->keeper); /* the data set is handed over */
    if (inner_keeper_answered(&story->keeper, &good, error))
        return good;
    if (!SEND(bound, .arm_count = 2, .parameters = {10, 1}, .steps = {STEPS, 0},
              .levels = {1, 2, 3, 4, 5}, .level_count = 5, .smallest = 1, .largest = 5))
        return false;
    inner_keeper_advance(&story->keeper); /* execution and runs are stored */
    return inner_keeper_answered(&story->keeper, &good, error)
               ? good
               : error_set(error, ERROR_STORE, "no answer");
}

static void drop_job(struct story *story)
{
    struct worker_job *job = inner_keeper_job(&story->keeper);
    if (!job)
        return;
    job_fail(job, END_LOST, NULL);
    job->journal.retry_at = 0;
    inner_keeper_advance(&story->keeper);
}

static bool start_script(struct story *story, const char *script, struct error *error)
{
    drop_job(story);
    inner_keeper_start(&story->keeper, script, "toy");
    return bind(story, error);
}

static bool start_first(struct story *story, struct error *error)
{
    return start_script(story, "return thaw.experiment { one }", error);
}

static bool start_second(struct story *story, struct error *error)
{
    return start_script(story, "return thaw.experiment { two }", error);
}

static bool resume_first(struct story *story, struct error *error)
{
    const struct request_resume request = {.name = "1", .memory = INNER_KEEPER_MEMORY};
    drop_job(story);
    request_resume_write(&story->keeper.request, &request);
    return inner_keeper_ask(&story->keeper, error) && bind(story, error);
}

/* Writes what has come; what could not be written stays for the next time. */
static bool write_journal(struct story *story, struct error *error)
{
    struct worker_job *job = inner_keeper_job(&story->keeper);
    return job_write_journal(job, story->keeper.server.store, error);
}

static bool is_waiting(const struct story *story)
{
    return inner_keeper_job(&story->keeper)->journal.count > 0;
}

static bool send_tasks(struct story *story, enum task_part part, uint32_t draw, struct error *error)
{
    static const uint32_t support_starts[] = {0, 2, 4}, support[] = {0, 1, 8, 9};
    static const uint32_t query_starts[] = {0, 1, QUERIES}, query[] = {2, 10, 11};
    static const float truth[QUERIES] = {1, 2, 3};
    return SEND(tasks, .part = part, .scenario = "user-cold", .draw = draw, .count = 2,
                .users = "u1\0u2", .users_size = 6, .support_starts = support_starts,
                .query_starts = query_starts, .support = support, .query = query, .truth = truth);
}

static bool take_tasks(struct story *story, struct error *error)
{
    for (uint32_t draw = 0; !is_waiting(story) && draw < 2; draw++)
        if (!send_tasks(story, TASKS_TEST, draw, error) ||
            !send_tasks(story, TASKS_VALIDATION, draw, error))
            return false;
    return write_journal(story, error);
}

static bool send_points(struct story *story, uint64_t from, uint64_t to, struct error *error)
{
    for (uint64_t step = from; step < to; step++)
        if (!SEND(point, LEARNER, SERIES_TRAIN, step, 1.0 / (double)(step + 1)) ||
            !SEND(progress, .run = LEARNER, .phase = PHASE_TRAINING, .step = step, .steps = STEPS,
                  .share = (double)step / STEPS, .rate = 2, .eta = 3, .loss = 0.5, .seconds = 1))
            return false;
    return true;
}

static bool take_points(struct story *story, struct error *error)
{
    return (is_waiting(story) || send_points(story, 1, 5, error)) && write_journal(story, error);
}

/* Pages beyond the row's own hold the checkpoint, so that an older one gives its pages back. */
static bool send_checkpoint(struct story *story, uint64_t step, struct error *error)
{
    char *blob = memory_new(BLOB);
    memset(blob, (int)step, BLOB);
    bool good = SEND(checkpoint, LEARNER, step, 0.5, blob, BLOB + (size_t)step % 3 * 500 - 1000);
    free(blob);
    return good;
}

static bool take_checkpoint(struct story *story, uint64_t step, struct error *error)
{
    return (is_waiting(story) || (send_points(story, step - 4, step + 1, error) &&
                                  send_checkpoint(story, step, error))) &&
           write_journal(story, error);
}

#define CHECKPOINT_AT(step)                                                                        \
    static bool checkpoint_##step(struct story *story, struct error *error)                        \
    {                                                                                              \
        return take_checkpoint(story, step, error);                                                \
    }
CHECKPOINT_AT(9)
CHECKPOINT_AT(14)
CHECKPOINT_AT(19)
CHECKPOINT_AT(24)
CHECKPOINT_AT(34)
CHECKPOINT_AT(39)

static bool take_trials(struct story *story, struct error *error)
{
    for (uint32_t trial = 0; !is_waiting(story) && trial < 3; trial++)
        if (!SEND(trial, .arm = "maml", .trial = trial, .rung = 0, .share = 0.5,
                  .score = trial == 2 ? (double)NAN : -1.5 + trial, .seconds = 1,
                  .settings = "arms.maml.learner.lr=0.003", .text = trial == 2 ? "not finite" : ""))
            return false;
    return write_journal(story, error);
}

/* What the end of a worker brings: the rows of its runs, then the job goes. */
static bool end_job(struct story *story, struct error *error)
{
    struct worker_job *job = inner_keeper_job(&story->keeper);
    job_fail(job, job->end, NULL);
    if (!write_journal(story, error))
        return false;
    inner_keeper_advance(&story->keeper);
    return true;
}

static bool stop_first(struct story *story, struct error *error)
{
    bool good;
    struct worker_job *job = inner_keeper_job(&story->keeper);
    if (job->state == JOB_RUNNING) {
        if (!control(story, CONTROL_STOP, error))
            return false;
        if (!send_checkpoint(story, 26, error))
            return false;
        message_write_empty(&story->keeper.worker, MESSAGE_STOPPED);
        if (!inner_keeper_take(&story->keeper, job, error))
            return false;
    }
    return end_job(story, error) && inner_keeper_answered(&story->keeper, &good, error) && good;
}

static bool send_predictions(struct story *story, uint32_t run, struct error *error)
{
    static const uint32_t shots[] = {0, 1, UINT32_MAX};
    static const float values[QUERIES] = {1, 3, 5}, deviations[QUERIES] = {0, 4, 0};
    for (uint32_t draw = 0; draw < 2; draw++)
        for (size_t i = 0; i < 3; i++)
            for (int part = 0; part < TASK_PARTS; part++)
                if (!SEND(predictions, .run = run, .part = (enum task_part)part,
                          .scenario = "user-cold", .shots = shots[i], .draw = draw,
                          .values = values, .deviations = run == LEARNER ? deviations : NULL,
                          .count = QUERIES))
                    return false;
    return true;
}

static bool finish_run(struct story *story, uint32_t run, struct error *error)
{
    struct message_run_done done = {.run = run, .parameters = 10, .seconds = 1};
    if (is_waiting(story))
        return write_journal(story, error);
    digest_of("weights", 7, done.weights);
    done.checkpoint = run == LEARNER ? "weights" : NULL;
    done.size = run == LEARNER ? 7 : 0;
    if (!send_predictions(story, run, error))
        return false;
    message_run_done_write(&story->keeper.worker, &done);
    return inner_keeper_take(&story->keeper, inner_keeper_job(&story->keeper), error) &&
           write_journal(story, error);
}

static bool finish_closed(struct story *story, struct error *error)
{
    return finish_run(story, CLOSED, error);
}

static bool finish_learner(struct story *story, struct error *error)
{
    return finish_run(story, LEARNER, error);
}

static bool finish_first(struct story *story, struct error *error)
{
    struct worker_job *job = inner_keeper_job(&story->keeper);
    message_write_empty(&story->keeper.worker, MESSAGE_FINISHED);
    return inner_keeper_take(&story->keeper, job, error) && end_job(story, error);
}

static bool fail_learner(struct story *story, struct error *error)
{
    struct worker_job *job = inner_keeper_job(&story->keeper);
    if (!is_waiting(story) && !run_state_is_over(job->runs[LEARNER].row.state) &&
        !SEND(run_failed, LEARNER, ERROR_NUMERIC, "the loss is not finite"))
        return false;
    return write_journal(story, error);
}

static bool lose_worker(struct story *story, struct error *error)
{
    return end_job(story, error);
}

/* -- all --------------------------------------------------------------------------------------- */

const struct story_step story_steps[] = {
    {"a new workbench", open_keeper, true},
    {"import with users and items", import_toy, true},
    {"import", import_other, true},
    {"start", start_first, true},
    {"tasks", take_tasks, false},
    {"points", take_points, false},
    {"checkpoint 9", checkpoint_9, true},
    {"checkpoint 14", checkpoint_14, true},
    {"checkpoint 19", checkpoint_19, true},
    {"checkpoint 24", checkpoint_24, true},
    {"trials", take_trials, true},
    {"stop", stop_first, true},
    {"the keeper ends and begins", reopen_keeper, true},
    {"resume", resume_first, true},
    {"tasks again", take_tasks, false},
    {"closed form done", finish_closed, true},
    {"checkpoint 34", checkpoint_34, true},
    {"checkpoint 39", checkpoint_39, true},
    {"learner done", finish_learner, true},
    {"finished", finish_first, true},
    {"another start", start_second, true},
    {"points meanwhile", take_points, false},
    {"removal of an execution", remove_first, true},
    {"tasks meanwhile", take_tasks, false},
    {"removal of a data set", remove_other, true},
    {"a run fails", fail_learner, true},
    {"the worker is lost", lose_worker, true},
    {"import in place of another", replace_toy, true},
    {"the keeper ends and begins again", reopen_keeper, true},
};
const size_t story_step_count = sizeof story_steps / sizeof *story_steps;

void story_begin(struct story *story, const char *folder, const char *database)
{
    *story = (struct story){.checkpoint_pages = 40, .cache_pages = 2000};
    snprintf(story->folder, sizeof story->folder, "%s", folder);
    snprintf(story->database, sizeof story->database, "%s", database);
}

void story_end(struct story *story)
{
    inner_keeper_close(&story->keeper);
}
