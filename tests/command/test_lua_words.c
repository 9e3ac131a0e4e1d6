/* SPDX-License-Identifier: MIT
 *
 * The table of what a script can write: complete, and found by whole names and by parts of them.
 * examples.sh runs the examples.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/lua_words.h"

/* Whoever adds a constructor adds `example = [[...]]` to its declaration. */
static void every_declaration_has_help_and_an_example(void **state)
{
    const struct declaration *declaration;
    int lacking = 0;
    (void)state;
    for (size_t i = 0; (declaration = declaration_at(i)); i++) {
        if (*declaration->help && *declaration->example)
            continue;
        print_error("%s has no %s\n", declaration->name, *declaration->help ? "example" : "help");
        lacking++;
    }
    assert_int_equal(lacking, 0);
}

static void the_library_and_its_declarations_are_the_same(void **state)
{
    const char *difference;
    (void)state;
    for (size_t i = 0; (difference = declaration_difference_at(i)); i++)
        print_error("%s\n", difference);
    assert_null(declaration_difference_at(0));
}

static void names_are_different(void **state)
{
    const struct declaration *one, *other;
    (void)state;
    for (size_t i = 0; (one = declaration_at(i)); i++)
        for (size_t j = 0; (other = declaration_at(j)) && j < i; j++)
            if (strcmp(one->name, other->name) == 0)
                fail_msg("%s is declared twice", one->name);
}

static void a_word_is_found_by_its_name_and_its_last_part(void **state)
{
    const struct declaration *found[4];
    (void)state;
    assert_int_equal(declaration_find("map.bucket", found, 4), 1);
    assert_string_equal(found[0]->kind, "mapping");
    assert_string_equal(found[0]->positional, "edges");
    assert_int_equal(declaration_find("thaw.map.bucket", found, 4), 1);
    assert_int_equal(declaration_find("bucket", found, 4), 1);
    assert_string_equal(found[0]->name, "map.bucket");
    assert_int_equal(declaration_find("value:mm", found, 4), 1);
    assert_int_equal(declaration_find("melu", found, 4), 2); /* a model and a learner */
    assert_int_equal(declaration_find("buckets", found, 4), 0);
    assert_string_equal(declaration_suggest("buckets"), "bucket");
    assert_string_equal(declaration_suggest("learn.mamml"), "learn.maml");
    assert_null(declaration_suggest("xyzzy"));
}

static void an_example_stands_in_a_whole_script(void **state)
{
    const struct declaration *found[1];
    (void)state;
    assert_int_equal(declaration_find("learn.maml", found, 1), 1);
    char *script = declaration_script(found[0]);
    assert_non_null(strstr(script, found[0]->example));
    assert_non_null(strstr(script, "return thaw.experiment {"));
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_declaration_has_help_and_an_example),
        cmocka_unit_test(the_library_and_its_declarations_are_the_same),
        cmocka_unit_test(names_are_different),
        cmocka_unit_test(a_word_is_found_by_its_name_and_its_last_part),
        cmocka_unit_test(an_example_stands_in_a_whole_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
