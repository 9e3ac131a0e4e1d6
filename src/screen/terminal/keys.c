/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/terminal/keys.h"

#include <stdio.h>

#include "base/list.h"
#include "base/text.h"

size_t press_encode(int character, char text[5])
{
    static const unsigned char LEAD[] = {0, 0, 0xC0, 0xE0, 0xF0};
    unsigned c = (unsigned)character;
    size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    text[length] = '\0';
    for (size_t i = length - 1; i > 0; i--, c >>= 6)
        text[i] = (char)(0x80 | (c & 0x3F));
    text[0] = (char)(LEAD[length] | c);
    return length;
}

const char *press_name(int key, char text[KEY_TEXT])
{
    static const char *const names[] = {"", PRESSES(LIST_TEXT)};
    char character[5];
    if (key >= PRESS_NONE) {
        snprintf(text, KEY_TEXT, "%s", names[key - PRESS_NONE]);
    } else if (key < ' ') {
        snprintf(text, KEY_TEXT, "Ctrl-%c", key | 0x40);
    } else if (key == ' ') {
        snprintf(text, KEY_TEXT, "Space");
    } else {
        press_encode(key, character);
        text_safe(character, text, KEY_TEXT);
    }
    return text;
}
