/* SPDX-License-Identifier: MIT
 *
 * Colours for Lua source: what is a comment, a string, a keyword, a number.
 */
#ifndef SCREEN_LUA_INK_H
#define SCREEN_LUA_INK_H

/* What is open at the end of a line: nothing, or a long string or comment of a level. */
struct lua_open {
    int level; /* -1: nothing */
    int ink;
};

/* Sets an ink (enum ink) for each byte of the line; `open` carries over from line to line. */
void lua_ink(const char *line, struct lua_open *open, unsigned char *inks);

#endif
