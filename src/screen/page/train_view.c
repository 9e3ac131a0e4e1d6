/* SPDX-License-Identifier: MIT
 *
 * The Train page: one execution, live or finished. A chart shows the losses of its arms, a table
 * its runs.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "keeper/client.h"
#include "report/run_report.h"
#include "screen/app.h"
#include "screen/page/training.h"
#include "screen/widget/chart.h"
#include "screen/widget/meter.h"
#include "store/run_store.h"

enum { LEAST_CHART = 6, TALL = 16, BAR_CELLS = 10 };
static const double KEEPER_CHECK = 2; /* seconds between checks that the keeper still runs */

struct train_view {
    struct view view;
    int64_t *executions; /* newest first */
    size_t count, at;
    struct training training;
    struct browser browser;
    bool log_y, validation, raw;
    bool keeper;        /* a keeper holds the database */
    double keeper_seen; /* when the keeper was last checked */
    struct error error; /* "" if none */
};

static struct progress_sum add_up(const struct train_view *view, bool alive)
{
    const struct training *training = &view->training;
    struct progress progress = {.execution = &training->execution,
                                .runs = training->runs,
                                .run_count = training->run_count,
                                .alive = alive};
    return progress_add_up(&progress);
}

static void find_execution(struct train_view *view, struct app *app)
{
    view->at = 0;
    for (size_t i = 0; i < view->count; i++)
        if (view->executions[i] == app->chosen.execution)
            view->at = i;
}

static void look_for_keeper(struct train_view *view, struct app *app)
{
    double now = clock_monotonic();
    if (view->keeper && now - view->keeper_seen < KEEPER_CHECK)
        return;
    view->keeper = keeper_is_alive(app->database);
    view->keeper_seen = now;
}

/* The columns that this page draws itself. */
enum run_column { RUN_MARKER, RUN_BAR = 8 };

static bool draw_own(void *context, struct surface *surface, struct box box, size_t row,
                     size_t column)
{
    const struct train_view *view = context;
    const struct run *run = &view->training.runs[row];
    int arm = view->training.arms[row];
    if (column == RUN_MARKER && run->learns)
        surface_glyph(surface, box.x, box.y, chart_ink(arm), chart_marker(surface, arm));
    if (column == RUN_BAR)
        meter_progress(surface, box.x, box.y, box.width, run_share(run), INK_BAR);
    return column == RUN_MARKER || column == RUN_BAR;
}

static void add_cell(struct listing *listing, const char *text, double value, enum ink ink)
{
    listing_number(listing, value, text);
    listing_style(listing, ink);
}

/* Adds the time left, or the time taken if the run has ended. */
static void add_time(struct listing *listing, const struct run *run, enum run_state state)
{
    char text[2 * FIGURE_TEXT] = "", seconds[FIGURE_TEXT];
    bool over = state != RUN_RUNNING && state != RUN_QUEUED;
    if (over && run->seconds > 0)
        snprintf(text, sizeof text, "took %s", figure_seconds(run->seconds, seconds));
    else if (!over && !isnan(run->eta))
        left_words(run->eta, text);
    add_cell(listing, text,
             over && run->seconds > 0 ? run->seconds
             : over                   ? NAN
                                      : run->eta,
             INK_DIM);
}

static void add_run(struct listing *listing, const struct train_view *view, size_t index)
{
    const struct run *run = &view->training.runs[index];
    enum run_state state = state_shown(run, view->keeper);
    bool goes = state == RUN_RUNNING && run->rate > 0;
    char text[2 * FIGURE_TEXT], rate[FIGURE_TEXT];
    listing_cell(listing, "%s", "");
    snprintf(text, sizeof text, "%.40s/%llu", run->arm, (unsigned long long)run->seed);
    listing_foreign(listing, text);
    listing_style(listing, run->learns ? chart_ink(view->training.arms[index]) : INK_PLAIN);
    add_cell(listing, state_words(state, run->phase), NAN, state_ink(state));
    add_cell(listing, figure_done(run_share(run), text), 100 * run_share(run), INK_PLAIN);
    add_cell(listing, figure_loss(run->loss, text), run->loss, INK_PLAIN);
    add_time(listing, run, state);
    add_cell(listing, steps_words(run->step, run->steps, text), (double)run->step, INK_DIM);
    snprintf(text, sizeof text, "%s/s", figure_rate(run->rate, rate));
    add_cell(listing, goes ? text : "", goes ? run->rate : NAN, INK_DIM);
    listing_cell(listing, "%s", "");
}

static void show_runs(struct train_view *view)
{
    static const struct listing_column COLUMNS[] = {
        {.title = "", .least = 1},
        {.title = "run", .fit = LISTING_CUT, .tip = "arm and seed"},
        {.title = "state", .missed = 1},
        {.title = "done", .side = LISTING_RIGHT, .missed = 2, .unit = "%", .tip = "of its work"},
        {.title = "loss", .side = LISTING_RIGHT, .missed = 3, .tip = "the last training loss"},
        {.title = "time", .side = LISTING_RIGHT, .missed = 4, .unit = "s", .tip = "left, or taken"},
        {.title = "step", .side = LISTING_RIGHT, .missed = 5, .tip = "steps that are done"},
        {.title = "rate", .side = LISTING_RIGHT, .missed = 6, .unit = "steps/s"},
        {.title = "", .missed = 7, .least = BAR_CELLS},
        {.title = NULL}};
    struct listing *listing = listing_new(COLUMNS);
    for (size_t i = 0; i < view->training.run_count; i++)
        add_run(listing, view, i);
    view->view.browser = &view->browser;
    browser_show(&view->browser, listing);
}

static void look(struct view *self, struct app *app)
{
    struct train_view *view = (struct train_view *)self;
    size_t count = 0;
    if (!app->store)
        return;
    view->error.text[0] = '\0';
    int64_t *executions = store_executions(app->store, &count, &view->error);
    if (!executions)
        return;
    free(view->executions);
    view->executions = executions;
    view->count = count;
    find_execution(view, app);
    if (count == 0) {
        training_release(&view->training);
        return;
    }
    if (training_read(&view->training, app->store, executions[view->at],
                      view->validation ? "validation" : "train", &view->error))
        view->error.text[0] = '\0';
    look_for_keeper(view, app);
    show_runs(view);
    struct progress_sum sum = add_up(view, view->keeper);
    app->active = progress_is_under_way(&sum);
}

static void draw_facts(const struct train_view *view, struct surface *surface, struct box box)
{
    const struct execution *execution = &view->training.execution;
    size_t arms = view->training.arm_count, seed_count = training_seeds(&view->training);
    char began[FIGURE_TEXT], arms_text[FIGURE_TEXT], seeds[FIGURE_TEXT], threads[FIGURE_TEXT];
    surface_format(surface, box.x, box.y, box.width, INK_DIM, "%s, %s, %s, %s, began %s UTC",
                   execution->data, figure_of((int64_t)arms, "arm", arms_text),
                   figure_of((int64_t)seed_count, "seed", seeds),
                   figure_of(execution->threads, "thread", threads),
                   figure_time(execution->created_at, began));
}

/* Returns the rows used. */
static int draw_head(const struct train_view *view, struct surface *surface, struct box box)
{
    const struct training *training = &view->training;
    struct progress_sum sum = add_up(view, view->keeper);
    enum run_state state = progress_state(&sum);
    char place[2 * FIGURE_TEXT], done[FIGURE_TEXT], left[FIGURE_TEXT] = "", name[160];
    snprintf(name, sizeof name, "%s %lld", training->execution.experiment,
             (long long)training->execution.number);
    snprintf(place, sizeof place, "← %zu of %zu →", view->count - view->at, view->count);
    int room = view->count > 1 ? box.width - (int)strlen("← of →") - 8 : box.width;
    int used = surface_text(surface, box.x, box.y, room, INK_STRONG, name) + 2;
    surface_text(surface, box.x + used, box.y, room - used, state_ink(state),
                 run_state_name(state));
    if (view->count > 1)
        surface_text_right(surface, box.x, box.y, box.width, INK_DIM, place);
    if (state == RUN_RUNNING)
        left_words(sum.eta, left);
    int bar = box.width / 2;
    meter_progress(surface, box.x, box.y + 1, bar, sum.share, INK_BAR);
    surface_format(surface, box.x + bar + 1, box.y + 1, box.width - bar - 1, INK_PLAIN, "%5s  %s",
                   figure_done(sum.share, done), left);
    int rows = 2;
    if (training->execution.confinement && *training->execution.confinement)
        surface_text(surface, box.x, box.y + rows++, box.width, INK_WARN,
                     training->execution.confinement);
    if (box.height < TALL)
        return rows;
    draw_facts(view, surface, (struct box){box.x, box.y + rows, box.width, 1});
    return rows + 2;
}

/* The mean of the latest losses of an arm's runs. */
static double latest_of(const struct train_view *view, int arm)
{
    const struct training *training = &view->training;
    double sum = 0;
    int count = 0;
    for (size_t i = 0; i < training->run_count; i++) {
        const struct curve *curve = &training->curves[i];
        if (training->arms[i] == arm && curve->count > 0) {
            sum += (view->raw ? curve->y : curve->smooth)[curve->count - 1];
            count++;
        }
    }
    return count ? sum / count : NAN;
}

/* The x values of a curve: steps, or the share of the run's steps if `steps` is false. */
static double *across_of(const struct run *run, const struct curve *curve, bool steps)
{
    double *x = memory_array(curve->count + 1, sizeof *x);
    for (size_t i = 0; i < curve->count; i++)
        x[i] = steps ? curve->x[i] : 100 * curve->x[i] / (double)run->steps;
    return x;
}

static const char *chart_title(const struct train_view *view)
{
    static const char *const TITLES[] = {"training loss, smoothed", "training loss",
                                         "validation loss, smoothed", "validation loss"};
    return TITLES[2 * view->validation + view->raw];
}

static const char SEARCHING[] = "settings are searched: `:trials` shows what was tried so far";

static bool is_searching(const struct training *training)
{
    for (size_t i = 0; i < training->run_count; i++)
        if (run_is_searching(&training->runs[i]))
            return true;
    return false;
}

/* Draws a line for each run, in the colour of its arm. */
static void draw_chart(const struct train_view *view, struct surface *surface, struct box box)
{
    const struct training *training = &view->training;
    struct chart_series *series = memory_array(training->run_count + 1, sizeof *series);
    double *latest = memory_array(training->arm_count + 1, sizeof *latest);
    double **across = memory_array(training->run_count + 1, sizeof *across);
    bool steps = training_has_equal_steps(training);
    struct chart chart = {.title = chart_title(view),
                          .x_label = steps ? "step" : "% of its steps",
                          .series = series,
                          .log_y = view->log_y,
                          .missing = is_searching(training) ? SEARCHING : NULL};
    int named = -1; /* the runs of an arm are adjacent */
    for (size_t i = 0; i < training->run_count; i++) {
        int arm = training->arms[i];
        const struct curve *curve = &training->curves[i];
        if (curve->count == 0)
            continue;
        latest[arm] = latest_of(view, arm);
        across[i] = across_of(&training->runs[i], curve, steps);
        series[chart.series_count++] =
            (struct chart_series){.name = arm == named ? NULL : training->runs[i].arm,
                                  .x = across[i],
                                  .y = view->raw ? curve->y : curve->smooth,
                                  .count = curve->count,
                                  .look = arm,
                                  .latest = &latest[arm],
                                  .raw = view->raw ? NULL : curve->y};
        named = arm;
    }
    chart_draw(surface, box, &chart);
    for (size_t i = 0; i < training->run_count; i++)
        free(across[i]);
    free(across);
    free(series);
    free(latest);
}

static bool has_points(const struct training *training)
{
    for (size_t i = 0; i < training->run_count; i++)
        if (training->curves[i].count > 0)
            return true;
    return false;
}

/* The chosen run if it failed or cannot continue; else NULL. */
static const struct run *troubled(const struct train_view *view)
{
    const struct training *training = &view->training;
    size_t row = browser_row(&view->browser);
    const struct run *run = row < training->run_count ? &training->runs[row] : NULL;
    return run && run_sentence(run) > 0 ? run : NULL;
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    struct train_view *view = (struct train_view *)self;
    (void)app;
    if (view->error.text[0]) {
        surface_text(surface, box.x, box.y, box.width, INK_BAD, view->error.text);
        return;
    }
    if (view->count == 0) {
        surface_text(surface, box.x, box.y, box.width, INK_DIM,
                     "Nothing has been trained yet: press 2, choose an experiment, press r.");
        return;
    }
    const struct run *run = troubled(view);
    int head = draw_head(view, surface, box), runs = (int)view->training.run_count;
    struct box rest = box_inside(box, 0, head, 0, run ? 1 : 0);
    int most = rest.height / 3 < 2 ? 2 : rest.height / 3 - 1,
        table = 1 + (runs > most ? most : runs);
    if (rest.height - table - 1 < LEAST_CHART) /* no room for both: prefer the chart */
        table = has_points(&view->training) ? 0 : rest.height;
    if (table < rest.height)
        draw_chart(view, surface, box_inside(rest, 0, 0, 0, table ? table + 1 : 0));
    if (table > 0)
        browser_draw(surface, box_inside(rest, 0, rest.height - table, 0, 0), &view->browser, true);
    if (run)
        surface_format(surface, box.x, box.y + box.height - 1, box.width, INK_BAD, "%.*s",
                       run_sentence(run), run->text);
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct train_view *view = (struct train_view *)self;
    size_t at = view->at;
    if (action == ACTION_LEFT && at + 1 < view->count)
        at++;
    else if (action == ACTION_RIGHT && at > 0)
        at--;
    else
        browser_move(&view->browser, action);
    if (at != view->at) {
        app->chosen.execution = view->executions[at];
        browser_choose(&view->browser, 0);
        look(self, app);
    }
}

static void pause_or_continue(const struct train_view *view, struct app *app)
{
    char line[64];
    struct progress_sum sum = add_up(view, true);
    bool paused = progress_state(&sum) == RUN_PAUSED;
    snprintf(line, sizeof line, "%s %lld", paused ? "continue" : "pause",
             (long long)view->training.execution.number);
    app_command(app, line);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct train_view *view = (struct train_view *)self;
    switch (action) {
    case ACTION_TRAIN_PAUSE:
        if (view->count == 0)
            return false;
        pause_or_continue(view, app);
        return true;
    case ACTION_TRAIN_DETACH:
        app->leaving = true;
        return true;
    case ACTION_TRAIN_SERIES:
        view->validation = !view->validation;
        look(self, app);
        return true;
    case ACTION_TRAIN_LOG:
        view->log_y = !view->log_y;
        return true;
    case ACTION_TRAIN_SMOOTH:
        view->raw = !view->raw;
        return true;
    case ACTION_TRAIN_NEWCOMER:
        if (view->count > 0)
            app->chosen.execution = view->executions[view->at];
        app_go(app, PAGE_NEWCOMER);
        return true;
    case ACTION_TRAIN_COMPARE:
        if (view->count > 0)
            app->chosen.execution = view->executions[view->at];
        app_go(app, PAGE_COMPARE);
        return true;
    default:
        return false;
    }
}

static char *value(struct view *self, struct app *app, const char *name)
{
    const struct train_view *view = (const struct train_view *)self;
    (void)app;
    if (strcmp(name, "run") != 0 || view->count == 0)
        return NULL;
    return memory_format("%lld", (long long)view->training.execution.number);
}

static void free_view(struct view *self)
{
    struct train_view *view = (struct train_view *)self;
    browser_release(&view->browser);
    training_release(&view->training);
    free(view->executions);
    free(view);
}

struct view *train_view_new(void)
{
    static const struct view_operations OPERATIONS = {
        .look = look, .draw = draw, .move = move, .act = act, .value = value, .free = free_view};
    struct train_view *view = memory_new(sizeof *view);
    view->view.operations = &OPERATIONS;
    browser_init(&view->browser,
                 &(struct browser_options){.arrow = true, .draw = draw_own, .context = view});
    return &view->view;
}
