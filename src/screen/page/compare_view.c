/* SPDX-License-Identifier: MIT
 *
 * Compare: a row for each scenario and number of shots, a column for each arm, and in words what
 * the cell under the cursor says.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/comparison_words.h"
#include "store/run_store.h"

#include "screen/app.h"
#include "screen/page/compare_panel.h"
#include "screen/widget/scroll.h"
#include "screen/widget/shots_chart.h"

enum { FIXED_WIDTH = 24, LEAST_ARM_WIDTH = 10, MOST_ARM_WIDTH = 15, CURVE_ROWS = 9 };

static const char *const ANSWERS[] = {"level", "median", "raw"};
enum { ANSWER_COUNT = sizeof ANSWERS / sizeof *ANSWERS };

struct compare_view {
    struct view view;
    struct comparison *comparison;
    int64_t execution;  /* the one compared, or asked for */
    size_t done;        /* its runs that were done then */
    char *baseline;     /* asked for; NULL: the script's */
    const char *answer; /* asked for; NULL: the script's */
    unsigned comparing; /* work under way; 0: none */
    enum metric metric;
    bool gains;           /* shown in place of values */
    struct scroll scroll; /* over settings */
    size_t first_arm;     /* leftmost on screen */
    struct error error;   /* "" where none */
};

struct compare_work {
    struct compare_view *view;
    int64_t execution;
    char *baseline;
    const char *answer;
    struct comparison *comparison;
    struct error error;
};

static void work_compare(void *context, struct store *store, const struct patience *patience)
{
    struct compare_work *work = context;
    (void)patience; /* a query asks by itself */
    char name[32];
    const char *names[] = {name};
    snprintf(name, sizeof name, "%lld", (long long)work->execution);
    if (store)
        work->comparison = comparison_open(
            store,
            &(struct comparison_options){
                .names = names, .count = 1, .baseline = work->baseline, .answer = work->answer},
            &work->error);
}

static void release_compare(void *context)
{
    struct compare_work *work = context;
    comparison_free(work->comparison);
    free(work->baseline);
    free(work);
}

/* Keeps the cursor at its scenario, shots and arm where the new comparison has them. */
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

static void take_compare(void *context, void *application)
{
    struct compare_work *work = context;
    struct compare_view *view = work->view;
    struct app *app = application;
    view->comparing = 0;
    view->error = work->error;
    if (work->comparison) {
        view->error.text[0] = '\0';
        choose_again(app, view->comparison, work->comparison);
    }
    comparison_free(view->comparison);
    view->comparison = work->comparison;
    work->comparison = NULL;
    app->chosen.comparison = view->comparison;
    app->chosen.comparison_number++;
    view->scroll.cursor = (int64_t)app->chosen.setting;
    scroll_count(&view->scroll, view->comparison ? (int64_t)view->comparison->setting_count : 0);
    struct view *front = app->views[app->page]; /* Users and User show it too */
    if (front != &view->view)
        front->operations->look(front, app);
}

static void ask(struct compare_view *view, struct app *app)
{
    if (view->comparing)
        background_cancel(app->reading, view->comparing);
    struct compare_work *work = memory_new(sizeof *work);
    work->view = view;
    work->execution = view->execution;
    work->baseline = memory_string(view->baseline);
    work->answer = view->answer;
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

/* The chosen execution, or the newest that has results. */
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
    }
    view->execution = execution;
    view->done = done;
    if (execution)
        ask(view, app);
}

/* Cells of an arm's column: room for its name, and where all arms fit with less, for its number. */
static int arm_width(const struct comparison *comparison, int room)
{
    int width = LEAST_ARM_WIDTH, most = room / (int)comparison->arm_count;
    for (size_t arm = 0; arm < comparison->arm_count; arm++) {
        int name = (int)text_width(comparison->arms[arm].name) + 2;
        width = name > width ? name : width;
    }
    if (most >= LEAST_ARM_WIDTH)
        return width < most ? width : most;
    return width < MOST_ARM_WIDTH ? width : MOST_ARM_WIDTH;
}

/* Which arms are on screen, and where. */
struct arm_columns {
    size_t first, count;
    int x, width;
};

/* Brings the chosen arm into sight. */
static struct arm_columns place_arms(struct compare_view *view, const struct app *app,
                                     struct box box)
{
    int room = box.width - FIXED_WIDTH, width = arm_width(view->comparison, room);
    size_t all = view->comparison->arm_count, count = room < width ? 1 : (size_t)(room / width);
    count = count > all ? all : count;
    if (app->chosen.arm < view->first_arm)
        view->first_arm = app->chosen.arm;
    if (app->chosen.arm >= view->first_arm + count)
        view->first_arm = app->chosen.arm - count + 1;
    if (view->first_arm + count > all)
        view->first_arm = all - count;
    return (struct arm_columns){view->first_arm, count, box.x + FIXED_WIDTH, width};
}

static void draw_names(const struct compare_view *view, const struct app *app,
                       struct surface *surface, struct box box, const struct arm_columns *arms)
{
    surface_text(surface, box.x, box.y, 10, INK_TITLE, "scenario");
    surface_text_right(surface, box.x + 10, box.y, 6, INK_TITLE, "shown");
    surface_text_right(surface, box.x + 16, box.y, 7, INK_TITLE, "users");
    for (size_t i = 0; i < arms->count; i++) {
        size_t arm = arms->first + i;
        surface_text_right(surface, arms->x + (int)i * arms->width, box.y, arms->width - 1,
                           arm == app->chosen.arm ? INK_STRONG : INK_TITLE,
                           view->comparison->arms[arm].name);
    }
}

static void draw_cell(const struct compare_view *view, const struct app *app,
                      struct surface *surface, struct box box, size_t setting, size_t arm)
{
    const struct comparison *comparison = view->comparison;
    const struct comparison_cell *cell = &comparison->cells[setting * comparison->arm_count + arm];
    const struct comparison_gain *gain = &cell->gains[view->metric];
    bool chosen = arm == app->chosen.arm && setting == app->chosen.setting;
    bool opponent = gain->verdict == VERDICT_OPPONENT;
    char text[FIGURE_TEXT];
    if (view->gains && opponent)
        snprintf(text, sizeof text, "–");
    else if (view->gains)
        figure_metric(gain->gain, true, text);
    else
        figure_metric(cell->values[view->metric], false, text);
    surface_text_right(surface, box.x, box.y, box.width - 3,
                       chosen ? INK_STRONG : verdict_ink(gain->verdict), text);
    surface_glyph(surface, box.x + box.width - 2, box.y, verdict_ink(gain->verdict),
                  verdict_mark(gain->verdict, surface->ascii));
    if (chosen)
        surface_select(surface, box_inside(box, box.width - 10, 0, 0, 0));
}

static void draw_setting(const struct compare_view *view, const struct app *app,
                         struct surface *surface, struct box row, size_t setting,
                         const struct arm_columns *arms)
{
    const struct comparison_setting *about = &view->comparison->settings[setting];
    bool first = setting == 0 || (int64_t)setting == view->scroll.top ||
                 strcmp(about[-1].scenario, about->scenario) != 0;
    char text[FIGURE_TEXT];
    if (first)
        surface_text(surface, row.x, row.y, 10, INK_PLAIN, about->scenario);
    surface_text_right(surface, row.x + 10, row.y, 6, INK_PLAIN, shots_words(about->shots, text));
    surface_text_right(surface, row.x + 16, row.y, 7, INK_DIM, figure_count(about->users, text));
    for (size_t i = 0; i < arms->count; i++)
        draw_cell(view, app, surface,
                  (struct box){arms->x + (int)i * arms->width, row.y, arms->width, 1}, setting,
                  arms->first + i);
}

static void draw_title(const struct compare_view *view, struct surface *surface, struct box box,
                       const struct arm_columns *arms)
{
    const struct comparison *comparison = view->comparison;
    int used = surface_text(surface, box.x, box.y, box.width, INK_STRONG, comparison->title) + 2;
    char gains[64];
    snprintf(gains, sizeof gains, "gain in %s, more is better", metric_name(view->metric));
    surface_format(surface, box.x + used, box.y, box.width - used, INK_DIM, "%s, %s, %s",
                   comparison->data, view->gains ? gains : metric_title(view->metric),
                   answer_words(comparison->answer));
    if (arms->count < comparison->arm_count) {
        char text[64];
        snprintf(text, sizeof text, "← arms %zu to %zu of %zu →", arms->first + 1,
                 arms->first + arms->count, comparison->arm_count);
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
    struct box table = box_inside(box, 0, 3, 0, panel ? COMPARE_PANEL_ROWS : 0);
    struct arm_columns arms = place_arms(view, app, box);
    draw_title(view, surface, box, &arms);
    draw_names(view, app, surface, (struct box){box.x, box.y + 2, box.width, 1}, &arms);
    scroll_fit(&view->scroll, (int64_t)comparison->setting_count, table.height);
    for (int row = 0; row < table.height; row++) {
        size_t setting = (size_t)view->scroll.top + (size_t)row;
        if (setting < comparison->setting_count)
            draw_setting(view, app, surface, (struct box){table.x, table.y + row, table.width, 1},
                         setting, &arms);
    }
    int left = table.height - (int)comparison->setting_count - 2;
    if (panel && left >= CURVE_ROWS)
        shots_chart_draw(surface, box_inside(table, 0, (int)comparison->setting_count + 1, 0, 1),
                         comparison, app->chosen.setting, view->metric);
    if (panel)
        compare_panel_draw(view->comparison, view->metric, app->chosen.setting, app->chosen.arm,
                           surface,
                           (struct box){box.x, box.y + box.height - COMPARE_PANEL_ROWS, box.width,
                                        COMPARE_PANEL_ROWS});
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct compare_view *view = (struct compare_view *)self;
    if (!view->comparison)
        return;
    if (action == ACTION_LEFT)
        app->chosen.arm -= app->chosen.arm > 0;
    else if (action == ACTION_RIGHT)
        app->chosen.arm += app->chosen.arm + 1 < view->comparison->arm_count;
    else
        scroll_move(&view->scroll, action);
    app->chosen.setting = (size_t)view->scroll.cursor;
}

/* The execution before the one compared, and after the first the last again. */
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

/* The arm under the cursor becomes the opponent; the opponent gives way to the script's. */
static void choose_opponent(struct compare_view *view, struct app *app)
{
    const struct comparison *comparison = view->comparison;
    bool again = app->chosen.arm == comparison->baseline && view->baseline;
    free(view->baseline);
    view->baseline = again ? NULL : memory_string(comparison->arms[app->chosen.arm].name);
    ask(view, app);
}

static void choose_answer(struct compare_view *view, struct app *app)
{
    size_t now = 0;
    while (now + 1 < ANSWER_COUNT && strcmp(ANSWERS[now], view->comparison->answer) != 0)
        now++;
    view->answer = ANSWERS[(now + 1) % ANSWER_COUNT];
    ask(view, app);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct compare_view *view = (struct compare_view *)self;
    if (action == ACTION_COMPARE_RUN)
        compare_other(view, app);
    if (!view->comparison || view->comparison->setting_count == 0)
        return true;
    if (action == ACTION_COMPARE_METRIC)
        view->metric = (view->metric + 1) % METRIC_COUNT;
    if (action == ACTION_COMPARE_GAINS)
        view->gains = !view->gains;
    if (action == ACTION_COMPARE_USERS)
        app_go(app, PAGE_USERS);
    if (action == ACTION_COMPARE_BASELINE)
        choose_opponent(view, app);
    if (action == ACTION_COMPARE_ANSWER)
        choose_answer(view, app);
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
    comparison_free(view->comparison);
    free(view->baseline);
    free(view);
}

struct view *compare_view_new(void)
{
    static const struct view_operations OPERATIONS = {look, draw, move, act, value, free_view};
    struct compare_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    return &view->view;
}
