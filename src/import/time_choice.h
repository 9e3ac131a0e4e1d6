/* SPDX-License-Identifier: MIT
 *
 * Chooses the column of times where no option does.
 */
#ifndef IMPORT_TIME_CHOICE_H
#define IMPORT_TIME_CHOICE_H

#include "role_choice.h"

void time_choose(struct role_choice *choice);
/* Refuses --time-format if it is none, or if no column is the time. Call it last: candidates are
 * forgotten. */
bool time_check_format(struct role_choice *choice, struct error *error);

#endif
