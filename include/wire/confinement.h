/* SPDX-License-Identifier: MIT
 *
 * How far a worker is confined, which is its first message. The layers overlap, so if the system
 * refuses one, this is reported and the work goes on. Only the filter of system calls is
 * indispensable, because the other layers leave sockets, signals to other processes and file
 * attributes open. Without it no script runs unless the user allows it.
 */
#ifndef WIRE_CONFINEMENT_H
#define WIRE_CONFINEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* name, the word that users see */
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
    uint32_t refused[LAYER_COUNT]; /* the errno of the refusal; 0: the layer holds */
};

/* Fails (USAGE) with a sentence for the user if an indispensable layer is missing. */
bool confinement_suffices(const struct message_confined *confined, struct error *error);

/* A new text: "" if every layer holds, else "less confined: the worker runs without ...", or
 * "unjailed: ..." if confinement_suffices would fail. At most 500 bytes. */
char *confinement_text(const struct message_confined *confined);

#endif
