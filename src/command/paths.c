/* SPDX-License-Identifier: MIT
 *
 * Finds the workbench file and the files installed with thaw.
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "command/command.h"

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

char *command_default_database(void)
{
    const char *database = environment("THAW_DB"), *data = environment("XDG_DATA_HOME");
    const char *home = environment("HOME");
    if (database)
        return memory_string(database);
    if (data)
        return memory_format("%s/thaw/workbench.db", data);
    return memory_format("%s/.local/share/thaw/workbench.db", home ? home : "/tmp");
}

/* The folder of the running program, without a final slash. */
static char *program_folder(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return memory_string("");
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash)
        *slash = '\0';
    return memory_string(path);
}

/* Whether the running program is the one in its build tree, so that bundled files are taken from
 * the source tree. */
static bool program_is_built_in_place(void)
{
    char *folder = program_folder(), built[PATH_MAX];
    bool same = realpath(BUILD_FOLDER, built) && strcmp(folder, built) == 0;
    free(folder);
    return same;
}

char *command_bundled_path(const char *relative)
{
    char source[PATH_MAX];
    if (program_is_built_in_place() && realpath(SOURCE_FOLDER, source))
        return memory_format("%s/%s", source, relative);
    return memory_format("%s/%s", DATA_FOLDER, relative);
}
