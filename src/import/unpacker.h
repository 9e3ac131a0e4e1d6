/* SPDX-License-Identifier: MIT
 *
 * Reads packed files and archives with libarchive: lists their members, or writes one of them into
 * a file. unpack.c runs it in a process of its own, since what it reads may mean harm. It
 * refuses: members whose path is absolute or has "..", links, devices, encrypted members, more than
 * UNPACK_MEMBERS of them, and data that unfold beyond packed_source.h's bounds.
 */
#ifndef IMPORT_UNPACKER_H
#define IMPORT_UNPACKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "magic.h"

enum {
    UNPACK_MEMBERS = 100000, /* Netflix's prize has 17,770 */
    UNPACK_NAME = 1024,      /* bytes in the path of a member */
};

struct unpacker_order {
    int file; /* packed */
    enum packing packing;
    const char *path;   /* of the file, for messages */
    const char *member; /* its path in the archive; NULL for a stream that is no archive */
    bool list;          /* write the list of members, instead of a member */
    int output;         /* a file to write into */
};

struct unpacker_result {
    bool good;
    bool stream;  /* what is packed is one stream, not an archive */
    bool missing; /* the member is not there */
    struct error error;
};

/* Carries out the order. A list has for each file its size (64 bits, UINT64_MAX if it is not known)
 * and its path, as base/bytes.h writes them. */
void unpacker_run(const struct unpacker_order *order, struct unpacker_result *result);

#endif
