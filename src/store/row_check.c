/* SPDX-License-Identifier: MIT
 *
 * What each row of thaw's own tables must be beyond the types of its columns: what it refers to is
 * there, numbers are in range, blocks decode and have the lengths that belong together.
 */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/value_scale.h"
#include "examination.h"
#include "packing.h"
#include "store/run_store.h"

static bool complain(struct complaint *complaint, const char *place, const char *lost,
                     const char *format, ...) __attribute__((format(printf, 4, 5)));

static bool complain(struct complaint *complaint, const char *place, const char *lost,
                     const char *format, ...)
{
    va_list arguments;
    char what[sizeof complaint->what];
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    text_safe(place, complaint->place, sizeof complaint->place);
    text_safe(what, complaint->what, sizeof complaint->what);
    text_safe(lost, complaint->lost, sizeof complaint->lost);
    return false;
}

static bool is_one_of(const char *text, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

static bool is_digest(const char *text)
{
    return strlen(text) == DIGEST_TEXT - 1 && strspn(text, "0123456789abcdef") == DIGEST_TEXT - 1;
}

/* -- scripts, executions, runs ----------------------------------------------------------------- */

static bool check_script(const struct record *record, struct complaint *complaint)
{
    size_t size;
    char place[96], digest[DIGEST_TEXT];
    const char *source = record_text(record, "source"), *name = record_text(record, "digest");
    struct digest *sum = digest_new();
    digest_add(sum, source, strlen(source) + 1);
    const void *modules = record_blob(record, "modules", &size);
    digest_add(sum, modules, size);
    digest_finish(sum, digest);
    snprintf(place, sizeof place, "script %.12s", name);
    return strcmp(digest, name) == 0 ||
           complain(complaint, place, "the script; results of its executions are kept",
                    "it is not the one that was run: its digest is another");
}

static bool levels_fit(const char *text)
{
    float before = 0;
    char *end;
    for (int count = 0; *text; count++, text = end) {
        float level = strtof(text, &end);
        if (end == text || !isfinite(level) || count == VALUE_LEVELS_MOST ||
            (count > 0 && !(level > before)))
            return false;
        before = level;
    }
    return true;
}

static bool check_execution(const struct record *record, struct complaint *complaint)
{
    static const char *const answers[] = {"level", "median", "raw"};
    static const char lost[] = "the execution with all its runs";
    char place[64];
    double smallest = record_real(record, "smallest"), largest = record_real(record, "largest");
    double matters = record_real(record, "matters");
    int64_t threads = record_integer(record, "threads");
    snprintf(place, sizeof place, "execution %lld", (long long)record->key);
    if (record->key < 1)
        return complain(complaint, place, lost, "its number is not positive");
    if (threads < 0 || threads > UINT32_MAX)
        return complain(complaint, place, lost, "it has %lld threads", (long long)threads);
    if (!(smallest <= largest) || fabs(smallest) > (double)HUGE_VALF ||
        !isfinite((float)smallest) || !isfinite((float)largest))
        return complain(complaint, place, lost, "ratings from %g to %g are no range", smallest,
                        largest);
    if (!levels_fit(record_text(record, "levels")))
        return complain(complaint, place, lost, "the levels of its ratings are not ascending");
    if (record_has(record, "answer") && !is_one_of(record_text(record, "answer"), answers, 3))
        return complain(complaint, place, lost, "it is to be judged on \"%s\"",
                        record_text(record, "answer"));
    if (matters < 0)
        return complain(complaint, place, lost, "gains below %g do not matter", matters);
    return true;
}

static bool is_state(const char *text)
{
    for (int state = 0; state < RUN_STATE_COUNT; state++)
        if (strcmp(run_state_name((enum run_state)state), text) == 0)
            return true;
    return false;
}

static bool check_run(const struct examination *examination, const struct record *record,
                      struct complaint *complaint)
{
    static const char lost[] = "the run with all that it stored";
    const char *name = record_text(record, "name"), *state = record_text(record, "state");
    int64_t execution = record_integer(record, "execution");
    char place[160], proper[160];
    double share = record_real(record, "share");
    snprintf(place, sizeof place, "run %s", name);
    snprintf(proper, sizeof proper, "%lld/%s/%llu", (long long)execution,
             record_text(record, "arm"), (unsigned long long)record_integer(record, "seed"));
    if (!known_execution(examination, execution))
        return complain(complaint, place, lost, "its execution %lld is not whole",
                        (long long)execution);
    if (strcmp(name, proper) != 0 || strlen(name) >= sizeof((struct run *)0)->name)
        return complain(complaint, place, lost, "it is the one of %s", proper);
    if (!is_state(state))
        return complain(complaint, place, lost, "there is no state \"%s\"", state);
    if (record_integer(record, "step") < 0 || record_integer(record, "steps") < 0 ||
        record_integer(record, "parameters") < 0 || record_integer(record, "peak_bytes") < 0)
        return complain(complaint, place, lost, "it counts below 0");
    if (!(share >= 0 && share <= 1) || record_real(record, "seconds") < 0 ||
        record_real(record, "rate") < 0)
        return complain(complaint, place, lost, "its progress is out of range");
    if (strcmp(state, "done") == 0 && !is_digest(record_text(record, "digest")))
        return complain(complaint, place, lost, "it is done and has no digest");
    return true;
}

/* -- data sets --------------------------------------------------------------------------------- */

static bool check_dataset(const struct record *record, struct complaint *complaint)
{
    static const char *const counts[] = {"users",     "items",      "ratings", "user_rows",
                                         "item_rows", "duplicates", "rejected"};
    char place[128];
    snprintf(place, sizeof place, "data set %s", record_text(record, "name"));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int64_t count = record_integer(record, counts[i]);
        if (count < 0 || count > UINT32_MAX)
            return complain(complaint, place, "the data set", "it has %lld %s", (long long)count,
                            counts[i]);
    }
    return record_real(record, "smallest") <= record_real(record, "largest") ||
           complain(complaint, place, "the data set", "its ratings are no range");
}

/* What a data set needs of its columns is found out when all are known. */
static bool check_column(struct examination *examination, const struct record *record,
                         struct complaint *complaint)
{
    static const char *const types[] = {"TEXT", "INTEGER", "REAL"};
    static const char *const roles[] = {
#define X(name, text) text,
        COLUMN_ROLES(X)
#undef X
    };
    char place[128];
    snprintf(place, sizeof place, "data set %s", record_text(record, "dataset"));
    bool good = known_dataset(examination, record_text(record, "dataset")) &&
                is_one_of(record_text(record, "part"), dataset_parts, DATASET_TABLES) &&
                is_one_of(record_text(record, "type"), types, 3) &&
                is_one_of(record_text(record, "role"), roles, sizeof roles / sizeof *roles) &&
                record_integer(record, "position") >= 0 && *record_text(record, "name");
    return good || complain(complaint, place, "the data set",
                            "the column \"%s\" is described badly", record_text(record, "name"));
}

/* -- tasks and predictions --------------------------------------------------------------------- */

static bool all_finite(const void *blob, size_t size)
{
    float value;
    for (size_t at = 0; at < size; at += sizeof value) {
        memcpy(&value, (const char *)blob + at, sizeof value);
        if (!isfinite(value))
            return false;
    }
    return true;
}

static bool is_in_range(int64_t value)
{
    return value >= 0 && value <= UINT32_MAX;
}

static bool is_draw(int64_t draw)
{
    return draw >= 0 && draw < STORED_DRAWS_MOST;
}

/* Ratings that the data set lacks: only where it is the one that the execution had. */
static bool rows_exist(const struct examination *examination,
                       const struct known_execution *execution, const void *blob, size_t size)
{
    for (size_t i = 0; i < examination->dataset_count; i++) {
        const struct known_dataset *dataset = &examination->datasets[i];
        if (strcmp(dataset->name, execution->data) != 0 ||
            dataset->imported_at > execution->created_at)
            continue;
        for (size_t at = 0; at < size; at += sizeof(uint32_t)) {
            uint32_t row;
            memcpy(&row, (const char *)blob + at, sizeof row);
            if (row >= dataset->said[DATASET_RATINGS])
                return false;
        }
    }
    return true;
}

static bool check_task(const struct examination *examination, const struct record *record,
                       struct complaint *complaint)
{
    static const char lost[] = "this draw, for every run";
    size_t support, query, truth;
    char place[64], name[96];
    int64_t number = record_integer(record, "execution"), draw = record_integer(record, "draw");
    const struct known_execution *execution = known_execution(examination, number);
    const void *shown = record_blob(record, "support", &support);
    const void *asked = record_blob(record, "query", &query);
    const void *ratings = record_blob(record, "truth", &truth);
    snprintf(place, sizeof place, "execution %lld", (long long)number);
    snprintf(name, sizeof name, "task %lld of %.15s, draw %lld",
             (long long)record_integer(record, "number"), record_text(record, "scenario"),
             (long long)draw + (draw < INT64_MAX));
    if (!execution)
        return complain(complaint, place, "its tasks", "%s belongs to no execution that is whole",
                        name);
    if (!is_draw(draw) || !is_in_range(record_integer(record, "number")) ||
        strlen(record_text(record, "scenario")) >= sizeof((struct known_task *)0)->scenario)
        return complain(complaint, place, lost, "%s is out of range", name);
    if (support % 4 || query % 4 || truth != query)
        return complain(complaint, place, lost, "the lengths of %s do not belong together", name);
    if (!all_finite(ratings, truth))
        return complain(complaint, place, lost, "%s has ratings that are no numbers", name);
    if (!rows_exist(examination, execution, shown, support) ||
        !rows_exist(examination, execution, asked, query))
        return complain(complaint, place, lost, "%s asks for ratings that %.48s has not", name,
                        execution->data);
    return true;
}

/* How many numbers a block holds; false where it is none. Older versions say so in "bytes", or
 * have 4-byte reals alone. */
static bool count_numbers(const struct record *record, const char *column, size_t *count)
{
    size_t size;
    const void *blob = record_blob(record, column, &size);
    bool packed = strcmp(record_text(record, "encoding"), "grid12") == 0;
    bool halves = strcmp(record_text(record, "encoding"), "grid16") == 0 ||
                  record_integer(record, "bytes") == 2;
    *count = size / (halves ? 2 : 4);
    if (!packed)
        return size % (halves ? 2 : 4) == 0 && (halves || all_finite(blob, size));
    uint16_t *numbers = packing_read(blob, size, count);
    free(numbers);
    return numbers != NULL;
}

/* Older thaws stored predictions of all tasks at any number of shots. */
static bool fits_tasks(const struct known_task *tasks, size_t task_count, int64_t shots,
                       size_t count)
{
    size_t of_shots = 0, of_all = 0;
    for (size_t i = 0; i < task_count; i++) {
        of_all += tasks[i].query;
        of_shots += shots < 0 || tasks[i].support >= shots ? tasks[i].query : 0;
    }
    return count == of_shots || count == of_all;
}

/* "3 shots", "all shots" */
static const char *shots_text(int64_t shots, char text[32])
{
    snprintf(text, 32, "%lld shots", (long long)shots);
    return shots == -1 ? "all shots" : text;
}

static bool check_prediction(const struct examination *examination, const struct record *record,
                             struct complaint *complaint)
{
    static const char lost[] = "what the run said there";
    char place[160], name[160], shown[32];
    size_t count, sure, task_count = 0;
    int64_t shots = record_integer(record, "shots"), draw = record_integer(record, "draw");
    const struct known_run *run = known_run(examination, record_integer(record, "run"));
    snprintf(name, sizeof name, "its %.12s predictions of %.15s, %s, draw %lld",
             record_text(record, "part"), record_text(record, "scenario"), shots_text(shots, shown),
             (long long)draw + (draw < INT64_MAX));
    if (!run)
        return complain(complaint, "thaw_predictions", "these predictions",
                        "%s belong to run number %lld, which is not whole", name + 4,
                        (long long)record_integer(record, "run"));
    snprintf(place, sizeof place, "run %s", run->name);
    if (!is_draw(draw) || shots < -1 || shots >= UINT32_MAX ||
        strlen(record_text(record, "scenario")) >= sizeof((struct known_task *)0)->scenario)
        return complain(complaint, place, lost, "%s are out of range", name);
    const struct known_execution *execution = known_execution(examination, run->execution);
    bool real = strcmp(record_text(record, "encoding"), "real") == 0 ||
                (!record_has(record, "encoding") && record_integer(record, "bytes") != 2);
    if (!real && !(execution && execution->smallest < execution->largest))
        return complain(complaint, place, lost, "%s have no range", name);
    if (!count_numbers(record, "predictions", &count))
        return complain(complaint, place, lost, "%s do not decode", name);
    if (!record_is_null(record, "deviations") &&
        (!count_numbers(record, "deviations", &sure) || sure != count))
        return complain(complaint, place, lost, "%s have deviations that do not decode", name);
    struct known_task like = {.execution = run->execution,
                              .validation = strcmp(record_text(record, "part"), "validation") == 0,
                              .draw = (uint32_t)draw};
    snprintf(like.scenario, sizeof like.scenario, "%s", record_text(record, "scenario"));
    const struct known_task *tasks = known_tasks(examination, &like, &task_count);
    if (!tasks)
        return complain(complaint, place, lost, "the tasks of %s are not whole", name);
    return fits_tasks(tasks, task_count, shots, count) ||
           complain(complaint, place, lost, "%s are %zu and do not fit their tasks", name, count);
}

/* -- the rest ---------------------------------------------------------------------------------- */

static bool check_checkpoint(const struct examination *examination, const struct record *record,
                             struct complaint *complaint)
{
    static const char lost[] = "the checkpoint; resuming goes on from the one before it";
    size_t size;
    char place[160], digest[DIGEST_TEXT];
    int64_t step = record_integer(record, "step");
    const struct known_run *run = known_run(examination, record_integer(record, "run"));
    const void *data = record_blob(record, "data", &size);
    if (!run)
        return complain(
            complaint, "thaw_checkpoints", "the checkpoint",
            "the checkpoint of step %lld belongs to run number %lld, which is not whole",
            (long long)step, (long long)record_integer(record, "run"));
    snprintf(place, sizeof place, "run %s", run->name);
    digest_of(data, size, digest);
    if (step < 0 || record_integer(record, "format") != 1)
        return complain(complaint, place, lost, "its checkpoint of step %lld has an unknown form",
                        (long long)step);
    if (record_integer(record, "size") != (int64_t)size ||
        strcmp(record_text(record, "digest"), digest) != 0)
        return complain(
            complaint, place, lost,
            "its checkpoint of step %lld is not what was written: its digest is another",
            (long long)step);
    return true;
}

static bool check_trial(const struct examination *examination, const struct record *record,
                        struct complaint *complaint)
{
    double share = record_real(record, "share");
    char place[64];
    int64_t execution = record_integer(record, "execution");
    snprintf(place, sizeof place, "execution %lld", (long long)execution);
    bool good = known_execution(examination, execution) && share > 0 && share <= 1 &&
                is_in_range(record_integer(record, "trial")) &&
                is_in_range(record_integer(record, "rung")) && record_real(record, "seconds") >= 0;
    return good || complain(complaint, place, "this trial", "trial %lld of %.60s is out of range",
                            (long long)record_integer(record, "trial"), record_text(record, "arm"));
}

static bool check_log(const struct examination *examination, const struct record *record,
                      struct complaint *complaint)
{
    int64_t execution = record_integer(record, "execution");
    return record_is_null(record, "execution") || known_execution(examination, execution) ||
           complain(complaint, "thaw_log", "this line",
                    "line %lld belongs to execution %lld, which is not whole",
                    (long long)record->key, (long long)execution);
}

static bool check_point(const struct examination *examination, const struct record *record,
                        struct complaint *complaint)
{
    char place[160];
    const struct known_run *run = known_run(examination, record_integer(record, "run"));
    snprintf(place, sizeof place, "run %s", run ? run->name : "?");
    return (run && record_integer(record, "step") >= 0) ||
           complain(complaint, place, "this point of its curve", "step %lld of its curve",
                    (long long)record_integer(record, "step"));
}

bool row_check(struct examination *examination, enum subject subject, const struct record *record,
               struct complaint *complaint)
{
    struct error misfit;
    char place[96];
    if (!record_fits(record, false, &misfit)) {
        snprintf(place, sizeof place, "%s, row %lld", subject_table(subject),
                 (long long)record->key);
        return complain(complaint, place, "the row", "%s", misfit.text);
    }
    switch (subject) {
    case SUBJECT_SCRIPTS:
        return check_script(record, complaint);
    case SUBJECT_EXECUTIONS:
        return check_execution(record, complaint);
    case SUBJECT_RUNS:
        return check_run(examination, record, complaint);
    case SUBJECT_DATASETS:
        return check_dataset(record, complaint);
    case SUBJECT_COLUMNS:
        return check_column(examination, record, complaint);
    case SUBJECT_TASKS:
        return check_task(examination, record, complaint);
    case SUBJECT_PREDICTIONS:
        return check_prediction(examination, record, complaint);
    case SUBJECT_CHECKPOINTS:
        return check_checkpoint(examination, record, complaint);
    case SUBJECT_LOG:
        return check_log(examination, record, complaint);
    case SUBJECT_TRIALS:
        return check_trial(examination, record, complaint);
    default:
        return check_point(examination, record, complaint);
    }
}
