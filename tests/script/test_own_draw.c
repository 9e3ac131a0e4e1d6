/* SPDX-License-Identifier: MIT
 *
 * A script's own draw of tasks: its lists become support and query, the same for the same seed,
 * user and draw; and what mistakes are told, with their line.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "trial.h"

static struct error error;
static struct script_host *host;
static struct dataset *dataset;
static struct split split;
static uint32_t *popularity;

/* The function begins in line 4. False if the script is refused. */
static bool begin(const char *source)
{
    char *text = memory_format("local thaw = require 'thaw'\n"
                               "return thaw.experiment { data = 'small',\n"
                               "  tasks = thaw.tasks.by_user { min = 5, draws = 2,\n"
                               "  draw = %s } }",
                               source);
    const struct script_source script = {.path = "mine.lua", .text = text, .size = strlen(text)};
    host = script_host_new(&script, 1, NULL, NULL, NULL, &error);
    free(text);
    if (!host)
        return false;
    dataset = trial_data();
    if (!split_make(&split, dataset, &script_host_experiment(host)->tasks, 1, &error))
        fail_msg("%s", error.text);
    popularity = memory_array(dataset->by_item.count, sizeof *popularity);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        popularity[dataset->item[row]] += split.training[row];
    split.drawer = script_host_drawer(host, dataset, &split.groups, popularity);
    return true;
}

static void end(void)
{
    script_drawer_free(split.drawer);
    split_release(&split);
    free(popularity);
    dataset_free(dataset);
    script_host_free(host);
}

static void make(struct task_set *set, uint64_t seed, uint32_t draw)
{
    task_set_make(set, dataset, &split, &script_host_experiment(host)->tasks, seed,
                  SCENARIO_USER_COLD, draw);
    if (split.drawer->failed)
        fail_msg("%s", split.drawer->error.text);
    assert_true(set->count > 3);
}

static bool are_same(const struct task_set *first, const struct task_set *second)
{
    bool same = first->count == second->count;
    for (uint32_t t = 0; same && t < first->count; t++) {
        const struct task *a = &first->tasks[t], *b = &second->tasks[t];
        same = a->user == b->user && a->query_count == b->query_count &&
               a->support_count == b->support_count &&
               memcmp(a->query, b->query, a->query_count * sizeof *a->query) == 0 &&
               memcmp(a->support, b->support, a->support_count * sizeof *a->support) == 0;
    }
    return same;
}

/* The three most popular are shown, the most popular first; of the others, chance asks for some. */
static const char POPULAR[] =
    "function(rows, random)\n"
    "  table.sort(rows, function(a, b) return a.popularity > b.popularity end)\n"
    "  local support, query = {}, { rows[4] }\n"
    "  for i, row in ipairs(rows) do\n"
    "    if i < 4 then support[i] = row\n"
    "    elseif i > 4 and random(2) == 1 then query[#query + 1] = row end\n"
    "  end\n"
    "  return support, query\n"
    "end";

static void the_lists_are_support_and_query(void **state)
{
    (void)state;
    struct task_set set;
    assert_true(begin(POPULAR));
    make(&set, 5, 0);
    uint32_t asked = 0, left = 0;
    for (uint32_t t = 0; t < set.count; t++) {
        const struct task *task = &set.tasks[t];
        uint32_t all = 0, least = UINT32_MAX;
        for (uint32_t row = 0; row < dataset->interactions; row++)
            all += dataset->user[row] == task->user && split.role[row] == ROLE_TEST &&
                   split.scenario[row] == SCENARIO_USER_COLD;
        assert_int_equal(task->support_count, 3);
        for (uint32_t i = 0; i < 3; i++) {
            assert_true(popularity[dataset->item[task->support[i]]] <= least);
            least = popularity[dataset->item[task->support[i]]];
        }
        for (uint32_t i = 0; i < task->query_count; i++) {
            assert_true(popularity[dataset->item[task->query[i]]] <= least);
            assert_int_equal(dataset->user[task->query[i]], task->user);
        }
        assert_true(task->query_count >= 1 && task->query_count + 3 <= all);
        asked += task->query_count;
        left += all - 3 - task->query_count;
    }
    assert_true(asked > set.count && left > 0);
    task_set_release(&set);
    end();
}

static void a_draw_follows_from_seed_user_and_number(void **state)
{
    (void)state;
    struct task_set first, again, other, seeded;
    assert_true(begin(POPULAR));
    make(&first, 5, 0);
    make(&other, 5, 1);
    make(&seeded, 6, 0);
    make(&again, 5, 0); /* whatever was called in between */
    assert_true(are_same(&first, &again));
    assert_false(are_same(&first, &other));
    assert_false(are_same(&first, &seeded));
    task_set_release(&again);
    task_set_release(&other);
    task_set_release(&seeded);
    task_set_release(&first);
    end();
}

static void nothing_is_kept_between_calls(void **state)
{
    (void)state;
    struct task_set set;
    assert_true(begin("(function() local calls = 0\n"
                      "  return function(rows) calls = calls + 1\n"
                      "    if calls > 1 then error('it counts') end\n"
                      "    return {}, rows end end)()"));
    make(&set, 5, 0);
    assert_int_equal(set.tasks[0].support_count, 0);
    task_set_release(&set);
    end();
}

static void fails_with(const char *source, const char *expected)
{
    const char *said = error.text;
    bool begun = begin(source);
    if (begun) {
        struct task_set set;
        task_set_make(&set, dataset, &split, &script_host_experiment(host)->tasks, 5,
                      SCENARIO_USER_COLD, 0);
        assert_true(split.drawer->failed);
        assert_int_equal(set.count, 0);
        assert_int_equal(split.drawer->error.kind, ERROR_SCRIPT);
        said = split.drawer->error.text;
        task_set_release(&set);
    }
    if (!strstr(said, expected))
        fail_msg("\"%s\" is not in \"%s\"", expected, said);
    if (begun)
        end();
}

static bool is_even(uint32_t user)
{
    return strtol(id_map_text(dataset->users, user) + 1, NULL, 10) % 2 == 0;
}

/* Users with odd numbers are no tasks, and their rows are counted nowhere. */
static void what_is_nil_is_no_task(void **state)
{
    (void)state;
    struct task_set set;
    uint32_t odd = 0;
    assert_true(begin("function(rows, random)\n"
                      "  if tonumber(rows[1].user:sub(2)) % 2 == 1 then return nil end\n"
                      "  return { rows[1] }, { rows[2] } end"));
    const struct task_options *options = &script_host_experiment(host)->tasks;
    uint32_t before = split.test_tasks[SCENARIO_USER_COLD];
    bool *tested = memory_array(dataset->interactions, sizeof *tested);
    for (uint32_t row = 0; row < dataset->interactions; row++)
        tested[row] = split.role[row] == ROLE_TEST && split.scenario[row] == SCENARIO_USER_COLD;
    uint32_t training = split.training_rows, tasks = split.training_task_count;
    if (!split_settle(&split, dataset, options, 5, &error))
        fail_msg("%s", error.text);
    assert_int_equal(split.training_rows, training);
    assert_int_equal(split.training_task_count, tasks);
    for (uint32_t draw = 0; draw < 2; draw++) {
        make(&set, 6, draw);
        assert_int_equal(set.count, split.test_tasks[SCENARIO_USER_COLD]);
        for (uint32_t t = 0; t < set.count; t++)
            assert_true(is_even(set.tasks[t].user));
        task_set_release(&set);
    }
    assert_true(split.test_tasks[SCENARIO_USER_COLD] < before);
    for (uint32_t row = 0; row < dataset->interactions; row++) {
        if (!tested[row])
            continue;
        bool left = !is_even(dataset->user[row]) && split.role[row] == ROLE_UNUSED;
        odd += left;
        assert_true(left || split.role[row] == ROLE_TEST);
    }
    assert_true(odd > 0);
    for (uint32_t t = 0; t < split.validation_task_count; t++)
        assert_true(is_even(split.groups.user[split.validation_tasks[t].group]));
    free(tested);
    end();
}

static void whether_there_is_a_task_is_no_chance(void **state)
{
    (void)state;
    struct task_set set;
    assert_true(begin("function(rows, random) if random(2) == 1 then return nil end\n"
                      "  return {}, rows end"));
    const struct task_options *options = &script_host_experiment(host)->tasks;
    assert_true(split_settle(&split, dataset, options, 5, &error));
    task_set_make(&set, dataset, &split, options, 5, SCENARIO_USER_COLD, 1);
    task_set_release(&set);
    assert_true(split.drawer->failed);
    assert_non_null(strstr(split.drawer->error.text, "mine.lua:4: draw: the function for user"));
    assert_non_null(strstr(split.drawer->error.text, "may not depend on `random`"));
    end();
    assert_true(begin("function(rows) local support, query = {}, rows end"));
    assert_false(split_settle(&split, dataset, &script_host_experiment(host)->tasks, 5, &error));
    assert_non_null(strstr(error.text, "`draw` returned nil for all of the "));
    end();
}

static void mistakes_are_named_at_their_line(void **state)
{
    (void)state;
    fails_with("function(rows) return rows end",
               "returned nil as its query: two lists of rows are expected, return support, query");
    fails_with("function(rows) return 3, rows end", "returned number as its support");
    fails_with("function(rows) return rows, {} end",
               "returned an empty query: at least one row is asked for");
    fails_with("function(rows) return rows, { rows[1] } end",
               "twice: a row is shown or asked, once");
    fails_with("function(rows) return {}, { rows[1].item } end",
               "mine.lua:4: draw: the function for user '");
    fails_with(
        "function(rows) return {}, { rows[1], rows[2].item } end",
        "returned a query whose number 2 is a string: both lists are made of the rows given");
    fails_with("function(rows) return {}, { first = rows[1] } end",
               "returned a query with names: a list is { row, row, ... }");
    fails_with("function(rows)\n return {}, { rows[1].rating } end",
               "mine.lua:5: there is no column 'rating', only place, timestamp, popularity, user, "
               "item");
    fails_with("function(rows)\n return {}, { rows[1000].item } end",
               "mine.lua:5: attempt to index a nil value");
    fails_with("function(rows, random) return {}, { rows[random(0)] } end", "interval is empty");
    fails_with("'popular'",
               "mine.lua:4: tasks.by_user: 'draw' is 'popular', but must be a function");
    fails_with("function(rows) return {}, rows end, show = 'earliest'",
               "mine.lua:4: tasks.by_user: draw says what is asked and shown: leave out ask and "
               "show");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lists_are_support_and_query),
        cmocka_unit_test(a_draw_follows_from_seed_user_and_number),
        cmocka_unit_test(nothing_is_kept_between_calls),
        cmocka_unit_test(what_is_nil_is_no_task),
        cmocka_unit_test(whether_there_is_a_task_is_no_chance),
        cmocka_unit_test(mistakes_are_named_at_their_line),
    };
    return cmocka_run_group_tests_name("own draw", tests, NULL, NULL);
}
