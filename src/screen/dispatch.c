/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/dispatch.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/bytes.h"
#include "base/memory.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "command/command.h"
#include "report/table_writer.h"
#include "screen/app_store.h"
#include "screen/browse.h"

enum { WORD = 32, NAMES_SHOWN = 24 };

/* The first key of a row: "?" for "? F1". */
static const char *first_key(enum action action, char text[WORD])
{
    const char *keys = action_at(action)->keys;
    snprintf(text, WORD, "%.*s", (int)strcspn(keys, " "), keys);
    return text;
}

static void act(struct app *app, enum action action);

static void say_unknown(struct app *app, const char *typed)
{
    const char *names[COMMAND_COUNT + ACTION_COUNT];
    char words[ACTION_COUNT][WORD], key[WORD], safe[2 * WORD];
    size_t count = 0;
    for (enum command_id id = 0; id < COMMAND_COUNT; id++)
        if (command_at(id)->group != GROUP_HIDDEN)
            names[count++] = command_at(id)->words;
    for (enum action action = 0; action < ACTION_COUNT; action++) {
        const char *all = action_at(action)->words;
        snprintf(words[action], WORD, "%.*s", (int)strcspn(all, " "), all);
        if (*all && action_is_on(action, app->page))
            names[count++] = words[action];
    }
    text_safe(typed, safe, sizeof safe);
    const char *meant = suggest(typed, names, count);
    char *text =
        meant ? memory_format("thaw has no command \"%s\"; did you mean \"%s\"?", safe, meant)
              : memory_format("thaw has no command \"%s\"; %s lists them", safe,
                              first_key(ACTION_HELP, key));
    app_show(app, INK_BAD, safe, text);
    free(text);
}

/* Whether the line is an import whose plan is shown before it is written. */
static bool is_import(const char *line)
{
    const struct command *command = command_of_line(line);
    return command && command->id == COMMAND_IMPORT && !strstr(line, "--dry-run") &&
           !strstr(line, "--help");
}

/* Says on which page a word works that does not work on this one. */
static bool say_elsewhere(struct app *app, const char *word)
{
    enum action action;
    enum page page = PAGE_DATA;
    char key[WORD];
    while (page < PAGE_READ && !action_of_word(page, word, &action))
        page++;
    if (page == PAGE_READ)
        return false;
    enum page tab = page_tab(page);
    app_say(app, INK_BAD, "\"%s\" belongs to the page %s; %s goes %s%s", word, page_title(page),
            first_key(ACTION_GO_DATA + (tab - PAGE_DATA), key),
            tab == page ? "there" : "to the page above it, ", tab == page ? "" : page_title(tab));
    return true;
}

/* Whether ":export WORDS" means a data set, as on the command line, and not a file for the table of
 * the page: a file's name ends in its format. */
static bool exports_a_set(const char *words)
{
    words += strspn(words, " ");
    size_t length = strcspn(words, " ");
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)words[i]) && words[i] != '_')
            return false;
    return length > 0 && table_format_of_file(words) == TABLE_FORMAT_COUNT;
}

/* Opens the page that a command has instead of a printed result. False if it has none. */
static bool open_page(struct app *app, const char *line)
{
    bool query = strncasecmp(line, "sql ", 4) == 0 && line[4] != '-' && !strstr(line, " --");
    if (query) {
        free(app->chosen.query);
        app->chosen.query = memory_string(line + 4);
        app->chosen.asked++;
        app_go(app, PAGE_SHEET);
    } else if (is_import(line)) {
        free(app->chosen.import_line);
        app->chosen.import_line = memory_string(line);
        app_go(app, PAGE_PLAN);
    } else {
        return false;
    }
    return true;
}

/* Runs the line typed after ":", which is a word of the page in front or a command. */
static void enter_line(struct app *app, const char *text)
{
    enum action action;
    text += strspn(text, ": ");
    char *line = memory_string(text);
    for (size_t end = strlen(line); end > 0 && line[end - 1] == ' '; end--)
        line[end - 1] = '\0';
    char word[WORD];
    int length = (int)strcspn(line, " !");
    bool is_name = isalpha((unsigned char)line[0]) && strncmp(line, "thaw ", 5) != 0;
    snprintf(word, sizeof word, "%.*s", length, line);
    struct view *view = app_view(app);
    bool takes = view->operations->typed && line[0];
    if (action_of_word(app->page, line, &action)) {
        act(app, action);
    } else if (takes && isdigit((unsigned char)line[0])) {
        view->operations->typed(view, app, ACTION_TABLE_GOTO, line);
    } else if (takes && action_of_word(app->page, word, &action) &&
               action_is_own(action, app->page)) {
        view->operations->typed(view, app, action, line + length);
    } else if (action_of_word(app->page, word, &action) && action == ACTION_EXPORT &&
               !exports_a_set(line + length)) {
        browse_export(app, line + length);
    } else if (strcmp(line, "mouse off") == 0 || strcmp(line, "mouse on") == 0) {
        app_set_mouse(app, line[length + 2] == 'n');
    } else if (is_name && !command_of_line(line)) {
        if (!say_elsewhere(app, word))
            say_unknown(app, word);
    } else if (*line && !open_page(app, line)) {
        app_command(app, line);
    }
    free(line);
}

/* Replaces each {name} in the line by the page's selection. Returns NULL if nothing is selected. */
static char *fill_in(struct app *app, const char *line)
{
    struct view *view = app_view(app);
    struct bytes filled = {0};
    while (*line) {
        size_t plain = strcspn(line, "{");
        bytes_add(&filled, line, plain);
        line += plain;
        if (*line != '{')
            break;
        char name[32];
        size_t length = strcspn(line, "}");
        snprintf(name, sizeof name, "%.*s", (int)length - 1, line + 1);
        char *value = view->operations->value ? view->operations->value(view, app, name) : NULL;
        if (!value) {
            bytes_release(&filled);
            return NULL;
        }
        bytes_add(&filled, value, strlen(value));
        free(value);
        line += length + (line[length] == '}');
    }
    bytes_add(&filled, "", 1);
    return (char *)filled.data;
}

static void run_line(struct app *app, const char *line)
{
    char *filled = fill_in(app, line);
    if (!filled)
        app_say(app, INK_DIM, "nothing is chosen here");
    else if (filled[0] == ':')
        app_ask(app, ":", filled + 1, enter_line);
    else
        app_command(app, filled);
    free(filled);
}

static void show_keys(struct app *app)
{
    struct output output =
        output_to_text((size_t)(app->width > 6 ? app->width - 6 : 1), app->plain);
    command_print_keys(&output, app->page);
    app_read(app, "Keys", output_text(&output) + 1);
    output_release(&output);
}

/* Gives up the visible wait. Returns false if there is none. */
static bool gives_up(struct app *app)
{
    struct background_wait wait;
    struct background *background = app_awaited(app, &wait);
    if (!background || wait.given_up)
        return false;
    background_give_up(background);
    return true;
}

static void interrupt(struct app *app)
{
    char key[WORD];
    if (!gives_up(app))
        app_say(app, INK_DIM, "%s leaves; what trains goes on", first_key(ACTION_LEAVE, key));
}

static void go_back(struct app *app)
{
    struct view *view = app_view(app);
    if (!view->operations->back || !view->operations->back(view, app))
        app_go(app, page_parent(app->page));
}

static void act_on_page(struct app *app, enum action action)
{
    struct view *view = app_view(app);
    if (action_moves(action))
        view->operations->move(view, app, action);
    else if (!browse(app, view, action) && !view->operations->act(view, app, action) &&
             action_at(action)->line[0])
        run_line(app, action_at(action)->line);
}

/* Whether names of the page are typed: after another prompt than ":", or after a word of the page.
 */
static bool takes_names_of_page(struct app *app, const struct view *view)
{
    enum action action;
    const char *line = app->asked->field.text;
    char word[WORD];
    size_t length = strcspn(line, " ");
    snprintf(word, sizeof word, "%.*s", (int)length, line);
    return view->operations->name_at &&
           (*app->asked->text != ':' ||
            (line[length] == ' ' && action_of_word(app->page, word, &action) &&
             action_is_own(action, app->page)));
}

/* Completes a name, and shows those that fit if they are several. */
static void complete(struct app *app)
{
    struct view *view = app_view(app);
    if (!takes_names_of_page(app, view)) {
        if (*app->asked->text == ':')
            completion_do(&app->completion, &app->asked->field, app->page, app->store);
        return;
    }
    const char **names = NULL, *fits[NAMES_SHOWN];
    size_t count = 0;
    while (view->operations->name_at && view->operations->name_at(view, count)) {
        names = memory_grow(names, count, sizeof *names);
        names[count] = view->operations->name_at(view, count);
        count++;
    }
    size_t found = field_complete(&app->asked->field, names, count, fits, NAMES_SHOWN);
    for (size_t i = 0; found > 1 && i < found && i < NAMES_SHOWN; i++) {
        size_t used = strlen(app->hint);
        snprintf(app->hint + used, sizeof app->hint - used, "%s%s", used ? "  " : "", fits[i]);
    }
    if (found == 0)
        snprintf(app->hint, sizeof app->hint, "%s",
                 count ? "no name begins like this" : "there is nothing to complete here");
    free(names);
}

static void act_on_field(struct app *app, enum action action)
{
    if (action == ACTION_FIELD_COMPLETE) {
        complete(app);
        return;
    }
    if (action != ACTION_FIELD_ENTER && action != ACTION_FIELD_CANCEL) {
        field_edit(&app->asked->field, action);
        return;
    }
    app->typing = false;
    if (action == ACTION_FIELD_CANCEL)
        return;
    char *text = memory_string(app->asked->field.text);
    if (*text)
        field_remember(&app->asked->field);
    app->entered(app, text);
    free(text);
}

static bool act_on_terminal(struct app *app, enum action action)
{
    if (action == ACTION_MOUSE)
        app_set_mouse(app, !terminal_has_mouse(app->terminal));
    else if (action == ACTION_REPAINT)
        terminal_repaint(app->terminal);
    else if (action == ACTION_SUSPEND)
        terminal_suspend(app->terminal);
    else
        return false;
    return true;
}

/* Does an action that does not belong to one page. */
static void act_on_screen(struct app *app, enum action action)
{
    enum page tab = page_tab(app->page);
    switch (action) {
    case ACTION_HELP:
        show_keys(app);
        break;
    case ACTION_COMMAND:
        app_ask(app, ":", "", enter_line);
        break;
    case ACTION_GO_DATA:
    case ACTION_GO_SCRIPTS:
    case ACTION_GO_TRAIN:
    case ACTION_GO_COMPARE:
        app_go(app, PAGE_DATA + (action - ACTION_GO_DATA));
        break;
    case ACTION_NEXT_PAGE:
    case ACTION_PREVIOUS_PAGE:
        app_go(app, (tab + (action == ACTION_NEXT_PAGE ? 1 : TAB_COUNT - 1)) % TAB_COUNT);
        break;
    case ACTION_ESCAPE:
        if (gives_up(app) || page_parent(app->page) == app->page)
            break;
        /* fall through */
    case ACTION_BACK:
        go_back(app);
        break;
    case ACTION_INTERRUPT:
        interrupt(app);
        break;
    case ACTION_QUIT:
    case ACTION_LEAVE:
        app->leaving = true;
        break;
    default:
        if (!act_on_terminal(app, action))
            act_on_page(app, action);
    }
}

/* Does an action on whatever is in front. Most actions first close a text above the page. Those
 * that move in the text, or that also work while typing, leave it open. */
static void act(struct app *app, enum action action)
{
    enum page front = app_front(app);
    if (front == PAGE_READ && action_moves(action)) {
        pager_move(app->pager, action);
        return;
    }
    if (front == PAGE_READ && browse_text(app, action))
        return;
    if (front == PAGE_READ && !action_is_on(action, PAGE_FIELD)) {
        pager_free(app->pager);
        app->pager = NULL;
    }
    if (action_is_own(action, PAGE_FIELD))
        act_on_field(app, action);
    else if (action != ACTION_READ_CLOSE)
        act_on_screen(app, action);
}

static void say_unbound(struct app *app, const char *name)
{
    char key[WORD];
    enum action helps = app->pager ? ACTION_READ_CLOSE : ACTION_HELP;
    app_say(app, INK_DIM, "%s does nothing here; %s %s", name, first_key(helps, key),
            app->pager ? "closes the text" : "shows what does");
}

/* Gives a digit to the page, if the digit is a key of the page itself. */
static bool give_digit(struct app *app, enum action action, const char *name)
{
    struct view *view = app_view(app);
    if (app_front(app) != app->page || !isdigit((unsigned char)name[0]) || name[1] ||
        !action_is_own(action, app->page) || !view->operations->typed)
        return false;
    view->operations->typed(view, app, action, name);
    return true;
}

void dispatch_key(struct app *app, int key)
{
    char name[KEY_TEXT];
    enum action action;
    if (!app->typing)
        app->message[0] = '\0';
    app->hint[0] = '\0';
    if (action_of_key(app_front(app), press_name(key, name), &action)) {
        if (!give_digit(app, action, name))
            act(app, action);
    } else if (app->typing)
        field_insert(&app->asked->field, key);
    else
        say_unbound(app, name);
}

void dispatch_action(struct app *app, enum action action)
{
    app->message[0] = '\0';
    app->hint[0] = '\0';
    act(app, action);
}
