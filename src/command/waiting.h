/* SPDX-License-Identifier: MIT
 *
 * Tells the user on a terminal what a command waits for, once the wait is noticeable, and how far
 * it is if that is known.
 */
#ifndef COMMAND_WAITING_H
#define COMMAND_WAITING_H

#include "base/patience.h"
#include "report/output.h"

struct waiting {
    struct output *complain; /* borrowed */
    char said[96];           /* the last message printed */
    bool drawn;              /* a line of progress is drawn above the cursor */
    double told_at;          /* on a terminal whose cursor must not move */
};

/* A patience without a time limit. Ctrl-C ends the command. */
struct patience waiting_patience(struct waiting *waiting);

#endif
