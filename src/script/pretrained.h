/* SPDX-License-Identifier: MIT
 *
 * The vectors of files that came with a script among its modules (data/vector_pack.h).
 */
#ifndef SCRIPT_PRETRAINED_H
#define SCRIPT_PRETRAINED_H

#include "script_host.h"

/* Gives each part that waits for a file its vectors, if they came. */
bool pretrained_attach(struct script_host *host, struct feature_parts *parts, struct error *error);

#endif
