/* SPDX-License-Identifier: MIT
 *
 * Kills the worker, the keeper or a waiting client at a random moment. Counts in which phase the
 * other processes were.
 */
#ifndef TESTS_KEEPER_KILLING_H
#define TESTS_KEEPER_KILLING_H

#include "base/random.h"
#include "workbench.h"

#define KILLING_PHASES(X) X(IMPORT) X(TRAINING) X(SEARCH) X(EVALUATION) X(RECOVERY) X(MIGRATION)
enum killing_phase {
#define X(name) KILLING_##name,
    KILLING_PHASES(X)
#undef X
        KILLING_PHASE_COUNT
};
enum victim { VICTIM_WORKER, VICTIM_KEEPER, VICTIM_CLIENT, VICTIM_COUNT };

struct killing {
    struct workbench *bench;
    struct random random;
    unsigned counts[KILLING_PHASE_COUNT][VICTIM_COUNT];
};

/* Draws follow from `seed`, moments do not. */
struct killing killing_of(struct workbench *bench, uint64_t seed);
unsigned killing_count(const struct killing *killing); /* of all kills */
void killing_print(const struct killing *killing, const char *what);

/* Runs a script undisturbed. Then runs it again and again, with 1, 2 or 3 threads, while processes
 * are killed: `kills` times, and on until each victim was killed at least `each` times in each of
 * the phases of the list (ended by KILLING_PHASE_COUNT). Fails the test where the digests are ever
 * others than the first. */
void killing_keeps_digests(struct killing *killing, const char *script, unsigned kills,
                           const enum killing_phase *phases, unsigned each);

/* Kills at a random moment within `longest` seconds, while `act` goes on in a process of its own,
 * which is the client. False if it was over before. */
bool killing_once(struct killing *killing, enum killing_phase phase, enum victim victim,
                  double longest, void (*act)(void *context), void *context);

#endif
