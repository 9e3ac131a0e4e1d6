/* SPDX-License-Identifier: MIT
 *
 * Keys: any bytes from a terminal become existing keys. A field holds printable text with the
 * cursor between two graphemes. The cursor of a list stays inside the list. Byte 0: the width of
 * the field, and whether it is nearly full.
 */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <curses.h>

#include "base/text.h"
#include "fuzz.h"
#include "screen/widget/field.h"
#include "screen/terminal/keyboard.h"
#include "screen/terminal/keys.h"
#include "screen/widget/scroll.h"
#undef box /* a macro of curses */

enum { MOST = 256, HEIGHT = 3, NEARLY_FULL = FIELD_BYTES - 9 };

static int ends[2];
static struct keyboard keyboard;

/* A curses screen that reads from a pipe and writes to nowhere. */
static void open_screen(void)
{
    fuzz_require(setlocale(LC_CTYPE, "C.UTF-8") != NULL && pipe(ends) == 0, "there is a locale");
    FILE *in = fdopen(ends[0], "r"), *out = fopen("/dev/null", "w");
    fuzz_require(in && out && newterm("xterm", out, in) != NULL, "there is a terminal");
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(0);
    keyboard = keyboard_start();
}

static void check_field(const struct field *field)
{
    size_t length = strnlen(field->text, sizeof field->text), cells, at = 0;
    fuzz_require(length < sizeof field->text && fuzz_is_safe(field->text, length),
                 "a field holds text that can be shown");
    while (at < field->cursor)
        at += text_grapheme(field->text + at, &cells);
    fuzz_require(at == field->cursor && at <= length, "the cursor stands between graphemes");
}

static void press(struct field *field, struct scroll *scroll, const struct event *event)
{
    enum action action;
    char name[KEY_TEXT];
    fuzz_require(event->kind == EVENT_KEY || event->kind == EVENT_PASTED, "a key is a key");
    fuzz_require(event->key >= 0 && event->key <= PRESS_OTHER, "there is such a key");
    if (event->key == PRESS_ENTER && event->kind == EVENT_KEY)
        field_remember(field);
    if (action_of_key(PAGE_FIELD, press_name(event->key, name), &action))
        field_edit(field, action);
    else if (event->key < PRESS_NONE)
        field_insert(field, event->key);
    check_field(field);
    fuzz_require(fuzz_is_safe(name, strlen(name)), "the name of a key can be shown");
    if (action_of_key(event->key % PAGE_COUNT, name, &action))
        scroll_move(scroll, action);
    fuzz_require(scroll->cursor >= 0 && scroll->cursor < scroll->count && scroll->top >= 0,
                 "a cursor stays in its list");
}

static void draw(const struct field *field, int width)
{
    struct surface *surface = surface_new(width, 1, width % 2);
    field_draw(surface, surface_box(surface), field, "> ");
    surface_free(surface);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    struct field field = {0};
    struct scroll scroll = {.count = 9, .height = HEIGHT};
    struct event event;
    if (!ends[0])
        open_screen();
    uint8_t choice = fuzz_byte(&input);
    int width = 1 + choice % 60;
    if (choice >= 240) {
        char text[FIELD_BYTES] = "";
        memset(text, 'x', NEARLY_FULL);
        field_set(&field, text);
    }
    if (input.size > MOST)
        input.size = MOST;
    fuzz_require(write(ends[1], input.data, input.size) == (ssize_t)input.size, "keys come");
    while (keyboard_read(&keyboard, &event))
        press(&field, &scroll, &event);
    keyboard.pasting = false;
    draw(&field, width);
    field_release(&field);
    return 0;
}
