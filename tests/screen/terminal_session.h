/* SPDX-License-Identifier: MIT
 *
 * Runs a program on a pseudo-terminal, types keys, and reads its screen through libvterm. Nothing
 * sleeps: a test waits for the expected text until a deadline. If the text does not appear, the
 * test fails and prints the screen.
 */
#ifndef TESTS_TERMINAL_SESSION_H
#define TESTS_TERMINAL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct session;

struct session_options {
    int columns, rows;              /* 0: 80 and 24 */
    const char *const *environment; /* "NAME=value", or "NAME" to leave it out; NULL-terminated */
};

/* Looks `arguments[0]` up in PATH where it has no slash. TERM is xterm-256color and LC_ALL C.UTF-8
 * unless `options` says otherwise. */
struct session *session_start(const char *const *arguments, const struct session_options *options);
/* Kills what still runs; accepts NULL. */
void session_end(struct session *session);

void session_type(struct session *session, const char *keys);
/* A button of the mouse goes down at a cell, counted from 0, and up again. */
enum session_button { BUTTON_LEFT = 0, BUTTON_RIGHT = 2, WHEEL_UP = 64, WHEEL_DOWN = 65 };
void session_point(struct session *session, enum session_button button, int x, int y);
void session_resize(struct session *session, int columns, int rows);
void session_signal(struct session *session, int signal_number);
/* The terminal goes away, as when its window is closed. */
void session_hang_up(struct session *session);

/* Wait until the text is (is not) on screen; fail the test after `session_patience` seconds. */
void session_expect(struct session *session, const char *text);
void session_expect_gone(struct session *session, const char *text);
/* Waits for the program's end and returns what waitpid says. */
int session_wait(struct session *session);
/* Reads until nothing comes for `seconds`. */
void session_settle(struct session *session, double seconds);

/* Lines without trailing spaces; freed by the caller. */
char *session_picture(struct session *session);
bool session_shows(struct session *session, const char *text);

struct session_cell {
    char text[32];
    int width;
    bool bold, reverse, coloured;
};
struct session_cell session_cell(struct session *session, int x, int y);
/* Waits for text and says where it begins. */
void session_find(struct session *session, const char *text, int *x, int *y);

pid_t session_process(const struct session *session);
/* The first child of a process: of a screen's guardian, the screen. */
pid_t session_child_of(pid_t parent);
/* All bytes the program wrote so far. */
const char *session_output(const struct session *session, size_t *size);
/* Whether termios are as they were before the start, and no alternate screen, hidden cursor, paste
 * mode or reports of the mouse are left. */
bool session_is_as_before(struct session *session);

#endif
