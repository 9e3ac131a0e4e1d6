/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/terminal/keyboard.h"

#include <curses.h>
#include <stdio.h>
#include <term.h>
#include <wchar.h>

#include "base/clock.h"

enum {
    PASTE_BEGINS = KEY_MAX + 200,
    PASTE_ENDS,
    LONGEST_SEQUENCE = 32,
    CONTROL_C = 3,
    ESCAPE = 27,
    CONTROL_Q = 17
};

/* Whether the character leads out wherever one is, so that it is always a key of its own. */
static bool leads_out(wint_t character)
{
    return character == ESCAPE || character == CONTROL_C || character == CONTROL_Q;
}

static bool is_known(const char *capability)
{
    return capability && capability != (const char *)-1 && *capability;
}

struct keyboard keyboard_start(void)
{
    struct keyboard keyboard = {.paste_on = ""};
    const char *on = tigetstr("BE"), *off = tigetstr("BD"), *mouse = tigetstr("kmous");
    keyboard.mouse = (struct mouse){.known = is_known(mouse), .pressed_at = -1e9};
    if (keyboard.mouse.known)
        define_key(mouse, 0); /* its reports are read here */
    if (!is_known(on) || !is_known(off))
        return keyboard;
    snprintf(keyboard.paste_on, sizeof keyboard.paste_on, "%s", on);
    snprintf(keyboard.paste_off, sizeof keyboard.paste_off, "%s", off);
    define_key("\033[200~", PASTE_BEGINS);
    define_key("\033[201~", PASTE_ENDS);
    return keyboard;
}

static int named_key(wint_t code)
{
    static const struct {
        int code, press;
    } NAMED[] = {
        {KEY_UP, PRESS_UP},         {KEY_DOWN, PRESS_DOWN},     {KEY_LEFT, PRESS_LEFT},
        {KEY_RIGHT, PRESS_RIGHT},   {KEY_PPAGE, PRESS_PAGE_UP}, {KEY_NPAGE, PRESS_PAGE_DOWN},
        {KEY_HOME, PRESS_HOME},     {KEY_END, PRESS_END},       {KEY_ENTER, PRESS_ENTER},
        {KEY_BTAB, PRESS_BACK_TAB}, {KEY_DC, PRESS_DELETE},     {KEY_BACKSPACE, PRESS_BACKSPACE},
        {KEY_F(1), PRESS_F1},       {KEY_F(2), PRESS_F2},       {KEY_F(3), PRESS_F3},
        {KEY_F(4), PRESS_F4},       {KEY_F(5), PRESS_F5},
    };
    for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++)
        if (NAMED[i].code == (int)code)
            return NAMED[i].press;
    return code == KEY_RESIZE || code == KEY_MOUSE ? PRESS_NONE : PRESS_OTHER;
}

/* -- reports of the mouse ---------------------------------------------------------------------- */

enum { REPORT_PATIENCE = 100, NUMBERS = 3, LARGEST = 9999 };

/* Waits a little for the rest of a report. */
static int next_of_report(wint_t *character)
{
    timeout(REPORT_PATIENCE);
    int kind = get_wch(character);
    nodelay(stdscr, TRUE);
    return kind;
}

/* Reads "BUTTON;X;Y" and M, or m where a button is let go. False if it is no report. */
static bool read_decimal(int numbers[NUMBERS], bool *down)
{
    wint_t next;
    size_t at = 0;
    numbers[0] = numbers[1] = numbers[2] = 0;
    for (int i = 0; i < LONGEST_SEQUENCE; i++) {
        if (next_of_report(&next) != OK)
            return false;
        if (next == 'M' || next == 'm') {
            *down = next == 'M';
            return at + 1 == NUMBERS;
        }
        if (next == ';' && at + 1 < NUMBERS) {
            at++;
        } else if (next >= '0' && next <= '9' && numbers[at] <= LARGEST) {
            numbers[at] = numbers[at] * 10 + (int)(next - '0');
        } else {
            unget_wch((wchar_t)next);
            return false;
        }
    }
    return false;
}

/* Reads the older form, of three characters, as terminals send it that do not know decimals. */
static bool read_coded(int numbers[NUMBERS], bool *down)
{
    enum { CODED = 32, RELEASED = 3 };
    wint_t next;
    for (size_t at = 0; at < NUMBERS; at++) {
        if (next_of_report(&next) != OK)
            return false;
        numbers[at] = (int)next - CODED;
    }
    *down = (numbers[0] & RELEASED) != RELEASED;
    return true;
}

/* Takes the report that begins with `kind`. */
static int report_key(struct keyboard *keyboard, wint_t kind, struct event *event)
{
    int numbers[NUMBERS];
    bool down;
    bool read = kind == '<' ? read_decimal(numbers, &down) : read_coded(numbers, &down);
    bool means = read && down &&
                 mouse_press(&keyboard->mouse, numbers[0], numbers[1] - 1, numbers[2] - 1,
                             clock_monotonic(), event);
    return means ? PRESS_OTHER : PRESS_NONE;
}

/* -- keys -------------------------------------------------------------------------------------- */

/* Tells Esc from a key with Alt, which arrives as Esc and the key at once. Discards the rest of a
 * control sequence that terminfo does not know, so that its letters do not count as keys. A
 * truncated sequence ends at the first byte that cannot be part of one. */
static int escape_key(struct keyboard *keyboard, struct event *event)
{
    wint_t next;
    int kind = get_wch(&next);
    if (kind == ERR)
        return PRESS_ESCAPE;
    if (kind == OK && leads_out(next)) {
        unget_wch((wchar_t)next);
        return PRESS_ESCAPE;
    }
    if (kind == KEY_CODE_YES || (next != '[' && next != 'O'))
        return PRESS_OTHER;
    bool first = next == '[' && keyboard->mouse.known;
    for (int i = 0; i < LONGEST_SEQUENCE && get_wch(&next) == OK; i++) {
        if (i == 0 && first && (next == '<' || (next == 'M' && keyboard->mouse.on)))
            return report_key(keyboard, next, event);
        if (next < ' ' || next > '~')
            unget_wch((wchar_t)next);
        if (next < ' ' || next > '?')
            break;
    }
    return PRESS_NONE;
}

static int character_key(wint_t character, bool pasting)
{
    switch (character) {
    case '\r':
    case '\n':
        return pasting ? ' ' : PRESS_ENTER;
    case '\t':
        return pasting ? ' ' : PRESS_TAB;
    case 8:
    case 127:
        return PRESS_BACKSPACE;
    case ESCAPE:
        return PRESS_NONE;
    default: /* curses maps an invalid byte to a value above every character */
        return character < PRESS_NONE ? (int)character : PRESS_NONE;
    }
}

/* Ends a paste whose end mark is missing, because it would swallow every key. Only a typed Esc,
 * Ctrl-C or Ctrl-Q ends it: one that arrives alone and after a pause. */
static bool ends_paste(const struct keyboard *keyboard, wint_t code)
{
    static const double PAUSE = 0.2; /* seconds */
    wint_t next;
    if (!leads_out(code) || clock_monotonic() - keyboard->pasted_at < PAUSE)
        return false;
    if (get_wch(&next) == ERR)
        return true;
    unget_wch((wchar_t)next);
    return false;
}

bool keyboard_read(struct keyboard *keyboard, struct event *event)
{
    wint_t code;
    int kind = get_wch(&code);
    if (kind == ERR)
        return false;
    if (keyboard->pasting && kind == OK && ends_paste(keyboard, code))
        keyboard->pasting = false;
    keyboard->pasted_at = clock_monotonic();
    event->kind = keyboard->pasting ? EVENT_PASTED : EVENT_KEY;
    event->key = PRESS_NONE;
    if (kind == OK && code == ESCAPE && !keyboard->pasting)
        event->key = escape_key(keyboard, event);
    else if (kind != KEY_CODE_YES)
        event->key = character_key(code, keyboard->pasting);
    else if (code == PASTE_BEGINS || code == PASTE_ENDS)
        keyboard->pasting = code == PASTE_BEGINS;
    else
        event->key = named_key(code);
    return true;
}
