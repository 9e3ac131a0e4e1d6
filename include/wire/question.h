/* SPDX-License-Identifier: MIT
 *
 * Questions to a worker, which change nothing. A client writes a question. The keeper reads it with
 * the same codec, adds its subject (a script with its data set, or a run with its checkpoint), and
 * passes it on unchanged. The worker's answer returns the same way: the keeper checks it, and the
 * client reads it. docs/ADDING.md shows how to add a question.
 */
#ifndef WIRE_QUESTION_H
#define WIRE_QUESTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"
#include "store/task_part.h"
#include "task/task.h"

/* name, name in C, subject, precision of the worker, most bytes of an answer, what else bounds an
 * answer, how long its script may take */
#define QUESTIONS(X)                                                                               \
    X(CHECK, check, OF_SCRIPT, SINGLE, 256 << 10, BY_ITSELF, QUICK)                                \
    X(GRADIENTS, gradients, OF_SCRIPT, DOUBLE, 256 << 10, BY_ITSELF, AT_LENGTH)                    \
    X(MAP, map, OF_EITHER, SINGLE, 4 << 20, BY_ITSELF, QUICK)                                      \
    X(TASKS, tasks, OF_SCRIPT, SINGLE, 64 << 20, BY_ITSELF, QUICK)                                 \
    X(PARTS, parts, OF_SCRIPT, SINGLE, 4 << 20, BY_ITSELF, AT_LENGTH)                              \
    X(NEAREST, nearest, OF_EITHER, SINGLE, 8 << 20, BY_ITSELF, AT_LENGTH)                          \
    X(PICTURE, picture, OF_EITHER, SINGLE, 16 << 20, BY_ITSELF, AT_LENGTH)                         \
    X(WORDS, words, OF_SCRIPT, SINGLE, 16 << 20, BY_ITSELF, AT_LENGTH)                             \
    X(RECOMMEND, recommend, OF_RUN, SINGLE, 64 << 20, BY_ITEMS, AT_LENGTH)                         \
    X(WHY, why, OF_RUN, SINGLE, 4 << 20, BY_ITSELF, AT_LENGTH)

enum question_type {
#define X(name, ...) QUESTION_##name,
    QUESTIONS(X)
#undef X
        QUESTION_COUNT
};

/* OF_EITHER: of a run if the client names one, else of a script. */
enum question_subject { QUESTION_OF_SCRIPT, QUESTION_OF_RUN, QUESTION_OF_EITHER };
enum question_precision { QUESTION_SINGLE, QUESTION_DOUBLE };
/* BY_ITEMS: at most an id and two numbers for each item of the data set. */
enum question_bound { QUESTION_BY_ITSELF, QUESTION_BY_ITEMS };

/* QUICK: the user waits for it, so the limits of a check apply to the script. */
enum question_time { QUESTION_QUICK, QUESTION_AT_LENGTH };

struct question_kind {
    const char *name; /* for error messages */
    enum question_subject subject;
    enum question_precision precision;
    uint64_t answer_most; /* bytes */
    enum question_bound bound;
    enum question_time time;
};
extern const struct question_kind question_kinds[QUESTION_COUNT];
/* Whether a question of this type is about a run, where `run` names one, or is NULL or "". */
bool question_is_of_run(enum question_type type, const char *run);

enum {
    QUESTION_TOP = 1000000, /* most recommended items */
    QUESTION_CALLS = 1000000,
    NEAREST_MOST = 1000, /* near ones */
    WHY_MOST = 200       /* ratings that a prediction is explained by */
};

/* -- what is asked ----------------------------------------------------------------------------- */

/* Whether a script can run: one step and one prediction of each arm. */
struct question_check {
    bool sampled; /* on some of the ratings, for an answer at once; it then shows mapped rows */
};

/* Whether the gradients of a script agree with finite differences. */
struct question_gradients {
    uint8_t nothing;
};

/* What the mapping of a script makes of one user, item or row of the ratings. */
enum map_subject { MAP_USER, MAP_ITEM, MAP_ROW, MAP_SUBJECTS };
struct question_map {
    uint32_t subject; /* a map_subject */
    /* An id, or a part of the title of exactly one item; "": the first that is learned from. A row
     * is counted from 1. */
    const char *name;
};

/* How a script splits its data set into tasks, and what is in one of them. */
struct question_tasks {
    bool opens;   /* a task: the following say which */
    bool of_item; /* `user` is the id of an item, whose tasks they are */
    /* An id and a key; "": the first that has such a task. */
    const char *user, *key;
    /* A task_part, TASK_PARTS for training, TASKS_ANY_PART for the first that the user has; a
     * scenario as a person calls it, SCENARIO_COUNT for the first; of the training,
     * SCENARIO_COUNT. */
    uint32_t part, scenario;
    uint32_t draw; /* counted from 0 */
};
enum {
    TASKS_ANY_PART = TASK_PARTS + 1,
    MESSAGE_KEY = 255 /* most bytes of a key */
};

/* What each field of a mapping adds. */
struct question_parts {
    const char *arm; /* a plain arm that reads mapped features; "": content_mean */
    uint32_t shots;  /* how many ratings are shown; SHOTS_ALL for all */
};

/* What lies nearest to a user, an item or a word. Of a script: as the mapping gives it. Of a run:
 * as it has learned its tables. */
enum nearest_subject { NEAREST_USER, NEAREST_ITEM, NEAREST_WORD, NEAREST_SUBJECTS };
struct question_nearest {
    uint32_t subject;  /* a nearest_subject */
    const char *name;  /* as in question_map; or a word of a field */
    const char *field; /* the only one that counts, such as "item.genres"; "": all */
    uint32_t most;     /* 1 to NEAREST_MOST */
};

/* Users or items as points of the plane. */
enum picture_method { PICTURE_PCA, PICTURE_TSNE, PICTURE_METHODS };
struct question_picture {
    uint32_t subject; /* MAP_USER or MAP_ITEM */
    uint32_t method;  /* a picture_method */
    const char
        *by; /* what groups them: a field with words, or a column; "": the first such field */
    const char *field; /* as in question_nearest */
};

/* Which words' vectors the mapping wants of files that the worker cannot read. A client asks it
 * before other questions about a script that names files, and before a start. */
struct question_words {
    uint8_t nothing;
};

/* What a run recommends to a user with these ratings. */
struct question_recommend {
    const char *user;    /* the user whose attributes count; "" for an unknown user */
    const char *ratings; /* "ITEM=VALUE" lines; the last of an item counts */
    uint32_t top;        /* most items, 1 to QUESTION_TOP */
    uint32_t calls;      /* how often to compute it, to measure the time: 1 to QUESTION_CALLS */
};

/* Why a run predicts what it does of an item, to a user with these ratings. */
struct question_why {
    const char *user;    /* as in question_recommend */
    const char *ratings; /* "ITEM=VALUE" lines, at most WHY_MOST; the last of an item counts */
    const char *item;    /* an id, or a part of the title of exactly one item */
};

/* -- what is answered -------------------------------------------------------------------------- */

struct answer_check {
    const char *text; /* several lines for the user: data, arms, tasks, parameters */
};

struct answer_gradients {
    const char *text; /* one line per arm */
};

/* Texts lie one behind the other, each followed by a NUL. */
struct answer_map {
    const char *id, *title; /* title: "" if there is none */
    uint32_t training;      /* rows of the user or item that are learned from; of a row 0 or 1 */
    const char *cells;      /* name and value of each column; "" is missing */
    size_t cells_size;
    uint32_t cell_texts;
    const char *fields; /* name, kind and what it became, of each field of the subject */
    size_t fields_size;
    uint32_t field_texts;
};

struct answer_tasks {
    const char *data, *split; /* names: of the data set; own, published, nested ... */
    const char *subject;      /* whom tasks are about: "user", or "item" where tasks are items */
    bool keyed;               /* a task is one user with one key */
    uint32_t users, items, rows, groups, draws;
    uint32_t negatives, sampled; /* for each row, and in all; 0: none */
    const char *negatives_by;    /* the rule, or "" */
    uint64_t seed;
    const uint32_t *shots; /* of the options */
    size_t shot_count;
    const uint32_t *strata; /* TASK_STRATA times the numbers of a struct task_stratum */
    size_t stratum_numbers;
    const uint32_t *fates, *findings; /* of a struct task_survey */
    size_t fate_count, finding_count;
    /* The rest is about the task that was opened. */
    const char *user, *key; /* "" if none was opened, or without keys; the id of the subject */
    const char *title;      /* of an item; "" */
    uint32_t part, scenario, draw, query,
        support;            /* the last: rows, also sampled; in training there is no query */
    const uint32_t *places; /* rows of its group by stratum, whether they make a task or not */
    size_t place_count;
    /* Of each row, the query's first: id and title ("": none) of its item, or of its user if tasks
     * are items. */
    const char *texts;
    size_t texts_size;
    uint32_t text_count;
    const float *values;  /* the rating of each row, or its target; 0: a sampled negative */
    const int64_t *times; /* of each row; none if the set has no times; DATASET_NO_TIME */
    size_t value_count, time_count;
};

/* What the points are made of. MAPPED: of the fields as they are mapped, each of which counts
 * alike. GIVEN: vectors that come with the mapping: of word_vectors, of a file, or first rows of a
 * table. COMPANY: of a word, the training users or items that have it. LEARNED: tables of a run. */
enum point_space { SPACE_MAPPED, SPACE_GIVEN, SPACE_COMPANY, SPACE_LEARNED, SPACE_COUNT };

struct answer_nearest {
    const char *id, *title; /* of what was asked for; of a word the word, and "" */
    uint32_t space;         /* a point_space */
    uint32_t euclid;        /* 1: distances are lengths; 0: 1 less a cosine */
    uint32_t columns;       /* numbers of a point */
    uint32_t points;        /* the others that were compared with */
    const char *fields;     /* names of those that the points are made of */
    size_t fields_size;
    uint32_t field_texts;
    const char *names; /* id, title and mapped fields of each that is near, nearest first */
    size_t names_size;
    uint32_t name_texts;
    const double *distances;
    const uint32_t *counts; /* its training rows; of a word, the training users or items with it */
    uint32_t count;
};

/* The groups are the most frequent words, or ranges of a number; the last are all others if
 * `others`. */
enum { PICTURE_MOST = 5000, PICTURE_GROUPS = 8, PICTURE_STEPS = 500 };
struct answer_picture {
    uint32_t space, euclid, columns; /* as in answer_nearest */
    uint32_t total;                  /* users or items; more than `count` if these are a sample */
    double first,
        second;         /* PCA: the share of the variance along x and y. t-SNE: its divergence, 0 */
    const char *by;     /* what groups them; "" for nothing */
    const char *groups; /* their names */
    size_t groups_size;
    uint32_t group_texts;
    bool others;
    const char *fields; /* as in answer_nearest */
    size_t fields_size;
    uint32_t field_texts;
    const char *names; /* id and title of each point */
    size_t names_size;
    uint32_t name_texts;
    const float *points;      /* x and y of each */
    const uint32_t *group_of; /* of each; group_texts for none */
    uint32_t count;
};

/* How much larger the root mean squared error over all asked rows of validation tasks is without.
 * NaN in a scenario without tasks. */
struct part_gain {
    double gain, low, high; /* 95 % interval of this gain alone */
    double p;               /* of a mark, which holds for all gains of the answer together */
};

struct answer_parts {
    const char *arm, *subject;      /* subject: "user", or "item" where tasks are items */
    uint32_t users[SCENARIO_COUNT]; /* those with validation tasks that have the shots */
    double errors[SCENARIO_COUNT];  /* with all fields */
    const char *names;              /* of the fields */
    size_t names_size;
    uint32_t name_texts;
    /* First of all fields together, then of each: SCENARIO_COUNT gains. */
    const struct part_gain *gains;
};

/* Stands in a text of answer_words for what a client finds wrong with the file. */
#define ANSWER_WORDS_WRONG "\xE2\x9F\xA8?\xE2\x9F\xA9"
enum { ANSWER_WORDS_MOST = 15 << 20 }; /* bytes of all texts */

/* For each file: the error of the part that names it, its name, its words, and an empty text. */
struct answer_words {
    const char *texts;
    size_t texts_size;
    uint32_t text_count;
};

struct answer_recommend {
    uint32_t items; /* in the data set, including the rated ones */
    uint32_t rated;
    uint32_t count;  /* recommended items, best first */
    const char *ids; /* their ids, each followed by a NUL: ids_size bytes */
    size_t ids_size;
    const float *values;           /* predicted ratings, within the range of the data */
    double first_seconds, seconds; /* of the first call; the median over all calls */
    uint32_t calls;
    bool shared_before; /* what is the same for all users was computed for an earlier question */
};

/* What each rating adds to a prediction. An arm is asked what it predicts if a rating is what it
 * expected, and if it is what it is: once while all others are what was expected, and once while
 * all are what they are. `added` is the mean of both differences. Where the prediction is linear in
 * the ratings, as in closed forms, both are the same, and
 *     all = none + choice + the sum of `added` + rest
 * has a rest of 0 but for rounding. */
struct answer_why {
    const char *id, *title;  /* of the item; title: "" if there is none */
    double none;             /* predicted to somebody who has rated nothing */
    double choice;           /* added by which items are rated, each as was expected */
    double rest;             /* what the ratings add together and no single one does */
    double all;              /* predicted to this user; may lie beyond the range of ratings */
    float smallest, largest; /* the range */
    const char *names;       /* id and title of each rated item, in the order of the ratings */
    size_t names_size;
    uint32_t name_texts;
    /* Of each: the rating, or the target made of it; what was expected of somebody who has rated
     * nothing; what it adds; what is predicted if it had not been given. */
    const double *values, *expected, *added, *without;
    uint32_t count;
};

/* -- all --------------------------------------------------------------------------------------- */

union question_body {
#define X(name, lower, ...) struct question_##lower lower;
    QUESTIONS(X)
#undef X
};

union answer_body {
#define X(name, lower, ...) struct answer_##lower lower;
    QUESTIONS(X)
#undef X
};

/* Writers require what readers accept. What is read points into `data`, which must be aligned to 8,
 * and lives as long as `data`. Readers fail with INPUT: "RECOMMEND: it asks for nothing". */
void question_write(struct bytes *bytes, enum question_type type,
                    const union question_body *question);
bool question_read(union question_body *question, enum question_type type, const void *data,
                   size_t size, struct error *error);
void answer_write(struct bytes *bytes, enum question_type type, const union answer_body *answer);
/* Also checks that it answers `question`. */
bool answer_read(union answer_body *answer, enum question_type type,
                 const union question_body *question, const void *data, size_t size,
                 struct error *error);

#endif
