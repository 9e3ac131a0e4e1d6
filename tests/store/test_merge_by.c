/* SPDX-License-Identifier: MIT
 *
 * Merges of sets whose ids say nothing about each other: items are the same by their titles, users
 * by nothing, and a column says which set a rating is of.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/id_map.h"
#include "store/dataset_store.h"
#include "store/derive_store.h"

#include "derived_sets.h"

enum { MOST = 8 };

/* Ratings are all of user "1", in the order of the items. */
struct invented {
    const char *name;
    const char *const *columns; /* of the items, behind the id; NULL-terminated */
    enum column_type type;      /* of the last of them */
    const char *items[MOST][4]; /* id and cells; an id without cells is rated, not described */
    const char *ratings[MOST];
};

static const struct dataset_column RATINGS[] = {{"user", COLUMN_TEXT, ROLE_USER},
                                                {"item", COLUMN_TEXT, ROLE_ITEM},
                                                {"rating", COLUMN_REAL, ROLE_RATING}};

static void make(const struct invented *set)
{
    struct dataset_column items[4] = {{"item", COLUMN_TEXT, ROLE_ITEM}};
    size_t count = 1;
    for (; set->columns[count - 1]; count++)
        items[count] = (struct dataset_column){set->columns[count - 1], COLUMN_TEXT, ROLE_OTHER};
    items[count - 1].type = set->type;
    assert_true(store_begin(store, &error));
    struct dataset_writer *writer = store_dataset_create(store, set->name, true, &error);
    struct dataset_sink sink = dataset_writer_sink(writer);
    assert_true(sink.table(sink.context, DATASET_ITEMS, items, count, &error));
    for (size_t i = 0; i < MOST && set->items[i][0]; i++)
        if (set->items[i][1])
            add_row(&sink, DATASET_ITEMS, items, count, set->items[i]);
    assert_true(sink.table(sink.context, DATASET_RATINGS, RATINGS, 3, &error));
    for (size_t i = 0; i < MOST && set->ratings[i]; i++)
        add_row(&sink, DATASET_RATINGS, RATINGS, 3,
                (const char *const[]){"1", set->items[i][0], set->ratings[i]});
    assert_true(dataset_writer_finish(writer, &summary, &error));
    assert_true(store_commit(store, &error));
}

static const char *const TITLE[] = {"title", NULL}, *const NAME[] = {"genre", "name", NULL};

/* "Up" is 1 and 7; "Emma" is one here and two there; 4 has no title; 5 is not described. */
static const struct invented FILMS = {
    "films",
    TITLE,
    COLUMN_TEXT,
    {{"1", "Up"}, {"2", "Emma"}, {"3", "Alien"}, {"4", ""}, {"5"}},
    {"1", "2", "3", "4", "5"}};
static const struct invented MOVIES = {"movies",
                                       NAME,
                                       COLUMN_TEXT,
                                       {{"7", "children", "UP"},
                                        {"1", "war", "Emma"},
                                        {"2", "love", "Emma"},
                                        {"3", NULL},
                                        {"8", "x", ""}},
                                       {"0.5", "1.5", "2.5", "3.5", "4.5"}};

static struct derivation merge(const char *from, const char *with)
{
    return (struct derivation){.kind = DERIVE_MERGE, .name = "made", .from = from, .with = with};
}

static struct derivation by_title(void)
{
    struct derivation how = merge("films", "movies");
    how.users_by[0] = how.users_by[1] = "NULL";
    how.items_by[0] = "lower(title)";
    how.items_by[1] = "lower(name)";
    return how;
}

static void assert_noted(const char *text)
{
    if (!strstr(summary.notes, text))
        fail_msg("\"%s\" is not in: %s", text, summary.notes);
}

static void titles_say_which_items_are_the_same(void **state)
{
    (void)state;
    struct derivation how = by_title();
    make(&FILMS);
    make(&MOVIES);
    remake(&how);
    assert_asked("SELECT user, item, rating FROM made_ratings ORDER BY rowid",
                 "'1'|'1'|1r|'1'|'2'|2r|'1'|'3'|3r|'1'|'4'|4r|'1'|'5'|5r|"
                 "'movies:1'|'1'|0.5r|'movies:1'|'movies:1'|1.5r|'movies:1'|'movies:2'|2.5r|"
                 "'movies:1'|'movies:3'|3.5r|'movies:1'|'movies:8'|4.5r|");
    /* "Up" is described by both: the title of the first, the genre that only the second has */
    assert_asked("SELECT item, title, genre, name FROM made_items ORDER BY rowid",
                 "'1'|'Up'|'children'|'UP'|'2'|'Emma'|-|-|'3'|'Alien'|-|-|'4'|''|-|-|"
                 "'movies:1'|-|'war'|'Emma'|'movies:2'|-|'love'|'Emma'|'movies:8'|-|'x'|''|");
    assert_noted("users: 0 in both by NULL, 1 of films alone, 1 of movies alone\n");
    assert_noted("items: 1 ambiguous value, so these stay apart: \"emma\" (1 and 2)\n");
    assert_noted("items: 2 of films and 2 of movies have no value\n");
    assert_noted("items: 1 in both by lower(title) and lower(name), 4 of films alone, 4 of movies "
                 "alone\n");
    assert_noted("ratings: 1 to 5 in films, 0.5 to 4.5 in movies; they stay as they are\n");
    assert_noted("thaw data merge films movies --users-by NULL --items-by 'lower(title)' "
                 "--items-by 'lower(name)' --name made");
}

/* Without an expression the same ids are the same, which is said. */
static void ids_are_counted(void **state)
{
    (void)state;
    struct derivation how = merge("films", "movies");
    make(&FILMS);
    make(&MOVIES);
    remake(&how);
    assert_asked("SELECT count(DISTINCT user), count(DISTINCT item) FROM made_ratings", "1|7|");
    assert_noted("users: 1 in both by their ids, 0 of films alone, 0 of movies alone\n");
    assert_noted("items: 3 in both by their ids, 2 of films alone, 2 of movies alone\n");
}

static void a_column_says_where_a_rating_is_from(void **state)
{
    (void)state;
    struct derivation how = by_title();
    make(&FILMS);
    make(&MOVIES);
    how.source = "domain";
    remake(&how);
    assert_asked("SELECT domain, count(*), min(rating) FROM made_ratings GROUP BY domain",
                 "'films'|5|1r|'movies'|5|0.5r|");
    assert_noted("--source domain --name made");
    /* what is merged again keeps what it says; users are others by their ids already */
    static const struct invented books = {
        "books", TITLE, COLUMN_TEXT, {{"1", "Alien"}, {"9", "Ulysses"}}, {"3", "4"}};
    make(&books);
    struct derivation again = merge("made", "books");
    again.name = "three";
    again.source = "Domain";
    again.items_by[0] = again.items_by[1] = "NULL";
    remake(&again);
    assert_asked("SELECT domain, user, count(*) FROM three_ratings GROUP BY 1, 2",
                 "'books'|'1'|2|'films'|'1'|5|'movies'|'movies:1'|5|");
    assert_asked("SELECT item FROM three_items WHERE title IN ('Alien', 'Ulysses') ORDER BY rowid",
                 "'3'|'books:1'|'books:9'|");
    again.source = "rating";
    again.name = "other";
    assert_false(derive(&again));
    assert_non_null(strstr(error.text, "\"rating\", which is the rating of the ratings"));
    again.source = "";
    assert_false(derive(&again));
    assert_non_null(strstr(error.text, "--source needs the name of a column"));
}

/* A year is the same as a whole number, a real number and a text. */
static void numbers_are_the_same_as_their_texts(void **state)
{
    (void)state;
    static const enum column_type types[] = {COLUMN_INTEGER, COLUMN_REAL, COLUMN_TEXT};
    static const char *const year[] = {"year", NULL};
    struct derivation how = merge("a", "b");
    how.items_by[0] = how.items_by[1] = "year";
    for (size_t i = 0; i < 9; i++) {
        struct invented a = {"a", year, types[i / 3], {{"x", "1995"}, {"y", "1996"}}, {"1", "2"}};
        struct invented b = {"b", year, types[i % 3], {{"y", "1995"}, {"z", "1994"}}, {"1", "2"}};
        make(&a);
        make(&b);
        remake(&how);
        assert_asked("SELECT item FROM made_ratings ORDER BY rowid", "'x'|'y'|'x'|'b:z'|");
    }
}

static void refuses(struct derivation how, const char *why)
{
    if (derive(&how))
        fail_msg("it is let through, expected %s", why);
    if (!strstr(error.text, why))
        fail_msg("%s, expected %s", error.text, why);
    struct error ignored;
    assert_false(store_dataset_summary(store, "made", &summary, &ignored));
}

static void mistakes_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"lower(titel)",
         "--items-by for films has a mistake at character 7, \"titel)\": no such column"},
        {"title", "--items-by for movies has a mistake at character 1, \"title\": no such column"},
        {"count(*)", "--items-by for films gives 1 of the 5 items of films a value"},
        {"item, 1", "--items-by for films has a mistake"},
        {"", "--items-by for films is one expression"},
        {"item) FROM films_items --", "is one expression"},
        {"item /* open", "--items-by for films"},
        {"item; DROP TABLE films_items", "is one expression"},
        {"(SELECT max(item) FROM movies_items)", "movies_items is no table that it may read"},
        {"random()", "gives another value each time"},
    };
    make(&FILMS);
    make(&MOVIES);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct derivation how = by_title();
        how.items_by[0] = how.items_by[1] = cases[i][0];
        refuses(how, cases[i][1]);
    }
    /* an id of the first set that the second would make */
    static const struct invented taken = {
        "films", TITLE, COLUMN_TEXT, {{"movies:8", "Else"}}, {"3"}};
    make(&taken);
    static char longest[ID_MAP_LONGEST - 5];
    memset(longest, 'x', sizeof longest - 1);
    const struct invented wide = {"movies", NAME, COLUMN_TEXT, {{longest, "x", "y"}}, {"3"}};
    refuses(by_title(), "the id \"movies:8\" is in the first set already; rename the data set");
    make(&wide);
    refuses(by_title(), "has 1025 bytes with the name of its set before it");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(titles_say_which_items_are_the_same),
        TEST(ids_are_counted),
        TEST(a_column_says_where_a_rating_is_from),
        TEST(numbers_are_the_same_as_their_texts),
        TEST(mistakes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
