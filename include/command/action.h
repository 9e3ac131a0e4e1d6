/* SPDX-License-Identifier: MIT
 *
 * What keys do on the pages of the screen. The screen dispatches by these rows, its `?` lists them,
 * and its foot shows the first of a page. An action that is a command names the line it runs: in it
 * stand {data}, {table}, {script}, {run} for what is chosen on the page.
 */
#ifndef COMMAND_ACTION_H
#define COMMAND_ACTION_H

#include <stddef.h>

/* Name, title in the head of the screen. EVERY is no page: its keys work on all of them. */
#define PAGES(X)                                                                                   \
    X(EVERY, "Everywhere")                                                                         \
    X(DATA, "Data")       /* data sets, with a summary of the chosen one */                        \
    X(TABLE, "Table")     /* the rows of one table */                                              \
    X(SCRIPTS, "Scripts") /* experiments, the source of the chosen one */                          \
    X(TRAIN, "Train")     /* executions, charts of the chosen one */                               \
    X(COMPARE, "Compare") /* arms by scenario and shots */                                         \
    X(USERS, "Users")     /* users sorted by difference */                                         \
    X(USER, "User")       /* one user */                                                           \
    X(READ, "Text")       /* a text to be read: help, output of a command */

enum page {
#define X(name, title) PAGE_##name,
    PAGES(X)
#undef X
        PAGE_COUNT
};
const char *page_title(enum page page);

/* Action, page, keys (separated by spaces; the names of keys as in "PgDn"), word for the foot (""
 * to leave it out there), command line it runs ("" where it only concerns the screen), help. */
#define ACTIONS(X)                                                                                 \
    X(HELP, EVERY, "? F1", "help", "", "list the keys of this page")                               \
    X(COMMAND, EVERY, ":", "command", "", "type a command, as on the command line")                \
    X(GO_DATA, EVERY, "1 F2", "", "", "go to Data")                                                \
    X(GO_SCRIPTS, EVERY, "2 F3", "", "", "go to Scripts")                                          \
    X(GO_TRAIN, EVERY, "3 F4", "", "", "go to Train")                                              \
    X(GO_COMPARE, EVERY, "4 F5", "", "", "go to Compare")                                          \
    X(NEXT_PAGE, EVERY, "Tab", "", "", "go to the next page")                                      \
    X(PREVIOUS_PAGE, EVERY, "Shift-Tab", "", "", "go to the page before")                          \
    X(REPAINT, EVERY, "Ctrl-L", "", "", "draw the screen anew")                                    \
    X(SUSPEND, EVERY, "Ctrl-Z", "", "", "put the screen aside; `fg` brings it back")               \
    X(QUIT, EVERY, "q Ctrl-Q", "quit", "", "go back, or leave; what trains goes on")               \
    X(BACK, EVERY, "Esc", "", "", "go back, leave a field as it was, or give up a wait")           \
    X(UP, EVERY, "Up k", "", "", "one row up")                                                     \
    X(DOWN, EVERY, "Down j", "", "", "one row down")                                               \
    X(LEFT, EVERY, "Left h", "", "", "to the left")                                                \
    X(RIGHT, EVERY, "Right l", "", "", "to the right")                                             \
    X(PAGE_UP, EVERY, "PgUp Ctrl-B", "", "", "one screenful up")                                   \
    X(PAGE_DOWN, EVERY, "PgDn Ctrl-F", "", "", "one screenful down")                               \
    X(FIRST, EVERY, "Home g", "", "", "to the first row")                                          \
    X(LAST, EVERY, "End G", "", "", "to the last row")                                             \
    X(FIND, EVERY, "/", "", "", "find a text in the table")                                        \
    X(FIND_NEXT, EVERY, "Ctrl-N", "", "", "to the next row that has it")                           \
    X(FIND_BEFORE, EVERY, "N Ctrl-P", "", "", "to the row before that has it")                     \
    X(SORT, EVERY, ">", "", "", "sort the table by its next column")                               \
    X(SORT_BEFORE, EVERY, "<", "", "", "sort it by the column before")                             \
    X(SORT_REVERSE, EVERY, "R", "", "", "turn the order of its rows round")                        \
    X(EXPORT, EVERY, "x", "", "", "write the table to a file, as CSV or JSON")                     \
    X(DATA_OPEN, DATA, "Enter", "rows", "", "look at the rows of the table")                       \
    X(DATA_TABLE, DATA, "t", "table", "", "ratings, users or items")                               \
    X(DATA_SHOW, DATA, "i", "describe", "data {data}", "describe the data set")                    \
    X(DATA_IMPORT, DATA, "a", "import", ":import ", "import another data set")                     \
    X(DATA_REMOVE, DATA, "D", "", ":data remove {data}", "delete the data set")                    \
    X(TABLE_TABLE, TABLE, "t", "table", "", "ratings, users or items")                             \
    X(TABLE_COLUMN, TABLE, "s Enter", "column", "", "summarise the column")                        \
    X(TABLE_GOTO, TABLE, "p", "go to", "", "go to a row, or to a place in percent")                \
    X(SCRIPT_RUN, SCRIPTS, "r", "run", "run {script}", "run the experiment")                       \
    X(SCRIPT_CHECK, SCRIPTS, "c Enter", "check", "check {script}", "check the experiment")         \
    X(SCRIPT_EDIT, SCRIPTS, "e", "edit", "", "open it in $VISUAL or $EDITOR, at its error")        \
    X(TRAIN_COMPARE, TRAIN, "Enter", "compare", "", "compare its arms")                            \
    X(TRAIN_PAUSE, TRAIN, "p", "pause", "pause {run}", "pause at the next step, or continue")      \
    X(TRAIN_STOP, TRAIN, "s", "stop", "stop {run}", "checkpoint and stop")                         \
    X(TRAIN_RESUME, TRAIN, "r", "resume", "resume {run}", "go on from the checkpoint")             \
    X(TRAIN_DETACH, TRAIN, "d", "detach", "", "leave the screen; the training goes on")            \
    X(TRAIN_SERIES, TRAIN, "v", "series", "", "training or validation losses")                     \
    X(TRAIN_LOG, TRAIN, "y", "log scale", "", "logarithmic or linear losses")                      \
    X(TRAIN_SMOOTH, TRAIN, "m", "smooth", "", "smoothed or raw losses")                            \
    X(TRAIN_REMOVE, TRAIN, "D", "", ":runs remove {run}", "delete its runs and results")           \
    X(COMPARE_USERS, COMPARE, "Enter", "users", "", "users sorted by what the arm changes")        \
    X(COMPARE_METRIC, COMPARE, "m", "metric", "", "MAE, RMSE, nDCG@5 or log score")                \
    X(COMPARE_GAINS, COMPARE, "v", "gains", "", "gains over the opponent, or the values")          \
    X(COMPARE_BASELINE, COMPARE, "b", "opponent", "", "take the arm as the opponent, or go back")  \
    X(COMPARE_ANSWER, COMPARE, "a", "answer", "", "judge on levels, medians or raw predictions")   \
    X(COMPARE_RUN, COMPARE, "n", "execution", "", "compare another execution")                     \
    X(USERS_OPEN, USERS, "Enter", "user", "", "ratings and predictions of the user")               \
    X(USERS_ORDER, USERS, "o", "order", "", "largest gains or largest losses first")               \
    X(USERS_ARM, USERS, "a", "arm", "", "another arm")                                             \
    X(USER_DRAW, USER, "d", "draw", "", "the next draw of asked ratings")                          \
    X(USER_SHOTS, USER, "s", "shots", "", "more of the ratings shown")                             \
    X(READ_CLOSE, READ, "Enter", "close", "", "back to the page")

enum action {
#define X(name, page, keys, word, line, help) ACTION_##name,
    ACTIONS(X)
#undef X
        ACTION_COUNT
};

struct action_row {
    enum action action;
    enum page page;
    const char *keys;
    const char *word;
    const char *line; /* one that begins with ":" is put on the command line, to be completed */
    const char *help;
};

/* Rows in the order of ACTIONS, ACTION_COUNT of them. */
const struct action_row *action_at(enum action action);

#endif
