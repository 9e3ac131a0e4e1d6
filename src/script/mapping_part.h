/* SPDX-License-Identifier: MIT
 *
 * What a script declares about one part of its mapping, as the table on top of the stack says it
 * (lua/thaw/map.lua, map.parts).
 */
#ifndef SCRIPT_MAPPING_PART_H
#define SCRIPT_MAPPING_PART_H

#include "feature/feature.h"

struct lua_State;

/* Reads the part of a mapping for this data set. What has been read belongs to it from the start,
 * also if an error is raised. Returns whether a function computes its column. The kind of a bare
 * function is left for mapping_part_set_kind. */
bool mapping_part_read(struct lua_State *L, const struct dataset *dataset,
                       struct feature_part *part);
/* Raises if there is no such kind. */
void mapping_part_set_kind(struct lua_State *L, struct feature_part *part, const char *name);
/* Whether a function of the part gives texts, not numbers. */
bool mapping_part_is_text(const struct feature_part *part);
const char *mapping_part_kind(const struct feature_part *part);

#endif
