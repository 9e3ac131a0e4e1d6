/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "interruption.h"

#include "base/clock.h"

void interruption_begin(struct interruption *interruption, const struct command_context *context)
{
    interruption->context = context;
    sigemptyset(&interruption->signals);
    if (context->follows) {
        sigaddset(&interruption->signals, SIGINT);
        sigaddset(&interruption->signals, SIGTERM);
        sigaddset(&interruption->signals, SIGHUP);
    }
    pthread_sigmask(SIG_BLOCK, &interruption->signals, &interruption->before);
}

bool signals_came(const sigset_t *signals)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t pending;
    sigpending(&pending);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sigismember(signals, numbers[i]) && sigismember(&pending, numbers[i]))
            return true;
    return false;
}

bool interruption_came(void *context)
{
    const struct interruption *interruption = context;
    return signals_came(&interruption->signals) ||
           !patience_lasts(interruption->context->patience, "", clock_monotonic());
}

void interruption_end(struct interruption *interruption)
{
    pthread_sigmask(SIG_SETMASK, &interruption->before, NULL);
}
