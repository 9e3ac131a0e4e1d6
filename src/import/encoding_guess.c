/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "encoding_guess.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "encoding_letters.h"

/* The most bytes of a run that are looked at again, and how many characters are judged at most. */
enum { RUN_BYTES = 24, MOST_JUDGED = 1 << 16 };

enum letter_case { CASE_NONE, CASE_LOWER, CASE_UPPER };

/* One encoding under trial. A run is a row of characters beyond ASCII. */
struct encoding_trial {
    uint64_t all, usual; /* characters beyond ASCII; those that texts have */
    double likelihood;   /* logarithm */
    bool wrong;          /* some bytes are no character */
    unsigned char held[3];
    size_t held_count; /* bytes of a character that is not complete */

    /* Of the run: characters, letters, what no text has, and what no word has within. */
    uint64_t run, letters, odd, signs;
    double before; /* the likelihood before the run */
    unsigned char bytes[RUN_BYTES];
    size_t byte_count;
    bool touches; /* an ASCII letter stands before the run */
    bool *seen;   /* of one trial: the bytes of runs that are not UTF-8; else NULL */
    enum letter_case last;
};

struct encoding_guess {
    struct encoding_letters *letters;
    struct encoding_trial trials[TEXT_KIND_COUNT];
    bool seen[256], beyond_latin1;
    uint64_t judged, plain; /* bytes beyond ASCII; bytes of ASCII behind the last of them */
    unsigned char before;   /* the last byte of ASCII */
};

struct encoding_guess *encoding_guess_new(void)
{
    struct encoding_guess *guess = memory_new(sizeof *guess);
    guess->letters = encoding_letters_new();
    for (size_t i = 0; i < TEXT_KIND_COUNT; i++)
        guess->trials[i].likelihood = guess->letters[i].prior;
    guess->trials[TEXT_WESTERN].seen = guess->seen;
    return guess;
}

void encoding_guess_free(struct encoding_guess *guess)
{
    if (!guess)
        return;
    free(guess->letters);
    free(guess);
}

static bool within(unsigned value, unsigned least, unsigned most)
{
    return value >= least && value <= most;
}

/* -- runs -------------------------------------------------------------------------------------- */

static void begin_run(struct encoding_trial *trial)
{
    if (trial->run > 0)
        return;
    trial->before = trial->likelihood;
    trial->byte_count = 0;
    trial->letters = trial->odd = trial->signs = 0;
}

static void keep_byte(struct encoding_trial *trial, unsigned char byte)
{
    if (trial->byte_count < RUN_BYTES)
        trial->bytes[trial->byte_count++] = byte;
}

/* Words of Latin letters have few beyond ASCII together, beside others of ASCII; those of other
 * scripts have nothing else. */
static void judge_run(struct encoding_trial *trial, const struct encoding_letters *letters,
                      bool touches)
{
    static const double GOES_ON[2] = {0.8, 0.06}, TOUCHES[2] = {0.15, 0.85}, WITHIN = 0.05;
    double next = GOES_ON[letters->latin], near = TOUCHES[letters->latin];
    bool beside = trial->touches || touches, inside = trial->touches && touches;
    trial->likelihood += (double)(trial->run - 1) * log(next) + log(1 - next) +
                         log(beside ? near : 1 - near) +
                         (inside && !letters->latin ? log(WITHIN) : 0);
}

/* Whether the run could stand where it does. */
static bool is_usual_run(const struct encoding_trial *trial, const struct encoding_letters *letters,
                         bool touches)
{
    bool beside = trial->touches || touches, inside = trial->touches && touches;
    size_t most = letters->most_run - (letters->most_run == 2 && !beside);
    return letters->latin ? trial->run <= letters->most_run + 1 && trial->letters <= most &&
                                !(inside && trial->odd + trial->signs > 0)
                          : !inside;
}

/* A run of UTF-8 in a text of single bytes says nothing: texts of several sources were put
 * together. */
static void end_run(struct encoding_trial *trial, const struct encoding_letters *letters,
                    bool touches)
{
    if (trial->run == 0)
        return;
    bool whole = trial->byte_count < RUN_BYTES;
    if (!letters->pairs && whole && trial->byte_count > 1 &&
        text_is_utf8((const char *)trial->bytes, trial->byte_count)) {
        trial->likelihood = trial->before;
        trial->usual += trial->run;
    } else {
        for (size_t i = 0; trial->seen && i < trial->byte_count; i++)
            trial->seen[trial->bytes[i]] = true;
        judge_run(trial, letters, touches);
        if (is_usual_run(trial, letters, touches))
            trial->usual += trial->run - trial->odd;
    }
    trial->run = 0;
}

static void take_ascii(struct encoding_trial *trial, const struct encoding_letters *letters,
                       unsigned char byte)
{
    bool letter = isalpha(byte);
    end_run(trial, letters, letter);
    trial->touches = letter;
    trial->last = !letter ? CASE_NONE : isupper(byte) ? CASE_UPPER : CASE_LOWER;
}

/* -- single bytes ------------------------------------------------------------------------------ */

/* How likely a letter is a capital, or a small one, behind the character before it. */
static double judge_case(enum letter_case last, bool upper)
{
    static const double CAPITAL[] = {[CASE_NONE] = 0.5, [CASE_LOWER] = 0.003, [CASE_UPPER] = 0.5};
    return log(upper ? CAPITAL[last] : 1 - CAPITAL[last]);
}

static void take_single(struct encoding_trial *trial, const struct encoding_letters *letters,
                        unsigned char byte)
{
    if (byte < 0x80) {
        take_ascii(trial, letters, byte);
        return;
    }
    enum letter_kind kind = letters->kinds[byte - 0x80];
    bool upper = kind == LETTER_UPPER, letter = upper || kind == LETTER_LOWER;
    begin_run(trial);
    keep_byte(trial, byte);
    trial->run++;
    trial->all++;
    trial->wrong = trial->wrong || kind == LETTER_NONE;
    trial->likelihood += letters->weights[byte - 0x80];
    if (letter)
        trial->likelihood += judge_case(trial->last, upper);
    trial->letters += letter;
    trial->odd += kind <= LETTER_RARE || (upper && trial->last == CASE_LOWER);
    trial->signs += kind == LETTER_SIGN;
    trial->last = upper ? CASE_UPPER : letter ? CASE_LOWER : CASE_NONE;
}

/* -- pairs ------------------------------------------------------------------------------------- */

/* What the bytes that are held are, with the last one. */
enum held { HELD_MORE, HELD_WRONG, HELD_RARE, HELD_USUAL, HELD_FOUR, HELD_LATIN };

/* Four bytes of GB18030 are the number of a character: of those that pairs lack, in the order of
 * Unicode, and of the planes beyond the first. No other text has many such bytes. */
static enum held look_four(const unsigned char *held)
{
    enum { LATIN = 434, FIRST_PLANE = 39420, OTHERS = 189000, PLANES = 1 << 20 };
    unsigned number = ((held[0] - 0x81U) * 10 + (held[1] - 0x30U)) * 1260 + (held[2] - 0x81U) * 10 +
                      (held[3] - 0x30U);
    return number <= LATIN                                              ? HELD_LATIN
           : number < FIRST_PLANE || number - OTHERS < (unsigned)PLANES ? HELD_FOUR
                                                                        : HELD_WRONG;
}

/* Characters of four bytes are 81..FE, 30..39 and the same again. */
static enum held look_gb18030(const unsigned char *held, size_t count)
{
    unsigned char last = held[count - 1];
    if (count == 1)
        return last == 0x80 || last == 0xFF ? HELD_WRONG : HELD_MORE;
    if (count == 2 && last >= 0x40 && last != 0x7F && last != 0xFF)
        return last >= 0xA1 && (within(held[0], 0xA1, 0xA3) || within(held[0], 0xB0, 0xD7))
                   ? HELD_USUAL
                   : HELD_RARE;
    if (count % 2 == 0 ? !within(last, 0x30, 0x39) : !within(last, 0x81, 0xFE))
        return HELD_WRONG;
    return count == 4 ? look_four(held) : HELD_MORE;
}

static enum held look_shift_jis(const unsigned char *held, size_t count)
{
    if (count == 1)
        return within(held[0], 0x81, 0x9F) || within(held[0], 0xE0, 0xFC) ? HELD_MORE
               : within(held[0], 0xA1, 0xDF)                              ? HELD_RARE
                                                                          : HELD_WRONG;
    unsigned character = (unsigned)held[0] << 8 | held[1];
    if (held[1] < 0x40 || held[1] == 0x7F || held[1] > 0xFC)
        return HELD_WRONG;
    return within(character, 0x8140, 0x81AC) || within(character, 0x824F, 0x829A) ||
                   within(character, 0x829F, 0x82F1) || within(character, 0x8340, 0x8396) ||
                   within(character, 0x889F, 0x9872)
               ? HELD_USUAL
               : HELD_RARE;
}

static enum held look_euc_jp(const unsigned char *held, size_t count)
{
    unsigned char last = held[count - 1];
    if (count == 1)
        return within(last, 0xA1, 0xF4) || last == 0x8E || last == 0x8F ? HELD_MORE : HELD_WRONG;
    if (!within(last, 0xA1, 0xFE) || (*held == 0x8E && last > 0xDF))
        return HELD_WRONG;
    if (*held == 0x8F && count == 2)
        return HELD_MORE;
    return within(*held, 0xA1, 0xA5) || within(*held, 0xB0, 0xCF) ? HELD_USUAL : HELD_RARE;
}

static enum held look_euc_kr(const unsigned char *held, size_t count)
{
    unsigned char last = held[count - 1];
    if (count == 1)
        return within(last, 0x81, 0xFD) && last != 0xC9 ? HELD_MORE : HELD_WRONG;
    bool added = within(last, 0x41, 0x5A) || within(last, 0x61, 0x7A) || within(last, 0x81, 0xA0);
    if (!within(last, 0xA1, 0xFE) && (!added || *held > 0xC6))
        return HELD_WRONG;
    return !added && (within(*held, 0xA1, 0xA3) || within(*held, 0xB0, 0xC8)) ? HELD_USUAL
                                                                              : HELD_RARE;
}

static enum held look_big5(const unsigned char *held, size_t count)
{
    unsigned char last = held[count - 1];
    if (count == 1)
        return within(last, 0x87, 0xFE) ? HELD_MORE : HELD_WRONG;
    if (!within(last, 0x40, 0x7E) && !within(last, 0xA1, 0xFE))
        return HELD_WRONG;
    return within(*held, 0xA1, 0xC6) ? HELD_USUAL : HELD_RARE;
}

/* How the characters of an encoding of pairs begin and end, and how many usual ones there are. */
static const struct {
    enum held (*look)(const unsigned char *held, size_t count);
    double usual;
} pairs[TEXT_KIND_COUNT] = {
    [TEXT_CHINESE] = {look_gb18030, 3755},   [TEXT_JAPANESE] = {look_shift_jis, 3500},
    [TEXT_JAPANESE_E] = {look_euc_jp, 3500}, [TEXT_KOREAN] = {look_euc_kr, 2350},
    [TEXT_TAIWANESE] = {look_big5, 5401},
};

static void end_pair(struct encoding_trial *trial, const struct encoding_letters *letters,
                     enum text_kind kind, enum held held)
{
    static const double USUAL = 0.38, RARE = 0.02, RARE_ONES = 15000, OF_FOUR = 1e-4;
    unsigned pair = (unsigned)trial->held[0] << 8 | trial->held[1];
    bool two = trial->held_count == 2;
    begin_run(trial);
    trial->run++;
    trial->all++;
    trial->wrong = trial->wrong || held == HELD_WRONG;
    trial->odd += held == HELD_RARE || held == HELD_WRONG;
    trial->likelihood += two && encoding_letters_frequent(letters, pair) ? letters->frequent_weight
                         : held == HELD_FOUR                             ? log(OF_FOUR)
                         : held == HELD_USUAL ? log(USUAL / pairs[kind].usual)
                                              : log(RARE / RARE_ONES);
    trial->held_count = 0;
    trial->last = CASE_NONE;
}

/* A Latin letter that no pair is stands among those of ASCII. */
static void end_latin(struct encoding_trial *trial, const struct encoding_letters *letters)
{
    static const double OF_LATIN = 5e-3;
    end_run(trial, letters, true);
    trial->all++;
    trial->usual++;
    trial->likelihood += log(OF_LATIN);
    trial->held_count = 0;
    trial->touches = true;
    trial->last = CASE_NONE;
}

static void take_pair(struct encoding_trial *trial, const struct encoding_letters *letters,
                      enum text_kind kind, unsigned char byte)
{
    if (trial->held_count == 0 && byte < 0x80) {
        take_ascii(trial, letters, byte);
        return;
    }
    unsigned char held[4];
    memcpy(held, trial->held, sizeof trial->held);
    held[trial->held_count] = byte;
    enum held found = pairs[kind].look(held, trial->held_count + 1);
    if (trial->held_count < sizeof trial->held)
        trial->held[trial->held_count] = byte;
    trial->held_count++;
    if (found == HELD_LATIN)
        end_latin(trial, letters);
    else if (found != HELD_MORE)
        end_pair(trial, letters, kind, found);
}

/* -- deciding ---------------------------------------------------------------------------------- */

static void take_byte(struct encoding_guess *guess, unsigned char byte)
{
    for (enum text_kind kind = 0; kind < TEXT_KIND_COUNT; kind++) {
        struct encoding_trial *trial = &guess->trials[kind];
        const struct encoding_letters *letters = &guess->letters[kind];
        if (trial->wrong && !trial->seen)
            continue;
        if (letters->pairs)
            take_pair(trial, letters, kind, byte);
        else
            take_single(trial, letters, byte);
    }
}

/* Behind a few bytes of ASCII, only the last one before the next other byte matters. */
void encoding_guess_take(struct encoding_guess *guess, const unsigned char *bytes, size_t size)
{
    enum { SETTLED = 4 };
    for (size_t i = 0; i < size && guess->judged < MOST_JUDGED; i++) {
        unsigned char byte = bytes[i];
        if (byte < 0x80 && ++guess->plain > SETTLED) {
            guess->before = byte;
            continue;
        }
        if (byte >= 0x80) {
            if (guess->plain > SETTLED)
                take_byte(guess, guess->before);
            guess->plain = 0;
            guess->judged++;
            guess->beyond_latin1 = guess->beyond_latin1 || within(byte, 0x80, 0x9F);
        }
        take_byte(guess, byte);
    }
}

/* Whether two kinds of text are read alike: in the same encoding, or in one that has the same
 * characters for the bytes of this text. */
static bool reads_alike(const struct encoding_guess *guess, enum text_kind one,
                        enum text_kind other)
{
    const struct encoding_letters *left = &guess->letters[one], *right = &guess->letters[other];
    if (left->encoding == right->encoding)
        return true;
    if (left->pairs || right->pairs)
        return false;
    for (unsigned place = 0; place < 128; place++)
        if (guess->seen[place + 0x80] &&
            memcmp(left->characters[place], right->characters[place], 4) != 0)
            return false;
    return true;
}

/* Thousandths of the characters that are usual; 0 if it is not possible. */
static uint64_t score(const struct encoding_trial *trial)
{
    return trial->wrong || trial->all == 0 ? 0 : trial->usual * 1000 / trial->all;
}

static enum encoding encoding_of(const struct encoding_guess *guess, enum text_kind kind)
{
    return guess->letters[kind].encoding == ENCODING_WINDOWS_1252 && !guess->beyond_latin1
               ? ENCODING_ISO_8859_1
               : guess->letters[kind].encoding;
}

/* Names each encoding once. */
static void name_rivals(const struct encoding_guess *guess, const bool rival[TEXT_KIND_COUNT],
                        char rivals[ENCODING_RIVALS])
{
    size_t used = 0;
    bool named[ENCODING_COUNT] = {false};
    *rivals = '\0';
    for (enum text_kind i = 0; i < TEXT_KIND_COUNT; i++) {
        enum encoding encoding = encoding_of(guess, i);
        if (!rival[i] || named[encoding] || used >= ENCODING_RIVALS)
            continue;
        used += (size_t)snprintf(rivals + used, ENCODING_RIVALS - used, "%s%s",
                                 used > 0 ? ", " : "", encoding_name(encoding));
        named[encoding] = true;
    }
}

/* Ends all runs and finds the most likely of the plausible kinds; TEXT_KIND_COUNT if none is. */
static enum text_kind find_best(const struct encoding_guess *guess,
                                struct encoding_trial trials[TEXT_KIND_COUNT])
{
    enum { PLAUSIBLE = 900 };
    enum text_kind best = TEXT_KIND_COUNT;
    for (enum text_kind i = 0; i < TEXT_KIND_COUNT; i++) {
        struct encoding_trial *trial = &trials[i];
        trial->wrong = trial->wrong || (trial->held_count > 0 && guess->judged < MOST_JUDGED);
        end_run(trial, &guess->letters[i], false);
        if (score(trial) >= PLAUSIBLE &&
            (best == TEXT_KIND_COUNT || trial->likelihood > trials[best].likelihood))
            best = i;
    }
    return best;
}

bool encoding_guess_decide(struct encoding_guess *guess, enum encoding *encoding,
                           char rivals[ENCODING_RIVALS])
{
    enum { RIVAL = 500 };
    static const double NEAR = 4; /* fifty times less likely */
    struct encoding_trial trials[TEXT_KIND_COUNT];
    bool rival[TEXT_KIND_COUNT];
    memcpy(trials, guess->trials, sizeof trials);
    enum text_kind best = find_best(guess, trials);
    bool known = best < TEXT_KIND_COUNT;
    for (enum text_kind i = 0; i < TEXT_KIND_COUNT; i++)
        rival[i] = known ? score(&trials[i]) >= RIVAL && !reads_alike(guess, i, best) &&
                               trials[i].likelihood + NEAR > trials[best].likelihood
                         : !trials[i].wrong;
    name_rivals(guess, rival, rivals);
    if (known)
        *encoding = encoding_of(guess, best);
    return known;
}
