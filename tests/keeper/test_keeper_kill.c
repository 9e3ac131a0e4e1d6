/* SPDX-License-Identifier: MIT
 *
 * Kills keeper, worker and client at random moments at least 200 times: during import, migration,
 * start, search, training, checkpoint, evaluation, and restart after a kill. The resumed work must
 * always end with the digests of undisturbed work. The fake worker is quick and often writes
 * checkpoints. The real one runs on the bundled data.
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

#include <cmocka.h>
#include <sqlite3.h>

#include "../store/content.h"
#include "../store/old_workbench.h"
#include "base/clock.h"
#include "base/memory.h"
#include "data/dataset.h"
#include "killing.h"
#include "store/dataset_store.h"
#include "workbench.h"

enum { KILLS_LEAST = 200 };
static struct killing all; /* kills of all tests */

/* Of the day, and printed: where moments matter a seed alone repeats nothing. */
static struct killing begin(struct workbench *bench)
{
    uint64_t seed = (uint64_t)clock_now();
    print_message("seed %llu\n", (unsigned long long)seed);
    return killing_of(bench, seed);
}

static void end(const struct killing *killing, const char *what)
{
    killing_print(killing, what);
    for (int phase = 0; phase < KILLING_PHASE_COUNT; phase++)
        for (int victim = 0; victim < VICTIM_COUNT; victim++)
            all.counts[phase][victim] += killing->counts[phase][victim];
}

static void a_killed_sum_ends_with_the_same_digest(void **state)
{
    static const enum killing_phase phases[] = {KILLING_TRAINING, KILLING_EVALUATION,
                                                KILLING_RECOVERY, KILLING_PHASE_COUNT};
    struct workbench *bench = *state;
    struct killing killing = begin(bench);
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    keeper_disconnect(keeper);
    killing_keeps_digests(&killing, "steps=300 checkpoint=7 sleep=300 large=100000 evaluate=12000",
                          110, phases, 12);
    end(&killing, "training that is played");
}

static void import_bundled(struct workbench *bench)
{
    const struct import_options options = {.name = "synthetic",
                                           .files[DATASET_RATINGS] = SYNTHETIC "/ratings.csv",
                                           .files[DATASET_USERS] = SYNTHETIC "/users.csv",
                                           .files[DATASET_ITEMS] = SYNTHETIC "/items.csv"};
    struct dataset_summary summary;
    struct keeper *keeper = workbench_connect(bench);
    if (!keeper_import(keeper, &options, false, &summary, NULL, &bench->error))
        fail_msg("%s", bench->error.text);
    keeper_disconnect(keeper);
}

/* The real worker, told to checkpoint far more often than it would. */
static void use_real_worker(struct workbench *bench)
{
    char *path = memory_format("%s/worker", bench->folder);
    FILE *file = fopen(path, "w");
    fprintf(file, "#!/bin/sh\nexec '%s' \"$@\" --checkpoint 0.02\n", WORKER);
    fclose(file);
    chmod(path, 0700);
    setenv("THAW_WORKER", path, 1);
    free(path);
}

static void killed_training_ends_with_the_same_digest(void **state)
{
    static const enum killing_phase phases[] = {KILLING_TRAINING, KILLING_EVALUATION,
                                                KILLING_PHASE_COUNT};
    struct workbench *bench = *state;
    struct killing killing = begin(bench);
    use_real_worker(bench);
    import_bundled(bench);
    killing_keeps_digests(
        &killing,
        "local thaw = require 'thaw'\n"
        "local map, learn, plain = thaw.map, thaw.learn, thaw.plain\n"
        "local model = thaw.mlp { embed = 8, hidden = { 16 } }\n"
        "return thaw.experiment {\n"
        "  data = 'synthetic',\n"
        "  mapping = { user = { gender = map.category() }, item = { genres = map.bag() } },\n"
        "  arms = {\n"
        "    maml = { model = model, learner = learn.maml { epochs = 4 } },\n"
        "    ridge = { model = model, learner = learn.ridge { epochs = 4 } },\n"
        "    plain = { model = model, learner = learn.joint { epochs = 3 } },\n"
        "    bias = plain.bias(),\n"
        "  },\n"
        "  baseline = 'bias',\n"
        "}\n",
        15, phases, 2);
    end(&killing, "training");
}

/* What was tried before a kill is not tried again, and what is chosen is the same. */
static void a_killed_search_chooses_the_same(void **state)
{
    static const enum killing_phase phases[] = {KILLING_SEARCH, KILLING_PHASE_COUNT};
    struct workbench *bench = *state;
    struct killing killing = begin(bench);
    use_real_worker(bench);
    import_bundled(bench);
    killing_keeps_digests(
        &killing,
        "local thaw = require 'thaw'\n"
        "local map, learn = thaw.map, thaw.learn\n"
        "local model = thaw.mlp { hidden = { 16 } }\n"
        "return thaw.experiment {\n"
        "  data = 'synthetic', search = { trials = 5, rungs = 2 },\n"
        "  mapping = { user = { gender = map.category() }, item = { genres = map.bag() } },\n"
        "  arms = {\n"
        "    ridge = { model = model, learner = learn.ridge { epochs = 3 } },\n"
        "    plain = { model = model, learner = learn.joint { epochs = 2 } },\n"
        "  },\n"
        "}\n",
        10, phases, 3);
    end(&killing, "search");
}

/* -- imports ----------------------------------------------------------------------------------- */

static void write_big_file(const struct workbench *bench)
{
    char *path = memory_format("%s/big.csv", bench->folder);
    FILE *file = fopen(path, "w");
    fputs("user,item,rating,timestamp,device\n", file);
    for (int i = 0; i < 30000; i++)
        fprintf(file, "u%d,i%d,%d,%d,%s\n", i % 700, i / 700 * 7 % 997, 1 + i % 5, 1000000000 + i,
                i % 3 ? "phone" : "desk");
    fclose(file);
    free(path);
}

static bool import_big(struct workbench *bench, struct error *error)
{
    char *path = memory_format("%s/big.csv", bench->folder);
    const struct import_options options = {.path = path, .name = "big"};
    struct dataset_summary summary;
    struct keeper *keeper = keeper_connect_patiently(bench->database, NULL, error);
    bool good = keeper && keeper_import(keeper, &options, false, &summary, NULL, error);
    keeper_disconnect(keeper);
    free(path);
    return good;
}

static void import_as_client(void *context)
{
    struct workbench *bench = context;
    import_big(bench, &bench->error);
}

/* A keeper whose client is gone may still be storing what that client sent. It answers nobody
 * before it is done, so any answer will do. */
static void await_keeper(struct workbench *bench)
{
    struct keeper *keeper = workbench_connect(bench);
    assert_false(keeper_remove_data(keeper, "no such data set", &bench->error));
    keeper_disconnect(keeper);
}

/* The digest of the data set, "" if there is none. */
static void digest_big(struct workbench *bench, char digest[DIGEST_TEXT])
{
    await_keeper(bench);
    *digest = '\0';
    struct store *store = store_open_reader(bench->database, &bench->error);
    assert_non_null(store);
    struct dataset *dataset = store_dataset_load(store, "big", &bench->error);
    struct bytes bytes = {0};
    if (dataset)
        dataset_write(dataset, &bytes, digest);
    bytes_release(&bytes);
    dataset_free(dataset);
    store_close(store);
}

static void remove_big(struct workbench *bench)
{
    struct keeper *keeper = workbench_connect(bench);
    if (!keeper_remove_data(keeper, "big", &bench->error))
        fail_msg("%s", bench->error.text);
    keeper_disconnect(keeper);
}

/* An execution computes meanwhile, so that there is a worker too; it goes on where it was left. */
static int64_t compute(struct workbench *bench, int64_t execution)
{
    char name[24], note[512];
    snprintf(name, sizeof name, "%lld", (long long)execution);
    struct keeper *keeper = workbench_connect(bench);
    if (!execution)
        execution = workbench_start(bench, keeper, "steps=100000 checkpoint=50 sleep=1000");
    else
        keeper_resume(keeper, name, 1, 0, &execution, note, &bench->error);
    keeper_disconnect(keeper);
    return execution;
}

static void a_killed_import_is_whole_or_nothing(void **state)
{
    struct workbench *bench = *state;
    struct killing killing = begin(bench);
    char expected[DIGEST_TEXT], digest[DIGEST_TEXT];
    unsigned whole = 0;
    struct keeper *keeper = workbench_connect(bench);
    workbench_import(bench, keeper);
    keeper_disconnect(keeper);
    write_big_file(bench);
    double began = clock_monotonic();
    if (!import_big(bench, &bench->error))
        fail_msg("%s", bench->error.text);
    double takes = clock_monotonic() - began;
    digest_big(bench, expected);
    remove_big(bench);
    int64_t execution = 0;
    for (int i = 0; i < 400 && killing_count(&killing) < 36; i++) {
        enum victim victim = (enum victim)(killing_count(&killing) % VICTIM_COUNT);
        execution = compute(bench, execution);
        bool killed =
            killing_once(&killing, KILLING_IMPORT, victim, takes, import_as_client, bench);
        digest_big(bench, digest);
        if (*digest && strcmp(digest, expected) != 0)
            fail_msg("a part of the data set is there");
        whole += killed && *digest;
        if (*digest)
            remove_big(bench);
    }
    if (!import_big(bench, &bench->error))
        fail_msg("%s", bench->error.text);
    digest_big(bench, digest);
    assert_string_equal(digest, expected);
    end(&killing, "import");
    print_message("  %u of these data sets came whole all the same\n", whole);
    for (int victim = 0; victim < VICTIM_COUNT; victim++)
        assert_true(killing.counts[KILLING_IMPORT][victim] >= 12);
}

/* -- migrations -------------------------------------------------------------------------------- */

static void connect_as_client(void *context)
{
    struct workbench *bench = context;
    keeper_disconnect(keeper_connect_patiently(bench->database, NULL, &bench->error));
}

static void digest_file(const char *path, char digest[DIGEST_TEXT])
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    content_digest(handle, digest);
    sqlite3_close(handle);
}

/* A workbench of that version at a new place: a keeper that a killed client has called may still
 * come to the one before. */
static void make_old(struct workbench *bench, int number, int64_t version, char digest[DIGEST_TEXT])
{
    workbench_end_keeper(bench, SIGKILL);
    snprintf(bench->database, sizeof bench->database, "%s/old-%d.db", bench->folder, number);
    old_workbench_make(bench->database, version, digest);
}

static double migrate_undisturbed(struct workbench *bench, int number, int64_t version,
                                  char expected[DIGEST_TEXT])
{
    char before[DIGEST_TEXT];
    make_old(bench, number, version, before);
    double began = clock_monotonic();
    keeper_disconnect(workbench_connect(bench));
    double takes = clock_monotonic() - began;
    workbench_end_keeper(bench, SIGTERM);
    digest_file(bench->database, expected);
    return takes;
}

static void a_killed_migration_ends_with_the_same_digest(void **state)
{
    struct workbench *bench = *state;
    struct killing killing = begin(bench);
    for (int round = 0; round < 100 && killing_count(&killing) < 30; round++) {
        int64_t version = 1 + round % OLD_WORKBENCH_VERSIONS;
        char expected[DIGEST_TEXT], before[DIGEST_TEXT], digest[DIGEST_TEXT], *copy;
        double takes = migrate_undisturbed(bench, 2 * round, version, expected);
        make_old(bench, 2 * round + 1, version, before);
        for (int i = 0; i < 3; i++) { /* what an earlier kill has left is killed again */
            enum victim victim = killing_count(&killing) % 2 ? VICTIM_CLIENT : VICTIM_KEEPER;
            killing_once(&killing, KILLING_MIGRATION, victim, takes, connect_as_client, bench);
        }
        keeper_disconnect(workbench_connect(bench));
        workbench_end_keeper(bench, SIGTERM);
        digest_file(bench->database, digest);
        assert_string_equal(digest, expected);
        copy = memory_format("%s.before-%lld", bench->database, (long long)version);
        digest_file(copy, digest);
        assert_string_equal(digest, before);
        free(copy);
    }
    end(&killing, "migration; there is no worker yet");
    assert_true(killing.counts[KILLING_MIGRATION][VICTIM_KEEPER] >= 10);
    assert_true(killing.counts[KILLING_MIGRATION][VICTIM_CLIENT] >= 10);
}

/* After all others: a migration ends before there is a worker. */
static void all_processes_were_killed_in_all_phases(void **state)
{
    (void)state;
    killing_print(&all, "all");
    assert_true(killing_count(&all) >= KILLS_LEAST);
    for (int phase = 0; phase < KILLING_PHASE_COUNT; phase++)
        for (int victim = 0; victim < VICTIM_COUNT; victim++)
            if (phase != KILLING_MIGRATION || victim != VICTIM_WORKER)
                assert_int_not_equal(all.counts[phase][victim], 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, workbench_set_up, workbench_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_killed_sum_ends_with_the_same_digest),
        TEST(killed_training_ends_with_the_same_digest),
        TEST(a_killed_search_chooses_the_same),
        TEST(a_killed_import_is_whole_or_nothing),
        TEST(a_killed_migration_ends_with_the_same_digest),
        cmocka_unit_test(all_processes_were_killed_in_all_phases),
    };
    return cmocka_run_group_tests_name("keeper_kill", tests, NULL, NULL);
}
