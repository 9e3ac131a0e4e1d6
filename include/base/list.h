/* SPDX-License-Identifier: MIT
 *
 * What X-lists, one row a value of an enum, are made into at many places.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#define LIST_SECOND(name, text, ...) text,
/* The second field of each row, the text of a value: {RUN_STATES(LIST_TEXT)}. */
#define LIST_TEXT(...) LIST_SECOND(__VA_ARGS__, 0)

#endif
