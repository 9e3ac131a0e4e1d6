/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "layout_files.h"

#include "base/memory.h"

void layout_add(struct layout *layout, enum dataset_table part, char *path, bool given,
                bool by_join)
{
    layout->further = memory_grow(layout->further, layout->count, sizeof *layout->further);
    layout->further[layout->count++] = (struct layout_file){part, path, given, by_join};
}
