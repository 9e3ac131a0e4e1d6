/* SPDX-License-Identifier: MIT
 *
 * Puts files that say what the values of other joined files mean into those, and gives all columns
 * that are added to users and items their names.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "column_names.h"
#include "file_error.h"
#include "sides.h"

/* The column of a field, or NULL. */
static struct side_column *column_of(struct side_table *side, size_t field)
{
    for (size_t i = 0; i < side->count; i++)
        if (side->columns[i].field == field)
            return &side->columns[i];
    return NULL;
}

/* For each text of the column, 1 + the key that it is in `child`, or 0; a new array. */
static uint32_t *find_keys(const struct side_column *column, struct side_table *child)
{
    size_t count = id_map_size(column->words);
    uint32_t *keys = memory_array(count + 1, sizeof *keys), key;
    for (uint32_t word = 0; word < count; word++) {
        const char *text = id_map_text(column->words, word);
        if (!side_find(child, text, strlen(text), &key))
            continue;
        keys[word] = key + 1;
        child->found++;
    }
    child->asked = count;
    return keys;
}

static bool charge(struct sides *sides, const struct side_table *child, uint64_t bytes,
                   struct error *error)
{
    sides->used += bytes;
    return sides->used <= SIDES_BYTES ||
           file_error(error, child->table.path, 0,
                      "what is joined with users and items may take %d MB of memory, and this "
                      "would be more; join a file with fewer rows or columns",
                      SIDES_BYTES >> 20);
}

/* The texts that a column of `child` has for its keys, as a column of the rows of `parent`. */
static bool translate(struct sides *sides, struct side_table *parent, const struct side_column *by,
                      const uint32_t *keys, struct side_table *child, struct side_column *from,
                      struct side_column *made, struct error *error)
{
    *made = (struct side_column){.name = memory_string(from->name),
                                 .field = SIZE_MAX,
                                 .words = id_map_new(),
                                 .made_of_lists = from->list || from->made_of_lists,
                                 .cells = memory_array(parent->rows, sizeof *made->cells)};
    size_t count = id_map_size(child->keys);
    uint32_t *words = memory_array(count + 1, sizeof *words), word;
    uint64_t bytes = (uint64_t)parent->rows * sizeof *made->cells;
    bool good = true;
    for (uint32_t key = 0; good && key < count; key++) {
        size_t length;
        const char *text = side_text(from, child, key, &length);
        if (!text)
            continue;
        good = id_map_add_text(made->words, text, length, &word, error);
        words[key] = word + 1;
        bytes += length;
    }
    for (uint32_t row = 0; row < parent->rows; row++) {
        uint32_t key = by->cells[row] > 0 ? keys[by->cells[row] - 1] : 0;
        made->cells[row] = key > 0 ? words[key - 1] : 0;
    }
    free(words);
    return good && charge(sides, child, bytes, error);
}

/* Puts the columns of `child` in place of the one that they explain. */
static bool fold(struct sides *sides, struct side_table *parent, struct side_table *child,
                 struct error *error)
{
    struct side_column *by = column_of(parent, child->target);
    if (!by)
        return file_error(error, child->table.path, 0,
                          "it is joined by the key of \"%s\"; join it with the %s instead",
                          source_table_file(&parent->table), dataset_parts[parent->table.part]);
    size_t place = (size_t)(by - parent->columns);
    uint32_t *keys = find_keys(by, child);
    struct side_column *columns = memory_array(parent->count + child->count, sizeof *columns);
    size_t count = 0, made = 0;
    bool good = true, kept = child->found == 0;
    for (size_t i = 0; i < place + kept; i++)
        columns[count++] = parent->columns[i];
    for (; good && made < child->count; made++)
        good = translate(sides, parent, &parent->columns[place], keys, child, &child->columns[made],
                         &columns[count++], error);
    for (size_t i = place + 1; i < parent->count; i++)
        columns[count++] = parent->columns[i];
    if (!kept) {
        struct side_column *replaced = &parent->columns[place];
        free(replaced->name);
        free(replaced->cells);
        id_map_free(replaced->words);
    }
    free(keys);
    free(parent->columns);
    parent->columns = columns;
    parent->count = count;
    return good;
}

/* Finishes a file when everything that is joined with it is in it. */
static bool finish(struct sides *sides, size_t place, struct error *error)
{
    for (size_t i = 0; i < sides->count; i++)
        if (!sides->list[i].dropped && sides->list[i].onto == place &&
            (!finish(sides, i, error) || !fold(sides, &sides->list[place], &sides->list[i], error)))
            return false;
    side_finish(&sides->list[place]);
    return true;
}

static void tell_fold(const struct side_table *child, const struct side_table *parent,
                      struct import_plan *plan)
{
    char choice[200];
    snprintf(choice, sizeof choice, "%s%" PRIu64 " of %" PRIu64 " values of %.80s are explained",
             child->found == 0 ? "NONE, " : "", child->found, child->asked, child->target_name);
    struct decision *decision =
        decisions_add(&plan->decisions, source_table_file(&child->table), "join", choice);
    decision_because(decision, "by %s, %s", child->table.names.names[child->key], child->reason);
    char *value =
        memory_format("%s:%s=%s.%s", side_words(child), child->table.names.names[child->key],
                      source_table_file(&parent->table), child->target_name);
    decision_option(decision, "join", value);
    free(value);
    decision->told = true;
}

bool side_folds(struct sides *sides, struct import_plan *plan, struct error *error)
{
    for (size_t i = 0; i < sides->count; i++)
        if (!sides->list[i].dropped && sides->list[i].onto == SIDE_MAIN && !finish(sides, i, error))
            return false;
    for (size_t i = 0; i < sides->count; i++)
        if (!sides->list[i].dropped && sides->list[i].onto != SIDE_MAIN)
            tell_fold(&sides->list[i], &sides->list[sides->list[i].onto], plan);
    return true;
}

/* -- names ------------------------------------------------------------------------------------- */

/* Whether a column of the table, or one before this one, has the name. */
static bool is_taken(const struct sides *sides, const struct side_column *before, const char *name,
                     enum dataset_table part)
{
    const struct source_table *table = &sides->tables[part];
    if (column_names_match(name, sides_id_name(sides, part)))
        return true;
    for (size_t i = 0; table->records && i < table->count; i++)
        if (column_names_match(table->columns[i].name, name))
            return true;
    for (size_t i = 0; i < sides->count; i++) {
        const struct side_table *side = &sides->list[i];
        for (size_t c = 0; c < side->count && !side->dropped; c++) {
            if (side->table.part != part || side->onto != SIDE_MAIN)
                continue;
            if (&side->columns[c] == before)
                return false;
            if (column_names_match(side->columns[c].name, name))
                return true;
        }
    }
    return false;
}

static void rename_column(const struct sides *sides, const struct side_table *side,
                          struct side_column *column, struct import_plan *plan)
{
    const char *file = source_table_file(&side->table);
    size_t stem = (size_t)(file_name(file) - file) + strcspn(file_name(file), ".");
    enum dataset_table part = side->table.part;
    char *place = memory_format("%.*s", (int)stem, file);
    for (char *slash = strchr(place, '/'); slash; slash = strchr(slash, '/'))
        *slash = '_';
    char *name = memory_format("%s_%s", column->name, place);
    for (unsigned copy = 2; is_taken(sides, column, name, part); copy++) {
        free(name);
        name = memory_format("%s_%s_%u", column->name, place, copy);
    }
    free(place);
    char subject[160];
    snprintf(subject, sizeof subject, "column %.120s", column->name);
    struct decision *decision = decisions_add(&plan->decisions, file, subject, name);
    decision_because(decision, "another column has its name");
    decision->told = true;
    free(column->name);
    column->name = name;
}

void side_names(struct sides *sides, struct import_plan *plan)
{
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        for (size_t c = 0; c < side->count && !side->dropped && side->onto == SIDE_MAIN; c++)
            if (is_taken(sides, &side->columns[c], side->columns[c].name, side->table.part))
                rename_column(sides, side, &side->columns[c], plan);
    }
}

/* The column of a file that is named like a title, or NULL. */
static struct side_column *find_title(struct side_table *side)
{
    char **names = memory_array(side->count + 1, sizeof *names);
    struct column_candidate *candidates = memory_array(side->count + 1, sizeof *candidates);
    for (size_t i = 0; i < side->count; i++)
        names[i] = side->columns[i].name;
    size_t count = column_candidates(DATASET_ITEMS, ROLE_TITLE, names, side->count, candidates);
    struct side_column *found = count > 0 ? &side->columns[candidates[0].place] : NULL;
    free(candidates);
    free(names);
    return found && !found->list ? found : NULL;
}

void side_title(struct sides *sides, struct import_plan *plan)
{
    const struct source_table *items = &sides->tables[DATASET_ITEMS];
    const char *option = sides->options->of[DATASET_ITEMS].title;
    if (option || (items->records && source_table_role(items, ROLE_TITLE)))
        return;
    for (size_t i = 0; i < sides->count; i++) {
        struct side_table *side = &sides->list[i];
        bool shown = !side->dropped && side->table.part == DATASET_ITEMS && side->onto == SIDE_MAIN;
        struct side_column *column = shown ? find_title(side) : NULL;
        if (!column)
            continue;
        column->role = ROLE_TITLE;
        column->type = COLUMN_TEXT;
        struct decision *decision =
            decisions_add(&plan->decisions, source_table_file(&side->table), "title", column->name);
        decision_because(decision, "by its name");
        return;
    }
}
