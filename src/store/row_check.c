/* SPDX-License-Identifier: MIT
 *
 * What each row of thaw's own tables must be, beyond the types of its columns: what it refers to
 * exists, numbers are in range, and blocks decode and have matching lengths.
 */
#include "config.h"

#include <float.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "examination.h"
#include "store/metric_store.h"
#include "store/run_store.h"
#include "stored_form.h"

#define COUNT_MOST 9007199254740992. /* 2^53 */

/* Sets what is wrong. What is lost keeps the default of the table. */
static bool complain(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool complain(struct complaint *complaint, const char *format, ...)
{
    va_list arguments;
    char what[sizeof complaint->what];
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    text_safe(what, complaint->what, sizeof complaint->what);
    return false;
}

/* Replaces the default of what is lost. */
static struct complaint *lose(struct complaint *complaint, const char *lost)
{
    complaint->lost = lost;
    return complaint;
}

/* What the row belongs to: a run, an execution, a data set, or nothing known. */
static void find_place(const struct examination *examination, enum subject subject,
                       const struct stored_row *record, struct complaint *complaint)
{
    char place[160];
    const struct known_run *run = known_run(examination, row_integer(record, "run"));
    snprintf(place, sizeof place, "%s", subjects[subject].table);
    if (subject == SUBJECT_SCRIPTS)
        snprintf(place, sizeof place, "script %.12s", row_text(record, "digest"));
    else if (subject == SUBJECT_RUNS)
        snprintf(place, sizeof place, "run %s", row_text(record, "name"));
    else if (subject == SUBJECT_DATASETS || subject == SUBJECT_COLUMNS)
        snprintf(place, sizeof place, "data set %s",
                 row_text(record, subject == SUBJECT_DATASETS ? "name" : "dataset"));
    else if (subject == SUBJECT_EXECUTIONS || subject == SUBJECT_TASKS ||
             subject == SUBJECT_TRIALS || subject == SUBJECT_METRICS)
        snprintf(place, sizeof place, "execution %lld",
                 (long long)(subject == SUBJECT_EXECUTIONS ? record->key
                                                           : row_integer(record, "execution")));
    else if (run && subject != SUBJECT_LOG)
        snprintf(place, sizeof place, "run %s", run->name);
    text_safe(place, complaint->place, sizeof complaint->place);
    complaint->lost = subjects[subject].lost;
}

/* Numbers with bounds beyond being finite. Times are those of thaw's own work, not of ratings. */
static const struct {
    enum subject subject;
    const char *column;
    double least, most;
} bounds[] = {
    {SUBJECT_EXECUTIONS, "number", 1, DBL_MAX},
    {SUBJECT_EXECUTIONS, "threads", 0, STORED_THREADS_MOST},
    {SUBJECT_EXECUTIONS, "created_at", 0, LATEST_TIME},
    {SUBJECT_EXECUTIONS, "smallest", -FLT_MAX, FLT_MAX},
    {SUBJECT_EXECUTIONS, "largest", -FLT_MAX, FLT_MAX},
    {SUBJECT_EXECUTIONS, "matters", 0, FLT_MAX},
    {SUBJECT_EXECUTIONS, "negatives", 0, 100},
    {SUBJECT_RUNS, "step", 0, COUNT_MOST},
    {SUBJECT_RUNS, "steps", 0, COUNT_MOST},
    {SUBJECT_RUNS, "parameters", 0, COUNT_MOST},
    {SUBJECT_RUNS, "peak_bytes", 0, COUNT_MOST},
    {SUBJECT_RUNS, "share", 0, 1},
    {SUBJECT_RUNS, "rate", 0, COUNT_MOST},
    {SUBJECT_RUNS, "eta", 0, LATEST_TIME},
    {SUBJECT_RUNS, "seconds", 0, LATEST_TIME},
    {SUBJECT_RUNS, "started_at", 0, LATEST_TIME},
    {SUBJECT_RUNS, "ended_at", 0, LATEST_TIME},
    {SUBJECT_RUNS, "heartbeat", 0, LATEST_TIME},
    {SUBJECT_DATASETS, "imported_at", 0, LATEST_TIME},
    {SUBJECT_DATASETS, "users", 0, UINT32_MAX},
    {SUBJECT_DATASETS, "items", 0, UINT32_MAX},
    {SUBJECT_DATASETS, "ratings", 0, UINT32_MAX},
    {SUBJECT_DATASETS, "user_rows", 0, UINT32_MAX},
    {SUBJECT_DATASETS, "item_rows", 0, UINT32_MAX},
    {SUBJECT_DATASETS, "duplicates", 0, UINT32_MAX},
    {SUBJECT_DATASETS, "rejected", 0, UINT32_MAX},
    {SUBJECT_DATASETS, "first_time", EARLIEST_TIME, LATEST_TIME},
    {SUBJECT_DATASETS, "last_time", EARLIEST_TIME, LATEST_TIME},
    {SUBJECT_DATASETS, "mean", -FLT_MAX, FLT_MAX},
    {SUBJECT_DATASETS, "smallest", -FLT_MAX, FLT_MAX},
    {SUBJECT_DATASETS, "largest", -FLT_MAX, FLT_MAX},
    {SUBJECT_COLUMNS, "position", 0, UINT32_MAX},
    {SUBJECT_TASKS, "draw", 0, STORED_DRAWS_MOST - 1},
    {SUBJECT_TASKS, "number", 0, UINT32_MAX},
    {SUBJECT_PREDICTIONS, "draw", 0, STORED_DRAWS_MOST - 1},
    {SUBJECT_PREDICTIONS, "shots", -1, UINT32_MAX - 1.},
    {SUBJECT_METRICS, "number", 0, OWN_METRICS_MOST - 1},
    {SUBJECT_METRIC_VALUES, "metric", 0, OWN_METRICS_MOST - 1},
    {SUBJECT_METRIC_VALUES, "draw", 0, STORED_DRAWS_MOST - 1},
    {SUBJECT_METRIC_VALUES, "shots", -1, UINT32_MAX - 1.},
    {SUBJECT_CHECKPOINTS, "step", 0, COUNT_MOST},
    {SUBJECT_CHECKPOINTS, "created_at", 0, LATEST_TIME},
    {SUBJECT_LOG, "time", 0, LATEST_TIME},
    {SUBJECT_POINTS, "step", 0, COUNT_MOST},
    {SUBJECT_TRIALS, "trial", 0, UINT32_MAX},
    {SUBJECT_TRIALS, "rung", 0, UINT32_MAX},
    {SUBJECT_TRIALS, "share", DBL_MIN, 1},
    {SUBJECT_TRIALS, "seconds", 0, LATEST_TIME},
};

void row_check_bound(enum subject subject, struct table_layout *layout)
{
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        if (bounds[i].subject == subject)
            table_layout_bound(layout, bounds[i].column, bounds[i].least, bounds[i].most);
}

static bool is_digest(const char *text)
{
    return strlen(text) == DIGEST_TEXT - 1 && strspn(text, "0123456789abcdef") == DIGEST_TEXT - 1;
}

/* -- scripts, executions, runs ----------------------------------------------------------------- */

static bool check_script(const struct examination *examination, const struct stored_row *record,
                         struct complaint *complaint)
{
    (void)examination;
    size_t size;
    char digest[DIGEST_TEXT];
    const char *source = row_text(record, "source"), *name = row_text(record, "digest");
    struct digest *sum = digest_new();
    digest_add(sum, source, strlen(source) + 1);
    const void *modules = row_blob(record, "modules", &size);
    digest_add(sum, modules, size);
    digest_finish(sum, digest);
    return strcmp(digest, name) == 0 ||
           complain(complaint, "it is not the one that was run: its digest is another");
}

static bool check_execution(const struct examination *examination, const struct stored_row *record,
                            struct complaint *complaint)
{
    (void)examination;
    float levels[VALUE_LEVELS_MOST];
    uint32_t count;
    double smallest = row_real(record, "smallest"), largest = row_real(record, "largest");
    const char *answer = row_text(record, "answer");
    if (!(smallest <= largest))
        return complain(complaint, "ratings from %g to %g are no range", smallest, largest);
    if (!stored_levels_read(row_text(record, "levels"), levels, &count))
        return complain(complaint, "the levels of its ratings are not ascending");
    return !row_has(record, "answer") || strcmp(answer, "level") == 0 ||
           strcmp(answer, "median") == 0 || strcmp(answer, "raw") == 0 ||
           complain(complaint, "it is to be judged on \"%s\"", answer);
}

static bool is_state(const char *text)
{
    for (int state = 0; state < RUN_STATE_COUNT; state++)
        if (strcmp(run_state_name((enum run_state)state), text) == 0)
            return true;
    return false;
}

static bool check_run(const struct examination *examination, const struct stored_row *record,
                      struct complaint *complaint)
{
    const char *name = row_text(record, "name"), *state = row_text(record, "state");
    int64_t execution = row_integer(record, "execution");
    char proper[160];
    stored_run_name(execution, row_text(record, "arm"), (uint64_t)row_integer(record, "seed"),
                    proper, sizeof proper);
    if (!known_execution(examination, execution))
        return complain(complaint, "its execution %lld is not whole", (long long)execution);
    if (strcmp(name, proper) != 0 || strlen(name) >= sizeof((struct run *)0)->name)
        return complain(complaint, "it is the one of %s", proper);
    if (!is_state(state))
        return complain(complaint, "there is no state \"%s\"", state);
    return strcmp(state, run_state_name(RUN_DONE)) != 0 || is_digest(row_text(record, "digest")) ||
           complain(complaint, "it is done and has no digest");
}

/* -- data sets --------------------------------------------------------------------------------- */

static bool check_dataset(const struct examination *examination, const struct stored_row *record,
                          struct complaint *complaint)
{
    (void)examination;
    enum repeats repeats;
    const char *word = row_text(record, "repeats");
    if (row_real(record, "smallest") > row_real(record, "largest"))
        return complain(complaint, "its ratings are no range");
    return !row_has(record, "repeats") || repeats_find(word, &repeats) ||
           complain(complaint, "its repeated pairs count as \"%s\"", word);
}

/* That the columns together suffice is checked once all are known. */
static bool check_column(const struct examination *examination, const struct stored_row *record,
                         struct complaint *complaint)
{
    struct stored_column column;
    return (known_dataset(examination, row_text(record, "dataset")) &&
            dataset_part_of(row_text(record, "part")) < DATASET_TABLES &&
            stored_column_describe(&column, row_text(record, "type"), row_text(record, "role")) &&
            *row_text(record, "name")) ||
           complain(complaint, "the column \"%s\" is described badly", row_text(record, "name"));
}

/* -- tasks and predictions --------------------------------------------------------------------- */

/* Whether the data set has these ratings. This can be checked only if it is the one that the
 * execution used. */
static bool rows_exist(const struct examination *examination,
                       const struct known_execution *execution, const void *blob, size_t size)
{
    for (size_t i = 0; i < examination->dataset_count; i++) {
        const struct known_dataset *dataset = &examination->datasets[i];
        if (strcmp(dataset->summary.name, execution->data) != 0 ||
            dataset->summary.imported_at > execution->created_at)
            continue;
        for (size_t at = 0; at < size; at += sizeof(uint32_t)) {
            uint32_t row;
            memcpy(&row, (const char *)blob + at, sizeof row);
            if (row_in_data(row) >= dataset->said[DATASET_RATINGS])
                return false;
        }
    }
    return true;
}

static bool is_scenario(const char *name)
{
    return strlen(name) < sizeof((struct known_task *)0)->scenario;
}

static bool check_task(const struct examination *examination, const struct stored_row *record,
                       struct complaint *complaint)
{
    size_t support, query, truth;
    char name[96];
    int64_t number = row_integer(record, "execution"), draw = row_integer(record, "draw");
    const struct known_execution *execution = known_execution(examination, number);
    const void *shown = row_blob(record, "support", &support);
    const void *asked = row_blob(record, "query", &query);
    const void *ratings = row_blob(record, "truth", &truth);
    snprintf(name, sizeof name, "task %lld of %.15s, draw %lld",
             (long long)row_integer(record, "number"), row_text(record, "scenario"),
             (long long)draw + 1);
    if (!execution)
        return complain(lose(complaint, "its tasks"), "%s belongs to no execution that is whole",
                        name);
    if (!is_scenario(row_text(record, "scenario")))
        return complain(complaint, "%s is out of range", name);
    if (support % 4 || query % 4 || truth != query)
        return complain(complaint, "the lengths of %s do not belong together", name);
    if (!stored_reals_fit(ratings, truth))
        return complain(complaint, "%s has ratings that are no numbers", name);
    return (rows_exist(examination, execution, shown, support) &&
            rows_exist(examination, execution, asked, query)) ||
           complain(complaint, "%s asks for ratings that %.48s lacks", name, execution->data);
}

/* Counts the numbers in a block; false if the block is damaged. */
static bool count_numbers(const struct stored_row *record, const char *column,
                          const struct stored_encoding *encoding, size_t *count)
{
    size_t size;
    const void *blob = row_blob(record, column, &size);
    float *numbers = stored_numbers_read(encoding, false, blob, size, count);
    free(numbers);
    return numbers != NULL;
}

/* Older versions give the encoding in "bytes", or have only 4-byte reals. */
static const char *encoding_of(const struct stored_row *record)
{
    if (row_has(record, "encoding"))
        return row_text(record, "encoding");
    return stored_encoding_name(row_integer(record, "bytes") == 2 ? ENCODING_GRID16
                                                                  : ENCODING_REAL);
}

/* Older versions stored predictions of all tasks at any number of shots. */
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

static bool check_numbers(const struct examination *examination, const struct known_run *run,
                          const struct stored_row *record, const char *name,
                          struct complaint *complaint)
{
    struct stored_encoding encoding;
    size_t count, sure, task_count = 0;
    const struct known_execution *execution = known_execution(examination, run->execution);
    const struct known_task draw = known_draw(run->execution, record);
    if (!is_scenario(row_text(record, "scenario")))
        return complain(complaint, "%s are out of range", name);
    if (!stored_encoding_of(encoding_of(record), execution ? execution->smallest : 0,
                            execution ? execution->largest : 0, &encoding))
        return complain(complaint, "%s have no range", name);
    if (!count_numbers(record, "predictions", &encoding, &count))
        return complain(complaint, "%s do not decode", name);
    if (!row_is_null(record, "deviations") &&
        (!count_numbers(record, "deviations", &encoding, &sure) || sure != count))
        return complain(complaint, "%s have deviations that do not decode", name);
    const struct known_task *tasks = known_tasks(examination, &draw, &task_count);
    if (!tasks)
        return complain(complaint, "the tasks of %s are not whole", name);
    return fits_tasks(tasks, task_count, row_integer(record, "shots"), count) ||
           complain(complaint, "%s are %zu and do not fit their tasks", name, count);
}

static bool check_prediction(const struct examination *examination, const struct stored_row *record,
                             struct complaint *complaint)
{
    char name[160], shown[32];
    const struct known_run *run = known_run(examination, row_integer(record, "run"));
    snprintf(name, sizeof name, "its %.12s predictions of %.15s, %s, draw %lld",
             row_text(record, "part"), row_text(record, "scenario"),
             shots_text(row_integer(record, "shots"), shown),
             (long long)row_integer(record, "draw") + 1);
    return run ? check_numbers(examination, run, record, name, complaint)
               : complain(lose(complaint, "these predictions"),
                          "%s belong to run number %lld, which is not whole", name + 4,
                          (long long)row_integer(record, "run"));
}

/* -- metrics of scripts ------------------------------------------------------------------------ */

static bool check_metric(const struct examination *examination, const struct stored_row *record,
                         struct complaint *complaint)
{
    enum metric_subject judges;
    const char *name = row_text(record, "name");
    if (!known_execution(examination, row_integer(record, "execution")))
        return complain(complaint, "the metric %.40s belongs to no execution that is whole", name);
    return (own_metric_name_fits(name) &&
            metric_subject_find(row_text(record, "judges"), &judges)) ||
           complain(complaint, "\"%.40s\" is no name of a metric", name);
}

/* The tasks of a draw that have at least `shots` support rows. */
static size_t tasks_with(const struct known_task *tasks, size_t count, int64_t shots)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += shots < 0 || tasks[i].support >= shots;
    return found;
}

static bool check_metric_values(const struct examination *examination,
                                const struct stored_row *record, struct complaint *complaint)
{
    char name[160], shown[32];
    size_t size, count = 0;
    int64_t shots = row_integer(record, "shots");
    const void *values = row_blob(record, "numbers", &size);
    const struct known_run *run = known_run(examination, row_integer(record, "run"));
    snprintf(name, sizeof name, "the values of metric %lld of %.15s, %s, draw %lld",
             (long long)row_integer(record, "metric"), row_text(record, "scenario"),
             shots_text(shots, shown), (long long)row_integer(record, "draw") + 1);
    if (!run)
        return complain(lose(complaint, "these values"),
                        "%s belong to run number %lld, which is not whole", name,
                        (long long)row_integer(record, "run"));
    if (!is_scenario(row_text(record, "scenario")) || !stored_values_fit(values, size))
        return complain(complaint, "%s are no numbers", name);
    struct known_task like = {.execution = run->execution,
                              .draw = (uint32_t)row_integer(record, "draw")};
    snprintf(like.scenario, sizeof like.scenario, "%s", row_text(record, "scenario"));
    const struct known_task *tasks = known_tasks(examination, &like, &count);
    if (!tasks)
        return complain(complaint, "the tasks of %s are not whole", name);
    return size / sizeof(double) == tasks_with(tasks, count, shots) ||
           complain(complaint, "%s are %zu and do not fit their tasks", name,
                    size / sizeof(double));
}

/* -- the rest ---------------------------------------------------------------------------------- */

static bool check_checkpoint(const struct examination *examination, const struct stored_row *record,
                             struct complaint *complaint)
{
    size_t size;
    char digest[DIGEST_TEXT];
    long long step = row_integer(record, "step");
    const struct known_run *run = known_run(examination, row_integer(record, "run"));
    const void *data = row_blob(record, "data", &size);
    if (!run)
        return complain(
            lose(complaint, "the checkpoint"),
            "the checkpoint of step %lld belongs to run number %lld, which is not whole", step,
            (long long)row_integer(record, "run"));
    digest_of(data, size, digest);
    if (row_integer(record, "format") != CHECKPOINT_FORMAT)
        return complain(complaint, "its checkpoint of step %lld has an unknown form", step);
    return (row_integer(record, "size") == (int64_t)size &&
            strcmp(row_text(record, "digest"), digest) == 0) ||
           complain(complaint,
                    "its checkpoint of step %lld is not what was written: its digest is another",
                    step);
}

static bool check_trial(const struct examination *examination, const struct stored_row *record,
                        struct complaint *complaint)
{
    int64_t execution = row_integer(record, "execution");
    return known_execution(examination, execution) ||
           complain(lose(complaint, "this trial"), "trial %lld of %.60s is out of range",
                    (long long)row_integer(record, "trial"), row_text(record, "arm"));
}

static bool check_log(const struct examination *examination, const struct stored_row *record,
                      struct complaint *complaint)
{
    int64_t execution = row_integer(record, "execution");
    return row_is_null(record, "execution") || known_execution(examination, execution) ||
           complain(lose(complaint, "this line"),
                    "line %lld belongs to execution %lld, which is not whole",
                    (long long)record->key, (long long)execution);
}

static bool check_point(const struct examination *examination, const struct stored_row *record,
                        struct complaint *complaint)
{
    return known_run(examination, row_integer(record, "run")) ||
           complain(lose(complaint, "this point of its curve"), "step %lld of its curve",
                    (long long)row_integer(record, "step"));
}

bool row_check(struct examination *examination, enum subject subject,
               const struct stored_row *record, struct complaint *complaint)
{
    static bool (*const checks[SUBJECT_COUNT])(const struct examination *examination,
                                               const struct stored_row *record,
                                               struct complaint *complaint) = {
        [SUBJECT_SCRIPTS] = check_script,
        [SUBJECT_EXECUTIONS] = check_execution,
        [SUBJECT_RUNS] = check_run,
        [SUBJECT_DATASETS] = check_dataset,
        [SUBJECT_COLUMNS] = check_column,
        [SUBJECT_TASKS] = check_task,
        [SUBJECT_PREDICTIONS] = check_prediction,
        [SUBJECT_METRICS] = check_metric,
        [SUBJECT_METRIC_VALUES] = check_metric_values,
        [SUBJECT_CHECKPOINTS] = check_checkpoint,
        [SUBJECT_LOG] = check_log,
        [SUBJECT_POINTS] = check_point,
        [SUBJECT_TRIALS] = check_trial,
    };
    struct error misfit;
    if (!row_fits(record, false, &misfit)) {
        snprintf(complaint->place, sizeof complaint->place, "%s, row %lld", subjects[subject].table,
                 (long long)record->key);
        return complain(lose(complaint, "the row"), "%s", misfit.text);
    }
    find_place(examination, subject, record, complaint);
    return row_in_bounds(record, &misfit) ? checks[subject](examination, record, complaint)
                                          : complain(complaint, "%s", misfit.text);
}
