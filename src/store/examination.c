/* SPDX-License-Identifier: MIT
 *
 * Reads thaw's own tables once and notes what is good in them.
 */
#include "config.h"

#include "examination.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/run_store.h"

enum { SAID_MOST = 12 };

/* -- telling ----------------------------------------------------------------------------------- */

void examination_say(struct examination *examination, const char *place, const char *lost,
                     const char *format, ...)
{
    char what[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    examination->report->findings++;
    if (++examination->said > SAID_MOST)
        return;
    const struct doctor_finding finding = {place, what, lost};
    examination->listener->find(examination->listener->context, &finding);
}

void examination_enough(struct examination *examination, const char *place)
{
    char what[64];
    const struct doctor_finding finding = {place, what, ""};
    if (examination->said > SAID_MOST) {
        snprintf(what, sizeof what, "%zu more findings of this kind",
                 examination->said - SAID_MOST);
        examination->listener->find(examination->listener->context, &finding);
    }
    examination->said = 0;
}

const char *examination_why(const struct error *error)
{
    const char *last = error->text;
    for (const char *at = last; (at = strstr(at, ": ")); last = at)
        at += 2;
    return last;
}

void examination_begin(const struct examination *examination, const char *what)
{
    if (examination->listener->begin)
        examination->listener->begin(examination->listener->context, what);
}

/* -- what is known ----------------------------------------------------------------------------- */

static int compare_numbers(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Both structs begin with their number. */
static int compare_number(const void *number, const void *known)
{
    return compare_numbers(*(const int64_t *)number, *(const int64_t *)known);
}

const struct known_execution *known_execution(const struct examination *examination, int64_t number)
{
    return examination->execution_count == 0
               ? NULL
               : bsearch(&number, examination->executions, examination->execution_count,
                         sizeof *examination->executions, compare_number);
}

const struct known_run *known_run(const struct examination *examination, int64_t id)
{
    return examination->run_count == 0 ? NULL
                                       : bsearch(&id, examination->runs, examination->run_count,
                                                 sizeof *examination->runs, compare_number);
}

struct known_dataset *known_dataset(const struct examination *examination, const char *name)
{
    for (size_t i = 0; i < examination->dataset_count; i++)
        if (strcmp(examination->datasets[i].summary.name, name) == 0)
            return &examination->datasets[i];
    return NULL;
}

static int compare_draws(const struct known_task *a, const struct known_task *b)
{
    int order = compare_numbers(a->execution, b->execution);
    if (order == 0)
        order = a->validation - b->validation;
    if (order == 0)
        order = strcmp(a->scenario, b->scenario);
    return order ? order : compare_numbers(a->draw, b->draw);
}

static int compare_tasks(const void *left, const void *right)
{
    const struct known_task *a = left, *b = right;
    int order = compare_draws(a, b);
    return order ? order : compare_numbers(a->number, b->number);
}

const struct known_task *known_tasks(const struct examination *examination,
                                     const struct known_task *like, size_t *count)
{
    size_t low = 0, high = examination->task_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare_draws(&examination->tasks[middle], like) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct known_task *first = &examination->tasks[low];
    *count = 0;
    while (low + *count < examination->task_count && compare_draws(&first[*count], like) == 0)
        ++*count;
    return *count > 0 && first->good ? first : NULL;
}

/* If two tasks have one number, nobody can tell which of them a prediction is for. A missing task
 * shows in the predictions, which cover all tasks. */
static void judge_draw(struct examination *examination, struct known_task *first, size_t count)
{
    size_t twice = 0;
    for (size_t i = 1; i < count && twice == 0; i++)
        twice = first[i].number == first[i - 1].number ? i : 0;
    for (size_t i = 0; i < count; i++)
        first[i].good = twice == 0;
    if (twice == 0)
        return;
    char place[64];
    snprintf(place, sizeof place, "execution %lld", (long long)first->execution);
    examination_say(examination, place, "this draw, for every run",
                    "task %u of %s, draw %u, of its %s tasks is there twice", first[twice].number,
                    first->scenario, first->draw + 1, first->validation ? "validation" : "test");
}

/* And marks those that are good. */
static void sort_tasks(struct examination *examination)
{
    struct known_task *tasks = examination->tasks;
    if (examination->task_count > 0)
        qsort(tasks, examination->task_count, sizeof *tasks, compare_tasks);
    for (size_t first = 0, end; first < examination->task_count; first = end) {
        for (end = first;
             end < examination->task_count && compare_draws(&tasks[end], &tasks[first]) == 0;)
            end++;
        judge_draw(examination, &tasks[first], end - first);
    }
}

/* -- noting ------------------------------------------------------------------------------------ */

static bool has_script(const struct examination *examination, const char *digest)
{
    for (size_t i = 0; i < examination->script_count; i++)
        if (strcmp(examination->scripts[i], digest) == 0)
            return true;
    return false;
}

static void learn_execution(struct examination *examination, const struct stored_row *record)
{
    struct known_execution *executions = examination->executions =
        memory_grow(examination->executions, examination->execution_count, sizeof *executions);
    struct known_execution *known = &executions[examination->execution_count++];
    *known = (struct known_execution){.number = record->key,
                                      .created_at = row_integer(record, "created_at"),
                                      .smallest = row_real(record, "smallest"),
                                      .largest = row_real(record, "largest")};
    snprintf(known->data, sizeof known->data, "%s", row_text(record, "data"));
    known->script_lost = !has_script(examination, row_text(record, "script"));
    if (!known->script_lost)
        return;
    char place[64];
    snprintf(place, sizeof place, "execution %lld", (long long)known->number);
    examination_say(examination, place, "the script; its results are kept",
                    "the script that it ran is not whole");
}

static void learn_run(struct examination *examination, const struct stored_row *record)
{
    struct known_run *runs = examination->runs =
        memory_grow(examination->runs, examination->run_count, sizeof *runs);
    struct known_run *known = &runs[examination->run_count++];
    *known = (struct known_run){.id = record->key,
                                .execution = row_integer(record, "execution"),
                                .learns = row_integer(record, "learns") != 0};
    text_safe(row_text(record, "name"), known->name, sizeof known->name);
    snprintf(known->arm, sizeof known->arm, "%s", row_text(record, "arm"));
}

struct known_task known_draw(int64_t execution, const struct stored_row *record)
{
    struct known_task task = {
        .execution = execution,
        .validation = strcmp(row_text(record, "part"), task_part_name(TASKS_VALIDATION)) == 0,
        .draw = (uint32_t)row_integer(record, "draw")};
    snprintf(task.scenario, sizeof task.scenario, "%s", row_text(record, "scenario"));
    return task;
}

/* How many of the rows in the block, which may lie anywhere, are not sampled. */
static uint32_t observed_in(const char *block, size_t count)
{
    uint32_t observed = 0, row;
    for (size_t i = 0; i < count; i++) {
        memcpy(&row, block + i * sizeof row, sizeof row);
        observed += !row_is_sampled(row);
    }
    return observed;
}

static void learn_task(struct examination *examination, const struct stored_row *record)
{
    size_t support, query;
    struct known_task *tasks = examination->tasks =
        memory_grow(examination->tasks, examination->task_count, sizeof *tasks);
    struct known_task *known = &tasks[examination->task_count++];
    const void *shown = row_blob(record, "support", &support);
    row_blob(record, "query", &query);
    *known = known_draw(row_integer(record, "execution"), record);
    known->number = (uint32_t)row_integer(record, "number");
    known->support = observed_in(shown, support / 4);
    known->query = (uint32_t)(query / 4);
}

static void learn_dataset(struct examination *examination, const struct stored_row *record)
{
    struct known_dataset *datasets = examination->datasets =
        memory_grow(examination->datasets, examination->dataset_count, sizeof *datasets);
    struct known_dataset *known = &datasets[examination->dataset_count++];
    *known = (struct known_dataset){
        .summary = {.imported_at = row_integer(record, "imported_at"),
                    .rejected = (uint32_t)row_integer(record, "rejected")},
        .said = {row_integer(record, "ratings"), row_integer(record, "user_rows"),
                 row_integer(record, "item_rows")},
    };
    struct dataset_summary *summary = &known->summary;
    snprintf(summary->name, sizeof summary->name, "%s", row_text(record, "name"));
    snprintf(summary->source, sizeof summary->source, "%s", row_text(record, "source"));
    snprintf(summary->format, sizeof summary->format, "%s", row_text(record, "format"));
    snprintf(summary->notes, sizeof summary->notes, "%s", row_text(record, "notes"));
    repeats_find(row_text(record, "repeats"), &summary->repeats);
    known->decisions = memory_string(row_text(record, "decisions"));
    known->rejected_rows = memory_string(row_text(record, "rejected_rows"));
}

/* Rows come in the order of their positions, as they were written. */
static void learn_column(struct examination *examination, const struct stored_row *record)
{
    struct known_dataset *dataset = known_dataset(examination, row_text(record, "dataset"));
    struct stored_columns *columns = &dataset->columns[dataset_part_of(row_text(record, "part"))];
    if (row_integer(record, "position") != (int64_t)columns->count) {
        dataset->torn = true;
        return;
    }
    columns->columns =
        memory_resize(columns->columns, columns->count + 1, sizeof *columns->columns);
    struct stored_column *column = &columns->columns[columns->count++];
    stored_column_describe(column, row_text(record, "type"), row_text(record, "role"));
    column->name = memory_string(row_text(record, "name"));
    column->source_name = memory_string(row_text(record, "source_name"));
}

static void learn(struct examination *examination, enum subject subject,
                  const struct stored_row *record)
{
    if (subject == SUBJECT_SCRIPTS) {
        examination->scripts = memory_grow(examination->scripts, examination->script_count,
                                           sizeof *examination->scripts);
        snprintf(examination->scripts[examination->script_count++], DIGEST_TEXT, "%s",
                 row_text(record, "digest"));
    } else if (subject == SUBJECT_EXECUTIONS) {
        learn_execution(examination, record);
    } else if (subject == SUBJECT_RUNS) {
        learn_run(examination, record);
    } else if (subject == SUBJECT_TASKS) {
        learn_task(examination, record);
    } else if (subject == SUBJECT_DATASETS) {
        learn_dataset(examination, record);
    } else if (subject == SUBJECT_COLUMNS) {
        learn_column(examination, record);
    } else if (subject == SUBJECT_CHECKPOINTS) {
        examination->report->checkpoints++;
    } else if (subject == SUBJECT_PREDICTIONS) {
        examination->report->predictions++;
    }
}

/* -- all rows ---------------------------------------------------------------------------------- */

struct survey {
    struct examination *examination;
    enum subject subject;
};

static bool survey_row(void *context, const struct stored_row *record, struct error *error)
{
    const struct survey *survey = context;
    struct complaint complaint;
    (void)error;
    if (row_check(survey->examination, survey->subject, record, &complaint))
        learn(survey->examination, survey->subject, record);
    else
        examination_say(survey->examination, complaint.place, complaint.lost, "%s", complaint.what);
    return true;
}

/* Points and trials are looked up only for known runs. This counts the others, which belong to
 * nothing. */
static bool count_strays(struct examination *examination, enum subject subject, size_t *strays,
                         struct error *error)
{
    bool good = true, points = subject == SUBJECT_POINTS;
    *strays = 0;
    if (examination->layouts[subject].count == 0 || examination->missing[subject])
        return true;
    struct error why;
    struct statement *list =
        statement_new(examination->store,
                      points ? "SELECT run, series NOT IN ('train', 'validation') FROM thaw_points"
                             : "SELECT execution, 0 FROM thaw_trials",
                      &why);
    while (statement_next(list, &good, &why)) {
        int64_t owner, unknown;
        statement_read(list, "ii", &owner, &unknown);
        bool known = points ? known_run(examination, owner) != NULL
                            : known_execution(examination, owner) != NULL;
        *strays += !known || unknown;
    }
    statement_free(list);
    if (!good && why.kind == ERROR_CANCELLED)
        *error = why;
    return good || why.kind != ERROR_CANCELLED;
}

static bool say_strays(struct examination *examination, enum subject subject, struct error *error)
{
    size_t strays;
    if (!count_strays(examination, subject, &strays, error))
        return false;
    if (strays > 0)
        examination_say(examination, subjects[subject].table, "these rows",
                        "%zu rows belong to nothing that is whole", strays);
    return true;
}

static bool survey(struct examination *examination, enum subject subject, struct error *error)
{
    struct survey survey = {examination, subject};
    const struct table_visit visit = {.examination = examination,
                                      .subject = subject,
                                      .row = survey_row,
                                      .context = &survey,
                                      .says = true};
    examination_begin(examination, subjects[subject].table);
    bool good = visit_rows(&visit, error);
    if (good && (subject == SUBJECT_POINTS || subject == SUBJECT_TRIALS))
        good = say_strays(examination, subject, error);
    if (good && subject == SUBJECT_TASKS)
        sort_tasks(examination);
    examination_enough(examination, subjects[subject].table);
    return good;
}

bool examination_rows(struct examination *examination, struct error *error)
{
    bool good = true;
    for (int subject = 0; good && subject < SUBJECT_COUNT; subject++) {
        good = survey(examination, (enum subject)subject, error);
        if (good && subject == SUBJECT_COLUMNS)
            good = examination_data(examination, error);
    }
    examination->report->executions = examination->execution_count;
    examination->report->runs = examination->run_count;
    return good;
}
