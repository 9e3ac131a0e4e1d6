/* SPDX-License-Identifier: MIT
 *
 * User: what one cold user had rated, what was asked, and how every arm answered.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/comparison_words.h"

#include "screen/app.h"
#include "screen/widget/list.h"

enum { RATING_WIDTH = 7, ARM_WIDTH = 9, SURE_WIDTH = 13, LEAST_TITLE = 26 };
static const double SAME = 0.005; /* predictions that look the same with two digits */

struct user_view {
    struct view view;
    struct user_card card;
    bool there; /* the card holds something */
    const struct comparison *comparison;
    unsigned comparison_number;
    size_t setting, first_arm;
    uint32_t draw;
    char *user;
    struct scroll scroll; /* over the ratings shown */
    struct error error;
};

static bool is_same(const struct user_view *view, const struct app *app)
{
    return view->there && view->comparison_number == app->chosen.comparison_number &&
           view->setting == app->chosen.setting && view->user && app->chosen.user &&
           strcmp(view->user, app->chosen.user) == 0 && view->draw == view->card.draw;
}

static void look(struct view *self, struct app *app)
{
    struct user_view *view = (struct user_view *)self;
    if (is_same(view, app))
        return;
    user_card_release(&view->card);
    view->there = false;
    if (!app->store || !app->chosen.comparison || !app->chosen.user)
        return;
    bool same_user = view->user && strcmp(view->user, app->chosen.user) == 0;
    if (!same_user) {
        view->draw = 0;
        view->scroll = (struct scroll){0};
        free(view->user);
        view->user = memory_string(app->chosen.user);
    }
    view->comparison = app->chosen.comparison;
    view->comparison_number = app->chosen.comparison_number;
    view->setting = app->chosen.setting;
    view->there = user_card_read(view->comparison, app->store, view->setting, view->user,
                                 view->draw, &view->card, &view->error);
    scroll_count(&view->scroll, view->there ? (int64_t)view->card.support_count : 0);
}

static void draw_head(const struct user_view *view, struct surface *surface, struct box box)
{
    const struct user_card *card = &view->card;
    char where[WORDS_TEXT];
    int x = box.x + surface_text(surface, box.x, box.y, 5, INK_STRONG, "user ");
    x += surface_text(surface, x, box.y, box.width / 3, INK_STRONG, card->user) + 2;
    surface_text(surface, x, box.y, box.x + box.width - x, INK_DIM, card_words(card, where));
}

/* How far the nearest of all predictions is from the truth. */
static double nearest(const struct user_view *view, const struct card_row *row)
{
    double best = INFINITY;
    for (size_t arm = 0; arm < view->card.arm_count; arm++)
        best = fmin(best, fabs(row->predictions[arm] - row->rating));
    return best;
}

/* Where the columns of the asked ratings stand. */
struct asked_columns {
    int truth, arms; /* x */
    size_t first, count;
};

/* An arm that says how sure it is needs more room: "4.08 ±0.93". */
static int arm_width(const struct user_card *card, size_t arm)
{
    for (size_t i = 0; i < card->query_count; i++)
        if (!isnan(card->query[i].deviations[arm]))
            return SURE_WIDTH;
    return ARM_WIDTH;
}

/* As many arms as fit from the first one shown, and of those before it where there is room. */
static struct asked_columns place(const struct user_view *view, struct box box)
{
    const struct user_card *card = &view->card;
    int room = box.width - LEAST_TITLE - RATING_WIDTH, used = 0;
    struct asked_columns columns = {.first = view->first_arm};
    for (size_t arm = columns.first; arm < card->arm_count; arm++) {
        int width = arm_width(card, arm);
        if (columns.count > 0 && used + width > room)
            break;
        used += width;
        columns.count++;
    }
    while (columns.first > 0 && used + arm_width(card, columns.first - 1) <= room) {
        used += arm_width(card, --columns.first);
        columns.count++;
    }
    columns.arms = box.x + box.width - used;
    columns.truth = columns.arms - RATING_WIDTH;
    return columns;
}

struct shown_rows {
    const struct user_view *view;
    struct asked_columns columns;
};

static void draw_shown(void *context, struct surface *surface, struct box row, int64_t index)
{
    const struct shown_rows *rows = context;
    const struct card_row *shown = &rows->view->card.support[index];
    char rating[FIGURE_TEXT];
    surface_text(surface, row.x, row.y, rows->columns.truth - row.x - 1, INK_PLAIN, shown->title);
    surface_text_right(surface, rows->columns.truth, row.y, RATING_WIDTH, INK_STRONG,
                       figure_number(shown->rating, rating));
}

static void draw_support(struct user_view *view, struct surface *surface, struct box box)
{
    struct shown_rows rows = {view, place(view, box)};
    char title[64], count[FIGURE_TEXT];
    size_t shown = view->card.support_count;
    snprintf(title, sizeof title, "shown to the arms: %s",
             figure_of((int64_t)shown, "rating", count));
    surface_rule(surface, box.x, box.y, box.width, title);
    if (shown == 0)
        surface_text(surface, box.x + 2, box.y + 1, box.width, INK_DIM,
                     "none: the arms know only who the user is");
    list_draw(surface, box_inside(box, 0, 1, 0, 0), &view->scroll, (int64_t)shown, true, draw_shown,
              &rows);
}

static void draw_asked_row(const struct user_view *view, struct surface *surface, struct box row,
                           const struct asked_columns *columns, const struct card_row *asked)
{
    char text[FIGURE_TEXT];
    double best = nearest(view, asked);
    surface_text(surface, row.x + 2, row.y, columns->truth - row.x - 3, INK_PLAIN, asked->title);
    surface_text_right(surface, columns->truth, row.y, RATING_WIDTH, INK_STRONG,
                       figure_number(asked->rating, text));
    int x = columns->arms;
    for (size_t arm = columns->first; arm < columns->first + columns->count; arm++) {
        int width = arm_width(&view->card, arm);
        bool near = fabs(asked->predictions[arm] - asked->rating) < best + SAME;
        figure_prediction(asked->predictions[arm], asked->deviations[arm], false, text);
        surface_text_right(surface, x, row.y, width - 2, near ? INK_GOOD : INK_PLAIN, text);
        x += width;
        if (near)
            surface_glyph(surface, x - 1, row.y, INK_GOOD, "•");
    }
}

static void draw_asked_names(const struct user_view *view, struct surface *surface, struct box row,
                             const struct asked_columns *columns)
{
    surface_rule(surface, row.x, row.y, row.width, "asked, and each arm's answer (• nearest)");
    surface_text_right(surface, columns->truth, row.y + 1, RATING_WIDTH, INK_TITLE, "rated");
    int x = columns->arms;
    for (size_t arm = columns->first; arm < columns->first + columns->count; arm++) {
        int width = arm_width(&view->card, arm);
        surface_text_right(surface, x, row.y + 1, width - 2, INK_TITLE,
                           view->comparison->arms[arm].name);
        x += width;
    }
}

static void draw_query(const struct user_view *view, struct surface *surface, struct box box)
{
    struct asked_columns columns = place(view, box);
    int rows = box.height - 3;
    char text[FIGURE_TEXT];
    draw_asked_names(view, surface, box, &columns);
    for (int i = 0; i < rows && i < (int)view->card.query_count; i++)
        draw_asked_row(view, surface, (struct box){box.x, box.y + 2 + i, box.width, 1}, &columns,
                       &view->card.query[i]);
    int y = box.y + box.height - 1;
    surface_text(surface, box.x + 2, y, columns.arms - box.x - 3, INK_DIM,
                 "mean absolute error over these");
    int x = columns.arms;
    for (size_t arm = columns.first; arm < columns.first + columns.count; arm++) {
        int width = arm_width(&view->card, arm);
        surface_text_right(surface, x, y, width - 2, INK_STRONG,
                           figure_metric(view->card.mae[arm], false, text));
        x += width;
    }
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct user_view *view = (struct user_view *)self;
    (void)app;
    if (!view->there) {
        surface_text(surface, box.x, box.y, box.width, INK_BAD,
                     view->user ? view->error.text : "no user is chosen");
        return;
    }
    draw_head(view, surface, box);
    struct box rest = box_inside(box, 0, 1, 0, 0);
    int asked = 3 + (int)view->card.query_count, shown = 1 + (int)view->card.support_count;
    if (asked > rest.height - 3)
        asked = rest.height * 2 / 3;
    shown = shown < 2 ? 2 : shown;
    if (shown > rest.height - asked)
        shown = rest.height - asked;
    else if (shown < rest.height - asked)
        shown++; /* a blank line between the two */
    rest.height = asked + shown;
    draw_support(view, surface, box_inside(rest, 0, 0, 0, asked));
    draw_query(view, surface, box_inside(rest, 0, shown, 0, 0));
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct user_view *view = (struct user_view *)self;
    (void)app;
    if (action == ACTION_LEFT)
        view->first_arm -= view->first_arm > 0;
    else if (action == ACTION_RIGHT)
        view->first_arm += view->there && view->first_arm + 1 < view->card.arm_count;
    else
        scroll_move(&view->scroll, action);
}

/* The setting of the same scenario with more ratings shown; after the last the first again. */
static void more_shots(const struct user_view *view, struct app *app)
{
    const struct comparison *comparison = view->comparison;
    const char *scenario = comparison->settings[view->setting].scenario;
    size_t next = view->setting;
    do {
        next = (next + 1) % comparison->setting_count;
    } while (strcmp(comparison->settings[next].scenario, scenario) != 0);
    app->chosen.setting = next;
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct user_view *view = (struct user_view *)self;
    if (!view->comparison)
        return true;
    if (action == ACTION_USER_DRAW && view->there)
        view->draw = (view->draw + 1) % (view->card.draws ? view->card.draws : 1);
    if (action == ACTION_USER_SHOTS)
        more_shots(view, app);
    look(self, app);
    return true;
}

static void free_view(struct view *self)
{
    struct user_view *view = (struct user_view *)self;
    user_card_release(&view->card);
    free(view->user);
    free(view);
}

struct view *user_view_new(void)
{
    static const struct view_operations OPERATIONS = {look, draw, move, act, NULL, free_view};
    struct user_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    return &view->view;
}
