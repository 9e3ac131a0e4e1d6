/* SPDX-License-Identifier: MIT
 *
 * Reads a write-ahead log without SQLite, because opening the database would use the log. The
 * format is that of https://sqlite.org/fileformat2.html, section 4.
 */
#ifndef STORE_WRITE_AHEAD_H
#define STORE_WRITE_AHEAD_H

#include <stdbool.h>
#include <stdint.h>

enum { LOG_HEADER = 32, FRAME_HEADER = 24 }; /* bytes */

/* Frames count from 1 and are those that SQLite would use: up to the last commit with valid
 * checksums. */
struct write_ahead {
    uint32_t page_size;
    uint32_t salts[2]; /* random, of this generation of the log */
    bool unreadable;   /* the file does not begin as a log does */
    uint32_t frames;
    uint32_t *numbers;    /* page of each frame, frames long */
    uint32_t pages;       /* of the database after the last commit */
    uint32_t broken;      /* frames before the first one with a wrong checksum */
    uint32_t lost;        /* commits of this generation after that frame: damage or a power cut */
    uint32_t end;         /* frames that fit in the file */
    uint32_t counters[2]; /* change counters of the first and the last copy of page 1; 0: none */
};

/* Reads the log at that path. A missing or empty log has 0 frames. False if a log exists and cannot
 * be read; errno says why. */
bool write_ahead_read(const char *path, struct write_ahead *log);
/* Writes the newest state of each page in the log to its place in an image of the database, which
 * has log->pages pages. */
bool write_ahead_apply(const char *path, const struct write_ahead *log, unsigned char *image);
/* Reads a frame of this generation, counted from 0, with its header, whether its checksum is valid
 * or not. False if there is none at this place. */
bool write_ahead_frame(const char *path, const struct write_ahead *log, uint32_t number,
                       unsigned char *frame);
/* Bytes of the log up to the last commit with valid checksums. */
int64_t write_ahead_size(const struct write_ahead *log);
void write_ahead_release(struct write_ahead *log);

/* The big-endian number in bytes 0 to 3. */
uint32_t write_ahead_number(const unsigned char *bytes);

#endif
