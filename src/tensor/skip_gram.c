/* SPDX-License-Identifier: MIT
 *
 * Steps of stochastic gradient descent, one for each pair of neighbours. Rows of numbers are padded
 * with zeros to whole lanes, which stay zeros.
 */
#include "config.h"

#include "tensor/skip_gram.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "exponential.h"
#include "kernel.h"

/* Places of draws beside those of sequences. */
static const uint32_t FIRST_NUMBERS = UINT32_MAX, ORDER = UINT32_MAX;
static const double LEAST_RATE = 1e-4; /* of the first */

/* Draws a number with given probabilities in one step (Walker 1977, "An efficient method for
 * generating discrete random variables with general distributions"; Vose's construction). */
struct alias {
    double *keep;    /* the probability that slot w stands for w */
    uint32_t *other; /* what it stands for otherwise */
};

struct skip_training {
    const struct skip_gram *task;
    size_t stride; /* columns, padded */
    real *in, *out;
    real *moved;          /* what one word's vector gains of a pair */
    double *kept;         /* by word: the probability that an occurrence is passed */
    double words, passed; /* of all epochs */
    struct alias noise;
    uint32_t *order, *sequence; /* places; the words of one */
    size_t count;               /* of `order` */
};

static size_t padded(size_t columns)
{
    return (columns + LANES - 1) / LANES * LANES;
}

static size_t longest(const struct skip_gram *task)
{
    size_t most = 0;
    for (size_t s = 0; s < task->sequences; s++)
        if (task->starts[s + 1] - task->starts[s] > most)
            most = task->starts[s + 1] - task->starts[s];
    return most;
}

static size_t passes(const struct skip_gram *task)
{
    size_t all = 0;
    for (size_t s = 0; s < task->sequences; s++)
        all += task->times[s];
    return all;
}

/* How often each word occurs, and all of them. */
static double count_words(const struct skip_gram *task, double *counts)
{
    double all = 0;
    for (size_t s = 0; s < task->sequences; s++)
        for (size_t at = task->starts[s]; at < task->starts[s + 1]; at++)
            if (task->word[at] > 0) {
                counts[task->word[at] - 1] += task->times[s];
                all += task->times[s];
            }
    return all;
}

uint64_t skip_gram_bytes(const struct skip_gram *task)
{
    uint64_t word = 2 * padded(task->columns) * sizeof(real) + 4 * sizeof(double);
    return task->words * word + (longest(task) + passes(task)) * sizeof(uint32_t) +
           padded(task->columns) * sizeof(real);
}

double skip_gram_work(const struct skip_gram *task)
{
    enum { PRODUCTS = 3 }; /* a score, and what both vectors gain */
    double words = 0;
    for (size_t s = 0; s < task->sequences; s++)
        words += (double)(task->starts[s + 1] - task->starts[s]) * task->times[s];
    return words * task->epochs * (task->window + 1.0) * (task->negatives + 1.0) *
           (double)padded(task->columns) * PRODUCTS;
}

/* -- noise ------------------------------------------------------------------------------------- */

/* `share` has the mean 1 and is used up. */
static void build(struct alias *alias, double *share, size_t count)
{
    uint32_t *small = memory_array(count, sizeof *small);
    uint32_t *large = memory_array(count, sizeof *large);
    size_t smalls = 0, larges = 0;
    for (uint32_t w = 0; w < count; w++)
        if (share[w] < 1)
            small[smalls++] = w;
        else
            large[larges++] = w;
    while (smalls > 0 && larges > 0) {
        uint32_t low = small[--smalls], high = large[larges - 1];
        alias->keep[low] = share[low];
        alias->other[low] = high;
        share[high] -= 1 - share[low];
        if (share[high] < 1) {
            larges--;
            small[smalls++] = high;
        }
    }
    while (larges > 0)
        alias->keep[large[--larges]] = 1;
    while (smalls > 0)
        alias->keep[small[--smalls]] = 1;
    free(small);
    free(large);
}

static void make_noise(struct skip_training *training, const double *counts)
{
    size_t words = training->task->words;
    double *share = memory_array(words, sizeof *share), all = 0;
    for (size_t w = 0; w < words; w++)
        all += share[w] = counts[w] > 0 ? pow(counts[w], training->task->smooth) : 0;
    for (size_t w = 0; w < words; w++)
        share[w] *= (double)words / all;
    training->noise.keep = memory_array(words, sizeof(double));
    training->noise.other = memory_array(words, sizeof(uint32_t));
    build(&training->noise, share, words);
    free(share);
}

static uint32_t draw(const struct alias *alias, size_t count, struct random *random)
{
    uint32_t slot = random_below(random, (uint32_t)count);
    double chance = random_bits(random) * 0x1p-32;
    return chance < alias->keep[slot] ? slot : alias->other[slot];
}

/* -- steps ------------------------------------------------------------------------------------- */

/* The gradient of log sigmoid(in . out) for a neighbour (label 1), of log sigmoid(-in . out) for
 * another word (label 0): moves `out` and adds what `in` shall gain to `moved`. */
KERNEL static void step(size_t stride, const real *in, real *out, real label, real rate,
                        real *moved)
{
    half_lanes even = {0}, odd = {0};
    for (size_t i = 0; i < stride; i += LANES) {
        even += *(const half_lanes *)(in + i) * *(const half_lanes *)(out + i);
        odd += *(const half_lanes *)(in + i + HALF_LANES) *
               *(const half_lanes *)(out + i + HALF_LANES);
    }
    even += odd;
    real score = 0;
    for (size_t lane = 0; lane < HALF_LANES; lane++)
        score += even[lane];
    const real gain = rate * (label - 1 / (1 + exponential(-score)));
    for (size_t i = 0; i < stride; i += HALF_LANES) {
        const half_lanes before = *(const half_lanes *)(out + i);
        *(half_lanes *)(moved + i) += gain * before;
        *(half_lanes *)(out + i) = before + gain * *(const half_lanes *)(in + i);
    }
}

KERNEL static void move(size_t stride, real *in, real *moved)
{
    for (size_t i = 0; i < stride; i += HALF_LANES) {
        *(half_lanes *)(in + i) += *(const half_lanes *)(moved + i);
        *(half_lanes *)(moved + i) = (half_lanes){0};
    }
}

static void learn_pair(struct skip_training *training, uint32_t word, uint32_t neighbour, real rate,
                       struct random *random)
{
    const struct skip_gram *task = training->task;
    size_t stride = training->stride;
    real *in = training->in + word * stride;
    step(stride, in, training->out + neighbour * stride, 1, rate, training->moved);
    for (uint32_t n = 0; n < task->negatives; n++) {
        uint32_t other = draw(&training->noise, task->words, random);
        if (other != neighbour)
            step(stride, in, training->out + other * stride, 0, rate, training->moved);
    }
    move(stride, in, training->moved);
}

/* Takes unknown words out of the sequence and some of the frequent ones, before neighbours are
 * looked for. Returns how many are left. */
static size_t thin_out(struct skip_training *training, size_t sequence, struct random *random)
{
    const struct skip_gram *task = training->task;
    size_t count = 0;
    for (size_t at = task->starts[sequence]; at < task->starts[sequence + 1]; at++) {
        if (task->word[at] == 0)
            continue;
        uint32_t word = task->word[at] - 1;
        training->passed++;
        if (training->kept[word] >= 1 || random_uniform(random) < training->kept[word])
            training->sequence[count++] = word;
    }
    return count;
}

static void learn_sequence(struct skip_training *training, size_t sequence, struct random random)
{
    const struct skip_gram *task = training->task;
    double left = 1 - training->passed / training->words;
    real rate = (real)(task->rate * (left > LEAST_RATE ? left : LEAST_RATE));
    const uint32_t *words = training->sequence;
    size_t count = thin_out(training, sequence, &random);
    for (size_t at = 0; at < count; at++) {
        size_t reach = 1 + random_below(&random, task->window);
        size_t first = at > reach ? at - reach : 0;
        for (size_t near = first; near < count && near <= at + reach; near++)
            if (near != at)
                learn_pair(training, words[at], words[near], rate, &random);
    }
}

/* -- all of it --------------------------------------------------------------------------------- */

static void begin(struct skip_training *training, const struct skip_gram *task)
{
    size_t cells = task->words * padded(task->columns);
    double *counts = memory_array(task->words, sizeof *counts);
    double all = count_words(task, counts);
    *training = (struct skip_training){
        .task = task,
        .stride = padded(task->columns),
        .in = memory_array(cells, sizeof(real)),
        .out = memory_array(cells, sizeof(real)),
        .moved = memory_array(padded(task->columns), sizeof(real)),
        .kept = memory_array(task->words, sizeof(double)),
        .words = all * task->epochs,
        .order = memory_array(passes(task), sizeof(uint32_t)),
        .sequence = memory_array(longest(task), sizeof(uint32_t)),
    };
    for (size_t w = 0; w < task->words; w++) {
        struct random random = random_at(0, RANDOM_WORDS, FIRST_NUMBERS, (uint32_t)w);
        for (size_t c = 0; c < task->columns; c++)
            training->in[w * training->stride + c] =
                (real)((random_uniform(&random) - 0.5) / (double)task->columns);
        training->kept[w] = counts[w] > 0 ? sqrt(task->frequent * all / counts[w]) : 1;
    }
    for (size_t s = 0; s < task->sequences; s++)
        for (uint32_t i = 0; i < task->times[s]; i++)
            training->order[training->count++] = (uint32_t)s;
    make_noise(training, counts);
    free(counts);
}

static void release(struct skip_training *training)
{
    free(training->in);
    free(training->out);
    free(training->moved);
    free(training->kept);
    free(training->order);
    free(training->sequence);
    free(training->noise.keep);
    free(training->noise.other);
}

bool skip_gram_learn(const struct skip_gram *task, double *vectors)
{
    struct skip_training training;
    bool finite = true;
    begin(&training, task);
    for (uint32_t epoch = 0; epoch < task->epochs; epoch++) {
        struct random random = random_at(0, RANDOM_WORDS, epoch, ORDER);
        random_shuffle(&random, training.order, training.count);
        for (uint32_t place = 0; place < training.count; place++)
            learn_sequence(&training, training.order[place],
                           random_at(0, RANDOM_WORDS, epoch, place));
    }
    for (size_t w = 0; w < task->words; w++)
        for (size_t c = 0; c < task->columns; c++) {
            vectors[w * task->columns + c] = (double)training.in[w * training.stride + c];
            finite &= isfinite(vectors[w * task->columns + c]);
        }
    release(&training);
    return finite;
}
