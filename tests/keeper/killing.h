/* SPDX-License-Identifier: MIT */
#ifndef TESTS_KEEPER_KILLING_H
#define TESTS_KEEPER_KILLING_H

#include "workbench.h"

/* Runs a script undisturbed. Then runs it again and again, with 1, 2 or 3 threads, while the
 * keeper, its worker or both are killed `kills` times, each within `longest` seconds of the last
 * start or resume; fails the test where the digests are ever others than the first. */
void killing_keeps_digests(struct workbench *bench, const char *script, int kills, double longest);

#endif
