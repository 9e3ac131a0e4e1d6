/* SPDX-License-Identifier: MIT
 *
 * Checks generated scripts with the test's own worker, and reads every frame as a keeper does.
 * Every eighth script also goes to a second worker, which must report the same. Every sixteenth
 * goes through the keeper, which must pass the report on. Arguments: number of scripts, seed,
 * number of the first script.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "hostile_scripts.h"
#include "measure.h"
#include "real_worker.h"
#include "script_bench.h"
#include "script_generator.h"
#include "store/dataset_store.h"
#include "store/store.h"
#include "worker/session.h"

#ifdef THAW_SANITIZED
enum { COUNT = 200 };
#else
enum { COUNT = 1000 };
#endif
enum {
    AGAIN = 8,         /* every eighth one is checked twice, */
    BY_KEEPER = 16,    /* every sixteenth by the keeper */
    GROWTH_MOST = 1024 /* KiB of the keeper */
};
/* Seconds: until a script must be loaded or refused, by processors, in two lanes of which each has
 * its deadline, with what a worker needs to notice; and until any answer must be there. */
static const double LOADED = 2.75, ANSWERED = 60;

static uint64_t seed = 1;
static uint32_t count = COUNT, first;

struct verdict {
    bool planned; /* it was loaded */
    unsigned outcome;
    char text[MESSAGE_TEXT + 1], log[8192];
    double seconds, computed; /* on the clock; by processors */
};

struct figures {
    uint32_t outcomes[OUTCOME_DENIED + 1], planned;
    double longest, most; /* on the clock; by processors */
    uint32_t longest_number, most_number;
    uint32_t repeated, kept;
    uint32_t wrong;
};

/* -- one script ---------------------------------------------------------------------------------*/

static double children_seconds(void)
{
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void complain(struct figures *figures, uint32_t number, const char *what, const char *text)
{
    if (figures->wrong++ < 100)
        print_error("script %u of seed %llu: %s: %.400s\n", number, (unsigned long long)seed, what,
                    text);
}

/* What the worker says until it has said its last word. Whether that was an answer. */
static bool listen(struct real_worker *worker, const struct dataset *dataset,
                   struct verdict *verdict, struct error *error)
{
    struct frame frame;
    while (worker_hear(worker, ANSWERED, &frame)) {
        if (frame.type == MESSAGE_PLAN && !verdict->planned) {
            struct message_plan plan;
            if (!message_plan_read(&plan, &frame, error))
                return false;
            verdict->planned = true;
            worker_send_data(worker, dataset);
        } else if (frame.type == MESSAGE_FAILED) {
            struct message_failed failed;
            if (!message_failed_read(&failed, &frame, error))
                return false;
            snprintf(verdict->text, sizeof verdict->text, "%s", failed.text);
            verdict->outcome = hostile_outcome(false, failed.text);
            return true;
        } else if (frame.type == MESSAGE_ANSWER && verdict->planned) {
            static const union question_body question;
            union answer_body answer;
            if (!answer_read(&answer, QUESTION_CHECK, &question, frame.data, frame.size, error))
                return false;
            snprintf(verdict->text, sizeof verdict->text, "%s", answer.check.text);
            verdict->outcome = OUTCOME_OK;
            return true;
        } else {
            return error_set(error, ERROR_INPUT, "a message of type %u came", frame.type);
        }
    }
    return error_set(error, ERROR_INPUT, "no answer came");
}

/* In a process of its own: a worker as it is started by a keeper, but for the start of a program,
 * which takes longer than most scripts. */
static void serve(uint32_t threads)
{
    struct worker_options options = worker_options_default();
    options.threads = threads;
    _exit(worker_serve(&options));
}

static void check(const char *source, const char *settings, const struct dataset *dataset,
                  struct verdict *verdict, uint32_t number, struct figures *figures)
{
    struct real_worker worker;
    struct error error;
    *verdict = (struct verdict){.seconds = -clock_monotonic(), .computed = -children_seconds()};
    worker_start_as(&worker, 1, serve);
    worker_send_check(&worker, source, settings);
    bool answered = listen(&worker, dataset, verdict, &error);
    if (!answered)
        complain(figures, number, "the worker's answer is none", error.text);
    verdict->seconds += clock_monotonic();
    memcpy(verdict->log, worker.log, sizeof verdict->log);
    int status = answered ? worker_end(&worker) : worker_kill(&worker);
    verdict->computed += children_seconds();
    if (answered && status != 0) {
        char how[32];
        snprintf(how, sizeof how, "%d", status);
        complain(figures, number, "the worker ended by itself with status (or minus signal)", how);
    }
}

static bool names_a_line(const char *text)
{
    const char *at = strstr(text, ".lua:");
    return at && at[5] >= '0' && at[5] <= '9';
}

static void judge(const struct verdict *verdict, uint32_t number, struct figures *figures)
{
    bool alone = (verdict->outcome & (OUTCOME_TIME | OUTCOME_MEMORY)) != 0;
    if (!script_sentence_is_clean(verdict->text))
        complain(figures, number, "the sentence is not safe to show", verdict->text);
    if (verdict->outcome == 0)
        complain(figures, number, "the sentence names no file", verdict->text);
    else if (verdict->outcome != OUTCOME_OK && !alone && !names_a_line(verdict->text) &&
             !strstr(verdict->text, "setting")) /* which stands in no file */
        complain(figures, number, "the sentence names no line", verdict->text);
#ifndef THAW_SANITIZED
    if (!verdict->planned && verdict->computed > LOADED)
        complain(figures, number, "it computed for too long", verdict->text);
#endif
    figures->planned += verdict->planned;
    figures->outcomes[verdict->outcome & OUTCOME_DENIED ? OUTCOME_DENIED : verdict->outcome]++;
    if (verdict->seconds > figures->longest) {
        figures->longest = verdict->seconds;
        figures->longest_number = number;
    }
    if (verdict->computed > figures->most) {
        figures->most = verdict->computed;
        figures->most_number = number;
    }
}

/* Time alone may differ. */
static bool is_comparable(const struct verdict *verdict)
{
    return verdict->outcome != OUTCOME_TIME;
}

static void compare(const struct verdict *a, const struct verdict *b, uint32_t number,
                    struct figures *figures)
{
    if (!is_comparable(a) || !is_comparable(b))
        return;
    figures->repeated++;
    if (a->outcome != b->outcome || strcmp(a->text, b->text) != 0) {
        complain(figures, number, "another answer the second time, first", a->text);
        complain(figures, number, "and then", b->text);
    } else if (strcmp(a->log, b->log) != 0) {
        size_t at = 0;
        while (a->log[at] == b->log[at])
            at++;
        complain(figures, number, "other printed lines the second time, first", a->log + at);
        complain(figures, number, "and then", b->log + at);
    }
}

/* Ends an answer before what the script printed, which the keeper adds. */
static void cut_printed(char *text)
{
    char *printed = strncmp(text, "prints    ", 10) == 0 ? text : strstr(text, "\nprints    ");
    if (printed)
        *printed = '\0';
}

/* The keeper shows the same; an error's text may be cut. */
static void keep(struct script_bench *bench, const char *source, const char *settings,
                 const struct verdict *verdict, uint32_t number, struct figures *figures)
{
    struct script_answer answer = script_bench_check(bench, "test.lua", source, settings);
    char *text = answer.report.text;
    bool clean = script_sentence_is_clean(text);
    cut_printed(text);
    unsigned outcome = hostile_outcome(answer.report.good, text);
    figures->kept++;
    if (!clean)
        complain(figures, number, "the keeper's sentence is not safe to show", text);
    if (is_comparable(verdict) && outcome != OUTCOME_TIME &&
        (outcome != verdict->outcome || strncmp(text, verdict->text, 100) != 0)) {
        complain(figures, number, "the keeper answers otherwise", text);
        complain(figures, number, "than its worker", verdict->text);
    }
    check_report_release(&answer.report);
}

/* -- all of them --------------------------------------------------------------------------------*/

static void run(struct script_bench *bench, const struct dataset *dataset, uint32_t number,
                struct figures *figures)
{
    static struct verdict verdict, second;
    char *source = generated_script(seed, number), *settings = generated_settings(seed, number);
    check(source, settings, dataset, &verdict, number, figures);
    judge(&verdict, number, figures);
    if (getenv("THAW_VERBOSE"))
        printf("%s\n%s\n%s\n%s\n%.3f s, %.3f computed\n", source, settings, verdict.log,
               verdict.text, verdict.seconds, verdict.computed);
    if (number % AGAIN == 0) {
        check(source, settings, dataset, &second, number, figures);
        compare(&verdict, &second, number, figures);
    }
    if (number % BY_KEEPER == 0)
        keep(bench, source, settings, &verdict, number, figures);
    free(source);
    free(settings);
}

static struct dataset *load_toy(struct script_bench *bench)
{
    struct error error;
    struct store *store = store_open_reader(bench->workbench->database, &error);
    struct dataset *dataset = store ? store_dataset_load(store, "toy", &error) : NULL;
    if (!dataset)
        fail_msg("%s", error.text);
    store_close(store);
    dataset_index(dataset);
    return dataset;
}

static void report(const struct figures *figures, size_t growth)
{
    print_message("%u scripts from number %u of seed %llu: %u could be loaded; %u fine, %u with a "
                  "sentence, %u denied, %u stopped, %u out of memory; %u repeated, %u through the "
                  "keeper; the longest took %.2f s (number %u) and computed %.2f s (number %u); "
                  "the keeper grew by %zu KiB\n",
                  count, first, (unsigned long long)seed, figures->planned,
                  figures->outcomes[OUTCOME_OK], figures->outcomes[OUTCOME_ERROR],
                  figures->outcomes[OUTCOME_DENIED], figures->outcomes[OUTCOME_TIME],
                  figures->outcomes[OUTCOME_MEMORY], figures->repeated, figures->kept,
                  figures->longest, figures->longest_number, figures->most, figures->most_number,
                  growth);
}

static void generated_scripts_do_no_harm(void **state)
{
    enum { WARM = 20 };
    struct script_bench *bench = *state;
    struct dataset *dataset = load_toy(bench);
    struct figures figures = {0};
    char before[DIGEST_TEXT], after[DIGEST_TEXT];
    size_t memory = 0;
    setenv("OPENBLAS_NUM_THREADS", "1", 1); /* for the workers: they start sooner */
    script_bench_use(bench, true);
    measure_contents(bench->workbench->database, before);
    for (uint32_t i = 0; i < count; i++) {
        if (i == WARM)
            memory = measure_memory(bench->keeper_process);
        run(bench, dataset, first + i, &figures);
        if ((i + 1) % 10000 == 0)
            report(&figures, measure_memory(bench->keeper_process) - memory);
    }
    size_t now = measure_memory(bench->keeper_process);
    measure_contents(bench->workbench->database, after);
    report(&figures, now > memory ? now - memory : 0);
    dataset_free(dataset);
    assert_string_equal(after, before);
    assert_int_equal(workbench_keeper_process(bench->workbench), bench->keeper_process);
    assert_int_equal(figures.wrong, 0);
#ifndef THAW_SANITIZED
    if (count > WARM)
        assert_true(now <= memory + GROWTH_MOST);
#endif
}

static void a_script_is_a_function_of_its_number(void **state)
{
    (void)state;
    char *one = generated_script(7, 3), *same = generated_script(7, 3),
         *other = generated_script(7, 4);
    assert_string_equal(one, same);
    assert_string_not_equal(one, other);
    free(one);
    free(same);
    free(other);
}

int main(int argument_count, char **arguments)
{
    if (argument_count > 1)
        count = (uint32_t)strtoul(arguments[1], NULL, 10);
    if (argument_count > 2)
        seed = strtoull(arguments[2], NULL, 10);
    if (argument_count > 3)
        first = (uint32_t)strtoul(arguments[3], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_is_a_function_of_its_number),
        cmocka_unit_test_setup_teardown(generated_scripts_do_no_harm, script_bench_set_up,
                                        script_bench_tear_down),
    };
    return cmocka_run_group_tests_name("generated_scripts", tests, NULL, NULL);
}
