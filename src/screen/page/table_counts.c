/* SPDX-License-Identifier: MIT
 *
 * Tables that are counted from the top frame. What was counted is kept for the version of the data
 * set that it was counted from, and shown again at once.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/figures.h"
#include "screen/page/table_view.h"
#include "store/tally.h"

/* What is to be counted. */
struct count_plan {
    enum table_kind kind;
    size_t column, other, measure;
};

/* -- what is kept ------------------------------------------------------------------------------ */

static struct derived copy_derived(const struct derived *derived)
{
    struct derived copy = {.file = row_file_hold(derived->file),
                           .column_count = derived->column_count,
                           .columns =
                               memory_array(derived->column_count + 1, sizeof *derived->columns)};
    for (size_t i = 0; i < derived->column_count; i++) {
        copy.columns[i] = derived->columns[i];
        copy.columns[i].name = memory_string(derived->columns[i].name);
        copy.columns[i].sql = memory_string(derived->columns[i].sql);
    }
    return copy;
}

static char *key_of(const struct table_view *view, const struct table_frame *frame,
                    const struct count_plan *plan)
{
    const struct grid *grid = frame->grid;
    char *key = memory_format("%s %lld %p %s|%d|%s|%s|%s", grid->table ? grid->table : "",
                              (long long)view->imported_at, (void *)grid->file, frame->now.filter,
                              (int)plan->kind, grid->columns[plan->column].sql,
                              grid->columns[plan->other].sql,
                              plan->measure == TALLY_NONE ? "" : grid->columns[plan->measure].sql);
    for (size_t i = 0; plan->kind == FRAME_STATISTICS && i < frame->column_count; i++) {
        char *before = key;
        key = memory_format("%s|%s", before, grid->columns[frame->columns[i]].sql);
        free(before);
    }
    return key;
}

static struct kept_counts *find_kept(struct table_view *view, const char *key)
{
    for (size_t i = 0; i < TABLE_COUNTS_KEPT; i++)
        if (view->kept[i].key && strcmp(view->kept[i].key, key) == 0)
            return &view->kept[i];
    return NULL;
}

static void keep(struct table_view *view, char *key, const struct derived *derived)
{
    struct kept_counts *oldest = &view->kept[0];
    for (size_t i = 0; i < TABLE_COUNTS_KEPT; i++)
        if (!view->kept[i].key || view->kept[i].used < oldest->used)
            oldest = &view->kept[i];
    free(oldest->key);
    derived_release(&oldest->derived);
    *oldest = (struct kept_counts){key, copy_derived(derived), ++view->uses};
}

void table_forget_counts(struct table_view *view)
{
    for (size_t i = 0; i < TABLE_COUNTS_KEPT; i++) {
        free(view->kept[i].key);
        derived_release(&view->kept[i].derived);
        view->kept[i] = (struct kept_counts){0};
    }
}

/* -- showing ----------------------------------------------------------------------------------- */

static struct table_frame *frame_of(struct table_frame *origin, const struct count_plan *plan,
                                    struct grid *grid, char *crumb)
{
    struct error ignored;
    if (plan->kind != FRAME_STATISTICS && plan->kind != FRAME_CROSSTAB)
        grid_join(grid, &ignored); /* titles are an extra */
    struct table_frame *frame = table_frame_new(plan->kind, grid, crumb);
    frame->origin = origin;
    frame->of = plan->column;
    frame->across = plan->other;
    free(frame->of_filter);
    frame->of_filter = memory_string(origin->now.filter);
    return frame;
}

static void push_derived(struct table_view *view, struct app *app, struct table_frame *origin,
                         const struct count_plan *plan, const struct derived *derived, char *crumb)
{
    char rows[FIGURE_TEXT];
    struct grid *grid = grid_of_rows(app->store, view->dataset, derived->file, derived->columns,
                                     derived->column_count);
    table_push(view, app, frame_of(origin, plan, grid, crumb));
    app_say(app, INK_DIM, "%s; Enter opens the rows of one, Esc goes back",
            figure_of(row_file_rows(derived->file), "row", rows));
}

static void take_counts(struct table_walk *walk, struct app *app)
{
    struct table_view *view = (struct table_view *)walk->view;
    struct count_plan plan = {walk->counts, walk->request.column, walk->request.other,
                              walk->request.measure};
    char *crumb = memory_string(walk->crumb);
    view->walking = 0;
    view->walk = NULL;
    if (!walk->good) {
        app_show(app, INK_BAD, "A walk over the table", walk->error.text);
        free(crumb);
        table_ask_summary(view, app);
    } else if (plan.kind == FRAME_SCATTER) {
        struct table_frame *frame =
            frame_of(walk->frame, &plan, grid_copy(walk->frame->grid, app->store), crumb);
        frame->scatter = walk->scatter;
        walk->scatter = NULL;
        table_push(view, app, frame);
    } else {
        keep(view, key_of(view, walk->frame, &plan), &walk->derived);
        push_derived(view, app, walk->frame, &plan, &walk->derived, crumb);
    }
}

static char *crumb_of(const struct grid *grid, const struct count_plan *plan)
{
    const char *of = grid->columns[plan->column].name, *other = grid->columns[plan->other].name;
    switch (plan->kind) {
    case FRAME_FREQUENCY:
        return memory_format("frequency of %s", of);
    case FRAME_HISTOGRAM:
        return memory_format("histogram of %s", of);
    case FRAME_STATISTICS:
        return memory_string("statistics");
    case FRAME_CROSSTAB:
        return plan->measure == TALLY_NONE ? memory_format("%s against %s", of, other)
                                           : memory_format("%s against %s, mean %s", of, other,
                                                           grid->columns[plan->measure].name);
    default:
        return memory_format("%s over %s", of, other);
    }
}

static void count_frame(struct table_view *view, struct app *app, struct table_frame *frame,
                        const struct count_plan *plan)
{
    char *key = key_of(view, frame, plan), *crumb = crumb_of(frame->grid, plan);
    struct kept_counts *kept = find_kept(view, key);
    free(key);
    if (kept) {
        kept->used = ++view->uses;
        push_derived(view, app, frame, plan, &kept->derived, crumb);
        return;
    }
    struct table_walk *walk = table_walk_new(WALK_COUNT, &view->view, frame);
    walk->verb = "counting";
    walk->counts = plan->kind;
    walk->request.column = plan->column;
    walk->request.other = plan->other;
    walk->request.measure = plan->measure;
    walk->crumb = crumb;
    walk->done = take_counts;
    table_begin(view, app, walk);
}

/* -- what is asked for ------------------------------------------------------------------------- */

/* What an action counts, and whether another column must be named for it. */
static const struct count_action {
    enum action action;
    enum table_kind kind;
    bool asks;
} count_actions[] = {
    {ACTION_TABLE_FREQUENCY, FRAME_FREQUENCY, false},
    {ACTION_TABLE_MEANS, FRAME_FREQUENCY, true},
    {ACTION_TABLE_HISTOGRAM, FRAME_HISTOGRAM, false},
    {ACTION_TABLE_STATISTICS, FRAME_STATISTICS, false},
    {ACTION_TABLE_CROSSTAB, FRAME_CROSSTAB, true},
    {ACTION_TABLE_SCATTER, FRAME_SCATTER, true},
};

/* NULL for an action that counts nothing. */
static const struct count_action *count_action_of(enum action action)
{
    for (size_t i = 0; i < sizeof count_actions / sizeof *count_actions; i++)
        if (count_actions[i].action == action)
            return &count_actions[i];
    return NULL;
}

/* The ratings themselves, if the table has them and they are not what is counted. */
static size_t usual_measure(const struct grid *grid, size_t column)
{
    for (size_t i = 0; i < grid->column_count && !grid->file; i++)
        if (grid->columns[i].role == ROLE_RATING && grid->columns[i].type != COLUMN_TEXT)
            return i == column ? TALLY_NONE : i;
    return TALLY_NONE;
}

/* The column that the next word names, and the rest behind it. False if there is none such. A name
 * in [ ] may hold blanks. */
static bool next_column(struct app *app, const struct grid *grid, const char **text, size_t *column)
{
    const char *from = *text + strspn(*text, " ");
    bool quoted = *from == '[';
    size_t length = quoted ? strcspn(++from, "]") : strcspn(from, " ");
    char *name = memory_format("%.*s", (int)length, from);
    *column = grid_column_place(grid, name);
    *text = from + length + (quoted && from[length] == ']');
    *text += strspn(*text, " ");
    bool known = *column < grid->column_count;
    if (!known)
        app_say(app, INK_BAD, "there is no column \"%.100s\"; Tab completes a name", name);
    free(name);
    return known;
}

void table_count(struct table_view *view, struct app *app, enum action action, const char *text)
{
    struct table_frame *top = table_top(view);
    const struct count_action *counts = count_action_of(action);
    struct count_plan plan = {.column = table_cursor_column(view), .measure = TALLY_NONE};
    text += strspn(text, " ");
    if (!counts || plan.column == SIZE_MAX || top->kind == FRAME_SCATTER ||
        (counts->asks && !*text))
        return;
    plan.kind = counts->kind;
    if (*text && !next_column(app, top->grid, &text,
                              action == ACTION_TABLE_MEANS ? &plan.measure
                              : counts->asks               ? &plan.other
                                                           : &plan.column))
        return;
    if (action == ACTION_TABLE_CROSSTAB && *text &&
        !next_column(app, top->grid, &text, &plan.measure))
        return;
    if (action == ACTION_TABLE_FREQUENCY)
        plan.measure = usual_measure(top->grid, plan.column);
    count_frame(view, app, top, &plan);
}

void table_count_origin(struct table_view *view, struct app *app, size_t column)
{
    struct table_frame *origin = table_top(view)->origin;
    struct count_plan plan = {FRAME_FREQUENCY, column, 0, usual_measure(origin->grid, column)};
    count_frame(view, app, origin, &plan);
}

bool table_act_on_counts(struct table_view *view, struct app *app, enum action action)
{
    const struct count_action *counts = count_action_of(action);
    if (!counts || counts->asks)
        return false;
    table_count(view, app, action, "");
    return true;
}
