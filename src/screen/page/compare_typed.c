/* SPDX-License-Identifier: MIT
 *
 * What is typed on the Compare page: the metric to show, and from which rating on an item is
 * relevant.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/suggestion.h"
#include "base/text.h"
#include "command/suggest.h"
#include "screen/app.h"
#include "screen/page/compare_state.h"

void compare_choose_metric(struct compare_view *view, size_t metric)
{
    view->metric = metric;
    memcpy(view->metric_key, view->comparison->metrics[metric].key, sizeof view->metric_key);
}

/* Takes the rating from which on an item is relevant; "none": as the data says. */
static void choose_relevant(struct compare_view *view, struct app *app, const char *text)
{
    double relevant = NAN;
    text += strspn(text, " ");
    size_t length = strcspn(text, " ");
    bool none = strncmp(text, "none", length) == 0 && length == 4;
    if (!none && (!text_number(text, length, &relevant) || fabs(relevant) > 1e30)) {
        char safe[64];
        app_say(app, INK_BAD, "\"%s\" is no rating: expected a number, or none",
                text_safe(text, safe, sizeof safe));
        return;
    }
    view->relevant = (float)relevant;
    view->metric_key[0] = '\0';
    view->order[0] = '\0'; /* without a threshold it may not be */
    compare_ask(view, app);
}

void compare_enter_relevant(struct app *app, const char *text)
{
    choose_relevant((struct compare_view *)app->views[PAGE_COMPARE], app, text);
}

/* A metric of order that is not there: compares again with it. False if it is no such metric. */
static bool ask_order(struct compare_view *view, struct app *app, const char *text)
{
    struct ranking_metric wanted;
    char name[RANKING_TEXT];
    if (!ranking_read(text, &wanted))
        return false;
    if (ranking_needs_relevant(wanted.kind) && !comparison_ranks(view->comparison)) {
        app_say(app, INK_BAD,
                "%s has to know which ratings are relevant: t, or :relevant 4, says it",
                ranking_name(&wanted, name));
        return true;
    }
    ranking_key(&wanted, view->order);
    snprintf(view->metric_key, sizeof view->metric_key, "%s", view->order);
    compare_ask(view, app);
    return true;
}

static void say_no_metric(const struct compare_view *view, struct app *app, const char *text)
{
    const struct comparison *comparison = view->comparison;
    const char *keys[METRICS_MOST];
    char safe[64];
    for (size_t i = 0; i < comparison->metric_count; i++)
        keys[i] = comparison->metrics[i].key;
    const char *meant = suggest(text, keys, comparison->metric_count);
    text_safe(text, safe, sizeof safe);
    if (meant)
        app_say(app, INK_BAD, "there is no metric \"%s\"; did you mean \"%s\"?", safe, meant);
    else
        app_say(app, INK_BAD, "there is no metric \"%s\"; Tab completes their names", safe);
}

/* Shows the metric that is named behind ":metric". */
void compare_typed(struct view *self, struct app *app, enum action action, const char *text)
{
    struct compare_view *view = (struct compare_view *)self;
    const struct comparison *comparison = view->comparison;
    char safe[64];
    if (!comparison)
        return;
    text += strspn(text, " ");
    size_t found = comparison_find_metric(comparison, text);
    if (action == ACTION_COMPARE_RELEVANT) {
        choose_relevant(view, app, text);
    } else if (action != ACTION_COMPARE_METRIC) {
        app_say(app, INK_BAD, "\"%s\" is no command of this page",
                text_safe(text, safe, sizeof safe));
    } else if (found < comparison->metric_count) {
        compare_choose_metric(view, found);
        compare_show(view, app->plain);
    } else if (!ask_order(view, app, text)) {
        say_no_metric(view, app, text);
    }
}

const char *compare_name_at(struct view *self, size_t place)
{
    const struct comparison *comparison = ((struct compare_view *)self)->comparison;
    return comparison && place < comparison->metric_count ? comparison->metrics[place].key : NULL;
}
