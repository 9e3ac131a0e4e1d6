/* SPDX-License-Identifier: MIT
 *
 * instr, replace, trim, ltrim, rtrim, printf, format, LIKE and GLOB of SQL, as SQLite documents
 * them, in time that follows the length of their texts and results. SQLite's own take the product
 * of two lengths, or as long as a width or precision says, and nothing can interrupt them
 * meanwhile: one call may run for hours.
 *
 * A width or precision has at most 100,000 characters here; the lengths of a pattern and of its
 * text multiply to at most 2^28.
 */
#ifndef STORE_BOUNDED_FUNCTIONS_H
#define STORE_BOUNDED_FUNCTIONS_H

#include <sqlite3.h>

/* Puts them in the place of SQLite's. Before the first statement of the connection. */
void bounded_functions_add(sqlite3 *handle);

#endif
