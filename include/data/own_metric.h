/* SPDX-License-Identifier: MIT
 *
 * A metric that a script declares: a function of the ratings and the predictions of one task.
 */
#ifndef DATA_OWN_METRIC_H
#define DATA_OWN_METRIC_H

#include <stdbool.h>

#include "base/digest.h"

enum {
    OWN_METRICS_MOST = 8, /* of an execution */
    OWN_METRIC_NAME = 24, /* longest name: a letter, then letters, digits and _ */
    OWN_METRIC_HELP = 63  /* longest help, bytes */
};

/* What a metric is given in place of a prediction (evaluate/answer.h): name in scripts and in the
 * database. */
#define METRIC_SUBJECTS(X)                                                                         \
    X(MEAN, "mean")                                                                                \
    X(LEVEL, "level")                                                                              \
    X(MEDIAN, "median")                                                                            \
    X(RAW, "raw") /* the prediction as it is, without the shared last step */

enum metric_subject {
#define X(name, text) METRIC_OF_##name,
    METRIC_SUBJECTS(X)
#undef X
        METRIC_SUBJECT_COUNT
};
const char *metric_subject_name(enum metric_subject subject);
/* False if there is none of that name. */
bool metric_subject_find(const char *name, enum metric_subject *subject);

struct own_metric {
    char name[OWN_METRIC_NAME + 1];
    char help[OWN_METRIC_HELP + 1]; /* or "" */
    bool more;                      /* more is better */
    enum metric_subject of;
    char digest[DIGEST_TEXT]; /* of its values on fixed lists: equal functions have equal ones */
};
/* Whether a name has the right letters and length. */
bool own_metric_name_fits(const char *name);

#endif
