/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "round_trip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "import/import.h"
#include "report/dataset_export.h"
#include "store/dataset_store.h"

struct error error;
char folder[64], out[96], database[96];
struct store *store;

int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-export-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    store = store_open_writer(database, &error);
    return store ? 0 : -1;
}

int tear_down(void **state)
{
    (void)state;
    char command[128];
    store_close(store);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

bool try_import(struct import_options options)
{
    struct import_plan plan = {.rejected = 0};
    struct dataset_summary summary = {0};
    store_set_durable(store, false);
    if (!store_begin(store, &error))
        return false;
    struct dataset_writer *writer = store_dataset_create(store, options.name, true, &error);
    struct dataset_sink sink = writer ? dataset_writer_sink(writer) : (struct dataset_sink){0};
    bool good = writer && import_read(&options, &sink, &plan, NULL, NULL, &error);
    if (!good)
        dataset_writer_free(writer);
    good = good && dataset_writer_finish(writer, &summary, &error) && store_commit(store, &error);
    store_rollback(store);
    import_plan_release(&plan);
    return good;
}

void import(struct import_options options)
{
    if (!try_import(options))
        fail_msg("%s", error.text);
}

bool try_export(const char *name, enum export_format format, bool replace,
                struct export_report *report)
{
    return dataset_export(store, name, &(struct export_options){format, out, replace}, report,
                          &error);
}
