/* SPDX-License-Identifier: MIT
 *
 * Cuts the power at every call with which a keeper changes its files, over the whole life of a
 * workbench and during the upgrade of older ones. The next keeper opens each state that the disk
 * may be left in. It must equal the state after one of the steps, and must include every step that
 * was reported. Some cuts also hit this opening.
 *
 * CUTS in the environment is the number of cuts. The last quarter has a new seed each day.
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

#include "../../src/store/statement.h"
#include "../store/content.h"
#include "../store/crash_vfs.h"
#include "../store/old_workbench.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "story.h"

enum { STATES_MOST = 64, AGAIN = 6, DEPTH_MOST = 2, SCHEMA_CHECKS = 16 };

/* Whether the schema is thaw's costs four fifths of an opening: every few openings ask it. */
bool __real_foreign_check(struct store *store, int64_t version, struct error *error);
bool __wrap_foreign_check(struct store *store, int64_t version, struct error *error);
bool __wrap_foreign_check(struct store *store, int64_t version, struct error *error)
{
    static unsigned openings;
    return openings++ % SCHEMA_CHECKS != 0 || __real_foreign_check(store, version, error);
}

/* How a workbench looked after each step, of an undisturbed life. */
struct past {
    char digests[STATES_MOST][DIGEST_TEXT];
    size_t count;
};

/* What was found on a disk that a cut left; others leave the same. */
struct found {
    uint64_t disk;
    char digest[DIGEST_TEXT];
};

struct cutting {
    char folder[64];
    struct crash_vfs *vfs;
    struct crash_disk *disks[DEPTH_MOST + 1]; /* the workbench's; what a cut leaves, and of that */
    struct past past;
    size_t told, begun; /* what may be found: the states told .. begun */
    int64_t old;        /* version of the workbench before; its copy must be there. 0 for none */
    char old_digest[DIGEST_TEXT];
    uint64_t seed, cuts, recoveries_cut, again_at, calls;
    struct found *found; /* since the last change of `old` */
    size_t found_count;
    const char *doing;
    char fault[1024]; /* the first that was found */
};

static char *path_in(const struct cutting *cutting, int depth, const char *name)
{
    return memory_format("%s/%d/%s", cutting->folder, depth, name);
}

static size_t sector_of(uint64_t seed)
{
    return seed & 1 ? 512 : 4096;
}

static void note_fault(struct cutting *cutting, uint64_t seed, const char *what, const char *why)
{
    if (!*cutting->fault)
        snprintf(cutting->fault, sizeof cutting->fault, "%s, seed %llu, cut %llu: %s: %s",
                 cutting->doing, (unsigned long long)seed, (unsigned long long)cutting->cuts, what,
                 why);
}

static bool is_allowed(const struct cutting *cutting, const char *digest, char *why, size_t size)
{
    for (size_t i = cutting->told; i <= cutting->begun && i < cutting->past.count; i++)
        if (strcmp(cutting->past.digests[i], digest) == 0)
            return true;
    snprintf(why, size, "expected a state of %zu to %zu, found", cutting->told, cutting->begun);
    for (size_t i = 0; i < cutting->past.count; i++)
        if (strcmp(cutting->past.digests[i], digest) == 0)
            snprintf(why + strlen(why), size - strlen(why), " state %zu", i);
    return false;
}

/* The copy of a workbench of before, which must be whole once the workbench is changed. */
static bool has_copy(const struct cutting *cutting, int depth, char *why, size_t size)
{
    char digest[DIGEST_TEXT] = "", name[32];
    sqlite3 *copy;
    snprintf(name, sizeof name, "bench.db.before-%lld", (long long)cutting->old);
    char *path = path_in(cutting, depth, name);
    if (sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        content_is_sound(copy, why, size)) {
        content_digest(copy, digest);
        snprintf(why, size, "the copy is another");
    } else {
        snprintf(why, size, "the copy: %s", sqlite3_errmsg(copy));
    }
    sqlite3_close(copy);
    free(path);
    return strcmp(digest, cutting->old_digest) == 0;
}

/* Opens what is left on the disk as a keeper does, and looks at all of it; false with a fault. */
static bool open_left(struct cutting *cutting, int depth, uint64_t seed, char digest[DIGEST_TEXT])
{
    char why[512] = "";
    struct error error;
    char *path = path_in(cutting, depth, "bench.db");
    struct store *store = store_open_writer(path, &error);
    free(path);
    if (!store) {
        note_fault(cutting, seed, "it does not open", error.text);
        return false;
    }
    content_digest(store_handle(store), digest);
    if (!content_is_sound(store_handle(store), why, sizeof why))
        note_fault(cutting, seed, "it is damaged", why);
    else if (cutting->old && !has_copy(cutting, depth, why, sizeof why))
        note_fault(cutting, seed, "what was before is lost", why);
    store_close(store);
    return !*cutting->fault;
}

static void look(struct cutting *cutting, int depth, uint64_t seed, bool always)
{
    struct found found = {.disk = crash_disk_hash(cutting->disks[depth])};
    char why[512];
    size_t i = 0;
    while (!always && i < cutting->found_count && cutting->found[i].disk != found.disk)
        i++;
    if (!always && i < cutting->found_count) {
        found = cutting->found[i];
    } else if (open_left(cutting, depth, seed, found.digest)) {
        cutting->found =
            memory_resize(cutting->found, cutting->found_count + 1, sizeof *cutting->found);
        cutting->found[cutting->found_count++] = found;
    } else {
        return;
    }
    if (!is_allowed(cutting, found.digest, why, sizeof why))
        note_fault(cutting, seed, "it is neither before nor after", why);
}

static void cut_again(void *context, enum crash_call call);

/* Cuts the power of disk `depth` - 1 and looks at what is left. */
static void cut(struct cutting *cutting, int depth, uint64_t seed)
{
    struct crash_disk *left = cutting->disks[depth];
    cutting->cuts++;
    crash_vfs_mount(cutting->vfs, left, NULL, NULL);
    crash_disk_cut(cutting->disks[depth - 1], left, seed, sector_of(seed));
    bool again = depth < DEPTH_MOST && seed % AGAIN == 0;
    if (again) {
        cutting->again_at = seed / AGAIN % 30;
        crash_vfs_mount(cutting->vfs, left, cut_again, cutting);
    }
    look(cutting, depth, seed, again);
    crash_vfs_unmount(cutting->vfs, left);
}

static uint64_t next_seed(struct cutting *cutting)
{
    struct random random = random_at(cutting->seed, RANDOM_SCRIPT, (uint32_t)cutting->calls++, 1);
    return (uint64_t)random_bits(&random) << 32 | random_bits(&random);
}

static void cut_again(void *context, enum crash_call call)
{
    struct cutting *cutting = context;
    (void)call;
    if (cutting->again_at-- != 0)
        return;
    cutting->recoveries_cut++;
    cut(cutting, DEPTH_MOST, next_seed(cutting) | 1);
}

static void cut_here(void *context, enum crash_call call)
{
    struct cutting *cutting = context;
    (void)call;
    cut(cutting, 1, next_seed(cutting));
}

/* -- lives ------------------------------------------------------------------------------------- */

/* A disk without anything, in the place of the one before. */
static void renew(struct cutting *cutting, crash_before *before)
{
    cutting->found_count = 0;
    crash_vfs_unmount(cutting->vfs, cutting->disks[0]);
    struct crash_disk *empty = crash_disk_new("");
    crash_disk_cut(empty, cutting->disks[0], 0, 512);
    crash_disk_free(empty);
    char *path = path_in(cutting, 0, "bench.db");
    unlink(path);
    free(path);
    crash_vfs_mount(cutting->vfs, cutting->disks[0], before, cutting);
}

static void note_state(struct past *past, struct store *store)
{
    assert_in_range(past->count, 0, STATES_MOST - 1);
    content_digest(store_handle(store), past->digests[past->count++]);
}

/* One life; where `past` is not NULL its states are noted, else the power is cut. */
static void live(struct cutting *cutting, struct past *past)
{
    struct story story;
    struct error error;
    char *path = path_in(cutting, 0, "bench.db");
    renew(cutting, past ? NULL : cut_here);
    story_begin(&story, cutting->folder, path);
    story.checkpoint_pages = cutting->seed % 3 == 0 ? 1000 : 10 + (int)(cutting->seed % 7) * 10;
    story.cache_pages = cutting->seed % 4 == 0 ? 5 : 2000;
    cutting->told = 0;
    for (size_t i = 0; i < story_step_count && !*cutting->fault; i++) {
        const struct story_step *step = &story_steps[i];
        cutting->doing = step->name;
        cutting->begun = i;
        if (!step->take(&story, &error))
            fail_msg("%s: %s", step->name, error.text);
        if (past)
            note_state(past, story.keeper.server.store);
        else if (step->durable)
            cutting->told = i;
    }
    story_end(&story);
    free(path);
}

/* A workbench of an older thaw is brought up to date. */
static void migrate(struct cutting *cutting, int64_t version)
{
    struct error error;
    char *path = path_in(cutting, 0, "bench.db");
    renew(cutting, NULL);
    old_workbench_make(path, version, cutting->old_digest);
    crash_vfs_mount(cutting->vfs, cutting->disks[0], NULL, NULL);
    struct store *store = store_open_writer(path, &error);
    if (!store)
        fail_msg("version %lld: %s", (long long)version, error.text);
    cutting->past.count = 0;
    note_state(&cutting->past, store);
    store_close(store);
    renew(cutting, NULL);
    old_workbench_make(path, version, cutting->old_digest);
    cutting->told = cutting->begun = 0;
    cutting->old = version;
    cutting->doing = "migration";
    crash_vfs_mount(cutting->vfs, cutting->disks[0], cut_here, cutting);
    store = store_open_writer(path, &error);
    if (!store)
        fail_msg("version %lld: %s", (long long)version, error.text);
    store_close(store);
    cutting->old = 0;
    free(path);
}

static void assert_no_fault(const struct cutting *cutting)
{
    if (*cutting->fault)
        fail_msg("seed of the round %llu: %s", (unsigned long long)cutting->seed, cutting->fault);
}

static uint64_t wanted(void)
{
    const char *text = getenv("CUTS");
    return text && *text ? strtoull(text, NULL, 10) : 5000;
}

static bool is_long(void)
{
    return wanted() > 5000;
}

/* -- tests ------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    struct cutting *cutting = memory_new(sizeof *cutting);
    *state = cutting;
    snprintf(cutting->folder, sizeof cutting->folder, "/tmp/thaw-cuts-XXXXXX");
    if (!mkdtemp(cutting->folder))
        return -1;
    story_prepare(cutting->folder);
    setenv("THAW_WORKER", "/bin/true", 1); /* a resume starts one; what it would say is played */
    signal(SIGPIPE, SIG_IGN);
    cutting->vfs = crash_vfs_new(4096);
    for (int i = 0; i <= DEPTH_MOST; i++) {
        char *folder = memory_format("%s/%d", cutting->folder, i);
        if (mkdir(folder, 0700) != 0)
            return -1;
        cutting->disks[i] = crash_disk_new(folder);
        free(folder);
    }
    crash_vfs_mount(cutting->vfs, cutting->disks[0], NULL, NULL);
    return 0;
}

static int tear_down(void **state)
{
    struct cutting *cutting = *state;
    char command[96];
    crash_vfs_free(cutting->vfs);
    for (int i = 0; i <= DEPTH_MOST; i++)
        crash_disk_free(cutting->disks[i]);
    snprintf(command, sizeof command, "rm -rf '%s'", cutting->folder);
    free(cutting->found);
    free(cutting);
    return system(command);
}

static void nothing_told_is_lost_and_nothing_is_half(void **state)
{
    struct cutting *cutting = *state;
    uint64_t most = wanted(), day = (uint64_t)clock_now();
    double begin = clock_monotonic();
    struct past past = {.count = 0};
    live(cutting, &past);
    for (uint64_t round = 1; cutting->cuts < most; round++) {
        bool fixed = cutting->cuts < most / 4 * 3;
        cutting->seed = fixed ? round : day + round;
        cutting->past = past;
        live(cutting, NULL);
        assert_no_fault(cutting);
        migrate(cutting, 1 + (int64_t)(round % OLD_WORKBENCH_VERSIONS));
        assert_no_fault(cutting);
        if (is_long())
            print_message("%llu of %llu cuts, round %llu, %.0f s\n",
                          (unsigned long long)cutting->cuts, (unsigned long long)most,
                          (unsigned long long)round, clock_monotonic() - begin);
    }
    print_message("%llu cuts, %llu of them while what an earlier one had left was opened; the seed "
                  "of the day is %llu; %.1f s\n",
                  (unsigned long long)cutting->cuts, (unsigned long long)cutting->recoveries_cut,
                  (unsigned long long)day, clock_monotonic() - begin);
    assert_true(cutting->recoveries_cut > 0);
}

/* The test itself: on a disk that does not keep what it is told to keep, something is lost. */
static void a_disk_that_lies_is_found_out(void **state)
{
    struct cutting *cutting = *state;
    live(cutting, &cutting->past);
    crash_vfs_lie(cutting->vfs);
    for (cutting->seed = 1; cutting->seed < 5 && !*cutting->fault; cutting->seed++)
        live(cutting, NULL);
    assert_string_not_equal(cutting->fault, "");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_disk_that_lies_is_found_out, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_told_is_lost_and_nothing_is_half, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("power_cuts", tests, NULL, NULL);
}
