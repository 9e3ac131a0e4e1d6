/* SPDX-License-Identifier: MIT
 *
 * Names and descriptions of the tables of a data set in the workbench, for the files that write,
 * load and show them.
 */
#ifndef STORE_DATASET_TABLES_H
#define STORE_DATASET_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "data/dataset_sink.h"
#include "statement.h"
#include "store/store.h"

struct stored_column {
    char *name, *source_name;
    enum column_type type;
    enum column_role role;
};

/* Columns in their order; count 0 if the data set has no such table. */
struct stored_columns {
    struct stored_column *columns;
    size_t count;
};

bool stored_columns_read(struct store *store, const char *dataset, enum dataset_table part,
                         struct stored_columns *columns, struct error *error);
bool stored_columns_write(struct store *store, const char *dataset, enum dataset_table part,
                          const struct stored_columns *columns, struct error *error);
void stored_columns_release(struct stored_columns *columns); /* accepts NULL */

/* Takes over the columns of a source. Their names become identifiers that differ in more than case
 * and need quotes only if they are SQL keywords. */
void stored_columns_from(const struct dataset_column *source, size_t count,
                         struct stored_columns *columns);

/* The name of the column of that role, or NULL. */
const char *stored_columns_role(const struct stored_columns *columns, enum column_role role);

/* SELECT of all columns, quoted, followed by `rest`; freed by the caller with sqlite3_free. */
char *stored_columns_select(const char *dataset, enum dataset_table part,
                            const struct stored_columns *columns, const char *rest);

/* DATASET_TABLES if the name is unknown. */
enum dataset_table dataset_part_of(const char *name);
/* Sets type and role from their names in the register. If one of them is unknown, returns false and
 * makes the column a text or an attribute. */
bool stored_column_describe(struct stored_column *column, const char *type, const char *role);
/* Ids and ratings cannot be missing. In a table of users or items, the id that it describes is the
 * key. */
bool stored_column_is_needed(enum dataset_table part, enum column_role role);
bool stored_column_is_key(enum dataset_table part, enum column_role role);

enum { DATASET_NAME_MOST = 48 };
/* Whether it consists of letters, digits and "_", begins with a letter and is short enough. */
bool dataset_name_fits(const char *name);
/* Whether its tables would have names that belong to thaw or SQLite. */
bool dataset_name_is_taken(const char *name);

/* Fails with "there is no data set ..." if the name is unknown. `exact` gets the name as it is
 * written in the workbench (names differ in more than case). */
bool dataset_known(struct store *store, const char *name, char exact[64], struct error *error);

#endif
