/* SPDX-License-Identifier: MIT
 *
 * Chooses the column of ratings where no option does.
 */
#ifndef IMPORT_RATING_CHOICE_H
#define IMPORT_RATING_CHOICE_H

#include "role_choice.h"

/* Fails, with a question, if columns may be the rating but none clearly is. */
bool rating_choose(struct role_choice *choice, struct error *error);

#endif
