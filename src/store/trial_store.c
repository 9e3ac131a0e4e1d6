/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "store/trial_store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "statement.h"

static bool read_trial(struct statement *row, void *element, struct error *error)
{
    struct stored_trial *trial = element;
    (void)error;
    *trial = (struct stored_trial){0};
    statement_read(row, "xuudrdsso", trial->arm, sizeof trial->arm, &trial->trial, &trial->rung,
                   &trial->share, &trial->score, &trial->seconds, &trial->settings, &trial->text,
                   &trial->chosen);
    return true;
}

static void release_trial(void *element)
{
    struct stored_trial *trial = element;
    free(trial->settings);
    free(trial->text);
}

/* Marks the best full-length trial of each arm whose search is over. Of equal ones the smaller
 * number wins, because it comes first. */
static void mark_chosen(struct stored_trial *trials, size_t count)
{
    for (size_t first = 0, end; first < count; first = end) {
        struct stored_trial *best = NULL;
        bool over = trials[first].chosen;
        for (end = first; end < count && strcmp(trials[end].arm, trials[first].arm) == 0; end++) {
            trials[end].chosen = false;
            if (trials[end].share >= 1 &&
                (!best || trials[end].score > best->score || isnan(best->score)))
                best = &trials[end];
        }
        if (best)
            best->chosen = over;
    }
}

struct stored_trial *store_trials(struct store *store, int64_t execution, size_t *count,
                                  struct error *error)
{
    /* The search is over if a run of the arm has a loss or is done. */
    struct statement *find = store_query(
        store, error,
        "SELECT arm, trial, rung, share, score, seconds, settings, text, EXISTS (SELECT 1 FROM"
        " thaw_runs r WHERE r.execution = t.execution AND r.arm = t.arm AND (r.state = 'done' OR"
        " r.loss IS NOT NULL)) FROM thaw_trials t WHERE execution = ? ORDER BY arm, rung, trial",
        "i", execution);
    struct stored_trial *trials =
        statement_collect(find, sizeof *trials, read_trial, release_trial, count, error);
    if (trials)
        mark_chosen(trials, *count);
    return trials;
}

void stored_trials_free(struct stored_trial *trials, size_t count)
{
    for (size_t i = 0; trials && i < count; i++)
        release_trial(&trials[i]);
    free(trials);
}

bool store_trial_add(struct store *store, int64_t execution, const struct stored_trial *trial,
                     struct error *error)
{
    return store_change(
        store, error,
        "INSERT OR REPLACE INTO thaw_trials (execution, arm, trial, rung, share, settings, score,"
        " seconds, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "ituudtddt", execution, trial->arm, trial->trial, trial->rung, trial->share,
        trial->settings, trial->score, trial->seconds, trial->text);
}
