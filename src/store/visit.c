/* SPDX-License-Identifier: MIT
 *
 * Rows of thaw's own tables, one after another, and the names of those that cannot be read.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "examination.h"

/* For each table the index that still knows what a row is called when the row cannot be read: SQL
 * for the number of the run or execution that it belongs to, and for its own name. */
static const struct {
    const char *index, *run, *execution, *name;
} names[SUBJECT_COUNT] = {
    [SUBJECT_RUNS] = {"sqlite_autoindex_thaw_runs_1", NULL, NULL, "'run ' || name"},
    [SUBJECT_DATASETS] = {"sqlite_autoindex_thaw_datasets_1", NULL, NULL, "'data set ' || name"},
    [SUBJECT_TASKS] = {"sqlite_autoindex_thaw_tasks_1", NULL, "execution",
                       "part || ' tasks of ' || scenario || ', draw ' || (draw + 1)"},
    [SUBJECT_PREDICTIONS] = {"sqlite_autoindex_thaw_predictions_1", "run", NULL,
                             "part || ' predictions of ' || scenario || ', ' || CASE shots WHEN -1"
                             " THEN 'all' ELSE shots END || ' shots, draw ' || (draw + 1)"},
    [SUBJECT_CHECKPOINTS] = {"sqlite_autoindex_thaw_checkpoints_1", "run", NULL,
                             "'the checkpoint of step ' || step"},
};

static const char *const lost_rows[SUBJECT_COUNT] = {
    [SUBJECT_SCRIPTS] = "the script; results of its executions are kept",
    [SUBJECT_EXECUTIONS] = "the execution with all its runs",
    [SUBJECT_RUNS] = "the run with all that it stored",
    [SUBJECT_DATASETS] = "the data set",
    [SUBJECT_COLUMNS] = "the data set",
    [SUBJECT_TASKS] = "this draw, for every run",
    [SUBJECT_PREDICTIONS] = "what the run said there",
    [SUBJECT_CHECKPOINTS] = "the checkpoint; resuming goes on from the one before it",
    [SUBJECT_LOG] = "these lines",
    [SUBJECT_POINTS] = "these points of the curve",
    [SUBJECT_TRIALS] = "these trials",
};

static const char *const row_names[SUBJECT_COUNT] = {
#define X(name, table, rows) rows,
    SUBJECTS(X)
#undef X
};

const char *subject_table(enum subject subject)
{
    static const char *const tables[] = {
#define X(name, table, rows) table,
        SUBJECTS(X)
#undef X
    };
    return tables[subject];
}

/* -- holes ------------------------------------------------------------------------------------- */

static bool is_in_hole(const struct walk_result *result, int64_t key)
{
    for (size_t i = 0; i < result->hole_count; i++)
        if (key >= result->holes[i].from && key < result->holes[i].to)
            return true;
    return false;
}

static struct statement *prepare_names(const struct visit *visit, struct error *error)
{
    enum subject subject = visit->subject;
    char *sql = sqlite3_mprintf("SELECT rowid, %s, %s, %s FROM %s INDEXED BY %s",
                                names[subject].run ? names[subject].run : "NULL",
                                names[subject].execution ? names[subject].execution : "NULL",
                                names[subject].name, subject_table(subject), names[subject].index);
    struct statement *query = statement_new(visit->examination->store, sql, error);
    sqlite3_free(sql);
    return query;
}

static void name_owner(const struct visit *visit, struct statement *row, char *place, size_t size)
{
    const struct known_run *run = known_run(visit->examination, statement_integer(row, 1));
    if (!statement_is_null(row, 1) && run)
        snprintf(place, size, "run %s", run->name);
    else if (!statement_is_null(row, 1))
        snprintf(place, size, "a run that is lost itself");
    else if (!statement_is_null(row, 2))
        snprintf(place, size, "execution %lld", (long long)statement_integer(row, 2));
    else
        text_safe(statement_text(row, 3), place, size);
}

/* What is lost of one owner: the first by its name, the others counted. */
struct loss {
    char place[160], name[160], last[160];
    int64_t more;
};

static void say_loss(const struct visit *visit, const struct loss *loss, const char *why)
{
    char more[48] = "";
    if (loss->more > 0)
        snprintf(more, sizeof more, " and %lld more of it", (long long)loss->more);
    if (*loss->place)
        examination_say(visit->examination, loss->place, lost_rows[visit->subject],
                        "%s%s cannot be read (%s)", loss->name, more, why);
}

static void add_loss(const struct visit *visit, struct statement *row, struct loss *loss,
                     const char *why)
{
    char place[160], name[160] = "it";
    bool own = statement_is_null(row, 1) && statement_is_null(row, 2);
    name_owner(visit, row, place, sizeof place);
    if (!own)
        text_safe(statement_text(row, 3), name, sizeof name);
    if (strcmp(place, loss->place) == 0) {
        loss->more += strcmp(name, loss->last) != 0;
        memcpy(loss->last, name, sizeof name);
        return;
    }
    say_loss(visit, loss, why);
    *loss = (struct loss){0};
    memcpy(loss->place, place, sizeof place);
    memcpy(loss->name, name, sizeof name);
    memcpy(loss->last, name, sizeof name);
}

/* Says what an index calls the rows in the holes. Returns how many it knew. */
static int64_t say_names(const struct visit *visit, const struct walk_result *result,
                         struct error *error)
{
    int64_t known = 0;
    bool row;
    struct loss loss = {0};
    const char *why = examination_why(&result->why);
    struct statement *query = names[visit->subject].index ? prepare_names(visit, error) : NULL;
    while (query && statement_step(query, &row, error) && row)
        if (is_in_hole(result, statement_integer(query, 0))) {
            add_loss(visit, query, &loss, why);
            known++;
        }
    say_loss(visit, &loss, why);
    statement_free(query);
    return known;
}

/* Where no index knows better. `owner`: whose rows were walked; NULL: everybody's. */
static void say_ranges(const struct visit *visit, const struct walk_result *result,
                       const char *owner)
{
    for (size_t i = 0; i < result->hole_count; i++) {
        struct hole hole = result->holes[i];
        char from[32] = "the first", to[32] = "the last";
        if (hole.from > 0)
            snprintf(from, sizeof from, "%lld", (long long)hole.from);
        if (hole.to < INT64_MAX)
            snprintf(to, sizeof to, "%lld", (long long)hole.to - 1);
        examination_say(visit->examination, owner ? owner : subject_table(visit->subject),
                        lost_rows[visit->subject], "%s from %s to %s cannot be read (%s)",
                        row_names[visit->subject], from, to, examination_why(&result->why));
    }
}

static void say_holes(const struct visit *visit, const struct walk_result *result,
                      const char *owner)
{
    struct error ignored;
    if (result->hole_count > 0 && say_names(visit, result, &ignored) == 0)
        say_ranges(visit, result, owner);
}

/* -- rows -------------------------------------------------------------------------------------- */

struct visiting {
    const struct visit *visit;
    const struct table_layout *layout;
};

static bool take_row(void *context, struct statement *row, int64_t key, struct error *error)
{
    const struct visiting *visiting = context;
    struct record record = {.layout = visiting->layout, .row = row, .key = key};
    return visiting->visit->row(visiting->visit->context, &record, error);
}

enum { TRIES_OF_ALL = 20000 }; /* in a table that is looked up run by run */

/* Rows of a table, or of one owner in it: `place`. */
static bool walk(const struct visit *visit, struct walk *walk, const char *place,
                 struct error *error)
{
    struct examination *examination = visit->examination;
    struct visiting visiting = {visit, &examination->layouts[visit->subject]};
    struct walk_result result;
    char *columns = table_layout_columns(visiting.layout);
    walk->store = examination->store;
    walk->table = visiting.layout->table;
    walk->columns = columns;
    walk->row = take_row;
    walk->context = &visiting;
    bool good = walk_rows(walk, &result, error);
    if (good && visit->says)
        say_holes(visit, &result, place);
    walk_result_release(&result);
    sqlite3_free(columns);
    return good;
}

static bool walk_points(const struct visit *visit, struct error *error)
{
    static const char *const series[] = {"train", "validation"};
    const struct examination *examination = visit->examination;
    size_t tries = TRIES_OF_ALL;
    bool good = true;
    for (size_t i = 0; good && i < examination->run_count; i++)
        for (int which = 0; good && which < 2; which++) {
            struct visit one = *visit; /* a run that does not learn has no curve to lose */
            struct walk rows = {.key = "step",
                                .where = "run = ?2 AND series = ?3",
                                .owner = examination->runs[i].id,
                                .name = series[which],
                                .tries = &tries};
            char place[160];
            one.says = visit->says && examination->runs[i].learns;
            snprintf(place, sizeof place, "run %s", examination->runs[i].name);
            good = walk(&one, &rows, place, error);
        }
    return good;
}

static bool is_first_of_arm(const struct examination *examination, size_t place)
{
    const struct known_run *run = &examination->runs[place];
    for (size_t i = place; i > 0 && examination->runs[i - 1].execution == run->execution; i--)
        if (strcmp(examination->runs[i - 1].arm, run->arm) == 0)
            return false;
    return true;
}

static bool walk_trials(const struct visit *visit, struct error *error)
{
    enum { RUNGS = 12 }; /* each is twice as long as the one before, or more */
    const struct examination *examination = visit->examination;
    size_t tries = TRIES_OF_ALL;
    bool good = true;
    for (size_t i = 0; good && i < examination->run_count; i++)
        for (int rung = 0; good && rung < RUNGS && is_first_of_arm(examination, i); rung++) {
            struct walk rows = {.key = "trial",
                                .where = "execution = ?2 AND arm = ?3 AND rung = ?4",
                                .owner = examination->runs[i].execution,
                                .name = examination->runs[i].arm,
                                .rung = rung,
                                .tries = &tries};
            char place[64];
            snprintf(place, sizeof place, "execution %lld", (long long)rows.owner);
            good = walk(visit, &rows, place, error);
        }
    return good;
}

bool visit_rows(const struct visit *visit, struct error *error)
{
    struct examination *examination = visit->examination;
    if (examination->layouts[visit->subject].count == 0 || examination->missing[visit->subject])
        return true;
    if (visit->subject == SUBJECT_POINTS)
        return walk_points(visit, error);
    if (visit->subject == SUBJECT_TRIALS)
        return walk_trials(visit, error);
    size_t tries = WALK_TRIES;
    struct walk rows = {.key = "rowid", .where = "", .tries = &tries};
    return walk(visit, &rows, NULL, error);
}
