/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "schema.h"

/* Data sets: what is known of each, and the columns of its tables in their order. `part` is the end
 * of the table's name, `name` the column in the table, `source_name` its name in the imported file,
 * `role` what it means to thaw. */
static const char DATASETS[] =
    "CREATE TABLE thaw_datasets ("
    " name TEXT PRIMARY KEY,"
    " source TEXT NOT NULL,"
    " format TEXT NOT NULL,"
    " imported_at INTEGER NOT NULL,"
    " users INTEGER NOT NULL,"
    " items INTEGER NOT NULL,"
    " ratings INTEGER NOT NULL,"
    " user_rows INTEGER NOT NULL,"
    " item_rows INTEGER NOT NULL,"
    " duplicates INTEGER NOT NULL,"
    " rejected INTEGER NOT NULL,"
    " first_time INTEGER,"
    " last_time INTEGER,"
    " mean REAL NOT NULL,"
    " smallest REAL NOT NULL,"
    " largest REAL NOT NULL"
    ") STRICT;"
    "CREATE TABLE thaw_columns ("
    " dataset TEXT NOT NULL REFERENCES thaw_datasets (name) ON DELETE CASCADE,"
    " part TEXT NOT NULL CHECK (part IN ('ratings', 'users', 'items')),"
    " position INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " source_name TEXT NOT NULL,"
    " type TEXT NOT NULL CHECK (type IN ('TEXT', 'INTEGER', 'REAL')),"
    " role TEXT NOT NULL,"
    " PRIMARY KEY (dataset, part, position)"
    ") STRICT;";

const char *const schema_steps[] = {
    DATASETS,
};
const size_t schema_step_count = sizeof schema_steps / sizeof *schema_steps;
