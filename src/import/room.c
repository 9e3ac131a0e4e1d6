/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "room.h"

#include <sys/statvfs.h>

bool room_is_left(int file, uint64_t written, uint64_t *checked)
{
    enum { STEP = 64 << 20, LEFT = 256 << 20 };
    struct statvfs status;
    if (written - *checked < STEP)
        return true;
    *checked = written;
    return fstatvfs(file, &status) != 0 || (uint64_t)status.f_bavail * status.f_frsize > LEFT;
}
