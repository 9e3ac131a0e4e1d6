/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "refusal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

void refusal_reset(const char *path, bool lists)
{
    FILE *file = fopen(path, "w");
    uint64_t zero = 0;
    if (!file || fwrite(&zero, sizeof zero, 1, file) != 1 || fflush(file) != 0 ||
        (lists && ftruncate(fileno(file), (PLACES_MOST + 1) * sizeof zero) != 0))
        abort();
    fclose(file);
}

/* The count, and behind it `most` places at most. */
static uint64_t read_file(const char *path, uint64_t *places, uint64_t most)
{
    uint64_t count = 0;
    FILE *file = fopen(path, "r");
    if (!file || fread(&count, sizeof count, 1, file) != 1)
        abort();
    if (count < most)
        most = count;
    if (most > 0 && fread(places, sizeof *places, most, file) != most)
        abort();
    fclose(file);
    return count;
}

uint64_t refusal_count(const char *path)
{
    return read_file(path, NULL, 0);
}

static const char *wanted(void)
{
    return getenv("THAW_EVERY");
}

bool refusal_lists(void)
{
    return wanted() && strcmp(wanted(), "place") == 0;
}

static bool is_new(struct known_places *known, uint64_t place)
{
    for (size_t i = 0; i < known->count; i++)
        if (known->numbers[i] == place)
            return false;
    known->numbers = memory_resize(known->numbers, known->count + 1, sizeof *known->numbers);
    known->numbers[known->count++] = place;
    return true;
}

static void try_both(refusal_attempt *attempt, void *context, uint64_t at)
{
    attempt(context, at, false);
    attempt(context, at, true);
}

static uint64_t try_places(const char *path, struct known_places *known, refusal_attempt *attempt,
                           void *context)
{
    uint64_t *places = memory_array(PLACES_MOST, sizeof *places);
    uint64_t count = read_file(path, places, PLACES_MOST), tried = 0;
    if (count > PLACES_MOST)
        abort(); /* the rest would go untried */
    for (uint64_t at = 1; at <= count; at++)
        if (is_new(known, places[at - 1])) {
            try_both(attempt, context, at);
            tried += 2;
        }
    free(places);
    return tried;
}

uint64_t refusal_try(const char *path, unsigned samples, struct known_places *known,
                     refusal_attempt *attempt, void *context)
{
    if (refusal_lists())
        return try_places(path, known, attempt, context);
    uint64_t count = refusal_count(path), tried = 0;
    uint64_t apart = wanted() ? strtoull(wanted(), NULL, 10) : count / samples;
    if (apart == 0)
        apart = 1;
    for (uint64_t at = wanted() ? 1 : apart / 2 + 1; at <= count; at += apart)
        if (wanted()) {
            try_both(attempt, context, at);
            tried += 2;
        } else {
            attempt(context, at, tried % 2 == 1);
            tried++;
        }
    return tried;
}
