/* SPDX-License-Identifier: MIT
 *
 * Room for temporary files.
 */
#ifndef IMPORT_ROOM_H
#define IMPORT_ROOM_H

#include <stdbool.h>
#include <stdint.h>

/* Whether the file system of a file that has `written` bytes keeps 256 MiB for the files of others.
 * `checked` is how many there were at the last look; looks once in 64 MiB. */
bool room_is_left(int file, uint64_t written, uint64_t *checked);

#endif
