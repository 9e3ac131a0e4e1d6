/* SPDX-License-Identifier: MIT */
#ifndef COMMAND_SUGGEST_H
#define COMMAND_SUGGEST_H

#include <stddef.h>

/* The name among `names` that `typed` was probably meant to be, or NULL. */
const char *suggest(const char *typed, const char *const *names, size_t count);

#endif
