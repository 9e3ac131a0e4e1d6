/* SPDX-License-Identifier: MIT
 *
 * Makes the k-th allocation of each program fail, once or from then on, while it imports, checks,
 * runs, exports, filters, queries, compares and removes. For every k, no program crashes or hangs,
 * and a program that cannot continue prints a sentence. The database is intact and holds the state
 * before or after the command. The same command succeeds when there is memory again.
 *
 * THAW_EVERY says which k (tests/allocation/refusal.h); `make check` tries a few. A place that
 * an earlier command asked from is not tried again. An argument such as "*keeper*" runs that test
 * alone.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/memory.h"
#include "refusal.h"
#include "scenario.h"

enum { SAMPLES = 3 };
static const struct failure NONE = {.program = "client"};

static const char IMPORT[] =
    "import --name m --ratings ratings.csv --users users.csv --items items.csv";
static const char RUN[] = "run tiny.lua --threads 1";

static struct ending ending;

/* A command, from which database it starts, and how it leaves it. */
struct step {
    const char *line, *before;
    bool shows;      /* it prints the same every time and changes nothing */
    bool exports;    /* it leaves a folder, and no change */
    char *old, *new; /* digests; of a run the second is that of its results */
    char *out, *exported;
};

static void succeed(const char *line)
{
    if (!scenario_run(line, &NONE, &ending))
        fail_msg("`%s` does not end", line);
    if (ending.status != 0)
        fail_msg("`%s`: %s", line, ending.complaint);
}

/* Of the newest execution: the digests of its runs, where they are all done; "" if not. */
static char *results(void)
{
    return scenario_ask(
        "SELECT CASE WHEN count(*) = sum(state = 'done') THEN group_concat(digest) ELSE '' END"
        " FROM (SELECT state, digest FROM thaw_runs"
        " WHERE execution = (SELECT max(number) FROM thaw_executions) ORDER BY arm)");
}

static bool is_run(const struct step *step)
{
    return step->line == RUN;
}

static void prepare(struct step *step)
{
    scenario_restore(step->before);
    step->old = scenario_digest();
    succeed(step->line);
    step->out = memory_string(ending.out);
    step->exported = scenario_exported();
    step->new = is_run(step) ? results() : scenario_digest();
    if (step->shows)
        assert_string_equal(step->old, step->new);
    else
        assert_string_not_equal(step->old, step->new);
}

static void forget(struct step *step)
{
    free(step->old);
    free(step->new);
    free(step->out);
    free(step->exported);
}

/* -- after a failure --------------------------------------------------------------------------- */

static void blame(const struct step *step, const struct failure *failure, const char *what)
{
    fail_msg("`%s`, %s refused memory at %llu (%s): %s\nstatus %d\ncomplaint: %s\nlog: %s",
             step->line, failure->program, (unsigned long long)failure->at,
             failure->ever ? "ever" : "once", what, ending.status, ending.complaint, ending.log);
}

/* One that ends by abort has said why; one that ends with an error too. */
static void check_words(const struct step *step, const struct failure *failure)
{
    int status = ending.status;
    if (ending.crashed || strstr(ending.complaint, "signal 11") ||
        strstr(ending.log, "AddressSanitizer"))
        blame(step, failure, "somebody crashed");
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGABRT)
        blame(step, failure, "the client ended by a signal");
    if (ending.aborted && !strstr(ending.complaint, "memory") && !strstr(ending.log, "memory"))
        blame(step, failure, "somebody ended without a word about memory");
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0 && strlen(ending.complaint) < 12)
        blame(step, failure, "it failed without a sentence");
    if (status == 0 && step->shows && strcmp(ending.out, step->out) != 0)
        blame(step, failure, "it succeeded with other words");
}

static void check_database(const struct step *step, const struct failure *failure)
{
    char *now = scenario_digest();
    bool good = strcmp(now, "damaged") != 0;
    if (good && !is_run(step))
        good = strcmp(now, step->old) == 0 || strcmp(now, step->new) == 0;
    if (!good)
        blame(step, failure, now);
    if (ending.status == 0 && !is_run(step) && strcmp(now, step->new) != 0)
        blame(step, failure, "it succeeded and did not do it");
    free(now);
    char *exported = step->exports ? scenario_exported() : NULL;
    if (exported && (*exported || ending.status == 0) && strcmp(exported, step->exported) != 0)
        blame(step, failure, "it left a part of an export");
    free(exported);
}

/* A run that was begun goes on from where it was, one that failed is started anew. */
static void run_again(void)
{
    char *state = scenario_ask("SELECT CASE WHEN sum(state = 'failed') > 0 THEN 'failed'"
                               " WHEN count(*) = sum(state = 'done') THEN 'done' ELSE 'open' END"
                               " FROM thaw_runs WHERE execution = (SELECT max(number) FROM"
                               " thaw_executions)");
    char *number = scenario_ask("SELECT max(number) FROM thaw_executions");
    char *resume = memory_format("resume %s", number);
    if (!*number || strcmp(state, "failed") == 0)
        succeed(RUN);
    else if (strcmp(state, "done") != 0)
        succeed(resume);
    free(resume);
    free(number);
    free(state);
}

static void check_again(const struct step *step, const struct failure *failure)
{
    char *now = scenario_digest();
    if (is_run(step))
        run_again();
    else if ((step->shows && !step->exports && ending.status != 0) || strcmp(now, step->new) != 0)
        succeed(step->line);
    free(now);
    now = is_run(step) ? results() : scenario_digest();
    if (strcmp(now, step->new) != 0)
        blame(step, failure, "with memory again it comes to something else");
    free(now);
}

static void attempt(const struct step *step, const struct failure *failure)
{
    scenario_restore(step->before);
    if (!scenario_run(step->line, failure, &ending))
        blame(step, failure, "somebody does not end");
    check_words(step, failure);
    check_database(step, failure);
    check_again(step, failure);
}

/* -- k ----------------------------------------------------------------------------------------- */

struct program {
    const struct step *step;
    const char *name;
};

static void attempt_at(void *context, uint64_t at, bool ever)
{
    const struct program *program = context;
    attempt(program->step, &(struct failure){.program = program->name, .at = at, .ever = ever});
}

static void attempt_some(const struct step *step, const char *name, struct known_places *known)
{
    struct program program = {step, name};
    struct failure failure = {.program = name, .lists = refusal_lists()};
    scenario_restore(step->before);
    if (!scenario_run(step->line, &failure, &ending) || ending.status != 0)
        blame(step, &failure, "it does not do it with memory");
    char *counted = scenario_counted();
    uint64_t count = refusal_count(counted);
    uint64_t tried = refusal_try(counted, SAMPLES, known, attempt_at, &program);
    free(counted);
    print_message("%-8s asks %6llu times, refused %llu times: %s\n", name,
                  (unsigned long long)count, (unsigned long long)tried, step->line);
}

static void without_memory(const char *program, bool all)
{
    struct step steps[] = {
        {.line = IMPORT, .before = "empty.db"},
        {.line = "check tiny.lua", .before = "data.db", .shows = true},
        {.line = RUN, .before = "data.db"},
        {.line = "runs remove 1", .before = "done.db"},
        {.line = "data filter m --where rating>=3 --name liked", .before = "data.db"},
        {.line = "data remove m", .before = "data.db"},
        {.line = "compare --json", .before = "done.db", .shows = true},
        {.line = "sql SELECT/**/item,avg(rating)FROM/**/m_ratings/**/GROUP/**/BY/**/1 --format csv",
         .before = "data.db",
         .shows = true},
        {.line = "export m --to " SCENARIO_EXPORT,
         .before = "data.db",
         .shows = true,
         .exports = true},
    };
    enum { CHECK = 1, COMPARE = 6, STEPS = sizeof steps / sizeof *steps };
    struct known_places known = {0};
    for (size_t i = 0; i < STEPS; i++) {
        bool worker = steps[i].line == RUN || i == CHECK, keeper = i < COMPARE;
        if (!(all || (strcmp(program, "worker") == 0 ? worker : keeper)))
            continue;
        prepare(&steps[i]);
        attempt_some(&steps[i], program, &known);
        forget(&steps[i]);
    }
    free(known.numbers);
}

static void the_client_without_memory(void **state)
{
    (void)state;
    without_memory("client", true);
}

static void the_keeper_without_memory(void **state)
{
    (void)state;
    without_memory("keeper", false);
}

static void the_worker_without_memory(void **state)
{
    (void)state;
    without_memory("worker", false);
}

/* What writes JSON is asked for last. yajl itself would crash without it. */
static void json_without_memory(void **state)
{
    enum { LAST = 16 };
    struct step step = {.line = "compare --json", .before = "done.db", .shows = true};
    (void)state;
    prepare(&step);
    scenario_restore(step.before);
    assert_true(scenario_run(step.line, &NONE, &ending));
    char *counted = scenario_counted();
    uint64_t count = refusal_count(counted);
    assert_true(count > LAST);
    for (uint64_t at = count - LAST; at <= count; at++)
        attempt(&step, &(struct failure){.program = "client", .at = at});
    free(counted);
    forget(&step);
}

static int set_up(void **state)
{
    (void)state;
    if (!scenario_begin())
        return -1;
    scenario_keep("empty.db");
    succeed(IMPORT);
    scenario_keep("data.db");
    succeed(RUN);
    scenario_keep("done.db");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    scenario_end();
    return 0;
}

int main(int argc, char **argv)
{
#ifdef THAW_SANITIZED
    printf("skipped: a sanitizer has an allocator of its own\n");
    return 77;
#endif
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_client_without_memory),
        cmocka_unit_test(json_without_memory),
        cmocka_unit_test(the_keeper_without_memory),
        cmocka_unit_test(the_worker_without_memory),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("allocation", tests, set_up, tear_down);
}
