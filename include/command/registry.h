/* SPDX-License-Identifier: MIT
 *
 * Declares every command once. The command line is parsed by these rows and `thaw help` prints
 * them. The screen runs them from its `:` line and from the keys in action.h.
 */
#ifndef COMMAND_REGISTRY_H
#define COMMAND_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

/* How commands are grouped in the help. */
#define COMMAND_GROUPS(X)                                                                          \
    X(WORK, "Start here")                                                                          \
    X(DATA, "Data")                                                                                \
    X(EXPERIMENT, "Experiments")                                                                   \
    X(RESULT, "Results")                                                                           \
    X(THAW, "About thaw")                                                                          \
    X(HIDDEN, "")

enum command_group {
#define X(name, title) GROUP_##name,
    COMMAND_GROUPS(X)
#undef X
};

/* Name, the function handle_NAME that runs it (src/command/handlers.h), words, group, arguments,
 * one line of help. command_find takes the first match, so "runs remove" comes before "runs". */
#define COMMANDS(X)                                                                                \
    X(SCREEN, screen, "screen", WORK, "", "open the workbench in this terminal")                   \
    X(DEMO, demo, "demo", WORK, "",                                                                \
      "train the bundled experiment on the bundled data and look at it")                           \
    X(IMPORT, import, "import", DATA, "[PATH...]",                                                 \
      "read ratings from a folder or files into the workbench")                                    \
    X(DATA_REMOVE, data_remove, "data remove", DATA, "NAME",                                       \
      "delete a data set from the workbench")                                                      \
    X(DATA_RENAME, data_rename, "data rename", DATA, "OLD NEW", "give a data set another name")    \
    X(DATA_FILTER, data_filter, "data filter", DATA, "NAME",                                       \
      "make a data set of the ratings that fit")                                                   \
    X(DATA_SAMPLE, data_sample, "data sample", DATA, "NAME",                                       \
      "make a data set of some users or ratings")                                                  \
    X(DATA_MERGE, data_merge, "data merge", DATA, "A B", "make one data set of two")               \
    X(DATA, data, "data", DATA, "[NAME]", "list the data sets, or show what is in one")            \
    X(EXPORT, export, "export", DATA, "NAME",                                                      \
      "write a data set to files that an import reads back")                                       \
    X(SQL, sql, "sql", DATA, "SELECT...", "ask the workbench by a SELECT")                         \
    X(CHECK, check, "check", EXPERIMENT, "FILE", "check an experiment without running it")         \
    X(MAP, map, "map", EXPERIMENT, "FILE",                                                         \
      "show what a mapping makes of one user, item or row, what is near, and a picture")           \
    X(TASKS, tasks, "tasks", EXPERIMENT, "FILE",                                                   \
      "show how an experiment splits its data into tasks")                                         \
    X(PARTS, parts, "parts", EXPERIMENT, "FILE", "measure what each field of a mapping adds")      \
    X(CHECK_GRADIENT, check, "check-gradient", EXPERIMENT, "FILE",                                 \
      "compare each arm's gradient with finite differences")                                       \
    X(RUN, run, "run", EXPERIMENT, "FILE", "run an experiment and compare its arms")               \
    X(WATCH, watch, "watch", EXPERIMENT, "[RUN]",                                                  \
      "follow an experiment that runs, from any terminal")                                         \
    X(PAUSE, pause, "pause", EXPERIMENT, "RUN", "let an experiment wait at its next step")         \
    X(CONTINUE, continue, "continue", EXPERIMENT, "RUN", "let a paused experiment go on")          \
    X(STOP, stop, "stop", EXPERIMENT, "RUN", "checkpoint an experiment and end it")                \
    X(RESUME, resume, "resume", EXPERIMENT, "RUN", "continue a stopped or interrupted experiment") \
    X(RUNS_REMOVE, runs_remove, "runs remove", EXPERIMENT, "NUMBER",                               \
      "delete an experiment's runs and results")                                                   \
    X(RUNS, runs, "runs", EXPERIMENT, "[RUN...]", "list the runs, newest first")                   \
    X(TRIALS, trials, "trials", EXPERIMENT, "[NUMBER]",                                            \
      "show what an experiment's search has tried")                                                \
    X(LOG, log, "log", EXPERIMENT, "[LINES]", "show what happened last")                           \
    X(COMPARE, compare, "compare", RESULT, "[RUN...]",                                             \
      "set the arms of an experiment side by side")                                                \
    X(RECOMMEND, recommend, "recommend", RESULT, "RUN",                                            \
      "rank all items for a user with some ratings")                                               \
    X(WHY, why, "why", RESULT, "RUN", "say what each rating adds to a prediction")                 \
    X(DOCTOR, doctor, "doctor", THAW, "[FILE]",                                                    \
      "check a workbench file, and save its intact parts")                                         \
    X(INFO, info, "info", THAW, "", "show versions, and where thaw keeps its files")               \
    X(HELP, help, "help", THAW, "[WORD...]", "explain thaw, a command, or a word of Lua")          \
    X(KEEPER, keeper, "keeper", HIDDEN, "", "write the workbench (thaw starts it by itself)")

enum command_id {
#define X(name, handler, words, group, arguments, help) COMMAND_##name,
    COMMANDS(X)
#undef X
        COMMAND_COUNT
};

/* Command or ANY, name, letter (0: none), argument ("" for a switch), help. */
#define COMMAND_OPTIONS(X)                                                                         \
    X(ANY, "db", 0, "FILE", "the workbench database; see `thaw info`")                             \
    X(ANY, "color", 0, "WHEN", "auto, always or never; auto heeds NO_COLOR")                       \
    X(ANY, "plain", 0, "", "only lines of plain ASCII: no colour, no drawing, no cursor movement") \
    X(ANY, "help", 'h', "", "explain the command")                                                 \
    X(ANY, "version", 'V', "", "print the version")                                                \
    X(SCREEN, "no-mouse", 0, "", "leave the mouse to the terminal, which then selects text")       \
    X(DEMO, "no-mouse", 0, "", "the same as for screen")                                           \
    X(DEMO, "unjailed", 0, "", "even if the system refuses to confine the script")                 \
    X(IMPORT, "name", 'n', "NAME", "name of the data set; default: the folder's name")             \
    X(IMPORT, "ratings", 0, "FILE", "the ratings; may be repeated, or A,B: parts of a table")      \
    X(IMPORT, "users", 0, "FILE", "attributes of users; may be repeated: joined by id")            \
    X(IMPORT, "items", 0, "FILE", "attributes of items; may be repeated: joined by id")            \
    X(IMPORT, "join", 0, "FILE[:..]", "add a file; FILE:COLUMN=TABLE.COLUMN says by what")         \
    X(IMPORT, "ratings-columns", 0, "A,B,..", "names of its columns; - leaves a column out")       \
    X(IMPORT, "users-columns", 0, "A,B,..", "the same for users")                                  \
    X(IMPORT, "items-columns", 0, "A,B,..", "the same for items")                                  \
    X(IMPORT, "table", 0, "NAME", "of an SQLite file, or a SELECT; items:NAME for items")          \
    X(IMPORT, "format", 0, "NAME", "text, json, netflix or matrix")                                \
    X(IMPORT, "reader", 0, "PAGE", "a page of Lua that makes the rows (docs/SCRIPTS.md)")          \
    X(IMPORT, "comment", 0, "TEXT", "what comment lines begin with")                               \
    X(IMPORT, "separator", 0, "TEXT", "between columns: , ; | :: tab blanks")                      \
    X(IMPORT, "encoding", 0, "NAME", "of the text, such as UTF-8 or windows-1252")                 \
    X(IMPORT, "header", 0, "yes|no", "whether the first row names the columns")                    \
    X(IMPORT, "decimal", 0, ".|,", "the decimal point of numbers; thousands may then stand apart") \
    X(IMPORT, "quote", 0, "yes|no", "whether quotes enclose fields")                               \
    X(IMPORT, "missing", 0, "A,B,..", "more words for a missing value; !A is none")                \
    X(IMPORT, "time-format", 0, "FORMAT", "s, ms, us, ns, or patterns such as %d/%m/%Y|%d %b %Y")  \
    X(IMPORT, "user", 0, "COLUMN", "the column of users, by name or number")                       \
    X(IMPORT, "item", 0, "COLUMN", "the column of items, by name or number")                       \
    X(IMPORT, "rating", 0, "COLUMN", "the column of ratings; - counts each row as 1")              \
    X(IMPORT, "time", 0, "COLUMN", "the column of times; - for none")                              \
    X(IMPORT, "title", 0, "COLUMN", "the column that titles items")                                \
    X(IMPORT, "repeats", 0, "KIND", "of a pair: last, first, mean, sum, count, all")               \
    X(IMPORT, "replace", 0, "", "replace a data set of that name")                                 \
    X(IMPORT, "keep-going", 0, "", "leave bad rows out and count them instead of refusing")        \
    X(IMPORT, "unjailed", 0, "", "even if the system refuses to confine a reader")                 \
    X(IMPORT, "dry-run", 0, "", "show what would be decided and why; write nothing")               \
    X(IMPORT, "json", 0, "", "print JSON")                                                         \
    X(DATA, "plan", 0, "", "what the import decided, and the rows it left out")                    \
    X(DATA, "whole", 0, "", "of a large set: also what takes reading all of its rows")             \
    X(DATA, "shape", 0, "", "show its long tail, cold start, time line and warnings")              \
    X(DATA_FILTER, "where", 0, "SQL", "ratings for which this condition holds")                    \
    X(DATA_FILTER, "from", 0, "DATE", "ratings of this day or moment and later")                   \
    X(DATA_FILTER, "to", 0, "DATE", "ratings of this day or moment and earlier")                   \
    X(DATA_FILTER, "most", 0, "N", "at most N ratings of a user")                                  \
    X(DATA_FILTER, "which", 0, "RULE", "of --most: the last, the first, or random ones; last")     \
    X(DATA_FILTER, "core", 0, "K", "users and items with at least K ratings, repeatedly")          \
    X(DATA_FILTER, "seed", 's', "S", "of --which random; 0")                                       \
    X(DATA_FILTER, "name", 'n', "NEW", "name of the new data set")                                 \
    X(DATA_SAMPLE, "users", 'u', "N", "all ratings of N users")                                    \
    X(DATA_SAMPLE, "ratings", 'r', "N", "N ratings")                                               \
    X(DATA_SAMPLE, "seed", 's', "S", "another number gives another sample; 0")                     \
    X(DATA_SAMPLE, "name", 'n', "NEW", "name of the new data set")                                 \
    X(DATA_MERGE, "items-by", 0, "SQL", "items are the same where this is; again: for B alone")    \
    X(DATA_MERGE, "users-by", 0, "SQL", "the same of users; NULL: nobody is the same")             \
    X(DATA_MERGE, "source", 0, "COLUMN", "a column of the ratings with the name of their set")     \
    X(DATA_MERGE, "name", 'n', "NEW", "name of the new data set")                                  \
    X(DATA, "json", 0, "", "print JSON")                                                           \
    X(DATA, "digest", 0, "", "print only the SHA-256 that runs on the set keep")                   \
    X(EXPORT, "format", 'f', "FORMAT", "csv, jsonl or recbole; csv")                               \
    X(EXPORT, "to", 0, "FOLDER", "the folder to make; default: the name of the set")               \
    X(EXPORT, "force", 0, "", "replace a folder that an export has made")                          \
    X(SQL, "format", 'f', "FORMAT", "csv, tsv, json, jsonl, markdown or latex: all rows")          \
    X(SQL, "json", 0, "", "the same as --format json")                                             \
    X(SQL, "rows", 'n', "N", "show at most N rows; 1000")                                          \
    X(SQL, "patience", 0, "SECONDS", "give up after so long; 60")                                  \
    X(CHECK, "data", 'd', "NAME", "use this data set instead of the script's")                     \
    X(CHECK, "set", 0, "NAME=VALUE", "a setting of the script; may be repeated")                   \
    X(CHECK, "sample", 0, "", "on some of the ratings, at once, and show mapped rows")             \
    X(CHECK, "memory", 'm', "SIZE", "memory limit outside Lua: 4G, 512M; 3/4 of the free")         \
    X(CHECK, "unjailed", 0, "", "even if the system refuses to confine the script")                \
    X(MAP, "user", 'u', "ID", "this user; default: the first that is learned from")                \
    X(MAP, "item", 'i', "ID", "this item, by its id or a part of its title")                       \
    X(MAP, "row", 'r', "N", "row N of the ratings, for fields of the context")                     \
    X(MAP, "nearest", 'n', "N", "the N users, items or words nearest to it")                       \
    X(MAP, "word", 'w', "WORD", "with --nearest: to this word of a category, bag or text")         \
    X(MAP, "field", 'f', "NAME", "with --nearest or --picture: by this field alone")               \
    X(MAP, "picture", 'p', "WHAT", "draw users or items as points of the plane")                   \
    X(MAP, "by", 0, "COLUMN", "with --picture: colour by a field or column; the first field")      \
    X(MAP, "method", 0, "NAME", "with --picture: pca or tsne; pca")                                \
    X(MAP, "svg", 0, "FILE", "with --picture: write it to a new file as SVG")                      \
    X(MAP, "run", 0, "RUN", "the same by what N/arm/seed has learned")                             \
    X(MAP, "json", 0, "", "print JSON")                                                            \
    X(MAP, "data", 'd', "NAME", "use this data set instead of the script's")                       \
    X(MAP, "set", 0, "NAME=VALUE", "a setting of the script; may be repeated")                     \
    X(MAP, "memory", 'm', "SIZE", "the same as for check")                                         \
    X(MAP, "unjailed", 0, "", "even if the system refuses to confine the script")                  \
    X(TASKS, "user", 'u', "ID", "open a task of this user")                                        \
    X(TASKS, "item", 'i', "ID", "the same of an item, if tasks are items")                         \
    X(TASKS, "key", 0, "KEY", "with this key, if tasks have keys")                                 \
    X(TASKS, "scenario", 0, "NAME", "open one of warm, user-cold, item-cold or both-cold")         \
    X(TASKS, "part", 0, "NAME", "open one of test, validation or training")                        \
    X(TASKS, "draw", 0, "N", "as it is in draw N; 1")                                              \
    X(TASKS, "json", 0, "", "print JSON")                                                          \
    X(TASKS, "data", 'd', "NAME", "use this data set instead of the script's")                     \
    X(TASKS, "set", 0, "NAME=VALUE", "a setting of the script; may be repeated")                   \
    X(TASKS, "memory", 'm', "SIZE", "the same as for check")                                       \
    X(TASKS, "unjailed", 0, "", "even if the system refuses to confine the script")                \
    X(PARTS, "arm", 0, "NAME", "the plain arm that is fitted; content_mean")                       \
    X(PARTS, "shots", 0, "K", "with K ratings shown, or all; 0")                                   \
    X(PARTS, "json", 0, "", "print JSON")                                                          \
    X(PARTS, "data", 'd', "NAME", "use this data set instead of the script's")                     \
    X(PARTS, "set", 0, "NAME=VALUE", "a setting of the script; may be repeated")                   \
    X(PARTS, "memory", 'm', "SIZE", "the same as for check")                                       \
    X(PARTS, "unjailed", 0, "", "even if the system refuses to confine the script")                \
    X(CHECK_GRADIENT, "data", 'd', "NAME", "use this data set instead of the script's")            \
    X(CHECK_GRADIENT, "set", 0, "NAME=VALUE", "a setting of the script; may be repeated")          \
    X(CHECK_GRADIENT, "memory", 'm', "SIZE", "the same as for check")                              \
    X(CHECK_GRADIENT, "unjailed", 0, "", "even if the system refuses to confine the script")       \
    X(RUN, "data", 'd', "NAME", "use this data set instead of the script's")                       \
    X(RUN, "threads", 't', "N", "threads to compute with; one a core")                             \
    X(RUN, "memory", 'm', "SIZE", "memory limit outside Lua: 4G, 512M; 3/4 of the free")           \
    X(RUN, "seed", 's', "S", "the first seed, in place of the script's")                           \
    X(RUN, "set", 0, "NAME=VALUE", "a setting of the script; may be repeated")                     \
    X(RUN, "detach", 0, "", "start it and return; `thaw watch` follows")                           \
    X(RUN, "json", 0, "", "print one JSON object at the end")                                      \
    X(RUN, "unjailed", 0, "", "even if the system refuses to confine the script")                  \
    X(RESUME, "threads", 't', "N", "threads to compute with; as before")                           \
    X(RESUME, "memory", 'm', "SIZE", "memory limit outside Lua: 4G, 512M; 3/4 of the free")        \
    X(RESUME, "detach", 0, "", "start it and return")                                              \
    X(RESUME, "json", 0, "", "print one JSON object at the end")                                   \
    X(RESUME, "unjailed", 0, "", "even if the system refuses to confine the script")               \
    X(WATCH, "json", 0, "", "print one JSON object at the end")                                    \
    X(RUNS, "json", 0, "", "print JSON")                                                           \
    X(TRIALS, "json", 0, "", "print JSON")                                                         \
    X(LOG, "json", 0, "", "print JSON")                                                            \
    X(COMPARE, "baseline", 'b', "ARM", "use this opponent instead of the script's; best_plain")    \
    X(COMPARE, "same", 0, "", "of two executions: each arm against the same arm of the first")     \
    X(COMPARE, "answer", 0, "KIND", "judge MAE on the median level, the median, or raw")           \
    X(COMPARE, "scenario", 0, "NAME", "only warm, user-cold, item-cold or both-cold")              \
    X(COMPARE, "shots", 0, "K", "only K ratings shown, or all")                                    \
    X(COMPARE, "metric", 0, "NAME", "one alone: mae, rmse, ndcg5, auc ... or one of the script")   \
    X(COMPARE, "relevant", 0, "R", "ratings from R on are relevant: AUC and others of order")      \
    X(COMPARE, "user", 'u', "ID", "one user: ratings shown, ratings asked, every prediction")      \
    X(COMPARE, "item", 0, "ID", "the same of one item, if tasks are items")                        \
    X(COMPARE, "key", 0, "KEY", "with --user: which of the user's tasks, if tasks have keys")      \
    X(COMPARE, "users", 0, "ARM", "test users by what ARM gains over the baseline")                \
    X(COMPARE, "draw", 0, "D", "with --user: which draw of the asked ratings, from 1")             \
    X(COMPARE, "json", 0, "", "print JSON")                                                        \
    X(RECOMMEND, "rate", 'r', "ITEM=VALUE", "a rating; may be repeated")                           \
    X(RECOMMEND, "user", 'u', "ID", "with the attributes of this user, but not the ratings")       \
    X(RECOMMEND, "top", 'n', "N", "show the best N items; 10")                                     \
    X(RECOMMEND, "repeat", 0, "N", "compute it N times and print the time of one")                 \
    X(RECOMMEND, "json", 0, "", "print JSON")                                                      \
    X(RECOMMEND, "unjailed", 0, "", "even if the system refuses to confine the script")            \
    X(WHY, "item", 'i', "ITEM", "of what item: its id, or a part of its title")                    \
    X(WHY, "rate", 'r', "ITEM=VALUE", "a rating; may be repeated")                                 \
    X(WHY, "user", 'u', "ID", "with the attributes of this user, but not the ratings")             \
    X(WHY, "json", 0, "", "print JSON")                                                            \
    X(WHY, "unjailed", 0, "", "even if the system refuses to confine the script")                  \
    X(HELP, "words", 0, "", "list what a script can write, or what begins with WORD")              \
    X(HELP, "script", 0, "", "print a whole script with the example of a word of Lua")             \
    X(HELP, "man", 0, "PAGE", "print the manual page thaw or thaw-lua as troff")                   \
    X(HELP, "completion", 0, "SHELL", "print completions for bash, zsh or fish")                   \
    X(HELP, "annotations", 0, "", "print all declarations for Lua language servers")               \
    X(DOCTOR, "save", 0, "NEW", "copy the intact parts into NEW, a file that does not exist")      \
    X(DOCTOR, "json", 0, "", "print JSON")

struct command_option {
    const char *name;
    char letter;
    const char *argument; /* "" for a switch */
    const char *help;
};

struct command {
    enum command_id id;
    const char *words; /* as in "runs remove" */
    enum command_group group;
    const char *arguments; /* as in "[RUN...]" */
    const char *help;      /* one line without a full stop */
};

/* Rows in the order of COMMANDS. `id` is below COMMAND_COUNT. */
const struct command *command_at(enum command_id id);
/* The longer help: paragraphs and examples, each line at most 80 cells. */
const char *command_text(enum command_id id);
const char *command_group_title(enum command_group group);
/* Finds the command named by the first words. Sets `used` to the number of those words. Returns
 * NULL if there is none. */
const struct command *command_find(const char *const *words, size_t count, size_t *used);
/* The command that starts the line, or NULL if there is none. */
const struct command *command_of_line(const char *line);
/* The option at `index`: first the command's own options, then those of every command. Returns NULL
 * after the last. COMMAND_COUNT gives only the options of every command. */
const struct command_option *command_option_at(enum command_id id, size_t index);

#endif
