/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "command/picture_answer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/figures.h"

static void write_title(struct picture_answer *read, const struct question_picture *question,
                        const struct answer_picture *answer, const char *run)
{
    char drawn[FIGURE_TEXT], all[FIGURE_TEXT], how[80], sample[80] = "";
    const char *what = question->subject == MAP_USER ? "user" : "item";
    if (question->method == PICTURE_TSNE)
        snprintf(how, sizeof how, "t-SNE, divergence %.3f", answer->first);
    else
        snprintf(how, sizeof how, "PCA, %.1f %% and %.1f %% of the variance", 100 * answer->first,
                 100 * answer->second);
    if (answer->count < answer->total)
        snprintf(sample, sizeof sample, ", a random sample of %s",
                 figure_count(answer->total, all));
    snprintf(read->title, sizeof read->title, "%s%s by %s, %s%s",
             figure_of(answer->count, what, drawn), sample, how, *run ? "after run " : "mapped",
             run);
}

void picture_answer_read(struct picture_answer *read, const struct question_picture *question,
                         const struct answer_picture *answer, const char *run)
{
    const char *text = answer->names;
    size_t count = answer->count;
    *read = (struct picture_answer){
        .ids = memory_array(count, sizeof *read->ids),
        .titles = memory_array(count, sizeof *read->titles),
        .names = memory_array(count, sizeof *read->names),
        .of_group = memory_array(PICTURE_GROUPS, sizeof *read->of_group),
    };
    for (size_t i = 0; i < count; i++) {
        read->ids[i] = text;
        read->titles[i] = text + strlen(text) + 1;
        text = read->titles[i] + strlen(read->titles[i]) + 1;
        read->names[i] =
            memory_format("%s%s%s", read->ids[i], *read->titles[i] ? " " : "", read->titles[i]);
    }
    text = answer->groups;
    for (uint32_t i = 0; i < answer->group_texts; i++, text += strlen(text) + 1)
        read->of_group[i] = text;
    write_title(read, question, answer, run);
    read->picture = (struct picture){.count = count,
                                     .points = answer->points,
                                     .groups = answer->group_of,
                                     .names = (const char *const *)read->names,
                                     .of_group = read->of_group,
                                     .group_count = answer->group_texts,
                                     .by = answer->by,
                                     .title = read->title};
}

void picture_answer_release(struct picture_answer *read)
{
    for (size_t i = 0; i < read->picture.count; i++)
        free(read->names[i]);
    free(read->ids);
    free(read->titles);
    free(read->names);
    free(read->of_group);
    *read = (struct picture_answer){0};
}
