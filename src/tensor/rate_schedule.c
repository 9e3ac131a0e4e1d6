/* SPDX-License-Identifier: MIT */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/list.h"
#include "tensor/optimiser.h"

static const char *const names[] = {SCHEDULE_KINDS(LIST_TEXT)};

bool schedule_kind_find(const char *name, enum schedule_kind *kind)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            *kind = (enum schedule_kind)i;
            return true;
        }
    }
    return false;
}

const char *schedule_kind_names(void)
{
    return "constant, step or cosine";
}

double schedule_factor(const struct schedule *schedule, double progress)
{
    double warm_up = schedule->warm_up;
    if (progress < warm_up)
        return progress / warm_up;
    switch (schedule->kind) {
    case SCHEDULE_CONSTANT:
        return 1;
    case SCHEDULE_STEP:
        return schedule->every > 0 ? pow(schedule->drop, floor(progress / schedule->every)) : 1;
    case SCHEDULE_COSINE: {
        double done = warm_up < 1 ? fmin(1, (progress - warm_up) / (1 - warm_up)) : 1;
        double fall = 0.5 * (1 + cos(3.14159265358979323846 * done));
        return schedule->floor + (1 - schedule->floor) * fall;
    }
    }
    return 1;
}
