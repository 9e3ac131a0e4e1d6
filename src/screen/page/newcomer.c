/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "newcomer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/folding.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/grid_store.h"

/* -- life -------------------------------------------------------------------------------------- */

void newcomer_drop_arms(struct newcomer *newcomer)
{
    for (size_t i = 0; i < newcomer->arm_count; i++) {
        free(newcomer->arms[i].order);
        free(newcomer->arms[i].value);
        free(newcomer->arms[i].place);
        free(newcomer->arms[i].before);
    }
    newcomer->arm_count = 0;
}

void newcomer_release(struct newcomer *newcomer)
{
    newcomer_drop_arms(newcomer);
    for (size_t i = 0; newcomer->items && i < id_map_size(newcomer->items); i++)
        free(newcomer->titles[i]);
    free(newcomer->titles);
    id_map_free(newcomer->items);
    free(newcomer->ratings);
    free(newcomer->coming);
    free(newcomer->asked);
    free(newcomer->errors);
    *newcomer = (struct newcomer){0};
}

void newcomer_add_arm(struct newcomer *newcomer, const char *run, const char *name)
{
    struct newcomer_arm *arm = &newcomer->arms[newcomer->arm_count++];
    *arm = (struct newcomer_arm){0};
    snprintf(arm->run, sizeof arm->run, "%s", run);
    snprintf(arm->name, sizeof arm->name, "%s", name);
}

/* -- items ------------------------------------------------------------------------------------- */

struct titles {
    struct id_map *items;
    char **of;
};

static void take_title(void *context, const char *item, const char *title)
{
    struct titles *titles = context;
    uint32_t number;
    if (id_map_find(titles->items, item, strlen(item), &number) && !titles->of[number] && *title)
        titles->of[number] = memory_string(title);
}

bool newcomer_read_items(const struct answer_recommend *answer, struct store *store,
                         const char *dataset, struct id_map **items, char ***titles,
                         struct error *error)
{
    struct titles read = {.items = id_map_new()};
    const char *id = answer->ids;
    bool good = true;
    for (uint32_t i = 0; good && i < answer->count; i++, id += strlen(id) + 1) {
        uint32_t number;
        good = id_map_add(read.items, id, strlen(id), &number, error);
    }
    read.of = memory_array(id_map_size(read.items), sizeof *read.of);
    good = good && store_item_titles(store, dataset, take_title, &read, error);
    for (uint32_t i = 0; i < id_map_size(read.items); i++)
        if (!read.of[i])
            read.of[i] = memory_string(id_map_text(read.items, i));
    *items = read.items;
    *titles = read.of;
    return good;
}

/* -- ratings ----------------------------------------------------------------------------------- */

const struct newcomer_rating *newcomer_rating_of(const struct newcomer *newcomer, uint32_t item)
{
    for (size_t i = 0; i < newcomer->rating_count; i++)
        if (newcomer->ratings[i].item == item)
            return &newcomer->ratings[i];
    return NULL;
}

static bool remove_rating(struct newcomer *newcomer, uint32_t item)
{
    const struct newcomer_rating *rating = newcomer_rating_of(newcomer, item);
    if (!rating)
        return false;
    size_t at = (size_t)(rating - newcomer->ratings);
    newcomer->rating_count--;
    memmove(newcomer->ratings + at, newcomer->ratings + at + 1,
            (newcomer->rating_count - at) * sizeof *newcomer->ratings);
    return true;
}

bool newcomer_take_back(struct newcomer *newcomer, uint32_t item)
{
    if (newcomer->next > 0 && newcomer->coming[newcomer->next - 1].item == item)
        newcomer->next--;
    return remove_rating(newcomer, item);
}

void newcomer_rate(struct newcomer *newcomer, uint32_t item, const char *text, double value)
{
    struct newcomer_rating rating = {.item = item, .value = value};
    const struct newcomer_rating *earlier = newcomer_rating_of(newcomer, item);
    snprintf(rating.text, sizeof rating.text, "%s", text);
    for (size_t i = 0; i < newcomer->arm_count; i++)
        rating.predicted[i] = earlier                      ? earlier->predicted[i]
                              : newcomer->arms[i].answered ? newcomer->arms[i].value[item]
                                                           : NAN;
    remove_rating(newcomer, item);
    newcomer->ratings = memory_resize(newcomer->ratings, newcomer->rating_count + 1, sizeof rating);
    newcomer->ratings[newcomer->rating_count++] = rating;
}

char *newcomer_lines(const struct newcomer *newcomer)
{
    struct bytes lines = {0};
    for (size_t i = 0; i < newcomer->rating_count; i++)
        bytes_add_format(&lines, "%s=%s\n", id_map_text(newcomer->items, newcomer->ratings[i].item),
                         newcomer->ratings[i].text);
    bytes_add(&lines, "", 1);
    return (char *)lines.data;
}

double newcomer_error(const struct newcomer *newcomer, size_t arm)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < newcomer->rating_count; i++) {
        double predicted = (double)newcomer->ratings[i].predicted[arm];
        if (isnan(predicted))
            continue;
        sum += fabs(predicted - newcomer->ratings[i].value);
        count++;
    }
    return count ? sum / (double)count : (double)NAN;
}

/* -- a test user ------------------------------------------------------------------------------- */

static struct newcomer_rating *read_lines(const struct newcomer *newcomer, const char *lines,
                                          size_t *count)
{
    struct newcomer_rating *ratings = NULL;
    *count = 0;
    for (const char *end; (end = strchr(lines, '\n')); lines = end + 1) {
        struct newcomer_rating rating = {0};
        const char *value = end;
        while (value > lines && value[-1] != '=')
            value--;
        if (value == lines ||
            !id_map_find(newcomer->items, lines, (size_t)(value - lines) - 1, &rating.item) ||
            !text_number(value, (size_t)(end - value), &rating.value))
            continue;
        snprintf(rating.text, sizeof rating.text, "%.*s", (int)(end - value), value);
        ratings = memory_grow(ratings, *count, sizeof *ratings);
        ratings[(*count)++] = rating;
    }
    return ratings;
}

void newcomer_follow(struct newcomer *newcomer, const char *shown, const char *asked)
{
    newcomer->coming = read_lines(newcomer, shown, &newcomer->coming_count);
    newcomer->asked = read_lines(newcomer, asked, &newcomer->asked_count);
}

bool newcomer_reveal(struct newcomer *newcomer)
{
    if (newcomer->next == newcomer->coming_count)
        return false;
    const struct newcomer_rating *rating = &newcomer->coming[newcomer->next++];
    newcomer_rate(newcomer, rating->item, rating->text, rating->value);
    return true;
}

static double error_of(const struct newcomer *newcomer, const struct newcomer_arm *arm)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; arm->answered && i < newcomer->asked_count; i++) {
        double predicted = (double)arm->value[newcomer->asked[i].item];
        sum += isnan(predicted) ? 0 : fabs(predicted - newcomer->asked[i].value);
        count += !isnan(predicted);
    }
    return count ? sum / (double)count : (double)NAN;
}

void newcomer_note_errors(struct newcomer *newcomer)
{
    while (newcomer->error_count <= newcomer->rating_count) {
        newcomer->errors =
            memory_grow(newcomer->errors, newcomer->error_count, sizeof *newcomer->errors);
        for (size_t a = 0; a < NEWCOMER_ARMS; a++)
            newcomer->errors[newcomer->error_count][a] = NAN;
        newcomer->error_count++;
    }
    for (size_t a = 0; a < newcomer->arm_count; a++)
        newcomer->errors[newcomer->rating_count][a] = error_of(newcomer, &newcomer->arms[a]);
}

/* -- answers ----------------------------------------------------------------------------------- */

void newcomer_take(struct newcomer *newcomer, size_t arm_number,
                   const struct answer_recommend *answer)
{
    struct newcomer_arm *arm = &newcomer->arms[arm_number];
    size_t items = id_map_size(newcomer->items);
    if (!arm->value) {
        arm->order = memory_array(items, sizeof *arm->order);
        arm->value = memory_array(items, sizeof *arm->value);
        arm->place = memory_array(items, sizeof *arm->place);
        arm->before = memory_array(items, sizeof *arm->before);
    }
    uint32_t *place = arm->before;
    arm->before = arm->place;
    arm->place = place;
    memset(place, 0, items * sizeof *place);
    for (size_t i = 0; i < items; i++)
        arm->value[i] = NAN;
    arm->count = 0;
    const char *id = answer->ids;
    for (uint32_t i = 0; i < answer->count; i++, id += strlen(id) + 1) {
        uint32_t item;
        if (!id_map_find(newcomer->items, id, strlen(id), &item) || place[item])
            continue;
        arm->order[arm->count++] = item;
        place[item] = arm->count;
        arm->value[item] = answer->values[i];
    }
    if (!arm->answered)
        memcpy(arm->before, arm->place, items * sizeof *place);
    arm->answered = true;
}

int64_t newcomer_rise(const struct newcomer_arm *arm, uint32_t item, bool *entered)
{
    *entered = arm->place[item] && !arm->before[item];
    if (!arm->place[item] || !arm->before[item])
        return 0;
    return (int64_t)arm->before[item] - (int64_t)arm->place[item];
}

/* -- finding ----------------------------------------------------------------------------------- */

/* Whether the folded text holds every word of `words`, which a blank separates. */
static bool holds_all(const char *text, const char *words)
{
    while (*words) {
        char word[256];
        size_t length = strcspn(words, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, words);
        if (!strstr(text, word))
            return false;
        words += length + strspn(words + length, " ");
    }
    return true;
}

static char *folded(const char *text)
{
    char *made = folding_of(text, strlen(text));
    return made ? made : memory_string(text);
}

uint32_t *newcomer_find(const struct newcomer *newcomer, const char *words, size_t *count)
{
    size_t items = id_map_size(newcomer->items), first = 0, others = 0;
    uint32_t *found = memory_array(items, sizeof *found),
             *later = memory_array(items, sizeof *later);
    char *all = folded(words), *sought = all + strspn(all, " ");
    size_t length = strcspn(sought, " ");
    for (uint32_t item = 0; *sought && item < items; item++) {
        char *title = folded(newcomer->titles[item]);
        if (!holds_all(title, sought) && strcmp(id_map_text(newcomer->items, item), words) != 0)
            ;
        else if (strncmp(title, sought, length) == 0)
            found[first++] = item;
        else
            later[others++] = item;
        free(title);
    }
    for (size_t i = 0; i < others; i++)
        found[first + i] = later[i];
    *count = first + others;
    free(later);
    free(all);
    return found;
}
