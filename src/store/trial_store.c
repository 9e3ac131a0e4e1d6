/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "store/trial_store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "statement.h"

static void read_trial(struct statement *row, struct stored_trial *trial)
{
    *trial = (struct stored_trial){
        .trial = (uint32_t)statement_integer(row, 1),
        .rung = (uint32_t)statement_integer(row, 2),
        .share = statement_real(row, 3),
        .score = statement_is_null(row, 4) ? (double)NAN : statement_real(row, 4),
        .seconds = statement_real(row, 5),
        .settings = memory_string(statement_text(row, 6)),
        .text = memory_string(statement_text(row, 7)),
    };
    statement_copy_text(row, 0, trial->arm, sizeof trial->arm);
}

/* The best at full length; of equal ones the smaller number, which comes first. */
static void mark_chosen(struct stored_trial *trials, size_t count)
{
    for (size_t first = 0, end; first < count; first = end) {
        struct stored_trial *best = NULL;
        for (end = first; end < count && strcmp(trials[end].arm, trials[first].arm) == 0; end++)
            if (trials[end].share >= 1 &&
                (!best || trials[end].score > best->score || isnan(best->score)))
                best = &trials[end];
        if (best)
            best->chosen = true;
    }
}

struct stored_trial *store_trials(struct store *store, int64_t execution, size_t *count,
                                  struct error *error)
{
    struct statement *find = store_statement(
        store,
        "SELECT arm, trial, rung, share, score, seconds, settings, text FROM thaw_trials"
        " WHERE execution = ? ORDER BY arm, rung, trial",
        error);
    if (!find)
        return NULL;
    statement_bind_integer(find, 1, execution);
    struct stored_trial *trials = memory_new(0);
    bool row, good;
    *count = 0;
    while ((good = statement_step(find, &row, error)) && row) {
        trials = memory_resize(trials, *count + 1, sizeof *trials);
        read_trial(find, &trials[(*count)++]);
    }
    statement_reset(find);
    if (good) {
        mark_chosen(trials, *count);
        return trials;
    }
    stored_trials_free(trials, *count);
    return NULL;
}

void stored_trials_free(struct stored_trial *trials, size_t count)
{
    for (size_t i = 0; trials && i < count; i++) {
        free(trials[i].settings);
        free(trials[i].text);
    }
    free(trials);
}

bool store_trial_add(struct store *store, int64_t execution, const struct stored_trial *trial,
                     struct error *error)
{
    struct statement *add = store_statement(
        store,
        "INSERT OR REPLACE INTO thaw_trials (execution, arm, trial, rung, share, settings, score,"
        " seconds, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        error);
    if (!add)
        return false;
    statement_bind_integer(add, 1, execution);
    statement_bind_text(add, 2, trial->arm);
    statement_bind_integer(add, 3, trial->trial);
    statement_bind_integer(add, 4, trial->rung);
    statement_bind_real(add, 5, trial->share);
    statement_bind_text(add, 6, trial->settings);
    statement_bind_real(add, 7, trial->score);
    statement_bind_real(add, 8, trial->seconds);
    statement_bind_text(add, 9, trial->text);
    return statement_run(add, error);
}
