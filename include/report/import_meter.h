/* SPDX-License-Identifier: MIT
 *
 * Says how far an import is, how fast it reads, and how long it will take.
 */
#ifndef REPORT_IMPORT_METER_H
#define REPORT_IMPORT_METER_H

#include "base/patience.h"
#include "import/import.h"

enum { IMPORT_METER_TEXT = 128 };

/* {0} before the first progress. */
struct import_meter {
    double begun;         /* of the import, on the monotonic clock */
    double since;         /* when this pass was first seen: the rate is measured from then on */
    uint64_t first, rows; /* rows of the pass, at that time and now */
    enum import_stage stage;
};

/* "reading in, 42 %, 1,230,000 rows/s, 20 s left", without what is not known yet. Returns `text`.
 */
char *import_meter_words(struct import_meter *meter, const struct import_progress *progress,
                         double now, char text[IMPORT_METER_TEXT]);

#endif
