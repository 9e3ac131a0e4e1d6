/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "encoding_guess.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* If a text has at least KOREAN_LEAST characters of GB 2312's level 1, and fewer than one in
 * KOREAN_SHARE of them is in the last third of that level, it is Korean, not Chinese. */
enum { KOREAN_LEAST = 20, KOREAN_SHARE = 20 };

/* Characters beyond ASCII in one encoding. */
struct char_tally {
    uint64_t all, usual;
    bool wrong; /* some bytes are no character */
};

struct encoding_guess {
    /* windows-1252: the run of letters and signs beyond ASCII that is being read */
    struct char_tally western;
    uint64_t letters, signs, outer; /* outer: signs that do not occur inside words */
    bool touches;                   /* an ASCII letter stands before it */
    bool beyond_latin1;
    /* GB18030 */
    struct char_tally chinese;
    unsigned char gb[3];
    size_t gb_count;
    uint64_t level1, late, kana;
    /* Shift_JIS */
    struct char_tally japanese;
    unsigned char lead;
};

struct encoding_guess *encoding_guess_new(void)
{
    return memory_new(sizeof(struct encoding_guess));
}

void encoding_guess_free(struct encoding_guess *guess)
{
    free(guess);
}

static bool within(unsigned value, unsigned least, unsigned most)
{
    return value >= least && value <= most;
}

/* -- windows-1252 ------------------------------------------------------------------------------ */

static bool is_western_letter(unsigned char byte)
{
    return (byte >= 0xC0 && byte != 0xD7 && byte != 0xF7) ||
           memchr("\x8A\x8C\x8E\x9A\x9C\x9E\x9F", byte, 7) != NULL;
}

/* Quotes, dashes, dots, the euro; blanks, signs and superscripts that texts have. */
static bool is_western_sign(unsigned char byte)
{
    return memchr("\x80\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xA0\xA1\xA2\xA3\xA7\xA9\xAA\xAB\xAD"
                  "\xAE"
                  "\xB0\xB2\xB3\xB4\xB7\xB9\xBA\xBB\xBC\xBD\xBE\xBF\xD7",
                  byte, 34) != NULL;
}

/* Signs that words may have between their letters: apostrophes, dashes, hyphens, a blank. */
static bool stands_in_words(unsigned char byte)
{
    return memchr("\x92\x96\x97\x85\xA0\xAD\xB4\xB7", byte, 8) != NULL;
}

static void end_western_run(struct encoding_guess *guess, bool touches)
{
    uint64_t run = guess->letters + guess->signs;
    bool strange = guess->touches && touches && guess->outer > 0;
    if (run <= 3 && !strange &&
        (guess->letters <= 1 || (guess->letters == 2 && (guess->touches || touches))))
        guess->western.usual += run;
    guess->letters = guess->signs = guess->outer = 0;
}

static void take_western(struct encoding_guess *guess, unsigned char byte)
{
    if (byte < 0x80) {
        bool letter = isalpha(byte);
        if (guess->letters + guess->signs > 0)
            end_western_run(guess, letter);
        guess->touches = letter;
        return;
    }
    guess->western.all++;
    guess->letters += is_western_letter(byte);
    guess->signs += is_western_sign(byte);
    guess->outer += is_western_sign(byte) && !stands_in_words(byte);
    guess->beyond_latin1 = guess->beyond_latin1 || byte <= 0x9F;
    guess->western.wrong = guess->western.wrong || memchr("\x81\x8D\x8F\x90\x9D", byte, 5) != NULL;
}

/* -- GB18030 ----------------------------------------------------------------------------------- */

static void end_pair(struct encoding_guess *guess, unsigned char first, unsigned char second)
{
    bool standard = second >= 0xA1;
    guess->chinese.all++;
    guess->level1 += standard && within(first, 0xB0, 0xD7);
    guess->late += standard && within(first, 0xC9, 0xF7);
    guess->kana += standard && within(first, 0xA4, 0xA5);
    guess->chinese.usual += standard && (within(first, 0xA1, 0xA3) || within(first, 0xB0, 0xF7));
}

/* Characters of four bytes are 81..FE, 30..39 and the same again. */
static void take_chinese(struct encoding_guess *guess, unsigned char byte)
{
    if (guess->gb_count == 0) {
        if (byte < 0x80)
            return;
        guess->gb[guess->gb_count++] = byte;
        guess->chinese.wrong = guess->chinese.wrong || byte == 0x80 || byte == 0xFF;
    } else if (guess->gb_count == 1 && byte >= 0x40 && byte != 0x7F && byte != 0xFF) {
        end_pair(guess, guess->gb[0], byte);
        guess->gb_count = 0;
    } else if (guess->gb_count % 2 == 1 ? within(byte, 0x30, 0x39) : within(byte, 0x81, 0xFE)) {
        if (guess->gb_count == 3)
            guess->chinese.all++;
        else
            guess->gb[guess->gb_count] = byte;
        guess->gb_count = guess->gb_count == 3 ? 0 : guess->gb_count + 1;
    } else {
        guess->chinese.wrong = true;
        guess->gb_count = 0;
    }
}

/* -- Shift_JIS --------------------------------------------------------------------------------- */

static bool is_usual_japanese(unsigned character)
{
    return within(character, 0x8140, 0x81AC) || within(character, 0x824F, 0x829A) ||
           within(character, 0x829F, 0x82F1) || within(character, 0x8340, 0x8396) ||
           within(character, 0x889F, 0x9872);
}

static void take_japanese(struct encoding_guess *guess, unsigned char byte)
{
    if (guess->lead) {
        guess->japanese.wrong = guess->japanese.wrong || byte < 0x40 || byte == 0x7F || byte > 0xFC;
        guess->japanese.all++;
        guess->japanese.usual += is_usual_japanese((unsigned)guess->lead << 8 | byte);
        guess->lead = 0;
    } else if (within(byte, 0x81, 0x9F) || within(byte, 0xE0, 0xFC)) {
        guess->lead = byte;
    } else if (byte >= 0x80) {
        guess->japanese.all++; /* half-width kana, which titles hardly have */
        guess->japanese.wrong = guess->japanese.wrong || !within(byte, 0xA1, 0xDF);
    }
}

/* ---------------------------------------------------------------------------------------------- */

void encoding_guess_take(struct encoding_guess *guess, const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        take_western(guess, bytes[i]);
        take_chinese(guess, bytes[i]);
        take_japanese(guess, bytes[i]);
    }
}

static bool is_chinese(const struct encoding_guess *guess)
{
    bool korean = guess->level1 >= KOREAN_LEAST && guess->late * KOREAN_SHARE < guess->level1;
    return !korean && guess->kana * 10 <= guess->chinese.all &&
           guess->level1 * 5 >= guess->chinese.usual * 3;
}

/* Thousandths of the characters that are usual; 0 if it is not possible. */
static uint64_t score(const struct char_tally *tally)
{
    return tally->wrong || tally->all == 0 ? 0 : tally->usual * 1000 / tally->all;
}

bool encoding_guess_decide(const struct encoding_guess *guess, uint64_t utf8,
                           enum encoding *encoding, char rivals[ENCODING_RIVALS])
{
    enum { PLAUSIBLE = 900, RIVAL = 500, CANDIDATES = 3 };
    struct encoding_guess ended = *guess;
    end_western_run(&ended, false);
    struct char_tally *western = &ended.western;
    uint64_t unusual = western->all - western->usual;
    western->usual += unusual < utf8 ? unusual : utf8;
    ended.chinese.wrong = ended.chinese.wrong || ended.gb_count > 0;
    ended.japanese.wrong = ended.japanese.wrong || ended.lead;
    const struct {
        enum encoding encoding;
        const struct char_tally *tally;
        bool fits;
    } candidates[CANDIDATES] = {
        {ENCODING_GB18030, &ended.chinese, is_chinese(&ended)},
        {ENCODING_SHIFT_JIS, &ended.japanese, true},
        {ended.beyond_latin1 ? ENCODING_WINDOWS_1252 : ENCODING_ISO_8859_1, &ended.western, true},
    };
    uint64_t best = 0;
    for (size_t i = 0; i < CANDIDATES; i++) {
        uint64_t own = candidates[i].fits ? score(candidates[i].tally) : 0;
        if (own >= PLAUSIBLE && own > best) {
            best = own;
            *encoding = candidates[i].encoding;
        }
    }
    size_t used = 0;
    *rivals = '\0';
    for (size_t i = 0; i < CANDIDATES; i++)
        if (best > 0 ? candidates[i].encoding != *encoding && score(candidates[i].tally) >= RIVAL
                     : !candidates[i].tally->wrong)
            used += (size_t)snprintf(rivals + used, ENCODING_RIVALS - used, "%s%s",
                                     used > 0 ? ", " : "", encoding_name(candidates[i].encoding));
    return best > 0;
}
