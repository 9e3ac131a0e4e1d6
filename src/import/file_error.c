/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "file_error.h"

#include <stdarg.h>
#include <stdio.h>

#include "source_path.h"

bool file_error(struct error *error, const char *path, uint64_t line, const char *format, ...)
{
    char place[SOURCE_PLACE], text[400];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return error_set(error, ERROR_INPUT, "%s: %s", source_place(path, line, place), text);
}

bool file_error_within(struct error *error, const char *path, uint64_t line)
{
    char place[SOURCE_PLACE];
    return error_within(error, "%s", source_place(path, line, place));
}
