/* SPDX-License-Identifier: MIT
 *
 * The CHECK constraints of a table. They are expressions that run whenever a row is written or the
 * file is checked. In a file from somebody else, a single LIKE may run for hours.
 */
#ifndef STORE_DEMANDS_H
#define STORE_DEMANDS_H

#include <stdbool.h>

/* The content of all CHECK (...) of a CREATE TABLE, one after another, without blanks and comments;
 * a new string, "" if there is none. */
char *demands_of(const char *sql);

/* Whether a COLLATE in it names another order than those built into SQLite. */
bool demands_other_order(const char *sql);

/* Whether there is nothing in it but blanks, comments and ";". */
bool demands_nothing(const char *sql);
/* Whether each parenthesis that is closed was opened in it, and no ";" stands between tokens, so
 * that an expression cannot end what it is put into. */
bool demands_one_expression(const char *sql);

#endif
