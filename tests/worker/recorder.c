/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void forget_results(struct recorded_run *run)
{
    for (uint32_t i = 0; i < run->sheet_count; i++) {
        free(run->sheets[i].values);
        free(run->sheets[i].deviations);
    }
    run->sheet_count = 0;
}

void recorder_release(struct recorder *recorder)
{
    for (uint32_t i = 0; i < RECORDER_RUNS; i++) {
        struct recorded_run *run = &recorder->runs[i];
        forget_results(run);
        free(run->points);
        bytes_release(&run->checkpoint);
        bytes_release(&run->final);
        *run = (struct recorded_run){0};
    }
    *recorder = (struct recorder){0};
}

void recorder_rewind(struct recorder *recorder)
{
    for (uint32_t i = 0; i < RECORDER_RUNS; i++) {
        struct recorded_run *run = &recorder->runs[i];
        if (run->done)
            continue;
        size_t kept = 0;
        for (size_t p = 0; p < run->point_count; p++)
            if (run->checkpoint.size > 0 && run->points[p].step <= run->step)
                run->points[kept++] = run->points[p];
        run->point_count = kept;
        forget_results(run);
    }
}

static struct recorded_run *run_at(struct recorder *recorder, uint32_t number)
{
    if (number >= RECORDER_RUNS)
        abort();
    if (recorder->runs[number].done || recorder->runs[number].failed)
        recorder->spoke_after_its_end = true;
    return &recorder->runs[number];
}

static void take_point(struct recorder *recorder, const struct message_point *message)
{
    struct recorded_run *run = run_at(recorder, message->run);
    run->points = memory_resize(run->points, run->point_count + 1, sizeof *run->points);
    run->points[run->point_count++] = (struct recorded_point){
        .series = message->series, .step = message->step, .value = message->value};
}

static void take_predictions(struct recorder *recorder, const struct message_predictions *message)
{
    struct recorded_run *run = run_at(recorder, message->run);
    if (run->sheet_count == RECORDER_SHEETS)
        abort();
    struct recorded_sheet *sheet = &run->sheets[run->sheet_count++];
    sheet->part = message->part;
    snprintf(sheet->scenario, sizeof sheet->scenario, "%s", message->scenario);
    sheet->shots = message->shots;
    sheet->draw = message->draw;
    sheet->count = message->count;
    sheet->values = memory_array(message->count, sizeof(float));
    memcpy(sheet->values, message->values, message->count * sizeof(float));
    sheet->deviations = NULL;
    if (message->deviations) {
        sheet->deviations = memory_array(message->count, sizeof(float));
        memcpy(sheet->deviations, message->deviations, message->count * sizeof(float));
    }
}

static void take_progress(struct recorder *recorder, const struct message_progress *message)
{
    struct recorded_run *run = run_at(recorder, message->run);
    if (message->share < run->progress.share)
        recorder->shares_went_back = true;
    run->progress = *message;
}

static void take_checkpoint(struct recorder *recorder, const struct message_checkpoint *message)
{
    struct recorded_run *run = run_at(recorder, message->run);
    run->step = message->step;
    bytes_clear(&run->checkpoint);
    bytes_add(&run->checkpoint, message->bytes, message->size);
    recorder->checkpoints++;
}

static void take_end(struct recorder *recorder, const struct frame *frame)
{
    struct error error;
    struct message_run_done done;
    struct message_run_failed failed;
    if (frame->type == MESSAGE_RUN_DONE) {
        if (!message_run_done_read(&done, frame, &error))
            abort();
        struct recorded_run *run = run_at(recorder, done.run);
        run->done = true;
        bytes_add(&run->final, done.checkpoint, done.size);
        memcpy(run->weights, done.weights, sizeof run->weights);
    } else if (frame->type == MESSAGE_RUN_FAILED) {
        if (!message_run_failed_read(&failed, frame, &error))
            abort();
        struct recorded_run *run = run_at(recorder, failed.run);
        run->failed = true;
        run->kind = failed.kind;
        snprintf(run->text, sizeof run->text, "%s", failed.text);
    }
}

void recorder_take(struct recorder *recorder, const struct frame *frame)
{
    struct error error;
    union {
        struct message_point point;
        struct message_predictions predictions;
        struct message_checkpoint checkpoint;
        struct message_tasks tasks;
        struct message_progress progress;
    } message;
    recorder->messages++;
    switch (frame->type) {
    case MESSAGE_POINT:
        if (!message_point_read(&message.point, frame, &error))
            abort();
        take_point(recorder, &message.point);
        break;
    case MESSAGE_PREDICTIONS:
        if (!message_predictions_read(&message.predictions, frame, &error))
            abort();
        take_predictions(recorder, &message.predictions);
        break;
    case MESSAGE_CHECKPOINT:
        if (!message_checkpoint_read(&message.checkpoint, frame, &error))
            abort();
        take_checkpoint(recorder, &message.checkpoint);
        break;
    case MESSAGE_PROGRESS:
        if (!message_progress_read(&message.progress, frame, &error))
            abort();
        take_progress(recorder, &message.progress);
        break;
    case MESSAGE_TASKS:
        if (!message_tasks_read(&message.tasks, frame, &error))
            abort();
        recorder->task_sets[message.tasks.part]++;
        break;
    case MESSAGE_FINISHED:
        recorder->finished = true;
        break;
    case MESSAGE_STOPPED:
        recorder->stopped = true;
        break;
    default:
        take_end(recorder, frame);
    }
}

static int by_key(const void *left, const void *right)
{
    const struct recorded_sheet *a = left, *b = right;
    int order = (a->part > b->part) - (a->part < b->part);
    if (order == 0)
        order = strcmp(a->scenario, b->scenario);
    if (order == 0)
        order = (a->shots > b->shots) - (a->shots < b->shots);
    return order ? order : (a->draw > b->draw) - (a->draw < b->draw);
}

static int by_step(const void *left, const void *right)
{
    const struct recorded_point *a = left, *b = right;
    if (a->series != b->series)
        return a->series < b->series ? -1 : 1;
    return (a->step > b->step) - (a->step < b->step);
}

void recorder_digest(const struct recorded_run *run, char text[DIGEST_TEXT])
{
    struct digest *digest = digest_new();
    struct recorded_sheet *sheets = memory_array(run->sheet_count, sizeof *sheets);
    struct recorded_point *points = memory_array(run->point_count, sizeof *points);
    if (run->sheet_count > 0)
        memcpy(sheets, run->sheets, run->sheet_count * sizeof *sheets);
    if (run->point_count > 0)
        memcpy(points, run->points, run->point_count * sizeof *points);
    qsort(sheets, run->sheet_count, sizeof *sheets, by_key);
    qsort(points, run->point_count, sizeof *points, by_step);
    digest_add(digest, run->weights, sizeof run->weights);
    for (size_t i = 0; i < run->point_count; i++) {
        digest_add(digest, &points[i].series, sizeof points[i].series);
        digest_add(digest, &points[i].step, sizeof points[i].step);
        digest_add(digest, &points[i].value, sizeof points[i].value);
    }
    for (uint32_t i = 0; i < run->sheet_count; i++) {
        digest_add(digest, &sheets[i].part, sizeof sheets[i].part);
        digest_add(digest, sheets[i].scenario, strlen(sheets[i].scenario));
        digest_add(digest, &sheets[i].shots, sizeof sheets[i].shots);
        digest_add(digest, &sheets[i].draw, sizeof sheets[i].draw);
        digest_add(digest, sheets[i].values, sheets[i].count * sizeof(float));
        if (sheets[i].deviations)
            digest_add(digest, sheets[i].deviations, sheets[i].count * sizeof(float));
    }
    digest_finish(digest, text);
    free(sheets);
    free(points);
}
