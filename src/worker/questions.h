/* SPDX-License-Identifier: MIT
 *
 * Answering a question about the script and its data set, or about a run of it. The function that
 * answers question NAME (wire/question.h) is answer_NAME; each stands in a file of its own.
 */
#ifndef WORKER_QUESTIONS_H
#define WORKER_QUESTIONS_H

#include "base/arena.h"
#include "outbox.h"
#include "study.h"
#include "wire/message.h"

struct asked {
    struct study *study;
    struct recommender *recommender; /* of the run, as its checkpoint left it; NULL for a question
                                        about the script */
    struct arena *arena;             /* what an answer points to lies here */
};

/* In lane 0. False with `error`: USAGE if what is asked for does not exist. */
#define X(name, lower, ...)                                                                        \
    bool answer_##lower(struct asked *asked, const struct question_##lower *question,              \
                        struct answer_##lower *answer, struct error *error);
QUESTIONS(X)
#undef X

/* A text of those bytes, in the arena; releases them. */
const char *asked_text(struct asked *asked, struct bytes *bytes);

/* Answers the message, and sends the ANSWER. False with `error`: INPUT if the checkpoint is not a
 * finished one of that run. */
bool question_answer(struct study *study, const struct message_question *message,
                     struct outbox *outbox, struct error *error);

#endif
