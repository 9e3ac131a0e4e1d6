/* SPDX-License-Identifier: MIT
 *
 * An execution of three learners and a closed form, played by a pool into a recorder.
 */
#ifndef TESTS_WORKER_TOY_CAMPAIGN_H
#define TESTS_WORKER_TOY_CAMPAIGN_H

#include <stdint.h>

#include "recorder.h"
#include "task/task.h"
#include "toy.h"
#include "worker/campaign.h"
#include "worker/pool.h"

enum { LEARNERS = 3, RUNS = LEARNERS + 1, NEVER = UINT32_MAX };

struct stage {
    struct dataset *dataset;
    struct split split;
    struct task_options options;
    struct toy_fault faults[LEARNERS];
};

extern const struct training_plan plans[LEARNERS];

int set_up(void **state);
int tear_down(void **state);

struct line {
    struct outbox *outbox;
    int ends[2];
    struct frame_input input;
};

struct line line_new(void);
void line_release(struct line *line);
/* Moves what there is to the recorder (NULL: to nobody), at most `most` messages of it. */
void carry(struct line *line, struct recorder *recorder, uint32_t most);
void wait_for_messages(struct line *line);
struct campaign *prepare(struct stage *stage, struct pool *pool, struct line *line,
                         const struct recorder *recorder);

enum interference { UNDISTURBED, PAUSES, STOPS };

/* Goes on with what the recorder holds, and is cut off after so many messages. */
void play(struct stage *stage, uint32_t threads, struct recorder *recorder, uint32_t cut,
          enum interference interference);

#endif
