/* SPDX-License-Identifier: MIT
 *
 * Finds files among the members of an archive.
 */
#ifndef IMPORT_MEMBERS_H
#define IMPORT_MEMBERS_H

#include <stdbool.h>

#include "base/error.h"
#include "unpack.h"

/* Finds a member by its path. Also accepts the only member whose path differs in case, and leaves
 * out the one folder that holds everything. A new string; NULL with an error that names the archive
 * and what is in it. */
char *members_find(const struct members *members, const char *archive, const char *path,
                   struct error *error);

/* The only file of data in a folder of the archive ("" is its top) or below: what explains data,
 * and what systems leave in archives, does not count. A part of `members`; NULL if there is none,
 * or more than one. */
const char *members_only(const struct members *members, const char *folder);
/* Fails and says what is in the archive, as there is no such file. */
bool members_refuse(const struct members *members, const char *archive, struct error *error);

/* Fails if the archive is a file of another format, such as an Excel workbook. */
bool members_check(const struct members *members, const char *archive, struct error *error);

/* The folder in the archive, from `folder` down ("" is its top), that holds more than one folder: a
 * new string without "/" at its end. NULL if no member lies in `folder`. */
char *members_folder(const struct members *members, const char *folder);
/* The name of a member that lies directly in a folder, within its path; else NULL, also for files
 * that systems leave behind. */
const char *members_name_in(const char *path, const char *folder);

/* The folder, directly in a folder, in which a member lies, within its path; else NULL. */
const char *members_folder_in(const char *path, const char *folder, size_t *length);

/* Whether a file explains data, by its name: a read-me, a licence, a web page. */
bool member_explains(const char *name);
/* Whether a file may hold data, by its name: it explains nothing, and is no program or picture. */
bool member_is_data(const char *name);

#endif
