/* SPDX-License-Identifier: MIT
 *
 * Scripts that try to hang, crash, exhaust memory, escape or leak, each with its allowed outcomes.
 */
#ifndef TESTS_HOSTILE_SCRIPTS_H
#define TESTS_HOSTILE_SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    OUTCOME_OK = 1,
    OUTCOME_ERROR = 2,   /* a sentence with file and line */
    OUTCOME_TIME = 4,    /* stopped at its deadline */
    OUTCOME_MEMORY = 8,  /* told that it wants too much of it */
    OUTCOME_DENIED = 16, /* a sentence with file and line: there is no such thing */
};

struct hostile_script {
    const char *name;
    unsigned wanted; /* one or several outcomes */
    const char *text;
    const char *says; /* stands in the sentence; NULL: any */
    enum {
        PLACE_LOAD,    /* what the script does before it returns an experiment */
        PLACE_FILE,    /* the whole file */
        PLACE_MAPPING, /* a function of a row */
        PLACE_LEARNER  /* `adapt` of a learner: self, model, theta, support */
    } place;
    const char *unit; /* what '@' in `text` stands for, `count` times; NULL: itself */
    size_t count;
};

extern const struct hostile_script hostile_scripts[];
extern const size_t hostile_script_count;

/* The whole source, freed by the caller. It wants the data set "toy". */
char *hostile_source(const struct hostile_script *script);

/* The outcome that a sentence of a check tells of; 0 if it is none of them. */
unsigned hostile_outcome(bool good, const char *sentence);

#endif
