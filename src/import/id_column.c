/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "id_column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "column_names.h"

/* The share of ids, or of values, that says something; the share that says enough of numbers; and
 * by how much another column of numbers may be worse and is a rival all the same. */
static const double LEAST = 0.05, MOST = 0.5, EQUAL = 0.9;

struct sample_cell id_column_plain(struct sample_cell cell)
{
    id_cell_trim(&cell.text, &cell.length);
    cell.length = id_cell_whole_length(cell.text, cell.length);
    return cell;
}

/* -- what the samples say ---------------------------------------------------------------------- */

/* One column of a sample, and what its ids look like. */
struct id_sample {
    const struct source_table *table;
    size_t field;
    struct id_form form;
};

static struct id_sample sample_of(const struct source_table *table, size_t field)
{
    struct id_sample sample = {.table = table, .field = field};
    for (size_t row = source_table_first(table); row < table->sample.rows; row++) {
        struct sample_cell cell = row_sample_cell(&table->sample, row, field);
        id_cell_trim(&cell.text, &cell.length);
        if (cell.length > 0)
            id_cell_learn(&sample.form, cell.text, cell.length, table->exact);
    }
    return sample;
}

bool id_column_keeps_points(const struct source_table *table, size_t field)
{
    return sample_of(table, field).form.keeps_points;
}

/* The id in a row, as an import keeps it. */
static struct sample_cell id_in(const struct id_sample *sample, size_t row)
{
    struct sample_cell cell = row_sample_cell(&sample->table->sample, row, sample->field);
    if (!sample->table->exact)
        id_cell_trim(&cell.text, &cell.length);
    id_cell_cut(&sample->form, cell.text, &cell.length);
    return cell;
}

/* The different ids of a column; `unique` is false if one stands twice or is missing. */
static struct id_map *ids_of(const struct id_sample *sample, bool *unique)
{
    const struct source_table *table = sample->table;
    struct id_map *ids = id_map_new();
    struct error ignored;
    uint32_t number;
    *unique = true;
    for (size_t row = source_table_first(table); row < table->sample.rows; row++) {
        struct sample_cell id = id_in(sample, row);
        size_t known = id_map_size(ids);
        bool added = id.length > 0 && id.length <= ID_MAP_LONGEST &&
                     id_map_add(ids, id.text, id.length, &number, &ignored);
        *unique = *unique && added && id_map_size(ids) > known;
    }
    return ids;
}

static enum id_naming naming_of(const char *name, enum column_role role)
{
    static const char keys[] = "id ids key code no nr num number ref sku guid uuid";
    static const char *const owners[] = {
        [ROLE_USER] = "user users person customer member client buyer visitor account profile",
        [ROLE_ITEM] = "item items movie film product book artist track song game video article"};
    static const char counts[] =
        "page pages rating ratings star stars score scores vote votes count counts amount quantity "
        "qty total sum mean average avg plays views likes clicks hours minutes seconds duration "
        "length runtime weight width depth size volume salary income budget revenue gross sales "
        "discount stock percent ratio level points rank ranking popularity population unnamed";
    if (column_name_ends_in_id(name))
        return ID_SUFFIX;
    if (*name == '\0' || column_name_measures(name) ||
        column_name_part(name, counts) < COLUMN_NAME_PARTS)
        return ID_MEASURE;
    bool key = column_name_part(name, keys) < COLUMN_NAME_PARTS ||
               column_name_part(name, owners[role]) < COLUMN_NAME_PARTS;
    return key ? ID_KEY : ID_PLAIN;
}

static struct id_fit fit_of(const struct source_table *table, size_t field,
                            const struct id_map *ids, enum column_role role)
{
    const struct row_sample *sample = &table->sample;
    const struct id_sample mine = sample_of(table, field);
    const struct column_facts facts = column_facts(sample, field, source_table_first(table), NULL);
    struct id_fit fit = {.numbers = facts.numbers * 2 >= facts.given,
                         .whole = sample->rows < SAMPLED_ROWS && sample->text.size < SAMPLED_BYTES,
                         .naming = naming_of(table->names.names[field], role)};
    struct id_map *values = ids_of(&mine, &fit.unique);
    fit.values = id_map_size(values);
    for (uint32_t i = 0; i < fit.values; i++) {
        const char *text = id_map_text(values, i);
        uint32_t number;
        fit.found += id_map_find(ids, text, strlen(text), &number);
    }
    fit.share = id_map_size(ids) > 0 ? (double)fit.found / (double)id_map_size(ids) : 0;
    id_map_free(values);
    return fit;
}

/* The column that is surely named like the ids of the other kind, users for items, or SIZE_MAX. */
static size_t other_id(const struct source_table *table, enum column_role role)
{
    enum column_role other = role == ROLE_USER ? ROLE_ITEM : ROLE_USER;
    struct column_candidate *candidates = memory_array(table->names.count, sizeof *candidates);
    size_t count = column_candidates(DATASET_RATINGS, other, table->names.names, table->names.count,
                                     candidates);
    size_t field = count > 0 && candidates[0].sure ? candidates[0].place : SIZE_MAX;
    free(candidates);
    return field;
}

struct id_fit *id_column_fits(const struct source_table *table, const struct source_table *other,
                              enum column_role role)
{
    bool unique;
    struct id_fit *fits = memory_array(table->sample.fields, sizeof *fits);
    const struct id_sample theirs = sample_of(other, source_table_role(other, role)->field);
    struct id_map *ids = ids_of(&theirs, &unique);
    size_t others = other_id(table, role);
    for (size_t field = 0; field < table->sample.fields; field++)
        if (field != others)
            fits[field] = fit_of(table, field, ids, role);
    id_map_free(ids);
    return fits;
}

/* -- the choice -------------------------------------------------------------------------------- */

static double own_share(const struct id_fit *fit)
{
    return fit->values > 0 ? (double)fit->found / (double)fit->values : 0;
}

static double score_of(const struct id_fit *fit)
{
    return fmax(fit->share, own_share(fit));
}

/* Whether its values may be ids by chance. */
static bool is_by_chance(const struct id_fit *fit)
{
    return fit->numbers && fit->naming < ID_KEY;
}

static bool convinces(const struct id_fit *fit, bool lists)
{
    if (fit->numbers && fit->naming == ID_MEASURE)
        return false;
    if (!fit->unique)
        return lists && (!fit->numbers || fit->naming == ID_SUFFIX) && own_share(fit) >= MOST;
    if (is_by_chance(fit) && fit->whole)
        return score_of(fit) >= MOST;
    return fit->share >= LEAST || own_share(fit) >= MOST;
}

/* Whether two columns say the same in every row. */
static bool are_equal(const struct source_table *table, size_t one, size_t other)
{
    const struct row_sample *sample = &table->sample;
    for (size_t row = source_table_first(table); row < sample->rows; row++) {
        struct sample_cell left = id_column_plain(row_sample_cell(sample, row, one));
        struct sample_cell right = id_column_plain(row_sample_cell(sample, row, other));
        if (left.length != right.length || memcmp(left.text, right.text, left.length) != 0)
            return false;
    }
    return true;
}

struct id_choice id_column_choose(const struct source_table *table, const struct id_fit *fits,
                                  bool lists)
{
    struct id_choice choice = {SIZE_MAX, SIZE_MAX};
    for (size_t i = 0; i < table->names.count; i++) {
        const struct id_fit *best = choice.field == SIZE_MAX ? NULL : &fits[choice.field];
        if (!convinces(&fits[i], lists))
            continue;
        bool better =
            !best || (is_by_chance(best) && !is_by_chance(&fits[i])) ||
            (is_by_chance(best) == is_by_chance(&fits[i]) && score_of(&fits[i]) > score_of(best));
        if (better)
            choice.field = i;
    }
    for (size_t i = 0; choice.field != SIZE_MAX && i < table->names.count; i++) {
        const struct id_fit *best = &fits[choice.field];
        if (i != choice.field && choice.rival == SIZE_MAX && best->numbers && fits[i].numbers &&
            is_by_chance(best) == is_by_chance(&fits[i]) && convinces(&fits[i], lists) &&
            score_of(&fits[i]) >= EQUAL * score_of(best) && !are_equal(table, i, choice.field))
            choice.rival = i;
    }
    return choice;
}

struct id_choice id_column_prefer(const struct source_table *table, const struct id_fit *fits,
                                  size_t named, bool lists)
{
    enum { CLEAR = 2 }; /* so many times the ids of the named one are clearly more */
    struct id_choice best = id_column_choose(table, fits, lists);
    if (named == SIZE_MAX)
        return best;
    double share = lists || fits[named].unique ? fits[named].share : 0;
    bool other = best.field != SIZE_MAX && fits[best.field].share > CLEAR * share;
    return other ? best : (struct id_choice){named, SIZE_MAX};
}

size_t id_column_nearest(const struct source_table *table, const struct id_fit *fits)
{
    size_t nearest = SIZE_MAX;
    for (size_t i = 0; i < table->names.count; i++) {
        const struct id_fit *best = nearest == SIZE_MAX ? NULL : &fits[nearest];
        double share = fits[i].unique ? score_of(&fits[i]) : own_share(&fits[i]);
        bool worth = fits[i].unique ? share >= LEAST : share >= MOST && fits[i].naming > ID_MEASURE;
        if (worth && (!best || (fits[i].unique && !best->unique) ||
                      (fits[i].unique == best->unique && fits[i].found > best->found)))
            nearest = i;
    }
    return nearest;
}

void id_column_words(const struct source_table *table, const struct id_fit *fits,
                     struct id_choice choice, enum dataset_table part, char words[ID_COLUMN_WORDS])
{
    const struct id_fit *fit = &fits[choice.field];
    char name[64], other[64];
    text_safe(table->names.names[choice.field], name, sizeof name);
    if (choice.rival != SIZE_MAX) {
        snprintf(words, ID_COLUMN_WORDS,
                 "\"%s\" and \"%s\" both hold numbers that are ids of the %s, and nothing tells "
                 "which are meant",
                 name, text_safe(table->names.names[choice.rival], other, sizeof other),
                 dataset_parts[part]);
        return;
    }
    const char *doubt = fit->numbers && fit->naming == ID_MEASURE
                            ? "its name is that of something else"
                        : !fit->unique ? "some stand in several rows or are missing"
                                       : "they are numbers, and no name says that they are ids";
    snprintf(words, ID_COLUMN_WORDS, "%zu of the %zu values of \"%s\" are ids of the %s, but %s",
             fit->found, fit->values, name, dataset_parts[part], doubt);
}
