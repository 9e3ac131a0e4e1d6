/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "rows_builder.h"

struct rows_builder rows_builder_new(const struct dataset *dataset, uint32_t tasks, size_t rows,
                                     struct arena *arena)
{
    struct rows_builder builder = {
        .dataset = dataset,
        .offsets = arena_take(arena, ((size_t)tasks + 1) * sizeof *builder.offsets),
        .user = arena_take(arena, rows * sizeof *builder.user),
        .item = arena_take(arena, rows * sizeof *builder.item),
        .interaction = arena_take(arena, rows * sizeof *builder.interaction),
        .value = arena_take(arena, rows * sizeof *builder.value),
    };
    builder.offsets[0] = 0;
    return builder;
}

void rows_builder_add(struct rows_builder *builder, const uint32_t *interactions, uint32_t count)
{
    const struct dataset *dataset = builder->dataset;
    uint32_t at = builder->offsets[builder->tasks];
    for (uint32_t i = 0; i < count; i++, at++) {
        builder->user[at] = dataset->user[interactions[i]];
        builder->item[at] = dataset->item[interactions[i]];
        builder->interaction[at] = interactions[i];
        builder->value[at] = dataset->value[interactions[i]];
    }
    builder->offsets[++builder->tasks] = at;
}

struct rows rows_builder_rows(const struct rows_builder *builder, bool values)
{
    return (struct rows){
        .tasks = builder->tasks,
        .offsets = builder->offsets,
        .user = builder->user,
        .item = builder->item,
        .interaction = builder->interaction,
        .value = values ? builder->value : NULL,
    };
}
