/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "file_error.h"
#include "members.h"
#include "source_path.h"
#include "unpack.h"

struct input {
    int file;
    const char *path;
    char *name;
    uint64_t size, at;
    enum packing packing;
};

/* The path of the member that is meant, a new string; "" if what is packed is no archive. */
static char *find_member(const struct unpack_job *job, const char *member, struct error *error)
{
    struct members members;
    if (!unpack_list(job, &members, error))
        return NULL;
    char *name = NULL;
    const char *only = members_only(&members, "");
    if (members.stream)
        name = memory_string("");
    else if (!members_check(&members, job->path, error))
        name = NULL;
    else if (member)
        name = members_find(&members, job->path, member, error);
    else if (!(name = memory_string(only)))
        members_refuse(&members, job->path, error);
    members_release(&members);
    return name;
}

static int unpack_found(struct input *input, const struct unpack_job *job, const char *member,
                        struct error *error)
{
    bool missing;
    char *found = find_member(job, member, error);
    if (!found)
        return -1;
    if (*found)
        input->name = memory_string(file_name(found));
    int file = unpack_member(job, *found ? found : NULL, &missing, error);
    free(found);
    return file;
}

/* Replaces the packed file by what is in it. */
static bool unpack(struct input *input, const struct unpack_job *job, const char *member,
                   struct error *error)
{
    bool missing = true;
    int file = member ? unpack_member(job, member, &missing, error) : -1;
    if (file < 0 && missing) { /* the name may be written in another way */
        *error = (struct error){0};
        file = unpack_found(input, job, member, error);
    }
    close(input->file);
    input->file = file;
    input->packing = job->packing;
    return file >= 0;
}

static bool look_into(struct input *input, const struct source_path *place,
                      bool (*cancelled)(void *context), void *context, struct error *error)
{
    unsigned char head[MAGIC_SIZE];
    ssize_t size = pread(input->file, head, sizeof head, 0);
    struct unpack_job job = {
        .file = input->file, .path = place->file, .cancelled = cancelled, .context = context};
    if (size < 0)
        return file_error(error, input->path, 0, "%s", strerror(errno));
    job.packing = magic_packing(head, (size_t)size);
    if (job.packing == PACKING_NONE)
        return !place->member ||
               file_error(error, place->file, 0, "the file is no archive that thaw can look into");
    return unpack(input, &job, place->member, error);
}

static bool finish(struct input *input, struct error *error)
{
    struct stat status;
    if (fstat(input->file, &status) != 0)
        return file_error(error, input->path, 0, "%s", strerror(errno));
    input->size = (uint64_t)status.st_size;
    if (!input->name) {
        const char *name = file_name(input->path);
        input->name = memory_format("%.*s", (int)source_path_plain_length(name), name);
    }
    return true;
}

struct input *input_open(const char *path, bool (*cancelled)(void *context), void *context,
                         struct error *error)
{
    struct source_path place = source_path_of(path);
    struct input *input = memory_new(sizeof *input);
    input->path = path;
    input->file = file_open_input(place.file, ERROR_INPUT, error);
    bool good = input->file >= 0 && look_into(input, &place, cancelled, context, error) &&
                finish(input, error);
    source_path_release(&place);
    if (good)
        return input;
    input_free(input);
    return NULL;
}

void input_free(struct input *input)
{
    if (!input)
        return;
    if (input->file >= 0)
        close(input->file);
    free(input->name);
    free(input);
}

bool input_read(struct input *input, void *bytes, size_t room, size_t *size, struct error *error)
{
    ssize_t got;
    do
        got = read(input->file, bytes, room);
    while (got < 0 && errno == EINTR);
    *size = got > 0 ? (size_t)got : 0;
    input->at += *size;
    return got >= 0 || file_error(error, input->path, 0, "%s", strerror(errno));
}

bool input_rewind(struct input *input, struct error *error)
{
    input->at = 0;
    return lseek(input->file, 0, SEEK_SET) == 0 ||
           file_error(error, input->path, 0, "%s", strerror(errno));
}

const char *input_path(const struct input *input)
{
    return input->path;
}

const char *input_name(const struct input *input)
{
    return input->name;
}

uint64_t input_size(const struct input *input)
{
    return input->size;
}

uint64_t input_at(const struct input *input)
{
    return input->at;
}

enum packing input_packing(const struct input *input)
{
    return input->packing;
}
