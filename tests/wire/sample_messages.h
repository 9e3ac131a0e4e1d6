/* SPDX-License-Identifier: MIT
 *
 * One sample of the messages that have many fields.
 */
#ifndef TESTS_SAMPLE_MESSAGES_H
#define TESTS_SAMPLE_MESSAGES_H

#include "wire/message.h"

extern struct error error;
extern struct frame_output output;

int sample_tear_down(void **state);
/* The frame that was written last, as if it had arrived. */
struct frame written(void);
struct message_plan plan(void);
extern const uint32_t support_starts[4], support[3];
extern const uint32_t query_starts[4], query[4];
extern const float truth[4];

struct message_tasks tasks(void);
struct message_progress progress(void);
struct message_metric metric(void);
struct message_trial trial(void);

#endif
