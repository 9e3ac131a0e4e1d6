/* SPDX-License-Identifier: MIT
 *
 * Files of SQLite that somebody else made, damaged or hostile. What is read is comma-separated
 * UTF-8 with a name for each column; the file stays as it is, and nothing appears beside it; a
 * refusal can be shown. The first line is the table or the SELECT; the rest is the file.
 */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "fuzz.h"
#include "store/foreign_table.h"

/* A statement may go on for ever. */
static bool give_up(void *context)
{
    enum { ASKED_MOST = 50 };
    return ++*(int *)context > ASKED_MOST;
}

static void check_kept(const char *path, const uint8_t *data, size_t size)
{
    FILE *file = fopen(path, "rb");
    char *now = malloc(size + 1);
    fuzz_require(file && now && fread(now, 1, size + 1, file) == size &&
                     (size == 0 || memcmp(now, data, size) == 0),
                 "the file stays as it is");
    fclose(file);
    free(now);
}

static void check_alone(void)
{
    DIR *folder = opendir(fuzz_folder());
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    fuzz_require(count == 1, "nothing appears beside the file");
}

static void check_refusal(const struct error *error)
{
    fuzz_require(*error->text && fuzz_is_safe(error->text, strlen(error->text)),
                 "a refusal can be shown");
}

/* As many line ends outside of quotes as rows and a header. */
static void check_rows(const char *text, size_t size, uint64_t rows)
{
    uint64_t ends = 0;
    bool quoted = false;
    for (size_t i = 0; i < size; i++) {
        quoted = quoted != (text[i] == '"');
        ends += !quoted && text[i] == '\n';
    }
    fuzz_require(!quoted && ends == rows + 1 && text_is_utf8(text, size), "rows are text");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    char *what = fuzz_text(&input, '\n'), *text = NULL;
    char path[128];
    size_t length = 0;
    uint64_t rows;
    int asked = 0;
    struct error error = {0};
    snprintf(path, sizeof path, "%s", fuzz_file("fuzz.db", input.data, input.size));
    const struct foreign_request request = {
        .path = path, .what = what, .cancelled = give_up, .context = &asked};
    FILE *output = open_memstream(&text, &length);
    fuzz_require(output != NULL, "there is memory");
    bool good = foreign_table_write(&request, output, &rows, &error);
    fclose(output);
    if (good)
        check_rows(text, length, rows);
    else
        check_refusal(&error);
    if (foreign_table_is_file(path)) {
        fuzz_require(!foreign_table_refuse(path, &error), "it is refused without a table");
        check_refusal(&error);
    }
    check_kept(path, input.data, input.size);
    check_alone();
    free(text);
    free(what);
    return 0;
}
