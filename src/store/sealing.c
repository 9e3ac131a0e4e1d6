/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "sealing.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/numbers.h"
#include "store_private.h"

enum { COPY_AFTER = 1000 /* frames in the log; SQLite's own default */ };
enum { LOG_KEPT = 8 << 20 /* bytes of an empty log; journal_size_limit cuts at the next commit */ };

struct sealing {
    sqlite3 *handle;
    char *path;
    int lock;
    struct seal seal;
    struct page_set left_out; /* pages of the log's first seal.frames */
    uint32_t frames;          /* committed frames in the log; 0 if the file has all of them */
};

/* False if the disk still has the seal. */
static bool forget(struct sealing *sealing)
{
    sealing->seal.known = false;
    return seal_write(sealing->lock, &sealing->seal, true);
}

/* For a file that holds all of the log, or nothing of it. */
static void make_anew(struct sealing *sealing)
{
    page_set_release(&sealing->left_out);
    if (!seal_make(&sealing->seal, seal_file(sealing->handle), sealing->path) ||
        !seal_write(sealing->lock, &sealing->seal, false))
        forget(sealing);
}

bool sealing_holds(struct sealing *sealing)
{
    struct appearance now;
    struct seal *seal = &sealing->seal;
    if (!appearance_of(sealing->path, &now) || !appearance_same_file(&now, &seal->as))
        return false;
    if (!seal->known || appearance_same(&now, &seal->as))
        return true;
    /* the file was touched, renamed back and forth, or written to */
    if (!seal_fits(seal, seal_file(sealing->handle), &sealing->left_out))
        return false;
    seal->as = now;
    seal_write(sealing->lock, seal, false);
    return true;
}

/* -- the log ----------------------------------------------------------------------------------- */

static sqlite3_file *log_of(const struct sealing *sealing)
{
    sqlite3_file *log = NULL;
    sqlite3_file_control(sealing->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    return log && log->pMethods ? log : NULL;
}

static bool read_numbers(sqlite3_file *log, int64_t offset, uint32_t numbers[2])
{
    unsigned char bytes[8];
    if (!log || log->pMethods->xRead(log, bytes, sizeof bytes, offset) != SQLITE_OK)
        return false;
    numbers[0] = write_ahead_number(bytes);
    numbers[1] = write_ahead_number(bytes + 4);
    return true;
}

/* A restarted log has new salts and builds on the file as it is now. */
static void note_salts(struct sealing *sealing)
{
    uint32_t salts[2];
    struct seal *seal = &sealing->seal;
    if (!read_numbers(log_of(sealing), 16, salts)) {
        forget(sealing);
    } else if (memcmp(salts, seal->salts, sizeof salts) != 0) {
        memcpy(seal->salts, salts, sizeof salts);
        if (seal->frames > 0 || !seal->known)
            make_anew(sealing);
        else if (!seal_write(sealing->lock, seal, false))
            forget(sealing);
    }
}

/* Cuts off the frames behind the log's end. A commit that failed, or whose writer was killed while
 * a reader had the log open, may leave some; behind a shorter commit they look like the rest of a
 * damaged log. Frames from before a restart have other salts and stay. */
static void drop_failed(struct sealing *sealing)
{
    uint32_t last[2], next[2];
    const struct seal *seal = &sealing->seal;
    sqlite3_file *log = log_of(sealing);
    int64_t size = FRAME_HEADER + (int64_t)seal->page_size;
    int64_t end = LOG_HEADER + size * sealing->frames;
    if (seal->known && sealing->frames > 0 && read_numbers(log, end - size + 8, last) &&
        memcmp(last, seal->salts, sizeof last) == 0 && read_numbers(log, end + 8, next) &&
        memcmp(next, seal->salts, sizeof next) == 0)
        log->pMethods->xTruncate(log, end);
}

/* Adds the hashes of pages in ascending order. */
static bool add_listed(struct sealing *sealing, const uint32_t *numbers, size_t count,
                       uint64_t *sum)
{
    sqlite3_file *file = seal_file(sealing->handle);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && numbers[end] == numbers[end - 1] + 1; end++)
            ;
        if (!seal_add_pages(file, sealing->seal.page_size, numbers[i], numbers[end - 1], NULL, sum))
            return false;
    }
    return true;
}

/* Leaves out the pages of the log that are not left out yet. Returns them in ascending order, a new
 * array. */
static uint32_t *leave_out(struct sealing *sealing, size_t *count, uint32_t *pages)
{
    uint32_t frames = sealing->frames - sealing->seal.frames, frame[2] = {0, 0};
    uint32_t *numbers = memory_array(frames + 1, sizeof *numbers);
    int64_t size = FRAME_HEADER + (int64_t)sealing->seal.page_size;
    bool good = true;
    *count = 0;
    for (uint32_t i = sealing->seal.frames; good && i < sealing->frames; i++) {
        good = read_numbers(log_of(sealing), LOG_HEADER + size * i, frame);
        if (good && !page_set_has(&sealing->left_out, frame[0])) {
            page_set_add(&sealing->left_out, frame[0]);
            numbers[(*count)++] = frame[0];
        }
    }
    good = good && read_numbers(log_of(sealing), LOG_HEADER + size * (sealing->frames - 1), frame);
    *pages = frame[1];
    if (good && *pages > 0) {
        qsort(numbers, *count, sizeof *numbers, numbers_ascending_u32);
        return numbers;
    }
    free(numbers);
    return NULL;
}

static size_t count_up_to(const uint32_t *numbers, size_t count, uint32_t most)
{
    while (count > 0 && numbers[count - 1] > most)
        count--;
    return count;
}

/* Call it before the log is copied. `pages` gets the number of pages that the file will have. */
static bool break_open(struct sealing *sealing, uint32_t *pages)
{
    struct seal *seal = &sealing->seal;
    size_t count;
    uint64_t gone = 0;
    uint32_t *numbers = leave_out(sealing, &count, pages);
    bool good =
        numbers && add_listed(sealing, numbers, count_up_to(numbers, count, seal->pages), &gone);
    if (good && *pages < seal->pages) {
        good = seal_add_pages(seal_file(sealing->handle), seal->page_size, *pages + 1, seal->pages,
                              &sealing->left_out, &gone);
        seal->pages = *pages;
    }
    free(numbers);
    seal->sum -= gone;
    seal->frames = sealing->frames;
    return good && seal_write(sealing->lock, seal, true);
}

/* Call it after all of the log was copied. */
static bool close_again(struct sealing *sealing, uint32_t pages)
{
    struct seal *seal = &sealing->seal;
    sqlite3_file *file = seal_file(sealing->handle);
    bool good = true;
    for (uint32_t first = 1, last; good && first <= pages; first = last + 1) {
        bool inside = page_set_has(&sealing->left_out, first) || first > seal->pages;
        for (last = first; last < pages && (page_set_has(&sealing->left_out, last + 1) ||
                                            last + 1 > seal->pages) == inside;
             last++)
            ;
        if (inside)
            good = seal_add_pages(file, seal->page_size, first, last, NULL, &seal->sum);
    }
    seal->pages = pages;
    seal->frames = 0;
    page_set_release(&sealing->left_out);
    return good;
}

bool sealing_copy(struct sealing *sealing)
{
    int all = -1, copied = -1;
    uint32_t pages;
    struct seal *seal = &sealing->seal;
    if (sealing->frames == 0 || !sealing_holds(sealing))
        return sealing->frames == 0;
    bool told = seal->known && break_open(sealing, &pages);
    if (!told && !forget(sealing))
        return false; /* a wrong seal would cost the log */
    int result = sqlite3_wal_checkpoint_v2(sealing->handle, "main", SQLITE_CHECKPOINT_PASSIVE, &all,
                                           &copied);
    bool complete = result == SQLITE_OK && all >= 0 && all == copied;
    sealing->frames = complete ? 0 : sealing->frames;
    if (!told && complete)
        make_anew(sealing);
    if (told &&
        (!appearance_of(sealing->path, &seal->as) || (complete && !close_again(sealing, pages)) ||
         !seal_write(sealing->lock, seal, false)))
        forget(sealing);
    return true;
}

void sealing_trim(struct sealing *sealing)
{
    sqlite3_file *log = log_of(sealing);
    sqlite3_int64 size = 0;
    if (!log || log->pMethods->xFileSize(log, &size) != SQLITE_OK || size <= LOG_KEPT)
        return;
    if (!sealing_copy(sealing) || sealing->frames > 0)
        return;
    sqlite3_busy_timeout(sealing->handle, 0);
    sqlite3_wal_checkpoint_v2(sealing->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, (int *)NULL,
                              (int *)NULL);
    sqlite3_busy_timeout(sealing->handle, STORE_PATIENCE);
}

static int after_commit(void *context, sqlite3 *handle, const char *name, int frames)
{
    struct sealing *sealing = context;
    (void)handle;
    if (strcmp(name, "main") != 0)
        return SQLITE_OK;
    sealing->frames = (uint32_t)frames;
    note_salts(sealing);
    drop_failed(sealing);
    if (frames >= COPY_AFTER)
        sealing_copy(sealing);
    return SQLITE_OK; /* what is left is copied at the next commit */
}

/* -- its life ---------------------------------------------------------------------------------- */

struct sealing *sealing_new(sqlite3 *handle, const char *path, int lock, const struct seal *seal,
                            const struct write_ahead *log)
{
    struct sealing *sealing = memory_new(sizeof *sealing);
    *sealing = (struct sealing){.handle = handle,
                                .path = memory_string(path),
                                .lock = lock,
                                .seal = *seal,
                                .frames = log->frames};
    struct appearance now;
    if (log->frames > 0)
        memcpy(sealing->seal.salts, log->salts, sizeof log->salts);
    if (seal->known && (log->frames > 0 || seal->frames == 0) && appearance_of(path, &now) &&
        appearance_same(&now, &seal->as)) {
        sealing->left_out = seal_pages(log, seal->frames);
        seal_write(lock, &sealing->seal, false);
    } else {
        make_anew(sealing);
    }
    if (!sealing->seal.known)
        appearance_of(path, &sealing->seal.as);
    sqlite3_wal_hook(handle, after_commit, sealing);
    return sealing;
}

void sealing_free(struct sealing *sealing)
{
    if (!sealing)
        return;
    sqlite3_wal_hook(sealing->handle, NULL, NULL);
    page_set_release(&sealing->left_out);
    free(sealing->path);
    free(sealing);
}
