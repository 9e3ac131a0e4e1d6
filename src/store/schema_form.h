/* SPDX-License-Identifier: MIT
 *
 * What the tables of the newest version must be, written down. To make them in memory and list them
 * takes eight milliseconds, in each process that opens a workbench. A version that is not written
 * down is made (foreign.c). tests/store/test_foreign.c compares the two, and prints what to write.
 */
#ifndef STORE_SCHEMA_FORM_H
#define STORE_SCHEMA_FORM_H

#include <stdint.h>

struct schema_form {
    int64_t version;
    const char *columns; /* a line for each column: "TABLE.NAME TYPE NOTNULL KEY", in order */
    const char *demands; /* a line for each table: its name, a tab, its CHECK constraints */
};

extern const struct schema_form schema_form;

/* All columns of thaw's tables, as lines of `columns`. */
extern const char SCHEMA_FORM_COLUMNS[];

#endif
