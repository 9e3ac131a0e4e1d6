/* SPDX-License-Identifier: MIT
 *
 * Colours Lua source: comments, strings, keywords and numbers.
 */
#ifndef SCREEN_LUA_INK_H
#define SCREEN_LUA_INK_H

/* A long string or comment that is still open at the end of a line. */
struct lua_open {
    int level; /* -1: nothing */
    int ink;
};

/* Sets an ink (enum ink) for each byte of the line. `open` carries the state from line to line. */
void lua_ink(const char *line, struct lua_open *open, unsigned char *inks);

#endif
