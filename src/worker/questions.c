/* SPDX-License-Identifier: MIT
 *
 * What all questions have in common: reading the question, finding the run that it is about, and
 * sending the answer.
 */
#include "config.h"

#include "questions.h"

#include <string.h>

#include "data/dataset_mirror.h"

const char *asked_text(struct asked *asked, struct bytes *bytes)
{
    char *text = arena_take(asked->arena, bytes->size + 1);
    if (bytes->size > 0)
        memcpy(text, bytes->data, bytes->size);
    text[bytes->size] = '\0';
    bytes_release(bytes);
    return text;
}

void asked_add_text(struct bytes *texts, const char *text)
{
    enum { LONGEST = 2000 };
    size_t length = strlen(text);
    if (length > LONGEST)
        for (length = LONGEST; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
            length--;
    bytes_add(texts, text, length);
    bytes_add(texts, "", 1);
}

const char *asked_title(const struct dataset *dataset, uint32_t item)
{
    const struct table *items = dataset_named(dataset).item_table;
    const struct column *titles =
        dataset->item_title ? table_column(items, dataset->item_title) : NULL;
    const char *title = titles && titles->type == COLUMN_TEXT ? column_text(titles, item) : NULL;
    return title ? title : "";
}

static bool find_answer(struct asked *asked, enum question_type type,
                        const union question_body *question, union answer_body *answer,
                        struct error *error)
{
    switch (type) {
#define X(name, lower, ...)                                                                        \
    case QUESTION_##name:                                                                          \
        return answer_##lower(asked, &question->lower, &answer->lower, error);
        QUESTIONS(X)
#undef X
    default:
        return false;
    }
}

bool question_answer(struct study *study, struct kept_runs *kept,
                     const struct message_question *message, struct outbox *outbox,
                     struct error *error)
{
    union question_body question;
    union answer_body answer;
    memset(&answer, 0, sizeof answer);
    if (!question_read(&question, message->type, message->bytes, message->size, error))
        return false;
    struct asked asked = {.study = study};
    bool good = message->type == QUESTION_WORDS || study_is_whole(study, error);
    if (good && question_is_of_run(message->type, message->arm)) {
        asked.run = kept_runs_take(kept, study, message, error);
        asked.recommender = asked.run ? asked.run->recommender : NULL;
        good = asked.run != NULL;
    }
    asked.arena = arena_new();
    good = good && find_answer(&asked, message->type, &question, &answer, error);
    if (good) {
        struct frame_output *output = outbox_open(outbox);
        answer_write(frame_begin(output, MESSAGE_ANSWER), message->type, &answer);
        frame_end(output);
        outbox_close(outbox);
    }
    arena_free(asked.arena);
    return good;
}
