/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "packed_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "import/import.h"

#include "archive_maker.h"

struct error error;
struct import_plan plan;

struct bytes taken; /* all that the sink got, as text */

char folder[64], rows[8192];
const char items[] = "item,title\n1,One\n2,Two\n";

void write_file(const char *name, const void *data, size_t size)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    fclose(file);
}

int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/thaw-import-XXXXXX");
    size_t used = (size_t)snprintf(rows, sizeof rows, "user,item,rating\n");
    for (int i = 0; i < 400; i++)
        used += (size_t)snprintf(rows + used, sizeof rows - used, "%d,%d,%d\n", i % 7, i, i % 5);
    return mkdtemp(folder) ? chdir(folder) : -1;
}

int tear_down(void **state)
{
    (void)state;
    import_plan_release(&plan);
    char command[128];
    bytes_release(&taken);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return chdir("/") || system(command);
}

static bool take_table(void *context, enum dataset_table table,
                       const struct dataset_column *columns, size_t count, struct error *failure)
{
    (void)context, (void)failure;
    bytes_add_format(&taken, "table %d\n", (int)table);
    for (size_t i = 0; i < count; i++)
        bytes_add_format(&taken, "%s %d\n", columns[i].name, (int)columns[i].type);
    return true;
}

static bool take_row(void *context, enum dataset_table table, const struct dataset_cell *cells,
                     struct error *failure)
{
    (void)context, (void)failure;
    if (table == DATASET_RATINGS)
        bytes_add_format(&taken, "%.*s %.*s %d\n", (int)cells[0].length, cells[0].text,
                         (int)cells[1].length, cells[1].text, (int)cells[2].integer);
    return true;
}

bool import(const struct import_options *options)
{
    struct dataset_sink sink = {NULL, take_table, take_row};
    bytes_clear(&taken);
    memset(&error, 0, sizeof error);
    import_plan_release(&plan);
    return import_read(options, &sink, &plan, NULL, NULL, &error);
}

bool import_path(const char *path)
{
    struct import_options options = {.path = path};
    return import(&options);
}

char *digest_of_path(const char *path, char digest[DIGEST_TEXT])
{
    bool imported = import_path(path);
    assert_string_equal(error.text, "");
    assert_true(imported);
    digest_of(taken.data, taken.size, digest);
    return digest;
}

void assert_refused(const char *path, const char *says)
{
    assert_false(import_path(path));
    assert_string_equal(error.text, says);
    assert_int_equal(taken.size, 0);
}

void make_archive(const char *name, const char *inner)
{
    char path[128];
    struct archive *archive = archive_begin(name);
    snprintf(path, sizeof path, "%sREADME.txt", inner);
    archive_add(archive, path, "what it is", 10);
    snprintf(path, sizeof path, "%sratings.csv", inner);
    archive_add(archive, path, rows, strlen(rows));
    archive_add(archive, "__MACOSX/._ratings.csv", "\0\5\26\7", 4);
    snprintf(path, sizeof path, "%sitems.csv", inner);
    archive_add(archive, path, items, strlen(items));
    archive_end(archive);
}

const char *const archive_names[ARCHIVES] = {
    "x.zip", "x.store.zip", "x.7z", "x.tar", "x.tar.gz", "x.tar.bz2", "x.tar.xz", "x.tar.zst",
};
