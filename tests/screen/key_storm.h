/* SPDX-License-Identifier: MIT
 *
 * Thousands of rapid keys, the same for the same seed: every key in the help, whole and truncated
 * escape sequences and UTF-8, and pastes with and without an end. Keys that leave the screen are
 * not included.
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
