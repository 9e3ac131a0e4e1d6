/* SPDX-License-Identifier: MIT
 *
 * The picture that an answer of a worker describes, for paper, SVG and the screen.
 */
#ifndef COMMAND_PICTURE_ANSWER_H
#define COMMAND_PICTURE_ANSWER_H

#include "report/picture.h"
#include "wire/question.h"

struct picture_answer {
    struct picture picture;     /* points into the answer and into the others */
    const char **ids, **titles; /* of each point */
    char **names;               /* "1 Toy Story" */
    const char **of_group;
    char title[200]; /* "3,883 items by PCA: 5.1 % and 4.2 % of the variance" */
};

/* Borrows `answer`, which must outlive it. `run`: the run that was asked, or "". */
void picture_answer_read(struct picture_answer *read, const struct question_picture *question,
                         const struct answer_picture *answer, const char *run);
void picture_answer_release(struct picture_answer *read);

#endif
