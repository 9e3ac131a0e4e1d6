/* SPDX-License-Identifier: MIT
 *
 * The Scripts page: the experiments at the left, the source of the chosen one at the right, and the
 * result of a check below.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/text.h"
#include "keeper/client.h"
#include "screen/app.h"
#include "screen/page/script_list.h"
#include "screen/page/source_pane.h"

enum { LIST_MOST = 24, WIDE = 64, LINE_BYTES = 512 };

struct scripts_view {
    struct view view;
    struct script_list list;
    struct browser browser;
    struct source_pane source; /* of the chosen one */
    char *shown;               /* path of `source` */
    char *checked;             /* path of the checked script; NULL: none */
    struct check_report report;
    unsigned checking;              /* the number of the check under way; 0: none */
    bool sampled;                   /* the last check was of a saved file, on a sample */
    char saved_at[16], good_at[16]; /* the time of day of the last save, and of the last good one */
    char *good;                     /* what the check said of that; NULL: none */
    struct error error;             /* of reading the source; "" if none */
};

static const struct script_entry *chosen(const struct scripts_view *view)
{
    return view->list.count ? &view->list.entries[browser_row(&view->browser)] : NULL;
}

/* Reads the chosen script, and watches its file. */
static void read_source(struct scripts_view *view, struct app *app)
{
    const struct script_entry *entry = chosen(view);
    bool same = entry && view->shown && strcmp(view->shown, entry->path) == 0;
    free(view->shown);
    view->error.text[0] = '\0';
    source_pane_set(&view->source, entry ? script_entry_text(entry, &view->error) : NULL, same);
    view->shown = entry ? memory_string(entry->path) : NULL;
    file_watch_set(&app->watch, entry && !entry->source ? entry->path : NULL);
    if (same)
        return;
    free(view->good);
    view->good = NULL;
}

static void show_list(struct scripts_view *view)
{
    static const struct listing_column COLUMNS[] = {{.title = "experiment", .fit = LISTING_REST},
                                                    {.title = "from", .missed = 1},
                                                    {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < view->list.count; i++) {
        listing_foreign(listing, view->list.entries[i].name);
        listing_foreign(listing, view->list.entries[i].origin);
        listing_style(listing, INK_DIM);
    }
    view->view.browser = view->list.count ? &view->browser : NULL;
    browser_show(&view->browser, listing);
    browser_choose(&view->browser, 0);
}

static void look(struct view *self, struct app *app)
{
    struct scripts_view *view = (struct scripts_view *)self;
    char *before = view->shown ? memory_string(view->shown) : NULL;
    script_list_read(&view->list, app->store);
    show_list(view);
    for (size_t i = 0; before && i < view->list.count; i++)
        if (strcmp(view->list.entries[i].path, before) == 0)
            browser_choose(&view->browser, i);
    free(before);
    read_source(view, app);
}

static int list_width(const struct scripts_view *view, const struct surface *surface)
{
    int width = (int)strlen("  experiment ↓");
    for (size_t i = 0; i < view->list.count; i++) {
        int name = surface_text_width(surface, view->list.entries[i].name) + 2;
        width = name > width ? name : width;
    }
    return width > LIST_MOST ? LIST_MOST : width;
}

static bool has_report(const struct scripts_view *view)
{
    const struct script_entry *entry = chosen(view);
    return entry && view->checked && strcmp(view->checked, entry->path) == 0;
}

/* The line of the error that was found, from 0, or -1. */
static int wrong_line(const struct scripts_view *view)
{
    return has_report(view) && !view->report.good ? (int)view->report.line - 1 : -1;
}

/* Wraps the lines of the report, and draws them if `draw`. Returns the number of rows. */
static int lay_report(const struct scripts_view *view, struct surface *surface, struct box box,
                      bool draw)
{
    int row = 0;
    for (const char *at = view->report.text; *at; at += *at == '\n') {
        char line[LINE_BYTES], safe[4 * LINE_BYTES];
        size_t length = strcspn(at, "\n");
        snprintf(line, sizeof line, "%.*s", (int)length, at);
        text_safe(line, safe, sizeof safe);
        for (const char *rest = safe; *rest; row++) {
            size_t taken = text_break(rest, (size_t)box.width, true);
            snprintf(line, sizeof line, "%.*s", (int)taken, rest);
            if (draw && row < box.height)
                surface_text(surface, box.x, box.y + row, box.width + 1,
                             view->report.good || at != view->report.text ? INK_PLAIN : INK_BAD,
                             line);
            rest += taken;
            rest += strspn(rest, " ");
        }
        at += length;
    }
    return row;
}

/* Draws the result of a check at the bottom. Returns the rows used. */
static int draw_report(const struct scripts_view *view, struct surface *surface, struct box box)
{
    if (!view->checking && !has_report(view))
        return 0;
    int lines = view->checking && !has_report(view) ? 1 : lay_report(view, surface, box, false),
        most = box.height / 2;
    int rows = lines > most ? most : lines, y = box.y + box.height - rows;
    struct box below = {box.x, y, box.width, rows};
    if (view->checking && !has_report(view)) {
        surface_rule(surface, box.x, y - 1, box.width, "check");
        surface_text(surface, box.x, y, box.width, INK_DIM, "checking …");
        return rows + 1;
    }
    char title[80];
    snprintf(title, sizeof title, "%s%s: it %s run%s", view->sampled ? "saved " : "checked",
             view->sampled ? view->saved_at : "", view->report.good ? "can" : "cannot",
             view->sampled && view->report.good ? ", on a sample" : "");
    surface_rule(surface, box.x, y - 1, box.width, title);
    lay_report(view, surface, below, true);
    if (lines > rows) {
        surface_fill(surface, (struct box){box.x, y + rows - 1, box.width, 1}, INK_PLAIN, " ");
        surface_format(surface, box.x, y + rows - 1, box.width, INK_DIM,
                       "… %d more lines; the command :check shows all", lines - rows + 1);
    }
    return rows + 1;
}

static void draw_chosen(struct scripts_view *view, struct surface *surface, struct box box)
{
    const struct script_entry *entry = chosen(view);
    int used = surface_text(surface, box.x, box.y, box.width / 3, INK_DIM, entry->origin) + 2;
    surface_text(surface, box.x + used, box.y, box.width - used, INK_DIM, entry->path);
    struct box source = box_inside(box, 0, 1, 0, 0);
    if (view->error.text[0])
        surface_text(surface, source.x, source.y, source.width, INK_BAD, view->error.text);
    else
        source_pane_draw(&view->source, surface, source, wrong_line(view));
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct scripts_view *view = (struct scripts_view *)self;
    (void)app;
    if (view->list.count == 0) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM,
                     "no experiment here: put a .lua file into this folder");
        return;
    }
    box = box_inside(box, 0, 0, 0, draw_report(view, surface, box));
    struct box left = box, right = box;
    if (box.width >= WIDE) {
        left.width = list_width(view, surface);
        right = box_inside(box, left.width + 3, 0, 0, 0);
        surface_fill(surface, (struct box){box.x + left.width + 1, box.y, 1, box.height}, INK_LINE,
                     "│");
    } else {
        left.height = 1 + (box.height / 3 < 1 ? 1 : box.height / 3);
        right = box_inside(box, 0, left.height, 0, 0);
    }
    browser_draw(surface, left, &view->browser, true);
    draw_chosen(view, surface, right);
}

static void chose(struct view *self, struct app *app)
{
    read_source((struct scripts_view *)self, app);
}

/* Up and Down choose a script. The other keys scroll its source. */
static void move(struct view *self, struct app *app, enum action action)
{
    struct scripts_view *view = (struct scripts_view *)self;
    (void)app;
    if (action == ACTION_UP || action == ACTION_DOWN) {
        browser_move(&view->browser, action);
        read_source(view, app);
    } else {
        source_pane_move(&view->source, action);
    }
}

struct check_work {
    char *database, *path, *source;
    bool sampled;
    struct check_report report;
    bool good; /* the keeper replied */
    struct error error;
};

static void work_check(void *context, struct store *store, const struct patience *patience)
{
    struct check_work *work = context;
    (void)store;
    struct keeper *keeper = keeper_connect_patiently(work->database, patience, &work->error);
    struct start_options options = {.script_path = work->path,
                                    .script = work->source,
                                    .script_size = strlen(work->source),
                                    .sampled = work->sampled};
    work->good = keeper && keeper_check(keeper, &options, &work->report, &work->error);
    keeper_disconnect(keeper);
}

/* Keeps what was good, and shows it below what is wrong. */
static void remember(struct scripts_view *view)
{
    struct check_report *report = &view->report;
    if (report->good) {
        free(view->good);
        view->good = memory_string(report->text);
        snprintf(view->good_at, sizeof view->good_at, "%s", view->saved_at);
    } else if (view->good) {
        char *text =
            memory_format("%s\nthe version of %s could run, and stands until this one can:\n%s",
                          report->text, view->good_at, view->good);
        free(report->text);
        report->text = text;
    }
}

static void take_check(void *context, void *application)
{
    struct check_work *work = context;
    struct app *app = application;
    struct scripts_view *view = (struct scripts_view *)app->views[PAGE_SCRIPTS];
    view->checking = 0;
    app->message[0] = '\0';
    if (!work->good) {
        app_say(app, INK_BAD, "%s", work->error.text);
        return;
    }
    check_report_release(&view->report);
    view->report = work->report;
    work->report = (struct check_report){0};
    free(view->checked);
    view->checked = memory_string(work->path);
    view->sampled = work->sampled;
    remember(view);
    if (wrong_line(view) >= 0)
        source_pane_show(&view->source, wrong_line(view));
}

static void release_check(void *context)
{
    struct check_work *work = context;
    check_report_release(&work->report);
    free(work->database);
    free(work->path);
    free(work->source);
    free(work);
}

/* A check that is under way is of an older version, and given up. */
static void start_check(struct scripts_view *view, struct app *app, bool sampled)
{
    const struct script_entry *entry = chosen(view);
    time_t now = time(NULL);
    struct tm day;
    if (!entry)
        return;
    if (view->checking)
        background_cancel(app->commands, view->checking);
    view->checking = 0;
    strftime(view->saved_at, sizeof view->saved_at, "%H:%M:%S", localtime_r(&now, &day));
    read_source(view, app);
    char *source = script_entry_text(entry, &view->error);
    if (!source)
        return;
    struct check_work *work = memory_new(sizeof *work);
    work->database = memory_string(app->database);
    work->path = memory_string(entry->path);
    work->source = source;
    work->sampled = sampled;
    view->checking = background_start(
        app->commands, &(struct background_work){work, work_check, take_check, release_check});
}

static void saved(struct view *self, struct app *app)
{
    start_check((struct scripts_view *)self, app, true);
}

static void say_gone(struct app *app)
{
    app_say(app, INK_DIM, "its file is gone; this is the script that was run");
}

static void edit(struct scripts_view *view, struct app *app)
{
    const struct script_entry *entry = chosen(view);
    const char *editor = getenv("VISUAL");
    char line[16];
    if (!editor || !*editor)
        editor = getenv("EDITOR");
    if (!editor || !*editor)
        editor = "vi";
    if (!entry || entry->source) {
        say_gone(app);
        return;
    }
    int at = has_report(view) && view->report.line > 0 ? (int)view->report.line : 1;
    snprintf(line, sizeof line, "+%d", at);
    const char *const arguments[] = {editor, line, entry->path, NULL};
    app_run_program(app, arguments);
    read_source(view, app);
}

/* Explains the word under the cursor, or else the first one of the line of an error or in view. */
static void explain(struct scripts_view *view, struct app *app)
{
    int from = wrong_line(view) >= 0 ? wrong_line(view) : (int)view->source.scroll.top;
    const char *name = source_pane_word(&view->source, from);
    if (!name) {
        app_say(app, INK_DIM, "no word here that thaw declares; `:help --words` lists them");
        return;
    }
    char *line = memory_format("help %s", name);
    app_command(app, line);
    free(line);
}

static void step(struct scripts_view *view, struct app *app, bool backwards)
{
    if (!source_pane_step(&view->source, backwards))
        app_say(app, INK_DIM, "no word here that thaw declares");
}

static void open_map(const struct script_entry *entry, struct app *app)
{
    if (!entry)
        return;
    free(app->chosen.script);
    app->chosen.script = memory_string(entry->path);
    app_go(app, PAGE_MAP);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct scripts_view *view = (struct scripts_view *)self;
    const struct script_entry *entry = chosen(view);
    if (action == ACTION_SCRIPT_CHECK)
        start_check(view, app, false);
    else if (action == ACTION_SCRIPT_EDIT)
        edit(view, app);
    else if (action == ACTION_SCRIPT_WORD)
        explain(view, app);
    else if (action == ACTION_SCRIPT_NEXT_WORD || action == ACTION_SCRIPT_WORD_BEFORE)
        step(view, app, action == ACTION_SCRIPT_WORD_BEFORE);
    else if ((action == ACTION_SCRIPT_RUN || action == ACTION_SCRIPT_MAP) && entry && entry->source)
        say_gone(app);
    else if (action == ACTION_SCRIPT_MAP)
        open_map(entry, app);
    else
        return false;
    return true;
}

static char *value(struct view *self, struct app *app, const char *name)
{
    struct scripts_view *view = (struct scripts_view *)self;
    const struct script_entry *entry = chosen(view);
    (void)app;
    if (strcmp(name, "script") != 0 || !entry || entry->source)
        return NULL;
    return strpbrk(entry->path, " \"'\\") ? memory_format("'%s'", entry->path)
                                          : memory_string(entry->path);
}

static void free_view(struct view *self)
{
    struct scripts_view *view = (struct scripts_view *)self;
    browser_release(&view->browser);
    script_list_release(&view->list);
    check_report_release(&view->report);
    free(view->checked);
    free(view->shown);
    free(view->good);
    source_pane_release(&view->source);
    free(view);
}

struct view *scripts_view_new(void)
{
    static const struct view_operations OPERATIONS = {.look = look,
                                                      .draw = draw,
                                                      .move = move,
                                                      .act = act,
                                                      .value = value,
                                                      .free = free_view,
                                                      .saved = saved,
                                                      .chose = chose};
    struct scripts_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){.arrow = true});
    return &view->view;
}
