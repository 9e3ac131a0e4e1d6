/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "data/own_metric.h"

#include <assert.h>
#include <string.h>

#include "base/list.h"

static const char *const NAMES[METRIC_SUBJECT_COUNT] = {METRIC_SUBJECTS(LIST_TEXT)};

const char *metric_subject_name(enum metric_subject subject)
{
    assert((unsigned)subject < METRIC_SUBJECT_COUNT);
    return NAMES[subject];
}

bool metric_subject_find(const char *name, enum metric_subject *subject)
{
    for (int i = 0; i < METRIC_SUBJECT_COUNT; i++)
        if (strcmp(name, NAMES[i]) == 0) {
            *subject = (enum metric_subject)i;
            return true;
        }
    return false;
}

bool own_metric_name_fits(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    enum { BEGINNERS = 52 };
    size_t length = strlen(name);
    return length > 0 && length <= OWN_METRIC_NAME && strspn(name, letters) == length &&
           strchr(letters, name[0]) < letters + BEGINNERS;
}
