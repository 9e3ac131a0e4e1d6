/* SPDX-License-Identifier: MIT
 *
 * Pages of the heap: finds out which pages of the base were written, and puts them back.
 *
 * A page of the base is read-only until the first write. The fault handler makes it writable and
 * adds it to the list of pages that are copied back. A page stays in the list. After some calls
 * there are no more faults, and only the few pages that calls write are copied.
 */
#include "config.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "heap.h"
#include "heap_private.h"

static size_t base_size(const struct heap *heap)
{
    return heap->base_pages * heap->page;
}

/* Bytes beyond this that a call used are given back to the system after the call. */
static const size_t SPARE = (size_t)16 << 20;

struct heap_layer {
    size_t count; /* changed pages of the base */
    uint32_t *numbers;
    unsigned char *pages, *extension; /* their contents, and the memory behind the base */
    size_t extension_size;
    const unsigned char **source; /* by page of the base: the changed contents, or NULL */
};

/* -- faults ------------------------------------------------------------------------------------ */

/* A signal handler can only look at its own thread. */
static _Thread_local struct heap *entered;
static _Thread_local bool faults_reach;
static struct sigaction handler_before;
static pthread_mutex_t handler_lock = PTHREAD_MUTEX_INITIALIZER;

static bool open_page(struct heap *heap, const unsigned char *at)
{
    if (!heap || at < heap->memory || at >= heap->memory + base_size(heap))
        return false;
    size_t number = (size_t)(at - heap->memory) / heap->page;
    if (heap->is_written[number] ||
        mprotect(heap->memory + number * heap->page, heap->page, PROT_READ | PROT_WRITE) != 0)
        return false;
    heap->is_written[number] = true;
    heap->written[heap->written_count++] = (uint32_t)number;
    return true;
}

/* A fault outside the heap is left to the previous handler: it is restored, and the fault happens
 * again. */
static void handle(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (!open_page(entered, info->si_addr))
        sigaction(number, &handler_before, NULL);
}

/* Another user of the signal, such as a test harness, keeps its handler until our next call. */
static void claim_handler(void)
{
    struct sigaction now, ours = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, NULL, &now);
    if ((now.sa_flags & SA_SIGINFO) && now.sa_sigaction == handle)
        return;
    sigemptyset(&ours.sa_mask);
    pthread_mutex_lock(&handler_lock);
    sigaction(SIGSEGV, &ours, &now);
    if (!(now.sa_flags & SA_SIGINFO) || now.sa_sigaction != handle)
        handler_before = now;
    pthread_mutex_unlock(&handler_lock);
}

/* The pool's threads block all signals, and a blocked fault ends the process. */
static void let_faults_through(void)
{
    sigset_t faults;
    sigemptyset(&faults);
    sigaddset(&faults, SIGSEGV);
    pthread_sigmask(SIG_UNBLOCK, &faults, NULL);
    faults_reach = true;
}

void heap_enter(struct heap *heap)
{
    entered = heap;
    if (!heap->base)
        return;
    claim_handler();
    if (!faults_reach)
        let_faults_through();
}

void heap_leave(void)
{
    entered = NULL;
}

/* -- the base ---------------------------------------------------------------------------------- */

void heap_keep(struct heap *heap)
{
    heap_forget_free(heap);
    size_t pages = (heap_extent(heap) + heap->page - 1) / heap->page, size = pages * heap->page;
    heap->book->top = heap->memory + size;
    heap->base_pages = pages;
    heap->base = memory_array(pages, heap->page);
    heap->written = memory_array(pages, sizeof *heap->written);
    heap->is_written = memory_array(pages, sizeof *heap->is_written);
    memcpy(heap->base, heap->memory, size);
    if (mprotect(heap->memory, size, PROT_READ) == 0)
        return;
    mprotect(heap->memory, size, PROT_READ | PROT_WRITE);
    for (size_t number = 0; number < pages; number++) {
        heap->is_written[number] = true;
        heap->written[heap->written_count++] = (uint32_t)number;
    }
}

/* -- layers ------------------------------------------------------------------------------------ */

static bool is_different(const struct heap *heap, size_t number)
{
    size_t at = number * heap->page;
    return memcmp(heap->memory + at, heap->base + at, heap->page) != 0;
}

struct heap_layer *heap_layer_new(struct heap *heap)
{
    struct heap_layer *layer = memory_new(sizeof *layer);
    heap_enter(heap);
    heap_forget_free(heap);
    heap_leave();
    layer->source = memory_array(heap->base_pages, sizeof *layer->source);
    layer->numbers = memory_array(heap->written_count, sizeof *layer->numbers);
    for (size_t i = 0; i < heap->written_count; i++)
        if (is_different(heap, heap->written[i]))
            layer->numbers[layer->count++] = heap->written[i];
    layer->pages = memory_array(layer->count, heap->page);
    for (size_t i = 0; i < layer->count; i++) {
        unsigned char *copy = layer->pages + i * heap->page;
        memcpy(copy, heap->memory + layer->numbers[i] * heap->page, heap->page);
        layer->source[layer->numbers[i]] = copy;
    }
    if (heap_extent(heap) > base_size(heap))
        layer->extension_size = heap_extent(heap) - base_size(heap);
    layer->extension = memory_array(layer->extension_size, 1);
    memcpy(layer->extension, heap->memory + base_size(heap), layer->extension_size);
    return layer;
}

void heap_layer_free(struct heap_layer *layer)
{
    if (!layer)
        return;
    free(layer->numbers);
    free(layer->pages);
    free(layer->extension);
    free(layer->source);
    free(layer);
}

size_t heap_layer_weight(const struct heap *heap, const struct heap_layer *layer)
{
    return layer->count * heap->page + layer->extension_size +
           heap->base_pages * sizeof *layer->source;
}

/* -- putting back ------------------------------------------------------------------------------ */

/* Gives memory back to the system: the next call may not need it. */
static void give_back(struct heap *heap, size_t from)
{
    if (heap->highest <= from)
        return;
    from = from / heap->page * heap->page;
    madvise(heap->memory + from, heap->highest - from, MADV_DONTNEED);
    heap->highest = from;
}

void heap_rewind(struct heap *heap, const struct heap_layer *layer)
{
    for (size_t i = 0; i < heap->written_count; i++) {
        size_t number = heap->written[i], at = number * heap->page;
        const unsigned char *source = layer ? layer->source[number] : NULL;
        memcpy(heap->memory + at, source ? source : heap->base + at, heap->page);
    }
    if (layer)
        memcpy(heap->memory + base_size(heap), layer->extension, layer->extension_size);
    give_back(heap, heap_extent(heap) + SPARE);
}
