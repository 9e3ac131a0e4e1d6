/* SPDX-License-Identifier: MIT
 *
 * How far a worker is confined: its first message. Layers stand for each other in part, so one that
 * the system refuses is said and the work goes on; but no script runs without the filter of system
 * calls unless a person has said so, for the other layers leave it sockets, processes to signal and
 * the attributes of files.
 */
#ifndef WIRE_CONFINEMENT_H
#define WIRE_CONFINEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* name, how people see it */
#define CONFINEMENT_LAYERS(X)                                                                      \
    X(SECCOMP, "seccomp")                                                                          \
    X(LANDLOCK, "Landlock")                                                                        \
    X(PRIVILEGES, "no_new_privs")                                                                  \
    X(FILE_SIZE, "the limit on file sizes")                                                        \
    X(CORE, "the limit on core files")                                                             \
    X(DESCRIPTORS, "the limit on open files")                                                      \
    X(PROCESSES, "the limit on processes")                                                         \
    X(MEMORY, "the limit on memory")                                                               \
    X(TIME, "the limit on computing time")

enum confinement_layer {
#define X(name, text) LAYER_##name,
    CONFINEMENT_LAYERS(X)
#undef X
        LAYER_COUNT
};

struct message_confined {
    uint32_t refused[LAYER_COUNT]; /* why the system refused it, a number of errno; 0: it holds */
};

/* Fails (USAGE) with the sentence for a person if what is missing must not be. */
bool confinement_suffices(const struct message_confined *confined, struct error *error);

/* A new text: "" if every layer holds, else "less confined: the worker runs without ...", or
 * "unjailed: ..." if confinement_suffices would fail. At most 500 bytes. */
char *confinement_text(const struct message_confined *confined);

#endif
