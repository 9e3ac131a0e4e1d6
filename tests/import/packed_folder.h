/* SPDX-License-Identifier: MIT
 *
 * Imports of packed files and archives that a test makes in a folder of its own.
 */
#ifndef TESTS_IMPORT_PACKED_FOLDER_H
#define TESTS_IMPORT_PACKED_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "import/import.h"

extern struct error error;
extern struct import_plan plan;
extern struct bytes taken; /* all that the sink got, as text */
extern char folder[64], rows[8192];
extern const char items[];

void write_file(const char *name, const void *data, size_t size);
int set_up(void **state);
int tear_down(void **state);
bool import(const struct import_options *options);
bool import_path(const char *path);
char *digest_of_path(const char *path, char digest[DIGEST_TEXT]);
void assert_refused(const char *path, const char *says);
void make_archive(const char *name, const char *inner);

enum { ARCHIVES = 8 };
extern const char *const archive_names[ARCHIVES];

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
