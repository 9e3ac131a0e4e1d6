/* SPDX-License-Identifier: MIT
 *
 * Visits the rows of thaw's own tables, and names those that cannot be read. Where pages are
 * damaged, an index often still knows the names of the rows that lie in the hole.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "examination.h"

const struct subject_form subjects[SUBJECT_COUNT] = {
#define X(subject, ...) {__VA_ARGS__},
    SUBJECTS(X)
#undef X
};

/* -- holes ------------------------------------------------------------------------------------- */

static bool is_in_hole(const struct walk_result *result, int64_t key)
{
    for (size_t i = 0; i < result->hole_count; i++)
        if (key >= result->holes[i].from && key < result->holes[i].to)
            return true;
    return false;
}

static void name_owner(const struct table_visit *visit, struct statement *row, char *place,
                       size_t size)
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

/* What one owner loses: the first thing by name, the others counted. */
struct loss {
    char place[160], name[160], last[160];
    int64_t more;
};

static void say_loss(const struct table_visit *visit, const struct loss *loss, const char *why)
{
    char more[48] = "";
    if (loss->more > 0)
        snprintf(more, sizeof more, " and %lld more of it", (long long)loss->more);
    if (*loss->place)
        examination_say(visit->examination, loss->place, subjects[visit->subject].lost,
                        "%s%s cannot be read (%s)", loss->name, more, why);
}

static void add_loss(const struct table_visit *visit, struct statement *row, struct loss *loss,
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

/* Reports the rows in the holes by their names in an index. Returns how many the index knew. */
static int64_t say_names(const struct table_visit *visit, const struct walk_result *result,
                         struct error *error)
{
    int64_t known = 0;
    bool good = true;
    struct loss loss = {0};
    const char *why = examination_why(&result->why);
    const struct subject_form *form = &subjects[visit->subject];
    struct statement *query =
        form->name
            ? statement_make(visit->examination->store, error,
                             "SELECT rowid, %s, %s, %s FROM %s INDEXED BY"
                             " sqlite_autoindex_%s_1",
                             form->run, form->execution, form->name, form->table, form->table)
            : NULL;
    while (statement_next(query, &good, error))
        if (is_in_hole(result, statement_integer(query, 0))) {
            add_loss(visit, query, &loss, why);
            known++;
        }
    say_loss(visit, &loss, why);
    statement_free(query);
    return known;
}

/* Reports ranges of keys if no index has names. `owner`: whose rows were walked; NULL:
 * everybody's. */
static void say_ranges(const struct table_visit *visit, const struct walk_result *result,
                       const char *owner)
{
    for (size_t i = 0; i < result->hole_count; i++) {
        struct hole hole = result->holes[i];
        char from[32] = "the first", to[32] = "the last";
        if (hole.from > 0)
            snprintf(from, sizeof from, "%lld", (long long)hole.from);
        if (hole.to < INT64_MAX)
            snprintf(to, sizeof to, "%lld", (long long)hole.to - 1);
        examination_say(visit->examination, owner ? owner : subjects[visit->subject].table,
                        subjects[visit->subject].lost, "%s from %s to %s cannot be read (%s)",
                        subjects[visit->subject].rows, from, to, examination_why(&result->why));
    }
}

static void say_holes(const struct table_visit *visit, const struct walk_result *result,
                      const char *owner)
{
    struct error ignored;
    if (result->hole_count > 0 && say_names(visit, result, &ignored) == 0)
        say_ranges(visit, result, owner);
}

/* -- rows -------------------------------------------------------------------------------------- */

enum { TRIES_OF_ALL = 20000 }; /* in a table that is read run by run */

/* Walks the rows of a table, or of one owner in it, which `place` names. */
static bool walk(const struct table_visit *visit, struct row_walk *walk, const char *place,
                 struct error *error)
{
    struct walk_result result;
    walk->store = visit->examination->store;
    walk->layout = &visit->examination->layouts[visit->subject];
    walk->row = visit->row;
    walk->context = visit->context;
    bool good = walk_rows(walk, &result, error);
    if (good && visit->says)
        say_holes(visit, &result, place);
    walk_result_release(&result);
    return good;
}

static bool walk_points(const struct table_visit *visit, struct error *error)
{
    static const char *const series[] = {"train", "validation"};
    const struct examination *examination = visit->examination;
    size_t tries = TRIES_OF_ALL;
    bool good = true;
    for (size_t i = 0; good && i < examination->run_count; i++)
        for (int which = 0; good && which < 2; which++) {
            struct table_visit one = *visit; /* a run that does not learn has no curve to lose */
            struct row_walk rows = {.key = "step",
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

static bool walk_trials(const struct table_visit *visit, struct error *error)
{
    enum { RUNGS = 12 }; /* each is at least twice as long as the one before */
    const struct examination *examination = visit->examination;
    size_t tries = TRIES_OF_ALL;
    bool good = true;
    for (size_t i = 0; good && i < examination->run_count; i++)
        for (int rung = 0; good && rung < RUNGS && is_first_of_arm(examination, i); rung++) {
            struct row_walk rows = {.key = "trial",
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

bool visit_rows(const struct table_visit *visit, struct error *error)
{
    struct examination *examination = visit->examination;
    if (examination->layouts[visit->subject].count == 0 || examination->missing[visit->subject])
        return true;
    if (visit->subject == SUBJECT_POINTS)
        return walk_points(visit, error);
    if (visit->subject == SUBJECT_TRIALS)
        return walk_trials(visit, error);
    size_t tries = WALK_TRIES;
    struct row_walk rows = {.key = "rowid", .where = "", .tries = &tries};
    return walk(visit, &rows, NULL, error);
}
