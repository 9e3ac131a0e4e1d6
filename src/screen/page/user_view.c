/* SPDX-License-Identifier: MIT
 *
 * The User page: the known ratings of one cold user, the ratings asked for, and the predictions of
 * every arm.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/compare_report.h"
#include "report/comparison_words.h"
#include "screen/app.h"

struct user_view {
    struct view view;
    struct user_card card;
    bool there; /* the card is filled */
    const struct comparison *comparison;
    unsigned comparison_number;
    size_t setting;
    uint32_t draw;
    char *user;
    struct browser shown, asked; /* known ratings, and the predictions of every arm */
    bool in_asked;               /* the cursor is in `asked` */
    struct error error;
};

static bool is_same(const struct user_view *view, const struct app *app)
{
    return view->there && view->comparison_number == app->chosen.comparison_number &&
           view->setting == app->chosen.setting && view->user && app->chosen.user &&
           strcmp(view->user, app->chosen.user) == 0 && view->draw == view->card.draw;
}

static void enter(struct user_view *view, bool asked)
{
    view->in_asked = asked;
    view->view.browser = asked ? &view->asked : &view->shown;
}

static void show(struct user_view *view, bool ascii)
{
    struct listing *asked = card_asked_listing(&view->card, view->comparison, ascii, " •");
    size_t frozen = listing_column_count(asked) - view->card.arm_count;
    if (view->asked.options.frozen != frozen)
        view->asked.column = frozen;
    view->asked.options.frozen = frozen;
    browser_show(&view->shown, card_shown_listing(&view->card));
    browser_show(&view->asked, asked);
    enter(view, view->in_asked || view->card.support_count == 0);
}

static void look(struct view *self, struct app *app)
{
    struct user_view *view = (struct user_view *)self;
    if (is_same(view, app))
        return;
    user_card_release(&view->card);
    view->there = false;
    view->view.browser = NULL;
    if (!app->store || !app->chosen.comparison || !app->chosen.user)
        return;
    bool same_user = view->user && strcmp(view->user, app->chosen.user) == 0;
    if (!same_user) {
        view->draw = 0;
        view->in_asked = false;
        browser_choose(&view->shown, 0);
        browser_choose(&view->asked, 0);
        free(view->user);
        view->user = memory_string(app->chosen.user);
    }
    view->comparison = app->chosen.comparison;
    view->comparison_number = app->chosen.comparison_number;
    view->setting = app->chosen.setting;
    view->there = user_card_read(view->comparison, app->store, view->setting, view->user, NULL,
                                 view->draw, &view->card, &view->error);
    if (view->there)
        show(view, app->plain);
}

static void draw_head(const struct user_view *view, struct surface *surface, struct box box)
{
    const struct user_card *card = &view->card;
    char where[WORDS_TEXT];
    int x = box.x +
            surface_text(surface, box.x, box.y, 5, INK_STRONG, card->of_items ? "item " : "user ");
    x += surface_text(surface, x, box.y, box.width / 3, INK_STRONG, card->user) + 2;
    surface_text(surface, x, box.y, box.x + box.width - x, INK_DIM, card_words(card, where));
}

static void draw_shown(struct user_view *view, struct surface *surface, struct box box)
{
    char title[WORDS_TEXT + 32], count[WORDS_TEXT];
    snprintf(title, sizeof title, "shown to the arms: %s",
             card_rows_words(view->card.support, view->card.support_count, count));
    surface_rule(surface, box.x, box.y, box.width, title);
    browser_draw(surface, box_inside(box, 0, 1, 0, 0), &view->shown, !view->in_asked);
}

static void draw_asked(struct user_view *view, struct surface *surface, struct box box)
{
    surface_rule(surface, box.x, box.y, box.width, "asked, and each arm's answer (• nearest)");
    browser_draw(surface, box_inside(box, 0, 1, 0, 0), &view->asked, view->in_asked);
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
    int asked = 3 + (int)view->card.query_count, shown = 2 + (int)view->card.support_count;
    if (asked > rest.height - 3)
        asked = rest.height * 2 / 3;
    shown = shown < 3 ? 3 : shown;
    if (shown > rest.height - asked)
        shown = rest.height - asked;
    else if (shown < rest.height - asked)
        shown++; /* a blank line between the two */
    rest.height = asked + shown;
    draw_shown(view, surface, box_inside(rest, 0, 0, 0, asked));
    draw_asked(view, surface, box_inside(rest, 0, shown, 0, 0));
}

/* Moves the cursor. After the last known rating comes the first one asked for, and vice versa. */
static void move(struct view *self, struct app *app, enum action action)
{
    struct user_view *view = (struct user_view *)self;
    bool sideways = action == ACTION_LEFT || action == ACTION_RIGHT;
    struct browser *browser = view->in_asked || sideways ? &view->asked : &view->shown;
    int64_t before = browser->scroll.cursor;
    (void)app;
    browser_move(browser, action);
    bool stays = !sideways && browser->scroll.cursor == before;
    if (stays && action == ACTION_DOWN)
        enter(view, true);
    else if (stays && action == ACTION_UP)
        enter(view, view->card.support_count == 0);
}

/* Chooses the setting of the same scenario with more ratings shown, and after the last the first
 * again. */
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

/* "ITEM=VALUE" lines of the rows that are real. */
static char *lines_of(const struct card_row *rows, size_t count, bool sampled)
{
    struct bytes lines = {0};
    char number[TEXT_REAL];
    for (size_t i = 0; i < count; i++)
        if (sampled || !rows[i].sampled)
            bytes_add_format(&lines, "%s=%s\n", rows[i].item, text_real(rows[i].rating, number));
    bytes_add(&lines, "", 1);
    return (char *)lines.data;
}

/* The user's card in the setting of this scenario that shows most ratings. */
static bool read_fullest(const struct user_view *view, struct app *app, struct user_card *card,
                         struct error *error)
{
    const struct comparison *comparison = view->comparison;
    const char *scenario = comparison->settings[view->setting].scenario;
    for (size_t i = comparison->setting_count; i-- > 0;)
        if (strcmp(comparison->settings[i].scenario, scenario) == 0 &&
            user_card_read(comparison, app->store, i, view->user, view->card.key, view->draw, card,
                           error))
            return true;
    return false;
}

static void guide_newcomer(const struct user_view *view, struct app *app)
{
    struct user_card fullest, *card = &fullest;
    struct error error;
    if (view->card.of_items) {
        app_say(app, INK_BAD, "the tasks are items, which learn nothing from a user's ratings");
        return;
    }
    if (!read_fullest(view, app, card, &error)) {
        app_say(app, INK_BAD, "%s", error.text);
        return;
    }
    struct newcomer_guide *guide = memory_new(sizeof *guide);
    *guide = (struct newcomer_guide){
        .execution = view->comparison->execution,
        .user = memory_string(card->user),
        .shown = lines_of(card->support, card->support_count, false),
        .asked = lines_of(card->query, card->query_count, true),
    };
    user_card_release(card);
    newcomer_guide_free(app->chosen.guide);
    app->chosen.guide = guide;
    app->chosen.execution = guide->execution;
    app_go(app, PAGE_NEWCOMER);
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
    if (action == ACTION_USER_NEWCOMER && view->there) {
        guide_newcomer(view, app);
        return true;
    }
    look(self, app);
    return true;
}

static void free_view(struct view *self)
{
    struct user_view *view = (struct user_view *)self;
    browser_release(&view->shown);
    browser_release(&view->asked);
    user_card_release(&view->card);
    free(view->user);
    free(view);
}

struct view *user_view_new(void)
{
    static const struct view_operations OPERATIONS = {
        .look = look, .draw = draw, .move = move, .act = act, .free = free_view};
    struct user_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->shown,
                 &(struct browser_options){.arrow = true,
                                           .empty = "none: the arms know only who the user is"});
    browser_init(&view->asked, &(struct browser_options){.arrow = true, .sideways = true});
    return &view->view;
}
