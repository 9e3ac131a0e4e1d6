/* SPDX-License-Identifier: MIT
 *
 * What tasks are for. Arms are compared on test tasks. Everything that is chosen or fitted before
 * that, for every arm alike, uses validation tasks. The two have no row in common.
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
