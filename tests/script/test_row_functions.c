/* SPDX-License-Identifier: MIT
 *
 * Functions of a script that say which ratings count and what they are for: their numbers, and what
 * mistakes are told, with their line.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trial.h"

static struct error error;

/* The function begins in line 4. NULL if the script is refused. */
static struct script_host *host_of(enum row_function function, const char *source)
{
    bool where = function == ROW_WHERE;
    char *text = memory_format("local thaw = require 'thaw'\n"
                               "return thaw.experiment { data = 'small',\n"
                               "  %s\n"
                               "  %s = %s\n"
                               "  %s }",
                               where ? "" : "tasks = thaw.tasks.by_user {",
                               where ? "where" : "split", source, where ? "" : "}");
    const struct script_source script = {.path = "mine.lua", .text = text, .size = strlen(text)};
    struct script_host *host = script_host_new(&script, 1, NULL, NULL, NULL, &error);
    free(text);
    return host;
}

static void a_filter_is_true_or_false_of_a_row(void **state)
{
    (void)state;
    struct script_host *host =
        host_of(ROW_WHERE, "function(row) if row.rating > 4 then return nil end\n"
                           "return row.rating >= 2 and row.place ~= 'home' and #row.user > 1 end");
    struct dataset *dataset = trial_data();
    const struct column *place = table_column(&dataset->context, "place");
    double *numbers = NULL;
    assert_non_null(host);
    assert_true(script_host_experiment(host)->has_where);
    assert_true(script_host_numbers(host, dataset, ROW_WHERE, NULL, &numbers, &error));
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        const char *text = column_text(place, row);
        bool home = text && strcmp(text, "home") == 0;
        if (dataset->value[row] > 4)
            assert_true(isnan(numbers[row]));
        else
            assert_true(numbers[row] == (dataset->value[row] >= 2 && !home));
    }
    free(numbers);
    dataset_free(dataset);
    script_host_free(host);
}

static void a_split_says_what_a_row_is_for(void **state)
{
    (void)state;
    struct script_host *host =
        host_of(ROW_SPLIT, "function(row) if row.item == 'i3' then return nil end\n"
                           "if row.item == 'i4' then return 'validation' end\n"
                           "return row.timestamp % 2 == 0 and 'training' or 'test' end");
    struct dataset *dataset = trial_data();
    double *numbers = NULL;
    assert_non_null(host);
    assert_true(script_host_experiment(host)->tasks.given);
    assert_true(script_host_numbers(host, dataset, ROW_SPLIT, NULL, &numbers, &error));
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (strcmp(id_map_text(dataset->items, dataset->item[row]), "i3") == 0)
            assert_true(isnan(numbers[row]));
        else if (strcmp(id_map_text(dataset->items, dataset->item[row]), "i4") == 0)
            assert_true(numbers[row] == GIVEN_VALIDATION);
        else
            assert_true(numbers[row] ==
                        (dataset->time[row] % 2 == 0 ? GIVEN_TRAINING : GIVEN_TEST));
    }
    free(numbers);
    dataset_free(dataset);
    script_host_free(host);
}

static void fails_with(enum row_function function, const char *source, const char *expected)
{
    struct script_host *host = host_of(function, source);
    struct dataset *dataset = trial_data();
    double *numbers;
    assert_false(host && script_host_numbers(host, dataset, function, NULL, &numbers, &error));
    assert_int_equal(error.kind, ERROR_SCRIPT);
    if (!strstr(error.text, expected))
        fail_msg("\"%s\" is not in \"%s\"", expected, error.text);
    script_host_free(host);
    dataset_free(dataset);
}

static void mistakes_are_named_at_their_line(void **state)
{
    (void)state;
    fails_with(ROW_WHERE, "'rating > 3'",
               "mine.lua:4: experiment: 'where' is 'rating > 3', but "
               "must be a function");
    fails_with(ROW_WHERE, "function(row) return row.rating end",
               "mine.lua:4: where: the function of 'where' for row 1 of the ratings returned ");
    fails_with(ROW_WHERE, "function(row) return 'yes' end",
               "returned 'yes' where true or false was expected, as in: return row.rating >= 3");
    fails_with(ROW_WHERE, "function(row)\n return row.rate > 3 end",
               "mine.lua:5: there is no column 'rate', only place, timestamp, rating, user, item");
    fails_with(ROW_WHERE, "function(row)\n return row.Place > 3 end",
               "mine.lua:5: there is no column 'Place', did you mean 'place'?");
    fails_with(ROW_WHERE,
               "(function() local n = 0 return function() n = n + 1 return n > 5 end end)()",
               "gives another result when it is called again for the same row");
    fails_with(ROW_SPLIT, "function(row) return 'train' end",
               "mine.lua:4: split: the function of 'split' for row 1 of the ratings returned "
               "'train' where 'training', 'test', 'validation' or nil was expected");
    fails_with(ROW_SPLIT, "function(row) return row.rating > 3 and 'test' or 'training' end",
               "mine.lua:4: there is no column 'rating', only place, timestamp, user, item");
    fails_with(ROW_SPLIT, "function(row) return row.timestamp < 7 end",
               "where 'training', 'test', 'validation' or nil was expected");
    fails_with(ROW_SPLIT, "'publish'",
               "mine.lua:4: tasks.by_user: 'split' is 'publish', but must be one of 'own', "
               "'published', 'nested', or a function of a row");
    fails_with(ROW_SPLIT, "function(row) return row:time() end", "mine.lua:4: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_is_true_or_false_of_a_row),
        cmocka_unit_test(a_split_says_what_a_row_is_for),
        cmocka_unit_test(mistakes_are_named_at_their_line),
    };
    return cmocka_run_group_tests_name("row functions", tests, NULL, NULL);
}
