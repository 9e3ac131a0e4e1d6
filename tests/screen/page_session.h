/* SPDX-License-Identifier: MIT
 *
 * The real program on a prepared workbench, in a pseudo-terminal: what the tests of pages share.
 */
#ifndef TESTS_SCREEN_PAGE_SESSION_H
#define TESTS_SCREEN_PAGE_SESSION_H

extern char folder[];
extern char *database;

int set_up(void **state);
int tear_down(void **state);
struct session *open_sized(int columns, int rows, const char *const *environment);
struct session *open_thaw(void);
void leave(struct session *session);
struct session *open_comparison(void);

#endif
