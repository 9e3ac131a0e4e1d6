/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "run_choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Lists the names of all arms among the runs, separated by commas. */
static void list_arms(const struct run *runs, size_t count, char *list, size_t size)
{
    *list = '\0';
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(runs[i].arm, runs[i - 1].arm) == 0)
            continue;
        size_t used = strlen(list);
        snprintf(list + used, size - used, "%s%s", used ? ", " : "", runs[i].arm);
    }
}

/* Accepts several runs only if all belong to one arm. The first run is then used. */
static bool check_one_arm(const struct run *runs, size_t count, struct error *error)
{
    for (size_t i = 1; i < count; i++) {
        char arms[256];
        if (strcmp(runs[i].arm, runs[0].arm) == 0)
            continue;
        list_arms(runs, count, arms, sizeof arms);
        return error_set(error, ERROR_USAGE,
                         "execution %" PRId64 " has several arms; name one as %" PRId64 "/ARM: %s",
                         runs[0].execution, runs[0].execution, arms);
    }
    return true;
}

bool run_choose(struct store *store, const char *name, const char *what, struct run_choice *choice,
                struct error *error)
{
    size_t count;
    struct run *runs = store_runs_named(store, name, &count, error);
    struct execution execution = {0};
    if (!runs)
        return false;
    bool good = check_one_arm(runs, count, error);
    if (good && runs[0].state != RUN_DONE)
        good = error_set(error, ERROR_USAGE, "run %s is %s; only one that is done can %s",
                         runs[0].name, run_state_name(runs[0].state), what);
    good = good && store_execution(store, runs[0].execution, &execution, error);
    if (good) {
        memcpy(choice->run, runs[0].name, sizeof choice->run);
        choice->data = memory_string(execution.data);
        choice->path = memory_string(execution.script_path);
        choice->script = memory_string(execution.script);
    }
    execution_release(&execution);
    run_array_free(runs, count);
    return good;
}

void run_choice_release(struct run_choice *choice)
{
    free(choice->data);
    free(choice->path);
    free(choice->script);
    *choice = (struct run_choice){0};
}
