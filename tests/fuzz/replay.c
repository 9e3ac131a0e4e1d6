/* SPDX-License-Identifier: MIT
 *
 * Runs a harness on files and folders of files, by default on its own corpus, so that a fuzzer's
 * past findings stay fixed. A libFuzzer build leaves it out, because libFuzzer has its own main.
 */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "fuzz.h"

/* In a block of just that size, so that a sanitizer sees one byte too many. */
static unsigned replay_file(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &status) != 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    size_t size = (size_t)status.st_size;
    uint8_t *data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, file) != size) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 1;
}

static unsigned replay(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return replay_file(path);
    unsigned count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        char *inside = memory_format("%s/%s", path, entry->d_name);
        count += replay(inside);
        free(inside);
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++)
        count += replay(argv[i]);
    if (argc == 1) {
        const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
        const char *source = getenv("THAW_SOURCE"), *folder = strrchr(name, '_');
        char *corpus = memory_format("%s/tests/fuzz/corpus/%s", source ? source : ".",
                                     folder ? folder + 1 : name);
        count = replay(corpus);
        free(corpus);
    }
    if (count == 0)
        fprintf(stderr, "there is nothing to replay\n");
    else
        printf("%u inputs\n", count);
    return count == 0;
}
