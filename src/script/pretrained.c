/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "pretrained.h"

#include <string.h>

#include "base/text.h"

static const struct chunk *find_pack(const struct script_host *host, const char *file)
{
    for (size_t i = 0; i < host->chunk_count; i++) {
        const char *name = host->chunks[i].name;
        if (name && *name == VECTOR_PACK_MARK && strcmp(name + 1, file) == 0)
            return &host->chunks[i];
    }
    return NULL;
}

static bool take_pack(struct feature_parts *parts, struct feature_part *part,
                      const struct chunk *pack, struct error *error)
{
    char name[64], file[64], text[BUDGET_TEXT];
    uint64_t bytes = vector_pack_memory(pack->size);
    text_safe(part->text.file, file, sizeof file);
    bool good = feature_charge(&parts->charge, bytes);
    if (!good)
        budget_refuse(parts->charge.budget, bytes, error, "the vectors of \"%s\" need further %s",
                      file, budget_text(bytes, text));
    else if (!vector_pack_read(&part->text.vectors, pack->text, error))
        good = error_within(error, "the vectors of \"%s\" that came with the script", file);
    return good || error_within(error, "mapping `%s.%s`", feature_entity_name(part->entity),
                                text_safe(part->name, name, sizeof name));
}

bool pretrained_attach(struct script_host *host, struct feature_parts *parts, struct error *error)
{
    for (size_t i = 0; i < parts->count; i++) {
        struct feature_part *part = &parts->parts[i];
        const struct chunk *pack =
            feature_part_waits(part) && part->text.file ? find_pack(host, part->text.file) : NULL;
        if (pack && !take_pack(parts, part, pack, error))
            return script_host_blame_mapping(host, error);
    }
    return true;
}
