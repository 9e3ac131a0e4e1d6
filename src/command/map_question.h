/* SPDX-License-Identifier: MIT
 *
 * What the forms of `thaw map` have in common: they ask about a script, or with --run about a run
 * of it.
 */
#ifndef COMMAND_MAP_QUESTION_H
#define COMMAND_MAP_QUESTION_H

#include "start_commands.h"

/* Asks about the run that --run names, which must be of the script, or else about the script.
 * `run`, 96 bytes, receives its name; or "". Release `reply` even after a failure. */
bool map_ask(struct command_context *context, const struct arguments *arguments,
             struct keeper_question *asked, struct keeper_answer *reply, char *run,
             struct error *error);

/* Prints what the points of an answer are made of, and how their distance is measured. */
void map_print_space(struct output *output, enum point_space space, bool euclid, const char *fields,
                     uint32_t field_texts);
const char *map_space_name(enum point_space space);

handler map_nearest, map_picture;

#endif
