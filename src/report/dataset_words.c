/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/dataset_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "data/derivation.h"

bool dataset_is_derived(const struct dataset_summary *summary)
{
    static const char *const words[] = {DERIVATIONS(LIST_TEXT)};
    static const char source[] = "data set ";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(summary->format, words[i]) == 0 &&
            strncmp(summary->source, source, strlen(source)) == 0)
            return true;
    return false;
}

bool dataset_has_table(const struct dataset_summary *summary, enum dataset_table table)
{
    return table == DATASET_RATINGS ||
           (table == DATASET_USERS ? summary->user_rows : summary->item_rows) > 0;
}

bool column_is_time(const struct grid_column *column)
{
    return column->role == ROLE_TIME && column->type == COLUMN_INTEGER;
}

const char *column_words(const struct grid_column *column)
{
    return column_is_time(column)           ? "time"
           : column->type == COLUMN_TEXT    ? "text"
           : column->type == COLUMN_INTEGER ? "whole number"
                                            : "number";
}

char *value_words(const struct grid_column *column, double value, char text[FIGURE_TEXT])
{
    if (column_is_time(column) && !isnan(value))
        return figure_time((int64_t)value, text);
    return figure_number(value, text);
}

char *range_words(const struct grid_column *column, double low, double high, char text[FIGURE_TEXT])
{
    char first[FIGURE_TEXT], last[FIGURE_TEXT];
    if (!column_is_time(column) || isnan(low) || isnan(high))
        return figure_range(low, high, text);
    snprintf(text, FIGURE_TEXT, "%.20s to %.20s", figure_date((int64_t)low, first),
             figure_date((int64_t)high, last));
    return text;
}
