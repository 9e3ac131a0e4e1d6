/* SPDX-License-Identifier: MIT
 *
 * Turns X-lists, which have one row for each value of an enum, into arrays.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#define LIST_SECOND(name, text, ...) text,
/* The second field of each row, the text of a value: {RUN_STATES(LIST_TEXT)}. */
#define LIST_TEXT(...) LIST_SECOND(__VA_ARGS__, 0)

#endif
