/* SPDX-License-Identifier: MIT
 *
 * The pages of the real program on a prepared workbench, read through a pseudo-terminal.
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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/random.h"

#include "terminal_session.h"
#include "workbench.h"

enum { BIG_ROWS = 200000 };
static char folder[] = "/tmp/thaw-pages-XXXXXX";
static char *database;

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    database = memory_format("%s/workbench.db", folder);
    workbench_create(database, BIG_ROWS);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const ENDINGS[] = {"", "-wal", "-shm", ".lock", ".sock", ".log"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *path = memory_format("%s%s", database, ENDINGS[i]);
        unlink(path);
        free(path);
    }
    rmdir(folder);
    free(database);
    return 0;
}

static struct session *open_sized(int columns, int rows, const char *const *environment)
{
    const char *const arguments[] = {THAW_PATH, "--db", database, NULL};
    struct session_options options = {columns, rows, environment};
    return session_start(arguments, &options);
}

static struct session *open_thaw(void)
{
    struct session *session = open_sized(0, 0, NULL);
    session_expect(session, "1 Data");
    return session;
}

static void leave(struct session *session)
{
    session_type(session, "\x11");
    int status = session_wait(session);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(session_is_as_before(session));
    session_end(session);
}

static void data_says_what_is_in_a_set(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "j");
    session_expect(session, "800 ratings by 40 users of 30 items");
    session_expect(session, "from 1997-11-20 to 1997-12-29");
    session_expect(session, "66.7 % of all pairs are rated");
    session_expect(session, "tags.csv was left out");
    session_expect(session, "films.csv has no ratings");
    session_expect(session, "of a user");
    session_expect(session, "20, mean 20");
    leave(session);
}

static void a_short_screen_joins_bars_and_hides_none(void **state)
{
    (void)state;
    struct session *session = open_sized(80, 18, NULL);
    session_expect(session, "200,000");
    session_type(session, "j");
    session_expect(session, "ratings by 40 users");
    session_expect(session, "of a user");
    int x, y, users;
    session_expect(session, "3 to 4");
    session_find(session, "160", &x, &y); /* the fives, alone in the last bar */
    session_find(session, "of a user", &x, &users);
    assert_true(y < users);
    leave(session);
}

static void a_table_shows_rows_aligned_and_what_is_in_a_column(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "jtt\r");
    session_expect(session, "row 1 of 30");
    int chinese, english, y;
    session_find(session, "1960", &chinese, &y);
    session_find(session, "1961", &english, &y);
    assert_int_equal(chinese, english); /* behind a Chinese and behind an English title */
    session_expect(session, "Ran\\x1B[31m (1985)");
    session_type(session, "ll");
    session_expect(session, "30 values, 0 missing, 30 distinct");
    session_expect(session, "min 1960");
    session_type(session, "lt");
    session_expect(session, "row 1 of 800");
    session_type(session, "q");
    session_expect(session, "800 ratings by");
    leave(session);
}

static void a_shape_says_what_is_hard_about_a_set(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "js");
    session_expect(session, "800 ratings by 40 users of 30 items, 66.7 % of all pairs");
    session_expect(session, "ratings of one hour");
    session_expect(session,
                   "of a user's ratings lie within one hour, so order in time says little.");
    session_type(session, "t");
    session_expect(session, "40 of 40 that are rated");
    session_type(session, "t");
    session_expect(session, "Gini coefficient");
    session_expect(session, "all equal"); /* of the chart beside it */
    session_type(session, "v");
    session_expect_gone(session, "Gini coefficient");
    session_type(session, "vl");
    session_expect(session, "fewer than 20 ratings");
    session_type(session, "tttT");
    session_expect(session, "3 to 3.2");
    session_type(session, "t");
    session_expect(session, "1997-11-20");
    session_expect(session, "mean rating");
    session_type(session, "v");
    session_expect(session, "new items"); /* with the ratings, above the means */
    session_expect(session, "mean rating");
    session_type(session, "v");
    session_type(session, "tt");
    session_expect(session, "occupation");
    session_type(session, ">/genre\r");
    session_expect(session, "genre");
    session_type(session, "q");
    session_expect(session, "Enter shows the");
    session_type(session, ":shape\r");
    session_expect(session, "occupation");
    leave(session);
}

static void a_large_table_is_walked_at_once(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, "\r");
    session_expect(session, "row 1 of 200,000");
    session_type(session, "G");
    session_expect(session, "row 200,000 of 200,000");
    session_expect(session, "i200");
    session_type(session, "p50%\r");
    session_expect(session, "row 100,000 of 200,000");
    session_type(session, "p777\r");
    session_expect(session, "row 777 of 200,000");
    session_type(session, "pnowhere\r");
    session_expect(session, "expected a row");
    leave(session);
}

static void scripts_show_source_with_line_numbers(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "2");
    session_type(session, "G");
    for (int i = 0; i < 40 && !session_shows(session, "/nowhere/films_cold.lua"); i++) {
        session_type(session, "j");
        session_settle(session, 0.1);
    }
    session_expect(session, "/nowhere/films_cold.lua");
    session_expect(session, "2  -- cold users of the films");
    int x, y;
    session_find(session, "return thaw", &x, &y);
    assert_true(session_cell(session, x, y).bold); /* a keyword */
    session_type(session, "r");
    session_expect(session, "its file is gone");
    leave(session);
}

/* What has failed leaves nothing to do. */
static void assert_all_is_done(struct session *session, const char *title)
{
    int x, first, second;
    session_settle(session, 0.3); /* the title may come before the rest */
    session_find(session, title, &x, &first);
    session_find(session, "100 %", &x, &second);
    assert_int_equal(second, first + 1);
}

static void train_draws_curves_and_keeps_what_is_over(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "3");
    session_expect(session, "films_live 3");
    session_expect(session, "interrupted"); /* no keeper runs */
    session_expect(session, "training loss");
    session_expect(session, "● ridge");
    session_expect(session, "200 of 400");
    session_expect(session, "step");
    session_type(session, "y");
    session_expect(session, "log scale");
    session_type(session, "v");
    session_expect(session, "validation loss");
    session_type(session, "h");
    session_expect(session, "films_failed 2");
    assert_all_is_done(session, "films_failed 2"); /* as `thaw watch 2` says */
    session_expect(session, "unjailed: the worker runs without seccomp (no)");
    session_type(session, "j");
    session_expect(session, "the loss is not finite at step 200");
    session_type(session, "h");
    session_expect(session, "films_cold 1");
    session_expect(session, "took 1 min 23 s");
    leave(session);
}

static struct session *open_comparison(void)
{
    struct session *session = open_thaw();
    session_type(session, "3");
    session_expect(session, "films_live 3");
    session_type(session, "hh");
    session_expect(session, "films_cold 1");
    session_type(session, "\r");
    session_expect(session, "gain in MAE over bias");
    return session;
}

static void compare_leads_from_arms_to_one_user(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    session_expect(session, "user-cold");
    session_expect(session, "▲ better  ▼ worse  ≈ undecided");
    session_expect(session, "raw predictions"); /* this execution has no validation tasks */
    session_expect(session, "95 % +0.");
    session_expect(session, ": better");
    session_expect(session, "better for 100 % of the users");
    session_expect(session, " deviations");
    session_expect(session, "log score -");
    session_type(session, "m");
    session_expect(session, "root mean squared error");
    session_type(session, "mmm");
    session_expect(session, "mean absolute error, less is better");
    session_type(session, "v");
    session_expect(session, "gain in MAE, more is better");
    session_type(session, "jj\r");
    session_expect(session, "ridge against bias");
    session_expect(session, "12 better, 0 worse, 0 same of 12 users");
    session_type(session, "o");
    session_expect(session, "losses first");
    session_type(session, "\r");
    session_expect(session, "3 ratings shown, draw 1 of 2");
    session_expect(session, "shown to the arms: 3 ratings");
    session_expect(session, "mean absolute error  ");
    session_expect(session, " ±0.75");
    session_type(session, "d");
    session_expect(session, "draw 2 of 2");
    session_type(session, "s");
    session_expect(session, "shown to the arms: 5 ratings");
    int x, y;
    session_find(session, "shown to the arms", &x, &y);
    session_type(session, "jj");
    session_settle(session, 0.1);
    assert_string_equal(session_cell(session, 1, y + 4).text, "▸");
    session_type(session, "q");
    session_expect(session, "ridge against bias");
    session_type(session, "j\r"); /* of another user the first rating */
    session_find(session, "shown to the arms", &x, &y);
    session_settle(session, 0.1);
    assert_string_equal(session_cell(session, 1, y + 2).text, "▸");
    session_type(session, "q");
    session_expect(session, "ridge against bias");
    session_type(session, "\033");
    session_expect(session, "gain in MAE over bias");
    session_type(session, "b");
    session_expect(session, "the opponent here: ridge");
    session_type(session, "b");
    session_expect(session, "gain in MAE over bias");
    leave(session);
}

/* An arm that is no better than its opponent is called neither better nor worse. */
static void a_win_whose_interval_holds_zero_is_none(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    session_type(session, "jhhh");
    session_expect(session, "the opponent here: bias, whom the other arms");
    session_type(session, "lll");
    session_expect(session, ": undecided");
    int x, y;
    session_find(session, "≈", &x, &y);
    session_type(session, "m");
    session_expect(session, "gain in RMSE over bias");
    leave(session);
}

static void help_and_commands_come_from_the_registry(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "?");
    session_expect(session, "describe the data set");
    session_type(session, "q");
    session_expect_gone(session, "describe the data set");
    session_type(session, ":runs\r");
    session_expect(session, "1/ridge/1");
    session_expect(session, "films_failed");
    session_type(session, "\r");
    session_expect_gone(session, "1/ridge/1");
    session_type(session, "?");
    session_expect(session, "describe the data set");
    session_type(session, "d:nonsense\r"); /* d is no key of a text, : leads from it */
    session_expect(session, "nonsense");
    session_type(session, "\033");
    session_settle(session, 0.1); /* at once they would be Alt-: */
    session_type(session, ":abc");
    session_expect(session, ":abc");
    session_type(session, "\033");
    session_expect_gone(session, ":abc");
    session_type(session, ":series\r");
    session_expect(session, "\"series\" belongs to the page Train; 3 goes there");
    session_type(session, ":shots\r");
    session_expect(session,
                   "\"shots\" belongs to the page User; 4 goes to the page above it, Compare");
    session_type(session, "/big\r:\033OA"); /* each prompt recalls its own lines */
    session_expect(session, ":shots");
    session_settle(session, 0.1);
    session_type(session, "\033");
    session_expect_gone(session, ":shots");
    session_type(session, "/\033OA");
    session_expect(session, "/big");
    session_type(session, "\033");
    session_expect_gone(session, "/big");
    session_type(session, ":q\r");
    int status = session_wait(session);
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void a_key_without_a_meaning_says_so(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "z");
    session_expect(session, "z does nothing here; ? shows what does");
    session_type(session, "j"); /* one with a meaning takes it away */
    session_expect_gone(session, "does nothing here");
    session_type(session, " ");
    session_expect(session, "Space does nothing here");
    session_type(session, "中");
    session_expect(session, "中 does nothing here");
    session_type(session, "\033[18~");
    session_expect(session, "That key does nothing here");
    session_type(session, "\033[15;5~q"); /* a sequence that nobody knows is no key: q leads out */
    int status = session_wait(session);
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void a_key_without_a_meaning_says_so_above_a_text_and_not_in_a_line(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "?");
    session_expect(session, "describe the data set");
    session_type(session, "z");
    session_expect(session, "z does nothing here; q closes the text");
    session_expect(session, "describe the data set");
    session_type(session, ":runs xyz");
    session_expect(session, ":runs xyz");
    session_expect(session, "Esc cancel");
    assert_false(session_shows(session, "does nothing here"));
    leave(session);
}

static void words_are_known_by_page_and_misspelt_ones_are_guessed(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, ":rows\r"); /* what Enter does on Data */
    session_expect(session, "row 1 of 200,000");
    session_type(session, ":rows\r");
    session_expect(session, "\"rows\" belongs to the page Data; 1 goes there");
    session_type(session, ":back \r");
    session_expect(session, "q quit");
    session_type(session, ":qiut\r");
    session_expect(session, "thaw has no command \"qiut\"; did you mean \"quit\"?");
    session_type(session, ":e films.csv\r"); /* the beginning of a word is no word */
    session_expect(session, "thaw has no command \"e\"");
    session_type(session, ":zzzzzz now\r");
    session_expect(session, "thaw has no command \"zzzzzz\"; ? lists them");
    session_type(session, ":help\r");
    session_expect(session, "describe the data set");
    session_type(session, ":quit\r");
    int status = session_wait(session);
    assert_int_equal(WEXITSTATUS(status), 0);
    session_end(session);
}

static void a_paste_is_ignored_outside_of_a_field(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "\033[200~q4\rq\033[201~");
    session_expect(session, "pasted 4 characters, ignored");
    session_type(session, ":\033[200~runs\033[201~");
    session_expect(session, ":runs");
    session_type(session, "\033");
    leave(session);
}

static void every_page_survives_every_size(void **state)
{
    (void)state;
    static const char *const PAGES[] = {"1j", "1\r", "1s", "t", "t", "t",     "t",  "t",
                                        "t",  "t",   "t",  "2", "3", "3hh\r", "\r", "\r"};
    static const int SIZES[][2] = {{40, 12}, {200, 60}, {20, 5}, {1, 1}, {39, 10}, {80, 24}};
    struct session *session = open_thaw();
    for (size_t page = 0; page < sizeof PAGES / sizeof *PAGES; page++) {
        session_type(session, PAGES[page]);
        for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
            session_resize(session, SIZES[i][0], SIZES[i][1]);
            if (SIZES[i][0] >= 40)
                session_expect(session, "4 Compare");
            else if (SIZES[i][0] > 10)
                session_expect(session, "too small");
            session_settle(session, 0.05);
        }
    }
    leave(session);
}

/* Everything but what leaves, starts or changes something. */
static void random_keys_and_sizes_do_no_harm(void **state)
{
    (void)state;
    static const char *const KEYS[] = {
        "1", "2",  "3",  "4",    "?",     "j",      "k",       "h",       "l",       "g",  "G",
        "t", "\r", "\r", "i",    "s\x1b", "o",      "a\x1b",   "m",       "n",       "v",  "b",
        "y", "m",  "u",  "\033", "\t",    "\033[Z", "\033[5~", "\033[6~", ":runs\r", "中", "\x0c"};
    struct random random = random_at(3, RANDOM_GENERATOR, 0, 0);
    struct session *session = open_thaw();
    for (int i = 0; i < 600; i++) {
        session_type(session, KEYS[random_below(&random, sizeof KEYS / sizeof *KEYS)]);
        if (i % 20 == 0)
            session_resize(session, 1 + (int)random_below(&random, 200),
                           1 + (int)random_below(&random, 60));
    }
    session_resize(session, 80, 24);
    session_type(session, "\033"); /* out of a field that is open */
    session_settle(session, 0.2);
    session_expect(session, "4 Compare");
    leave(session);
}

static void small_screens_say_what_matters(void **state)
{
    (void)state;
    struct session *session = open_sized(40, 12, NULL);
    session_expect(session, "4 Compare");
    session_expect(session, "of all pairs are rated");
    session_expect(session, "\n Enter rows ");
    session_type(session, "j");
    session_expect(session, "800 ratings by 40");
    session_expect(session, "\n Enter rows ");
    session_type(session, "3");
    session_expect(session, "films_live 3");
    session_expect(session, "● ridge");
    session_expect(session, "⠉");
    leave(session);
}

/* After 40x12 and back the first arm was off the screen. */
static void a_small_screen_leaves_nothing_scrolled_away(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    session_type(session, "hhhll");
    session_expect(session, "maml, ");
    session_resize(session, 40, 12);
    session_expect_gone(session, " bias");
    session_resize(session, 80, 24);
    session_expect(session, "  bias ");
    session_expect(session, "maml, ");
    leave(session);
}

/* A text of a file, behind "^" at its beginning. */
static bool holds(const char *path, const char *expected)
{
    char text[4096] = "";
    FILE *file = fopen(path, "r");
    size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    return size > 0 && (*expected == '^' ? strncmp(text, expected + 1, strlen(expected + 1)) == 0
                                         : strstr(text, expected) != NULL);
}

static void gains_are_exported_as_numbers(void **state)
{
    (void)state;
    struct session *session = open_comparison();
    char *csv = memory_format("%s/gains.csv", folder);
    session_type(session, "v:export ");
    session_type(session, csv);
    session_type(session, "\r");
    session_expect(session, "rows written");
    assert_true(holds(csv, "scenario,shown,users,"));
    assert_true(holds(csv, ",all,"));
    assert_false(holds(csv, "4294967295"));
    assert_false(holds(csv, "–"));
    leave(session);
    unlink(csv);
    free(csv);
}

static void every_table_is_searched_and_sorted(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    session_type(session, ">>>>");
    session_expect(session, "sorted by ratings, largest first");
    session_type(session, "/FILMS\r");
    session_expect(session, "800 ratings by 40 users");
    session_type(session, "n");
    session_expect(session, "800 ratings by 40 users");
    session_type(session, "/nowhere\r");
    session_expect(session, "no row has \"nowhere\"");
    session_type(session, "3hh");
    session_expect(session, "films_cold 1");
    session_type(session, ">");
    session_expect(session, "sorted by run, from A: arm and seed; R turns it round");
    session_type(session, "R");
    session_expect(session, "sorted by run, from Z");
    session_type(session, "/ridge\r");
    session_expect(session, "▸ ● ");
    leave(session);
}

/* Nothing is overwritten without being asked, and no link followed. */
static void a_table_is_exported_and_nothing_overwritten(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    char *csv = memory_format("%s/sets.csv", folder), *json = memory_format("%s/sets.json", folder);
    char *link = memory_format("%s/link.csv", folder), *line = memory_format(":export %s\r", csv);
    session_expect(session, "200,000");
    session_type(session, line);
    session_expect(session, "2 rows written");
    assert_true(holds(csv, "^name,users,items,ratings,mean,from,to,format\nbig,"));
    session_type(session, line);
    session_expect(session, "exists already; \":export! FILE\"");
    session_type(session, "x! ");
    session_type(session, csv);
    session_type(session, "\r");
    session_expect(session, "2 rows written");
    assert_int_equal(symlink(csv, link), 0);
    session_type(session, ":export! ");
    session_type(session, link);
    session_type(session, "\r");
    session_expect(session, "links are not followed");
    session_type(session, ":export! ");
    session_type(session, database);
    session_type(session, "\r");
    session_expect(session, "which no export replaces");
    session_type(session, "j\r");
    session_expect(session, "row 1 of 800");
    session_type(session, "x");
    session_type(session, json);
    session_type(session, "\r");
    session_expect(session, "800 rows written");
    assert_true(holds(json, "^[\n  {\n    \"user\": "));
    assert_true(holds(json, "\"rating\": 4,\n"));
    session_type(session, "/i29\r");
    session_expect_gone(session, "row 1 of 800");
    leave(session);
    unlink(csv);
    unlink(json);
    unlink(link);
    free(csv);
    free(json);
    free(link);
    free(line);
}

static void old_terminals_and_locales_get_plain_pages(void **state)
{
    (void)state;
    const char *const locale[] = {"LC_ALL=C", NULL}, *const old[] = {"TERM=vt100", NULL};
    const char *const *const environments[] = {locale, old};
    for (int i = 0; i < 2; i++) {
        struct session *session = open_sized(0, 0, environments[i]);
        session_expect(session, "1 Data");
        session_type(session, "3");
        session_expect(session, "o ridge");
        session_expect(session, "xxx");
        session_type(session, "1j");
        session_expect(session, "800 ratings by");
        size_t size;
        const char *output = session_output(session, &size);
        for (size_t at = 0; at < size; at++)
            assert_true((unsigned char)output[at] < 0x80);
        leave(session);
    }
}

static void nothing_is_sent_while_nothing_happens(void **state)
{
    (void)state;
    struct session *session = open_thaw();
    session_type(session, "j");
    session_expect(session, "20, mean 20");
    session_settle(session, 0.3);
    size_t before, after;
    session_output(session, &before);
    session_settle(session, 2.5);
    session_output(session, &after);
    assert_int_equal(before, after);
    leave(session);
}

static void no_end_leaves_the_terminal_changed(void **state)
{
    (void)state;
    static const int SIGNALS[] = {SIGTERM, SIGHUP, SIGKILL, SIGSEGV};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        struct session *session = open_thaw();
        session_type(session, "3");
        session_expect(session, "training loss");
        kill(session_child_of(session_process(session)), SIGNALS[i]);
        session_wait(session);
        assert_true(session_is_as_before(session));
        session_end(session);
    }
}

static void a_workbench_that_does_not_exist_is_a_welcome(void **state)
{
    (void)state;
    char *missing = memory_format("%s/none/workbench.db", folder);
    const char *const arguments[] = {THAW_PATH, "--db", missing, NULL};
    struct session *session = session_start(arguments, NULL);
    session_expect(session, "No data yet");
    session_type(session, "3");
    session_expect(session, "Nothing has been trained yet");
    session_type(session, "4");
    session_expect(session, "Nothing to compare yet");
    session_type(session, "1\r");
    session_expect(session, "there is no data set yet");
    leave(session);
    free(missing);
}

static void a_workbench_that_is_replaced_is_shown_anew(void **state)
{
    (void)state;
    static const char *const ENDINGS[] = {"", ".lock"};
    char *other = memory_format("%s/other.db", folder), *kept = memory_format("%s/kept.db", folder);
    workbench_create(other, 3000);
    struct session *session = open_thaw();
    session_expect(session, "200,000");
    assert_int_equal(rename(database, kept), 0);
    assert_int_equal(rename(other, database), 0);
    session_expect(session, "was replaced or removed");
    session_expect(session, "3,000");
    assert_int_equal(unlink(database), 0);
    session_expect(session, "No data yet");
    assert_int_equal(rename(kept, database), 0);
    session_expect(session, "200,000");
    leave(session);
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *path = memory_format("%s%s", other, ENDINGS[i]);
        unlink(path);
        free(path);
    }
    free(other);
    free(kept);
}

static void without_a_terminal_one_sentence_names_the_command_line(void **state)
{
    (void)state;
    char *line = memory_format("%s --db %s screen </dev/null 2>&1 | cat", THAW_PATH, database);
    const char *const arguments[] = {"sh", "-c", line, NULL};
    struct session *session = session_start(arguments, NULL);
    session_wait(session);
    size_t size;
    const char *output = session_output(session, &size);
    assert_non_null(strstr(output, "the screen needs a terminal"));
    assert_null(strchr(output, '\033'));
    session_end(session);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(data_says_what_is_in_a_set),
        cmocka_unit_test(a_short_screen_joins_bars_and_hides_none),
        cmocka_unit_test(a_table_shows_rows_aligned_and_what_is_in_a_column),
        cmocka_unit_test(a_shape_says_what_is_hard_about_a_set),
        cmocka_unit_test(a_large_table_is_walked_at_once),
        cmocka_unit_test(scripts_show_source_with_line_numbers),
        cmocka_unit_test(train_draws_curves_and_keeps_what_is_over),
        cmocka_unit_test(compare_leads_from_arms_to_one_user),
        cmocka_unit_test(a_win_whose_interval_holds_zero_is_none),
        cmocka_unit_test(help_and_commands_come_from_the_registry),
        cmocka_unit_test(a_key_without_a_meaning_says_so),
        cmocka_unit_test(a_key_without_a_meaning_says_so_above_a_text_and_not_in_a_line),
        cmocka_unit_test(words_are_known_by_page_and_misspelt_ones_are_guessed),
        cmocka_unit_test(a_paste_is_ignored_outside_of_a_field),
        cmocka_unit_test(every_page_survives_every_size),
        cmocka_unit_test(random_keys_and_sizes_do_no_harm),
        cmocka_unit_test(small_screens_say_what_matters),
        cmocka_unit_test(a_small_screen_leaves_nothing_scrolled_away),
        cmocka_unit_test(gains_are_exported_as_numbers),
        cmocka_unit_test(every_table_is_searched_and_sorted),
        cmocka_unit_test(a_table_is_exported_and_nothing_overwritten),
        cmocka_unit_test(old_terminals_and_locales_get_plain_pages),
        cmocka_unit_test(nothing_is_sent_while_nothing_happens),
        cmocka_unit_test(no_end_leaves_the_terminal_changed),
        cmocka_unit_test(a_workbench_that_does_not_exist_is_a_welcome),
        cmocka_unit_test(a_workbench_that_is_replaced_is_shown_anew),
        cmocka_unit_test(without_a_terminal_one_sentence_names_the_command_line),
    };
    return cmocka_run_group_tests_name("pages", tests, set_up, tear_down);
}
