/* SPDX-License-Identifier: MIT
 *
 * Carries out the requests about data sets. Those that take long attend to other clients and to
 * workers meanwhile, and end when their own client does.
 */
#include "config.h"

#include "server_sets.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "import/import.h"
#include "store/dataset_store.h"
#include "store/derive_store.h"

/* Fails if a computing or queued execution needs the data set. */
static bool is_unused(struct server *server, const char *name, struct error *error)
{
    int64_t user = server->active ? server->active->execution.number : 0;
    if (user)
        schedule_clear(server, user);
    user = 0;
    for (size_t i = 0; i < server->job_count && !user; i++) {
        const struct worker_job *job = server->jobs[i];
        if (job->stored && strcasecmp(job->execution.data, name) == 0)
            user = job->execution.number;
    }
    for (size_t i = 0; i < server->queue_count && !user; i++) {
        struct execution execution;
        if (!store_execution(server->store, server->queue[i].execution, &execution, error))
            return false;
        if (strcasecmp(execution.data, name) == 0)
            user = execution.number;
        execution_release(&execution);
    }
    return !user ||
           error_set(error, ERROR_USAGE, "the data set \"%s\" is in use; \"thaw stop %lld\" first",
                     name, (long long)user);
}

/* Seconds between two looks at everybody else during an import, and between two words to the client
 * that waits for it. */
static const double ATTEND_EVERY = 0.02, TELL_EVERY = 0.25;

struct importing {
    struct server *server;
    struct client *client;
    const struct import_plan *plan; /* how far it is; NULL if nobody knows */
    double attended_at, told_at;
};

/* A client that does not listen is told no more. */
static void tell_progress(struct importing *importing, const struct import_progress *progress)
{
    struct client *client = importing->client;
    const struct reply_importing reply = {*progress};
    if (frame_output_pending(&client->output) > 0)
        return;
    reply_importing_write(&client->output, &reply);
    server_flush(client);
}

static bool stop_import(void *context)
{
    struct importing *importing = context;
    double now = clock_monotonic();
    if (now - importing->attended_at < ATTEND_EVERY)
        return false;
    importing->attended_at = now;
    if (importing->plan && now - importing->told_at >= TELL_EVERY) {
        tell_progress(importing, &importing->plan->progress);
        importing->told_at = now;
    }
    return server_attend(importing->server, importing->client);
}

/* Writes the rows of the import and what is known of it. */
static bool fill_dataset(struct importing *importing, const struct import_options *options,
                         struct dataset_writer *writer, struct import_plan *plan,
                         struct dataset_summary *summary, struct error *error)
{
    struct store *store = importing->server->store;
    struct dataset_sink sink = dataset_writer_sink(writer);
    importing->plan = plan;
    if (!import_read(options, &sink, plan, stop_import, importing, error)) {
        dataset_writer_free(writer);
        return false;
    }
    snprintf(summary->source, sizeof summary->source, "%s", plan->source);
    snprintf(summary->format, sizeof summary->format, "%s", plan->format);
    summary->rejected = plan->rejected;
    summary->repeats = plan->repeats;
    decisions_notes(&plan->decisions, summary->notes, sizeof summary->notes);
    const char *rejected = plan->rejected_rows.size ? (char *)plan->rejected_rows.data : "";
    tell_progress(importing, &(const struct import_progress){IMPORT_STORING, IMPORT_READ,
                                                             plan->progress.rows});
    return dataset_writer_finish(writer, summary, error) &&
           store_origin_write(store, summary->name, &plan->decisions, rejected, error);
}

static bool log_import(struct store *store, const struct dataset_summary *summary,
                       struct error *error)
{
    char text[192];
    snprintf(text, sizeof text, "%s is imported, %u ratings", summary->name,
             (unsigned)summary->ratings);
    return store_log_add(store, 0, "", text, error);
}

static bool import(struct importing *importing, const struct import_options *options, bool replace,
                   struct reply_imported *reply, struct error *error)
{
    struct server *server = importing->server;
    struct store *store = server->store;
    struct import_plan plan;
    struct dataset_writer *writer;
    tell_progress(importing, &(const struct import_progress){IMPORT_CHECKING, 0, 0});
    server_forget_data(server); /* the kept data may be of this set */
    bool good = import_recognise(options, &plan, error) && is_unused(server, plan.name, error) &&
                store_begin(store, error);
    char name[64];
    snprintf(name, sizeof name, "%s", plan.name);
    import_plan_release(&plan);
    if (!good)
        return false;
    server->importing = true;
    good = (writer = store_dataset_create(store, name, replace, error)) &&
           fill_dataset(importing, options, writer, &plan, &reply->summary, error) &&
           log_import(store, &reply->summary, error) && store_commit(store, error);
    text_head(plan.rejected_rows.size ? (char *)plan.rejected_rows.data : "", reply->rejected,
              sizeof reply->rejected);
    import_plan_release(&plan);
    server->importing = false;
    store_rollback(store);
    store_trim_log(store);
    return good;
}

bool do_import(struct server *server, struct client *client, const struct request_import *request,
               struct error *error)
{
    double now = clock_monotonic();
    struct importing importing = {
        .server = server, .client = client, .attended_at = now, .told_at = now};
    struct reply_imported reply = {0};
    if (!request->options.path && !request->options.files[DATASET_RATINGS])
        return error_set(error, ERROR_USAGE, "nothing is named that could be imported");
    if (!import(&importing, &request->options, request->replace, &reply, error))
        return false;
    reply_imported_write(&client->output, &reply);
    server_flush(client);
    return true;
}

bool server_commit_removal(struct store *store, struct error *error)
{
    struct error ignored;
    if (!store_commit(store, error))
        return false;
    store_shrink(store, &ignored);
    return true;
}

bool do_remove_data(struct server *server, struct client *client,
                    const struct request_remove_data *request, struct error *error)
{
    const char *name = request->name ? request->name : "";
    server_forget_data(server); /* the kept data may be of this set */
    bool good = is_unused(server, name, error) && store_begin(server->store, error) &&
                store_dataset_remove(server->store, name, error) &&
                server_commit_removal(server->store, error);
    store_rollback(server->store);
    if (good)
        server_reply_done(client, 0);
    return good;
}

bool do_rename_data(struct server *server, struct client *client,
                    const struct request_rename_data *request, struct error *error)
{
    server_forget_data(server); /* the kept data may be of this set */
    bool good = is_unused(server, request->old, error) && store_begin(server->store, error) &&
                store_dataset_rename(server->store, request->old, request->name, error) &&
                store_commit(server->store, error);
    store_rollback(server->store);
    if (good)
        server_reply_done(client, 0);
    return good;
}

static bool log_derivation(struct store *store, const struct dataset_summary *summary,
                           struct error *error)
{
    char text[256];
    snprintf(text, sizeof text, "%s is made by a %s, %u ratings", summary->name, summary->format,
             (unsigned)summary->ratings);
    return store_log_add(store, 0, "", text, error);
}

/* The store asks now and then whether the client still waits, as an import does. */
bool do_derive_data(struct server *server, struct client *client,
                    const struct request_derive_data *request, struct error *error)
{
    struct importing importing = {
        .server = server, .client = client, .attended_at = clock_monotonic()};
    struct reply_imported reply = {0};
    struct store *store = server->store;
    if (!store_begin(store, error))
        return false;
    server->importing = true;
    store_stop_when(store, stop_import, &importing);
    bool good = store_dataset_derive(store, &request->derivation, &reply.summary, error);
    store_stop_when(store, NULL, NULL);
    good = good && log_derivation(store, &reply.summary, error) && store_commit(store, error);
    server->importing = false;
    store_rollback(store);
    store_trim_log(store);
    if (good) {
        reply_imported_write(&client->output, &reply);
        server_flush(client);
    }
    return good;
}
