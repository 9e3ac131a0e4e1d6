/* SPDX-License-Identifier: MIT
 *
 * What lies in a write-ahead log, read without SQLite: opening a database with it would use it. The
 * form is that of https://sqlite.org/fileformat2.html, section 4.
 */
#ifndef STORE_WRITE_AHEAD_H
#define STORE_WRITE_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

enum { LOG_HEADER = 32, FRAME_HEADER = 24 }; /* bytes */

/* Frames count from 1 and are those that SQLite would use: up to the last commit whose checksums
 * hold. */
struct write_ahead {
    uint32_t page_size;
    uint32_t salts[2]; /* random, of this generation of the log */
    bool unreadable;   /* there is something that does not begin as a log does */
    uint32_t frames;
    uint32_t *numbers; /* page of each frame, frames long */
    uint32_t pages;    /* of the database after the last commit */
    uint32_t broken;   /* frames before the first whose checksum does not hold, */
    uint32_t lost; /* commits of this generation behind that one: the log was damaged, or a power
                      cut tore it */
    uint32_t end;  /* frames for which there is room in all */
    uint32_t counters[2]; /* change counters of the first and the last page 1 in it; 0: none */
};

/* Reads the log at that path. Without one, or of one with nothing in it, there are 0 frames. False
 * if it is there and cannot be read; errno says why. */
bool write_ahead_read(const char *path, struct write_ahead *log);
/* Writes the newest state of each page of it, of the log at that path, to its place in an image of
 * the database, which has log->pages pages. */
bool write_ahead_apply(const char *path, const struct write_ahead *log, unsigned char *image);
/* A frame of this generation, counted from 0, with its header, whether its checksum holds or not.
 * False if there is none at this place. */
bool write_ahead_frame(const char *path, const struct write_ahead *log, uint32_t number,
                       unsigned char *frame);
/* Bytes of the log up to the last commit whose checksums hold. */
int64_t write_ahead_size(const struct write_ahead *log);
void write_ahead_release(struct write_ahead *log);

/* The number of bytes 0 to 3, the most significant first. */
uint32_t write_ahead_number(const unsigned char *bytes);

#endif
