/* SPDX-License-Identifier: MIT
 *
 * The requests about data sets: functions named do_ and the request, as server_requests.c calls
 * them. Each replies, or fails with an error that the caller sends.
 */
#ifndef KEEPER_SERVER_SETS_H
#define KEEPER_SERVER_SETS_H

#include "server.h"

bool do_import(struct server *server, struct client *client, const struct request_import *request,
               struct error *error);
bool do_remove_data(struct server *server, struct client *client,
                    const struct request_remove_data *request, struct error *error);
bool do_rename_data(struct server *server, struct client *client,
                    const struct request_rename_data *request, struct error *error);
bool do_derive_data(struct server *server, struct client *client,
                    const struct request_derive_data *request, struct error *error);

/* Commits a removal. It counts as done even if the file could not be made smaller. */
bool server_commit_removal(struct store *store, struct error *error);

#endif
