/* SPDX-License-Identifier: MIT
 *
 * Thousands of keys in a hurry, the same for the same seed: every key that the help lists, whole
 * and cut escape sequences, whole and cut UTF-8, pastes with and without an end. Keys that leave
 * are not among them.
 */
#ifndef TESTS_KEY_STORM_H
#define TESTS_KEY_STORM_H

#include <stdint.h>

struct key_storm {
    uint64_t seed, at;
};

enum { KEY_STORM_BYTES = 128 };

/* The bytes of the next key; always at least one. */
const char *key_storm_next(struct key_storm *storm, char text[KEY_STORM_BYTES]);
/* A number below `bound`. */
uint32_t key_storm_number(struct key_storm *storm, uint32_t bound);

#endif
