/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *error, enum error_kind kind, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    error->kind = kind;
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    return false;
}

bool error_within(struct error *error, const char *format, ...)
{
    char context[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof context, format, arguments);
    va_end(arguments);

    char whole[2 * sizeof error->text];
    int length = snprintf(whole, sizeof whole, "%s: %s", context, error->text);
    size_t surplus = length < (int)sizeof error->text ? 0 : (size_t)length + 1 - sizeof error->text;
    memmove(error->text, whole + surplus, (size_t)length + 1 - surplus);
    return false;
}
