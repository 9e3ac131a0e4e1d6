/* SPDX-License-Identifier: MIT
 *
 * A hash of groups in memory, for tally.c.
 */
#ifndef STORE_TALLY_GROUPS_H
#define STORE_TALLY_GROUPS_H

#include "base/bytes.h"
#include "store/tally.h"

struct tally_key {
    unsigned char kind; /* enum row_cell_kind */
    uint32_t length;    /* of a text */
    union {
        int64_t integer;
        double real;
        size_t place;     /* of a text in `texts`, while groups are added */
        const char *text; /* instead, once they are sorted */
    };
};

struct tally_entry {
    struct tally_key keys[2];
    int64_t count, known;
    double sum, squares, least, most; /* sums of the measure less `shift` */
};

struct tally_groups {
    struct tally_entry *entries;
    size_t count, key_count;
    uint32_t *slots; /* number of an entry + 1; 0: free */
    size_t slot_count;
    struct bytes texts; /* each NUL-terminated */
    double shift;
    bool shifted; /* `shift` is known */
};

void tally_groups_init(struct tally_groups *groups, size_t key_count);
void tally_groups_release(struct tally_groups *groups);
/* Counts a row with a measure, which may be NaN. False if there are too many groups. */
bool tally_groups_add(struct tally_groups *groups, const struct row_cell *keys, double measure);
/* The entries in order, a new array of pointers. No row can be added after that. */
const struct tally_entry **tally_groups_sorted(struct tally_groups *groups, bool by_value);
/* The cell of a sorted entry's key. */
struct row_cell tally_key_cell(const struct tally_key *key);
/* Missing values are last; numbers come before texts, and numbers inside texts count as such. */
int tally_compare_cells(const struct row_cell *a, const struct row_cell *b);

#endif
