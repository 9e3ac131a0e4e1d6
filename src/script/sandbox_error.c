/* SPDX-License-Identifier: MIT
 *
 * Places an error in the user's own source: file, line, and the text of that line. This works even
 * if the error was raised deep inside our own library on behalf of that line.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sandbox_private.h"

enum { FRAMES_MOST = 200, SOURCE_LINE_MOST = 160 };

/* The chunk of the user's with that name; NULL for our own library, which has many. */
static const struct chunk *user_chunk(const struct sandbox *sandbox, const char *short_name)
{
    for (size_t i = 0; i < sandbox->options.chunk_count; i++)
        if (!sandbox->options.chunks[i].library &&
            strcmp(sandbox->options.chunks[i].short_name, short_name) == 0)
            return &sandbox->options.chunks[i];
    return NULL;
}

/* Copies line `number` of a chunk, without the spaces around it. */
static void copy_line(const struct chunk *chunk, int number, char *line, size_t size)
{
    const char *at = chunk->text, *end = chunk->text + chunk->size;
    for (int i = 1; i < number && at < end; i++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        at = newline ? newline + 1 : end;
    }
    const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    if (!stop)
        stop = end;
    while (at < stop && (*at == ' ' || *at == '\t'))
        at++;
    while (stop > at && (stop[-1] == ' ' || stop[-1] == '\t' || stop[-1] == '\r'))
        stop--;
    size_t length = (size_t)(stop - at) < size - 1 ? (size_t)(stop - at) : size - 1;
    memcpy(line, at, length);
    line[length] = '\0';
}

/* Fills sandbox->failure with a sentence, its place, and the text of that line. */
static void report(struct sandbox *sandbox, const struct chunk *chunk, int line, const char *what)
{
    enum { WHAT_MOST = 250, PATH_MOST = 80 };
    char safe_what[WHAT_MOST], safe_path[PATH_MOST], raw[SOURCE_LINE_MOST],
        source[SOURCE_LINE_MOST];
    text_safe(what, safe_what, sizeof safe_what);
    if (!chunk) {
        snprintf(sandbox->failure, sizeof sandbox->failure, "%s", safe_what);
        return;
    }
    text_safe(chunk->path, safe_path, sizeof safe_path);
    copy_line(chunk, line, raw, sizeof raw);
    text_safe(raw, source, sizeof source);
    if (line > 0)
        snprintf(sandbox->failure, sizeof sandbox->failure, "%s:%d: %s\n%s", safe_path, line,
                 safe_what, source);
    else
        snprintf(sandbox->failure, sizeof sandbox->failure, "%s: %s", safe_path, safe_what);
}

/* Removes "CHUNK:LINE: " from the front of a message if it names one of our chunks. */
static const struct chunk *take_place(const struct sandbox *sandbox, const char **message,
                                      int *line)
{
    for (size_t i = 0; i < sandbox->options.chunk_count; i++) {
        const struct chunk *chunk = &sandbox->options.chunks[i];
        size_t length = strlen(chunk->short_name);
        if (length == 0 || strncmp(*message, chunk->short_name, length) != 0 ||
            (*message)[length] != ':')
            continue;
        char *end;
        long number = strtol(*message + length + 1, &end, 10);
        if (end == *message + length + 1 || strncmp(end, ": ", 2) != 0)
            continue;
        *message = end + 2;
        *line = (int)number;
        return chunk;
    }
    return NULL;
}

static bool is_word(char c)
{
    return c == '_' || isalnum((unsigned char)c);
}

static bool holds_return(const char *at, const char *end)
{
    static const char WORD[] = "return";
    size_t length = sizeof WORD - 1;
    for (const char *from = at; (size_t)(end - at) >= length; at++)
        if (memcmp(at, WORD, length) == 0 && (at == from || !is_word(at[-1])) &&
            (at + length == end || !is_word(at[length])))
            return true;
    return false;
}

static size_t indent_of(const char *at, const char *end)
{
    const char *from = at;
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    return (size_t)(at - from);
}

/* What follows the word "function" in a line; all of it if the word is not there. */
static const char *behind_function(const char *at, const char *end)
{
    static const char WORD[] = "function";
    const char *word = memmem(at, (size_t)(end - at), WORD, sizeof WORD - 1);
    return word ? word + sizeof WORD - 1 : at;
}

/* The last line with a "return" of those that are indented least, because functions inside have
 * others, or else the function's first line. A function that ends in a tail call, such as `return
 * thaw.experiment { ... }`, leaves no frame in Lua. */
static int last_return(struct sandbox_function function)
{
    int number = 1, found = function.first;
    size_t least = SIZE_MAX;
    const char *at = function.chunk->text, *end = at + function.chunk->size;
    for (; at < end && number <= function.last; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        size_t indent = indent_of(at, stop);
        const char *from = number == function.first ? behind_function(at, stop) : at;
        if (number >= function.first && indent <= least && holds_return(from, stop)) {
            found = number;
            least = indent;
        }
        at = stop + 1;
    }
    return found;
}

/* Finds the innermost line of the user's own source that is being executed. */
static const struct chunk *find_user(lua_State *L, int *line)
{
    struct sandbox *sandbox = sandbox_of(L);
    lua_Debug frame;
    for (int level = 0; level < FRAMES_MOST && lua_getstack(L, level, &frame); level++) {
        lua_getinfo(L, "Sl", &frame);
        if (frame.currentline <= 0)
            continue;
        const struct chunk *chunk = user_chunk(sandbox, frame.short_src);
        if (chunk) {
            *line = frame.currentline;
            return chunk;
        }
    }
    *line = sandbox->inside.chunk ? last_return(sandbox->inside) : 0;
    return sandbox->inside.chunk;
}

int sandbox_user_line(lua_State *L)
{
    int line = 0;
    return find_user(L, &line) ? line : 0;
}

int sandbox_script_line(lua_State *L)
{
    int line = 0;
    const struct chunk *chunk = find_user(L, &line);
    return chunk && !chunk->name ? line : sandbox_of(L)->blame_line;
}

/* Whether `key` begins the text as a whole word, followed by a single '='. */
static bool assigns(const char *text, size_t size, const char *key)
{
    size_t length = strlen(key);
    for (size_t at = 0; at + length < size; at++) {
        if (memcmp(text + at, key, length) != 0 || (at > 0 && is_word(text[at - 1])))
            continue;
        size_t after = at + length;
        while (after < size && (text[after] == ' ' || text[after] == '\t' || text[after] == '"' ||
                                text[after] == '\'' || text[after] == ']'))
            after++;
        if (after < size && text[after] == '=' && (after + 1 == size || text[after + 1] != '='))
            return true;
    }
    return false;
}

/* The first line from `first` on that assigns to the key; 0 if there is none. */
static int line_of_key(const struct chunk *chunk, int first, const char *key)
{
    enum { LINES_MOST = 200 };
    const char *at = chunk->text, *end = at + chunk->size;
    for (int number = 1; at < end && number < first + LINES_MOST; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *stop = newline ? newline : end;
        if (number >= first && assigns(at, (size_t)(stop - at), key))
            return number;
        at = stop + 1;
    }
    return 0;
}

void sandbox_push_place(lua_State *L, const char *key, const char *within)
{
    int line = 0;
    const struct chunk *chunk = find_user(L, &line);
    int outer = chunk && within ? line_of_key(chunk, line, within) : 0;
    if (chunk && key)
        line = line_of_key(chunk, outer ? outer : line, key);
    if (chunk && line > 0)
        lua_pushfstring(L, "%s:%d: ", chunk->short_name, line);
    else
        lua_pushliteral(L, "");
}

/* Describes the function on top of the stack and pops it. */
static struct sandbox_function function_of(lua_State *L)
{
    lua_Debug about;
    lua_getinfo(L, ">S", &about);
    const struct chunk *chunk = user_chunk(sandbox_of(L), about.short_src);
    if (!chunk)
        return (struct sandbox_function){0};
    return (struct sandbox_function){chunk, about.linedefined, about.lastlinedefined};
}

struct sandbox_function sandbox_enter(lua_State *L, int index)
{
    struct sandbox *sandbox = sandbox_of(L);
    struct sandbox_function outer = sandbox->inside;
    luaL_checktype(L, index, LUA_TFUNCTION);
    lua_pushvalue(L, index);
    struct sandbox_function function = function_of(L);
    if (function.chunk)
        sandbox->inside = function;
    return outer;
}

void sandbox_leave(lua_State *L, struct sandbox_function outer)
{
    sandbox_of(L)->inside = outer;
}

void sandbox_push_function_place(lua_State *L)
{
    struct sandbox_function function = function_of(L);
    if (function.chunk)
        lua_pushfstring(L, "%s:%d: ", function.chunk->short_name, function.first);
    else
        lua_pushliteral(L, "");
}

static const struct chunk *script_of(const struct sandbox *sandbox)
{
    for (size_t i = 0; i < sandbox->options.chunk_count; i++)
        if (!sandbox->options.chunks[i].name)
            return &sandbox->options.chunks[i];
    return NULL;
}

int sandbox_explain(lua_State *L)
{
    struct sandbox *sandbox = sandbox_of(L);
    char whole[512], other[80];
    snprintf(other, sizeof other, "an error was raised that is not a text but a %s value",
             luaL_typename(L, 1)); /* its own __tostring must not run here */
    bool is_text = lua_type(L, 1) == LUA_TSTRING || lua_type(L, 1) == LUA_TNUMBER;
    const char *message = is_text ? lua_tostring(L, 1) : other;

    int line = 0, own_line = 0, library_line = 0;
    const struct chunk *place = NULL, *library = NULL, *taken;
    while ((taken = take_place(sandbox, &message, &own_line)) != NULL) {
        if (!taken->library) { /* of several chunks the last is the innermost */
            place = taken;
            line = own_line;
        } else if (taken->library && !library) {
            library = taken;
            library_line = own_line;
        }
    }
    if (!place)
        place = find_user(L, &line);
    bool blamed = !place && sandbox->blame_line > 0;
    if (blamed) {
        place = script_of(sandbox);
        line = sandbox->blame_line;
    }
    snprintf(whole, sizeof whole, "%s%s%s", blamed ? sandbox->blame_what : "", blamed ? ": " : "",
             message);
    if (library && place) {
        size_t length = strlen(whole);
        snprintf(whole + length, sizeof whole - length, " (in %s:%d)", library->path, library_line);
    }
    if (place)
        report(sandbox, place, line, whole);
    else
        report(sandbox, library ? library : script_of(sandbox), library_line, whole);
    return 1;
}

/* In a coroutine it is the line that resumes it. */
void sandbox_note_refusal(struct sandbox *sandbox)
{
    if (!sandbox->state) /* the state is being made */
        return;
    sandbox->refused_line = 0;
    sandbox->refused_chunk = find_user(sandbox->state, &sandbox->refused_line);
    if (!sandbox->refused_chunk && sandbox->blame_line > 0) {
        sandbox->refused_chunk = script_of(sandbox);
        sandbox->refused_line = sandbox->blame_line;
    }
}

void sandbox_explain_status(struct sandbox *sandbox, int status)
{
    char what[160];
    if (status == LUA_ERRMEM && sandbox->text_too_long)
        snprintf(what, sizeof what, "the script makes a text of more than 1 MiB");
    else if (status == LUA_ERRMEM)
        snprintf(what, sizeof what, "the script needs more than the %zu MiB of memory it may use",
                 sandbox->options.memory >> 20);
    else if (sandbox->stop)
        snprintf(what, sizeof what, "the script was stopped: it takes longer than it may");
    else
        snprintf(what, sizeof what, "an error was raised while another one was being reported");
    bool placed = status == LUA_ERRMEM && sandbox->refused_chunk;
    report(sandbox, placed ? sandbox->refused_chunk : script_of(sandbox),
           placed          ? sandbox->refused_line
           : sandbox->stop ? sandbox->blame_line
                           : 0,
           what);
}
