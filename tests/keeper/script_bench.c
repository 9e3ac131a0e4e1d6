/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "script_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "measure.h"

enum { USERS = 80, ITEMS = 60, EACH = 36 };

/* The worker of the keeper is what this link says. */
void script_bench_use(struct script_bench *bench, bool quick)
{
    char *link = memory_format("%s/worker", bench->workbench->folder);
    char *next = memory_format("%s.new", link);
    if (symlink(quick ? QUICK_WORKER : WORKER, next) != 0 || rename(next, link) != 0)
        fail_msg("%s cannot be made", link);
    setenv("THAW_WORKER", link, 1);
    free(next);
    free(link);
}

static void write_ratings(FILE *file)
{
    fputs("user,item,rating,timestamp\n", file);
    for (uint32_t user = 0; user < USERS; user++) {
        struct random random = random_at(1, RANDOM_GENERATOR, user, 0);
        uint32_t items[ITEMS];
        for (uint32_t i = 0; i < ITEMS; i++)
            items[i] = i;
        random_shuffle(&random, items, ITEMS);
        for (uint32_t i = 0; i < EACH; i++)
            fprintf(file, "u%u,i%u,%u,%u\n", user, items[i],
                    1 + (items[i] * 7 + user + random_below(&random, 3)) % 5, 1000 + i);
    }
}

static void write_items(FILE *file)
{
    static const char *const marks[] = {"long", "long|loud", "loud", ""};
    fputs("item,kind,marks,year\n", file);
    for (uint32_t i = 0; i < ITEMS; i++)
        fprintf(file, "i%u,%u,%s,%u\n", i, i % 4, marks[i * 7 % 4], 1960 + i);
}

static char *write_file(struct script_bench *bench, const char *name, void (*write)(FILE *file))
{
    char *path = memory_format("%s/%s", bench->workbench->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    write(file);
    fclose(file);
    return path;
}

static void import_toy(struct script_bench *bench)
{
    char *ratings = write_file(bench, "toy.csv", write_ratings);
    char *items = write_file(bench, "items.csv", write_items);
    const struct import_options options = {
        .name = "toy", .files[DATASET_RATINGS] = ratings, .files[DATASET_ITEMS] = items};
    struct dataset_summary summary;
    struct error error;
    if (!keeper_import(bench->keeper, &options, false, &summary, NULL, &error))
        fail_msg("%s", error.text);
    free(ratings);
    free(items);
}

int script_bench_set_up(void **state)
{
    struct script_bench *bench = memory_new(sizeof *bench);
    void *workbench;
    if (workbench_set_up(&workbench) != 0)
        return -1;
    *state = bench;
    bench->workbench = workbench;
    script_bench_use(bench, false);
    bench->keeper = workbench_connect(workbench);
    bench->keeper_process = workbench_keeper_process(workbench);
    import_toy(bench);
    return 0;
}

int script_bench_tear_down(void **state)
{
    struct script_bench *bench = *state;
    void *workbench = bench->workbench;
    keeper_disconnect(bench->keeper);
    free(bench);
    return workbench_tear_down(&workbench);
}

struct script_answer script_bench_check(struct script_bench *bench, const char *path,
                                        const char *source, const char *settings)
{
    const struct start_options options = {.script_path = path,
                                          .script = source,
                                          .script_size = strlen(source),
                                          .data = "toy",
                                          .settings = settings,
                                          .threads = 1};
    struct error error;
    struct script_answer answer = {.seconds = -clock_monotonic(),
                                   .computed = -measure_children(bench->keeper_process)};
    if (!keeper_check(bench->keeper, &options, &answer.report, &error))
        fail_msg("%s", error.text);
    answer.seconds += clock_monotonic();
    while (workbench_worker_process(bench->workbench) != 0)
        clock_sleep(0.001); /* its time is counted when it is gone */
    answer.computed += measure_children(bench->keeper_process);
    return answer;
}

bool script_sentence_is_clean(const char *text)
{
    for (const char *at = text; *at; at++)
        if (((unsigned char)*at < ' ' && *at != '\n') || *at == 127)
            return false;
    return text_is_utf8(text, strlen(text));
}
