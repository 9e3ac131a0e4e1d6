/* SPDX-License-Identifier: MIT
 *
 * Steps of a selection. Rows are listed by user or by item with a counting sort; a core is peeled
 * with a queue, so that each row is looked at twice, however long the chain of removals is.
 */
#include "config.h"

#include "data/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"

/* What a random number is for, so that no two are the same. */
enum purpose { OF_USERS, OF_ROWS, OF_MOST };

static bool refuse_memory(struct error *error)
{
    return error_set(error, ERROR_INPUT, "there is not enough memory to choose among the ratings");
}

bool selection_init(struct selection *selection, size_t rows, bool timed, struct error *error)
{
    *selection = (struct selection){
        .rows = rows,
        .user = malloc(rows * sizeof *selection->user + 1),
        .item = malloc(rows * sizeof *selection->item + 1),
        .time = timed ? malloc(rows * sizeof *selection->time + 1) : NULL,
        .kept = malloc(rows + 1),
    };
    if (!selection->user || !selection->item || !selection->kept || (timed && !selection->time)) {
        selection_release(selection);
        return refuse_memory(error);
    }
    memset(selection->kept, true, rows);
    return true;
}

void selection_release(struct selection *selection)
{
    free(selection->user);
    free(selection->item);
    free(selection->time);
    free(selection->kept);
    *selection = (struct selection){0};
}

size_t selection_count(const struct selection *selection)
{
    size_t count = 0;
    for (size_t row = 0; row < selection->rows; row++)
        count += selection->kept[row];
    return count;
}

void selection_between(struct selection *selection, int64_t first, int64_t last)
{
    for (size_t row = 0; row < selection->rows; row++)
        if (selection->time[row] == INT64_MIN || selection->time[row] < first ||
            selection->time[row] > last)
            selection->kept[row] = false;
}

/* -- rows by user or item ---------------------------------------------------------------------- */

/* The kept rows of entity n: rows[starts[n]] up to, but not including, rows[starts[n + 1]]. */
struct listed_rows {
    size_t *starts;
    uint32_t *rows;
};

static void release_list(struct listed_rows *list)
{
    free(list->starts);
    free(list->rows);
}

static bool list_rows(const struct selection *selection, const uint32_t *of, size_t entities,
                      struct listed_rows *list, struct error *error)
{
    list->starts = calloc(entities + 2, sizeof *list->starts);
    list->rows = malloc(selection->rows * sizeof *list->rows + 1);
    if (!list->starts || !list->rows)
        return refuse_memory(error);
    for (size_t row = 0; row < selection->rows; row++)
        list->starts[of[row] + 2] += selection->kept[row];
    for (size_t n = 2; n < entities + 2; n++)
        list->starts[n] += list->starts[n - 1];
    for (size_t row = 0; row < selection->rows; row++)
        if (selection->kept[row])
            list->rows[list->starts[of[row] + 1]++] = (uint32_t)row;
    return true;
}

/* -- at most some of each user ----------------------------------------------------------------- */

static uint64_t random_key(uint64_t seed, enum purpose purpose, uint32_t number)
{
    struct random random = random_at(seed, RANDOM_SAMPLE, number, purpose);
    uint64_t high = random_bits(&random);
    return high << 32 | random_bits(&random);
}

struct timed_row {
    uint64_t key;
    uint32_t row;
};

static int compare_ranks(const void *a, const void *b)
{
    const struct timed_row *left = a, *right = b;
    if (left->key != right->key)
        return left->key < right->key ? -1 : 1;
    return (left->row > right->row) - (left->row < right->row);
}

/* Rows with smaller keys stay. */
static uint64_t key_of(const struct selection *selection, enum selection_rule rule, uint64_t seed,
                       uint32_t row)
{
    if (rule == SELECTION_RANDOM)
        return random_key(seed, OF_MOST, row);
    uint64_t time = selection->time ? (uint64_t)selection->time[row] + (UINT64_C(1) << 63) : 0;
    return rule == SELECTION_FIRST ? time : ~time;
}

/* Drops the rows of one user that are too many. `ranks` has room for them. */
static void keep_most(struct selection *selection, const uint32_t *rows, size_t count,
                      uint32_t most, enum selection_rule rule, uint64_t seed,
                      struct timed_row *ranks)
{
    for (size_t i = 0; i < count; i++)
        ranks[i] = (struct timed_row){key_of(selection, rule, seed, rows[i]),
                                      rule == SELECTION_LAST ? UINT32_MAX - rows[i] : rows[i]};
    qsort(ranks, count, sizeof *ranks, compare_ranks);
    for (size_t i = most; i < count; i++)
        selection->kept[rule == SELECTION_LAST ? UINT32_MAX - ranks[i].row : ranks[i].row] = false;
}

bool selection_most(struct selection *selection, uint32_t most, enum selection_rule rule,
                    uint64_t seed, struct error *error)
{
    struct listed_rows list = {0};
    struct timed_row *ranks = NULL;
    size_t longest = 0;
    bool good = list_rows(selection, selection->user, selection->users, &list, error);
    for (size_t user = 0; good && user < selection->users; user++) {
        size_t count = list.starts[user + 1] - list.starts[user];
        longest = count > longest ? count : longest;
    }
    if (good && !(ranks = malloc(longest * sizeof *ranks + 1)))
        good = refuse_memory(error);
    for (size_t user = 0; good && user < selection->users; user++) {
        size_t count = list.starts[user + 1] - list.starts[user];
        if (count > most)
            keep_most(selection, list.rows + list.starts[user], count, most, rule, seed, ranks);
    }
    free(ranks);
    release_list(&list);
    return good;
}

/* -- core -------------------------------------------------------------------------------------- */

/* Users are the entities below selection->users, items the others. */
struct peeling {
    struct selection *selection;
    struct listed_rows of_user, of_item;
    size_t *counts;  /* kept rows of each entity */
    uint32_t *queue; /* entities that have too few */
    size_t queued;
};

static void drop_row(struct peeling *peeling, uint32_t row, uint32_t core)
{
    struct selection *selection = peeling->selection;
    const size_t both[] = {selection->user[row], selection->users + selection->item[row]};
    selection->kept[row] = false;
    for (int i = 0; i < 2; i++)
        if (peeling->counts[both[i]]-- == core)
            peeling->queue[peeling->queued++] = (uint32_t)both[i];
}

static void drop_entity(struct peeling *peeling, uint32_t entity, uint32_t core)
{
    size_t users = peeling->selection->users;
    const struct listed_rows *list = entity < users ? &peeling->of_user : &peeling->of_item;
    size_t n = entity < users ? entity : entity - users;
    for (size_t at = list->starts[n]; at < list->starts[n + 1]; at++)
        if (peeling->selection->kept[list->rows[at]])
            drop_row(peeling, list->rows[at], core);
}

static void peel(struct peeling *peeling, uint32_t core)
{
    struct selection *selection = peeling->selection;
    size_t entities = selection->users + selection->items;
    for (size_t n = 0; n < entities; n++) {
        const struct listed_rows *list =
            n < selection->users ? &peeling->of_user : &peeling->of_item;
        size_t at = n < selection->users ? n : n - selection->users;
        peeling->counts[n] = list->starts[at + 1] - list->starts[at];
        if (peeling->counts[n] > 0 && peeling->counts[n] < core)
            peeling->queue[peeling->queued++] = (uint32_t)n;
    }
    for (size_t next = 0; next < peeling->queued; next++)
        drop_entity(peeling, peeling->queue[next], core);
}

bool selection_core(struct selection *selection, uint32_t core, struct error *error)
{
    size_t entities = selection->users + selection->items;
    struct peeling peeling = {
        .selection = selection,
        .counts = malloc(entities * sizeof *peeling.counts + 1),
        .queue = malloc(entities * sizeof *peeling.queue + 1),
    };
    bool good = (peeling.counts && peeling.queue) || refuse_memory(error);
    good = good &&
           list_rows(selection, selection->user, selection->users, &peeling.of_user, error) &&
           list_rows(selection, selection->item, selection->items, &peeling.of_item, error);
    if (good)
        peel(&peeling, core);
    release_list(&peeling.of_user);
    release_list(&peeling.of_item);
    free(peeling.counts);
    free(peeling.queue);
    return good;
}

/* -- samples ----------------------------------------------------------------------------------- */

enum { DIGIT = 16 }; /* bits of a key that one pass decides */

/* Finds the bound of a sample: the `wanted`-th smallest of the keys. It is found digit by digit, so
 * that no keys are kept. `left` is how many rows with this very key are wanted. */
static bool find_bound(const bool *there, size_t count, size_t wanted, uint64_t seed,
                       enum purpose purpose, uint64_t *bound, size_t *left, struct error *error)
{
    size_t *counts = malloc(sizeof *counts << DIGIT);
    if (!counts)
        return refuse_memory(error);
    *bound = 0;
    *left = wanted;
    for (int shift = 64 - DIGIT; shift >= 0; shift -= DIGIT) {
        memset(counts, 0, sizeof *counts << DIGIT);
        for (size_t n = 0; n < count; n++) {
            uint64_t key = there[n] ? random_key(seed, purpose, (uint32_t)n) : 0;
            if (there[n] && (shift + DIGIT == 64 || key >> (shift + DIGIT) == *bound))
                counts[(key >> shift) & ((1 << DIGIT) - 1)]++;
        }
        uint64_t digit = 0;
        while (counts[digit] < *left)
            *left -= counts[digit++];
        *bound = *bound << DIGIT | digit;
    }
    free(counts);
    return true;
}

/* Leaves `wanted` of the numbers there. */
static bool draw(bool *there, size_t count, size_t wanted, uint64_t seed, enum purpose purpose,
                 struct error *error)
{
    uint64_t bound = 0;
    size_t left = 0;
    if (!find_bound(there, count, wanted, seed, purpose, &bound, &left, error))
        return false;
    for (size_t n = 0; n < count; n++) {
        uint64_t key = there[n] ? random_key(seed, purpose, (uint32_t)n) : 0;
        bool equal = there[n] && key == bound && left > 0;
        left -= equal;
        there[n] = there[n] && (key < bound || equal);
    }
    return true;
}

static bool check_enough(size_t there, size_t wanted, const char *what, struct error *error)
{
    return (wanted > 0 && wanted <= there) ||
           error_set(error, ERROR_USAGE, "a sample of %zu %s is wanted, and there are %zu", wanted,
                     what, there);
}

bool selection_sample_rows(struct selection *selection, size_t count, uint64_t seed,
                           struct error *error)
{
    return check_enough(selection_count(selection), count, "ratings", error) &&
           draw(selection->kept, selection->rows, count, seed, OF_ROWS, error);
}

bool selection_sample_users(struct selection *selection, size_t count, uint64_t seed,
                            struct error *error)
{
    bool *there = calloc(selection->users + 1, sizeof *there);
    size_t users = 0;
    if (!there)
        return refuse_memory(error);
    for (size_t row = 0; row < selection->rows; row++)
        if (selection->kept[row]) {
            users += !there[selection->user[row]];
            there[selection->user[row]] = true;
        }
    bool good = check_enough(users, count, "users", error) &&
                draw(there, selection->users, count, seed, OF_USERS, error);
    for (size_t row = 0; good && row < selection->rows; row++)
        selection->kept[row] = selection->kept[row] && there[selection->user[row]];
    free(there);
    return good;
}
