/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "report/bar.h"

#include <math.h>
#include <string.h>

size_t bar_eighths(double share, size_t cells)
{
    if (!(share > 0))
        return 0;
    return (size_t)lround(fmin(share, 1) * (double)cells * 8);
}

const char *bar_glyph(size_t eighths, size_t at, bool ascii)
{
    static const char *const PARTS[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
    size_t filled = eighths > 8 * at ? eighths - 8 * at : 0;
    if (ascii)
        return filled >= 8 ? "#" : " ";
    return PARTS[filled < 8 ? filled : 8];
}

char *bar_write(double share, size_t cells, bool ascii, char text[BAR_TEXT])
{
    char *to = text;
    size_t eighths = bar_eighths(share, cells);
    *to = '\0';
    for (size_t at = 0; at < cells && at < BAR_CELLS_MOST; at++)
        to = stpcpy(to, bar_glyph(eighths, at, ascii));
    return text;
}
