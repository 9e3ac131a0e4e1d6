/* SPDX-License-Identifier: MIT
 *
 * Draws two columns of numbers against each other as points.
 */
#ifndef SCREEN_TABLE_SCATTER_H
#define SCREEN_TABLE_SCATTER_H

#include "screen/page/table_frame.h"
#include "screen/terminal/surface.h"

void table_scatter_draw(struct surface *surface, struct box box, const struct table_frame *frame);

#endif
