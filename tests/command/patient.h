/* SPDX-License-Identifier: MIT
 *
 * A workbench that is damaged, what the doctor says of it, and whether all that is lost is said.
 */
#ifndef TESTS_PATIENT_H
#define TESTS_PATIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "store/doctor.h"

extern struct error error;
extern char folder[64], path[96], damaged[96], copy[96];
extern unsigned char *whole; /* the file as it was made */
extern size_t whole_size;

void must(bool good);
void outside(const char *file, const char *sql);
int patient_set_up(void **state);
int patient_tear_down(void **state);
extern struct bytes said; /* "place: what" lines of all findings */

const char *all_said(void);
extern const struct doctor_listener listener;

void remove_files(const char *name);
void write_file(const unsigned char *data, size_t size);
extern size_t run_count; /* runs that learn_runs found */

void learn_runs(void);
/* Examines and saves what is in `damaged`; true if a copy was made. */
bool examine(const char *damage, struct doctor_report *report);
/* Readers open it or say why not. */
void assert_readers_survive(const char *damage, bool compares);
int command(const char *line, char **text);

#endif
