/* SPDX-License-Identifier: MIT
 *
 * What an import decides, and why. A person can read it, and overrule it by an option.
 */
#ifndef DATA_DECISION_H
#define DATA_DECISION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

struct decision {
    char *file;    /* the name of the file; "" if it is about the whole data set */
    char *subject; /* what is decided, such as "separator" or "rating" */
    char *choice;
    char *reason; /* why, and what was passed over; "" if there is nothing to say */
    char *option; /* the option that decides the same, such as "--rating stars"; "" for none */
    bool told;    /* it is said even if nobody asks */
    bool given;   /* the user decided it by an option; not kept */
};

/* In the order in which they were made. {0} is empty. */
struct decisions {
    struct decision *list;
    size_t count;
    char *command; /* a command line that makes the data set again, but for its name; may be NULL */
};

/* Adds a decision without reason and option. The result is valid until the next call. All texts are
 * made safe to print and are kept in one line. */
struct decision *decisions_add(struct decisions *decisions, const char *file, const char *subject,
                               const char *choice);
void decision_because(struct decision *decision, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets the option: "--NAME VALUE". A value with other characters than letters, digits and
 * "_./:,=@%+-" stands in quotes, as a shell wants it. */
void decision_option(struct decision *decision, const char *name, const char *value);
/* Moves all of `from` behind those of `to`. */
void decisions_append(struct decisions *to, struct decisions *from);
void decisions_release(struct decisions *decisions); /* accepts NULL */

/* The sentence for a decision: "FILE: SUBJECT: CHOICE, REASON". A new string, freed by the caller.
 */
char *decision_sentence(const struct decision *decision);
/* The sentences of those that are told, one a line. If they do not fit into `size` bytes, the last
 * line says how many are left out. Returns `notes`. */
char *decisions_notes(const struct decisions *decisions, char *notes, size_t size);

/* Write all as text, one a line with tabs between the fields, and read it. The command, if there is
 * one, is the first line. Lines of another form are left out. */
void decisions_write(const struct decisions *decisions, struct bytes *bytes);
void decisions_read(struct decisions *decisions, const char *text);

#endif
