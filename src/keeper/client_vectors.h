/* SPDX-License-Identifier: MIT
 *
 * Puts the vectors that a script's mapping wants of files among its modules. The client reads the
 * files, with the rights of its user; neither keeper nor worker opens them.
 */
#ifndef KEEPER_CLIENT_VECTORS_H
#define KEEPER_CLIENT_VECTORS_H

#include "connection.h"

/* Whether a script with these modules may read vectors of a file. */
bool client_wants_vectors(const char *script, const struct bytes *modules);

/* Adds a pack (data/vector_pack.h) to `modules` for each file of the answer. A path is one from the
 * folder of the script, or absolute. An error stands at the line of the script and is left in
 * keeper->refused too. */
bool client_add_vectors(struct keeper *keeper, const char *script_path,
                        const struct answer_words *wanted, struct bytes *modules,
                        struct error *error);

#endif
