/* SPDX-License-Identifier: MIT
 *
 * Lists the users and items of a shard and looks up their features (shard.h).
 */
#include "config.h"

#include "shard.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"

/* -- scratch ------------------------------------------------------------------------------------*/

/* Grows zeroed scratch memory to `count` numbers. The old memory holds only zeros, so nothing is
 * copied. */
static void reserve(struct shard_places *places, size_t count)
{
    if (count <= places->count)
        return;
    free(places->place);
    places->place = memory_array(count, sizeof *places->place);
    places->count = count;
}

static void prepare(struct shard_memory *memory, const struct learning_data *data)
{
    const struct feature_space *space = data->space;
    reserve(&memory->entities[FEATURE_USER], data->dataset->by_user.count + 1);
    reserve(&memory->entities[FEATURE_ITEM], data->dataset->by_item.count);
    if (space->count > memory->field_count) {
        memory->fields = memory_resize(memory->fields, space->count, sizeof *memory->fields);
        for (size_t i = memory->field_count; i < space->count; i++)
            memory->fields[i] = (struct feature_scratch){0};
        memory->field_count = space->count;
    }
}

void shard_memory_release(struct shard_memory *memory)
{
    for (size_t i = 0; i < memory->field_count; i++)
        feature_scratch_release(&memory->fields[i]);
    free(memory->fields);
    free(memory->entities[FEATURE_USER].place);
    free(memory->entities[FEATURE_ITEM].place);
    *memory = (struct shard_memory){0};
}

/* The scratch number of an entity. All unknown entities share the last one. */
static uint32_t *scratch_of(struct shard_places *places, uint32_t entity)
{
    return &places->place[entity < places->count ? entity : places->count - 1];
}

/* -- listing ------------------------------------------------------------------------------------*/

static void list_side(struct shard *shard, struct shard_side *side, const struct rows *rows)
{
    uint32_t count = rows->offsets[rows->tasks];
    side->rows = rows;
    side->count = count;
    side->offsets = arena_take(shard->arena, (rows->tasks + 1) * sizeof *side->offsets);
    for (uint32_t t = 0; t <= rows->tasks; t++)
        side->offsets[t] = rows->offsets[t];
    for (int kind = FEATURE_USER; kind <= FEATURE_ITEM; kind++) {
        const uint32_t *entity = kind == FEATURE_USER ? rows->user : rows->item;
        struct shard_places *places = &shard->memory->entities[kind];
        side->place[kind] = arena_take(shard->arena, count * sizeof(uint32_t));
        for (uint32_t row = 0; row < count; row++) {
            uint32_t *place = scratch_of(places, entity[row]);
            if (*place == 0) {
                shard->entities[kind][shard->counts[kind]] = entity[row];
                *place = ++shard->counts[kind];
            }
            side->place[kind][row] = *place - 1;
        }
    }
    side->place[FEATURE_CONTEXT] = arena_take(shard->arena, count * sizeof(uint32_t));
    for (uint32_t row = 0; row < count; row++) {
        shard->entities[FEATURE_CONTEXT][shard->counts[FEATURE_CONTEXT]] = rows->interaction[row];
        side->place[FEATURE_CONTEXT][row] = shard->counts[FEATURE_CONTEXT]++;
    }
}

static void find_task_users(struct shard *shard)
{
    const struct shard_side *sides[] = {&shard->support, &shard->query};
    shard->task_user = arena_take(shard->arena, shard->tasks * sizeof *shard->task_user);
    for (uint32_t t = 0; t < shard->tasks; t++) {
        shard->task_user[t] = UINT32_MAX;
        for (int s = 0; s < 2; s++)
            for (size_t row = sides[s]->offsets[t]; row < sides[s]->offsets[t + 1]; row++) {
                uint32_t user = sides[s]->place[FEATURE_USER][row];
                if (shard->task_user[t] == UINT32_MAX)
                    shard->task_user[t] = user;
                shard->users_mixed |= shard->task_user[t] != user;
            }
    }
}

/* The highest dropout probability of this entity's fields. */
static double drop_rate(const struct feature_space *space, int kind)
{
    double most = 0;
    for (size_t i = 0; i < space->count; i++)
        if ((int)space->fields[i].entity == kind && space->fields[i].drop > most)
            most = space->fields[i].drop;
    return most;
}

static void drop(struct shard *shard, int kind, const struct training_place *place)
{
    double rate = drop_rate(shard->data->space, kind);
    if (rate <= 0)
        return;
    struct random random =
        random_at(place->seed, RANDOM_IDENTITY, place->step, 2 * place->shard + (uint32_t)kind);
    shard->dropped[kind] = arena_take(shard->arena, shard->counts[kind] * sizeof(bool));
    for (uint32_t i = 0; i < shard->counts[kind]; i++)
        shard->dropped[kind][i] = random_uniform(&random) < rate;
}

struct shard *shard_new(const struct learning_data *data, const struct episodes *episodes,
                        const struct training_place *place, struct shard_memory *memory,
                        struct arena *arena)
{
    struct shard *shard = arena_take_zeroed(arena, sizeof *shard);
    uint32_t rows = episodes->support.offsets[episodes->support.tasks] +
                    episodes->query.offsets[episodes->query.tasks];
    prepare(memory, data);
    shard->data = data;
    shard->arena = arena;
    shard->memory = memory;
    shard->tasks = episodes->query.tasks;
    for (int kind = 0; kind < FEATURE_ENTITIES; kind++)
        shard->entities[kind] = arena_take(arena, rows * sizeof(uint32_t));
    list_side(shard, &shard->support, &episodes->support);
    list_side(shard, &shard->query, &episodes->query);
    for (int kind = FEATURE_USER; kind <= FEATURE_ITEM; kind++)
        for (uint32_t i = 0; i < shard->counts[kind]; i++)
            *scratch_of(&memory->entities[kind], shard->entities[kind][i]) = 0;
    find_task_users(shard);
    for (int kind = FEATURE_USER; place && kind <= FEATURE_ITEM; kind++)
        drop(shard, kind, place);
    shard->lookups = arena_take_zeroed(arena, data->space->count * sizeof *shard->lookups);
    return shard;
}

/* -- a catalogue --------------------------------------------------------------------------------*/

static uint32_t *filled(struct arena *arena, uint32_t count, uint32_t number)
{
    uint32_t *numbers = arena_take(arena, (count + 1) * sizeof *numbers);
    for (uint32_t i = 0; i <= count; i++)
        numbers[i] = number;
    return numbers;
}

void shard_catalogue_make(struct shard_catalogue *catalogue, const struct learning_data *data,
                          const uint32_t *items, uint32_t count, struct arena *arena)
{
    uint32_t *listed = filled(arena, count, 0), *offsets = filled(arena, 1, 0);
    uint32_t *nobody = filled(arena, count, FEATURE_UNKNOWN);
    memcpy(listed, items, count * sizeof *listed);
    offsets[1] = count;
    *catalogue = (struct shard_catalogue){
        .data = data,
        .arena = arena,
        .count = count,
        .place = filled(arena, data->dataset->by_item.count, 0),
        .zeros = filled(arena, count, 0),
        .lookups = arena_take_zeroed(arena, data->space->count * sizeof *catalogue->lookups),
        .weights = arena_take_zeroed(arena, 2 * data->space->count * sizeof *catalogue->weights),
        .query = {1, offsets, nobody, listed, nobody, NULL},
    };
    for (uint32_t i = 0; i < count; i++)
        catalogue->place[items[i]] = i + 1;
}

static void list_support(struct shard *shard, struct shard_side *side, const struct rows *rows)
{
    uint32_t count = rows->offsets[1];
    side->rows = rows;
    side->count = count;
    side->offsets = arena_take_zeroed(shard->arena, 2 * sizeof *side->offsets);
    side->offsets[1] = count;
    for (int kind = 0; kind < FEATURE_ENTITIES; kind++)
        side->place[kind] = arena_take_zeroed(shard->arena, count * sizeof(uint32_t));
    for (uint32_t row = 0; row < count; row++) {
        side->place[FEATURE_ITEM][row] = shard->catalogue->place[rows->item[row]] - 1;
        side->place[FEATURE_CONTEXT][row] = row + 1;
        shard->entities[FEATURE_CONTEXT][row + 1] = rows->interaction[row];
    }
}

struct shard *shard_of_catalogue(struct shard_catalogue *catalogue, const struct rows *support,
                                 uint32_t user, struct arena *arena)
{
    struct shard *shard = arena_take_zeroed(arena, sizeof *shard);
    uint32_t rows = support->offsets[1];
    shard->data = catalogue->data;
    shard->arena = arena;
    shard->catalogue = catalogue;
    shard->tasks = 1;
    shard->entities[FEATURE_USER] = filled(arena, 1, user);
    shard->entities[FEATURE_ITEM] = (uint32_t *)catalogue->query.item;
    shard->entities[FEATURE_CONTEXT] = filled(arena, rows + 1, FEATURE_UNKNOWN);
    shard->counts[FEATURE_USER] = 1;
    shard->counts[FEATURE_ITEM] = catalogue->count;
    shard->counts[FEATURE_CONTEXT] = rows + 1;
    list_support(shard, &shard->support, support);
    shard->query = (struct shard_side){
        .rows = &catalogue->query,
        .offsets = arena_take_zeroed(arena, 2 * sizeof(size_t)),
        .place = {catalogue->zeros, NULL, catalogue->zeros},
        .count = catalogue->count,
    };
    shard->query.offsets[1] = catalogue->count;
    shard->task_user = filled(arena, 1, 0);
    shard->lookups =
        arena_take_zeroed(arena, catalogue->data->space->count * sizeof *shard->lookups);
    return shard;
}

static struct feature_lookup *catalogue_lookup(struct shard *shard,
                                               const struct feature_field *field, size_t number)
{
    struct shard_catalogue *catalogue = shard->catalogue;
    bool lasts = field->entity == FEATURE_ITEM;
    if (lasts && catalogue->lookups[number])
        return catalogue->lookups[number];
    struct arena *arena = lasts ? catalogue->arena : shard->arena;
    struct feature_lookup *lookup = arena_take(arena, sizeof *lookup);
    feature_lookup_whole(field, shard->entities[field->entity], shard->counts[field->entity], NULL,
                         arena, lookup);
    if (lasts)
        catalogue->lookups[number] = lookup;
    return lookup;
}

/* -- shared tables ------------------------------------------------------------------------------*/

static bool is_shared(const struct feature_space *space, size_t number)
{
    bool shared = false;
    for (size_t i = 0; i < space->count; i++)
        shared |= i != number && space->fields[i].table == space->fields[number].table;
    return shared;
}

/* A table enters a shard once. So all fields that share it are looked up at once, in one list of
 * rows. */
static const struct feature_lookup *look_up_together(struct shard *shard, size_t number)
{
    const struct feature_space *space = shard->data->space;
    uint32_t table = space->fields[number].table;
    struct feature_lookup **lookups = arena_take(shard->arena, space->count * sizeof *lookups);
    uint32_t *counts = arena_take(shard->arena, space->count * sizeof *counts);
    size_t joined = 0;
    for (size_t i = 0; i < space->count; i++) {
        const struct feature_field *field = &space->fields[i];
        if (field->table != table)
            continue;
        const bool *dropped = field->drop > 0 ? shard->dropped[field->entity] : NULL;
        lookups[joined] = arena_take(shard->arena, sizeof **lookups);
        counts[joined] = shard->counts[field->entity];
        feature_lookup_whole(field, shard->entities[field->entity], counts[joined], dropped,
                             shard->arena, lookups[joined]);
        shard->lookups[i] = lookups[joined++];
    }
    feature_lookup_join(lookups, counts, joined, space->fields[number].vocabulary,
                        &shard->memory->fields[table], shard->arena);
    return shard->lookups[number];
}

/* -- asking -------------------------------------------------------------------------------------*/

const struct feature_lookup *shard_lookup(struct shard *shard, size_t number)
{
    if (shard->lookups[number])
        return shard->lookups[number];
    const struct feature_field *field = &shard->data->space->fields[number];
    if (shard->catalogue)
        return shard->lookups[number] = catalogue_lookup(shard, field, number);
    if (is_shared(shard->data->space, number))
        return look_up_together(shard, number);
    bool *dropped = field->drop > 0 ? shard->dropped[field->entity] : NULL;
    struct feature_lookup *lookup = arena_take(shard->arena, sizeof *lookup);
    feature_lookup(field, shard->entities[field->entity], shard->counts[field->entity], dropped,
                   &shard->memory->fields[number], shard->arena, lookup);
    return shard->lookups[number] = lookup;
}

void shard_share_weights(const struct feature_lookup *lookup, size_t entity, bool summed,
                         real *weights)
{
    size_t first = lookup->starts[entity], count = lookup->starts[entity + 1] - first;
    const float *given = lookup->weights ? lookup->weights + first : NULL;
    real sum = summed ? 1 : given ? 0 : (real)count;
    for (size_t i = 0; i < count && given && !summed; i++)
        sum += (real)given[i];
    for (size_t i = 0; i < count; i++)
        weights[i] = (given ? (real)given[i] : (real)1) / sum;
}

real *shard_bag_weights(struct shard *shard, size_t number, bool summed)
{
    const struct feature_lookup *lookup = shard_lookup(shard, number);
    enum feature_entity entity = shard->data->space->fields[number].entity;
    uint32_t count = shard->counts[entity];
    struct shard_catalogue *catalogue = entity == FEATURE_ITEM ? shard->catalogue : NULL;
    if (summed && !lookup->weights)
        return NULL;
    if (catalogue && catalogue->weights[2 * number + summed])
        return catalogue->weights[2 * number + summed];
    struct arena *arena = catalogue ? catalogue->arena : shard->arena;
    real *weights = arena_take(arena, lookup->starts[count] * sizeof *weights);
    for (uint32_t i = 0; i < count; i++)
        shard_share_weights(lookup, i, summed, weights + lookup->starts[i]);
    if (catalogue)
        catalogue->weights[2 * number + summed] = weights;
    return weights;
}

void shard_ratings(const struct shard_side *side, bool mirrored, real *numbers)
{
    const float *values = side->rows->value;
    float smallest = side->count > 0 ? values[0] : 0, largest = smallest;
    for (uint32_t row = 1; row < side->count; row++) {
        smallest = values[row] < smallest ? values[row] : smallest;
        largest = values[row] > largest ? values[row] : largest;
    }
    for (uint32_t row = 0; row < side->count; row++)
        numbers[row] = (real)(mirrored ? smallest + largest - values[row] : values[row]);
}

double shard_prior(const struct shard *shard, const struct shard_side *side, uint32_t row)
{
    const bool *dropped = shard->dropped[FEATURE_ITEM];
    if (dropped && dropped[side->place[FEATURE_ITEM][row]])
        return shard->data->prior->mean;
    return item_prior_of(shard->data->prior, side->rows->item[row], side->rows->interaction[row]);
}

uint32_t shard_popularity(const struct shard *shard, uint32_t place)
{
    const bool *dropped = shard->dropped[FEATURE_ITEM];
    return dropped && dropped[place]
               ? 0
               : shard->data->prior->counts[shard->entities[FEATURE_ITEM][place]];
}

bool shard_user_is_cold(const struct shard *shard, uint32_t place)
{
    const struct split *split = shard->data->split;
    uint32_t user = shard->entities[FEATURE_USER][place];
    uint32_t first = 0, end = split->training_user_count;
    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (split->training_users[middle] < user)
            first = middle + 1;
        else
            end = middle;
    }
    return first == split->training_user_count || split->training_users[first] != user;
}
