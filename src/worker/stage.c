/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "stage.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "questions.h"
#include "shots_warning.h"
#include "tensor/engine.h"

/* -- saying ------------------------------------------------------------------------------------ */

/* Tells the keeper a line that stands in no message. */
static void write_log(struct bench *bench, const char *line)
{
    struct message_log message = {.run = UINT32_MAX, .line = line};
    message_log_write(outbox_open_now(bench->outbox), &message);
    outbox_close(bench->outbox);
}

static void print(void *context, const char *line)
{
    write_log(context, line);
}

/* The line that an error of this script names: "FILE:LINE: ...". */
static uint32_t line_of(const char *path, const char *text)
{
    size_t length = strlen(path);
    if (strncmp(text, path, length) != 0 || text[length] != ':')
        return 0;
    return (uint32_t)strtoul(text + length + 1, NULL, 10);
}

static void release_frame(struct bench *bench)
{
    pthread_mutex_lock(&bench->lock);
    bench->frame_in_use = false;
    pthread_mutex_unlock(&bench->lock);
    outbox_wake(bench->outbox);
}

static void finish(struct bench *bench, bool ended)
{
    pthread_mutex_lock(&bench->lock);
    bench->busy = bench->frame_in_use = false;
    bench->ended = bench->ended || ended;
    pthread_mutex_unlock(&bench->lock);
    outbox_wake(bench->outbox);
}

static void fail(struct bench *bench, const struct error *error)
{
    struct message_failed message = {
        .kind = error->kind, .text = error->text, .line = line_of(bench->load.path, error->text)};
    message_failed_write(outbox_open(bench->outbox), &message);
    outbox_close(bench->outbox);
    finish(bench, true);
}

/* -- LOAD -------------------------------------------------------------------------------------- */

/* What the script calls itself, or else its file's name without folder and ".lua"; made of what a
 * name in the database may hold. */
static void name_experiment(const struct bench *bench, char name[MESSAGE_NAME + 1])
{
    const char *slash = strrchr(bench->load.path, '/');
    const char *file = slash ? slash + 1 : bench->load.path;
    const char *given = bench->study.experiment->name;
    text_safe(given[0] ? given : file, name, MESSAGE_NAME + 1);
    char *end = strrchr(name, '.');
    if (!given[0] && end && strcmp(end, ".lua") == 0)
        *end = '\0';
    for (char *at = name; *at; at++)
        if (*at == ' ' || *at == '/')
            *at = '_';
    if (!name[0])
        strcpy(name, "experiment");
}

static void say_plan(struct bench *bench)
{
    const struct experiment *experiment = bench->study.experiment;
    char name[MESSAGE_NAME + 1], binary[256];
    name_experiment(bench, name);
    struct message_plan message = {.experiment = name,
                                   .data = experiment->data,
                                   .baseline = experiment->baseline,
                                   .answer = experiment->answer,
                                   .matters = experiment->matters,
                                   .binary = binary,
                                   .arm_count = (uint32_t)experiment->arm_count,
                                   .seed_count = (uint32_t)experiment->seed_count};
    snprintf(binary, sizeof binary, "%s, compiled by %s, OpenBLAS for %s, products by %s",
             PACKAGE_STRING, __VERSION__, engine_core(), engine_products());
    for (size_t i = 0; i < experiment->arm_count; i++)
        message.arms[i] = (struct message_arm){.name = experiment->arms[i].name,
                                               .description = experiment->arms[i].description,
                                               .learns = !experiment->arms[i].is_baseline};
    memcpy(message.seeds, experiment->seeds, experiment->seed_count * sizeof *message.seeds);
    message_plan_write(outbox_open(bench->outbox), &message);
    outbox_close(bench->outbox);
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

/* A copy of the message stays: the script's source is read again where an error shows a line. */
static bool keep_load(struct bench *bench, struct error *error)
{
    struct frame copy = bench->frame;
    bench->load_bytes = memory_new(copy.size);
    memcpy(bench->load_bytes, copy.data, copy.size);
    copy.data = bench->load_bytes;
    bool good = message_load_read(&bench->load, &copy, error);
    release_frame(bench);
    return good;
}

/* Finite differences take as long as a run does, and need many steps of each arm. */
static struct script_limits limits_of(struct bench *bench)
{
    struct script_limits limits = script_limits_of(bench->load.quick);
    limits.watch = bench->watch;
    limits.budget = &bench->budget;
    return limits;
}

static void do_load(void *context, uint32_t lane)
{
    struct bench *bench = context;
    struct error error;
    (void)lane;
    bool good = keep_load(bench, &error);
    struct script_source source = {.path = bench->load.path,
                                   .text = bench->load.text,
                                   .size = bench->load.size,
                                   .modules = bench->load.modules,
                                   .modules_size = bench->load.modules_size,
                                   .settings = bench->load.settings};
    good = good &&
           study_load(&bench->study, &source, bench->load.quick ? 1 : pool_threads(bench->pool),
                      limits_of(bench), print, bench, &error) &&
           (fits_messages(bench->study.experiment, &error) ||
            script_host_blame_arms(bench->study.host, &error));
    if (!good) {
        fail(bench, &error);
        return;
    }
    say_plan(bench);
    finish(bench, false);
}

/* -- DATA -------------------------------------------------------------------------------------- */

static void add_scale(const struct study *study, struct message_bound *message)
{
    struct value_range range = value_range_of(study->dataset, study->split.training);
    uint32_t count = value_levels_of(study->dataset, study->split.training, message->levels);
    message->level_count = count <= VALUE_LEVELS_MOST ? count : 0;
    message->smallest = range.smallest;
    message->largest = range.largest;
}

static bool say_bound(struct bench *bench, struct error *error)
{
    struct study *study = &bench->study;
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
    message_bound_write(outbox_open(bench->outbox), &message);
    outbox_close(bench->outbox);
    return true;
}

static struct dataset *read_data(struct bench *bench, struct error *error)
{
    struct message_data message;
    if (!message_data_read(&message, &bench->frame, error))
        return NULL;
    budget_owe(&bench->budget, 2 * (uint64_t)message.size); /* it stays, with its indices */
    struct reader reader = reader_of(message.bytes, message.size);
    struct dataset *dataset = dataset_read(&reader, error);
    release_frame(bench);
    return dataset;
}

static void do_data(void *context, uint32_t lane)
{
    struct bench *bench = context;
    struct error error;
    (void)lane;
    struct dataset *dataset = read_data(bench, &error);
    if (!dataset || !study_bind(&bench->study, dataset, &error) ||
        !(bench->load.asked || say_bound(bench, &error)))
        fail(bench, &error);
    else
        finish(bench, false);
}

/* -- TRIED, RUN, START ------------------------------------------------------------------------ */

static uint64_t peak(void *context)
{
    return script_host_peak(context);
}

static void need_campaign(struct bench *bench)
{
    if (bench->campaign)
        return;
    struct study *study = &bench->study;
    struct campaign_options options = {.pool = bench->pool,
                                       .outbox = bench->outbox,
                                       .budget = &bench->budget,
                                       .dataset = study->dataset,
                                       .split = &study->split,
                                       .tasks = &study->experiment->tasks,
                                       .checkpoint_seconds = bench->checkpoint_seconds,
                                       .peak = peak,
                                       .peak_context = study->host};
    bench->campaign = campaign_new(&options);
}

/* The search of an experiment that has trials. */
static struct search *need_search(struct bench *bench)
{
    if (!bench->search && bench->study.experiment->trial_count > 0)
        bench->search = search_new(&bench->study, bench->pool, bench->outbox);
    return bench->search;
}

static void do_tried(void *context, uint32_t lane)
{
    struct bench *bench = context;
    struct message_tried message;
    struct error error;
    (void)lane;
    bool good = message_tried_read(&message, &bench->frame, &error) &&
                ((need_search(bench) && search_recall(bench->search, message.arm, message.trial,
                                                      message.rung, message.score)) ||
                 error_set(&error, ERROR_INPUT, "TRIED: the script has no trial %u of arm \"%s\"",
                           (unsigned)message.trial, message.arm));
    if (!good) {
        fail(bench, &error);
        return;
    }
    if (search_is_over(bench->search))
        search_choose(bench->search);
    finish(bench, false);
}

static bool add_run(struct bench *bench, const struct message_run *message, struct error *error)
{
    struct recommender *recommender =
        study_recommender(&bench->study, message->arm, message->seed, error);
    if (!recommender)
        return false;
    uint64_t parameters = script_recommender_parameters(recommender);
    return campaign_add(bench->campaign, message->run, message->arm, message->seed, recommender,
                        parameters, message->checkpoint, message->size, error);
}

static void take_run(struct bench *bench, const struct message_run *message)
{
    struct error error;
    if (message->done || add_run(bench, message, &error))
        return;
    const struct message_run_failed failed = {
        .run = message->run, .kind = error.kind, .text = error.text};
    message_run_failed_write(outbox_open(bench->outbox), &failed);
    outbox_close(bench->outbox);
}

/* Keeps a RUN until its arm's settings are known. */
static bool hold_run(struct bench *bench, struct error *error)
{
    struct frame copy = bench->frame;
    struct held_run held = {.bytes = memory_new(copy.size)};
    memcpy(held.bytes, copy.data, copy.size);
    copy.data = held.bytes;
    if (!message_run_read(&held.message, &copy, error)) {
        free(held.bytes);
        return false;
    }
    bench->held = memory_resize(bench->held, bench->held_count + 1, sizeof *bench->held);
    bench->held[bench->held_count++] = held;
    return true;
}

static void do_run(void *context, uint32_t lane)
{
    struct bench *bench = context;
    struct message_run message;
    struct error error;
    (void)lane;
    bool searches = need_search(bench) && !search_is_over(bench->search);
    bool good =
        searches ? hold_run(bench, &error) : message_run_read(&message, &bench->frame, &error);
    if (!good) {
        fail(bench, &error);
        return;
    }
    need_campaign(bench);
    if (!searches)
        take_run(bench, &message);
    finish(bench, false);
}

static void release_held(struct bench *bench)
{
    for (uint32_t i = 0; i < bench->held_count; i++)
        free(bench->held[i].bytes);
    free(bench->held);
    bench->held = NULL;
    bench->held_count = 0;
}

/* The arms have their settings: sizes and steps may be others than they were. */
static void start_held(void *context)
{
    struct bench *bench = context;
    struct error error;
    if (!say_bound(bench, &error))
        write_log(bench, error.text);
    for (uint32_t i = 0; i < bench->held_count; i++)
        take_run(bench, &bench->held[i].message);
    campaign_start(bench->campaign);
}

static void begin_search(struct bench *bench, uint64_t seed)
{
    const struct search_start start = {
        .campaign = bench->campaign, .seed = seed, .finished = start_held, .context = bench};
    search_start(bench->search, &start);
}

static void do_start(void *context, uint32_t lane)
{
    struct bench *bench = context;
    struct message_start message;
    struct error error;
    (void)lane;
    if (!message_start_read(&message, &bench->frame, &error)) {
        fail(bench, &error);
        return;
    }
    need_campaign(bench);
    campaign_make_tasks(bench->campaign, message.seed);
    shots_warn(&bench->study, print, bench);
    if (bench->held_count > 0)
        begin_search(bench, message.seed);
    pthread_mutex_lock(&bench->lock);
    bench->started = true;
    pthread_mutex_unlock(&bench->lock);
    if (bench->held_count == 0)
        campaign_start(bench->campaign);
    finish(bench, false);
}

void stage_give_up(struct bench *bench, int line, const char *why)
{
    char path[300], place[16] = "";
    struct message_failed message = {.kind = ERROR_SCRIPT, .line = (uint32_t)line};
    if (line > 0)
        snprintf(place, sizeof place, ":%d", line);
    char *text = memory_format(
        "%s%s: %s",
        text_safe(bench->load.path ? bench->load.path : "the script", path, sizeof path), place,
        why);
    message.text = text;
    message_failed_write(outbox_open_now(bench->outbox), &message);
    outbox_seal(bench->outbox);
    free(text);
}

void stage_report_search(struct bench *bench)
{
    for (uint32_t i = 0; i < bench->held_count; i++) {
        uint32_t done, all;
        search_progress(bench->search, bench->held[i].message.arm, &done, &all);
        if (all == 0 || bench->held[i].message.done)
            continue;
        const struct message_progress message = {.run = bench->held[i].message.run,
                                                 .phase = PHASE_SEARCH,
                                                 .step = done,
                                                 .steps = all,
                                                 .eta = (double)NAN,
                                                 .loss = (double)NAN};
        message_progress_write(outbox_open_now(bench->outbox), &message);
        outbox_close(bench->outbox);
    }
}

void stage_release(struct bench *bench)
{
    release_held(bench);
    search_free(bench->search);
    free(bench->load_bytes);
}

/* -- QUESTION --------------------------------------------------------------------------------- */

static void do_question(void *context, uint32_t lane)
{
    struct bench *bench = context;
    struct message_question message;
    struct error error;
    (void)lane;
    if (message_question_read(&message, &bench->frame, &error) &&
        question_answer(&bench->study, &message, bench->outbox, &error))
        finish(bench, true);
    else
        fail(bench, &error);
}

void (*stage_for(const struct bench *bench, uint32_t type))(void *bench, uint32_t lane)
{
    bool loaded = bench->study.host, bound = bench->study.dataset;
    if (bench->started || bench->ended)
        return NULL;
    switch (type) {
    case MESSAGE_LOAD:
        return loaded ? NULL : do_load;
    case MESSAGE_DATA:
        return loaded && !bound ? do_data : NULL;
    case MESSAGE_TRIED:
        return bound && !bench->campaign ? do_tried : NULL;
    case MESSAGE_RUN:
        return bound ? do_run : NULL;
    case MESSAGE_START:
        return bound ? do_start : NULL;
    case MESSAGE_QUESTION:
        return bound && !bench->campaign ? do_question : NULL;
    default:
        return NULL;
    }
}
