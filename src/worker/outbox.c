/* SPDX-License-Identifier: MIT
 *
 * Two output buffers: threads fill one while the main thread sends the other. They are swapped when
 * the sent one is empty.
 */
#include "config.h"

#include "outbox.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/memory.h"

enum { ROOM = 16 << 20 }; /* bytes queued before writers wait */

struct outbox {
    pthread_mutex_t lock; /* guards `filling` */
    pthread_cond_t room;
    struct frame_output filling, sending;
    bool sealed;
    int wake;
};

struct outbox *outbox_new(void)
{
    struct outbox *outbox = memory_new(sizeof *outbox);
    pthread_mutex_init(&outbox->lock, NULL);
    pthread_cond_init(&outbox->room, NULL);
    outbox->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (outbox->wake < 0)
        memory_give_up("the system provides no event descriptor");
    return outbox;
}

void outbox_free(struct outbox *outbox)
{
    if (!outbox)
        return;
    close(outbox->wake);
    frame_output_release(&outbox->filling);
    frame_output_release(&outbox->sending);
    pthread_cond_destroy(&outbox->room);
    pthread_mutex_destroy(&outbox->lock);
    free(outbox);
}

struct frame_output *outbox_open(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    while (outbox->sealed || frame_output_pending(&outbox->filling) > ROOM)
        pthread_cond_wait(&outbox->room, &outbox->lock);
    return &outbox->filling;
}

struct frame_output *outbox_open_now(struct outbox *outbox)
{
    pthread_mutex_lock(&outbox->lock);
    while (outbox->sealed)
        pthread_cond_wait(&outbox->room, &outbox->lock);
    return &outbox->filling;
}

void outbox_seal(struct outbox *outbox)
{
    outbox->sealed = true;
    outbox_close(outbox);
}

void outbox_close(struct outbox *outbox)
{
    pthread_mutex_unlock(&outbox->lock);
    outbox_wake(outbox);
}

int outbox_wake_descriptor(const struct outbox *outbox)
{
    return outbox->wake;
}

void outbox_wake(struct outbox *outbox)
{
    uint64_t one = 1;
    /* This fails only if the counter is full, and then the main thread is already awake. */
    ssize_t written = write(outbox->wake, &one, sizeof one);
    (void)written;
}

bool outbox_flush(struct outbox *outbox, int descriptor, bool *left, struct error *error)
{
    uint64_t wakes;
    ssize_t got = read(outbox->wake, &wakes, sizeof wakes);
    (void)got;
    if (frame_output_pending(&outbox->sending) == 0) {
        pthread_mutex_lock(&outbox->lock);
        struct frame_output empty = outbox->sending;
        outbox->sending = outbox->filling;
        outbox->filling = empty;
        pthread_cond_broadcast(&outbox->room);
        pthread_mutex_unlock(&outbox->lock);
    }
    if (!frame_output_flush(&outbox->sending, descriptor, error))
        return false;
    pthread_mutex_lock(&outbox->lock);
    *left =
        frame_output_pending(&outbox->sending) > 0 || frame_output_pending(&outbox->filling) > 0;
    pthread_mutex_unlock(&outbox->lock);
    return true;
}
