/* SPDX-License-Identifier: MIT
 *
 * Embeddings of rows in Lua: for each row, the rows of a table that belong to its entity. A bag
 * gives the mean or the sum of its rows, by the weights of its words, or attends to them by scores.
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

/* What is asked for of a field. */
struct asked_embedding {
    size_t field;
    struct value *table, *scores;
    bool summed;
};

/* The shard's embedding with this key. It is added to the list without a value if it is new. */
static struct shard_embedding *embedding(lua_State *L, int rows,
                                         const struct asked_embedding *asked)
{
    struct lane *lane = lane_of(L);
    struct shard_embedding *known = lane->shard->embeddings;
    while (known &&
           (known->rows != rows || known->field != asked->field || known->table != asked->table ||
            known->scores != asked->scores || known->summed != asked->summed))
        known = known->next;
    if (known)
        return known;
    known = lane_take(L, lane->arena, sizeof *known, "one more embedding");
    *known =
        (struct shard_embedding){lane->shard->embeddings, rows,          asked->field, asked->table,
                                 asked->scores,           asked->summed, NULL};
    return lane->shard->embeddings = known;
}

/* -- attention --------------------------------------------------------------------------------- */

/* The words of rows, row by row; the words of row i begin at starts[i]. */
struct row_words {
    const size_t *starts;
    const uint32_t *index;
    const real *weights; /* NULL: all 1 */
};

static struct value *attend(lua_State *L, const struct asked_embedding *asked,
                            const struct rows_layout *layout, const struct row_words *words)
{
    size_t *offsets = lane_take(L, lane_of(L)->arena, (layout->tasks + 1) * sizeof *offsets,
                                "where the words of tasks begin");
    for (size_t t = 0; t <= layout->tasks; t++)
        offsets[t] = words->starts[layout->offsets[t]];
    struct value *scores = value_gather(asked->scores, layout->tasks, offsets, words->index);
    struct value *shares = value_softmax_runs(scores, words->starts, layout->count, words->weights);
    return value_mix(asked->table, shares, layout->offsets, words->starts, words->index);
}

/* -- bags -------------------------------------------------------------------------------------- */

/* The embeddings of a bag, one for each entity of the shard's list. */
static struct value *bags_of(lua_State *L, const struct asked_embedding *asked)
{
    enum { ALL_LISTED = -1 };
    struct lane *lane = lane_of(L);
    struct shard_embedding *bags = embedding(L, ALL_LISTED, asked);
    if (bags->value)
        return bags->value;
    const struct feature_lookup *lookup = shard_lookup(lane->shard, asked->field);
    const struct row_words words = {
        lookup->starts, lookup->indices,
        shard_bag_weights(lane->shard, asked->field, asked->scores || asked->summed)};
    int entity = (int)lane->shard->data->space->fields[asked->field].entity;
    struct rows_layout list = lua_rows_list_layout(L, entity);
    return bags->value = asked->scores ? attend(L, asked, &list, &words)
                                       : value_bag(asked->table, 1, list.offsets, words.starts,
                                                   words.index, words.weights);
}

/* Whether it is cheaper to look up the words of each row than to look up those of each listed
 * entity and copy the results to the rows. This is so if rows share few entities. */
static bool is_mostly_different(const struct rows_layout *layout,
                                const struct feature_lookup *lookup, uint32_t listed)
{
    double words = (double)lookup->starts[listed] / (listed ? listed : 1);
    return layout->place && (layout->count - (double)listed) * words < layout->count;
}

/* Looks up the words of each row. `summed` as for shard_share_weights. */
static struct row_words words_of(lua_State *L, const struct rows_layout *layout,
                                 const struct feature_lookup *lookup, bool summed)
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
    return (struct row_words){starts, index, weights};
}

/* The same rows in every task, if they are shared. */
static struct rows_layout for_tasks(lua_State *L, const struct rows_layout *layout, size_t tasks)
{
    enum { ROWS_MOST = 1 << 26 }; /* as many numbers as a value may have */
    size_t repeats = layout->tasks == 1 ? tasks : 1;
    if (repeats * layout->count > ROWS_MOST)
        luaL_error(L, "embed: %d tasks with scores of their own for %d rows are too many",
                   (int)tasks, (int)layout->count);
    struct rows_layout all = {repeats * layout->tasks, layout->offsets, NULL,
                              (uint32_t)repeats * layout->count};
    if (repeats > 1)
        all.offsets = lua_rows_counting(L, 0, tasks, layout->count);
    uint32_t *place =
        lane_take(L, lane_of(L)->arena, all.count * sizeof *place, "embed: the rows of all tasks");
    for (uint32_t row = 0; row < all.count; row++)
        place[row] = layout->place ? layout->place[row % layout->count] : row % layout->count;
    all.place = place;
    return all;
}

static struct value *embed_rows(lua_State *L, const struct rows_layout *layout,
                                const struct asked_embedding *asked)
{
    struct lane *lane = lane_of(L);
    const struct feature_field *of = &lane->shard->data->space->fields[asked->field];
    const struct feature_lookup *lookup = shard_lookup(lane->shard, asked->field);
    if (of->kind == FEATURE_INDEX)
        return value_gather(asked->table, layout->tasks, layout->offsets,
                            composed(L, layout, lookup->indices));
    if (asked->scores && asked->scores->tasks > 1) { /* a task has scores of its own */
        struct rows_layout own = for_tasks(L, layout, asked->scores->tasks);
        struct row_words words = words_of(L, &own, lookup, true);
        return attend(L, asked, &own, &words);
    }
    if (!asked->scores && !lane->shard->catalogue &&
        is_mostly_different(layout, lookup, lane->shard->counts[of->entity])) {
        struct row_words words = words_of(L, layout, lookup, asked->summed);
        return value_bag(asked->table, layout->tasks, layout->offsets, words.starts, words.index,
                         words.weights);
    }
    struct value *bags = bags_of(L, asked);
    return layout->place ? value_gather(bags, layout->tasks, layout->offsets, layout->place) : bags;
}

/* The scores at index 4: a number for each row of the table. */
static struct value *scores_of(lua_State *L, const struct value *table)
{
    struct value *scores = lua_value_check(L, 4)->value;
    char shape[80], other[80];
    if (scores->columns != 1 || value_task_rows(scores, 0) != value_task_rows(table, 0))
        luaL_error(
            L, "embed: the scores are %s, but must be a number for each row of the table, %s",
            value_shape(scores, shape, sizeof shape), value_shape(table, other, sizeof other));
    return scores;
}

/* rows:embed(table [, field [, how]]): the table's row for each row; for a bag the mean of its
 * words, or their sum if `how` is "sum"; if it is a value of scores, a number for each row of the
 * table, the mean by the softmax of the scores of a bag's words, each times the word's weight. A
 * second call returns the same value, so that an inner loop does not compute it again. */
static int embed(lua_State *L)
{
    static const char *const ways[] = {"mean", "sum", NULL};
    struct lane *lane = lane_of(L);
    const struct lua_rows *rows = lua_rows_check(L, 1);
    const struct lua_value *table = lua_value_check(L, 2);
    struct asked_embedding asked = {.field = field_of(L, table), .table = table->value};
    if (lua_isuserdata(L, 4))
        asked.scores = scores_of(L, table->value);
    else
        asked.summed = script_choice(L, 4, "embed", "mean", ways) == 1;
    const struct feature_field *field = &lane->shard->data->space->fields[asked.field];
    if (field->kind == FEATURE_NUMBER)
        return luaL_error(L, "embed: field '%s' is a number", field->name);
    struct rows_layout layout = lua_rows_layout(L, rows, (int)field->entity);
    struct shard_embedding *known = embedding(L, (int)rows->kind, &asked);
    if (!known->value)
        known->value = embed_rows(L, &layout, &asked);
    return lua_value_push(L, known->value);
}

void lua_rows_add_embedding(lua_State *L)
{
    lua_pushcfunction(L, embed);
    lua_setfield(L, -2, "embed");
}
