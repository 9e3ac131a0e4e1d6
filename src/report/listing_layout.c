/* SPDX-License-Identifier: MIT
 *
 * Decides how wide the columns of a table are, and which of them are left out if there is not
 * enough room.
 */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "report/listing.h"

/* In cells. A column is cut below this width only as a last resort. */
enum { READABLE = LISTING_READABLE };

void listing_measure(struct listing *listing, size_t widest, size_t *widths)
{
    for (size_t column = 0; column < listing_column_count(listing); column++) {
        const struct listing_column *about = listing_column_at(listing, column);
        size_t width = text_width(about->title);
        for (size_t row = 0; row <= listing_row_count(listing); row++) {
            const struct listing_cell *cell = listing_at(listing, row, column);
            size_t needed = cell && cell->text ? text_width(cell->text) : 0;
            width = needed > width ? needed : width;
        }
        width = width > widest ? widest : width;
        widths[column] = width < about->least ? about->least : width;
    }
}

static size_t whole_width(const size_t *widths, size_t count)
{
    size_t width = 0;
    for (size_t i = 0; i < count; i++)
        if (widths[i] != LISTING_HIDDEN)
            width += widths[i] + (width ? LISTING_GAP : 0);
    return width;
}

/* The number of the column that may be cut, or `count`. */
static size_t find_cut(const struct listing *listing, size_t count, const size_t *widths)
{
    for (size_t i = 0; i < count; i++)
        if (listing_column_at(listing, i)->fit != LISTING_WHOLE && widths[i] != LISTING_HIDDEN)
            return i;
    return count;
}

/* The column that is needed least, the last one if several are; `count` if all must stay. */
static size_t find_least_needed(const struct listing *listing, size_t count, size_t stays,
                                const size_t *widths)
{
    size_t least = count;
    int most = 1;
    for (size_t i = 0; i < count; i++) {
        int missed = listing_column_at(listing, i)->missed;
        if (i != stays && widths[i] != LISTING_HIDDEN && missed >= most) {
            most = missed;
            least = i;
        }
    }
    return least;
}

size_t listing_squeeze(const struct listing *listing, size_t count, size_t stays, size_t room,
                       size_t least, size_t *widths)
{
    size_t all = listing_column_count(listing), hidden = 0, width;
    while ((width = whole_width(widths, all)) > room) {
        size_t cut = find_cut(listing, count, widths);
        size_t unneeded = find_least_needed(listing, count, stays, widths), surplus = width - room;
        size_t kept = unneeded < count && least < READABLE ? READABLE : least;
        if (cut < count && widths[cut] >= surplus + kept) {
            widths[cut] -= surplus;
            break;
        }
        if (unneeded == count) {
            if (cut < count && widths[cut] > least)
                widths[cut] = least;
            break;
        }
        widths[unneeded] = LISTING_HIDDEN;
        hidden++;
    }
    return hidden;
}
