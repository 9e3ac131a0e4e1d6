/* SPDX-License-Identifier: MIT
 *
 * Foreign text on a surface: every cell holds one printable grapheme of the right width, and a
 * two-cell grapheme is never halved. Bytes 0 and 1: the size. Then, for each piece of text, the
 * operation and its position.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "screen/terminal/surface.h"

enum { WIDEST = 24, HIGHEST = 4, PIECES = 16 };

static void check_cell(const struct surface *surface, int x, int y)
{
    const struct cell *cell = surface_at(surface, x, y), *left = surface_at(surface, x - 1, y),
                      *right = surface_at(surface, x + 1, y);
    size_t length = strnlen(cell->text, CELL_BYTES), cells;
    fuzz_require(length < CELL_BYTES && fuzz_is_safe(cell->text, length),
                 "a cell holds what can be shown");
    for (size_t i = 0; surface->ascii && i < length; i++)
        fuzz_require((unsigned char)cell->text[i] < 0x80, "an ASCII surface holds ASCII");
    if (length == 0) {
        fuzz_require(left && text_width(left->text) == 2, "a right half has its left half");
        return;
    }
    fuzz_require(text_grapheme(cell->text, &cells) == length, "a cell holds one grapheme");
    bool wide = right && right->text[0] == '\0';
    fuzz_require(cells == (wide ? 2 : 1), "a grapheme takes the cells that it has");
}

static void write_piece(struct surface *surface, struct fuzz_input *input)
{
    uint8_t choice = fuzz_byte(input);
    int x = (int)(fuzz_byte(input) % (2 * WIDEST)) - WIDEST / 2, y = fuzz_byte(input) % HIGHEST;
    int width = fuzz_byte(input) % (WIDEST + 4), used;
    char *text = fuzz_text(input, 0);
    switch (choice % 5) {
    case 0:
        surface_text_right(surface, x, y, width, INK_PLAIN, text);
        break;
    case 1:
        surface_rule(surface, x, y, width, text);
        break;
    case 2:
        surface_frame(surface, (struct box){x, y, width, 2}, INK_LINE);
        break;
    default:
        used = surface_text(surface, x, y, width, INK_PLAIN, text);
        fuzz_require(used >= 0 && used <= width, "a text keeps to its cells");
    }
    free(text);
}

static void check_wrap(struct fuzz_input *input)
{
    int width = 1 + fuzz_byte(input) % 20;
    char *text = fuzz_text(input, 0);
    size_t size = 10 * strlen(text) + 1;
    char *safe = malloc(size);
    fuzz_require(safe != NULL, "there is memory");
    text_safe(text, safe, size);
    for (size_t at = 0; safe[at];) {
        size_t taken = text_break(safe + at, (size_t)width, true);
        fuzz_require(taken > 0 && taken <= strlen(safe + at) && text_is_utf8(safe + at, taken),
                     "a line is some of the text, and whole characters");
        at += taken;
    }
    free(safe);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {data, size};
    uint8_t choice = fuzz_byte(&input);
    int width = 1 + fuzz_byte(&input) % WIDEST;
    struct surface *surface = surface_new(width, 1 + choice % HIGHEST, choice & 0x80);
    if (choice & 0x40)
        check_wrap(&input);
    for (int i = 0; i < PIECES && input.size > 0; i++)
        write_piece(surface, &input);
    for (int y = 0; y < surface->height; y++)
        for (int x = 0; x < surface->width; x++)
            check_cell(surface, x, y);
    char *picture = surface_picture(surface);
    fuzz_require(text_is_utf8(picture, strlen(picture)), "a picture is UTF-8");
    free(picture);
    surface_free(surface);
    return 0;
}
