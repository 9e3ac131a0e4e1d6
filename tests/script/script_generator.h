/* SPDX-License-Identifier: MIT
 *
 * Random Lua programs, valid or nearly valid, that use everything available to a script. They
 * exercise the language (script_generator.c) or declare experiments (script_generator_thaw.c). Seed
 * and number alone determine a program.
 */
#ifndef TESTS_SCRIPT_GENERATOR_H
#define TESTS_SCRIPT_GENERATOR_H

#include <stdbool.h>
#include <stdint.h>

/* A whole script, freed by the caller. Nearly all end by themselves after some thousand steps. */
char *generated_script(uint64_t seed, uint32_t number);
/* Settings for it, "PATH=VALUE" lines, freed by the caller; of three scripts in four none. */
char *generated_settings(uint64_t seed, uint32_t number);

#endif
