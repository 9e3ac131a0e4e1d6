/* SPDX-License-Identifier: MIT
 *
 * The Users page: the users of a setting, sorted by the difference between an arm and its opponent.
 * A bar from the middle shows each difference, and the head how they are distributed.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/compare_report.h"
#include "report/comparison_words.h"
#include "screen/app.h"
#include "screen/widget/meter.h"

enum { BINS = 20, BAR_LEAST = 13 };
enum users_column { USERS_GAIN = 3, USERS_BAR };

struct users_view {
    struct view view;
    const struct comparison *comparison; /* the comparison of `users` */
    unsigned comparison_number;
    size_t setting, arm;
    struct user_difference *users; /* largest gain first; owned */
    size_t count;
    struct browser browser;
    double largest; /* the largest absolute difference */
};

static void show(struct users_view *view)
{
    struct listing *listing = users_listing(view->comparison);
    listing_add_column(
        listing,
        (struct listing_column){.title = "", .fit = LISTING_REST, .missed = 2, .least = BAR_LEAST});
    for (size_t i = 0; i < view->count; i++) {
        users_add(listing, &view->users[i]);
        listing_cell(listing, "%s", "");
    }
    view->view.browser = view->count ? &view->browser : NULL;
    browser_show(&view->browser, listing);
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
    view->view.browser = NULL;
    view->comparison = comparison;
    view->comparison_number = app->chosen.comparison_number;
    browser_choose(&view->browser, 0);
    if (!comparison || comparison->setting_count == 0)
        return;
    app->chosen.arm = comparison_challenger(comparison, app->chosen.arm);
    view->setting = app->chosen.setting;
    view->arm = app->chosen.arm;
    view->users = comparison_users(comparison, view->setting, view->arm);
    view->count = view->users ? comparison->settings[view->setting].users : 0;
    view->largest = 0;
    for (size_t i = 0; i < view->count; i++)
        view->largest = fmax(view->largest, fabs(view->users[i].gain));
    show(view);
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
                        differences_words(comparison, view->users, view->count, text));
    int x = box.x + used + 2;
    if (x + BINS + 13 > box.x + box.width)
        return;
    surface_text(surface, x, box.y + 1, 5, INK_DIM, "worse");
    meter_histogram(surface, x + 6, box.y + 1, bins, BINS, INK_BAR);
    surface_text(surface, x + 7 + BINS, box.y + 1, 6, INK_DIM, "better");
}

/* Draws a bar from the middle: to the left for a loss, to the right for a gain. */
static bool draw_difference(void *context, struct surface *surface, struct box box, size_t row,
                            size_t column)
{
    const struct users_view *view = context;
    int half = (box.width - 1) / 2, middle = box.x + half;
    if (column != USERS_BAR)
        return false;
    if (half < 2 || view->largest <= 0 || row >= view->count)
        return true;
    double gain = view->users[row].gain;
    int length = (int)lround(fabs(gain) / view->largest * half);
    surface_glyph(surface, middle, box.y, INK_LINE, "│");
    for (int i = 1; i <= length; i++)
        surface_glyph(surface, gain < 0 ? middle - i : middle + i, box.y,
                      gain < 0 ? INK_WARN : INK_GOOD, "■");
    return true;
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
    browser_draw(surface, box_inside(box, 0, box.height >= 12 ? 3 : 2, 0, 0), &view->browser, true);
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct users_view *view = (struct users_view *)self;
    (void)app;
    browser_move(&view->browser, action);
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
        bool losses = view->browser.sorted != USERS_GAIN || view->browser.descending;
        browser_sort(&view->browser, USERS_GAIN, !losses);
        scroll_to(&view->browser.scroll, 0);
        app_say(app, INK_DIM, losses ? "losses first" : "gains first");
    } else if (action == ACTION_USERS_ARM) {
        next_arm(view, app);
    } else if (action == ACTION_USERS_OPEN) {
        free(app->chosen.user);
        app->chosen.user = memory_string(view->users[browser_row(&view->browser)].user);
        app_go(app, PAGE_USER);
    }
    return true;
}

static void free_view(struct view *self)
{
    struct users_view *view = (struct users_view *)self;
    browser_release(&view->browser);
    free(view->users);
    free(view);
}

struct view *users_view_new(void)
{
    static const struct view_operations OPERATIONS = {
        .look = look, .draw = draw, .move = move, .act = act, .free = free_view};
    struct users_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser, &(struct browser_options){
                                     .arrow = true, .draw = draw_difference, .context = view});
    return &view->view;
}
