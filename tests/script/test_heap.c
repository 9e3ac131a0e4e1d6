/* SPDX-License-Identifier: MIT
 *
 * Compares the heap of a Lua state with a model that knows the contents of every block. Also
 * restores a state.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "sandbox.h"

enum { BLOCKS = 400, SIZE = 8 << 20 };
#ifdef THAW_SANITIZED
enum { STORM = 30000 };
#else
enum { STORM = 300000 };
#endif

/* -- blocks -------------------------------------------------------------------------------------*/

struct block {
    unsigned char *at;
    size_t size;
    unsigned char filled;
};

struct model {
    struct heap *heap;
    struct block blocks[BLOCKS];
    size_t refused;
};

static size_t any_size(struct random *random)
{
    static const uint32_t most[] = {16, 64, 400, 2000, 20000, 200000};
    return 1 + random_below(random, most[random_below(random, 6)]);
}

static void expect_filled(const struct block *block, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (block->at[i] != block->filled)
            fail_msg("byte %zu of %zu is not what was written", i, block->size);
}

static void expect_apart(const struct model *model, const struct block *block)
{
    assert_int_equal((uintptr_t)block->at % 16, 0);
    for (size_t i = 0; i < BLOCKS; i++) {
        const struct block *other = &model->blocks[i];
        if (other != block && other->at)
            assert_true(block->at + block->size <= other->at ||
                        other->at + other->size <= block->at);
    }
}

static void change(struct model *model, struct block *block, size_t size, unsigned char filling)
{
    unsigned char *at = heap_resize(model->heap, block->at, block->size, size);
    if (!at && size > 0) {
        assert_true(size > block->size);
        model->refused++;
        return;
    }
    block->at = at;
    if (at)
        expect_filled(block, size < block->size ? size : block->size);
    block->size = size;
    block->filled = filling;
    if (!at)
        return;
    expect_apart(model, block);
    memset(at, filling, size);
}

static void a_storm(struct model *model, uint64_t seed, uint32_t count)
{
    struct random random = random_at(seed, RANDOM_GENERATOR, 0, 0);
    for (uint32_t i = 0; i < count; i++) {
        struct block *block = &model->blocks[random_below(&random, BLOCKS)];
        if (block->at)
            expect_filled(block, block->size);
        size_t size = random_below(&random, 3) == 0 ? 0 : any_size(&random);
        change(model, block, size, (unsigned char)random_bits(&random));
    }
}

static void blocks_keep_what_was_written_to_them(void **state)
{
    struct model model = {.heap = heap_new(SIZE)};
    (void)state;
    a_storm(&model, 1, STORM);
    assert_true(heap_extent(model.heap) <= SIZE);
    heap_free(model.heap);
}

static void a_full_heap_refuses_and_goes_on(void **state)
{
    struct model model = {.heap = heap_new(SIZE / 16)};
    (void)state;
    a_storm(&model, 2, STORM);
    assert_true(model.refused > 1000);
    assert_true(heap_extent(model.heap) <= SIZE / 16);
    assert_null(heap_resize(model.heap, NULL, 0, SIZE));
    assert_null(heap_resize(model.heap, NULL, 0, SIZE_MAX - 8));
    heap_free(model.heap);
}

static void blocks_and_bookkeeping_are_put_back(void **state)
{
    struct model model = {.heap = heap_new(SIZE)};
    struct heap *heap = model.heap;
    struct heap_layer *layers[2];
    struct model kept[3]; /* the base, and upon it the layers */
    (void)state;
    heap_enter(heap);
    a_storm(&model, 3, 3000);
    heap_keep(heap);
    kept[0] = model;
    for (int i = 0; i < 2; i++) {
        model = kept[0];
        heap_rewind(heap, NULL);
        heap_enter(heap);
        a_storm(&model, 4 + (uint64_t)i, 100);
        layers[i] = heap_layer_new(heap);
        kept[i + 1] = model;
    }
    struct random random = random_at(6, RANDOM_GENERATOR, 0, 0);
    for (uint64_t turn = 0; turn < 60; turn++) {
        uint32_t which = random_below(&random, 3);
        heap_rewind(heap, which > 0 ? layers[which - 1] : NULL);
        heap_enter(heap);
        for (size_t i = 0; i < BLOCKS; i++)
            if (kept[which].blocks[i].at)
                expect_filled(&kept[which].blocks[i], kept[which].blocks[i].size);
        model = kept[which];
        a_storm(&model, 100 + turn, 300);
    }
    heap_leave();
    heap_layer_free(layers[0]);
    heap_layer_free(layers[1]);
    heap_free(heap);
}

/* -- a state ------------------------------------------------------------------------------------*/

struct said {
    const char *text; /* what is run, with what `kept` holds in it */
    char result[64];
};

static const char KEPT = 0;

static int load_it(lua_State *L)
{
    sandbox_run_script(L);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &KEPT);
    return 0;
}

static int call_it(lua_State *L)
{
    struct said *said = lua_touserdata(L, 1);
    lua_rawgetp(L, LUA_REGISTRYINDEX, &KEPT);
    lua_getfield(L, -1, said->text);
    lua_call(L, 0, 1);
    snprintf(said->result, sizeof said->result, "%s", luaL_tolstring(L, -1, NULL));
    return 0;
}

/* Ways to remember: each says 1 when it is called for the first time. */
static const char ways[] =
    "local count, kept, text = 0, setmetatable({}, { __index = { n = 0 } }), 'a'\n"
    "local turn = coroutine.wrap(function() local n = 0 while true do n = n + 1\n"
    "  coroutine.yield(n) end end)\n"
    "global, grown = 0, {}\n"
    "local way = { n = 0 }\n"
    "function way.upvalue() count = count + 1 return count end\n"
    "function way.field() way.n = way.n + 1 return way.n end\n"
    "function way.metatable() local m = getmetatable(kept).__index m.n = m.n + 1 return kept.n "
    "end\n"
    "function way.coroutine() return turn() end\n"
    "function way.global() global = global + 1 return global end\n"
    "function way.library() string.count = (rawget(string, 'count') or 0) + 1 return string.count "
    "end\n"
    "function way.text() text = text .. 'a' return #text - 1 end\n"
    "function way.random() math.random() return 1 end\n"
    "function way.grown() for i = 1, 20000 do grown[#grown + 1] = { i } end return #grown // 20000 "
    "end\n"
    "function way.modules() local m = require 'helper' m.n = (m.n or 0) + 1 return m.n end\n"
    "function way.closed() local n = way.n way.n = nil way.closed, way.n = function()\n"
    "  return 2 end, n return 1 end\n"
    "return way\n";

static const char *const names[] = {"upvalue", "field",   "metatable", "coroutine",
                                    "global",  "library", "text",      "random",
                                    "grown",   "modules", "closed"};

static void nothing_in_lua_survives(void **state)
{
    struct chunk chunks[] = {
        {.path = "ways.lua", .text = ways, .size = sizeof ways - 1},
        {.name = "helper", .path = "helper.lua", .text = "return {}", .size = 9}};
    struct sandbox_options options = {.memory = 16 << 20, .chunks = chunks, .chunk_count = 2};
    struct sandbox_budget budget = {.seconds = 10};
    struct error error;
    struct sandbox *sandbox = sandbox_new(&options, &error);
    (void)state;
    assert_true(sandbox_call(sandbox, load_it, NULL, budget, &error));
    sandbox_keep(sandbox);
    struct heap *heap = sandbox_heap(sandbox);
    size_t extent = heap_extent(heap);
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            struct said said = {.text = names[i]};
            heap_rewind(heap, NULL);
            assert_int_equal(heap_extent(heap), extent);
            if (!sandbox_call(sandbox, call_it, &said, budget, &error))
                fail_msg("%s: %s", names[i], error.text);
            if (strcmp(said.result, "1") != 0)
                fail_msg("%s, turn %d: %s", names[i], turn, said.result);
        }
    /* Without putting back they do remember. */
    struct said said = {.text = "upvalue"};
    heap_rewind(heap, NULL);
    for (int call = 0; call < 2; call++)
        assert_true(sandbox_call(sandbox, call_it, &said, budget, &error));
    assert_string_equal(said.result, "2");
    sandbox_free(sandbox);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_keep_what_was_written_to_them),
        cmocka_unit_test(a_full_heap_refuses_and_goes_on),
        cmocka_unit_test(blocks_and_bookkeeping_are_put_back),
        cmocka_unit_test(nothing_in_lua_survives),
    };
    return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
