/* SPDX-License-Identifier: MIT
 *
 * Says which files of a folder an import does not read, and which options would take them.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/file.h"
#include "base/memory.h"
#include "folder_sides.h"
#include "layout.h"
#include "members.h"
#include "source_path.h"

static bool is_same_file(const char *path, const char *other)
{
    struct stat one, two;
    return strcmp(path, other) == 0 || (stat(path, &one) == 0 && stat(other, &two) == 0 &&
                                        one.st_ino == two.st_ino && one.st_dev == two.st_dev);
}

/* Whether a file of a level of the layout is read, or why it is not was said. */
static bool is_read(const struct layout *layout, const struct folder_names *folder,
                    const char *name, const struct source_table tables[DATASET_TABLES])
{
    char *path = source_path_join(folder->path, name);
    bool read = strcmp(name, IMPORT_TYPES_FILE) == 0;
    for (size_t part = 0; part < DATASET_TABLES && !read; part++) {
        const struct records *records = tables[part].records;
        read =
            records && (is_same_file(path, lines_path(records->lines)) ||
                        (records->format->takes && records->format->takes(records->lines, name)));
    }
    for (size_t i = 0; i < layout->count && !read; i++)
        read = is_same_file(path, layout->further[i].path);
    free(path);
    return read;
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return path && strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* Whether a file in a folder of the folder is read. */
static bool is_read_in(const struct layout *layout, const struct folder_names *folder,
                       const char *name, const struct source_table tables[DATASET_TABLES])
{
    char *path = source_path_join(folder->path, name);
    bool read = false;
    for (size_t part = 0; part < DATASET_TABLES; part++)
        read = read || is_below(tables[part].path, path);
    for (size_t i = 0; i < layout->count; i++)
        read = read || is_below(layout->further[i].path, path);
    free(path);
    return read;
}

static void tell_other_ratings(const struct folder_names *folder, const char *name,
                               struct import_plan *plan)
{
    char *path = source_path_join(folder->path, name);
    struct decision *decision = decisions_add(&plan->decisions, name, "file", "left out");
    decision_because(decision, "it may be ratings too; --ratings %s takes it", path);
    decision->told = true;
    free(path);
}

/* Names with commas between them, as many as a decision can hold. */
struct name_list {
    struct bytes text;
    size_t more; /* names that are not in the text */
};

static void list_name(struct name_list *list, const char *name, const char *mark)
{
    enum { LIST_BYTES = 500 };
    if (list->text.size + strlen(name) > LIST_BYTES) {
        list->more++;
        return;
    }
    if (list->text.size > 0)
        bytes_add(&list->text, ", ", 2);
    bytes_add(&list->text, name, strlen(name));
    bytes_add(&list->text, mark, strlen(mark));
}

static void tell_names(struct name_list *list, struct import_plan *plan)
{
    if (list->text.size == 0 && list->more == 0)
        return;
    bytes_add_u8(&list->text, 0);
    struct decision *decision = decisions_add(&plan->decisions, "", "other files", "not read");
    const char *names = (const char *)list->text.data;
    if (list->more > 0)
        decision_because(decision, "%s and %zu more", names, list->more);
    else
        decision_because(decision, "%s", names);
    decision->told = true;
}

void layout_tell_unread(const struct layout *layout,
                        const struct source_table tables[DATASET_TABLES], struct import_plan *plan)
{
    struct name_list list = {.more = 0};
    for (size_t level = 0; level < layout->depth; level++) {
        const struct folder_names *folder = &layout->levels[level];
        for (size_t i = 0; i < folder->count; i++) {
            const char *name = folder->names[i];
            if (member_explains(name) || is_read(layout, folder, name, tables) ||
                folder_sides_offer(folder, name, plan))
                continue;
            if (layout_names_ratings(name))
                tell_other_ratings(folder, name, plan);
            else
                list_name(&list, name, "");
        }
        for (size_t i = 0; i < folder->folder_count; i++)
            if (!is_read_in(layout, folder, folder->folders[i], tables))
                list_name(&list, folder->folders[i], "/");
    }
    tell_names(&list, plan);
    bytes_release(&list.text);
}
