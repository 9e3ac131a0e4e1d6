/* SPDX-License-Identifier: MIT
 *
 * Declares every key and word of the screen once: the pages it works on, what it does and its help.
 * The screen dispatches by these rows. Its help, the hints at its foot and `thaw help` are made of
 * them.
 */
#ifndef COMMAND_ACTION_H
#define COMMAND_ACTION_H

#include <stdbool.h>
#include <stddef.h>

/* Name, lower_view_new that makes its view (src/screen/page/view.h), title, parent page (the page
 * itself if it has a tab). The pages with a tab come first, in the order of the tabs. */
#define PAGES_WITH_VIEW(X)                                                                         \
    X(DATA, data, "Data", DATA)             /* data sets, with a summary of the chosen one */      \
    X(SCRIPTS, scripts, "Scripts", SCRIPTS) /* experiments, the source of the chosen one */        \
    X(TRAIN, train, "Train", TRAIN)         /* executions, charts of the chosen one */             \
    X(COMPARE, compare, "Compare", COMPARE) /* arms by scenario and shots */                       \
    X(TABLE, table, "Table", DATA)          /* the rows of one table */                            \
    X(PLAN, plan, "Import", DATA)           /* what an import would decide */                      \
    X(SHAPE, shape, "Shape", DATA)          /* long tail, cold start, time line, warnings */       \
    X(SHEET, sheet, "SQL", DATA)            /* the rows of a query */                              \
    X(USERS, users, "Users", COMPARE)       /* users sorted by difference */                       \
    X(USER, user, "User", USERS)            /* one user */                                         \
    X(MAP, map, "Map", SCRIPTS)             /* users or items as the mapping has them */           \
    X(NEWCOMER, newcomer, "Newcomer", TRAIN) /* rates items and sees what every arm makes of it */

#define PAGES(X)                                                                                   \
    PAGES_WITH_VIEW(X)                                                                             \
    X(READ, read, "In a text", READ)                /* above a page: help, output of a command */  \
    X(FIELD, field, "In a line to be typed", FIELD) /* above all: a command, or an answer */

enum page {
#define X(name, lower, title, parent) PAGE_##name,
    PAGES(X)
#undef X
        PAGE_COUNT,
    TAB_COUNT = PAGE_COMPARE + 1
};

/* The pages on which a row of ACTIONS works. */
enum page_mask {
#define X(name, lower, title, parent) ON_##name = 1 << PAGE_##name,
    PAGES(X)
#undef X
        ON_TABS = ON_DATA | ON_SCRIPTS | ON_TRAIN | ON_COMPARE,
    ON_BELOW = (ON_READ - 1) & ~ON_TABS,
    ON_PAGES = ON_TABS | ON_BELOW,
    ON_VIEWS = ON_PAGES | ON_READ,
    ON_NOT_COMPARE = ON_VIEWS & ~ON_COMPARE,
    ON_NOT_NEWCOMER = ON_VIEWS & ~ON_NEWCOMER,
    ON_ALL = ON_VIEWS | ON_FIELD
};

const char *page_title(enum page page);
/* The parent page, or the page itself if it has a tab. */
enum page page_parent(enum page page);
/* The nearest page with a tab: the page itself or an ancestor. */
enum page page_tab(enum page page);

/* Action, pages, keys, words, shown, line, help. Keys and words are separated by spaces. Keys
 * have names such as "PgDn"; words are typed after ":". The foot shows the first key and word of
 * a row with FOOT; the help shows every row. `line` is the command to run, or "" if the screen
 * itself does the action. {data}, {table}, {script} and {run} in it stand for the selection on
 * the page. */
#define ACTIONS(X)                                                                                 \
    X(DATA_OPEN, DATA, "Enter", "rows", FOOT, "", "look at the rows of the table")                 \
    X(DATA_TABLE, DATA, "t", "table", FOOT, "", "ratings, users or items")                         \
    X(DATA_SHAPE, DATA, "s", "shape", FOOT, "", "long tail, cold start, time line and warnings")   \
    X(DATA_SHOW, DATA, "i", "describe", FOOT, "data {data}", "describe the data set")              \
    X(DATA_IMPORT, DATA, "a", "import", FOOT, ":import ", "import another data set")               \
    X(DATA_PLAN, DATA, "p", "plan", HELP, "data {data} --plan", "what its import decided")         \
    X(DATA_REMOVE, DATA, "D", "delete", HELP, ":data remove {data}", "delete the data set")        \
    X(DATA_SQL, DATA, "S", "ask", HELP, ":sql {query}", "ask by a SELECT")                         \
    X(DATA_SAVE, DATA, "E", "save", HELP, ":export {data} --to {data}",                            \
      "write the data set to files")                                                               \
    X(DATA_FILTER, DATA, "F", "filter", HELP, ":data filter {data} --name {data}_new --where ''",  \
      "make a data set of ratings that fit")                                                       \
    X(DATA_RENAME, DATA, "M", "rename", HELP, ":data rename {data} {data}",                        \
      "give the data set another name")                                                            \
    X(SHEET_EDIT, SHEET, "e Enter", "edit", FOOT, ":sql {query}", "change the query")              \
    X(SHEET_AGAIN, SHEET, "r", "again", FOOT, "", "ask it again")                                  \
    X(TABLE_OPEN, TABLE, "Enter", "open", FOOT, "",                                                \
      "open the ratings of the user or item, or the rows that were counted")                       \
    X(TABLE_FILTER, TABLE, "f", "filter", FOOT, "",                                                \
      "show the rows that pass a condition, such as :filter age > 25 and gender = 'F'")            \
    X(TABLE_FREQUENCY, TABLE, "F", "frequency", FOOT, "",                                          \
      "count each value of the column, with the mean rating")                                      \
    X(TABLE_TABLE, TABLE, "t", "table", FOOT, "", "ratings, users or items")                       \
    X(TABLE_COLUMN, TABLE, "s", "column", FOOT, "", "summarise the column")                        \
    X(TABLE_GOTO, TABLE, "p", "goto", FOOT, "",                                                    \
      "go to a row, or to a place in percent; also :1234 and :50%")                                \
    X(TABLE_ONLY, TABLE, ",", "only", HELP, "", "filter by the value under the cursor as well")    \
    X(TABLE_ASCENDING, TABLE, "[", "ascending", HELP, "", "sort by the column, smallest first")    \
    X(TABLE_DESCENDING, TABLE, "]", "descending", HELP, "", "sort by the column, largest first")   \
    X(TABLE_ALSO_ASCENDING, TABLE, "{", "also", HELP, "",                                          \
      "sort what is equal so far by the column, smallest first")                                   \
    X(TABLE_ALSO_DESCENDING, TABLE, "}", "", HELP, "", "the same, largest first")                  \
    X(TABLE_UNDO, TABLE, "u U", "undo", HELP, "", "undo a filter, sort, shown or hidden column")   \
    X(TABLE_REDO, TABLE, "Ctrl-R", "redo", HELP, "", "do again what was undone")                   \
    X(TABLE_HIDE, TABLE, "-", "hide", HELP, "", "hide the column")                                 \
    X(TABLE_SHOW, TABLE, "+", "show", HELP, "",                                                    \
      "show a hidden column, or one of users and items: user.age, item.year; all")                 \
    X(TABLE_COLUMN_GO, TABLE, "c", "to", HELP, "", "go to a column by its name")                   \
    X(TABLE_ADD, TABLE, "=", "add", HELP, "",                                                      \
      "add a column, such as :add decade = bin(item.year, 10)")                                    \
    X(TABLE_MEANS, TABLE, "M", "means", HELP, "",                                                  \
      "count each value, with mean, deviation, least and most of another column")                  \
    X(TABLE_HISTOGRAM, TABLE, "H", "histogram", HELP, "",                                          \
      "count the numbers of the column in bins, also on a logarithmic scale")                      \
    X(TABLE_STATISTICS, TABLE, "I", "statistics", HELP, "",                                        \
      "quartiles, deviation, distinct, missing and top value of every shown column")               \
    X(TABLE_CROSSTAB, TABLE, "X", "crosstab", HELP, "",                                            \
      "count the column against another; a third one behind it is averaged")                       \
    X(TABLE_SCATTER, TABLE, ".", "scatter", HELP, "", "draw points of the column over another")    \
    X(PLAN_ACCEPT, PLAN, "Enter", "accept", FOOT, "", "import it as planned")                      \
    X(PLAN_OVERRULE, PLAN, "o e", "overrule", FOOT, "", "type the command, with this decision")    \
    X(PLAN_COLUMNS, PLAN, "t", "columns", FOOT, "", "columns and first cells, or decisions")       \
    X(SHAPE_PART, SHAPE, "t", "part", FOOT, "", "the next part; Left and Right go round them")     \
    X(SHAPE_BEFORE, SHAPE, "T", "", HELP, "", "the part before")                                   \
    X(SHAPE_CHART, SHAPE, "v", "chart", FOOT, "", "the chart of the part, or its table")           \
    X(SCRIPT_RUN, SCRIPTS, "r", "run", FOOT, "run {script}", "run the experiment")                 \
    X(SCRIPT_CHECK, SCRIPTS, "c Enter", "check", FOOT, "check {script}", "check the experiment")   \
    X(SCRIPT_EDIT, SCRIPTS, "e", "edit", FOOT, "", "open it in $VISUAL or $EDITOR, at its error")  \
    X(SCRIPT_WORD, SCRIPTS, "K", "explain", FOOT, "", "explain the word of Lua under the cursor")  \
    X(SCRIPT_NEXT_WORD, SCRIPTS, "w", "", HELP, "", "go to the next word that can be explained")   \
    X(SCRIPT_WORD_BEFORE, SCRIPTS, "b", "", HELP, "", "go to the word before")                     \
    X(SCRIPT_MAP, SCRIPTS, "m", "picture", FOOT, "",                                               \
      "draw users and items as its mapping has them")                                              \
    X(MAP_OPEN, MAP, "Enter", "open", FOOT, "map {script} {point}",                                \
      "show the row of the point, raw and mapped")                                                 \
    X(MAP_NEAR, MAP, "d", "near", FOOT, "map {script} {near}",                                     \
      "list what is nearest to the point")                                                         \
    X(MAP_SUBJECT, MAP, "u", "users", FOOT, "", "users or items")                                  \
    X(MAP_METHOD, MAP, "t", "method", FOOT, "", "PCA or t-SNE")                                    \
    X(MAP_BY, MAP, "b", "by", FOOT, "", "colour by a field or column")                             \
    X(MAP_MARKERS, MAP, "v", "markers", HELP, "", "dots or markers, which need no colour")         \
    X(MAP_OF, MAP, "o", "of", HELP, "", "as a run has learned it, such as :of 3/maml/1")           \
    X(TRAIN_COMPARE, TRAIN, "Enter", "arms", FOOT, "", "compare its arms")                         \
    X(TRAIN_NEWCOMER, TRAIN, "b", "newcomer", FOOT, "",                                            \
      "be a newcomer: rate items and see what every arm makes of it")                              \
    X(NEWCOMER_FIND, NEWCOMER, "f", "title", FOOT, "", "find items by words of their titles")      \
    X(NEWCOMER_RATE, NEWCOMER, "1 2 3 4 5 6 7 8 9", "rate", FOOT, "", "rate the item")             \
    X(NEWCOMER_VALUE, NEWCOMER, "Enter", "value", FOOT, "",                                        \
      "type a rating of the item, such as 3.5")                                                    \
    X(NEWCOMER_TAKE_BACK, NEWCOMER, "u Backspace", "undo", FOOT, "",                               \
      "take the rating back, of the item or the last one")                                         \
    X(NEWCOMER_WHY, NEWCOMER, "w", "why", FOOT, "why {run} --item {item}{rates}",                  \
      "say what each rating adds to the prediction")                                               \
    X(NEWCOMER_NEXT, NEWCOMER, ". Space", "next", FOOT, "",                                        \
      "show the next rating of the user whom the page User gave")                                  \
    X(NEWCOMER_TABLE, NEWCOMER, "t", "table", FOOT, "",                                            \
      "lists; what is rated, beside what was predicted just before; errors by ratings shown")      \
    X(NEWCOMER_ARMS, NEWCOMER, "a", "arms", FOOT, "", "which arms answer, by their names")         \
    X(NEWCOMER_ANEW, NEWCOMER, "D", "anew", HELP, "", "forget all ratings")                        \
    X(TRAIN_PAUSE, TRAIN, "p", "pause", FOOT, "pause {run}",                                       \
      "pause at the next step, or continue")                                                       \
    X(TRAIN_STOP, TRAIN, "s", "stop", FOOT, "stop {run}", "checkpoint and stop")                   \
    X(TRAIN_RESUME, TRAIN, "r", "resume", FOOT, "resume {run}", "go on from the checkpoint")       \
    X(TRAIN_DETACH, TRAIN, "d", "detach", FOOT, "", "leave the screen; the training goes on")      \
    X(TRAIN_SERIES, TRAIN, "v", "series", FOOT, "", "training or validation losses")               \
    X(TRAIN_LOG, TRAIN, "y", "scale", FOOT, "", "logarithmic or linear losses")                    \
    X(TRAIN_SMOOTH, TRAIN, "m", "smooth", FOOT, "", "smoothed or raw losses")                      \
    X(TRAIN_REMOVE, TRAIN, "D", "delete", HELP, ":runs remove {run}",                              \
      "delete its runs and results")                                                               \
    X(COMPARE_USERS, COMPARE, "Enter", "users", FOOT, "", "users sorted by what the arm changes")  \
    X(COMPARE_METRIC, COMPARE, "m", "metric", FOOT, "",                                            \
      "the next metric; :metric NAME chooses one")                                                 \
    X(COMPARE_GAINS, COMPARE, "v", "gains", FOOT, "", "gains over the opponent, or the values")    \
    X(COMPARE_BASELINE, COMPARE, "b", "opponent", FOOT, "",                                        \
      "take the arm as the opponent, or go back")                                                  \
    X(COMPARE_ANSWER, COMPARE, "a", "answer", FOOT, "",                                            \
      "judge on levels, medians or raw predictions")                                               \
    X(COMPARE_RELEVANT, COMPARE, "t", "relevant", HELP, "",                                        \
      "the least rating of a relevant item, for AUC")                                              \
    X(COMPARE_RUN, COMPARE, "n", "execution", FOOT, "", "compare another execution")               \
    X(USERS_OPEN, USERS, "Enter", "user", FOOT, "", "ratings and predictions of the user")         \
    X(USERS_ORDER, USERS, "o", "order", FOOT, "", "largest gains or largest losses first")         \
    X(USERS_ARM, USERS, "a", "arm", FOOT, "", "another arm")                                       \
    X(USER_DRAW, USER, "d", "draw", FOOT, "", "the next draw of asked ratings")                    \
    X(USER_SHOTS, USER, "s", "shots", FOOT, "", "more of the ratings shown")                       \
    X(USER_NEWCOMER, USER, "b", "newcomer", FOOT, "",                                              \
      "show the arms the ratings one by one, on the page Newcomer")                                \
    X(READ_CLOSE, READ, "q Enter Esc Ctrl-C ? F1", "close", FOOT, "", "back to the page")          \
    X(FIELD_ENTER, FIELD, "Enter", "done", FOOT, "", "do what is typed")                           \
    X(FIELD_CANCEL, FIELD, "Esc Ctrl-C", "cancel", FOOT, "", "do nothing")                         \
    X(FIELD_COMPLETE, FIELD, "Tab", "complete", FOOT, "", "complete the name, or show the next")   \
    X(FIELD_OLDER, FIELD, "Up", "older", FOOT, "", "what was typed before")                        \
    X(FIELD_NEWER, FIELD, "Down", "newer", HELP, "", "what was typed after that")                  \
    X(FIELD_CLEAR, FIELD, "Ctrl-U", "clear", FOOT, "", "erase all before the cursor")              \
    X(FIELD_LEFT, FIELD, "Left", "", HELP, "", "one character to the left")                        \
    X(FIELD_RIGHT, FIELD, "Right", "", HELP, "", "one character to the right")                     \
    X(FIELD_BEGIN, FIELD, "Home Ctrl-A", "", HELP, "", "to the beginning")                         \
    X(FIELD_END, FIELD, "End Ctrl-E", "", HELP, "", "to the end")                                  \
    X(FIELD_ERASE, FIELD, "Backspace", "", HELP, "", "erase the character before the cursor")      \
    X(FIELD_DELETE, FIELD, "Delete", "", HELP, "", "erase the character under the cursor")         \
    X(FIELD_WORD, FIELD, "Ctrl-W", "", HELP, "", "erase the word before the cursor")               \
    X(HELP, PAGES, "? F1", "help keys", FOOT, "", "list the keys of this page and all commands")   \
    X(COMMAND, VIEWS, ":", "command", FOOT, "", "type a command, as on the command line")          \
    X(BACK, BELOW, "q", "back", FOOT, "", "go back to the page above")                             \
    X(QUIT, TABS, "q", "quit", FOOT, "", "leave, if no page is above; what trains goes on")        \
    X(ESCAPE, PAGES, "Esc", "", HELP, "", "give up a wait, or go back to the page above")          \
    X(INTERRUPT, PAGES, "Ctrl-C", "", HELP, "", "give up a wait; it does not leave")               \
    X(LEAVE, ALL, "Ctrl-Q", "quit q", HELP, "", "leave from anywhere; what trains goes on")        \
    X(GO_DATA, NOT_NEWCOMER, "1 F2", "", HELP, "", "go to Data")                                          \
    X(GO_SCRIPTS, NOT_NEWCOMER, "2 F3", "", HELP, "", "go to Scripts")                                    \
    X(GO_TRAIN, NOT_NEWCOMER, "3 F4", "", HELP, "", "go to Train")                                        \
    X(GO_COMPARE, NOT_NEWCOMER, "4 F5", "", HELP, "", "go to Compare")                                    \
    X(NEXT_PAGE, VIEWS, "Tab", "next", HELP, "", "go to the next page")                            \
    X(PREVIOUS_PAGE, VIEWS, "Shift-Tab", "previous", HELP, "", "go to the page before")            \
    X(UP, VIEWS, "Up k", "", HELP, "", "one row up")                                               \
    X(DOWN, VIEWS, "Down j", "", HELP, "", "one row down")                                         \
    X(LEFT, VIEWS, "Left h", "", HELP, "", "to the left")                                          \
    X(RIGHT, VIEWS, "Right l", "", HELP, "", "to the right")                                       \
    X(PAGE_UP, VIEWS, "PgUp Ctrl-B", "", HELP, "", "one screenful up")                             \
    X(PAGE_DOWN, VIEWS, "PgDn Ctrl-F", "", HELP, "", "one screenful down")                         \
    X(FIRST, VIEWS, "Home g", "", HELP, "", "to the first row")                                    \
    X(LAST, VIEWS, "End G", "", HELP, "", "to the last row")                                       \
    X(FIND, VIEWS, "/", "find", HELP, "", "find a text, or a regular expression behind ~")         \
    X(FIND_NEXT, VIEWS, "Ctrl-N", "", HELP, "", "go to the next row that has it")                  \
    X(FIND_MORE, NOT_COMPARE, "n", "", HELP, "", "go to the next row that has it")                 \
    X(FIND_BEFORE, VIEWS, "N Ctrl-P", "", HELP, "", "go to the row before that has it")            \
    X(SORT, PAGES, ">", "sort", HELP, "", "sort the table by its next column")                     \
    X(SORT_BEFORE, PAGES, "<", "", HELP, "", "sort the table by the column before")                \
    X(SORT_REVERSE, PAGES, "R", "reverse", HELP, "", "reverse the order of its rows")              \
    X(EXPORT, PAGES, "x", "export", HELP, "",                                                      \
      "write the table to a .csv, .json, .md or .tex file")                                        \
    X(COPY, PAGES, "Y", "copy", HELP, "", "copy the cell or row to the terminal's clipboard")      \
    X(COPY_TABLE, PAGES, "Ctrl-Y", "copytable", HELP, "", "copy the table to it")                  \
    X(MOUSE, VIEWS, "Ctrl-T", "mouse", HELP, "", "leave the mouse to the terminal, or take it")    \
    X(REPAINT, ALL, "Ctrl-L", "repaint", HELP, "", "redraw the screen")                            \
    X(SUSPEND, ALL, "Ctrl-Z", "suspend", HELP, "", "put the screen aside; `fg` brings it back")

enum action {
#define X(name, pages, keys, words, shown, line, help) ACTION_##name,
    ACTIONS(X)
#undef X
        ACTION_COUNT
};

enum action_shown { SHOWN_HELP, SHOWN_FOOT };

struct action_row {
    enum action action;
    unsigned pages; /* bits of enum page_mask */
    const char *keys;
    const char *words;
    enum action_shown shown;
    const char *line; /* a line that begins with ":" is offered for editing instead of run */
    const char *help;
};

/* Rows in the order of ACTIONS. `action` is below ACTION_COUNT. */
const struct action_row *action_at(enum action action);

bool action_is_on(enum action action, enum page page);
/* Whether the action works on that page alone. */
bool action_is_own(enum action action, enum page page);
/* Whether the action only moves the cursor or the text. */
bool action_moves(enum action action);
/* Finds the action of a key ("PgDn") or a word on the page. Returns false if there is none. */
bool action_of_key(enum page page, const char *key, enum action *action);
bool action_of_word(enum page page, const char *word, enum action *action);

#endif
