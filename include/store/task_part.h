/* SPDX-License-Identifier: MIT
 *
 * What tasks are for. Arms are compared on test tasks; validation tasks are for whatever is chosen
 * or fitted before that, of every arm alike, and have no row in common with them.
 */
#ifndef STORE_TASK_PART_H
#define STORE_TASK_PART_H

#define TASK_PART_NAMES(X)                                                                         \
    X(TEST, "test")                                                                                \
    X(VALIDATION, "validation")

enum task_part {
#define X(name, text) TASKS_##name,
    TASK_PART_NAMES(X)
#undef X
        TASK_PARTS
};

#endif
