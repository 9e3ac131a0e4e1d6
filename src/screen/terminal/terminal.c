/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/terminal/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/memory.h"
#include "screen/terminal/keyboard.h"
#include "screen/terminal/signals.h"

enum { OTHERS_MOST = 8 };

struct terminal {
    SCREEN *screen;
    FILE *output;
    int parent; /* becomes readable when the guardian has ended */
    struct tty_state state;
    struct surface *shown; /* NULL: unknown */
    bool ascii, colours, many_colours, gone, resized;
    struct keyboard keyboard;
    sigset_t outside; /* the signal mask while waiting */
};

static bool is_known(const char *capability)
{
    return capability && capability != (const char *)-1 && *capability;
}

/* Appends a terminfo string without its padding. */
static void append_capability(struct tty_state *state, const char *name)
{
    const char *text = tigetstr(name);
    if (!is_known(text))
        return;
    while (*text && state->reset_size < sizeof state->reset) {
        if (text[0] == '$' && text[1] == '<') {
            text += strcspn(text, ">");
            text += *text == '>';
        } else {
            state->reset[state->reset_size++] = *text++;
        }
    }
}

bool terminal_look(struct tty_state *state, struct error *error)
{
    static const char TWIN[] = "`thaw runs` and `thaw compare` print what it would show";
    const char *term = getenv("TERM");
    int found = 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return error_set(error, ERROR_USAGE, "the screen needs a terminal as input and output; %s",
                         TWIN);
    if (!term || !*term)
        return error_set(error, ERROR_USAGE,
                         "the screen needs to know the terminal, but TERM is "
                         "not set; %s",
                         TWIN);
    if (setupterm(term, STDOUT_FILENO, &found) != OK || found != 1)
        return error_set(error, ERROR_USAGE,
                         "the terminal \"%.40s\" (TERM) is unknown here; set "
                         "TERM=xterm or the like, or use the command line: %s",
                         term, TWIN);
    bool moves = is_known(tigetstr("cup"));
    *state = (struct tty_state){.tty = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
    /* Show the cursor last: some terminals hide it if rmcup finds nothing saved. */
    static const char *const UNDO[] = {"BD", "sgr0", "op", "rmkx", "rmcup", "cnorm"};
    if (is_known(tigetstr("kmous"))) {
        memcpy(state->reset + state->reset_size, MOUSE_OFF, sizeof MOUSE_OFF - 1);
        state->reset_size += sizeof MOUSE_OFF - 1;
    }
    for (size_t i = 0; i < sizeof UNDO / sizeof *UNDO; i++)
        append_capability(state, UNDO[i]);
    del_curterm(cur_term);
    if (!moves)
        return error_set(error, ERROR_USAGE,
                         "the terminal \"%.40s\" (TERM) cannot place its "
                         "cursor; %s",
                         term, TWIN);
    if (tcgetattr(STDIN_FILENO, &state->cooked) < 0)
        return error_set(error, ERROR_USAGE, "the terminal cannot be read: %s", strerror(errno));
    return true;
}

static attr_t attributes_of(int look)
{
    return (attr_t)((look & LOOK_BOLD ? A_BOLD : 0) | (look & LOOK_DIM ? A_DIM : 0) |
                    (look & LOOK_REVERSE ? A_REVERSE : 0) |
                    (look & LOOK_UNDERLINE ? A_UNDERLINE : 0));
}

static const struct ink_look {
    short alone, beside, eight, many, background;
} LOOKS[] = {
#define X(name, sgr, alone, beside, eight, many, background)                                       \
    {alone, beside, eight, many, background},
    INKS(X)
#undef X
};

enum { CURSOR_FOREGROUND = 231, CURSOR_BACKGROUND = 24 };

static void start_colours(struct terminal *terminal)
{
    if (!has_colors() || start_color() == ERR || use_default_colors() == ERR)
        return;
    terminal->colours = true;
    terminal->many_colours = COLORS >= 256;
    for (short ink = 0; ink < INK_COUNT; ink++) {
        const struct ink_look *look = &LOOKS[ink];
        if (terminal->many_colours) {
            init_pair((short)(ink + 1), look->many, look->background);
            init_pair((short)(ink + 1 + INK_COUNT), CURSOR_FOREGROUND, CURSOR_BACKGROUND);
        } else {
            init_pair((short)(ink + 1), look->eight, -1);
        }
    }
}

/* The attributes and colour pair of a cell. Cells under the cursor all look the same. */
static attr_t look_of(const struct terminal *terminal, const struct cell *cell, short *pair)
{
    const struct ink_look *look = &LOOKS[cell->ink];
    bool alone = !terminal->colours || (!terminal->many_colours && look->eight < 0);
    attr_t attributes = attributes_of(alone ? look->alone : look->beside);
    *pair = 0;
    if (cell->selected && !terminal->many_colours)
        return A_REVERSE | (attributes & A_BOLD);
    if (!terminal->colours)
        return attributes;
    *pair = (short)(cell->ink + 1 + (cell->selected ? INK_COUNT : 0));
    return cell->ink == INK_TAB && !terminal->many_colours ? attributes | A_REVERSE : attributes;
}

static void write_text(struct terminal *terminal, const char *text)
{
    fputs(text, terminal->output);
    fflush(terminal->output);
}

/* In base64, so that no byte of the text can be taken for the end of the sequence. */
bool terminal_copy(struct terminal *terminal, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(text);
    struct bytes coded = {0};
    for (size_t i = 0; i < length; i += 3) {
        unsigned left = length - i < 3 ? (unsigned)(length - i) : 3, bits = 0;
        for (unsigned at = 0; at < 3; at++)
            bits = bits << 8 | (at < left ? (unsigned char)text[i + at] : 0);
        for (unsigned at = 0; at < 4; at++)
            bytes_add(&coded, at <= left ? &digits[bits >> (18 - 6 * at) & 63] : "=", 1);
    }
    bytes_add(&coded, "", 1);
    write_text(terminal, "\033]52;c;");
    write_text(terminal, (char *)coded.data);
    write_text(terminal, "\a");
    bytes_release(&coded);
    return true;
}

/* True without UTF-8, and on terminals whose fonts lack braille. */
static bool glyphs_are_plain(void)
{
    static const char *const PLAIN[] = {"vt1", "vt2", "ansi", "linux"};
    const char *term = getenv("TERM");
    bool plain = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    for (size_t i = 0; term && i < sizeof PLAIN / sizeof *PLAIN; i++)
        plain = plain || strncmp(term, PLAIN[i], strlen(PLAIN[i])) == 0;
    return plain;
}

struct terminal *terminal_open(const struct tty_state *state, int parent, enum output_colour colour)
{
    struct terminal *terminal = memory_new(sizeof *terminal);
    terminal->state = *state;
    terminal->parent = parent;
    setlocale(LC_CTYPE, "");
    terminal->ascii = glyphs_are_plain();
    terminal->outside = signals_hold();
    terminal->output = fdopen(dup(state->tty), "w");
    use_env(FALSE);
    use_tioctl(TRUE);
    guardian_set_changed(true);
    terminal->screen = terminal->output ? newterm(NULL, terminal->output, stdin) : NULL;
    if (!terminal->screen) {
        if (terminal->output)
            fclose(terminal->output);
        guardian_set_changed(false);
        free(terminal);
        return NULL;
    }
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    if (output_wants_colour(colour, true))
        start_colours(terminal);
    terminal->keyboard = keyboard_start();
    write_text(terminal, terminal->keyboard.paste_on);
    return terminal;
}

bool terminal_has_mouse(const struct terminal *terminal)
{
    return terminal->keyboard.mouse.on;
}

bool terminal_set_mouse(struct terminal *terminal, bool on)
{
    struct mouse *mouse = &terminal->keyboard.mouse;
    if (mouse->known && on != mouse->on)
        write_text(terminal, on ? MOUSE_ON : MOUSE_OFF);
    mouse->on = mouse->known && on;
    return mouse->known;
}

/* Some terminals keep whether the cursor shows beside its place, and curses saves the place of a
 * hidden one when it scrolls: leaving the alternate screen hides it again there. */
static void show_cursor(struct terminal *terminal)
{
    const char *normal = tigetstr("cnorm");
    if (is_known(normal))
        write_text(terminal, normal);
}

/* Also works if the guardian was killed and the shell has already taken the terminal. */
static void leave(struct terminal *terminal)
{
    sigset_t background, before;
    sigemptyset(&background);
    sigaddset(&background, SIGTTOU);
    sigprocmask(SIG_BLOCK, &background, &before);
    write_text(terminal, terminal->keyboard.paste_off);
    if (terminal->keyboard.mouse.on)
        write_text(terminal, MOUSE_OFF);
    curs_set(1);
    endwin();
    show_cursor(terminal);
    tcsetattr(terminal->state.tty, TCSADRAIN, &terminal->state.cooked);
    guardian_set_changed(false);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void terminal_close(struct terminal *terminal)
{
    if (!terminal)
        return;
    leave(terminal);
    delscreen(terminal->screen);
    fclose(terminal->output);
    surface_free(terminal->shown);
    free(terminal);
}

struct surface *terminal_surface(const struct terminal *terminal)
{
    return surface_new(COLS, LINES, terminal->ascii);
}

void terminal_repaint(struct terminal *terminal)
{
    surface_free(terminal->shown);
    terminal->shown = NULL;
    erase();
    clearok(stdscr, TRUE);
}

/* Writes one cell. If the C library and the surface disagree on a character's width, writes a plain
 * replacement, so that the following cells stay in place. */
static void write_cell(const struct terminal *terminal, const struct surface *surface, int x, int y)
{
    const struct cell *cell = surface_at(surface, x, y), *next = surface_at(surface, x + 1, y);
    int wanted = next && next->text[0] == '\0' ? 2 : 1;
    wchar_t wide[CELL_BYTES] = L" ";
    short pair;
    attr_t attributes = look_of(terminal, cell, &pair);
    if (mbstowcs(wide, cell->text, CELL_BYTES) == (size_t)-1)
        wcscpy(wide, L"?");
    int width = wcwidth(wide[0]);
    if (width != wanted && !(width == 1 && wanted == 2))
        wcscpy(wide, L"?");
    wide[CCHARW_MAX] = L'\0';
    cchar_t character;
    if (setcchar(&character, wide, attributes, pair, NULL) == ERR)
        setcchar(&character, L"?", attributes, pair, NULL);
    if (width != 2 && wanted == 2) {
        cchar_t blank;
        setcchar(&blank, L" ", attributes, pair, NULL);
        mvadd_wch(y, x + 1, &blank);
    }
    mvadd_wch(y, x, &character);
}

static bool is_same(const struct cell *one, const struct cell *other)
{
    return memcmp(one, other, sizeof *one) == 0;
}

/* Whether the cell must be written again. A wide cell has also changed if only its right half
 * has. */
static bool has_changed(const struct terminal *terminal, const struct surface *surface, int x,
                        int y)
{
    if (!terminal->shown)
        return true;
    if (!is_same(surface_at(surface, x, y), surface_at(terminal->shown, x, y)))
        return true;
    const struct cell *next = surface_at(surface, x + 1, y);
    return next && next->text[0] == '\0' && !is_same(next, surface_at(terminal->shown, x + 1, y));
}

void terminal_show(struct terminal *terminal, const struct surface *surface)
{
    bool fits = surface->width == COLS && surface->height == LINES;
    if (terminal->shown &&
        (terminal->shown->width != surface->width || terminal->shown->height != surface->height))
        terminal_repaint(terminal);
    bool changed = !terminal->shown;
    for (int y = 0; fits && y < surface->height; y++)
        for (int x = 0; x < surface->width; x++)
            if (surface_at(surface, x, y)->text[0] && has_changed(terminal, surface, x, y)) {
                write_cell(terminal, surface, x, y);
                changed = true;
            }
    if (!fits || !changed)
        return;
    surface_free(terminal->shown);
    terminal->shown = surface_new(surface->width, surface->height, surface->ascii);
    memcpy(terminal->shown->cells, surface->cells,
           (size_t)surface->width * (size_t)surface->height * sizeof *surface->cells);
    refresh();
}

void terminal_wait(struct terminal *terminal, const int *others, int count, int milliseconds)
{
    struct pollfd polled[2 + OTHERS_MOST] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                             {.fd = terminal->parent, .events = POLLIN}};
    count = count > OTHERS_MOST ? OTHERS_MOST : count;
    for (int i = 0; i < count; i++)
        polled[2 + i] = (struct pollfd){.fd = others[i], .events = POLLIN};
    struct timespec limit = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    int ready =
        ppoll(polled, (nfds_t)(2 + count), milliseconds < 0 ? NULL : &limit, &terminal->outside);
    if (ready > 0 && (polled[0].revents & (POLLHUP | POLLERR | POLLNVAL) || polled[1].revents))
        terminal->gone = true;
}

bool terminal_has_input(const struct terminal *terminal)
{
    struct pollfd polled[2] = {{.fd = STDIN_FILENO, .events = POLLIN},
                               {.fd = terminal->parent, .events = POLLIN}};
    return poll(polled, 2, 0) > 0 || signals_wait();
}

/* Whether the window has a new size, which curses then knows. It asks the terminal, because a
 * stopped job receives no signal for the change. */
static bool take_size(struct terminal *terminal)
{
    struct winsize size;
    if (ioctl(terminal->state.tty, TIOCGWINSZ, &size) < 0 || size.ws_col == 0 || size.ws_row == 0)
        return false;
    if (size.ws_col == COLS && size.ws_row == LINES)
        return false;
    resizeterm(size.ws_row, size.ws_col);
    terminal_repaint(terminal);
    return true;
}

static void enter_again(struct terminal *terminal)
{
    guardian_set_changed(true);
    terminal_repaint(terminal);
    refresh(); /* enters the alternate screen again */
    curs_set(0);
    write_text(terminal, terminal->keyboard.paste_on);
    if (terminal->keyboard.mouse.on)
        write_text(terminal, MOUSE_ON);
    signals_stop();
    signals_continued();
    terminal->resized = true;
}

void terminal_suspend(struct terminal *terminal)
{
    leave(terminal);
    guardian_stop();
    enter_again(terminal);
}

bool terminal_lend(struct terminal *terminal, const char *const *arguments, struct error *error)
{
    int status = 0;
    leave(terminal);
    pid_t child = fork();
    if (child == 0) {
        sigprocmask(SIG_SETMASK, &terminal->outside, NULL);
        dup2(terminal->state.tty, STDOUT_FILENO);
        dup2(terminal->state.tty, STDERR_FILENO);
        execvp(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    enter_again(terminal);
    signals_forget_keyboard(); /* keys made signals until now */
    if (child < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 127))
        return error_set(error, ERROR_USAGE,
                         "cannot start \"%s\"; set EDITOR to a program that "
                         "edits texts",
                         arguments[0]);
    return true;
}

bool terminal_next(struct terminal *terminal, struct event *event)
{
    *event = (struct event){0};
    if (signals_quit() || terminal->gone) {
        event->kind = EVENT_QUIT;
        event->signal = signals_quit();
        return true;
    }
    if (signals_stop())
        terminal_suspend(terminal);
    if (signals_continued()) {
        terminal->resized = true;
        terminal_repaint(terminal);
    }
    if (take_size(terminal) || terminal->resized) {
        terminal->resized = false;
        event->kind = EVENT_RESIZE;
        return true;
    }
    while (keyboard_read(&terminal->keyboard, event))
        if (event->key != PRESS_NONE)
            return true;
    return false;
}
