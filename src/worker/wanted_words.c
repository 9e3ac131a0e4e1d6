/* SPDX-License-Identifier: MIT
 *
 * Which words' vectors the mapping wants of files that only a client can read.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "questions.h"

static void add_text(struct bytes *texts, const char *text)
{
    bytes_add(texts, text, strlen(text) + 1);
}

/* The error of a part, in which ANSWER_WORDS_WRONG stands for what a client finds wrong. */
static void add_blame(struct study *study, const struct feature_part *part, struct bytes *texts)
{
    struct error error;
    error_set(&error, ERROR_SCRIPT, "mapping `%s.%s`: " ANSWER_WORDS_WRONG,
              feature_entity_name(part->entity), part->name);
    script_host_blame_mapping(study->host, &error);
    add_text(texts, error.text);
}

/* The parts before this one that read the same file. */
static bool is_repeated(const struct feature_parts *parts, size_t part)
{
    for (size_t i = 0; i < part; i++)
        if (feature_part_waits(&parts->parts[i]) &&
            strcmp(parts->parts[i].text.file, parts->parts[part].text.file) == 0)
            return true;
    return false;
}

/* Adds the words of all parts that read the file of this one. */
static bool add_file(struct study *study, size_t first, struct bytes *texts, struct error *error)
{
    const struct feature_parts *parts = &study->parts;
    const char *file = parts->parts[first].text.file;
    struct id_map *words = id_map_new();
    bool good = true;
    for (size_t i = first; good && i < parts->count; i++)
        if (feature_part_waits(&parts->parts[i]) && strcmp(parts->parts[i].text.file, file) == 0)
            good =
                feature_part_words(&parts->parts[i], study->dataset, study->split.training, words,
                                   error) ||
                (error_within(error, "mapping `%s.%s`", feature_entity_name(parts->parts[i].entity),
                              parts->parts[i].name) ||
                 script_host_blame_mapping(study->host, error));
    if (good) {
        add_blame(study, &parts->parts[first], texts);
        add_text(texts, file);
        for (uint32_t word = 0; word < id_map_size(words); word++)
            add_text(texts, id_map_text(words, word));
        add_text(texts, "");
    }
    id_map_free(words);
    return good;
}

bool answer_words(struct asked *asked, const struct question_words *question,
                  struct answer_words *answer, struct error *error)
{
    struct study *study = asked->study;
    struct bytes texts = {0};
    bool good = true;
    (void)question;
    for (size_t i = 0; good && i < study->parts.count; i++)
        if (feature_part_waits(&study->parts.parts[i]) && !is_repeated(&study->parts, i))
            good = add_file(study, i, &texts, error);
    if (good && texts.size > ANSWER_WORDS_MOST)
        good = error_set(error, ERROR_SCRIPT,
                         "map.pretrained: the texts hold too many words: `least` leaves rare ones "
                         "out");
    answer->texts_size = texts.size;
    answer->texts = asked_text(asked, &texts);
    return good;
}
