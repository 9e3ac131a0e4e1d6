/* SPDX-License-Identifier: MIT
 *
 * Compares thaw's find, match, gmatch and gsub with the standard library on random texts and
 * patterns. Results must be equal, and errors must occur in the same cases.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lualib.h>

#include "base/random.h"
#include "sandbox.h"

enum { CASES = 200000, TEXT_MOST = 14, PATTERN_MOST = 9, ANSWER_MOST = 2000 };

/* What a driver, itself in Lua, says of one case: all results as a text. */
static const char driver[] =
    "local function tell(...)\n"
    "  local list = {...}\n"
    "  for i = 1, select('#', ...) do list[i] = type(list[i]) .. ':' .. tostring(list[i]) end\n"
    "  return table.concat(list, ' ')\n"
    "end\n"
    "local ways = {\n"
    "  function(s, p, n) return tell(s:find(p, n)) end,\n"
    "  function(s, p, n) return tell(s:match(p, n)) end,\n"
    "  function(s, p, n)\n"
    "    local all = {}\n"
    "    for a, b in s:gmatch(p, n) do all[#all + 1] = tell(a, b) end\n"
    "    return table.concat(all, ';')\n"
    "  end,\n"
    "  function(s, p) return tell(s:gsub(p, '<%0>')) end,\n"
    "  function(s, p, n) return tell(s:gsub(p, '%1%%', n)) end,\n"
    "  function(s, p) return tell(s:gsub(p, {a = 'A', b = false, ab = 3})) end,\n"
    "  function(s, p) return tell(s:gsub(p, function(a, b) return b or nil end)) end,\n"
    "  function(s, p, n) return tell(s:find(p, n, true)) end,\n"
    "}\n"
    "return function(way, s, p, n) return ways[way](s, p, n) end\n";
enum { WAYS = 8 };

struct example {
    int way;
    char text[TEXT_MOST], pattern[4 * PATTERN_MOST];
    size_t length, size;
    lua_Integer start;
};

struct answer {
    bool ok;
    char text[ANSWER_MOST];
};

static const char *pick(struct random *random, const char *const *list, uint32_t count)
{
    return list[random_below(random, count)];
}

static struct example example_at(uint64_t number)
{
    static const char *const pieces[] = {
        "a",     "b",    "(",     ")",  "%1", "%2",   ".",    "*",      "+",     "-",     "?",
        "[ab]",  "%",    "]",     "[",  "^",  "$",    "%a",   "%A",     "%d",    "%b()",  "%bab",
        "%f[a]", "[^a]", "x",     "1",  "()", "(a*)", "[%a]", "[]a]",   "[a-]",  "[-a]",  "[a-%]",
        "%w",    "%s",   "[^%s]", "%%", "%.", ".-",   ".*",   "%f[%W]", "[0-9]", "[%w_]", "%S+"};
    static const char letters[] = "aaabbbx1 ()%.]";
    struct random random = random_at(7, RANDOM_SCRIPT, (uint32_t)number, 0);
    struct example example = {.way = 1 + (int)random_below(&random, WAYS),
                              .length = random_below(&random, TEXT_MOST),
                              .start = (lua_Integer)random_below(&random, 20) - 4};
    for (size_t i = 0; i < example.length; i++)
        example.text[i] = letters[random_below(&random, sizeof letters)]; /* a NUL among them */
    uint32_t parts = random_below(&random, PATTERN_MOST);
    for (uint32_t i = 0; i < parts; i++) {
        const char *piece = pick(&random, pieces, sizeof pieces / sizeof *pieces);
        size_t size = strlen(piece);
        if (example.size + size <= sizeof example.pattern) {
            memcpy(example.pattern + example.size, piece, size);
            example.size += size;
        }
    }
    return example;
}

/* The driver's function is on top of the stack, and stays there. */
static struct answer ask(lua_State *L, const struct example *example)
{
    struct answer answer = {.ok = false};
    lua_pushvalue(L, -1);
    lua_pushinteger(L, example->way);
    lua_pushlstring(L, example->text, example->length);
    lua_pushlstring(L, example->pattern, example->size);
    lua_pushinteger(L, example->start);
    answer.ok = lua_pcall(L, 4, 1, 0) == LUA_OK;
    size_t size;
    const char *text = luaL_tolstring(L, -1, &size);
    assert_true(size < ANSWER_MOST);
    memcpy(answer.text, text, size);
    lua_pop(L, 2);
    return answer;
}

static void show(const struct example *example, const struct answer *theirs,
                 const struct answer *ours)
{
    print_error("way %d, text '%.*s', pattern '%.*s', start %d\n%s\n%s\n", example->way,
                (int)example->length, example->text, (int)example->size, example->pattern,
                (int)example->start, theirs->text, ours->text);
}

static int compare_all(lua_State *L)
{
    lua_State *original = luaL_newstate();
    luaL_openlibs(original);
    assert_int_equal(luaL_loadstring(original, driver), LUA_OK);
    lua_call(original, 0, 1);
    sandbox_run_script(L);
    size_t matched = 0, refused = 0, refused_first = 0;
    for (uint64_t number = 0; number < CASES; number++) {
        struct example example = example_at(number);
        struct answer theirs = ask(original, &example), ours = ask(L, &example);
        bool same = memcmp(&theirs, &ours, sizeof ours) == 0;
        /* We read all of a pattern before we match, they as far as they come. */
        bool early = !ours.ok && (strstr(ours.text, "pattern") || strstr(ours.text, "capture"));
        if (theirs.ok && ours.ok)
            matched++;
        else if (theirs.ok)
            refused_first++;
        else
            refused++;
        if (!same && !early)
            show(&example, &theirs, &ours);
        assert_true(same || early);
    }
    print_message("%zu with results, %zu refused by both, %zu by us, before they get there\n",
                  matched, refused, refused_first);
    assert_true(matched > CASES / 4 && refused > CASES / 10);
    lua_close(original);
    return 0;
}

/* Every class on every byte. */
static int compare_classes(lua_State *L)
{
    lua_State *original = luaL_newstate();
    luaL_openlibs(original);
    assert_int_equal(luaL_loadstring(original, driver), LUA_OK);
    lua_call(original, 0, 1);
    sandbox_run_script(L);
    for (int letter = 1; letter < 256; letter++)
        for (int byte = 0; byte < 256; byte++) {
            if ((letter >= '0' && letter <= '9') || letter == 'b' || letter == 'f')
                continue;
            struct example example = {
                .way = 2, .text = {(char)byte}, .length = 1, .pattern = {'%', (char)letter}};
            example.size = 2;
            struct answer theirs = ask(original, &example), ours = ask(L, &example);
            if (memcmp(&theirs, &ours, sizeof ours) != 0)
                show(&example, &theirs, &ours);
            assert_memory_equal(&theirs, &ours, sizeof ours);
        }
    lua_close(original);
    return 0;
}

static void run_in_sandbox(lua_CFunction function)
{
    struct chunk chunk = {.path = "driver.lua", .text = driver, .size = sizeof driver - 1};
    struct sandbox_options options = {.memory = 64 << 20, .chunks = &chunk, .chunk_count = 1};
    struct error error;
    struct sandbox *sandbox = sandbox_new(&options, &error);
    assert_non_null(sandbox);
    bool ok =
        sandbox_call(sandbox, function, NULL, (struct sandbox_budget){.seconds = 600}, &error);
    if (!ok)
        print_error("%s\n", error.text);
    assert_true(ok);
    sandbox_free(sandbox);
}

static void patterns_are_those_of_lua(void **state)
{
    (void)state;
    run_in_sandbox(compare_all);
}

static void classes_are_those_of_lua(void **state)
{
    (void)state;
    run_in_sandbox(compare_classes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(patterns_are_those_of_lua),
                                       cmocka_unit_test(classes_are_those_of_lua)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
