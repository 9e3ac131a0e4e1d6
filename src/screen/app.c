/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/app.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "screen/background_command.h"

enum { COMMANDS_MOST = 4 };

void app_say(struct app *app, enum ink ink, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(app->message, sizeof app->message, format, arguments);
    va_end(arguments);
    app->message_ink = ink;
}

static bool has_one_line(const char *text)
{
    text += strcspn(text, "\n");
    return text[strspn(text, "\n")] == '\0';
}

void app_read(struct app *app, const char *title, const char *text)
{
    pager_free(app->pager);
    app->pager = pager_new(title, text, !has_one_line(text)); /* wrap a single line */
}

void app_ask(struct app *app, const char *prompt, const char *text,
             void (*entered)(struct app *app, const char *text))
{
    enum { MOST = sizeof app->prompts / sizeof *app->prompts };
    int at = 0;
    while (at < MOST - 1 && app->prompts[at].text && strcmp(app->prompts[at].text, prompt) != 0)
        at++;
    app->asked = &app->prompts[at];
    app->asked->text = prompt;
    app->typing = true;
    app->entered = entered;
    app->hint[0] = '\0';
    field_set(&app->asked->field, text);
}

void app_ask_again(struct app *app, const char *mistake)
{
    app->typing = app->entered != NULL && app->asked->field.text[0];
    if (app->typing)
        snprintf(app->hint, sizeof app->hint, "%s", mistake);
    else
        app_say(app, INK_BAD, "%s", mistake);
}

void app_run_program(struct app *app, const char *const *arguments)
{
    struct error error;
    if (!terminal_lend(app->terminal, arguments, &error))
        app_say(app, INK_BAD, "%s", error.text);
}

/* Only marks the page as stale. Several keys may change pages before one is drawn, and only that
 * one reads the database. */
void app_go(struct app *app, enum page page)
{
    app->page = page;
    app->stale = true;
}

enum page app_front(const struct app *app)
{
    return app->typing ? PAGE_FIELD : app->pager ? PAGE_READ : app->page;
}

struct background *app_awaited(const struct app *app, struct background_wait *wait)
{
    enum page tab = page_tab(app->page);
    struct background *const all[] = {
        app->commands, tab == PAGE_COMPARE || tab == PAGE_DATA ? app->reading : NULL,
        tab == PAGE_DATA && app->page != PAGE_TABLE ? app->counting : NULL};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] && background_look(all[i], wait) && wait->seconds >= PATIENCE_SILENT)
            return all[i];
    return NULL;
}

bool app_is_busy(const struct app *app)
{
    return background_is_busy(app->commands) || background_is_busy(app->reading) ||
           background_is_busy(app->counting);
}

void app_show(struct app *app, enum ink ink, const char *title, const char *text)
{
    int line = (int)strcspn(text, "\n");
    if (has_one_line(text) && line < app->width - 1)
        app_say(app, ink, "%.*s", line, text);
    else
        app_read(app, title, text);
}

static void take_command(void *done, void *context)
{
    struct background_command *command = done;
    struct app *app = context;
    app->message[0] = '\0';
    app_show(app, command->status == 0 ? INK_PLAIN : INK_BAD, command->line, command->text);
    if (command->started) {
        app->chosen.execution = command->started;
        app_go(app, PAGE_TRAIN);
    } else {
        app->stale = true;
    }
}

/* Tells the user why a command cannot be started now. */
static bool is_refused(struct app *app, const char *line)
{
    struct background_wait wait;
    if (!background_look(app->commands, &wait))
        return false;
    if (app->last_command && strcmp(app->last_command, line) == 0)
        app_say(app, INK_DIM, "%s … is under way already", line);
    else if (wait.count >= COMMANDS_MOST)
        app_say(app, INK_DIM, "%u commands are under way already; wait for them", wait.count);
    else
        return false;
    return true;
}

void app_command(struct app *app, const char *line)
{
    if (is_refused(app, line))
        return;
    free(app->last_command);
    app->last_command = memory_string(line);
    struct background_work work =
        background_command_new(app->database, line, app->width - 6, app->plain, take_command);
    background_start(app->commands, &work);
    app_say(app, INK_DIM, "%s …", line);
}

void app_set_mouse(struct app *app, bool on)
{
    if (!terminal_set_mouse(app->terminal, on))
        app_say(app, INK_DIM, "this terminal does not report its mouse");
    else if (on)
        app_say(app, INK_DIM, "a click chooses, two are Enter; Shift-drag selects text");
    else
        app_say(app, INK_DIM, "the mouse is the terminal's; :mouse on takes it");
}

void newcomer_guide_free(struct newcomer_guide *guide)
{
    if (!guide)
        return;
    free(guide->user);
    free(guide->shown);
    free(guide->asked);
    free(guide);
}
