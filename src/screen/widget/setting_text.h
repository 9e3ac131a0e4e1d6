/* SPDX-License-Identifier: MIT
 *
 * Words for results, the same on Compare, Users and User.
 */
#ifndef SCREEN_SETTING_TEXT_H
#define SCREEN_SETTING_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "comparison/comparison.h"

#include "screen/terminal/ink.h"

/* "0", "10", "all" */
const char *shots_text(uint32_t shots, char text[16]);
/* "user-cold, 5 ratings shown" */
const char *setting_text(const struct comparison_setting *setting, char *text, size_t size);

const char *verdict_glyph(enum verdict verdict);
enum ink verdict_ink(enum verdict verdict);

#endif
