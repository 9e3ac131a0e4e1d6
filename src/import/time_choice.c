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
#include "source_path.h"
#include "time_column.h"

/* How the field reads as a time. */
static struct time_guess guess_of(const struct role_choice *choice, size_t field)
{
    struct time_guess guess;
    struct error ignored; /* time_check_format refuses a --time-format that is none */
    time_column_guess(choice->table, field, &guess, &ignored);
    return guess;
}

static bool are_mostly_plausible(const struct time_guess *guess)
{
    return guess->plausible * 2 >= guess->given;
}

/* Says that a column that is named like a time is none, by the first cell that is none. */
static void tell_no_time(struct role_choice *choice, size_t field, const struct time_guess *guess)
{
    const struct source_table *table = choice->table;
    const char *name = role_choice_name(choice, field);
    size_t row = time_guess_first_odd(guess, table, field);
    char shown[CELL_EXCERPT], line[SOURCE_LINE];
    struct decision *decision =
        source_table_decide(table, choice->plan, "time", "not the column", "time", "-");
    decision->told = true;
    if (row == SIZE_MAX) {
        decision_because(decision, "%s has no value in the first rows", name);
        return;
    }
    struct sample_cell cell = row_sample_cell(&table->sample, row, field);
    decision_because(
        decision, "%s has cells that are %s, the first is \"%s\" in %s", name,
        guess->asked ? "not written as --time-format says" : "no plausible times",
        cell_excerpt(cell.text, cell.length, shown),
        source_line_of(table->path, table->sample.paths[row], table->sample.lines[row], line));
}

/* Leaves out candidates that are not written as --time-format says, and those whose names leave it
 * open whether they are times, if too few sampled cells are plausible ones. Says so if that may
 * surprise. Those with plausible times come first. */
static size_t keep_times(struct role_choice *choice, size_t count)
{
    size_t kept = 0, good = 0;
    for (size_t i = 0; i < count; i++) {
        struct column_candidate candidate = choice->candidates[i];
        const struct time_guess guess = guess_of(choice, candidate.place);
        if (!time_guess_holds(&guess) && (guess.asked || !candidate.sure)) {
            if (!candidate.part || (guess.given > 0 && are_mostly_plausible(&guess)))
                tell_no_time(choice, candidate.place, &guess);
            continue;
        }
        choice->candidates[kept] = candidate;
        if (are_mostly_plausible(&guess))
            role_choice_move_up(choice->candidates, kept, good++);
        kept++;
    }
    return kept;
}

/* Whether the name is that of something else with large numbers. */
static bool is_named_otherwise(char *name)
{
    struct column_candidate candidate;
    return column_name_ends_in_id(name) ||
           column_candidates(DATASET_RATINGS, ROLE_RATING, &name, 1, &candidate) > 0;
}

/* Columns whose names are not those of times, but whose cells are: nothing but plausible ones, or
 * as
 * --time-format says. */
static size_t find_unnamed_times(struct role_choice *choice)
{
    const struct field_names *names = &choice->table->names;
    size_t count = 0;
    for (size_t field = 0; field < names->count; field++) {
        const struct time_guess guess = guess_of(choice, field);
        bool fits = guess.asked ? are_mostly_plausible(&guess) : guess.plausible == guess.given;
        if (fits && time_guess_holds(&guess) && !role_choice_has(choice, field) &&
            !is_named_otherwise(names->names[field]))
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
        role_choice_tell_rivals(choice, decision, "its cells are written as --time-format says",
                                count, first);
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

/* No column is the time that is named like one; the first of them is the most likely. */
static bool refuse_named(const struct role_choice *choice, size_t row, struct error *error)
{
    char file[128], name[64], asked[64], shown[CELL_EXCERPT], line[SOURCE_LINE];
    const struct source_table *table = choice->table;
    size_t field = choice->candidates[0].place;
    struct sample_cell cell = row_sample_cell(&table->sample, row, field);
    return error_set(
        error, ERROR_USAGE,
        "--time-format %s does not fit the column \"%s\" of \"%s\": \"%s\" in %s",
        text_safe(table->options->time_format, asked, sizeof asked),
        text_safe(role_choice_name(choice, field), name, sizeof name),
        text_safe(source_table_file(table), file, sizeof file),
        cell_excerpt(cell.text, cell.length, shown),
        source_line_of(table->path, table->sample.paths[row], table->sample.lines[row], line));
}

bool time_check_format(struct role_choice *choice, struct error *error)
{
    char list[ROLE_LIST], shown[ROLE_LIST], file[128];
    const struct source_table *table = choice->table;
    const char *option = table->options->time_format;
    struct time_form form;
    if (table->part != DATASET_RATINGS || !option)
        return true;
    if (!time_form_parse(option, &form, error))
        return false;
    if (choice->roles->fields[ROLE_TIME] != SIZE_MAX)
        return true;
    if (!table->options->time && role_choice_candidates(choice, ROLE_TIME) > 0) {
        size_t field = choice->candidates[0].place;
        const struct time_guess guess = guess_of(choice, field);
        size_t row = time_guess_first_odd(&guess, table, field);
        if (row != SIZE_MAX)
            return refuse_named(choice, row, error);
    }
    role_choice_names(&table->names, list);
    return error_set(error, ERROR_USAGE,
                     "--time-format finds no column of times in \"%s\": %s; --time takes one",
                     text_safe(source_table_file(table), file, sizeof file),
                     text_safe(list, shown, sizeof shown));
}
