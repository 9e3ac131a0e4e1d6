/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/list.h"

void list_draw(struct surface *surface, struct box box, struct scroll *scroll, int64_t count,
               bool active, list_draw_row *draw_row, void *context)
{
    if (box.width < 1 || box.height < 1)
        return;
    scroll_fit(scroll, count, box.height);
    for (int row = 0; row < box.height && scroll->top + row < count; row++) {
        int64_t index = scroll->top + row;
        bool chosen = index == scroll->cursor;
        struct box line = {box.x, box.y + row, box.width, 1};
        draw_row(context, surface, box_inside(line, 2, 0, 0, 0), index);
        if (chosen)
            surface_glyph(surface, box.x, box.y + row, INK_KEY, "▸");
        if (chosen && active)
            surface_select(surface, line);
    }
}
