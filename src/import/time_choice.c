/* SPDX-License-Identifier: MIT
 *
 * Chooses the column of times by its name and its cells. A name that says enough is taken; a part
 * of a name only with plausible times below it; other columns of times are named to the user.
 */
#include "config.h"

#include "time_choice.h"

#include <string.h>

#include "base/text.h"
#include "rating_guess.h"
#include "time_column.h"

/* How a candidate reads as a time: in the form of --time-format, or in that of its cells. */
static struct time_facts times_of(const struct role_choice *choice, size_t field, bool *fits)
{
    struct time_form form = {.kind = TIME_ANY};
    const char *option = choice->table->options->time_format;
    struct error ignored;
    bool sure;
    if (option && !time_form_parse(option, &form, &ignored))
        option = NULL; /* time_check_format refuses it */
    bool all = option || time_column_form(choice->table, field, &form, &sure);
    struct time_facts facts = time_column_facts(choice->table, field, &form);
    *fits = option ? facts.read * 2 > facts.given : all;
    return facts;
}

static void tell_no_time(struct role_choice *choice, size_t field)
{
    struct decision *decision =
        source_table_decide(choice->table, choice->plan, "time", "not the column", "time", "-");
    decision_because(decision, "%s has cells that are no plausible times",
                     role_choice_name(choice, field));
    decision->told = true;
}

/* Leaves out candidates whose names leave it open whether they are times, if a sampled cell is no
 * plausible time, and says so if that may surprise. Those with plausible times come first. */
static size_t keep_times(struct role_choice *choice, size_t count)
{
    size_t kept = 0, good = 0;
    for (size_t i = 0; i < count; i++) {
        struct column_candidate candidate = choice->candidates[i];
        bool fits;
        const struct time_facts facts = times_of(choice, candidate.place, &fits);
        if (!candidate.sure && !fits) {
            bool half = facts.given > 0 && facts.plausible * 2 >= facts.given;
            if (!candidate.part || half)
                tell_no_time(choice, candidate.place);
            continue;
        }
        choice->candidates[kept] = candidate;
        if (facts.plausible * 2 >= facts.given)
            role_choice_move_up(choice->candidates, kept, good++);
        kept++;
    }
    return kept;
}

/* Whether the name is that of something else with large numbers. */
static bool is_named_otherwise(char *name)
{
    struct column_candidate candidate;
    return rating_is_named_id(name) ||
           column_candidates(DATASET_RATINGS, ROLE_RATING, &name, 1, &candidate) > 0;
}

/* Columns of nothing but times whose names are not those of times. */
static size_t find_unnamed_times(struct role_choice *choice)
{
    const struct field_names *names = &choice->table->names;
    size_t count = 0;
    for (size_t field = 0; field < names->count; field++) {
        bool fits;
        const struct time_facts facts = times_of(choice, field, &fits);
        if (fits && facts.given > 0 && facts.plausible == facts.given &&
            !role_choice_has(choice, field) && !is_named_otherwise(names->names[field]))
            choice->candidates[count++] = (struct column_candidate){.place = field};
    }
    return count;
}

/* Without a column that is named like a time: --time-format chooses one that it fits, else the
 * user is told of those that may be one. */
static void choose_unnamed_time(struct role_choice *choice)
{
    size_t count = find_unnamed_times(choice);
    if (count == 0)
        return;
    size_t first = choice->candidates[0].place;
    if (choice->table->options->time_format) {
        struct decision *decision = role_choice_decide(choice, ROLE_TIME, first);
        role_choice_tell_rivals(choice, decision, "all its sampled cells fit --time-format", count,
                                first);
        decision->told = true;
        return;
    }
    struct decision *decision =
        source_table_decide(choice->table, choice->plan, "time", "none", "time", "-");
    decision_because(decision,
                     "%s holds nothing but times, but its name does not say that they are those "
                     "of the ratings; --time takes it",
                     role_choice_name(choice, first));
    decision->told = true;
}

void time_choose(struct role_choice *choice)
{
    size_t count = keep_times(choice, role_choice_candidates(choice, ROLE_TIME));
    if (count == 0) {
        choose_unnamed_time(choice);
        return;
    }
    const struct column_candidate chosen = choice->candidates[0];
    choice->roles->sure_time = chosen.sure;
    struct decision *decision = role_choice_decide(choice, ROLE_TIME, chosen.place);
    role_choice_tell_rivals(choice, decision,
                            chosen.part ? "by its name and its cells" : "by its name", count,
                            chosen.place);
    if (!chosen.part || count == 1)
        return;
    decision_because(decision, "%s; --time takes another", decision->reason);
    decision->told = true;
}

/* The first cell of the field that has a value. */
static struct sample_cell first_given(const struct source_table *table, size_t field)
{
    struct sample_cell cell = {"", 0};
    for (size_t row = source_table_first(table); row < table->sample.rows && cell.length == 0;
         row++)
        cell = row_sample_cell(&table->sample, row, field);
    return cell;
}

bool time_check_format(struct role_choice *choice, struct error *error)
{
    char list[ROLE_LIST], shown[ROLE_LIST], file[128], excerpt[CELL_EXCERPT];
    const struct source_table *table = choice->table;
    const char *option = table->options->time_format;
    struct time_form form;
    if (table->part != DATASET_RATINGS || !option)
        return true;
    if (!time_form_parse(option, &form, error))
        return false;
    if (choice->roles->fields[ROLE_TIME] != SIZE_MAX)
        return true;
    text_safe(source_table_file(table), file, sizeof file);
    if (!table->options->time && role_choice_candidates(choice, ROLE_TIME) > 0) {
        size_t field = choice->candidates[0].place;
        struct sample_cell cell = first_given(table, field);
        return error_set(error, ERROR_USAGE,
                         "--time-format %s does not fit the column \"%s\" of \"%s\": \"%s\"",
                         text_safe(option, list, sizeof list),
                         text_safe(role_choice_name(choice, field), shown, sizeof shown), file,
                         cell_excerpt(cell.text, cell.length, excerpt));
    }
    role_choice_names(&table->names, list);
    return error_set(error, ERROR_USAGE,
                     "--time-format finds no column of times in \"%s\": %s; --time takes one", file,
                     text_safe(list, shown, sizeof shown));
}
