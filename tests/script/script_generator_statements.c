/* SPDX-License-Identifier: MIT
 *
 * Random statements. Every loop uses up fuel and so ends, unless the writer is `endless`.
 */
#include "config.h"

#include "script_writer.h"

static const char *fuel_of(const struct writer *writer)
{
    return writer->endless ? "" : "burn() ";
}

static void write_loop(struct writer *writer)
{
    static const char *const heads[] = {"while true do ",
                                        "repeat ",
                                        "for i = 1, math.huge do ",
                                        "for i, v in ipairs(t1) do ",
                                        "for k, v in pairs(t2) do ",
                                        "for w in (s1):gmatch('.') do ",
                                        "for p, c in utf8.codes(s2) do ",
                                        "for i = 10, 1, -1 do ",
                                        "for x in f1 do "};
    uint32_t kind = choose(writer, sizeof heads / sizeof *heads);
    write_format(writer, "%s%s", heads[kind], fuel_of(writer));
    write_statements(writer, 3);
    if (chance(writer, 40))
        write_format(writer, "if n1 == n2 then break end ");
    write_format(writer, kind == 1 ? "until n1 == n2\n" : "end\n");
}

static void write_goto(struct writer *writer)
{
    int label = ++writer->label;
    write_format(writer, "do local i = 0 ::l%d:: i = i + 1 %s", label, fuel_of(writer));
    write_statements(writer, 2);
    write_format(writer, "if i < %u then goto l%d end end\n", choose(writer, 20),
                 choose(writer, 300) ? label : label + 1000);
}

static void write_coroutine(struct writer *writer)
{
    write_format(writer, "do local co = coroutine.wrap(function(...) ");
    write_statements(writer, 2);
    write_format(writer, "coroutine.yield(");
    write_expression(writer, KIND_ANY);
    write_format(writer, ") ");
    write_statements(writer, 1);
    write_format(writer, "end) show('co', pcall(co, n1)) show('co', pcall(co, s1)) end\n");
}

static void write_close(struct writer *writer)
{
    write_format(writer, "do local m = {} local x = setmetatable({}, m) m.__close = ");
    write_function(writer);
    write_format(writer, " local y <close> = x ");
    write_statements(writer, 2);
    write_format(writer, "end\n");
}

static void write_assignment(struct writer *writer)
{
    enum value_kind kind = (enum value_kind)choose(writer, 4);
    if (chance(writer, 15)) {
        write_format(writer, "t%u[", 1 + choose(writer, 3));
        write_expression(writer, chance(writer, 70) ? KIND_NUMBER : KIND_ANY);
        write_format(writer, "] = ");
        write_expression(writer, KIND_ANY);
    } else {
        write_format(writer, "%c%u = ", "nstf"[kind], 1 + choose(writer, 3));
        write_expression(writer, kind);
    }
    write_format(writer, "\n");
}

static void write_rare(struct writer *writer)
{
    static const char *const rare[] = {"string.rep = nil ",
                                       "pairs = nil ",
                                       "_G.print = error ",
                                       "setmetatable(_G, nil) ",
                                       "local _ENV = {} ",
                                       "error({}) ",
                                       "error(setmetatable({}, {__tostring = f1})) ",
                                       "io.open('x') ",
                                       "os.exit() ",
                                       "coroutine.yield() ",
                                       "goto nowhere ",
                                       "local x <const> = 1 x = 2 ",
                                       "for i = 1, 10, 0 do end ",
                                       "t1 = setmetatable(t1, {__index = t1}) ",
                                       "string.dump(f1) ",
                                       "error(s1, 0) ",
                                       "error('generated.lua:7: ' .. s1, 0) ",
                                       "load('return 1')() ",
                                       ") ",
                                       "x = = 1 ",
                                       "return\n",
                                       "s1 = s1 .. s1 .. s1 ",
                                       "t1[t1] = t1 ",
                                       "f1 = f2 f2 = f1 ",
                                       "nothing = undefined ",
                                       "for i = 1, 3000 do t1[i] = s1 end ",
                                       "s2 = table.concat(t1, s1) ",
                                       "table.sort(t1) "};
    write_format(writer, "%s", choose_of(writer, rare));
}

static void write_statement(struct writer *writer)
{
    uint32_t what = choose(writer, 100);
    if (what < 35) {
        write_assignment(writer);
    } else if (what < 50) {
        write_format(writer, "show(pcall(function(...) ");
        write_statements(writer, 3);
        write_format(writer, "return ");
        write_expression(writer, KIND_ANY);
        write_format(writer, " end, n1, s1, t1))\n");
    } else if (what < 62) {
        write_loop(writer);
    } else if (what < 72) {
        write_format(writer, "if ");
        write_operation(writer, KIND_ANY);
        write_format(writer, " then ");
        write_statements(writer, 2);
        write_format(writer, "else ");
        write_statements(writer, 2);
        write_format(writer, "end\n");
    } else if (what < 78) {
        write_coroutine(writer);
    } else if (what < 82) {
        write_goto(writer);
    } else if (what < 84) {
        write_close(writer);
    } else if (what < 98 || chance(writer, 50)) {
        write_format(writer, "show(");
        write_expression(writer, KIND_ANY);
        write_format(writer, ")\n");
    } else {
        write_rare(writer);
    }
}

void write_statements(struct writer *writer, uint32_t most)
{
    if (writer->depth >= DEEPEST)
        return;
    writer->depth++;
    for (uint32_t i = 1 + choose(writer, most); i > 0; i--)
        write_statement(writer);
    writer->depth--;
}
