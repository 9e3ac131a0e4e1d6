/* SPDX-License-Identifier: MIT
 *
 * A newcomer's ratings and the arms' answers, without a screen.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "screen/page/newcomer.h"

static const char *const TITLES[] = {"Alien (1979)", "ALIENS (1986)", "The Alien Garden",
                                     "电影 Ｏne", "Garden of Glass"};
enum { ITEMS = sizeof TITLES / sizeof *TITLES };

static struct newcomer newcomer_new(void)
{
    struct newcomer newcomer = {.items = id_map_new(),
                                .titles = memory_array(ITEMS, sizeof *newcomer.titles)};
    struct error error;
    for (uint32_t i = 0; i < ITEMS; i++) {
        char id[] = {'a', (char)('0' + i), '\0'};
        uint32_t number;
        assert_true(id_map_add(newcomer.items, id, 2, &number, &error));
        newcomer.titles[i] = memory_string(TITLES[i]);
    }
    newcomer_add_arm(&newcomer, "1/one/1", "one");
    newcomer_add_arm(&newcomer, "1/two/1", "two");
    return newcomer;
}

/* An arm answers with these items, each 0.5 below the one before. */
static void answer(struct newcomer *newcomer, size_t arm, const char *items)
{
    char ids[3 * ITEMS];
    float values[ITEMS];
    uint32_t count = (uint32_t)strlen(items);
    for (uint32_t i = 0; i < count; i++) {
        ids[3 * i] = 'a';
        ids[3 * i + 1] = items[i];
        ids[3 * i + 2] = '\0';
        values[i] = 4.5F - 0.5F * (float)i;
    }
    const struct answer_recommend given = {
        .items = ITEMS, .count = count, .ids = ids, .ids_size = 3 * count, .values = values};
    newcomer_take(newcomer, arm, &given);
}

static void ratings_are_kept_in_order_and_replaced(void **state)
{
    (void)state;
    struct newcomer newcomer = newcomer_new();
    newcomer_rate(&newcomer, 2, "5", 5);
    newcomer_rate(&newcomer, 0, "3.5", 3.5);
    newcomer_rate(&newcomer, 2, "1", 1);
    char *lines = newcomer_lines(&newcomer);
    assert_string_equal(lines, "a0=3.5\na2=1\n");
    free(lines);
    assert_true(newcomer_take_back(&newcomer, 0));
    assert_false(newcomer_take_back(&newcomer, 0));
    assert_int_equal(newcomer.rating_count, 1);
    assert_string_equal(newcomer_rating_of(&newcomer, 2)->text, "1");
    newcomer_release(&newcomer);
}

static void moves_are_since_the_answer_before(void **state)
{
    (void)state;
    struct newcomer newcomer = newcomer_new();
    const struct newcomer_arm *arm = &newcomer.arms[0];
    bool entered;
    answer(&newcomer, 0, "01234");
    assert_int_equal(newcomer_rise(arm, 3, &entered), 0);
    assert_false(entered);
    newcomer_rate(&newcomer, 0, "2", 2);
    answer(&newcomer, 0, "3142");
    assert_int_equal(arm->count, 4);
    assert_int_equal(newcomer_rise(arm, 3, &entered), 3);
    assert_int_equal(newcomer_rise(arm, 1, &entered), 0);
    assert_int_equal(newcomer_rise(arm, 2, &entered), -1);
    assert_int_equal(newcomer_rise(arm, 0, &entered), 0); /* rated: it has no place */
    assert_true(isnan(arm->value[0]));
    newcomer_take_back(&newcomer, 0);
    answer(&newcomer, 0, "01234");
    assert_int_equal(newcomer_rise(arm, 0, &entered), 0);
    assert_true(entered);
    newcomer_release(&newcomer);
}

static void errors_are_of_what_was_predicted_before(void **state)
{
    (void)state;
    struct newcomer newcomer = newcomer_new();
    assert_true(isnan(newcomer_error(&newcomer, 0)));
    answer(&newcomer, 0, "01234");       /* 4.5, 4, 3.5, 3, 2.5 */
    newcomer_rate(&newcomer, 1, "5", 5); /* 1 off */
    answer(&newcomer, 0, "3024");        /* 4.5, 4, 3.5, 3 */
    newcomer_rate(&newcomer, 4, "1", 1); /* 2 off */
    newcomer_rate(&newcomer, 1, "3", 3); /* another mind: still what was predicted first */
    assert_true(fabs(newcomer_error(&newcomer, 0) - 1.5) < 1e-6);
    assert_true(isnan(newcomer_error(&newcomer, 1))); /* it has not answered */
    newcomer_release(&newcomer);
}

static void a_test_user_is_followed(void **state)
{
    (void)state;
    struct newcomer newcomer = newcomer_new();
    newcomer_follow(&newcomer, "a1=4\nnobody=3\na0=2.5\n", "a4=3\na2=5\n");
    assert_int_equal(newcomer.coming_count, 2);
    assert_int_equal(newcomer.asked_count, 2);
    answer(&newcomer, 0, "01234"); /* a2: 3.5, a4: 2.5 */
    newcomer_note_errors(&newcomer);
    assert_true(newcomer_reveal(&newcomer));
    assert_int_equal(newcomer.ratings[0].item, 1);
    answer(&newcomer, 0, "2034"); /* a2: 4.5, a4: 3 */
    newcomer_note_errors(&newcomer);
    assert_true(newcomer_reveal(&newcomer));
    assert_string_equal(newcomer_rating_of(&newcomer, 0)->text, "2.5");
    assert_false(newcomer_reveal(&newcomer));
    answer(&newcomer, 0, "34"); /* a4: 4 */
    newcomer_note_errors(&newcomer);
    assert_int_equal(newcomer.error_count, 3);
    assert_true(fabs(newcomer.errors[0][0] - 1.0) < 1e-6);
    assert_true(fabs(newcomer.errors[1][0] - 0.25) < 1e-6);
    assert_true(fabs(newcomer.errors[2][0] - 1.0) < 1e-6);
    assert_true(isnan(newcomer.errors[1][1]));
    assert_true(newcomer_take_back(&newcomer, 0));
    assert_true(newcomer_reveal(&newcomer)); /* the same again */
    assert_string_equal(newcomer_rating_of(&newcomer, 0)->text, "2.5");
    newcomer_release(&newcomer);
}

static void titles_are_found_by_words(void **state)
{
    (void)state;
    static const struct {
        const char *words, *found;
    } cases[] = {{"alien", "012"},    {"garden", "42"}, {"GARDEN alien", "2"},
                 {"one", "3"},        {"电", "3"},      {"a3", "3"},
                 {"  alien ", "012"}, {"nothing", ""},  {"", ""}};
    struct newcomer newcomer = newcomer_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count;
        uint32_t *found = newcomer_find(&newcomer, cases[i].words, &count);
        if (count != strlen(cases[i].found))
            fail_msg("\"%s\" finds %zu", cases[i].words, count);
        for (size_t f = 0; f < count; f++)
            assert_int_equal(found[f], cases[i].found[f] - '0');
        free(found);
    }
    newcomer_release(&newcomer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ratings_are_kept_in_order_and_replaced),
        cmocka_unit_test(moves_are_since_the_answer_before),
        cmocka_unit_test(errors_are_of_what_was_predicted_before),
        cmocka_unit_test(a_test_user_is_followed),
        cmocka_unit_test(titles_are_found_by_words),
    };
    return cmocka_run_group_tests_name("newcomer", tests, NULL, NULL);
}
