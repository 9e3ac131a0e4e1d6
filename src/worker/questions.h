/* SPDX-License-Identifier: MIT
 *
 * Answers questions about the script and its data set, or about a run. answer_NAME answers question
 * NAME (wire/question.h). Each is in a file of its own.
 */
#ifndef WORKER_QUESTIONS_H
#define WORKER_QUESTIONS_H

#include "base/arena.h"
#include "kept_runs.h"
#include "outbox.h"
#include "study.h"
#include "wire/message.h"

struct asked {
    struct study *study;
    struct kept_run *run;            /* trained; NULL without a run */
    struct recommender *recommender; /* the run's; NULL without one */
    struct arena *arena;             /* holds what an answer points to */
};

/* Called in lane 0; `answer` is zero. False with `error`: USAGE if the subject of the question does
 * not exist. */
#define X(name, lower, ...)                                                                        \
    bool answer_##lower(struct asked *asked, const struct question_##lower *question,              \
                        struct answer_##lower *answer, struct error *error);
QUESTIONS(X)
#undef X

/* Adds lines that show what the mapping makes of the first users, items and rows that are learned
 * from (mapped_view.c). */
void mapped_view_describe(const struct study *study, struct bytes *text);

/* Adds what a field makes of an entity, in words. */
void mapped_view_value(struct bytes *text, const struct feature_field *field, uint32_t entity);

/* Copies the bytes into the arena, adds a NUL and releases them. */
const char *asked_text(struct asked *asked, struct bytes *bytes);
/* Adds a text with its NUL, cut between characters if it is very long. */
void asked_add_text(struct bytes *texts, const char *text);
/* The title of an item; "" if it has none. */
const char *asked_title(const struct dataset *dataset, uint32_t item);

/* Answers the message and sends the ANSWER. False with `error`: INPUT if the checkpoint is not a
 * final one of that run. */
bool question_answer(struct study *study, struct kept_runs *kept,
                     const struct message_question *message, struct outbox *outbox,
                     struct error *error);

#endif
