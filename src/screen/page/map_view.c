/* SPDX-License-Identifier: MIT
 *
 * The Map page: users or items as points of the plane, as the mapping of a script has them or as a
 * run has learned them. A cursor names the point under it.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "command/picture_answer.h"
#include "keeper/client.h"
#include "report/output.h"
#include "screen/app.h"

enum { SCRIPT_MOST = 4 << 20 };

struct map_view {
    struct view view;
    enum map_subject subject;
    enum picture_method method;
    char *script, *by, *run; /* owned; by and run are "" for none */
    bool markers, drawn;     /* `drawn`: what is asked for is there, or why not */
    unsigned asking;         /* number of the work under way; 0: none */
    struct keeper_answer reply;
    struct picture_answer read;    /* of the reply; no points: none */
    struct question_picture shown; /* what was asked for it; its texts are gone */
    size_t cursor;
    int width, height; /* of the picture, as last drawn */
    struct error error;
};

/* -- asking ------------------------------------------------------------------------------------ */

struct map_work {
    char *database, *path, *by, *run;
    struct keeper_question asked;
    struct keeper_answer reply;
    bool good;
    struct error error;
};

static void work_map(void *context, struct store *store, const struct patience *patience)
{
    struct map_work *work = context;
    struct start_options options = {.script_path = work->path};
    (void)store;
    char *text =
        file_read(work->path, SCRIPT_MOST, &options.script_size, ERROR_INPUT, &work->error);
    options.script = text;
    work->asked.script = *work->run ? NULL : &options;
    struct keeper *keeper =
        text ? keeper_connect_patiently(work->database, patience, &work->error) : NULL;
    work->good = keeper && keeper_ask(keeper, &work->asked, &work->reply, &work->error);
    work->asked.script = NULL;
    keeper_disconnect(keeper);
    free(text);
}

static void forget(struct map_view *view)
{
    picture_answer_release(&view->read);
    keeper_answer_release(&view->reply);
    view->reply = (struct keeper_answer){0};
}

/* A picture that is there stays, and its page is what it was. */
static void keep_picture(struct map_view *view, struct app *app, const struct error *error)
{
    if (view->read.picture.count == 0) {
        view->error = *error;
        return;
    }
    view->subject = (enum map_subject)view->shown.subject;
    view->method = (enum picture_method)view->shown.method;
    app_say(app, error->kind == ERROR_CANCELLED ? INK_DIM : INK_BAD, "%s", error->text);
}

static void take_map(void *context, void *application)
{
    struct map_work *work = context;
    struct app *app = application;
    struct map_view *view = (struct map_view *)app->views[PAGE_MAP];
    view->asking = 0;
    view->drawn = true;
    if (!work->good) {
        keep_picture(view, app, &work->error);
        return;
    }
    view->shown = work->asked.question.picture;
    forget(view);
    view->error.text[0] = '\0';
    view->reply = work->reply;
    work->reply = (struct keeper_answer){0};
    picture_answer_read(&view->read, &work->asked.question.picture, &view->reply.answer.picture,
                        view->run);
    if (view->cursor >= view->read.picture.count)
        view->cursor = 0;
}

static void release_map(void *context)
{
    struct map_work *work = context;
    keeper_answer_release(&work->reply);
    free(work->database);
    free(work->path);
    free(work->by);
    free(work->run);
    free(work);
}

static void ask(struct map_view *view, struct app *app)
{
    struct map_work *work = memory_new(sizeof *work);
    if (view->asking)
        background_cancel(app->commands, view->asking);
    work->database = memory_string(app->database);
    work->path = memory_string(view->script);
    work->by = memory_string(view->by);
    work->run = memory_string(view->run);
    work->asked = (struct keeper_question){
        .type = QUESTION_PICTURE,
        .run = *work->run ? work->run : NULL,
        .question.picture = {(uint32_t)view->subject, (uint32_t)view->method, work->by, ""}};
    view->drawn = false;
    view->asking = background_start(
        app->commands, &(struct background_work){work, work_map, take_map, release_map});
}

static void look(struct view *self, struct app *app)
{
    struct map_view *view = (struct map_view *)self;
    if (!app->chosen.script || (view->script && strcmp(view->script, app->chosen.script) == 0))
        return;
    free(view->script);
    view->script = memory_string(app->chosen.script);
    view->error.text[0] = '\0';
    view->by[0] = view->run[0] = '\0';
    forget(view);
    ask(view, app);
}

static void saved(struct view *self, struct app *app)
{
    struct map_view *view = (struct map_view *)self;
    if (app->page == PAGE_MAP && view->script)
        ask(view, app);
}

/* -- drawing ----------------------------------------------------------------------------------- */

/* Draws the legend's entries in at most `rows` lines. Returns how many lines it took. */
static int draw_legend(const struct map_view *view, struct surface *surface, struct box box)
{
    const struct picture *picture = &view->read.picture;
    int x = 0, y = 0;
    char *text;
    for (size_t entry = 0; (text = picture_legend(picture, entry)); entry++) {
        int cells = surface_text_width(surface, text) + 2;
        if (x > 0 && x + cells > box.width) {
            x = 0;
            y++;
        }
        if (y < box.height) {
            enum ink ink = picture_ink(picture, entry);
            surface_glyph(surface, box.x + x, box.y + y, ink,
                          picture_marker(picture, entry, surface->ascii));
            surface_text(surface, box.x + x + 2, box.y + y, box.width - x - 2, ink, text);
        }
        x += cells + 2;
        free(text);
    }
    return x == 0 ? 0 : y + 1 < box.height ? y + 1 : box.height;
}

static size_t count_here(const struct map_view *view)
{
    int column, row, x, y;
    size_t count = 0;
    picture_place(&view->read.picture, view->cursor, view->width, view->height, &column, &row);
    for (size_t i = 0; i < view->read.picture.count; i++) {
        picture_place(&view->read.picture, i, view->width, view->height, &x, &y);
        count += x == column && y == row;
    }
    return count;
}

static void draw_name(const struct map_view *view, struct surface *surface, struct box box)
{
    const struct picture *picture = &view->read.picture;
    uint32_t group = picture->groups[view->cursor];
    size_t here = count_here(view);
    char more[40] = "";
    if (here > 1)
        snprintf(more, sizeof more, "1 of %zu here  ", here);
    int used = surface_text(surface, box.x, box.y, box.width, INK_DIM, more);
    used += surface_text(surface, box.x + used, box.y, box.width - used, INK_STRONG,
                         picture->names[view->cursor]);
    if (group < picture->group_count)
        surface_format(surface, box.x + used + 2, box.y, box.width - used - 2,
                       picture_ink(picture, group), "%s", picture->of_group[group]);
}

static void draw_picture(struct map_view *view, struct surface *surface, struct box box)
{
    struct box below = {box.x, box.y, box.width, box.height > 16 ? 2 : 1};
    surface_text(surface, box.x, box.y, box.width, INK_DIM, view->read.title);
    below.y = box.y + box.height - 1 - below.height;
    below.y +=
        below.height - draw_legend(view, surface, (struct box){0, -9, box.width, below.height});
    draw_legend(view, surface, below);
    draw_name(view, surface, (struct box){box.x, box.y + box.height - 1, box.width, 1});
    view->width = box.width;
    view->height = below.y - box.y - 1;
    if (view->height < 1)
        return;
    enum picture_way way = surface->ascii  ? PICTURE_PLAIN
                           : view->markers ? PICTURE_MARKERS
                                           : PICTURE_DOTS;
    struct picture_cell *cells = memory_array((size_t)(view->width * view->height), sizeof *cells);
    picture_fill(&view->read.picture, view->width, view->height, way, cells);
    for (int i = 0; i < view->width * view->height; i++)
        if (*cells[i].glyph)
            surface_glyph(surface, box.x + i % view->width, box.y + 1 + i / view->width,
                          cells[i].ink, cells[i].glyph);
    free(cells);
    int column, row;
    picture_place(&view->read.picture, view->cursor, view->width, view->height, &column, &row);
    surface_select(surface, (struct box){box.x + column, box.y + 1 + row, 1, 1});
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct map_view *view = (struct map_view *)self;
    (void)app;
    if (view->error.text[0]) {
        const char *rest = view->error.text;
        for (int y = 0; *rest && y < box.height; y++) {
            size_t length = text_break(rest, (size_t)box.width, true);
            surface_format(surface, box.x, box.y + y, box.width, INK_BAD, "%.*s", (int)length,
                           rest);
            rest += length + strspn(rest + length, " ");
        }
    } else if (view->read.picture.count > 0 && box.height > 3) {
        draw_picture(view, surface, box);
    }
    if (!view->drawn)
        surface_text_right(surface, box.x, box.y, box.width, INK_WARN,
                           view->method == PICTURE_TSNE ? "drawing, some seconds …" : "drawing …");
}

/* -- moving ------------------------------------------------------------------------------------ */

/* The next point in the same cell, round and round. */
static void step_here(struct map_view *view)
{
    const struct picture *picture = &view->read.picture;
    int column, row, x, y;
    picture_place(picture, view->cursor, view->width, view->height, &column, &row);
    for (size_t i = 1; i <= picture->count; i++) {
        size_t next = (view->cursor + i) % picture->count;
        picture_place(picture, next, view->width, view->height, &x, &y);
        if (x == column && y == row) {
            view->cursor = next;
            return;
        }
    }
}

/* The nearest point that lies in the direction, of which a cell counts twice across it. */
static void step_towards(struct map_view *view, int right, int down)
{
    const struct picture *picture = &view->read.picture;
    int column, row, x, y, least = 0;
    picture_place(picture, view->cursor, view->width, view->height, &column, &row);
    size_t best = view->cursor;
    for (size_t i = 0; i < picture->count; i++) {
        picture_place(picture, i, view->width, view->height, &x, &y);
        int along = (x - column) * right + 2 * (y - row) * down;
        int across = abs(right ? 2 * (y - row) : x - column), far = along + 2 * across;
        if (along > 0 && across <= 2 * along && (best == view->cursor || far < least)) {
            best = i;
            least = far;
        }
    }
    view->cursor = best;
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct map_view *view = (struct map_view *)self;
    (void)app;
    if (view->read.picture.count == 0 || view->width < 1 || view->height < 1)
        return;
    if (action == ACTION_LEFT || action == ACTION_RIGHT)
        step_towards(view, action == ACTION_RIGHT ? 1 : -1, 0);
    else if (action == ACTION_UP || action == ACTION_DOWN)
        step_towards(view, 0, action == ACTION_DOWN ? 1 : -1);
    else if (action == ACTION_FIRST)
        view->cursor = 0;
    else if (action == ACTION_LAST)
        view->cursor = view->read.picture.count - 1;
    else
        step_here(view);
}

/* -- actions ----------------------------------------------------------------------------------- */

static void replace(char **text, const char *with)
{
    char *copy = memory_string(with + strspn(with, " "));
    free(*text);
    *text = copy;
}

static void typed(struct view *self, struct app *app, enum action action, const char *text)
{
    struct map_view *view = (struct map_view *)self;
    if (action != ACTION_MAP_BY && action != ACTION_MAP_OF)
        return;
    replace(action == ACTION_MAP_BY ? &view->by : &view->run, text);
    if (view->script)
        ask(view, app);
}

static void enter_by(struct app *app, const char *text)
{
    typed(app->views[PAGE_MAP], app, ACTION_MAP_BY, text);
}

static void enter_of(struct app *app, const char *text)
{
    typed(app->views[PAGE_MAP], app, ACTION_MAP_OF, text);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct map_view *view = (struct map_view *)self;
    if (action == ACTION_MAP_MARKERS || action == ACTION_MAP_BY || action == ACTION_MAP_OF) {
        view->markers ^= action == ACTION_MAP_MARKERS;
        if (action == ACTION_MAP_BY)
            app_ask(app, "colour by: ", view->by, enter_by);
        else if (action == ACTION_MAP_OF)
            app_ask(app, "as learned by run: ", view->run, enter_of);
        return true;
    }
    if (action == ACTION_MAP_SUBJECT) {
        view->subject = view->subject == MAP_USER ? MAP_ITEM : MAP_USER;
        view->by[0] = '\0';
        view->cursor = 0;
    } else if (action == ACTION_MAP_METHOD) {
        view->method = view->method == PICTURE_PCA ? PICTURE_TSNE : PICTURE_PCA;
    } else {
        return false;
    }
    if (view->script)
        ask(view, app);
    return true;
}

static bool needs_quotes(const char *text)
{
    return strpbrk(text, " \"'\\") != NULL;
}

/* {script}, {point}: "--item '42'", {near}: the same with what --nearest needs. */
static char *value(struct view *self, struct app *app, const char *name)
{
    struct map_view *view = (struct map_view *)self;
    (void)app;
    if (!view->script || view->read.picture.count == 0)
        return NULL;
    if (strcmp(name, "script") == 0)
        return memory_format(needs_quotes(view->script) ? "'%s'" : "%s", view->script);
    const char *id = view->read.ids[view->cursor], *quote = needs_quotes(id) ? "\"" : "";
    bool near = strcmp(name, "near") == 0;
    if (strcmp(name, "point") != 0 && !near)
        return NULL;
    return memory_format("--%s %s%s%s%s%s%s", view->subject == MAP_USER ? "user" : "item", quote,
                         id, quote, near ? " --nearest 10" : "",
                         near && *view->run ? " --run " : "", near ? view->run : "");
}

static void free_view(struct view *self)
{
    struct map_view *view = (struct map_view *)self;
    forget(view);
    free(view->script);
    free(view->by);
    free(view->run);
    free(view);
}

struct view *map_view_new(void)
{
    static const struct view_operations OPERATIONS = {.look = look,
                                                      .draw = draw,
                                                      .move = move,
                                                      .act = act,
                                                      .value = value,
                                                      .typed = typed,
                                                      .free = free_view,
                                                      .saved = saved};
    struct map_view *view = memory_new(sizeof *view);
    *view = (struct map_view){.view.operations = &OPERATIONS,
                              .subject = MAP_ITEM,
                              .by = memory_string(""),
                              .run = memory_string(""),
                              .markers = !output_wants_colour(COLOUR_AUTO, true)};
    return &view->view;
}
