/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "memory_share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"

enum { TEXT_MOST = 64 << 10 };

static char *read_text(const char *root, const char *folder, const char *name)
{
    size_t size;
    struct error ignored;
    char *path = memory_format("%s%s%s", root, folder, name);
    char *text = file_read(path, TEXT_MOST, &size, ERROR_STORE, &ignored);
    free(path);
    return text;
}

/* The number after a word at the start of a line, or at the start of the text if the word is "". */
static uint64_t number_behind(const char *text, const char *word, uint64_t otherwise)
{
    size_t length = strlen(word);
    for (const char *line = text; line && *line; line = strchr(line, '\n'), line += line != NULL) {
        char *end;
        if (strncmp(line, word, length) != 0)
            continue;
        uint64_t number = strtoull(line + length, &end, 10);
        return end == line + length ? otherwise : number;
    }
    return otherwise;
}

static uint64_t read_number(const char *root, const char *folder, const char *name,
                            const char *word, uint64_t otherwise)
{
    char *text = read_text(root, folder, name);
    uint64_t number = text ? number_behind(text, word, otherwise) : otherwise;
    free(text);
    return number;
}

/* The memory left under the limits of one group. File cache that can be dropped does not count as
 * taken. */
static uint64_t left_in_group(const char *root, const char *folder)
{
    uint64_t most = read_number(root, folder, "/memory.max", "", UINT64_MAX);
    uint64_t high = read_number(root, folder, "/memory.high", "", UINT64_MAX);
    uint64_t taken = read_number(root, folder, "/memory.current", "", 0);
    uint64_t files = read_number(root, folder, "/memory.stat", "inactive_file ", 0);
    most = high < most ? high : most;
    if (most == UINT64_MAX)
        return UINT64_MAX;
    taken = files < taken ? taken - files : 0;
    return taken < most ? most - taken : 0;
}

/* The least memory left in this process's group and in the groups around it. */
static uint64_t left_in_groups(const char *root)
{
    char *groups = read_text(root, "/proc/self/cgroup", "");
    char *own = groups ? strstr(groups, "0::/") : NULL;
    uint64_t least = UINT64_MAX;
    if (own) {
        char *folder = memory_format("/sys/fs/cgroup%.*s", (int)strcspn(own + 3, "\n"), own + 3);
        for (char *end; strlen(folder) >= strlen("/sys/fs/cgroup"); *end = '\0') {
            uint64_t left = left_in_group(root, folder);
            least = left < least ? left : least;
            end = strrchr(folder, '/');
        }
        free(folder);
    }
    free(groups);
    return least;
}

uint64_t memory_free(const char *root)
{
    uint64_t kilobytes = read_number(root, "/proc/meminfo", "", "MemAvailable:", 0);
    uint64_t machine = kilobytes * 1024, groups = left_in_groups(root);
    return kilobytes > 0 && machine < groups ? machine : groups == UINT64_MAX ? 0 : groups;
}

uint64_t memory_resident(pid_t process)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/statm", (long)process);
    char *text = read_text("", path, ""), *second = text ? strchr(text, ' ') : NULL;
    uint64_t pages = second ? strtoull(second, NULL, 10) : 0;
    free(text);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

uint64_t memory_share(uint64_t is_free, uint64_t promised)
{
    uint64_t left = is_free > promised ? is_free - promised : 0;
    uint64_t share = left / 4 * 3;
    return share < MEMORY_LEAST ? MEMORY_LEAST : share;
}
