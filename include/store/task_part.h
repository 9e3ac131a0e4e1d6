/* SPDX-License-Identifier: MIT
 *
 * What tasks are for. Arms are compared on test tasks; validation tasks are for whatever is chosen
 * or fitted before that, of every arm alike, and have no row in common with them.
 */
#ifndef STORE_TASK_PART_H
#define STORE_TASK_PART_H

enum task_part { TASKS_TEST, TASKS_VALIDATION, TASK_PARTS };

#endif
