/* SPDX-License-Identifier: MIT
 *
 * Words that skip-gram passes in a second of one thread, on made-up texts of the size of MovieLens
 * 1M's plots: 3,700 of 60 words, 8,000 different ones, of which few are frequent.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "base/random.h"
#include "tensor/skip_gram.h"

enum { WORDS = 8000, TEXTS = 3700, LENGTH = 60, COLUMNS = 50, EPOCHS = 3, TURNS = 5 };

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now); /* the machine may have other work */
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int main(void)
{
    size_t *starts = memory_array(TEXTS + 1, sizeof *starts);
    uint32_t *word = memory_array(TEXTS * LENGTH, sizeof *word);
    uint32_t *times = memory_array(TEXTS, sizeof *times);
    double *vectors = memory_array(WORDS * COLUMNS, sizeof *vectors), rates[TURNS];
    struct random random = random_at(1, RANDOM_GENERATOR, 0, 0);
    for (size_t text = 0; text < TEXTS; text++) {
        times[text] = 1;
        starts[text + 1] = starts[text] + LENGTH;
    }
    for (size_t at = 0; at < TEXTS * LENGTH; at++) {
        double drawn = random_uniform(&random);
        word[at] = 1 + (uint32_t)(WORDS * drawn * drawn * drawn);
    }
    const struct skip_gram task = {.words = WORDS,
                                   .columns = COLUMNS,
                                   .sequences = TEXTS,
                                   .starts = starts,
                                   .word = word,
                                   .times = times,
                                   .window = 5,
                                   .negatives = 5,
                                   .epochs = EPOCHS,
                                   .smooth = 0.75,
                                   .frequent = 1,
                                   .rate = 0.025};
    for (int turn = 0; turn < TURNS; turn++) {
        double begun = seconds();
        skip_gram_learn(&task, vectors);
        rates[turn] = EPOCHS * TEXTS * LENGTH / (seconds() - begun);
    }
    qsort(rates, TURNS, sizeof *rates, numbers_ascending);
    printf("skip-gram, %d columns, window 5, 5 negatives: %.0f words a second (%.0f to %.0f)\n",
           COLUMNS, rates[TURNS / 2], rates[0], rates[TURNS - 1]);
    free(starts);
    free(word);
    free(times);
    free(vectors);
    return 0;
}
