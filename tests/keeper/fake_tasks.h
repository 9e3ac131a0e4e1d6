/* SPDX-License-Identifier: MIT
 *
 * What the fake worker says of tasks.
 */
#ifndef TESTS_FAKE_TASKS_H
#define TESTS_FAKE_TASKS_H

#include "wire/question.h"

/* Lives until the next call. */
const union answer_body *fake_tasks(const struct question_tasks *question, bool overlap);

#endif
