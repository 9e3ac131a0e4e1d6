/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "script_generator.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "script_writer.h"

enum { FUEL = 1500 };

/* -- choices ------------------------------------------------------------------------------------*/

void write_format(struct writer *writer, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    bytes_add(&writer->text, text, length < (int)sizeof text ? (size_t)length : sizeof text - 1);
}

uint32_t choose(struct writer *writer, uint32_t bound)
{
    return random_below(&writer->random, bound);
}

bool chance(struct writer *writer, uint32_t per_cent)
{
    return choose(writer, 100) < per_cent;
}

/* -- constants ----------------------------------------------------------------------------------*/

static void write_number(struct writer *writer)
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "-1",
                                          "2",
                                          "3",
                                          "0.5",
                                          "-0.0",
                                          "7",
                                          "10",
                                          "64",
                                          "255",
                                          "256",
                                          "1000",
                                          "65536",
                                          "1e6",
                                          "1e15",
                                          "2^31",
                                          "2^53",
                                          "1 << 31",
                                          "1 << 62",
                                          "1e308",
                                          "-1e308",
                                          "0/0",
                                          "1/0",
                                          "-1/0",
                                          "5e-324",
                                          "math.pi",
                                          "math.huge",
                                          "math.maxinteger",
                                          "math.mininteger",
                                          "0x7fffffff",
                                          "0xffffffffffffffff",
                                          "0x.8p-3",
                                          "3.0",
                                          "1e1",
                                          "-7"};
    if (chance(writer, 40))
        write_format(writer, "%u", choose(writer, 12));
    else
        write_format(writer, "(%s)", choose_of(writer, numbers));
}

static void write_text(struct writer *writer)
{
    static const char *const texts[] = {"''",
                                        "'a'",
                                        "'hello'",
                                        "'10'",
                                        "'0x10'",
                                        "' 1e5 '",
                                        "'-7.25'",
                                        "'nan'",
                                        "'inf'",
                                        "'%'",
                                        "'%d'",
                                        "'[a'",
                                        "'a,b,,c'",
                                        "'the quick brown fox'",
                                        "'\\0'",
                                        "'\\xff\\xfe'",
                                        "'\\27[2J'",
                                        "'\\u{202E}'",
                                        "'\\u{7FFFFFFF}'",
                                        "'\\xc3\\xa9'",
                                        "'\\xed\\xa0\\x80'",
                                        "'a\\0b'",
                                        "'__index'",
                                        "'n'",
                                        "'\\r\\n\\t'",
                                        "('x'):rep(300)",
                                        "('ab '):rep(1000)",
                                        "('\\xe2\\x82\\xac'):rep(50)",
                                        "[==[ long ]] ]==]"};
    write_format(writer, "%s", choose_of(writer, texts));
}

static void write_pattern(struct writer *writer)
{
    static const char *const parts[] = {
        ".",      "%a",      "%d",     "%s", "%w", "%W", "%S",      "[a-z]", "[^a-z]", "[]]",
        "[^]]",   "[%w_]",   "[a%-z]", "x",  "a",  " ",  "%.",      "%%",    "%b()",   "%bab",
        "%f[%w]", "%f[^%w]", "(",      ")",  "()", "%1", "%2",      "[",     "%",      "[a",
        "%b",     "%f",      "\\0",    "%g", "%c", "%p", "[%a-%z]", "[z-a]", "-",      "\\xff"};
    static const char *const repeats[] = {"", "", "", "*", "+", "-", "?"};
    write_format(writer, "'%s", chance(writer, 20) ? "^" : "");
    for (uint32_t i = choose(writer, 5) + 1; i > 0; i--) {
        write_format(writer, "%s", choose_of(writer, parts));
        write_format(writer, "%s", choose_of(writer, repeats));
    }
    write_format(writer, "%s'", chance(writer, 15) ? "$" : "");
}

static void write_format_text(struct writer *writer)
{
    static const char *const flags[] = {"", "", "", "-", "+", " ", "#", "0", "-+ #0"};
    static const char *const widths[] = {"", "", "1", "5", "20", "99", "100"};
    static const char *const precisions[] = {"", "", ".0", ".3", ".20", ".99", ".100", "."};
    write_format(writer, "'");
    for (uint32_t i = choose(writer, 4); i > 0; i--) {
        write_format(writer, "%%%s", choose_of(writer, flags));
        write_format(writer, "%s", choose_of(writer, widths));
        write_format(writer, "%s", choose_of(writer, precisions));
        write_format(writer, "%c ", "diuoxXeEfFgGaAcsqp%y"[choose(writer, 20)]);
    }
    write_format(writer, "'");
}

static void write_constant(struct writer *writer, enum value_kind kind)
{
    static const char *const tables[] = {
        "{}",   "{1, 2, 3}",  "{n = 3}", "{'a', 'b', 'c'}", "string",
        "math", "{{}, {{}}}", "_G",      "{1, nil, 3}",     "getmetatable('')"};
    static const char *const functions[] = {
        "print",      "tostring", "type",         "error",  "pcall",           "next",
        "string.rep", "math.max", "table.unpack", "select", "coroutine.yield", "string.format",
        "rawequal",   "require"};
    static const char *const others[] = {"nil", "true", "false", "...", "f1", "t1", "n1", "s1"};
    if (kind == KIND_NUMBER)
        write_number(writer);
    else if (kind == KIND_TEXT)
        write_text(writer);
    else
        write_format(writer, "(%s)",
                     kind == KIND_TABLE      ? choose_of(writer, tables)
                     : kind == KIND_FUNCTION ? choose_of(writer, functions)
                                             : choose_of(writer, others));
}

/* -- calls --------------------------------------------------------------------------------------*/

/* Arguments: n number, s text, t table, f function, a any, p pattern, F format, r what gsub puts in
 * place; behind '?' those that may be left out. */
struct function {
    enum value_kind result;
    const char *name, *arguments;
};

static const struct function functions[] = {
    {KIND_TEXT, "string.rep", "sn?s"},
    {KIND_TEXT, "string.sub", "sn?n"},
    {KIND_TEXT, "string.upper", "s"},
    {KIND_TEXT, "string.lower", "s"},
    {KIND_TEXT, "string.reverse", "s"},
    {KIND_TEXT, "string.format", "F?aaaa"},
    {KIND_TEXT, "string.gsub", "spr?n"},
    {KIND_TEXT, "string.match", "sp?n"},
    {KIND_TEXT, "string.char", "?nnn"},
    {KIND_TEXT, "tostring", "a"},
    {KIND_TEXT, "table.concat", "t?snn"},
    {KIND_TEXT, "utf8.char", "?nnn"},
    {KIND_TEXT, "type", "a"},
    {KIND_TEXT, "math.type", "a"},
    {KIND_NUMBER, "string.len", "s"},
    {KIND_NUMBER, "string.byte", "s?nn"},
    {KIND_NUMBER, "string.find", "sp?na"},
    {KIND_NUMBER, "tonumber", "s?n"},
    {KIND_NUMBER, "utf8.len", "s?nn"},
    {KIND_NUMBER, "utf8.codepoint", "s?nn"},
    {KIND_NUMBER, "utf8.offset", "sn?n"},
    {KIND_NUMBER, "select", "n?aaa"},
    {KIND_NUMBER, "math.abs", "n"},
    {KIND_NUMBER, "math.floor", "n"},
    {KIND_NUMBER, "math.ceil", "n"},
    {KIND_NUMBER, "math.fmod", "nn"},
    {KIND_NUMBER, "math.max", "n?nn"},
    {KIND_NUMBER, "math.min", "n?nn"},
    {KIND_NUMBER, "math.tointeger", "a"},
    {KIND_NUMBER, "math.random", "?nn"},
    {KIND_NUMBER, "math.sqrt", "n"},
    {KIND_NUMBER, "math.exp", "n"},
    {KIND_NUMBER, "math.log", "n?n"},
    {KIND_NUMBER, "math.sin", "n"},
    {KIND_NUMBER, "math.modf", "n"},
    {KIND_NUMBER, "math.atan", "n?n"},
    {KIND_NUMBER, "math.ult", "nn"},
    {KIND_NUMBER, "rawlen", "t"},
    {KIND_ANY, "rawget", "ta"},
    {KIND_ANY, "rawset", "taa"},
    {KIND_ANY, "rawequal", "aa"},
    {KIND_ANY, "next", "t?a"},
    {KIND_ANY, "table.remove", "t?n"},
    {KIND_ANY, "table.insert", "ta"},
    {KIND_ANY, "table.insert", "tna"},
    {KIND_ANY, "table.sort", "t?f"},
    {KIND_ANY, "table.unpack", "t?nn"},
    {KIND_ANY, "getmetatable", "a"},
    {KIND_ANY, "assert", "a?a"},
    {KIND_ANY, "pcall", "f?aa"},
    {KIND_ANY, "xpcall", "ff?aa"},
    {KIND_ANY, "error", "a?n"},
    {KIND_ANY, "require", "s"},
    {KIND_ANY, "print", "?aaa"},
    {KIND_ANY, "coroutine.yield", "?aa"},
    {KIND_ANY, "coroutine.resume", "a?aa"},
    {KIND_ANY, "coroutine.status", "a"},
    {KIND_ANY, "coroutine.running", ""},
    {KIND_ANY, "coroutine.create", "f"},
    {KIND_ANY, "coroutine.isyieldable", ""},
    {KIND_TABLE, "table.pack", "?aaa"},
    {KIND_TABLE, "table.move", "tnnn?t"},
    {KIND_TABLE, "setmetatable", "tt"},
    {KIND_FUNCTION, "coroutine.wrap", "f"},
    {KIND_FUNCTION, "string.gmatch", "sp?n"},
};

static void write_argument(struct writer *writer, char what)
{
    if (chance(writer, 4))
        what = "nstfapFr"[choose(writer, 8)];
    switch (what) {
    case 'n':
        write_expression(writer, KIND_NUMBER);
        break;
    case 's':
        write_expression(writer, KIND_TEXT);
        break;
    case 't':
        write_expression(writer, KIND_TABLE);
        break;
    case 'f':
        write_expression(writer, KIND_FUNCTION);
        break;
    case 'p':
        write_pattern(writer);
        break;
    case 'F':
        write_format_text(writer);
        break;
    case 'r':
        write_expression(writer, (enum value_kind)(KIND_TEXT + choose(writer, 3)));
        break;
    default:
        write_expression(writer, KIND_ANY);
    }
}

static void write_arguments(struct writer *writer, const char *arguments)
{
    bool first = true, optional = false;
    write_format(writer, "(");
    for (; *arguments; arguments++) {
        if (*arguments == '?') {
            optional = true;
            continue;
        }
        if ((optional && chance(writer, 50)) || chance(writer, 2))
            break;
        if (!first)
            write_format(writer, ", ");
        write_argument(writer, *arguments);
        first = false;
    }
    write_format(writer, ")");
}

static void write_call(struct writer *writer, enum value_kind kind)
{
    const struct function *function = &choose_of(writer, functions);
    for (int tries = 0; tries < 60 && function->result != kind && kind != KIND_ANY; tries++)
        function = &choose_of(writer, functions);
    write_format(writer, "%s", function->name);
    write_arguments(writer, function->arguments);
}

/* -- expressions --------------------------------------------------------------------------------*/

void write_function(struct writer *writer)
{
    write_format(writer, "function(a, b, ...) burn() ");
    write_statements(writer, 2);
    write_format(writer, "return ");
    write_expression(writer, (enum value_kind)choose(writer, 5));
    write_format(writer, " end");
}

static void write_table(struct writer *writer)
{
    static const char *const methods[] = {
        "__index", "__newindex", "__call",     "__add",  "__concat",    "__eq",   "__lt",
        "__le",    "__len",      "__tostring", "__unm",  "__bnot",      "__idiv", "__name",
        "__pairs", "__close",    "__gc",       "__mode", "__metatable", "__shl"};
    bool meta = chance(writer, 35);
    write_format(writer, meta ? "setmetatable({" : "{");
    for (uint32_t i = choose(writer, 4); i > 0; i--) {
        if (chance(writer, 30))
            write_format(writer, "[%s] = ", chance(writer, 50) ? "n2" : "s2");
        write_expression(writer, KIND_ANY);
        write_format(writer, ", ");
    }
    write_format(writer, "}");
    if (!meta)
        return;
    write_format(writer, ", {");
    for (uint32_t i = choose(writer, 3) + 1; i > 0; i--) {
        uint32_t most = chance(writer, 90) ? 15 : sizeof methods / sizeof *methods;
        write_format(writer, "%s = ", methods[choose(writer, most)]);
        write_expression(writer, chance(writer, 80) ? KIND_FUNCTION : KIND_ANY);
        write_format(writer, ", ");
    }
    write_format(writer, "})");
}

void write_operation(struct writer *writer, enum value_kind kind)
{
    static const char *const of_numbers[] = {"+", "-", "*", "/", "//", "%",
                                             "^", "&", "|", "~", "<<", ">>"};
    static const char *const of_truths[] = {"==", "~=", "<", "<=", ">", ">=", "and", "or"};
    if (kind == KIND_NUMBER && chance(writer, 15)) {
        static const char *const unary[] = {"-", "~", "#", "- -", "not "};
        write_format(writer, "(%s", choose_of(writer, unary));
        write_expression(writer, chance(writer, 80) ? KIND_NUMBER : KIND_TABLE);
        write_format(writer, ")");
        return;
    }
    enum value_kind side = kind == KIND_ANY ? (enum value_kind)choose(writer, 5) : kind;
    write_format(writer, "(");
    write_expression(writer, side);
    write_format(writer, " %s ",
                 kind == KIND_TEXT     ? ".."
                 : kind == KIND_NUMBER ? choose_of(writer, of_numbers)
                                       : choose_of(writer, of_truths));
    write_expression(writer, side);
    write_format(writer, ")");
}

static void write_deep(struct writer *writer, enum value_kind kind)
{
    uint32_t what = choose(writer, 10);
    if (kind == KIND_FUNCTION && what < 6)
        write_function(writer);
    else if (kind == KIND_TABLE && what < 6)
        write_table(writer);
    else if (what < 5)
        write_call(writer, kind);
    else if (what < 7)
        write_operation(writer, kind == KIND_FUNCTION || kind == KIND_TABLE ? KIND_ANY : kind);
    else if (what == 7)
        write_format(writer, "t%u[n%u]", 1 + choose(writer, 3), 1 + choose(writer, 3));
    else if (what == 8) {
        write_format(writer, "f%u(", 1 + choose(writer, 3));
        write_expression(writer, KIND_ANY);
        write_format(writer, ")");
    } else {
        write_format(writer, "(s%u):%s", 1 + choose(writer, 3),
                     chance(writer, 50) ? "upper()" : "sub(2, -2)");
    }
}

void write_expression(struct writer *writer, enum value_kind kind)
{
    if (kind != KIND_ANY && chance(writer, 3))
        kind = KIND_ANY;
    if (kind == KIND_ANY)
        kind = (enum value_kind)choose(writer, 5);
    if (writer->depth >= DEEPEST || chance(writer, 25)) {
        write_constant(writer, kind);
    } else if (kind != KIND_ANY && chance(writer, 45)) {
        write_format(writer, "%c%u", "nstf"[kind], 1 + choose(writer, 3));
    } else {
        writer->depth++;
        write_deep(writer, kind);
        writer->depth--;
    }
}

/* -- whole scripts ------------------------------------------------------------------------------*/

void write_prelude(struct writer *writer)
{
    write_format(
        writer,
        "local thaw = require 'thaw'\n"
        "local fuel, print, tostring, rawlen = %d, print, tostring, rawlen\n"
        "local format, sub, type, select = string.format, string.sub, type, select\n"
        "local function burn() fuel = fuel - 1 if fuel < 0 then error('no fuel') end end\n"
        "local function one(v)\n"
        "  if type(v) == 'string' then return format('%%q', sub(v, 1, 60)) end\n"
        "  return type(v) == 'table' and '{' .. rawlen(v) .. '}' or tostring(v)\n"
        "end\n"
        "local function show(...)\n"
        "  local line = select('#', ...)\n"
        "  for i = 1, line < 6 and line or 6 do line = line .. ' ' .. one((select(i, ...))) end\n"
        "  print(line)\n"
        "end\n"
        "local n1, n2, n3, s1, s2, s3 = 1, 2, 3.5, 'a', 'some text', ''\n"
        "local t1, t2, t3 = {1, 2, 3}, {a = 1, b = {}}, {}\n"
        "local f1, f2, f3 = print, function(a) return a end, function(...) burn() return ... end\n",
        FUEL);
}

char *generated_script(uint64_t seed, uint32_t number)
{
    struct writer writer = {.random = random_at(seed, RANDOM_GENERATOR, number, 0)};
    writer.endless = chance(&writer, 1);
    write_prelude(&writer);
    bool declares = chance(&writer, 50);
    if (!declares || chance(&writer, 30)) {
        bool guarded = declares || chance(&writer, 70);
        write_format(&writer, guarded ? ";show(pcall(function(...)\n" : ";(function(...)\n");
        write_statements(&writer, declares ? 4 : 12);
        write_format(&writer, guarded ? "end, 1, 'two', {}))\n" : "end)(1, 'two', {})\n");
    }
    if (declares)
        write_experiment(&writer);
    else
        write_format(&writer, "show(n1, s1, t1, f1) error(s1, %u)\n", choose(&writer, 4));
    bytes_add_u8(&writer.text, '\0');
    return (char *)writer.text.data;
}
