/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/widget/setting_text.h"

#include <stdio.h>

const char *shots_text(uint32_t shots, char text[16])
{
    if (shots == SHOTS_ALL)
        snprintf(text, 16, "all");
    else
        snprintf(text, 16, "%u", shots);
    return text;
}

const char *setting_text(const struct comparison_setting *setting, char *text, size_t size)
{
    char shots[16];
    shots_text(setting->shots, shots);
    snprintf(text, size, "%s, %s rating%s shown", setting->scenario,
             setting->shots == 0 ? "no" : shots, setting->shots == 1 ? "" : "s");
    return text;
}

const char *verdict_glyph(enum verdict verdict)
{
    static const char *const GLYPHS[] = {
        [VERDICT_UNKNOWN] = " ", [VERDICT_OPPONENT] = " ",  [VERDICT_BETTER] = "▲",
        [VERDICT_WORSE] = "▼",   [VERDICT_UNDECIDED] = "≈", [VERDICT_EQUAL] = "=",
        [VERDICT_ONE_SEED] = "·"};
    return GLYPHS[verdict];
}

enum ink verdict_ink(enum verdict verdict)
{
    static const enum ink INKS_OF[] = {
        [VERDICT_UNKNOWN] = INK_PLAIN, [VERDICT_OPPONENT] = INK_PLAIN, [VERDICT_BETTER] = INK_GOOD,
        [VERDICT_WORSE] = INK_WARN,    [VERDICT_UNDECIDED] = INK_DIM,  [VERDICT_EQUAL] = INK_DIM,
        [VERDICT_ONE_SEED] = INK_DIM};
    return INKS_OF[verdict];
}
