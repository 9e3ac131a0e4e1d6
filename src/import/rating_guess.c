/* SPDX-License-Identifier: MIT
 *
 * A rating is guessed only from a column that could not as well be a place, a date, a number of
 * something or an id. Where something speaks against the guess, the import asks.
 */
#include "config.h"

#include "rating_guess.h"

#include <stdio.h>
#include <string.h>

#include "column_names.h"

/* A single letter such as "F" is a truth only beside the other letter of its pair. */
static bool are_truths(const struct column_facts *facts)
{
    bool letters = strlen(cell_truth_word(facts->pair, true)) == 1;
    return facts->truths == facts->given &&
           (!letters || (facts->trues > 0 && facts->trues < facts->given));
}

static bool is_of_other_thing(const char *name)
{
    static const char other_things[] =
        "id ids uuid index idx unnamed no nr invoice order row line position pos rank session seq "
        "sequence version code isbn gender sex verified premium vine anonymous active deleted "
        "spoiler helpful";
    return *name == '\0' || column_name_measures(name) ||
           column_name_part(name, other_things) < COLUMN_NAME_PARTS;
}

bool rating_is_possible(const struct source_table *table, size_t field,
                        const struct column_facts *facts)
{
    const char *name = table->names.names[field];
    bool numbers =
        facts->numbers == facts->given || facts->comma_numbers == facts->given || are_truths(facts);
    /* Objects often lack a key; rows of cells seldom lack a cell. */
    bool cells = *table->records->choice.separator != '\0';
    size_t most_missing = cells ? facts->given : facts->given / 4;
    bool complete =
        facts->missing == 0 || (facts->missing <= most_missing && !is_of_other_thing(name));
    return facts->given > 0 && numbers && facts->times < facts->given && complete &&
           !column_name_ends_in_id(name);
}

/* Whether no value of many rows occurs twice. */
static bool are_all_different(const struct source_table *table, size_t field)
{
    enum { MANY = 20 };
    struct id_map *seen = id_map_new();
    struct error ignored;
    size_t rows = 0;
    for (size_t row = source_table_first(table); row < table->sample.rows; row++, rows++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        uint32_t number;
        if (cell.length == 0 || cell.length > ID_MAP_LONGEST ||
            !id_map_add(seen, cell.text, cell.length, &number, &ignored) || number < rows)
            break;
    }
    bool all = rows >= MANY && source_table_first(table) + rows == table->sample.rows;
    id_map_free(seen);
    return all;
}

const char *rating_value_doubt(const struct source_table *table, size_t field,
                               const struct column_facts *facts)
{
    const int FIRST_YEAR = 1900, LAST_YEAR = 2100;
    bool whole = facts->given > 0 && facts->whole == facts->given;
    if (whole && facts->least >= FIRST_YEAR && facts->most <= LAST_YEAR)
        return "its values look like years";
    if (whole && are_all_different(table, field))
        return "no value occurs twice, as in an id";
    return facts->missing > 0 ? "some of its cells have no value" : NULL;
}

const char *rating_doubt(const struct source_table *table, size_t field,
                         const struct column_facts *facts)
{
    return is_of_other_thing(table->names.names[field]) ? "its name is that of something else"
                                                        : rating_value_doubt(table, field, facts);
}

bool rating_is_worded(const struct source_table *table, size_t field, char *words, size_t size)
{
    static const char opinions[] =
        "recommend recommended recommends feedback like liked likes "
        "dislike opinion sentiment preference reaction vote votes rating "
        "rate rated score stars interest interested verdict thumbs";
    enum { MOST = 10, LONGEST = 24 };
    struct id_map *seen = id_map_new();
    struct error ignored;
    bool few = column_name_part(table->names.names[field], opinions) < COLUMN_NAME_PARTS;
    size_t used = 0;
    for (size_t row = source_table_first(table); few && row < table->sample.rows; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        size_t known = id_map_size(seen);
        uint32_t number;
        cell_trim(&cell.text, &cell.length);
        few = cell.length <= LONGEST &&
              (cell.length == 0 || id_map_add(seen, cell.text, cell.length, &number, &ignored)) &&
              id_map_size(seen) <= MOST;
        if (few && id_map_size(seen) > known && used < size)
            used += (size_t)snprintf(words + used, size - used, "%s%.*s", known > 0 ? ", " : "",
                                     (int)cell.length, cell.text);
    }
    few = few && id_map_size(seen) > 1;
    id_map_free(seen);
    return few;
}
