/* SPDX-License-Identifier: MIT
 *
 * The Newcomer page: a person whom no arm has met rates items one by one, and every arm's list is
 * shown after each rating, with what has moved. The ratings live on this page alone.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/text.h"
#include "keeper/client.h"
#include "newcomer_table.h"
#include "store/run_store.h"

enum { FIRST_ARMS = 3 };

/* -- asking ------------------------------------------------------------------------------------ */

struct newcomer_work {
    char *database, *lines, *user;
    char data[64];
    size_t count;
    char runs[NEWCOMER_ARMS][96];
    struct keeper_answer answers[NEWCOMER_ARMS];
    bool good[NEWCOMER_ARMS], reads_items;
    struct id_map *items;
    char **titles;
    struct error error; /* of the last arm without an answer */
};

static void work_ask(void *context, struct store *store, const struct patience *patience)
{
    struct newcomer_work *work = context;
    struct keeper *keeper = keeper_connect_patiently(work->database, patience, &work->error);
    for (size_t a = 0; keeper && a < work->count; a++) {
        const struct keeper_question question = {
            .type = QUESTION_RECOMMEND,
            .run = work->runs[a],
            .question.recommend = {
                .user = work->user, .ratings = work->lines, .top = QUESTION_TOP, .calls = 1}};
        work->good[a] = keeper_ask(keeper, &question, &work->answers[a], &work->error);
        if (work->good[a] && work->reads_items && !work->items && store)
            work->good[a] =
                newcomer_read_items(&work->answers[a].answer.recommend, store, work->data,
                                    &work->items, &work->titles, &work->error);
    }
    keeper_disconnect(keeper);
}

static void ask(struct newcomer_view *view, struct app *app);

static void take_items(struct newcomer_view *view, struct newcomer_work *work)
{
    if (view->newcomer.items || !work->items)
        return;
    view->newcomer.items = work->items;
    view->newcomer.titles = work->titles;
    work->items = NULL;
    work->titles = NULL;
    newcomer_follow(&view->newcomer, view->shown, view->asked);
}

/* A rating that no arm takes is none, such as one beyond the range of the data: what was before
 * holds. */
static void take_back_refused(struct newcomer_view *view, const struct newcomer_work *work)
{
    double before;
    for (size_t a = 0; a < work->count; a++)
        if (work->good[a])
            return;
    if (work->error.kind != ERROR_USAGE)
        return;
    if (text_number(view->replaced, strlen(view->replaced), &before))
        newcomer_rate(&view->newcomer, view->rated, view->replaced, before);
    else
        newcomer_take_back(&view->newcomer, view->rated);
}

static void take_answers(void *context, void *application)
{
    struct newcomer_work *work = context;
    struct app *app = application;
    struct newcomer_view *view = (struct newcomer_view *)app->views[PAGE_NEWCOMER];
    struct newcomer *newcomer = &view->newcomer;
    view->asking = 0;
    take_items(view, work);
    for (size_t a = 0; newcomer->items && a < work->count && a < newcomer->arm_count; a++)
        if (work->good[a] && strcmp(work->runs[a], newcomer->arms[a].run) == 0)
            newcomer_take(newcomer, a, &work->answers[a].answer.recommend);
    if (work->error.text[0] && !newcomer->items)
        view->error = work->error;
    else if (work->error.text[0])
        app_say(app, INK_BAD, "%s", work->error.text);
    if (newcomer->items) {
        take_back_refused(view, work);
        newcomer_note_errors(newcomer);
    }
    newcomer_show(view);
    if (view->outdated)
        ask(view, app);
}

static void release_work(void *context)
{
    struct newcomer_work *work = context;
    struct newcomer items = {.items = work->items, .titles = work->titles};
    for (size_t a = 0; a < work->count; a++)
        keeper_answer_release(&work->answers[a]);
    newcomer_release(&items);
    free(work->database);
    free(work->lines);
    free(work->user);
    free(work);
}

/* Work that is under way is not broken off: its worker would be, too. */
static void ask(struct newcomer_view *view, struct app *app)
{
    view->outdated = view->asking != 0;
    if (view->asking || view->newcomer.arm_count == 0)
        return;
    struct newcomer_work *work = memory_new(sizeof *work);
    *work = (struct newcomer_work){.count = view->newcomer.arm_count,
                                   .reads_items = !view->newcomer.items,
                                   .user = memory_string(view->user),
                                   .database = memory_string(app->database)};
    work->lines = view->newcomer.items ? newcomer_lines(&view->newcomer) : memory_string("");
    memcpy(work->data, view->data, sizeof work->data);
    for (size_t a = 0; a < work->count; a++)
        memcpy(work->runs[a], view->newcomer.arms[a].run, sizeof work->runs[a]);
    view->asking = background_start(
        app->commands, &(struct background_work){work, work_ask, take_answers, release_work});
}

/* -- which arms -------------------------------------------------------------------------------- */

/* Whether the words name the arm. */
static bool names(const char *words, const char *arm)
{
    size_t length = strlen(arm);
    for (const char *at = words; (at = strstr(at, arm)); at += length)
        if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}

/* The first done run of each arm: those that `words` name; or if it is NULL, some that learn and
 * the opponent. */
static void choose_arms(struct newcomer_view *view, const struct run *runs, size_t count,
                        const char *opponent, const char *words)
{
    struct newcomer *newcomer = &view->newcomer;
    newcomer_drop_arms(newcomer);
    for (size_t i = 0; i < count && newcomer->arm_count < NEWCOMER_ARMS; i++) {
        bool had = false;
        for (size_t a = 0; a < newcomer->arm_count; a++)
            had = had || strcmp(newcomer->arms[a].name, runs[i].arm) == 0;
        bool wanted = words ? names(words, runs[i].arm)
                            : strcmp(runs[i].arm, opponent) == 0 ||
                                  (runs[i].learns && newcomer->arm_count < FIRST_ARMS);
        if (runs[i].state == RUN_DONE && wanted && !had)
            newcomer_add_arm(newcomer, runs[i].name, runs[i].arm);
    }
}

/* The first word that is no arm with a done run, in `text`. False if there is none. */
static bool find_unknown(const struct run *runs, size_t count, const char *words, char text[64])
{
    for (const char *at = words + strspn(words, " "); *at;) {
        size_t length = strcspn(at, " ");
        bool known = false;
        snprintf(text, 64, "%.*s", (int)length, at);
        for (size_t i = 0; i < count && !known; i++)
            known = runs[i].state == RUN_DONE && strcmp(runs[i].arm, text) == 0;
        if (!known)
            return true;
        at += length + strspn(at + length, " ");
    }
    return false;
}

/* Reads the arms of the execution. False with view->error, or with a message if `words` name no
 * arm. */
static bool read_arms(struct newcomer_view *view, struct app *app, const char *words)
{
    struct execution execution = {0};
    size_t count = 0;
    struct run *runs = NULL;
    char unknown[64], safe[64];
    bool good = store_execution(app->store, view->execution, &execution, &view->error) &&
                (runs = store_runs(app->store, view->execution, &count, &view->error));
    if (good && words && find_unknown(runs, count, words, unknown)) {
        good =
            error_set(&view->error, ERROR_USAGE, "execution %lld has no run of \"%s\" that is done",
                      (long long)view->execution, text_safe(unknown, safe, sizeof safe));
    } else if (good) {
        bool best = strcmp(execution.baseline, "best_plain") == 0;
        snprintf(view->data, sizeof view->data, "%s", execution.data);
        choose_arms(view, runs, count, best ? "bias" : execution.baseline, words);
        good = view->newcomer.arm_count > 0;
        if (!good)
            error_set(&view->error, ERROR_USAGE, "execution %lld has no run that is done yet",
                      (long long)view->execution);
    }
    run_array_free(runs, count);
    execution_release(&execution);
    return good;
}

/* Takes the test user to follow, if there is one. */
static void take_guide(struct newcomer_view *view, struct app *app)
{
    struct newcomer_guide *guide = app->chosen.guide;
    free(view->user);
    free(view->shown);
    free(view->asked);
    view->user = memory_string(guide ? guide->user : "");
    view->shown = memory_string(guide ? guide->shown : "");
    view->asked = memory_string(guide ? guide->asked : "");
    newcomer_guide_free(guide);
    app->chosen.guide = NULL;
}

static void begin_anew(struct newcomer_view *view, struct app *app)
{
    newcomer_release(&view->newcomer);
    view->error.text[0] = '\0';
    view->found_count = 0;
    view->sought[0] = '\0';
    if (read_arms(view, app, NULL))
        ask(view, app);
    newcomer_show_kind(view, NEWCOMER_LISTS);
}

static void look(struct view *self, struct app *app)
{
    struct newcomer_view *view = (struct newcomer_view *)self;
    if (!app->store || app->chosen.execution == 0 ||
        (view->execution == app->chosen.execution && view->newcomer.arm_count > 0 &&
         !app->chosen.guide))
        return;
    view->execution = app->chosen.execution;
    take_guide(view, app);
    begin_anew(view, app);
}

/* -- rating ------------------------------------------------------------------------------------ */

static void rate(struct newcomer_view *view, struct app *app, const char *typed)
{
    char text[24];
    double value;
    typed += strspn(typed, " ");
    snprintf(text, sizeof text, "%s", typed);
    if (!text_number(text, strlen(text), &value)) {
        app_say(app, INK_BAD, "a rating is a number");
        return;
    }
    const struct newcomer_rating *before = newcomer_rating_of(&view->newcomer, view->rated);
    snprintf(view->replaced, sizeof view->replaced, "%s", before ? before->text : "");
    newcomer_rate(&view->newcomer, view->rated, text, value);
    app_say(app, INK_DIM, "%s: %s", view->newcomer.titles[view->rated], text);
    newcomer_show(view);
    ask(view, app);
}

static void enter_rating(struct app *app, const char *text)
{
    struct newcomer_view *view = (struct newcomer_view *)app->views[PAGE_NEWCOMER];
    if (text[strspn(text, " ")])
        rate(view, app, text);
}

static void take_back(struct newcomer_view *view, struct app *app)
{
    struct newcomer *newcomer = &view->newcomer;
    uint32_t item;
    bool good = newcomer_item_here(view, &item) && newcomer_take_back(newcomer, item);
    if (!good && newcomer->rating_count > 0) {
        item = newcomer->ratings[newcomer->rating_count - 1].item;
        good = newcomer_take_back(newcomer, item);
    }
    if (!good) {
        app_say(app, INK_DIM, "nothing is rated");
        return;
    }
    app_say(app, INK_DIM, "%s: taken back", newcomer->titles[item]);
    newcomer_show(view);
    ask(view, app);
}

static void reveal(struct newcomer_view *view, struct app *app)
{
    struct newcomer *newcomer = &view->newcomer;
    if (!newcomer_reveal(newcomer)) {
        app_say(app, INK_DIM,
                *view->user ? "all ratings are shown"
                            : "no test user is followed: b on the page User begins with one");
        return;
    }
    view->rated = newcomer->ratings[newcomer->rating_count - 1].item;
    view->replaced[0] = '\0';
    newcomer_show(view);
    ask(view, app);
}

/* -- actions ----------------------------------------------------------------------------------- */

static void find(struct newcomer_view *view, const char *words)
{
    words += strspn(words, " ");
    if (!*words)
        return;
    char *sought = memory_string(words);
    free(view->sought);
    view->sought = sought;
    free(view->found);
    view->found = newcomer_find(&view->newcomer, words, &view->found_count);
    newcomer_show_kind(view, NEWCOMER_FOUND);
}

/* The table after this one: errors are known of a test user only. */
static enum newcomer_kind next_kind(const struct newcomer_view *view)
{
    if (view->kind == NEWCOMER_LISTS)
        return NEWCOMER_RATED;
    return view->kind == NEWCOMER_RATED && *view->user ? NEWCOMER_ERRORS : NEWCOMER_LISTS;
}

static void enter_title(struct app *app, const char *text)
{
    find((struct newcomer_view *)app->views[PAGE_NEWCOMER], text);
}

static void set_arms(struct newcomer_view *view, struct app *app, const char *words)
{
    if (words[strspn(words, " ")] && read_arms(view, app, words)) {
        newcomer_show_kind(view, NEWCOMER_LISTS);
        ask(view, app);
    } else if (view->error.text[0]) {
        app_say(app, INK_BAD, "%s", view->error.text);
    }
    view->error.text[0] = '\0';
}

static void enter_arms(struct app *app, const char *text)
{
    set_arms((struct newcomer_view *)app->views[PAGE_NEWCOMER], app, text);
}

static void ask_for_arms(const struct newcomer_view *view, struct app *app)
{
    char text[NEWCOMER_ARMS * 66] = "";
    for (size_t a = 0; a < view->newcomer.arm_count; a++)
        strcat(strcat(text, a ? " " : ""), view->newcomer.arms[a].name);
    app_ask(app, "arms: ", text, enter_arms);
}

static void typed(struct view *self, struct app *app, enum action action, const char *text)
{
    struct newcomer_view *view = (struct newcomer_view *)self;
    if (!view->newcomer.items)
        return;
    if (action == ACTION_NEWCOMER_FIND)
        find(view, text);
    else if (action == ACTION_NEWCOMER_ARMS)
        set_arms(view, app, text);
    else if (action == ACTION_NEWCOMER_RATE && newcomer_item_here(view, &view->rated))
        rate(view, app, text);
}

static bool act(struct view *self, struct app *app, enum action action)
{
    struct newcomer_view *view = (struct newcomer_view *)self;
    if (!view->newcomer.items)
        return true;
    if (action == ACTION_NEWCOMER_WHY)
        return false;
    if (action == ACTION_NEWCOMER_FIND)
        app_ask(app, "title: ", "", enter_title);
    else if (action == ACTION_NEWCOMER_VALUE && newcomer_item_here(view, &view->rated))
        app_ask(app, "rating: ", "", enter_rating);
    else if (action == ACTION_NEWCOMER_TAKE_BACK)
        take_back(view, app);
    else if (action == ACTION_NEWCOMER_NEXT)
        reveal(view, app);
    else if (action == ACTION_NEWCOMER_TABLE)
        newcomer_show_kind(view, next_kind(view));
    else if (action == ACTION_NEWCOMER_ARMS)
        ask_for_arms(view, app);
    else if (action == ACTION_NEWCOMER_ANEW)
        begin_anew(view, app);
    return true;
}

/* A word of a command line. */
static char *quoted(const char *text)
{
    const char *quote = strpbrk(text, " '\\") ? "\"" : strpbrk(text, "\"") ? "'" : "";
    return memory_format("%s%s%s", quote, text, quote);
}

static char *rates(const struct newcomer *newcomer)
{
    struct bytes words = {0};
    for (size_t i = 0; i < newcomer->rating_count; i++) {
        const struct newcomer_rating *rating = &newcomer->ratings[i];
        char *pair =
            memory_format("%s=%s", id_map_text(newcomer->items, rating->item), rating->text);
        char *word = quoted(pair);
        bytes_add_format(&words, " --rate %s", word);
        free(word);
        free(pair);
    }
    bytes_add(&words, "", 1);
    return (char *)words.data;
}

/* {run} of the arm under the cursor, {item}, and {rates}: " --rate ITEM=VALUE" for each. */
static char *value(struct view *self, struct app *app, const char *name)
{
    const struct newcomer_view *view = (const struct newcomer_view *)self;
    const struct newcomer *newcomer = &view->newcomer;
    uint32_t item;
    (void)app;
    if (!newcomer_item_here(view, &item))
        return NULL;
    size_t arm = view->kind == NEWCOMER_LISTS ? view->browser.column - 1 : 0;
    if (strcmp(name, "run") == 0)
        return memory_string(newcomer->arms[arm].run);
    if (strcmp(name, "item") == 0)
        return quoted(id_map_text(newcomer->items, item));
    return strcmp(name, "rates") == 0 ? rates(newcomer) : NULL;
}

static void draw(struct view *self, struct app *app, struct surface *surface, struct box box)
{
    (void)app;
    newcomer_draw((struct newcomer_view *)self, surface, box);
}

static void move(struct view *self, struct app *app, enum action action)
{
    struct newcomer_view *view = (struct newcomer_view *)self;
    (void)app;
    browser_move(&view->browser, action);
}

static bool back(struct view *self, struct app *app)
{
    struct newcomer_view *view = (struct newcomer_view *)self;
    (void)app;
    if (view->kind == NEWCOMER_LISTS)
        return false;
    newcomer_show_kind(view, NEWCOMER_LISTS);
    return true;
}

static void free_view(struct view *self)
{
    struct newcomer_view *view = (struct newcomer_view *)self;
    newcomer_release(&view->newcomer);
    browser_release(&view->browser);
    free(view->found);
    free(view->sought);
    free(view->user);
    free(view->shown);
    free(view->asked);
    free(view);
}

struct view *newcomer_view_new(void)
{
    static const struct view_operations OPERATIONS = {.look = look,
                                                      .draw = draw,
                                                      .move = move,
                                                      .act = act,
                                                      .value = value,
                                                      .typed = typed,
                                                      .back = back,
                                                      .free = free_view};
    struct newcomer_view *view = memory_new(sizeof *view);
    *view = (struct newcomer_view){.view.operations = &OPERATIONS,
                                   .sought = memory_string(""),
                                   .user = memory_string(""),
                                   .shown = memory_string(""),
                                   .asked = memory_string("")};
    browser_init(&view->browser, &(struct browser_options){.arrow = true,
                                                           .sideways = true,
                                                           .cell = true,
                                                           .frozen = 1,
                                                           .draw = newcomer_draw_cell,
                                                           .context = view});
    return &view->view;
}
