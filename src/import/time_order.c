/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "time_order.h"

#include <stdio.h>

#include "file_error.h"
#include "source_path.h"

/* What a person can do about a cell that is no time, where bad rows are not left out. */
static const char *advice(const struct time_place *place)
{
    return place->lenient
               ? ""
               : "; --keep-going leaves its row out, --missing names such cells, --time - makes an "
                 "attribute of the column";
}

static bool refuse_time(const struct time_order *order, const struct time_place *place,
                        const char *text, size_t length, bool implausible, struct error *error)
{
    bool open = order->rival.kind == TIME_PATTERN && order->proof.line == 0;
    char shown[CELL_EXCERPT], wrong[160];
    if (implausible)
        snprintf(wrong, sizeof wrong, "is before 1973 or after 2100, which is not plausible");
    else if (order->form.kind == TIME_ANY)
        snprintf(wrong, sizeof wrong,
                 "is neither seconds since 1970 nor a date such as 2015-03-29 10:22:33, in the "
                 "years 1 to 9999");
    else
        snprintf(wrong, sizeof wrong, "is not written as %s%s%s", time_form_option(&order->form),
                 open ? " or " : "", open ? order->rival.pattern : "");
    return file_error(error, place->path, place->line, "the time \"%.60s\" %s%s",
                      cell_excerpt(text, length, shown), wrong, advice(place));
}

static bool refuse_order(const struct time_order *order, const struct time_place *place,
                         const char *shown, struct error *error)
{
    char file[SOURCE_PLACE], first[SOURCE_LINE], second[32];
    bool day_first = order->form.pattern[1] == 'd';
    return error_set(error, ERROR_USAGE,
                     "%s: \"%s\" in %s has its %s first, and \"%s\" in %s its %s; "
                     "--time-format '%s' or '%s' says how times are written, and with --keep-going "
                     "the other rows are left out",
                     source_place(place->path, 0, file), order->proof.text,
                     source_line_of(place->path, order->proof.path, order->proof.line, first),
                     day_first ? "day" : "month", shown,
                     source_line(place->path, place->line, second), day_first ? "month" : "day",
                     order->form.pattern, order->rival.pattern);
}

/* Learns the order of day and month from a cell that can be read in one order alone, unless it is
 * known; `good` says whether the order so far reads it into `time`. */
static bool learn_order(struct time_order *order, const struct time_place *place, const char *text,
                        size_t length, bool *good, struct time_reading *time, struct error *error)
{
    struct time_reading other;
    char shown[CELL_EXCERPT];
    if (*good && order->proof.line > 0)
        return true;
    bool rival = time_form_read(&order->rival, text, length, &other);
    if (*good == rival)
        return true;
    cell_excerpt(text, length, shown);
    if (order->proof.line > 0)
        return refuse_order(order, place, shown, error);
    order->proof.line = place->line;
    order->proof.path = place->path;
    snprintf(order->proof.text, sizeof order->proof.text, "%s", shown);
    if (rival) {
        struct time_form form = order->form;
        order->form = order->rival;
        order->rival = form;
        *time = other;
        *good = true;
    }
    return true;
}

bool time_order_read(struct time_order *order, const struct time_place *place, const char *text,
                     size_t length, struct time_reading *time, struct error *error)
{
    cell_trim(&text, &length);
    bool good = time_form_read(&order->form, text, length, time);
    if (order->rival.kind == TIME_PATTERN && place->learns &&
        !learn_order(order, place, text, length, &good, time, error))
        return false;
    if (!good)
        return refuse_time(order, place, text, length, false, error);
    return order->sure || time->date || time_is_plausible(time) ||
           refuse_time(order, place, text, length, true, error);
}
