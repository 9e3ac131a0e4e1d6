/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/memory.h"
#include "refusal.h"

enum { USERS = 24, ITEMS = 18, WORDS = 16 };
static const double PATIENCE = 60; /* seconds */

static char folder[64];

static char *in_folder(const char *name)
{
    return memory_format("%s/%s", folder, name);
}

static void read_text(const char *name, char *text, size_t size)
{
    char *path = in_folder(name);
    FILE *file = fopen(path, "r");
    size_t got = file ? fread(text, 1, size - 1, file) : 0;
    text[got] = '\0';
    if (file)
        fclose(file);
    free(path);
}

static FILE *create(const char *name)
{
    char *path = in_folder(name);
    FILE *file = fopen(path, "w");
    free(path);
    if (!file)
        abort();
    return file;
}

static void write_data(void)
{
    FILE *ratings = create("ratings.csv"), *users = create("users.csv"),
         *items = create("items.csv");
    fputs("user,item,rating,timestamp\n", ratings);
    fputs("user,gender\n", users);
    fputs("item,title,genres\n", items);
    for (int user = 0; user < USERS; user++) {
        fprintf(users, "u%d,%c\n", user, user % 2 ? 'M' : 'F');
        for (int item = 0; item < ITEMS; item++)
            if ((user * 5 + item * 11 + user * item) % 7 < 5)
                fprintf(ratings, "u%d,i%d,%d,%d\n", user, item, 1 + (user * 7 + item * 3) % 5,
                        1000 + user * ITEMS + item);
    }
    for (int item = 0; item < ITEMS; item++)
        fprintf(items, "i%d,Title %d,%c\n", item, item, 'A' + item % 3);
    fclose(ratings);
    fclose(users);
    fclose(items);
}

static void write_script(void)
{
    FILE *file = create("tiny.lua");
    fputs("local thaw = require 'thaw'\n"
          "local map, learn, plain = thaw.map, thaw.learn, thaw.plain\n"
          "return thaw.experiment {\n"
          "  data = 'm',\n"
          "  mapping = { user = { gender = map.category() }, item = { genres = map.bag() } },\n"
          "  arms = {\n"
          "    ridge = { model = thaw.mlp { hidden = { 2 } }, learner = learn.ridge { epochs = 1 } "
          "},\n"
          "    bias = plain.bias(),\n"
          "  },\n"
          "  baseline = 'bias', seeds = 1,\n"
          "  tasks = thaw.tasks.by_user { min = 3, query = 1, shots = { 1 }, draws = 1 },\n"
          "}\n",
          file);
    fclose(file);
}

/* The keeper hands its worker no environment; what the worker is to do lies in a file. */
static void write_worker(void)
{
    const char *build = getenv("THAW_BUILD");
    FILE *file = create("worker");
    fprintf(file,
            "#!/bin/sh\n"
            "read -r order <'%s/order'\n"
            "exec env LD_PRELOAD='%s/tests/allocation/failing.so' THAW_FAILING=\"$order\""
            " '%s/thaw-worker' \"$@\"\n",
            folder, build, build);
    fchmod(fileno(file), 0700);
    fclose(file);
    char *path = in_folder("worker");
    setenv("THAW_WORKER", path, 1);
    free(path);
}

bool scenario_begin(void)
{
    const char *build = getenv("THAW_BUILD");
    const char *where = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%.30s/thaw-allocation-XXXXXX", where ? where : "/tmp");
    if (!build || !mkdtemp(folder))
        return false;
    write_data();
    write_script();
    write_worker();
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("TERM", "xterm", 1);
    setenv("NO_COLOR", "1", 1);
    /* Keepers belong to nobody; so they become children of this process, which sees how they end.
     */
    return prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

void scenario_end(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    if (system(command) != 0)
        fprintf(stderr, "cannot remove %s\n", folder);
}

/* -- the database ------------------------------------------------------------------------------ */

static void drop(const char *name, const char *ending)
{
    char *path = memory_format("%s/%s%s", folder, name, ending);
    unlink(path);
    free(path);
}

static void run_in_folder(const char *words)
{
    char *command = memory_format("cd '%s' && %s", folder, words);
    if (system(command) != 0)
        abort();
    free(command);
}

static void copy(const char *from, const char *to)
{
    static const char *const endings[] = {"", "-wal", "-shm", ".log", ".lock"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        drop(to, endings[i]);
    char *source = in_folder(from), *goal = in_folder(to);
    int input = openat(AT_FDCWD, source, O_RDONLY | O_CLOEXEC);
    int output = input < 0 ? -1 : openat(AT_FDCWD, goal, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ssize_t moved = 0;
    while (output >= 0 && (moved = sendfile(output, input, NULL, 1 << 20)) > 0)
        ;
    if (moved < 0 || (input >= 0 && output < 0))
        abort();
    close(input);
    close(output);
    free(source);
    free(goal);
}

void scenario_keep(const char *name)
{
    copy("bench.db", name);
}

void scenario_restore(const char *name)
{
    char *exported = in_folder(SCENARIO_EXPORT);
    if (access(exported, F_OK) == 0)
        run_in_folder("rm -r " SCENARIO_EXPORT);
    free(exported);
    copy(name, "bench.db");
}

char *scenario_exported(void)
{
    char *exported = in_folder(SCENARIO_EXPORT), *text = memory_new(sizeof(struct ending));
    if (access(exported, F_OK) == 0) {
        run_in_folder("cat " SCENARIO_EXPORT "/* >contents");
        read_text("contents", text, sizeof(struct ending));
    }
    free(exported);
    return text;
}

static sqlite3 *open_database(void)
{
    sqlite3 *handle;
    char *path = in_folder("bench.db");
    if (access(path, F_OK) != 0 || sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, NULL))
        handle = NULL;
    free(path);
    return handle;
}

/* Adds all rows of a query; a table that is not there has none. */
static void add_rows(sqlite3 *handle, const char *sql, struct digest *digest)
{
    sqlite3_stmt *rows;
    if (sqlite3_prepare_v2(handle, sql, -1, &rows, NULL) != SQLITE_OK)
        return;
    while (sqlite3_step(rows) == SQLITE_ROW)
        for (int i = 0; i < sqlite3_column_count(rows); i++) {
            const void *data = sqlite3_column_blob(rows, i);
            int size = sqlite3_column_bytes(rows, i);
            digest_add(digest, &size, sizeof size);
            if (size > 0)
                digest_add(digest, data, (size_t)size);
        }
    sqlite3_finalize(rows);
}

char *scenario_ask(const char *sql)
{
    sqlite3 *handle = open_database();
    sqlite3_stmt *row = NULL;
    char *text = NULL;
    if (handle && sqlite3_prepare_v2(handle, sql, -1, &row, NULL) == SQLITE_OK &&
        sqlite3_step(row) == SQLITE_ROW)
        text = memory_string((const char *)sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    sqlite3_close(handle);
    return text ? text : memory_string("");
}

static bool is_whole(void)
{
    char *integrity = scenario_ask("PRAGMA integrity_check");
    char *keys = scenario_ask("SELECT count(*) FROM pragma_foreign_key_check");
    bool whole = (!*integrity || strcmp(integrity, "ok") == 0) && (!*keys || *keys == '0');
    free(integrity);
    free(keys);
    return whole;
}

char *scenario_digest(void)
{
    static const char *const QUERIES[] = {
        "SELECT * FROM m_ratings ORDER BY rowid",
        "SELECT * FROM m_users ORDER BY rowid",
        "SELECT * FROM m_items ORDER BY rowid",
        "SELECT * FROM liked_ratings ORDER BY rowid",
        "SELECT * FROM liked_users ORDER BY rowid",
        "SELECT * FROM liked_items ORDER BY rowid",
        "SELECT name, users, items, ratings, user_rows, item_rows, mean FROM thaw_datasets",
        "SELECT * FROM thaw_columns ORDER BY dataset, part, position",
        "SELECT number, experiment, data, data_digest, seed FROM thaw_executions ORDER BY number",
        "SELECT name, state, step, digest FROM thaw_runs ORDER BY name",
        "SELECT * FROM thaw_tasks ORDER BY execution, part, scenario, draw, number",
        "SELECT name, series, p.step, value FROM thaw_points p JOIN thaw_runs r ON r.id = run"
        " ORDER BY name, series, p.step",
        "SELECT name, part, scenario, shots, draw, predictions FROM thaw_predictions"
        " JOIN thaw_runs r ON r.id = run ORDER BY name, part, scenario, shots, draw",
    };
    if (!is_whole())
        return memory_string("damaged");
    sqlite3 *handle = open_database();
    struct digest *digest = digest_new();
    char *text = memory_new(DIGEST_TEXT);
    for (size_t i = 0; handle && i < sizeof QUERIES / sizeof *QUERIES; i++)
        add_rows(handle, QUERIES[i], digest);
    digest_finish(digest, text);
    sqlite3_close(handle);
    return text;
}

/* -- processes --------------------------------------------------------------------------------- */

char *scenario_counted(void)
{
    return in_folder("count");
}

static void give_order(const struct failure *failure)
{
    FILE *order = create("order");
    char *counted = scenario_counted();
    refusal_reset(counted, failure->lists);
    char *text = memory_format("%s %llu %s %s", failure->program, (unsigned long long)failure->at,
                               failure->lists  ? "list"
                               : failure->ever ? "ever"
                                               : "once",
                               counted);
    free(counted);
    fprintf(order, "%s\n", text);
    fclose(order);
    setenv("THAW_FAILING", text, 1);
    free(text);
}

static void into(const char *name, int descriptor)
{
    int file = openat(AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(file, descriptor);
}

/* In the child. */
static void become(const char *line)
{
    const char *build = getenv("THAW_BUILD");
    char *words[WORDS] = {(char *)"thaw", (char *)"--db", (char *)"bench.db"}, *rest = NULL;
    char *copied = memory_string(line), *program = memory_format("%s/thaw", build);
    char *library = memory_format("%s/tests/allocation/failing.so", build);
    int count = 3;
    for (char *word = strtok_r(copied, " ", &rest); word && count < WORDS - 1;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    if (chdir(folder) != 0)
        _exit(127);
    into("out", STDOUT_FILENO);
    into("complaint", STDERR_FILENO);
    setenv("LD_PRELOAD", library, 1);
    execv(program, words);
    _exit(127);
}

/* The keeper, from the file that it locks; 0 if there is none. */
static pid_t keeper_of(void)
{
    char *path = in_folder("bench.db.lock");
    FILE *file = fopen(path, "r");
    int process = 0;
    if (file && fscanf(file, "%d", &process) != 1)
        process = 0;
    if (file)
        fclose(file);
    free(path);
    return process;
}

static bool is_crash(int status)
{
    if (!WIFSIGNALED(status))
        return false;
    int number = WTERMSIG(status);
    return number != SIGABRT && number != SIGKILL && number != SIGTERM;
}

/* Waits for `process`, or with 0 for all children, of which the keeper is told to leave. */
static bool await(pid_t process, struct ending *ending)
{
    double until = clock_monotonic() + PATIENCE;
    for (bool told = false; clock_monotonic() < until;) {
        int status;
        pid_t ended = waitpid(-1, &status, WNOHANG);
        if (ended > 0 && is_crash(status))
            ending->crashed = true;
        if (ended > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
            ending->aborted = true;
        if (ended > 0 && ended == process) {
            ending->status = status;
            return true;
        }
        if (ended < 0 && errno == ECHILD)
            return process == 0;
        pid_t keeper = process == 0 && !told ? keeper_of() : 0;
        siginfo_t
            info; /* a child of ours that is not yet waited for: the number is still its own */
        if (keeper > 0 && waitid(P_PID, (id_t)keeper, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
            told = kill(keeper, SIGTERM) == 0;
        if (ended == 0)
            clock_sleep(0.002);
    }
    return false;
}

bool scenario_run(const char *line, const struct failure *failure, struct ending *ending)
{
    *ending = (struct ending){0};
    give_order(failure);
    pid_t process = fork();
    if (process == 0)
        become(line);
    bool ended = await(process, ending) && await(0, ending);
    read_text("out", ending->out, sizeof ending->out);
    read_text("complaint", ending->complaint, sizeof ending->complaint);
    read_text("bench.db.log", ending->log, sizeof ending->log);
    return ended;
}
