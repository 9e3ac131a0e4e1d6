/* SPDX-License-Identifier: MIT
 *
 * Targets that a script makes of ratings: every row has the value that the same formula gives in C,
 * rows without one count nowhere, and mistakes are named at their line.
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

static struct script_host *host_of(const char *target)
{
    char *text = memory_format("local thaw = require 'thaw'\n"
                               "return thaw.experiment { data = 'small',\n  %s%s }",
                               target ? "target = " : "", target ? target : "");
    const struct script_source source = {.path = "mine.lua", .text = text, .size = strlen(text)};
    struct script_host *host = script_host_new(&source, 1, NULL, NULL, NULL, &error);
    if (!host)
        fail_msg("%s", error.text);
    free(text);
    return host;
}

static void a_target_takes_the_place_of_the_rating(void **state)
{
    (void)state;
    struct script_host *host =
        host_of("function(row) return math.log(1 + row.rating) + (row.place == 'home' and 1 or 0)\n"
                "    + #row.user / 8 + #row.item / 64 + row.timestamp % 5 end");
    struct dataset *dataset = trial_data(), *raw = trial_data();
    const struct column *place = table_column(&raw->context, "place");
    assert_true(script_host_experiment(host)->has_target);
    if (!script_host_target(host, dataset, &error))
        fail_msg("%s", error.text);
    for (uint32_t row = 0; row < raw->interactions; row++) {
        const char *where = column_text(place, row);
        double expected = log(1 + (double)raw->value[row]) + (where && strcmp(where, "home") == 0) +
                          (double)strlen(id_map_text(raw->users, raw->user[row])) / 8 +
                          (double)strlen(id_map_text(raw->items, raw->item[row])) / 64 +
                          (double)(raw->time[row] % 5);
        assert_float_equal(dataset->value[row], expected, 1e-5);
        assert_int_equal(dataset->current[row], raw->current[row]);
    }
    dataset_free(dataset);
    dataset_free(raw);
    script_host_free(host);
}

static void a_row_without_target_counts_nowhere(void **state)
{
    (void)state;
    struct script_host *host = host_of("function(row) if row.rating > 2.5 then return 1 end end");
    struct dataset *dataset = trial_data(), *raw = trial_data();
    uint32_t kept = 0;
    assert_true(script_host_target(host, dataset, &error));
    for (uint32_t row = 0; row < raw->interactions; row++) {
        bool wanted = raw->current[row] && raw->value[row] > 2.5F;
        assert_int_equal(dataset->current[row], wanted);
        kept += wanted;
    }
    assert_in_range(kept, 1, raw->interactions - 1);
    assert_int_equal(dataset->by_user.starts[dataset->by_user.count], kept);
    assert_int_equal(dataset->by_item.starts[dataset->by_item.count], kept);
    for (uint32_t at = 0; at < kept; at++)
        assert_true(raw->value[dataset->by_item.rows[at]] > 2.5F);
    dataset_free(dataset);
    dataset_free(raw);
    script_host_free(host);
}

static void a_rating_that_is_given_now_has_a_target(void **state)
{
    (void)state;
    struct dataset *dataset = trial_data();
    double target;
    struct script_host *host = host_of("function(row) if row.rating > 0 and not row.user and not "
                                       "row.place and row.item == 'i3' then\n"
                                       "    return row.rating ^ 2 end end");
    assert_true(script_host_target_of(host, dataset, "i3", 7, &target, &error));
    assert_true(target == 49);
    assert_false(script_host_target_of(host, dataset, "i4", 7, &target, &error));
    assert_int_equal(error.kind, ERROR_USAGE);
    assert_string_equal(error.text, "the script leaves out a rating of 7 of \"i4\"");
    script_host_free(host);
    host = host_of(NULL);
    assert_false(script_host_experiment(host)->has_target);
    assert_true(script_host_target_of(host, dataset, "i3", 7, &target, &error));
    assert_true(target == 7);
    script_host_free(host);
    dataset_free(dataset);
}

static void fails_with(const char *target, const char *expected)
{
    struct script_host *host = host_of(target);
    struct dataset *dataset = trial_data();
    assert_false(script_host_target(host, dataset, &error));
    assert_int_equal(error.kind, ERROR_SCRIPT);
    if (!strstr(error.text, expected))
        fail_msg("\"%s\" is not in \"%s\"", expected, error.text);
    script_host_free(host);
    dataset_free(dataset);
}

static void mistakes_are_named_at_their_line(void **state)
{
    (void)state;
    fails_with("function(row) return row.ratng end",
               "mine.lua:3: there is no column 'ratng', only place, timestamp, rating, user, item");
    fails_with("function(row) return tostring(row.rating) end",
               "mine.lua:3: target: the function of 'target' for row 1 of the ratings returned ");
    fails_with("function(row) return 0 / 0 end", "where a finite number was expected");
    fails_with("(function() local n = 0 return function() n = n + 1 return n end end)()",
               "gives another result when it is called again for the same row");
    fails_with("function(row)\n    return row.rating + nil end",
               "mine.lua:4: attempt to perform arithmetic on a nil value");
}

/* What the context is mapped from never sees the rating. */
static void a_mapping_does_not_see_the_rating(void **state)
{
    (void)state;
    struct feature_parts parts;
    struct dataset *dataset = trial_data();
    static const char TEXT[] =
        "local thaw = require 'thaw'\n"
        "return thaw.experiment { data = 'small', target = function(row) return row.rating end,\n"
        "  mapping = { context = { r = function(row) return row.rating end } } }";
    const struct script_source source = {.path = "mine.lua", .text = TEXT, .size = sizeof TEXT - 1};
    struct script_host *host = script_host_new(&source, 1, NULL, NULL, NULL, &error);
    assert_non_null(host);
    assert_true(script_host_target(host, dataset, &error));
    assert_false(script_host_map(host, dataset, &parts, &error));
    assert_non_null(strstr(error.text, "there is no column 'rating'"));
    script_host_free(host);
    dataset_free(dataset);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_target_takes_the_place_of_the_rating),
        cmocka_unit_test(a_row_without_target_counts_nowhere),
        cmocka_unit_test(a_rating_that_is_given_now_has_a_target),
        cmocka_unit_test(mistakes_are_named_at_their_line),
        cmocka_unit_test(a_mapping_does_not_see_the_rating),
    };
    return cmocka_run_group_tests_name("targets", tests, NULL, NULL);
}
