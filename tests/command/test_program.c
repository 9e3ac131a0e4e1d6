/* SPDX-License-Identifier: MIT
 *
 * Runs ./thaw as a shell does, with its keeper. The fake worker of the keeper's tests replaces the
 * worker; its scripts are words such as "steps=200".
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
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
#include <sqlite3.h>
#include <yajl/yajl_tree.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "comparison/bench.h"
#include "keeper/client.h"

enum { WORDS = 20, PATIENCE = 60 };

static char folder[64], database[96];

/* What a program printed. */
static struct bytes out, complaints;

static void add_file(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **state)
{
    (void)state;
    char worker[4096];
    snprintf(folder, sizeof folder, "/tmp/thaw-program-XXXXXX");
    if (!mkdtemp(folder) || !getcwd(worker, sizeof worker - 64))
        return -1;
    snprintf(database, sizeof database, "%s/bench.db", folder);
    strcat(worker, "/tests/keeper/fake_worker");
    setenv("THAW_WORKER", worker, 1);
    setenv("THAW_DB", database, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    unsetenv("CLICOLOR_FORCE");
    add_file("toy.csv", "user,item,rating,timestamp\nann,1,5,100\nann,2,3,110\nbob,1,4,120\n"
                        "bob,2,2,130\nbob,3,1,140\n");
    add_file("bad.csv", "user,item,rating\nann,1,5\nann,2\n");
    add_file("quick.lua", "steps=50");
    add_file("long.lua", "steps=4000 sleep=3000 checkpoint=5");
    add_file("some.lua", "steps=300 sleep=3000 checkpoint=50");
    add_file("nan.lua", "steps=50 fault=nan at=20");
    add_file("failing.lua", "steps=50 fault=run-failed at=20");
    add_file("wrong.lua", "fault=load");
    return 0;
}

/* The keeper of this database would leave by itself when it is idle; this does not wait for that.
 */
static void end_keeper(void)
{
    char lock[112];
    int process = 0;
    snprintf(lock, sizeof lock, "%s.lock", database);
    FILE *file = fopen(lock, "r");
    if (file && fscanf(file, "%d", &process) == 1 && keeper_is_alive(database))
        kill(process, SIGTERM);
    if (file)
        fclose(file);
    for (double end = clock_monotonic() + PATIENCE;
         keeper_is_alive(database) && clock_monotonic() < end;)
        clock_sleep(0.01);
}

static int tear_down(void **state)
{
    (void)state;
    char command[128];
    end_keeper();
    bytes_release(&out);
    bytes_release(&complaints);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

/* Starts ./thaw; its streams are the descriptors given. */
static pid_t start(const char *const *words, int in, int output, int errors)
{
    char *arguments[WORDS + 2] = {(char *)"./thaw"};
    for (size_t i = 0; words[i]; i++)
        arguments[i + 1] = (char *)words[i];
    pid_t process = fork();
    assert_true(process >= 0);
    if (process == 0) {
        signal(SIGINT, SIG_DFL);
        dup2(in, 0);
        dup2(output, 1);
        dup2(errors, 2);
        execv("./thaw", arguments);
        _exit(127);
    }
    return process;
}

static bool read_some(int from, struct bytes *into)
{
    char buffer[4096];
    ssize_t count = read(from, buffer, sizeof buffer);
    if (count > 0)
        bytes_add(into, buffer, (size_t)count);
    return count > 0 || (count < 0 && errno == EINTR);
}

static int status_of(pid_t process)
{
    int status;
    assert_int_equal(waitpid(process, &status, 0), process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Both streams of a process until it closes them. */
static void collect(int from_out, int from_errors)
{
    struct pollfd ends[] = {{from_out, POLLIN, 0}, {from_errors, POLLIN, 0}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        if (poll(ends, 2, PATIENCE * 1000) == 0)
            fail_msg("no answer");
        for (int i = 0; i < 2; i++)
            if (ends[i].fd >= 0 && ends[i].revents &&
                !read_some(ends[i].fd, i ? &complaints : &out))
                ends[i].fd = -1;
    }
    bytes_add_u8(&out, 0);
    bytes_add_u8(&complaints, 0);
}

static int64_t size_of_log(void)
{
    char log[112];
    struct stat status;
    snprintf(log, sizeof log, "%s-wal", database);
    return stat(log, &status) == 0 ? (int64_t)status.st_size : 0;
}

/* Runs the command. If `seconds` is positive, SIGINT comes so long after the log has that size. */
static int run_interrupted_at(int64_t size, double seconds, const char *const *words)
{
    int to_out[2], to_errors[2], nothing = open("/dev/null", O_RDONLY);
    assert_int_equal(pipe2(to_out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(to_errors, O_CLOEXEC), 0);
    bytes_clear(&out);
    bytes_clear(&complaints);
    pid_t process = start(words, nothing, to_out[1], to_errors[1]);
    close(to_out[1]);
    close(to_errors[1]);
    close(nothing);
    for (double end = clock_monotonic() + PATIENCE;
         size_of_log() < size && clock_monotonic() < end;)
        clock_sleep(0.005);
    if (seconds > 0) {
        clock_sleep(seconds);
        kill(process, SIGINT);
    }
    collect(to_out[0], to_errors[0]);
    close(to_out[0]);
    close(to_errors[0]);
    return status_of(process);
}

/* Runs it with pipes; sends SIGINT after `seconds` where they are not 0. */
static int run_interrupted(double seconds, const char *const *words)
{
    return run_interrupted_at(0, seconds, words);
}

#define RUN(...)   run_interrupted(0, (const char *const[]){__VA_ARGS__, NULL})
#define OUT        ((const char *)out.data)
#define COMPLAINTS ((const char *)complaints.data)

static void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text);
}

/* A path in the folder. */
static const char *at(const char *name)
{
    static char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void import_toy(void)
{
    assert_int_equal(RUN("import", at("toy.csv")), 0);
}

static yajl_val parse(void)
{
    char message[256];
    yajl_val value = yajl_tree_parse(OUT, message, sizeof message);
    if (!value)
        fail_msg("%s in %s", message, OUT);
    return value;
}

static void an_empty_workbench_says_what_to_do(void **state)
{
    (void)state;
    assert_int_equal(RUN("data"), 0);
    assert_holds(OUT, "No data sets yet. `thaw import PATH`");
    assert_int_equal(RUN("runs"), 0);
    assert_holds(OUT, "No runs yet.");
    static const char *const lists[] = {"data", "runs", "log"};
    for (int i = 0; i < 3; i++) {
        assert_int_equal(RUN(lists[i], "--json"), 0);
        yajl_val list = parse();
        assert_int_equal(list->u.array.len, 0);
        yajl_tree_free(list);
    }
    assert_int_equal(RUN("compare"), 2);
    assert_holds(COMPLAINTS, "there is nothing to compare yet");
    assert_int_not_equal(access(database, F_OK), 0); /* looking makes nothing */
}

static void mistakes_are_one_sentence_and_status_2(void **state)
{
    (void)state;
    assert_int_equal(RUN("rnus"), 2);
    assert_string_equal(COMPLAINTS, "thaw: thaw has no command \"rnus\"; did you mean \"runs\"?\n");
    assert_string_equal(OUT, "");
    assert_int_equal(RUN("run"), 2);
    assert_holds(COMPLAINTS, "run needs FILE");
    assert_int_equal(RUN("runs", "--color", "green"), 2);
    assert_holds(COMPLAINTS, "expected auto, always or never");
    assert_int_equal(RUN("data", "a", "b"), 2);
    assert_holds(COMPLAINTS, "does not know what to do with \"b\"");
    assert_int_equal(RUN("run", at("quick.lua"), "--threads", "none"), 2);
    assert_int_equal(RUN("run", at("quick.lua"), "--set", "novalue"), 2);
    assert_int_equal(RUN("screen"), 2);
    assert_holds(COMPLAINTS, "the screen needs a terminal");
}

static void help_and_version_are_everywhere(void **state)
{
    (void)state;
    assert_int_equal(RUN("--version"), 0);
    assert_string_equal(OUT, "thaw " PACKAGE_VERSION "\n");
    assert_int_equal(RUN("--help"), 0);
    assert_holds(OUT, "Options of every command");
    assert_int_equal(RUN("runs", "remove", "--help"), 0);
    assert_holds(OUT, "thaw runs remove NUMBER");
    assert_int_equal(RUN("help", "data", "remove"), 0);
    assert_holds(OUT, "thaw data remove NAME");
    assert_int_equal(RUN("help", "imprt"), 2);
    assert_holds(COMPLAINTS, "did you mean \"import\"");
    assert_int_equal(RUN("info"), 0);
    assert_holds(OUT, database);
}

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

static void a_run_ends_with_the_comparison(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("run", at("quick.lua")), 0);
    assert_holds(OUT, "toy 1 on toy: 3 runs");
    assert_holds(OUT, "100 %");
    assert_holds(OUT, "Gain in MAE over bias");
    assert_null(strchr(OUT, '\033'));
    assert_string_equal(COMPLAINTS, "");
    assert_int_equal(RUN("runs", "1", "--json"), 0);
    yajl_val runs = parse();
    assert_int_equal(runs->u.array.len, 3);
    for (size_t i = 0; i < 3; i++) {
        yajl_val digest =
            yajl_tree_get(runs->u.array.values[i], (const char *[]){"digest", NULL}, yajl_t_string);
        assert_int_equal(strlen(digest->u.string), 64);
    }
    yajl_tree_free(runs);
    assert_int_equal(RUN("log", "--json"), 0);
    yajl_val log = parse();
    assert_true(log->u.array.len >= 2);
    for (size_t i = 0; i < log->u.array.len; i++)
        assert_int_equal(log->u.array.values[i]->u.object.len, 4);
    yajl_tree_free(log);
    assert_int_equal(RUN("runs", "remove", "1"), 0);
    assert_int_equal(RUN("runs", "1"), 2);
}

static void a_comparison_is_read_without_a_keeper(void **state)
{
    (void)state;
    bench_make(database);
    assert_int_equal(RUN("compare", "1"), 0);
    assert_holds(OUT, "user-cold: 14 users");
    assert_int_equal(RUN("compare", "1", "--json", "--scenario", "warm", "--shots", "0"), 0);
    yajl_val rows = parse();
    assert_int_equal(rows->u.array.len, 5);
    yajl_tree_free(rows);
    assert_int_equal(RUN("compare", "1/ridge/1", "--baseline", "1/ridge/2"), 0);
    assert_holds(OUT, "2 arms, learners with 1 seed each, opponent 1/ridge/2");
    assert_int_equal(RUN("compare", "--same", "1", "2"), 0);
    assert_holds(OUT, "opponent the same arm");
    assert_int_equal(RUN("compare", "1", "--answer", "raw"), 0);
    assert_int_equal(RUN("compare", "1", "--answer", "guess"), 2);
    assert_holds(COMPLAINTS, "--answer takes level, median or raw");
    assert_int_equal(RUN("compare", "1", "--user", "u12", "--shots", "3", "--draw", "2"), 0);
    assert_holds(OUT, "User u12 of toy, user-cold, 3 ratings shown, draw 2 of 2");
    assert_int_equal(RUN("compare", "1", "--users", "maml"), 0);
    assert_holds(OUT, "maml against best_plain, user-cold, all ratings shown");
    assert_int_equal(RUN("compare", "1", "--user", "u99"), 2);
    assert_int_equal(RUN("compare", "1", "--user", "u12", "--scenario", "warm"), 2);
    assert_holds(COMPLAINTS, "it is in user-cold");
    assert_int_equal(RUN("compare", "1", "--shots", "7"), 2);
    assert_int_equal(RUN("compare", "1", "--shots", "few"), 2);
    assert_int_equal(RUN("compare", "1", "--draw", "2"), 2);
    assert_int_equal(RUN("compare", "1", "3"), 2);
    assert_int_equal(RUN("runs"), 0);
    assert_holds(OUT, "interrupted"); /* it says running, and nobody runs it */
    assert_false(keeper_is_alive(database));
}

static void json_goes_to_one_stream_and_progress_to_the_other(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("run", at("quick.lua"), "--json"), 0);
    yajl_val value = parse();
    assert_non_null(yajl_tree_get(value, (const char *[]){"comparison", NULL}, yajl_t_array));
    assert_string_equal(
        yajl_tree_get(value, (const char *[]){"state", NULL}, yajl_t_string)->u.string, "done");
    yajl_tree_free(value);
    assert_holds(COMPLAINTS, "100 %");
}

static void an_interrupted_run_is_resumed(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(run_interrupted(1.5, (const char *const[]){"run", at("long.lua"), NULL}), 130);
    assert_holds(OUT, "Stopping after a checkpoint");
    assert_holds(COMPLAINTS, "1 is stopped: `thaw resume 1` goes on.");
    assert_int_equal(RUN("runs"), 0);
    assert_holds(OUT, "stopped");
    assert_int_equal(RUN("resume", "1/maml", "--detach", "--json"), 0);
    yajl_val value = parse();
    assert_non_null(yajl_tree_get(value, (const char *[]){"execution", NULL}, yajl_t_number));
    yajl_tree_free(value);
    assert_int_equal(run_interrupted(1, (const char *const[]){"watch", NULL}), 130);
    assert_holds(COMPLAINTS, "1 goes on: `thaw watch 1` follows it again.");
    assert_int_equal(RUN("pause", "1"), 0);
    assert_int_equal(RUN("continue", "1"), 0);
    assert_int_equal(RUN("stop", "1"), 0);
    assert_holds(OUT, "1 stops after a checkpoint: `thaw resume 1` goes on.");
    assert_int_equal(RUN("stop", "77"), 2);
}

static void what_is_done_recommends(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("recommend", "1/maml"), 2);
    assert_holds(COMPLAINTS, "there is no run \"1/maml\"");
    assert_int_equal(RUN("run", at("quick.lua")), 0);
    assert_int_equal(RUN("recommend", "1/maml", "--rate", "2=4", "-r3=1"), 0);
    assert_holds(OUT, "Run 1/maml/1 on toy, 3 items, 1 rated");
    assert_holds(OUT, "4.500");
    assert_holds(OUT, "9.000"); /* 8 bytes of ratings, and a checkpoint */
    assert_int_equal(RUN("recommend", "1/bias", "--top", "1", "--repeat", "7", "--json"), 0);
    yajl_val value = parse();
    yajl_val items = yajl_tree_get(value, (const char *[]){"recommended", NULL}, yajl_t_array);
    assert_int_equal(items->u.array.len, 1);
    assert_string_equal(
        yajl_tree_get(items->u.array.values[0], (const char *[]){"item", NULL}, yajl_t_string)
            ->u.string,
        "3");
    assert_int_equal(
        yajl_tree_get(value, (const char *[]){"calls", NULL}, yajl_t_number)->u.number.i, 7);
    yajl_tree_free(value);
    static const struct {
        const char *words[6], *complaint;
    } mistakes[] = {
        {{"recommend"}, "recommend needs RUN"},
        {{"recommend", "1"}, "name one as 1/ARM: maml, bias"},
        {{"recommend", "1/maml", "--rate", "2"}, "--rate takes ITEM=VALUE, not \"2\""},
        {{"recommend", "1/maml", "--top", "0"}, "expected a whole number from 1"},
        {{"recommend", "1/maml", "--repeat", "x"}, "expected a whole number from 1"},
        {{"recommend", "1/maml", "--user", "nobody"}, "toy has no user \"nobody\""},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        assert_int_equal(run_interrupted(0, mistakes[i].words), 2);
        assert_holds(COMPLAINTS, mistakes[i].complaint);
        assert_string_equal(OUT, "");
    }
    assert_int_equal(RUN("run", at("nan.lua")), 1);
    assert_int_equal(RUN("recommend", "2/maml/1"), 2);
    assert_holds(COMPLAINTS, "run 2/maml/1 is failed; only one that is done can recommend");
    assert_int_equal(RUN("data", "remove", "toy"), 0);
    assert_int_equal(RUN("recommend", "1/maml"), 2);
    assert_holds(COMPLAINTS, "there is no data set \"toy\"");
}

static void what_fails_says_why_and_ends_with_1(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(RUN("run", at("nan.lua")), 1);
    assert_holds(COMPLAINTS, "1/maml/1 failed: ");
    assert_holds(OUT, "maml is left out: it failed; `thaw runs 1` says why.");
    assert_int_equal(RUN("run", at("failing.lua")), 1);
    assert_holds(COMPLAINTS, "2/maml/1 failed: mine.lua:3: the loss is not finite\n"
                             "    return theta.head:log()\n");
    assert_int_equal(RUN("runs", "2"), 0);
    assert_holds(OUT, "mine.lua:3: the loss is not finite\n");
    assert_int_equal(RUN("run", at("wrong.lua")), 1);
    assert_int_equal(RUN("check", at("wrong.lua")), 1);
    assert_int_equal(RUN("check", at("quick.lua")), 0);
    assert_int_equal(RUN("run", at("nothing.lua")), 3);
    assert_holds(COMPLAINTS, "cannot read the script");
}

/* -- a terminal -------------------------------------------------------------------------------- */

/* Runs it on a terminal of 70 cells and returns the status; what it sent is in `out`. */
static int run_on_terminal(const char *const *words)
{
    struct winsize size = {.ws_row = 24, .ws_col = 70};
    int ours, theirs;
    assert_int_equal(openpty(&ours, &theirs, NULL, NULL, &size), 0);
    fcntl(ours, F_SETFD, FD_CLOEXEC);
    bytes_clear(&out);
    pid_t process = start(words, theirs, theirs, theirs);
    close(theirs);
    while (read_some(ours, &out))
        ;
    bytes_add_u8(&out, 0);
    close(ours);
    return status_of(process);
}

static void a_terminal_gets_colour_and_a_block_redrawn_in_place(void **state)
{
    (void)state;
    import_toy();
    assert_int_equal(
        run_on_terminal((const char *const[]){"run", at("some.lua"), "--set", "a=1", NULL}), 0);
    assert_holds(OUT, "\033[4A\r\033[J"); /* head, titles and two arms */
    assert_holds(OUT, "█");
    assert_holds(OUT, "\033[1m");
}

static void add_large_file(void)
{
    FILE *file = fopen(at("large.csv"), "w");
    fputs("user,item,rating\n", file);
    for (unsigned i = 0; i < 700000; i++)
        fprintf(file, "the-long-name-of-user-%06u,the-long-name-of-item-%06u,%u\n", i / 20,
                i * 7919 % 5000, 1 + i % 5);
    fclose(file);
}

static void an_import_draws_on_a_terminal_alone_how_far_it_is(void **state)
{
    (void)state;
    add_large_file();
    assert_int_equal(run_on_terminal((const char *const[]){"import", at("large.csv"), NULL}), 0);
    assert_holds(OUT, "checking, 0 %");
    assert_holds(OUT, "\033[A\r\033[J");
    assert_holds(OUT, "█");
    assert_holds(OUT, "reading in, ");
    assert_holds(OUT, "storing, 90 %");
    assert_non_null(strstr(strstr(OUT, "storing, "), "\033[A\r\033[J")); /* taken away */
    assert_int_equal(RUN("import", at("large.csv"), "--replace"), 0);
    assert_null(strstr(OUT, "reading in"));
    assert_string_equal(COMPLAINTS, "");
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

static void plain_and_NO_COLOR_hold_on_a_terminal(void **state)
{
    (void)state;
    import_toy();
    setenv("NO_COLOR", "1", 1);
    assert_int_equal(run_on_terminal((const char *const[]){"data", "toy", NULL}), 0);
    assert_null(strchr(OUT, '\033'));
    assert_holds(OUT, "█");
    unsetenv("NO_COLOR");
    assert_int_equal(run_on_terminal((const char *const[]){"data", "toy", "--plain", NULL}), 0);
    for (const char *byte = OUT; *byte; byte++)
        assert_true((unsigned char)*byte < 0x7F && *byte != '\033');
    setenv("LC_ALL", "C", 1);
    assert_int_equal(run_on_terminal((const char *const[]){"data", "toy", NULL}), 0);
    for (const char *byte = OUT; *byte; byte++)
        assert_true((unsigned char)*byte < 0x7F);
    setenv("LC_ALL", "C.UTF-8", 1);
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
        cmocka_unit_test_setup_teardown(an_empty_workbench_says_what_to_do, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_one_sentence_and_status_2, set_up, tear_down),
        cmocka_unit_test_setup_teardown(help_and_version_are_everywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_failed_import_leaves_no_workbench, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tables_of_sqlite_files_are_imported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_import_is_reported_and_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(sets_are_made_of_sets_and_go_out_and_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_endless_query_is_ended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_an_import_decides_is_said_and_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_files_are_joined, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_shape_of_a_set_is_printed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_ends_with_the_comparison, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_comparison_is_read_without_a_keeper, set_up, tear_down),
        cmocka_unit_test_setup_teardown(json_goes_to_one_stream_and_progress_to_the_other, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_interrupted_run_is_resumed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_done_recommends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_fails_says_why_and_ends_with_1, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_terminal_gets_colour_and_a_block_redrawn_in_place, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_import_draws_on_a_terminal_alone_how_far_it_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_interrupted_import_leaves_nothing_behind, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(plain_and_NO_COLOR_hold_on_a_terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_was_set_aside_is_said_once, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("program", tests, NULL, NULL);
}
