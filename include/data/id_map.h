/* SPDX-License-Identifier: MIT
 *
 * Maps the ids of users and items, which may be any text, to the dense numbers 0, 1, 2, ... in
 * order of first appearance, and back. Ids are compared byte by byte: "7", "07" and "7 " are three
 * ids.
 *
 * The map owns copies of all ids. Several threads may read it once no more ids are added.
 */
#ifndef DATA_ID_MAP_H
#define DATA_ID_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

enum { ID_MAP_LONGEST = 1024 }; /* bytes in one id */

struct id_map;

struct id_map *id_map_new(void);

/* Accepts NULL. */
void id_map_free(struct id_map *map);

/* Stores the number of the id in `number`. A new id gets the next number. Fails on an empty id, on
 * one longer than ID_MAP_LONGEST, and on the 2^32nd id. */
bool id_map_add(struct id_map *map, const char *id, size_t length, uint32_t *number,
                struct error *error);

/* The same for texts that are not ids: they may be empty or of any length. */
bool id_map_add_text(struct id_map *map, const char *text, size_t length, uint32_t *number,
                     struct error *error);

/* False if the id is unknown; `number` is then unchanged. */
bool id_map_find(const struct id_map *map, const char *id, size_t length, uint32_t *number);

/* The text of a number below id_map_size, NUL-terminated; valid as long as the map. */
const char *id_map_text(const struct id_map *map, uint32_t number);

size_t id_map_size(const struct id_map *map);

/* Writes bytes from which id_map_read makes the same map. Reading fails on anything else, including
 * a text that occurs twice. */
void id_map_write(const struct id_map *map, struct bytes *bytes);
struct id_map *id_map_read(struct reader *reader, struct error *error);

#endif
