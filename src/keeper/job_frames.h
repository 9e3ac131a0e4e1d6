/* SPDX-License-Identifier: MIT */
#ifndef KEEPER_JOB_FRAMES_H
#define KEEPER_JOB_FRAMES_H

#include <stdbool.h>

#include "job.h"

/* Handles a frame of the worker. False with `error` if it is not allowed now or contradicts what
 * came before. */
bool job_handle_frame(struct worker_job *job, struct store *store, const struct frame *frame,
                      struct error *error);
/* Reads what the worker has sent, and handles it. */
void job_receive(struct worker_job *job, struct store *store);

#endif
