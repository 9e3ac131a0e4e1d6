/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_SUGGEST_H
#define COMMAND_SUGGEST_H

#include <stddef.h>

/* The name in `names` that `typed` is probably meant to be. Returns NULL if none is similar
 * enough. */
const char *suggest(const char *typed, const char *const *names, size_t count);

#endif
