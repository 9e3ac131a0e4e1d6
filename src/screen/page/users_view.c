/* SPDX-License-Identifier: MIT
 *
 * Users: the users of a setting, sorted by what an arm changes for them against its opponent.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/comparison_words.h"

#include "screen/app.h"
#include "screen/widget/list.h"
#include "screen/widget/meter.h"

enum { BINS = 20, NUMBER = 10 };

struct users_view {
    struct view view;
    const struct comparison *comparison; /* the one `users` are of */
    unsigned comparison_number;
    size_t setting, arm;
    struct user_difference *users; /* largest gain first; owned */
    size_t count;
    bool losses_first;
    struct scroll scroll;
    double largest; /* absolute gain */
};

static const struct user_difference *user_at(const struct users_view *view, int64_t row)
{
    return &view->users[view->losses_first ? view->count - 1 - (size_t)row : (size_t)row];
}

static void look(struct view *self, struct app *app)
{
    struct users_view *view = (struct users_view *)self;
    const struct comparison *comparison = app->chosen.comparison;
    if (comparison && view->comparison_number == app->chosen.comparison_number &&
        view->setting == app->chosen.setting && view->arm == app->chosen.arm)
        return;
    free(view->users);
    view->users = NULL;
    view->count = 0;
    view->comparison = comparison;
    view->comparison_number = app->chosen.comparison_number;
    view->scroll = (struct scroll){0};
    if (!comparison || comparison->setting_count == 0)
        return;
    app->chosen.arm = comparison_challenger(comparison, app->chosen.arm);
    view->setting = app->chosen.setting;
    view->arm = app->chosen.arm;
    view->users = comparison_users(comparison, view->setting, view->arm);
    view->count = view->users ? comparison->settings[view->setting].users : 0;
    scroll_count(&view->scroll, (int64_t)view->count);
    view->largest = 0;
    for (size_t i = 0; i < view->count; i++)
        view->largest = fmax(view->largest, fabs(view->users[i].gain));
}

static void draw_head(const struct users_view *view, struct surface *surface, struct box box)
{
    const struct comparison *comparison = view->comparison;
    const struct comparison_setting *setting = &comparison->settings[view->setting];
    char text[WORDS_TEXT];
    double bins[BINS] = {0};
    for (size_t i = 0; i < view->count; i++) {
        double gain = view->users[i].gain;
        int bin = (int)((gain / (view->largest > 0 ? view->largest : 1) + 1) / 2 * BINS);
        bins[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin]++;
    }
    int used = surface_text(surface, box.x, box.y, box.width, INK_STRONG,
                            against_words(comparison, view->arm, text));
    surface_text(surface, box.x + used + 2, box.y, box.width - used - 2, INK_DIM,
                 setting_words(setting->scenario, setting->shots, text));
    used = surface_text(surface, box.x, box.y + 1, box.width, INK_PLAIN,
                        differences_words(view->users, view->count, text));
    int x = box.x + used + 2;
    if (x + BINS + 13 > box.x + box.width)
        return;
    surface_text(surface, x, box.y + 1, 5, INK_DIM, "worse");
    meter_histogram(surface, x + 6, box.y + 1, bins, BINS, INK_BAR);
    surface_text(surface, x + 7 + BINS, box.y + 1, 6, INK_DIM, "better");
}

/* A bar to the left of the middle for a loss, to the right for a gain. */
static void draw_difference(struct surface *surface, struct box box, double gain, double largest)
{
    int half = (box.width - 1) / 2, middle = box.x + half;
    if (half < 2 || largest <= 0)
        return;
    int length = (int)lround(fabs(gain) / largest * half);
    surface_glyph(surface, middle, box.y, INK_LINE, "│");
    for (int i = 1; i <= length; i++)
        surface_glyph(surface, gain < 0 ? middle - i : middle + i, box.y,
                      gain < 0 ? INK_WARN : INK_GOOD, "■");
}

static void draw_user(void *context, struct surface *surface, struct box row, int64_t index)
{
    const struct users_view *view = context;
    const struct user_difference *user = user_at(view, index);
    int name = row.width / 4 < 10 ? 10 : row.width / 4 > 24 ? 24 : row.width / 4;
    int x = row.x + name;
    char text[FIGURE_TEXT];
    surface_text(surface, row.x, row.y, name - 1, INK_PLAIN, user->user);
    surface_text_right(surface, x, row.y, NUMBER - 1, INK_DIM,
                       figure_metric(user->opponent_mae, false, text));
    surface_text_right(surface, x + NUMBER, row.y, NUMBER - 1, INK_PLAIN,
                       figure_metric(user->mae, false, text));
    surface_text_right(surface, x + 2 * NUMBER, row.y, NUMBER - 1,
                       verdict_ink(difference_verdict(user->gain)),
                       figure_metric(user->gain, true, text));
    x += 3 * NUMBER + 1;
    draw_difference(surface, (struct box){x, row.y, row.x + row.width - x, 1}, user->gain,
                    view->largest);
}

static void draw_names(const struct users_view *view, struct surface *surface, struct box row)
{
    const struct comparison *comparison = view->comparison;
    int name = row.width / 4 < 10 ? 10 : row.width / 4 > 24 ? 24 : row.width / 4;
    int x = row.x + name;
    surface_text(surface, row.x, row.y, name, INK_TITLE, "user");
    surface_text_right(surface, x, row.y, NUMBER - 1, INK_TITLE,
                       comparison->arms[comparison->arms[view->arm].opponent].name);
    surface_text_right(surface, x + NUMBER, row.y, NUMBER - 1, INK_TITLE,
                       comparison->arms[view->arm].name);
    surface_text_right(surface, x + 2 * NUMBER, row.y, NUMBER - 1, INK_TITLE, "gain");
    surface_text_right(surface, x + 3 * NUMBER + 1, row.y, row.x + row.width - x - 3 * NUMBER - 1,
                       INK_DIM, view->losses_first ? "losses first" : "gains first");
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct users_view *view = (struct users_view *)self;
    (void)app;
    if (!view->comparison || view->count == 0) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM, "no users to compare here");
        return;
    }
    draw_head(view, surface, box);
    struct box table = box_inside(box, 0, box.height >= 12 ? 3 : 2, 0, 0);
    draw_names(view, surface, box_inside(table, 2, 0, 0, 0));
    list_draw(surface, box_inside(table, 0, 1, 0, 0), &view->scroll, (int64_t)view->count, true,
              draw_user, view);
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct users_view *view = (struct users_view *)self;
    (void)app;
    scroll_move(&view->scroll, action);
}

static void next_arm(struct users_view *view, struct app *app)
{
    const struct comparison *comparison = view->comparison;
    app->chosen.arm =
        comparison_challenger(comparison, (app->chosen.arm + 1) % comparison->arm_count);
    look(&view->view, app);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct users_view *view = (struct users_view *)self;
    if (view->count == 0)
        return true;
    if (action == ACTION_USERS_ORDER) {
        view->losses_first = !view->losses_first;
        view->scroll = (struct scroll){0};
    } else if (action == ACTION_USERS_ARM) {
        next_arm(view, app);
    } else if (action == ACTION_USERS_OPEN) {
        free(app->chosen.user);
        app->chosen.user = memory_string(user_at(view, view->scroll.cursor)->user);
        app_go(app, PAGE_USER);
    }
    return true;
}

static void free_view(struct view *self)
{
    struct users_view *view = (struct users_view *)self;
    free(view->users);
    free(view);
}

struct view *users_view_new(void)
{
    static const struct view_operations OPERATIONS = {look, draw, move, act, NULL, free_view};
    struct users_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    return &view->view;
}
