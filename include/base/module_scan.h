/* SPDX-License-Identifier: MIT */
#ifndef BASE_MODULE_SCAN_H
#define BASE_MODULE_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"

/* Finds the user's own modules that a script requires, and those that they require in turn.
 * `require "tastes.mine"` means the file tastes/mine.lua beside the script. Adds name NUL source
 * NUL for each to `modules`. Names that begin with "thaw" are not the user's. A missing file is
 * skipped, so that Lua reports it at the line that requires it. */
bool module_scan(const char *script_path, const char *script, size_t size, struct bytes *modules,
                 struct error *error);

#endif
