/* SPDX-License-Identifier: MIT
 *
 * Checking a script without running it: what it declares, in words, and whether one step and one
 * prediction of each arm work; or whether the gradients of its arms are right.
 */
#ifndef WORKER_INSPECTION_H
#define WORKER_INSPECTION_H

#include "base/bytes.h"
#include "study.h"

/* Computes one step of each arm on a few tasks, and a prediction, in lane 0, sees whether tasks are
 * predicted independently of each other (independence.h), and adds several lines
 * for a person to `text`, without a NUL. False with the first arm's failure. */
bool inspection_make(struct study *study, struct bytes *text, struct error *error);

/* Compares the outer gradient of each arm that is trained with finite differences (script.h), in
 * lane 0, and adds a line an arm to `text`, without a NUL. False with the first arm whose gradient
 * differs and that does not say it approximates (gradient_inspection.c). */
bool gradients_inspect(struct study *study, struct bytes *text, struct error *error);

#endif
