/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "derived_origin.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "base/list.h"
#include "base/text.h"
#include "store/dataset_store.h"

static const char *const words[] = {DERIVATIONS(LIST_TEXT)};
static const char *const rules[] = {SELECTION_RULES(LIST_TEXT)};

/* Ends notes that are longer than what is kept of them. */
static const char CUT[] = " ... (cut)";

bool derived_origin_find(struct store *store, const struct derivation *derivation,
                         struct origin_digests *digests, struct error *error)
{
    digests->with[0] = '\0';
    return store_dataset_digest(store, derivation->from, digests->from, error) &&
           (derivation->kind != DERIVE_MERGE ||
            store_dataset_digest(store, derivation->with, digests->with, error));
}

static void add_time(struct bytes *text, const char *option, int64_t time)
{
    char moment[CALENDAR_TEXT];
    if (time != INT64_MIN && time != INT64_MAX)
        bytes_add_format(text, " %s %s", option, calendar_moment(time, moment));
}

static void add_expressions(struct bytes *text, const char *option,
                            const char *const by[MERGE_SETS])
{
    for (int set = 0; set < MERGE_SETS && by[set]; set++) {
        if (set > 0 && strcmp(by[0], by[set]) == 0)
            continue;
        bytes_add_format(text, " %s ", option);
        bytes_add_word(text, by[set]);
    }
}

static void add_options(struct bytes *text, const struct derivation *derivation)
{
    if (derivation->where) {
        bytes_add_format(text, " --where ");
        bytes_add_word(text, derivation->where);
    }
    add_expressions(text, "--users-by", derivation->users_by);
    add_expressions(text, "--items-by", derivation->items_by);
    if (derivation->source) {
        bytes_add_format(text, " --source ");
        bytes_add_word(text, derivation->source);
    }
    if (derivation->kind == DERIVE_FILTER) {
        add_time(text, "--from", derivation->first);
        add_time(text, "--to", derivation->last);
    }
    if (derivation->most)
        bytes_add_format(text, " --most %" PRIu32 " --which %s", derivation->most,
                         rules[derivation->rule]);
    if (derivation->core)
        bytes_add_format(text, " --core %" PRIu32, derivation->core);
    if (derivation->users)
        bytes_add_format(text, " --users %" PRIu32, derivation->users);
    if (derivation->ratings)
        bytes_add_format(text, " --ratings %" PRIu32, derivation->ratings);
    if (derivation->kind == DERIVE_SAMPLE ||
        (derivation->most && derivation->rule == SELECTION_RANDOM))
        bytes_add_format(text, " --seed %" PRIu64, derivation->seed);
}

void derived_origin_keep(const struct derivation *derivation, const struct origin_digests *digests,
                         const struct bytes *counts, struct dataset_summary *summary,
                         struct decisions *decisions)
{
    struct bytes notes = {0}, command = {0};
    bool merge = derivation->kind == DERIVE_MERGE;
    snprintf(summary->source, sizeof summary->source, "data set %s%s%s", derivation->from,
             merge ? " and " : "", merge ? derivation->with : "");
    snprintf(summary->format, sizeof summary->format, "%s", words[derivation->kind]);
    bytes_add_format(&notes, "%s has digest %s\n", derivation->from, digests->from);
    if (merge)
        bytes_add_format(&notes, "%s has digest %s\n", derivation->with, digests->with);
    bytes_add(&notes, counts->data, counts->size);
    bytes_add_format(&command, "thaw data %s %s%s%s", words[derivation->kind], derivation->from,
                     merge ? " " : "", merge ? derivation->with : "");
    add_options(&command, derivation);
    bytes_add(&command, "", 1);
    *decisions = (struct decisions){.command = (char *)command.data};
    bytes_add_format(&notes, "%s --name %s", decisions->command, derivation->name);
    bytes_add(&notes, "", 1);
    text_safe_lines((char *)notes.data, summary->notes, sizeof summary->notes);
    if (notes.size > sizeof summary->notes)
        strcpy(summary->notes + strlen(summary->notes) - strlen(CUT), CUT);
    bytes_release(&notes);
}
