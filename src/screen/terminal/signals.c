/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "screen/terminal/signals.h"

#include <stddef.h>
#include <time.h>

static volatile sig_atomic_t quit_signal, stop_wanted, was_continued;

static void on_quit(int signal_number)
{
    quit_signal = signal_number;
}

static void on_stop(int signal_number)
{
    (void)signal_number;
    stop_wanted = 1;
}

static void on_continue(int signal_number)
{
    (void)signal_number;
    was_continued = 1;
}

static void handle(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

sigset_t signals_hold(void)
{
    static const int HELD[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
    enum { QUITS = 4, ALL = sizeof HELD / sizeof *HELD };
    sigset_t held, outside;
    sigemptyset(&held);
    for (int i = 0; i < ALL; i++)
        sigaddset(&held, HELD[i]);
    quit_signal = stop_wanted = was_continued = 0;
    sigprocmask(SIG_BLOCK, &held, &outside);
    for (int i = 0; i < ALL; i++)
        sigdelset(&outside, HELD[i]);
    for (int i = 0; i < QUITS; i++)
        handle(HELD[i], on_quit);
    handle(SIGTSTP, on_stop);
    handle(SIGCONT, on_continue);
    return outside;
}

void signals_forget_keyboard(void)
{
    const struct timespec now = {0};
    sigset_t keyboard;
    sigemptyset(&keyboard);
    sigaddset(&keyboard, SIGINT);
    sigaddset(&keyboard, SIGQUIT);
    while (sigtimedwait(&keyboard, NULL, &now) > 0)
        ;
}

int signals_quit(void)
{
    return quit_signal;
}

bool signals_wait(void)
{
    static const int QUITS[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
    sigset_t waiting;
    bool any = false;
    sigpending(&waiting);
    for (size_t i = 0; i < sizeof QUITS / sizeof *QUITS; i++)
        any = any || sigismember(&waiting, QUITS[i]) == 1;
    return any;
}

static bool take(volatile sig_atomic_t *flag)
{
    bool set = *flag != 0;
    *flag = 0;
    return set;
}

bool signals_stop(void)
{
    return take(&stop_wanted);
}

bool signals_continued(void)
{
    return take(&was_continued);
}
