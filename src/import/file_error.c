/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "file_error.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "source_path.h"

bool file_error(struct error *error, const char *path, uint64_t line, const char *format, ...)
{
    char shown[200], text[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    text_safe(source_path_words(path), shown, sizeof shown);
    if (line == 0)
        return error_set(error, ERROR_INPUT, "\"%s\": %s", shown, text);
    return error_set(error, ERROR_INPUT, "\"%s\", line %llu: %s", shown, (unsigned long long)line,
                     text);
}

bool file_error_within(struct error *error, const char *path, uint64_t line)
{
    char shown[200];
    return error_within(error, "\"%s\", line %llu",
                        text_safe(source_path_words(path), shown, sizeof shown),
                        (unsigned long long)line);
}
