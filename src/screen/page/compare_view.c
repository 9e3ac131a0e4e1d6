/* SPDX-License-Identifier: MIT
 *
 * The Compare page: a row for each scenario and number of shots, a column for each arm, and a panel
 * that describes the cell under the cursor.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/comparison_words.h"
#include "screen/app.h"
#include "screen/page/compare_panel.h"
#include "screen/page/compare_state.h"
#include "screen/widget/shots_chart.h"
#include "store/run_store.h"

enum { CURVE_ROWS = 9, ARM_LEAST = 8, FIXED = 3 }; /* FIXED: columns before the arms */

static const char *const ANSWERS[] = {"level", "median", "raw"};
enum { ANSWER_COUNT = sizeof ANSWERS / sizeof *ANSWERS };

struct compare_work {
    struct compare_view *view;
    int64_t execution;
    char *baseline;
    const char *answer;
    char order[RANKING_TEXT];
    float relevant;
    struct comparison *comparison;
    struct error error;
};

static void work_compare(void *context, struct store *store, const struct patience *patience)
{
    struct compare_work *work = context;
    (void)patience; /* the store's queries check it */
    char name[32];
    const char *names[] = {name};
    snprintf(name, sizeof name, "%lld", (long long)work->execution);
    if (store)
        work->comparison =
            comparison_open(store,
                            &(struct comparison_options){
                                .names = names,
                                .count = 1,
                                .baseline = work->baseline,
                                .answer = work->answer,
                                .metric = *work->order ? work->order : NULL,
                                .relevant = isnan(work->relevant) ? NULL : &work->relevant},
                            &work->error);
}

static void release_compare(void *context)
{
    struct compare_work *work = context;
    comparison_free(work->comparison);
    free(work->baseline);
    free(work);
}

/* Keeps the cursor on its scenario, shots and arm if the new comparison has them. */
static void choose_again(struct app *app, const struct comparison *old,
                         const struct comparison *new)
{
    size_t setting = new->setting_count, arm = new->arm_count;
    if (old && app->chosen.setting < old->setting_count) {
        const struct comparison_setting *before = &old->settings[app->chosen.setting];
        setting = comparison_find_setting(new, before->scenario, before->shots);
        arm = comparison_find_arm(new, old->arms[app->chosen.arm].name);
    }
    if (setting == new->setting_count)
        setting = 0;
    if (arm == new->arm_count)
        arm = comparison_challenger(new, 0);
    app->chosen.setting = setting;
    app->chosen.arm = arm;
}

static void add_arm(struct listing *listing, const struct compare_view *view,
                    const struct comparison_cell *cell, bool ascii)
{
    const struct comparison_gain *gain = &cell->gains[view->metric];
    double value = view->gains ? gain->gain : cell->values[view->metric];
    bool none = view->gains && gain->verdict == VERDICT_OPPONENT;
    const char *mark = verdict_mark(gain->verdict, ascii);
    char number[FIGURE_TEXT], text[2 * FIGURE_TEXT];
    snprintf(text, sizeof text, "%s %s", none ? "–" : figure_metric(value, view->gains, number),
             *mark ? mark : " ");
    listing_number(listing, none ? NAN : value, text);
    listing_style(listing, verdict_ink(gain->verdict));
}

void compare_show(struct compare_view *view, bool ascii)
{
    const struct comparison *comparison = view->comparison;
    bool items = comparison && comparison->of_items;
    const struct listing_column columns[FIXED + 1] = {
        {.title = "scenario"},
        {.title = "shown",
         .side = LISTING_RIGHT,
         .tip = items ? "ratings that the arms see of an item"
                      : "ratings that the arms see of a user"},
        {.title = items ? "items" : "users",
         .side = LISTING_RIGHT,
         .tip = items ? "items that have so many ratings" : "users who have so many ratings"},
        {.title = NULL}};
    struct listing *listing = listing_new(columns);
    const char *unit = !comparison   ? NULL
                       : view->gains ? view->gain_unit
                                     : comparison->metrics[view->metric].name;
    if (comparison)
        snprintf(view->gain_unit, sizeof view->gain_unit, "gain in %s",
                 comparison->metrics[view->metric].name);
    for (size_t arm = 0; comparison && arm < comparison->arm_count; arm++)
        listing_add_column(listing, (struct listing_column){.title = comparison->arms[arm].name,
                                                            .side = LISTING_RIGHT,
                                                            .fit = LISTING_CUT,
                                                            .least = ARM_LEAST,
                                                            .unit = unit});
    for (size_t i = 0; comparison && i < comparison->setting_count; i++) {
        const struct comparison_setting *setting = &comparison->settings[i];
        char text[FIGURE_TEXT];
        listing_foreign(listing, setting->scenario);
        listing_number(listing, setting->shots == SHOTS_ALL ? (double)INFINITY : setting->shots,
                       shots_words(setting->shots, text));
        listing_number(listing, setting->users, figure_count(setting->users, text));
        listing_style(listing, INK_DIM);
        for (size_t arm = 0; arm < comparison->arm_count; arm++)
            add_arm(listing, view, &comparison->cells[i * comparison->arm_count + arm], ascii);
    }
    view->view.browser = comparison ? &view->browser : NULL;
    browser_show(&view->browser, listing);
}

/* Shows a scenario only in the first of its consecutive rows. */
static bool hide_scenario(void *context, struct surface *surface, struct box box, size_t row,
                          size_t column)
{
    const struct compare_view *view = context;
    const struct comparison_setting *setting = &view->comparison->settings[row];
    (void)surface;
    (void)box;
    return column == 0 && view->browser.sorted < 0 && row > 0 &&
           (int64_t)row != view->browser.scroll.top &&
           strcmp(setting[-1].scenario, setting->scenario) == 0;
}

/* The metric that is chosen, if the comparison has it. */
static size_t chosen_metric(const struct compare_view *view)
{
    size_t metric = *view->metric_key ? comparison_find_metric(view->comparison, view->metric_key)
                                      : view->comparison->metric_count;
    return metric < view->comparison->metric_count ? metric
                                                   : comparison_main_metric(view->comparison);
}

/* A threshold that cannot be: what is shown stays. */
static bool refuse_relevant(struct compare_view *view, const struct compare_work *work,
                            struct app *app)
{
    if (work->comparison || isnan(work->relevant) || !view->comparison ||
        view->comparison->execution != work->execution)
        return false;
    app_say(app, INK_BAD, "%s", work->error.text);
    view->relevant = view->comparison->relevant_given ? view->comparison->relevant : NAN;
    return true;
}

static void take_compare(void *context, void *application)
{
    struct compare_work *work = context;
    struct compare_view *view = work->view;
    struct app *app = application;
    view->comparing = 0;
    if (refuse_relevant(view, work, app))
        return;
    view->error = work->error;
    if (work->comparison) {
        view->error.text[0] = '\0';
        choose_again(app, view->comparison, work->comparison);
    }
    comparison_free(view->comparison);
    view->comparison = work->comparison;
    work->comparison = NULL;
    if (view->comparison)
        view->metric = chosen_metric(view);
    app->chosen.comparison = view->comparison;
    app->chosen.comparison_number++;
    compare_show(view, app->plain);
    struct view *front = app->views[app->page]; /* Users and User show the comparison too */
    if (front != &view->view)
        front->operations->look(front, app);
}

void compare_ask(struct compare_view *view, struct app *app)
{
    if (view->comparing)
        background_cancel(app->reading, view->comparing);
    struct compare_work *work = memory_new(sizeof *work);
    work->view = view;
    work->execution = view->execution;
    work->baseline = memory_string(view->baseline);
    work->answer = view->answer;
    work->relevant = view->relevant;
    memcpy(work->order, view->order, sizeof work->order);
    error_set(&work->error, ERROR_STORE, "the workbench cannot be read");
    view->comparing = background_start(
        app->reading, &(struct background_work){work, work_compare, take_compare, release_compare});
}

static size_t count_done(struct app *app, int64_t execution)
{
    struct error error;
    size_t count = 0, done = 0;
    struct run *runs = store_runs(app->store, execution, &count, &error);
    for (size_t i = 0; runs && i < count; i++)
        done += runs[i].state == RUN_DONE;
    run_array_free(runs, runs ? count : 0);
    return done;
}

/* The chosen execution, or the newest with results. */
static int64_t find_execution(struct app *app)
{
    struct error error;
    size_t count = 0;
    int64_t found = app->chosen.execution;
    int64_t *executions = found ? NULL : store_executions(app->store, &count, &error);
    for (size_t i = 0; executions && i < count && !found; i++)
        if (count_done(app, executions[i]) > 0)
            found = executions[i];
    free(executions);
    return found;
}

static void look(struct view *self, struct app *app)
{
    struct compare_view *view = (struct compare_view *)self;
    if (!app->store)
        return;
    int64_t execution = find_execution(app);
    size_t done = execution ? count_done(app, execution) : 0;
    if (execution == view->execution && done == view->done)
        return;
    if (execution != view->execution) {
        free(view->baseline);
        view->baseline = NULL;
        view->answer = NULL;
        view->relevant = NAN;
        view->order[0] = '\0';
    }
    view->execution = execution;
    view->done = done;
    if (execution)
        compare_ask(view, app);
}

static void draw_title(const struct compare_view *view, struct surface *surface, struct box box)
{
    const struct comparison *comparison = view->comparison;
    const struct browser *browser = &view->browser;
    int used = surface_text(surface, box.x, box.y, box.width, INK_STRONG, comparison->title) + 2;
    char gains[64], sampled[WORDS_TEXT];
    snprintf(gains, sizeof gains, "gain in %s, more is better",
             comparison->metrics[view->metric].name);
    surface_format(surface, box.x + used, box.y, box.width - used, INK_DIM, "%s%s, %s, %s",
                   comparison->data, negatives_words(comparison, sampled),
                   view->gains ? gains : comparison->metrics[view->metric].title,
                   answer_words(comparison->answer));
    if (browser->shown < comparison->arm_count) {
        char text[64];
        size_t first = browser->first - FIXED;
        snprintf(text, sizeof text, "← arms %zu to %zu of %zu →", first + 1, first + browser->shown,
                 comparison->arm_count);
        surface_text_right(surface, box.x, box.y + 1, box.width, INK_DIM, text);
    }
}

static void draw_nothing(const struct compare_view *view, struct surface *surface, struct box box)
{
    if (view->comparing)
        surface_text(surface, box.x, box.y, box.width, INK_DIM, "comparing …");
    else if (view->execution && view->error.text[0])
        surface_text(surface, box.x, box.y, box.width, INK_WARN, view->error.text);
    else
        surface_text(surface, box.x, box.y, box.width, INK_DIM,
                     "Nothing to compare yet: press 2, choose an experiment, press r.");
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct compare_view *view = (struct compare_view *)self;
    const struct comparison *comparison = view->comparison;
    if (!comparison || comparison->setting_count == 0) {
        draw_nothing(view, surface, box);
        return;
    }
    bool panel = box.height >= 11;
    struct box table = box_inside(box, 0, 2, 0, panel ? COMPARE_PANEL_ROWS : 0);
    view->browser.column = FIXED + app->chosen.arm; /* other pages may change it */
    browser_choose(&view->browser, app->chosen.setting);
    browser_draw(surface, table, &view->browser, true);
    draw_title(view, surface, box);
    int rows = (int)comparison->setting_count;
    if (panel && table.height - rows - 3 >= CURVE_ROWS)
        shots_chart_draw(surface, box_inside(table, 0, rows + 2, 0, 1), comparison,
                         app->chosen.setting, view->metric);
    if (panel)
        compare_panel_draw(view->comparison, view->metric, app->chosen.setting, app->chosen.arm,
                           surface,
                           (struct box){box.x, box.y + box.height - COMPARE_PANEL_ROWS, box.width,
                                        COMPARE_PANEL_ROWS});
}

static void chose(struct view *self, struct app *app)
{
    struct compare_view *view = (struct compare_view *)self;
    app->chosen.arm = view->browser.column - FIXED;
    app->chosen.setting = browser_row(&view->browser);
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct compare_view *view = (struct compare_view *)self;
    if (!view->comparison || view->comparison->setting_count == 0)
        return;
    browser_move(&view->browser, action);
    chose(self, app);
}

/* Compares the next older execution, and after the oldest the newest again. */
static void compare_other(struct compare_view *view, struct app *app)
{
    struct error error;
    size_t count = 0;
    int64_t *executions = app->store ? store_executions(app->store, &count, &error) : NULL;
    for (size_t i = 0; executions && i < count; i++)
        if (executions[i] == view->execution) {
            app->chosen.execution = executions[(i + 1) % count];
            break;
        }
    free(executions);
    look(&view->view, app);
}

/* Makes the arm under the cursor the opponent. If it is the opponent already, returns to the
 * script's opponent. */
static void choose_opponent(struct compare_view *view, struct app *app)
{
    const struct comparison *comparison = view->comparison;
    bool again = app->chosen.arm == comparison->baseline && view->baseline;
    free(view->baseline);
    view->baseline = again ? NULL : memory_string(comparison->arms[app->chosen.arm].name);
    compare_ask(view, app);
}

static void choose_answer(struct compare_view *view, struct app *app)
{
    size_t now = 0;
    while (now + 1 < ANSWER_COUNT && strcmp(ANSWERS[now], view->comparison->answer) != 0)
        now++;
    view->answer = ANSWERS[(now + 1) % ANSWER_COUNT];
    compare_ask(view, app);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct compare_view *view = (struct compare_view *)self;
    if (action == ACTION_COMPARE_RUN)
        compare_other(view, app);
    if (!view->comparison || view->comparison->setting_count == 0)
        return true;
    if (action == ACTION_COMPARE_METRIC)
        compare_choose_metric(view, (view->metric + 1) % view->comparison->metric_count);
    if (action == ACTION_COMPARE_GAINS)
        view->gains = !view->gains;
    if (action == ACTION_COMPARE_METRIC || action == ACTION_COMPARE_GAINS)
        compare_show(view, app->plain);
    if (action == ACTION_COMPARE_USERS)
        app_go(app, PAGE_USERS);
    if (action == ACTION_COMPARE_BASELINE)
        choose_opponent(view, app);
    if (action == ACTION_COMPARE_ANSWER)
        choose_answer(view, app);
    if (action == ACTION_COMPARE_RELEVANT)
        app_ask(app, "relevant from the rating: ", "", compare_enter_relevant);
    return true;
}

static char *value(struct view *self, struct app *app, const char *name)
{
    const struct compare_view *view = (const struct compare_view *)self;
    (void)app;
    if (strcmp(name, "run") != 0 || !view->execution)
        return NULL;
    return memory_format("%lld", (long long)view->execution);
}

static void free_view(struct view *self)
{
    struct compare_view *view = (struct compare_view *)self;
    browser_release(&view->browser);
    comparison_free(view->comparison);
    free(view->baseline);
    free(view);
}

struct view *compare_view_new(void)
{
    static const struct view_operations OPERATIONS = {.look = look,
                                                      .draw = draw,
                                                      .move = move,
                                                      .act = act,
                                                      .value = value,
                                                      .free = free_view,
                                                      .chose = chose,
                                                      .typed = compare_typed,
                                                      .name_at = compare_name_at};
    struct compare_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    view->relevant = NAN;
    browser_init(&view->browser, &(struct browser_options){.sideways = true,
                                                           .cell = true,
                                                           .frozen = FIXED,
                                                           .draw = hide_scenario,
                                                           .context = view});
    return &view->view;
}
