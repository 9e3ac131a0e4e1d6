/* SPDX-License-Identifier: MIT
 *
 * The running screen: one loop, one page in front, and what is chosen on the pages. Main thread
 * only; slow work is done in the background.
 */
#ifndef SCREEN_APP_H
#define SCREEN_APP_H

#include <stdint.h>

#include "command/action.h"
#include "comparison/comparison.h"
#include "data/dataset_sink.h"
#include "screen/background.h"
#include "screen/page/view.h"
#include "screen/terminal/surface.h"
#include "screen/terminal/terminal.h"
#include "screen/widget/field.h"
#include "screen/widget/pager.h"
#include "store/store.h"

/* What a person has chosen, across pages. */
struct chosen {
    char dataset[64]; /* "" : none */
    enum dataset_table table;
    int64_t execution;                   /* 0: the newest */
    const struct comparison *comparison; /* on Compare and below; NULL until it is read */
    unsigned comparison_number;          /* counts the comparisons that were read */
    size_t setting, arm;
    char *user; /* owned; NULL: none */
};

struct app {
    const char *database;
    struct terminal *terminal;
    struct store *store; /* NULL while there is no database */
    /* Another thread tries first whether the database opens, as others may hold it for seconds; the
     * keeper, asked once, brings that of an older thaw up to date. */
    bool trying, opens, asked_keeper;
    bool replaced;        /* another file lies there, and the keeper of the one before still runs */
    double looking_since; /* when the main thread last began something */
    uint64_t version;     /* of the store when the page last looked */
    /* Comparisons; statistics over whole tables, which may take seconds; commands. */
    struct background *reading, *counting, *commands;
    char *last_command; /* owned; the line that was started last */
    struct view *views[PAGE_COUNT];
    enum page page;
    struct chosen chosen;
    struct pager *pager; /* above the page; NULL: none */
    bool typing;
    struct field field;
    char *sought; /* owned; what was searched last */
    const char *prompt;
    void (*entered)(struct app *app, const char *text);
    char trouble[512]; /* of store_trouble when last asked */
    char message[512];
    enum ink message_ink;
    bool plain;  /* the surface is ASCII */
    int width;   /* of the surface */
    bool active; /* something computes: look often */
    bool stale;  /* the page has not looked since it came to the front */
    bool leaving;
};

/* What is in front: a line that is typed, a text, or the page. */
enum page app_front(const struct app *app);
/* What is awaited on the page in front for longer than a moment; NULL when nothing is. */
struct background *app_awaited(const struct app *app, struct background_wait *wait);
/* Whether any work is under way in the background. */
bool app_is_busy(const struct app *app);

/* What views ask for. */
void app_say(struct app *app, enum ink ink, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Says a text if it is one line that fits, otherwise puts it above the page, to be read. */
void app_show(struct app *app, enum ink ink, const char *title, const char *text);
void app_go(struct app *app, enum page page);
/* Lets a line be typed; `entered` gets it. `prompt` lives on. */
void app_ask(struct app *app, const char *prompt, const char *text,
             void (*entered)(struct app *app, const char *text));
/* Runs a command, a line as on the command line, and shows what it says. */
void app_command(struct app *app, const char *line);
void app_read(struct app *app, const char *title, const char *text);
/* Leaves the terminal to a program and comes back. */
void app_run_program(struct app *app, const char *const *arguments);

#endif
