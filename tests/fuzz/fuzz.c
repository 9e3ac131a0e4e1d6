/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <utf8proc.h>

#include "base/memory.h"

static char folder[64];

void fuzz_require(bool holds, const char *claim)
{
    if (holds)
        return;
    fprintf(stderr, "does not hold: %s\n", claim);
    abort();
}

uint8_t fuzz_byte(struct fuzz_input *input)
{
    return (uint8_t)fuzz_number(input, 1);
}

uint64_t fuzz_number(struct fuzz_input *input, size_t bytes)
{
    uint64_t number = 0;
    for (size_t i = 0; i < bytes && input->size > 0; i++) {
        number |= (uint64_t)*input->data++ << (8 * i);
        input->size--;
    }
    return number;
}

char *fuzz_text(struct fuzz_input *input, uint8_t end)
{
    char *text = memory_new(input->size + 1);
    size_t used = 0;
    while (input->size > 0) {
        uint8_t byte = fuzz_byte(input);
        if (byte == end)
            break;
        if (byte != 0)
            text[used++] = (char)byte;
    }
    return text;
}

/* Written apart from base/text.c, which it judges. */
bool fuzz_is_safe(const char *text, size_t length)
{
    for (size_t at = 0; at < length;) {
        utf8proc_int32_t character;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                                 (utf8proc_ssize_t)(length - at), &character);
        if (used <= 0 || character < 0x20 || (character >= 0x7F && character < 0xA0))
            return false;
        bool steers = character == 0x61C || (character >= 0x200B && character <= 0x200F) ||
                      (character >= 0x2028 && character <= 0x202E) ||
                      (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF;
        if (steers && character != 0x200D)
            return false;
        at += (size_t)used;
    }
    return true;
}

static void remove_folder(void)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    while (entries && (entry = readdir(entries)))
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries)
        closedir(entries);
    rmdir(folder);
}

const char *fuzz_folder(void)
{
    static const char *const PLACES[] = {"/dev/shm", "/tmp"};
    for (size_t i = 0; *folder == '\0' && i < sizeof PLACES / sizeof *PLACES; i++) {
        snprintf(folder, sizeof folder, "%s/thaw-fuzz-XXXXXX", PLACES[i]);
        if (!mkdtemp(folder))
            *folder = '\0';
        else
            atexit(remove_folder);
    }
    fuzz_require(*folder != '\0', "there is a place for files");
    return folder;
}

const char *fuzz_file(const char *name, const void *data, size_t size)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = file >= 0 && (size == 0 || write(file, data, size) == (ssize_t)size);
    if (file >= 0)
        close(file);
    fuzz_require(written, "files can be written");
    return path;
}
