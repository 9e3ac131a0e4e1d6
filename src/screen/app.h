/* SPDX-License-Identifier: MIT
 *
 * The state of the running screen: the page in front and the selection on each page. Main thread
 * only; slow work runs in the background.
 */
#ifndef SCREEN_APP_H
#define SCREEN_APP_H

#include <stdint.h>

#include "base/file_watch.h"
#include "command/action.h"
#include "comparison/comparison.h"
#include "data/dataset_sink.h"
#include "screen/background.h"
#include "screen/completion.h"
#include "screen/page/view.h"
#include "screen/terminal/surface.h"
#include "screen/terminal/terminal.h"
#include "screen/widget/field.h"
#include "screen/widget/pager.h"
#include "store/store.h"

/* The user's selection, shared by all pages. */
struct chosen {
    char dataset[64]; /* "" : none */
    enum dataset_table table;
    int64_t execution;                   /* 0: the newest */
    const struct comparison *comparison; /* of Compare and below; NULL: not read yet */
    unsigned comparison_number;          /* counts the comparisons that were read */
    size_t setting, arm;
    char *user;                   /* owned; NULL: none */
    char *import_line;            /* owned; the command of the import being planned; NULL: none */
    char *query;                  /* owned; the SELECT of the page SQL; NULL: none */
    unsigned asked;               /* counts the times that a query was asked */
    char *script;                 /* owned; the file whose mapping the page Map draws; NULL: none */
    struct newcomer_guide *guide; /* owned; whose ratings the page Newcomer shows; NULL: none */
};

/* A test user whose ratings are shown to the arms one by one. */
struct newcomer_guide {
    int64_t execution;
    char *user;
    char *shown, *asked; /* "ITEM=VALUE" lines, in order */
};
void newcomer_guide_free(struct newcomer_guide *guide); /* accepts NULL */

/* What is typed after a prompt. Each prompt recalls its own lines. */
struct prompt {
    const char *text; /* NULL: not asked yet */
    struct field field;
};

struct app {
    const char *database;
    struct terminal *terminal;
    struct store *store; /* NULL while there is no database */
    /* A background thread opens the database first, because other processes may lock it for
     * seconds. If an older thaw wrote it, the keeper is asked once to upgrade it. */
    bool trying, opens, asked_keeper;
    bool replaced; /* another file took the database's path, and the old file's keeper still runs */
    double looking_since; /* when the main thread last started to read the database */
    uint64_t version;     /* the store's version when the page last looked */
    /* Threads for comparisons and walks over tables that somebody waits for, for statistics over
     * whole tables, and for commands. */
    struct background *reading, *counting, *commands;
    struct file_watch watch; /* of the script that is chosen on Scripts */
    char *last_command;      /* owned; the last command line that was started */
    struct view *views[PAGE_COUNT];
    enum page page;
    struct chosen chosen;
    struct pager *pager; /* shown above the page; NULL: none */
    bool typing;
    struct prompt prompts[8];
    struct prompt *asked; /* the last one */
    struct completion completion;
    char *sought; /* owned; the last text searched for */
    void (*entered)(struct app *app, const char *text);
    char trouble[512]; /* the last text of store_trouble */
    char hint[512];    /* above the line that is typed; "" if none */
    char message[512];
    enum ink message_ink;
    struct {
        int x, width;
    } tabs[TAB_COUNT]; /* where they were drawn, in the first line */
    struct box foot;   /* where the keys were drawn, in the last line */
    bool plain;        /* the surface is ASCII only */
    int width;         /* the width of the surface */
    bool active;       /* something computes, so look often */
    bool stale;        /* the page has not looked since it came to the front */
    bool leaving;
};

/* The input in front: the line being typed, the text above the page, or the page. */
enum page app_front(const struct app *app);
/* The work that the page in front noticeably waits for, or NULL. */
struct background *app_awaited(const struct app *app, struct background_wait *wait);
bool app_is_busy(const struct app *app);

/* Functions for views. */
void app_say(struct app *app, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Shows a text in the message line if it fits on one line, or else above the page. */
void app_show(struct app *app, enum ink ink, const char *title, const char *text);
void app_go(struct app *app, enum page page);
/* Asks for a line. `entered` receives it. `prompt` must stay valid as long as the screen. */
void app_ask(struct app *app, const char *prompt, const char *text,
             void (*entered)(struct app *app, const char *text));
/* Asks for the same line once more, because of a mistake in it, which is shown above it. */
void app_ask_again(struct app *app, const char *mistake);
/* Runs a line as on the command line, and shows its output. */
void app_command(struct app *app, const char *line);
void app_read(struct app *app, const char *title, const char *text);
/* Takes the mouse, or leaves it to the terminal, and says so. */
void app_set_mouse(struct app *app, bool on);
/* Lends the terminal to a program until it ends. */
void app_run_program(struct app *app, const char *const *arguments);

#endif
