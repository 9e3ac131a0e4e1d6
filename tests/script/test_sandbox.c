/* SPDX-License-Identifier: MIT
 *
 * Runs hostile and faulty scripts in one sandbox. Each has one right outcome.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "sandbox.h"

/* For scripts that end by themselves, on a busy machine under a sanitizer; for those that do not.
 */
static const double PATIENCE = 60, SECONDS = 0.3;

struct outcome {
    bool ok;
    struct error error;
    char result[128]; /* the text the script returned */
    char printed[4096];
    size_t lines;
    double seconds;
};

static void keep_line(void *context, const char *line)
{
    struct outcome *outcome = context;
    outcome->lines++;
    size_t length = strlen(outcome->printed), size = strlen(line);
    if (length + size + 2 > sizeof outcome->printed)
        return;
    memcpy(outcome->printed + length, line, size);
    memcpy(outcome->printed + length + size, "\n", 2);
}

static int run_it(lua_State *L)
{
    struct outcome *outcome = lua_touserdata(L, 1);
    sandbox_run_script(L);
    if (lua_isstring(L, -1))
        snprintf(outcome->result, sizeof outcome->result, "%s", lua_tostring(L, -1));
    return 0;
}

static struct outcome run_for(const char *text, size_t size, double seconds)
{
    struct outcome outcome = {.ok = false};
    struct chunk chunks[] = {
        {.path = "hostile.lua", .text = text, .size = size},
        {.name = "helper", .path = "helper.lua", .text = "return {answer = 42}", .size = 20},
        {.name = "thaw.ours",
         .path = "thaw/ours.lua",
         .text = "return function(x) if not x then error('x is missing', 0) end return x.y end",
         .size = 76,
         .library = true},
    };
    struct sandbox_options options = {.memory = 16 << 20,
                                      .print = keep_line,
                                      .print_context = &outcome,
                                      .chunks = chunks,
                                      .chunk_count = 3};
    struct sandbox *sandbox = sandbox_new(&options, &outcome.error);
    assert_non_null(sandbox);
    sandbox_random_at(sandbox, 1, 0, 0);
    double start = clock_monotonic();
    struct sandbox_budget budget = {.seconds = seconds, .instructions = 1000000000};
    outcome.ok = sandbox_call(sandbox, run_it, &outcome, budget, &outcome.error);
    outcome.seconds = clock_monotonic() - start;
    sandbox_free(sandbox);
    return outcome;
}

static struct outcome run(const char *text)
{
    return run_for(text, strlen(text), PATIENCE);
}

static void stops_with(const char *text, const char *why)
{
    struct outcome outcome = run(text);
    if (outcome.ok || !strstr(outcome.error.text, why))
        print_error("%s\n-> %s\n", text, outcome.ok ? "no error" : outcome.error.text);
    assert_false(outcome.ok);
    assert_non_null(strstr(outcome.error.text, why));
}

static void returns(const char *text, const char *result)
{
    struct outcome outcome = run(text);
    if (!outcome.ok)
        print_error("%s\n-> %s\n", text, outcome.error.text);
    assert_true(outcome.ok);
    assert_string_equal(outcome.result, result);
}

static void endless_scripts_run_out_of_time(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "while true do end",
        "::a:: goto a",
        "while true do pcall(function() while true do end end) end",
        "coroutine.wrap(function() while true do end end)()",
        "while true do pcall(coroutine.wrap(function() while true do end end)) end",
        "coroutine.wrap(function() pcall(function() while true do end end) while true do end "
        "end)()",
        "for i = 1, math.huge do end",
        "local t = {} while true do pcall(function() local s = ('x'):rep(1 << 20) while true do "
        "t[#t + 1] = s .. #t end end) end", /* catches memory errors */
        "xpcall(function() while true do end end, function() while true do end end)",
        "table.sort({3, 2, 1}, function() while true do end end)",
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct outcome outcome = run_for(scripts[i], strlen(scripts[i]), SECONDS);
        assert_false(outcome.ok);
        if (!strstr(outcome.error.text, "the script was stopped"))
            print_error("%s\n-> %s\n", scripts[i], outcome.error.text);
        assert_non_null(strstr(outcome.error.text, "the script was stopped"));
        assert_true(outcome.seconds < SECONDS + 10); /* generous: the machine may be busy */
    }
}

static void a_budget_of_instructions_is_kept(void **state)
{
    (void)state;
    struct chunk chunk = {.path = "a.lua", .text = "while true do end", .size = 17};
    struct sandbox_options options = {.memory = 16 << 20, .chunks = &chunk, .chunk_count = 1};
    struct error error;
    struct sandbox *sandbox = sandbox_new(&options, &error);
    struct outcome outcome = {.ok = false};
    assert_false(sandbox_call(sandbox, run_it, &outcome,
                              (struct sandbox_budget){.seconds = 100, .instructions = 100000},
                              &error));
    assert_non_null(strstr(error.text, "does more than it may"));
    sandbox_free(sandbox);
}

static void a_cancelled_script_ends_as_cancelled(void **state)
{
    (void)state;
    atomic_bool cancelled = true;
    struct chunk chunk = {.path = "a.lua", .text = "while true do pcall(print) end", .size = 30};
    struct sandbox_options options = {
        .memory = 16 << 20, .chunks = &chunk, .chunk_count = 1, .cancelled = &cancelled};
    struct error error;
    struct sandbox *sandbox = sandbox_new(&options, &error);
    assert_null(sandbox); /* even setting it up is work */
    assert_int_equal(error.kind, ERROR_CANCELLED);
}

static void endless_work_in_c_is_refused(void **state)
{
    (void)state;
    stops_with("return ('x'):rep(1 << 33)", "more than 1,000,000 repetitions");
    stops_with("return (''):rep(1 << 62)", "more than 1,000,000 repetitions");
    stops_with("return ('xxx'):rep(999999)", "more than 1 MiB");
    stops_with("table.move({}, 1, 1 << 62, 1)", "more than 1,000,000 elements");
    for (const char *const *name =
             (const char *const[]){"insert", "remove", "concat", "unpack", "sort", NULL};
         *name; name++) {
        char script[160];
        snprintf(script, sizeof script,
                 "table.%s(setmetatable({}, {__len = function() return 1 << 50 end}), %s)", *name,
                 strcmp(*name, "concat") == 0 ? "''" : "1");
        stops_with(script, "whose length is a function");
    }
    stops_with("return table.unpack({}, 1, 1 << 40)", "more than 1,000,000 elements");
    stops_with("return ('a'):rep(5000):match(('.?'):rep(5000))", "more than 256 parts");
    stops_with("local long, t = ('x'):rep(1e6), {} for i = 1, 1e4 do t[i] = long end "
               "return table.concat(t)",
               "more than 1 MiB");
}

/* Each call alone is long, and no hook is called inside of it. */
static void work_in_c_is_paid_for(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "while true do (('a'):rep(990)):find('.-.-b') end",
        "return ('a'):rep(3000):find(('a-'):rep(6) .. 'b')",
        "return ('a'):rep(5000):match(('.?'):rep(100) .. 'b')",
        "local t = {} for i = 1, 1e5 do t[i] = i % 100 end while true do table.sort(t) end",
        "local long = ('x'):rep(1e6) local longer, t = long .. 'y', {} for i = 1, 1000 do "
        "t[i] = i % 2 == 0 and long or longer end while true do table.sort(t) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.sort(t, rawequal) end",
        "local long = ('x'):rep(1e6) while true do long:upper() end",
        "local long = ('x'):rep(1e6) while true do long:gsub('x', 'y') end",
        "local long = ('x'):rep(1e6) while true do long:reverse():lower() end",
        "local long = ('x'):rep(1e6) while true do string.format('%s', long) end",
        "local long = ('x'):rep(1e6) while true do utf8.len(long) end",
        "local long = (' '):rep(1e6) while true do tonumber(long) end",
        "local long = ('a'):rep(1e6) while true do long:find('b', 1, true) end",
        "local long = ('('):rep(1e6) while true do long:find('%b()') end",
        "local long = ('ab'):rep(2e5) while true do long:find('^(a*b*)*%1+$') end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, 1, 1) "
        "table.remove(t, 1) end",
        "local t = {} for i = 1, 1e5 do t[i] = i end while true do table.move(t, 1, #t, 2) end",
        "local t = {} for i = 1, 1e5 do t[i] = 'a' end while true do table.concat(t) end",
        "local t = {} for i = 1, 1e4 do t['k' .. i] = i end while true do pairs(t) end",
        "local t = {} for i = 1, 1e4 do t['k' .. i] = i end while true do next(t) end",
    };
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        struct outcome outcome = run_for(scripts[i], strlen(scripts[i]), SECONDS);
        bool stopped = !outcome.ok && strstr(outcome.error.text, "the script was stopped");
        if (!stopped || outcome.seconds > SECONDS + 5)
            print_error("%s\n-> %g s, %s\n", scripts[i], outcome.seconds,
                        outcome.ok ? "no error" : outcome.error.text);
        assert_true(stopped);
        assert_true(outcome.seconds < SECONDS + 5); /* the machine may be busy */
    }
}

/* A wrapped coroutine that fails is not closed, so that nothing runs where no hook is called. */
static void nothing_runs_when_a_coroutine_has_failed(void **state)
{
    (void)state;
    stops_with("local meta = {} local t = setmetatable({}, meta) "
               "meta.__close = function() while true do end end "
               "coroutine.wrap(function() local x <close> = t error('over') end)()",
               "over");
    returns("local go = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) return b * 2 "
            "end) return go(1) .. ' ' .. go(5)",
            "2 10");
    stops_with("local go = coroutine.wrap(print) go() go()", "cannot resume dead coroutine");
    stops_with("local go go = coroutine.wrap(function() go() end) go()",
               "cannot resume non-suspended coroutine");
}

static void useful_patterns_still_work(void **state)
{
    (void)state;
    returns("return ('  a name  '):match('^%s*(.-)%s*$')", "a name");
    returns("return ('Toy Story (1995)'):match('%((%d%d%d%d)%)$')", "1995");
    returns("local plot = ('  ' .. ('some words '):rep(400)) return #plot:match('^%s*(.-)%s*$')",
            "4399");
    returns("return (('a,b,c'):gsub('[^,]+', string.upper))", "A,B,C");
    returns("return ('a]b'):match('[]]')", "]");
    returns("return ('a.b'):find('.', 1, true)", "2");
    returns("local t = {} for w in ('one two'):gmatch('%a+') do t[#t + 1] = w end return t[2]",
            "two");
}

static void sorting_is_stable(void **state)
{
    (void)state;
    returns("local t = {} for i = 1, 5000 do t[i] = {key = i * 7 % 10, number = i} end "
            "table.sort(t, function(a, b) return a.key > b.key end) "
            "for i = 2, #t do local a, b = t[i - 1], t[i] "
            "assert(a.key > b.key or a.key == b.key and a.number < b.number) end return #t",
            "5000");
    for (int count = 0; count < 40; count++) {
        char script[300];
        snprintf(script, sizeof script,
                 "local t = {} for i = 1, %d do t[i] = i * 17 %% 41 end table.sort(t) "
                 "for i = 2, #t do assert(t[i - 1] < t[i]) end return #t == %d and 'same'",
                 count, count);
        returns(script, "same");
    }
    returns("local t = {'b', 'a', 'B', ''} table.sort(t) return table.concat(t, ',')", ",B,a,b");
    stops_with("table.sort({1, 'a'})", "attempt to compare");
    stops_with("table.sort({2, 1}, 3)", "function expected");
}

static void too_much_memory_is_an_error(void **state)
{
    (void)state;
    stops_with("local s = 'x' while true do s = s .. s end", "a text of more than 1 MiB");
    stops_with("local s = ('xx'):rep(1 << 19) return s .. ('y'):rep(100)",
               "a text of more than 1 MiB");
    returns("return #(('x'):rep(1 << 19) .. ('y'):rep(1 << 19))", "1048576");
    stops_with("local t = {} for i = 1, 1e9 do t[i] = {} end", "MiB of memory");
    stops_with("return (('x'):rep(60000):gsub('.', ('y'):rep(10000)))", "more than 1 MiB");
    stops_with("local t = {} while true do t[#t + 1] = coroutine.create(print) end",
               "MiB of memory");
}

static void runaway_recursion_is_an_error(void **state)
{
    (void)state;
    stops_with("local function f() return 1 + f() end f()", "MiB of memory");
    stops_with("local function f(s) return s:gsub('.', f) end f('x')", "overflow");
    stops_with("local function f() return coroutine.wrap(function() pcall(1) f() end)() end f()",
               "overflow");
    stops_with("local t = {} setmetatable(t, {__index = t}) return t.x", "loop");
    stops_with("local t t = setmetatable({}, {__concat = function(a, b) return t .. t end}) "
               "return t .. t",
               "overflow");
    char deep[20000] = "return ";
    memset(deep + 7, '(', sizeof deep - 8);
    stops_with(deep, "overflow");
    memcpy(deep, "return ", 7);
    for (size_t i = 7; i + 4 < sizeof deep; i += 4)
        memcpy(deep + i, "not ", 4);
    deep[sizeof deep - 2] = '\0';
    stops_with(deep, "overflow");
}

static void dangerous_functions_do_not_exist(void **state)
{
    (void)state;
    for (const char *const *name =
             (const char *const[]){"io", "os", "debug", "package", "load", "loadstring", "loadfile",
                                   "dofile", "collectgarbage", "warn", NULL};
         *name; name++) {
        char script[64], why[64];
        snprintf(script, sizeof script, "return %s", *name);
        snprintf(why, sizeof why, "'%s' is not defined", *name);
        stops_with(script, why);
    }
    returns("return tostring(string.dump == nil and coroutine.close == nil and "
            "math.randomseed == nil)",
            "true");
    stops_with("setmetatable({}, {__gc = function() while true do end end})", "finalizers");
    stops_with("local x <close> = setmetatable({}, {__close = function() while true do end end})",
               "finalizers");
    stops_with("setmetatable({}, {__mode = 'k'})", "garbage collection");
    stops_with("getmetatable('').__index = print", "index a boolean value");
    stops_with("return require 'io'", "no module 'io'");
    stops_with("\33Lua and rubbish", "attempt to load a binary chunk");
    stops_with("return ('%p'):format({})", "%p is not available");
}

static void addresses_are_not_shown(void **state)
{
    (void)state;
    returns("return tostring({}) .. tostring(print) .. ('%s'):format(print)",
            "tablefunctionfunction");
    returns("return ('%5.1f|%s|%d'):format(1.25, true, 3)", "  1.2|true|3");
    returns("return tostring(setmetatable({}, {__tostring = function() return 'mine' end}))",
            "mine");
}

static void order_and_chance_are_the_same_in_every_run(void **state)
{
    (void)state;
    static const char script[] =
        "local t, s = {}, '' for i = 1, 9 do t['k' .. i] = i t[i] = i t[i + 0.5] = i end t[true] = "
        "0 for k in pairs(t) do s = s .. tostring(k) .. ' ' end return s";
    returns(script, "1 1.5 2 2.5 3 3.5 4 4.5 5 5.5 6 6.5 7 7.5 8 8.5 9 9.5 k1 k2 k3 k4 k5 k6 k7 k8 "
                    "k9 true ");
    returns("local t = {b = 1, a = 2} local k, v = next(t) return k .. v .. next(t, k)", "a2b");
    returns("return tostring(next({}))", "nil");
    struct outcome first = run("return math.random(1000000) .. ' ' .. math.random()");
    struct outcome second = run("return math.random(1000000) .. ' ' .. math.random()");
    assert_true(first.ok);
    assert_string_equal(first.result, second.result);
    stops_with("for k in pairs({[{}] = 1}) do end", "no order");
    returns("local t = {a = 1, b = 2, c = 3} local n = 0 for k in pairs(t) do t.b = nil n = n + 1 "
            "end return n",
            "2");
}

static void errors_name_the_line_and_show_it(void **state)
{
    (void)state;
    struct outcome outcome = run("local a = 1\n  local b = nil + a -- wrong\nreturn b");
    assert_string_equal(outcome.error.text,
                        "hostile.lua:2: attempt to perform arithmetic on a nil value\n"
                        "local b = nil + a -- wrong");
    outcome = run("x = = 1");
    assert_string_equal(outcome.error.text, "hostile.lua:1: unexpected symbol near '='\nx = = 1");
    outcome = run("\n\nerror('own words')");
    assert_string_equal(outcome.error.text, "hostile.lua:3: own words\nerror('own words')");
    outcome = run("\nlocal ours = require 'thaw.ours'\nours()");
    assert_string_equal(outcome.error.text, "hostile.lua:3: x is missing\nours()");
    outcome = run("local ours = require 'thaw.ours'\nours(1)");
    assert_string_equal(outcome.error.text,
                        "hostile.lua:2: attempt to index a number value (local 'x') (in "
                        "thaw/ours.lua:1)\nours(1)");
    outcome = run("local co = coroutine.wrap(function()\n error('inside') end)\nco()");
    assert_non_null(strstr(outcome.error.text, "hostile.lua:2: inside"));
    outcome = run("return colour");
    assert_string_equal(outcome.error.text,
                        "hostile.lua:1: 'colour' is not defined\nreturn colour");
}

static void strange_errors_do_not_disturb_the_report(void **state)
{
    (void)state;
    stops_with("error(setmetatable({}, {__tostring = function() while true do end end}))",
               "not a text but a table value");
    stops_with("error(nil)", "not a text but a nil value");
    stops_with("error('\\27[2J\\27]52;c;AAAA\\7')", "\\x1B[2J");
    stops_with("error(('long '):rep(1000))", "long long");
    stops_with("table.sort({5, 3, 4, 2, 1, 9, 8, 7}, function() return true end)", "invalid order");
    stops_with("return table.unpack(setmetatable({}, {}), 1, 999999)", "too many results");
    stops_with("for i = 1, 3, 0 do end", "'for' step is zero");
    returns("return select(2, xpcall(error, function() error('again') end)) and 'survived'",
            "survived");
}

static void what_is_printed_is_safe_and_bounded(void **state)
{
    (void)state;
    struct outcome outcome = run("print('a', 1, {}, '\\27[2J') print()");
    assert_true(outcome.ok);
    assert_string_equal(outcome.printed, "a 1 table \\x1B[2J\n\n");
    outcome = run("for i = 1, 10000 do print(('x'):rep(1000)) end");
    assert_true(outcome.ok);
    assert_in_range(outcome.lines, 60, 70);
}

static void modules_come_from_memory_and_belong_to_the_script(void **state)
{
    (void)state;
    returns("local h = require 'helper' return h.answer", "42");
    returns("require('helper').answer = 1 return require('helper').answer", "1");
    returns("string.rep = nil return ('x'):rep(2)", "xx");
    returns("pairs = nil return 'ok'", "ok");
    returns("\xEF\xBB\xBFreturn 'after a mark'", "after a mark");
    struct outcome outcome = run_for("return #'a\0b'", 13, PATIENCE);
    assert_true(outcome.ok);
    assert_string_equal(outcome.result, "3");
}

static void the_source_may_be_absurd(void **state)
{
    (void)state;
    size_t size = 1 << 20;
    char *long_chain = malloc(size + 1);
    memcpy(long_chain, "return a", 8);
    for (size_t i = 8; i + 2 <= size; i += 2)
        memcpy(long_chain + i, ".b", 2);
    long_chain[size] = '\0';
    struct outcome outcome = run(long_chain);
    assert_false(outcome.ok);
    assert_true(strlen(outcome.error.text) < sizeof outcome.error.text);
    free(long_chain);

    char locals[300 * 16] = "", *at = locals;
    for (int i = 0; i < 300; i++)
        at += snprintf(at, 16, "local v%d = 1\n", i);
    stops_with(locals, "too many local variables");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endless_scripts_run_out_of_time),
        cmocka_unit_test(a_budget_of_instructions_is_kept),
        cmocka_unit_test(a_cancelled_script_ends_as_cancelled),
        cmocka_unit_test(endless_work_in_c_is_refused),
        cmocka_unit_test(work_in_c_is_paid_for),
        cmocka_unit_test(nothing_runs_when_a_coroutine_has_failed),
        cmocka_unit_test(useful_patterns_still_work),
        cmocka_unit_test(sorting_is_stable),
        cmocka_unit_test(too_much_memory_is_an_error),
        cmocka_unit_test(runaway_recursion_is_an_error),
        cmocka_unit_test(dangerous_functions_do_not_exist),
        cmocka_unit_test(addresses_are_not_shown),
        cmocka_unit_test(order_and_chance_are_the_same_in_every_run),
        cmocka_unit_test(errors_name_the_line_and_show_it),
        cmocka_unit_test(strange_errors_do_not_disturb_the_report),
        cmocka_unit_test(what_is_printed_is_safe_and_bounded),
        cmocka_unit_test(modules_come_from_memory_and_belong_to_the_script),
        cmocka_unit_test(the_source_may_be_absurd),
    };
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
