/* SPDX-License-Identifier: MIT
 *
 * Embeddings of rows in Lua: for each row, the rows of a table that belong to its entity. A bag
 * gives the mean or the sum of its rows, by the weights of its words.
 */
#include "config.h"

#include "lua_rows.h"
#include "script_host.h"
#include "tensor/operation.h"

static size_t field_of(lua_State *L, const struct lua_value *table)
{
    if (lua_isnoneornil(L, 3) && table->field < 0)
        luaL_error(L, "embed: this value is not the table of a field: name the field");
    return lua_isnoneornil(L, 3) ? (size_t)table->field : lua_rows_field(L, 3);
}

static uint32_t *composed(lua_State *L, const struct rows_layout *layout, const uint32_t *index)
{
    if (!layout->place)
        return (uint32_t *)index;
    uint32_t *numbers = lane_take(L, lane_of(L)->arena, layout->count * sizeof *numbers,
                                  "the places of rows in a table");
    for (uint32_t i = 0; i < layout->count; i++)
        numbers[i] = index[layout->place[i]];
    return numbers;
}

/* The shard's embedding with this key. It is added to the list without a value if it is new. */
static struct shard_embedding *embedding(lua_State *L, int rows, size_t field,
                                         const struct value *table, bool summed)
{
    struct lane *lane = lane_of(L);
    struct shard_embedding *known = lane->shard->embeddings;
    while (known && (known->rows != rows || known->field != field || known->table != table ||
                     known->summed != summed))
        known = known->next;
    if (known)
        return known;
    known = lane_take(L, lane->arena, sizeof *known, "one more embedding");
    *known = (struct shard_embedding){lane->shard->embeddings, rows, field, table, summed, NULL};
    return lane->shard->embeddings = known;
}

/* The embeddings of a bag, one for each entity of the shard's list. */
static struct value *bags_of(lua_State *L, size_t field, struct value *table, bool summed)
{
    enum { ALL_LISTED = -1 };
    struct lane *lane = lane_of(L);
    struct shard_embedding *bags = embedding(L, ALL_LISTED, field, table, summed);
    if (bags->value)
        return bags->value;
    const struct feature_lookup *lookup = shard_lookup(lane->shard, field);
    uint32_t count = lane->shard->counts[lane->shard->data->space->fields[field].entity];
    return bags->value = value_bag(table, 1, lua_rows_counting(L, 0, 1, count), lookup->starts,
                                   lookup->indices, shard_bag_weights(lane->shard, field, summed));
}

/* Whether it is cheaper to look up the words of each row than to look up those of each listed
 * entity and copy the results to the rows. This is so if rows share few entities. */
static bool is_mostly_different(const struct rows_layout *layout,
                                const struct feature_lookup *lookup, uint32_t listed)
{
    double words = (double)lookup->starts[listed] / (listed ? listed : 1);
    return layout->place && (layout->count - (double)listed) * words < layout->count;
}

static struct value *bag_rows(lua_State *L, const struct rows_layout *layout,
                              const struct feature_lookup *lookup, struct value *table, bool summed)
{
    static const char what[] = "embed: the words of all rows";
    struct arena *arena = lane_of(L)->arena;
    size_t used = 0;
    for (uint32_t row = 0; row < layout->count; row++)
        used += lookup->starts[layout->place[row] + 1] - lookup->starts[layout->place[row]];
    size_t *starts = lane_take(L, arena, (layout->count + (size_t)1) * sizeof *starts, what);
    uint32_t *index = lane_take(L, arena, used * sizeof *index, what);
    bool weighted = !summed || lookup->weights;
    real *weights = weighted ? lane_take(L, arena, used * sizeof *weights, what) : NULL;
    used = 0;
    for (uint32_t row = 0; row < layout->count; row++) {
        size_t first = lookup->starts[layout->place[row]];
        size_t count = lookup->starts[layout->place[row] + 1] - first;
        starts[row] = used;
        if (weights)
            shard_share_weights(lookup, layout->place[row], summed, weights + used);
        for (size_t i = 0; i < count; i++)
            index[used++] = lookup->indices[first + i];
    }
    starts[layout->count] = used;
    return value_bag(table, layout->tasks, layout->offsets, starts, index, weights);
}

static struct value *embed_rows(lua_State *L, const struct rows_layout *layout, size_t field,
                                struct value *table, bool summed)
{
    struct lane *lane = lane_of(L);
    const struct feature_field *of = &lane->shard->data->space->fields[field];
    const struct feature_lookup *lookup = shard_lookup(lane->shard, field);
    if (of->kind == FEATURE_INDEX)
        return value_gather(table, layout->tasks, layout->offsets,
                            composed(L, layout, lookup->indices));
    if (!lane->shard->catalogue &&
        is_mostly_different(layout, lookup, lane->shard->counts[of->entity]))
        return bag_rows(L, layout, lookup, table, summed);
    struct value *bags = bags_of(L, field, table, summed);
    return layout->place ? value_gather(bags, layout->tasks, layout->offsets, layout->place) : bags;
}

/* rows:embed(table [, field [, "sum"]]): the table's row for each row; for a bag the mean (or sum)
 * of its words. A second call returns the same value, so that an inner loop does not compute it
 * again. */
static int embed(lua_State *L)
{
    static const char *const ways[] = {"mean", "sum", NULL};
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = lua_rows_check(L, 1);
    const struct lua_value *table = lua_value_check(L, 2);
    size_t number = field_of(L, table);
    bool summed = script_choice(L, 4, "embed", "mean", ways) == 1;
    const struct feature_field *field = &lane->shard->data->space->fields[number];
    if (field->kind == FEATURE_NUMBER)
        return luaL_error(L, "embed: field '%s' is a number", field->name);
    struct rows_layout layout = lua_rows_layout(L, rows, (int)field->entity);
    struct shard_embedding *known = embedding(L, (int)rows->kind, number, table->value, summed);
    if (!known->value)
        known->value = embed_rows(L, &layout, number, table->value, summed);
    return lua_value_push(L, known->value);
}

void lua_rows_add_embedding(lua_State *L)
{
    lua_pushcfunction(L, embed);
    lua_setfield(L, -2, "embed");
}
