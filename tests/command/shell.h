/* SPDX-License-Identifier: MIT
 *
 * Runs ./thaw as a shell does, with its keeper, in a folder of its own, and keeps what it prints.
 * The fake worker of the keeper's tests replaces the worker; its scripts are words such as
 * "steps=200".
 */
#ifndef TESTS_COMMAND_SHELL_H
#define TESTS_COMMAND_SHELL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <yajl/yajl_tree.h>

#include "base/bytes.h"

enum { WORDS = 20, PATIENCE = 60 };

extern char folder[64], database[96];
/* What a program printed. */
extern struct bytes out, complaints;

/* Writes a file in the folder. */
void add_file(const char *name, const char *text);
/* Makes the folder, with some files of ratings and scripts; ends the keeper and takes it away. */
int set_up(void **state);
/* Ends the keeper, which would leave by itself only when it is idle. */
void end_keeper(void);
int tear_down(void **state);
/* Starts ./thaw; its streams are the descriptors given. */
pid_t start(const char *const *words, int in, int output, int errors);
/* Appends what can be read; false at the end. */
bool read_some(int from, struct bytes *into);
/* The exit status, or 128 and the signal. */
int status_of(pid_t process);
/* Bytes of the write-ahead log; 0 if there is none. */
int64_t size_of_log(void);
/* Runs the command. If `seconds` is positive, SIGINT comes so long after the log has that size. */
int run_interrupted_at(int64_t size, double seconds, const char *const *words);
/* Runs it with pipes. If `seconds` is positive, SIGINT comes so long after the start. */
int run_interrupted(double seconds, const char *const *words);

#define RUN(...)   run_interrupted(0, (const char *const[]){__VA_ARGS__, NULL})
#define OUT        ((const char *)out.data)
#define COMPLAINTS ((const char *)complaints.data)

void assert_holds(const char *text, const char *part);
/* A path in the folder. */
const char *at(const char *name);
/* Imports 5 ratings as "toy". */
void import_toy(void);
/* The JSON that was printed. */
yajl_val parse(void);
/* Writes large.csv, whose import takes some seconds. */
void add_large_file(void);

#endif
