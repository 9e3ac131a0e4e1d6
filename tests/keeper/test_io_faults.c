/* SPDX-License-Identifier: MIT
 *
 * Makes every call to the file system fail once, and also from then on until a step has failed.
 * Writes also fail half done on a full disk. A step that fails says why in one sentence and leaves
 * the workbench as before or after that step. Repeated, it succeeds, and the final state is the
 * same as without faults. A power cut at the end loses nothing.
 *
 * FAULTS in the environment is the fraction of calls to try; 1 tries all.
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
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../src/keeper/job_frames.h"
#include "../../src/store/statement.h"
#include "../store/content.h"
#include "../store/crash_vfs.h"
#include "../store/old_workbench.h"
#include "base/clock.h"
#include "base/memory.h"
#include "story.h"
#include "wire/report.h"

enum { STATES_MOST = 64, TRIES = 4 };

struct faults {
    char folder[64], database[96];
    struct crash_vfs *vfs;
    struct crash_disk *disk;
    char past[STATES_MOST][DIGEST_TEXT]; /* after each step of a life without faults */
    uint64_t calls[CRASH_CALLS];         /* of such a life */
    uint64_t lives, failures, left_over;
};

static const char *describe(const struct crash_fault *fault)
{
    static char text[96];
    snprintf(text, sizeof text, "%s %llu %s %s", crash_call_names[fault->call],
             (unsigned long long)fault->at, fault->full ? "without room" : "broken",
             fault->forever ? "for ever" : "once");
    return text;
}

/* One sentence that names the cause. */
static void check_sentence(const struct crash_fault *fault, const char *step, const char *text)
{
    const char *cause = fault->full ? "the disk is full" : "disk I/O error";
    bool named =
        strstr(text, cause) || (fault->call == CALL_OPEN && strstr(text, "cannot be opened"));
    if (!named || strchr(text, '\n') || strstr(text, "worker sent"))
        fail_msg("%s, %s: \"%s\" is no sentence that names \"%s\"", step, describe(fault), text,
                 cause);
}

/* What the database holds, as a keeper that is alive sees it; "" if there is none. */
static void look(struct faults *faults, const struct story *story, char digest[DIGEST_TEXT])
{
    *digest = '\0';
    crash_vfs_hold(faults->vfs, true);
    if (story->keeper.server.store)
        content_digest(store_handle(story->keeper.server.store), digest);
    crash_vfs_hold(faults->vfs, false);
}

/* An execution that could not be begun may be stored, its runs interrupted. */
static bool may_be_half(const char *step)
{
    return strstr(step, "start") || strstr(step, "resume");
}

/* Takes a step until it succeeds; false if the life must end here. */
static bool take(struct faults *faults, struct story *story, size_t number,
                 const struct crash_fault *fault)
{
    const struct story_step *step = &story_steps[number];
    struct error error;
    char digest[DIGEST_TEXT];
    for (int i = 0; i < TRIES; i++) {
        if (step->take(story, &error)) {
            look(faults, story, digest);
            if (*digest && strcmp(digest, faults->past[number]) == 0)
                return true;
            fail_msg("%s, %s: it is not as without faults", step->name, describe(fault));
        }
        bool failed = crash_vfs_mend(faults->vfs);
        if (!failed)
            fail_msg("%s, %s: %s", step->name, describe(fault), error.text);
        if (i == 0)
            check_sentence(fault, step->name, error.text);
        faults->failures++;
        look(faults, story, digest);
        bool same = !*digest || strcmp(digest, faults->past[number]) == 0 ||
                    (number > 0 && strcmp(digest, faults->past[number - 1]) == 0);
        if (!same && may_be_half(step->name)) {
            faults->left_over++;
            return false;
        }
        if (!same)
            fail_msg("%s, %s: it is neither before nor after", step->name, describe(fault));
    }
    fail_msg("%s, %s: still %s", step->name, describe(fault), error.text);
    return false;
}

static void renew(struct faults *faults)
{
    crash_vfs_unmount(faults->vfs, faults->disk);
    struct crash_disk *empty = crash_disk_new("");
    crash_disk_cut(empty, faults->disk, 0, 512);
    crash_disk_free(empty);
    unlink(faults->database);
    crash_vfs_mount(faults->vfs, faults->disk, NULL, NULL);
}

/* The power goes after the last step; what is left must be sound, and `expected` where not NULL. */
static void cut_power(struct faults *faults, const char *expected, const struct crash_fault *fault)
{
    char why[512] = "", digest[DIGEST_TEXT];
    struct error error;
    char *folder = memory_format("%s/left", faults->folder);
    char *path = memory_format("%s/bench.db", folder);
    struct crash_disk *left = crash_disk_new(folder);
    crash_vfs_mount(faults->vfs, left, NULL, NULL);
    unlink(path);
    crash_disk_cut(faults->disk, left, faults->lives, 512);
    struct store *store = store_open_writer(path, &error);
    if (!store)
        fail_msg("%s, then a cut: %s", describe(fault), error.text);
    if (!content_is_sound(store_handle(store), why, sizeof why))
        fail_msg("%s, then a cut: %s", describe(fault), why);
    content_digest(store_handle(store), digest);
    if (expected && strcmp(digest, expected) != 0)
        fail_msg("%s, then a cut: something is lost", describe(fault));
    store_close(store);
    crash_vfs_unmount(faults->vfs, left);
    crash_disk_free(left);
    free(path);
    free(folder);
}

/* Whether the fault happened. */
static bool live(struct faults *faults, const struct crash_fault *fault)
{
    struct story story;
    bool whole = true;
    renew(faults);
    story_begin(&story, faults->folder, faults->database);
    crash_vfs_fail(faults->vfs, fault);
    faults->lives++;
    for (size_t i = 0; whole && i < story_step_count; i++)
        whole = take(faults, &story, i, fault);
    bool failed = crash_vfs_mend(faults->vfs);
    cut_power(faults, whole ? faults->past[story_step_count - 1] : NULL, fault);
    story_end(&story);
    return failed;
}

static void live_without_faults(struct faults *faults)
{
    struct story story;
    struct error error;
    const struct crash_fault none = {.at = UINT64_MAX};
    renew(faults);
    crash_vfs_fail(faults->vfs, &none);
    story_begin(&story, faults->folder, faults->database);
    for (size_t i = 0; i < story_step_count; i++) {
        if (!story_steps[i].take(&story, &error))
            fail_msg("%s: %s", story_steps[i].name, error.text);
        look(faults, &story, faults->past[i]);
    }
    for (int call = 0; call < CRASH_CALLS; call++)
        faults->calls[call] = crash_vfs_count(faults->vfs, call);
    story_end(&story);
}

/* -- tests ------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    struct faults *faults = memory_new(sizeof *faults);
    *state = faults;
    snprintf(faults->folder, sizeof faults->folder, "/tmp/thaw-faults-XXXXXX");
    if (!mkdtemp(faults->folder))
        return -1;
    snprintf(faults->database, sizeof faults->database, "%s/disk/bench.db", faults->folder);
    story_prepare(faults->folder);
    setenv("THAW_WORKER", "/bin/true", 1); /* a resume starts one; what it would say is played */
    signal(SIGPIPE, SIG_IGN);
    char *folder = memory_format("%s/left", faults->folder);
    bool good = mkdir(folder, 0700) == 0;
    free(folder);
    folder = memory_format("%s/disk", faults->folder);
    good = good && mkdir(folder, 0700) == 0;
    faults->vfs = crash_vfs_new(4096);
    faults->disk = crash_disk_new(folder);
    free(folder);
    crash_vfs_mount(faults->vfs, faults->disk, NULL, NULL);
    return good ? 0 : -1;
}

static int tear_down(void **state)
{
    struct faults *faults = *state;
    char command[96];
    crash_vfs_free(faults->vfs);
    crash_disk_free(faults->disk);
    snprintf(command, sizeof command, "rm -rf '%s'", faults->folder);
    free(faults);
    return system(command);
}

static unsigned stride(enum crash_call call)
{
    const char *text = getenv("FAULTS");
    unsigned one_of = text && *text ? (unsigned)strtoul(text, NULL, 10) : 0;
    static const unsigned usual[CRASH_CALLS] = {
        [CALL_WRITE] = 23, [CALL_READ] = 53, [CALL_SIZE] = 13, [CALL_ACCESS] = 13, [CALL_LOCK] = 7};
    return one_of ? one_of : usual[call] ? usual[call] : 1;
}

static void every_call_fails(void **state)
{
    struct faults *faults = *state;
    double begin = clock_monotonic();
    uint64_t shift = (uint64_t)clock_now();
    live_without_faults(faults);
    for (int call = 0; call < CRASH_CALLS; call++)
        for (int how = 0; how < (call == CALL_WRITE ? 4 : 2); how++)
            for (uint64_t at = shift % stride(call); at < faults->calls[call]; at += stride(call)) {
                const struct crash_fault fault = {call, at, how & 1, how & 2};
                live(faults, &fault);
            }
    for (int call = 0; call < CRASH_CALLS; call++)
        print_message("%s %llu%s", crash_call_names[call], (unsigned long long)faults->calls[call],
                      call + 1 < CRASH_CALLS ? ", " : " calls in a life\n");
    print_message("%llu lives with a fault, %llu steps failed, %llu executions were left "
                  "interrupted, %.1f s\n",
                  (unsigned long long)faults->lives, (unsigned long long)faults->failures,
                  (unsigned long long)faults->left_over, clock_monotonic() - begin);
}

/* Opens an old workbench until that succeeds; gives whether the fault happened. */
static bool migrate(struct faults *faults, int64_t version, const struct crash_fault *fault,
                    char digest[DIGEST_TEXT])
{
    char before[DIGEST_TEXT], copied[DIGEST_TEXT];
    struct error error;
    struct store *store = NULL;
    sqlite3 *copy;
    renew(faults);
    old_workbench_make(faults->database, version, before);
    crash_vfs_fail(faults->vfs, fault);
    faults->lives++;
    for (int i = 0; i < TRIES && !store; i++) {
        store = store_open_writer(faults->database, &error);
        if (store)
            break;
        if (!crash_vfs_mend(faults->vfs))
            fail_msg("%s: %s", describe(fault), error.text);
        if (i == 0)
            check_sentence(fault, "migration", error.text);
        faults->failures++;
    }
    bool failed = crash_vfs_mend(faults->vfs);
    if (!store)
        fail_msg("%s: still %s", describe(fault), error.text);
    content_digest(store_handle(store), digest);
    store_close(store);
    char *path = memory_format("%s.before-%lld", faults->database, (long long)version);
    assert_int_equal(sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    content_digest(copy, copied);
    if (strcmp(copied, before) != 0)
        fail_msg("%s: the copy is not what was before", describe(fault));
    sqlite3_close(copy);
    free(path);
    return failed;
}

static void every_call_of_a_migration_fails(void **state)
{
    struct faults *faults = *state;
    const struct crash_fault none = {.at = UINT64_MAX};
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
    uint64_t shift = (uint64_t)clock_now();
    int64_t version = 1 + (int64_t)(shift % OLD_WORKBENCH_VERSIONS);
    migrate(faults, version, &none, expected);
    for (int call = 0; call < CRASH_CALLS; call++)
        for (int how = 0; how < (call == CALL_WRITE ? 4 : 2); how++) {
            bool failed = true;
            for (uint64_t at = shift % stride(call); failed; at += stride(call)) {
                const struct crash_fault fault = {call, at, how & 1, how & 2};
                failed = migrate(faults, version, &fault, digest);
                assert_string_equal(digest, expected);
            }
        }
    print_message("%llu migrations of version %lld with a fault, %llu failed first\n",
                  (unsigned long long)faults->lives, (long long)version,
                  (unsigned long long)faults->failures);
}

/* -- one call ---------------------------------------------------------------------------------- */

/* The frame of tasks makes the keeper read the database. Runs whose worker did nothing wrong can be
 * resumed. */
static void a_read_that_fails_is_not_the_workers_fault(void **state)
{
    struct faults *faults = *state;
    struct story story;
    struct error error;
    int pipes[2];
    const struct crash_fault fault = {.call = CALL_READ, .forever = true};
    story_begin(&story, faults->folder, faults->database);
    story.cache_pages = 1;
    for (size_t i = 0; strcmp(story_steps[i].name, "tasks") != 0; i++)
        assert_true(story_steps[i].take(&story, &error));
    struct worker_job *job = inner_keeper_job(&story.keeper);
    struct frame_output output = {0};
    const uint32_t starts[] = {0, 1}, rows[] = {0};
    const float truth[] = {1};
    const struct message_tasks tasks = {.part = TASKS_TEST,
                                        .scenario = "user-cold",
                                        .count = 1,
                                        .users = "u1",
                                        .users_size = 3,
                                        .support_starts = starts,
                                        .query_starts = starts,
                                        .support = rows,
                                        .query = rows,
                                        .truth = truth};
    message_tasks_write(&output, &tasks);
    assert_int_equal(pipe(pipes), 0);
    assert_true(frame_output_flush(&output, pipes[1], &error));
    frame_output_release(&output);
    job->worker.from = pipes[0];
    sqlite3_db_release_memory(store_handle(story.keeper.server.store));
    crash_vfs_fail(faults->vfs, &fault);
    job_receive(job, story.keeper.server.store);
    assert_true(crash_vfs_mend(faults->vfs));
    assert_int_equal(job->state, JOB_OVER);
    assert_int_equal(job->end, END_LOST);
    assert_null(strstr(job->error.text, "worker sent"));
    assert_non_null(strstr(job->error.text, "disk I/O error"));
    close(pipes[0]);
    close(pipes[1]);
    story_end(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_read_that_fails_is_not_the_workers_fault, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(every_call_of_a_migration_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_call_fails, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("io_faults", tests, NULL, NULL);
}
