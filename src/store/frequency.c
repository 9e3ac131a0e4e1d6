/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <stdlib.h>
#include <strings.h>

#include "base/memory.h"
#include "derived_private.h"

struct frequency {
    struct row_file *file;
    bool measured;
    int64_t cumulated, most;
};

static bool take(void *context, const struct tally_group *group, struct error *error)
{
    struct frequency *frequency = context;
    frequency->cumulated += group->count;
    if (group->count > frequency->most)
        frequency->most = group->count;
    struct row_cell cells[8] = {group->keys[0], derived_integer(group->count)};
    if (frequency->measured) {
        cells[2] = derived_real(group->mean);
        cells[3] = derived_real(group->deviation);
        cells[4] = derived_real(group->least);
        cells[5] = derived_real(group->most);
        cells[6] = derived_real(group->sum);
    }
    cells[frequency->measured ? 7 : 2] = derived_integer(frequency->cumulated);
    return row_file_add(frequency->file, cells, error);
}

/* Names that a frequency table uses itself. */
static char *key_name(const char *name)
{
    static const char *const OWN[] = {"count",     "cumulated", "share", "bar", "mean",
                                      "deviation", "least",     "most",  "sum"};
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++)
        if (strcasecmp(name, OWN[i]) == 0)
            return memory_format("%s_value", name);
    return memory_string(name);
}

static void add_columns(struct derived *derived, const struct grid *grid,
                        const struct derived_request *request)
{
    const struct grid_column *key = &grid->columns[request->column];
    char *name = key_name(key->name);
    derived_add(derived, name, (struct grid_column){.type = key->type, .role = key->role});
    free(name);
    derived_add(derived, "count", (struct grid_column){.type = COLUMN_INTEGER, .look = GRID_COUNT});
    if (request->measure == TALLY_NONE)
        return;
    const struct grid_column *measure = &grid->columns[request->measure];
    derived_add(derived, "mean", (struct grid_column){.type = COLUMN_REAL, .role = measure->role});
    derived_add(derived, "deviation", (struct grid_column){.type = COLUMN_REAL});
    derived_add(derived, "least", (struct grid_column){.type = COLUMN_REAL, .role = measure->role});
    derived_add(derived, "most", (struct grid_column){.type = COLUMN_REAL, .role = measure->role});
    derived_add(derived, "sum", (struct grid_column){.type = COLUMN_REAL});
}

bool derived_frequency(const struct grid *grid, const struct derived_request *request,
                       struct derived *derived, struct error *error)
{
    *derived = (struct derived){0};
    if (request->measure != TALLY_NONE && !derived_needs_number(grid, request->measure, error))
        return false;
    add_columns(derived, grid, request);
    bool good = derived_open(derived, 1, error);
    struct frequency frequency = {.file = derived->file,
                                  .measured = request->measure != TALLY_NONE};
    struct tally_request tally = {.filter = request->filter,
                                  .keys = {request->column},
                                  .key_count = 1,
                                  .measure = request->measure,
                                  .scanned = request->scanned};
    good = good && tally_run(grid, &tally, take, &frequency, error);
    derived_add_parts(derived, "share", GRID_SHARE, 1, frequency.cumulated);
    derived_add_parts(derived, "cumulated", GRID_SHARE, frequency.measured ? 7 : 2,
                      frequency.cumulated);
    derived_add_parts(derived, "bar", GRID_BAR, 1, frequency.most);
    return derived_close(derived, good, error);
}
