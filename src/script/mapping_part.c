/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "mapping_part.h"

#include <string.h>

#include "base/list.h"
#include "base/memory.h"
#include "script_host.h"

static const char *const kinds[] = {FEATURE_PART_KINDS(LIST_TEXT)};
static const char *const entities[] = {FEATURE_ENTITY_LIST(LIST_TEXT)};

const char *mapping_part_kind(const struct feature_part *part)
{
    return kinds[part->kind];
}

static int choice_called(lua_State *L, const char *const *names, int count, const char *name)
{
    int choice = field_choice(names, count, name);
    if (choice < 0)
        luaL_error(L, "mapping: there is no '%s'", name);
    return choice;
}

static void read_edges(lua_State *L, struct feature_part *part)
{
    if (lua_getfield(L, -1, "edges") == LUA_TTABLE) {
        size_t count = lua_rawlen(L, -1);
        part->edges = memory_array(count, sizeof *part->edges);
        for (size_t i = 0; i < count; i++) {
            lua_rawgeti(L, -1, (lua_Integer)i + 1);
            part->edges[i] = luaL_checknumber(L, -1);
            part->edge_count++;
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 1);
}

static void read_numbers(lua_State *L, struct feature_part *part)
{
    static const char *const scales[] = {FEATURE_SCALES(LIST_TEXT)};
    static const char *const activities[] = {FEATURE_ACTIVITIES(LIST_TEXT)};
    part->quantiles = field_whole(L, -1, "quantiles", 0, INT32_MAX);
    part->rows = field_whole(L, -1, "rows", 0, INT32_MAX);
    part->scale =
        (enum feature_scale)choice_called(L, scales, SCALE_COUNT, field_text(L, -1, "scale"));
    part->activity = (enum feature_activity)choice_called(L, activities, ACTIVITY_COUNT,
                                                          field_text(L, -1, "activity"));
    part->missing = field_flag(L, -1, "missing");
    part->period = field_number(L, -1, "period");
    part->start = field_number(L, -1, "start");
    part->unit = field_number(L, -1, "unit");
}

static void read_crossed(lua_State *L, struct feature_part *part)
{
    part->hidden = field_flag(L, -1, "hidden");
    if (lua_getfield(L, -1, "crossed") == LUA_TTABLE)
        for (int i = 0; i < (int)lua_rawlen(L, -1) && i < 2; i++) {
            lua_rawgeti(L, -1, i + 1);
            part->crossed[i] = (size_t)luaL_checkinteger(L, -1) - 1;
            lua_pop(L, 1);
        }
    lua_pop(L, 1);
}

/* The fields of a part of text, in a table of their own (lua/thaw/map_text.lua). */
static void read_text(lua_State *L, struct feature_part *part)
{
    static const char *const tokens[] = {FEATURE_TOKENS(LIST_TEXT)};
    static const char *const pools[] = {FEATURE_POOLS(LIST_TEXT)};
    static const char *const ways[] = {FEATURE_VECTORS(LIST_TEXT)};
    struct feature_text *text = &part->text;
    if (lua_getfield(L, -1, "text") == LUA_TTABLE) {
        text->stop = memory_string(field_text(L, -1, "stop"));
        text->lexicon = memory_string(field_text(L, -1, "lexicon"));
        text->tokens = (enum feature_tokens)choice_called(L, tokens, TOKENS_COUNT,
                                                          field_text(L, -1, "tokens"));
        text->pool =
            (enum feature_pool)choice_called(L, pools, POOL_COUNT, field_text(L, -1, "pool"));
        text->file = memory_string(field_text(L, -1, "file"));
        text->most_share = field_number(L, -1, "most_share");
        text->vocabulary = field_whole(L, -1, "vocabulary", 0, INT32_MAX);
        text->columns = field_whole(L, -1, "columns", 0, INT32_MAX);
        text->sublinear = field_flag(L, -1, "sublinear");
        text->window = field_whole(L, -1, "window", 1, INT32_MAX);
        text->smooth = field_number(L, -1, "smooth");
        text->power = field_number(L, -1, "power");
        text->by =
            (enum feature_vectors)choice_called(L, ways, VECTORS_COUNT, field_text(L, -1, "by"));
        text->negatives = field_whole(L, -1, "negatives", 0, INT32_MAX);
        text->epochs = field_whole(L, -1, "epochs", 0, INT32_MAX);
        text->frequent = field_number(L, -1, "frequent");
        text->lr = field_number(L, -1, "lr");
    }
    lua_pop(L, 1);
}

static void read_neighbours(lua_State *L, struct feature_part *part)
{
    static const char *const takes[] = {FEATURE_NEIGHBOURS(LIST_TEXT)};
    part->neighbours = (enum feature_neighbours)choice_called(L, takes, NEIGHBOURS_COUNT,
                                                              field_text(L, -1, "neighbours"));
}

/* Reads the list of numbers on top as the row of the word below it. map.lua has checked both. */
static void read_given_word(lua_State *L, struct feature_start *given)
{
    size_t length, known = id_map_size(given->words);
    const char *word = lua_tolstring(L, -2, &length);
    uint32_t number;
    struct error error;
    if (!id_map_add_text(given->words, word, length, &number, &error))
        sandbox_raise(L, &error);
    given->values =
        memory_resize(given->values, (known + 1) * given->columns, sizeof *given->values);
    for (uint32_t c = 0; c < given->columns; c++) {
        lua_rawgeti(L, -1, (lua_Integer)c + 1);
        given->values[known * given->columns + c] = (float)lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
}

static void read_given(lua_State *L, struct feature_part *part)
{
    part->given_part = field_whole(L, -1, "given_part", 0, INT32_MAX);
    if (lua_getfield(L, -1, "given") == LUA_TTABLE) {
        part->given = memory_new(sizeof *part->given);
        part->given->words = id_map_new();
        part->given->columns = field_whole(L, -2, "given_columns", 1, INT32_MAX);
        for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1))
            read_given_word(L, part->given);
    }
    lua_pop(L, 1);
}

void mapping_part_set_kind(lua_State *L, struct feature_part *part, const char *name)
{
    part->kind = (enum feature_part_kind)choice_called(L, kinds, PART_KINDS, name);
}

bool mapping_part_is_text(const struct feature_part *part)
{
    switch (part->kind) {
    case PART_CATEGORY:
    case PART_BAG:
    case PART_HASH:
    case PART_VECTOR:
    case PART_NEIGHBOURS:
    case PART_WORDS:
    case PART_TFIDF:
    case PART_WORD_VECTORS:
    case PART_PRETRAINED:
        return true;
    default:
        return false;
    }
}

/* Whether the cells of the part lie in a column of the data set. */
static bool has_column(const struct feature_part *part)
{
    return part->kind != PART_IDENTITY && part->kind != PART_ACTIVITY && part->kind != PART_CROSS;
}

bool mapping_part_read(lua_State *L, const struct dataset *dataset, struct feature_part *part)
{
    *part = (struct feature_part){0};
    part->name = memory_string(field_text(L, -1, "name"));
    int entity = choice_called(L, entities, FEATURE_ENTITIES, field_text(L, -1, "entity"));
    part->entity = feature_entity_named(dataset, (enum feature_entity)entity);
    const char *kind = field_text(L, -1, "kind");
    if (strcmp(kind, "function") != 0)
        mapping_part_set_kind(L, part, kind);
    lua_getfield(L, -1, "call");
    bool is_function = !lua_isnil(L, -1);
    lua_pop(L, 1);
    if (has_column(part) && !is_function)
        part->column = memory_string(field_text(L, -1, "column"));
    part->separator = memory_string(field_text(L, -1, "separator"));
    part->drop = field_number(L, -1, "drop");
    part->least = field_whole(L, -1, "least", 0, INT32_MAX);
    part->most = field_whole(L, -1, "most", 0, INT32_MAX);
    read_edges(L, part);
    read_numbers(L, part);
    read_crossed(L, part);
    read_text(L, part);
    read_neighbours(L, part);
    if (*field_text(L, -1, "share"))
        part->share = memory_string(field_text(L, -1, "share"));
    read_given(L, part);
    return is_function;
}
