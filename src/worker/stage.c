/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "data_warning.h"
#include "questions.h"
#include "run_metrics.h"
#include "shots_warning.h"
#include "tensor/engine.h"

/* -- saying ------------------------------------------------------------------------------------ */

/* Sends the keeper a line for its log. */
static void write_log(struct worker *worker, const char *line)
{
    struct message_log message = {.run = UINT32_MAX, .line = line};
    message_log_write(outbox_open_now(worker->outbox), &message);
    outbox_close(worker->outbox);
}

static void print(void *context, const char *line)
{
    write_log(context, line);
}

/* The line of this script in an error "FILE:LINE: ..."; 0 if there is none. */
static uint32_t line_of(const char *path, const char *text)
{
    size_t length = strlen(path);
    if (strncmp(text, path, length) != 0 || text[length] != ':')
        return 0;
    return (uint32_t)strtoul(text + length + 1, NULL, 10);
}

static void release_frame(struct worker *worker)
{
    pthread_mutex_lock(&worker->lock);
    worker->frame_in_use = false;
    pthread_mutex_unlock(&worker->lock);
    outbox_wake(worker->outbox);
}

static void finish(struct worker *worker, bool ended)
{
    pthread_mutex_lock(&worker->lock);
    worker->busy = worker->frame_in_use = false;
    worker->ended = worker->ended || ended;
    pthread_mutex_unlock(&worker->lock);
    outbox_wake(worker->outbox);
}

static void fail(struct worker *worker, const struct error *error)
{
    struct message_failed message = {
        .kind = error->kind, .text = error->text, .line = line_of(worker->load.path, error->text)};
    message_failed_write(outbox_open(worker->outbox), &message);
    outbox_close(worker->outbox);
    finish(worker, true);
}

/* -- LOAD -------------------------------------------------------------------------------------- */

static void say_plan(struct worker *worker)
{
    const struct experiment *experiment = worker->study.experiment;
    char name[MESSAGE_NAME + 1], binary[256];
    study_name(&worker->study, worker->load.path, name);
    struct message_plan message = {
        .experiment = name,
        .data = experiment->data,
        .baseline = experiment->baseline,
        .answer = experiment->answer,
        .matters = experiment->matters,
        .negatives = experiment->tasks.negatives,
        .negatives_by =
            experiment->tasks.negatives ? negatives_by_name(experiment->tasks.negatives_by) : "",
        .binary = binary,
        .arm_count = (uint32_t)experiment->arm_count,
        .seed_count = (uint32_t)experiment->seed_count,
        .metric_count = (uint32_t)experiment->metric_count};
    snprintf(binary, sizeof binary, "%s, compiled by %s, OpenBLAS for %s, products by %s",
             PACKAGE_STRING, __VERSION__, engine_core(), engine_products());
    for (size_t i = 0; i < experiment->arm_count; i++)
        message.arms[i] = (struct message_arm){.name = experiment->arms[i].name,
                                               .description = experiment->arms[i].description,
                                               .learns = !experiment->arms[i].is_baseline};
    memcpy(message.seeds, experiment->seeds, experiment->seed_count * sizeof *message.seeds);
    if (experiment->metric_count > 0)
        memcpy(message.metrics, experiment->metrics,
               experiment->metric_count * sizeof *message.metrics);
    message_plan_write(outbox_open(worker->outbox), &message);
    outbox_close(worker->outbox);
}

static bool fits_messages(const struct experiment *experiment, struct error *error)
{
    if (experiment->arm_count > MESSAGE_ARMS)
        return error_set(error, ERROR_SCRIPT,
                         "there are %zu arms with the plain ones that every comparison carries, "
                         "but at most %d can be",
                         experiment->arm_count, MESSAGE_ARMS);
    if (experiment->seed_count > MESSAGE_SEEDS)
        return error_set(error, ERROR_SCRIPT,
                         "the experiment has %zu seeds, at most %d are allowed",
                         experiment->seed_count, MESSAGE_SEEDS);
    return true;
}

/* Copies the message, because the script's source is read again when an error quotes a line. */
static bool keep_load(struct worker *worker, struct error *error)
{
    struct frame copy = worker->frame;
    worker->load_bytes = memory_new(copy.size);
    memcpy(worker->load_bytes, copy.data, copy.size);
    copy.data = worker->load_bytes;
    bool good = message_load_read(&worker->load, &copy, error);
    release_frame(worker);
    return good;
}

/* Finite differences need many steps of each arm, as a run does, so they get a run's limits. */
static struct script_limits limits_of(struct worker *worker)
{
    struct script_limits limits = script_limits_of(worker->load.quick);
    limits.watch = worker->watch;
    limits.budget = &worker->budget;
    return limits;
}

static void do_load(void *context, uint32_t lane)
{
    struct worker *worker = context;
    struct error error;
    (void)lane;
    bool good = keep_load(worker, &error);
    struct script_source source = {.path = worker->load.path,
                                   .text = worker->load.text,
                                   .size = worker->load.size,
                                   .modules = worker->load.modules,
                                   .modules_size = worker->load.modules_size,
                                   .settings = worker->load.settings};
    good = good &&
           study_load(&worker->study, &source, worker->load.quick ? 1 : pool_threads(worker->pool),
                      limits_of(worker), print, worker, &error) &&
           (fits_messages(worker->study.experiment, &error) ||
            script_host_blame_arms(worker->study.host, &error));
    if (!good) {
        fail(worker, &error);
        return;
    }
    say_plan(worker);
    finish(worker, false);
}

/* -- DATA -------------------------------------------------------------------------------------- */

static void add_scale(const struct study *study, struct message_bound *message)
{
    struct rating_scale scale = split_scale(&study->split, study->dataset);
    memcpy(message->levels, scale.levels, sizeof scale.levels);
    message->level_count = scale.level_count;
    message->smallest = scale.range.smallest;
    message->largest = scale.range.largest;
}

static bool say_bound(struct worker *worker, struct error *error)
{
    struct study *study = &worker->study;
    struct message_bound message = {.arm_count = (uint32_t)study->experiment->arm_count};
    for (uint32_t i = 0; i < message.arm_count; i++) {
        struct recommender *recommender = study_recommender(study, study->experiment->arms[i].name,
                                                            study->experiment->seeds[0], error);
        if (!recommender)
            return false;
        message.parameters[i] = script_recommender_parameters(recommender);
        message.steps[i] = study_steps(study, recommender);
        recommender->operations->free(recommender);
    }
    add_scale(study, &message);
    message_bound_write(outbox_open(worker->outbox), &message);
    outbox_close(worker->outbox);
    return true;
}

static struct dataset *read_data(struct worker *worker, struct error *error)
{
    struct message_data message;
    if (!message_data_read(&message, &worker->frame, error))
        return NULL;
    budget_owe(&worker->budget, 2 * (uint64_t)message.size); /* stays, with indices */
    struct reader reader = reader_of(message.bytes, message.size);
    struct dataset *dataset = dataset_read(&reader, error);
    release_frame(worker);
    return dataset;
}

/* Before any training: a metric that fails would be unknown at its end. */
static bool try_metrics(const struct study *study, struct error *error)
{
    uint32_t rows;
    return run_metrics_try(study->host, study->experiment, study->dataset, &study->split, NULL,
                           &rows, error);
}

static void do_data(void *context, uint32_t lane)
{
    struct worker *worker = context;
    struct error error;
    (void)lane;
    struct dataset *dataset = read_data(worker, &error);
    if (!dataset || !study_bind(&worker->study, dataset, &error) ||
        !try_metrics(&worker->study, &error) ||
        !(worker->load.asked ||
          (study_is_whole(&worker->study, &error) && say_bound(worker, &error))))
        fail(worker, &error);
    else
        finish(worker, false);
}

/* -- TRIED, RUN, START ------------------------------------------------------------------------ */

static uint64_t peak(void *context)
{
    return script_host_peak(context);
}

static void need_campaign(struct worker *worker)
{
    if (worker->campaign)
        return;
    struct study *study = &worker->study;
    struct campaign_options options = {.pool = worker->pool,
                                       .outbox = worker->outbox,
                                       .budget = &worker->budget,
                                       .dataset = study->dataset,
                                       .split = &study->split,
                                       .tasks = &study->experiment->tasks,
                                       .metrics = study->host,
                                       .checkpoint_seconds = worker->checkpoint_seconds,
                                       .peak = peak,
                                       .peak_context = study->host};
    worker->campaign = campaign_new(&options);
}

/* The search, made at the first call; NULL if the experiment has no trials. */
static struct search *need_search(struct worker *worker)
{
    if (!worker->search && worker->study.experiment->trial_count > 0)
        worker->search = search_new(&worker->study, worker->pool, worker->outbox);
    return worker->search;
}

static void do_tried(void *context, uint32_t lane)
{
    struct worker *worker = context;
    struct message_tried message;
    struct error error;
    (void)lane;
    bool good = message_tried_read(&message, &worker->frame, &error) &&
                ((need_search(worker) && search_recall(worker->search, message.arm, message.trial,
                                                       message.rung, message.score)) ||
                 error_set(&error, ERROR_INPUT, "TRIED: the script has no trial %u of arm \"%s\"",
                           (unsigned)message.trial, message.arm));
    if (!good) {
        fail(worker, &error);
        return;
    }
    if (search_is_over(worker->search))
        search_choose(worker->search);
    finish(worker, false);
}

static bool add_run(struct worker *worker, const struct message_run *message, struct error *error)
{
    struct recommender *recommender =
        study_recommender(&worker->study, message->arm, message->seed, error);
    if (!recommender)
        return false;
    uint64_t parameters = script_recommender_parameters(recommender);
    return campaign_add(worker->campaign, message->run, message->arm, message->seed, recommender,
                        parameters, message->checkpoint, message->size, error);
}

static void take_run(struct worker *worker, const struct message_run *message)
{
    struct error error;
    if (message->done || add_run(worker, message, &error))
        return;
    const struct message_run_failed failed = {
        .run = message->run, .kind = error.kind, .text = error.text};
    message_run_failed_write(outbox_open(worker->outbox), &failed);
    outbox_close(worker->outbox);
}

/* Keeps a RUN until the settings of its arm are known. */
static bool hold_run(struct worker *worker, struct error *error)
{
    struct frame copy = worker->frame;
    struct held_run held = {.bytes = memory_new(copy.size)};
    memcpy(held.bytes, copy.data, copy.size);
    copy.data = held.bytes;
    if (!message_run_read(&held.message, &copy, error)) {
        free(held.bytes);
        return false;
    }
    worker->held = memory_resize(worker->held, worker->held_count + 1, sizeof *worker->held);
    worker->held[worker->held_count++] = held;
    return true;
}

static void do_run(void *context, uint32_t lane)
{
    struct worker *worker = context;
    struct message_run message;
    struct error error;
    (void)lane;
    bool searches = need_search(worker) && !search_is_over(worker->search);
    bool good =
        searches ? hold_run(worker, &error) : message_run_read(&message, &worker->frame, &error);
    if (!good) {
        fail(worker, &error);
        return;
    }
    need_campaign(worker);
    if (!searches)
        take_run(worker, &message);
    finish(worker, false);
}

static void release_held(struct worker *worker)
{
    for (uint32_t i = 0; i < worker->held_count; i++)
        free(worker->held[i].bytes);
    free(worker->held);
    worker->held = NULL;
    worker->held_count = 0;
}

/* Adds the runs now, because only the chosen settings determine their sizes and steps. */
static void start_held(void *context)
{
    struct worker *worker = context;
    struct error error;
    if (!say_bound(worker, &error))
        write_log(worker, error.text);
    for (uint32_t i = 0; i < worker->held_count; i++)
        take_run(worker, &worker->held[i].message);
    campaign_start(worker->campaign);
}

static void begin_search(struct worker *worker, uint64_t seed)
{
    const struct search_start start = {
        .campaign = worker->campaign, .seed = seed, .finished = start_held, .context = worker};
    search_start(worker->search, &start);
}

static void do_start(void *context, uint32_t lane)
{
    struct worker *worker = context;
    struct message_start message;
    struct error error;
    (void)lane;
    if (!message_start_read(&message, &worker->frame, &error)) {
        fail(worker, &error);
        return;
    }
    need_campaign(worker);
    campaign_make_tasks(worker->campaign, message.seed);
    if (!study_has_drawn(&worker->study, &error)) {
        fail(worker, &error);
        return;
    }
    data_warn(&worker->study, print, worker);
    shots_warn(&worker->study, print, worker);
    if (worker->held_count > 0)
        begin_search(worker, message.seed);
    pthread_mutex_lock(&worker->lock);
    worker->started = true;
    pthread_mutex_unlock(&worker->lock);
    if (worker->held_count == 0)
        campaign_start(worker->campaign);
    finish(worker, false);
}

void stage_give_up(struct worker *worker, int line, const char *why)
{
    char path[300], place[16] = "";
    if (line > 0)
        snprintf(place, sizeof place, ":%d", line);
    char *text = memory_format(
        "%s%s: %s",
        text_safe(worker->load.path ? worker->load.path : "the script", path, sizeof path), place,
        why);
    stage_give_up_for(worker, text);
    free(text);
}

void stage_give_up_for(struct worker *worker, const char *error)
{
    const char *path = worker->load.path ? worker->load.path : "";
    const struct message_failed message = {
        .kind = ERROR_SCRIPT, .text = error, .line = line_of(path, error)};
    message_failed_write(outbox_open_now(worker->outbox), &message);
    outbox_seal(worker->outbox);
}

void stage_report_search(struct worker *worker)
{
    for (uint32_t i = 0; i < worker->held_count; i++) {
        uint32_t done, all;
        search_progress(worker->search, worker->held[i].message.arm, &done, &all);
        if (all == 0 || worker->held[i].message.done)
            continue;
        const struct message_progress message = {.run = worker->held[i].message.run,
                                                 .phase = PHASE_SEARCH,
                                                 .step = done,
                                                 .steps = all,
                                                 .eta = (double)NAN,
                                                 .loss = (double)NAN};
        message_progress_write(outbox_open_now(worker->outbox), &message);
        outbox_close(worker->outbox);
    }
}

void stage_release(struct worker *worker)
{
    release_held(worker);
    search_free(worker->search);
    kept_runs_release(&worker->kept);
    free(worker->load_bytes);
}

/* -- QUESTION --------------------------------------------------------------------------------- */

/* To a worker that stays, a question without an answer is no end. */
static void decline(struct worker *worker, const struct error *error)
{
    if (!worker->load.stays) {
        fail(worker, error);
        return;
    }
    const struct message_declined message = {
        .kind = error->kind, .text = error->text, .line = line_of(worker->load.path, error->text)};
    message_declined_write(outbox_open(worker->outbox), &message);
    outbox_close(worker->outbox);
    finish(worker, false);
}

static void do_question(void *context, uint32_t lane)
{
    struct worker *worker = context;
    struct message_question message;
    struct error error;
    (void)lane;
    if (message_question_read(&message, &worker->frame, &error) &&
        question_answer(&worker->study, &worker->kept, &message, worker->outbox, &error))
        finish(worker, !worker->load.stays);
    else
        decline(worker, &error);
}

void (*stage_for(const struct worker *worker, uint32_t type))(void *worker, uint32_t lane)
{
    bool loaded = worker->study.host, bound = worker->study.dataset;
    if (worker->started || worker->ended)
        return NULL;
    switch (type) {
    case MESSAGE_LOAD:
        return loaded ? NULL : do_load;
    case MESSAGE_DATA:
        return loaded && !bound ? do_data : NULL;
    case MESSAGE_TRIED:
        return bound && !worker->campaign ? do_tried : NULL;
    case MESSAGE_RUN:
        return bound ? do_run : NULL;
    case MESSAGE_START:
        return bound ? do_start : NULL;
    case MESSAGE_QUESTION:
        return bound && !worker->campaign ? do_question : NULL;
    default:
        return NULL;
    }
}
