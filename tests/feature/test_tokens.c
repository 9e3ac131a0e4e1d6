/* SPDX-License-Identifier: MIT
 *
 * How texts are cut into words.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/folding.h"
#include "tokens.h"

struct words {
    char list[8192];
    size_t most, count;
};

static bool take(void *context, const char *word, size_t length)
{
    struct words *words = context;
    if (words->count++ > 0)
        strcat(words->list, "|");
    strncat(words->list, word, length);
    return words->count != words->most;
}

static void expect(const char *text, const struct token_rules *rules, const char *expected)
{
    struct words words = {.list = ""};
    assert_true(tokens_of(text, rules, take, &words));
    assert_string_equal(words.list, expected);
}

static void words_are_runs_of_letters_and_digits(void **state)
{
    const struct token_rules rules = {0};
    (void)state;
    expect("", &rules, "");
    expect("The END -- of \"it\" (1995)...", &rules, "the|end|of|it|1995");
    expect("sci-fi, film_noir; mp3/ogg", &rules, "sci|fi|film|noir|mp3|ogg");
    expect("Ocean\xE2\x80\x99s don't rock'n'roll 'tis dogs'", &rules,
           "ocean|don't|rock'n'roll|tis|dogs");
    expect("it's 's s", &rules, "it|s|s");
    expect("3.5 1,000 1, 2. v1.2 a.b", &rules, "3.5|1,000|1|2|v1.2|a|b");
    /* Straße, ÉCOLE decomposed, full width, ligature, Greek final sigma, Devanagari with marks. */
    expect("Stra\xC3\x9F"
           "e E\xCC\x81"
           "COLE \xEF\xBC\xA6ilm \xEF\xAC\x81n \xCE\xA3\xCE\x91\xCE\xA3",
           &rules,
           "strasse|\xC3\xA9"
           "cole|film|fin|\xCF\x83\xCE\xB1\xCF\x83");
    expect("\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\xA8\xE0\xA5\x8D\xE0\xA4\xA6\xE0\xA5\x80 x", &rules,
           "\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\xA8\xE0\xA5\x8D\xE0\xA4\xA6\xE0\xA5\x80|x");
    expect("co\xC2\xADop", &rules, "coop"); /* a soft hyphen */
    expect("bad \xFF utf", &rules, "");
}

static void han_becomes_characters_and_pairs(void **state)
{
    const struct token_rules rules = {0};
    (void)state;
    expect("我爱电影", &rules, "我|我爱|爱|爱电|电|电影|影");
    expect("看Film，好！", &rules, "看|film|好");
    expect("2001太空漫游", &rules, "2001|太|太空|空|空漫|漫|漫游|游");
    expect("トトロの", &rules, "ト|トト|ト|トロ|ロ|ロの|の");
}

static void a_lexicon_gives_the_longest_word(void **state)
{
    struct id_map *lexicon = id_map_new();
    struct error error;
    uint32_t number;
    (void)state;
    static const char *const words[] = {"电影", "电影院", "喜欢", "我们"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_true(id_map_add_text(lexicon, words[i], strlen(words[i]), &number, &error));
    const struct token_rules rules = {.lexicon = lexicon};
    expect("我们喜欢电影院和电影", &rules, "我们|喜欢|电影院|和|电影");
    id_map_free(lexicon);
}

static void characters_are_asked_for(void **state)
{
    const struct token_rules rules = {.tokens = TOKENS_CHARACTERS};
    (void)state;
    expect("Abc d", &rules, "a|ab|b|bc|c|d");
}

static void runs_are_bounded(void **state)
{
    const struct token_rules rules = {0};
    char text[3 * 400 + 8] = "";
    struct words words = {.list = "", .most = 2};
    (void)state;
    memset(text, 'x', 256);
    strcpy(text + 256, " y");
    expect(text, &rules, "y");
    text[255] = ' ';
    struct words long_one = {.list = ""};
    assert_true(tokens_of(text, &rules, take, &long_one));
    assert_int_equal(long_one.count, 2);
    *text = '\0';
    for (int i = 0; i < 400; i++)
        strcat(text, "电");
    struct words many = {.list = ""};
    assert_true(tokens_of(text, &rules, take, &many));
    assert_int_equal(many.count, 400 + 400 - 5); /* pairs but across 85 characters each */
    assert_false(tokens_of("a b c", &rules, take, &words));
    assert_string_equal(words.list, "a|b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_runs_of_letters_and_digits),
        cmocka_unit_test(han_becomes_characters_and_pairs),
        cmocka_unit_test(a_lexicon_gives_the_longest_word),
        cmocka_unit_test(characters_are_asked_for),
        cmocka_unit_test(runs_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
