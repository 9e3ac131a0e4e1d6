/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "setting_text.h"

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

enum verdict verdict_of(const struct interval *gain, bool baseline)
{
    if (baseline)
        return VERDICT_BASELINE;
    if (gain->low > 0)
        return VERDICT_BETTER;
    return gain->high < 0 ? VERDICT_WORSE : VERDICT_NONE;
}

const char *verdict_glyph(enum verdict verdict)
{
    static const char *const GLYPHS[] = {"≈", "▲", "▼", " "};
    return GLYPHS[verdict];
}

enum ink verdict_ink(enum verdict verdict)
{
    static const enum ink INKS_OF[] = {INK_DIM, INK_GOOD, INK_WARN, INK_PLAIN};
    return INKS_OF[verdict];
}
