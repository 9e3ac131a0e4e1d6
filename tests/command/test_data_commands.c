/* SPDX-License-Identifier: MIT
 *
 * Runs the commands on data sets as a shell does: what an import says and keeps, sets made of
 * sets, exports, and SQL.
 */
#include "config.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>
#include <yajl/yajl_tree.h>

#include "base/clock.h"
#include "keeper/client.h"

#include "shell.h"

static void what_an_import_decides_is_said_and_kept(void **state)
{
    (void)state;
    static const char note[] = "pairs.csv: rating: none, no column holds one, so every row counts "
                               "as 1";
    static const char again[] = " --header yes --user user --item item --time timestamp --rating -";
    add_file("pairs.csv", "user,item,timestamp\nann,1,1588000000999\nbob,2,1588000001000\n");
    assert_int_equal(RUN("import", at("pairs.csv"), "--dry-run", "--json"), 0);
    yajl_val plan = parse(),
             command = yajl_tree_get(plan, (const char *[]){"command", NULL}, yajl_t_string);
    assert_non_null(command);
    assert_holds(command->u.string, at("pairs.csv"));
    assert_holds(command->u.string, again);
    yajl_tree_free(plan);
    assert_int_equal(RUN("data", "pairs"), 2); /* nothing was written */
    assert_int_equal(RUN("import", at("pairs.csv")), 0);
    assert_holds(OUT, note);
    assert_holds(OUT, "times of timestamp: in seconds, all were in smaller units and divided");
    assert_int_equal(RUN("data", "pairs", "--plan"), 0);
    assert_holds(OUT, "no column holds one, so every row counts as 1");
    assert_holds(OUT, again);
    assert_int_equal(RUN("data", "pairs"), 0);
    assert_holds(OUT, note);
    assert_int_equal(RUN("data", "pairs", "--json"), 0);
    yajl_val set = parse(),
             notes = yajl_tree_get(set, (const char *[]){"notes", NULL}, yajl_t_array);
    assert_non_null(notes);
    assert_int_equal(notes->u.array.len, 2);
    assert_string_equal(YAJL_GET_STRING(notes->u.array.values[0]), note);
    yajl_tree_free(set);
    assert_int_equal(RUN("data", "remove", "pairs"), 0);
}

static void several_files_are_joined(void **state)
{
    (void)state;
    char list[512], films[256], moods[256], command[1200];
    add_file("a.csv", "user,item,rating\nann,1,4\n");
    add_file("b.csv", "item,rating,user\n2,5,bob\n");
    add_file("films.csv", "item,title\n1,One\n2,Two\n");
    add_file("moods.csv", "item,mood\n1,sad\n1,dark\n7,odd\n");
    snprintf(list, sizeof list, "%s/a.csv,%s/b.csv", folder, folder);
    snprintf(films, sizeof films, "%s/films.csv", folder);
    snprintf(moods, sizeof moods, "%s/moods.csv", folder);
    assert_int_equal(RUN("import", "--ratings", list, "--items", films, "--join", moods, "--name",
                         "joined", "--separator", "moods.csv:,"),
                     0);
    assert_holds(OUT, "moods.csv: join: 1 of 2 items have a row in it, item is their item, by its "
                      "name; lists of mood; 1 of its 2 ids are not there");
    assert_int_equal(RUN("sql", "--format", "csv", "SELECT * FROM joined_items"), 0);
    assert_holds(OUT, "item,title,mood\n1,One,\"sad|dark\"\n2,Two,\n");
    assert_int_equal(RUN("sql", "--format", "csv", "SELECT * FROM joined_ratings"), 0);
    assert_holds(OUT, "user,item,rating\nann,1,4\nbob,2,5\n");
    assert_int_equal(RUN("data", "joined", "--plan"), 0);
    snprintf(command, sizeof command,
             "thaw import --ratings %s/a.csv --ratings %s/b.csv --items %s --join %s --separator "
             "moods.csv:, ",
             folder, folder, films, moods);
    assert_holds(OUT, command);
    assert_holds(OUT, "moods.csv:item=items.item");
    assert_int_equal(RUN("data", "remove", "joined"), 0);
    char a[256], b[256];
    snprintf(a, sizeof a, "%s/a.csv", folder);
    snprintf(b, sizeof b, "%s/b.csv", folder);
    assert_int_equal(RUN("import", a, b, "--name", "two", "--dry-run"), 0);
    assert_holds(OUT, "two would have 2 ratings of 2 items by 2 users");
    assert_int_equal(RUN("import", a, "--ratings", b), 2);
    assert_holds(COMPLAINTS, "parts of one table are --ratings A,B");
}

static void the_shape_of_a_set_is_printed(void **state)
{
    (void)state;
    add_file("ones.csv", "user,item,rating\nann,1,1\nann,2,1\nbob,2,1\n");
    assert_int_equal(RUN("import", at("ones.csv")), 0);
    assert_int_equal(RUN("data", "ones", "--shape"), 0);
    assert_holds(OUT, "ones: 3 ratings by 2 users of 2 items, 75.0 % of all pairs");
    assert_holds(OUT, "All ratings are 1: there is nothing to predict");
    assert_holds(OUT, "fewer than 20 ratings");
    assert_int_equal(RUN("data", "ones", "--shape", "--json"), 0);
    yajl_val set = parse(),
             gini = yajl_tree_get(set, (const char *[]){"of_users", "gini", NULL}, yajl_t_number);
    assert_non_null(gini);
    assert_true(YAJL_GET_DOUBLE(gini) > 0.1666 && YAJL_GET_DOUBLE(gini) < 0.1667); /* 1 / 6 */
    yajl_tree_free(set);
    assert_int_equal(RUN("data", "--shape"), 2);
    assert_holds(COMPLAINTS, "--shape needs the name of a data set");
    assert_int_equal(RUN("data", "nothing", "--shape"), 2);
    assert_holds(COMPLAINTS, "there is no data set \"nothing\"");
    assert_int_equal(RUN("data", "remove", "ones"), 0);
}

/* The whole way: shell, keeper, tables, files, and back. */
static void sets_are_made_of_sets_and_go_out_and_in(void **state)
{
    (void)state;
    char first[80], second[80], to[160];
    snprintf(to, sizeof to, "%s/made", folder);
    import_toy();
    assert_int_equal(RUN("data", "filter", "toy", "--where", "rating >= 2", "--to", "1970-01-01",
                         "--name", "made"),
                     0);
    assert_holds(OUT, "made is made (filter)");
    assert_holds(OUT, "4 ratings after --where");
    assert_int_equal(RUN("data", "made", "--plan"), 0);
    assert_holds(OUT, "made is made by a filter of the data set toy.");
    assert_holds(OUT, "thaw data filter toy --where 'rating >= 2' --to ");
    assert_int_equal(RUN("data", "filter", "toy", "--core", "1", "--name", "made"), 2);
    assert_holds(COMPLAINTS, "choose another name, or take it away: thaw data remove made");
    assert_int_equal(RUN("data", "filter", "toy", "--where", "ratng >= 2", "--name", "x"), 2);
    assert_holds(COMPLAINTS, "no such column: ratng; did you mean \"rating\"?");
    assert_int_equal(RUN("data", "filter", "toy", "--name", "x"), 2);
    assert_holds(COMPLAINTS, "needs a condition");
    assert_int_equal(RUN("data", "sample", "toy", "--users", "1", "--name", "made"), 2);
    assert_holds(COMPLAINTS, "there is already a data set \"made\"");
    assert_int_equal(RUN("data", "sample", "toy", "--users", "9", "--name", "x"), 2);
    assert_holds(COMPLAINTS, "there are 2");
    assert_int_equal(RUN("data", "merge", "toy", "made", "--name", "both"), 0);
    assert_holds(OUT, "ratings   9");
    assert_int_equal(RUN("data", "rename", "both", "all"), 0);
    assert_int_equal(RUN("data", "rename", "all"), 2);
    assert_holds(COMPLAINTS, "data rename needs OLD NEW");
    assert_int_equal(RUN("sql", "SELECT count(*) AS n FROM all_ratings", "--json"), 0);
    assert_holds(OUT, "\"n\": 9");
    assert_int_equal(RUN("sql", "SELECT", "user,", "item", "FROM", "made_ratings", "-f", "csv"), 0);
    assert_string_equal(OUT, "user,item\nann,1\nann,2\nbob,1\nbob,2\n");
    assert_int_equal(RUN("sql", "DROP TABLE toy_ratings"), 2);
    assert_int_equal(RUN("sql", "SELECT 1", "--format", "xml"), 2);
    assert_holds(COMPLAINTS, "expected csv, tsv, json, jsonl, markdown or latex");
    assert_int_equal(RUN("data", "made", "--digest"), 0);
    snprintf(first, sizeof first, "%s", OUT);
    assert_int_equal(RUN("export", "made", "--format", "jsonl", "--to", to), 0);
    assert_holds(OUT, "4 ratings written to");
    assert_int_equal(RUN("export", "made", "--to", to), 2);
    assert_holds(COMPLAINTS, "--force replaces it");
    assert_int_equal(RUN("import", to, "--name", "back"), 0);
    assert_int_equal(RUN("data", "back", "--digest"), 0);
    snprintf(second, sizeof second, "%s", OUT);
    assert_string_equal(first, second);
    assert_int_equal(strlen(first), 65);
    assert_int_equal(RUN("export", "none"), 2);
    assert_holds(COMPLAINTS, "there is no data set \"none\"");
    static const char *const sets[] = {"toy", "made", "all", "back"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(RUN("data", "remove", sets[i]), 0);
}

static void an_endless_query_is_ended(void **state)
{
    (void)state;
    static const char endless[] =
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n";
    import_toy();
    assert_int_equal(RUN("sql", endless, "--patience", "1"), 2);
    assert_holds(COMPLAINTS, "the query was given up after 1 second.");
    double begun = clock_monotonic();
    assert_int_not_equal(run_interrupted(0.5, (const char *const[]){"sql", endless, NULL}), 0);
    char where[256];
    snprintf(where, sizeof where, "rating < (%s)", endless);
    assert_int_not_equal(
        run_interrupted(0.7, (const char *const[]){"data", "filter", "toy", "--where", where,
                                                   "--name", "x", NULL}),
        0);
    assert_true(clock_monotonic() - begun < 30);
    assert_int_equal(RUN("data", "sample", "toy", "--ratings", "2", "--name", "x"),
                     0); /* the keeper goes on */
    assert_int_equal(RUN("data", "remove", "x"), 0);
    assert_int_equal(RUN("data", "remove", "toy"), 0);
}

/* A failed import into a workbench that is not there makes none, nor anything beside it. */
static void a_failed_import_leaves_no_workbench(void **state)
{
    (void)state;
    char fresh[160];
    snprintf(fresh, sizeof fresh, "%s/new.db", folder);
    assert_int_equal(RUN("import", at("nothing.csv"), "--db", fresh), 3);
    assert_int_equal(RUN("import", at("bad.csv"), "--db", fresh), 3);
    assert_int_equal(RUN("import", at("toy.csv"), "--rating", "x", "--db", fresh), 2);
    assert_int_equal(RUN("import", at("toy.csv"), "--name", "1x", "--db", fresh), 2);
    static const char *const names[] = {"new.db", "new.db.lock", "new.db.log", "new.db.sock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_not_equal(access(at(names[i]), F_OK), 0);
}

/* Files beside a table: they are joined with it, or it is said what to do. */
static void files_beside_a_table_are_joined(void)
{
    char shop_file[160];
    snprintf(shop_file, sizeof shop_file, "%s", at("shop.db"));
    add_file("genres.csv", "id,genre\na,drama\n");
    assert_int_equal(RUN("import", shop_file, "--table",
                         "SELECT who AS user, what AS item, stars FROM votes", "--table",
                         "items:films", "--items", at("genres.csv"), "--name", "both"),
                     0);
    assert_int_equal(RUN("sql", "SELECT id, genre FROM both_items", "-f", "csv"), 0);
    assert_string_equal(OUT, "id,genre\na,drama\nb,\n");
    assert_int_equal(RUN("data", "both", "--plan"), 0);
    assert_holds(OUT, "shop.db --table items:films --items ");
    assert_int_equal(RUN("import", shop_file, "--table", "votes", "--ratings", at("genres.csv")),
                     2);
    assert_holds(COMPLAINTS, "--ratings \"genres.csv\" is none");
    assert_int_equal(RUN("import", "--ratings", shop_file, "--table", "votes", "--items",
                         at("genres.csv"), "--table", "items:films"),
                     2);
    assert_holds(COMPLAINTS, "name the SQLite file first");
    assert_int_equal(RUN("data", "remove", "both"), 0);
}

/* A table of items and a SELECT of ratings, of one file; what cannot be is a sentence. */
static void tables_of_sqlite_files_are_imported(void **state)
{
    (void)state;
    sqlite3 *shop;
    unlink(at("shop.db"));
    assert_int_equal(sqlite3_open(at("shop.db"), &shop), SQLITE_OK);
    assert_int_equal(sqlite3_exec(shop,
                                  "CREATE TABLE votes (who, what, stars);"
                                  "CREATE TABLE films (id, title);"
                                  "INSERT INTO votes VALUES ('ann', 'a', 4), ('bob', 'b', 2.5);"
                                  "INSERT INTO films VALUES ('a', 'One, \"A\"'), ('b', NULL)",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(shop);
    assert_int_equal(RUN("import", at("shop.db")), 2);
    assert_holds(COMPLAINTS, "--table names one of its tables: films, votes");
    assert_int_equal(RUN("import", at("shop.db"), "--table", "none"), 2);
    assert_holds(COMPLAINTS, "has no table \"none\"; it has: films, votes");
    assert_int_equal(RUN("import", at("shop.db"), "--table", "items:films"), 2);
    assert_holds(COMPLAINTS, "no --table has the ratings");
    assert_int_equal(RUN("import", at("shop.db"), "--table",
                         "SELECT who AS user, what AS item, stars FROM votes", "--table",
                         "items:films"),
                     0);
    assert_holds(OUT, "shop is imported");
    assert_int_equal(RUN("sql",
                         "SELECT rating, title FROM (SELECT stars AS rating, item FROM "
                         "shop_ratings) JOIN shop_items ON id = item",
                         "-f", "csv"),
                     0);
    assert_string_equal(OUT, "rating,title\n4,\"One, \"\"A\"\"\"\n2.5,\n");
    assert_int_equal(RUN("data", "shop", "--plan"), 0);
    assert_holds(OUT, "table of an SQLite file");
    assert_holds(OUT,
                 "--table 'ratings:SELECT who AS user, what AS item, stars FROM votes' --items ");
    assert_holds(OUT, "shop.db --table items:films");
    assert_int_equal(
        RUN("import", at("shop.db"), "--table", "votes", "--user", "who", "--item", "title"), 2);
    assert_int_equal(RUN("import", at("shop.db"), "--table",
                         "SELECT who AS user, nullif(what, 'b') AS item, stars FROM votes",
                         "--name", "other"),
                     3);
    assert_holds(COMPLAINTS, "row 2: the id of the item is empty");
    assert_int_equal(
        RUN("import", at("shop.db"), "--table", "SELECT who FROM votes", "--name", "narrow"), 2);
    assert_holds(COMPLAINTS, "shop.db\", SELECT who FROM votes: it has one column");
    files_beside_a_table_are_joined();
    assert_int_equal(RUN("import", "-", "--table", "votes", "--name", "x"), 2);
    assert_holds(COMPLAINTS, "standard input (-) is none");
    assert_int_equal(RUN("data", "remove", "shop"), 0);
}

static void an_import_is_reported_and_listed(void **state)
{
    (void)state;
    import_toy();
    assert_holds(OUT, "toy is imported");
    assert_int_equal(RUN("import", at("toy.csv")), 2);
    assert_int_equal(RUN("import", at("toy.csv"), "--replace"), 0);
    assert_int_equal(RUN("import", at("bad.csv")), 3);
    assert_holds(COMPLAINTS, "bad.csv\", line 3");
    assert_int_equal(RUN("import", at("nothing.csv")), 3);
    assert_int_equal(RUN("data", "--json"), 0);
    yajl_val sets = parse();
    assert_int_equal(sets->u.array.len, 1);
    yajl_tree_free(sets);
    assert_int_equal(RUN("data", "toy"), 0);
    assert_holds(OUT, "Ratings by value");
    assert_int_equal(RUN("data", "toi"), 2);
    assert_int_equal(RUN("data", "remove", "toy"), 0);
    assert_int_equal(RUN("data"), 0);
    assert_holds(OUT, "No data sets yet");
}

/* Its size when no keeper has it open and the log is gone. */
static int64_t size_at_rest(void)
{
    char log[112];
    struct stat status;
    end_keeper();
    snprintf(log, sizeof log, "%s-wal", database);
    for (double end = clock_monotonic() + PATIENCE;
         access(log, F_OK) == 0 && clock_monotonic() < end;)
        clock_sleep(0.01);
    assert_int_equal(stat(database, &status), 0);
    return (int64_t)status.st_size;
}

static void an_interrupted_import_leaves_nothing_behind(void **state)
{
    (void)state;
    enum { LARGE_LOG = 9 << 20 };
    add_large_file();
    import_toy();
    int64_t before = size_at_rest();
    assert_int_equal(
        run_interrupted_at(LARGE_LOG, 0.01, (const char *const[]){"import", at("large.csv"), NULL}),
        128 + SIGINT);
    assert_int_equal(RUN("import", at("toy.csv"), "--name", "again"), 0); /* the keeper is fine */
    assert_int_equal(RUN("data", "remove", "again"), 0);
    assert_int_equal(RUN("data"), 0);
    assert_null(strstr(OUT, "large"));
    for (int i = 0; i < 5 && size_of_log() >= 1 << 20; i++) { /* a reader stood by */
        assert_int_equal(RUN("import", at("toy.csv"), "--name", "again"), 0);
        assert_int_equal(RUN("data", "remove", "again"), 0);
    }
    assert_true(size_of_log() < 1 << 20);
    assert_true(size_at_rest() < before + 65536); /* what happened is recorded */
    assert_int_equal(RUN("doctor"), 0);
}

/* Another database over one whose keeper was killed: the log beside is not its own. */
static void what_was_set_aside_is_said_once(void **state)
{
    (void)state;
    char own[sizeof database], command[400];
    int process = 0;
    memcpy(own, database, sizeof own);
    snprintf(database, sizeof database, "%s/other.db", folder);
    assert_int_equal(RUN("--db", database, "import", at("toy.csv"), "--name", "theirs"), 0);
    end_keeper();
    memcpy(database, own, sizeof own);
    assert_int_equal(RUN("import", at("toy.csv"), "--name", "mine"), 0);
    snprintf(command, sizeof command, "%s.lock", database);
    FILE *file = fopen(command, "r");
    assert_int_equal(fscanf(file, "%d", &process), 1);
    fclose(file);
    kill(process, SIGKILL);
    while (keeper_is_alive(database))
        clock_sleep(0.01);
    snprintf(command, sizeof command, "cp '%s/other.db' '%s'", folder, database);
    assert_int_equal(system(command), 0);
    assert_int_equal(RUN("data"), 0);
    assert_holds(OUT, "theirs");
    assert_holds(COMPLAINTS, "thaw: the write-ahead log beside \"");
    assert_holds(COMPLAINTS, "bench.db-wal.aside-1\" now.\n");
    assert_int_equal(RUN("data"), 0);
    assert_holds(OUT, "theirs");
    assert_string_equal(COMPLAINTS, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_failed_import_leaves_no_workbench, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_of_sqlite_files_are_imported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_import_is_reported_and_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sets_are_made_of_sets_and_go_out_and_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_endless_query_is_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_an_import_decides_is_said_and_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_files_are_joined, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_shape_of_a_set_is_printed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_interrupted_import_leaves_nothing_behind, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_was_set_aside_is_said_once, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("data_commands", tests, NULL, NULL);
}
