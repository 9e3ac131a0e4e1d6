/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "peer_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/file.h"

enum { TEXT_MOST = 4096 };

/* The process's state as a letter, and its ticks; '\0' if unknown. */
static char look(int peer, uint64_t *ticks)
{
    struct ucred other;
    struct error ignored;
    socklen_t length = sizeof other;
    char path[64], state = '\0';
    unsigned long long user, system;
    size_t size;
    if (getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &other, &length) != 0 || other.pid <= 0)
        return '\0';
    snprintf(path, sizeof path, "/proc/%d/stat", (int)other.pid);
    char *text = file_read(path, TEXT_MOST, &size, ERROR_STORE, &ignored);
    const char *behind = text ? strrchr(text, ')') : NULL; /* the name may contain anything */
    bool good = behind && sscanf(behind, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
                                 &state, &user, &system) == 3;
    if (good)
        *ticks = user + system;
    free(text);
    return good ? state : '\0';
}

struct peer_work peer_work_now(int peer)
{
    struct peer_work work = {0};
    look(peer, &work.ticks);
    return work;
}

bool peer_work_went_on(int peer, struct peer_work *work)
{
    uint64_t before = work->ticks;
    char state = look(peer, &work->ticks);
    return state && (state == 'D' || work->ticks != before);
}
