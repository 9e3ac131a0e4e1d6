/* SPDX-License-Identifier: MIT
 *
 * Reads thaw's own tables once, and notes what is good in them.
 */
#include "config.h"

#include "examination.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

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

const struct known_execution *known_execution(const struct examination *examination, int64_t number)
{
    size_t low = 0, high = examination->execution_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (examination->executions[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < examination->execution_count && examination->executions[low].number == number;
    return found ? &examination->executions[low] : NULL;
}

const struct known_run *known_run(const struct examination *examination, int64_t id)
{
    size_t low = 0, high = examination->run_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (examination->runs[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < examination->run_count && examination->runs[low].id == id;
    return found ? &examination->runs[low] : NULL;
}

struct known_dataset *known_dataset(struct examination *examination, const char *name)
{
    for (size_t i = 0; i < examination->dataset_count; i++)
        if (strcmp(examination->datasets[i].name, name) == 0)
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

/* Two tasks with one number: nobody can say which of them was asked. One that is missing shows in
 * the predictions, which are of all. */
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

void tasks_sort(struct examination *examination)
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

/* Room for one more in an array that grows by doubling. */
static void *grow(void *array, size_t count, size_t size)
{
    return (count & (count - 1)) == 0 ? memory_resize(array, count ? 2 * count : 1, size) : array;
}

static bool has_script(const struct examination *examination, const char *digest)
{
    for (size_t i = 0; i < examination->script_count; i++)
        if (strcmp(examination->scripts[i], digest) == 0)
            return true;
    return false;
}

static void learn_execution(struct examination *examination, const struct record *record)
{
    struct known_execution *executions = examination->executions =
        grow(examination->executions, examination->execution_count, sizeof *executions);
    struct known_execution *known = &executions[examination->execution_count++];
    *known = (struct known_execution){.number = record->key,
                                      .created_at = record_integer(record, "created_at"),
                                      .smallest = record_real(record, "smallest"),
                                      .largest = record_real(record, "largest")};
    snprintf(known->data, sizeof known->data, "%s", record_text(record, "data"));
    known->script_lost = !has_script(examination, record_text(record, "script"));
    if (!known->script_lost)
        return;
    char place[64];
    snprintf(place, sizeof place, "execution %lld", (long long)known->number);
    examination_say(examination, place, "the script; its results are kept",
                    "the script that it ran is not whole");
}

static void learn_run(struct examination *examination, const struct record *record)
{
    struct known_run *runs = examination->runs =
        grow(examination->runs, examination->run_count, sizeof *runs);
    struct known_run *known = &runs[examination->run_count++];
    *known = (struct known_run){.id = record->key,
                                .execution = record_integer(record, "execution"),
                                .learns = record_integer(record, "learns") != 0};
    text_safe(record_text(record, "name"), known->name, sizeof known->name);
    snprintf(known->arm, sizeof known->arm, "%s", record_text(record, "arm"));
}

static void learn_task(struct examination *examination, const struct record *record)
{
    size_t support, query;
    struct known_task *tasks = examination->tasks =
        grow(examination->tasks, examination->task_count, sizeof *tasks);
    struct known_task *known = &tasks[examination->task_count++];
    record_blob(record, "support", &support);
    record_blob(record, "query", &query);
    *known =
        (struct known_task){.execution = record_integer(record, "execution"),
                            .validation = strcmp(record_text(record, "part"), "validation") == 0,
                            .draw = (uint32_t)record_integer(record, "draw"),
                            .number = (uint32_t)record_integer(record, "number"),
                            .support = (uint32_t)(support / 4),
                            .query = (uint32_t)(query / 4)};
    snprintf(known->scenario, sizeof known->scenario, "%s", record_text(record, "scenario"));
}

static void learn_dataset(struct examination *examination, const struct record *record)
{
    struct known_dataset *datasets = examination->datasets =
        grow(examination->datasets, examination->dataset_count, sizeof *datasets);
    struct known_dataset *known = &datasets[examination->dataset_count++];
    *known = (struct known_dataset){.imported_at = record_integer(record, "imported_at"),
                                    .rejected = record_integer(record, "rejected"),
                                    .said = {record_integer(record, "ratings"),
                                             record_integer(record, "user_rows"),
                                             record_integer(record, "item_rows")}};
    snprintf(known->name, sizeof known->name, "%s", record_text(record, "name"));
    snprintf(known->source, sizeof known->source, "%s", record_text(record, "source"));
    snprintf(known->format, sizeof known->format, "%s", record_text(record, "format"));
    if (record_has(record, "notes"))
        snprintf(known->notes, sizeof known->notes, "%s", record_text(record, "notes"));
}

/* In the order of their positions, as they were written. */
static void learn_column(struct examination *examination, const struct record *record)
{
    struct known_dataset *dataset = known_dataset(examination, record_text(record, "dataset"));
    size_t part = 0;
    while (part + 1 < DATASET_TABLES && strcmp(record_text(record, "part"), dataset_parts[part]))
        part++;
    struct stored_columns *columns = &dataset->columns[part];
    if (record_integer(record, "position") != (int64_t)columns->count) {
        dataset->torn = true;
        return;
    }
    columns->columns =
        memory_resize(columns->columns, columns->count + 1, sizeof *columns->columns);
    columns->columns[columns->count++] = (struct stored_column){
        .name = memory_string(record_text(record, "name")),
        .source_name = memory_string(record_text(record, "source_name")),
        .type = column_type_of(record_text(record, "type")),
        .role = column_role_of(record_text(record, "role")),
    };
}

void row_learn(struct examination *examination, enum subject subject, const struct record *record)
{
    if (subject == SUBJECT_SCRIPTS) {
        examination->scripts =
            grow(examination->scripts, examination->script_count, sizeof *examination->scripts);
        snprintf(examination->scripts[examination->script_count++], DIGEST_TEXT, "%s",
                 record_text(record, "digest"));
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

static bool survey_row(void *context, const struct record *record, struct error *error)
{
    const struct survey *survey = context;
    struct complaint complaint;
    (void)error;
    if (row_check(survey->examination, survey->subject, record, &complaint))
        row_learn(survey->examination, survey->subject, record);
    else
        examination_say(survey->examination, complaint.place, complaint.lost, "%s", complaint.what);
    return true;
}

/* Points and trials are looked up for the runs that are known; what is there beside them belongs to
 * nothing. */
static bool count_strays(struct examination *examination, enum subject subject, size_t *strays,
                         struct error *error)
{
    static const char points[] = "SELECT run, series NOT IN ('train', 'validation') FROM"
                                 " thaw_points",
                      trials[] = "SELECT execution, 0 FROM thaw_trials";
    struct error why;
    bool row = true, good = true;
    *strays = 0;
    if (examination->layouts[subject].count == 0 || examination->missing[subject])
        return true;
    struct statement *list =
        statement_new(examination->store, subject == SUBJECT_POINTS ? points : trials, &why);
    while (list && (good = statement_step(list, &row, &why)) && row) {
        int64_t owner = statement_integer(list, 0);
        bool known = subject == SUBJECT_POINTS ? known_run(examination, owner) != NULL
                                               : known_execution(examination, owner) != NULL;
        *strays += !known || statement_integer(list, 1) != 0;
    }
    statement_free(list);
    if (good || why.kind != ERROR_CANCELLED)
        return true;
    *error = why;
    return false;
}

static bool say_strays(struct examination *examination, enum subject subject, struct error *error)
{
    size_t strays;
    if (!count_strays(examination, subject, &strays, error))
        return false;
    if (strays > 0)
        examination_say(examination, subject_table(subject), "these rows",
                        "%zu rows belong to nothing that is whole", strays);
    return true;
}

static bool survey(struct examination *examination, enum subject subject, struct error *error)
{
    struct survey survey = {examination, subject};
    const struct visit visit = {.examination = examination,
                                .subject = subject,
                                .row = survey_row,
                                .context = &survey,
                                .says = true};
    examination_begin(examination, subject_table(subject));
    bool good = visit_rows(&visit, error);
    if (good && (subject == SUBJECT_POINTS || subject == SUBJECT_TRIALS))
        good = say_strays(examination, subject, error);
    if (good && subject == SUBJECT_TASKS)
        tasks_sort(examination);
    examination_enough(examination, subject_table(subject));
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
