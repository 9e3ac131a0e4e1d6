/* SPDX-License-Identifier: MIT
 *
 * Says on a terminal what a command waits for, once a wait is longer than a moment.
 */
#ifndef COMMAND_WAITING_H
#define COMMAND_WAITING_H

#include "base/patience.h"
#include "report/output.h"

struct waiting {
    struct output *complain; /* borrowed */
    char said[96];           /* what was said last */
};

/* A patience without an end of its own: Ctrl-C ends the command. */
struct patience waiting_patience(struct waiting *waiting);

#endif
