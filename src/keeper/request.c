/* SPDX-License-Identifier: MIT
 *
 * The fields of requests and replies.
 */
#include "config.h"

#include "request.h"

#include "base/text.h"
#include "data/vector_pack.h"

enum { TEXT_MOST = 16 << 20, MODULES_MOST = VECTOR_PACK_MOST + TEXT_MOST };

const struct frame_kind requests[REQUEST_TYPES] = {
#define X(name, lower, most) [REQUEST_##name] = {#name, most},
    REQUESTS(X)
#undef X
};

const struct frame_kind replies[REQUEST_TYPES] = {
#define X(name, lower, most) [REPLY_##name] = {#name, most},
    REPLIES(X)
#undef X
};

static void walk_string(struct codec *codec, const char **text)
{
    codec_string(codec, text, TEXT_MOST);
}

/* Text that users see. The listener may not be a keeper of ours, so the text is made safe, line by
 * line. */
static void walk_shown(struct codec *codec, char *text, size_t size)
{
    const char *given = text;
    codec_string(codec, &given, size - 1);
    if (codec_is_reading(codec))
        text_safe_lines(given ? given : "", text, size);
}

/* -- requests ---------------------------------------------------------------------------------- */

static void request_hello_walk(struct codec *codec, struct request_hello *request)
{
    walk_string(codec, &request->version);
}

static void walk_further(struct codec *codec, struct import_options *options)
{
    uint32_t files = (uint32_t)options->further_count, joins = (uint32_t)options->join_count;
    uint32_t settings = (uint32_t)options->setting_count;
    codec_below(codec, &files, IMPORT_FURTHER + 1, "it names too many files");
    codec_below(codec, &joins, IMPORT_FURTHER + 1, "it names too many joins");
    codec_below(codec, &settings, IMPORT_SETTINGS + 1, "it has too many options");
    for (size_t i = 0; i < files; i++) {
        uint32_t part = options->further[i].part;
        codec_below(codec, &part, DATASET_TABLES, "its table does not exist");
        options->further[i].part = part;
        walk_string(codec, &options->further[i].path);
        codec_require(codec, options->further[i].path, "it names no file");
    }
    for (size_t i = 0; i < joins; i++) {
        walk_string(codec, &options->joins[i]);
        codec_require(codec, options->joins[i], "it names no join");
    }
    for (size_t i = 0; i < settings; i++) {
        walk_string(codec, &options->settings[i].option);
        walk_string(codec, &options->settings[i].value);
        codec_require(codec, options->settings[i].option && options->settings[i].value,
                      "an option is empty");
    }
    options->setting_count = settings;
    options->further_count = files;
    options->join_count = joins;
}

static void request_import_walk(struct codec *codec, struct request_import *request)
{
    struct import_options *options = &request->options;
    walk_string(codec, &options->path);
    walk_string(codec, &options->name);
    for (size_t part = 0; part < DATASET_TABLES; part++) {
        walk_string(codec, &options->files[part]);
#define X(field, option) walk_string(codec, &options->of[part].field);
        FILE_OPTIONS(X)
#undef X
    }
#define X(field, ...) walk_string(codec, &options->common.field);
    FILE_OPTIONS(X)
#undef X
    walk_further(codec, options);
    walk_string(codec, &options->repeats);
    codec_bool(codec, &options->keep_going);
    codec_bool(codec, &options->unjailed);
    codec_bool(codec, &request->replace);
}

static void request_remove_data_walk(struct codec *codec, struct request_remove_data *request)
{
    walk_string(codec, &request->name);
}

static void request_rename_data_walk(struct codec *codec, struct request_rename_data *request)
{
    walk_string(codec, &request->old);
    walk_string(codec, &request->name);
    codec_require(codec, request->old && request->name, "it names no data set");
}

static void request_derive_data_walk(struct codec *codec, struct request_derive_data *request)
{
    struct derivation *derivation = &request->derivation;
    codec_below(codec, &derivation->kind, DERIVATION_COUNT, "there is no such way to make a set");
    walk_string(codec, &derivation->name);
    walk_string(codec, &derivation->from);
    walk_string(codec, &derivation->with);
    walk_string(codec, &derivation->where);
    for (int set = 0; set < MERGE_SETS; set++) {
        walk_string(codec, &derivation->users_by[set]);
        walk_string(codec, &derivation->items_by[set]);
    }
    walk_string(codec, &derivation->source);
    codec_i64(codec, &derivation->first);
    codec_i64(codec, &derivation->last);
    codec_u32(codec, &derivation->most);
    codec_below(codec, &derivation->rule, SELECTION_RULE_COUNT, "its rule does not exist");
    codec_u32(codec, &derivation->core);
    codec_u32(codec, &derivation->users);
    codec_u32(codec, &derivation->ratings);
    codec_u64(codec, &derivation->seed);
    codec_require(codec,
                  derivation->name && derivation->from &&
                      (derivation->kind != DERIVE_MERGE || derivation->with),
                  "it names no data set");
    codec_require(codec,
                  !derivation->users_by[0] == !derivation->users_by[1] &&
                      !derivation->items_by[0] == !derivation->items_by[1],
                  "its expression is about one set only");
    codec_require(codec,
                  derivation->kind != DERIVE_SAMPLE || derivation->users || derivation->ratings,
                  "its sample has no size");
}

static void walk_script(struct codec *codec, struct script_request *script)
{
    walk_string(codec, &script->message_path);
    walk_string(codec, &script->path);
    walk_string(codec, &script->text);
    script->modules = codec_array(codec, script->modules, 1, MODULES_MOST, &script->modules_size);
    walk_string(codec, &script->data);
    walk_string(codec, &script->settings);
    codec_u32(codec, &script->threads);
    codec_u64(codec, &script->memory);
    codec_bool(codec, &script->unjailed);
    codec_require(codec, script->message_path && script->path && script->text,
                  "no script is named");
}

static void request_start_walk(struct codec *codec, struct request_start *request)
{
    walk_script(codec, &request->script);
    codec_bool(codec, &request->seeded);
    codec_u64(codec, &request->seed);
}

static void request_control_walk(struct codec *codec, struct request_control *request)
{
    codec_below(codec, &request->control, CONTROL_COUNT, "its order does not exist");
    walk_string(codec, &request->name);
}

static void request_resume_walk(struct codec *codec, struct request_resume *request)
{
    walk_string(codec, &request->name);
    codec_u32(codec, &request->threads);
    codec_u64(codec, &request->memory);
    codec_bool(codec, &request->unjailed);
}

static void request_ask_walk(struct codec *codec, struct request_ask *request)
{
    codec_below(codec, &request->type, QUESTION_COUNT, "there is no such question");
    if (question_kinds[request->type].subject != QUESTION_OF_SCRIPT)
        walk_string(codec, &request->run);
    if (question_is_of_run(request->type, request->run))
        codec_bool(codec, &request->unjailed);
    else
        walk_script(codec, &request->script);
    request->bytes = codec_bytes(codec, request->bytes, &request->size);
}

/* -- replies ----------------------------------------------------------------------------------- */

static void reply_refused_walk(struct codec *codec, struct reply_refused *reply)
{
    codec_error_kind(codec, &reply->error.kind);
    walk_shown(codec, reply->error.text, sizeof reply->error.text);
    codec_bool(codec, &reply->asked);
    codec_u32(codec, &reply->line);
    walk_shown(codec, reply->note, sizeof reply->note);
    walk_shown(codec, reply->printed, sizeof reply->printed);
}

static void reply_done_walk(struct codec *codec, struct reply_done *reply)
{
    codec_i64(codec, &reply->execution);
    walk_shown(codec, reply->note, sizeof reply->note);
}

static void walk_summary(struct codec *codec, struct dataset_summary *summary)
{
    uint32_t *const counts[] = {&summary->users,     &summary->items,     &summary->ratings,
                                &summary->user_rows, &summary->item_rows, &summary->duplicates,
                                &summary->rejected};
    walk_shown(codec, summary->name, sizeof summary->name);
    walk_shown(codec, summary->source, sizeof summary->source);
    walk_shown(codec, summary->format, sizeof summary->format);
    codec_i64(codec, &summary->imported_at);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        codec_u32(codec, counts[i]);
    codec_i64(codec, &summary->first_time);
    codec_i64(codec, &summary->last_time);
    codec_double(codec, &summary->mean);
    codec_double(codec, &summary->smallest);
    codec_double(codec, &summary->largest);
    walk_shown(codec, summary->notes, sizeof summary->notes);
    codec_below(codec, &summary->repeats, REPEATS_KINDS, "its kind of repeats is unknown");
}

static void reply_importing_walk(struct codec *codec, struct reply_importing *reply)
{
    struct import_progress *progress = &reply->progress;
    codec_below(codec, &progress->stage, IMPORT_STAGE_COUNT, "its stage does not exist");
    codec_double(codec, &progress->share);
    codec_u64(codec, &progress->rows);
    codec_require(codec, progress->share >= 0 && progress->share <= 1, "its share is no share");
}

static void reply_imported_walk(struct codec *codec, struct reply_imported *reply)
{
    walk_summary(codec, &reply->summary);
    walk_shown(codec, reply->rejected, sizeof reply->rejected);
}

static void reply_answered_walk(struct codec *codec, struct reply_answered *reply)
{
    walk_shown(codec, reply->note, sizeof reply->note);
    walk_shown(codec, reply->printed, sizeof reply->printed);
    reply->bytes = codec_bytes(codec, reply->bytes, &reply->size);
}

#define X(name, lower, most) CODEC_FUNCTIONS(REQUEST_##name, request_##lower, #name)
REQUESTS(X)
#undef X
#define X(name, lower, most)                                                                       \
    CODEC_FUNCTIONS(REPLY_##name, reply_##lower, "the answer " #name " of the keeper")
REPLIES(X)
