/* SPDX-License-Identifier: MIT
 *
 * Packed files and archives, read in this process instead of one of their own. Nothing that is
 * listed leads out of the archive; nothing unfolds beyond its bounds; what is wrong is a sentence;
 * the same bytes give the same files. All bytes are the file.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/memory.h"
#include "fuzz.h"
#include "import/members.h"
#include "import/packed_source.h"
#include "import/unpacker.h"

enum { MEMBERS_TRIED = 3 };

struct packed {
    int file;
    size_t size;
    enum packing packing;
};

/* The output of an order, at its beginning; -1 if it was refused. */
static int carry_out(const struct packed *packed, const char *member, bool list, bool *stream)
{
    struct error error;
    struct unpacker_result result;
    struct unpacker_order order = {.file = packed->file,
                                   .packing = packed->packing,
                                   .path = "fuzz.zip",
                                   .member = member,
                                   .list = list,
                                   .output = file_open_nameless(ERROR_INPUT, &error)};
    fuzz_require(order.output >= 0, "there is a place for files");
    unpacker_run(&order, &result);
    *stream = result.stream;
    if (result.good) {
        lseek(order.output, 0, SEEK_SET);
        return order.output;
    }
    fuzz_require(*result.error.text && result.error.kind == ERROR_INPUT &&
                     fuzz_is_safe(result.error.text, strlen(result.error.text)),
                 "a refusal is a sentence");
    close(order.output);
    return -1;
}

static void digest_member(const struct packed *packed, const char *member, char text[DIGEST_TEXT])
{
    bool stream;
    struct stat status;
    int file = carry_out(packed, member, false, &stream);
    strcpy(text, "refused");
    if (file < 0)
        return;
    fuzz_require(fstat(file, &status) == 0 &&
                     (uint64_t)status.st_size <=
                         UNPACK_FREE + UNPACK_RATIO * (uint64_t)packed->size,
                 "what is unpacked keeps to its bounds");
    char *data = memory_new((size_t)status.st_size);
    fuzz_require(read(file, data, (size_t)status.st_size) == status.st_size, "it can be read");
    digest_of(data, (size_t)status.st_size, text);
    free(data);
    close(file);
}

static void try_member(const struct packed *packed, const char *member)
{
    char first[DIGEST_TEXT], second[DIGEST_TEXT];
    digest_member(packed, member, first);
    digest_member(packed, member, second);
    fuzz_require(strcmp(first, second) == 0, "the same bytes give the same file");
}

static void check_name(const char *name)
{
    size_t length = strlen(name);
    fuzz_require(length <= UNPACK_NAME && *name != '/' && *name != '\\', "a path is relative");
    fuzz_require(strcmp(name, "..") != 0 && strncmp(name, "../", 3) != 0 && !strstr(name, "/../") &&
                     !(length >= 3 && strcmp(name + length - 3, "/..") == 0),
                 "a path stays in its archive");
}

/* Looks for files among the members, as an import does. */
static void search(const struct members *members)
{
    struct error error = {0};
    const char *only = members_only(members, "");
    char *folder = members_folder(members, "");
    char *found = members_find(members, "fuzz.zip", "Ratings.csv", &error);
    fuzz_require(found || fuzz_is_safe(error.text, strlen(error.text)), "a refusal can be shown");
    if (!only) {
        members_refuse(members, "fuzz.zip", &error);
        fuzz_require(fuzz_is_safe(error.text, strlen(error.text)), "a refusal can be shown");
    }
    for (size_t i = 0; folder && i < members->count; i++)
        members_name_in(members->names[i], folder);
    free(found);
    free(folder);
}

static void read_list(const struct packed *packed, int list)
{
    struct stat status;
    struct members members = {0};
    fuzz_require(fstat(list, &status) == 0, "the list is there");
    unsigned char *data = memory_new((size_t)status.st_size);
    fuzz_require(read(list, data, (size_t)status.st_size) == status.st_size, "it can be read");
    struct reader reader = reader_of(data, (size_t)status.st_size);
    while (reader.at < reader.size) {
        reader_u64(&reader);
        char *name = reader_string(&reader, UNPACK_NAME);
        fuzz_require(!reader.failed, "a list can be read");
        check_name(name);
        members.names = memory_grow(members.names, members.count, sizeof *members.names);
        members.names[members.count++] = name;
    }
    search(&members);
    for (size_t i = 0; i < members.count && i < MEMBERS_TRIED; i++)
        try_member(packed, members.names[i]);
    members_release(&members);
    free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error error;
    struct packed packed = {.size = size, .packing = magic_packing(data, size)};
    bool stream;
    magic_refuse(data, size);
    if (packed.packing == PACKING_NONE)
        return 0;
    packed.file = file_open_input(fuzz_file("fuzz.zip", data, size), ERROR_INPUT, &error);
    fuzz_require(packed.file >= 0, "files can be read");
    int list = carry_out(&packed, NULL, true, &stream);
    if (list >= 0 && stream)
        try_member(&packed, NULL);
    else if (list >= 0)
        read_list(&packed, list);
    if (list >= 0)
        close(list);
    close(packed.file);
    return 0;
}
